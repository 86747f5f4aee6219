from datetime import timedelta

import pytest

from hotel_agent.adapters.memory.journal import MemoryJournal
from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.redis.dead_letters import RedisDeadLetters
from hotel_agent.adapters.redis.journal import RedisJournal
from hotel_agent.adapters.redis.store import RedisStore
from hotel_agent.adapters.sql.dead_letters import SqlDeadLetters
from hotel_agent.adapters.sql.journal import SqlJournal
from hotel_agent.adapters.sql.store import SqlStore
from hotel_agent.ports.dead_letters import DeadLetters
from hotel_agent.testing.contracts.dead_letters import DeadLettersContract
from hotel_agent.testing.contracts.passing_time import ByHand, ByTheServer

pytestmark = pytest.mark.anyio


class TestMemoryDeadLetters(ByHand, DeadLettersContract):
    @pytest.fixture
    def store(self, memory_store: MemoryStore) -> MemoryJournal:
        return memory_store.journal

    @pytest.fixture
    def dead_letters(self, memory_store: MemoryStore) -> DeadLetters:
        return memory_store.dead_letters


class TestSqliteDeadLetters(ByHand, DeadLettersContract):
    @pytest.fixture
    def store(self, sqlite_store: SqlStore) -> SqlJournal:
        return sqlite_store.journal

    @pytest.fixture
    def dead_letters(self, sqlite_store: SqlStore) -> SqlDeadLetters:
        return sqlite_store.dead_letters


class TestPostgresDeadLetters(ByTheServer, DeadLettersContract):
    brief = timedelta(seconds=0.5)

    @pytest.fixture
    def store(self, postgres_store: SqlStore) -> SqlJournal:
        return postgres_store.journal

    @pytest.fixture
    def dead_letters(self, postgres_store: SqlStore) -> SqlDeadLetters:
        return postgres_store.dead_letters


class TestRedisDeadLetters(ByTheServer, DeadLettersContract):
    brief = timedelta(seconds=0.5)

    @pytest.fixture
    def store(self, redis_store: RedisStore) -> RedisJournal:
        return redis_store.journal

    @pytest.fixture
    def dead_letters(self, redis_store: RedisStore) -> RedisDeadLetters:
        return redis_store.dead_letters
