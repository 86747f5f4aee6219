"""
A journal that lives as long as the process.

It is also the model that the durable ones are compared with, so it is written to be read: every method decides first and
writes after, without giving way in between.
"""

from collections.abc import Collection
from datetime import timedelta
from operator import attrgetter

from anyio.lowlevel import checkpoint
from attrs import evolve

from hotel_agent.adapters.memory.dead_letters import MemoryDeadLetters
from hotel_agent.adapters.memory.outbox import MemoryOutbox
from hotel_agent.adapters.memory.retention import MemoryPurging
from hotel_agent.adapters.memory.state import LONG_AGO, NEVER, newest
from hotel_agent.domain.bookings import OPEN, Booking
from hotel_agent.domain.delivery import DeliveryStatus
from hotel_agent.domain.errors import InvalidValue, StaleClaim
from hotel_agent.domain.events import Event, Timer
from hotel_agent.domain.ids import BookingId, ConversationId, EventId, TenantId
from hotel_agent.domain.shedding import Situation
from hotel_agent.domain.turns import Answer, AuditEntry, Escalation, JobResult, Turn
from hotel_agent.ports.journal import Appended, Claim, JobClaim, Journal
from hotel_agent.ports.records import Depth, Line, Load, Records


class MemoryJournal(MemoryDeadLetters, MemoryPurging, MemoryOutbox, Journal, Records):
    """The journal, its views, and the ports for those who look after them, in one object."""

    # ------------------------------------------------------------ inbox

    async def append(self, event: Event) -> Appended:
        await checkpoint()
        return self._append(event)

    async def waiting(self, at_most: int) -> int:
        await checkpoint()
        return min(sum(len(self._conversations[conversation].waiting) for conversation in self._busy), at_most)

    async def longest_wait(self) -> timedelta:
        await checkpoint()
        now = self._clock.now()
        busy = [self._conversations[conversation] for conversation in self._busy]
        return max((now - known.ready_at() for known in busy if known.ready_at() <= now >= known.free_at), default=timedelta())

    async def claim(self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()) -> tuple[Claim, ...]:
        await checkpoint()
        now = self._clock.now()
        busy = [(conversation, self._conversations[conversation]) for conversation in self._busy]
        claimable = [
            (known.ready_at(), conversation)
            for conversation, known in busy
            if known.ready_at() <= now and known.free_at <= now and known.tenant not in passing
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
        known.session, known.ended_at = turn.session, turn.session.expires_at
        now = self._clock.now()
        self._handle(known, turn, now)
        self._speak(known, turn, now)
        for dropped in turn.dropped_timers:
            self._timers.pop((claim.conversation, dropped), None)
        for timer in turn.timers:
            self._timers[timer.conversation, timer.id] = timer
            self._none_due_before = min(self._none_due_before, timer.due_at)
        if turn.answer is not None:
            self._answers[turn.event.root] = turn.answer
            self._answered_at[turn.event.root] = now
        self._write(turn.bookings, turn.jobs, turn.audit, turn.escalations)
        left = claim.events[1:]
        if not left:
            known.owner, known.free_at = None, LONG_AGO
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
        known = self._conversations.get(claim.conversation)
        if known and known.owner == claim.owner and known.fence == claim.fence:
            known.owner, known.free_at = None, self._clock.now() + delay

    # ------------------------------------------------------------ jobs

    async def claim_jobs(
        self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()
    ) -> tuple[JobClaim, ...]:
        await checkpoint()
        now = self._clock.now()
        free = [waiting for waiting in self._jobs.values() if waiting.due_at <= now and waiting.free_at <= now]
        due = [waiting for waiting in free if waiting.job.tenant not in passing]
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

    async def note(self, claim: JobClaim, booking: Booking) -> JobClaim:
        await checkpoint()
        self._owned_job(claim)
        if booking.id != claim.job.booking:
            raise InvalidValue("a job notes its own booking")
        if self._bookings[booking.id] != booking:
            self._check((booking,), ())
            self._write((booking,), (), (), ())
        return evolve(claim, booking=booking)

    async def record(self, claim: JobClaim, result: JobResult) -> None:
        await checkpoint()
        waiting = self._owned_job(claim)
        bookings = (result.booking,) if result.booking else ()
        self._check(bookings, result.jobs, finished=claim.job.id if result.retry_at is None else None)
        if result.retry_at is None:
            del self._jobs[claim.job.id]
        else:
            waiting.due_at, waiting.owner, waiting.free_at = result.retry_at, None, LONG_AGO
        self._write(bookings, result.jobs, result.audit, result.escalations, ended=waiting)
        for event in result.events:
            self._append(event)

    # ------------------------------------------------------------ timers

    async def due(self, limit: int) -> tuple[Timer, ...]:
        await checkpoint()
        now = self._clock.now()
        if now < self._none_due_before:
            return ()
        self._none_due_before = min([timer.due_at for timer in self._timers.values()], default=NEVER)
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
        lines = known.lines if known else ()
        return tuple([line for line in lines if line.position > after][:limit])

    async def situation(self, conversation: ConversationId) -> Situation:
        await checkpoint()
        known = self._conversations.get(conversation)
        if known is None:
            return Situation()
        session = known.session
        return Situation(
            talks_until=session.expires_at if session else None,
            engaged=session is not None and session.engaged,
            booking_open=any(booking.state in OPEN for booking in self._bookings_of(conversation)),
        )

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
        return newest(entries, limit)

    async def escalations(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[Escalation, ...]:
        await checkpoint()
        return newest([kept for kept in self._escalations.values() if tenant in {None, kept.tenant}], limit)

    async def depth(self) -> Depth:
        await checkpoint()
        waiting = [event for known in self._conversations.values() for event in known.waiting]
        return Depth(
            events=len(waiting),
            jobs=len(self._jobs),
            timers=len(self._timers),
            dead=len(self._set_aside()),
            oldest_at=min((event.received_at for event in waiting), default=None),
        )

    async def load(self) -> Load:
        await checkpoint()
        now = self._clock.now()
        sessions = [known.session for known in self._conversations.values() if known.session]
        outgoing = [known for known in self._recipients.values() if known.due_at is not None]
        due = [known.due_at for known in outgoing if known.due_at and known.due_at <= now and known.free_at <= now]
        return Load(
            sessions=sum(not session.is_over(now) for session in sessions),
            outgoing=len(outgoing),
            outgoing_due_at=min(due, default=None),
            undelivered=sum(known.status is DeliveryStatus.FAILED for known in self._deliveries.values()),
        )
