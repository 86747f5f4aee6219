"""
Indexes made, dropped and replaced while others write: for migrations that say `online = True` (`migrating.py`).

On Postgres nothing here locks anybody out, and everything may be cut short and run again: what a run left unfinished is
dropped first. On SQLite, where there is one writer at a time, they are made inside the migration's transaction.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

from hotel_agent.adapters.sql.tables import Naming

_UNFINISHED = """
SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relname = :name AND nspname = :schema AND NOT indisvalid
"""


def create_index(name: str, table: str, columns: Sequence[str], where: str | None = None) -> None:
    """Make an index, unless it exists whole; names are those of `tables.py`, without their namespace."""
    naming = _naming()
    whole = naming.object(name)
    if _postgres() and op.get_bind().scalar(sa.text(_UNFINISHED), {"name": whole, "schema": naming.schema}):
        drop_index(name, table)
    only = sa.text(where) if where else None
    op.create_index(
        whole,
        naming.name(table),
        list(columns),
        schema=naming.schema,
        if_not_exists=True,
        postgresql_concurrently=True,
        sqlite_where=only,
        postgresql_where=only,
    )


def drop_index(name: str, table: str) -> None:
    """Drop an index if it exists."""
    naming = _naming()
    op.drop_index(naming.object(name), naming.name(table), schema=naming.schema, if_exists=True, postgresql_concurrently=True)


def replace_index(name: str, table: str, columns: Sequence[str], where: str | None = None) -> None:
    """Put another index in the place of one: the old one serves until the new one is whole."""
    if not _postgres():
        drop_index(name, table)
        create_index(name, table, columns, where)
        return
    naming, coming = _naming(), f"{name}_new"
    create_index(coming, table, columns, where)
    drop_index(name, table)
    op.execute(f'ALTER INDEX "{naming.schema}"."{naming.object(coming)}" RENAME TO "{naming.object(name)}"')


def _naming() -> Naming:
    return context.config.attributes["naming"]  # type: ignore[no-any-return]  # set by whoever runs migrations


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
