"""Changes of reservations in QloApps, where a booking competes with itself and moved lines are checked by nobody."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date, timedelta

import anyio
import httpx
import pytest
from attrs import evolve

from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.domain.errors import OutcomeUnknown, Rejected, Rejection
from hotel_agent.domain.ids import ReservationId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import (
    Amendment,
    Payment,
    Reservation,
    ReservationStatus,
    Standing,
)
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.emulators.qloapps.behaviour import Behaviour, FaultKind
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.server import RunningEmulator, running
from hotel_agent.testing.qloapps_house import COUPLE, STAY, House, Tampering, fault, installed

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def emulator() -> AsyncIterator[RunningEmulator]:
    async with running(recorded_shop(domain=None), behaviour=Behaviour()) as emulator:
        yield emulator


@pytest.fixture
async def house(emulator: RunningEmulator) -> AsyncIterator[House]:
    async with installed(emulator) as house:
        yield house


async def test_amending_leaves_the_customer_as_it_is(house: House) -> None:
    written = await house.book()
    before = await house.raw("customers", display="full", sort="[id_ASC]")
    await house.pms.amend(written.id, Amendment(stay=Stay(STAY.arrival, date(2031, 5, 5))))
    fields = ("id", "firstname", "lastname", "email", "phone")
    after = await house.raw("customers", display="full", sort="[id_ASC]")
    assert [[one[name] for name in fields] for one in after["customers"]] == [
        [one[name] for name in fields] for one in before["customers"]
    ]


async def test_a_guest_in_the_house_extends_and_stays_checked_in(house: House) -> None:
    written = await house.book()
    await house.pms.check_in(written.id)
    longer = Stay(STAY.arrival, STAY.departure + timedelta(days=2))
    after = await house.pms.amend(written.id, Amendment(stay=longer))
    assert (after.status, after.departure, {room.room_id for room in after.rooms}) == (
        ReservationStatus.CHECKED_IN,
        longer.departure,
        {written.rooms[0].room_id},
    )
    assert (await house.pms.check_out(written.id)).status is ReservationStatus.CHECKED_OUT


async def test_a_guest_in_the_house_leaves_earlier_and_keeps_room_and_check_in(house: House) -> None:
    written = await house.book(Stay(STAY.arrival, STAY.arrival + timedelta(days=4)))
    await house.pms.check_in(written.id)
    after = await house.pms.amend(written.id, Amendment(stay=STAY))
    assert (after.status, after.departure, after.total) == (ReservationStatus.CHECKED_IN, STAY.departure, Money.of(2600, "USD"))
    assert after.rooms[0].line_id == written.rooms[0].line_id


async def test_a_guest_in_the_house_is_not_moved_to_other_days(house: House) -> None:
    written = await house.book()
    await house.pms.check_in(written.id)
    with pytest.raises(Rejected):
        await house.pms.amend(written.id, Amendment(stay=Stay(date(2031, 6, 1), date(2031, 6, 3))))
    assert (await house.pms.get(written.id)).status is ReservationStatus.CHECKED_IN


async def test_a_room_left_early_is_booked_again(house: House) -> None:
    written = await house.book()
    await house.pms.check_in(written.id)
    await house.pms.check_out(written.id)
    again = await house.book(rooms=written.rooms[0].room_id and (written.rooms[0].room_id,))
    assert await house.pms.verify(again.id) is Standing.SOLE


async def test_two_who_move_to_the_last_room_never_share_it(house: House) -> None:
    """PUT has no overbooking check: both always succeed on the wire."""
    house.emulator.app.behave(Behaviour(race_window=0.02))
    target = Stay(date(2031, 7, 1), date(2031, 7, 3))
    house.emulator.app.walk_in(1, target.arrival, target.departure, count=4)
    first, second = await house.book(), await house.book()
    moved: list[ReservationId] = []

    async def move(one: Reservation) -> None:
        with suppress(Rejected):
            await house.pms.amend(one.id, Amendment(stay=target))
            moved.append(one.id)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(move, first)
        tasks.start_soon(move, second)
    assert len(moved) <= 1
    assert [one for one in (first, second) if await house.pms.get(one.id) != one] == [
        one for one in (first, second) if one.id in moved
    ]
    assert [await house.pms.verify(one.id) for one in (first, second)] == [Standing.SOLE] * 2
    held = [(row["id_room"], row["date_from"]) for row in house.emulator.app.live_lines()]
    assert len(set(held)) == len(held)


async def test_another_party_in_the_same_room_costs_the_same(house: House) -> None:
    written = await house.book()
    after = await house.pms.amend(written.id, Amendment(occupancy=Occupancy(1, (3, None))))
    assert evolve(after, occupancy=written.occupancy) == written
    assert after.occupancy is not None
    assert (after.occupancy.adults, len(after.occupancy.child_ages)) == (1, 2)
    (line,) = (await house.raw("room_bookings", **{"filter[id_order]": f"[{written.id}]", "display": "full"}))["bookings"]
    assert (line["adults"], line["children"]) == ("1", "2")


async def test_a_party_too_large_for_the_room_is_refused(house: House) -> None:
    written = await house.book()
    with pytest.raises(Rejected) as refused:
        await house.pms.amend(written.id, Amendment(occupancy=Occupancy(3)))
    assert refused.value.reason is Rejection.NOT_ALLOWED


@pytest.mark.parametrize("kind", [FaultKind.ERROR_AFTER, FaultKind.FATAL])
async def test_a_cancellation_is_judged_by_what_came_of_it(house: House, kind: FaultKind) -> None:
    written = await house.book()
    fault(house, kind, "POST", "order_histories")
    if kind is FaultKind.ERROR_AFTER:
        assert (await house.pms.cancel(written.id)).status is ReservationStatus.CANCELLED
    else:
        with pytest.raises(OutcomeUnknown):
            await house.pms.cancel(written.id)
        assert (await house.pms.get(written.id)).status is ReservationStatus.CONFIRMED
    assert (await house.pms.cancel(written.id)).status is ReservationStatus.CANCELLED


async def test_a_check_in_that_broke_off_is_completed_by_repeating_it(house: House) -> None:
    written = await house.book(party=Occupancy(2, rooms=2))
    fault(house, FaultKind.CUT_AFTER, "PUT", "room_bookings")
    with pytest.raises(OutcomeUnknown):
        await house.pms.check_in(written.id)
    await house.emulator.app.drain()
    assert (await house.pms.check_in(written.id)).status is ReservationStatus.CHECKED_IN


async def test_a_check_in_does_not_bring_a_cancelled_reservation_back_to_life(emulator: RunningEmulator) -> None:
    """QloApps revives a cancelled line whose record is written back as it was read before."""
    async with installed(emulator) as staff:
        written = await staff.book()

        async def cancelled_meanwhile(request: httpx.Request) -> httpx.Request:
            if request.method == "PUT":
                await staff.pms.cancel(written.id)
            return request

        async with installed(emulator, Tampering(cancelled_meanwhile)) as house:
            with pytest.raises(Rejected) as refused:
                await house.pms.check_in(written.id)
        assert refused.value.reason is Rejection.NOT_ALLOWED
        assert await staff.pms.verify(written.id) is Standing.CANCELLED
        assert emulator.app.live_lines() == []


async def test_a_payment_whose_answer_failed_is_noted_once(house: House) -> None:
    written = await house.book()
    payment = Payment(amount=Money.of(10, "USD"), method="Card", transaction_id="TX-1")
    fault(house, FaultKind.ERROR_AFTER, "POST", "order_payments")
    for _ in range(2):
        assert (await house.pms.record_payment(written.id, payment)).paid == payment.amount


async def test_a_longer_stay_with_another_party_has_both(house: House) -> None:
    written = await house.book()
    longer = Stay(STAY.arrival, date(2031, 5, 6))
    after = await house.pms.amend(written.id, Amendment(stay=longer, occupancy=Occupancy(1, (5,))))
    assert after.departure == longer.departure
    lines = (await house.raw("room_bookings", **{"filter[id_order]": f"[{written.id}]", "display": "full"}))["bookings"]
    assert [(line["adults"], line["children"], line["child_ages"]) for line in lines] == [
        ("1", "1", lines[0]["child_ages"])
    ] * 2
    assert "5" in lines[0]["child_ages"]


async def test_one_room_fewer_frees_one(house: House) -> None:
    written = await house.book(party=Occupancy(2, rooms=2))
    after = await house.pms.amend(written.id, Amendment(occupancy=COUPLE))
    assert ([room.room_id for room in after.rooms], after.total) == ([written.rooms[0].room_id], Money.of(2600, "USD"))
    assert len(house.emulator.app.live_lines()) == 1


async def full_but_one(house: House, stay: Stay) -> Reservation:
    """Sell all rooms of type 1 around *stay*, of which one to us for just that stay."""
    written = await house.book(stay)
    house.emulator.app.walk_in(1, stay.arrival - timedelta(days=5), stay.departure + timedelta(days=5), count=4)
    return written


@pytest.mark.parametrize("days", [1, -1])
async def test_a_stay_shifts_within_its_own_room_when_no_other_is_free(house: House, days: int) -> None:
    written = await full_but_one(house, STAY)
    shifted = Stay(STAY.arrival + timedelta(days=days), STAY.departure + timedelta(days=days))
    after = await house.pms.amend(written.id, Amendment(stay=shifted))
    assert (after.arrival, after.departure, after.total) == (shifted.arrival, shifted.departure, written.total)
    assert {room.room_id for room in after.rooms} == {written.rooms[0].room_id}


async def test_a_shift_onto_a_night_that_is_sold_is_refused_and_leaves_all_as_it_was(house: House) -> None:
    written = await full_but_one(house, STAY)
    house.emulator.app.walk_in(1, STAY.departure, STAY.departure + timedelta(days=1))
    with pytest.raises(Rejected) as refused:
        await house.pms.amend(written.id, Amendment(stay=Stay(date(2031, 5, 2), date(2031, 5, 4))))
    assert refused.value.reason is Rejection.SOLD_OUT
    assert await house.pms.get(written.id) == written


async def test_whoever_takes_the_night_during_a_shift_keeps_it(emulator: RunningEmulator) -> None:
    """The line that is moved is older than the other's: going by the lowest id, the other would lose what it was promised."""

    def meanwhile(request: httpx.Request) -> httpx.Request:
        if request.method == "PUT" and "room_bookings" in request.url.path and not taken:
            taken.append(emulator.app.walk_in(1, STAY.departure, STAY.departure + timedelta(days=1)))
        return request

    taken: list[list[int]] = []
    async with installed(emulator, Tampering(meanwhile)) as house:
        written = await full_but_one(house, STAY)
        with pytest.raises(Rejected) as refused:
            await house.pms.amend(written.id, Amendment(stay=Stay(date(2031, 5, 2), date(2031, 5, 5))))
        assert refused.value.reason is Rejection.SOLD_OUT
        assert taken
        assert await house.pms.get(written.id) == written


@pytest.mark.parametrize(
    "amendment", [Amendment(stay=Stay(date(2031, 6, 1), date(2031, 6, 4))), Amendment(room_type_id=RoomTypeId("2"))]
)
async def test_a_change_that_broke_off_half_way_is_finished_by_asking_again(
    emulator: RunningEmulator, amendment: Amendment
) -> None:
    puts: list[str] = []

    def break_second(request: httpx.Request) -> httpx.Request:
        if request.method == "PUT":
            puts.append(request.url.path)
            if len(puts) == 2:
                raise httpx.ReadError("cut")
        return request

    async with installed(emulator, Tampering(break_second)) as house:
        written = await house.book()
        with pytest.raises(OutcomeUnknown):
            await house.pms.amend(written.id, amendment)
        assert len((await house.pms.get(written.id)).rooms) == 2
        after = await house.pms.amend(written.id, amendment)
        (room,) = after.rooms
        stay = amendment.stay or STAY
        assert (room.arrival, room.departure, room.room_type_id) == (
            stay.arrival,
            stay.departure,
            amendment.room_type_id or "1",
        )
        assert await house.pms.verify(after.id) is Standing.SOLE


async def test_a_reservation_with_services_is_left_to_the_staff(house: House) -> None:
    async with httpx.AsyncClient() as http:
        client = QloAppsClient(http, house.settings)
        room = {
            "adult": 2,
            "child": 0,
            "id_tax_rules_group": 1,
            "services": [{"id_service": 9, "quantity": 1, "id_tax_rules_group": 1}],
        }
        line = {
            "id_room_type": 1,
            "checkin_date": "2031-05-01",
            "checkout_date": "2031-05-03",
            "number_of_rooms": 1,
            "rooms": [room],
        }
        customer = {"firstname": "Eva", "lastname": "Lee", "email": "eva@example.com", "phone": "5551234567"}
        booking = {"id_property": 1, "currency": "USD", "associations": {"customer_detail": customer, "room_types": [line]}}
        made = await client.write("POST", "bookings", json.dumps({"booking": booking}))
    reservation = ReservationId(str(made.data["booking"]["id"]))
    before = await house.pms.get(reservation)
    with pytest.raises(Rejected) as refused:
        await house.pms.amend(reservation, Amendment(stay=Stay(STAY.arrival, date(2031, 5, 5))))
    assert refused.value.reason is Rejection.NOT_SUPPORTED
    assert await house.pms.get(reservation) == before


async def test_a_payment_in_another_currency_is_refused(house: House) -> None:
    written = await house.book()
    with pytest.raises(Rejected):
        await house.pms.record_payment(written.id, Payment(amount=Money.of(5, "EUR"), method="Card", transaction_id="T1"))
