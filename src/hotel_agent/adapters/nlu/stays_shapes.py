"""
What each shape of mentions means.

A range, a day with a length, two days, a block, a correction of the stay that is talked about.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from attrs import evolve

from hotel_agent.adapters.nlu.lexemes import Cat, any_of
from hotel_agent.adapters.nlu.stays_calendar import Impossible, Pair, at, months_later, shifted
from hotel_agent.adapters.nlu.stays_feasts import blocks
from hotel_agent.adapters.nlu.stays_mentions import MentionReader
from hotel_agent.adapters.nlu.stays_placing import Placed
from hotel_agent.adapters.nlu.stays_ranges import Heard, arrivals, departures, is_bare, ranges
from hotel_agent.adapters.nlu.stays_values import Block, Day, Length, Series
from hotel_agent.domain.stays import MAX_NIGHTS, Stay
from hotel_agent.domain.understanding import Expecting, Listening, StayCandidate, StayProblem

_CHECK_IN, _CHECK_OUT = "check_in", "check_out"
_MOST_MONTHS = 11
_LONGEST_FEASTS = 31


_ONTO = {"al", "a", "to", "ao", "para", "pra"}
"""What a stay is moved to; "hasta", "until" and "até" say where it ends."""
_NIGHTS = {"noches", "nights", "noites", "diarias"}
_CORRECTING = any_of((Cat.RATHER, Cat.TYPO, Cat.NOT, Cat.SAME))
_MOVING, _COMING, _GOING = any_of((Cat.MOVE,)), any_of((Cat.ARRIVE,)), any_of((Cat.LEAVE,))


class Shapes:
    """
    Builds the candidates of one shape. Every method raises `Impossible` for words that cannot be a stay.
    """

    def __init__(self, reader: MentionReader, listening: Listening) -> None:
        self.reader = reader
        self.listening = listening
        self.heard = Heard(listening.today, listening.country, listening.stay, listening.arrival)
        self.corrects = reader.said & _CORRECTING != 0
        self.moves = reader.said & _MOVING != 0

    def ranged(self, here: Placed, after: Placed, length: Length | None) -> list[StayCandidate]:
        if here.role == "to" and here.stated and after.role == "from":
            here, after = after, here
        assert isinstance(here.mention, Day)  # noqa: S101 - `Placing` told days from lengths
        assert isinstance(after.mention, Day)  # noqa: S101 - `Placing` told days from lengths
        pairs = ranges(here.mention, after.mention, self.heard)
        found = [_candidate(a, d, "explicit range") for a, d in pairs]
        if length is not None and length.nights and not any(c.nights in length.nights for c in found):
            found += [
                _candidate(a, a + timedelta(days=n), "nights against range") for a, _ in pairs for n in length.nights if n
            ]
        if self.moves and not here.stated and not after.stated and self._moved(here):
            found += [_candidate(d, None, "moved to") for _, d in pairs if d is not None]
        elif self.reader.has(here.mention.first - 2, Cat.NIGHT) and self.reader.mark(here.mention.first - 2).endswith("s"):
            found += [_candidate(a, d + timedelta(days=1), "nights named") for a, d in pairs if d is not None]
        return found

    def _moved(self, here: Placed) -> bool:
        """Read "cambiar la reserva del 20 al 22": those two days, or from the one to the other?"""
        i = here.mention.first - 1
        while self.reader.has(i, Cat.ART, Cat.FROM, Cat.DAY_WORD):
            i -= 1
        return self.reader.has(i, Cat.MOVE, Cat.STAY_WORD) and here.role == "from"

    def listed(self, here: Placed, after: Placed, length: Length | None = None) -> list[StayCandidate]:
        assert isinstance(here.mention, Day)  # noqa: S101 - `Placing` told days from lengths
        assert isinstance(after.mention, Day)  # noqa: S101 - `Placing` told days from lengths
        first, second = here.mention, after.mention
        if after.link == "or":
            if is_bare(first) and second.month is not None:
                first = evolve(first, month=second.month, year=second.year)
            starts = arrivals(first, self.heard)
            later = evolve(self.heard, today=min(starts)) if is_bare(second) and second.weekday is None else self.heard
            if length is not None:
                return [c for a in [*starts, *arrivals(second, later)] for c in self._after(a, length, "either day")]
            return [_candidate(a, None, "either day") for a in [*starts, *arrivals(second, later)]]
        pairs = ranges(first, second, self.heard)
        found = self._named(pairs, first.first)
        fitting = [candidate for candidate in found if length is not None and candidate.nights in length.nights]
        return fitting or found

    def series(self, series: Series) -> list[StayCandidate]:
        return self._named(ranges(series.start, series.end, self.heard), series.first)

    def _named(self, pairs: Sequence[Pair], first: int) -> list[StayCandidate]:
        """Days named one by one: is the last of them the morning of departure, or a night too? Of nights it is the latter."""
        nights = [_candidate(a, d + timedelta(days=1), "nights named") for a, d in pairs if d is not None]
        i = first - 1
        while self.reader.has(i, Cat.OF, Cat.ART, Cat.FROM) and not self.reader.has(i, Cat.NIGHT):
            i -= 1
        if self.reader.has(i, Cat.NIGHT) or self.reader.mark(i) in _NIGHTS:
            return nights
        return [*(_candidate(a, d, "days named") for a, d in pairs), *nights]

    def between_feasts(self, here: Placed, after: Placed) -> list[StayCandidate]:
        """From a day or feast to a day or feast; a feast may be its eve or its day, so there are several."""
        today, first = self.listening.today, here.mention
        if isinstance(first, Day) and is_bare(first) and first.weekday is None:
            ends = self._feast_or_day(after, today)
            found = [(a, d) for d in ends if (a := _day_before(first.day or 0, d)) is not None and a >= today]
        else:
            starts = self._feast_or_day(here, today)
            found = [(a, d) for a in starts for d in self._feast_or_day(after, a) if 0 < (d - a).days <= _LONGEST_FEASTS]
        if not found:
            raise Impossible(StayProblem.BACKWARDS)
        return [_candidate(a, d, "between feasts") for a, d in dict.fromkeys(found)]

    def _feast_or_day(self, placed: Placed, today: date) -> list[date]:
        mention = placed.mention
        if isinstance(mention, Block):
            return [a for a, _ in blocks(mention, today, self.listening.country)]
        assert isinstance(mention, Day)  # noqa: S101 - one of the two that `_from_feast_to_feast` lets through
        return arrivals(mention, evolve(self.heard, today=today))

    def measured(self, start: Placed, length: Length) -> list[StayCandidate]:
        mention = start.mention
        if isinstance(mention, Block):
            found: list[StayCandidate] = []
            for a, d in blocks(mention, self.listening.today, self.listening.country):
                starts = (
                    [a]
                    if d is None
                    else [a + timedelta(days=k) for k in range(max(1, (d - a).days - min(length.nights or (1,)) + 1))]
                )
                found += [c for s in starts for c in self._after(s, length, "nights at a feast", assumed=len(starts) > 1)]
            return found
        assert isinstance(mention, Day)  # noqa: S101 - `Placing` told days from lengths
        if start.role == "to":
            ends = arrivals(mention, self.heard)
            return [
                _candidate(end - timedelta(days=n), end, "nights until")
                for end in ends
                for n in length.nights
                if end - timedelta(days=n) >= self.listening.today and n
            ]
        return [c for a in arrivals(mention, self.heard, alone=True) for c in self._after(a, length, "nights from")]

    def _after(self, arrival: date, length: Length, reason: str, *, assumed: bool = False) -> list[StayCandidate]:
        filled = frozenset({_CHECK_IN, _CHECK_OUT}) if assumed else frozenset()
        if max(length.nights, default=0) > MAX_NIGHTS or length.months > _MOST_MONTHS:
            raise Impossible(StayProblem.TOO_LONG)
        if length.months:
            return [_candidate(arrival, months_later(arrival, length.months), "months from", filled | {_CHECK_OUT})]
        return [_candidate(arrival, arrival + timedelta(days=n), reason, filled) for n in length.nights if n]

    def only_length(self, length: Length) -> list[StayCandidate]:
        stay = self.listening.stay
        if length.later:
            if stay is None or not length.nights:
                return []
            return self._shifted(stay, timedelta(days=max(length.nights) * (length.change or 1)))
        if length.change:
            if stay is None or not length.nights:
                return []
            leave = stay.departure + timedelta(days=length.change * length.nights[0])
            if leave <= stay.arrival:
                raise Impossible(StayProblem.BACKWARDS)
            return [_candidate(stay.arrival, leave, "longer or shorter")]
        if length.coming and stay is None and self.listening.arrival is None:
            both = frozenset({_CHECK_IN, _CHECK_OUT})
            return [
                _candidate(a, a + timedelta(days=n), "the next nights", both)
                for n in length.nights[:1]
                for a in (self.listening.today, self.listening.today + timedelta(days=1))
            ]
        arrival = self.listening.arrival or (stay.arrival if stay else None)
        if arrival is not None:
            filled = frozenset() if self.listening.arrival else frozenset({_CHECK_IN})
            return [evolve(c, assumed=c.assumed | filled) for c in self._after(arrival, length, "nights from")]
        return [StayCandidate(nights=n, reason="nights") for n in length.nights if 0 < n <= MAX_NIGHTS]

    def _shifted(self, stay: Stay, step: timedelta) -> list[StayCandidate]:
        """Read "un día después", "llegamos un día antes", "we leave a day earlier": both days move, or the one named."""
        arrive, leave = stay.arrival + step, stay.departure + step
        comes, goes = self.reader.said & _COMING != 0, self.reader.said & _GOING != 0
        if goes and not comes:
            arrive = stay.arrival
        elif comes and not goes:
            leave = stay.departure
        if arrive < self.listening.today:
            raise Impossible(StayProblem.PAST)
        if leave <= arrive:
            raise Impossible(StayProblem.BACKWARDS)
        return [_candidate(arrive, leave, "the same, moved", {_CHECK_IN, _CHECK_OUT})]

    def block(self, block: Block) -> list[StayCandidate]:
        found = blocks(block, self.listening.today, self.listening.country)
        reason = {"weekend": "weekend", "long_weekend": "long weekend", "feast": "feast"}[block.kind]
        assumed = {_CHECK_IN, _CHECK_OUT} if block.kind != "weekend" else set()
        return [_candidate(a, d, reason, assumed if d else ()) for a, d in found]

    def single(self, here: Placed) -> list[StayCandidate]:
        day = here.mention
        assert isinstance(day, Day)  # noqa: S101 - `Placing` told days from lengths
        listening = self.listening
        if listening.arrival is not None and (
            here.role == "to" or (listening.expecting is Expecting.DEPARTURE and here.role != "from")
        ):
            found = [_candidate(listening.arrival, d, "departure") for d in departures(day, listening.arrival, listening.today)]
            if day.weak and day.day and not self.reader.has(day.first - 1, Cat.TO):
                found += list(self._after(listening.arrival, Length(first=0, last=0, nights=(day.day,)), "nights from"))
            return found
        stay = listening.stay
        if stay is not None and here.role == "to" and self.moves and self.reader.mark(day.first - 1) in _ONTO:
            starts = arrivals(day, self.heard, alone=True)
            return [_candidate(a, a + timedelta(days=stay.nights), "moved to", {_CHECK_OUT}) for a in starts]
        if stay is not None and here.role == "to":
            return [
                _candidate(stay.arrival, d, "new departure", {_CHECK_IN})
                for d in departures(day, stay.arrival, listening.today)
            ]
        starts = arrivals(day, self.heard, alone=True)
        if here.role == "to":
            return [StayCandidate(departure=d, reason="departure") for d in starts if d > listening.today]
        if day.days_ahead == 0 or day.night:
            return [_candidate(a, a + timedelta(days=1), "one night", {_CHECK_OUT}) for a in starts]
        if stay is not None and here.role == "from":
            return [
                _candidate(a, stay.departure, "new arrival", {_CHECK_OUT})
                if a < stay.departure
                else _candidate(a, None, "arrival")
                for a in starts
            ]
        if stay is not None and self.corrects:
            return [_candidate(a, a + timedelta(days=stay.nights), "the same, from another day", {_CHECK_OUT}) for a in starts]
        return [_candidate(a, None, "one day") for a in starts]


def _day_before(number: int, day: date) -> date | None:
    """Return the last day of month numbered *number* before *day*, in its month or the one before it."""
    months = shifted(day, -1) if number >= day.day else (day.year, day.month)
    return at(*months, number)


def _candidate(
    arrival: date, departure: date | None, reason: str, assumed: frozenset[str] | set[str] | tuple[str, ...] = ()
) -> StayCandidate:
    nights = (departure - arrival).days if departure else None
    return StayCandidate(arrival, departure, nights, frozenset(assumed), reason)
