from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from hotel_agent.adapters.memory.locks import MemoryLeases
from hotel_agent.adapters.sql.locks import SqlLeases
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.contracts.passing_time import ByHand, ByTheServer
from hotel_agent.testing.contracts.writer_lease import WriterLeaseContract
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


class TestMemoryLeases(ByHand, WriterLeaseContract):
    @pytest.fixture
    def leases(self, clock: ManualClock) -> MemoryLeases:
        return MemoryLeases(clock)


class TestSqliteLeases(ByHand, WriterLeaseContract):
    @pytest.fixture
    async def leases(self, clock: ManualClock, tmp_path: Path) -> AsyncIterator[SqlLeases]:
        async with open_sql_store(
            f"sqlite:///{tmp_path}/store.db", clock=clock, ids=CountingIds(), call_s=PATIENCE_S
        ) as opened:
            yield opened.leases


class TestPostgresLeases(ByTheServer, WriterLeaseContract):
    ttl = timedelta(seconds=0.6)

    @pytest.fixture
    async def leases(self, postgres_url: str, namespace: str) -> AsyncIterator[SqlLeases]:
        async with open_sql_store(
            postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
        ) as opened:
            yield opened.leases
