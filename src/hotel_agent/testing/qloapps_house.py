"""An emulated QloApps with an installation of ours on it, a clock to turn and a wire to tamper with."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from attrs import define, field

from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.pms import QloAppsPropertySystem
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.domain.ids import Reference
from hotel_agent.domain.reservations import (
    BookingOrder,
    Guest,
    Reservation,
)
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.emulators.qloapps.behaviour import Fault, FaultKind
from hotel_agent.emulators.qloapps.server import RunningEmulator
from hotel_agent.testing.clocks import ManualClock

STAY = Stay(date(2031, 5, 1), date(2031, 5, 3))
COUPLE = Occupancy(2)
ANA = Guest(name="Ana Núñez", email="ana@example.com", phone="+34600111222")


@define
class Monotonic:
    """Seconds that pass when a test says so."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@define
class Tampering(httpx.AsyncBaseTransport):
    """A wire that lets a test change what goes over it."""

    sending: Callable[[httpx.Request], httpx.Request | Awaitable[httpx.Request]] = field(default=lambda request: request)
    receiving: Callable[[httpx.Request, bytes], bytes] = field(default=lambda _, body: body)
    _wire: httpx.AsyncHTTPTransport = field(factory=httpx.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = self.sending(request)
        answer = await self._wire.handle_async_request(sent if isinstance(sent, httpx.Request) else await sent)
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


def fault(house: House, kind: FaultKind, method: str = "POST", resource: str = "bookings", **changes: Any) -> None:
    house.emulator.app.add_faults(Fault(kind, method, resource, **changes))


def with_content(request: httpx.Request, content: bytes) -> httpx.Request:
    headers = [(name, value) for name, value in request.headers.items() if name != "content-length"]
    return httpx.Request(request.method, request.url, headers=headers, content=content, extensions=request.extensions)
