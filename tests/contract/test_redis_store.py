from datetime import timedelta

import anyio
import pytest

from hotel_agent.adapters.redis.journal import RedisJournal
from hotel_agent.adapters.redis.locks import RedisLeases, RedisLocks
from hotel_agent.adapters.redis.store import RedisStore
from hotel_agent.testing.contracts.journal import JournalContract, PassTime
from hotel_agent.testing.contracts.locks import LockStoreContract
from hotel_agent.testing.contracts.writer_lease import WriterLeaseContract

pytestmark = pytest.mark.anyio


class OnRedis:
    @pytest.fixture
    def pass_time(self) -> PassTime:
        """The server's clock is waited for, with a little more for what lies between its readings."""

        async def wait(by: timedelta) -> None:
            await anyio.sleep(by.total_seconds() + 0.01)

        return wait


class TestRedisJournal(OnRedis, JournalContract):
    brief = timedelta(seconds=0.5)

    @pytest.fixture
    def store(self, redis_store: RedisStore) -> RedisJournal:
        return redis_store.journal


class TestRedisLocks(OnRedis, LockStoreContract):
    ttl = timedelta(seconds=1.5)

    @pytest.fixture
    def store(self, redis_store: RedisStore) -> RedisLocks:
        return redis_store.locks


class TestRedisLeases(OnRedis, WriterLeaseContract):
    ttl = timedelta(seconds=0.6)

    @pytest.fixture
    def leases(self, redis_store: RedisStore) -> RedisLeases:
        return redis_store.leases
