"""
Takes tables from one version to another, while other processes serve.

What changes tables runs in transactions. A migration that only makes or drops indexes of tables with guests' rows in them says
`online = True` and uses the functions of `online.py`: on Postgres it runs outside of any transaction, one statement at a time,
so that nobody's writes wait for it. It may be cut short at any point, and is then run again from its beginning.
"""

import time
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from attrs import frozen

from hotel_agent.adapters.sql.tables import VERSION_TABLE, Naming
from hotel_agent.adapters.sql.wires import Dialect, Link
from hotel_agent.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from alembic.config import Config

BASE: Final = "base"
"""Before the first migration: no tables."""
_LOOK_AGAIN: Final = 0.2


@frozen
class _Step:
    """The migration that leads to version `to`."""

    to: str
    online: bool


def version_table(naming: Naming) -> sa.Table:
    """Describe the migration library's own table as it makes it."""
    name = naming.name(VERSION_TABLE)
    return sa.Table(
        name,
        sa.MetaData(schema=naming.schema),
        sa.Column("version_num", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("version_num", name=f"{name}_pkc"),
    )


def version_of(connection: sa.Connection, naming: Naming) -> str | None:
    """Tell which migration the tables are at; None before the first one."""
    if not sa.inspect(connection).has_table(naming.name(VERSION_TABLE), schema=naming.schema):
        return None
    return connection.scalar(sa.select(version_table(naming).c.version_num))


def make_schema(connection: sa.Connection, naming: Naming) -> None:
    if naming.schema:
        connection.execute(sa.schema.CreateSchema(naming.schema, if_not_exists=True))


def migrate(link: Link, dialect: Dialect, naming: Naming, to: str, *, up: bool) -> None:
    """
    Run the migrations that lead to version *to*: those of a kind that follow each other together. Safe to repeat.

    Several processes may do it at once.

    Raises:
        ConfigurationError: there is no way from the tables' version to that one.
        Unavailable: the database cannot be opened or is busy.

    """

    def in_a_transaction(connection: sa.Connection) -> bool:
        dialect.exclude(connection, f"schema/{naming.namespace}")
        make_schema(connection, naming)
        steps = _steps(connection, naming, to, up=up)
        mine = [step.to for step in _first(steps, lambda step: not (step.online and dialect.online))]
        if mine:
            _run(connection, naming, mine[-1], up=up)
        return len(mine) == len(steps)

    def online(connection: sa.Connection) -> None:
        # Asked again and again instead of waited for: an index is not made while a statement runs that began before.
        while not dialect.try_lock(connection, f"online/{naming.namespace}"):
            time.sleep(_LOOK_AGAIN)
        steps = _steps(connection, naming, to, up=up)
        for step in _first(steps, lambda step: step.online):
            _run(connection, naming, step.to, up=up)

    while not link.transact(in_a_transaction):
        link.apart(online)


def _first(steps: Sequence[_Step], of: Any) -> list[_Step]:
    """Return the steps before the first that is not *of* the kind."""
    end = next((n for n, step in enumerate(steps) if not of(step)), len(steps))
    return list(steps[:end])


def _steps(connection: sa.Connection, naming: Naming, to: str, *, up: bool) -> list[_Step]:
    """List what leads from the version the tables are at to version *to*, in order."""
    # Loaded here because few starts need it and it takes longer to load than the rest of the store.
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(_config(connection, naming))
    known = list(reversed(list(script.walk_revisions())))
    versions = [BASE, *(revision.revision for revision in known)]
    current = version_of(connection, naming) or BASE
    for version in (current, to):
        if version not in versions:
            raise ConfigurationError((f"the tables of {naming.namespace} cannot be taken to version {to}: no {version} here",))
    here, there = versions.index(current), versions.index(to)
    online = [False, *(getattr(revision.module, "online", False) for revision in known)]
    if up:
        return [_Step(versions[n], online[n]) for n in range(here + 1, there + 1)]
    return [_Step(versions[n - 1], online[n]) for n in range(here, there, -1)]


def _run(connection: sa.Connection, naming: Naming, to: str, *, up: bool) -> None:
    from alembic import command

    (command.upgrade if up else command.downgrade)(_config(connection, naming), to)


def _config(connection: sa.Connection, naming: Naming) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files(__package__) / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes.update({"connection": connection, "naming": naming})
    return config
