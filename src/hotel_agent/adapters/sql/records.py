"""The statements behind `Records`."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from hotel_agent.adapters._codec import decode, has_any
from hotel_agent.adapters.sql.tables import DEAD, FAILED, OPEN_STATES, WAITING, Tables, instant, is_
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.events import Event, GuestMessage
from hotel_agent.domain.ids import BookingId, ConversationId, EventId, TenantId
from hotel_agent.domain.sessions import ENGAGING
from hotel_agent.domain.shedding import Situation
from hotel_agent.domain.turns import AuditAct, AuditEntry, Escalation, OutboxMessage
from hotel_agent.ports.records import Depth, Line, Load


class RecordStatements:
    def __init__(self, tables: Tables) -> None:
        inbox, outbox, bookings, audit = tables.inbox, tables.outbox, tables.bookings, tables.audit
        at_most: sa.BindParameter[int] = sa.bindparam("at_most")
        answers = tables.answers
        self._answer = sa.select(answers.c.root, answers.c.body).where(answers.c.root == sa.bindparam("this"))
        self._heard, self._said = (
            sa.select(side.c.line, side.c.body)
            .where(side.c.conversation == sa.bindparam("this"), side.c.line > sa.bindparam("beyond"))
            .order_by(side.c.line)
            .limit(at_most)
            for side in (inbox, outbox)
        )
        self._booking = sa.select(bookings.c.body).where(bookings.c.id == sa.bindparam("this"))
        known = tables.conversations.c
        ours = sa.select(bookings.c.id).where(bookings.c.conversation == known.id, is_(bookings.c.state, *OPEN_STATES))
        self._situation = sa.select(known.id, known.session, known.expires_at, sa.exists(ours).label("open")).where(
            known.id == sa.bindparam("this")
        )
        self._unsettled = (
            sa.select(bookings.c.body)
            .where(is_(bookings.c.state, *OPEN_STATES))
            .order_by(bookings.c.created_at, bookings.c.id)
            .limit(at_most)
        )
        of_tenant = sa.select(audit).where(audit.c.tenant == sa.bindparam("tenant")).order_by(audit.c.seq.desc()).limit(at_most)
        self._audit = of_tenant
        self._audit_of = of_tenant.where(audit.c.conversation == sa.bindparam("this"))
        every = sa.select(tables.escalations.c.body).order_by(tables.escalations.c.seq.desc()).limit(at_most)
        self._escalations = every
        self._escalations_of = every.where(tables.escalations.c.tenant == sa.bindparam("tenant"))
        self._depth = sa.select(
            sa.select(sa.func.count()).where(is_(inbox.c.state, WAITING)).scalar_subquery().label("events"),
            sa.select(sa.func.count()).select_from(tables.jobs).scalar_subquery().label("jobs"),
            sa.select(sa.func.count()).select_from(tables.timers).scalar_subquery().label("timers"),
            sa.select(sa.func.count()).where(is_(inbox.c.state, DEAD)).scalar_subquery().label("dead"),
            sa.select(sa.func.min(inbox.c.received_at)).where(is_(inbox.c.state, WAITING)).scalar_subquery().label("oldest"),
        )
        sessions, recipients, deliveries = tables.conversations, tables.recipients, tables.deliveries
        now: sa.BindParameter[int] = sa.bindparam("now")
        to_send = recipients.c.due_at.is_not(None)
        due = (to_send, recipients.c.due_at <= now, recipients.c.free_at <= now)
        self._load = sa.select(
            sa.select(sa.func.count()).where(sessions.c.expires_at > now).scalar_subquery().label("sessions"),
            sa.select(sa.func.count()).where(to_send).scalar_subquery().label("outgoing"),
            sa.select(sa.func.min(recipients.c.due_at)).where(*due).scalar_subquery().label("due"),
            sa.select(sa.func.count()).where(is_(deliveries.c.state, FAILED)).scalar_subquery().label("undelivered"),
        )

    def answers(self, tx: Transaction, roots: Sequence[EventId]) -> list[str | None]:
        """Return the stored answers to *roots*, each to be read by whoever asked for it."""
        found = {row.root: row.body for row in tx.each(self._answer, [{"this": root} for root in roots])}
        return [found.get(root) for root in roots]

    def transcript(self, tx: Transaction, conversation: ConversationId, after: int, limit: int) -> tuple[Line, ...]:
        which = {"this": conversation, "beyond": after, "at_most": limit}
        heard = [_heard(row) for row in tx.rows(self._heard, **which)]
        said = [_said(row) for row in tx.rows(self._said, **which)]
        return tuple(sorted(heard + said, key=lambda line: line.position)[:limit])

    def booking(self, tx: Transaction, booking: BookingId) -> Booking | None:
        row = tx.first(self._booking, this=booking)
        return decode(Booking, row.body) if row else None

    def situations(self, tx: Transaction, conversations: Sequence[ConversationId]) -> list[Situation]:
        rows = tx.each(self._situation, [{"this": conversation} for conversation in set(conversations)])
        found = {row.id: _situation(row) for row in rows}
        return [found.get(conversation, Situation()) for conversation in conversations]

    def unsettled(self, tx: Transaction, limit: int) -> tuple[Booking, ...]:
        return tuple(decode(Booking, row.body) for row in tx.rows(self._unsettled, at_most=limit))

    def audit(
        self, tx: Transaction, tenant: TenantId, conversation: ConversationId | None, limit: int
    ) -> tuple[AuditEntry, ...]:
        if conversation is None:
            rows = tx.rows(self._audit, tenant=tenant, at_most=limit)
        else:
            rows = tx.rows(self._audit_of, tenant=tenant, this=conversation, at_most=limit)
        return tuple(_entry(row) for row in reversed(rows))

    def escalations(self, tx: Transaction, tenant: TenantId | None, limit: int) -> tuple[Escalation, ...]:
        if tenant is None:
            rows = tx.rows(self._escalations, at_most=limit)
        else:
            rows = tx.rows(self._escalations_of, tenant=tenant, at_most=limit)
        return tuple(decode(Escalation, row.body) for row in reversed(rows))

    def depth(self, tx: Transaction) -> Depth:
        (row,) = tx.rows(self._depth)
        return Depth(
            events=row.events,
            jobs=row.jobs,
            timers=row.timers,
            dead=row.dead,
            oldest_at=instant(row.oldest) if row.oldest is not None else None,
        )

    def load(self, tx: Transaction) -> Load:
        (row,) = tx.rows(self._load, now=tx.now)
        return Load(
            sessions=row.sessions,
            outgoing=row.outgoing,
            outgoing_due_at=instant(row.due) if row.due is not None else None,
            undelivered=row.undelivered,
        )


def _situation(row: Any) -> Situation:
    if row.session is None:
        return Situation(booking_open=bool(row.open))
    engaged = has_any(row.session, ENGAGING)
    return Situation(talks_until=instant(row.expires_at), engaged=engaged, booking_open=bool(row.open))


def _heard(row: Any) -> Line:
    event = decode(Event, row.body)
    if not isinstance(event.content, GuestMessage):
        raise TypeError("only what a guest wrote has a line")
    content = event.content
    return Line(position=row.line, by_guest=True, message_id=content.message_id, text=content.text, at=event.received_at)


def _said(row: Any) -> Line:
    message = decode(OutboxMessage, row.body)
    return Line(
        position=row.line,
        by_guest=False,
        message_id=message.id,
        text=message.text,
        buttons=message.buttons,
        cards=message.cards,
        at=message.created_at,
    )


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(
        at=instant(row.at),
        tenant=TenantId(row.tenant),
        conversation=ConversationId(row.conversation),
        act=AuditAct(row.act),
        subject=row.subject,
        detail=row.detail,
    )
