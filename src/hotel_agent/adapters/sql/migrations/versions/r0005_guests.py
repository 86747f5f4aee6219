"""Guests' names, and paces that all processes keep together."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from hotel_agent.adapters.sql.tables import Naming

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def naming() -> Naming:
    return context.config.attributes["naming"]  # type: ignore[no-any-return]  # set by whoever runs migrations


def text(name: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, primary_key=key)


def upgrade() -> None:
    op.create_table(naming().name("guest_names"), text("name", key=True), text("conversation"), schema=naming().schema)
    full_at: sa.Column[Any] = sa.Column("full_at", sa.BigInteger, nullable=False, autoincrement=False)
    op.create_table(naming().name("paces"), text("name", key=True), full_at, schema=naming().schema)


def downgrade() -> None:
    for table in ("paces", "guest_names"):
        op.drop_table(naming().name(table), schema=naming().schema)
