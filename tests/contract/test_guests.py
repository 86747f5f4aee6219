from datetime import timedelta

import anyio
import pytest

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.redis.store import RedisStore
from hotel_agent.adapters.sql.store import SqlStore
from hotel_agent.ports.guests import GuestNames
from hotel_agent.ports.limits import RateLimiter
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.guests import GuestNamesContract, RateLimiterContract
from hotel_agent.testing.contracts.locks import PassTime

pytestmark = pytest.mark.anyio


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
    def names(self, memory_store: MemoryStore) -> GuestNames:
        return memory_store.guests


class TestSqliteNames(GuestNamesContract):
    @pytest.fixture
    def names(self, sqlite_store: SqlStore) -> GuestNames:
        return sqlite_store.guests


class TestPostgresNames(GuestNamesContract):
    @pytest.fixture
    def names(self, postgres_store: SqlStore) -> GuestNames:
        return postgres_store.guests


class TestRedisNames(GuestNamesContract):
    @pytest.fixture
    def names(self, redis_store: RedisStore) -> GuestNames:
        return redis_store.guests


class TestMemoryLimiter(ByHand, RateLimiterContract):
    @pytest.fixture
    def limiter(self, memory_store: MemoryStore) -> RateLimiter:
        return memory_store.limits


class TestSqliteLimiter(ByHand, RateLimiterContract):
    @pytest.fixture
    def limiter(self, sqlite_store: SqlStore) -> RateLimiter:
        return sqlite_store.limits


class TestPostgresLimiter(ByTheServer, RateLimiterContract):
    @pytest.fixture
    def limiter(self, postgres_store: SqlStore) -> RateLimiter:
        return postgres_store.limits


class TestRedisLimiter(ByTheServer, RateLimiterContract):
    @pytest.fixture
    def limiter(self, redis_store: RedisStore) -> RateLimiter:
        return redis_store.limits
