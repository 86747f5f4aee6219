from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from hotel_agent.adapters.memory.journal import MemoryJournal
from hotel_agent.adapters.sql.journal import SqlJournal
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.contracts.journal import JournalContract
from hotel_agent.testing.contracts.passing_time import ByHand, ByTheServer
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


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


class TestPostgresJournal(ByTheServer, JournalContract):
    brief = timedelta(seconds=0.5)

    @pytest.fixture
    async def store(self, postgres_url: str, namespace: str) -> AsyncIterator[SqlJournal]:
        async with open_sql_store(
            postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
        ) as opened:
            yield opened.journal
