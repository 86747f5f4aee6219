"""
How a booking begins in a soak: a guest's first message is an `Errand`, and the turn that hears it books.

It is the turn that a yes to a read-back ends in: it locks rooms, and commits the booking as SUBMITTING with its job. It does
not search once more before, so offers are as stale as can be; a guest whose rooms are locked by somebody else insists.
"""

from datetime import timedelta
from random import Random
from typing import Final

from attrs import define, field, frozen

from hotel_agent.adapters._codec import decode
from hotel_agent.application.bell import JOBS
from hotel_agent.application.conversations import Conversations
from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.dialogue.step import new_session
from hotel_agent.domain.errors import AlreadyLocked, LockLost, PortError, StaleClaim
from hotel_agent.domain.events import Event, GuestMessage
from hotel_agent.domain.ids import BookingId, JobId, OwnerId, TurnIds
from hotel_agent.domain.locks import LockClaim, ReservationLock
from hotel_agent.domain.turns import Answer, AuditAct, AuditEntry, BookingView, Job, JobKind, Status, Turn
from hotel_agent.domain.understanding import Intent, Listening, Understanding
from hotel_agent.ports.journal import Claim
from hotel_agent.ports.locks import LockStore
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.soak_plan import Errand

_LOCK_TTL: Final = timedelta(minutes=20)
_INSIST_S: Final = 0.3
_INSIST_MOST_S: Final = 4.0


@define
class Errands(Conversations):
    """Takes errands; every other event goes the way it always does."""

    _locks: LockStore = field(kw_only=True)

    async def handle(self, claim: Claim) -> None:
        """Turn an errand into a committed booking, then handle what else waits."""
        left: Claim | None = claim
        if isinstance(claim.events[0].content, GuestMessage):
            left = await self._take(claim, claim.events[0], claim.events[0].content)
        if left is not None:
            await super().handle(left)

    async def _take(self, claim: Claim, event: Event, message: GuestMessage) -> Claim | None:
        errand, ids = decode(Errand, message.text), TurnIds(event.seed)
        owner = OwnerId(f"{event.conversation}/{ids.mint('owner')}")
        wanted = LockClaim(
            tenant=event.tenant,
            candidates=errand.candidates,
            stay=errand.offer.stay,
            count=errand.offer.occupancy.rooms,
        )
        try:
            lock = await self._locks.acquire(wanted, owner, _LOCK_TTL)
            lock = await self._locks.hold(lock.id, owner)
            left = await self._inbox.commit(claim, self._submission(event, errand, lock, ids))
        except (AlreadyLocked, LockLost, StaleClaim, PortError):
            await self._inbox.give_back(claim, _insisting(event, claim.tries))
            return None
        self._bell.ring(JOBS)
        return left

    def _submission(self, event: Event, errand: Errand, lock: ReservationLock, ids: TurnIds) -> Turn:
        now, hotel = self._clock.now(), self._tenants.get(event.tenant)
        session = new_session(event, hotel, now)
        booking = Booking(
            id=BookingId(f"b-{ids.mint('booking')}"),
            tenant=event.tenant,
            conversation=event.conversation,
            root=event.root,
            reference=ids.reference(errand.offer.id),
            offer=errand.offer,
            guest=errand.guest,
            language=session.language,
            lock=lock.id,
            lock_owner=lock.owner,
            rooms=lock.rooms,
            state=BookingState.SUBMITTING,
            created_at=now,
        )
        job = Job(
            id=JobId(f"j-{ids.mint('job')}"),
            kind=JobKind.BOOK,
            tenant=event.tenant,
            conversation=event.conversation,
            channel=event.channel,
            booking=booking.id,
            due_at=now,
        )
        entry = AuditEntry(
            at=now,
            tenant=event.tenant,
            conversation=event.conversation,
            act=AuditAct.SUBMITTED,
            subject=booking.id,
            detail=booking.reference,
        )
        answer = Answer(
            status=Status.SUCCESS,
            intent=Intent.CREATE_RESERVATION,
            confidence=1.0,
            language=session.language,
            lock_acquired=True,
            booking=BookingView(reference=booking.reference, state=booking.state),
            open=True,
        )
        return Turn(event=event, session=session, bookings=(booking,), jobs=(job,), audit=(entry,), answer=answer)


def _insisting(event: Event, tries: int) -> timedelta:
    """Come back later and later, each guest in their own time."""
    longest = min(_INSIST_S * 2 ** min(tries, 10), _INSIST_MOST_S)
    return timedelta(seconds=Random(f"{event.seed}/{tries}").uniform(0.2, 1.0) * longest)


@frozen
class Unheard(Understander):
    """Nobody says a word in a soak."""

    async def understand(self, text: str, listening: Listening) -> Understanding:
        raise AssertionError("a guest of the soak has said something")
