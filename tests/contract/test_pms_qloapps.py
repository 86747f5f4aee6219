"""What is QloApps's own: evidence, debris, existing guests, other hotels of the shop, what an IT person is told."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import httpx
import pytest
from attrs import define, evolve, field

from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.pms import QloAppsPropertySystem
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.domain.errors import Misconfigured, NotFound, OutcomeUnknown, Rejected, Rejection, Unavailable
from hotel_agent.domain.ids import Reference, ReservationId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import (
    Amendment,
    BookingOrder,
    Guest,
    Payment,
    Reservation,
    ReservationStatus,
    Severity,
    Standing,
)
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.emulators.qloapps.behaviour import Behaviour, Fault, FaultKind
from hotel_agent.emulators.qloapps.generated import generated_shop
from hotel_agent.emulators.qloapps.recorded import FULL_KEY, POWERLESS_KEY, READ_KEY, SEARCH_KEY, recorded_shop
from hotel_agent.emulators.qloapps.server import RunningEmulator, running
from hotel_agent.testing.clocks import ManualClock

pytestmark = pytest.mark.anyio

STAY = Stay(date(2031, 5, 1), date(2031, 5, 3))
COUPLE = Occupancy(2)
ANA = Guest(name="Ana Núñez", email="ana@example.com", phone="+34600111222")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@define
class Monotonic:
    """Seconds that pass when a test says so."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@define
class Tampering(httpx.AsyncBaseTransport):
    """A wire that lets a test change what goes over it."""

    sending: Callable[[httpx.Request], httpx.Request] = field(default=lambda request: request)
    receiving: Callable[[httpx.Request, bytes], bytes] = field(default=lambda _, body: body)
    _wire: httpx.AsyncHTTPTransport = field(factory=httpx.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._wire.handle_async_request(self.sending(request))
        body = self.receiving(request, await answer.aread())
        headers = {"content-type": answer.headers.get("content-type", "")}
        return httpx.Response(answer.status_code, headers=headers, content=body)

    async def aclose(self) -> None:
        await self._wire.aclose()


@define
class House:
    """An emulator and an installation of ours on it."""

    emulator: RunningEmulator
    pms: QloAppsPropertySystem
    settings: QloAppsSettings
    monotonic: Monotonic
    booked: int = 0

    async def order(
        self, stay: Stay = STAY, party: Occupancy = COUPLE, *, room_type: str = "1", **changes: Any
    ) -> BookingOrder:
        vacancy = next(one for one in await self.pms.search(stay, party) if one.room_type.id == room_type)
        self.booked += 1
        plain: dict[str, Any] = {
            "reference": Reference(f"ha-TEST-{self.booked}"),
            "room_type_id": vacancy.room_type.id,
            "rooms": vacancy.rooms[: party.rooms],
            "stay": stay,
            "occupancy": party,
            "total": vacancy.total,
            "guest": ANA,
        }
        return BookingOrder(**(plain | changes))

    async def book(self, stay: Stay = STAY, party: Occupancy = COUPLE, **changes: Any) -> Reservation:
        return await self.pms.book(await self.order(stay, party, **changes))

    async def raw(self, resource: str, **query: str) -> Any:
        """Ask QloApps itself."""
        async with httpx.AsyncClient() as http:
            return (await QloAppsClient(http, self.settings).read(resource, query)).data


def settings_of(emulator: RunningEmulator, **changes: Any) -> QloAppsSettings:
    plain: dict[str, Any] = {
        "url": emulator.url,
        "key": emulator.key,
        "currency": "USD",
        "timezone": ZoneInfo("UTC"),
        "settle": timedelta(milliseconds=30),
    }
    return QloAppsSettings(**(plain | changes))


@asynccontextmanager
async def installed(
    emulator: RunningEmulator, transport: httpx.AsyncBaseTransport | None = None, **changes: Any
) -> AsyncIterator[House]:
    settings, monotonic = settings_of(emulator, **changes), Monotonic()
    async with httpx.AsyncClient(transport=transport) as http:
        yield House(emulator, QloAppsPropertySystem(http, settings, ManualClock(), monotonic), settings, monotonic)


@pytest.fixture
async def emulator() -> AsyncIterator[RunningEmulator]:
    async with running(recorded_shop(domain=None), behaviour=Behaviour()) as emulator:
        yield emulator


@pytest.fixture
async def house(emulator: RunningEmulator) -> AsyncIterator[House]:
    async with installed(emulator) as house:
        yield house


def fault(house: House, kind: FaultKind, method: str = "POST", resource: str = "bookings", **changes: Any) -> None:
    house.emulator.app.add_faults(Fault(kind, method, resource, **changes))


# ---------------------------------------------------------------- guests


async def test_an_existing_customer_keeps_its_names_and_the_guests_words_are_in_the_remark(house: House) -> None:
    guest = Guest(name="Mallory 4", email="PUB@qloapps.com", phone="+34600999888")
    before = (await house.raw("customers/1"))["customer"]
    written = await house.book(guest=guest)
    after = (await house.raw("customers/1"))["customer"]
    assert [after[name] for name in ("firstname", "lastname", "email", "phone")] == [
        before[name] for name in ("firstname", "lastname", "email", "phone")
    ]
    remarks = (await house.raw(f"bookings/{written.id}"))["booking"]["associations"]["remarks"]
    assert "Guest's name as given: Mallory 4" in remarks[0]
    assert "+34600999888" in remarks[0]


async def test_what_a_name_field_cannot_hold_is_whole_in_the_remark(house: House) -> None:
    name = "Maximiliana Wilhelmina Alexandrina Hohenzollern-Sigmaringen 3"
    written = await house.book(guest=evolve(ANA, name=name))
    remarks = (await house.raw(f"bookings/{written.id}"))["booking"]["associations"]["remarks"]
    assert remarks == [f"Guest's name as given: {name}"]


async def test_amending_leaves_the_customer_as_it_is(house: House) -> None:
    written = await house.book()
    before = await house.raw("customers", display="full", sort="[id_ASC]")
    await house.pms.amend(written.id, Amendment(stay=Stay(STAY.arrival, date(2031, 5, 5))))
    fields = ("id", "firstname", "lastname", "email", "phone")
    after = await house.raw("customers", display="full", sort="[id_ASC]")
    assert [[one[name] for name in fields] for one in after["customers"]] == [
        [one[name] for name in fields] for one in before["customers"]
    ]


# ---------------------------------------------------------------- prices


async def test_any_quoted_total_is_booked_to_the_cent(house: House) -> None:
    """Prices as hoteliers enter them, with tax, on a shop with 10 %: some of them no net price in cents can make."""
    key = "K" * 32
    shop = generated_shop(5, key=key, rooms=24)
    odd = tuple(evolve(one, price=Decimal("90.868182") + n) for n, one in enumerate(shop.hotels[0].room_types))
    shop = evolve(shop, hotels=(evolve(shop.hotels[0], room_types=odd),))
    totals = 0
    async with running(shop) as emulator, installed(emulator) as generated:
        for nights in (1, 2, 3):
            stay = Stay(STAY.arrival + timedelta(days=10 * nights), STAY.arrival + timedelta(days=11 * nights))
            for vacancy in await generated.pms.search(stay, Occupancy(1)):
                written = await generated.book(stay, Occupancy(1), room_type=vacancy.room_type.id)
                assert written.total == vacancy.total
                totals += 1
    assert totals >= 9


async def test_a_price_that_qloapps_books_otherwise_is_undone(emulator: RunningEmulator) -> None:
    def cheaper(request: httpx.Request) -> httpx.Request:
        if request.method == "POST" and request.url.path.endswith("bookings"):
            return _with_content(
                request, request.content.replace(b'"unit_price_without_tax": 2500.00', b'"unit_price_without_tax": 9.99')
            )
        return request

    async with installed(emulator, Tampering(cheaper)) as house:
        order = await house.order()
        with pytest.raises(Rejected) as refused:
            await house.pms.book(order)
        assert refused.value.reason is Rejection.PRICE_CHANGED
        assert [one.status for one in await house.pms.find(order.reference)] == [ReservationStatus.CANCELLED]
        assert house.emulator.app.live_lines() == []


async def test_a_room_that_qloapps_replaces_is_given_back(emulator: RunningEmulator) -> None:
    def other_room(request: httpx.Request) -> httpx.Request:
        if request.method == "POST" and request.url.path.endswith("bookings"):
            return _with_content(request, request.content.replace(b'"id_room": 1,', b'"id_room": 2,'))
        return request

    async with installed(emulator, Tampering(other_room)) as house:
        with pytest.raises(Rejected) as refused:
            await house.book()
        assert refused.value.reason is Rejection.SOLD_OUT
        assert house.emulator.app.live_lines() == []


# ---------------------------------------------------------------- evidence


@pytest.mark.parametrize("kind", [FaultKind.ERROR_AFTER])
async def test_a_500_with_the_work_done_is_done(house: House, kind: FaultKind) -> None:
    fault(house, kind)
    written = await house.book()
    assert await house.pms.verify(written.id) is Standing.SOLE


@pytest.mark.parametrize("kind", [FaultKind.CUT_AFTER, FaultKind.CUT_BODY])
async def test_a_lost_answer_is_unknown_and_found_by_reference(house: House, kind: FaultKind) -> None:
    fault(house, kind)
    order = await house.order()
    with pytest.raises(OutcomeUnknown):
        await house.pms.book(order)
    await house.emulator.app.drain()
    (found,) = await house.pms.find(order.reference)
    assert await house.pms.verify(found.id) is Standing.SOLE
    assert await house.pms.book(order) == found


@pytest.mark.parametrize("kind", [FaultKind.CUT_BEFORE, FaultKind.FATAL, FaultKind.DATABASE_DOWN])
async def test_a_failure_with_nothing_done_is_unknown_all_the_same(house: House, kind: FaultKind) -> None:
    fault(house, kind)
    order = await house.order()
    with pytest.raises(OutcomeUnknown):
        await house.pms.book(order)
    assert await house.pms.find(order.reference) == ()
    assert await house.pms.verify((await house.pms.book(order)).id) is Standing.SOLE


async def test_no_write_is_ever_repeated(house: House) -> None:
    order = await house.order()
    for kind in (FaultKind.CUT_BEFORE, FaultKind.FATAL, FaultKind.ZOMBIE):
        house.emulator.app.seen.clear()
        fault(house, kind)
        with pytest.raises(OutcomeUnknown):
            await house.pms.book(evolve(order, reference=Reference(f"ha-ONCE-{kind.name.replace('_', '')}")))
        assert [one.method for one in house.emulator.app.seen if one.resource == "bookings"] == ["POST"]


async def test_a_service_that_is_switched_off_takes_nothing(house: House) -> None:
    order = await house.order()
    fault(house, FaultKind.SWITCHED_OFF)
    with pytest.raises(Misconfigured, match="switched off"):
        await house.pms.book(order)


async def test_a_dead_database_is_unavailable_to_readers(house: House) -> None:
    fault(house, FaultKind.DATABASE_DOWN, "*", "*", times=None)
    with pytest.raises(Unavailable):
        await house.pms.find(Reference("ha-ANY"))
    with pytest.raises(Unavailable):
        await house.pms.search(STAY, COUPLE)


async def test_somebody_quicker_between_search_and_booking_is_told_as_sold_out(house: House) -> None:
    order = await house.order()
    fault(house, FaultKind.WALK_IN)
    with pytest.raises(Rejected) as refused:
        await house.pms.book(order)
    assert refused.value.reason is Rejection.SOLD_OUT
    assert await house.pms.find(order.reference) == ()


async def test_sold_out_is_understood_in_any_language(emulator: RunningEmulator) -> None:
    def translated(_: httpx.Request, body: bytes) -> bytes:
        return body.replace(b"Requested room(s) not available.", "Habitación no disponible.".encode())

    async with installed(emulator, Tampering(receiving=translated)) as house:
        order = await house.order()
        fault(house, FaultKind.WALK_IN)
        with pytest.raises(Rejected) as refused:
            await house.pms.book(order)
        assert refused.value.reason is Rejection.SOLD_OUT


# ---------------------------------------------------------------- debris


async def test_a_zombie_of_an_answered_request_is_known_at_once_and_cleaned_up(house: House) -> None:
    fault(house, FaultKind.ZOMBIE)
    order = await house.order()
    with pytest.raises(OutcomeUnknown):
        await house.pms.book(order)
    (zombie,) = await house.pms.find(order.reference)
    assert (zombie.status, zombie.rooms) == (ReservationStatus.PENDING, ())
    assert await house.pms.verify(zombie.id) is Standing.CANCELLED
    assert (await house.pms.cancel(zombie.id)).status is ReservationStatus.CANCELLED
    assert await house.pms.verify((await house.pms.book(order)).id) is Standing.SOLE


async def test_somebody_elses_zombie_forms_until_no_request_can_live_any_longer(house: House) -> None:
    fault(house, FaultKind.ZOMBIE)
    order = await house.order()
    with pytest.raises(OutcomeUnknown):
        await house.pms.book(order)
    async with installed(house.emulator) as other:
        (zombie,) = await other.pms.find(order.reference)
        assert await other.pms.verify(zombie.id) is Standing.FORMING
        with pytest.raises(Unavailable):
            await other.pms.cancel(zombie.id)
        with pytest.raises(OutcomeUnknown):
            await other.pms.book(order)
        other.monotonic.seconds += other.settings.max_execution.total_seconds()
        assert await other.pms.verify(zombie.id) is Standing.CANCELLED
        await other.pms.cancel(zombie.id)
        assert (await other.pms.get(zombie.id)).status is ReservationStatus.CANCELLED


# ---------------------------------------------------------------- one hotel of several


async def test_another_hotel_of_the_shop_does_not_exist_here() -> None:
    key = "K" * 32
    async with (
        running(generated_shop(3, key=key, hotels=2, rooms=24)) as emulator,
        installed(emulator) as mine,
        installed(emulator, hotel_id="2") as theirs,
    ):
        vacancy = (await mine.pms.search(STAY, COUPLE))[0]
        written = await mine.book(room_type=vacancy.room_type.id)
        assert not {one.id for one in await mine.pms.room_types()} & {one.id for one in await theirs.pms.room_types()}
        with pytest.raises(NotFound):
            await theirs.pms.get(written.id)
        with pytest.raises(NotFound):
            await theirs.pms.verify(written.id)
        with pytest.raises(Rejected) as refused:
            await theirs.pms.cancel(written.id)
        assert refused.value.reason is Rejection.NOT_FOUND
        assert await theirs.pms.find(Reference(written.reference)) == ()
        assert await theirs.pms.of_guest(email=ANA.email) == ()
        assert await mine.pms.get(written.id) == written


async def test_names_stay_text_with_a_second_language(house: House) -> None:
    house.emulator.app.behave(Behaviour(second_language=True, second_currency=True))
    assert (await house.pms.room_types())[0].name == "General Rooms"
    assert (await house.book()).total == Money.of(2600, "USD")


# ---------------------------------------------------------------- the stay


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


# ---------------------------------------------------------------- set-up


async def test_a_wrong_host_name_is_named_and_the_right_one_works() -> None:
    async with running(recorded_shop(domain="shop.example")) as emulator:
        async with installed(emulator) as house:
            with pytest.raises(Misconfigured, match="PMS_HOST"):
                await house.pms.search(STAY, COUPLE)
            (finding,) = await house.pms.diagnose()
            assert (finding.severity, "PMS_HOST" in finding.message) == (Severity.FAILURE, True)
        async with installed(emulator, host="shop.example") as house:
            assert await house.pms.verify((await house.book()).id) is Standing.SOLE


@pytest.mark.parametrize(
    ("key", "missing"),
    [
        (
            READ_KEY,
            ["POST and PUT on 'bookings'", "PUT on 'room_bookings'", "POST on 'order_histories'", "POST on 'hotel_ari'"],
        ),
        (SEARCH_KEY, ["GET on 'orders'", "GET on 'customers'", "GET and POST and PUT on 'bookings'"]),
    ],
)
async def test_missing_permissions_are_named_and_nothing_is_written(house: House, key: str, missing: list[str]) -> None:
    async with installed(house.emulator, key=key) as poor:
        house.emulator.app.seen.clear()
        failures = [one.message for one in await poor.pms.diagnose() if one.severity is Severity.FAILURE]
        for text in missing:
            assert any(text in message for message in failures), (text, failures)
        assert {one.method for one in house.emulator.app.seen if one.resource != "hotel_ari"} == {"GET"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": POWERLESS_KEY}, "may not GET"),
        ({"key": "X" * 32}, "does not know this web service key"),
        ({"key": "short"}, "32 characters"),
        ({"hotel_id": "77"}, "PMS_HOTEL_ID"),
        ({"currency": "EUR"}, "EUR"),
        ({"language_id": 9}, "language 9"),
    ],
)
async def test_what_is_set_up_wrongly_is_said(house: House, changes: dict[str, Any], words: str) -> None:
    async with installed(house.emulator, **changes) as wrong:
        failures = [one.message for one in await wrong.pms.diagnose() if one.severity is Severity.FAILURE]
        assert any(words in message for message in failures), failures


async def test_a_sound_set_up_has_only_good_news(house: House) -> None:
    assert {one.severity for one in await house.pms.diagnose()} == {Severity.OK}


async def test_a_booking_without_permission_says_which(house: House) -> None:
    order = await house.order()
    async with installed(house.emulator, key=SEARCH_KEY) as poor:
        with pytest.raises(Misconfigured, match="orders"):
            await poor.pms.book(order)


def _with_content(request: httpx.Request, content: bytes) -> httpx.Request:
    headers = [(name, value) for name, value in request.headers.items() if name != "content-length"]
    return httpx.Request(request.method, request.url, headers=headers, content=content, extensions=request.extensions)


def test_the_published_key_is_the_emulators() -> None:
    assert recorded_shop().keys[0].key == FULL_KEY
