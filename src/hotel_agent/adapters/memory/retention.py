from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from operator import attrgetter

from anyio.lowlevel import checkpoint
from attrs import define

from hotel_agent.adapters.memory.locks import MemoryLocks
from hotel_agent.adapters.memory.state import JournalState, KnownEvent
from hotel_agent.domain.ids import ConversationId, OutboxId
from hotel_agent.ports.retention import Remains, Retention, check_age


class MemoryPurging(JournalState):
    """How a journal in memory forgets."""

    async def purge(self, remains: Remains, age: timedelta, limit: int) -> int:
        await checkpoint()
        removals: Mapping[Remains, Callable[[datetime, int], int]] = {
            Remains.EVENTS: lambda before, limit: self._purge_events(before, limit, dead=False),
            Remains.DEAD_LETTERS: lambda before, limit: self._purge_events(before, limit, dead=True),
            Remains.OUTBOX: self._purge_outbox,
            Remains.DELIVERIES: self._purge_deliveries,
            Remains.ANSWERS: self._purge_answers,
            Remains.SESSIONS: self._purge_sessions,
            Remains.BOOKINGS: self._purge_bookings,
            Remains.AUDIT: self._purge_audit,
            Remains.ESCALATIONS: self._purge_escalations,
        }
        return removals[remains](self._clock.now() - age, limit)

    def _purge_events(self, before: datetime, limit: int, *, dead: bool) -> int:
        old = [
            (known.handled_at, known.arrival, known)
            for known in self._events.values()
            if known.handled_at is not None and known.handled_at < before and (known.reason is not None) == dead
        ]
        for _, _, known in sorted(old, key=lambda one: one[:2])[:limit]:
            self._forget_event(known)
        return min(len(old), limit)

    def _forget_event(self, known: KnownEvent) -> None:
        del self._events[known.event.id]
        del self._known[known.event.tenant, known.event.dedupe_key]
        where = self._conversations.get(known.event.conversation)
        if where and known.line is not None:
            where.lines = [line for line in where.lines if line.position != known.line]

    def _purge_outbox(self, before: datetime, limit: int) -> int:
        said = [
            (line.at, line.message_id, known)
            for known in self._conversations.values()
            for line in known.lines
            if not line.by_guest and line.at < before and not self._on_its_way(line.message_id)
        ]
        old = sorted(said, key=lambda one: one[:2])[:limit]
        for _, message, known in old:
            known.lines = [line for line in known.lines if line.by_guest or line.message_id != message]
        return len(old)

    def _on_its_way(self, message: str) -> bool:
        delivery = self._deliveries.get(OutboxId(message))
        return delivery is not None and delivery.pending

    def _purge_deliveries(self, before: datetime, limit: int) -> int:
        old = [
            (known.settled_at, message)
            for message, known in self._deliveries.items()
            if known.settled_at is not None and known.settled_at < before
        ]
        for _, message in sorted(old)[:limit]:
            del self._deliveries[message]
        return min(len(old), limit)

    def _purge_answers(self, before: datetime, limit: int) -> int:
        old = sorted((at, root) for root, at in self._answered_at.items() if at < before)[:limit]
        for _, root in old:
            del self._answered_at[root]
            self._answers.pop(root, None)
        return len(old)

    def _purge_sessions(self, before: datetime, limit: int) -> int:
        now = self._clock.now()
        old = [
            (known.ended_at, conversation)
            for conversation, known in self._conversations.items()
            if known.ended_at is not None
            and known.ended_at < before
            and not known.waiting
            and known.free_at <= now
            and all(self._bookings[booking].settled for booking in known.bookings)
        ]
        for _, conversation in sorted(old)[:limit]:
            known = self._conversations[conversation]
            if known.lines or known.bookings or self._has_timer(conversation):
                known.session, known.ended_at = None, now
            else:
                del self._conversations[conversation]
                self._recipients.pop(conversation, None)
        return min(len(old), limit)

    def _has_timer(self, conversation: ConversationId) -> bool:
        return any(where == conversation for where, _ in self._timers)

    def _purge_bookings(self, before: datetime, limit: int) -> int:
        busy = {waiting.job.booking for waiting in self._jobs.values()}
        old = [
            booking
            for booking in self._bookings.values()
            if booking.settled and booking.created_at < before and booking.id not in busy
        ]
        for booking in sorted(old, key=attrgetter("created_at", "id"))[:limit]:
            del self._bookings[booking.id]
            del self._references[booking.reference]
            self._conversations[booking.conversation].bookings.remove(booking.id)
        return min(len(old), limit)

    def _purge_audit(self, before: datetime, limit: int) -> int:
        young = [entry for entry in self._audit[:limit] if entry.at >= before]
        removed = len(self._audit[:limit]) - len(young)
        self._audit[:limit] = young
        return removed

    def _purge_escalations(self, before: datetime, limit: int) -> int:
        old = [kept.id for kept in [*self._escalations.values()][:limit] if kept.at < before]
        for escalation in old:
            del self._escalations[escalation]
        return len(old)


@define
class MemoryRetention(Retention):
    """Of a journal and a lock store together."""

    _journal: MemoryPurging
    _locks: MemoryLocks

    async def purge(self, remains: Remains, age: timedelta, limit: int) -> int:
        check_age(age)
        if remains is Remains.LOCK_TRAIL:
            return await self._locks.purge_trail(age, limit)
        return await self._journal.purge(remains, age, limit)
