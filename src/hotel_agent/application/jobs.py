"""
Carries out what turns decided: booking, cancelling, and looking for late twins (architecture section 6).

A job may be run again at any point, by another worker, from the committed state: it never writes to the PMS again before it
has looked its reference up.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import assert_never

import anyio
from attrs import define, evolve, field

from hotel_agent.application.world import PmsOf, World
from hotel_agent.domain.bookings import UNSETTLED, Booking, BookingState
from hotel_agent.domain.errors import LockLost, PortError, Rejected, Rejection, Unavailable
from hotel_agent.domain.events import BookingNews, Event, Settled
from hotel_agent.domain.ids import EventId, JobId, ReservationId
from hotel_agent.domain.reservations import Standing
from hotel_agent.domain.settling import SettlingPolicy, Sighting, Verdict, settle
from hotel_agent.domain.turns import AuditAct, AuditEntry, Escalation, Job, JobKind, JobResult
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.journal import JobClaim
from hotel_agent.ports.locks import Lease, LockStore, WriterLease
from hotel_agent.ports.pms import PropertySystem

_REJECTIONS = {Verdict.SOLD_OUT: Rejection.SOLD_OUT, Verdict.PRICE_CHANGED: Rejection.PRICE_CHANGED}


@define
class BookingJobs:
    """Runs one claimed job to its next committed state."""

    _pms_of: PmsOf
    _world: World
    _locks: LockStore
    _leases: WriterLease | None
    """None: write without the hotel's writer lease (a second installation on the same PMS does the same)."""
    _clock: Clock
    _ids: IdSource
    _policy: SettlingPolicy = field(factory=SettlingPolicy)
    _recheck_after: timedelta = timedelta(seconds=1)
    _lease_ttl: timedelta = timedelta(seconds=45)
    _lease_patience: timedelta = timedelta(seconds=20)

    async def run(self, claim: JobClaim) -> JobResult:
        """
        Do the next step of a job; what comes back is to be recorded whole.

        Never raises for a PMS or lock store that is down: then the job is tried again later.
        """
        match claim.job.kind:
            case JobKind.BOOK:
                result = await self._book(claim)
            case JobKind.CANCEL:
                result = await self._cancel(claim)
            case JobKind.WATCH:
                result = await self._watch(claim)
            case _:
                assert_never(claim.job.kind)
        self._world.forget(claim.job.tenant)
        return result

    # ------------------------------------------------------------ book

    async def _book(self, claim: JobClaim) -> JobResult:
        booking = claim.booking
        if booking.state not in UNSETTLED:
            return JobResult()
        if claim.tries == 1 and booking.submitted_at is None:
            return await self._submit(claim, booking)
        # It may have been sent, by a worker that died or by a call whose answer was lost: look before anything else.
        now = self._clock.now()
        return await self._look_up(claim, booking if booking.submitted_at else _with(booking, submitted_at=now))

    async def _submit(self, claim: JobClaim, booking: Booking) -> JobResult:
        pms = self._pms_of(booking.tenant)
        sent_before = booking.submitted_at is not None
        try:
            await self._locks.hold(booking.lock, booking.lock_owner)
        except LockLost:
            if sent_before:
                return self._wait(claim, booking)
            return await self._reject(claim, booking, Rejection.SOLD_OUT)
        except PortError:
            return self._later(claim, booking)
        at = self._clock.now()
        booking = booking if sent_before else _with(booking, submitted_at=at)
        lease = await self._take_lease(claim)
        try:
            reservation = await pms.book(booking.order())
        except Rejected as exc:
            if sent_before:
                # The room may be gone because our own first try took it after all.
                return await self._look_up(claim, booking, rejected=exc.reason)
            return await self._reject(claim, booking, exc.reason)
        except Unavailable:
            # Nothing was sent. Unless an earlier try was, a later one may simply begin anew.
            return self._wait(claim, booking) if sent_before else self._later(claim, claim.booking)
        except PortError:
            return self._wait(claim, booking)
        else:
            standing = await self._first_look(pms, reservation.id)
        finally:
            await self._give_lease_up(lease)
        if standing is Standing.SOLE:
            # Somebody else's request may still be running: believe the records only after a second look.
            await anyio.sleep(self._recheck_after.total_seconds())
        return await self._look_up(claim, booking)

    async def _first_look(self, pms: PropertySystem, reservation: ReservationId) -> Standing:
        try:
            return await pms.verify(reservation)
        except PortError:
            return Standing.FORMING

    async def _look_up(self, claim: JobClaim, booking: Booking, rejected: Rejection | None = None) -> JobResult:
        pms = self._pms_of(booking.tenant)
        try:
            seen = await self._sightings(pms, booking)
            now = self._clock.now()
            if not any(sight.standing in {Standing.SOLE, Standing.FORMING} for sight in seen):
                if rejected:
                    return await self._reject(claim, booking, rejected)
                booking = booking if booking.absent_since else _with(booking, absent_since=now)
            settlement = settle(booking, seen, self._policy, now)
            for reservation in settlement.undo:
                await pms.cancel(reservation)
        except (PortError, Rejected):
            return self._wait(claim, booking)
        match settlement.verdict:
            case Verdict.CONFIRM:
                return await self._confirm(claim, booking, settlement.reservation, twins=len(settlement.undo))
            case Verdict.SOLD_OUT | Verdict.PRICE_CHANGED:
                return await self._reject(claim, booking, _REJECTIONS[settlement.verdict])
            case Verdict.RESUBMIT:
                again = _with(booking, absent_since=None, submitted_at=now)
                result = await self._submit(claim, again)
                entry = self._entry(again, AuditAct.RESUBMITTED)
                return evolve(result, jobs=(*result.jobs, self._watch_job(claim.job)), audit=(entry, *result.audit))
            case Verdict.WAIT:
                return self._wait(claim, booking)

    async def _sightings(self, pms: PropertySystem, booking: Booking) -> tuple[Sighting, ...]:
        found = await pms.find(booking.reference)
        return tuple([Sighting(reservation=known, standing=await pms.verify(known.id)) for known in found])

    async def _confirm(self, claim: JobClaim, booking: Booking, reservation: ReservationId | None, *, twins: int) -> JobResult:
        await self._release(booking)
        confirmed = _moved(booking, BookingState.CONFIRMED, reservation=reservation, absent_since=None)
        twin_entries = (self._entry(booking, AuditAct.TWIN_CANCELLED),) * twins
        return JobResult(
            booking=confirmed,
            events=(self._news(claim, confirmed, Settled.CONFIRMED),),
            audit=(*twin_entries, self._entry(confirmed, AuditAct.CONFIRMED)),
        )

    async def _reject(self, claim: JobClaim, booking: Booking, reason: Rejection) -> JobResult:
        await self._release(booking)
        rejected = _moved(booking, BookingState.REJECTED, rejection=reason)
        return JobResult(
            booking=rejected,
            events=(self._news(claim, rejected, Settled.REJECTED),),
            audit=(self._entry(rejected, AuditAct.REJECTED, reason),),
        )

    def _wait(self, claim: JobClaim, booking: Booking) -> JobResult:
        """The outcome is open: look again later; the guest is told once, and staff when it takes too long."""
        now = self._clock.now()
        news = () if booking.state is BookingState.CHECKING else (self._news(claim, booking, Settled.CHECKING),)
        audit = () if booking.state is BookingState.CHECKING else (self._entry(booking, AuditAct.CHECKING),)
        checking = _moved(booking, BookingState.CHECKING)
        escalations: tuple[Escalation, ...] = ()
        overdue = now - (booking.submitted_at or now) >= self._policy.tell_staff_after
        if overdue and booking.staff_told_at is None:
            checking = evolve(checking, staff_told_at=now)
            escalations = (self._escalation(booking, "booking_unsettled"),)
            news = (*news, self._news(claim, booking, Settled.STAFF_TOLD))
        return JobResult(
            booking=checking,
            events=news,
            audit=audit,
            escalations=escalations,
            retry_at=now + self._policy.wait(claim.tries - 1),
        )

    def _later(self, claim: JobClaim, booking: Booking) -> JobResult:
        """Nothing was sent and nothing is open: begin anew as a job that was never tried."""
        now = self._clock.now()
        age = now - booking.created_at
        told = booking.staff_told_at is not None
        late = age >= self._policy.tell_staff_after and not told
        first = claim.job.round == 0
        again = evolve(
            claim.job,
            id=JobId(f"j-{self._ids.draw()}"),
            due_at=now + self._policy.wait(claim.job.round),
            round=claim.job.round + 1,
        )
        return JobResult(
            booking=booking.changed(staff_told_at=now) if late else None,
            jobs=(again,),
            events=(self._news(claim, booking, Settled.CHECKING),) if first else (),
            escalations=(self._escalation(booking, "booking_unsettled"),) if late else (),
        )

    # ------------------------------------------------------------ cancel

    async def _cancel(self, claim: JobClaim) -> JobResult:
        booking = claim.booking
        if booking.state is not BookingState.CANCELLING or booking.reservation is None:
            return JobResult()
        pms = self._pms_of(booking.tenant)
        try:
            # Cancelling is harmless to repeat, so a lost answer is settled by doing it again and looking.
            await pms.cancel(booking.reservation)
            gone = await pms.verify(booking.reservation) is Standing.CANCELLED
        except Rejected:
            return self._not_cancelled(claim, booking)
        except PortError:
            gone = False
        now = self._clock.now()
        if gone:
            cancelled = booking.moved_to(BookingState.CANCELLED)
            return JobResult(
                booking=cancelled,
                events=(self._news(claim, cancelled, Settled.CANCELLED),),
                audit=(self._entry(cancelled, AuditAct.CANCELLED),),
            )
        if now - claim.job.due_at >= self._policy.tell_staff_after:
            return self._not_cancelled(claim, booking)
        return JobResult(retry_at=now + self._policy.wait(claim.tries - 1))

    def _not_cancelled(self, claim: JobClaim, booking: Booking) -> JobResult:
        kept = booking.moved_to(BookingState.CONFIRMED)
        return JobResult(
            booking=kept,
            events=(self._news(claim, kept, Settled.NOT_CANCELLED),),
            audit=(self._entry(kept, AuditAct.NOT_CANCELLED),),
            escalations=(self._escalation(kept, "cancel_failed"),),
        )

    # ------------------------------------------------------------ watch

    async def _watch(self, claim: JobClaim) -> JobResult:
        """Look for reservations of ours that turned up after their booking was settled otherwise, and undo them."""
        booking, job = claim.booking, claim.job
        now = self._clock.now()
        again = JobResult(retry_at=now + self._policy.wait(claim.tries))
        if not booking.settled:
            return again
        pms = self._pms_of(booking.tenant)
        undone = 0
        try:
            for known in await pms.find(booking.reference):
                standing = await pms.verify(known.id)
                if standing is Standing.CANCELLED or (
                    known.id == booking.reservation and booking.state is BookingState.CONFIRMED
                ):
                    continue
                await pms.cancel(known.id)
                undone += 1
        except (PortError, Rejected):
            return again
        jobs = (self._watch_job(job, job.round + 1),) if job.round + 1 < len(self._policy.watch_after) else ()
        return JobResult(jobs=jobs, audit=(self._entry(booking, AuditAct.TWIN_CANCELLED),) * undone)

    def _watch_job(self, job: Job, turn: int = 0) -> Job:
        due_at = self._clock.now() + self._policy.watch_after[turn]
        return evolve(job, id=JobId(f"j-{self._ids.draw()}"), kind=JobKind.WATCH, due_at=due_at, round=turn)

    # ------------------------------------------------------------ parts

    async def _take_lease(self, claim: JobClaim) -> Lease | None:
        """Wait for the hotel's writer lease, for a while: without it a write is rarer alone, never wrong."""
        if self._leases is None:
            return None
        leases = self._leases
        owner = f"{claim.owner}/{claim.job.id}"
        with anyio.move_on_after(self._lease_patience.total_seconds()):
            while True:
                try:
                    if lease := await leases.take(claim.job.tenant, owner, self._lease_ttl):
                        return lease
                except PortError:
                    return None
                await anyio.sleep(0.05)
        return None

    async def _give_lease_up(self, lease: Lease | None) -> None:
        if lease and self._leases:
            await _quietly(lambda: self._leases.give_up(lease))  # type: ignore[union-attr]  # checked just above

    async def _release(self, booking: Booking) -> None:
        """End the lock before the end is recorded: after a crash in between the PMS's own lines hold the room."""
        await _quietly(lambda: self._locks.release(booking.lock, booking.lock_owner))

    def _news(self, claim: JobClaim, booking: Booking, news: Settled) -> Event:
        now = self._clock.now()
        key = f"job:{claim.job.id}:{claim.fence}:{news}"
        return Event(
            id=EventId(f"e-{claim.job.id}-{claim.fence}-{news}"),
            tenant=booking.tenant,
            conversation=booking.conversation,
            channel=claim.job.channel,
            dedupe_key=key,
            seed=self._ids.draw(),
            root=booking.root,
            received_at=now,
            order_at=now,
            ready_at=now,
            content=BookingNews(booking=booking.id, news=news),
        )

    def _entry(self, booking: Booking, act: AuditAct, detail: str = "") -> AuditEntry:
        return AuditEntry(
            at=self._clock.now(),
            tenant=booking.tenant,
            conversation=booking.conversation,
            act=act,
            subject=booking.id,
            detail=detail or booking.reference,
        )

    def _escalation(self, booking: Booking, reason: str) -> Escalation:
        return Escalation(
            id=f"x-{booking.id}-{reason}",
            tenant=booking.tenant,
            conversation=booking.conversation,
            at=self._clock.now(),
            reason=reason,
            urgent=True,
        )


async def _quietly(act: Callable[[], Awaitable[None]]) -> None:
    """Do what is harmless to miss: leases and locks of settled bookings end by themselves or are cleared by the next run."""
    try:
        await act()
    except PortError:
        return


def _with(booking: Booking, **changes: object) -> Booking:
    """Change fields within one recorded step: its version rises once, however many changes it gathers."""
    return evolve(booking, **changes)  # type: ignore[arg-type]  # evolve checks names at run time


def _moved(booking: Booking, state: BookingState, **changes: object) -> Booking:
    return booking.moved_to(state, **changes)
