from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from hotel_agent.adapters.memory.journal import MemoryJournal
from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.redis.journal import RedisJournal
from hotel_agent.adapters.redis.store import RedisStore
from hotel_agent.adapters.sql.journal import SqlJournal
from hotel_agent.adapters.sql.store import SqlStore
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.ports.dead_letters import DeadLetters
from hotel_agent.ports.locks import LockStore
from hotel_agent.ports.retention import Retention
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.passing_time import ByHand, PassTime
from hotel_agent.testing.contracts.retention import RetentionContract
from hotel_agent.testing.valkey import grow_old

pytestmark = pytest.mark.anyio

_INSTANTS = {
    "inbox": ("handled_at",),
    "conversations": ("expires_at",),
    "bookings": ("created_at",),
    "outbox": ("created_at",),
    "answers": ("at",),
    "audit": ("at",),
    "lock_trail": ("at",),
    "lock_trail_rooms": ("at",),
}


class OnOurClock(ByHand, RetentionContract):
    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()


class TestMemoryRetention(OnOurClock):
    @pytest.fixture
    def store(self, memory_store: MemoryStore) -> MemoryJournal:
        return memory_store.journal

    @pytest.fixture
    def retention(self, memory_store: MemoryStore) -> Retention:
        return memory_store.retention

    @pytest.fixture
    def dead_letters(self, memory_store: MemoryStore) -> DeadLetters:
        return memory_store.dead_letters

    @pytest.fixture
    def locks(self, memory_store: MemoryStore) -> LockStore:
        return memory_store.locks


class TestSqliteRetention(OnOurClock):
    @pytest.fixture
    def store(self, sqlite_store: SqlStore) -> SqlJournal:
        return sqlite_store.journal

    @pytest.fixture
    def retention(self, sqlite_store: SqlStore) -> Retention:
        return sqlite_store.retention

    @pytest.fixture
    def dead_letters(self, sqlite_store: SqlStore) -> DeadLetters:
        return sqlite_store.dead_letters

    @pytest.fixture
    def locks(self, sqlite_store: SqlStore) -> LockStore:
        return sqlite_store.locks


class TestPostgresRetention(RetentionContract):
    @pytest.fixture
    def clock(self) -> SystemClock:
        return SystemClock()

    @pytest.fixture
    def pass_time(self, postgres_url: str, namespace: str) -> PassTime:
        """The server's clock cannot be set: what it holds is made older instead."""

        async def age(by: timedelta) -> None:
            engine = create_async_engine(sa.make_url(postgres_url).set(drivername="postgresql+asyncpg"))
            async with engine.begin() as connection:
                for table, columns in _INSTANTS.items():
                    older = ", ".join(f"{column} = {column} - {by // timedelta(microseconds=1)}" for column in columns)
                    await connection.execute(sa.text(f"UPDATE {namespace}.{table} SET {older}"))
            await engine.dispose()

        return age

    @pytest.fixture
    def store(self, postgres_store: SqlStore) -> SqlJournal:
        return postgres_store.journal

    @pytest.fixture
    def retention(self, postgres_store: SqlStore) -> Retention:
        return postgres_store.retention

    @pytest.fixture
    def dead_letters(self, postgres_store: SqlStore) -> DeadLetters:
        return postgres_store.dead_letters

    @pytest.fixture
    def locks(self, postgres_store: SqlStore) -> LockStore:
        return postgres_store.locks


class TestRedisRetention(RetentionContract):
    @pytest.fixture
    def clock(self) -> SystemClock:
        return SystemClock()

    @pytest.fixture
    def pass_time(self, redis_url: str, namespace: str) -> PassTime:
        """The server's clock cannot be set: what it holds is made older instead, in every index by age."""

        async def age(by: timedelta) -> None:
            grow_old(redis_url, namespace, by)

        return age

    @pytest.fixture
    def store(self, redis_store: RedisStore) -> RedisJournal:
        return redis_store.journal

    @pytest.fixture
    def retention(self, redis_store: RedisStore) -> Retention:
        return redis_store.retention

    @pytest.fixture
    def dead_letters(self, redis_store: RedisStore) -> DeadLetters:
        return redis_store.dead_letters

    @pytest.fixture
    def locks(self, redis_store: RedisStore) -> LockStore:
        return redis_store.locks
