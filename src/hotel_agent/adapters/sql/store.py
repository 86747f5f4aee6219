from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from attrs import frozen

from hotel_agent.adapters.sql.database import Database
from hotel_agent.adapters.sql.dead_letters import DeadLetterStatements, SqlDeadLetters
from hotel_agent.adapters.sql.deliveries import DeliveryStatements
from hotel_agent.adapters.sql.dialects import dialect_of
from hotel_agent.adapters.sql.events import EventStatements
from hotel_agent.adapters.sql.guests import NameStatements, PaceStatements, SqlGuestNames, SqlRateLimiter
from hotel_agent.adapters.sql.journal import SqlJournal
from hotel_agent.adapters.sql.lease_statements import LeaseStatements
from hotel_agent.adapters.sql.lock_statements import LockStatements
from hotel_agent.adapters.sql.locks import SqlLeases, SqlLocks
from hotel_agent.adapters.sql.outbox import SqlOutbox
from hotel_agent.adapters.sql.postgres import Postgres
from hotel_agent.adapters.sql.quotas import PostgresQuotas, SqliteQuotas, quotas_of
from hotel_agent.adapters.sql.retention import RetentionStatements, SqlRetention
from hotel_agent.adapters.sql.schema import prepare
from hotel_agent.adapters.sql.tables import Naming, tables_of
from hotel_agent.adapters.sql.wakeups import PostgresWakeUps, Voice
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.observer import Pool
from hotel_agent.ports.wakeups import WakeUps

NAMESPACE: Final = "hotel_agent"
BUSY_SECONDS: Final = 2.0
CALL_SECONDS: Final = 5.0


@frozen(kw_only=True)
class SqlStore:
    """Journal (with its records), locks and writer leases in one database."""

    journal: SqlJournal
    locks: SqlLocks
    leases: SqlLeases
    dead_letters: SqlDeadLetters
    retention: SqlRetention
    outbox: SqlOutbox
    guests: SqlGuestNames
    limits: SqlRateLimiter
    quotas: SqliteQuotas | PostgresQuotas
    pools: Callable[[], tuple[Pool, ...]]
    """Tells how busy its connections are."""
    wakeups: WakeUps | None
    """None where processes have no way to wake each other."""


@asynccontextmanager
async def open_sql_store(
    url: str,
    *,
    clock: Clock,
    ids: IdSource,
    namespace: str = NAMESPACE,
    busy_s: float = BUSY_SECONDS,
    call_s: float = CALL_SECONDS,
) -> AsyncIterator[SqlStore]:
    """
    Open the store at *url* (`sqlite:///<path>` or `postgresql://…`), bring its tables up to date, and close it at the end.

    *clock* is the store's clock on SQLite; Postgres uses the server's. *busy_s* is how long another process's write is waited
    for, *call_s* how long a call takes at most.

    Raises:
        ConfigurationError: the URL or the namespace cannot be used.
        Unavailable: the database cannot be opened.

    """
    dialect = dialect_of(url, clock=clock, wait=busy_s, limit=call_s)
    naming = Naming(namespace, schemas=dialect.schemas)
    tables = tables_of(naming)
    voice = Voice(f"hotel_agent/{namespace}", ids.draw())
    events = EventStatements(tables, dialect)
    database = Database(dialect, call_s, voice, events.hold if dialect.crowded else None)
    await database.start(lambda link: prepare(link, dialect, naming, tables))
    quotas = quotas_of(dialect, naming, call_s)
    try:
        yield SqlStore(
            journal=SqlJournal.of(database, tables, events),
            locks=SqlLocks(database, LockStatements(tables, dialect), ids),
            leases=SqlLeases(database, LeaseStatements(tables)),
            dead_letters=SqlDeadLetters(database, DeadLetterStatements(tables, events)),
            retention=SqlRetention(database, RetentionStatements(tables).removals()),
            outbox=SqlOutbox(database, DeliveryStatements(tables, dialect)),
            guests=SqlGuestNames(database, NameStatements(tables, dialect)),
            limits=SqlRateLimiter(database, PaceStatements(tables, dialect)),
            quotas=quotas,
            pools=database.pools,
            wakeups=PostgresWakeUps(dialect.url, voice) if isinstance(dialect, Postgres) else None,
        )
    finally:
        try:
            await quotas.stop()
        finally:
            await database.stop()
