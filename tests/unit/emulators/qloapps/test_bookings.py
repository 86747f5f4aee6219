import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotel_agent.emulators.qloapps.booking_request import read_body
from hotel_agent.emulators.qloapps.server import RunningEmulator

pytestmark = pytest.mark.anyio

Book = Callable[..., Awaitable[httpx.Response]]


def message(answer: httpx.Response) -> str:
    assert (answer.status_code, answer.json()["errors"][-1]["code"]) == (400, 404)
    return str(answer.json()["errors"][-1]["message"])


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"id": 1, "currency": ""}, "id is forbidden when adding a new resource"),
        ({"currency": "XXX", "id_property": 9}, "Please provide valid currency."),
        ({"id_property": 9, "guest": {"firstname": ""}}, "Please provide a valid id_property."),
        ({"guest": {"id_customer": 77, "phone": ""}}, "Please provide a valid id_customer."),
        ({"guest": {"lastname": "", "phone": ""}}, "Please provide a valid last name."),
        ({"associations": {"price_details": {"total_paid": "x"}}, "guest": {"city": "Rome"}}, "Invalid value for total paid."),
        ({"guest": {"city": "Rome"}, "line": {"id_room_type": None}}, "Address is required."),
        (
            {"guest": {"address": "1 Main", "city": "Reno", "country_code": "US", "state_code": "NV", "zip": "ABC"}},
            "The Zip/Postal code you have entered is invalid. It must follow this format: 00000",
        ),
        ({"line": {"id_room_type": 99, "number_of_rooms": None}}, "number of rooms is missing"),
        ({"rooms": 9, "booking_status": 7}, "Requested room(s) not available."),
        ({"line": {"rooms": [{"services": [{"id_service": 99}]}]}, "booking_status": 7}, "Invalid request for service."),
        ({"line": {"rooms": [{"services": [{"quantity": 1}]}]}}, "Service name is required for non existing services."),
        ({"booking_status": 7, "payment_status": 7}, "Invalid booking status."),
        ({"payment_status": 7}, "Invalid payment status."),
    ],
)
async def test_the_first_thing_wrong_is_reported(book: Book, more: dict[str, Any], expected: str) -> None:
    assert message(await book(**more)) == expected


async def test_a_room_named_twice_is_one_room(book: Book) -> None:
    room = {"id_room": 2, "adult": 2, "id_tax_rules_group": 1}
    answer = await book(rooms=2, line={"rooms": [room, room]})
    assert message(answer) == "Room count does not matches with the number of rooms"


async def test_a_room_that_is_asked_for_is_given_and_the_others_ascend(book: Book, emulator: RunningEmulator) -> None:
    rooms = [{"adult": 1, "id_tax_rules_group": 1}, {"id_room": 1, "adult": 2, "id_tax_rules_group": 1}]
    assert (await book(rooms=2, line={"rooms": rooms})).status_code == 200
    assert [(line["id_room"], line["adults"]) for line in emulator.app.live_lines()] == [(2, 1), (1, 2)]


async def test_texts_are_stripped_cut_and_made_three_bytes_wide(book: Book, emulator: RunningEmulator) -> None:
    answer = await book("<b>x</b>" + "é" * 300, remark="a < b <i>c</i> 😀", guest={"firstname": "Ñandú", "lastname": "O'Neill"})
    shown = answer.json()["booking"]
    assert (shown["source"], shown["associations"]["remarks"]) == ("x" + "é" * 254, ["a < b c ????"])
    assert shown["associations"]["customer_detail"]["firstname"] == "Ñandú"


@pytest.mark.parametrize(
    ("guest", "status", "customers"),
    [
        ({"email": "no"}, 200, 1),
        ({"firstname": "R2"}, 500, 1),
        ({"lastname": "x" * 33}, 500, 1),
        ({"phone": "call me"}, 500, 2),
    ],
)
async def test_php_dies_of_new_guests_it_cannot_store(
    book: Book, emulator: RunningEmulator, guest: dict[str, str], status: int, customers: int
) -> None:
    answer = await book(guest=guest)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    count = emulator.app.store.value
    assert (count("SELECT count(*) FROM orders"), count("SELECT count(*) FROM customers")) == (0, customers)
    assert count("SELECT count(*) FROM carts") == 1


async def test_what_is_invalid_of_a_known_guest_is_ignored(book: Book, emulator: RunningEmulator) -> None:
    await book()
    assert (await book(guest={"firstname": "R2", "lastname": "Roe", "phone": "call me"})).status_code == 200
    guest = emulator.app.store.get("customers", 2) or {}
    assert (guest["firstname"], guest["lastname"], guest["phone"]) == ("Ann", "Roe", "5551234567")


@pytest.mark.parametrize(
    ("more", "state", "received", "histories"),
    [
        ({}, 1, 0, [1]),
        ({"payment_status": 1}, 2, 2080, [1, 2]),
        ({"booking_status": 2}, 2, 2080, [1, 2]),
        ({"booking_status": 3}, 4, 0, [1, 4]),
        ({"booking_status": 4}, 5, 0, [1, 5]),
        ({"associations": {"price_details": {"total_paid": 80}}}, 8, 80, [8]),
        ({"associations": {"price_details": {"total_paid": 2080}}}, 2, 2080, [1, 2]),
    ],
)
async def test_states_follow_status_and_money(
    book: Book, emulator: RunningEmulator, more: dict[str, Any], state: int, received: int, histories: list[int]
) -> None:
    assert (await book(**more)).status_code == 200
    store = emulator.app.store
    order = store.get("orders", 1) or {}
    assert (order["current_state"], order["total_paid_real"]) == (state, received)
    assert [row["id_order_state"] for row in store.rows("SELECT * FROM order_histories ORDER BY id")] == histories
    assert len(emulator.app.live_lines()) == (0 if state in {4, 5} else 1)


async def test_a_put_adds_before_it_removes_and_keeps_what_matches(
    client: httpx.AsyncClient, make: Any, emulator: RunningEmulator
) -> None:
    await client.post("/api/bookings", json=make(rooms=2))
    body = make(id=1, rooms=1)
    extra = body["booking"]["associations"]["room_types"][0] | {"checkin_date": "2027-05-02", "checkout_date": "2027-05-04"}
    body["booking"]["associations"]["room_types"].append(extra)
    assert (await client.put("/api/bookings/1", json=body)).status_code == 200
    kept = [(line["id"], line["id_room"], line["date_from"][:10]) for line in emulator.app.live_lines()]
    assert kept == [(1, 1, "2027-05-01"), (3, 3, "2027-05-02")]


async def test_money_added_by_put_to_an_order_with_an_invoice_is_credited_twice(client: httpx.AsyncClient, make: Any) -> None:
    await client.post("/api/bookings", json=make())
    money = {"price_details": {"total_paid": 500}, "payment_detail": {"payment_type": "online"}}
    await client.put("/api/bookings/1", json=make(id=1, booking_status=1, payment_status=2, associations=money))
    await client.put("/api/bookings/1", json=make(id=1, booking_status=2))
    order = (await client.get("/api/orders/1")).json()["order"]
    assert (order["current_state"], order["total_paid_real"]) == ("2", "2580.000000")


async def test_names_in_cdata_are_lost(client: httpx.AsyncClient) -> None:
    guest = "<firstname><![CDATA[Ann]]></firstname><lastname>Lee</lastname>"
    body = f"<x><booking><id_property>1</id_property><currency>USD</currency><associations><customer_detail>{guest}"
    answer = await client.post("/api/bookings", content=f"{body}</customer_detail></associations></booking></x>")
    assert message(answer) == "Please provide a valid first name."


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
names = st.sampled_from(["id", "id_property", "currency", "booking_status", "source", "remark", "booking_date", "associations"])
parts = st.sampled_from(["customer_detail", "price_details", "payment_detail", "room_types", "cart_rules"])


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(names, json_values, max_size=5), st.dictionaries(parts, json_values, max_size=4))
def test_any_json_is_read_without_an_error_of_ours(values: dict[str, Any], inside: dict[str, Any]) -> None:
    body = read_body(json.dumps({"booking": values | {"associations": inside}}))
    assert isinstance(body.room_types, list)
    assert body.complaints == ()
