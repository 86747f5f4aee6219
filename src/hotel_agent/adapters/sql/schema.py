"""Tables as the code needs them: made at once in an empty database, migrated otherwise."""

from importlib.resources import files
from typing import Any, Final

import anyio.to_thread
import sqlalchemy as sa

from hotel_agent.adapters.sql.dialects import Dialect, Link, dialect_of
from hotel_agent.adapters.sql.tables import VERSION_TABLE, Naming, Tables
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.ports.clock import Clock

HEAD: Final = "0005"
"""The latest migration; known here so that starting up need not load the migration library to learn that none is due."""
BASE: Final = "base"
"""Before the first migration: no tables."""


def prepare(link: Link, dialect: Dialect, naming: Naming, tables: Tables) -> None:
    """
    See to it that the tables are those of `HEAD`.

    Raises:
        Unavailable: the database cannot be opened.
        ConfigurationError: its tables are of a later version than this program.

    """

    def make(connection: sa.Connection) -> None:
        dialect.exclude(connection, f"schema/{naming.namespace}")
        if not sa.inspect(connection).has_table(naming.name(VERSION_TABLE), schema=naming.schema):
            _make_schema(connection, naming)
            tables.metadata.create_all(connection)
            _stamp(connection, naming)
        elif version_of(connection, naming) != HEAD:
            _migrate(connection, naming, HEAD, up=True)

    link.transact(make)


async def upgrade(url: str, *, clock: Clock, namespace: str, to: str = HEAD, seconds: float = 60.0) -> None:
    """
    Bring the tables of *namespace* at *url* up to version *to*, in one transaction. Safe to repeat.

    Raises:
        ConfigurationError: the URL, the namespace or the version cannot be used.
        Unavailable: the database cannot be opened or is busy for longer than *seconds*.

    """
    await _run(url, clock, namespace, to, seconds, up=True)


async def downgrade(url: str, *, clock: Clock, namespace: str, to: str, seconds: float = 60.0) -> None:
    """Take the tables back to version *to*; `BASE` removes them with all that is in them. Errors as for `upgrade`."""
    await _run(url, clock, namespace, to, seconds, up=False)


def version_of(connection: sa.Connection, naming: Naming) -> str | None:
    """Tell which migration the tables are at; None before the first one."""
    return connection.scalar(sa.select(_version_table(naming).c.version_num))


async def _run(url: str, clock: Clock, namespace: str, to: str, seconds: float, *, up: bool) -> None:
    dialect = dialect_of(url, clock=clock, wait=seconds, limit=seconds)
    naming = Naming(namespace, schemas=dialect.schemas)

    def run(connection: sa.Connection) -> None:
        dialect.exclude(connection, f"schema/{naming.namespace}")
        _make_schema(connection, naming)
        _migrate(connection, naming, to, up=up)

    link = dialect.connect(writes=True)
    try:
        await anyio.to_thread.run_sync(link.transact, run)
    finally:
        await anyio.to_thread.run_sync(link.close)


def _migrate(connection: sa.Connection, naming: Naming, to: str, *, up: bool) -> None:
    # Loaded here because few starts need it and it takes longer to load than the rest of the store.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(files(__package__) / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes.update({"connection": connection, "naming": naming})
    run: Any = command.upgrade if up else command.downgrade
    try:
        run(config, to)
    except CommandError as exc:
        raise ConfigurationError((f"the tables of {naming.namespace} cannot be taken to version {to}: {exc}",)) from exc


def _make_schema(connection: sa.Connection, naming: Naming) -> None:
    if naming.schema:
        connection.execute(sa.schema.CreateSchema(naming.schema, if_not_exists=True))


def _version_table(naming: Naming) -> sa.Table:
    """Describe the migration library's own table as it makes it."""
    name = naming.name(VERSION_TABLE)
    return sa.Table(
        name,
        sa.MetaData(schema=naming.schema),
        sa.Column("version_num", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("version_num", name=f"{name}_pkc"),
    )


def _stamp(connection: sa.Connection, naming: Naming) -> None:
    table = _version_table(naming)
    table.create(connection)
    connection.execute(table.insert(), {"version_num": HEAD})
