"""
The tables, the same on every engine.

Instants are whole microseconds since 1970 UTC; days are ISO text, which sorts as they do. `body` holds the whole value as JSON
text; other columns are what queries need. Guests' words are in `inbox`, `outbox`, `conversations.session`, `bookings` and
`answers` only, where they are reached in `recipients`.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.dialects import postgresql

from hotel_agent.domain.bookings import OPEN
from hotel_agent.domain.errors import ConfigurationError

VERSION_TABLE: Final = "schema_version"

WAITING: Final = "waiting"
DONE: Final = "done"
DEAD: Final = "dead"
SENDING: Final = "sending"
FAILED: Final = "failed"

OPEN_STATES: Final = tuple(sorted(OPEN))

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NAMESPACE: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")


def micros(moment: datetime) -> int:
    """Count the microseconds from 1970 to *moment*."""
    return (moment - _EPOCH) // _MICROSECOND


def span(duration: timedelta) -> int:
    """Count the microseconds in *duration*."""
    return duration // _MICROSECOND


def instant(stored: int) -> datetime:
    return _EPOCH + timedelta(microseconds=stored)


def is_(column: sa.Column[Any], *states: str) -> sa.ColumnElement[bool]:
    """Compare with constants written into the statement: a partial index is used only where its own words are repeated."""
    constants: list[sa.ColumnClause[Any]] = [sa.literal_column(f"'{state}'") for state in states]
    return column.in_(constants) if len(constants) > 1 else column == constants[0]


def _serial() -> sa.Column[int]:
    """Make a key that only rises, also over rows that are gone."""
    return sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True)


def _text(name: str, *, null: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null, primary_key=key)


def _number(name: str, *, null: bool = False, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null, primary_key=key, autoincrement=False)


@frozen
class Naming:
    """
    Where one namespace's tables live: in a schema where the engine has schemas, else under a prefix.

    Raises:
        ConfigurationError: the namespace is not a plain lower-case word.

    """

    namespace: str
    schemas: bool

    def __attrs_post_init__(self) -> None:
        if not _NAMESPACE.fullmatch(self.namespace):
            raise ConfigurationError(("NAMESPACE: a lower-case letter, then at most 30 of a-z, 0-9 and _",))

    @property
    def schema(self) -> str | None:
        return self.namespace if self.schemas else None

    def name(self, plain: str) -> str:
        """Name a table; names of indexes and constraints carry the namespace on every engine."""
        return plain if self.schemas else f"{self.namespace}_{plain}"

    def object(self, plain: str) -> str:
        return f"{self.namespace}_{plain}"


@frozen
class Tables:
    metadata: sa.MetaData
    inbox: sa.Table
    conversations: sa.Table
    bookings: sa.Table
    jobs: sa.Table
    outbox: sa.Table
    recipients: sa.Table
    deliveries: sa.Table
    timers: sa.Table
    audit: sa.Table
    escalations: sa.Table
    answers: sa.Table
    locks: sa.Table
    lock_rooms: sa.Table
    lock_trail: sa.Table
    lock_trail_rooms: sa.Table
    writer_leases: sa.Table
    guest_names: sa.Table
    paces: sa.Table


def tables_of(naming: Naming) -> Tables:
    """Describe the tables of one namespace; opens nothing."""
    metadata = sa.MetaData(schema=naming.schema)

    def table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
        return sa.Table(naming.name(name), metadata, *parts, sqlite_autoincrement=any(p.name == "seq" for p in _columns(parts)))

    def index(name: str, *columns: str, where: str | None = None) -> sa.Index:
        only = sa.text(where) if where else None
        return sa.Index(naming.object(name), *columns, sqlite_where=only, postgresql_where=only)

    def unique(name: str, *columns: str) -> sa.UniqueConstraint:
        return sa.UniqueConstraint(*columns, name=naming.object(name))

    if naming.schemas:
        # On SQLite they are in a file of their own (quotas.py).
        whole = postgresql.ARRAY(sa.BigInteger)
        counts: list[sa.Column[Any]] = [sa.Column(name, whole, nullable=False) for name in ("uses", "many")]
        table("quotas", _text("name", key=True), *map(_number, ("seen_at", "granted", "most", "span")), *counts)
    open_states = ", ".join(f"'{state}'" for state in OPEN_STATES)
    return Tables(
        metadata=metadata,
        inbox=table(
            "inbox",
            _serial(),
            _text("id"),
            _text("tenant"),
            _text("dedupe_key"),
            _text("conversation"),
            _text("state"),
            _number("order_at"),
            _number("ready_at"),
            _number("received_at"),
            _number("handled_at", null=True),
            _number("tries"),
            _number("line", null=True),
            _text("reason", null=True),
            _text("body"),
            unique("inbox_id", "id"),
            unique("inbox_dedupe", "tenant", "dedupe_key"),
            index("inbox_waiting", "conversation", "order_at", "seq", where=f"state = '{WAITING}'"),
            index("inbox_dead", "seq", where=f"state = '{DEAD}'"),
            index("inbox_dead_tenant", "tenant", "seq", where=f"state = '{DEAD}'"),
            index("inbox_over", "state", "handled_at", where="handled_at IS NOT NULL"),
            index("inbox_line", "conversation", "line", where="line IS NOT NULL"),
        ),
        conversations=table(
            "conversations",
            _text("id", key=True),
            _text("tenant"),
            _text("session", null=True),
            _number("expires_at", null=True),
            _number("version"),
            _number("fence"),
            _text("owner", null=True),
            _number("free_at"),
            _number("ready_at", null=True),
            _number("lines"),
            index("conversations_ended", "expires_at", "id", where="expires_at IS NOT NULL"),
            index("conversations_ready", "ready_at", "id", where="ready_at IS NOT NULL"),
        ),
        bookings=table(
            "bookings",
            _text("id", key=True),
            _text("tenant"),
            _text("conversation"),
            _text("reference"),
            _text("state"),
            _number("version"),
            _number("created_at"),
            _text("body"),
            unique("bookings_reference", "reference"),
            index("bookings_conversation", "conversation", "created_at", "id"),
            index("bookings_open", "created_at", "id", where=f"state IN ({open_states})"),
            index("bookings_settled", "created_at", where=f"state NOT IN ({open_states})"),
        ),
        jobs=table(
            "jobs",
            _text("id", key=True),
            _text("tenant"),
            _text("conversation"),
            _text("booking"),
            _number("due_at"),
            _text("owner", null=True),
            _number("free_at"),
            _number("fence"),
            _number("tries"),
            _text("body"),
            index("jobs_due", "due_at", "id"),
            index("jobs_booking", "booking"),
        ),
        outbox=table(
            "outbox",
            _text("id", key=True),
            _text("tenant"),
            _text("conversation"),
            _number("line"),
            _number("created_at"),
            _text("body"),
            index("outbox_line", "conversation", "line"),
            index("outbox_created", "created_at"),
        ),
        recipients=table(
            "recipients",
            _text("conversation", key=True),
            _text("tenant"),
            _number("due_at", null=True),
            _text("owner", null=True),
            _number("free_at"),
            _number("fence"),
            _number("full_at"),
            _number("next_at"),
            _text("body"),
            index("recipients_due", "due_at", "conversation", where="due_at IS NOT NULL"),
        ),
        deliveries=table(
            "deliveries",
            _text("id", key=True),
            _text("tenant"),
            _text("conversation"),
            _number("line"),
            _text("state"),
            _number("tries"),
            _number("unknowns"),
            _text("provider_id", null=True),
            _text("status", null=True),
            _text("reason", null=True),
            _number("settled_at", null=True),
            index("deliveries_pending", "conversation", "line", where=f"state IN ('{SENDING}', '{WAITING}')"),
            index("deliveries_provider", "provider_id", where="provider_id IS NOT NULL"),
            index("deliveries_over", "settled_at", "id", where="settled_at IS NOT NULL"),
            index("deliveries_failed", "settled_at", "id", where=f"state = '{FAILED}'"),
            index("deliveries_failed_tenant", "tenant", "settled_at", "id", where=f"state = '{FAILED}'"),
        ),
        timers=table(
            "timers",
            _text("conversation", key=True),
            _text("id", key=True),
            _number("due_at"),
            _text("body"),
            index("timers_due", "due_at", "conversation", "id"),
        ),
        audit=table(
            "audit",
            _serial(),
            _text("tenant"),
            _text("conversation"),
            _number("at"),
            _text("act"),
            _text("subject"),
            _text("detail"),
            index("audit_tenant", "tenant", "seq"),
            index("audit_conversation", "tenant", "conversation", "seq"),
        ),
        escalations=table(
            "escalations",
            _serial(),
            _text("id"),
            _text("tenant"),
            _text("body"),
            unique("escalations_id", "id"),
            index("escalations_tenant", "tenant", "seq"),
        ),
        answers=table("answers", _text("root", key=True), _number("at"), _text("body"), index("answers_at", "at")),
        locks=table(
            "locks",
            _serial(),
            _text("id"),
            _text("tenant"),
            _text("owner"),
            _text("arrival"),
            _text("departure"),
            _text("rooms"),
            _number("expires_at", null=True),
            _number("extensions"),
            unique("locks_id", "id"),
            index("locks_owner", "tenant", "owner"),
            index("locks_expiry", "tenant", "expires_at"),
        ),
        lock_rooms=table(
            "lock_rooms",
            _text("tenant", key=True),
            _text("room", key=True),
            _text("arrival", key=True),
            _text("departure"),
            _text("lock"),
            index("lock_rooms_lock", "lock"),
        ),
        lock_trail=table(
            "lock_trail",
            _serial(),
            _text("tenant"),
            _number("at"),
            _text("act"),
            _text("owner"),
            _text("lock", null=True),
            _text("arrival"),
            _text("departure"),
            _text("rooms"),
            index("lock_trail_at", "tenant", "at", "seq"),
        ),
        lock_trail_rooms=table(
            "lock_trail_rooms",
            _text("tenant", key=True),
            _text("room", key=True),
            _number("at", key=True),
            _number("entry", key=True),
        ),
        writer_leases=table(
            "writer_leases",
            _text("tenant", key=True),
            _text("owner"),
            _number("fence"),
            _number("expires_at"),
        ),
        guest_names=table("guest_names", _text("name", key=True), _text("conversation")),
        paces=table("paces", _text("name", key=True), _number("full_at")),
    )


def _columns(parts: tuple[sa.schema.SchemaItem, ...]) -> list[sa.Column[Any]]:
    return [part for part in parts if isinstance(part, sa.Column)]
