import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hotel_agent.domain.bookings import OPEN, UNSETTLED, Booking, BookingState
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.reservations import BookingOrder
from hotel_agent.testing.examples import AT, booking

S = BookingState
ALLOWED = {
    (S.SUBMITTING, S.CHECKING),
    (S.SUBMITTING, S.CONFIRMED),
    (S.SUBMITTING, S.REJECTED),
    (S.CHECKING, S.SUBMITTING),
    (S.CHECKING, S.CONFIRMED),
    (S.CHECKING, S.REJECTED),
    (S.CONFIRMED, S.CHANGING),
    (S.CONFIRMED, S.CANCELLING),
    (S.CONFIRMED, S.CANCELLED),
    (S.CHANGING, S.CONFIRMED),
    (S.CHANGING, S.CANCELLED),
    (S.CANCELLING, S.CANCELLED),
    (S.CANCELLING, S.CONFIRMED),
} | {(state, state) for state in S}
EVERY_WAY = [(start, end) for start in S for end in S]


@pytest.mark.parametrize(("start", "end"), [way for way in EVERY_WAY if way in ALLOWED])
def test_allowed_way_leads_there_as_the_next_version(start: BookingState, end: BookingState) -> None:
    moved = booking(state=start).moved_to(end, reservation=ReservationId("R-1"))
    assert (moved.state, moved.version, moved.reservation) == (end, 2, "R-1")


@pytest.mark.parametrize(("start", "end"), [way for way in EVERY_WAY if way not in ALLOWED])
def test_forbidden_way_is_refused(start: BookingState, end: BookingState) -> None:
    with pytest.raises(InvalidValue, match=f"from {start} to {end}"):
        booking(state=start).moved_to(end)


@pytest.mark.parametrize("state", S)
def test_booking_is_settled_when_nothing_is_being_asked_of_the_pms(state: BookingState) -> None:
    assert booking(state=state).settled is (state in {S.CONFIRMED, S.REJECTED, S.CANCELLED})
    assert (state in OPEN) is not booking(state=state).settled
    assert OPEN - {S.CHANGING, S.CANCELLING} == UNSETTLED


def test_change_of_other_fields_is_the_next_version_too() -> None:
    changed = booking().changed(submitted_at=AT).changed(absent_since=AT)
    assert (changed.version, changed.submitted_at, changed.absent_since, changed.state) == (3, AT, AT, S.SUBMITTING)


def test_unknown_field_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        booking().changed(colour="red")


def test_order_says_the_same_every_time_and_what_the_guest_agreed_to() -> None:
    first = booking()
    later = first.moved_to(S.CHECKING).moved_to(S.SUBMITTING)
    order = first.order()
    assert later.order() == order
    assert order == BookingOrder(
        reference=first.reference,
        room_type_id=first.offer.room_type.id,
        rooms=first.rooms,
        stay=first.offer.stay,
        occupancy=first.offer.occupancy,
        total=first.offer.total,
        guest=first.guest,
        language=first.language,
    )


class AnyWay(RuleBasedStateMachine):
    """Whatever is tried: the ends are final, a cancellation needs a confirmation before it, versions rise by one."""

    def __init__(self) -> None:
        super().__init__()
        self.booking: Booking = booking()
        self.been = [self.booking.state]
        self.changes = 0

    @rule(state=st.sampled_from(S))
    def move(self, state: BookingState) -> None:
        try:
            self.booking = self.booking.moved_to(state)
        except InvalidValue:
            return
        self.been.append(state)
        self.changes += 1

    @rule()
    def change(self) -> None:
        self.booking = self.booking.changed(staff_told_at=AT)
        self.changes += 1

    @invariant()
    def ends_are_final(self) -> None:
        for end in (S.REJECTED, S.CANCELLED):
            if end in self.been:
                assert set(self.been[self.been.index(end) :]) == {end}

    @invariant()
    def only_what_was_confirmed_is_cancelled(self) -> None:
        for state in (S.CANCELLING, S.CANCELLED):
            if state in self.been:
                assert S.CONFIRMED in self.been[: self.been.index(state)]

    @invariant()
    def version_counts_the_changes(self) -> None:
        assert self.booking.version == 1 + self.changes


TestAnyWay = AnyWay.TestCase
