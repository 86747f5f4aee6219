"""Single days as they are said: `20/12/2026`, "20 de diciembre", "December 20th", "viernes 11", "el martes que viene"."""

from attrs import evolve

from hotel_agent.adapters.nlu.lexemes import Cat, any_of
from hotel_agent.adapters.nlu.stays_values import Day, Mention
from hotel_agent.adapters.nlu.stays_words import COUNTED, DATE_DIGITS, YEAR_DIGITS, Words

_MONTHS = 12
_FEW = 10
_DAYS = 31
_SHORT_YEARS = range(24, 40)
_MOST_WEEKDAYS = 5
_FIRST = {"primero", "primeiro", "primer"}
_MONTHS_SAID = any_of((Cat.MONTH, Cat.MONTH_WEAK, Cat.NEXT_MONTH, Cat.THIS_MONTH))
_HALVES = {"medio", "media", "half", "meia", "meio"}
_NO_DAY_AFTER = any_of((Cat.MONEY, Cat.BOOKING))
_NO_DAY_ALONE = any_of((Cat.PERIOD, Cat.WEEKEND, Cat.VAGUE))


class DayWords(Words):
    """Each method reads one kind of day at one place, or answers None."""

    # ------------------------------------------------------------ figures: ISO and 20/12/2026

    def iso(self, i: int) -> Day | None:
        if self.digits(i) != YEAR_DIGITS or not self.has(i + 1, Cat.DASH, Cat.SLASH, Cat.DOT):
            return None
        if not (0 < self.digits(i + 2) <= DATE_DIGITS and self.mark(i + 3) == self.mark(i + 1)):
            return None
        if not 0 < self.digits(i + 4) <= DATE_DIGITS:
            return None
        year, month, day = (self.value(k, Cat.NUM) for k in (i, i + 2, i + 4))
        return Day(first=i, last=i + 4, day=day, month=month, year=year)

    def numeric(self, i: int) -> Day | None:
        """`20/12`, `20-12-2026`, `20.12.26`; a range like `20-22 dic` is left to the bare numbers."""
        if not 0 < self.digits(i) <= DATE_DIGITS or not 0 < self.digits(i + 2) <= DATE_DIGITS:
            return None
        mark = self.mark(i + 1)
        if mark not in {"/", "-", "."} or (mark != "/" and not (self.glued(i + 1) and self.glued(i + 2))):
            return None
        a, b = self.value(i, Cat.NUM), self.value(i + 2, Cat.NUM)
        assert a is not None  # noqa: S101 - both have digits
        assert b is not None  # noqa: S101 - both have digits
        year, end = self._numeric_year(i + 3, mark)
        if year is None:
            after = self.skip(i + 3, Cat.OF)
            if self.month(after, beside_number=True) is not None or self.has(after, Cat.THIS_MONTH, Cat.NEXT_MONTH):
                return None  # "20/22 de diciembre", "10-12 dic"
            if mark == "-" and (self.mark(i + 3) == "/" and self.digits(i + 4)):
                return None  # "20-22/12"
            if mark == "." and self.mark(i + 3) == "." and self.glued(i + 3):
                end += 1  # "20.12. - 22.12."
            elif mark == "." and not self.has(
                i - 1, Cat.ART, Cat.FROM, Cat.TO, Cat.ARRIVE, Cat.LEAVE, Cat.DAY_WORD, Cat.BETWEEN
            ):
                return None
            if self.meets(i + 3, COUNTED) or (max(a, b) > _MONTHS and mark != "/" and a < b <= _DAYS):
                return None
            around = (Cat.ART, Cat.FROM, Cat.TO, Cat.ARRIVE, Cat.LEAVE, Cat.DASH, Cat.AND, Cat.BETWEEN)
            if (a, b, mark) == (24, 7, "/") and not self.has(i - 1, *around) and not self.has(i + 3, Cat.TO, Cat.DASH, Cat.AND):
                return None  # "24/7" is no date
        return Day(first=i, last=end - 1, numeric=(a, b), year=year, weekday=None)

    def _numeric_year(self, i: int, mark: str) -> tuple[int | None, int]:
        if self.mark(i) == mark and self.digits(i + 1) in {DATE_DIGITS, YEAR_DIGITS}:
            if mark != "/" and not (self.glued(i) and self.glued(i + 1)):
                return None, i
            value = self.value(i + 1, Cat.NUM) or 0
            return (value if self.digits(i + 1) == YEAR_DIGITS else 2000 + value), i + 2
        year, _, end = self.year(i) if self.has(i, Cat.OF) else (None, None, i)
        return year, end

    # ------------------------------------------------------------ 20 de diciembre, December 20th, el 20

    def day_month(self, i: int) -> Day | None:
        """A number or "primero", with its month, or bare."""
        number = self.figure(i)
        ordinal = self.value(i, Cat.ORD)
        if number is None and ordinal is not None and (self.language == "en" or self.mark(i) in _FIRST):
            number = ordinal
        if number is None or self.has(i, Cat.OPTION):
            return None
        j = self.suffix(i + 1)
        is_ordinal = j > i + 1 or (ordinal is not None and number == ordinal)
        if not self.said & _MONTHS_SAID:
            return self._bare(i, j, number, is_ordinal=is_ordinal)
        after = self.skip(j, Cat.DAY_WORD) if self.has(j + 1, Cat.OF) else j
        after = self.skip(after, Cat.OF, Cat.DOT, Cat.DASH) if not self.has(after, Cat.NEXT_MONTH, Cat.THIS_MONTH) else after
        month = self.month(after, beside_number=True)
        if month is not None and not (self.has(after - 1, Cat.DASH, Cat.DOT) and not self.glued(after - 1)):
            end = after + 1
            if self.mark(end) == "." and self.has(after, Cat.MONTH_WEAK) and self.glued(end):
                end += 1
            year, years_ahead, end = self._short_year(*self.year(end))
            return Day(first=i, last=end - 1, day=number, month=month, year=year, years_ahead=years_ahead, ordinal=is_ordinal)
        for cat in (Cat.NEXT_MONTH, Cat.THIS_MONTH):
            if self.has(j, cat):
                return Day(first=i, last=j, day=number, months_ahead=int(cat is Cat.NEXT_MONTH), ordinal=is_ordinal)
        return self._bare(i, j, number, is_ordinal=is_ordinal)

    def _bare(self, i: int, end: int, number: int, *, is_ordinal: bool) -> Day | None:
        after, before = self.mark(end), self.mark(i - 1)
        if self.meets(end, COUNTED) or self.meets(i - 1, _NO_DAY_AFTER) or after == "+":
            return None
        if self.mark(end + 1) in _HALVES and self.has(end, Cat.AND):
            return None  # "dos y medio días"
        if after in {"/", "-"} and self.digits(end + 1) == YEAR_DIGITS:
            return None  # "11/2026" is a month
        if is_ordinal and self.meets(end, _NO_DAY_ALONE):
            return None  # "the third quarter", "1ª semana"
        if self.has(i - 1, Cat.ROOM) and not self.has(end, Cat.DASH, Cat.TO):
            return None  # "room 23", but "a room 23-26 Dec"
        if number > 1 and after.endswith("s") and self.has(end, Cat.ROOM):
            return None
        if before == "#" or (before in {".", ",", ":", "/"} and self.digits(i - 2) and self.glued(i)):
            return None
        if after in {":", "%"} or (number < _FEW and self.has(end, Cat.KIND)):
            return None
        marked = self.has(i - 1, Cat.DAY_WORD) or is_ordinal
        if self.language == "es":
            marked = marked or before in {"el", "al", "del"}
        elif self.language == "pt":
            marked = marked or before in {"ao", "do", "no"}
        if not marked and not 0 < number <= _DAYS:
            return None
        return Day(first=i, last=end - 1, day=number, weak=not marked, ordinal=is_ordinal)

    def _short_year(self, year: int | None, ahead: int | None, end: int) -> tuple[int | None, int | None, int]:
        """Read the 26 of "20 Dec 26", if no other month, count or end of a range makes a day or a number of it."""
        if year is not None or ahead is not None or self.digits(end) != DATE_DIGITS:
            return year, ahead, end
        value, after = self.value(end, Cat.NUM) or 0, self.skip(end + 1, Cat.OF, Cat.DASH)
        counted = self.meets(end + 1, COUNTED) or self.has(end + 1, Cat.SUFFIX)
        if value not in _SHORT_YEARS or counted or self.month(after, beside_number=True):
            return year, ahead, end
        return 2000 + value, None, end + 1

    def month_day(self, i: int) -> Day | None:
        """`December 20th`, `dic 20, 2026`."""
        month = self.month(i, beside_number=True)
        if month is None:
            return None
        j = i + 1
        if self.mark(j) == "." and self.glued(j):
            j += 1
        j = self.skip(j, Cat.ART) if self.language == "en" else j
        number = self.figure(j)
        if number is None and self.language == "en":
            number = self.value(j, Cat.ORD)
        if number is None or self.meets(j + 1, COUNTED) or not 0 < number <= _DAYS or self.mark(j + 1) in {"/", "+", ":"}:
            return None
        if self.digits(j) == 0 and Cat.MONTH not in self.at(i):
            return None
        year, years_ahead, end = self.year(self.suffix(j + 1))
        return Day(first=i, last=end - 1, day=number, month=month, year=year, years_ahead=years_ahead, ordinal=True)

    # ------------------------------------------------------------ weekdays

    def weekday(self, i: int) -> Mention | None:
        """`viernes`, `viernes 11 de diciembre`, `el martes que viene`, `next Friday`, `Monday next week`."""
        nth = self._nth_weekday(i)
        if nth is not None:
            return nth
        first = i
        when, i = self.which(i)
        value = self.value(i, Cat.WEEKDAY)
        if self.mark(i + 1) == "after":
            value = None  # "the Friday after next": nobody agrees which one that is
        if value is None:
            value = self.value(i, Cat.WEEKDAY_WEAK)
            if value is None or not (when or self._weekday_here(i)):
                return None
            if self.has(i, Cat.MONTH_WEAK) and not self._other_weekday(i):
                return None  # "mar 1" is 1 March unless the text speaks in weekdays
        end = i + 1
        if self.mark(end) == "." and self.glued(end) and self.has(i, Cat.WEEKDAY_WEAK):
            end += 1
        dated = self._dated(end)
        if dated is not None:
            return evolve(dated, first=first, weekday=value)
        if self.has(end, Cat.NEXT) or (self.has(end, Cat.PAST) and self.language != "en"):
            when = "next" if self.has(end, Cat.NEXT) else "past"
            end += 1
        week = None
        for cat in (Cat.NEXT_WEEK, Cat.THIS_WEEK):
            j = self.skip(end, Cat.OF) if not self.has(end, cat) else end
            if self.has(j, cat):
                week = (self.value(j, cat) or 1) if cat is Cat.NEXT_WEEK else 0
                end = j + 1
                break
        return Day(first=first, last=end - 1, weekday=value, when=when, week=week)

    def _nth_weekday(self, i: int) -> Mention | None:
        """Read "the first Monday of December", "el último viernes de enero", "a primeira sexta de março"."""
        nth = -1 if self.has(i, Cat.LAST) else self.value(i, Cat.ORD)
        if nth is None and self.suffix(i + 1) > i + 1:
            nth = self.figure(i)
        at = self.suffix(i + 1)
        weekday = self.value(at, Cat.WEEKDAY)
        weekday = self.value(at, Cat.WEEKDAY_WEAK) if weekday is None else weekday
        if (
            nth is None
            or nth > _MOST_WEEKDAYS
            or weekday is None
            or not self.has(at + 1, Cat.OF, Cat.FOR, Cat.NEXT_MONTH, Cat.THIS_MONTH)
        ):
            return None
        months_ahead = None
        if self.has(at + 1, Cat.NEXT_MONTH, Cat.THIS_MONTH):
            months_ahead, end = int(self.has(at + 1, Cat.NEXT_MONTH)), at + 2
            month = year = years_ahead = None
        else:
            month = self.month(at + 2, beside_number=True)
            if month is None:
                return None
            year, years_ahead, end = self.year(at + 3)
        return Day(
            first=i,
            last=end - 1,
            weekday=weekday,
            nth=nth,
            month=month,
            year=year,
            years_ahead=years_ahead,
            months_ahead=months_ahead,
        )

    def which(self, i: int) -> tuple[str, int]:
        """Read "this", "next", "this coming" or the English "last" at *i*: (`this`, `next`, `past` or nothing, next index)."""
        if self.has(i, Cat.THIS, Cat.NEXT) and self.value(i, Cat.RELATIVE) is None:
            if self.has(i, Cat.NEXT):
                return "next", i + 1
            return ("next", i + 2) if self.has(i + 1, Cat.NEXT) else ("this", i + 1)
        if self.has(i, Cat.PAST) and self.language == "en":
            return "past", i + 1
        return "", i

    def _weekday_here(self, i: int) -> bool:
        """
        Whether a short or double-faced name ("sat", "segunda", "mar") is a weekday here.

        It is beside a number, a preposition of dates or another weekday.
        """
        nxt, before = i + 1, i - 1
        if self.mark(nxt) == "." and self.glued(nxt):
            nxt += 1
        if self.figure(nxt) is not None and not self.meets(nxt + 1, COUNTED):
            return True
        if self.language == "pt" and self.has(i, Cat.ORD):
            if self.has(nxt, Cat.OPTION, Cat.ROOM, Cat.NIGHT, Cat.KIND) or self.has(before, Cat.OPTION):
                return False
            near = self.mark(before) in {"de", "da", "ate", "na", "nesta", "proxima", "para", "pra", "desta", "chego", "entre"}
            near = near or (self.has(before, Cat.TO, Cat.AND) and self.value(before - 1, Cat.RELATIVE) is not None)
            dated = self.has(nxt, Cat.DAY_WORD) or (self.has(nxt, Cat.COMMA) and self.has(nxt + 1, Cat.DAY_WORD))
            before_another = self.has(nxt, Cat.TO) and self._is_weekday(nxt + 1)
            after_another = self.has(before, Cat.TO) and self._is_weekday(before - 1)
            return near or dated or before_another or after_another or self.has(nxt, Cat.NEXT, Cat.NEXT_WEEK)
        others = (before - 1, nxt + 1)
        near = self.has(before, Cat.FROM, Cat.TO, Cat.BETWEEN, Cat.DASH) or self.has(nxt, Cat.TO, Cat.DASH)
        if self.language == "en" and self.mark(before) in {"on", "this", "next"}:
            return True
        return near and (any(self._is_weekday(k) for k in others) or self.mark(before) in {"from", "until", "till"})

    def _other_weekday(self, i: int) -> bool:
        return any(self._is_weekday(k) for k in range(self.count) if k != i and not self.has(k, Cat.MONTH_WEAK))

    def _is_weekday(self, i: int) -> bool:
        return self.has(i, Cat.WEEKDAY, Cat.WEEKDAY_WEAK)

    def _dated(self, i: int) -> Day | None:
        """The date that a weekday belongs to: "viernes 11", "Friday, December 11th", "sexta, dia 11"."""
        j = self.skip(i, Cat.COMMA, Cat.ART, Cat.DAY_WORD, Cat.FROM) if not self.has(i, Cat.TO) or self.language == "en" else i
        if self.language == "en" and self.mark(j) == "of":
            return None
        crossed = any(self.has(k, Cat.FROM, Cat.ART) and self.mark(k) not in {"dia", "the", "o"} for k in range(i, j))
        if crossed and self.mark(j - 1) != "dia":
            return None
        for rule in (DayWords.iso, DayWords.numeric, DayWords.day_month, DayWords.month_day):
            found = rule(self, j)
            if found is not None:
                return evolve(found, weak=False)
        return None
