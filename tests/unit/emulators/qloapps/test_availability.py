from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from attrs import evolve

from hotel_agent.emulators.qloapps.availability import booked_lines, free_rooms, rooms_out_of_order
from hotel_agent.emulators.qloapps.filling import open_store
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.shop import Room, RoomType, Shop
from hotel_agent.emulators.qloapps.store import Store

MAY = [date(2027, 5, day) for day in range(1, 31)]
ARRIVE, LEAVE = date(2027, 5, 10), date(2027, 5, 13)


def opened(shop: Shop) -> Store:
    return open_store(shop, None, lambda: datetime(2026, 11, 21, tzinfo=UTC))


@pytest.fixture
def store() -> Store:
    return opened(recorded_shop())


def with_room_type(room_type: RoomType) -> Shop:
    shop = recorded_shop()
    return evolve(shop, hotels=(evolve(shop.hotels[0], room_types=(room_type,)),))


def hold(store: Store, room: int = 1, *, status: int = 1, check_out: str = "0000-00-00 00:00:00", **flags: int) -> None:
    stay = {"date_from": f"{ARRIVE} 00:00:00", "date_to": f"{LEAVE} 00:00:00", "check_out": check_out, "id_status": status}
    store.insert("room_bookings", {"id_room": room, "id_product": 1, "id_hotel": 1} | stay | flags)


def free(store: Store, arrive: date, leave: date) -> list[int]:
    return [room["id"] for room in free_rooms(store, 1, arrive, leave)]


def test_rooms_come_in_ascending_id(store: Store) -> None:
    assert free(store, ARRIVE, LEAVE) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("arrive", "leave", "is_free"),
    [
        (date(2027, 5, 9), date(2027, 5, 10), True),
        (date(2027, 5, 9), date(2027, 5, 11), False),
        (date(2027, 5, 12), date(2027, 5, 13), False),
        (date(2027, 5, 13), date(2027, 5, 14), True),
        (date(2027, 5, 1), date(2027, 5, 30), False),
    ],
)
def test_a_line_holds_its_nights_and_not_its_departure_day(store: Store, arrive: date, leave: date, *, is_free: bool) -> None:
    hold(store)
    assert (1 in free(store, arrive, leave)) is is_free


@pytest.mark.parametrize("flags", [{"is_refunded": 1}, {"is_back_order": 1}])
def test_released_lines_and_back_orders_hold_nothing(store: Store, flags: dict[str, int]) -> None:
    hold(store)
    store.update("room_bookings", 1, flags)
    assert free(store, ARRIVE, LEAVE) == [1, 2, 3, 4, 5]


def test_a_line_cancelled_but_not_refunded_still_holds_its_room(store: Store) -> None:
    hold(store, is_cancelled=1)
    assert free(store, ARRIVE, LEAVE) == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("check_out", "arrive", "leave", "is_free"),
    [
        ("2027-05-12 09:00:00", date(2027, 5, 12), date(2027, 5, 13), True),  # left that morning
        ("2027-05-12 09:00:00", date(2027, 5, 11), date(2027, 5, 13), False),
        ("2027-05-13 00:00:00", ARRIVE, LEAVE, False),
        ("2027-05-13 10:05:00", ARRIVE, LEAVE, True),  # later than the searched departure: holds nothing
        ("0000-00-00 00:00:00", ARRIVE, LEAVE, True),
        ("2027-05-12 09:00:00", date(2027, 5, 10), date(2027, 5, 11), True),
    ],
)
def test_after_check_out_only_its_instant_counts(
    store: Store, check_out: str, arrive: date, leave: date, *, is_free: bool
) -> None:
    hold(store, status=3, check_out=check_out)
    assert (1 in free(store, arrive, leave)) is is_free


def test_a_room_left_early_shows_as_booked_until_the_check_out(store: Store) -> None:
    hold(store, status=3, check_out="2027-05-12 09:00:00")
    shown = booked_lines(store, 1, date(2027, 5, 12), date(2027, 5, 13))
    assert [(line["id_room"], line["until"]) for line in shown] == [(1, "2027-05-12 09:00:00")]
    assert booked_lines(store, 1, date(2027, 5, 13), date(2027, 5, 14)) == []


@pytest.mark.parametrize(("nights", "rooms"), [(1, 0), (2, 1), (4, 1), (5, 0)])
def test_the_length_of_stay_is_respected(nights: int, rooms: int) -> None:
    store = opened(with_room_type(RoomType("A", Decimal(10), (Room("1"),), min_nights=2, max_nights=4)))
    assert len(free_rooms(store, 1, MAY[0], MAY[nights])) == rooms


def test_rooms_out_of_order_are_not_free() -> None:
    closed = ((date(2027, 5, 11), date(2027, 5, 12)),)
    rooms = (Room("1"), Room("2", status=2), Room("3", status=3, closed=closed), Room("4", status=3))
    store = opened(with_room_type(RoomType("A", Decimal(10), rooms)))
    assert free(store, ARRIVE, LEAVE) == [1, 4]
    assert [room["id"] for room in rooms_out_of_order(store, 1, ARRIVE, LEAVE)] == [2, 3]
    assert free(store, date(2027, 5, 12), LEAVE) == [1, 3, 4]
