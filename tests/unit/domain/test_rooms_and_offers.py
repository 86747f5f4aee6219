from datetime import date, timedelta

import pytest
from attrs import evolve

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.ids import OfferId, Reference, ReservationId, RoomId
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import offer_of
from hotel_agent.domain.reservations import BookingOrder, Reservation, ReservationStatus, ReservedRoom
from hotel_agent.domain.rooms import Vacancy
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.testing.examples import AT, DOUBLE, GUEST, STAY, offer


@pytest.mark.parametrize(
    ("party", "fits"),
    [
        (Occupancy(2), True),
        (Occupancy(2, (4,)), True),
        (Occupancy(3), False),
        (Occupancy(2, (4, 5)), False),
        (Occupancy(1, (4, 5)), False),
        (Occupancy(4, (), 2), True),
        (Occupancy(5, (), 2), False),
        (Occupancy(4, (4, 5), 2), True),
    ],
)
def test_room_type_holds_a_party_when_each_room_holds_its_share(party: Occupancy, fits: bool) -> None:
    assert DOUBLE.holds(party) is fits


def test_children_count_against_the_guests_a_room_holds() -> None:
    assert evolve(DOUBLE, max_guests=2).holds(Occupancy(2, (4,))) is False


@pytest.mark.parametrize(("nights", "allowed"), [(1, False), (2, True), (5, True), (6, False)])
def test_room_type_has_a_shortest_and_a_longest_stay(nights: int, allowed: bool) -> None:
    stay = Stay(STAY.arrival, STAY.arrival + timedelta(days=nights))
    assert evolve(DOUBLE, min_nights=2, max_nights=5).allows(stay) is allowed


def test_longest_stay_of_zero_is_no_limit() -> None:
    assert DOUBLE.allows(Stay(STAY.arrival, STAY.arrival + timedelta(days=365)))


def test_offer_is_what_the_pms_can_sell_until_it_goes_stale() -> None:
    vacancy = Vacancy(room_type=DOUBLE, rooms=(RoomId("201"), RoomId("202")), total=Money.of("240", "EUR"))
    made = offer_of(vacancy, OfferId("o-1"), STAY, Occupancy(2), AT)
    assert (made.room_type, made.total, made.available, made.stay) == (DOUBLE, vacancy.total, 2, STAY)
    assert (made.is_fresh(AT - timedelta(microseconds=1)), made.is_fresh(AT)) == (True, False)


def test_order_names_as_many_rooms_as_were_asked_for() -> None:
    def order(*rooms: str) -> BookingOrder:
        return BookingOrder(
            reference=Reference("ha-1"),
            room_type_id=DOUBLE.id,
            rooms=tuple(RoomId(room) for room in rooms),
            stay=STAY,
            occupancy=Occupancy(2, (), 2),
            total=offer().total,
            guest=GUEST,
        )

    assert order("201", "202").rooms == ("201", "202")
    with pytest.raises(InvalidValue, match="as many rooms"):
        order("201")


def line(arrival: int, departure: int, *, live: bool) -> ReservedRoom:
    return ReservedRoom(
        line_id=f"{arrival}",
        room_id=RoomId("201"),
        number="201",
        room_type_id=DOUBLE.id,
        room_type_name=DOUBLE.name,
        arrival=date(2031, 5, arrival),
        departure=date(2031, 5, departure),
        live=live,
    )


@pytest.mark.parametrize(
    ("rooms", "arrival", "departure"),
    [
        ((line(2, 4, live=True), line(3, 6, live=True), line(1, 9, live=False)), date(2031, 5, 2), date(2031, 5, 6)),
        ((line(2, 4, live=False),), date(2031, 5, 2), date(2031, 5, 4)),
        ((), None, None),
    ],
    ids=["live lines", "all cancelled", "none"],
)
def test_reservation_spans_its_live_lines(
    rooms: tuple[ReservedRoom, ...], arrival: date | None, departure: date | None
) -> None:
    zero = Money.of(0, "EUR")
    known = Reservation(
        id=ReservationId("1"), reference="", status=ReservationStatus.CONFIRMED, rooms=rooms, total=zero, paid=zero
    )
    assert (known.arrival, known.departure) == (arrival, departure)
