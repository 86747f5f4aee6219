"""
All that differs between SQLite and Postgres.

A `Link` is one connection that one thread uses for one transaction after the other. It translates the driver's errors: what
failed before the commit was sent wrote nothing; what failed while committing may have. Engines hide the parameters of
statements in their errors, because guests' words are among them.
"""

import asyncio
import sqlite3
import time
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import sqlalchemy as sa
from attrs import define, field, frozen
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import NullPool

from hotel_agent.adapters.sql.tables import micros
from hotel_agent.domain.errors import ConfigurationError, OutcomeUnknown, Unavailable
from hotel_agent.ports.clock import Clock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")
Body = Callable[[sa.Connection], T]

_FULL_JOURNAL: Final = 64 * 1024 * 1024
_GLANCE: Final = 0.005
_SILENT: Final = "The store did not answer."
_SQLITE_DOWN: Final = frozenset(
    {"SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_CORRUPT", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_LOCKED", "SQLITE_NOTADB"}
    | {"SQLITE_PERM", "SQLITE_PROTOCOL", "SQLITE_READONLY", "SQLITE_NOLFS"}
)
_SQLITE_NOT_COMMITTED: Final = frozenset({"SQLITE_BUSY", "SQLITE_FULL", "SQLITE_LOCKED", "SQLITE_READONLY"})
_PG_REPEAT: Final = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_NOTIFY: Final = sa.text("SELECT pg_notify(:channel, said) FROM unnest(CAST(:said AS text[])) AS said")
_PG_DOWN: Final = ("08", "53", "55", "57", "58")  # connection, resources, object state, operator, system


class Repeat(Exception):  # says what is the case, like every error here
    """The engine undid the transaction for another's sake: it may be run again at once."""


class Link(Protocol):
    @abstractmethod
    def transact(self, body: Body[T]) -> T:
        """
        Run *body* in one transaction and commit it.

        Raises:
            Unavailable: nothing was written.
            OutcomeUnknown: it may have been written.
            Repeat: nothing was written; run it again.
            Exception: whatever *body* raised; nothing was written.

        """

    @abstractmethod
    def apart(self, body: Body[T]) -> T:
        """
        Run *body* on a connection of its own, where every statement is committed by itself; it may take as long as it takes.

        Where the engine has one writer at a time it is one transaction like any other.

        Raises:
            Unavailable: the database cannot be reached; what was done is done.
            Exception: whatever *body* raised.

        """

    @abstractmethod
    def close(self) -> None: ...


class Dialect(Protocol):
    """One engine at one address."""

    schemas: bool
    online: bool
    """Indexes can be made while others write, outside of transactions."""

    @abstractmethod
    def insert(self, table: sa.Table) -> Any:
        """Begin an insert that can say `on_conflict_do_…`."""

    @abstractmethod
    def now(self, connection: sa.Connection) -> int:
        """Tell the time by the store's clock, in microseconds."""

    @abstractmethod
    def exclude(self, connection: sa.Connection, name: str) -> None:
        """Let no other transaction that asks for the same *name* go on until this one has ended."""

    @abstractmethod
    def try_lock(self, connection: sa.Connection, name: str) -> bool:
        """Shut others out of *name* for as long as this connection lasts; False if somebody else has done so."""

    @abstractmethod
    def notify(self, connection: sa.Connection, channel: str, said: Sequence[str]) -> None:
        """Say all of *said* on *channel* to other processes, if the transaction is committed."""

    @abstractmethod
    def connect(self, *, writes: bool) -> Link:
        """Make a link; it connects when it is first used, and anew after a failure."""


# ---------------------------------------------------------------- SQLite


@frozen(kw_only=True)
class Sqlite(Dialect):
    """A file on a local disk, shared by the processes of one machine, whose clock is the store's clock."""

    path: str
    clock: Clock
    wait: float
    """Seconds to wait for another process's write."""
    schemas: bool = False
    online: bool = False

    def insert(self, table: sa.Table) -> Any:
        return sqlite.insert(table)

    def now(self, connection: sa.Connection) -> int:  # noqa: ARG002  # Postgres asks the server
        return micros(self.clock.now())

    def exclude(self, connection: sa.Connection, name: str) -> None:
        """Nothing to do: there is one writer at a time."""

    def try_lock(self, connection: sa.Connection, name: str) -> bool:  # noqa: ARG002  # there is one writer at a time
        return True

    def notify(self, connection: sa.Connection, channel: str, said: Sequence[str]) -> None:
        """Nothing to do: its processes look for themselves, which costs next to nothing on a local file."""

    def connect(self, *, writes: bool) -> Link:
        url = sa.URL.create("sqlite", database=self.path)
        arguments = {"timeout": self.wait, "isolation_level": None, "check_same_thread": False}
        engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
        sa.event.listen(engine, "connect", self._prepare)
        return _SqliteLink(engine, "BEGIN IMMEDIATE" if writes else "BEGIN")

    def _prepare(self, connection: sqlite3.Connection, _: object) -> None:
        self._write_ahead(connection)
        for pragma in ("synchronous=FULL", "temp_store=MEMORY", f"journal_size_limit={_FULL_JOURNAL}"):
            connection.execute(f"PRAGMA {pragma}")

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Change a new file to WAL. While several do that at once SQLite refuses without waiting: the waiting is done here."""
        until = time.monotonic() + self.wait
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as exc:
                if exc.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                    raise
                time.sleep(_GLANCE)
            else:
                return


@define
class _SqliteLink(Link):
    _engine: sa.Engine
    _begin: str
    _connection: sa.Connection | None = field(default=None, init=False)

    def transact(self, body: Body[T]) -> T:
        try:
            connection = self._connection = self._connection or self._engine.connect()
            connection.exec_driver_sql(self._begin)
        except sa.exc.DBAPIError as exc:
            self.close()
            raise Unavailable(_SILENT) from exc
        try:
            result = body(connection)
        except BaseException as exc:
            self._undo()
            if isinstance(exc, sa.exc.DBAPIError) and _sqlite_code(exc) in _SQLITE_DOWN:
                raise Unavailable(_SILENT) from exc
            raise
        try:
            connection.commit()
        except sa.exc.DBAPIError as exc:
            self._undo()
            if _sqlite_code(exc) in _SQLITE_NOT_COMMITTED:
                raise Unavailable(_SILENT) from exc
            raise OutcomeUnknown(_SILENT) from exc
        return result

    def apart(self, body: Body[T]) -> T:
        return self.transact(body)

    def _undo(self) -> None:
        """Roll back; a connection that cannot even do that is given up, which rolls back too."""
        try:
            if self._connection:
                self._connection.rollback()
        except sa.exc.DBAPIError:
            self.close()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.invalidate()
            connection.close()


def _sqlite_code(exc: sa.exc.DBAPIError) -> str:
    """Name the primary result code: extended ones begin with it."""
    name = getattr(exc.orig, "sqlite_errorname", "SQLITE_ERROR")
    return "_".join(name.split("_")[:2])


# ---------------------------------------------------------------- Postgres

_PG_SESSION: Final = {"idle_in_transaction_session_timeout": "2000"}
"""Milliseconds. A process that is frozen inside a transaction must not keep its rows from others for longer than its leases."""


@frozen(kw_only=True)
class Postgres(Dialect):
    """A server, whose clock is the store's clock."""

    url: sa.URL
    limit: float
    """Seconds that one transaction may take."""
    schemas: bool = True
    online: bool = True

    def insert(self, table: sa.Table) -> Any:
        return postgresql.insert(table)

    def now(self, connection: sa.Connection) -> int:
        now = connection.scalar(sa.text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"))
        return int(now or 0)

    def exclude(self, connection: sa.Connection, name: str) -> None:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
        # Whoever changes the tables may think for longer between two statements than a turn may.
        connection.execute(sa.text("SELECT set_config('idle_in_transaction_session_timeout', '0', true)"))

    def try_lock(self, connection: sa.Connection, name: str) -> bool:
        locked = connection.scalar(sa.text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), {"name": name})
        return bool(locked)

    def notify(self, connection: sa.Connection, channel: str, said: Sequence[str]) -> None:
        connection.execute(_NOTIFY, {"channel": channel, "said": list(said)})

    def connect(self, *, writes: bool) -> Link:  # noqa: ARG002  # its readers need no other beginning
        return _PostgresLink(self.url, self.limit)


@define
class _PostgresLink(Link):
    """Runs the asynchronous driver on a loop of its own, so that the thread that uses it may wait like any other."""

    _url: sa.URL
    _limit: float
    _runner: asyncio.Runner = field(factory=asyncio.Runner, init=False)
    _engine: "AsyncEngine | None" = field(default=None, init=False)
    _connection: "AsyncConnection | None" = field(default=None, init=False)

    def transact(self, body: Body[T]) -> T:
        return self._runner.run(self._transact(body))

    async def _transact(self, body: Body[T]) -> T:
        try:
            async with asyncio.timeout(self._limit):
                connection = await self._connected()
                await connection.begin()
        except Exception as exc:  # while connecting the driver's own errors come through as they are
            await self._drop()
            raise Unavailable(_SILENT) from exc
        try:
            async with asyncio.timeout(self._limit):
                result = await connection.run_sync(body)
        except BaseException as exc:
            await self._undo(connection)
            raise self._translated(exc) from exc
        try:
            async with asyncio.timeout(self._limit):
                await connection.commit()
        except (sa.exc.SQLAlchemyError, OSError, TimeoutError) as exc:
            await self._drop()
            if isinstance(exc, sa.exc.DBAPIError) and _pg_state(exc) in _PG_REPEAT:
                raise Repeat from exc
            raise OutcomeUnknown(_SILENT) from exc
        return result

    def apart(self, body: Body[T]) -> T:
        return self._runner.run(self._apart(body))

    async def _apart(self, body: Body[T]) -> T:
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

        engine = create_async_engine(self._url, poolclass=NullPool, hide_parameters=True, isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(body)
        except Exception as exc:
            raise self._translated(exc) from exc
        finally:
            await engine.dispose()

    def _translated(self, exc: BaseException) -> BaseException:
        if isinstance(exc, TimeoutError | OSError | sa.exc.InterfaceError):
            return Unavailable(_SILENT)
        if isinstance(exc, sa.exc.DBAPIError):
            state = _pg_state(exc)
            if state in _PG_REPEAT:
                return Repeat()
            if exc.connection_invalidated or state.startswith(_PG_DOWN):
                return Unavailable(_SILENT)
        return exc

    async def _connected(self) -> "AsyncConnection":
        # Loaded here because it brings the whole mapper along, which a start on SQLite need not wait for.
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

        if self._connection is None:
            self._engine = self._engine or create_async_engine(
                self._url, poolclass=NullPool, hide_parameters=True, connect_args={"server_settings": _PG_SESSION}
            )
            self._connection = await self._engine.connect()
        return self._connection

    async def _undo(self, connection: "AsyncConnection") -> None:
        await self._quietly(connection.rollback, otherwise=self._drop)

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._quietly(connection.invalidate)
            await self._quietly(connection.close)

    async def _quietly(
        self, act: Callable[[], Awaitable[None]], otherwise: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Do what may fail because the connection has failed already."""
        try:
            async with asyncio.timeout(self._limit):
                await act()
        except (sa.exc.SQLAlchemyError, OSError, TimeoutError):
            if otherwise:
                await otherwise()

    def close(self) -> None:
        self._runner.run(self._drop())
        self._runner.close()


def _pg_state(exc: sa.exc.DBAPIError) -> str:
    return str(getattr(exc.orig, "sqlstate", None) or getattr(exc.orig, "pgcode", None) or "")


# ---------------------------------------------------------------- choice


def dialect_of(url: str, *, clock: Clock, wait: float, limit: float) -> Dialect:
    """
    Choose by the URL's scheme.

    Raises:
        ConfigurationError: it is not the address of a SQLite file or a Postgres database.

    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as exc:
        raise ConfigurationError(("JOURNAL_URL: not a URL",)) from exc
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return Sqlite(path=parsed.database, clock=clock, wait=wait)
    if backend in {"postgresql", "postgres"}:
        if find_spec("asyncpg") is None:
            raise ConfigurationError(("JOURNAL_URL: Postgres needs the package asyncpg (the extra `postgres`)",))
        return Postgres(url=parsed.set(drivername="postgresql+asyncpg"), limit=limit)
    raise ConfigurationError(("JOURNAL_URL: expected sqlite:///<path> or postgresql://…",))
