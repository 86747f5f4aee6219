"""
Carries out what was agreed about a reservation that stands: changing it, checking it in or out.

A job may be run again at any point, by another worker, from the committed state. Every run looks first: a change that the PMS
already shows is told, one that somebody else has made impossible is given up. Before a change goes out that is noted in the
journal, so that no run sends it while an earlier one may still be on its way. Nothing is said to be done, or not done, but what
the PMS's own records show afterwards. No way leads to a second reservation.
"""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from enum import Enum

from attrs import define, evolve, field, frozen

from hotel_agent.application.leasing import writing
from hotel_agent.application.recording import entry_of, news_of
from hotel_agent.application.world import PmsOf
from hotel_agent.domain.amendments import agreed_amendment
from hotel_agent.domain.bookings import Booking, BookingState, Change, ChangeKind
from hotel_agent.domain.errors import LockLost, NotFound, PortError, Rejected, Rejection, Unavailable
from hotel_agent.domain.events import Event, Settled
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.reservations import Reservation, ReservationStatus, Standing
from hotel_agent.domain.settling import SettlingPolicy
from hotel_agent.domain.turns import AuditAct, AuditEntry, Escalation, JobResult, Need
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.journal import JobClaim, Jobs
from hotel_agent.ports.locks import LockStore, WriterLease

_DONE = {
    ChangeKind.AMEND: Settled.CHANGED,
    ChangeKind.CHECK_IN: Settled.CHECKED_IN,
    ChangeKind.CHECK_OUT: Settled.CHECKED_OUT,
}
_REFUSED = {
    ChangeKind.AMEND: Settled.NOT_CHANGED,
    ChangeKind.CHECK_IN: Settled.NOT_CHECKED_IN,
    ChangeKind.CHECK_OUT: Settled.NOT_CHECKED_OUT,
}
_ARRIVED = {
    ChangeKind.CHECK_IN: (ReservationStatus.CHECKED_IN, ReservationStatus.CHECKED_OUT),
    ChangeKind.CHECK_OUT: (ReservationStatus.CHECKED_OUT,),
}


class _Shows(Enum):
    """What the PMS's records show of a change."""

    DONE = "done"
    BEFORE = "before"
    NEITHER = "neither"
    """Half of it, or what somebody else has made of the reservation."""
    FORMING = "forming"
    BEATEN = "beaten"
    """The change is there, and so is somebody else, who was first."""
    CANCELLED = "cancelled"


@frozen
class _Look:
    shows: _Shows
    reservation: Reservation


@define
class ReservationJobs:
    """Runs one claimed job that changes a reservation to its next committed state."""

    _pms_of: PmsOf
    _locks: LockStore
    _leases: WriterLease | None
    _clock: Clock
    _ids: IdSource
    _journal: Jobs
    _policy: SettlingPolicy = field(factory=SettlingPolicy)
    _lease_ttl: timedelta = timedelta(seconds=45)
    _lease_patience: timedelta = timedelta(seconds=20)

    async def run(self, claim: JobClaim) -> JobResult:
        """
        Do the next step of a job; what comes back is to be recorded whole.

        Raises:
            StaleClaim: somebody else has the job by now, or the booking has moved; nothing was sent.

        """
        booking, change = claim.booking, claim.booking.change
        if change is None:
            return JobResult()
        if booking.state is not BookingState.CHANGING:
            # All that is left of this job is a lock that could not be released.
            return JobResult(booking=booking.changed(change=None)) if await self._released(change) else self._again(claim)
        if booking.reservation is None:
            return await self._refuse(claim, booking, change, Rejection.NOT_FOUND)
        try:
            look = await self._look(booking, change)
        except NotFound:
            return await self._vanished(claim, booking, change)
        except PortError:
            return self._wait(claim, booking, change)
        if settled := await self._settled(claim, booking, change, look):
            return settled
        if change.kind is ChangeKind.AMEND:
            return await self._amend(claim, booking, change, look)
        return await self._arrive(claim, booking, change)

    # ------------------------------------------------------------ looking

    async def _look(self, booking: Booking, change: Change) -> _Look:
        assert booking.reservation  # noqa: S101 - `run` has looked
        pms = self._pms_of(booking.tenant)
        reservation = await pms.get(booking.reservation)
        if change.kind is not ChangeKind.AMEND:
            return _Look(_arrival_shown(change, reservation), reservation)
        standing = await pms.verify(booking.reservation)
        return _Look(_amendment_shown(change, reservation, standing), reservation)

    async def _settled(self, claim: JobClaim, booking: Booking, change: Change, look: _Look) -> JobResult | None:
        """Say how it ended, where the PMS's records leave no doubt; None while there is something to do or to wait for."""
        match look.shows:
            case _Shows.DONE:
                return await self._done(claim, booking, change, look.reservation)
            case _Shows.CANCELLED:
                return await self._cancelled(claim, booking, change)
            case _Shows.BEATEN:
                return await self._hand_over(claim, booking, change, look.reservation)
            case _Shows.NEITHER if change.sent_at is None:
                # Somebody else has changed it since it was read back: what was agreed fits it no more.
                found = evolve(booking, offer=_as_found(booking.offer, look.reservation))
                return await self._refuse(claim, found, change, Rejection.OTHER)
            case _Shows.NEITHER if booking.staff_told_at is not None:
                # By now it is a person's: nothing of ours must undo what they make of it.
                return await self._hand_over(claim, booking, change, look.reservation)
            case _:
                return None

    # ------------------------------------------------------------ amending

    async def _amend(self, claim: JobClaim, booking: Booking, change: Change, look: _Look) -> JobResult:
        now = self._clock.now()
        if look.shows is _Shows.FORMING:
            return self._wait(claim, booking, change)
        if (sent_at := change.sent_at) is not None:
            if look.shows is _Shows.BEFORE and change.unchanged_since is None:
                change = evolve(change, unchanged_since=now)
            if now - (change.unchanged_since or sent_at) < self._policy.presume_absent_after:
                # It may still be on its way, or in the middle of its steps.
                return self._wait(claim, booking, change)
        return await self._send(claim, booking, change)

    async def _send(self, claim: JobClaim, booking: Booking, change: Change) -> JobResult:
        pms, reservation = self._pms_of(booking.tenant), booking.reservation
        before, after, sent_before = change.before, change.after, change.sent_at
        assert reservation  # noqa: S101 - `run` has looked
        assert before  # noqa: S101 - an amendment has both
        assert after  # noqa: S101  # the same
        refused: Rejection | None = None
        if change.lock and change.lock_owner:
            try:
                await self._locks.hold(change.lock, change.lock_owner)
            except LockLost:
                if change.sent_at is None:
                    return await self._refuse(claim, booking, change, Rejection.SOLD_OUT)
            except PortError:
                return self._wait(claim, booking, change)
        async with self._writing(claim):
            noted = evolve(change, sent_at=self._clock.now(), unchanged_since=None)
            try:
                claim = await self._journal.note(claim, booking.changed(change=noted))
            except PortError:
                # Without the note nothing is sent. Should it be written after all, the next run waits before it sends.
                return self._wait(claim, booking, change)
            booking, change = claim.booking, noted
            try:
                await pms.amend(reservation, agreed_amendment(before, after, change.rooms))
            except Rejected as exc:
                refused = exc.reason
            except Unavailable:
                return self._wait(claim, booking, evolve(change, sent_at=sent_before))
            except PortError:
                return self._wait(claim, booking, change)
        return await self._judge(claim, booking, change, refused)

    async def _judge(self, claim: JobClaim, booking: Booking, change: Change, refused: Rejection | None) -> JobResult:
        """Look at what became of what was just sent; *refused*: the PMS has said no to it."""
        try:
            look = await self._look(booking, change)
        except (NotFound, PortError):
            return self._wait(claim, booking, change)
        if settled := await self._settled(claim, booking, change, look):
            return settled
        if refused and look.shows is _Shows.BEFORE:
            return await self._refuse(claim, booking, change, refused)
        return self._wait(claim, booking, change)

    # ------------------------------------------------------------ arriving and leaving

    async def _arrive(self, claim: JobClaim, booking: Booking, change: Change) -> JobResult:
        """Check in or out: harmless to repeat, so a lost answer is settled by looking, then by doing it again."""
        assert booking.reservation  # noqa: S101 - `run` has looked
        pms = self._pms_of(booking.tenant)
        refused: Rejection | None = None
        try:
            async with self._writing(claim):
                await (pms.check_in if change.kind is ChangeKind.CHECK_IN else pms.check_out)(booking.reservation)
        except Rejected as exc:
            refused = exc.reason
        except PortError:
            pass  # what is there afterwards decides
        return await self._judge(claim, booking, change, refused)

    # ------------------------------------------------------------ endings

    async def _done(self, claim: JobClaim, booking: Booking, change: Change, reservation: Reservation) -> JobResult:
        offer, rooms = (change.after or booking.offer), reservation.room_ids or booking.rooms
        return await self._end(claim, booking, change, _DONE[change.kind], AuditAct.CHANGED, offer=offer, rooms=rooms)

    async def _refuse(self, claim: JobClaim, booking: Booking, change: Change, reason: Rejection) -> JobResult:
        news = _REFUSED[change.kind]
        return await self._end(
            claim, booking, change, news, AuditAct.NOT_CHANGED, reason, offer=booking.offer, rejection=reason
        )

    async def _vanished(self, claim: JobClaim, booking: Booking, change: Change) -> JobResult:
        result = await self._refuse(claim, booking, change, Rejection.NOT_FOUND)
        return evolve(result, escalations=(self._escalation(booking, "change_failed"),))

    async def _cancelled(self, claim: JobClaim, booking: Booking, change: Change) -> JobResult:
        """Somebody has cancelled the reservation meanwhile."""
        return await self._end(
            claim, booking, change, Settled.CANCELLED, AuditAct.CANCELLED, state=BookingState.CANCELLED, fee=None
        )

    async def _hand_over(self, claim: JobClaim, booking: Booking, change: Change, reservation: Reservation) -> JobResult:
        """What the PMS has is neither what was nor what was agreed, or is somebody else's too: only a person can mend that."""
        found = _as_found(booking.offer, reservation)
        result = await self._end(claim, booking, change, Settled.STAFF_TOLD, AuditAct.NOT_CHANGED, offer=found)
        if booking.staff_told_at is not None:
            return evolve(result, events=())
        return evolve(result, escalations=(self._escalation(booking, "change_failed"),))

    async def _end(
        self,
        claim: JobClaim,
        booking: Booking,
        change: Change,
        news: Settled,
        act: AuditAct,
        detail: str = "",
        *,
        state: BookingState = BookingState.CONFIRMED,
        **changes: object,
    ) -> JobResult:
        """Release the lock and record the end; with the lock store down the job comes back for the lock."""
        released = await self._released(change)
        ended = booking.moved_to(state, change=None if released else change, staff_told_at=None, **changes)
        return JobResult(
            booking=ended,
            events=(self._news(claim, ended, news),),
            audit=(self._entry(ended, act, detail or change.kind),),
            retry_at=None if released else self._clock.now() + self._policy.wait(claim.tries - 1),
        )

    # ------------------------------------------------------------ parts

    def _wait(self, claim: JobClaim, booking: Booking, change: Change) -> JobResult:
        """The outcome is open: look again later; the guest is told once, and staff when it takes too long."""
        now = self._clock.now()
        overdue = booking.staff_told_at is None and now - change.asked_at >= self._policy.tell_staff_after
        after = evolve(booking, change=evolve(change, told=True), staff_told_at=now if overdue else booking.staff_told_at)
        return JobResult(
            booking=after.changed() if after != claim.booking else None,
            events=(
                *(() if change.told else (self._news(claim, booking, Settled.CHECKING),)),
                *((self._news(claim, booking, Settled.STAFF_TOLD),) if overdue else ()),
            ),
            escalations=(self._escalation(booking, "change_unsettled"),) if overdue else (),
            retry_at=now + self._policy.wait(claim.tries - 1),
        )

    def _again(self, claim: JobClaim) -> JobResult:
        return JobResult(retry_at=self._clock.now() + self._policy.wait(claim.tries - 1))

    async def _released(self, change: Change) -> bool:
        """End the lock, if there is one; False when the lock store is down."""
        if change.lock is None or change.lock_owner is None:
            return True
        try:
            await self._locks.release(change.lock, change.lock_owner)
        except PortError:
            return False
        return True

    def _writing(self, claim: JobClaim) -> AbstractAsyncContextManager[None]:
        owner = f"{claim.owner}/{claim.job.id}"
        return writing(self._leases, claim.job.tenant, owner, ttl=self._lease_ttl, patience=self._lease_patience)

    def _news(self, claim: JobClaim, booking: Booking, news: Settled) -> Event:
        return news_of(claim, booking, news, self._clock.now(), self._ids.draw())

    def _entry(self, booking: Booking, act: AuditAct, detail: str) -> AuditEntry:
        return entry_of(booking, act, self._clock.now(), detail)

    def _escalation(self, booking: Booking, reason: str) -> Escalation:
        return Escalation(
            id=f"x-{booking.id}-{booking.version}-{reason}",
            tenant=booking.tenant,
            conversation=booking.conversation,
            at=self._clock.now(),
            reason=reason,
            urgent=True,
            need=Need.TROUBLE,
        )


def _amendment_shown(change: Change, reservation: Reservation, standing: Standing) -> _Shows:
    if standing is Standing.FORMING:
        return _Shows.FORMING
    if standing is Standing.CANCELLED:
        return _Shows.CANCELLED
    if change.after and _is(change.after, reservation):
        return _Shows.DONE if standing is Standing.SOLE else _Shows.BEATEN
    return _Shows.BEFORE if change.before and _is(change.before, reservation) else _Shows.NEITHER


def _arrival_shown(change: Change, reservation: Reservation) -> _Shows:
    if reservation.status in _ARRIVED[change.kind]:
        return _Shows.DONE
    return _Shows.CANCELLED if reservation.status is ReservationStatus.CANCELLED else _Shows.BEFORE


def _is(offer: Offer, reservation: Reservation) -> bool:
    """Tell whether a reservation is what *offer* says; children's ages, which a PMS may fill in, do not count."""
    party, told = offer.occupancy, reservation.occupancy
    same_party = told is None or (told.adults, told.children) == (party.adults, party.children)
    return (
        same_party
        and reservation.stay == offer.stay
        and reservation.room_types == (offer.room_type.id,)
        and len(reservation.room_ids) == party.rooms
        and reservation.total == offer.total
    )


def _as_found(offer: Offer, reservation: Reservation) -> Offer:
    return evolve(offer, stay=reservation.stay or offer.stay, total=reservation.total)
