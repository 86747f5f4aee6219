"""A QloApps to test against: the emulator in this process, or a real one somewhere."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import anyio
import httpx
from attrs import evolve, field, frozen

from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.offers import number
from hotel_agent.adapters.qloapps.pms import QloAppsPropertySystem
from hotel_agent.adapters.qloapps.requests import ask_availability
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.adapters.qloapps.wire import Line, availability, line, records
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.domain.ids import RoomId
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.server import RunningEmulator, running
from hotel_agent.emulators.qloapps.shop import Shop
from hotel_agent.ports.clock import Clock

_TLS = ssl.create_default_context()  # made once: it takes longer than a booking on the emulator
_REAL_REQUEST_S = 3.0


@frozen(kw_only=True)
class Site:
    """
    One shop and how to install ourselves on it.

    `quiesce` waits until requests whose client has hung up have ended.
    """

    settings: QloAppsSettings
    clock: Clock
    quiesce: Callable[[], Awaitable[None]]
    emulator: RunningEmulator | None = field(default=None)

    def install(
        self, transport: httpx.AsyncBaseTransport | None = None, **changes: Any
    ) -> AbstractAsyncContextManager[QloAppsPropertySystem]:
        """Open an installation of its own: its client, its memory, and *changes* to its settings."""
        return _installed(evolve(self.settings, **changes), self.clock, transport)

    async def held(self, room: RoomId, stay: Stay) -> list[Line]:
        """Read the live lines that hold *room* on a night of *stay*, from the shop itself."""
        async with httpx.AsyncClient(verify=_TLS) as http:
            answer = await QloAppsClient(http, self.settings).read(
                "room_bookings",
                {
                    "filter[id_room]": f"[{number(room)}]",
                    "filter[date_from]": f"<[{stay.departure.isoformat()}]",
                    "filter[date_to]": f">[{stay.arrival.isoformat()}]",
                    "display": "full",
                    "sort": "[id_ASC]",
                },
            )
        return [one for one in (line(item) for item in records(answer.data, "bookings")) if one.live]


@asynccontextmanager
async def _installed(
    settings: QloAppsSettings, clock: Clock, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[QloAppsPropertySystem]:
    async with httpx.AsyncClient(verify=_TLS, transport=transport) as http:
        yield QloAppsPropertySystem(http, settings, clock)


@asynccontextmanager
async def emulated_site(behaviour: Behaviour, *, shop: Shop | None = None) -> AsyncIterator[Site]:
    """Serve an emulator, of the recorded shop unless told otherwise, for as long as the block lasts."""
    async with running(shop or recorded_shop(domain=None), behaviour=behaviour) as emulator:
        settings = QloAppsSettings(
            url=emulator.url, key=emulator.key, currency="USD", timezone=ZoneInfo("UTC"), settle=timedelta(milliseconds=100)
        )
        yield Site(settings=settings, clock=SystemClock(), quiesce=emulator.app.drain, emulator=emulator)


async def real_site(url: str, key: str, *, hotel_id: str = "1", host: str | None = None) -> Site:
    """
    Look at a real shop; it says itself which currency it sells in.

    Raises:
        Unavailable: it cannot be reached; `Misconfigured` says what to change.

    """
    clock = SystemClock()
    settings = QloAppsSettings(
        url=url, key=key, hotel_id=hotel_id, host=host or urlsplit(url).netloc, currency="XXX", timezone=ZoneInfo("UTC")
    )
    tomorrow = clock.now().date() + timedelta(days=1)
    question = ask_availability(hotel_id, Stay(tomorrow, tomorrow + timedelta(days=1)), Occupancy(1))
    async with httpx.AsyncClient(verify=_TLS) as http:
        answer = await QloAppsClient(http, settings).inquire("hotel_ari", question)
    return Site(settings=evolve(settings, currency=availability(answer.data).currency), clock=clock, quiesce=_wait)


async def _wait() -> None:
    """A request that goes on after we hung up takes half a second when nothing else runs (API notes, section 13)."""
    await anyio.sleep(_REAL_REQUEST_S)
