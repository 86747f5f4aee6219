"""
Conversations as text, and what is expected of each answer.

    ## category: what it is about
    > what the guest writes
    < status intent|other-intent key=value ... ; said; !not said
    ~ 31 min

An expectation names any of: a status (`success`), intents, `rooms=yes|no`, `lock=true|false|none`, `booked=yes|no`,
`check_in=03-12`, `check_out=03-14`, `adults=2`, `children=1`, `asks=…`. What follows a `;` must be in the answer's text, in any
case and with any accents; with `!` it must not. `{booked}` in a guest's line is the code of the reservation made last.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import field, frozen

STATUSES = frozenset({"success", "clarification", "fallback", "degraded", "escalated"})


@frozen(kw_only=True)
class Expected:
    """What one answer has to be like; nothing that is not named matters."""

    statuses: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()
    facts: tuple[tuple[str, str], ...] = ()
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()

    def misses(self, answer: Mapping[str, Any]) -> list[str]:
        """Say what of *answer* is not as expected."""
        found = []
        if self.statuses and answer["status"] not in self.statuses:
            found.append(f"status {answer['status']}, not {'|'.join(sorted(self.statuses))}")
        if self.intents and answer["intent"] not in self.intents:
            found.append(f"intent {answer['intent']}, not {'|'.join(sorted(self.intents))}")
        found += [f"{name} is {told!r}, not {value}" for name, value in self.facts if (told := fact(answer, name)) != value]
        text = plain(answer["response_text"])
        found += [f"{words!r} is not said" for words in self.said if not any(plain(one) in text for one in words.split("|"))]
        found += [f"{words!r} is said" for words in self.unsaid if plain(words) in text]
        return found


@frozen(kw_only=True)
class Move:
    """What the guest writes after *pause*, and what is expected of the answer."""

    text: str
    expected: Expected
    pause: timedelta = timedelta()


@frozen(kw_only=True)
class Script:
    """One conversation. `line` is where it begins in its file."""

    language: str
    category: str
    title: str
    line: int
    moves: tuple[Move, ...] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.language}:{self.line} {self.category}: {self.title}"


def fact(answer: Mapping[str, Any], name: str) -> str:
    """Read one fact of an answer, in the form in which expectations write it."""
    availability = answer["data"]["availability"] or {}
    match name:
        case "rooms":
            return "yes" if answer["rooms"] else "no"
        case "lock":
            return str(answer["lock_acquired"]).lower()
        case "booked":
            return "yes" if answer["reservation_id"] else "no"
        case "check_in" | "check_out":
            return str(availability.get(name) or "")[5:]
        case "adults" | "children":
            return str(availability.get(name))
        case "assumed":
            return ",".join(availability.get("assumed", ())) or "none"
        case _:
            return str(answer[name])


def plain(text: str) -> str:
    """Fold case, accents and kinds of blanks away."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.sub(r"\s+", " ", bare).casefold()


def scripts(file: Path) -> tuple[Script, ...]:
    """
    Read the conversations of *file*, which is named after their language.

    Raises:
        ValueError: a line is none of those that exist.

    """
    return tuple(_scripts(file))


def _scripts(file: Path) -> Iterator[Script]:
    heads = [number for number, line in enumerate(file.read_text().splitlines()) if line.startswith("## ")]
    lines = file.read_text().splitlines()
    for start, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        category, _, title = lines[start].removeprefix("## ").partition(": ")
        moves = tuple(_moves(lines[start + 1 : end]))
        yield Script(language=file.stem, category=category, title=title, line=start + 1, moves=moves)


def _moves(lines: list[str]) -> Iterator[Move]:
    text, pause = None, timedelta()
    for line in lines:
        match line[:2]:
            case "> ":
                text = line[2:]
            case "~ ":
                number, _, unit = line[2:].partition(" ")
                pause = timedelta(**{{"min": "minutes", "h": "hours", "d": "days"}[unit]: int(number)})
            case "< " if text is not None:
                yield Move(text=text, expected=_expected(line[2:]), pause=pause)
                text, pause = None, timedelta()
            case "" | "# ":
                pass
            case _:
                raise ValueError(line)


def _expected(line: str) -> Expected:
    head, *words = (part.strip() for part in line.split(";"))
    statuses: set[str] = set()
    intents: set[str] = set()
    facts: list[tuple[str, str]] = []
    for token in head.split():
        if "=" in token:
            name, _, value = token.partition("=")
            facts.append((name, value))
        else:
            names = set(token.split("|"))
            (statuses if names <= STATUSES else intents).update(names)
    return Expected(
        statuses=frozenset(statuses),
        intents=frozenset(intents),
        facts=tuple(facts),
        said=tuple(word for word in words if not word.startswith("!")),
        unsaid=tuple(word[1:] for word in words if word.startswith("!")),
    )
