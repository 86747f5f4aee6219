"""A part that hangs takes its own places and nobody else's, and those who find none hear so at once."""

from datetime import timedelta

import anyio
import pytest
from attrs import define, field

from hotel_agent.application.bulkheads import Bulkhead, places_of_each, together
from hotel_agent.application.guarding import Guard
from hotel_agent.domain.errors import Overloaded
from hotel_agent.ports.observer import Pool
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

LONG = timedelta(seconds=60)


@define
class Slow:
    """A part behind its guard that answers when it is told to."""

    guard: Guard
    answer: anyio.Event = field(factory=anyio.Event)
    asked: int = 0
    outcomes: list[str] = field(factory=list)

    async def _part(self) -> str:
        self.asked += 1
        await self.answer.wait()
        return "ok"

    async def call(self, limit: timedelta = LONG) -> None:
        try:
            self.outcomes.append(await self.guard.run("search", self._part, limit))
        except Overloaded as exc:
            self.outcomes.append(exc.code)


def guarded(witness: Witness, width: int, queue: int) -> Slow:
    return Slow(Guard("pms:sol", ManualClock(), witness, bulkhead=Bulkhead(width, queue)))


def test_places_are_shared_out_evenly_down_to_a_fifth() -> None:
    assert [places_of_each(40, sharers) for sharers in (1, 2, 3, 5, 50)] == [40, 20, 13, 8, 8]


async def test_calls_beyond_the_places_and_the_queue_are_refused_at_once() -> None:
    witness = Witness()
    part = guarded(witness, width=3, queue=2)
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(part.call)
        await anyio.wait_all_tasks_blocked()
        assert (part.asked, part.outcomes) == (3, [])
        for _ in range(4):
            await part.call()
        assert part.outcomes == ["overloaded"] * 4
        part.answer.set()
    assert (part.asked, part.outcomes[4:]) == (5, ["ok"] * 5)
    assert witness.limits == ["bulkhead"] * 4
    assert witness.calls.count(("pms:sol", "search", "overloaded")) == 4


async def test_who_waits_too_long_is_refused_and_its_place_in_the_queue_is_free_again() -> None:
    part = guarded(Witness(), width=1, queue=1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(part.call)
        await anyio.wait_all_tasks_blocked()
        for _ in range(2):
            await part.call(timedelta(milliseconds=1))
        assert (part.asked, part.outcomes) == (1, ["overloaded"] * 2)
        part.answer.set()


async def test_refusals_are_no_failures_of_the_part() -> None:
    part = guarded(Witness(), width=1, queue=0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(part.call)
        await anyio.wait_all_tasks_blocked()
        for _ in range(20):
            await part.call()
        assert part.guard.state == "closed"
        part.answer.set()


async def test_caller_who_gives_up_leaves_no_place_behind_taken() -> None:
    part = guarded(Witness(), width=1, queue=1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(part.call)
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0.001):
            await part.call()
        part.answer.set()
    with anyio.fail_after(20):
        await part.call()
    assert part.outcomes == ["ok", "ok"]


async def test_hotel_whose_pms_hangs_keeps_nobody_from_another_ones() -> None:
    hanging, well = (guarded(Witness(), width=2, queue=2) for _ in range(2))
    well.answer.set()
    async with anyio.create_task_group() as tasks:
        for _ in range(100):
            tasks.start_soon(hanging.call)
        await anyio.wait_all_tasks_blocked()
        await well.call()
        assert (hanging.outcomes.count("overloaded"), well.outcomes) == (96, ["ok"])
        hanging.answer.set()


async def test_several_show_their_places_and_who_waits_as_one() -> None:
    first, second = Bulkhead(2, queue=2), Bulkhead(3, queue=2)
    for bulkhead in (first, first, second):
        await bulkhead.enter(1.0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(first.enter, 60.0)
        await anyio.wait_all_tasks_blocked()
        busy = together("pms_calls", (first, second))
        first.leave()
    assert busy == Pool(name="pms_calls", size=5, in_use=3, waiting=1)
