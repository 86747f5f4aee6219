"""Events set aside, in the tables of one database."""

from functools import partial

import sqlalchemy as sa
from attrs import define

from hotel_agent.adapters.sql.database import Database
from hotel_agent.adapters.sql.events import EventStatements
from hotel_agent.adapters.sql.tables import DEAD, DONE, WAITING, Tables, instant, is_
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.domain.ids import ConversationId, EventId, TenantId
from hotel_agent.ports.dead_letters import DeadLetter, DeadLetters


class DeadLetterStatements:
    """Lists walk the index of what is set aside, which is short or should be."""

    def __init__(self, tables: Tables, events: EventStatements) -> None:
        self._events = events
        inbox = tables.inbox
        listed = (
            sa.select(inbox.c.id, inbox.c.tenant, inbox.c.conversation, inbox.c.reason, inbox.c.tries, inbox.c.received_at)
            .where(is_(inbox.c.state, DEAD))
            .order_by(inbox.c.seq)
            .limit(sa.bindparam("at_most"))
        )
        self._listed, self._listed_of = listed, listed.where(inbox.c.tenant == sa.bindparam("tenant"))
        this = sa.and_(inbox.c.id == sa.bindparam("this"), is_(inbox.c.state, DEAD))
        self._one = sa.select(inbox.c.conversation, inbox.c.tenant, inbox.c.ready_at).where(this).with_for_update()
        self._wait = inbox.update().where(this).values(state=WAITING, tries=0, reason=None, handled_at=None)
        self._drop = inbox.update().where(this).values(state=DONE)

    def listed(self, tx: Transaction, tenant: TenantId | None, limit: int) -> tuple[DeadLetter, ...]:
        rows = (
            tx.rows(self._listed, at_most=limit) if tenant is None else tx.rows(self._listed_of, at_most=limit, tenant=tenant)
        )
        return tuple(
            DeadLetter(
                event=EventId(row.id),
                tenant=TenantId(row.tenant),
                conversation=ConversationId(row.conversation),
                reason=row.reason,
                tries=row.tries,
                received_at=instant(row.received_at),
            )
            for row in rows
        )

    def redrive(self, tx: Transaction, event: EventId) -> bool:
        known = tx.first(self._one, this=event)
        if known is None:
            return False
        tx.change(self._wait, this=event)
        self._events.wake(tx, ConversationId(known.conversation), TenantId(known.tenant), known.ready_at)
        return True

    def drop(self, tx: Transaction, event: EventId) -> bool:
        return bool(tx.change(self._drop, this=event))


@define(eq=False)
class SqlDeadLetters(DeadLetters):
    _database: Database
    _run: DeadLetterStatements

    async def dead_letters(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[DeadLetter, ...]:
        return await self._database.read(partial(self._run.listed, tenant=tenant, limit=limit))

    async def redrive(self, event: EventId) -> bool:
        return await self._database.write(partial(self._run.redrive, event=event), order=event)

    async def drop(self, event: EventId) -> bool:
        return await self._database.write(partial(self._run.drop, event=event), order=event)
