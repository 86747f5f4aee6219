from datetime import timedelta

import anyio
import pytest

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.sampling import SAMPLING, Sampling
from hotel_agent.domain.ids import OwnerId
from hotel_agent.ports.observer import Pool, Sample
from hotel_agent.ports.records import Depth, Load
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import AT, lock_claim, message
from hotel_agent.testing.faults import Fault, Faults, Plan, every, no_faults, on
from hotel_agent.testing.faulty_ports import FaultyLocks, FaultyRecords
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

POOL = Pool(name="jobs", size=16, in_use=1)


def sampling_of(store: MemoryStore, clock: ManualClock, witness: Witness, plan: Plan = no_faults) -> Sampling:
    faults = Faults(plan, clock)
    records, locks = FaultyRecords(store.journal, faults), FaultyLocks(store.locks, faults)
    return Sampling(records, locks, clock, witness, lambda: (POOL,))


async def test_a_sample_is_what_the_stores_and_the_pools_say() -> None:
    clock, witness = ManualClock(), Witness()
    store = MemoryStore.of(clock=clock, ids=CountingIds())
    await store.journal.append(message("1"))
    await store.locks.acquire(lock_claim("201"), OwnerId("ana"), timedelta(minutes=20))
    await sampling_of(store, clock, witness).sample()
    depth = Depth(events=1, jobs=0, timers=0, dead=0, oldest_at=AT)
    load = Load(sessions=0, outgoing=0, outgoing_due_at=None, undelivered=0)
    assert witness.samples == [Sample(at=clock.now(), depth=depth, load=load, locks=1, pools=(POOL,))]


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.HANG])
async def test_what_a_store_that_is_down_would_have_told_stays_open(fault: Fault) -> None:
    clock, witness = ManualClock(), Witness()
    store = MemoryStore.of(clock=clock, ids=CountingIds())
    plan = every(on("records.depth", fault), on("records.load", fault))
    sampling = sampling_of(store, clock, witness, plan)
    await sampling.sample()
    await sampling.sample()
    first, second = witness.samples
    assert (first.depth, first.load, first.locks) == (None, None, 0)
    assert (second.depth is None, second.load is None) == (False, False)
    assert [loop for loop, _ in witness.failed_loops] == [SAMPLING, SAMPLING]


class Broken(FaultyRecords):
    """A store that trips over itself."""

    async def depth(self) -> Depth:
        raise ZeroDivisionError


async def test_a_figure_that_cannot_be_had_is_no_reason_to_stop() -> None:
    clock, witness = ManualClock(), Witness()
    store = MemoryStore.of(clock=clock, ids=CountingIds())
    broken = Broken(store.journal, Faults(no_faults, clock))
    await Sampling(broken, store.locks, clock, witness, tuple).sample()
    assert [(sample.depth, sample.locks) for sample in witness.samples] == [(None, 0)]
    assert witness.failed_loops == [(SAMPLING, "ZeroDivisionError")]


async def test_samples_are_taken_every_five_seconds_until_drained() -> None:
    clock, witness, draining = ManualClock(), Witness(), anyio.Event()
    sampling = sampling_of(MemoryStore.of(clock=clock, ids=CountingIds()), clock, witness)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sampling.run, draining)
        await anyio.sleep(12)
        draining.set()
    assert len(witness.samples) == 3
