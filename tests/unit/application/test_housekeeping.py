from datetime import timedelta

import anyio
import pytest

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.housekeeping import LEASE_NAME, Housekeeping
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.retention import KEPT, LEAST_AGE, Remains, Retention
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import answer, message, said, session
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.virtual_time import LoopClock
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

LEASE = timedelta(seconds=3)


def store_of(clock: Clock) -> MemoryStore:
    return MemoryStore.of(clock=clock, ids=CountingIds())


def housekeeping(store: MemoryStore, *retentions: Retention, owner: str = "a") -> Housekeeping:
    return Housekeeping(retentions or (store.retention,), store.leases, owner, Witness())


async def converse(store: MemoryStore, clock: Clock, conversations: int) -> None:
    for n in range(conversations):
        where = ConversationId(f"sol/{n}")
        event = message(f"m{n}", conversation=where, at=clock.now())
        await store.journal.append(event)
        (claim,) = await store.journal.claim("w", 1, LEASE)
        said_this = said(f"{n}", to=event, at=clock.now())
        turn = Turn(event=event, session=session(where, expires_at=clock.now()), outbox=(said_this,), answer=answer())
        await store.journal.commit(claim, turn)


async def test_everything_that_is_over_is_removed_in_batches() -> None:
    clock = ManualClock()
    store = store_of(clock)
    await converse(store, clock, 450)
    clock.advance(timedelta(days=29))
    assert await housekeeping(store).sweep() == 0
    clock.advance(timedelta(days=2))
    assert await housekeeping(store).sweep() == 450 * 4
    assert await store.journal.transcript(ConversationId("sol/1")) == ()
    assert store.journal._conversations == {}


async def test_one_process_at_a_time_does_it() -> None:
    clock = ManualClock()
    store = store_of(clock)
    await converse(store, clock, 1)
    clock.advance(timedelta(days=31))
    assert await store.leases.take(LEASE_NAME, "other", timedelta(hours=1))
    assert await housekeeping(store).sweep() == 0
    clock.advance(timedelta(hours=1))
    assert await housekeeping(store).sweep() == 4


class Down(Retention):
    asked: int = 0

    async def purge(self, remains: Remains, age: timedelta, limit: int) -> int:
        self.asked += 1
        raise Unavailable


async def test_it_runs_every_hour_survives_outages_and_ends_when_drained() -> None:
    clock, down = LoopClock(), Down()
    store = store_of(clock)
    house, draining = housekeeping(store, down), anyio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(house.run, draining)
        await anyio.sleep(59)
        assert down.asked == 0
        await anyio.sleep(3 * 3600)
        assert down.asked == 3
        began = anyio.current_time()
        draining.set()
    assert anyio.current_time() == began
    assert isinstance(house._observer, Witness)
    assert house._observer.failed_loops == [("housekeeping", "Unavailable")] * 3


async def test_draining_does_not_wait_for_the_rest() -> None:
    clock = ManualClock()
    store = store_of(clock)
    await converse(store, clock, 1)
    clock.advance(timedelta(days=31))
    assert await housekeeping(store).sweep(lambda: True) == 0


def test_every_kind_has_an_age_and_none_is_below_the_least() -> None:
    assert set(KEPT) == set(Remains)
    assert min(KEPT.values()) >= LEAST_AGE
