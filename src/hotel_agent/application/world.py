"""Performs what a turn asks for: reads of the PMS and acts on locks, within the turn's share of time."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

import anyio
from attrs import define, evolve, field, frozen

from hotel_agent.domain.errors import AlreadyLocked, LockLost, NotFound, PortError
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.locks import ReservationLock
from hotel_agent.domain.requests import (
    Acquire,
    Extend,
    Found,
    Hold,
    ListRoomTypes,
    LockAnswer,
    Outcome,
    ReadReservation,
    Release,
    Request,
    ReservationRead,
    RoomTypes,
    Search,
    Trouble,
)
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.locks import LockStore
from hotel_agent.ports.pms import PropertySystem

PmsOf = Callable[[TenantId], PropertySystem]
"""The PMS of a hotel."""

_SearchKey = tuple[TenantId, Stay, Occupancy]
_MAX_SEARCHES = 10_000
_NAMES_SECONDS = 1.0
_NAMELESS = timedelta(seconds=10)


@frozen
class _Kept:
    at: datetime
    vacancies: tuple[Vacancy, ...]


@frozen
class _Catalogue:
    at: datetime
    room_types: tuple[RoomType, ...]


@define
class World:
    """
    The far side of a turn's requests.

    Availability and room types are cached for display, by tenant; a search that is asked for afresh never comes from the
    cache. A part that does not answer in time becomes `Trouble`, never an error: the dialogue says so to the guest.
    """

    _pms_of: PmsOf
    _locks: LockStore
    _clock: Clock
    _availability_ttl: timedelta = timedelta(seconds=300)
    _catalogue_ttl: timedelta = timedelta(seconds=3600)
    _searches: dict[_SearchKey, _Kept] = field(factory=dict, init=False)
    _catalogues: dict[TenantId, _Catalogue] = field(factory=dict, init=False)
    _nameless_until: dict[TenantId, datetime] = field(factory=dict, init=False)
    _writes: dict[TenantId, int] = field(factory=dict, init=False)

    def forget(self, tenant: TenantId) -> None:
        """Drop what is cached of a hotel's availability, because a write of ours has changed it."""
        self._writes[tenant] = self._writes.get(tenant, 0) + 1
        for key in [key for key in self._searches if key[0] == tenant]:
            del self._searches[key]

    async def perform(self, tenant: TenantId, request: Request, deadline: float = math.inf) -> Outcome:
        """Answer one request, or say which part gave no answer before *deadline* (of the event loop's clock)."""
        match request:
            case Search():
                return await self._search(tenant, request, deadline)
            case ListRoomTypes() | ReadReservation():
                return await self._read(tenant, request, deadline)
            case _:
                return await self._lock(request, deadline)

    async def _search(self, tenant: TenantId, search: Search, deadline: float) -> Found | Trouble:
        try:
            with anyio.fail_at(deadline):
                vacancies = await self._vacancies(tenant, search.stay, search.occupancy, fresh=search.fresh)
        except (PortError, TimeoutError):
            return Trouble(part="pms")
        try:
            with anyio.fail_at(deadline):
                standing = await self._locks.standing(tenant, search.stay)
        except (PortError, TimeoutError):
            return Trouble(part="locks")
        taken = {room for lock in standing if lock.owner != search.owner for room in lock.rooms}
        left = (evolve(vacancy, rooms=tuple(room for room in vacancy.rooms if room not in taken)) for vacancy in vacancies)
        return Found(vacancies=tuple(vacancy for vacancy in left if len(vacancy.rooms) >= search.occupancy.rooms))

    async def _read(self, tenant: TenantId, request: ListRoomTypes | ReadReservation, deadline: float) -> Outcome:
        try:
            with anyio.fail_at(deadline):
                if isinstance(request, ListRoomTypes):
                    return RoomTypes(room_types=await self._room_types(tenant))
                return await self._reservation(tenant, request)
        except (PortError, TimeoutError):
            return Trouble(part="pms")

    async def _reservation(self, tenant: TenantId, request: ReadReservation) -> ReservationRead:
        pms = self._pms_of(tenant)
        try:
            return ReservationRead(reservation=await pms.get(request.reservation))
        except NotFound:
            return ReservationRead(reservation=None)

    async def _vacancies(self, tenant: TenantId, stay: Stay, party: Occupancy, *, fresh: bool) -> tuple[Vacancy, ...]:
        now, key = self._clock.now(), (tenant, stay, party)
        kept = self._searches.get(key)
        if kept and not fresh and now - kept.at < self._availability_ttl:
            return kept.vacancies
        writes = self._writes.get(tenant, 0)
        vacancies = await self._pms_of(tenant).search(stay, party)
        if len(self._searches) >= _MAX_SEARCHES:
            self._searches.clear()
        if writes == self._writes.get(tenant, 0):
            # Else a write of ours ended meanwhile, and this answer may be from before it.
            self._searches[key] = _Kept(now, vacancies)
        return vacancies

    async def _room_types(self, tenant: TenantId) -> tuple[RoomType, ...]:
        now = self._clock.now()
        kept = self._catalogues.get(tenant)
        if kept is None or now - kept.at >= self._catalogue_ttl:
            kept = _Catalogue(now, await self._pms_of(tenant).room_types())
            self._catalogues[tenant] = kept
        return kept.room_types

    async def room_names(self, tenant: TenantId) -> tuple[tuple[str, str], ...]:
        """The hotel's room types as guests may call them: (PMS id, name). Empty while the PMS cannot be asked."""
        now = self._clock.now()
        if tenant not in self._catalogues and now < self._nameless_until.get(tenant, now):
            return ()
        try:
            with anyio.fail_after(_NAMES_SECONDS):
                return tuple((room_type.id, room_type.name) for room_type in await self._room_types(tenant))
        except (PortError, TimeoutError):
            # Names only help to understand: a PMS that is down must not slow every message.
            self._nameless_until[tenant] = now + _NAMELESS
            return ()

    async def _lock(self, request: Acquire | Extend | Hold | Release, deadline: float) -> LockAnswer | Trouble:
        try:
            with anyio.fail_at(deadline):
                return LockAnswer(lock=await self._act(request))
        except (AlreadyLocked, LockLost):
            return LockAnswer(lock=None)
        except (PortError, TimeoutError):
            return Trouble(part="locks")

    async def _act(self, request: Acquire | Extend | Hold | Release) -> ReservationLock | None:
        match request:
            case Acquire(claim=claim, owner=owner, ttl=ttl):
                return await self._locks.acquire(claim, owner, ttl)
            case Extend(lock=lock, owner=owner, by=by):
                return await self._locks.extend(lock, owner, by)
            case Hold(lock=lock, owner=owner):
                return await self._locks.hold(lock, owner)
            case Release(lock=lock, owner=owner):
                await self._locks.release(lock, owner)
                return None


@define
class TurnTime:
    """What is left of a turn's time for asking the world."""

    _world: World
    _tenant: TenantId
    _deadline: float

    @classmethod
    def start(cls, world: World, tenant: TenantId, seconds: float) -> "TurnTime":
        return cls(world, tenant, anyio.current_time() + seconds)

    async def perform(self, request: Request) -> Outcome:
        """Answer one request, or say that its part gave no answer in time."""
        return await self._world.perform(self._tenant, request, self._deadline)
