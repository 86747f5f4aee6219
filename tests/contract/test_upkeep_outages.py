import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.upkeep_outages import Outage, UpkeepOpening, UpkeepOutageContract
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.postgres import PostgresServer
from hotel_agent.testing.valkey import ValkeyServer

pytestmark = pytest.mark.anyio


class TestSqliteLockedByAnother(UpkeepOutageContract):
    @pytest.fixture
    def opening(self, tmp_path: Path) -> UpkeepOpening:
        def opened() -> AbstractAsyncContextManager[SqlStore]:
            return open_sql_store(f"sqlite:///{tmp_path}/store.db", clock=ManualClock(), ids=CountingIds(), busy_s=0.1)

        return opened

    @pytest.fixture
    def outage(self, tmp_path: Path) -> Outage:
        @asynccontextmanager
        async def locked() -> AsyncIterator[None]:
            other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                other.close()

        return locked


class TestPostgresFrozen(UpkeepOutageContract):
    @pytest.fixture
    def opening(self, postgres_url: str, namespace: str) -> UpkeepOpening:
        def opened() -> AbstractAsyncContextManager[SqlStore]:
            return open_sql_store(postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=1.5)

        return opened

    @pytest.fixture
    def outage(self, postgres_own: PostgresServer) -> Outage:
        @asynccontextmanager
        async def frozen() -> AsyncIterator[None]:
            postgres_own.freeze()
            try:
                yield
            finally:
                postgres_own.thaw()

        return frozen


class OnRedis(UpkeepOutageContract):
    @pytest.fixture
    def opening(self, redis_own: ValkeyServer, namespace: str) -> UpkeepOpening:
        def opened() -> AbstractAsyncContextManager[RedisStore]:
            clock, ids = ManualClock(), CountingIds()
            return open_redis_store(redis_own.url, clock=clock, ids=ids, namespace=namespace, call_s=1.0)

        return opened


class TestRedisFrozen(OnRedis):
    @pytest.fixture
    def outage(self, redis_own: ValkeyServer) -> Outage:
        @asynccontextmanager
        async def frozen() -> AsyncIterator[None]:
            redis_own.freeze()
            try:
                yield
            finally:
                redis_own.thaw()

        return frozen


class TestRedisKilledAndStartedAgain(OnRedis):
    @pytest.fixture
    def outage(self, redis_own: ValkeyServer) -> Outage:
        @asynccontextmanager
        async def gone() -> AsyncIterator[None]:
            redis_own.kill()
            try:
                yield
            finally:
                redis_own.start()

        return gone
