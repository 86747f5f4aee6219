from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from hotel_agent.adapters.memory.journal import MemoryJournal
from hotel_agent.adapters.sql.journal import SqlJournal
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.contracts.journal import JournalContract, PassTime
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


class TestMemoryJournal(ByHand, JournalContract):
    @pytest.fixture
    def store(self, clock: ManualClock) -> MemoryJournal:
        return MemoryJournal(clock)


class TestSqliteJournal(ByHand, JournalContract):
    @pytest.fixture
    async def store(self, clock: ManualClock, tmp_path: Path) -> AsyncIterator[SqlJournal]:
        async with open_sql_store(
            f"sqlite:///{tmp_path}/store.db", clock=clock, ids=CountingIds(), call_s=PATIENCE_S
        ) as opened:
            yield opened.journal


class TestPostgresJournal(JournalContract):
    brief = timedelta(seconds=0.5)

    @pytest.fixture
    def pass_time(self) -> PassTime:
        """The server's clock is waited for, with a little more for what lies between its readings."""

        async def wait(by: timedelta) -> None:
            await anyio.sleep(by.total_seconds() + 0.01)

        return wait

    @pytest.fixture
    async def store(self, postgres_url: str, namespace: str) -> AsyncIterator[SqlJournal]:
        async with open_sql_store(
            postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
        ) as opened:
            yield opened.journal
