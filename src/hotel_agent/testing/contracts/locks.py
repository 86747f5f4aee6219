"""What every `LockStore` does."""

from abc import abstractmethod
from datetime import timedelta

import anyio
import pytest
from attrs import evolve

from hotel_agent.domain.errors import AlreadyLocked, LockLost
from hotel_agent.domain.ids import LockId, OwnerId, RoomId, TenantId
from hotel_agent.domain.locks import LockAct, LockClaim, ReservationLock
from hotel_agent.domain.stays import Stay
from hotel_agent.ports.locks import LockStore
from hotel_agent.testing.contracts.passing_time import PassTime
from hotel_agent.testing.examples import STAY, TENANT, lock_claim

_LONG = timedelta(minutes=20)
ANA, BEN, EVA = OwnerId("ana"), OwnerId("ben"), OwnerId("eva")


async def race(
    store: LockStore, claim: LockClaim, contenders: int, ttl: timedelta = _LONG, owners: str = "owner"
) -> list[ReservationLock]:
    """Let *contenders* of different owners, named after *owners*, claim the same at the same time; answer the locks granted."""
    won: list[ReservationLock] = []

    async def contend(owner: OwnerId) -> None:
        try:
            won.append(await store.acquire(claim, owner, ttl))
        except AlreadyLocked:
            return

    async with anyio.create_task_group() as tasks:
        for n in range(contenders):
            tasks.start_soon(contend, OwnerId(f"{owners}-{n}"))
    return won


class LockStoreContract:
    """
    Subclasses provide the fixtures `store`, and `pass_time`, which lets time pass by the store's clock.

    `ttl` may be set shorter where time really has to be waited for.
    """

    ttl = timedelta(minutes=20)

    @pytest.fixture
    @abstractmethod
    def store(self) -> LockStore: ...

    @pytest.fixture
    @abstractmethod
    def pass_time(self) -> PassTime: ...

    async def test_first_free_candidates_are_locked(self, store: LockStore) -> None:
        await store.acquire(lock_claim("201"), BEN, _LONG)
        lock = await store.acquire(lock_claim("201", "202", "203", "204", count=2), ANA, _LONG)
        assert (RoomId("202"), RoomId("203")) == lock.rooms
        assert lock == await store.get(lock.id)

    async def test_lock_that_is_not_whole_is_not_granted(self, store: LockStore) -> None:
        await store.acquire(lock_claim("201"), BEN, _LONG)
        with pytest.raises(AlreadyLocked):
            await store.acquire(lock_claim("201", "202", count=2), ANA, _LONG)
        assert [lock.owner for lock in await store.standing(TENANT)] == [BEN]

    @pytest.mark.parametrize("nights", [(1, 3), (3, 4), (3, 9), (1, 9), (2, 4)])
    async def test_overlapping_nights_conflict(self, store: LockStore, nights: tuple[int, int]) -> None:
        await store.acquire(lock_claim("201", nights=(2, 4)), ANA, _LONG)
        with pytest.raises(AlreadyLocked):
            await store.acquire(lock_claim("201", nights=nights), BEN, _LONG)

    @pytest.mark.parametrize("nights", [(1, 2), (4, 5)])
    async def test_back_to_back_stays_do_not_conflict(self, store: LockStore, nights: tuple[int, int]) -> None:
        await store.acquire(lock_claim("201", nights=(2, 4)), ANA, _LONG)
        assert (await store.acquire(lock_claim("201", nights=nights), BEN, _LONG)).owner == BEN

    async def test_tenants_do_not_meet(self, store: LockStore) -> None:
        ours = await store.acquire(lock_claim("201"), ANA, _LONG)
        theirs = await store.acquire(lock_claim("201", tenant=TenantId("mar")), ANA, _LONG)
        assert (ours,) == await store.standing(TENANT)
        assert (theirs,) == await store.standing(TenantId("mar"))
        assert [entry.act for entry in await store.trail(TENANT)] == [LockAct.ACQUIRE]

    async def test_repeated_claim_answers_the_same_lock(self, store: LockStore, pass_time: PassTime) -> None:
        first = await store.acquire(lock_claim("201", "202"), ANA, _LONG)
        await pass_time(self.ttl / 4)
        assert first == await store.acquire(lock_claim("201", "202"), ANA, _LONG)
        assert first == await store.acquire(lock_claim("202", "201"), ANA, _LONG)
        assert (first,) == await store.standing(TENANT)

    async def test_repeated_claim_answers_the_lock_as_it_is_now(self, store: LockStore) -> None:
        first = await store.acquire(lock_claim("201"), ANA, _LONG)
        held = await store.hold(first.id, ANA)
        assert held == await store.acquire(lock_claim("201"), ANA, _LONG)

    @pytest.mark.parametrize(
        "claim",
        [
            lock_claim("201", "202", nights=(2, 5)),
            lock_claim("201", "202", count=2),
            lock_claim("301", "302"),
        ],
        ids=["another stay", "another count", "other rooms"],
    )
    async def test_another_claim_of_an_owner_replaces_the_lock(self, store: LockStore, claim: LockClaim) -> None:
        first = await store.acquire(lock_claim("201", "202"), ANA, _LONG)
        second = await store.acquire(claim, ANA, _LONG)
        assert set(second.rooms) <= set(claim.candidates)
        assert (second,) == await store.standing(TENANT)
        assert None is await store.get(first.id)
        assert [entry.act for entry in await store.trail(TENANT)] == [LockAct.ACQUIRE, LockAct.RELEASE, LockAct.ACQUIRE]

    async def test_refused_change_keeps_the_lock_there_is(self, store: LockStore) -> None:
        kept = await store.acquire(lock_claim("201"), ANA, _LONG)
        await store.acquire(lock_claim("202"), BEN, _LONG)
        with pytest.raises(AlreadyLocked):
            await store.acquire(lock_claim("202"), ANA, _LONG)
        assert kept == await store.get(kept.id)

    async def test_held_lock_is_not_replaced_and_stands_in_the_way(self, store: LockStore) -> None:
        first = await store.acquire(lock_claim("201"), ANA, _LONG)
        held = await store.hold(first.id, ANA)
        second = await store.acquire(lock_claim("201", "202", nights=(3, 6)), ANA, _LONG)
        assert (RoomId("202"),) == second.rooms
        assert (held, second) == await store.standing(TENANT)

    async def test_fence_rises_with_every_grant(self, store: LockStore) -> None:
        first = await store.acquire(lock_claim("201"), ANA, _LONG)
        await store.release(first.id, ANA)
        second = await store.acquire(lock_claim("201"), BEN, _LONG)
        third = await store.acquire(lock_claim("301"), EVA, _LONG)
        assert first.fence < second.fence < third.fence
        assert len({first.id, second.id, third.id}) == 3

    async def test_lock_is_extended_twice_and_no_more(self, store: LockStore) -> None:
        lock = await store.acquire(lock_claim("201"), ANA, _LONG)
        assert lock.expires_at
        longer = await store.extend(lock.id, ANA, _LONG / 2)
        assert (lock.expires_at + _LONG / 2, 1) == (longer.expires_at, longer.extensions)
        longest = await store.extend(lock.id, ANA, _LONG / 2)
        assert (lock.expires_at + _LONG, 2) == (longest.expires_at, longest.extensions)
        with pytest.raises(LockLost):
            await store.extend(lock.id, ANA, _LONG / 2)
        assert longest == await store.get(lock.id)

    async def test_extended_lock_still_blocks_past_its_first_end(self, store: LockStore, pass_time: PassTime) -> None:
        lock = await store.acquire(lock_claim("201"), ANA, self.ttl)
        await store.extend(lock.id, ANA, _LONG)
        await pass_time(self.ttl)
        with pytest.raises(AlreadyLocked):
            await store.acquire(lock_claim("201"), BEN, self.ttl)

    async def test_held_lock_does_not_expire(self, store: LockStore, pass_time: PassTime) -> None:
        lock = await store.acquire(lock_claim("201"), ANA, self.ttl)
        held = await store.hold(lock.id, ANA)
        assert evolve(lock, expires_at=None) == held
        assert held == await store.hold(lock.id, ANA)
        await pass_time(self.ttl * 2)
        assert held == await store.get(lock.id)
        with pytest.raises(AlreadyLocked):
            await store.acquire(lock_claim("201"), BEN, self.ttl)
        assert [entry.act for entry in await store.trail(TENANT)] == [LockAct.ACQUIRE, LockAct.HOLD, LockAct.CONFLICT]

    async def test_held_lock_is_not_extended(self, store: LockStore) -> None:
        lock = await store.acquire(lock_claim("201"), ANA, _LONG)
        held = await store.hold(lock.id, ANA)
        assert held == await store.extend(lock.id, ANA, _LONG)

    async def test_count_is_of_the_locks_of_all_hotels_that_exist_now(self, store: LockStore, pass_time: PassTime) -> None:
        assert await store.count() == 0
        held = await store.acquire(lock_claim("201"), ANA, _LONG)
        await store.hold(held.id, ANA)
        await store.acquire(lock_claim("201", tenant=TenantId("mar")), ANA, _LONG * 2)
        assert await store.count() == 2
        await store.acquire(lock_claim("202"), BEN, self.ttl)
        await pass_time(self.ttl)
        assert await store.count() == 2

    async def test_expired_lock_does_not_exist(self, store: LockStore, pass_time: PassTime) -> None:
        lock = await store.acquire(lock_claim("201"), ANA, self.ttl)
        await pass_time(self.ttl)
        assert None is await store.get(lock.id)
        assert await store.standing(TENANT) == ()
        with pytest.raises(LockLost):
            await store.hold(lock.id, ANA)
        with pytest.raises(LockLost):
            await store.extend(lock.id, ANA, self.ttl)
        assert (await store.acquire(lock_claim("201"), BEN, self.ttl)).owner == BEN

    async def test_only_the_owner_changes_a_lock(self, store: LockStore) -> None:
        lock = await store.acquire(lock_claim("201"), ANA, _LONG)
        with pytest.raises(LockLost):
            await store.extend(lock.id, BEN, _LONG)
        with pytest.raises(LockLost):
            await store.hold(lock.id, BEN)
        await store.release(lock.id, BEN)
        assert lock == await store.get(lock.id)

    async def test_unknown_lock_is_lost(self, store: LockStore) -> None:
        nowhere = LockId("nowhere")
        with pytest.raises(LockLost):
            await store.hold(nowhere, ANA)
        with pytest.raises(LockLost):
            await store.extend(nowhere, ANA, _LONG)
        await store.release(nowhere, ANA)
        assert None is await store.get(nowhere)

    async def test_release_is_safe_to_repeat(self, store: LockStore) -> None:
        lock = await store.acquire(lock_claim("201"), ANA, _LONG)
        await store.release(lock.id, ANA)
        await store.release(lock.id, ANA)
        assert None is await store.get(lock.id)
        assert [entry.act for entry in await store.trail(TENANT)] == [LockAct.ACQUIRE, LockAct.RELEASE]

    async def test_standing_locks_are_found_by_night(self, store: LockStore) -> None:
        early = await store.acquire(lock_claim("201", nights=(2, 4)), ANA, _LONG)
        late = await store.acquire(lock_claim("201", nights=(4, 6)), BEN, _LONG)
        assert (early, late) == await store.standing(TENANT)
        assert (early,) == await store.standing(TENANT, STAY)
        assert (late,) == await store.standing(TENANT, Stay(STAY.departure, late.stay.departure))

    async def test_trail_says_who_did_what_to_which_rooms(self, store: LockStore, pass_time: PassTime) -> None:
        lock = await store.acquire(lock_claim("201", "202", count=2), ANA, self.ttl)
        with pytest.raises(AlreadyLocked):
            await store.acquire(lock_claim("202"), BEN, self.ttl)
        await store.extend(lock.id, ANA, self.ttl)
        await pass_time(self.ttl * 2)
        acquired, conflict, extended, expired = await store.trail(TENANT)
        assert (LockAct.ACQUIRE, lock.rooms, STAY, ANA, lock.id) == (
            acquired.act,
            acquired.rooms,
            acquired.stay,
            acquired.owner,
            acquired.lock,
        )
        assert (LockAct.CONFLICT, (RoomId("202"),), BEN, None) == (conflict.act, conflict.rooms, conflict.owner, conflict.lock)
        assert (extended.act, expired.act) == (LockAct.EXTEND, LockAct.EXPIRE)
        assert lock.expires_at
        assert lock.expires_at + self.ttl == expired.at

    async def test_trail_is_read_by_room_and_by_time(self, store: LockStore, pass_time: PassTime) -> None:
        first = await store.acquire(lock_claim("201"), ANA, _LONG)
        await pass_time(self.ttl / 2)
        second = await store.acquire(lock_claim("202"), BEN, _LONG)
        assert [first.id] == [entry.lock for entry in await store.trail(TENANT, room=RoomId("201"))]
        everything = await store.trail(TENANT)
        assert [second.id] == [entry.lock for entry in await store.trail(TENANT, since=everything[1].at)]
        assert everything[-1:] == await store.trail(TENANT, limit=1)
        assert everything[-1:] == await store.trail(TENANT, since=everything[0].at, limit=1)
        await store.release(first.id, ANA)
        assert [entry.act for entry in await store.trail(TENANT, room=RoomId("201"), limit=1)] == [LockAct.RELEASE]
        assert await store.trail(TENANT, limit=0) == ()
        assert await store.trail(TENANT, room=RoomId("203")) == ()

    @pytest.mark.parametrize("contenders", [10, 1000])
    async def test_race_has_one_winner(self, store: LockStore, contenders: int) -> None:
        won = await race(store, lock_claim("201"), contenders)
        assert len(won) == 1
        assert tuple(won) == await store.standing(TENANT)

    async def test_race_for_several_rooms_sells_each_once(self, store: LockStore) -> None:
        won = await race(store, lock_claim("201", "202", "203", "204", "205", count=2), 20)
        assert len(won) == 2
        assert len({room for lock in won for room in lock.rooms}) == 4

    async def test_racing_repeats_of_one_owner_get_one_lock(self, store: LockStore) -> None:
        got: list[ReservationLock] = []

        async def claim() -> None:
            got.append(await store.acquire(lock_claim("201", "202", "203"), ANA, _LONG))

        async with anyio.create_task_group() as tasks:
            for _ in range(10):
                tasks.start_soon(claim)
        assert len(set(got)) == 1
        assert (got[0],) == await store.standing(TENANT)

    async def test_cancelled_call_leaves_the_store_usable(self, store: LockStore) -> None:
        async with anyio.create_task_group() as tasks:
            for n in range(20):
                tasks.start_soon(store.acquire, lock_claim(f"2{n:02}"), OwnerId(f"owner-{n}"), _LONG)
            await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()
        standing = await store.standing(TENANT)
        # Each was granted whole or not at all, and an owner who lost the answer gets it by repeating.
        for n in range(20):
            owner = OwnerId(f"owner-{n}")
            before = [lock for lock in standing if lock.owner == owner]
            again = await store.acquire(lock_claim(f"2{n:02}"), owner, _LONG)
            assert before in ([], [again])
        assert len(await store.standing(TENANT)) == 20
