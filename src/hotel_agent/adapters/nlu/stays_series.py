"""Days named one by one: "3, 4 y 5 de enero", "Jan 3, 4 and 5", "viernes, sábado y domingo"."""

from collections.abc import Callable

from attrs import evolve

from hotel_agent.adapters.nlu.lexemes import Cat
from hotel_agent.adapters.nlu.stays_days import DayWords
from hotel_agent.adapters.nlu.stays_values import Day, Series
from hotel_agent.adapters.nlu.stays_words import COUNTED

_FEWEST = 3
_DAYS, _WEEK = 31, 7


class SeriesWords(DayWords):
    """Reads at least three days in a row, joined by commas with an "and" before the last."""

    def series(self, i: int) -> Series | None:
        weekdays = self._run(i, self._named, lambda a, b: b == (a + 1) % _WEEK)
        if weekdays is not None:
            (first, start), (last, end) = weekdays
            when, _ = self.which(i)
            return Series(
                first=i,
                last=last,
                start=Day(first=first, last=first, weekday=start, when=when),
                end=Day(first=last, last=last, weekday=end),
            )
        month = self.month(i, beside_number=True) if self.digits(i + 1) else None
        numbers = self._run(i + (month is not None), self._numbered, lambda a, b: b == a + 1)
        if numbers is None:
            return None
        (first, start), (last, end) = numbers
        closing = Day(first=last, last=last, day=end, month=month, ordinal=True) if month else self.day_month(last)
        if closing is None or self.meets(closing.last + 1, COUNTED):
            return None
        if closing.month is None and not closing.ordinal and not self.has(i - 1, Cat.ART, Cat.DAY_WORD, Cat.DAYS, Cat.NIGHT):
            return None  # "rooms 3, 4 and 5"
        closing = evolve(closing, weak=False)
        return Series(first=i, last=closing.last, start=Day(first=first, last=first, day=start, month=month), end=closing)

    def _run(
        self, i: int, read: Callable[[int], tuple[int, int] | None], follows: Callable[[int, int], bool]
    ) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Return (index, value) of the first and the last of the run that begins at *i*."""
        found: list[tuple[int, int]] = []
        joined = False
        while (one := read(i)) is not None:
            value, end = one
            if found and not follows(found[-1][1], value):
                return None
            found.append((i, value))
            joined = joined or self.has(end, Cat.AND)
            after = self.skip(end, Cat.COMMA, Cat.AND)
            if after == end:
                break
            i = self.skip(after, Cat.ART, Cat.DAY_WORD) if read(after) is None else after
        return (found[0], found[-1]) if len(found) >= _FEWEST and joined else None

    def _named(self, i: int) -> tuple[int, int] | None:
        _, i = self.which(i)
        value = self.value(i, Cat.WEEKDAY)
        value = self.value(i, Cat.WEEKDAY_WEAK) if value is None else value
        return None if value is None else (value, i + 1)

    def _numbered(self, i: int) -> tuple[int, int] | None:
        value = self.figure(i)
        if value is None and self.language == "en":
            value = self.value(i, Cat.ORD)
        return (value, self.suffix(i + 1)) if value is not None and 0 < value <= _DAYS else None
