import asyncio

import anyio
import asyncpg  # type: ignore[import-untyped]  # it has no stubs
import pytest
import sqlalchemy as sa

from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio


async def test_a_transaction_that_the_server_gave_up_waiting_for_is_run_again(postgres_url: str, namespace: str) -> None:
    """As when a process gets no turn on its machine for seconds."""
    loop = asyncio.get_running_loop()
    seen: list[int] = []

    async def gone(pid: int) -> None:
        connection = await asyncpg.connect(postgres_url)
        with anyio.fail_after(PATIENCE_S):
            alive = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1"
            while await connection.fetchval(alive, pid):  # noqa: ASYNC110  # a server has no event to wait for
                await anyio.sleep(0.01)
        await connection.close()

    def work(tx: Transaction) -> int:
        (row,) = tx.rows(sa.text("SELECT pg_backend_pid() AS pid"))
        seen.append(row.pid)
        if len(seen) == 1:
            tx.rows(sa.text("SELECT set_config('idle_in_transaction_session_timeout', '10', false)"))
            asyncio.run_coroutine_threadsafe(gone(row.pid), loop).result()
        (again,) = tx.rows(sa.text("SELECT pg_backend_pid() AS pid"))
        return int(again.pid)

    opened = open_sql_store(postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S)
    async with opened as store:
        told = await store.journal._database.write(work, order="")
    assert [told] == seen[1:]
