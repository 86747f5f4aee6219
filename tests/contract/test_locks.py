from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from hotel_agent.adapters.memory.locks import MemoryLocks
from hotel_agent.adapters.sql.locks import SqlLocks
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.contracts.locks import LockStoreContract
from hotel_agent.testing.contracts.passing_time import ByHand, ByTheServer
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


class TestMemoryLocks(ByHand, LockStoreContract):
    @pytest.fixture
    def store(self, clock: ManualClock) -> MemoryLocks:
        return MemoryLocks(clock, CountingIds())


class TestSqliteLocks(ByHand, LockStoreContract):
    @pytest.fixture
    async def store(self, clock: ManualClock, tmp_path: Path) -> AsyncIterator[SqlLocks]:
        async with open_sql_store(
            f"sqlite:///{tmp_path}/store.db", clock=clock, ids=CountingIds(), call_s=PATIENCE_S
        ) as opened:
            yield opened.locks


class TestPostgresLocks(ByTheServer, LockStoreContract):
    ttl = timedelta(seconds=1.5)

    @pytest.fixture
    async def store(self, postgres_url: str, namespace: str) -> AsyncIterator[SqlLocks]:
        async with open_sql_store(
            postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
        ) as opened:
            yield opened.locks
