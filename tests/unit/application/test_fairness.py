"""A flooded hotel's work does not make others wait for it, and no place stays empty."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.fairness import FairShare, share_of
from hotel_agent.domain.ids import ConversationId, TenantId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.journal import Claim
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import message, session
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio

BIG, SMALL, THIRD = TenantId("big"), TenantId("small"), TenantId("third")
WIDTH = 20
LEASE = timedelta(minutes=5)


@define
class House:
    """A worker of `WIDTH` places over a journal; places are free again when the test says so."""

    clock: ManualClock = field(factory=ManualClock)
    store: MemoryStore = field(init=False)
    fair: FairShare[Claim] = field(init=False)
    in_hand: list[Claim] = field(factory=list)
    numbers: Counter[TenantId] = field(factory=Counter)
    looks: int = 0

    def __attrs_post_init__(self) -> None:
        self.store = MemoryStore.of(clock=self.clock, ids=CountingIds("fair"))
        self.fair = FairShare(WIDTH, self._claim, lambda claim: claim.tenant)

    async def _claim(self, limit: int, passing: Collection[TenantId]) -> tuple[Claim, ...]:
        self.looks += 1
        return await self.store.journal.claim("w", limit, LEASE, passing=passing)

    async def arrive(self, tenant: TenantId, many: int) -> None:
        for _ in range(many):
            self.numbers[tenant] += 1
            name = f"{tenant}-{self.numbers[tenant]:04}"
            await self.store.journal.append(
                message(name, tenant=tenant, conversation=ConversationId(name), at=self.clock.now())
            )
            self.clock.advance(timedelta(milliseconds=1))

    async def claim(self) -> None:
        held = Counter(claim.tenant for claim in self.in_hand)
        await self.fair.claim(WIDTH - len(self.in_hand), held, self.in_hand.append)

    async def finish(self, many: int = 1) -> None:
        """End the *many* turns that began first."""
        for claim in self.in_hand[:many]:
            await self.store.journal.commit(claim, Turn(event=claim.events[0], session=session(claim.conversation)))
        del self.in_hand[:many]

    def held(self, tenant: TenantId) -> int:
        return [claim.tenant for claim in self.in_hand].count(tenant)


def test_share_is_a_fifth_and_one_at_least() -> None:
    assert [share_of(width) for width in (1, 4, 16, 64)] == [1, 1, 3, 12]


async def test_hotel_that_is_alone_with_its_work_gets_all_places() -> None:
    house = House()
    await house.arrive(BIG, 50)
    await house.claim()
    assert house.held(BIG) == WIDTH


async def test_small_hotel_is_served_before_the_flood_that_came_before_it() -> None:
    house = House()
    await house.arrive(BIG, 500)
    await house.arrive(SMALL, 3)
    await house.claim()
    assert (house.held(SMALL), house.held(BIG)) == (3, WIDTH - 3)


async def test_small_hotel_that_comes_while_all_places_are_taken_gets_the_next_ones() -> None:
    house = House()
    await house.arrive(BIG, 500)
    await house.claim()
    await house.arrive(SMALL, 3)
    for expected in (1, 2, 3):
        await house.finish()
        await house.claim()
        assert (house.held(SMALL), len(house.in_hand)) == (expected, WIDTH)


async def test_small_hotel_waits_as_long_as_it_would_without_the_flood() -> None:
    """Counted in turns that end before one of its messages is begun: one, however many of the other hotel's wait."""
    for flood in (0, 100, 1000):
        house, waits = House(), []
        await house.arrive(BIG, flood)
        await house.claim()
        for _ in range(10):
            await house.arrive(SMALL, 1)
            turns = 0
            await house.claim()
            while not house.held(SMALL):
                turns += 1
                await house.finish()
                await house.claim()
            waits.append(turns)
            house.in_hand.sort(key=lambda claim: claim.tenant != SMALL)
            await house.finish()
            await house.arrive(BIG, 1 if flood else 0)
            await house.claim()
        assert max(waits) <= (1 if flood else 0)


async def test_flooded_hotels_share_the_places_evenly() -> None:
    house = House()
    for tenant in (BIG, SMALL, THIRD):
        await house.arrive(tenant, 100)
    await house.claim()
    assert sorted(house.held(tenant) for tenant in (BIG, SMALL, THIRD)) == [6, 7, 7]
    for _ in range(40):
        await house.finish(3)
        await house.claim()
    assert max(house.held(tenant) for tenant in (BIG, SMALL, THIRD)) <= 8


async def test_hotel_with_more_than_its_share_gives_way_until_all_are_even() -> None:
    house = House()
    await house.arrive(BIG, 500)
    await house.claim()
    await house.arrive(SMALL, 500)
    for _ in range(WIDTH):
        await house.finish()
        await house.claim()
    assert (house.held(BIG), house.held(SMALL)) == (WIDTH // 2, WIDTH // 2)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=7), st.lists(st.integers(1, 20), max_size=8))
async def test_beyond_a_fifth_nobody_gets_more_than_one_place_more_than_any_who_waits(
    floods: list[int], ends: list[int]
) -> None:
    house = House()
    tenants = [TenantId(f"t{n}") for n in range(len(floods))]
    for tenant, many in zip(tenants, floods, strict=True):
        await house.arrive(tenant, many)
    for many in (0, *ends):
        await house.finish(many)
        before = Counter(claim.tenant for claim in house.in_hand)
        await house.claim()
        waiting = {claim.tenant for claim in await house.store.journal.claim("other", 1000, timedelta())}
        for tenant in tenants:
            least = min((house.held(other) for other in waiting - {tenant}), default=WIDTH)
            assert house.held(tenant) <= max(share_of(WIDTH), before[tenant], least + 1)
        assert len(house.in_hand) == WIDTH or not waiting


async def test_one_look_is_enough_where_nobody_floods() -> None:
    house = House()
    await house.arrive(BIG, 2)
    await house.arrive(SMALL, 1)
    await house.claim()
    assert (house.looks, len(house.in_hand)) == (1, 3)
