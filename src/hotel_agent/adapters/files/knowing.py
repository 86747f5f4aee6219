"""The part of a hotel's file that guests' questions are answered from."""

import re
from typing import Final

from hotel_agent.adapters.files.faq import Page, entries_of
from hotel_agent.adapters.files.reading import Table, a_text, listed, matching, several
from hotel_agent.domain.knowledge import Entry, Knowledge
from hotel_agent.domain.understanding import Language

_ID: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
_PICTURE: Final = matching(r"https://[^\s<>\"]+", "an address that begins with https://")
_PICTURES: Final = several(_PICTURE)


def knowledge_of(table: Table, pages: tuple[Page, ...], languages: tuple[Language, ...]) -> Knowledge:
    """Read `[knowledge]` and the pages of questions beside the file."""
    entries: list[Entry] = []
    for name in table.names():
        if not _ID.fullmatch(name):
            table.wrong(name, "expected a name of lower-case letters, digits and `_`")
        elif entry := _entry(table, name, languages):
            entries.append(entry)
    known = {entry.id for entry in entries}
    asked = entries_of(pages, table.problems)
    for twice in (entry.id for entry in asked if entry.id in known):
        table.wrong(twice, "is answered both here and in a faq file")
    return Knowledge(entries=(*entries, *(entry for entry in asked if entry.id not in known)))


def _entry(table: Table, name: str, languages: tuple[Language, ...]) -> Entry | None:
    if not isinstance(table.content[name], dict):
        text = table.optional(name, a_text)
        return Entry(id=name, texts=((languages[0], text),)) if text else None
    words = table.table(name)
    texts = tuple((language, text) for language in languages if (text := words.optional(language.value, a_text)))
    entry = Entry(
        id=name,
        texts=texts,
        words=words.optional("words", several(a_text)) or (),
        questions=words.optional("questions", several(a_text)) or (),
    )
    words.finish()
    if not texts:
        table.wrong(name, f"expected a text in at least one of the hotel's languages ({listed(languages)})")
        return None
    return entry


def pictures_of(table: Table) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read `[pictures]`: addresses of pictures by room type."""
    read = ((name, table.optional(name, _PICTURES)) for name in table.names())
    return tuple((name, found) for name, found in read if found)
