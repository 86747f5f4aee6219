"""What every `WriterLease` does."""

from abc import abstractmethod
from datetime import timedelta

import anyio
import pytest

from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.locks import Lease, WriterLease
from hotel_agent.testing.contracts.passing_time import PassTime
from hotel_agent.testing.examples import TENANT

_LONG = timedelta(hours=1)


class WriterLeaseContract:
    """Subclasses provide the fixtures `leases`, and `pass_time`, which lets time pass by the store's clock."""

    ttl = timedelta(seconds=45)

    @pytest.fixture
    @abstractmethod
    def leases(self) -> WriterLease: ...

    @pytest.fixture
    @abstractmethod
    def pass_time(self) -> PassTime: ...

    async def test_one_owner_at_a_time(self, leases: WriterLease) -> None:
        mine = await leases.take(TENANT, "a", _LONG)
        assert mine
        assert (mine.tenant, mine.owner, mine.fence) == (TENANT, "a", 1)
        assert None is await leases.take(TENANT, "b", _LONG)

    async def test_hotels_do_not_wait_for_each_other(self, leases: WriterLease) -> None:
        assert await leases.take(TENANT, "a", _LONG)
        assert await leases.take(TenantId("mar"), "b", _LONG)

    async def test_owner_takes_it_anew_with_the_same_fence(self, leases: WriterLease, pass_time: PassTime) -> None:
        first = await leases.take(TENANT, "a", _LONG)
        await pass_time(self.ttl / 2)
        renewed = await leases.take(TENANT, "a", _LONG)
        assert first
        assert renewed
        assert (first.fence, True) == (renewed.fence, renewed.expires_at > first.expires_at)

    async def test_lease_lapses(self, leases: WriterLease, pass_time: PassTime) -> None:
        first = await leases.take(TENANT, "a", self.ttl)
        await pass_time(self.ttl)
        second = await leases.take(TENANT, "b", self.ttl)
        assert first
        assert second
        assert first.fence < second.fence

    async def test_lapsed_lease_is_granted_to_its_owner_under_a_new_fence(
        self, leases: WriterLease, pass_time: PassTime
    ) -> None:
        first = await leases.take(TENANT, "a", self.ttl)
        await pass_time(self.ttl)
        second = await leases.take(TENANT, "a", self.ttl)
        assert first
        assert second
        assert first.fence < second.fence

    async def test_given_up_lease_is_free_at_once(self, leases: WriterLease) -> None:
        first = await leases.take(TENANT, "a", _LONG)
        assert first
        await leases.give_up(first)
        await leases.give_up(first)
        second = await leases.take(TENANT, "b", _LONG)
        assert second
        assert first.fence < second.fence

    async def test_late_giving_up_does_not_end_a_later_lease(self, leases: WriterLease, pass_time: PassTime) -> None:
        first = await leases.take(TENANT, "a", self.ttl)
        assert first
        await pass_time(self.ttl)
        assert await leases.take(TENANT, "a", _LONG)
        await leases.give_up(first)
        assert None is await leases.take(TENANT, "b", _LONG)

    async def test_race_has_one_winner(self, leases: WriterLease) -> None:
        got: list[Lease | None] = []

        async def take(owner: str) -> None:
            got.append(await leases.take(TENANT, owner, _LONG))

        async with anyio.create_task_group() as tasks:
            for n in range(10):
                tasks.start_soon(take, f"worker-{n}")
        assert sum(lease is not None for lease in got) == 1
