"""Reservation locks and writer leases that live as long as the process."""

from datetime import datetime, timedelta

from anyio.lowlevel import checkpoint
from attrs import define, evolve, field

from hotel_agent.adapters.memory.state import NEVER, newest
from hotel_agent.domain.errors import AlreadyLocked, InvalidValue, LockLost
from hotel_agent.domain.ids import LockId, OwnerId, RoomId, TenantId
from hotel_agent.domain.locks import LockAct, LockClaim, LockEntry, ReservationLock, choose_rooms
from hotel_agent.domain.stays import Stay
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.locks import Lease, LockStore, WriterLease


@define
class MemoryLocks(LockStore):
    _clock: Clock
    _ids: IdSource
    _locks: dict[LockId, ReservationLock] = field(factory=dict, init=False)
    _trail: list[LockEntry] = field(factory=list, init=False)
    _fence: int = field(default=0, init=False)
    _none_ends_before: datetime = field(default=NEVER, init=False)
    """No lock expires before: until then none need be looked for among them all."""

    async def acquire(self, claim: LockClaim, owner: OwnerId, ttl: timedelta) -> ReservationLock:
        await checkpoint()
        now = self._sweep()
        mine = [lock for lock in self._locks.values() if lock.tenant == claim.tenant and lock.owner == owner]
        for lock in mine:
            if claim.met_by(lock):
                return lock
        replaced = [lock for lock in mine if lock.expires_at is not None]
        others = [lock for lock in self._locks.values() if lock not in replaced]
        try:
            rooms = choose_rooms(claim, others, now)
        except AlreadyLocked:
            self._trail.append(
                LockEntry(
                    at=now,
                    act=LockAct.CONFLICT,
                    tenant=claim.tenant,
                    rooms=claim.candidates,
                    stay=claim.stay,
                    owner=owner,
                )
            )
            raise
        for lock in replaced:
            self._end(lock, LockAct.RELEASE, now)
        self._fence += 1
        return self._write(
            ReservationLock(
                id=LockId(self._ids.draw()),
                tenant=claim.tenant,
                rooms=rooms,
                stay=claim.stay,
                owner=owner,
                expires_at=now + ttl,
                fence=self._fence,
            ),
            LockAct.ACQUIRE,
            now,
        )

    async def extend(self, lock: LockId, owner: OwnerId, by: timedelta) -> ReservationLock:
        await checkpoint()
        now = self._sweep()
        known = self._owned(lock, owner)
        if known.expires_at is None:
            return known
        try:
            longer = known.extended_to(known.expires_at + by)
        except InvalidValue as exc:
            raise LockLost from exc
        return self._write(longer, LockAct.EXTEND, now)

    async def hold(self, lock: LockId, owner: OwnerId) -> ReservationLock:
        await checkpoint()
        now = self._sweep()
        known = self._owned(lock, owner)
        if known.expires_at is None:
            return known
        return self._write(evolve(known, expires_at=None), LockAct.HOLD, now)

    async def release(self, lock: LockId, owner: OwnerId) -> None:
        await checkpoint()
        now = self._sweep()
        known = self._locks.get(lock)
        if known and known.owner == owner:
            self._end(known, LockAct.RELEASE, now)

    async def get(self, lock: LockId) -> ReservationLock | None:
        await checkpoint()
        self._sweep()
        return self._locks.get(lock)

    async def standing(self, tenant: TenantId, stay: Stay | None = None) -> tuple[ReservationLock, ...]:
        await checkpoint()
        self._sweep()
        locks = [lock for lock in self._locks.values() if lock.tenant == tenant and (not stay or lock.stay.overlaps(stay))]
        return tuple(sorted(locks, key=lambda lock: lock.fence))

    async def count(self) -> int:
        await checkpoint()
        self._sweep()
        return len(self._locks)

    async def trail(
        self, tenant: TenantId, *, room: RoomId | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[LockEntry, ...]:
        await checkpoint()
        self._sweep()
        entries = [
            entry
            for entry in self._trail
            if entry.tenant == tenant and (room is None or room in entry.rooms) and (since is None or entry.at >= since)
        ]
        return newest(sorted(entries, key=lambda entry: entry.at), limit)

    async def purge_trail(self, age: timedelta, limit: int) -> int:
        """Forget those of the first *limit* entries that are older than *age*, and tell how many."""
        await checkpoint()
        first, before = self._trail[:limit], self._clock.now() - age
        young = [entry for entry in first if entry.at >= before]
        self._trail[:limit] = young
        return len(first) - len(young)

    def _sweep(self) -> datetime:
        """Enter what has expired, and tell the instant that was judged by."""
        now = self._clock.now()
        if now >= self._none_ends_before:
            for lock in [lock for lock in self._locks.values() if not lock.exists(now)]:
                self._end(lock, LockAct.EXPIRE, lock.expires_at or now)
            self._none_ends_before = min([lock.expires_at or NEVER for lock in self._locks.values()], default=NEVER)
        return now

    def _owned(self, lock: LockId, owner: OwnerId) -> ReservationLock:
        known = self._locks.get(lock)
        if known is None or known.owner != owner:
            raise LockLost
        return known

    def _write(self, lock: ReservationLock, act: LockAct, now: datetime) -> ReservationLock:
        self._locks[lock.id] = lock
        self._none_ends_before = min(self._none_ends_before, lock.expires_at or NEVER)
        self._trail.append(_entry(lock, act, now))
        return lock

    def _end(self, lock: ReservationLock, act: LockAct, at: datetime) -> None:
        del self._locks[lock.id]
        self._trail.append(_entry(lock, act, at))


def _entry(lock: ReservationLock, act: LockAct, at: datetime) -> LockEntry:
    return LockEntry(at=at, act=act, tenant=lock.tenant, rooms=lock.rooms, stay=lock.stay, owner=lock.owner, lock=lock.id)


@define
class MemoryLeases(WriterLease):
    _clock: Clock
    _leases: dict[TenantId, Lease] = field(factory=dict, init=False)

    async def take(self, tenant: TenantId, owner: str, ttl: timedelta) -> Lease | None:
        await checkpoint()
        now = self._clock.now()
        known = self._leases.get(tenant)
        standing = known is not None and now < known.expires_at
        if known and standing and known.owner != owner:
            return None
        fence = (known.fence if known else 0) + (0 if standing else 1)
        lease = Lease(tenant=tenant, owner=owner, fence=fence, expires_at=now + ttl)
        self._leases[tenant] = lease
        return lease

    async def give_up(self, lease: Lease) -> None:
        await checkpoint()
        known = self._leases.get(lease.tenant)
        if known and (known.owner, known.fence) == (lease.owner, lease.fence):
            # The entry stays, ended, because the next lease's fence counts on from it.
            self._leases[lease.tenant] = evolve(known, expires_at=min(known.expires_at, self._clock.now()))
