"""What is over and old, removed from the tables of one database."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from attrs import define

from hotel_agent.adapters._codec import decode
from hotel_agent.adapters.sql.database import LAST, Database
from hotel_agent.adapters.sql.tables import DEAD, DONE, OPEN_STATES, SENDING, WAITING, Tables, is_, micros, span
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.domain.turns import Escalation
from hotel_agent.ports.retention import Remains, Retention, check_age

# Comes last in a flight: it waits for nobody while it holds rows.
_LAST = f"{LAST}~"

_Removal = Callable[[Transaction, int, int], int]


class RetentionStatements:
    """
    Each removal finds its rows by an index in their order and looks at *limit* of them at most.

    What a statement has found is judged again on the row as it is when it is removed, because somebody may re-drive a dead
    letter or cancel a booking in between.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        inbox, outbox, answers, bookings = tables.inbox, tables.outbox, tables.answers, tables.bookings
        deliveries = tables.deliveries
        on_its_way = sa.exists().where(deliveries.c.id == outbox.c.id, is_(deliveries.c.state, SENDING, WAITING))
        self._outbox = _delete(outbox, outbox.c.id, outbox.c.created_at, sa.not_(on_its_way))
        self._deliveries = _delete(deliveries, deliveries.c.id, deliveries.c.settled_at)
        self._answers = _delete(answers, answers.c.root, answers.c.at)
        self._done = _delete(inbox, inbox.c.seq, inbox.c.handled_at, is_(inbox.c.state, DONE))
        self._dead = _delete(inbox, inbox.c.seq, inbox.c.handled_at, is_(inbox.c.state, DEAD))
        self._bookings = _delete(
            bookings,
            bookings.c.id,
            bookings.c.created_at,
            sa.not_(is_(bookings.c.state, *OPEN_STATES)),
            sa.not_(sa.exists().where(tables.jobs.c.booking == bookings.c.id)),
        )
        audit, escalations = tables.audit, tables.escalations
        self._audit = _oldest(audit, audit.c.at)
        self._audit_end = _end(audit)
        self._escalations = _oldest(escalations, escalations.c.body)
        self._escalations_end = _end(escalations)
        self._prepare_sessions()
        self._prepare_trail()

    def removals(self) -> Mapping[Remains, _Removal]:
        """Say how each kind is removed: given the instant before which it is old, and how many at most."""
        return {
            Remains.EVENTS: partial(self._at_once, self._done),
            Remains.DEAD_LETTERS: partial(self._at_once, self._dead),
            Remains.OUTBOX: partial(self._at_once, self._outbox),
            Remains.DELIVERIES: partial(self._at_once, self._deliveries),
            Remains.ANSWERS: partial(self._at_once, self._answers),
            Remains.SESSIONS: self._purge_sessions,
            Remains.BOOKINGS: partial(self._at_once, self._bookings),
            Remains.AUDIT: self._purge_audit,
            Remains.ESCALATIONS: self._purge_escalations,
            Remains.LOCK_TRAIL: self._purge_trail,
        }

    def _at_once(self, statement: sa.Delete, tx: Transaction, before: int, limit: int) -> int:
        return tx.change(statement, before=before, at_most=limit)

    # ------------------------------------------------------------ sessions

    def _prepare_sessions(self) -> None:
        tables = self._tables
        conversations, bookings = tables.conversations, tables.bookings
        this = conversations.c.id

        def has(table: sa.Table, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
            return sa.exists().where(table.c.conversation == this, *more).correlate(conversations)

        remains = sa.or_(
            has(tables.inbox, tables.inbox.c.line.is_not(None)), has(tables.outbox), has(bookings), has(tables.timers)
        )
        self._ended = (
            sa.select(this, remains.label("remains"))
            .where(
                conversations.c.expires_at < sa.bindparam("before"),
                conversations.c.ready_at.is_(None),
                conversations.c.free_at <= sa.bindparam("now"),
                sa.not_(has(bookings, is_(bookings.c.state, *OPEN_STATES))),
            )
            .order_by(conversations.c.expires_at, this)
            .limit(sa.bindparam("at_most"))
            .with_for_update(of=conversations, skip_locked=True)
        )
        which = this == sa.bindparam("this")
        self._forget = conversations.delete().where(which)
        self._unreach = tables.recipients.delete().where(tables.recipients.c.conversation == sa.bindparam("this"))
        # Looked at again when another such time has passed: until then something of it is left.
        self._empty = conversations.update().where(which).values(session=None, expires_at=sa.bindparam("now"))

    def _purge_sessions(self, tx: Transaction, before: int, limit: int) -> int:
        ended = tx.rows(self._ended, before=before, now=tx.now, at_most=limit)
        bare = [{"this": row.id} for row in ended if not row.remains]
        tx.change_each(self._forget, bare)
        tx.change_each(self._unreach, bare)
        tx.change_each(self._empty, [{"this": row.id, "now": tx.now} for row in ended if row.remains])
        return len(ended)

    # ------------------------------------------------------------ what is kept in order of writing

    def _purge_audit(self, tx: Transaction, before: int, limit: int) -> int:
        rows = tx.rows(self._audit, at_most=limit)
        return _end_those(tx, self._audit_end, [row.seq for row in rows if row.at < before])

    def _purge_escalations(self, tx: Transaction, before: int, limit: int) -> int:
        rows = tx.rows(self._escalations, at_most=limit)
        old = [row.seq for row in rows if micros(decode(Escalation, row.body).at) < before]
        return _end_those(tx, self._escalations_end, old)

    def _prepare_trail(self) -> None:
        trail, rooms = self._tables.lock_trail, self._tables.lock_trail_rooms
        self._trail = _oldest(trail, trail.c.tenant, trail.c.at, trail.c.rooms)
        self._trail_end = _end(trail)
        self._trail_rooms_end = rooms.delete().where(
            *(rooms.c[name] == sa.bindparam(f"its_{name}") for name in ("tenant", "room", "at", "entry"))
        )

    def _purge_trail(self, tx: Transaction, before: int, limit: int) -> int:
        old = [row for row in tx.rows(self._trail, at_most=limit) if row.at < before]
        tx.change_each(
            self._trail_rooms_end,
            [
                {"its_tenant": row.tenant, "its_room": room, "its_at": row.at, "its_entry": row.seq}
                for row in old
                for room in json.loads(row.rooms)
            ],
        )
        return _end_those(tx, self._trail_end, [row.seq for row in old])


def _delete(table: sa.Table, key: sa.Column[Any], at: sa.Column[Any], *conditions: sa.ColumnElement[bool]) -> sa.Delete:
    found = sa.select(key).where(at < sa.bindparam("before"), *conditions).order_by(at).limit(sa.bindparam("at_most"))
    return table.delete().where(key.in_(found.scalar_subquery()), *conditions)


def _oldest(table: sa.Table, *columns: sa.Column[Any]) -> sa.Select[Any]:
    return sa.select(table.c.seq, *columns).where(table.c.seq > 0).order_by(table.c.seq).limit(sa.bindparam("at_most"))


def _end(table: sa.Table) -> sa.Delete:
    return table.delete().where(table.c.seq == sa.bindparam("this"))


def _end_those(tx: Transaction, statement: sa.Delete, these: list[int]) -> int:
    tx.change_each(statement, [{"this": this} for this in these])
    return len(these)


@define(eq=False)
class SqlRetention(Retention):
    _database: Database
    _removals: Mapping[Remains, _Removal]

    async def purge(self, remains: Remains, age: timedelta, limit: int) -> int:
        back = span(check_age(age))
        remove = self._removals[remains]

        def work(tx: Transaction) -> int:
            return remove(tx, tx.now - back, limit)

        return await self._database.write(work, order=_LAST)
