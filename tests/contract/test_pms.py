from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from hotel_agent.adapters.memory.pms import HouseType, MemoryPropertySystem
from hotel_agent.adapters.qloapps.pms import QloAppsPropertySystem
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.domain.ids import RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.understanding import RoomKind
from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.server import RunningEmulator, running
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.contracts.pms import PropertySystemContract, Unreachable

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class WallClock(Clock):
    """The clock of a real hotel."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  # a real server has real days


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
    """The contract through the QloApps adapter, with two installations on one shop."""

    @pytest.fixture
    def qloapps(self) -> QloAppsSettings:
        raise NotImplementedError

    @pytest.fixture
    def clock(self) -> Clock:
        return ManualClock()

    @pytest.fixture
    def today(self, clock: Clock) -> date:
        return clock.now().date()

    @pytest.fixture
    async def pms(self, qloapps: QloAppsSettings, clock: Clock) -> AsyncIterator[PropertySystem]:
        async with httpx.AsyncClient() as http:
            yield QloAppsPropertySystem(http, qloapps, clock)

    @pytest.fixture
    async def rival(self, qloapps: QloAppsSettings, clock: Clock) -> AsyncIterator[PropertySystem]:
        async with httpx.AsyncClient() as http:
            yield QloAppsPropertySystem(http, qloapps, clock)


class OnEmulator(OnQloApps):
    behaviour = Behaviour()
    settle = timedelta(milliseconds=100)

    @pytest.fixture
    async def emulator(self) -> AsyncIterator[RunningEmulator]:
        async with running(recorded_shop(domain=None), behaviour=self.behaviour) as emulator:
            yield emulator

    @pytest.fixture
    def qloapps(self, emulator: RunningEmulator) -> QloAppsSettings:
        return QloAppsSettings(
            url=emulator.url,
            key=emulator.key,
            currency="USD",
            timezone=ZoneInfo("UTC"),
            settle=self.settle,
        )

    @pytest.fixture
    def unreachable(self, qloapps: QloAppsSettings, clock: Clock) -> Unreachable:
        @asynccontextmanager
        async def away() -> AsyncIterator[PropertySystem]:
            settings = QloAppsSettings(url="http://127.0.0.1:9", key=qloapps.key, currency="USD", timezone=ZoneInfo("UTC"))
            async with httpx.AsyncClient() as http:
                yield QloAppsPropertySystem(http, settings, clock)

        return away


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
    def clock(self) -> Clock:
        return WallClock()

    @pytest.fixture
    def qloapps(self, request: pytest.FixtureRequest) -> QloAppsSettings:
        return QloAppsSettings(
            url=request.config.getoption("--qloapps-url"),
            key=request.config.getoption("--qloapps-key"),
            hotel_id=request.config.getoption("--qloapps-hotel"),
            currency=request.config.getoption("--qloapps-currency"),
            host=request.config.getoption("--qloapps-host"),
            timezone=ZoneInfo("UTC"),
        )
