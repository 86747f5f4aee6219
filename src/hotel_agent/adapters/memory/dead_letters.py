from operator import attrgetter

from anyio.lowlevel import checkpoint

from hotel_agent.adapters.memory.state import Conversation, JournalState, KnownEvent
from hotel_agent.domain.ids import EventId, TenantId
from hotel_agent.ports.dead_letters import DeadLetter, DeadLetters


class MemoryDeadLetters(JournalState, DeadLetters):
    async def dead_letters(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[DeadLetter, ...]:
        await checkpoint()
        letters = (_letter(known) for known in self._set_aside())
        return tuple([letter for letter in letters if tenant in {None, letter.tenant}][:limit])

    async def redrive(self, event: EventId) -> bool:
        await checkpoint()
        letter = self._letter(event)
        if letter is None:
            return False
        letter.tries, letter.handled_at, letter.reason = 0, None, None
        where = letter.event.conversation
        known = self._conversations.setdefault(where, Conversation(letter.event.tenant))
        known.waiting = sorted([*known.waiting, letter.event], key=lambda waiting: self._events[waiting.id].arrival)
        self._busy.add(where)
        return True

    async def drop(self, event: EventId) -> bool:
        await checkpoint()
        letter = self._letter(event)
        if letter is None:
            return False
        letter.reason = None
        return True

    def _set_aside(self) -> list[KnownEvent]:
        return sorted((known for known in self._events.values() if known.reason is not None), key=attrgetter("arrival"))

    def _letter(self, event: EventId) -> KnownEvent | None:
        known = self._events.get(event)
        return known if known and known.reason is not None else None


def _letter(known: KnownEvent) -> DeadLetter:
    return DeadLetter(
        event=known.event.id,
        tenant=known.event.tenant,
        conversation=known.event.conversation,
        reason=known.reason or "",
        tries=known.tries,
        received_at=known.event.received_at,
    )
