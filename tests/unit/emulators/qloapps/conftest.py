from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.server import RunningEmulator, running

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
Book = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour(race_window=0.0)


@pytest.fixture
async def emulator(behaviour: Behaviour) -> AsyncIterator[RunningEmulator]:
    async with running(recorded_shop(domain=None), clock=lambda: NOW, behaviour=behaviour, control=True) as served:
        yield served


@pytest.fixture
async def client(emulator: RunningEmulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=emulator.url, auth=(emulator.key, ""), params={"output_format": "JSON"}) as opened:
        yield opened


def booking(source: str = "t:1", *, rooms: int = 1, arrive: str = "2027-05-01", leave: str = "2027-05-03", **more: Any) -> Any:
    """A booking of type 1 as JSON; `line` adds to its line, `guest` to its guest, anything else to the booking."""
    guest = {"firstname": "Ann", "lastname": "Lee", "email": "ann@example.com", "phone": "5551234567"} | more.pop("guest", {})
    line = {"id_room_type": 1, "checkin_date": arrive, "checkout_date": leave, "number_of_rooms": rooms} | more.pop("line", {})
    details = {"customer_detail": guest, "room_types": [line]} | more.pop("associations", {})
    return {"booking": {"id_property": 1, "currency": "USD", "source": source, "associations": details} | more}


@pytest.fixture
def make() -> Callable[..., Any]:
    """The function `booking`."""
    return booking


@pytest.fixture
def book(client: httpx.AsyncClient) -> Book:
    """POST a booking made by `booking`."""

    async def post(*args: Any, **more: Any) -> httpx.Response:
        return await client.post("/api/bookings", json=booking(*args, **more))

    return post
