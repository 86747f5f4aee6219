"""Reservation locks and writer leases in Redis: a hotel's are together, and every call is one script."""

import asyncio
import json
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, Final

from attrs import define, field

from hotel_agent.adapters.redis.keys import Keys, instant, lock_id, micros, span, tenant_of, text
from hotel_agent.adapters.redis.servers import Servers
from hotel_agent.domain.errors import AlreadyLocked, LockLost, Unavailable
from hotel_agent.domain.ids import LockId, OwnerId, RoomId, TenantId
from hotel_agent.domain.locks import MAX_EXTENSIONS, LockAct, LockClaim, LockEntry, ReservationLock
from hotel_agent.domain.stays import Stay
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.locks import Lease, LockStore, WriterLease

_REGISTER: Final = TenantId("#hotels")
"""Stands where a hotel's name does: no hotel is called so."""
_SEQUENCE = 15
"""Digits before an entry's body: entries of one instant sort by them."""


@define(eq=False)
class RedisLocks(LockStore):
    """
    *kept* is how long the trail goes back.

    Fences are instants of the server's clock, so they rise over all hotels too; a cluster's as far as its clocks agree. Within
    a hotel they rise whatever the clock does.
    """

    _servers: Servers
    _keys: Keys
    _ids: IdSource
    _kept: timedelta
    _noted: set[TenantId] = field(factory=set, init=False)

    async def acquire(self, claim: LockClaim, owner: OwnerId, ttl: timedelta) -> ReservationLock:
        await self._note(claim.tenant)
        lock = lock_id(self._ids.draw(), claim.tenant)
        days = (claim.stay.arrival.isoformat(), claim.stay.departure.isoformat())
        wanted = (lock, owner, span(ttl), *days, claim.count, len(claim.candidates))
        status, *told = await self._run("acquire", claim.tenant, *wanted, *claim.candidates)
        if status != b"ok":
            raise AlreadyLocked
        return _lock(told[0], claim.tenant)

    async def extend(self, lock: LockId, owner: OwnerId, by: timedelta) -> ReservationLock:
        return await self._change("extend", lock, owner, span(by), MAX_EXTENSIONS)

    async def hold(self, lock: LockId, owner: OwnerId) -> ReservationLock:
        return await self._change("hold", lock, owner)

    async def release(self, lock: LockId, owner: OwnerId) -> None:
        await self._run("release", tenant_of(lock), lock, owner)

    async def get(self, lock: LockId) -> ReservationLock | None:
        tenant = tenant_of(lock)
        told = await self._run("get", tenant, lock)
        return _lock(told, tenant) if told is not None else None

    async def standing(self, tenant: TenantId, stay: Stay | None = None) -> tuple[ReservationLock, ...]:
        days = (stay.arrival.isoformat(), stay.departure.isoformat()) if stay else ("", "")
        return tuple(_lock(told, tenant) for told in await self._run("standing", tenant, *days))

    async def count(self) -> int:
        tags = [self._keys.hotel(tenant) for tenant in await self._hotels()]
        return sum(await asyncio.gather(*(self._servers.run("count", (tag,)) for tag in tags)))

    async def trail(
        self, tenant: TenantId, *, room: RoomId | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[LockEntry, ...]:
        which = ":trail" if room is None else f":trail:{room}"
        found = await self._run("trail", tenant, which, "-inf" if since is None else micros(since), limit)
        entries = [_entry(tenant, stored, at) for stored, at in zip(found[::2], found[1::2], strict=True)]
        return tuple(reversed(entries))

    async def purge_trail(self, age: timedelta, limit: int) -> int:
        """Remove entries that are older than *age*, *limit* at most, and tell how many."""
        gone = 0
        for tenant in await self._hotels():
            if gone < limit:
                gone += await self._run("purge_trail", tenant, span(age), limit - gone)
        return gone

    async def _hotels(self) -> list[TenantId]:
        """Read which hotels ever had a lock."""
        tag = self._keys.hotel(_REGISTER)
        return [TenantId(text(name)) for name in sorted(await self._servers.read(tag, b"SMEMBERS", tag + b":hotels"))]

    async def _note(self, tenant: TenantId) -> None:
        """Write down that this hotel has a trail, so that it is found when it grows old."""
        if tenant not in self._noted:
            # Where that cannot be written now, somebody else will: no guest waits for it.
            with suppress(Unavailable):
                await self._servers.run("note_hotel", (self._keys.hotel(_REGISTER),), tenant)
                self._noted.add(tenant)

    async def _change(self, name: str, lock: LockId, *arguments: str | int) -> ReservationLock:
        tenant = tenant_of(lock)
        status, *told = await self._run(name, tenant, lock, *arguments)
        if status != b"ok":
            raise LockLost
        return _lock(told[0], tenant)

    async def _run(self, name: str, tenant: TenantId, *arguments: str | int) -> Any:
        return await self._servers.run(name, (self._keys.hotel(tenant),), span(self._kept), *arguments)


@define(eq=False)
class RedisLeases(WriterLease):
    _servers: Servers
    _keys: Keys

    async def take(self, tenant: TenantId, owner: str, ttl: timedelta) -> Lease | None:
        granted = await self._servers.run("take_lease", (self._keys.hotel(tenant),), owner, span(ttl))
        if granted is None:
            return None
        fence, ends = granted
        return Lease(tenant=tenant, owner=owner, fence=int(fence), expires_at=instant(ends))

    async def give_up(self, lease: Lease) -> None:
        await self._servers.run("give_up_lease", (self._keys.hotel(lease.tenant),), lease.owner, lease.fence)


def _lock(told: Any, tenant: TenantId) -> ReservationLock:
    lock, rooms, arrival, departure, owner, expires, extensions, fence = (text(part) for part in told)
    return ReservationLock(
        id=LockId(lock),
        tenant=tenant,
        rooms=_rooms(json.loads(rooms)),
        stay=_stay(arrival, departure),
        owner=OwnerId(owner),
        expires_at=instant(int(expires)) if expires else None,
        extensions=int(extensions),
        fence=int(fence),
    )


def _entry(tenant: TenantId, stored: bytes, at: bytes) -> LockEntry:
    body = json.loads(text(stored[_SEQUENCE:]))
    return LockEntry(
        at=instant(int(float(at))),
        act=LockAct(body["act"]),
        tenant=tenant,
        rooms=_rooms(body["rooms"]),
        stay=_stay(body["arrival"], body["departure"]),
        owner=OwnerId(body["owner"]),
        lock=LockId(body["lock"]) if "lock" in body else None,
    )


def _rooms(stored: list[str]) -> tuple[RoomId, ...]:
    return tuple(RoomId(room) for room in stored)


def _stay(arrival: str, departure: str) -> Stay:
    return Stay(date.fromisoformat(arrival), date.fromisoformat(departure))
