"""
Carries out what turns decided: booking, cancelling, and looking for late twins (architecture section 6).

A job may be run again at any point, by another worker, from the committed state. So a run notes in the journal that it is about
to send a booking, and only then sends it: a booking without that note was never sent, and any run may send it; with it, it may
have been, and every run but its writer's looks its reference up. To send it once more, that is committed first, as a new job,
together with the watch for twins.
"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import assert_never

import anyio
from attrs import define, evolve, field

from hotel_agent.application.amending import ReservationJobs
from hotel_agent.application.leasing import writing
from hotel_agent.application.recording import entry_of, news_of
from hotel_agent.application.world import PmsOf, World
from hotel_agent.domain.bookings import UNSETTLED, Booking, BookingState
from hotel_agent.domain.errors import LockLost, NotFound, PortError, Rejected, Rejection, Unavailable
from hotel_agent.domain.events import Event, Settled
from hotel_agent.domain.ids import JobId, ReservationId
from hotel_agent.domain.reservations import Standing
from hotel_agent.domain.settling import SettlingPolicy, Sighting, Verdict, settle
from hotel_agent.domain.turns import AuditAct, AuditEntry, Escalation, Job, JobKind, JobResult
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.journal import JobClaim, Jobs
from hotel_agent.ports.locks import LockStore, WriterLease
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
    _journal: Jobs
    _policy: SettlingPolicy = field(factory=SettlingPolicy)
    _recheck_after: timedelta = timedelta(seconds=1)
    _lease_ttl: timedelta = timedelta(seconds=45)
    _lease_patience: timedelta = timedelta(seconds=20)

    async def run(self, claim: JobClaim) -> JobResult:
        """
        Do the next step of a job; what comes back is to be recorded whole.

        Never raises for a PMS or lock store that is down: then the job is tried again later.
        """
        try:
            match claim.job.kind:
                case JobKind.BOOK:
                    return await self._book(claim)
                case JobKind.CANCEL:
                    return await self._cancel(claim)
                case JobKind.WATCH:
                    return await self._watch(claim)
                case JobKind.AMEND | JobKind.CHECK_IN | JobKind.CHECK_OUT:
                    return await self._reservations().run(claim)
                case _:
                    assert_never(claim.job.kind)
        finally:
            # Cut short or not: it may have written.
            self._world.forget(claim.job.tenant)

    def _reservations(self) -> ReservationJobs:
        return ReservationJobs(
            self._pms_of,
            self._locks,
            self._leases,
            self._clock,
            self._ids,
            self._journal,
            self._policy,
            self._lease_ttl,
            self._lease_patience,
        )

    def broken(self, claim: JobClaim) -> JobResult:
        """Say how a job goes on whose run ended in an error nobody foresaw: nothing is known of its writes."""
        if claim.job.kind is JobKind.BOOK and claim.booking.state in UNSETTLED:
            return self._wait(claim, claim.booking)
        return self._again(claim)

    # ------------------------------------------------------------ book

    async def _book(self, claim: JobClaim) -> JobResult:
        booking = claim.booking
        if booking.state not in UNSETTLED:
            # All that is left of this job is a lock that could not be released.
            return JobResult() if await self._released(booking) else self._again(claim)
        if booking.state is BookingState.SUBMITTING and booking.submitted_at is None:
            # Nobody has noted that it is about to be sent: it never was, however often this was tried.
            return await self._submit(claim, booking)
        if claim.tries > 1 or booking.state is not BookingState.SUBMITTING:
            # It may have been sent, by a worker that died or by a call whose answer was lost: look before anything else.
            return await self._look_up(claim, booking)
        try:
            seen = await self._sightings(self._pms_of(booking.tenant), booking)
        except (PortError, NotFound):
            return self._later(claim, booking)
        return await (self._look_up(claim, booking) if _hold_rooms(seen) else self._submit(claim, booking))

    async def _submit(self, claim: JobClaim, booking: Booking) -> JobResult:
        """
        Send it, and look at what became of it.

        Raises:
            StaleClaim: somebody else has the job by now, or the booking has moved; nothing was sent.

        """
        pms = self._pms_of(booking.tenant)
        sent_before = booking.submitted_at is not None
        try:
            await self._locks.hold(booking.lock, booking.lock_owner)
        except LockLost:
            return await self._reject(claim, booking, Rejection.SOLD_OUT)
        except PortError:
            return self._later(claim, booking)
        refused: Rejection | None = None
        standing = Standing.FORMING
        async with self._writing(claim):
            try:
                claim = await self._journal.note(claim, booking.changed(submitted_at=self._clock.now()))
            except PortError:
                # Without the note nothing is sent. Should it be written after all, the next run looks first.
                return self._later(claim, booking)
            sent = claim.booking
            try:
                reservation = await pms.book(sent.order())
                standing = await self._first_look(pms, reservation.id)
            except Rejected as exc:
                refused = exc.reason
            except Unavailable:
                return self._later(claim, _with(sent, submitted_at=booking.submitted_at))
            except PortError:
                return self._wait(claim, self._sent(sent))
        if refused:
            # After an earlier send the room may be gone because that one took it after all.
            return await (self._look_up(claim, sent, rejected=refused) if sent_before else self._reject(claim, sent, refused))
        if standing is Standing.SOLE:
            # Somebody else's request may still be running: believe the records only after a second look.
            await anyio.sleep(self._recheck_after.total_seconds())
        return await self._look_up(claim, self._sent(sent))

    async def _first_look(self, pms: PropertySystem, reservation: ReservationId) -> Standing:
        try:
            return await pms.verify(reservation)
        except (PortError, NotFound):
            return Standing.FORMING

    async def _look_up(self, claim: JobClaim, booking: Booking, rejected: Rejection | None = None) -> JobResult:
        """Settle the booking by what the PMS has under its reference; *rejected*: the PMS has just said no to it."""
        pms = self._pms_of(booking.tenant)
        booking = booking if booking.submitted_at else self._sent(booking)
        try:
            seen = await self._sightings(pms, booking)
            now = self._clock.now()
            held = _hold_rooms(seen)
            booking = _with(booking, absent_since=None if held else booking.absent_since or now)
            settlement = settle(booking, seen, self._policy, now)
            if not {*settlement.undo} <= {*booking.undoing}:
                undoing = tuple(dict.fromkeys((*booking.undoing, *settlement.undo)))
                claim = await self._journal.note(claim, booking.changed(undoing=undoing))
                booking = claim.booking
            for reservation in settlement.undo:
                await pms.cancel(reservation)
        except (PortError, NotFound):
            return self._wait(claim, booking)
        if rejected and not held:
            return await self._reject(claim, booking, rejected)
        match settlement.verdict:
            case Verdict.CONFIRM:
                return await self._confirm(claim, booking, settlement.reservation, twins=len(settlement.undo))
            case Verdict.SOLD_OUT | Verdict.PRICE_CHANGED:
                return await self._reject(claim, booking, _REJECTIONS[settlement.verdict])
            case Verdict.RESUBMIT:
                return self._resubmit(claim, booking)
            case Verdict.WAIT:
                return self._wait(claim, booking)

    async def _sightings(self, pms: PropertySystem, booking: Booking) -> tuple[Sighting, ...]:
        found = await pms.find(booking.reference)
        return tuple([Sighting(reservation=known, standing=await pms.verify(known.id)) for known in found])

    async def _confirm(self, claim: JobClaim, booking: Booking, reservation: ReservationId | None, *, twins: int) -> JobResult:
        confirmed = _moved(booking, BookingState.CONFIRMED, reservation=reservation, absent_since=None, staff_told_at=None)
        twin_entries = (self._entry(booking, AuditAct.TWIN_CANCELLED),) * twins
        return JobResult(
            booking=confirmed,
            events=(self._news(claim, confirmed, Settled.CONFIRMED),),
            audit=(*twin_entries, self._entry(confirmed, AuditAct.CONFIRMED)),
            retry_at=await self._unlock_at(claim, booking),
        )

    async def _reject(self, claim: JobClaim, booking: Booking, reason: Rejection) -> JobResult:
        rejected = _moved(booking, BookingState.REJECTED, rejection=reason)
        return JobResult(
            booking=rejected,
            events=(self._news(claim, rejected, Settled.REJECTED),),
            audit=(self._entry(rejected, AuditAct.REJECTED, reason),),
            retry_at=await self._unlock_at(claim, booking),
        )

    def _resubmit(self, claim: JobClaim, booking: Booking) -> JobResult:
        """The PMS never got it, as far as one can know: commit to sending it once more, and to looking for twins after."""
        again = _moved(booking, BookingState.SUBMITTING, absent_since=None)
        return JobResult(
            booking=again,
            jobs=(self._anew(claim.job, self._clock.now()), self._watch_job(claim.job)),
            audit=(self._entry(again, AuditAct.RESUBMITTED),),
        )

    def _wait(self, claim: JobClaim, booking: Booking) -> JobResult:
        """The outcome is open: look again later; the guest is told once, and staff when it takes too long."""
        now, before = self._clock.now(), claim.booking
        told = before.state is BookingState.CHECKING or claim.job.round > 0
        overdue = self._overdue(booking, booking.created_at)
        checking = _moved(booking, BookingState.CHECKING)
        return JobResult(
            booking=evolve(checking, staff_told_at=now) if overdue else checking,
            events=(
                *(() if told else (self._news(claim, checking, Settled.CHECKING),)),
                *((self._news(claim, checking, Settled.STAFF_TOLD),) if overdue else ()),
            ),
            audit=() if before.state is BookingState.CHECKING else (self._entry(checking, AuditAct.CHECKING),),
            escalations=(self._escalation(booking, "booking_unsettled"),) if overdue else (),
            retry_at=now + self._policy.wait(claim.tries - 1),
        )

    def _later(self, claim: JobClaim, booking: Booking) -> JobResult:
        """Nothing was sent by this run: begin anew as a job that was never tried."""
        now = self._clock.now()
        told = claim.job.round > 0
        overdue = self._overdue(booking, booking.created_at)
        after = _with(booking, staff_told_at=now) if overdue else booking
        return JobResult(
            booking=after.changed() if after != claim.booking else None,
            jobs=(self._anew(claim.job, now + self._policy.wait(claim.job.round)),),
            events=(
                *(() if told else (self._news(claim, booking, Settled.CHECKING),)),
                *((self._news(claim, booking, Settled.STAFF_TOLD),) if overdue else ()),
            ),
            escalations=(self._escalation(booking, "booking_unsettled"),) if overdue else (),
        )

    def _anew(self, job: Job, due_at: datetime) -> Job:
        """Make the next job of the same booking: its `round` says that the guest has been told of the delay."""
        return evolve(job, id=JobId(f"j-{self._ids.draw()}"), due_at=due_at, round=job.round + 1)

    def _overdue(self, booking: Booking, since: datetime) -> bool:
        """Tell whether staff has to hear of it now."""
        return booking.staff_told_at is None and self._clock.now() - since >= self._policy.tell_staff_after

    # ------------------------------------------------------------ cancel

    async def _cancel(self, claim: JobClaim) -> JobResult:
        booking = claim.booking
        if booking.state is not BookingState.CANCELLING or booking.reservation is None:
            return JobResult()
        pms = self._pms_of(booking.tenant)
        refused = False
        try:
            await pms.cancel(booking.reservation)
        except Rejected:
            refused = True
        except PortError:
            # Cancelling is harmless to repeat, so a lost answer is settled by looking, then by doing it again.
            refused = False
        try:
            standing = await pms.verify(booking.reservation)
        except PortError:
            return self._still_cancelling(claim, booking)
        except NotFound:
            return self._not_cancelled(claim, booking)
        if standing is Standing.CANCELLED:
            cancelled = booking.moved_to(BookingState.CANCELLED)
            return JobResult(
                booking=cancelled,
                events=(self._news(claim, cancelled, Settled.CANCELLED),),
                audit=(self._entry(cancelled, AuditAct.CANCELLED),),
            )
        return self._not_cancelled(claim, booking) if refused else self._still_cancelling(claim, booking)

    def _still_cancelling(self, claim: JobClaim, booking: Booking) -> JobResult:
        """It may or may not be cancelled: go on, and tell staff once when it takes too long."""
        again = self._again(claim)
        if not self._overdue(booking, claim.job.due_at):
            return again
        told = booking.changed(staff_told_at=self._clock.now())
        return evolve(
            again,
            booking=told,
            events=(self._news(claim, told, Settled.STAFF_TOLD),),
            escalations=(self._escalation(told, "cancel_failed"),),
        )

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
        if not booking.settled:
            return self._again(claim)
        pms = self._pms_of(booking.tenant)
        undone: tuple[AuditEntry, ...] = ()
        try:
            for known in await pms.find(booking.reference):
                ours = known.id == booking.reservation and booking.state is BookingState.CONFIRMED
                if ours or await pms.verify(known.id) is Standing.CANCELLED:
                    continue
                await pms.cancel(known.id)
                undone = (*undone, self._entry(booking, AuditAct.TWIN_CANCELLED))
        except (PortError, NotFound):
            return evolve(self._again(claim), audit=undone)
        jobs = (self._watch_job(job, job.round + 1),) if job.round + 1 < len(self._policy.watch_after) else ()
        return JobResult(jobs=jobs, audit=undone)

    def _watch_job(self, job: Job, turn: int = 0) -> Job:
        due_at = self._clock.now() + self._policy.watch_after[turn]
        return evolve(job, id=JobId(f"j-{self._ids.draw()}"), kind=JobKind.WATCH, due_at=due_at, round=turn)

    # ------------------------------------------------------------ parts

    def _again(self, claim: JobClaim) -> JobResult:
        return JobResult(retry_at=self._clock.now() + self._policy.wait(claim.tries - 1))

    def _writing(self, claim: JobClaim) -> AbstractAsyncContextManager[None]:
        owner = f"{claim.owner}/{claim.job.id}"
        return writing(self._leases, claim.job.tenant, owner, ttl=self._lease_ttl, patience=self._lease_patience)

    def _sent(self, booking: Booking) -> Booking:
        """Note that by now it has been sent, if it ever was."""
        return _with(booking, submitted_at=self._clock.now())

    async def _released(self, booking: Booking) -> bool:
        """End the lock; False when the lock store is down."""
        try:
            await self._locks.release(booking.lock, booking.lock_owner)
        except PortError:
            return False
        return True

    async def _unlock_at(self, claim: JobClaim, booking: Booking) -> datetime | None:
        """
        End the lock before the end is recorded: after a crash in between the PMS's own lines hold the room.

        With the lock store down the end is recorded all the same, and the job comes back for the lock at the instant returned.
        """
        return None if await self._released(booking) else self._clock.now() + self._policy.wait(claim.tries - 1)

    def _news(self, claim: JobClaim, booking: Booking, news: Settled) -> Event:
        return news_of(claim, booking, news, self._clock.now(), self._ids.draw())

    def _entry(self, booking: Booking, act: AuditAct, detail: str = "") -> AuditEntry:
        return entry_of(booking, act, self._clock.now(), detail or booking.reference)

    def _escalation(self, booking: Booking, reason: str) -> Escalation:
        return Escalation(
            id=f"x-{booking.id}-{reason}",
            tenant=booking.tenant,
            conversation=booking.conversation,
            at=self._clock.now(),
            reason=reason,
            urgent=True,
        )


def _hold_rooms(seen: tuple[Sighting, ...]) -> bool:
    """Tell whether anything seen holds a room, or may come to."""
    return any(sight.standing is not Standing.CANCELLED for sight in seen)


def _with(booking: Booking, **changes: object) -> Booking:
    """Change fields within one recorded step: its version rises once, however many changes it gathers."""
    return evolve(booking, **changes)  # type: ignore[arg-type]  # evolve checks names at run time


def _moved(booking: Booking, state: BookingState, **changes: object) -> Booking:
    return booking.moved_to(state, **changes)
