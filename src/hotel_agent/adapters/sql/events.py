"""Events in and conversations out: the statements behind `Inbox` but for the commit."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from hotel_agent.adapters._codec import decode, encode
from hotel_agent.adapters.sql.dialects import Dialect
from hotel_agent.adapters.sql.tables import WAITING, Tables, is_, micros, span
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import InvalidValue, MalformedReply, StaleClaim
from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import ConversationId, EventId, TenantId
from hotel_agent.domain.sessions import Session
from hotel_agent.ports.journal import Appended, Claim

_UNREADABLE_FOR: Final = timedelta(minutes=1)
"""How long a conversation is left alone whose stored state cannot be read, so that it does not hold up the others."""


class EventStatements:
    """Prepared once, run inside a transaction."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        inbox, conversations, bookings = tables.inbox, tables.conversations, tables.bookings
        self._keep = dialect.insert(inbox).on_conflict_do_nothing()
        self._known = sa.select(inbox.c.id).where(
            inbox.c.tenant == sa.bindparam("tenant"), inbox.c.dedupe_key == sa.bindparam("dedupe_key")
        )
        wake = dialect.insert(conversations)
        earlier = sa.or_(conversations.c.ready_at.is_(None), wake.excluded.ready_at < conversations.c.ready_at)
        self._wake = wake.on_conflict_do_update(
            index_elements=["id"],
            set_={"ready_at": sa.case((earlier, wake.excluded.ready_at), else_=conversations.c.ready_at)},
            where=conversations.c.tenant == wake.excluded.tenant,
        )
        self._claimable = (
            sa.select(conversations)
            .where(
                conversations.c.ready_at.is_not(None),
                conversations.c.ready_at <= sa.bindparam("now"),
                conversations.c.free_at <= sa.bindparam("now"),
            )
            .order_by(conversations.c.ready_at, conversations.c.id)
            .limit(sa.bindparam("at_most"))
            .with_for_update(skip_locked=True)
        )
        these: sa.BindParameter[str] = sa.bindparam("these", expanding=True)
        self._waiting = (
            sa.select(inbox.c.conversation, inbox.c.seq, inbox.c.tries, inbox.c.ready_at, inbox.c.body)
            .where(inbox.c.conversation.in_(these), is_(inbox.c.state, WAITING))
            .order_by(inbox.c.conversation, inbox.c.order_at, inbox.c.seq)
        )
        some = sa.select(inbox.c.seq).where(is_(inbox.c.state, WAITING)).limit(sa.bindparam("at_most")).subquery("bounded")
        self._count = sa.select(sa.func.count().label("n")).select_from(some)
        self._bookings = (
            sa.select(bookings.c.conversation, bookings.c.body)
            .where(bookings.c.conversation.in_(these))
            .order_by(bookings.c.conversation, bookings.c.created_at, bookings.c.id)
        )
        this = conversations.c.id == sa.bindparam("this")
        owned = sa.and_(
            this, conversations.c.owner == sa.bindparam("its_owner"), conversations.c.fence == sa.bindparam("its_fence")
        )
        self._own = conversations.update().where(this)
        self._renew = conversations.update().where(owned).values(free_at=sa.bindparam("until"))
        self._give_back = conversations.update().where(owned).values(owner=None, free_at=sa.bindparam("until"))
        self._tried = inbox.update().where(inbox.c.seq == sa.bindparam("this")).values(tries=inbox.c.tries + 1)

    def append(self, tx: Transaction, event: Event) -> Appended:
        kept = tx.change(
            self._keep,
            id=event.id,
            tenant=event.tenant,
            dedupe_key=event.dedupe_key,
            conversation=event.conversation,
            state=WAITING,
            order_at=micros(event.order_at),
            ready_at=micros(event.ready_at),
            received_at=micros(event.received_at),
            tries=0,
            body=encode(event),
        )
        if not kept:
            first = tx.first(self._known, tenant=event.tenant, dedupe_key=event.dedupe_key)
            return Appended(event=EventId(first.id) if first else event.id, new=False)
        self.wake(tx, event.conversation, event.tenant, micros(event.ready_at))
        return Appended(event=event.id, new=True)

    def wake(self, tx: Transaction, conversation: ConversationId, tenant: TenantId, ready_at: int) -> None:
        """Let an event of *conversation* be claimed from *ready_at* (microseconds) on."""
        first = {"version": 0, "fence": 0, "free_at": 0, "lines": 0}
        if not tx.change(self._wake, id=conversation, tenant=tenant, ready_at=ready_at, **first):
            raise InvalidValue("a conversation belongs to one tenant")
        tx.ring("inbox")

    def claim(self, tx: Transaction, owner: str, limit: int, lease: timedelta) -> tuple[Claim, ...]:
        found = tx.rows(self._claimable, now=tx.now, at_most=limit)
        if not found:
            return ()
        these = [row.id for row in found]
        waiting: dict[str, list[Any]] = defaultdict(list)
        held_back: dict[str, list[Any]] = defaultdict(list)
        for row in tx.rows(self._waiting, these=these):
            held_back[row.conversation].append(row)
            if row.ready_at <= tx.now:
                # What is held back is not overtaken by what was sent after it.
                waiting[row.conversation] += held_back.pop(row.conversation)
        bookings: dict[str, list[Any]] = defaultdict(list)
        for row in tx.rows(self._bookings, these=these):
            bookings[row.conversation].append(row)
        claims: list[Claim] = []
        changes: list[dict[str, object]] = []
        for row in found:
            until, holder = tx.now + span(lease), owner
            try:
                claims.append(_claim(row, owner, waiting[row.id], bookings[row.id]))
            except MalformedReply:
                until, holder = tx.now + span(_UNREADABLE_FOR), ""
            changes.append({"this": row.id, "owner": holder, "fence": row.fence + 1, "free_at": until})
        tx.change_each(self._own, changes)
        self.tried(tx, [waiting[row.id][0].seq for row in found])
        return tuple(claims)

    def count(self, tx: Transaction, at_most: int) -> int:
        (row,) = tx.rows(self._count, at_most=at_most)
        return int(row.n)

    def tried(self, tx: Transaction, events: Iterable[int]) -> None:
        """Count one more try of each of *events*, given by sequence number."""
        tx.change_each(self._tried, [{"this": event} for event in events])

    def renew(self, tx: Transaction, claim: Claim, lease: timedelta) -> None:
        until = tx.now + span(lease)
        if not tx.change(self._renew, this=claim.conversation, its_owner=claim.owner, its_fence=claim.fence, until=until):
            raise StaleClaim

    def give_back(self, tx: Transaction, claim: Claim, delay: timedelta) -> None:
        until = tx.now + span(delay)
        tx.change(self._give_back, this=claim.conversation, its_owner=claim.owner, its_fence=claim.fence, until=until)


def _claim(row: Any, owner: str, waiting: list[Any], bookings: list[Any]) -> Claim:
    return Claim(
        tenant=TenantId(row.tenant),
        conversation=ConversationId(row.id),
        owner=owner,
        fence=row.fence + 1,
        version=row.version,
        session=decode(Session, row.session) if row.session is not None else None,
        bookings=tuple(decode(Booking, kept.body) for kept in bookings),
        events=tuple(decode(Event, kept.body) for kept in waiting),
        tries=waiting[0].tries + 1,
    )
