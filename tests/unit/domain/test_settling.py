from datetime import datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from attrs import evolve
from hypothesis import given

from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.ids import ReservationId, RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import Reservation, ReservationStatus, ReservedRoom, Standing
from hotel_agent.domain.settling import Settlement, SettlingPolicy, Sighting, Verdict, settle
from hotel_agent.testing.examples import AT, DOUBLE, STAY, booking

POLICY = SettlingPolicy()
AGREED = booking().offer.total
LINE = ReservedRoom(
    line_id="1",
    room_id=RoomId("201"),
    number="201",
    room_type_id=DOUBLE.id,
    room_type_name=DOUBLE.name,
    arrival=STAY.arrival,
    departure=STAY.departure,
    live=False,
)
ages = st.sampled_from((None, 0, 30, 59, 60, 89, 90, 900)).map(lambda age: None if age is None else timedelta(seconds=age))


def seen(
    standing: Standing,
    name: str = "1",
    total: Money = AGREED,
    *,
    lines: bool = True,
    status: ReservationStatus = ReservationStatus.CONFIRMED,
) -> Sighting:
    reservation = Reservation(
        id=ReservationId(name),
        reference=booking().reference,
        status=status,
        rooms=(LINE,) if lines else (),
        total=total,
        paid=Money.of(0, "EUR"),
    )
    return Sighting(reservation=reservation, standing=standing)


def unsettled(submitted: timedelta | None = timedelta(0), absent: timedelta | None = None) -> Booking:
    """Return a booking that was submitted, and has been absent, for that long at AT."""
    return booking(
        state=BookingState.CHECKING,
        submitted_at=None if submitted is None else AT - submitted,
        absent_since=None if absent is None else AT - absent,
    )


def decide(*sightings: Sighting, since: Booking | None = None, now: datetime = AT) -> Settlement:
    return settle(since or unsettled(timedelta(seconds=61)), sightings, POLICY, now)


def test_what_stands_alone_at_the_agreed_total_is_confirmed() -> None:
    assert decide(seen(Standing.SOLE)) == Settlement(verdict=Verdict.CONFIRM, reservation=ReservationId("1"))


def test_oldest_is_kept_and_its_twins_are_undone() -> None:
    settled = decide(
        seen(Standing.SOLE, "1"), seen(Standing.SOLE, "2"), seen(Standing.LOST, "3"), seen(Standing.CANCELLED, "4")
    )
    assert (settled.verdict, settled.reservation, set(settled.undo)) == (Verdict.CONFIRM, "1", {"2", "3"})


def test_another_total_is_undone_and_told() -> None:
    settled = decide(seen(Standing.SOLE, "1", Money.of("240.01", "EUR")))
    assert settled == Settlement(verdict=Verdict.PRICE_CHANGED, undo=(ReservationId("1"),))


def test_another_currency_is_another_total() -> None:
    assert decide(seen(Standing.SOLE, "1", Money.of("240", "USD"))).verdict is Verdict.PRICE_CHANGED


def test_agreed_total_is_kept_beside_another_one() -> None:
    settled = decide(seen(Standing.SOLE, "1", Money.of(1, "EUR")), seen(Standing.SOLE, "2"))
    assert (settled.verdict, settled.reservation, settled.undo) == (Verdict.CONFIRM, "2", ("1",))


def test_room_lost_to_somebody_else_is_undone_and_told() -> None:
    assert decide(seen(Standing.LOST)) == Settlement(verdict=Verdict.SOLD_OUT, undo=(ReservationId("1"),))


def test_reservation_the_pms_took_back_is_sold_out_not_absent() -> None:
    gone = unsettled(timedelta(minutes=10), timedelta(minutes=9))
    assert decide(seen(Standing.CANCELLED), since=gone).verdict is Verdict.SOLD_OUT


def test_debris_without_room_lines_proves_nothing() -> None:
    debris = seen(Standing.CANCELLED, lines=False)
    assert decide(debris, since=unsettled(timedelta(minutes=10), timedelta(seconds=89))).verdict is Verdict.WAIT
    assert decide(debris, since=unsettled(timedelta(minutes=10), timedelta(seconds=90))).verdict is Verdict.RESUBMIT


def test_debris_left_open_in_the_books_is_undone_before_anything_is_sent_again() -> None:
    debris = seen(Standing.CANCELLED, lines=False, status=ReservationStatus.PENDING)
    settled = decide(debris, since=unsettled(timedelta(minutes=10), timedelta(seconds=90)))
    assert settled == Settlement(verdict=Verdict.RESUBMIT, undo=(ReservationId("1"),))


def test_debris_left_open_in_the_books_is_cleaned_up_whatever_else_is_decided() -> None:
    debris = seen(Standing.CANCELLED, "7", lines=False)
    left_open = evolve(debris, reservation=evolve(debris.reservation, status=ReservationStatus.PENDING))
    assert decide(left_open) == Settlement(verdict=Verdict.WAIT, undo=(ReservationId("7"),))
    absent = unsettled(timedelta(minutes=10), timedelta(seconds=90))
    assert decide(left_open, since=absent) == Settlement(verdict=Verdict.RESUBMIT, undo=(ReservationId("7"),))
    assert decide(left_open, seen(Standing.SOLE, "8")).undo == ("7",)


@pytest.mark.parametrize(("age", "verdict"), [(59, Verdict.WAIT), (60, Verdict.CONFIRM)])
def test_what_is_still_being_written_is_waited_for_a_while(age: int, verdict: Verdict) -> None:
    since = unsettled(timedelta(seconds=age))
    settled = decide(seen(Standing.SOLE, "1"), seen(Standing.FORMING, "2"), since=since)
    assert (settled.verdict, settled.undo) == (verdict, ("2",) if verdict is Verdict.CONFIRM else ())


@pytest.mark.parametrize(
    ("absent", "verdict"), [(None, Verdict.WAIT), (0, Verdict.WAIT), (89, Verdict.WAIT), (90, Verdict.RESUBMIT)]
)
def test_absence_is_presumed_only_after_a_while(absent: int | None, verdict: Verdict) -> None:
    since = unsettled(timedelta(minutes=5), None if absent is None else timedelta(seconds=absent))
    assert decide(since=since) == Settlement(verdict=verdict)


@given(
    sightings=st.lists(
        st.builds(
            lambda standing, total, lines, status: (standing, total, lines, status),
            st.sampled_from(Standing),
            st.sampled_from((AGREED, AGREED, Money.of("1", "EUR"), Money.of(AGREED.amount, "USD"))),
            st.booleans(),
            st.sampled_from((ReservationStatus.CONFIRMED, ReservationStatus.PENDING, ReservationStatus.CANCELLED)),
        ),
        max_size=5,
    ),
    submitted=ages,
    absent=ages,
)
def test_laws_of_settling(
    sightings: list[tuple[Standing, Money, bool, ReservationStatus]], submitted: timedelta | None, absent: timedelta | None
) -> None:
    found = tuple(
        seen(standing, str(n), total, lines=lines, status=status)
        for n, (standing, total, lines, status) in enumerate(sightings)
    )
    settled = decide(*found, since=unsettled(submitted, absent))
    names = {standing: {sight.reservation.id for sight in found if sight.standing is standing} for standing in Standing}

    assert (settled.reservation is not None) is (settled.verdict is Verdict.CONFIRM)
    if settled.reservation is not None:
        kept = next(sight for sight in found if sight.reservation.id == settled.reservation)
        assert (kept.standing, kept.reservation.total) == (Standing.SOLE, AGREED)
    still_forming = names[Standing.FORMING] and (submitted or timedelta(0)) < POLICY.forming_at_most
    if still_forming:
        assert settled == Settlement(verdict=Verdict.WAIT)
    else:
        may_hold = names[Standing.SOLE] | names[Standing.LOST] | names[Standing.FORMING]
        left_open = {
            sight.reservation.id
            for sight in found
            if sight.standing is Standing.CANCELLED and sight.reservation.status is ReservationStatus.PENDING
        }
        assert set(settled.undo) == (may_hold | left_open) - {settled.reservation}
    assert len(set(settled.undo)) == len(settled.undo)
    if settled.verdict is Verdict.RESUBMIT:
        taken_back = [sight for sight in found if sight.standing is Standing.CANCELLED and sight.reservation.rooms]
        assert (names[Standing.SOLE], names[Standing.LOST], taken_back) == (set(), set(), [])
        assert absent is not None
        assert absent >= POLICY.presume_absent_after


def test_waits_double_up_to_a_limit() -> None:
    waits = [POLICY.wait(tries).total_seconds() for tries in (0, 1, 2, 5, 6, 60)]
    assert waits == [0.4, 0.8, 1.6, 12.8, 15.0, 15.0]


@pytest.mark.parametrize(
    "changes",
    [
        {"departure": STAY.departure + timedelta(days=1)},
        {"arrival": STAY.arrival - timedelta(days=1)},
        {"room_type_id": RoomTypeId("99")},
    ],
)
def test_what_stands_otherwise_than_agreed_is_undone(changes: dict[str, Any]) -> None:
    sight = seen(Standing.SOLE)
    other = evolve(sight, reservation=evolve(sight.reservation, rooms=(evolve(LINE, **changes),)))
    assert decide(other) == Settlement(verdict=Verdict.SOLD_OUT, undo=(ReservationId("1"),))


def test_fewer_or_more_rooms_than_agreed_are_undone() -> None:
    sight = seen(Standing.SOLE)
    second = evolve(LINE, line_id="2", room_id=RoomId("202"))
    other = evolve(sight, reservation=evolve(sight.reservation, rooms=(LINE, second)))
    assert decide(other).verdict is Verdict.SOLD_OUT


def test_another_room_of_the_type_than_the_locked_one_will_do() -> None:
    sight = seen(Standing.SOLE)
    other = evolve(sight, reservation=evolve(sight.reservation, rooms=(evolve(LINE, room_id=RoomId("299")),)))
    assert decide(other).verdict is Verdict.CONFIRM


def test_what_may_have_been_asked_to_be_undone_is_undone_again_however_well_it_stands() -> None:
    since = evolve(unsettled(timedelta(seconds=61)), undoing=(ReservationId("1"),))
    assert decide(seen(Standing.SOLE), since=since) == Settlement(verdict=Verdict.SOLD_OUT, undo=(ReservationId("1"),))
    kept = decide(seen(Standing.SOLE, "1"), seen(Standing.SOLE, "2"), since=since)
    assert kept == Settlement(verdict=Verdict.CONFIRM, reservation=ReservationId("2"), undo=(ReservationId("1"),))
