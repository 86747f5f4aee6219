"""What every `Quotas` does."""

from abc import ABC, abstractmethod
from datetime import timedelta

import anyio
import pytest

from hotel_agent.domain.quotas import FINEST, Quota
from hotel_agent.ports.limits import Quotas
from hotel_agent.testing.contracts.passing_time import PassTime

FREE = timedelta()
LONG = timedelta(hours=1)
"""Longer than a test takes on the slowest machine."""


async def uses_granted(stores: list[Quotas], name: str, quota: Quota, times: int) -> int:
    """Ask each of *stores* so many *times* at once, and count what was granted."""
    granted = 0

    async def ask(store: Quotas) -> None:
        nonlocal granted
        if await store.use(name, quota) == FREE:
            granted += 1

    async with anyio.create_task_group() as tasks:
        for _ in range(times):
            for store in stores:
                tasks.start_soon(ask, store)
    return granted


class QuotasContract(ABC):
    """Subclasses provide `quotas`, `elsewhere` (the same store as another process sees it) and `pass_time`."""

    @pytest.fixture
    @abstractmethod
    def quotas(self) -> Quotas: ...

    @pytest.fixture
    @abstractmethod
    def elsewhere(self) -> Quotas: ...

    @pytest.fixture
    @abstractmethod
    def pass_time(self) -> PassTime: ...

    async def test_one_use_too_many_is_told_how_long_to_wait(self, quotas: Quotas) -> None:
        waits = [await quotas.use("n", Quota(3, LONG)) for _ in range(5)]
        assert waits[:3] == [FREE] * 3
        assert all(FREE < wait <= LONG for wait in waits[3:])

    async def test_names_do_not_count_for_each_other(self, quotas: Quotas) -> None:
        assert [await quotas.use(name, Quota(1, LONG)) == FREE for name in ("a", "b", "a")] == [True, True, False]

    async def test_time_gives_uses_back(self, quotas: Quotas, pass_time: PassTime) -> None:
        short = Quota(2, timedelta(milliseconds=200))
        for _ in range(3):
            await quotas.use("n", short)
        await pass_time(short.period)
        assert await quotas.use("n", short) == FREE

    async def test_wait_is_long_enough(self, quotas: Quotas, pass_time: PassTime) -> None:
        short = Quota(1, timedelta(milliseconds=200))
        await quotas.use("n", short)
        if wait := await quotas.use("n", short):
            await pass_time(wait)
            assert await quotas.use("n", short) == FREE

    async def test_race_grants_exactly_the_quota(self, quotas: Quotas) -> None:
        assert await uses_granted([quotas], "n", Quota(7, LONG), 40) == 7

    async def test_processes_together_are_granted_exactly_the_quota(self, quotas: Quotas, elsewhere: Quotas) -> None:
        assert await uses_granted([quotas, elsewhere], "n", Quota(25, LONG), 40) == 25
        assert await elsewhere.use("n", Quota(25, LONG)) > FREE

    async def test_large_quota_is_granted_to_the_last_use(self, quotas: Quotas, elsewhere: Quotas) -> None:
        large = Quota(FINEST + 60, LONG)
        assert await uses_granted([quotas, elsewhere], "n", large, FINEST) == large.count

    async def test_name_may_come_with_two_quotas_at_once(self, quotas: Quotas) -> None:
        waits: list[timedelta] = []

        async def ask(count: int) -> None:
            waits.append(await quotas.use("n", Quota(count, LONG)))

        async with anyio.create_task_group() as tasks:
            for number in range(10):
                tasks.start_soon(ask, 20 + number % 2)
        assert waits == [FREE] * 10

    async def test_caller_who_gives_up_does_not_take_others_along(self, quotas: Quotas) -> None:
        granted: list[timedelta] = []

        async def ask() -> None:
            granted.append(await quotas.use("n", Quota(40, LONG)))

        async with anyio.create_task_group() as tasks:
            with anyio.move_on_after(0):
                await quotas.use("n", Quota(40, LONG))
            for _ in range(5):
                tasks.start_soon(ask)
        assert granted == [FREE] * 5
