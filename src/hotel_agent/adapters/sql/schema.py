"""Tables as the code needs them: made at once in an empty database, migrated otherwise."""

from functools import partial
from typing import Final

import anyio.to_thread
import sqlalchemy as sa

from hotel_agent.adapters.sql.dialects import dialect_of
from hotel_agent.adapters.sql.migrating import BASE, make_schema, migrate, version_of, version_table
from hotel_agent.adapters.sql.tables import VERSION_TABLE, Naming, Tables
from hotel_agent.adapters.sql.wires import Dialect, Link
from hotel_agent.ports.clock import Clock

__all__ = ["BASE", "HEAD", "downgrade", "prepare", "upgrade", "version_of"]

HEAD: Final = "0006"
"""The latest migration; known here so that starting up need not load the migration library to learn that none is due."""


def prepare(link: Link, dialect: Dialect, naming: Naming, tables: Tables) -> None:
    """
    See to it that the tables are those of `HEAD`.

    Raises:
        Unavailable: the database cannot be opened.
        ConfigurationError: its tables are of a later version than this program.

    """

    def make(connection: sa.Connection) -> bool:
        dialect.exclude(connection, f"schema/{naming.namespace}")
        if not sa.inspect(connection).has_table(naming.name(VERSION_TABLE), schema=naming.schema):
            make_schema(connection, naming)
            tables.metadata.create_all(connection)
            _stamp(connection, naming)
        return version_of(connection, naming) == HEAD

    if not link.transact(make):
        migrate(link, dialect, naming, HEAD, up=True)


async def upgrade(url: str, *, clock: Clock, namespace: str, to: str = HEAD, seconds: float = 60.0) -> None:
    """
    Bring the tables of *namespace* at *url* up to version *to*, while others serve (`migrating.py`). Safe to repeat.

    Raises:
        ConfigurationError: the URL, the namespace or the version cannot be used.
        Unavailable: the database cannot be opened or is busy for longer than *seconds*.

    """
    await _run(url, clock, namespace, to, seconds, up=True)


async def downgrade(url: str, *, clock: Clock, namespace: str, to: str, seconds: float = 60.0) -> None:
    """Take the tables back to version *to*; `BASE` removes them with all that is in them. Errors as for `upgrade`."""
    await _run(url, clock, namespace, to, seconds, up=False)


async def _run(url: str, clock: Clock, namespace: str, to: str, seconds: float, *, up: bool) -> None:
    dialect = dialect_of(url, clock=clock, wait=seconds, limit=seconds)
    naming = Naming(namespace, schemas=dialect.schemas)
    link = dialect.connect()
    try:
        await anyio.to_thread.run_sync(partial(migrate, link, dialect, naming, to, up=up))
    finally:
        await anyio.to_thread.run_sync(link.close)


def _stamp(connection: sa.Connection, naming: Naming) -> None:
    table = version_table(naming)
    table.create(connection)
    connection.execute(table.insert(), {"version_num": HEAD})
