"""Any mixture of faults, once it is over, leaves books that agree with what guests were told."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from attrs import define, field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import Rejected, Unavailable
from hotel_agent.domain.ids import RoomId
from hotel_agent.domain.stays import Stay
from hotel_agent.testing.faults import Call, Crashed, Fault
from hotel_agent.testing.stage import SOL, SUITE, Stage, stage

pytestmark = pytest.mark.anyio

STAY = Stay(date(2031, 5, 2), date(2031, 5, 4))
_CRASHES = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
_LOSSES = (Fault.REFUSED, Fault.LOST_REQUEST, Fault.LOST_ANSWER)
_MAY_BEFALL = {
    "pms.book": (*_LOSSES, *_CRASHES, Fault.LATE, Fault.GARBLED),
    "pms.cancel": (*_LOSSES, *_CRASHES, Fault.LATE, Fault.GARBLED),
    "pms.find": (*_LOSSES, *_CRASHES, Fault.GARBLED),
    "pms.verify": (*_LOSSES, *_CRASHES, Fault.GARBLED),
    "locks.hold": (*_LOSSES, *_CRASHES),
    "locks.release": (*_LOSSES, *_CRASHES),
    "leases.take": (*_LOSSES, *_CRASHES),
    "journal.record": (*_LOSSES, *_CRASHES),
    "journal.commit": (*_LOSSES, *_CRASHES),
}


@define
class Deck:
    """Faults dealt to the calls of each operation in turn, whichever process makes them."""

    cards: dict[str, list[Fault | None]]
    walk_in_at: int | None
    stage: Stage = field(init=False)
    _booked: int = field(default=0, init=False)

    def deal(self, call: Call) -> Fault | None:
        if call.what == "pms.book":
            self._booked += 1
            if self._booked == self.walk_in_at:
                with suppress(Rejected):
                    self.stage.pms[SOL].walk_in(SUITE, RoomId("21"), STAY)
        cards = self.cards.get(call.what)
        return cards.pop(0) if cards else None


DECKS = st.fixed_dictionaries(
    {},
    optional={what: st.lists(st.none() | st.sampled_from(faults), max_size=6) for what, faults in _MAY_BEFALL.items()},
)


async def insist(s: Stage, deck: Deck, guest: str, *, late_by: timedelta) -> None:
    """Say yes as a guest would: again when the agent says that it could not, and again after an outage."""
    for number in range(4):
        try:
            answer = await s.say(guest, "sí", message_id=f"yes-{number}")
        except Crashed:
            s.restart(deck.deal)
            s.agent.faults.late_by = late_by
            continue
        except Unavailable:
            continue
        if answer and answer.booking:
            return


async def rest(s: Stage, deck: Deck, *, late_by: timedelta) -> None:
    while True:
        try:
            await s.come_to_rest(timedelta(hours=12))
        except Crashed:
            s.restart(deck.deal)
            s.agent.faults.late_by = late_by
        else:
            return


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cards=DECKS,
    checks=st.booleans(),
    walk_in_at=st.none() | st.integers(1, 3),
    late_by=st.sampled_from([1, 20, 95, 130, 400]).map(lambda seconds: timedelta(seconds=seconds)),
    rivals=st.booleans(),
)
async def test_faults_of_any_kind_and_order_leave_true_books(
    cards: dict[str, list[Fault | None]],
    checks: bool,
    walk_in_at: int | None,
    late_by: timedelta,
    rivals: bool,
) -> None:
    deck = Deck(cards={what: list(faults) for what, faults in cards.items()}, walk_in_at=walk_in_at)
    async with stage() as s:
        deck.stage = s
        guests = ("ana", "bea") if rivals else ("ana",)
        for guest in guests:
            await s.up_to_the_yes(guest, room_type=SUITE)
        s.pms[SOL].checks = checks
        s.restart(deck.deal)
        s.agent.faults.late_by = late_by
        for guest in guests:
            await insist(s, deck, guest, late_by=late_by)
        await rest(s, deck, late_by=late_by)
        assert await s.violations() == ()
        confirmed = [booking for booking in s.bookings if booking.state is BookingState.CONFIRMED]
        for guest in guests:
            heard = "\n".join(await s.heard(guest))
            ours = [booking for booking in confirmed if booking.conversation == s.conversation(guest)]
            assert heard.count("¡Reserva confirmada!") == len(ours)
