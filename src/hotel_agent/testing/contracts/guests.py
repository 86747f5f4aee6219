"""What every `GuestNames` and every `RateLimiter` does."""

from abc import ABC, abstractmethod
from datetime import timedelta

import anyio
import pytest

from hotel_agent.domain.delivery import Pace
from hotel_agent.domain.ids import ConversationId
from hotel_agent.ports.guests import GuestNames
from hotel_agent.ports.limits import RateLimiter
from hotel_agent.testing.contracts.passing_time import PassTime

ONE, OTHER = ConversationId("c-1"), ConversationId("c-2")
NEVER = timedelta()


class GuestNamesContract(ABC):
    """Subclasses provide `names`."""

    @pytest.fixture
    @abstractmethod
    def names(self) -> GuestNames: ...

    async def test_name_is_nobodys_until_it_is_given(self, names: GuestNames) -> None:
        assert await names.known("a") is None
        assert await names.give("a", ONE) == ONE
        assert await names.known("a") == ONE
        assert await names.known("b") is None

    async def test_first_to_be_given_a_name_keeps_it(self, names: GuestNames) -> None:
        await names.give("a", ONE)
        assert await names.give("a", OTHER) == ONE
        assert await names.give("a", ONE) == ONE
        assert await names.known("a") == ONE

    async def test_name_goes_over_only_from_whom_it_is_to_be_taken(self, names: GuestNames) -> None:
        await names.give("a", ONE)
        assert await names.give("a", OTHER, instead_of=ConversationId("c-3")) == ONE
        assert await names.give("a", OTHER, instead_of=ONE) == OTHER
        assert await names.give("a", OTHER, instead_of=ONE) == OTHER
        assert await names.known("a") == OTHER

    async def test_race_for_a_name_has_one_winner(self, names: GuestNames) -> None:
        told: list[ConversationId] = []

        async def give(number: int) -> None:
            told.append(await names.give("a", ConversationId(f"c-{number}")))

        async with anyio.create_task_group() as tasks:
            for number in range(20):
                tasks.start_soon(give, number)
        assert told == [await names.known("a")] * 20


class RateLimiterContract(ABC):
    """Subclasses provide `limiter` and `pass_time`. `pace.every` is long enough for a slow machine, `quick` is for waiting."""

    pace = Pace(every=timedelta(minutes=1), burst=3)
    quick = Pace(every=timedelta(seconds=1), burst=3)

    @pytest.fixture
    @abstractmethod
    def limiter(self) -> RateLimiter: ...

    @pytest.fixture
    @abstractmethod
    def pass_time(self) -> PassTime: ...

    async def test_burst_goes_at_once_and_the_next_waits(self, limiter: RateLimiter) -> None:
        patience = timedelta(minutes=5)
        waits = [await limiter.reserve("n", self.pace, patience) for _ in range(5)]
        assert waits[:3] == [NEVER] * 3
        assert timedelta(seconds=30) < waits[3] <= timedelta(seconds=60)
        assert timedelta(seconds=90) < waits[4] <= timedelta(seconds=120)

    async def test_use_that_would_wait_too_long_is_not_counted(self, limiter: RateLimiter) -> None:
        for _ in range(3):
            await limiter.reserve("n", self.pace, NEVER)
        refused = [await limiter.reserve("n", self.pace, NEVER) for _ in range(10)]
        assert all(timedelta(seconds=30) < wait <= timedelta(seconds=60) for wait in refused)

    async def test_time_gives_uses_back(self, limiter: RateLimiter, pass_time: PassTime) -> None:
        for _ in range(3):
            await limiter.reserve("n", self.quick, NEVER)
        await pass_time(self.quick.every)
        assert await limiter.reserve("n", self.quick, NEVER) == NEVER

    async def test_names_do_not_disturb_each_other(self, limiter: RateLimiter) -> None:
        for _ in range(3):
            await limiter.reserve("n", self.pace, NEVER)
        assert await limiter.reserve("m", self.pace, NEVER) == NEVER

    async def test_race_lets_just_the_burst_through(self, limiter: RateLimiter) -> None:
        waits: list[timedelta] = []

        async def reserve() -> None:
            waits.append(await limiter.reserve("n", self.pace, NEVER))

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(reserve)
        assert waits.count(NEVER) == 3
