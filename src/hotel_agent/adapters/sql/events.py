"""Events in and conversations out: the statements behind `Inbox` but for the commit."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from attrs import frozen

from hotel_agent.adapters._codec import decode, encode
from hotel_agent.adapters.sql.tables import WAITING, Tables, is_, micros, span
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.adapters.sql.wires import Dialect, Row
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import InvalidValue, StaleClaim
from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import ConversationId, EventId, TenantId
from hotel_agent.domain.sessions import Session
from hotel_agent.ports.journal import Appended, Claim

UNREADABLE_FOR: Final = timedelta(minutes=1)
"""How long a conversation is left alone whose stored state cannot be read, so that it does not hold up the others."""


@frozen(eq=False)
class Wanted:
    """Who claims, how many conversations at most, for how long, and whose not."""

    owner: str
    limit: int
    lease: timedelta
    passing: Collection[TenantId] = ()


@frozen(eq=False)
class Arrival:
    """An event and its row, made ready by whoever brings it: in a transaction others would wait meanwhile."""

    event: Event
    row: Mapping[str, object]

    @classmethod
    def of(cls, event: Event) -> "Arrival":
        row = {
            "id": event.id,
            "tenant": event.tenant,
            "dedupe_key": event.dedupe_key,
            "conversation": event.conversation,
            "state": WAITING,
            "order_at": micros(event.order_at),
            "ready_at": micros(event.ready_at),
            "received_at": micros(event.received_at),
            "tries": 0,
            "body": encode(event),
        }
        return cls(event, row)


@frozen(eq=False, kw_only=True)
class Found:
    """A conversation that was claimed, as it is stored: read by whoever claimed it, when nobody waits for that."""

    conversation: ConversationId
    tenant: TenantId
    owner: str
    fence: int
    version: int
    tries: int
    session: str | None
    events: Sequence[str]
    bookings: Sequence[str]

    def read(self) -> Claim:
        """
        Make a claim of it.

        Raises:
            MalformedReply: something of it cannot be read.

        """
        return Claim(
            tenant=self.tenant,
            conversation=self.conversation,
            owner=self.owner,
            fence=self.fence,
            version=self.version,
            session=decode(Session, self.session) if self.session is not None else None,
            bookings=tuple([decode(Booking, body) for body in self.bookings]),
            events=tuple([decode(Event, body) for body in self.events]),
            tries=self.tries,
        )


class EventStatements:
    """Prepared once, run inside a transaction."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        inbox, conversations, bookings = tables.inbox, tables.conversations, tables.bookings
        self._keep = dialect.insert(inbox).on_conflict_do_nothing().returning(inbox.c.id)
        self._known = sa.select(inbox.c.id, inbox.c.tenant, inbox.c.dedupe_key).where(
            inbox.c.tenant == sa.bindparam("tenant"), inbox.c.dedupe_key == sa.bindparam("dedupe_key")
        )
        wake = dialect.insert(conversations)
        earlier = sa.or_(conversations.c.ready_at.is_(None), wake.excluded.ready_at < conversations.c.ready_at)
        self._wake = wake.on_conflict_do_update(
            index_elements=["id"],
            set_={"ready_at": sa.case((earlier, wake.excluded.ready_at), else_=conversations.c.ready_at)},
            where=conversations.c.tenant == wake.excluded.tenant,
        ).returning(conversations.c.id)
        self._hold = sa.select(conversations.c.id).where(conversations.c.id == sa.bindparam("this")).with_for_update()
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
        self._first = (
            sa.select(conversations.c.ready_at)
            .where(
                conversations.c.ready_at.is_not(None),
                conversations.c.ready_at <= sa.bindparam("now"),
                conversations.c.free_at <= sa.bindparam("now"),
            )
            .order_by(conversations.c.ready_at, conversations.c.id)
            .limit(1)
        )
        self._several = dialect.several
        self._claimable_of_others = self._claimable.where(sa.not_(dialect.among(conversations.c.tenant, "passed")))
        this = conversations.c.id == sa.bindparam("this")
        self._waiting = (
            sa.select(inbox.c.conversation, inbox.c.seq, inbox.c.tries, inbox.c.ready_at, inbox.c.body)
            .where(inbox.c.conversation == sa.bindparam("this"), is_(inbox.c.state, WAITING))
            .order_by(inbox.c.order_at, inbox.c.seq)
        )
        some = sa.select(inbox.c.seq).where(is_(inbox.c.state, WAITING)).limit(sa.bindparam("at_most")).subquery("bounded")
        self._count = sa.select(sa.func.count().label("n")).select_from(some)
        self._bookings = (
            sa.select(bookings.c.conversation, bookings.c.body)
            .where(bookings.c.conversation == sa.bindparam("this"))
            .order_by(bookings.c.created_at, bookings.c.id)
        )
        owned = sa.and_(
            this, conversations.c.owner == sa.bindparam("its_owner"), conversations.c.fence == sa.bindparam("its_fence")
        )
        self._own = conversations.update().where(this)
        self._renew = (
            conversations.update()
            .where(owned)
            .values(free_at=sa.bindparam("until"))
            .returning(conversations.c.id, conversations.c.fence)
        )
        self._give_back = conversations.update().where(owned).values(owner=None, free_at=sa.bindparam("until"))
        self._tried = inbox.update().where(inbox.c.seq == sa.bindparam("this")).values(tries=inbox.c.tries + 1)

    def hold(self, tx: Transaction, orders: Sequence[str]) -> None:
        """
        Lock those of *orders* that are conversations before anything else of a transaction is done.

        What else is written about a conversation comes after its row, so that no two processes wait for each other crosswise.
        """
        tx.each(self._hold, [{"this": order} for order in orders])

    def append(self, tx: Transaction, event: Event) -> Appended:
        (appended,) = self.append_all(tx, (Arrival.of(event),))
        return appended

    def append_all(self, tx: Transaction, arrivals: Sequence["Arrival"]) -> list[Appended]:
        events = [arrival.event for arrival in arrivals]
        kept = Counter(row.id for row in tx.each(self._keep, (arrival.row for arrival in arrivals)))
        new: list[bool] = []
        for event in events:
            # Of several of one id the first was kept.
            new.append(kept[event.id] > 0)
            kept[event.id] -= 1
        self._wake_all(tx, [event for event, is_new in zip(events, new, strict=True) if is_new])
        known = [event for event, is_new in zip(events, new, strict=True) if not is_new]
        asked = [{"tenant": event.tenant, "dedupe_key": event.dedupe_key} for event in known]
        first = {(row.tenant, row.dedupe_key): EventId(row.id) for row in tx.each(self._known, asked)}
        return [
            Appended(event=event.id if is_new else first.get((event.tenant, event.dedupe_key), event.id), new=is_new)
            for event, is_new in zip(events, new, strict=True)
        ]

    def _wake_all(self, tx: Transaction, events: Sequence[Event]) -> None:
        ready: dict[tuple[ConversationId, TenantId], int] = {}
        for event in events:
            whose, at = (event.conversation, event.tenant), micros(event.ready_at)
            ready[whose] = min(at, ready.get(whose, at))
        self._wake_each(tx, [(conversation, tenant, at) for (conversation, tenant), at in ready.items()])

    def wake(self, tx: Transaction, conversation: ConversationId, tenant: TenantId, ready_at: int) -> None:
        """Let an event of *conversation* be claimed from *ready_at* (microseconds) on."""
        self._wake_each(tx, [(conversation, tenant, ready_at)])

    def _wake_each(self, tx: Transaction, ready: Sequence[tuple[ConversationId, TenantId, int]]) -> None:
        first = {"version": 0, "fence": 0, "free_at": 0, "lines": 0}
        rows = [{"id": conversation, "tenant": tenant, "ready_at": at, **first} for conversation, tenant, at in ready]
        if len(tx.each(self._wake, rows)) < len(rows):
            raise InvalidValue("a conversation belongs to one tenant")
        if rows:
            tx.ring("inbox")

    def claim_all(self, tx: Transaction, wanted: Sequence[Wanted]) -> list[list[Found]]:
        return [self._claim(tx, one) for one in wanted]

    def _claim(self, tx: Transaction, wanted: Wanted) -> list[Found]:
        if wanted.passing:
            passed = self._several(wanted.passing)
            found = tx.rows(self._claimable_of_others, now=tx.now, at_most=wanted.limit, passed=passed)
        else:
            found = tx.rows(self._claimable, now=tx.now, at_most=wanted.limit)
        if not found:
            return []
        these = [{"this": row.id} for row in found]
        waiting: dict[str, list[Row]] = defaultdict(list)
        held_back: dict[str, list[Row]] = defaultdict(list)
        for row in tx.each(self._waiting, these):
            held_back[row.conversation].append(row)
            if row.ready_at <= tx.now:
                # What is held back is not overtaken by what was sent after it.
                waiting[row.conversation] += held_back.pop(row.conversation)
        bookings: dict[str, list[Row]] = defaultdict(list)
        for row in tx.each(self._bookings, these):
            bookings[row.conversation].append(row)
        until = tx.now + span(wanted.lease)
        tx.change_each(
            self._own, [{"this": row.id, "owner": wanted.owner, "fence": row.fence + 1, "free_at": until} for row in found]
        )
        self.tried(tx, [waiting[row.id][0].seq for row in found])
        return [
            Found(
                conversation=ConversationId(row.id),
                tenant=TenantId(row.tenant),
                owner=wanted.owner,
                fence=row.fence + 1,
                version=row.version,
                tries=waiting[row.id][0].tries + 1,
                session=row.session,
                events=[kept.body for kept in waiting[row.id]],
                bookings=[kept.body for kept in bookings[row.id]],
            )
            for row in found
        ]

    def count(self, tx: Transaction, at_most: int) -> int:
        (row,) = tx.rows(self._count, at_most=at_most)
        return int(row.n)

    def longest_wait(self, tx: Transaction) -> timedelta:
        first = tx.first(self._first, now=tx.now)
        return timedelta(microseconds=tx.now - first.ready_at) if first else timedelta()

    def tried(self, tx: Transaction, events: Iterable[int]) -> None:
        """Count one more try of each of *events*, given by sequence number."""
        tx.change_each(self._tried, [{"this": event} for event in events])

    def renew_all(self, tx: Transaction, claims: Sequence[tuple[Claim, timedelta]]) -> list[Exception | None]:
        rows = [
            {
                "this": claim.conversation,
                "its_owner": claim.owner,
                "its_fence": claim.fence,
                "until": tx.now + span(lease),
            }
            for claim, lease in claims
        ]
        owned = {(row.id, row.fence) for row in tx.each(self._renew, rows)}
        return [None if (claim.conversation, claim.fence) in owned else StaleClaim() for claim, _ in claims]

    def give_back(self, tx: Transaction, whose: Claim | Found, delay: timedelta) -> None:
        until = tx.now + span(delay)
        tx.change(self._give_back, this=whose.conversation, its_owner=whose.owner, its_fence=whose.fence, until=until)
