"""`GET /api/pms/…`: what the PMS knows, who sees whom, and a PMS that does not answer."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import pytest

from hotel_agent.adapters.memory.pms import HouseType, MemoryPropertySystem
from hotel_agent.domain.errors import BreakerOpen, MalformedReply, Unavailable
from hotel_agent.domain.ids import Reference, RoomId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import BookingOrder
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import DOUBLE, GUEST
from hotel_agent.testing.virtual_time import VIRTUAL

pytestmark = pytest.mark.anyio
ROOM = "/api/pms/rooms/2"


class Down(MemoryPropertySystem):
    """A PMS that fails in a given way; its books are never reached."""

    def __init__(self, error: Callable[[], Exception]) -> None:
        super().__init__((), ManualClock(), ZoneInfo("UTC"))
        self.error = error

    async def room_types(self) -> tuple[RoomType, ...]:
        raise self.error()


def house(clock: ManualClock) -> MemoryPropertySystem:
    rooms = ((RoomId("21"), "201"), (RoomId("22"), "202"))
    kind = HouseType(room_type=DOUBLE, rooms=rooms, night=Money.of("90.00", "EUR"))
    return MemoryPropertySystem((kind,), clock, ZoneInfo("Europe/Madrid"))


async def booked(pms: MemoryPropertySystem) -> str:
    order = BookingOrder(
        reference=Reference("ha-" + "A" * 26),
        room_type_id=DOUBLE.id,
        rooms=(RoomId("22"),),
        stay=Stay(date(2031, 5, 2), date(2031, 5, 4)),
        occupancy=Occupancy(2),
        total=Money.of("180.00", "EUR"),
        guest=GUEST,
    )
    return (await pms.book(order)).id


async def test_a_room_is_shown_as_the_pms_describes_it(site: Any) -> None:
    async with site(pms=house(ManualClock())) as here:
        response = await here.client.get(ROOM)
    assert response.json() == {
        "id": "2",
        "name": "Doble con vistas",
        "room_type": "double",
        "capacity": 3,
        "max_adults": 2,
        "max_children": 1,
        "min_nights": 1,
        "max_nights": None,
        "night_price": None,
    }


async def test_a_reservation_is_shown_with_status_stay_and_total(site: Any) -> None:
    pms = house(ManualClock())
    async with site(pms=pms) as here:
        content = (await here.client.get(f"/api/pms/reservations/{await booked(pms)}")).json()
    shown = {name: content[name] for name in ("id", "status", "check_in", "check_out", "room_type", "total", "reference")}
    assert shown == {
        "id": "1",
        "status": "confirmed",
        "check_in": "2031-05-02",
        "check_out": "2031-05-04",
        "room_type": "double",
        "total": {"amount": "180.00", "currency": "EUR"},
        "reference": "ha-" + "A" * 26,
    }
    assert [(room["id"], room["number"], room["live"]) for room in content["rooms"]] == [("22", "202", True)]


async def test_guests_are_shown_to_the_scope_guests_only(site: Any, keys: Any) -> None:
    pms = house(ManualClock())
    path = f"/api/pms/reservations/{await booked(pms)}"
    guest = {"name": "Ana Núñez", "email": "ana@example.com", "phone": "+34600111222"}
    async with site(pms=pms, keys=keys) as here:
        shown = {}
        for token in ("everything", "reader"):
            response = await here.client.get(path, headers={"Authorization": f"Bearer {token}"})
            shown[token] = response.json()["guest"]
    assert shown == {"everything": guest, "reader": None}
    async with site(pms=pms) as here:
        assert (await here.client.get(path)).json()["guest"] == guest


@pytest.mark.parametrize(
    "path",
    ["/api/pms/rooms/999", "/api/pms/reservations/999", "/api/pms/rooms/%00", "/api/pms/reservations/" + "9" * 100],
)
async def test_what_the_pms_does_not_know_is_404(site: Any, path: str) -> None:
    async with site(pms=house(ManualClock())) as here:
        response = await here.client.get(path)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_an_unknown_hotel_is_404(site: Any) -> None:
    async with site(pms=house(ManualClock())) as here:
        response = await here.client.get(ROOM, params={"tenant": "moon"})
    assert (response.status_code, response.json()["code"]) == (404, "unknown_tenant")


@pytest.mark.parametrize("error", [Unavailable(), MalformedReply(["a canary-9911"]), BreakerOpen(ManualClock().now())])
async def test_a_pms_that_is_down_is_503_with_retry_after(site: Any, error: Exception) -> None:
    async with site(pms=Down(lambda: error)) as here:
        response = await here.client.get(ROOM)
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert int(response.headers["retry-after"]) >= 1
    assert "canary" not in response.text


async def test_an_open_breaker_says_when_to_come_back(site: Any) -> None:
    async with site(pms=Down(lambda: BreakerOpen(ManualClock().now() + timedelta(seconds=17)))) as here:
        response = await here.client.get(ROOM)
    assert response.headers["retry-after"] == "17"


@pytest.mark.parametrize("anyio_backend", [VIRTUAL], ids=["virtual time"])
async def test_a_pms_that_hangs_is_given_up_within_five_seconds(site: Any) -> None:
    class Hung(Down):
        async def room_types(self) -> tuple[RoomType, ...]:
            await anyio.sleep_forever()
            return ()

    with anyio.fail_after(5):
        async with site(pms=Hung(Unavailable)) as here:
            response = await here.client.get(ROOM)
    assert response.status_code == 503
