"""The writer lease as a context: taken, renewed, given up; its errors are those of the work inside."""

from datetime import timedelta

import anyio
import pytest

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.leasing import writing
from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.ids import TenantId
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.virtual_time import LoopClock

HOTEL = TenantId("sol")
TTL, PATIENCE = timedelta(seconds=45), timedelta(seconds=20)


pytestmark = pytest.mark.anyio


def store_on(clock: LoopClock) -> MemoryStore:
    return MemoryStore.of(clock=clock, ids=CountingIds())


async def test_work_longer_than_the_lease_keeps_it() -> None:
    leases = store_on(LoopClock()).leases
    async with writing(leases, HOTEL, "one", ttl=TTL, patience=PATIENCE):
        await anyio.sleep(3 * TTL.total_seconds())
        assert await leases.take(HOTEL, "two", TTL) is None
    assert await leases.take(HOTEL, "two", TTL) is not None


async def test_an_error_inside_comes_out_as_it_is_and_the_lease_is_given_up() -> None:
    leases = store_on(LoopClock()).leases
    with pytest.raises(Rejected):
        async with writing(leases, HOTEL, "one", ttl=TTL, patience=PATIENCE):
            raise Rejected(Rejection.SOLD_OUT)
    assert await leases.take(HOTEL, "two", TTL) is not None


async def test_whoever_waits_in_vain_goes_on_without_it() -> None:
    leases = store_on(LoopClock()).leases
    async with writing(leases, HOTEL, "one", ttl=TTL, patience=PATIENCE):
        began = anyio.current_time()
        async with writing(leases, HOTEL, "two", ttl=TTL, patience=PATIENCE):
            assert anyio.current_time() - began >= PATIENCE.total_seconds()
