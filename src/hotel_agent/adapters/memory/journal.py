"""
A journal that lives as long as the process.

It is also the model that the durable ones are compared with, so it is written to be read: every method decides first and
writes after, without giving way in between.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Final

from anyio.lowlevel import checkpoint
from attrs import define, evolve, field

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import InvalidValue, StaleClaim
from hotel_agent.domain.events import Event, GuestMessage, Timer
from hotel_agent.domain.ids import BookingId, ConversationId, EventId, JobId, Reference, TenantId, TimerId
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.turns import Answer, AuditEntry, Escalation, Job, JobResult, Turn
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.journal import Appended, Claim, JobClaim, Journal
from hotel_agent.ports.records import Depth, Line, Records

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@define
class _Conversation:
    """`free_at` is the end of the owner's lease, or of the delay it was given back with."""

    tenant: TenantId
    session: Session | None = None
    version: int = 0
    fence: int = 0
    owner: str | None = None
    free_at: datetime = _LONG_AGO
    waiting: list[Event] = field(factory=list)
    lines: list[Line] = field(factory=list)
    bookings: list[BookingId] = field(factory=list)

    def ready(self, now: datetime) -> tuple[Event, ...]:
        # `waiting` is in order of arrival and sorting is stable.
        return tuple(sorted((event for event in self.waiting if event.ready_at <= now), key=attrgetter("order_at")))

    def ready_at(self) -> datetime:
        return min(event.ready_at for event in self.waiting)


@define
class _WaitingJob:
    job: Job
    due_at: datetime
    owner: str | None = None
    free_at: datetime = _LONG_AGO
    fence: int = 0
    tries: int = 0


@define
class MemoryJournal(Journal, Records):
    _clock: Clock
    _conversations: dict[ConversationId, _Conversation] = field(factory=dict, init=False)
    _busy: set[ConversationId] = field(factory=set, init=False)
    _known: dict[tuple[TenantId, str], EventId] = field(factory=dict, init=False)
    _tries: dict[EventId, int] = field(factory=dict, init=False)
    _dead: dict[EventId, str] = field(factory=dict, init=False)
    _bookings: dict[BookingId, Booking] = field(factory=dict, init=False)
    _references: dict[Reference, BookingId] = field(factory=dict, init=False)
    _jobs: dict[JobId, _WaitingJob] = field(factory=dict, init=False)
    _timers: dict[tuple[ConversationId, TimerId], Timer] = field(factory=dict, init=False)
    _answers: dict[EventId, Answer] = field(factory=dict, init=False)
    _audit: list[AuditEntry] = field(factory=list, init=False)
    _escalations: dict[str, Escalation] = field(factory=dict, init=False)

    # ------------------------------------------------------------ inbox

    async def append(self, event: Event) -> Appended:
        await checkpoint()
        return self._append(event)

    async def claim(self, owner: str, limit: int, lease: timedelta) -> tuple[Claim, ...]:
        await checkpoint()
        now = self._clock.now()
        busy = [(conversation, self._conversations[conversation]) for conversation in self._busy]
        claimable = [
            (known.ready_at(), conversation) for conversation, known in busy if known.ready_at() <= now and known.free_at <= now
        ]
        return tuple(self._claim(conversation, owner, now, lease) for _, conversation in sorted(claimable)[:limit])

    async def renew(self, claim: Claim, lease: timedelta) -> None:
        await checkpoint()
        self._owned(claim).free_at = self._clock.now() + lease

    async def commit(self, claim: Claim, turn: Turn) -> Claim | None:
        await checkpoint()
        known = self._owned(claim)
        if turn.event.id != claim.events[0].id:
            raise InvalidValue("a turn handles the first of its claim's events")
        if known.version != claim.version or turn.event.id not in {event.id for event in known.waiting}:
            raise StaleClaim
        self._check(turn.bookings, turn.jobs)
        known.version += 1
        known.session = turn.session
        known.waiting = [event for event in known.waiting if event.id != turn.event.id]
        if not known.waiting:
            self._busy.discard(claim.conversation)
        self._tries.pop(turn.event.id, None)
        if turn.set_aside is not None:
            self._dead[turn.event.id] = turn.set_aside
        self._speak(known, turn)
        for timer in turn.dropped_timers:
            self._timers.pop((claim.conversation, timer), None)
        self._timers |= {(timer.conversation, timer.id): timer for timer in turn.timers}
        if turn.answer is not None:
            self._answers[turn.event.root] = turn.answer
        self._write(turn.bookings, turn.jobs, turn.audit, turn.escalations)
        left = claim.events[1:]
        if not left:
            known.owner, known.free_at = None, _LONG_AGO
            return None
        return evolve(
            claim,
            version=known.version,
            session=known.session,
            bookings=self._bookings_of(claim.conversation),
            events=left,
            tries=self._count(left[0].id),
        )

    async def give_back(self, claim: Claim, delay: timedelta) -> None:
        await checkpoint()
        known = self._conversations[claim.conversation]
        if known.owner == claim.owner and known.fence == claim.fence:
            known.owner, known.free_at = None, self._clock.now() + delay

    # ------------------------------------------------------------ jobs

    async def claim_jobs(self, owner: str, limit: int, lease: timedelta) -> tuple[JobClaim, ...]:
        await checkpoint()
        now = self._clock.now()
        due = [waiting for waiting in self._jobs.values() if waiting.due_at <= now and waiting.free_at <= now]
        chosen = sorted(due, key=attrgetter("due_at", "job.id"))[:limit]
        for waiting in chosen:
            waiting.owner, waiting.free_at = owner, now + lease
            waiting.fence += 1
            waiting.tries += 1
        return tuple(
            JobClaim(
                job=waiting.job,
                owner=owner,
                fence=waiting.fence,
                booking=self._bookings[waiting.job.booking],
                tries=waiting.tries,
            )
            for waiting in chosen
        )

    async def renew_job(self, claim: JobClaim, lease: timedelta) -> None:
        await checkpoint()
        self._owned_job(claim).free_at = self._clock.now() + lease

    async def record(self, claim: JobClaim, result: JobResult) -> None:
        await checkpoint()
        waiting = self._owned_job(claim)
        bookings = (result.booking,) if result.booking else ()
        self._check(bookings, result.jobs, finished=claim.job.id if result.retry_at is None else None)
        if result.retry_at is None:
            del self._jobs[claim.job.id]
        else:
            waiting.due_at, waiting.owner, waiting.free_at = result.retry_at, None, _LONG_AGO
        self._write(bookings, result.jobs, result.audit, result.escalations)
        for event in result.events:
            self._append(event)

    # ------------------------------------------------------------ timers

    async def due(self, limit: int) -> tuple[Timer, ...]:
        await checkpoint()
        now = self._clock.now()
        due = [timer for timer in self._timers.values() if timer.due_at <= now]
        return tuple(sorted(due, key=attrgetter("due_at", "conversation", "id"))[:limit])

    async def fire(self, timer: Timer, event: Event) -> bool:
        await checkpoint()
        if self._timers.get((timer.conversation, timer.id)) != timer:
            return False
        self._append(event)
        del self._timers[timer.conversation, timer.id]
        return True

    # ------------------------------------------------------------ records

    async def answer(self, root: EventId) -> Answer | None:
        await checkpoint()
        return self._answers.get(root)

    async def transcript(self, conversation: ConversationId, after: int = 0, limit: int = 200) -> tuple[Line, ...]:
        await checkpoint()
        known = self._conversations.get(conversation)
        return tuple(known.lines[after : after + limit]) if known else ()

    async def booking(self, booking: BookingId) -> Booking | None:
        await checkpoint()
        return self._bookings.get(booking)

    async def unsettled(self, limit: int = 100) -> tuple[Booking, ...]:
        await checkpoint()
        unsettled = [booking for booking in self._bookings.values() if not booking.settled]
        return tuple(sorted(unsettled, key=attrgetter("created_at", "id"))[:limit])

    async def audit(
        self, tenant: TenantId, conversation: ConversationId | None = None, limit: int = 1000
    ) -> tuple[AuditEntry, ...]:
        await checkpoint()
        entries = [entry for entry in self._audit if entry.tenant == tenant and conversation in {None, entry.conversation}]
        return tuple(entries[:limit])

    async def escalations(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[Escalation, ...]:
        await checkpoint()
        return tuple([kept for kept in self._escalations.values() if tenant in {None, kept.tenant}][:limit])

    async def depth(self) -> Depth:
        await checkpoint()
        waiting = [event for known in self._conversations.values() for event in known.waiting]
        return Depth(
            events=len(waiting),
            jobs=len(self._jobs),
            timers=len(self._timers),
            dead=len(self._dead),
            oldest_at=min((event.received_at for event in waiting), default=None),
        )

    # ------------------------------------------------------------ parts of the above; none of them gives way

    def _append(self, event: Event) -> Appended:
        first = self._known.get((event.tenant, event.dedupe_key))
        if first is not None:
            return Appended(event=first, new=False)
        known = self._conversations.setdefault(event.conversation, _Conversation(event.tenant))
        if known.tenant != event.tenant:
            raise InvalidValue("a conversation belongs to one tenant")
        self._known[event.tenant, event.dedupe_key] = event.id
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
        self._tries[event] = self._tries.get(event, 0) + 1
        return self._tries[event]

    def _owned(self, claim: Claim) -> _Conversation:
        known = self._conversations[claim.conversation]
        if known.owner != claim.owner or known.fence != claim.fence:
            raise StaleClaim
        return known

    def _owned_job(self, claim: JobClaim) -> _WaitingJob:
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

    def _speak(self, known: _Conversation, turn: Turn) -> None:
        """Continue the transcript: what the guest said becomes a line when it is handled."""
        content = turn.event.content
        if isinstance(content, GuestMessage):
            known.lines.append(
                Line(
                    position=len(known.lines) + 1,
                    by_guest=True,
                    message_id=content.message_id,
                    text=content.text,
                    at=turn.event.received_at,
                )
            )
        for message in sorted(turn.outbox, key=attrgetter("position")):
            known.lines.append(
                Line(
                    position=len(known.lines) + 1,
                    by_guest=False,
                    message_id=message.id,
                    text=message.text,
                    buttons=message.buttons,
                    at=message.created_at,
                )
            )

    def _write(
        self,
        bookings: Iterable[Booking],
        jobs: Iterable[Job],
        audit: Iterable[AuditEntry],
        escalations: Iterable[Escalation],
    ) -> None:
        for booking in bookings:
            if booking.id not in self._bookings:
                self._conversations[booking.conversation].bookings.append(booking.id)
            self._bookings[booking.id] = booking
            self._references[booking.reference] = booking.id
        self._jobs |= {job.id: _WaitingJob(job, job.due_at) for job in jobs}
        self._audit.extend(audit)
        for escalation in escalations:
            self._escalations.setdefault(escalation.id, escalation)
