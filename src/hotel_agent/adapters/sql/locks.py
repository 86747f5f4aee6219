"""Reservation locks and writer leases in the tables of one database."""

from datetime import datetime, timedelta
from functools import partial

from attrs import define

from hotel_agent.adapters.sql.database import Database
from hotel_agent.adapters.sql.lease_statements import LeaseStatements
from hotel_agent.adapters.sql.lock_statements import LockStatements
from hotel_agent.domain.errors import AlreadyLocked
from hotel_agent.domain.ids import LockId, OwnerId, RoomId, TenantId
from hotel_agent.domain.locks import LockClaim, LockEntry, ReservationLock
from hotel_agent.domain.stays import Stay
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.locks import Lease, LockStore, WriterLease

_ORDER = "locks/"


@define(eq=False)
class SqlLocks(LockStore):
    _database: Database
    _run: LockStatements
    _ids: IdSource

    async def acquire(self, claim: LockClaim, owner: OwnerId, ttl: timedelta) -> ReservationLock:
        lock = LockId(self._ids.draw())
        work = partial(self._run.acquire, claim=claim, owner=owner, ttl=ttl, lock=lock)
        granted = await self._database.write(work, order=f"{_ORDER}{claim.tenant}")
        if granted is None:
            raise AlreadyLocked
        return granted

    async def extend(self, lock: LockId, owner: OwnerId, by: timedelta) -> ReservationLock:
        return await self._database.write(partial(self._run.extend, lock=lock, owner=owner, by=by), order=_ORDER)

    async def hold(self, lock: LockId, owner: OwnerId) -> ReservationLock:
        return await self._database.write(partial(self._run.hold, lock=lock, owner=owner), order=_ORDER)

    async def release(self, lock: LockId, owner: OwnerId) -> None:
        await self._database.write(partial(self._run.release, lock=lock, owner=owner), order=_ORDER)

    async def get(self, lock: LockId) -> ReservationLock | None:
        return await self._database.read(partial(self._run.get, lock=lock))

    async def standing(self, tenant: TenantId, stay: Stay | None = None) -> tuple[ReservationLock, ...]:
        return await self._database.read(partial(self._run.standing, tenant=tenant, stay=stay))

    async def count(self) -> int:
        return await self._database.read(self._run.count)

    async def trail(
        self, tenant: TenantId, *, room: RoomId | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[LockEntry, ...]:
        work = partial(self._run.trail, tenant=tenant, room=room, since=since, limit=limit)
        return await self._database.write(work, order=f"{_ORDER}{tenant}")


@define(eq=False)
class SqlLeases(WriterLease):
    _database: Database
    _run: LeaseStatements

    async def take(self, tenant: TenantId, owner: str, ttl: timedelta) -> Lease | None:
        work = partial(self._run.take, tenant=tenant, owner=owner, ttl=ttl)
        return await self._database.write(work, order=f"leases/{tenant}")

    async def give_up(self, lease: Lease) -> None:
        await self._database.write(partial(self._run.give_up, lease=lease), order=f"leases/{lease.tenant}")
