"""
What the words between mentions make of them.

Where a stay begins and ends, what corrects what, which bare numbers are days.
"""

from attrs import define, evolve

from hotel_agent.adapters.nlu.lexemes import Cat, any_of
from hotel_agent.adapters.nlu.stays_mentions import MentionReader
from hotel_agent.adapters.nlu.stays_ranges import is_bare
from hotel_agent.adapters.nlu.stays_values import Day, Mention
from hotel_agent.domain.understanding import Expecting, Listening

_ASKED_FOR_DATES = {Expecting.DATES, Expecting.DEPARTURE, Expecting.DATES_CHOICE}
_SHORT = 4
_NEXT_BUT_ONE = 2
_MONTHS, _DAYS = 12, 31
_REACH = 8
"""How many words before the first mention may say what it is."""
TRANSPARENT = (Cat.ART, Cat.DAY_WORD, Cat.FOR, Cat.THIS)
_THROUGH = any_of(TRANSPARENT)
_TELLING = any_of((Cat.TO, Cat.FROM, Cat.BETWEEN, Cat.ARRIVE, Cat.LEAVE, Cat.AND, Cat.OR))
_STOPS, _DENIALS = any_of((Cat.STOP,)), any_of((Cat.NOT,))
_COMING_OR_GOING = any_of((Cat.ARRIVE, Cat.LEAVE))
_CORRECTIONS = any_of((Cat.TYPO, Cat.RATHER))
_VAGUE, _OPENINGS = any_of((Cat.VAGUE,)), any_of((Cat.OPENING,))
_WEEKS, _DONE = any_of((Cat.NEXT_WEEK,)), any_of((Cat.DONE,))
_MONTHS_SAID = any_of((Cat.MONTH, Cat.NEXT_MONTH, Cat.THIS_MONTH))


@define
class Placed:
    """A mention and what the words before it make of it."""

    mention: Mention
    role: str = ""
    """`from`, `to`, or nothing."""
    link: str = ""
    """How it hangs on the mention before: `to`, `dash`, `and`, `or`, `near`, `far`."""
    corrects: bool = False
    denied: bool = False
    replaced: bool = False
    """Said to be no longer meant: "en vez del 10"."""
    stated: bool = False
    """The role was said by a verb: "llego", "check-out"."""


class Placing:
    """Places the mentions of one text."""

    def __init__(self, reader: MentionReader, listening: Listening) -> None:
        self.reader = reader
        self.listening = listening
        self.expected = listening.expecting in _ASKED_FOR_DATES

    def place(self, found: list[Mention]) -> list[Placed]:
        """Return the mentions that are days, each with its role, `03/04` decided."""
        placed = self._kept([self._place(found, n) for n in range(len(found))])
        if len(placed) < len(found):  # a number that is no day must not stand between two that are
            kept = [here.mention for here in placed]
            placed = [self._place(kept, n) for n in range(len(kept))]
        day_first = self._day_first(placed)
        return self._in_month([_decided(here, day_first=day_first) for here in placed])

    def _in_week(self, placed: list[Placed]) -> None:
        """Give "semana que vem, de terça a quinta" its week."""
        if not self.reader.said & _WEEKS:
            return
        said = {k for here in placed for k in range(here.mention.first, here.mention.last + 1)}
        weeks = [self.reader.value(k, Cat.NEXT_WEEK) for k in range(self.reader.count) if k not in said]
        week = next((found for found in weeks if found is not None), None)
        if week is None:
            return
        for here in placed:
            day = here.mention
            if isinstance(day, Day) and day.weekday is not None and day.day is None and day.week is None and not day.when:
                here.mention = evolve(day, week=week)

    def _in_month(self, placed: list[Placed]) -> list[Placed]:
        """Read "en enero, del 5 al 9": a month said apart belongs to the days that have none."""
        self._in_week(placed)
        if any(isinstance(here.mention, Day) and here.mention.month is not None for here in placed):
            return placed
        if not self.reader.said & _MONTHS_SAID:
            return placed
        said = {k for here in placed for k in range(here.mention.first, here.mention.last + 1)}
        months = [k for k, bits in enumerate(self.reader.bits) if bits & _MONTHS_SAID and k not in said]
        if len(months) != 1:
            return placed
        at = months[0]
        year, years_ahead, _ = self.reader.year(at + 1)
        highest = 0
        for here in placed:
            day = here.mention
            if not isinstance(day, Day) or not is_bare(day) or (day.day or 0) < highest:
                continue
            highest = day.day or 0
            month = self.reader.value(at, Cat.MONTH)
            if month is not None:
                here.mention = evolve(day, month=month, year=year, years_ahead=years_ahead)
            else:
                here.mention = evolve(day, months_ahead=int(self.reader.has(at, Cat.NEXT_MONTH)))
        return placed

    def _day_first(self, placed: list[Placed]) -> bool:
        """Whether `03/04` is 3 April; the tenant's habit unless a date of this text can only be the other way."""
        figures = [p.mention.numeric for p in placed if isinstance(p.mention, Day) and p.mention.numeric]
        for habit in (self.listening.day_first, not self.listening.day_first):
            if all(1 <= (n[1] if habit else n[0]) <= _MONTHS and 1 <= (n[0] if habit else n[1]) <= _DAYS for n in figures):
                return habit
        return self.listening.day_first

    def _place(self, found: list[Mention], n: int) -> Placed:
        mention = found[n]
        start = found[n - 1].last + 1 if n else max(0, mention.first - _REACH)
        has, bits = self.reader.has, self.reader.bits
        gap = 0
        for before in bits[start : mention.first]:
            gap |= before
        placed = Placed(mention)
        i = mention.first - 1
        while i >= start and bits[i] & _THROUGH and not bits[i] & _TELLING:
            i -= 1
        begins = i == 0 and n == 0 and self.reader.mark(0) == "a"  # "a primeira sexta de março"
        if i >= start and not begins:
            self._adjacent(placed, i, start if n else -1)
        for k in range(mention.first - 1, start - 1, -1) if gap & _COMING_OR_GOING else ():
            if has(k, Cat.STOP) or (has(k, Cat.DOT) and not self.reader.glued(k + 1)):
                break
            stated = has(k, Cat.LEAVE) or has(k, Cat.ARRIVE)
            if stated and (k >= mention.first - 1 or self.reader.mark(k) not in {"in", "out", "come"}):
                placed.role = "to" if has(k, Cat.LEAVE) else "from"
                placed.stated = True
                break
        placed.corrects = gap & _CORRECTIONS != 0 or (n > 0 and gap & _DENIALS != 0)
        placed.replaced = has(mention.first - 1, Cat.INSTEAD_OF) or (i >= start and has(i, Cat.INSTEAD_OF))
        placed.denied = i >= start and has(i, Cat.NOT) and not has(i + 1, Cat.COMMA)
        if n and not placed.link:
            placed.link = "near" if mention.first - start <= _SHORT and not gap & _STOPS else "far"
        return placed

    def _adjacent(self, placed: Placed, i: int, start: int) -> None:
        has = self.reader.has
        if has(i, Cat.TO) and not (start < 0 and has(i, Cat.FOR)):
            placed.role = "to"
            placed.link = "to"
        elif has(i, Cat.FROM, Cat.BETWEEN):
            placed.role = "from"
            if start >= 0 and has(i - 1, Cat.AND):
                placed.link = "and"
        elif has(i, Cat.DASH):
            placed.link = "dash"
        elif has(i, Cat.AND):
            placed.link = "and"
        elif has(i, Cat.OR):
            placed.link = "or"

    # ------------------------------------------------------------ bare numbers that are days, and those that are not

    def _kept(self, placed: list[Placed]) -> list[Placed]:
        kept: list[Placed] = []
        vague = False
        for n, here in enumerate(placed):
            day = here.mention
            follows = placed[n + 1].link if n + 1 < len(placed) else ""
            if (self._vague(day) and follows not in {"to", "dash"}) or (vague and here.link in {"or", "and", "to", "dash"}):
                vague = True
                continue
            vague = False
            if (isinstance(day, Day) and self._happened(here)) or (here.replaced and len(placed) > 1):
                continue
            if isinstance(day, Day) and (day.weak or (is_bare(day) and (day.day or 0) > _DAYS)):
                after = placed[n + 1] if n + 1 < len(placed) else None
                before = kept[-1] if kept else None
                if not self._is_day(here, before, after):
                    continue
            kept.append(here)
        return kept

    def _happened(self, here: Placed) -> bool:
        """A day on which something was done: "pagué el 5", "nací el 3 de marzo"."""
        if not self.reader.said & _DONE:
            return False
        start = max(0, here.mention.first - _SHORT)
        if here.role or self.reader.has(here.mention.first - 1, Cat.FOR):
            return False
        return any(self.reader.has(k, Cat.DONE) for k in range(start, here.mention.first))

    def _vague(self, mention: Mention) -> bool:
        if not self.reader.said & _VAGUE:
            return False
        i = mention.first - 1
        while self.reader.has(i, Cat.ART, Cat.DAY_WORD) and not self.reader.has(i, Cat.VAGUE):
            i -= 1
        return self.reader.has(i, Cat.VAGUE)

    def _is_day(self, here: Placed, before: Placed | None, after: Placed | None) -> bool:
        if (
            before is not None
            and isinstance(before.mention, Day)
            and (
                here.link in {"to", "dash"}
                or (here.link == "and" and before.role == "from")
                or self._beside(here, before.mention)
            )
        ):
            return True
        if after is not None and isinstance(after.mention, Day) and self._joined(here, after):
            if after.mention.weak and self.reader.said & _OPENINGS:
                return False
            return not after.mention.weak or here.role == "from" or after.link == "to" or self.expected
        if here.stated and here.role:
            return here.mention.first - 1 >= 0 and self.reader.has(here.mention.first - 1, Cat.ARRIVE, Cat.LEAVE, *TRANSPARENT)
        return self.expected and (self.reader.count <= _SHORT or here.role != "") and self._unclaimed(here)

    def _beside(self, here: Placed, before: Day) -> bool:
        """Read "Jan 3 and 4", "dia 7 ou 8": a higher number right behind a day."""
        day = here.mention
        near = day.first - before.last <= _NEXT_BUT_ONE and not before.weak
        higher = isinstance(day, Day) and (before.day or _DAYS) < (day.day or 0) <= _DAYS
        return near and higher and (here.link == "or" or (here.link == "and" and before.month is not None))

    def _unclaimed(self, here: Placed) -> bool:
        return isinstance(here.mention, Day) and (here.mention.day or 0) <= _DAYS

    def _joined(self, here: Placed, after: Placed) -> bool:
        if after.link in {"to", "dash"}:
            return after.mention.first - here.mention.last <= _SHORT
        return after.link == "and" and (here.role == "from" or not (isinstance(after.mention, Day) and after.mention.weak))


def _decided(placed: Placed, *, day_first: bool) -> Placed:
    day = placed.mention
    if isinstance(day, Day) and day.numeric is not None:
        a, b = day.numeric
        placed.mention = evolve(day, day=a if day_first else b, month=b if day_first else a, numeric=None)
    return placed
