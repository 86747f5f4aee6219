"""The views of the journal in Redis. What is asked for by hotel or by id alone is looked for in all partitions."""

from collections import OrderedDict
from operator import attrgetter
from typing import Any, Final

from attrs import define, evolve, field

from hotel_agent.adapters._codec import decode, has_any
from hotel_agent.adapters.redis.keys import Keys, instant, raw, text
from hotel_agent.adapters.redis.servers import Servers
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import BookingId, ConversationId, EventId, TenantId
from hotel_agent.domain.sessions import ENGAGING
from hotel_agent.domain.shedding import Situation
from hotel_agent.domain.turns import Answer, AuditEntry, Escalation
from hotel_agent.ports.records import Depth, Line, Load, Records

_MOST_REMEMBERED: Final = 20_000


@define(eq=False)
class RedisRecords(Records):
    _servers: Servers
    _keys: Keys
    _roots: "OrderedDict[EventId, ConversationId]" = field(factory=OrderedDict, init=False)
    """The conversations of roots that passed through this process: a hint that saves looking in every partition."""

    def remember(self, event: Event) -> None:
        """Note where the answers to *event*'s root are kept."""
        self._roots[event.root] = event.conversation
        self._roots.move_to_end(event.root)
        if len(self._roots) > _MOST_REMEMBERED:
            self._roots.popitem(last=False)

    async def answer(self, root: EventId) -> Answer | None:
        conversation = self._roots.get(root)
        if conversation is None:
            body = await self._find("answer", root)
        else:
            tag = self._keys.partition(conversation)
            body = await self._servers.read(tag, b"HGET", tag + b":answers", raw(root))
        return decode(Answer, text(body)) if body is not None else None

    async def transcript(self, conversation: ConversationId, after: int = 0, limit: int = 200) -> tuple[Line, ...]:
        tag = self._keys.partition(conversation)
        some = (b"(" + raw(after), b"+inf", b"LIMIT", b"0", raw(limit))
        stored = await self._servers.read(tag, b"ZRANGEBYSCORE", tag + b":lines:" + raw(conversation), *some)
        placed = (line.split(b":", 1) for line in stored)
        return tuple(evolve(decode(Line, text(body)), position=int(place)) for place, body in placed)

    async def situation(self, conversation: ConversationId) -> Situation:
        tag = self._keys.partition(conversation)
        session, ends, is_open = await self._servers.run("situation", (tag,), conversation)
        return Situation(
            talks_until=instant(ends) if ends else None,
            engaged=bool(session) and has_any(text(session), ENGAGING),
            booking_open=bool(is_open),
        )

    async def booking(self, booking: BookingId) -> Booking | None:
        body = await self._find("booking", booking)
        return decode(Booking, text(body)) if body is not None else None

    async def unsettled(self, limit: int = 100) -> tuple[Booking, ...]:
        found = await self._servers.run_all("unsettled", self._keys.partitions(), limit)
        bookings = [decode(Booking, text(body)) for part in found for body in part]
        return tuple(sorted(bookings, key=attrgetter("created_at", "id"))[:limit])

    async def audit(
        self, tenant: TenantId, conversation: ConversationId | None = None, limit: int = 1000
    ) -> tuple[AuditEntry, ...]:
        entries = f":audit:{tenant}" if conversation is None else f":audited:{len(raw(tenant))}:{tenant}{conversation}"
        if limit < 1:
            return ()
        found = await self._servers.run_all("audit", self._keys.partitions(), entries, limit)
        stamped = [stored.split(b":", 2) for part in found for stored in part]
        ordered = sorted(stamped, key=lambda entry: (int(entry[0]), int(entry[1])))[-limit:]
        return tuple(decode(AuditEntry, text(body)) for _, _, body in ordered)

    async def escalations(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[Escalation, ...]:
        index = ":escalated" if tenant is None else f":escalated:{tenant}"
        if limit < 1:
            return ()
        found = await self._servers.run_all("escalations", self._keys.partitions(), index, limit)
        stamped = [stored.split(b":", 2) for part in found for stored in part]
        ordered = sorted(stamped, key=lambda entry: (int(entry[0]), int(entry[1])))
        first: dict[str, Escalation] = {}
        for _, _, body in ordered:
            kept = decode(Escalation, text(body))
            # Two conversations may have told the same in their partitions: it is one all the same.
            first.setdefault(kept.id, kept)
        return tuple(first.values())[-limit:]

    async def depth(self) -> Depth:
        found = await self._servers.run_all("depth", self._keys.partitions())
        events, jobs, timers, dead = (sum(part[n] for part in found) for n in range(4))
        oldest = min((int(part[4]) for part in found if part[4]), default=None)
        return Depth(
            events=events,
            jobs=jobs,
            timers=timers,
            dead=dead,
            oldest_at=instant(oldest) if oldest is not None else None,
        )

    async def load(self) -> Load:
        found = await self._servers.run_all("load", self._keys.partitions())
        due = min((int(part[2]) for part in found if part[2]), default=None)
        return Load(
            sessions=sum(part[0] for part in found),
            outgoing=sum(part[1] for part in found),
            outgoing_due_at=instant(due) if due is not None else None,
            undelivered=sum(part[3] for part in found),
        )

    async def _find(self, kind: str, name: str) -> Any:
        found = await self._servers.run_all("find", self._keys.partitions(), kind, name)
        return next((body for body in found if body is not None), None)
