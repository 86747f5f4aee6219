"""
The stay grammar: reads arrival, departure and nights out of a text, with every doubt kept.

Three steps: `stays_mentions` finds the words, this module decides which of them belong together (a range, a day with a length, a
correction), `stays_calendar` and `stays_ranges` say which dates that can be. One candidate is an answer, several are a question, and a
problem is what the guest has to hear.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

from attrs import define, evolve

from hotel_agent.adapters.nlu.lexemes import Cat, Lexeme
from hotel_agent.adapters.nlu.stays_calendar import Impossible, blocks, months_later
from hotel_agent.adapters.nlu.stays_mentions import Block, Day, Length, Mention, MentionReader
from hotel_agent.adapters.nlu.stays_ranges import Heard, arrivals, departures, is_bare, ranges
from hotel_agent.adapters.nlu.tokens import Token
from hotel_agent.domain.stays import MAX_NIGHTS
from hotel_agent.domain.understanding import Expecting, Listening, Span, StayCandidate, StayProblem, StayReading

_ASKED_FOR_DATES = {Expecting.DATES, Expecting.DEPARTURE, Expecting.DATES_CHOICE}
_SHORT = 4
_MOST = 6
_CHECK_IN, _CHECK_OUT = "check_in", "check_out"
_TRANSPARENT = (Cat.ART, Cat.DAY_WORD, Cat.FOR, Cat.THIS)


@define
class _Placed:
    """A mention and what the words before it make of it."""

    mention: Mention
    role: str = ""
    """`from`, `to`, or nothing."""
    link: str = ""
    """How it hangs on the mention before: `to`, `dash`, `and`, `or`, `near`, `far`."""
    corrects: bool = False
    denied: bool = False
    stated: bool = False
    """The role was said by a verb: "llego", "check-out"."""


@define
class _Reading:
    candidates: list[StayCandidate]
    problem: StayProblem | None
    corrects: bool

def read_stay(lexemes: Sequence[Lexeme], tokens: Sequence[Token], taken: frozenset[int], language: str, listening: Listening) -> StayReading | None:
    """
    Return what the text says of dates, or None if it says nothing of them.

    *taken* are indexes of tokens that mean something else. `listening` gives the hotel's day and what is being talked about.
    """
    reader = MentionReader(lexemes, tokens, taken, language)
    found = reader.read()
    if not found:
        return None
    return _StayReader(reader, found, listening).read()


class _StayReader:
    def __init__(self, reader: MentionReader, found: list[Mention], listening: Listening) -> None:
        self.reader = reader
        self.listening = listening
        self.heard = Heard(listening.today, listening.country, listening.stay, listening.arrival)
        self.expected = listening.expecting in _ASKED_FOR_DATES
        self.marks = {cat for cat in (Cat.RATHER, Cat.TYPO, Cat.NOT, Cat.SAME) if any(cat in c for c in reader.cats)}
        self.moves = any(Cat.MOVE in c for c in reader.cats)
        self.placed = self._kept([self._place(found, n) for n in range(len(found))])
        if len(self.placed) < len(found):  # a number that is no day must not stand between two that are
            days = [placed.mention for placed in self.placed]
            self.placed = [self._place(days, n) for n in range(len(days))]
        self.placed = [evolve_numeric(p, self._day_first()) for p in self.placed]

    def _day_first(self) -> bool:
        """Whether `03/04` is 3 April; the tenant's habit unless a date of this text can only be the other way."""
        figures = [p.mention.numeric for p in self.placed if isinstance(p.mention, Day) and p.mention.numeric]
        for habit in (self.listening.day_first, not self.listening.day_first):
            if all(1 <= (n[1] if habit else n[0]) <= 12 and 1 <= (n[0] if habit else n[1]) <= 31 for n in figures):  # noqa: PLR2004
                return habit
        return self.listening.day_first

    # ------------------------------------------------------------ what the words between mentions make of them

    def _place(self, found: list[Mention], n: int) -> _Placed:
        mention = found[n]
        start = found[n - 1].last + 1 if n else max(0, mention.first - 8)
        has = self.reader.has
        placed = _Placed(mention)
        i = mention.first - 1
        while i >= start and has(i, *_TRANSPARENT) and not has(i, Cat.TO, Cat.FROM, Cat.BETWEEN, Cat.ARRIVE, Cat.LEAVE, Cat.AND, Cat.OR):
            i -= 1
        if i >= start:
            self._adjacent(placed, i, start if n else -1)
        for k in range(mention.first - 1, start - 1, -1):
            if has(k, Cat.STOP) or (has(k, Cat.DOT) and not self.reader.glued(k + 1)):
                break
            stated = has(k, Cat.LEAVE) or has(k, Cat.ARRIVE)
            if stated and (k >= mention.first - 1 or self.reader._mark(k) not in {"in", "out", "come"}):
                placed.role = "to" if has(k, Cat.LEAVE) else "from"
                placed.stated = True
                break
        gap = range(start, mention.first)
        placed.corrects = any(has(k, Cat.TYPO, Cat.RATHER) for k in gap) or (n > 0 and any(has(k, Cat.NOT) for k in gap))
        placed.denied = i >= start and has(i, Cat.NOT) and not has(i + 1, Cat.COMMA)
        if n and not placed.link:
            placed.link = "near" if mention.first - start <= _SHORT and not any(has(k, Cat.STOP) for k in gap) else "far"
        return placed

    def _adjacent(self, placed: _Placed, i: int, start: int) -> None:
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

    def _kept(self, placed: list[_Placed]) -> list[_Placed]:
        kept: list[_Placed] = []
        for n, here in enumerate(placed):
            day = here.mention
            if self._vague(day):
                continue
            if isinstance(day, Day) and (day.weak or (is_bare(day) and (day.day or 0) > 31)):  # noqa: PLR2004
                after = placed[n + 1] if n + 1 < len(placed) else None
                before = kept[-1] if kept else None
                if not self._is_day(here, before, after):
                    continue
            kept.append(here)
        return kept

    def _vague(self, mention: Mention) -> bool:
        i = mention.first - 1
        while self.reader.has(i, Cat.ART, Cat.DAY_WORD) and not self.reader.has(i, Cat.VAGUE):
            i -= 1
        return self.reader.has(i, Cat.VAGUE)

    def _is_day(self, here: _Placed, before: _Placed | None, after: _Placed | None) -> bool:
        if before is not None and isinstance(before.mention, Day) and (
            here.link in {"to", "dash"} or (here.link == "and" and before.role == "from")
        ):
            return True
        if after is not None and isinstance(after.mention, Day) and self._joined(here, after):
            return not after.mention.weak or here.role == "from" or after.link == "to" or self.expected
        if here.stated and here.role:
            return here.mention.first - 1 >= 0 and self.reader.has(here.mention.first - 1, Cat.ARRIVE, Cat.LEAVE, *_TRANSPARENT)
        return self.expected and (self.reader.count <= _SHORT or here.role != "") and self._unclaimed(here)

    def _unclaimed(self, here: _Placed) -> bool:
        return isinstance(here.mention, Day) and (here.mention.day or 0) <= 31  # noqa: PLR2004

    def _joined(self, here: _Placed, after: _Placed) -> bool:
        if after.link in {"to", "dash"}:
            return after.mention.first - here.mention.last <= _SHORT
        return after.link == "and" and (here.role == "from" or not (isinstance(after.mention, Day) and after.mention.weak))

    # ------------------------------------------------------------ which mentions belong together

    def read(self) -> StayReading | None:
        readings: list[_Reading] = []
        n = 0
        while n < len(self.placed):
            build, used = self._next(n)
            if build is not None:
                readings.append(self._tell(build, self.placed[n], self.placed[n + used - 1]))
            n += used
        return _settled(readings)

    def _next(self, n: int) -> tuple[Callable[[], list[StayCandidate]] | None, int]:
        """Return how to build what the mentions from *n* on say together, and how many they are."""
        here = self.placed[n]
        after = self.placed[n + 1] if n + 1 < len(self.placed) else None
        third = self.placed[n + 2] if n + 2 < len(self.placed) else None
        mention = here.mention
        if after is None:
            return self._alone(here), 1
        if here.denied or isinstance(mention, Length) and isinstance(after.mention, Length):
            return (None if here.denied else self._alone(here)), 1
        range_follows = third is not None and self._is_range(after, third)
        if isinstance(mention, Length):
            if not self._belongs(here, after):
                return self._alone(here), 1
            if third is not None and range_follows:
                return partial(self._ranged, after, third, mention), 3
            return partial(self._measured, after, mention), 2
        if isinstance(mention, Block):
            if range_follows:
                return None, 1  # "el finde del 15 al 17": the range says it
        elif self._is_range(here, after):
            if third is not None and isinstance(third.mention, Length) and self._belongs(after, third):
                return partial(self._ranged, here, after, third.mention), 3
            return partial(self._ranged, here, after, None), 2
        elif isinstance(after.mention, Day) and after.link in {"and", "or"} and not range_follows:
            return partial(self._listed, here, after), 2
        if isinstance(after.mention, Length) and self._belongs(here, after):
            return partial(self._measured, here, after.mention), 2
        return self._alone(here), 1

    def _alone(self, here: _Placed) -> Callable[[], list[StayCandidate]]:
        mention = here.mention
        if isinstance(mention, Length):
            return partial(self._only_length, mention)
        if isinstance(mention, Block):
            return partial(self._block, mention)
        return partial(self._single, here)

    def _belongs(self, here: _Placed, after: _Placed) -> bool:
        length = here.mention if isinstance(here.mention, Length) else after.mention
        if isinstance(length, Length) and length.change:
            return False
        return after.link != "or" and not after.corrects

    def _is_range(self, here: _Placed, after: _Placed) -> bool:
        if not isinstance(here.mention, Day) or not isinstance(after.mention, Day):
            return False
        if here.role == "to" and here.stated and after.role == "from" and after.stated:
            return True
        if after.corrects and after.role != "to":
            return False
        if after.role == "to" and (here.role != "to" or not here.stated):
            return True
        if after.link == "dash":
            return after.mention.first - here.mention.last <= 2  # noqa: PLR2004 - only the dash between them
        if after.link == "and":
            return self.reader.has(here.mention.first - 1, Cat.BETWEEN) or self._between(here)
        both_dated = here.mention.month is not None or here.mention.numeric is not None
        dated = both_dated and (after.mention.month is not None or after.mention.numeric is not None)
        return dated and after.link == "near" and after.mention.first - here.mention.last <= 2 and not after.role  # noqa: PLR2004

    def _between(self, here: _Placed) -> bool:
        i = here.mention.first - 1
        while self.reader.has(i, *_TRANSPARENT):
            i -= 1
        return self.reader.has(i, Cat.BETWEEN)

    # ------------------------------------------------------------ what each shape means

    def _ranged(self, here: _Placed, after: _Placed, length: Length | None) -> list[StayCandidate]:
        if here.role == "to" and here.stated and after.role == "from":
            here, after = after, here
        assert isinstance(here.mention, Day)  # noqa: S101 - `_is_range` said so
        assert isinstance(after.mention, Day)  # noqa: S101
        pairs = ranges(here.mention, after.mention, self.heard)
        found = [_candidate(a, d, "explicit range") for a, d in pairs]
        if length is not None and length.nights and not any(c.nights in length.nights for c in found):
            found += [_candidate(a, a + timedelta(days=n), "nights against range") for a, _ in pairs for n in length.nights if n]
        if self.moves and not here.stated and not after.stated and self._moved(here):
            found += [_candidate(d, None, "moved to") for _, d in pairs if d is not None]
        elif self.reader.has(here.mention.first - 2, Cat.NIGHT) and self.reader._mark(here.mention.first - 2).endswith("s"):
            found += [_candidate(a, d + timedelta(days=1), "nights named") for a, d in pairs if d is not None]
        return found

    def _moved(self, here: _Placed) -> bool:
        """ "cambiar la reserva del 20 al 22": those two days, or from the one to the other?"""
        i = here.mention.first - 1
        while self.reader.has(i, Cat.ART, Cat.FROM, Cat.DAY_WORD):
            i -= 1
        return self.reader.has(i, Cat.MOVE, Cat.STAY_WORD) and here.role == "from"

    def _listed(self, here: _Placed, after: _Placed) -> list[StayCandidate]:
        assert isinstance(here.mention, Day)  # noqa: S101
        assert isinstance(after.mention, Day)  # noqa: S101
        first, second = here.mention, after.mention
        if after.link == "or":
            if is_bare(first) and second.month is not None:
                first = evolve(first, month=second.month, year=second.year)
            starts = arrivals(first, self.heard)
            later = evolve(self.heard, today=min(starts)) if is_bare(second) and second.weekday is None else self.heard
            return [_candidate(a, None, "either day") for a in [*starts, *arrivals(second, later)]]
        pairs = ranges(first, second, self.heard)
        found = [_candidate(a, d, "two days named") for a, d in pairs]
        return found + [_candidate(a, d + timedelta(days=1), "two nights named") for a, d in pairs if d is not None]

    def _measured(self, start: _Placed, length: Length) -> list[StayCandidate]:
        mention = start.mention
        if isinstance(mention, Block):
            found: list[StayCandidate] = []
            for a, d in blocks(mention, self.listening.today, self.listening.country):
                starts = [a] if d is None else [a + timedelta(days=k) for k in range(max(1, (d - a).days - min(length.nights or (1,)) + 1))]
                found += [c for s in starts for c in self._after(s, length, "nights at a feast", assumed=len(starts) > 1)]
            return found
        assert isinstance(mention, Day)  # noqa: S101
        if start.role == "to":
            ends = arrivals(mention, self.heard)
            return [
                _candidate(end - timedelta(days=n), end, "nights until") for end in ends for n in length.nights
                if end - timedelta(days=n) >= self.listening.today and n
            ]
        return [c for a in arrivals(mention, self.heard, alone=True) for c in self._after(a, length, "nights from")]

    def _after(self, arrival: date, length: Length, reason: str, *, assumed: bool = False) -> list[StayCandidate]:
        filled = frozenset({_CHECK_IN, _CHECK_OUT}) if assumed else frozenset()
        if length.months:
            return [_candidate(arrival, months_later(arrival, min(length.months, 99)), "months from", filled | {_CHECK_OUT})]
        return [_candidate(arrival, arrival + timedelta(days=n), reason, filled) for n in length.nights if n]

    def _only_length(self, length: Length) -> list[StayCandidate]:
        stay = self.listening.stay
        if length.later:
            if stay is None or not length.nights:
                return []
            step = timedelta(days=length.nights[0])
            return [_candidate(stay.arrival + step, stay.departure + step, "the same, later", {_CHECK_IN, _CHECK_OUT})]
        if length.change:
            if stay is None or not length.nights:
                return []
            leave = stay.departure + timedelta(days=length.change * length.nights[0])
            if leave <= stay.arrival:
                raise Impossible(StayProblem.BACKWARDS)
            return [_candidate(stay.arrival, leave, "longer or shorter")]
        arrival = self.listening.arrival or (stay.arrival if stay else None)
        if arrival is not None:
            filled = frozenset() if self.listening.arrival else frozenset({_CHECK_IN})
            return [evolve(c, assumed=c.assumed | filled) for c in self._after(arrival, length, "nights from")]
        return [StayCandidate(nights=n, reason="nights") for n in length.nights if 0 < n <= MAX_NIGHTS]

    def _block(self, block: Block) -> list[StayCandidate]:
        found = blocks(block, self.listening.today, self.listening.country)
        reason = {"weekend": "weekend", "long_weekend": "long weekend", "feast": "feast"}[block.kind]
        assumed = {_CHECK_IN, _CHECK_OUT} if block.kind != "weekend" else set()
        return [_candidate(a, d, reason, assumed if d else ()) for a, d in found]

    def _single(self, here: _Placed) -> list[StayCandidate]:
        day = here.mention
        assert isinstance(day, Day)  # noqa: S101
        listening = self.listening
        if listening.arrival is not None and (here.role == "to" or (listening.expecting is Expecting.DEPARTURE and here.role != "from")):
            found = [_candidate(listening.arrival, d, "departure") for d in departures(day, listening.arrival, listening.today)]
            if day.weak and day.day and not self.reader.has(day.first - 1, Cat.TO):
                found += [c for c in self._after(listening.arrival, Length(first=0, last=0, nights=(day.day,)), "nights from")]
            return found
        stay = listening.stay
        if stay is not None and here.role == "to":
            return [_candidate(stay.arrival, d, "new departure", {_CHECK_IN}) for d in departures(day, stay.arrival, listening.today)]
        starts = arrivals(day, self.heard, alone=True)
        if day.days_ahead == 0 or day.night:
            return [_candidate(a, a + timedelta(days=1), "one night", {_CHECK_OUT}) for a in starts]
        if stay is not None and here.role == "from":
            return [_candidate(a, stay.departure, "new arrival", {_CHECK_OUT}) if a < stay.departure else _candidate(a, None, "arrival") for a in starts]
        if stay is not None and self.marks:
            return [_candidate(a, a + timedelta(days=stay.nights), "the same, from another day", {_CHECK_OUT}) for a in starts]
        return [_candidate(a, None, "one day") for a in starts]

    # ------------------------------------------------------------ telling

    def _tell(self, build: Callable[[], list[StayCandidate]], first: _Placed, last: _Placed) -> _Reading:
        span = Span(self._start(first), self._end(last))
        try:
            found = [evolve(candidate, span=span) for candidate in build()]
        except Impossible as impossible:
            return _Reading([], impossible.problem, first.corrects)
        return _Reading(found, None, first.corrects)

    def _start(self, placed: _Placed) -> int:
        reader = self.reader
        return reader.tokens[reader.lexemes[placed.mention.first].first].start

    def _end(self, placed: _Placed) -> int:
        reader = self.reader
        return reader.tokens[reader.lexemes[placed.mention.last].last].end


def _settled(readings: list[_Reading]) -> StayReading | None:
    """
    Make one reading of all: a correction replaces what stood before it, a problem outweighs all but a plain second date.

    "ayer hablamos; del 20 al 22" speaks of a past day and of a stay: the stay counts.
    """
    readings = [r for r in readings if r.candidates or r.problem]
    for n in range(len(readings) - 1, 0, -1):
        if readings[n].corrects:
            readings = readings[n:]
            break
    if not readings:
        return None
    good = [r for r in readings if r.candidates]
    problems = [r.problem for r in readings if r.problem is not None]
    if problems and (not good or any(problem is not StayProblem.PAST for problem in problems)):
        return StayReading((), problems[0])
    dated = [r for r in good if any(c.arrival for c in r.candidates)] or good
    unique = dict.fromkeys(candidate for reading in dated for candidate in reading.candidates)
    seen: dict[tuple[date | None, date | None, int | None], StayCandidate] = {}
    for candidate in unique:
        seen.setdefault((candidate.arrival, candidate.departure, candidate.nights), candidate)
    return StayReading(tuple(seen.values())[:_MOST])


def _candidate(arrival: date, departure: date | None, reason: str, assumed: frozenset[str] | set[str] | tuple[str, ...] = ()) -> StayCandidate:
    nights = (departure - arrival).days if departure else None
    return StayCandidate(arrival, departure, nights, frozenset(assumed), reason)


def evolve_numeric(placed: _Placed, day_first: bool) -> _Placed:
    day = placed.mention
    if isinstance(day, Day) and day.numeric is not None:
        a, b = day.numeric
        placed.mention = evolve(day, day=a if day_first else b, month=b if day_first else a, numeric=None)
    return placed
