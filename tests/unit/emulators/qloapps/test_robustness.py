import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.emulators.qloapps.emulator import QloAppsEmulator
from hotel_agent.emulators.qloapps.recorded import FULL_KEY, recorded_shop

pytestmark = pytest.mark.anyio

ROOM = {
    "id_room": 1,
    "adult": 1,
    "child_ages": [3],
    "unit_price_without_tax": 100,
    "id_tax_rules_group": 1,
    "services": [{"id_service": 7, "quantity": 1}],
}
LINE = {"id_room_type": 1, "checkin_date": "2027-05-01", "checkout_date": "2027-05-03", "number_of_rooms": 1, "rooms": [ROOM]}
GUEST = {"firstname": "Ann", "lastname": "Lee", "email": "ann@example.com", "phone": "123", "id_customer": 1}
DETAILS = {"customer_detail": GUEST, "price_details": {"total_paid": 5}, "payment_detail": {"payment_type": "online"}}
BOOKING = {
    "id": 1,
    "id_property": 1,
    "currency": "USD",
    "remark": "quiet room",
    "booking_date": "2027-01-01",
    "booking_status": 1,
    "associations": DETAILS | {"room_types": [LINE]},
}
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["9999-12-31", "2027-13-40", "99999999999999999999", [], {}, [[]], {"a": [1]}]),
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for name, each in inner for path in paths(each, (*here, name)))][0 if here else 1 :]


PATHS = paths(BOOKING)


def spoilt(changes: list[tuple[tuple[Any, ...], Any]]) -> Any:
    """The booking with parts replaced, as far as they are still there."""
    body: Any = deepcopy(BOOKING)
    for path, junk in changes:
        part = body
        for step in path[:-1]:
            part = (
                part[step]
                if (isinstance(part, dict) and step in part) or (isinstance(part, list) and step in range(len(part)))
                else None
            )
        if isinstance(part, dict) or (isinstance(part, list) and path[-1] in range(len(part))):
            part[path[-1]] = junk
    return body


async def call(emulator: QloAppsEmulator, method: str, body: bytes) -> int:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": "/api/bookings",
        "query_string": f"ws_key={FULL_KEY}".encode(),
        "headers": [],
    }
    await emulator(scope, receive, send)
    return int(sent[0]["status"])


def as_xml(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"<{name}>{''.join(as_xml(key, each) for key, each in value.items() if key.isidentifier())}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(as_xml(name[:-1] or 'x', each) for each in value)}</{name}>"
    return f"<{name}>{str(value).translate(dict.fromkeys(map(ord, '<&')))}</{name}>"


@pytest.mark.parametrize("encode", [json.dumps, lambda value: as_xml("q", value)], ids=["json", "xml"])
@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), JUNK), max_size=3), st.sampled_from(["POST", "PUT"]))
async def test_no_booking_makes_the_emulator_itself_fail(
    encode: Callable[[Any], str], changes: list[tuple[tuple[Any, ...], Any]], method: str
) -> None:
    emulator = QloAppsEmulator(
        recorded_shop(domain=None), clock=lambda: datetime(2026, 11, 21, tzinfo=UTC), behaviour=Behaviour(race_window=0.0)
    )
    try:
        body = spoilt(changes)
        if method == "POST":
            body.pop("id", None)
        status = await call(emulator, method, encode({"booking": body}).encode("utf-8", "replace"))
        assert status in {200, 400, 500}
    finally:
        emulator.close()
