"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from hotel_agent.adapters.sql.tables import Naming

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def naming() -> Naming:
    return context.config.attributes["naming"]  # type: ignore[no-any-return]  # set by whoever runs migrations


def serial() -> sa.Column[Any]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("seq", kind, primary_key=True, autoincrement=True)


def text(name: str, *, null: bool = False, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=null, primary_key=key)


def number(name: str, *, null: bool = False, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=null, primary_key=key, autoincrement=False)


def index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    only = sa.text(where) if where else None
    op.create_index(
        naming().object(name), naming().name(table), columns, schema=naming().schema, sqlite_where=only, postgresql_where=only
    )


def upgrade() -> None:
    op.create_table(
        naming().name("inbox"),
        serial(),
        text("id"),
        text("tenant"),
        text("dedupe_key"),
        text("conversation"),
        text("state"),
        number("order_at"),
        number("ready_at"),
        number("received_at"),
        number("handled_at", null=True),
        number("tries"),
        number("line", null=True),
        text("reason", null=True),
        text("body"),
        sa.UniqueConstraint("id", name=naming().object("inbox_id")),
        sa.UniqueConstraint("tenant", "dedupe_key", name=naming().object("inbox_dedupe")),
        schema=naming().schema,
        sqlite_autoincrement=True,
    )
    index("inbox_dead", "inbox", "seq", where="state = 'dead'")
    index("inbox_line", "inbox", "conversation", "line", where="line IS NOT NULL")
    index("inbox_waiting", "inbox", "conversation", "order_at", "seq", where="state = 'waiting'")
    op.create_table(
        naming().name("conversations"),
        text("id", key=True),
        text("tenant"),
        text("session", null=True),
        number("expires_at", null=True),
        number("version"),
        number("fence"),
        text("owner", null=True),
        number("free_at"),
        number("ready_at", null=True),
        number("lines"),
        schema=naming().schema,
    )
    index("conversations_ready", "conversations", "ready_at", "id", where="ready_at IS NOT NULL")
    op.create_table(
        naming().name("bookings"),
        text("id", key=True),
        text("tenant"),
        text("conversation"),
        text("reference"),
        text("state"),
        number("version"),
        number("created_at"),
        text("body"),
        sa.UniqueConstraint("reference", name=naming().object("bookings_reference")),
        schema=naming().schema,
    )
    index("bookings_conversation", "bookings", "conversation", "created_at", "id")
    index("bookings_open", "bookings", "created_at", "id", where="state IN ('cancelling', 'checking', 'submitting')")
    op.create_table(
        naming().name("jobs"),
        text("id", key=True),
        text("tenant"),
        text("conversation"),
        text("booking"),
        number("due_at"),
        text("owner", null=True),
        number("free_at"),
        number("fence"),
        number("tries"),
        text("body"),
        schema=naming().schema,
    )
    index("jobs_due", "jobs", "due_at", "id")
    op.create_table(
        naming().name("outbox"),
        text("id", key=True),
        text("tenant"),
        text("conversation"),
        number("line"),
        number("created_at"),
        text("body"),
        schema=naming().schema,
    )
    index("outbox_line", "outbox", "conversation", "line")
    op.create_table(
        naming().name("timers"),
        text("conversation", key=True),
        text("id", key=True),
        number("due_at"),
        text("body"),
        schema=naming().schema,
    )
    index("timers_due", "timers", "due_at", "conversation", "id")
    op.create_table(
        naming().name("audit"),
        serial(),
        text("tenant"),
        text("conversation"),
        number("at"),
        text("act"),
        text("subject"),
        text("detail"),
        schema=naming().schema,
        sqlite_autoincrement=True,
    )
    index("audit_conversation", "audit", "tenant", "conversation", "seq")
    index("audit_tenant", "audit", "tenant", "seq")
    op.create_table(
        naming().name("escalations"),
        serial(),
        text("id"),
        text("tenant"),
        text("body"),
        sa.UniqueConstraint("id", name=naming().object("escalations_id")),
        schema=naming().schema,
        sqlite_autoincrement=True,
    )
    index("escalations_tenant", "escalations", "tenant", "seq")
    op.create_table(
        naming().name("answers"),
        text("root", key=True),
        number("at"),
        text("body"),
        schema=naming().schema,
    )
    op.create_table(
        naming().name("locks"),
        serial(),
        text("id"),
        text("tenant"),
        text("owner"),
        text("arrival"),
        text("departure"),
        text("rooms"),
        number("expires_at", null=True),
        number("extensions"),
        sa.UniqueConstraint("id", name=naming().object("locks_id")),
        schema=naming().schema,
        sqlite_autoincrement=True,
    )
    index("locks_expiry", "locks", "tenant", "expires_at")
    index("locks_owner", "locks", "tenant", "owner")
    op.create_table(
        naming().name("lock_rooms"),
        text("tenant", key=True),
        text("room", key=True),
        text("arrival", key=True),
        text("departure"),
        text("lock"),
        schema=naming().schema,
    )
    index("lock_rooms_lock", "lock_rooms", "lock")
    op.create_table(
        naming().name("lock_trail"),
        serial(),
        text("tenant"),
        number("at"),
        text("act"),
        text("owner"),
        text("lock", null=True),
        text("arrival"),
        text("departure"),
        text("rooms"),
        schema=naming().schema,
        sqlite_autoincrement=True,
    )
    index("lock_trail_at", "lock_trail", "tenant", "at", "seq")
    op.create_table(
        naming().name("lock_trail_rooms"),
        text("tenant", key=True),
        text("room", key=True),
        number("at", key=True),
        number("entry", key=True),
        schema=naming().schema,
    )
    op.create_table(
        naming().name("writer_leases"),
        text("tenant", key=True),
        text("owner"),
        number("fence"),
        number("expires_at"),
        schema=naming().schema,
    )


def downgrade() -> None:
    for table in (
        "writer_leases",
        "lock_trail_rooms",
        "lock_trail",
        "lock_rooms",
        "locks",
        "answers",
        "escalations",
        "audit",
        "timers",
        "outbox",
        "jobs",
        "bookings",
        "conversations",
        "inbox",
    ):
        op.drop_table(naming().name(table), schema=naming().schema)
