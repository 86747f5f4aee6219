from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from operator import attrgetter

from anyio.lowlevel import checkpoint

from hotel_agent.adapters.memory.state import LONG_AGO, Delivery, JournalState, Recipient
from hotel_agent.domain.delivery import Address, DeliveryStatus
from hotel_agent.domain.errors import StaleClaim
from hotel_agent.domain.ids import ConversationId, OutboxId, TenantId
from hotel_agent.domain.turns import Escalation
from hotel_agent.ports.outbox import Outbox, OutboxClaim, Retry, Sent, SetAside, Settlement, StatusNews, Undelivered, Unknown


class MemoryOutbox(JournalState, Outbox):
    async def reach(self, address: Address) -> None:
        await checkpoint()
        known = self._recipients.setdefault(address.conversation, Recipient(address))
        known.address = address.after(known.address)

    async def claim_due(
        self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()
    ) -> tuple[OutboxClaim, ...]:
        await checkpoint()
        now = self._clock.now()
        due = [
            (known.due_at, conversation)
            for conversation, known in self._recipients.items()
            if known.due_at is not None
            and known.due_at <= now
            and known.free_at <= now
            and self._conversations[conversation].tenant not in passing
        ]
        claims = [self._send(conversation, owner, now + lease) for _, conversation in sorted(due)[:limit]]
        return tuple(claim for claim in claims if claim is not None)

    async def settle(self, claim: OutboxClaim, settlement: Settlement) -> None:
        await checkpoint()
        known = self._recipients.get(claim.address.conversation)
        if known is None or known.owner != claim.owner or known.fence != claim.fence:
            raise StaleClaim
        now = self._clock.now()
        delivery = self._deliveries.get(claim.message.id)
        known.owner, known.free_at, delay = None, LONG_AGO, timedelta()
        if isinstance(settlement, Sent):
            known.full_at, known.next_at = settlement.pace.after(known.full_at, now)
            if delivery:
                delivery.provider_id = settlement.provider_id
            if delivery and delivery.pending:
                delivery.settle(DeliveryStatus.SENT, now)
        elif delivery and delivery.pending:
            delay = self._not_sent(delivery, settlement, now)
        self._next(claim.address.conversation, now, delay)

    async def status(self, news: StatusNews, told: Escalation) -> bool:
        await checkpoint()
        delivery = self._delivery(news)
        if delivery is None or not news.status.follows(delivery.status):
            return False
        now = self._clock.now()
        was_pending = delivery.pending
        delivery.settle(news.status, now)
        delivery.provider_id = news.provider_id or delivery.provider_id
        if news.status is DeliveryStatus.FAILED:
            delivery.reason = "failed"
            self._escalations.setdefault(told.id, told)
        known = self._recipients.get(delivery.message.conversation)
        if known and was_pending and known.owner is None:
            self._next(delivery.message.conversation, now, timedelta())
        return True

    async def standing(self, message: OutboxId) -> DeliveryStatus | None:
        await checkpoint()
        known = self._deliveries.get(message)
        return known.status if known else None

    async def undelivered(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[Undelivered, ...]:
        await checkpoint()
        failed = [
            Undelivered(
                message=known.message.id,
                tenant=known.message.tenant,
                conversation=known.message.conversation,
                reason=known.reason,
                tries=known.tries,
                at=known.settled_at,
            )
            for known in self._deliveries.values()
            if known.status is DeliveryStatus.FAILED and known.settled_at and tenant in {None, known.message.tenant}
        ]
        return tuple(sorted(failed, key=attrgetter("at", "message"))[:limit])

    # ------------------------------------------------------------ parts of the above; none of them gives way

    def _send(self, conversation: ConversationId, owner: str, until: datetime) -> OutboxClaim | None:
        known, head = self._recipients[conversation], min(self._pending(conversation), key=attrgetter("line"), default=None)
        if head is None:
            # A status has settled the last one while somebody had it who never came back.
            known.due_at = None
            return None
        known.owner, known.free_at = owner, until
        known.fence += 1
        lapsed, head.sending = head.sending, True
        head.tries += not lapsed
        return OutboxClaim(
            message=head.message,
            address=known.address,
            owner=owner,
            fence=known.fence,
            tries=head.tries,
            unknowns=head.unknowns,
            lapsed=lapsed,
        )

    def _not_sent(self, delivery: Delivery, settlement: Retry | Unknown | SetAside, now: datetime) -> timedelta:
        """Write it and tell how long the conversation has to wait."""
        delivery.sending = False
        if isinstance(settlement, Retry):
            delivery.tries -= not settlement.asked
            return settlement.delay
        if isinstance(settlement, Unknown):
            delivery.unknowns += 1
            return settlement.wait
        delivery.settle(DeliveryStatus.FAILED, now)
        delivery.reason = settlement.reason
        self._escalations.setdefault(settlement.told.id, settlement.told)
        return timedelta()

    def _next(self, conversation: ConversationId, now: datetime, delay: timedelta) -> None:
        """Say when the next message is due, if there is one."""
        known = self._recipients[conversation]
        known.due_at = max(now + delay, known.next_at) if any(self._pending(conversation)) else None

    def _pending(self, conversation: ConversationId) -> Iterable[Delivery]:
        return (one for one in self._deliveries.values() if one.message.conversation == conversation and one.pending)

    def _delivery(self, news: StatusNews) -> Delivery | None:
        if news.message is not None and (known := self._deliveries.get(news.message)):
            return known
        of_channel = [one for one in self._deliveries.values() if one.provider_id == news.provider_id]
        return of_channel[0] if of_channel and news.provider_id is not None else None
