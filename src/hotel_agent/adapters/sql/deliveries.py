"""The way out: the statements behind `Outbox`, and what a commit hands over to it."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from hotel_agent.adapters._codec import decode, encode
from hotel_agent.adapters.sql.tables import DONE, FAILED, SENDING, WAITING, Tables, instant, is_, micros, span
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.adapters.sql.wires import Dialect
from hotel_agent.domain.delivery import PULLED, Address, DeliveryStatus
from hotel_agent.domain.errors import StaleClaim
from hotel_agent.domain.ids import ConversationId, OutboxId, TenantId
from hotel_agent.domain.turns import Escalation, OutboxMessage
from hotel_agent.ports.outbox import OutboxClaim, Retry, Sent, SetAside, Settlement, StatusNews, Undelivered, Unknown

_PENDING: Final = (SENDING, WAITING)


class HandOver:
    """What a commit does with the messages of a conversation that is pushed to."""

    def __init__(self, tables: Tables) -> None:
        recipients = tables.recipients
        later = sa.case((recipients.c.next_at > sa.bindparam("now"), recipients.c.next_at), else_=sa.bindparam("now"))
        self._wake = (
            recipients.update()
            .where(recipients.c.conversation == sa.bindparam("this"))
            .values(due_at=sa.func.coalesce(recipients.c.due_at, later))
            .returning(recipients.c.conversation)
        )
        self._add = tables.deliveries.insert()

    def __call__(self, tx: Transaction, said: Sequence[tuple[OutboxMessage, int]]) -> None:
        """Have what was *said*, each on its line, sent where its conversation has an address."""
        pushed = [(message, line) for message, line in said if message.channel not in PULLED]
        wanted = dict.fromkeys(message.conversation for message, _ in pushed)
        reached = {row.conversation for row in tx.each(self._wake, [{"this": one, "now": tx.now} for one in wanted])}
        fresh = {"state": WAITING, "tries": 0, "unknowns": 0}
        rows = [
            {"id": one.id, "tenant": one.tenant, "conversation": one.conversation, "line": line, **fresh}
            for one, line in pushed
            if one.conversation in reached
        ]
        tx.change_each(self._add, rows)
        if rows:
            tx.ring("outbox")


class DeliveryStatements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        recipients, deliveries, outbox = tables.recipients, tables.deliveries, tables.outbox
        address = dialect.insert(recipients)
        self._reach = address.on_conflict_do_update(index_elements=["conversation"], set_={"body": address.excluded.body})
        self._due = (
            sa.select(recipients)
            .where(
                recipients.c.due_at.is_not(None),
                recipients.c.due_at <= sa.bindparam("now"),
                recipients.c.free_at <= sa.bindparam("now"),
            )
            .order_by(recipients.c.due_at, recipients.c.conversation)
            .limit(sa.bindparam("at_most"))
            .with_for_update(skip_locked=True)
        )
        self._several = dialect.several
        self._due_of_others = self._due.where(sa.not_(dialect.among(recipients.c.tenant, "passed")))
        pending = is_(deliveries.c.state, *_PENDING)
        self._head = (
            sa.select(deliveries, outbox.c.body)
            .join(outbox, outbox.c.id == deliveries.c.id)
            .where(deliveries.c.conversation == sa.bindparam("this"), pending)
            .order_by(deliveries.c.line)
            .limit(1)
        )
        whose = recipients.c.conversation == sa.bindparam("this")
        self._own = recipients.update().where(whose)
        self._owned = (
            sa.select(recipients)
            .where(whose, recipients.c.owner == sa.bindparam("its_owner"), recipients.c.fence == sa.bindparam("its_fence"))
            .with_for_update()
        )
        self._recipient = sa.select(recipients).where(whose).with_for_update()
        self._one = sa.select(deliveries).where(deliveries.c.id == sa.bindparam("this"))
        self._of_channel = sa.select(deliveries).where(deliveries.c.provider_id == sa.bindparam("its_provider")).limit(1)
        self._change = deliveries.update().where(deliveries.c.id == sa.bindparam("this"))
        self._settle = self._change.values(settled_at=sa.func.coalesce(deliveries.c.settled_at, sa.bindparam("now")))
        self._pending = (
            sa.select(deliveries.c.id)
            .where(deliveries.c.conversation == sa.bindparam("this"), pending)
            .order_by(deliveries.c.line)
            .limit(1)
        )
        self._escalate = dialect.insert(tables.escalations).on_conflict_do_nothing(index_elements=["id"])
        failed = (
            sa.select(deliveries)
            .where(is_(deliveries.c.state, FAILED), deliveries.c.settled_at.is_not(None))
            .order_by(deliveries.c.settled_at, deliveries.c.id)
            .limit(sa.bindparam("at_most"))
        )
        self._failed, self._failed_of = failed, failed.where(deliveries.c.tenant == sa.bindparam("tenant"))

    def reach(self, tx: Transaction, address: Address) -> None:
        fresh = {"free_at": 0, "fence": 0, "full_at": 0, "next_at": 0}
        if (known := tx.first(self._recipient, this=address.conversation)) is not None:
            address = address.after(decode(Address, known.body))
        tx.change(self._reach, conversation=address.conversation, tenant=address.tenant, body=encode(address), **fresh)

    def claim(
        self, tx: Transaction, owner: str, limit: int, lease: timedelta, passing: Collection[TenantId] = ()
    ) -> tuple[OutboxClaim, ...]:
        claims = []
        if passing:
            due = tx.rows(self._due_of_others, now=tx.now, at_most=limit, passed=self._several(passing))
        else:
            due = tx.rows(self._due, now=tx.now, at_most=limit)
        for row in due:
            head = tx.first(self._head, this=row.conversation)
            if head is None:
                tx.change(self._own, this=row.conversation, due_at=None)
                continue
            lapsed = head.state == SENDING
            tries = head.tries + (not lapsed)
            tx.change(self._change, this=head.id, state=SENDING, tries=tries)
            tx.change(self._own, this=row.conversation, owner=owner, fence=row.fence + 1, free_at=tx.now + span(lease))
            claims.append(
                OutboxClaim(
                    message=decode(OutboxMessage, head.body),
                    address=decode(Address, row.body),
                    owner=owner,
                    fence=row.fence + 1,
                    tries=tries,
                    unknowns=head.unknowns,
                    lapsed=lapsed,
                )
            )
        return tuple(claims)

    def settle(self, tx: Transaction, claim: OutboxClaim, settlement: Settlement) -> None:
        where = claim.address.conversation
        known = tx.first(self._owned, this=where, its_owner=claim.owner, its_fence=claim.fence)
        if known is None:
            raise StaleClaim
        delivery = tx.first(self._one, this=claim.message.id)
        pending = delivery is not None and delivery.state in _PENDING
        due_at, change = tx.now, {}
        if isinstance(settlement, Sent):
            full_at, next_at = settlement.pace.after(instant(known.full_at), tx.now_at)
            change = {"full_at": micros(full_at), "next_at": micros(next_at)}
            tx.change(self._change, this=claim.message.id, provider_id=settlement.provider_id)
            if pending:
                self._finish(tx, claim.message.id, DeliveryStatus.SENT)
        elif pending:
            due_at += self._not_sent(tx, claim, settlement)
        next_at = change.get("next_at", known.next_at)
        tx.change(self._own, this=where, owner=None, free_at=0, due_at=self._next(tx, where, max(due_at, next_at)), **change)

    def _not_sent(self, tx: Transaction, claim: OutboxClaim, settlement: Retry | Unknown | SetAside) -> int:
        """Write it and tell how long the conversation has to wait."""
        this = claim.message.id
        if isinstance(settlement, Retry):
            tx.change(self._change, this=this, state=WAITING, tries=claim.tries - (not settlement.asked))
            return span(settlement.delay)
        if isinstance(settlement, Unknown):
            tx.change(self._change, this=this, state=WAITING, unknowns=claim.unknowns + 1)
            return span(settlement.wait)
        self._finish(tx, this, DeliveryStatus.FAILED, settlement.reason)
        self._tell(tx, settlement.told)
        return 0

    def status(self, tx: Transaction, news: StatusNews, told: Escalation) -> bool:
        found = self._find(tx, news)
        if found is None:
            return False
        # The conversation's row first, as everybody does; then the message as it is now.
        recipient = tx.first(self._recipient, this=found.conversation)
        delivery = tx.first(self._one, this=found.id)
        if delivery is None or not news.status.follows(DeliveryStatus(delivery.status) if delivery.status else None):
            return False
        self._finish(tx, delivery.id, news.status, "failed")
        if news.provider_id is not None:
            tx.change(self._change, this=delivery.id, provider_id=news.provider_id)
        if news.status is DeliveryStatus.FAILED:
            self._tell(tx, told)
        if recipient and recipient.owner is None and delivery.state in _PENDING:
            due_at = self._next(tx, delivery.conversation, max(tx.now, recipient.next_at))
            tx.change(self._own, this=delivery.conversation, due_at=due_at)
        return True

    def _find(self, tx: Transaction, news: StatusNews) -> Any:
        found = tx.first(self._one, this=news.message) if news.message is not None else None
        if found is None and news.provider_id is not None:
            found = tx.first(self._of_channel, its_provider=news.provider_id)
        return found

    def _finish(self, tx: Transaction, this: str, status: DeliveryStatus, reason: str | None = None) -> None:
        failed = status is DeliveryStatus.FAILED
        values: dict[str, object] = {"state": FAILED, "reason": reason} if failed else {"state": DONE}
        tx.change(self._settle, this=this, status=status.value, now=tx.now, **values)

    def _tell(self, tx: Transaction, told: Escalation) -> None:
        tx.change(self._escalate, id=told.id, tenant=told.tenant, body=encode(told))

    def _next(self, tx: Transaction, conversation: ConversationId, due_at: int) -> int | None:
        return due_at if tx.first(self._pending, this=conversation) else None

    def standing(self, tx: Transaction, message: OutboxId) -> DeliveryStatus | None:
        known = tx.first(self._one, this=message)
        return DeliveryStatus(known.status) if known and known.status else None

    def undelivered(self, tx: Transaction, tenant: TenantId | None, limit: int) -> tuple[Undelivered, ...]:
        if tenant is None:
            rows = tx.rows(self._failed, at_most=limit)
        else:
            rows = tx.rows(self._failed_of, at_most=limit, tenant=tenant)
        return tuple(
            Undelivered(
                message=OutboxId(row.id),
                tenant=TenantId(row.tenant),
                conversation=ConversationId(row.conversation),
                reason=row.reason or "",
                tries=row.tries,
                at=instant(row.settled_at),
            )
            for row in rows
        )
