"""What is to be sent, in Redis: with its conversation, in the conversation's partition."""

from collections.abc import Collection
from datetime import timedelta
from operator import attrgetter
from typing import Any, Final

from attrs import define, evolve

from hotel_agent.adapters._codec import decode, encode
from hotel_agent.adapters.redis.effects import Arguments, escalation_arguments
from hotel_agent.adapters.redis.keys import Keys, instant, micros, span, text
from hotel_agent.adapters.redis.queues import Queue
from hotel_agent.adapters.redis.servers import Servers
from hotel_agent.domain.delivery import Address, DeliveryStatus
from hotel_agent.domain.errors import MalformedReply, StaleClaim
from hotel_agent.domain.ids import ConversationId, OutboxId, TenantId
from hotel_agent.domain.turns import Escalation, OutboxMessage
from hotel_agent.ports.outbox import Outbox, OutboxClaim, Retry, Sent, SetAside, Settlement, StatusNews, Undelivered

_UNHEARD_OF: Final = b"unheard of"


@define(eq=False)
class RedisOutbox(Outbox):
    _servers: Servers
    _keys: Keys
    _queue: Queue

    async def reach(self, address: Address) -> None:
        tag = self._keys.partition(address.conversation)
        heard = "" if address.heard_at is None else micros(address.heard_at)
        await self._servers.write("reach", (tag,), address.conversation, encode(address), heard)

    async def claim_due(
        self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()
    ) -> tuple[OutboxClaim, ...]:
        claims = []
        for row in await self._queue.take(owner, limit, lease, passing):
            try:
                claims.append(_claim(row, owner))
            except MalformedReply:
                # What cannot be read is left alone for the lease, and holds up nobody else's.
                continue
        return tuple(claims)

    async def settle(self, claim: OutboxClaim, settlement: Settlement) -> None:
        where = claim.address.conversation
        whose = (where, claim.owner, claim.fence, claim.message.id)
        (status,) = await self._servers.write("settle", (self._keys.partition(where),), *whose, *_settlement(settlement))
        if status != b"ok":
            raise StaleClaim

    async def status(self, news: StatusNews, told: Escalation) -> bool:
        lower = [status.value for status in DeliveryStatus if news.status.follows(status)]
        failed = 1 if news.status is DeliveryStatus.FAILED else 0
        arguments: Arguments = [news.message or "", news.provider_id or "", news.status.value, failed]
        arguments += [*escalation_arguments(told), len(lower), *lower]
        first = self._keys.partition(told.conversation)
        status, *moved = await self._servers.write("status", (first,), *arguments)
        if status != _UNHEARD_OF:
            return bool(moved[0])
        others = [tag for tag in self._keys.partitions() if tag != first]
        replies = await self._servers.write_all("status", others, *arguments)
        return any(reply[0] != _UNHEARD_OF and reply[1] for reply in replies)

    async def standing(self, message: OutboxId) -> DeliveryStatus | None:
        found = await self._servers.run_all("told_of", self._keys.partitions(), message)
        return next((DeliveryStatus(text(status)) for status in found if status is not None), None)

    async def undelivered(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[Undelivered, ...]:
        found = await self._servers.run_all("undelivered", self._keys.partitions(), tenant or "", limit)
        aside = [_undelivered(row) for part in found for row in part]
        return tuple(sorted(aside, key=attrgetter("at", "message"))[:limit])


def _settlement(settlement: Settlement) -> Arguments:
    if isinstance(settlement, Sent):
        pace = settlement.pace
        return ["sent", settlement.provider_id, DeliveryStatus.SENT.value, span(pace.every), pace.burst]
    if isinstance(settlement, Retry):
        return ["retry" if settlement.asked else "not asked", span(settlement.delay)]
    if isinstance(settlement, SetAside):
        return ["set aside", DeliveryStatus.FAILED.value, settlement.reason, *escalation_arguments(settlement.told)]
    return ["unknown", span(settlement.wait)]


def _claim(row: Any, owner: str) -> OutboxClaim:
    body, known, heard, fence, tries, unknowns, lapsed = row
    address = decode(Address, text(known))
    return OutboxClaim(
        message=decode(OutboxMessage, text(body)),
        address=address if heard is None else evolve(address, heard_at=instant(heard)),
        owner=owner,
        fence=fence,
        tries=tries,
        unknowns=unknowns,
        lapsed=bool(lapsed),
    )


def _undelivered(row: Any) -> Undelivered:
    at, message, tenant, conversation, reason, tries = row
    return Undelivered(
        message=OutboxId(text(message)),
        tenant=TenantId(text(tenant)),
        conversation=ConversationId(text(conversation)),
        reason=text(reason),
        tries=tries,
        at=instant(at),
    )
