"""Where guests are reached, and how sending to them went."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from hotel_agent.adapters.sql.tables import Naming

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def naming() -> Naming:
    return context.config.attributes["naming"]  # type: ignore[no-any-return]  # set by whoever runs migrations


def text(name: str, *, null: bool = False, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=null, primary_key=key)


def number(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=null, autoincrement=False)


def index(name: str, table: str, *columns: str, where: str) -> None:
    only = sa.text(where)
    op.create_index(
        naming().object(name), naming().name(table), columns, schema=naming().schema, sqlite_where=only, postgresql_where=only
    )


def upgrade() -> None:
    op.create_table(
        naming().name("recipients"),
        text("conversation", key=True),
        text("tenant"),
        number("due_at", null=True),
        text("owner", null=True),
        number("free_at"),
        number("fence"),
        number("full_at"),
        number("next_at"),
        text("body"),
        schema=naming().schema,
    )
    index("recipients_due", "recipients", "due_at", "conversation", where="due_at IS NOT NULL")
    op.create_table(
        naming().name("deliveries"),
        text("id", key=True),
        text("tenant"),
        text("conversation"),
        number("line"),
        text("state"),
        number("tries"),
        number("unknowns"),
        text("provider_id", null=True),
        text("status", null=True),
        text("reason", null=True),
        number("settled_at", null=True),
        schema=naming().schema,
    )
    index("deliveries_pending", "deliveries", "conversation", "line", where="state IN ('sending', 'waiting')")
    index("deliveries_provider", "deliveries", "provider_id", where="provider_id IS NOT NULL")
    index("deliveries_over", "deliveries", "settled_at", "id", where="settled_at IS NOT NULL")
    index("deliveries_failed", "deliveries", "settled_at", "id", where="state = 'failed'")
    index("deliveries_failed_tenant", "deliveries", "tenant", "settled_at", "id", where="state = 'failed'")


def downgrade() -> None:
    for table in ("deliveries", "recipients"):
        op.drop_table(naming().name(table), schema=naming().schema)
