from datetime import timedelta

import pytest

from hotel_agent.adapters.redis.journal import RedisJournal
from hotel_agent.adapters.redis.locks import RedisLeases, RedisLocks
from hotel_agent.adapters.redis.store import RedisStore
from hotel_agent.testing.contracts.journal import JournalContract
from hotel_agent.testing.contracts.locks import LockStoreContract
from hotel_agent.testing.contracts.passing_time import ByTheServer
from hotel_agent.testing.contracts.writer_lease import WriterLeaseContract

pytestmark = pytest.mark.anyio


class TestRedisJournal(ByTheServer, JournalContract):
    brief = timedelta(seconds=0.5)

    @pytest.fixture
    def store(self, redis_store: RedisStore) -> RedisJournal:
        return redis_store.journal


class TestRedisLocks(ByTheServer, LockStoreContract):
    ttl = timedelta(seconds=1.5)

    @pytest.fixture
    def store(self, redis_store: RedisStore) -> RedisLocks:
        return redis_store.locks


class TestRedisLeases(ByTheServer, WriterLeaseContract):
    ttl = timedelta(seconds=0.6)

    @pytest.fixture
    def leases(self, redis_store: RedisStore) -> RedisLeases:
        return redis_store.leases
