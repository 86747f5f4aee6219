"""What a journal in memory consists of, and the steps that its methods share; none of them gives way to other tasks."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Final, TypeVar

from attrs import define, field

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.delivery import PULLED, Address, DeliveryStatus
from hotel_agent.domain.errors import InvalidValue, StaleClaim
from hotel_agent.domain.events import Event, GuestMessage, Timer
from hotel_agent.domain.ids import BookingId, ConversationId, EventId, JobId, OutboxId, Reference, TenantId, TimerId
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.turns import Answer, AuditEntry, Escalation, Job, OutboxMessage, Turn
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.journal import Appended, Claim, JobClaim
from hotel_agent.ports.records import Line

LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
NEVER: Final = datetime.max.replace(tzinfo=UTC)

T = TypeVar("T")


def newest(records: Sequence[T], limit: int) -> tuple[T, ...]:
    """Cut *records*, oldest first, to the last *limit*."""
    return tuple(records[max(len(records) - limit, 0) :])


@define
class Conversation:
    """
    `free_at` is the end of the owner's lease, or of the delay it was given back with. `spoken` counts lines ever said.

    `ended_at` is the end of its session, or when retention last looked at what is left of it.
    """

    tenant: TenantId
    session: Session | None = None
    version: int = 0
    fence: int = 0
    owner: str | None = None
    free_at: datetime = LONG_AGO
    waiting: list[Event] = field(factory=list)
    lines: list[Line] = field(factory=list)
    spoken: int = 0
    ended_at: datetime | None = None
    bookings: list[BookingId] = field(factory=list)

    def ready(self, now: datetime) -> tuple[Event, ...]:
        """Those to be handled, in order: up to the last that is ready, for what is held back is not overtaken."""
        # `waiting` is in order of arrival and sorting is stable.
        ordered = sorted(self.waiting, key=attrgetter("order_at"))
        last = max(n for n, event in enumerate(ordered) if event.ready_at <= now)
        return tuple(ordered[: last + 1])

    def ready_at(self) -> datetime:
        return min(event.ready_at for event in self.waiting)


@define
class WaitingJob:
    job: Job
    due_at: datetime
    owner: str | None = None
    free_at: datetime = LONG_AGO
    fence: int = 0
    tries: int = 0


@define
class KnownEvent:
    """An event as long as its dedupe key is known. `arrival` rises; `reason` is that of an event set aside."""

    event: Event
    arrival: int
    tries: int = 0
    handled_at: datetime | None = None
    reason: str | None = None
    line: int | None = None


@define
class Recipient:
    """
    The guest of a conversation that is pushed to. `due_at` None: nothing is to be sent.

    `full_at` is when a whole burst may go again, `next_at` when one message may.
    """

    address: Address
    due_at: datetime | None = None
    owner: str | None = None
    free_at: datetime = LONG_AGO
    fence: int = 0
    full_at: datetime = LONG_AGO
    next_at: datetime = LONG_AGO


@define
class Delivery:
    """One message on its way; `line` is its place in the conversation."""

    message: OutboxMessage
    line: int
    sending: bool = False
    tries: int = 0
    unknowns: int = 0
    provider_id: str | None = None
    status: DeliveryStatus | None = None
    reason: str = ""
    settled_at: datetime | None = None

    @property
    def pending(self) -> bool:
        return self.status is None

    def settle(self, status: DeliveryStatus, now: datetime) -> None:
        self.status, self.sending, self.settled_at = status, False, self.settled_at or now


@define
class JournalState:
    _clock: Clock
    _conversations: dict[ConversationId, Conversation] = field(factory=dict, init=False)
    _busy: set[ConversationId] = field(factory=set, init=False)
    _known: dict[tuple[TenantId, str], EventId] = field(factory=dict, init=False)
    _events: dict[EventId, KnownEvent] = field(factory=dict, init=False)
    _arrivals: int = field(default=0, init=False)
    _bookings: dict[BookingId, Booking] = field(factory=dict, init=False)
    _references: dict[Reference, BookingId] = field(factory=dict, init=False)
    _jobs: dict[JobId, WaitingJob] = field(factory=dict, init=False)
    _timers: dict[tuple[ConversationId, TimerId], Timer] = field(factory=dict, init=False)
    _none_due_before: datetime = field(default=LONG_AGO, init=False)
    """No timer is due before: until then none need be looked for among them all."""
    _answers: dict[EventId, Answer] = field(factory=dict, init=False)
    _answered_at: dict[EventId, datetime] = field(factory=dict, init=False)
    _audit: list[AuditEntry] = field(factory=list, init=False)
    _escalations: dict[str, Escalation] = field(factory=dict, init=False)

    _recipients: dict[ConversationId, Recipient] = field(factory=dict, init=False)
    _deliveries: dict[OutboxId, Delivery] = field(factory=dict, init=False)

    def _append(self, event: Event) -> Appended:
        first = self._known.get((event.tenant, event.dedupe_key))
        if first is not None:
            return Appended(event=first, new=False)
        known = self._conversations.setdefault(event.conversation, Conversation(event.tenant))
        if known.tenant != event.tenant:
            raise InvalidValue("a conversation belongs to one tenant")
        self._known[event.tenant, event.dedupe_key] = event.id
        self._arrivals += 1
        self._events[event.id] = KnownEvent(event, self._arrivals)
        known.waiting.append(event)
        self._busy.add(event.conversation)
        return Appended(event=event.id, new=True)

    def _claim(self, conversation: ConversationId, owner: str, now: datetime, lease: timedelta) -> Claim:
        known = self._conversations[conversation]
        known.owner, known.free_at = owner, now + lease
        known.fence += 1
        events = known.ready(now)
        return Claim(
            tenant=known.tenant,
            conversation=conversation,
            owner=owner,
            fence=known.fence,
            version=known.version,
            session=known.session,
            bookings=self._bookings_of(conversation),
            events=events,
            tries=self._count(events[0].id),
        )

    def _count(self, event: EventId) -> int:
        self._events[event].tries += 1
        return self._events[event].tries

    def _owned(self, claim: Claim) -> Conversation:
        known = self._conversations.get(claim.conversation)
        if known is None or known.owner != claim.owner or known.fence != claim.fence:
            raise StaleClaim
        return known

    def _owned_job(self, claim: JobClaim) -> WaitingJob:
        waiting = self._jobs.get(claim.job.id)
        if waiting is None or waiting.owner != claim.owner or waiting.fence != claim.fence:
            raise StaleClaim
        return waiting

    def _check(self, bookings: Iterable[Booking], jobs: Iterable[Job], finished: JobId | None = None) -> None:
        """Refuse what cannot be written, before anything is."""
        for booking in bookings:
            before = self._bookings.get(booking.id)
            if booking.version != (before.version if before else 0) + 1:
                raise StaleClaim
            if self._references.get(booking.reference, booking.id) != booking.id:
                raise StaleClaim
        new = {booking.id for booking in bookings}
        for job in jobs:
            if job.booking not in new and job.booking not in self._bookings:
                raise InvalidValue("a job is about a booking that is stored")
            if job.id in self._jobs and job.id != finished:
                raise StaleClaim

    def _bookings_of(self, conversation: ConversationId) -> tuple[Booking, ...]:
        found = [self._bookings[booking] for booking in self._conversations[conversation].bookings]
        return tuple(sorted(found, key=attrgetter("created_at", "id")))

    def _handle(self, known: Conversation, turn: Turn, now: datetime) -> None:
        """Take the event from the waiting ones."""
        known.waiting = [event for event in known.waiting if event.id != turn.event.id]
        if not known.waiting:
            self._busy.discard(turn.event.conversation)
        handled = self._events[turn.event.id]
        handled.handled_at, handled.reason = now, turn.set_aside

    def _speak(self, known: Conversation, turn: Turn, now: datetime) -> None:
        """Continue the transcript: what the guest said becomes a line when it is handled first."""
        event, content = self._events[turn.event.id], turn.event.content
        if isinstance(content, GuestMessage):
            known.spoken += 1
            if event.line is None:
                event.line = known.spoken
                known.lines.append(
                    Line(
                        position=known.spoken,
                        by_guest=True,
                        message_id=content.message_id,
                        text=content.text,
                        at=turn.event.received_at,
                    )
                )
        for message in sorted(turn.outbox, key=attrgetter("position")):
            known.spoken += 1
            known.lines.append(
                Line(
                    position=known.spoken,
                    by_guest=False,
                    message_id=message.id,
                    text=message.text,
                    buttons=message.buttons,
                    cards=message.cards,
                    at=message.created_at,
                )
            )
            recipient = self._recipients.get(turn.event.conversation)
            if recipient and message.channel not in PULLED:
                self._deliveries[message.id] = Delivery(message, known.spoken)
                recipient.due_at = recipient.due_at or max(now, recipient.next_at)

    def _write(
        self,
        bookings: Iterable[Booking],
        jobs: Iterable[Job],
        audit: Iterable[AuditEntry],
        escalations: Iterable[Escalation],
        ended: WaitingJob | None = None,
    ) -> None:
        """Write them all; a job of the id of the one that *ended* with them counts its fence on."""
        for booking in bookings:
            if booking.id not in self._bookings:
                self._conversations[booking.conversation].bookings.append(booking.id)
            self._bookings[booking.id] = booking
            self._references[booking.reference] = booking.id
        for job in jobs:
            fence = ended.fence if ended and ended.job.id == job.id else 0
            self._jobs[job.id] = WaitingJob(job, job.due_at, fence=fence)
        self._audit.extend(audit)
        for escalation in escalations:
            self._escalations.setdefault(escalation.id, escalation)
