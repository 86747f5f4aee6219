"""
The stay grammar: reads arrival, departure and nights out of a text, with every doubt kept.

Three steps: `stays_mentions` finds the words, this module decides which of them belong together (a range, a day with a
length, a
correction), `stays_calendar` and `stays_ranges` say which dates that can be. One candidate is an answer, several are a
question, and a
problem is what the guest has to hear.
"""

from collections.abc import Callable
from datetime import date
from functools import partial

from attrs import define

from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.lexemes import Cat
from hotel_agent.adapters.nlu.stays_calendar import Impossible
from hotel_agent.adapters.nlu.stays_mentions import MentionReader
from hotel_agent.adapters.nlu.stays_placing import TRANSPARENT, Placed, Placing
from hotel_agent.adapters.nlu.stays_shapes import Shapes
from hotel_agent.adapters.nlu.stays_values import Block, Day, Length, Series
from hotel_agent.domain.understanding import Span, StayCandidate, StayProblem, StayReading

_TOUCHING = 2
_MOST = 6
"""No question offers more ways to read a text than this."""


@define
class _Reading:
    candidates: list[StayCandidate]
    problem: StayProblem | None
    corrects: bool


def read_stay(hearing: Hearing) -> StayReading | None:
    """
    Return what the text says of dates, or None if it says nothing of them.

    What is taken means something else. `hearing.listening` gives the hotel's day and what is being talked about.
    """
    reader, listening = MentionReader(hearing), hearing.listening
    found = reader.read()
    if not found:
        return None
    return _StayReader(reader, Placing(reader, listening).place(found), Shapes(reader, listening)).read()


class _StayReader:
    def __init__(self, reader: MentionReader, placed: list[Placed], shapes: Shapes) -> None:
        self.reader = reader
        self.placed = placed
        self.shapes = shapes

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

    def _next(self, n: int) -> tuple[Callable[[], list[StayCandidate]] | None, int]:  # noqa: C901 - one branch for each kind of mention
        """Return how to build what the mentions from *n* on say together, and how many they are."""
        here = self.placed[n]
        after = self.placed[n + 1] if n + 1 < len(self.placed) else None
        third = self.placed[n + 2] if n + 2 < len(self.placed) else None
        mention = here.mention
        if after is None:
            return self._alone(here), 1
        if here.denied or (isinstance(mention, Length) and isinstance(after.mention, Length)):
            return (None if here.denied else self._alone(here)), 1
        range_follows = third is not None and self._is_range(after, third)
        if isinstance(mention, Length):
            if not self._belongs(here, after):
                return self._alone(here), 1
            if third is not None and range_follows:
                return partial(self.shapes.ranged, after, third, mention), 3
            if third is not None and third.link == "and" and isinstance(after.mention, Day) and isinstance(third.mention, Day):
                return partial(self.shapes.listed, after, third, mention), 3
            return partial(self.shapes.measured, after, mention), 2
        if self._from_feast_to_feast(here, after):
            return partial(self.shapes.between_feasts, here, after), 2
        if isinstance(mention, Block):
            if range_follows:
                return None, 1  # "el finde del 15 al 17": the range says it
        elif self._is_range(here, after):
            if third is not None and isinstance(third.mention, Length) and self._belongs(after, third):
                return partial(self.shapes.ranged, here, after, third.mention), 3
            return partial(self.shapes.ranged, here, after, None), 2
        elif isinstance(mention, Day) and isinstance(after.mention, Day) and after.link in {"and", "or"} and not range_follows:
            if after.link == "or" and third is not None and isinstance(third.mention, Length) and self._belongs(after, third):
                return partial(self.shapes.listed, here, after, third.mention), 3
            return partial(self.shapes.listed, here, after), 2
        if isinstance(after.mention, Length) and self._belongs(here, after):
            return partial(self.shapes.measured, here, after.mention), 2
        return self._alone(here), 1

    def _alone(self, here: Placed) -> Callable[[], list[StayCandidate]]:
        mention = here.mention
        if isinstance(mention, Length):
            return partial(self.shapes.only_length, mention)
        if isinstance(mention, Block):
            return partial(self.shapes.block, mention)
        if isinstance(mention, Series):
            return partial(self.shapes.series, mention)
        return partial(self.shapes.single, here)

    def _belongs(self, here: Placed, after: Placed) -> bool:
        length = here.mention if isinstance(here.mention, Length) else after.mention
        if isinstance(length, Length) and length.change:
            return False
        return after.link != "or" and not after.corrects

    def _from_feast_to_feast(self, here: Placed, after: Placed) -> bool:
        """Read "de Nochebuena a Reyes", "from the 20th to New Year": one end at least is a feast."""
        ends = (here.mention, after.mention)
        feasts = [end for end in ends if isinstance(end, Block) and end.kind == "feast"]
        if not feasts or len(feasts) + sum(isinstance(end, Day) for end in ends) < len(ends):
            return False
        return after.role == "to" or after.link == "dash" or (after.link == "and" and self._between(here))

    def _is_range(self, here: Placed, after: Placed) -> bool:
        if not isinstance(here.mention, Day) or not isinstance(after.mention, Day):
            return False
        if here.role == "to" and here.stated and after.role == "from" and after.stated:
            return True
        if after.corrects and after.role != "to":
            return False
        if after.role == "to" and (here.role != "to" or not here.stated or self._joined(here, after)):
            return True
        if after.link == "dash":
            return after.mention.first - here.mention.last <= _TOUCHING
        if after.link == "and":
            return self.reader.has(here.mention.first - 1, Cat.BETWEEN) or self._between(here)
        both_dated = here.mention.month is not None or here.mention.numeric is not None
        dated = both_dated and (after.mention.month is not None or after.mention.numeric is not None)
        return dated and after.link == "near" and after.mention.first - here.mention.last <= _TOUCHING and not after.role

    def _joined(self, here: Placed, after: Placed) -> bool:
        """Read "out 4 to 23", "me voy del 3 al 7": a range, whatever the verb before it."""
        return after.link == "to" and not after.stated and after.mention.first - here.mention.last <= _TOUCHING

    def _between(self, here: Placed) -> bool:
        i = here.mention.first - 1
        while self.reader.has(i, *TRANSPARENT):
            i -= 1
        return self.reader.has(i, Cat.BETWEEN)

    # ------------------------------------------------------------ telling

    def _tell(self, build: Callable[[], list[StayCandidate]], first: Placed, last: Placed) -> _Reading:
        span = Span(self._start(first), self._end(last))
        try:
            found = [_at(candidate, span) for candidate in build()]
        except Impossible as impossible:
            return _Reading([], impossible.problem, first.corrects)
        return _Reading(found, None, first.corrects)

    def _start(self, placed: Placed) -> int:
        reader = self.reader
        return reader.tokens[reader.lexemes[placed.mention.first].first].start

    def _end(self, placed: Placed) -> int:
        reader = self.reader
        return reader.tokens[reader.lexemes[placed.mention.last].last].end


def _at(found: StayCandidate, span: Span) -> StayCandidate:
    return StayCandidate(found.arrival, found.departure, found.nights, found.assumed, found.reason, span)


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
    seen: dict[tuple[date | None, date | None, int | None], StayCandidate] = {}
    for reading in dated:
        for candidate in reading.candidates:
            seen.setdefault((candidate.arrival, candidate.departure, candidate.nights), candidate)
    return StayReading(tuple(seen.values())[:_MOST])
