"""
The local understander with a language model beside it: the model may help where the local one is in doubt, never decide.

What leads to a write is not asked of it: while a yes is awaited it is left alone, it cannot say yes, and its dates are only
candidates beside the local ones.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Final

from attrs import define, evolve, field

from hotel_agent.adapters.llm.masking import masked
from hotel_agent.application.guarding import Guard
from hotel_agent.domain.errors import PortError
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.understanding import (
    Expecting,
    Intent,
    Listening,
    Slots,
    StayCandidate,
    StayReading,
    Understanding,
)
from hotel_agent.ports.understanding import Understander

SURE: Final = 0.95
"""Where the local classifier is right 98 times of 100; no model changes that intent."""
_ACT: Final = 0.8
_DOUBT: Final = 0.7
"""Two readings that contradict each other: ask."""
_BELIEVED: Final = 0.85
"""The most that a model's word is worth: its own figure is not calibrated."""
_MOST_CANDIDATES: Final = 6
_YES_AWAITED: Final = frozenset({Expecting.YES, Expecting.CANCEL_YES})
_PLAIN: Final = frozenset({Intent.AFFIRM, Intent.DENY, Intent.GREETING, Intent.THANKS, Intent.GOODBYE})


@define
class SecondedUnderstander(Understander):
    """
    Asks *model* for a second opinion, at most *budget* times a hotel's day and tenant, within *limit*, behind its breaker.

    The local answer is always there: a model that is slow, down, over its budget or talks nonsense costs nothing but its help.
    The count of the day lives in this process.
    """

    _local: Understander
    _model: Understander
    _guard: Guard
    _limit: timedelta
    _budget: int
    _asked: Counter[tuple[TenantId | None, date]] = field(factory=Counter, init=False)

    async def understand(self, text: str, listening: Listening) -> Understanding:
        local = await self._local.understand(text, listening)
        if not _worth_asking(local, listening) or not self._spend(listening):
            return local
        hidden = masked(text, local.slots)
        try:
            model = await self._guard.run("understand", lambda: self._model.understand(hidden, listening), self._limit)
        except PortError:
            return local
        return agreed(local, model)

    def _spend(self, listening: Listening) -> bool:
        day = (listening.tenant, listening.today)
        if self._asked[day] >= self._budget:
            return False
        if not self._asked[day]:  # a new day: the days before it are done with
            self._asked = Counter({key: n for key, n in self._asked.items() if key[1] >= listening.today - timedelta(days=1)})
        self._asked[day] += 1
        return True


def _worth_asking(local: Understanding, listening: Listening) -> bool:
    """Whether a second opinion may help: not for a yes that is awaited, a plain courtesy, or anything urgent."""
    if listening.expecting in _YES_AWAITED or local.slots.urgent:
        return False
    return not (local.intent in _PLAIN and local.confidence >= _ACT and local.slots.stay is None)


def agreed(local: Understanding, model: Understanding) -> Understanding:
    """Return what both make of a text together."""
    intent, confidence = _intent(local, model)
    others = tuple(pair for pair in ((local.intent, local.confidence), *local.runners_up) if pair[0] is not intent)
    return evolve(local, intent=intent, confidence=confidence, runners_up=others[:3], slots=_slots(local.slots, model.slots))


def _intent(local: Understanding, model: Understanding) -> tuple[Intent, float]:
    if model.intent is local.intent:
        return local.intent, max(local.confidence, min(model.confidence, _BELIEVED))
    if local.confidence >= SURE or local.intent is Intent.AFFIRM or model.intent is Intent.AFFIRM:
        return local.intent, local.confidence
    if local.confidence >= _ACT:
        return local.intent, _DOUBT
    thought_of = any(intent is model.intent for intent, _ in local.runners_up)
    return model.intent, min(model.confidence, _BELIEVED if thought_of else _DOUBT)


def _slots(local: Slots, model: Slots) -> Slots:
    """Fill what the local grammar did not read; what it read stands. Contacts and codes are its alone."""
    return evolve(
        local,
        stay=_stay(local.stay, model.stay),
        adults=model.adults if local.adults is None else local.adults,
        child_ages=model.child_ages if local.child_ages is None and local.adults is None else local.child_ages,
        rooms=model.rooms if local.rooms is None else local.rooms,
        room_kind=model.room_kind if local.room_kind is None else local.room_kind,
        name=model.name if local.name is None else local.name,
    )


def _stay(local: StayReading | None, model: StayReading | None) -> StayReading | None:
    """
    Compare the dates: agreement is the local reading, disagreement is both as candidates, so a question.

    Days that the local grammar knows cannot be stay a problem. Dates that only the model saw are all assumed: read back.
    """
    if model is None or not model.candidates:
        return local
    if local is None or not (local.candidates or local.problem):
        return model
    if local.problem is not None:
        return local
    new = [candidate for candidate in model.candidates if not any(_fits(known, candidate) for known in local.candidates)]
    return StayReading((*local.candidates, *new)[:_MOST_CANDIDATES])


def _fits(known: StayCandidate, told: StayCandidate) -> bool:
    """Whether *told* says nothing against *known*: a day that only one of them names is no contradiction."""
    return all(
        mine is None or other is None or mine == other
        for mine, other in ((known.arrival, told.arrival), (known.departure, told.departure))
    )
