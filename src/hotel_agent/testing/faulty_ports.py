"""Each port wrapped so that a plan decides what befalls its calls; `faults` says which calls and what."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from attrs import define

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.events import Event, Timer
from hotel_agent.domain.ids import (
    BookingId,
    ConversationId,
    EventId,
    LockId,
    OwnerId,
    Reference,
    ReservationId,
    RoomId,
    TenantId,
)
from hotel_agent.domain.locks import LockClaim, LockEntry, ReservationLock
from hotel_agent.domain.reservations import (
    Amendment,
    AmendmentQuote,
    BookingOrder,
    Capabilities,
    Finding,
    Payment,
    Reservation,
    Standing,
)
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.shedding import Situation
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.turns import Answer, AuditEntry, Escalation, JobResult, Turn
from hotel_agent.domain.understanding import Listening, Understanding
from hotel_agent.ports.journal import Appended, Claim, JobClaim, Journal
from hotel_agent.ports.locks import Lease, LockStore, WriterLease
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.ports.records import Depth, Line, Load, Records
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.faults import Faults


@define
class FaultyPropertySystem(PropertySystem):
    """Operations are named `pms.…` after the port's methods."""

    _pms: PropertySystem
    _faults: Faults

    @property
    def capabilities(self) -> Capabilities:
        return self._pms.capabilities

    async def room_types(self) -> tuple[RoomType, ...]:
        return await self._faults.meet("pms.room_types", self._pms.room_types)

    async def search(self, stay: Stay, occupancy: Occupancy) -> tuple[Vacancy, ...]:
        return await self._faults.meet("pms.search", lambda: self._pms.search(stay, occupancy))

    async def book(self, order: BookingOrder) -> Reservation:
        return await self._faults.meet("pms.book", lambda: self._pms.book(order), write=True)

    async def find(self, reference: Reference) -> tuple[Reservation, ...]:
        return await self._faults.meet("pms.find", lambda: self._pms.find(reference))

    async def get(self, reservation: ReservationId) -> Reservation:
        return await self._faults.meet("pms.get", lambda: self._pms.get(reservation))

    async def verify(self, reservation: ReservationId) -> Standing:
        return await self._faults.meet("pms.verify", lambda: self._pms.verify(reservation))

    async def cancel(self, reservation: ReservationId) -> Reservation:
        return await self._faults.meet("pms.cancel", lambda: self._pms.cancel(reservation), write=True)

    async def quote_amendment(self, reservation: ReservationId, amendment: Amendment) -> AmendmentQuote:
        return await self._faults.meet("pms.quote_amendment", lambda: self._pms.quote_amendment(reservation, amendment))

    async def amend(self, reservation: ReservationId, amendment: Amendment) -> Reservation:
        return await self._faults.meet("pms.amend", lambda: self._pms.amend(reservation, amendment), write=True)

    async def check_in(self, reservation: ReservationId) -> Reservation:
        return await self._faults.meet("pms.check_in", lambda: self._pms.check_in(reservation), write=True)

    async def check_out(self, reservation: ReservationId) -> Reservation:
        return await self._faults.meet("pms.check_out", lambda: self._pms.check_out(reservation), write=True)

    async def record_payment(self, reservation: ReservationId, payment: Payment) -> Reservation:
        return await self._faults.meet("pms.record_payment", lambda: self._pms.record_payment(reservation, payment), write=True)

    async def of_guest(self, *, email: str | None = None, phone: str | None = None) -> tuple[Reservation, ...]:
        return await self._faults.meet("pms.of_guest", lambda: self._pms.of_guest(email=email, phone=phone))

    async def diagnose(self) -> tuple[Finding, ...]:
        return await self._faults.meet("pms.diagnose", self._pms.diagnose)


@define
class FaultyLocks(LockStore):
    """Operations are named `locks.…`."""

    _locks: LockStore
    _faults: Faults

    async def acquire(self, claim: LockClaim, owner: OwnerId, ttl: timedelta) -> ReservationLock:
        return await self._faults.meet("locks.acquire", lambda: self._locks.acquire(claim, owner, ttl))

    async def extend(self, lock: LockId, owner: OwnerId, by: timedelta) -> ReservationLock:
        return await self._faults.meet("locks.extend", lambda: self._locks.extend(lock, owner, by))

    async def hold(self, lock: LockId, owner: OwnerId) -> ReservationLock:
        return await self._faults.meet("locks.hold", lambda: self._locks.hold(lock, owner))

    async def release(self, lock: LockId, owner: OwnerId) -> None:
        await self._faults.meet("locks.release", lambda: self._locks.release(lock, owner))

    async def get(self, lock: LockId) -> ReservationLock | None:
        return await self._faults.meet("locks.get", lambda: self._locks.get(lock))

    async def standing(self, tenant: TenantId, stay: Stay | None = None) -> tuple[ReservationLock, ...]:
        return await self._faults.meet("locks.standing", lambda: self._locks.standing(tenant, stay))

    async def count(self) -> int:
        return await self._faults.meet("locks.count", self._locks.count)

    async def trail(
        self, tenant: TenantId, *, room: RoomId | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[LockEntry, ...]:
        return await self._faults.meet("locks.trail", lambda: self._locks.trail(tenant, room=room, since=since, limit=limit))


@define
class FaultyLeases(WriterLease):
    """Operations are named `leases.…`."""

    _leases: WriterLease
    _faults: Faults

    async def take(self, tenant: TenantId, owner: str, ttl: timedelta) -> Lease | None:
        return await self._faults.meet("leases.take", lambda: self._leases.take(tenant, owner, ttl))

    async def give_up(self, lease: Lease) -> None:
        await self._faults.meet("leases.give_up", lambda: self._leases.give_up(lease))


@define
class FaultyJournal(Journal):
    """Operations are named `journal.…`."""

    _journal: Journal
    _faults: Faults

    async def append(self, event: Event) -> Appended:
        return await self._faults.meet("journal.append", lambda: self._journal.append(event))

    async def waiting(self, at_most: int) -> int:
        return await self._faults.meet("journal.waiting", lambda: self._journal.waiting(at_most))

    async def longest_wait(self) -> timedelta:
        return await self._faults.meet("journal.longest_wait", self._journal.longest_wait)

    async def claim(self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()) -> tuple[Claim, ...]:
        return await self._faults.meet("journal.claim", lambda: self._journal.claim(owner, limit, lease, passing=passing))

    async def renew(self, claim: Claim, lease: timedelta) -> None:
        await self._faults.meet("journal.renew", lambda: self._journal.renew(claim, lease))

    async def commit(self, claim: Claim, turn: Turn) -> Claim | None:
        return await self._faults.meet("journal.commit", lambda: self._journal.commit(claim, turn), write=True)

    async def give_back(self, claim: Claim, delay: timedelta) -> None:
        await self._faults.meet("journal.give_back", lambda: self._journal.give_back(claim, delay))

    async def claim_jobs(
        self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()
    ) -> tuple[JobClaim, ...]:
        call = partial(self._journal.claim_jobs, owner, limit, lease, passing=passing)
        return await self._faults.meet("journal.claim_jobs", call)

    async def renew_job(self, claim: JobClaim, lease: timedelta) -> None:
        await self._faults.meet("journal.renew_job", lambda: self._journal.renew_job(claim, lease))

    async def note(self, claim: JobClaim, booking: Booking) -> JobClaim:
        return await self._faults.meet("journal.note", lambda: self._journal.note(claim, booking))

    async def record(self, claim: JobClaim, result: JobResult) -> None:
        await self._faults.meet("journal.record", lambda: self._journal.record(claim, result), write=True)

    async def due(self, limit: int) -> tuple[Timer, ...]:
        return await self._faults.meet("journal.due", lambda: self._journal.due(limit))

    async def fire(self, timer: Timer, event: Event) -> bool:
        return await self._faults.meet("journal.fire", lambda: self._journal.fire(timer, event), write=True)


@define
class FaultyRecords(Records):
    """Operations are named `records.…`."""

    _records: Records
    _faults: Faults

    async def answer(self, root: EventId) -> Answer | None:
        return await self._faults.meet("records.answer", lambda: self._records.answer(root))

    async def transcript(self, conversation: ConversationId, after: int = 0, limit: int = 200) -> tuple[Line, ...]:
        return await self._faults.meet("records.transcript", lambda: self._records.transcript(conversation, after, limit))

    async def situation(self, conversation: ConversationId) -> Situation:
        return await self._faults.meet("records.situation", lambda: self._records.situation(conversation))

    async def booking(self, booking: BookingId) -> Booking | None:
        return await self._faults.meet("records.booking", lambda: self._records.booking(booking))

    async def unsettled(self, limit: int = 100) -> tuple[Booking, ...]:
        return await self._faults.meet("records.unsettled", lambda: self._records.unsettled(limit))

    async def audit(
        self, tenant: TenantId, conversation: ConversationId | None = None, limit: int = 1000
    ) -> tuple[AuditEntry, ...]:
        return await self._faults.meet("records.audit", lambda: self._records.audit(tenant, conversation, limit))

    async def escalations(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[Escalation, ...]:
        return await self._faults.meet("records.escalations", lambda: self._records.escalations(tenant, limit))

    async def depth(self) -> Depth:
        return await self._faults.meet("records.depth", self._records.depth)

    async def load(self) -> Load:
        return await self._faults.meet("records.load", self._records.load)


@define
class FaultyUnderstander(Understander):
    """Its operation is named `understanding.understand`."""

    _understander: Understander
    _faults: Faults

    async def understand(self, text: str, listening: Listening) -> Understanding:
        return await self._faults.meet("understanding.understand", lambda: self._understander.understand(text, listening))
