"""The thread that owns a connection outlives a moment without memory."""

from pathlib import Path
from typing import Any

import anyio
import pytest

from hotel_agent.adapters.sql.database import Lane
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio


async def test_calls_after_it_are_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flown = Lane._fly
    short = [True]

    def fly(lane: Lane, calls: Any) -> None:
        if short:
            short.clear()
            raise MemoryError
        flown(lane, calls)

    async with open_sql_store(f"sqlite:///{tmp_path}/store.db", clock=ManualClock(), ids=CountingIds()) as store:
        monkeypatch.setattr(Lane, "_fly", fly)
        with anyio.move_on_after(0.1) as unanswered:
            await store.journal.waiting(1)
        assert unanswered.cancelled_caught
        assert await store.journal.waiting(1) == 0
