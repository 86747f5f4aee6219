"""Every statement that runs while guests wait finds its rows by index, however many there are."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.domain.delivery import Address, DeliveryStatus
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import BookingId, ConversationId, LockId, OwnerId
from hotel_agent.domain.turns import JobResult, Turn
from hotel_agent.ports.outbox import Retry, Sent, SetAside, StatusNews, Unknown
from hotel_agent.ports.retention import LEAST_AGE, Remains
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import (
    CONVERSATION,
    STAY,
    TENANT,
    answer,
    audit_entry,
    booking,
    escalation,
    job,
    lock_claim,
    message,
    said,
    session,
    timer,
)
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio

LEASE = timedelta(seconds=3)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[SqlStore]:
    async with open_sql_store(f"sqlite:///{tmp_path}/store.db", clock=clock, ids=CountingIds()) as opened:
        yield opened


def listen(store: SqlStore) -> list[tuple[str, Any]]:
    """Collect the statements that the store runs from now on, with their parameters."""
    heard: list[tuple[str, Any]] = []
    database = store.journal._database
    for lane in (database._writer, database._reader):
        lane._wire.listen(lambda text, values: heard.append((text, values)))
    return heard


async def one_of_everything(store: SqlStore, clock: ManualClock) -> None:
    journal, locks = store.journal, store.locks
    for name in ("1", "2"):
        await journal.append(message(name))
    assert await journal.waiting(5) == 2
    await journal.longest_wait()
    (claim,) = await journal.claim("a", 5, LEASE)
    await journal.renew(claim, LEASE)
    event = claim.events[0]
    turn = Turn(
        event=event,
        session=session(),
        bookings=(booking(),),
        jobs=(job(),),
        outbox=(said("1", to=event),),
        timers=(timer(), timer("2")),
        dropped_timers=(timer("3").id,),
        audit=(audit_entry(),),
        escalations=(escalation(),),
        answer=answer(),
    )
    left = await journal.commit(claim, turn)
    assert left
    assert None is await journal.commit(left, Turn(event=left.events[0], session=session()))
    await journal.give_back(left, LEASE)
    (due,) = await journal.claim_jobs("a", 5, LEASE)
    await journal.renew_job(due, LEASE)
    await journal.record(due, JobResult(booking=due.booking.changed(), events=(message("news"),)))
    assert await journal.due(5)
    assert await journal.fire(timer(), message("fired"))
    assert await journal.answer(event.root)
    assert await journal.transcript(CONVERSATION)
    assert (await journal.situation(CONVERSATION)).booking_open
    assert await journal.booking(BookingId("booking-1"))
    assert await journal.unsettled()
    assert await journal.audit(TENANT)
    assert await journal.audit(TENANT, CONVERSATION)
    assert await journal.escalations(TENANT)
    lock = await locks.acquire(lock_claim("201", "202"), OwnerId("ana"), LEASE)
    await locks.extend(lock.id, lock.owner, LEASE)
    await locks.hold(lock.id, lock.owner)
    assert await locks.standing(TENANT)
    assert await locks.count() == 1
    assert await locks.standing(TENANT, STAY)
    await locks.get(LockId("nowhere"))
    await locks.release(lock.id, lock.owner)
    assert await locks.trail(TENANT)
    assert await locks.trail(TENANT, room=lock.rooms[0])
    lease = await store.leases.take(TENANT, "a", LEASE)
    assert lease
    await store.leases.give_up(lease)
    await one_of_every_delivery(store)
    assert await store.dead_letters.dead_letters() == ()
    assert await store.dead_letters.dead_letters(TENANT) == ()
    for change in (store.dead_letters.redrive, store.dead_letters.drop):
        assert not await change(event.id)
    clock.advance(timedelta(days=1000))
    for remains in Remains:
        await store.retention.purge(remains, LEAST_AGE, 5)


async def one_of_every_delivery(store: SqlStore) -> None:
    where, outbox = ConversationId("pushed"), store.outbox
    told = escalation("delivery")
    await outbox.reach(
        Address(tenant=TENANT, conversation=where, channel=Channel.WHATSAPP, account="1", recipient="34600111222")
    )
    event = message("pushed", conversation=where)
    await store.journal.append(event)
    (claim,) = await store.journal.claim("a", 1, LEASE)
    messages = tuple(evolve(said(f"d{n}", to=event, position=n), channel=Channel.WHATSAPP) for n in range(4))
    await store.journal.commit(claim, Turn(event=event, session=session(where), outbox=messages))
    for settlement in (
        Retry(delay=timedelta(), reason="x"),
        Unknown(wait=timedelta()),
        Sent(provider_id="p"),
        SetAside(reason="x", told=told),
    ):
        (due,) = await outbox.claim_due("a", 5, LEASE)
        await outbox.settle(due, settlement)
    assert await outbox.status(StatusNews(status=DeliveryStatus.READ, provider_id="p"), told)
    assert await outbox.status(StatusNews(status=DeliveryStatus.READ, message=messages[2].id), told)
    assert await outbox.standing(messages[2].id)
    assert await outbox.undelivered()
    assert await outbox.undelivered(TENANT)


def plan(connection: sqlite3.Connection, statement: str, parameters: Any) -> list[str]:
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def is_slow(step: str) -> bool:
    """
    Tell whether a step reads all of a table or sorts.

    To walk an index in its order until there is enough is neither, nor is counting what was bounded so.
    """
    return "TEMP B-TREE" in step or (step.startswith("SCAN") and "INDEX" not in step and step != "SCAN bounded")


async def test_no_statement_reads_a_whole_table_or_sorts(store: SqlStore, clock: ManualClock, tmp_path: Path) -> None:
    heard = listen(store)
    await one_of_everything(store, clock)
    statements = {text: values for text, values in heard if text.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))}
    assert len(statements) > 75
    connection = sqlite3.connect(tmp_path / "store.db")
    plans = {statement: plan(connection, statement, values) for statement, values in statements.items()}
    connection.close()
    assert [(steps, statement) for statement, steps in plans.items() if any(map(is_slow, steps))] == []


async def test_depth_counts_what_waits_without_reading_what_is_done(store: SqlStore, tmp_path: Path) -> None:
    heard = listen(store)
    await store.journal.depth()
    (asked,) = [(statement, values) for statement, values in heard if statement.startswith("SELECT")]
    connection = sqlite3.connect(tmp_path / "store.db")
    steps = plan(connection, *asked)
    connection.close()
    of_inbox = [step for step in steps if "inbox" in step]
    assert len(of_inbox) == 3
    assert not [step for step in of_inbox if "inbox_waiting" not in step and "inbox_dead" not in step]


async def test_load_is_counted_in_indexes_of_what_goes_on(store: SqlStore, tmp_path: Path) -> None:
    heard = listen(store)
    await store.journal.load()
    (asked,) = [(statement, values) for statement, values in heard if statement.startswith("SELECT")]
    connection = sqlite3.connect(tmp_path / "store.db")
    steps = plan(connection, *asked)
    connection.close()
    used = [step.rpartition(" INDEX hotel_agent_")[2].partition(" ")[0] for step in steps if " INDEX " in step]
    assert used == ["conversations_ended", "recipients_due", "recipients_due", "deliveries_failed"]
    assert [step for step in steps if is_slow(step)] == ["SCAN CONSTANT ROW"]
