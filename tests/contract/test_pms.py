from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotel_agent.adapters.memory.pms import HouseType, MemoryPropertySystem
from hotel_agent.domain.ids import RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.understanding import RoomKind
from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.contracts.pms import PropertySystemContract
from hotel_agent.testing.contracts.pms_desk import Unreachable
from hotel_agent.testing.qloapps_site import Site, emulated_site

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def house(count: int = 5) -> tuple[HouseType, ...]:
    """Two room types of *count* rooms each, at prices that do not divide evenly."""
    kinds = ((RoomKind.DOUBLE, "Doble", "89.95"), (RoomKind.SUITE, "Suite", "151.33"))
    return tuple(
        HouseType(
            room_type=RoomType(id=RoomTypeId(str(n)), name=name, kind=kind, max_adults=2, max_children=2, max_guests=4),
            rooms=tuple((RoomId(str(10 * n + room)), f"{n}0{room}") for room in range(count)),
            night=Money.of(night, "EUR"),
        )
        for n, (kind, name, night) in enumerate(kinds, start=1)
    )


class TestMemoryPropertySystem(PropertySystemContract):
    settle = timedelta()

    @pytest.fixture
    def today(self) -> date:
        return START.astimezone(UTC).date()

    @pytest.fixture
    def pms(self) -> MemoryPropertySystem:
        return MemoryPropertySystem(house(), ManualClock(), ZoneInfo("Europe/Madrid"))


class OnQloApps(PropertySystemContract):
    """The contract through the QloApps adapter, with two installations on one shop. Subclasses provide `site`."""

    @pytest.fixture
    def today(self, site: Site) -> date:
        return site.clock.now().date()

    @pytest.fixture
    async def pms(self, site: Site) -> AsyncIterator[PropertySystem]:
        async with site.install() as pms:
            yield pms

    @pytest.fixture
    async def rival(self, site: Site) -> AsyncIterator[PropertySystem]:
        async with site.install() as pms:
            yield pms

    @pytest.fixture
    def unreachable(self, site: Site) -> Unreachable:
        def away() -> AbstractAsyncContextManager[PropertySystem]:
            return site.install(url="http://127.0.0.1:9")  # the discard port: nobody listens

        return away


class OnEmulator(OnQloApps):
    behaviour = Behaviour()
    settle = timedelta(milliseconds=100)

    @pytest.fixture
    async def site(self) -> AsyncIterator[Site]:
        async with emulated_site(self.behaviour) as site:
            yield site
            assert site.emulator is not None
            assert site.emulator.app.live_lines() == []  # the suite leaves a shop as it found it


class TestQloAppsOnQuietEmulator(OnEmulator):
    pass


class TestQloAppsOnNoisyEmulator(OnEmulator):
    """PHP reports notices: every booking answer is HTTP 500, and the work is done."""

    behaviour = Behaviour(noisy=True)


class TestQloAppsOnSlowEmulator(OnEmulator):
    """A tenth of the latencies that were measured on the real one."""

    behaviour = Behaviour(latency=0.1)


@pytest.mark.real_qloapps
class TestQloAppsOnRealServer(OnQloApps):
    @pytest.fixture
    def site(self, real_qloapps: Site) -> Site:
        return real_qloapps
