"""Indexes by which what is over and old, or set aside, is found."""

from typing import Final

import sqlalchemy as sa
from alembic import context, op

from hotel_agent.adapters.sql.tables import Naming

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES: Final[dict[str, tuple[str, tuple[str, ...], str | None]]] = {
    "inbox_dead_tenant": ("inbox", ("tenant", "seq"), "state = 'dead'"),
    "inbox_over": ("inbox", ("state", "handled_at"), "handled_at IS NOT NULL"),
    "conversations_ended": ("conversations", ("expires_at", "id"), "expires_at IS NOT NULL"),
    "bookings_settled": ("bookings", ("created_at",), "state NOT IN ('cancelling', 'checking', 'submitting')"),
    "jobs_booking": ("jobs", ("booking",), None),
    "outbox_created": ("outbox", ("created_at",), None),
    "answers_at": ("answers", ("at",), None),
}


def naming() -> Naming:
    return context.config.attributes["naming"]  # type: ignore[no-any-return]  # set by whoever runs migrations


def upgrade() -> None:
    for name, (table, columns, where) in INDEXES.items():
        only = sa.text(where) if where else None
        op.create_index(
            naming().object(name),
            naming().name(table),
            columns,
            schema=naming().schema,
            sqlite_where=only,
            postgresql_where=only,
        )


def downgrade() -> None:
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(naming().object(name), naming().name(table), schema=naming().schema)
