"""What every `BreakerStore` does, and what processes that share breakers through it may rely on."""

from abc import abstractmethod
from collections.abc import Callable
from datetime import timedelta

import anyio
import pytest
from attrs import define, evolve, field

from hotel_agent.application.bell import Bell
from hotel_agent.application.breakers import PERMIT, SharedBreakers
from hotel_agent.application.guarding import Guard
from hotel_agent.domain.breaker import Breaker, BreakerState
from hotel_agent.domain.errors import BreakerOpen, Unavailable
from hotel_agent.ports.breakers import BreakerStore, SharedBreaker
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.passing_time import PassTime
from hotel_agent.testing.witness import Witness

PART = "pms:sol"
COOL_DOWN = timedelta(seconds=30)
LIMIT = timedelta(seconds=10)
OPENED = SharedBreaker(state=BreakerState.OPEN, version=1, failures=5)


@define(eq=False)
class Process:
    """One of the processes in front of a part: its guard, what it shares, and a clock that agrees with nobody's."""

    name: str
    store: BreakerStore
    clock: ManualClock = field(factory=ManualClock)
    witness: Witness = field(factory=Witness)
    asked: int = 0
    answering: anyio.Event | None = None
    """A call waits for it; None: calls are answered at once."""
    under_way: anyio.Event = field(factory=anyio.Event)
    begins: Callable[[], None] = lambda: None
    """Is told of every call that reaches the part."""
    guard: Guard = field(init=False)
    breakers: SharedBreakers = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.breakers = SharedBreakers(self.store, self.clock, self.witness, Bell(), self.name)
        breaker = Breaker(threshold=2, cool_down=COOL_DOWN)
        self.guard = self.breakers.share(Guard(PART, self.clock, self.witness, breaker))

    async def call(self, failure: Exception | None = None) -> str:
        async def part() -> str:
            self.asked += 1
            self.begins()
            if self.answering:
                self.under_way.set()
                await self.answering.wait()
            if failure:
                raise failure
            return "done"

        return await self.guard.run("search", part, LIMIT)

    async def fail(self, times: int = 2) -> None:
        for _ in range(times):
            with pytest.raises(Unavailable):
                await self.call(Unavailable())

    async def is_refused(self) -> bool:
        before = self.asked
        try:
            await self.call()
        except BreakerOpen:
            return self.asked == before
        return False

    @property
    def state(self) -> BreakerState:
        return self.guard.state


@define(eq=False)
class Pair:
    """Two processes. `a` has found the part down, and `b` has heard of it, unless a test begins earlier."""

    a: Process
    b: Process

    async def refresh(self) -> None:
        for process in (self.a, self.b):
            await process.breakers.refresh()

    async def open(self) -> None:
        await self.a.fail()
        await self.refresh()

    def cool_down(self) -> None:
        for process in (self.a, self.b):
            process.clock.advance(COOL_DOWN)


class BreakerStoreContract:
    """Subclasses provide `store` and `other`, which two processes have of the same, and `pass_time` by the store's clock."""

    @pytest.fixture
    @abstractmethod
    def store(self) -> BreakerStore: ...

    @pytest.fixture
    @abstractmethod
    def other(self) -> BreakerStore: ...

    @pytest.fixture
    @abstractmethod
    def pass_time(self) -> PassTime: ...

    @pytest.fixture
    def pair(self, store: BreakerStore, other: BreakerStore) -> Pair:
        pair = Pair(Process("a", store), Process("b", other))
        pair.b.clock.advance(timedelta(hours=1))
        return pair

    # ------------------------------------------------------------ the store

    async def test_a_part_that_nobody_told_of_is_closed(self, store: BreakerStore) -> None:
        assert await store.read(("x", "y")) == (SharedBreaker(), SharedBreaker())

    async def test_what_one_writes_the_other_reads(self, store: BreakerStore, other: BreakerStore) -> None:
        assert await store.change("y", OPENED)
        closed, opened, unknown = await other.read(("x", "y", "z"))
        assert (closed, unknown) == (SharedBreaker(), SharedBreaker())
        assert evolve(opened, standing=timedelta(), permit=timedelta()) == OPENED

    async def test_a_change_of_another_version_is_not_written(self, store: BreakerStore, other: BreakerStore) -> None:
        assert await store.change(PART, OPENED)
        for version in (1, 3):
            assert not await other.change(PART, SharedBreaker(version=version))
        (left,) = await other.read((PART,))
        assert (left.state, left.version, left.failures) == (BreakerState.OPEN, 1, 5)

    async def test_a_race_has_one_winner(self, store: BreakerStore, other: BreakerStore) -> None:
        won: list[bool] = []

        async def change(by: BreakerStore, prober: str) -> None:
            won.append(await by.change(PART, evolve(OPENED, prober=prober)))

        async with anyio.create_task_group() as group:
            for number in range(10):
                group.start_soon(change, (store, other)[number % 2], str(number))
        assert sorted(won) == [False] * 9 + [True]

    async def test_durations_go_on_by_the_stores_clock(self, store: BreakerStore, pass_time: PassTime) -> None:
        told = SharedBreaker(state=BreakerState.HALF_OPEN, version=1, failures=5, standing=COOL_DOWN, prober="a", permit=PERMIT)
        assert await store.change(PART, told)
        await pass_time(PERMIT)
        (left,) = await store.read((PART,))
        assert (left.prober, left.permit <= timedelta(), left.standing >= COOL_DOWN + PERMIT) == ("a", True, True)

    # ------------------------------------------------------------ processes that share a breaker

    async def test_a_breaker_that_one_opened_is_open_for_the_other_with_its_next_refresh(self, pair: Pair) -> None:
        await pair.a.fail()
        assert await pair.b.call() == "done"
        await pair.refresh()
        assert (await pair.b.is_refused(), pair.b.state, pair.b.asked) == (True, BreakerState.OPEN, 1)

    async def test_half_open_there_is_one_probe_among_all(self, pair: Pair) -> None:
        await pair.open()
        pair.cool_down()
        pair.a.answering, pair.b.answering = anyio.Event(), anyio.Event()
        refused: list[bool] = []

        async def try_it(process: Process) -> None:
            try:
                await process.call()
            except BreakerOpen:
                refused.append(True)

        async with anyio.create_task_group() as group:
            for process in (pair.a, pair.b):
                for _ in range(3):
                    group.start_soon(try_it, process)
            with anyio.fail_after(20):
                while len(refused) < 5:  # noqa: ASYNC110 - five tasks say so, each for itself
                    await anyio.sleep(0.001)
            asked = pair.a.asked + pair.b.asked
            await pair.refresh()
            assert await (pair.b if pair.a.under_way.is_set() else pair.a).is_refused()
            pair.a.answering.set()
            pair.b.answering.set()
        # Two failures have opened it.
        assert asked == 3

    async def test_a_probe_that_succeeds_closes_it_for_all(self, pair: Pair) -> None:
        await pair.open()
        pair.cool_down()
        assert await pair.b.call() == "done"
        await pair.b.breakers.refresh()
        await pair.refresh()
        assert (pair.a.state, pair.b.state) == (BreakerState.CLOSED, BreakerState.CLOSED)
        assert await pair.a.call() == "done"

    async def test_a_probe_that_fails_opens_it_for_all_anew(self, pair: Pair) -> None:
        await pair.open()
        pair.cool_down()
        await pair.b.fail(1)
        await pair.b.breakers.refresh()
        await pair.refresh()
        assert (await pair.a.is_refused(), await pair.b.is_refused()) == (True, True)
        pair.cool_down()
        assert await pair.a.call() == "done"

    async def test_a_probe_that_was_cancelled_leaves_its_permit_to_others(self, pair: Pair) -> None:
        await pair.open()
        pair.cool_down()
        pair.a.answering = anyio.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(pair.a.call)
            await pair.a.under_way.wait()
            await pair.b.breakers.refresh()
            assert await pair.b.is_refused()
            group.cancel_scope.cancel()
        await pair.refresh()
        assert await pair.b.call() == "done"

    async def test_the_permit_of_a_prober_that_died_ends(self, pair: Pair, pass_time: PassTime) -> None:
        await pair.open()
        pair.cool_down()
        (opened,) = await pair.a.store.read((PART,))
        dead = evolve(opened, state=BreakerState.HALF_OPEN, version=opened.version + 1, prober="dead", permit=PERMIT)
        assert await pair.a.store.change(PART, dead)
        await pair.refresh()
        assert (await pair.a.is_refused(), await pair.b.is_refused()) == (True, True)
        await pass_time(PERMIT)
        await pair.refresh()
        assert await pair.b.call() == "done"
        await pair.b.breakers.refresh()
        await pair.a.breakers.refresh()
        assert pair.a.state is BreakerState.CLOSED

    async def test_a_probe_longer_than_its_permit_says_nothing_any_more(self, pair: Pair, pass_time: PassTime) -> None:
        await pair.open()
        pair.cool_down()
        pair.a.answering = anyio.Event()
        async with anyio.create_task_group() as group:

            async def late() -> None:
                with pytest.raises(Unavailable):
                    await pair.a.call(Unavailable())

            group.start_soon(late)
            await pair.a.under_way.wait()
            await pass_time(PERMIT)
            await pair.b.breakers.refresh()
            assert await pair.b.call() == "done"
            await pair.b.breakers.refresh()
            pair.a.answering.set()
        assert pair.a.state is BreakerState.OPEN
        await pair.refresh()
        assert (pair.a.state, pair.b.state) == (BreakerState.CLOSED, BreakerState.CLOSED)
