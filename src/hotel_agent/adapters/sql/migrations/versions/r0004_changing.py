"""A booking whose reservation is being changed is unsettled too: the indexes that tell the two kinds apart follow."""

from typing import Final

import sqlalchemy as sa
from alembic import context, op

from hotel_agent.adapters.sql.tables import Naming

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE: Final = "'cancelling', 'checking', 'submitting'"
SINCE: Final = "'cancelling', 'changing', 'checking', 'submitting'"


def naming() -> Naming:
    return context.config.attributes["naming"]  # type: ignore[no-any-return]  # set by whoever runs migrations


def renew(states: str) -> None:
    indexes = {"bookings_open": (("created_at", "id"), "IN"), "bookings_settled": (("created_at",), "NOT IN")}
    for name, (columns, among) in indexes.items():
        only = sa.text(f"state {among} ({states})")
        op.drop_index(naming().object(name), naming().name("bookings"), schema=naming().schema)
        op.create_index(
            naming().object(name),
            naming().name("bookings"),
            columns,
            schema=naming().schema,
            sqlite_where=only,
            postgresql_where=only,
        )


def upgrade() -> None:
    renew(SINCE)


def downgrade() -> None:
    renew(BEFORE)
