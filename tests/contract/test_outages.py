import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.outages import Opening, Outage, OutageContract, RestartContract
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.postgres import PostgresServer

pytestmark = pytest.mark.anyio

BUSY_SECONDS = 0.1


class SqliteFile:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "store.db"

    @pytest.fixture
    def opening(self, path: Path) -> Opening:
        clock, ids = ManualClock(), CountingIds()

        def opened() -> AbstractAsyncContextManager[SqlStore]:
            return open_sql_store(f"sqlite:///{path}", clock=clock, ids=ids, busy_s=self.busy_s)

        return opened

    busy_s = BUSY_SECONDS


class TestSqliteRestart(SqliteFile, RestartContract):
    busy_s = 5.0


class TestSqliteLockedByAnother(SqliteFile, OutageContract):
    @pytest.fixture
    def outage(self, path: Path) -> Outage:
        @asynccontextmanager
        async def locked() -> AsyncIterator[None]:
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                other.close()

        return locked


class PostgresNamespace:
    @pytest.fixture
    def opening(self, postgres_url: str, namespace: str) -> Opening:
        ids = CountingIds()

        def opened() -> AbstractAsyncContextManager[SqlStore]:
            return open_sql_store(postgres_url, clock=ManualClock(), ids=ids, namespace=namespace, call_s=self.call_s)

        return opened

    call_s = 5.0


class TestPostgresRestart(PostgresNamespace, RestartContract):
    pass


class TestPostgresFrozen(PostgresNamespace, OutageContract):
    call_s = 1.5

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
