"""Locks against a tiny model: who holds which room on which night, and until when."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio.from_thread
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from tests.unit.machines import machine_settings

from hotel_agent.adapters.memory.locks import MemoryLocks
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.domain.errors import AlreadyLocked, LockLost
from hotel_agent.domain.ids import LockId, OwnerId, RoomId, TenantId
from hotel_agent.domain.locks import LockAct, LockClaim, ReservationLock
from hotel_agent.domain.stays import Stay
from hotel_agent.ports.locks import LockStore
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.ids import CountingIds

TENANTS = (TenantId("sol"), TenantId("mar"))
OWNERS = tuple(OwnerId(name) for name in ("ana", "ben", "eva", "joe"))
ROOMS = tuple(RoomId(name) for name in ("201", "202", "203"))
TTL = timedelta(minutes=20)
BY = timedelta(minutes=10)

claims = st.builds(
    lambda tenant, rooms, first, nights, count: LockClaim(
        tenant=tenant,
        candidates=tuple(rooms),
        stay=Stay(date(2031, 5, first), date(2031, 5, first + nights)),
        count=min(count, len(rooms)),
    ),
    st.sampled_from(TENANTS),
    st.lists(st.sampled_from(ROOMS), min_size=1, max_size=3, unique=True),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(1, 2),
)


class LockMachine(RuleBasedStateMachine):
    """Knows only what it was told: the locks granted and what became of them."""

    locks: Bundle[LockId] = Bundle("locks")

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.known: dict[LockId, ReservationLock] = {}
        self.ever: set[LockId] = set()
        self.fence = 0
        self.portal_maker = anyio.from_thread.start_blocking_portal()
        self.portal = self.portal_maker.__enter__()

    def open(self) -> LockStore:
        return MemoryLocks(self.clock, CountingIds())

    @initialize()
    def begin(self) -> None:
        self.store = self.open()

    def teardown(self) -> None:
        self.portal_maker.__exit__(None, None, None)

    def call(self, method: str, *arguments: object) -> Any:
        return self.portal.call(getattr(self.store, method), *arguments)

    def standing(self, tenant: TenantId) -> list[ReservationLock]:
        now = self.clock.now()
        return [lock for lock in self.known.values() if lock.tenant == tenant and lock.exists(now)]

    @rule(target=locks, claim=claims, owner=st.sampled_from(OWNERS))
    def acquire(self, claim: LockClaim, owner: OwnerId) -> LockId:
        before = self.standing(claim.tenant)
        mine = [lock for lock in before if lock.owner == owner]
        in_the_way = [lock for lock in before if lock.owner != owner or lock.expires_at is None]
        free = [room for room in claim.candidates if not any(lock.blocks(room, claim.stay) for lock in in_the_way)]
        try:
            lock = self.call("acquire", claim, owner, TTL)
        except AlreadyLocked:
            assert len(free) < claim.count
            return LockId("none")
        assert (claim.stay, claim.count, owner) == (lock.stay, len(lock.rooms), lock.owner)
        if lock.id in self.known:
            assert lock == self.known[lock.id]
            return lock.id  # type: ignore[no-any-return]  # hypothesis bundles have no types
        assert tuple(free[: claim.count]) == lock.rooms
        assert self.clock.now() + TTL == lock.expires_at
        assert lock.id not in self.ever
        assert self.fence < lock.fence
        self.fence = lock.fence
        for replaced in mine:
            if replaced.expires_at is not None:
                del self.known[replaced.id]
        self.known[lock.id] = lock
        self.ever.add(lock.id)
        return lock.id  # type: ignore[no-any-return]  # the same

    @rule(lock=locks, owner=st.sampled_from(OWNERS))
    def extend(self, lock: LockId, owner: OwnerId) -> None:
        before = self.known.get(lock)
        try:
            after = self.call("extend", lock, owner, BY)
        except LockLost:
            mine = before is not None and before.owner == owner and before.exists(self.clock.now())
            assert not mine or (before is not None and before.extensions == 2)
            return
        assert before
        assert before.owner == owner
        assert before.exists(self.clock.now())
        if before.expires_at is not None:
            assert (before.expires_at + BY, before.extensions + 1) == (after.expires_at, after.extensions)
            assert after.extensions <= 2
        self.known[lock] = after

    @rule(lock=locks, owner=st.sampled_from(OWNERS))
    def hold(self, lock: LockId, owner: OwnerId) -> None:
        before = self.known.get(lock)
        mine = before is not None and before.owner == owner and before.exists(self.clock.now())
        try:
            self.known[lock] = self.call("hold", lock, owner)
        except LockLost:
            assert not mine
        else:
            assert mine
            assert None is self.known[lock].expires_at

    @rule(lock=locks, owner=st.sampled_from(OWNERS))
    def release(self, lock: LockId, owner: OwnerId) -> None:
        self.call("release", lock, owner)
        if lock in self.known and self.known[lock].owner == owner:
            del self.known[lock]

    @rule(lock=consumes(locks))
    def release_by_its_owner(self, lock: LockId) -> None:
        if lock in self.known:
            self.release(lock, self.known[lock].owner)

    @rule(minutes=st.integers(1, 25))
    def wait(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    @invariant()
    def store_and_model_agree(self) -> None:
        for tenant in TENANTS:
            expected = sorted(self.standing(tenant), key=lambda lock: lock.fence)
            assert tuple(expected) == self.call("standing", tenant)

    @invariant()
    def no_room_is_locked_twice_on_a_night(self) -> None:
        for tenant in TENANTS:
            nights = [
                (room, night)
                for lock in self.call("standing", tenant)
                for room in lock.rooms
                for night in lock.stay.each_night()
            ]
            assert len(nights) == len(set(nights))

    @invariant()
    def every_lock_that_began_ends_once_or_stands(self) -> None:
        for tenant in TENANTS:
            trail = self.call("trail", tenant)
            begun = [entry.lock for entry in trail if entry.act is LockAct.ACQUIRE]
            ended = [entry.lock for entry in trail if entry.act in {LockAct.RELEASE, LockAct.EXPIRE}]
            assert len(set(begun)) == len(begun)
            assert len(set(ended)) == len(ended)
            assert {lock.id for lock in self.standing(tenant)} == set(begun) - set(ended)


class SqliteLockMachine(LockMachine):
    def open(self) -> LockStore:
        self.folder = TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name)}/store.db"
        self.opened = self.portal.wrap_async_context_manager(
            open_sql_store(url, clock=self.clock, ids=CountingIds(), call_s=PATIENCE_S)
        )
        return self.opened.__enter__().locks

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)
            self.folder.cleanup()
        super().teardown()


@pytest.mark.parametrize("machine", [LockMachine, SqliteLockMachine], ids=["memory", "sqlite"])
def test_locks_keep_to_the_model(machine: type[LockMachine]) -> None:
    case = machine.TestCase
    case.settings = machine_settings(30, 25)
    case().runTest()
