"""What is QloApps's own: evidence, debris, existing guests, other hotels of the shop, what an IT person is told."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from attrs import evolve

from hotel_agent.domain.errors import Misconfigured, NotFound, OutcomeUnknown, Rejected, Rejection, Unavailable
from hotel_agent.domain.ids import Reference, RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import (
    Guest,
    ReservationStatus,
    Severity,
    Standing,
)
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.emulators.qloapps.behaviour import Behaviour, FaultKind
from hotel_agent.emulators.qloapps.generated import generated_shop
from hotel_agent.emulators.qloapps.recorded import POWERLESS_KEY, READ_KEY, SEARCH_KEY, recorded_shop
from hotel_agent.emulators.qloapps.server import RunningEmulator, running
from hotel_agent.testing.qloapps_house import ANA, COUPLE, STAY, House, Tampering, fault, installed, with_content

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
            return with_content(
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
            return with_content(request, request.content.replace(b'"id_room": 1,', b'"id_room": 2,'))
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


async def test_a_reference_of_another_order_is_refused(house: House) -> None:
    written = await house.book()
    order = await house.order(reference=Reference(written.reference))
    with pytest.raises(Rejected) as refused:
        await house.pms.book(order)
    assert refused.value.reason is Rejection.NOT_ALLOWED
    assert len(house.emulator.app.live_lines()) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stay": Stay(date(2031, 3, 1), date(2031, 3, 3))}, Rejection.STAY_RULE),
        ({"occupancy": Occupancy(3)}, Rejection.NOT_ALLOWED),
        ({"rooms": (RoomId("6"),)}, Rejection.SOLD_OUT),
        ({"rooms": (RoomId("no room"),)}, Rejection.SOLD_OUT),
        ({"room_type_id": RoomTypeId("x")}, Rejection.NOT_FOUND),
    ],
)
async def test_nonsense_that_qloapps_would_book_is_refused(house: House, changes: dict[str, Any], reason: Rejection) -> None:
    order = evolve(await house.order(), **changes)
    with pytest.raises(Rejected) as refused:
        await house.pms.book(order)
    assert refused.value.reason is reason
    assert "POST" not in {one.method for one in house.emulator.app.seen if one.resource == "bookings"}


async def test_the_length_of_stay_rule_of_a_type_is_kept() -> None:
    shop = recorded_shop(domain=None)
    types = tuple(evolve(one, min_nights=3) for one in shop.hotels[0].room_types)
    strict = evolve(shop, hotels=(evolve(shop.hotels[0], room_types=types),))
    async with running(strict) as emulator, installed(emulator) as house:
        assert await house.pms.search(STAY, COUPLE) == ()
        three = Stay(STAY.arrival, STAY.arrival + timedelta(days=3))
        order = await house.order(three)
        with pytest.raises(Rejected) as refused:
            await house.pms.book(evolve(order, stay=STAY))
        assert refused.value.reason is Rejection.STAY_RULE
        assert await house.pms.verify((await house.pms.book(order)).id) is Standing.SOLE


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


async def test_zombie_that_nobody_writes_any_more_stands_in_no_bookings_way(house: House) -> None:
    fault(house, FaultKind.ZOMBIE)
    order = await house.order()
    with pytest.raises(OutcomeUnknown):
        await house.pms.book(order)
    async with installed(house.emulator) as other:
        (zombie,) = await other.pms.find(order.reference)
        assert await other.pms.verify(zombie.id) is Standing.FORMING
        other.monotonic.seconds += other.settings.max_execution.total_seconds()
        booked = await other.pms.book(order)
        assert booked.id != zombie.id
        assert await other.pms.verify(booked.id) is Standing.SOLE
        assert await other.pms.book(order) == booked


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
