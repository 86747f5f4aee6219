"""Indexes are made on a Postgres while its tables are written to, and a migration that was cut short is run again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import anyio
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from hotel_agent.adapters.sql import schema
from hotel_agent.adapters.sql.migrating import version_table
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.adapters.sql.tables import Naming, tables_of
from hotel_agent.domain.turns import Turn
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.examples import booking, message, session
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio

INDEXES = sa.text("""
SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = CAST(:namespace AS regnamespace) AND relname LIKE '%bookings_open%'
""")
LEASE = timedelta(seconds=3)


class Neighbour:
    """Somebody else on the same tables, with a connection that commits every statement."""

    def __init__(self, connection: AsyncConnection, namespace: str) -> None:
        naming = Naming(namespace, schemas=True)
        self.connection, self.namespace = connection, namespace
        self.bookings, self._version = tables_of(naming).bookings, version_table(naming)

    async def indexes(self) -> dict[str, bool]:
        """Return the indexes of open bookings by name, and whether each is whole."""
        rows = await self.connection.execute(INDEXES, {"namespace": self.namespace})
        return {row.relname: row.indisvalid for row in rows}

    async def version(self) -> str | None:
        return await self.connection.scalar(sa.select(self._version.c.version_num))

    async def touch(self) -> None:
        """Write to every booking."""
        await self.connection.execute(self.bookings.update().values(version=self.bookings.c.version))


@pytest.fixture
async def neighbour(postgres_url: str, namespace: str) -> AsyncIterator[Neighbour]:
    """A neighbour on tables with a booking in them, at the version before one that replaces their index."""
    async with open_sql_store(
        postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
    ) as store:
        await store.journal.append(message("1"))
        (claim,) = await store.journal.claim("w", 1, LEASE)
        turn = Turn(event=claim.events[0], session=session(), bookings=(booking(),))
        await store.journal.commit(claim, turn)
    await schema.downgrade(postgres_url, clock=ManualClock(), namespace=namespace, to="0003")
    engine = create_async_engine(sa.make_url(postgres_url).set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        yield Neighbour(connection, namespace)
    await engine.dispose()


@asynccontextmanager
async def a_writer(url: str, neighbour: Neighbour) -> AsyncIterator[None]:
    """Leave a write to one more booking uncommitted meanwhile."""
    engine = create_async_engine(sa.make_url(url).set(drivername="postgresql+asyncpg"))
    async with engine.begin() as connection:
        await connection.execute(
            neighbour.bookings.insert(),
            {
                "id": "late",
                "tenant": "sol",
                "conversation": "c",
                "reference": "late",
                "state": "rejected",
                "version": 1,
                "created_at": 0,
                "body": "",
            },
        )
        yield
    await engine.dispose()


async def test_index_is_made_while_a_writer_has_a_transaction_open_and_nobody_else_waits(
    postgres_url: str, namespace: str, neighbour: Neighbour
) -> None:
    coming, index = f"{namespace}_bookings_open_new", f"{namespace}_bookings_open"
    upgrade = partial(schema.upgrade, postgres_url, clock=ManualClock(), namespace=namespace)
    async with anyio.create_task_group() as tasks, a_writer(postgres_url, neighbour):
        tasks.start_soon(upgrade)
        with anyio.fail_after(60):
            while coming not in await neighbour.indexes():  # noqa: ASYNC110 - the server says nothing by itself
                await anyio.sleep(0.05)
        # Whoever had to wait for the index would wait for the one who is in its way, and so for ever.
        with anyio.fail_after(60):
            for _ in range(5):
                await neighbour.touch()
        # It is being made, and waits for the one who was there first; the old one still serves.
        assert await neighbour.indexes() == {coming: False, index: True}
        assert await neighbour.version() == "0003"
    assert await neighbour.indexes() == {index: True}
    assert await neighbour.version() == schema.HEAD
    async with open_sql_store(
        postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
    ) as store:
        assert await store.journal.unsettled() == (booking(),)


async def test_migration_that_was_cut_short_is_run_again_by_whoever_comes_first(
    postgres_url: str, namespace: str, neighbour: Neighbour
) -> None:
    unfinished, index = f"{namespace}_bookings_open_new", f"{namespace}_bookings_open"
    async with a_writer(postgres_url, neighbour):
        await neighbour.connection.execute(sa.text("SET statement_timeout = 300"))
        made = sa.Index(unfinished, neighbour.bookings.c.created_at, postgresql_concurrently=True)
        with pytest.raises(sa.exc.DBAPIError, match="statement timeout"):
            await neighbour.connection.execute(sa.schema.CreateIndex(made))
        await neighbour.connection.execute(sa.text("SET statement_timeout = 0"))
    assert await neighbour.indexes() == {unfinished: False, index: True}
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(partial(schema.upgrade, postgres_url, clock=ManualClock(), namespace=namespace))
    assert await neighbour.indexes() == {index: True}
    assert await neighbour.version() == schema.HEAD
