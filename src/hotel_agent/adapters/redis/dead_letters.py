"""Events that were set aside, in Redis: each in its conversation's partition."""

from typing import Any

from attrs import define

from hotel_agent.adapters.redis.keys import Keys, instant, text
from hotel_agent.adapters.redis.servers import Servers
from hotel_agent.domain.ids import ConversationId, EventId, TenantId
from hotel_agent.ports.dead_letters import DeadLetter, DeadLetters


@define(eq=False)
class RedisDeadLetters(DeadLetters):
    """An event's id does not tell its partition, so it is looked for in all of them: people wait for this, not guests."""

    _servers: Servers
    _keys: Keys

    async def dead_letters(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[DeadLetter, ...]:
        found = await self._servers.run_all("dead_letters", self._keys.partitions(), tenant or "", limit)
        ordered = sorted((row for part in found for row in part), key=lambda row: (int(row[0]), row[1]))
        return tuple(_letter(row) for row in ordered[:limit])

    async def redrive(self, event: EventId) -> bool:
        return await self._change("redrive", event)

    async def drop(self, event: EventId) -> bool:
        return await self._change("drop", event)

    async def _change(self, script: str, event: EventId) -> bool:
        return any(await self._servers.write_all(script, self._keys.partitions(), event))


def _letter(row: Any) -> DeadLetter:
    _, event, tenant, conversation, reason, tries, received_at = row
    return DeadLetter(
        event=EventId(text(event)),
        tenant=TenantId(text(tenant)),
        conversation=ConversationId(text(conversation)),
        reason=text(reason),
        tries=tries,
        received_at=instant(received_at),
    )
