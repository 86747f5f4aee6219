from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from attrs import evolve

from hotel_agent.emulators.qloapps.filling import open_store
from hotel_agent.emulators.qloapps.pricing import night_price, quoted_price, room_price
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.server import running
from hotel_agent.emulators.qloapps.shop import Facility, SpecialPrice
from hotel_agent.emulators.qloapps.store import Store

pytestmark = pytest.mark.anyio

FIRST, LAST = date(2027, 5, 2), date(2027, 5, 4)
Book = Callable[..., Awaitable[httpx.Response]]


def store_with(*specials: SpecialPrice) -> Store:
    shop = evolve(recorded_shop(), special_prices=specials)
    return open_store(shop, None, lambda: datetime(2026, 11, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    ("way", "percent", "value", "price"),
    [(1, True, 20, 800), (2, True, 20, 1200), (3, False, 777, 777), (1, False, 150, 850), (2, False, 150, 1150)],
)
def test_special_prices_change_a_night_on_both_end_days(way: int, price: int, value: int, *, percent: bool) -> None:
    store = store_with(SpecialPrice(1, FIRST, LAST, way, percent, Decimal(value)))
    specials = store.rows("SELECT * FROM feature_prices")
    prices = [night_price(Decimal(1000), specials, date(2027, 5, day)) for day in range(1, 6)]
    assert prices == [1000, price, price, price, 1000]


def test_a_quote_holds_auto_added_services_shown_with_the_room_and_a_booking_does_not() -> None:
    store = store_with()
    room_type = store.get("room_types", 1) or {}
    quote = quoted_price(store, room_type, date(2027, 5, 1), date(2027, 5, 3))
    assert (quote.net, quote.gross) == (Decimal(2500), Decimal(2600))
    assert room_price(store, room_type, date(2027, 5, 1), date(2027, 5, 3)) == 2000


def amounts(answer: httpx.Response) -> tuple[Any, Any]:
    prices = answer.json()["booking"]["associations"]["price_details"]
    return prices["total_price_without_tax"], prices["total_tax"]


async def test_a_price_named_for_a_room_is_for_the_whole_stay_and_taxed_to_the_cent(book: Book) -> None:
    room = {"adult": 2, "child": 0, "unit_price_without_tax": 333.33, "id_tax_rules_group": 1}
    assert amounts(await book(line={"rooms": [room]})) == (333.33, 13.33)


async def test_a_tax_named_for_a_room_is_applied_with_the_wrong_sign(book: Book) -> None:
    assert amounts(await book(line={"rooms": [{"adult": 2, "total_tax": 100}]})) == (2000, 60)


async def test_a_higher_total_is_spread_over_the_rooms_to_the_cent(book: Book) -> None:
    net, tax = amounts(await book(rooms=3, associations={"price_details": {"total_price_with_tax": 7000}}))
    assert round(net + tax, 2) == 7000


async def test_a_lower_total_divides_by_zero_and_books_at_the_normal_price(book: Book, client: httpx.AsyncClient) -> None:
    answer = await book("t:low", associations={"price_details": {"total_price_with_tax": 10}})
    assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (500, [3])
    found = await client.get("/api/orders", params={"filter[source]": "[t:low]", "display": "[total_paid_tax_incl]"})
    assert found.json() == {"orders": [{"total_paid_tax_incl": "2080.000000"}]}


async def test_facilities_per_night_count_for_each_night_and_name_their_option(make: Callable[..., Any]) -> None:
    facilities = (
        Facility("Late check-out", Decimal(30)),
        Facility("Extra bed", Decimal(10), per_night=True, options=(("Baby cot", Decimal(5)), ("Adult bed", Decimal(20)))),
    )
    shop = evolve(recorded_shop(domain=None), facilities=facilities)
    wanted = [{"id_facility": 1, "id_option": 0}, {"id_facility": 2, "id_option": 2}]
    room = {"adult": 2, "id_tax_rules_group": 1, "facilities": wanted}
    async with running(shop) as emulator, httpx.AsyncClient(base_url=emulator.url, auth=(emulator.key, "")) as client:
        answer = await client.post("/api/bookings?output_format=JSON", json=make(line={"rooms": [room]}))
        wrong = {"adult": 2, "facilities": [{"id_facility": 2, "id_option": 9}]}
        refused = await client.post("/api/bookings?output_format=JSON", json=make(line={"rooms": [wrong]}))
    assert amounts(answer) == (2070, 82.8)
    shown = answer.json()["booking"]["associations"]["room_types"][0]["rooms"][0]
    assert (shown["unit_price_without_tax"], shown["total_tax"]) == (2000, 80)
    assert shown["facilities"] == [
        {"name": "Late check-out", "quantity": 1, "unit_price_without_tax": 30, "total_tax": 1.2, "per_night": 0},
        {"name": "Adult bed", "quantity": 1, "unit_price_without_tax": 20, "total_tax": 0.8, "per_night": 1},
    ]
    assert refused.json()["errors"][0]["message"] == "Invalid id option for the facility with ID 2."
