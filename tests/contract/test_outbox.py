from datetime import timedelta

import anyio
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
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.journal_case import PassTime
from hotel_agent.testing.contracts.outbox import OutboxContract

pytestmark = pytest.mark.anyio


class ByHand:
    @pytest.fixture
    def pass_time(self, clock: ManualClock) -> PassTime:
        async def advance(by: timedelta) -> None:
            clock.advance(by)

        return advance


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


class TestPostgresOutbox(OutboxContract):
    brief = timedelta(seconds=0.4)

    @pytest.fixture
    def pass_time(self) -> PassTime:
        async def wait(by: timedelta) -> None:
            await anyio.sleep(by.total_seconds() + 0.01)

        return wait

    @pytest.fixture
    def store(self, postgres_store: SqlStore) -> SqlJournal:
        return postgres_store.journal

    @pytest.fixture
    def outbox(self, postgres_store: SqlStore) -> SqlOutbox:
        return postgres_store.outbox


class TestRedisOutbox(OutboxContract):
    brief = timedelta(seconds=0.4)

    @pytest.fixture
    def pass_time(self) -> PassTime:
        async def wait(by: timedelta) -> None:
            await anyio.sleep(by.total_seconds() + 0.01)

        return wait

    @pytest.fixture
    def store(self, redis_store: RedisStore) -> RedisJournal:
        return redis_store.journal

    @pytest.fixture
    def outbox(self, redis_store: RedisStore) -> RedisOutbox:
        return redis_store.outbox
