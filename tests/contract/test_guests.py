import pytest

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.redis.store import RedisStore
from hotel_agent.adapters.sql.store import SqlStore
from hotel_agent.ports.guests import GuestNames
from hotel_agent.ports.limits import RateLimiter
from hotel_agent.testing.contracts.guests import GuestNamesContract, RateLimiterContract
from hotel_agent.testing.contracts.passing_time import ByHand, ByTheServer

pytestmark = pytest.mark.anyio


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
