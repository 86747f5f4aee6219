"""
Frequent questions as a hotelier writes them: Markdown, one file a language.

A heading of the second level is a question, the text below it the answer. Several headings in a row are ways to ask the same.
`{#id}` at the end of a heading joins it with the same entry in other languages.
"""

import re
from collections.abc import Mapping
from typing import Final

from attrs import define, field, frozen

from hotel_agent.domain.knowledge import Entry
from hotel_agent.domain.understanding import Language

LONGEST_ANSWER: Final = 1500
"""Characters of an answer; more does not fit a telephone."""

_HEADING: Final = re.compile(r"##(?!#)\s*(.*?)\s*(?:\{#([^}]*)\})?\s*")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@frozen(kw_only=True)
class Page:
    """The source of one file of questions. `name` is what its mistakes are told under."""

    name: str
    language: Language
    text: str


@define
class _Drafted:
    id: str
    texts: dict[Language, str] = field(factory=dict)
    questions: list[str] = field(factory=list)


def entries_of(pages: tuple[Page, ...], problems: list[str]) -> tuple[Entry, ...]:
    """Read every page; mistakes are added to *problems*, each as `file:line: what is wrong`."""
    drafts: dict[str, _Drafted] = {}
    for page in pages:
        for number, (line, questions, name, answer) in enumerate(_blocks(page.text), start=1):
            where = f"{page.name}:{line}"
            if name is not None and not _ID.fullmatch(name):
                problems.append(f"{where}: expected an id of lower-case letters, digits, `-` and `_`, found {name!r}")
                continue
            if not all(questions):
                problems.append(f"{where}: a heading without a question")
                continue
            if not answer:
                problems.append(f"{where}: the question has no answer below it")
                continue
            if len(answer) > LONGEST_ANSWER:
                problems.append(f"{where}: the answer is longer than {LONGEST_ANSWER} characters")
                continue
            draft = drafts.setdefault(
                name or f"faq-{page.language}-{number}", _Drafted(name or f"faq-{page.language}-{number}")
            )
            if page.language in draft.texts:
                problems.append(f"{where}: {draft.id!r} is answered above already")
                continue
            draft.texts[page.language] = answer
            draft.questions += questions
    return tuple(
        Entry(id=draft.id, texts=tuple(draft.texts.items()), questions=tuple(draft.questions)) for draft in drafts.values()
    )


def _blocks(text: str) -> list[tuple[int, list[str], str | None, str]]:
    """Cut a page into (line, questions, id, answer)."""
    found: list[tuple[int, list[str], str | None, list[str]]] = []
    for number, row in enumerate(text.splitlines(), start=1):
        if heading := _HEADING.fullmatch(row.strip()):
            question, name = heading[1], heading[2]
            if found and not any(found[-1][3]):
                line, questions, known, body = found[-1]
                found[-1] = (line, [*questions, question], known or name, body)
            else:
                found.append((number, [question], name, []))
        elif found and (row.strip() or found[-1][3]):
            found[-1][3].append(row.strip())
    return [(line, questions, name, "\n".join(body).strip()) for line, questions, name, body in found]


def pages_by_name(sources: Mapping[str, str], folder: str) -> tuple[Page, ...]:
    """Pick the pages of questions (`faq.<lang>.md`) from the texts of a hotel's folder."""
    return tuple(
        Page(name=f"{folder}/{name}", language=language, text=sources[name])
        for language in Language
        if (name := f"faq.{language}.md") in sources
    )
