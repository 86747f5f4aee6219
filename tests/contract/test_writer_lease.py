from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from hotel_agent.adapters.memory.locks import MemoryLeases
from hotel_agent.adapters.sql.locks import SqlLeases
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.contracts.locks import PassTime
from hotel_agent.testing.contracts.writer_lease import WriterLeaseContract
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


class ByHand:
    """Time passes when the test says so."""

    @pytest.fixture
    def pass_time(self, clock: ManualClock) -> PassTime:
        async def advance(by: timedelta) -> None:
            clock.advance(by)

        return advance


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


class TestPostgresLeases(WriterLeaseContract):
    ttl = timedelta(seconds=0.6)

    @pytest.fixture
    def pass_time(self) -> PassTime:
        """The server's clock is waited for, with a little more for what lies between its readings."""

        async def wait(by: timedelta) -> None:
            await anyio.sleep(by.total_seconds() + 0.01)

        return wait

    @pytest.fixture
    async def leases(self, postgres_url: str, namespace: str) -> AsyncIterator[SqlLeases]:
        async with open_sql_store(
            postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
        ) as opened:
            yield opened.leases
