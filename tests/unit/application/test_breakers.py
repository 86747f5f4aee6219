from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import anyio
import pytest
from anyio.abc import TaskGroup
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st

from hotel_agent.adapters.memory.breakers import MemoryBreakers
from hotel_agent.application.bell import Bell
from hotel_agent.application.breakers import PERMIT, SharedBreakers
from hotel_agent.application.guarding import Guard
from hotel_agent.domain.breaker import BreakerState
from hotel_agent.domain.errors import BreakerOpen, Unavailable
from hotel_agent.ports.breakers import BreakerStore, SharedBreaker
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.breakers import COOL_DOWN, OPENED, PART, Pair, Process
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio


@define(eq=False)
class Line(BreakerStore):
    """A process's line to the store, which fails as a test tells it."""

    store: BreakerStore
    down: bool = False
    silent: bool = False
    forgets_to_answer: bool = False
    """What is changed is written, and nobody says so."""
    calls: list[str] = field(factory=list)
    changed: anyio.Event = field(factory=anyio.Event)
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens once, between the store's answer and its arrival."""

    async def read(self, parts: Sequence[str]) -> tuple[SharedBreaker, ...]:
        await self._pass("read")
        found = await self.store.read(parts)
        if self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return found

    async def change(self, part: str, to: SharedBreaker) -> bool:
        await self._pass("change")
        written = await self.store.change(part, to)
        self.changed.set()
        if self.forgets_to_answer:
            raise Unavailable
        return written

    async def _pass(self, call: str) -> None:
        self.calls.append(call)
        if self.silent:
            await anyio.sleep_forever()
        if self.down:
            raise Unavailable


@define(eq=False)
class Scene(Pair):
    line: Line
    """Process a's."""
    clock: ManualClock
    """The store's."""


@pytest.fixture
def scene() -> Scene:
    clock = ManualClock()
    store = MemoryBreakers(clock)
    line = Line(store)
    return Scene(Process("a", line), Process("b", store), line, clock)


# ---------------------------------------------------------------- what it costs


async def test_while_all_is_well_no_call_asks_the_store(scene: Scene) -> None:
    for _ in range(50):
        assert await scene.a.call() == "done"
    await scene.a.fail(1)
    assert scene.line.calls == []


async def test_a_refresh_is_one_look_however_many_breakers_there_are(scene: Scene) -> None:
    for number in range(5):
        scene.a.breakers.share(Guard(f"pms:{number}", scene.a.clock, scene.a.witness))
    await scene.a.breakers.refresh()
    assert scene.line.calls == ["read"]


async def test_an_open_breaker_refuses_without_asking_the_store(scene: Scene) -> None:
    await scene.open()
    scene.line.calls.clear()
    for _ in range(20):
        assert await scene.a.is_refused()
    assert scene.line.calls == []


# ---------------------------------------------------------------- the task


async def test_what_one_learns_is_told_at_once_and_draining_ends_it(scene: Scene) -> None:
    draining = anyio.Event()
    breakers = SharedBreakers(scene.line, scene.a.clock, scene.a.witness, Bell(), "c", timedelta(hours=1))
    guard = breakers.share(Guard(PART, scene.a.clock, scene.a.witness))

    async def fails() -> None:
        raise Unavailable

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(breakers.run, draining)
            for _ in range(5):
                with pytest.raises(Unavailable):
                    await guard.run("search", fails, timedelta(seconds=10))
            await scene.line.changed.wait()
            draining.set()
    (told,) = await scene.b.store.read((PART,))
    assert (told.state, told.version, told.failures) == (BreakerState.OPEN, 1, 5)


# ---------------------------------------------------------------- the store fails


async def test_without_the_store_a_process_is_on_its_own_and_says_so_once(scene: Scene) -> None:
    scene.line.down = True
    await scene.a.fail()
    for _ in range(3):
        await scene.a.breakers.refresh()
    assert await scene.a.is_refused()
    scene.cool_down()
    assert await scene.a.call() == "done"
    assert (scene.a.state, scene.a.witness.failed_loops) == (BreakerState.CLOSED, [("breakers", "Unavailable")])


async def test_a_store_that_is_silent_holds_up_the_probe_for_a_moment_only(scene: Scene) -> None:
    await scene.open()
    scene.cool_down()
    scene.line.silent = True
    with anyio.fail_after(20):
        assert await scene.a.call() == "done"
    assert scene.a.state is BreakerState.CLOSED


async def test_what_was_learnt_without_the_store_is_told_when_it_is_back(scene: Scene) -> None:
    scene.line.down = True
    await scene.a.fail()
    await scene.refresh()
    assert scene.b.state is BreakerState.CLOSED
    scene.line.down = False
    await scene.refresh()
    assert (scene.a.state, scene.b.state) == (BreakerState.OPEN, BreakerState.OPEN)


async def test_a_breaker_that_closed_without_the_store_closes_for_all_when_it_is_back(scene: Scene) -> None:
    await scene.open()
    scene.line.down = True
    scene.cool_down()
    assert await scene.a.call() == "done"
    await scene.refresh()
    assert (scene.a.state, scene.b.state) == (BreakerState.CLOSED, BreakerState.OPEN)
    scene.line.down = False
    await scene.refresh()
    assert (scene.a.state, scene.b.state) == (BreakerState.CLOSED, BreakerState.CLOSED)


async def test_a_probe_of_others_does_not_shut_the_part_when_the_store_goes(scene: Scene) -> None:
    await scene.open()
    (opened,) = await scene.b.store.read((PART,))
    probing = SharedBreaker(state=BreakerState.HALF_OPEN, version=opened.version + 1, prober="c", permit=PERMIT)
    assert await scene.b.store.change(PART, probing)
    await scene.a.breakers.refresh()
    assert await scene.a.is_refused()
    scene.line.down = True
    await scene.a.breakers.refresh()
    assert await scene.a.call() == "done"


async def test_a_permit_whose_grant_was_never_heard_is_used_all_the_same(scene: Scene) -> None:
    await scene.open()
    scene.cool_down()
    scene.line.forgets_to_answer = True
    assert await scene.a.call() == "done"
    scene.line.forgets_to_answer = False
    await scene.refresh()
    assert (scene.a.state, scene.b.state) == (BreakerState.CLOSED, BreakerState.CLOSED)


async def test_a_store_that_forgot_everything_closes_it(scene: Scene) -> None:
    await scene.open()
    scene.line.store = MemoryBreakers(scene.clock)
    await scene.a.breakers.refresh()
    assert scene.a.state is BreakerState.CLOSED


# ---------------------------------------------------------------- races


async def test_a_probe_that_hangs_does_not_keep_its_process_from_what_others_found(scene: Scene) -> None:
    await scene.open()
    scene.cool_down()
    scene.a.answering = anyio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(scene.a.call)
        await scene.a.under_way.wait()
        await scene.a.breakers.refresh()
        assert await scene.a.is_refused()
        scene.clock.advance(PERMIT)
        await scene.b.breakers.refresh()
        assert await scene.b.call() == "done"
        await scene.b.breakers.refresh()
        await scene.a.breakers.refresh()
        assert scene.a.state is BreakerState.CLOSED
        group.cancel_scope.cancel()
    await scene.refresh()
    assert (scene.a.state, scene.b.state) == (BreakerState.CLOSED, BreakerState.CLOSED)


async def test_a_probe_made_without_the_store_counts_when_the_store_is_back_before_its_end(scene: Scene) -> None:
    await scene.open()
    scene.cool_down()
    scene.a.answering = anyio.Event()
    scene.line.down = True
    async with anyio.create_task_group() as group:
        group.start_soon(scene.a.call)
        await scene.a.under_way.wait()
        scene.line.down = False
        await scene.a.breakers.refresh()
        scene.a.answering.set()
    await scene.refresh()
    assert (scene.a.state, scene.b.state) == (BreakerState.CLOSED, BreakerState.CLOSED)


async def test_an_answer_from_before_the_probe_does_not_undo_it(scene: Scene) -> None:
    await scene.open()
    scene.cool_down()
    scene.line.meanwhile = scene.a.call
    await scene.a.breakers.refresh()
    assert scene.a.state is BreakerState.CLOSED
    await scene.refresh()
    assert (scene.a.state, scene.b.state) == (BreakerState.CLOSED, BreakerState.CLOSED)


async def test_of_two_that_open_it_the_first_counts(scene: Scene) -> None:
    await scene.b.fail()
    await scene.b.breakers.refresh()
    await scene.a.fail()
    await scene.refresh()
    (left,) = await scene.b.store.read((PART,))
    assert (left.version, scene.a.state) == (1, BreakerState.OPEN)


async def test_failures_of_calls_from_before_do_not_count_for_what_was_adopted(scene: Scene) -> None:
    scene.a.answering = anyio.Event()
    async with anyio.create_task_group() as group:

        async def fails_late() -> None:
            with pytest.raises(Unavailable):
                await scene.a.call(Unavailable())

        group.start_soon(fails_late)
        await scene.a.under_way.wait()
        assert await scene.b.store.change(PART, OPENED)
        await scene.a.breakers.refresh()
        scene.a.answering.set()
    assert (scene.a.state, scene.a.guard.breaker.failures) == (BreakerState.OPEN, OPENED.failures)


async def test_a_call_that_is_cancelled_while_it_asks_for_the_probe_gives_it_back(scene: Scene) -> None:
    await scene.open()
    scene.cool_down()
    scene.line.silent = True
    with anyio.move_on_after(0.01):
        await scene.a.call()
    scene.line.silent = False
    await scene.refresh()
    assert await scene.a.call() == "done"
    await scene.refresh()
    assert (scene.a.state, scene.b.state) == (BreakerState.CLOSED, BreakerState.CLOSED)


ACTS = st.lists(
    st.tuples(st.sampled_from(("call", "fail", "answer", "refresh", "cool", "lapse")), st.integers(0, 2)), max_size=40
)


@settings(max_examples=30, deadline=None)
@given(acts=ACTS)
def test_whatever_happens_no_two_probe_at_a_time_and_in_the_end_all_agree(acts: list[tuple[str, int]]) -> None:
    anyio.run(_play, acts)


async def _play(acts: list[tuple[str, int]]) -> None:
    play = Play()
    async with anyio.create_task_group() as group:
        for act, number in acts:
            await play.act(act, number, group)
        await play.answer(*play.processes)
    for process in (*play.processes, *play.processes):
        await process.breakers.refresh()
    (left,) = await play.store.read((PART,))
    assert {process.state for process in play.processes} == {left.state}


@define(eq=False)
class Play:
    """Three processes that call, wait and look as they are told. Calls of a breaker that is not closed wait for `answer`."""

    clock: ManualClock = field(factory=ManualClock)
    store: MemoryBreakers = field(init=False)
    processes: list[Process] = field(init=False)
    probing: dict[str, bool] = field(factory=dict)
    """Whose probe is under way, and whether its permit still stands."""

    def __attrs_post_init__(self) -> None:
        self.store = MemoryBreakers(self.clock)
        self.processes = [Process(str(number), self.store) for number in range(3)]

    async def act(self, act: str, number: int, group: TaskGroup) -> None:
        process = self.processes[number]
        match act:
            case "call" | "fail":
                if process.name not in self.probing:
                    group.start_soon(self._call, process, Unavailable() if act == "fail" else None)
                    await anyio.wait_all_tasks_blocked()
            case "answer":
                await self.answer(process)
            case "refresh":
                await process.breakers.refresh()
            case "cool":
                process.clock.advance(COOL_DOWN)
            case "lapse":
                self.clock.advance(PERMIT)
                self.probing |= dict.fromkeys(self.probing, False)

    async def answer(self, *processes: Process) -> None:
        for process in processes:
            if process.answering:
                process.answering.set()
        await anyio.wait_all_tasks_blocked()

    async def _call(self, process: Process, failure: Exception | None) -> None:
        process.answering = anyio.Event()
        if process.state is BreakerState.CLOSED:
            process.answering.set()
        process.begins = lambda: self._begins(process)
        try:
            await process.call(failure)
        except (BreakerOpen, Unavailable):
            pass
        finally:
            self.probing.pop(process.name, None)

    def _begins(self, process: Process) -> None:
        if process.state is BreakerState.HALF_OPEN:
            assert [other for other, stands in self.probing.items() if stands] == []
            self.probing[process.name] = True


async def test_without_anybody_to_share_with_a_guard_is_as_it_was() -> None:
    guard = Guard(PART, ManualClock(), Witness())
    assert (guard.sharing, guard.part, guard.breaker.state) == (None, PART, BreakerState.CLOSED)
