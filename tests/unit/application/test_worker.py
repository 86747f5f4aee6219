from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import anyio
import pytest
from attrs import evolve

from hotel_agent.application.worker import Worker
from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.events import GuestMessage, TimerFired
from hotel_agent.domain.replies import Note
from hotel_agent.testing.faults import Call, Fault, Plan, every, no_faults, on
from hotel_agent.testing.stage import SOL, Agent, Stage, incoming_of, stage
from hotel_agent.testing.virtual_time import LoopClock

pytestmark = pytest.mark.anyio

AVAILABILITY = "Disponibilidad para 2031-05-02 a 2031-05-04"


@asynccontextmanager
async def idle_stage(plan: Plan = no_faults, slow_by: float = 2) -> AsyncIterator[Stage]:
    """A stage on the loop's time where the test starts the workers."""
    async with stage(clock=LoopClock(), plan=plan, working=False) as s:
        s.agent.faults.slow_by = timedelta(seconds=slow_by)
        yield s


async def take(s: Stage, *guests: str, text: str = "hola") -> None:
    for guest in guests:
        await s.agent.intake.take(incoming_of(guest, text))


def guests(count: int) -> list[str]:
    return [f"guest-{n}" for n in range(count)]


def handled(s: Stage) -> int:
    return sum(isinstance(event.content, GuestMessage) for event in s.witness.turns)


def breaking(what: str, error: Exception) -> Plan:
    def plan(call: Call) -> Fault | None:
        if call.what == what:
            raise error
        return None

    return plan


# ---------------------------------------------------------------- draining


async def test_drain_finishes_what_is_in_hand_and_leaves_the_rest_for_others() -> None:
    async with idle_stage(on("journal.commit", Fault.SLOW, always=True)) as s:
        await take(s, *guests(10))
        began = anyio.current_time()
        async with anyio.create_task_group() as group:
            group.start_soon(s.agent.worker.run)
            await anyio.sleep(1)
            s.agent.worker.drain()
            await take(s, "late")
        assert anyio.current_time() - began == 2
        assert handled(s) == 10
        assert (await s.store.journal.depth()).events == 1
        async with anyio.create_task_group() as group:
            other = s.another()
            group.start_soon(other.worker.run)
            await anyio.sleep(1)
            other.worker.drain()
        assert handled(s) == 11


async def test_drain_finishes_the_job_in_hand() -> None:
    async with stage(clock=LoopClock()) as s:
        await s.up_to_the_yes("guest")
        s.agent.worker.drain()
        last = s.another(on("pms.book", Fault.SLOW))
        async with anyio.create_task_group() as group:
            group.start_soon(last.worker.run)
            await anyio.sleep(1)
            await take(s, "guest", text="sí")
            await anyio.sleep(1)
            last.worker.drain()
        assert s.bookings[0].state is BookingState.CONFIRMED


async def test_idle_worker_drains_at_once() -> None:
    async with idle_stage() as s:
        async with anyio.create_task_group() as group:
            group.start_soon(s.agent.worker.run)
            await anyio.sleep(3.1)
            began = anyio.current_time()
            s.agent.worker.drain()
        assert anyio.current_time() - began == 0


# ---------------------------------------------------------------- leases


async def test_leases_of_long_work_are_renewed_so_that_nobody_else_takes_it() -> None:
    async with idle_stage(on("journal.commit", Fault.SLOW), slow_by=10) as s:
        await take(s, "guest")
        async with running(s.agent), running(s.another()):
            await anyio.sleep(11)
        assert handled(s) == 1
        assert s.agent.faults.calls.count("journal.renew") >= 9
        assert s.witness.failed_turns == []
        assert len(await s.transcript("guest")) == 2


async def test_lease_of_a_long_job_is_renewed_so_that_nobody_else_runs_it() -> None:
    async with stage(clock=LoopClock()) as s:
        await s.up_to_the_yes("guest")
        s.agent.worker.drain()
        slow, other = s.another(on("pms.book", Fault.SLOW)), s.another()
        slow.faults.slow_by = timedelta(seconds=20)
        await anyio.sleep(1)
        async with running(slow):
            await take(s, "guest", text="sí")
            await anyio.sleep(1)
            async with running(other):
                await anyio.sleep(22)
        assert s.bookings[0].state is BookingState.CONFIRMED
        assert [call for call in other.faults.calls if call.startswith("pms.")] == []
        assert slow.faults.calls.count("journal.renew_job") >= 19


async def test_lost_lease_stops_the_work() -> None:
    outage = on("journal.renew", Fault.REFUSED, Fault.REFUSED, Fault.REFUSED)
    async with idle_stage(every(on("journal.commit", Fault.SLOW), outage), slow_by=60) as s:
        await take(s, "guest")
        async with running(s.agent):
            await anyio.sleep(1)
            async with running(s.another()):
                await anyio.sleep(4)
                assert handled(s) == 1
                assert s.agent.worker._in_hand.works == {}
        assert [name for name, _ in s.witness.failed_loops] == ["leases"] * 3
        assert len(await s.transcript("guest")) == 2


async def test_lost_lease_stops_a_job_and_its_booking_is_settled_by_another() -> None:
    async with stage(clock=LoopClock()) as s:
        await s.up_to_the_yes("guest")
        s.agent.worker.drain()
        outage = on("journal.renew_job", Fault.REFUSED, Fault.REFUSED, Fault.REFUSED)
        slow, other = s.another(every(on("pms.book", Fault.SLOW), outage)), s.another()
        slow.faults.slow_by = timedelta(minutes=10)
        await anyio.sleep(1)
        async with running(slow):
            await take(s, "guest", text="sí")
            await anyio.sleep(1)
            async with running(other):
                await anyio.sleep(5)
                assert slow.worker._jobs_in_hand.works == {}
                # The hotel's writers do not have to wait for the lease of the work that was stopped.
                assert slow.faults.calls.count("leases.give_up") == 1
                assert await s.store.leases.take(SOL, "a third", timedelta(seconds=1)) is not None
                await anyio.sleep(120)
        assert s.bookings[0].state is BookingState.CONFIRMED


# ---------------------------------------------------------------- trouble


@pytest.mark.parametrize("what", ["journal.claim", "journal.claim_jobs", "journal.due", "journal.renew"])
async def test_dying_loop_takes_the_worker_down_with_its_error(what: str) -> None:
    async with idle_stage(every(breaking(what, ZeroDivisionError()), on("journal.commit", Fault.SLOW))) as s:
        await take(s, "guest")
        with pytest.raises(ExceptionGroup) as died:
            await s.agent.worker.run()
        assert died.group_contains(ZeroDivisionError)


async def test_outage_of_the_store_is_met_with_growing_pauses_and_recovery() -> None:
    async with idle_stage(on("journal.claim", *[Fault.REFUSED] * 8)) as s:
        at: list[float] = []
        plan = s.agent.faults.plan

        def noting(call: Call) -> Fault | None:
            if call.what == "journal.claim":
                at.append(anyio.current_time())
            return plan(call)

        s.agent.faults.plan = noting
        await take(s, "guest")
        async with running(s.agent):
            await anyio.sleep(40)
        pauses = [round(later - sooner, 2) for sooner, later in pairwise(at[:9])]
        assert pauses == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0, 2.0]
        assert handled(s) == 1
        assert s.witness.failed_loops == [("inbox", "Unavailable")] * 8


async def test_outage_of_hours_does_not_end_the_worker() -> None:
    down = every(*(on(f"journal.{what}", Fault.REFUSED, always=True) for what in ("claim", "claim_jobs", "due")))
    async with idle_stage(down) as s:
        await take(s, "guest")
        async with running(s.agent):
            await anyio.sleep(2 * 3600)
            s.agent.faults.plan = no_faults
            await anyio.sleep(6)
        assert handled(s) == 1


async def test_job_that_cannot_be_recorded_is_run_again_after_its_lease() -> None:
    failed = 0

    def plan(call: Call) -> Fault | None:
        nonlocal failed
        if call.what == "journal.record" and failed < 2:
            failed += 1
            raise InvalidValue("cannot be written")
        return None

    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.restart(plan)
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert s.bookings[0].state is BookingState.CONFIRMED
        assert s.witness.failed_loops == [("jobs", "InvalidValue")] * 2
        assert await s.violations() == ()


# ---------------------------------------------------------------- width


@pytest.mark.parametrize("width", [1, 3, 40])
async def test_conversations_in_hand_never_exceed_the_width(width: int) -> None:
    async with idle_stage(on("journal.commit", Fault.SLOW, always=True)) as s:
        await take(s, *guests(80))
        worker = evolve(s.agent.worker, width=width)
        most = 0
        async with running(evolve(s.agent, worker=worker)):
            while handled(s) < min(80, 3 * width):
                most = max(most, len(worker._in_hand.works))
                await anyio.sleep(0.1)
        assert most == width


async def test_finished_conversation_makes_room_for_the_next_at_once() -> None:
    async with idle_stage(on("journal.commit", Fault.SLOW, always=True)) as s:
        await take(s, *guests(5))
        async with running(evolve(s.agent, worker=evolve(s.agent.worker, width=1))):
            await anyio.sleep(10.05)
            assert handled(s) == 5


async def test_jobs_in_hand_never_exceed_their_width_and_follow_each_other_at_once() -> None:
    async with stage(clock=LoopClock()) as s:
        for guest in ("ana", "bea"):
            await s.up_to_the_yes(guest)
        s.agent.worker.drain()
        await anyio.sleep(1)
        narrow = s.another()
        worker = evolve(narrow.worker, job_width=1)
        most = 0
        began = anyio.current_time()
        async with running(evolve(narrow, worker=worker)):
            for guest in ("ana", "bea"):
                await narrow.intake.take(incoming_of(guest, "sí"))
            while [booking.state for booking in s.bookings] != [BookingState.CONFIRMED] * 2:
                most = max(most, len(worker._jobs_in_hand.works))
                await anyio.sleep(0.01)
        assert most == 1
        # Each takes a second, until the second look at the PMS's records.
        assert 2 <= anyio.current_time() - began < 2.1


async def test_message_that_comes_while_its_conversation_is_in_hand_is_handled_right_after() -> None:
    async with idle_stage(on("journal.commit", Fault.SLOW), slow_by=1.1) as s, running(s.agent):
        await take(s, "guest")
        await anyio.sleep(0.5)
        await take(s, "guest", text="gracias")
        await anyio.sleep(0.61)
        assert handled(s) == 2


# ---------------------------------------------------------------- timers and sweeping by hand


async def test_timer_fires_once_with_two_workers() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        other = s.another()
        await s._let_pass(timedelta(minutes=21))
        async with anyio.create_task_group() as group:
            group.start_soon(s.agent.worker.sweep)
            group.start_soon(other.worker.sweep)
        await s.work()
        assert (await s.heard("guest")).count(s.words(Note.LOCK_ENDED)) == 1
        fired = [event for event in s.witness.turns if isinstance(event.content, TimerFired)]
        assert len(fired) == 1
        assert await s.store.locks.standing(SOL) == ()


async def test_timers_fire_by_themselves() -> None:
    async with stage(clock=LoopClock()) as s:
        await s.say("guest", "hola")
        await s.pass_time(timedelta(minutes=29))
        assert (await s.store.journal.depth()).timers == 1
        await s.pass_time(timedelta(minutes=2))
        assert (await s.store.journal.depth()).timers == 0


async def test_sweep_handles_one_batch_of_what_is_ready() -> None:
    async with stage() as s:
        await take(s, *guests(40))
        assert [await s.agent.worker.sweep() for _ in range(3)] == [32, 8, 0]
        assert handled(s) == 40


@asynccontextmanager
async def running(agent: Agent) -> AsyncIterator[Worker]:
    """Run an agent's worker meanwhile and drain it at the end."""
    async with anyio.create_task_group() as group:
        group.start_soon(agent.worker.run)
        yield agent.worker
        agent.worker.drain()
