from datetime import timedelta

import pytest

from hotel_agent.adapters.memory.journal import MemoryJournal
from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.redis.journal import RedisJournal
from hotel_agent.adapters.redis.outbox import RedisOutbox
from hotel_agent.adapters.redis.store import RedisStore
from hotel_agent.adapters.sql.journal import SqlJournal
from hotel_agent.adapters.sql.outbox import SqlOutbox
from hotel_agent.adapters.sql.store import SqlStore
from hotel_agent.ports.outbox import Outbox
from hotel_agent.testing.contracts.outbox import OutboxContract
from hotel_agent.testing.contracts.passing_time import ByHand, ByTheServer

pytestmark = pytest.mark.anyio


class TestMemoryOutbox(ByHand, OutboxContract):
    @pytest.fixture
    def store(self, memory_store: MemoryStore) -> MemoryJournal:
        return memory_store.journal

    @pytest.fixture
    def outbox(self, memory_store: MemoryStore) -> Outbox:
        return memory_store.outbox


class TestSqliteOutbox(ByHand, OutboxContract):
    @pytest.fixture
    def store(self, sqlite_store: SqlStore) -> SqlJournal:
        return sqlite_store.journal

    @pytest.fixture
    def outbox(self, sqlite_store: SqlStore) -> SqlOutbox:
        return sqlite_store.outbox


class TestPostgresOutbox(ByTheServer, OutboxContract):
    brief = timedelta(seconds=0.4)

    @pytest.fixture
    def store(self, postgres_store: SqlStore) -> SqlJournal:
        return postgres_store.journal

    @pytest.fixture
    def outbox(self, postgres_store: SqlStore) -> SqlOutbox:
        return postgres_store.outbox


class TestRedisOutbox(ByTheServer, OutboxContract):
    brief = timedelta(seconds=0.4)

    @pytest.fixture
    def store(self, redis_store: RedisStore) -> RedisJournal:
        return redis_store.journal

    @pytest.fixture
    def outbox(self, redis_store: RedisStore) -> RedisOutbox:
        return redis_store.outbox
