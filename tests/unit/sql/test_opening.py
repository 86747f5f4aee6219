from pathlib import Path

import anyio
import pytest

from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio

ROUNDS = 10
AT_ONCE = 6


async def test_a_new_file_can_be_opened_by_several_at_the_same_instant(tmp_path: Path) -> None:
    opened: list[int] = []

    async def one(round_: int) -> None:
        async with open_sql_store(f"sqlite:///{tmp_path}/{round_}.db", clock=ManualClock(), ids=CountingIds()):
            opened.append(round_)

    for round_ in range(ROUNDS):
        async with anyio.create_task_group() as tasks:
            for _ in range(AT_ONCE):
                tasks.start_soon(one, round_)
    assert opened == [round_ for round_ in range(ROUNDS) for _ in range(AT_ONCE)]
