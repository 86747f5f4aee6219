"""Performs what a turn asks for: reads of the PMS and acts on locks, within the turn's share of time."""

import math
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar, cast

import anyio
from attrs import define, evolve, field, frozen

from hotel_agent.application.deadlines import Until
from hotel_agent.domain.errors import AlreadyLocked, LockLost, NotFound, PortError, Rejected, Rejection
from hotel_agent.domain.ids import REFERENCE_PREFIX, Reference, ReservationId, RoomId, TenantId
from hotel_agent.domain.locks import ReservationLock
from hotel_agent.domain.requests import (
    Acquire,
    AmendmentQuoted,
    Extend,
    FindReservation,
    Found,
    GuestReservations,
    Hold,
    ListRoomTypes,
    LockAnswer,
    Outcome,
    QuoteAmendment,
    Read,
    ReadReservation,
    Release,
    Request,
    ReservationRead,
    ReservationsFound,
    RoomTypes,
    Search,
    Trouble,
)
from hotel_agent.domain.reservations import Reservation
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.locks import LockStore
from hotel_agent.ports.observer import Observer
from hotel_agent.ports.pms import PropertySystem

PmsOf = Callable[[TenantId], PropertySystem]
"""The PMS of a hotel."""

T = TypeVar("T")
_SearchKey = tuple[TenantId, Stay, Occupancy]
_MAX_SEARCHES = 10_000
_NAMES_SECONDS = 1.0
_LOCKS_SECONDS = 0.5
"""What is left of a search's time to look at the locks when the PMS has used up the rest."""
_NAMELESS = timedelta(seconds=10)


@frozen
class _Kept:
    at: datetime
    vacancies: tuple[Vacancy, ...]


@frozen
class _Catalogue:
    at: datetime
    room_types: tuple[RoomType, ...]
    names: tuple[tuple[str, str], ...] = field(init=False)

    @names.default
    def _(self) -> tuple[tuple[str, str], ...]:
        return tuple((room_type.id, room_type.name) for room_type in self.room_types)


@define
class _Flight(Generic[T]):
    """One question under way that several turns wait for."""

    over: anyio.Event = field(factory=anyio.Event)
    answer: T | None = None
    error: PortError | None = None

    async def share(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask, for all who wait."""
        try:
            self.answer = await ask()
        except PortError as exc:
            self.error = exc
            raise
        finally:
            self.over.set()
        return self.answer


@define
class World:
    """
    The far side of a turn's requests.

    Availability and room types are cached for display, by tenant; a search that is asked for afresh never comes from the
    cache. Turns that look for the same at the same time ask the PMS once. While it is down, availability that was known
    within the last hour is shown, marked as stale. A part that does not answer in time becomes `Trouble`, never an error: the
    dialogue says so to the guest.
    """

    _pms_of: PmsOf
    _locks: LockStore
    _clock: Clock
    _observer: Observer
    _availability_ttl: timedelta = timedelta(seconds=300)
    _catalogue_ttl: timedelta = timedelta(seconds=3600)
    _stale_for: timedelta = timedelta(hours=1)
    _searches: dict[_SearchKey, _Kept] = field(factory=dict, init=False)
    _flights: dict[Hashable, _Flight[Any]] = field(factory=dict, init=False)
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
            case Acquire() | Extend() | Hold() | Release():
                return await self._lock(request, deadline)
            case _:
                return await self._read(tenant, request, deadline)

    async def _search(self, tenant: TenantId, search: Search, deadline: float) -> Found | Trouble:
        key = (tenant, search.stay, search.occupancy)
        kept = None if search.fresh else self._searches.get(key)
        hit = kept is not None and self._clock.now() - kept.at < self._availability_ttl
        if not search.fresh:
            self._observer.cached("pms", hit=hit)
        stale = False
        try:
            if kept and hit:
                vacancies = kept.vacancies
            else:
                with Until(deadline - _LOCKS_SECONDS if kept else deadline):
                    vacancies = await self._vacancies(key, fresh=search.fresh)
        except (PortError, TimeoutError):
            if kept is None or self._clock.now() - kept.at >= self._stale_for:
                return Trouble(part="pms")
            vacancies, stale = kept.vacancies, True
        try:
            with Until(deadline):
                standing = await self._locks.standing(tenant, search.stay)
        except (PortError, TimeoutError):
            self._observer.lock_moved("standing", "unavailable")
            return Trouble(part="locks")
        taken = {room for lock in standing if lock.owner != search.owner for room in lock.rooms}
        left = [_without(vacancy, taken) for vacancy in vacancies] if taken else vacancies
        fitting = tuple(vacancy for vacancy in left if len(vacancy.rooms) >= search.occupancy.rooms)
        return Found(vacancies=fitting, stale=stale)

    async def _read(self, tenant: TenantId, request: Read, deadline: float) -> Outcome:
        pms = self._pms_of(tenant)
        try:
            with Until(deadline):
                match request:
                    case ListRoomTypes():
                        return RoomTypes(room_types=await self._room_types(tenant))
                    case ReadReservation():
                        return await self._reservation(tenant, request)
                    case FindReservation(code=code):
                        return ReservationsFound(reservations=await _named(pms, code))
                    case GuestReservations(phone=phone):
                        return ReservationsFound(reservations=await pms.of_guest(phone=phone))
                    case QuoteAmendment():
                        return await _quoted(pms, request)
        except (PortError, TimeoutError):
            return Trouble(part="pms")

    async def _reservation(self, tenant: TenantId, request: ReadReservation) -> ReservationRead:
        pms = self._pms_of(tenant)
        try:
            return ReservationRead(reservation=await pms.get(request.reservation), can=pms.capabilities)
        except NotFound:
            return ReservationRead(reservation=None, can=pms.capabilities)

    async def _vacancies(self, key: _SearchKey, *, fresh: bool) -> tuple[Vacancy, ...]:
        if fresh:
            return await self._search_pms(key)
        # Whoever asks after a write of ours must not get an answer from before it.
        flight = (key, self._writes.get(key[0], 0))
        return await self._once(flight, lambda: self._search_pms(key))

    async def _search_pms(self, key: _SearchKey) -> tuple[Vacancy, ...]:
        tenant, stay, party = key
        now = self._clock.now()
        writes = self._writes.get(tenant, 0)
        vacancies = await self._pms_of(tenant).search(stay, party)
        if len(self._searches) >= _MAX_SEARCHES:
            self._searches.clear()
        if writes == self._writes.get(tenant, 0):
            # Else a write of ours ended meanwhile, and this answer may be from before it.
            self._searches[key] = _Kept(now, vacancies)
        return vacancies

    async def _room_types(self, tenant: TenantId) -> tuple[RoomType, ...]:
        return (self._kept_catalogue(tenant, self._clock.now()) or await self._catalogue(tenant)).room_types

    def _kept_catalogue(self, tenant: TenantId, now: datetime) -> _Catalogue | None:
        kept = self._catalogues.get(tenant)
        hit = kept is not None and now - kept.at < self._catalogue_ttl
        self._observer.cached("pms", hit=hit)
        return kept if hit else None

    async def _catalogue(self, tenant: TenantId) -> _Catalogue:
        now = self._clock.now()
        room_types = await self._once(tenant, self._pms_of(tenant).room_types)
        self._catalogues[tenant] = _Catalogue(now, room_types)
        return self._catalogues[tenant]

    async def _once(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask, unless somebody else is just asking the same: then wait for that answer."""
        while flight := self._flights.get(key):
            await flight.over.wait()
            if flight.error:
                raise flight.error
            if flight.answer is not None:
                return cast("T", flight.answer)
            # Whoever asked was cut short, which says nothing: ask anew.
        flight = self._flights[key] = _Flight[T]()
        try:
            return await flight.share(ask)
        finally:
            del self._flights[key]

    async def room_names(self, tenant: TenantId) -> tuple[tuple[str, str], ...]:
        """The hotel's room types as guests may call them: (PMS id, name). Empty while the PMS cannot be asked."""
        now = self._clock.now()
        if tenant not in self._catalogues and now < self._nameless_until.get(tenant, now):
            return ()
        if kept := self._kept_catalogue(tenant, now):
            return kept.names
        try:
            with anyio.fail_after(_NAMES_SECONDS):
                return (await self._catalogue(tenant)).names
        except (PortError, TimeoutError):
            # Names only help to understand: a PMS that is down must not slow every message.
            self._nameless_until[tenant] = now + _NAMELESS
            return ()

    async def _lock(self, request: Acquire | Extend | Hold | Release, deadline: float) -> LockAnswer | Trouble:
        result = "unavailable"
        try:
            with Until(deadline):
                lock = await self._act(request)
            result = "ok"
            return LockAnswer(lock=lock)
        except (AlreadyLocked, LockLost):
            result = "refused"
            return LockAnswer(lock=None)
        except (PortError, TimeoutError):
            return Trouble(part="locks")
        finally:
            self._observer.lock_moved(type(request).__name__.lower(), result)

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


def _without(vacancy: Vacancy, taken: set[RoomId]) -> Vacancy:
    return evolve(vacancy, rooms=tuple(room for room in vacancy.rooms if room not in taken))


async def _named(pms: PropertySystem, code: str) -> tuple[Reservation, ...]:
    """Look a guest's code up, as the PMS's own id and, where it looks like one, as a reference of ours."""
    if code.lower().startswith(REFERENCE_PREFIX):
        return await pms.find(Reference(code))
    try:
        return (await pms.get(ReservationId(code)),)
    except NotFound:
        return ()


async def _quoted(pms: PropertySystem, request: QuoteAmendment) -> AmendmentQuoted:
    if not pms.capabilities.amends:
        return AmendmentQuoted(quote=None, reason=Rejection.NOT_SUPPORTED)
    try:
        return AmendmentQuoted(quote=await pms.quote_amendment(request.reservation, request.amendment))
    except Rejected as exc:
        return AmendmentQuoted(quote=None, reason=exc.reason)


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
