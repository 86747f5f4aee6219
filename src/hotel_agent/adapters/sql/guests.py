"""Guests' names and shared paces in the tables of one database."""

from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from attrs import define

from hotel_agent.adapters.sql.database import Database
from hotel_agent.adapters.sql.tables import Tables, instant, micros
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.adapters.sql.wires import Dialect
from hotel_agent.domain.delivery import Pace
from hotel_agent.domain.ids import ConversationId
from hotel_agent.ports.guests import GuestNames
from hotel_agent.ports.limits import RateLimiter


class NameStatements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        names = tables.guest_names
        fresh = dialect.insert(names)
        self._known = sa.select(names.c.conversation).where(names.c.name == sa.bindparam("this"))
        self._give = fresh.on_conflict_do_update(
            index_elements=["name"],
            set_={"conversation": fresh.excluded.conversation},
            where=names.c.conversation == sa.bindparam("instead_of"),
        )

    def known(self, tx: Transaction, name: str) -> ConversationId | None:
        row = tx.first(self._known, this=name)
        return ConversationId(row.conversation) if row else None

    def give(
        self, tx: Transaction, name: str, conversation: ConversationId, instead_of: ConversationId | None
    ) -> ConversationId:
        tx.change(self._give, name=name, conversation=conversation, instead_of=instead_of or "")
        return self.known(tx, name) or conversation


class PaceStatements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        paces = tables.paces
        fresh = dialect.insert(paces)
        self._known = sa.select(paces.c.full_at).where(paces.c.name == sa.bindparam("this"))
        self._keep = fresh.on_conflict_do_update(index_elements=["name"], set_={"full_at": fresh.excluded.full_at})

    def reserve(self, tx: Transaction, name: str, pace: Pace, patience: timedelta) -> timedelta:
        tx.exclude(f"paces/{name}")
        row = tx.first(self._known, this=name)
        full_at = instant(row.full_at if row else 0)
        wait = pace.wait(full_at, tx.now_at)
        if wait <= patience:
            tx.change(self._keep, name=name, full_at=micros(pace.after(full_at, tx.now_at)[0]))
        return wait


@define(eq=False)
class SqlGuestNames(GuestNames):
    _database: Database
    _run: NameStatements

    async def known(self, name: str) -> ConversationId | None:
        return await self._database.read(partial(self._run.known, name=name))

    async def give(
        self, name: str, conversation: ConversationId, *, instead_of: ConversationId | None = None
    ) -> ConversationId:
        work = partial(self._run.give, name=name, conversation=conversation, instead_of=instead_of)
        return await self._database.write(work, order=f"names/{name}")


@define(eq=False)
class SqlRateLimiter(RateLimiter):
    _database: Database
    _run: PaceStatements

    async def reserve(self, name: str, pace: Pace, patience: timedelta) -> timedelta:
        work = partial(self._run.reserve, name=name, pace=pace, patience=patience)
        return await self._database.write(work, order=f"paces/{name}")
