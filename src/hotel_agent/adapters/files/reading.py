"""Reads TOML tables strictly: every mistake is noted with its key path and what was expected, not only the first."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import time
from decimal import Decimal
from typing import Any, TypeVar

from attrs import define, field

T = TypeVar("T")

_LONGEST_ECHO = 60


@define
class Table:
    """
    A table of a file and the keys asked of it so far.

    A reader that finds a mistake notes it in `problems`, which all tables of a file share, and answers as if the key were
    absent, so that the mistakes after it are found too. Values are the hotelier's own, so a mistake may show them.
    """

    content: Mapping[str, Any]
    problems: list[str]
    path: str = ""
    _known: set[str] = field(factory=set, init=False)

    def has(self, key: str) -> bool:
        return key in self.content

    def wrong(self, key: str, expected: str) -> None:
        """Note that *key* is not what it should be."""
        self.problems.append(f"{self.at(key)}: {expected}")

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def read(self, key: str, convert: Callable[[Any], T]) -> T | None:
        """Convert the value of *key*, which must be there; *convert* raises ValueError with what it expected."""
        if key not in self.content:
            self._known.add(key)
            self.wrong(key, "is missing")
            return None
        return self.optional(key, convert)

    def optional(self, key: str, convert: Callable[[Any], T]) -> T | None:
        """Convert the value of *key* where it is there."""
        self._known.add(key)
        if key not in self.content:
            return None
        value = self.content[key]
        try:
            return convert(value)
        except ValueError as expected:
            self.wrong(key, f"expected {expected}, found {shown(value)}")
            return None

    def given(self, key: str, convert: Callable[[Any], T], default: T) -> T:
        """Convert the value of *key*, or take the *default* where it is not there."""
        value = self.optional(key, convert)
        return default if value is None else value

    def table(self, key: str) -> "Table":
        """Return the table under *key*; an empty one where it is absent."""
        self._known.add(key)
        return self._table(self.content.get(key, {}), key)

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of the array under *key*."""
        self._known.add(key)
        found = self.content.get(key, [])
        if not isinstance(found, list):
            self.wrong(key, f"expected an array of tables ([[{self.at(key)}]]), found {shown(found)}")
            return []
        return [self._table(content, f"{key}[{number}]") for number, content in enumerate(found, start=1)]

    def names(self) -> list[str]:
        """Every key of the table, for tables whose keys are the hotelier's own."""
        self._known.update(self.content)
        return list(self.content)

    def finish(self) -> None:
        """Note the keys that nobody asked for: they would be silently without effect."""
        for key in self.content:
            if key not in self._known:
                close = difflib.get_close_matches(key, self._known, n=1)
                hint = f"; did you mean `{close[0]}`?" if close else f"; known here: {listed(sorted(self._known))}"
                self.wrong(key, f"is not a known key{hint}")

    def _table(self, content: object, key: str) -> "Table":
        if isinstance(content, dict):
            return Table(content, self.problems, self.at(key))
        self.wrong(key, f"expected a table ([{self.at(key)}]), found {shown(content)}")
        return Table({}, [], self.at(key))


def shown(value: object) -> str:
    """Write a value as it might stand in the file, cut short."""
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    if isinstance(value, Decimal | time):
        text = str(value)
    return text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "…"


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


# ---------------------------------------------------------------- values


def a_text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError("a text in quotes that is not empty")


def a_switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("true or false")


def a_time(value: object) -> time:
    """`"15:00"` in quotes, or TOML's own 15:00:00."""
    if isinstance(value, time):
        return value
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    raise ValueError('a time like "15:00"')


def a_whole_number(low: int, high: int) -> Callable[[object], int]:
    def convert(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise ValueError(f"a whole number from {low} to {high}")

    return convert


def a_number(low: Decimal, high: Decimal, *, digits: int) -> Callable[[object], Decimal]:
    """Accept a number in quotes or not; TOML's fractions arrive as exact decimals."""

    def convert(value: object) -> Decimal:
        expected = f"a number from {low} to {high} with at most {digits} decimals"
        if isinstance(value, str) and re.fullmatch(r"\d{1,12}(\.\d{1,12})?", value):
            value = Decimal(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError(expected)  # noqa: TRY004 - every wrong value is one kind of mistake here
        number = Decimal(value)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent > digits or not low <= number <= high:
            raise ValueError(expected)
        return number

    return convert


def one_of(choices: Iterable[T]) -> Callable[[object], T]:
    """Accept one of the members of a string enum, by value."""
    known = {str(choice): choice for choice in choices}

    def convert(value: object) -> T:
        if isinstance(value, str) and value in known:
            return known[value]
        raise ValueError(f"one of {listed(known)}")

    return convert


def several(convert: Callable[[Any], T]) -> Callable[[object], tuple[T, ...]]:
    """Accept a list of different values, at least one."""

    def convert_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list) or not value:
            raise ValueError("a list in square brackets with at least one value")
        found = []
        for position, one in enumerate(value, start=1):
            try:
                found.append(convert(one))
            except ValueError as expected:
                raise ValueError(f"at position {position} {expected}") from None
        if len(set(found)) != len(found):
            raise ValueError("a list without repetitions")
        return tuple(found)

    return convert_all


def matching(pattern: str, expected: str) -> Callable[[object], str]:
    """Accept text that *pattern* matches as a whole."""
    compiled = re.compile(pattern)

    def convert(value: object) -> str:
        if isinstance(value, str) and compiled.fullmatch(value.strip()):
            return value.strip()
        raise ValueError(expected)

    return convert
