from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from hotel_agent.adapters.memory.guests import MemoryGuestNames
from hotel_agent.adapters.memory.limits import MemoryRateLimiter
from hotel_agent.adapters.sql.guests import SqlGuestNames, SqlRateLimiter
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.guests import GuestNamesContract, RateLimiterContract
from hotel_agent.testing.contracts.locks import PassTime
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def sqlite(clock: ManualClock, tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_sql_store(f"sqlite:///{tmp_path}/store.db", clock=clock, ids=CountingIds()) as opened:
        yield opened


@pytest.fixture
async def postgres(clock: ManualClock, postgres_url: str, namespace: str) -> AsyncIterator[SqlStore]:
    async with open_sql_store(postgres_url, clock=clock, ids=CountingIds(), namespace=namespace) as opened:
        yield opened


class ByHand:
    """Time passes when the test says so."""

    @pytest.fixture
    def pass_time(self, clock: ManualClock) -> PassTime:
        async def advance(by: timedelta) -> None:
            clock.advance(by)

        return advance


class ByTheServer:
    """The server's clock is waited for, with a little more for what lies between its readings."""

    @pytest.fixture
    def pass_time(self) -> PassTime:
        async def wait(by: timedelta) -> None:
            await anyio.sleep(by.total_seconds() + 0.01)

        return wait


class TestMemoryNames(GuestNamesContract):
    @pytest.fixture
    def names(self) -> MemoryGuestNames:
        return MemoryGuestNames()


class TestSqliteNames(GuestNamesContract):
    @pytest.fixture
    def names(self, sqlite: SqlStore) -> SqlGuestNames:
        return sqlite.guests


class TestPostgresNames(GuestNamesContract):
    @pytest.fixture
    def names(self, postgres: SqlStore) -> SqlGuestNames:
        return postgres.guests


class TestMemoryLimiter(ByHand, RateLimiterContract):
    @pytest.fixture
    def limiter(self, clock: ManualClock) -> MemoryRateLimiter:
        return MemoryRateLimiter(clock)


class TestSqliteLimiter(ByHand, RateLimiterContract):
    @pytest.fixture
    def limiter(self, sqlite: SqlStore) -> SqlRateLimiter:
        return sqlite.limits


class TestPostgresLimiter(ByTheServer, RateLimiterContract):
    @pytest.fixture
    def limiter(self, postgres: SqlStore) -> SqlRateLimiter:
        return postgres.limits
