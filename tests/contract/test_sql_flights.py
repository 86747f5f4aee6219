import re
from collections.abc import AsyncIterator
from datetime import timedelta

import anyio
import asyncpg  # type: ignore[import-untyped]  # it has no stubs
import pytest
import sqlalchemy as sa
from sqlalchemy.util import await_only

from hotel_agent.adapters.sql.postgres import _BY_KEY
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.adapters.sql.wakeups import Voice
from hotel_agent.domain.events import Event
from hotel_agent.domain.turns import Turn
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.examples import answer, message, said, session
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio

LEASE = timedelta(seconds=60)


async def test_a_transaction_that_the_server_gave_up_waiting_for_is_run_again(postgres_url: str, namespace: str) -> None:
    """As when a process gets no turn on its machine for seconds."""
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
            await_only(gone(row.pid))
        (again,) = tx.rows(sa.text("SELECT pg_backend_pid() AS pid"))
        return int(again.pid)

    opened = open_sql_store(postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S)
    async with opened as store:
        told = await store.journal._database.write(work, order="")
    assert [told] == seen[1:]


@pytest.fixture
async def store(postgres_url: str, namespace: str) -> AsyncIterator[SqlStore]:
    opened = open_sql_store(postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S)
    async with opened as store:
        yield store


def plain_turn(event: Event) -> Turn:
    """As most turns are: something is said to whoever asks for it."""
    return Turn(event=event, session=session(), outbox=(said(event.id, to=event),), answer=answer())


async def test_a_message_is_one_statement_to_take_in_one_to_claim_and_one_to_commit(store: SqlStore) -> None:
    await store.journal.append(message("warm"))
    (warm,) = await store.journal.claim("a", 5, LEASE)
    assert await store.journal.commit(warm, plain_turn(warm.events[0])) is None
    heard: list[str] = []
    for lane in (store.journal._database._writer, store.journal._database._reader):
        lane._wire.listen(lambda text, _: heard.append(text))
    await store.journal.append(message("1"))
    assert len(heard) == 1
    (claim,) = await store.journal.claim("a", 5, LEASE)
    assert len(heard) == 2
    assert await store.journal.commit(claim, plain_turn(claim.events[0])) is None
    assert len(heard) == 3


async def test_an_event_that_comes_while_its_conversation_s_turn_is_committed_waits_for_the_next_claim(
    store: SqlStore, postgres_url: str, namespace: str
) -> None:
    """The statement that commits began before the other one was there, and wakes up after it."""
    await store.journal.append(message("1"))
    (claim,) = await store.journal.claim("a", 5, LEASE)
    other = await asyncpg.connect(postgres_url)
    told: list[object] = []

    async def commit() -> None:
        told.append(await store.journal.commit(claim, plain_turn(claim.events[0])))

    async with anyio.create_task_group() as group:
        await other.execute("BEGIN")
        await other.execute(
            f"""INSERT INTO {namespace}.inbox
                (id, tenant, dedupe_key, conversation, state, order_at, ready_at, received_at, tries, body)
                SELECT 'later', tenant, 'later', conversation, state, order_at + 1, ready_at, received_at, 0, body
                FROM {namespace}.inbox"""  # our own name
        )
        await other.execute(f"UPDATE {namespace}.conversations SET ready_at = ready_at")  # the same
        group.start_soon(commit)
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND $1 = ANY (pg_blocking_pids(pid))"
        with anyio.fail_after(PATIENCE_S):
            while not await other.fetchval(waits, other.get_server_pid()):  # noqa: ASYNC110  # a server has no event
                await anyio.sleep(0.01)
        await other.execute("COMMIT")
    await other.close()
    assert told == [None]
    (following,) = await store.journal.claim("a", 5, LEASE)
    assert len(following.events) == 1


async def test_what_is_done_at_once_finds_its_rows_by_index(store: SqlStore, postgres_url: str) -> None:
    at_once = store.journal._at_once
    assert at_once
    connection = await asyncpg.connect(postgres_url, server_settings=_BY_KEY)
    for name, whole in (("a", at_once.append), ("b", at_once.claim), ("c", at_once.commit), ("d", at_once.answer)):
        await connection.execute(f"PREPARE {name} AS {whole.text}")
        given = ", ".join(["NULL"] * len(set(re.findall(r"\$\d+", whole.text))))
        plan = [row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE {name} ({given})")]
        assert [line for line in plan if "Seq Scan" in line] == []
    await connection.close()


def test_what_is_said_is_heard_by_others_alone_and_in_as_few_sentences_as_the_server_takes() -> None:
    here, there = Voice("c", "here"), Voice("c", "there")
    subjects = {f"e-{number:030}" for number in range(1000)}
    sentences = here.says(subjects)
    assert all(len(sentence) < 8000 for sentence in sentences)
    assert len(sentences) == 5
    assert {subject for sentence in sentences for subject in there.hears(sentence)} == subjects
    assert [here.hears(sentence) for sentence in sentences] == [[]] * 5
    assert here.says(()) == []
