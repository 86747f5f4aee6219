"""Postgres: a server that any number of processes share."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import sqlalchemy as sa
from attrs import define, field, frozen
from sqlalchemy.dialects import postgresql
from sqlalchemy.pool import NullPool
from sqlalchemy.util import await_only, greenlet_spawn

from hotel_agent.adapters.sql.compiling import Compiler, Statement
from hotel_agent.adapters.sql.wires import SILENT, Body, Clash, Dialect, Link, NotTaken, Repeat, Row, Values, Wire
from hotel_agent.domain.errors import OutcomeUnknown, Unavailable

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

_REPEAT: Final = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_DOWN: Final = ("08", "53", "55", "57", "58")  # connection, resources, object state, operator, system
_CLASH: Final = "23"
_KEPT_WAITING: Final = "25P03"
"""A starved process let its transaction lie for longer than `_SESSION` allows: the server undid it and hung up."""
_NOW: Final = sa.text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now")
_NOTIFY: Final = sa.text("SELECT pg_notify(:channel, said) FROM unnest(CAST(:said AS text[])) AS said")
_EXCLUDE: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_SESSION: Final = {"idle_in_transaction_session_timeout": "2000"}
"""Milliseconds. A process that is frozen inside a transaction must not keep its rows from others for longer than its leases."""
_MAKING_SECONDS: Final = 30.0
"""How long one transaction may take at least that makes or changes tables."""
_OF_THE_LIBRARY: Final = frozenset(
    {"async_fallback", "async_creator_fn", "prepared_statement_cache_size", "prepared_statement_name_func"}
)
"""What an address may hold that is not for the driver."""


@frozen(kw_only=True)
class Postgres(Dialect):
    """A server, whose clock is the store's clock."""

    url: sa.URL
    limit: float
    """Seconds that one transaction may take."""
    schemas: bool = True
    online: bool = True
    crowded: bool = True

    def insert(self, table: sa.Table) -> Any:
        return postgresql.insert(table)

    def among(self, column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
        return column == sa.any_(sa.bindparam(name, type_=postgresql.ARRAY(column.type)))

    def several(self, values: Iterable[object]) -> object:
        return list(values)

    def exclude(self, connection: sa.Connection, name: str) -> None:
        connection.execute(_EXCLUDE, {"name": name})
        # Whoever changes the tables may think for longer between two statements than a turn may.
        connection.execute(sa.text("SELECT set_config('idle_in_transaction_session_timeout', '0', true)"))

    def try_lock(self, connection: sa.Connection, name: str) -> bool:
        locked = connection.scalar(sa.text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), {"name": name})
        return bool(locked)

    def connect(self) -> Link:
        return _PostgresLink(self.url, max(self.limit, _MAKING_SECONDS))

    def wire(self, *, writes: bool) -> Wire:
        dialect = self.url.get_dialect()()
        _, address = dialect.create_connect_args(self.url)
        known = {name: value for name, value in address.items() if name not in _OF_THE_LIBRARY}
        return PostgresWire(known, self.limit, Compiler(dialect), writes)


@define(eq=False)
class PostgresWire(Wire):
    """
    Runs the asynchronous driver on a loop of its own, so that the thread that uses it may wait like any other.

    The driver sends what is done for many at once without waiting in between, and keeps what the server prepared.
    """

    _address: dict[str, Any]
    _limit: float
    _compiler: Compiler
    _writes: bool
    _runner: asyncio.Runner = field(factory=asyncio.Runner, init=False)
    _connection: Any = field(default=None, init=False)
    _marked: bool = field(default=False, init=False)
    _heard: Callable[[str, Sequence[object]], None] | None = field(default=None, init=False)

    def transact(self, body: Callable[[], T]) -> T:
        return self._runner.run(self._transact(body))

    async def _transact(self, body: Callable[[], T]) -> T:
        self._marked = False
        try:
            async with asyncio.timeout(self._limit):
                self._connection = self._connection or await _connect(self._address)
                if self._writes:
                    await self._connection.execute("BEGIN")
        except Exception as exc:  # whatever it meets while connecting
            self._drop()
            raise Unavailable(SILENT) from exc
        try:
            async with asyncio.timeout(self._limit):
                # It calls as if it waited for each answer itself; where it does (`_ask`), this task waits.
                result: T = await greenlet_spawn(body)
        except BaseException as exc:
            if isinstance(exc, TimeoutError):
                self._drop()
                raise Unavailable(SILENT) from exc
            await self._undo()
            raise
        if self._writes:
            await self._commit()
        return result

    async def _commit(self) -> None:
        try:
            async with asyncio.timeout(self._limit):
                done = await self._connection.execute("COMMIT")
        except Exception as exc:  # whatever it is, it came too late to tell
            self._drop()
            if getattr(exc, "sqlstate", None) in _REPEAT:
                raise Repeat from exc
            raise OutcomeUnknown(SILENT) from exc
        if done != "COMMIT":
            # The server undoes a transaction in which something failed, and does not call that an error.
            raise Unavailable(SILENT)

    async def _undo(self) -> None:
        """Roll back; a connection that cannot even do that is given up, and the server rolls back."""
        try:
            async with asyncio.timeout(self._limit):
                if self._writes:
                    await self._connection.execute("ROLLBACK")
        except Exception:  # noqa: BLE001  # whatever it says
            self._drop()
        else:
            if self._connection.is_closed():
                self._drop()

    def now(self) -> int:
        return int(self.rows(_NOW, {})[0].now)

    def rows(self, statement: Statement, values: Values) -> list[Row]:
        prepared = self._compiler.prepared(statement, values)
        arguments = prepared.arguments(values)
        return list(self._ask(prepared.text, arguments, self._connection.fetch(prepared.text, *arguments)))

    def change(self, statement: Statement, values: Values) -> int:
        prepared = self._compiler.prepared(statement, values)
        arguments = prepared.arguments(values)
        done: str = self._ask(prepared.text, arguments, self._connection.execute(prepared.text, *arguments))
        return int(done.rpartition(" ")[2])

    def each(self, statement: Statement, many: Sequence[Values]) -> list[Row]:
        if not many:
            return []
        prepared = self._compiler.prepared(statement, many[0])
        arguments = [prepared.arguments(values) for values in many]
        return list(self._ask(prepared.text, arguments[0], self._connection.fetchmany(prepared.text, arguments)))

    def change_each(self, statement: Statement, many: Sequence[Values]) -> None:
        if not many:
            return
        prepared = self._compiler.prepared(statement, many[0])
        arguments = [prepared.arguments(values) for values in many]
        self._ask(prepared.text, arguments[0], self._connection.executemany(prepared.text, arguments))

    def mark(self) -> None:
        text = "RELEASE SAVEPOINT one; SAVEPOINT one" if self._marked else "SAVEPOINT one"
        self._ask(text, (), self._connection.execute(text))
        self._marked = True

    def back(self) -> None:
        text = "ROLLBACK TO SAVEPOINT one"
        self._ask(text, (), self._connection.execute(text))

    def exclude(self, name: str) -> None:
        self.rows(_EXCLUDE, {"name": name})

    def notify(self, channel: str, said: Sequence[str]) -> None:
        self.rows(_NOTIFY, {"channel": channel, "said": list(said)})

    def listen(self, heard: Callable[[str, Sequence[object]], None]) -> None:
        self._heard = heard

    def close(self) -> None:
        self._runner.run(self._close())
        self._runner.close()

    async def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            async with asyncio.timeout(self._limit):
                await connection.close()
        except Exception:  # noqa: BLE001  # it is given up whatever it says
            connection.terminate()

    def _ask(self, text: str, arguments: Sequence[object], answer: Coroutine[Any, Any, T]) -> T:
        if self._heard:
            self._heard(text, arguments)
        try:
            return await_only(answer)
        except Exception as exc:
            raise self._translated(exc) from exc

    def _translated(self, exc: Exception) -> Exception:
        state = str(getattr(exc, "sqlstate", None) or "")
        # Why a connection was lost the driver tells as the cause.
        if state in _REPEAT or getattr(exc.__cause__, "sqlstate", None) == _KEPT_WAITING:
            return Repeat()
        if state.startswith(_DOWN) or isinstance(exc, TimeoutError | OSError) or self._connection.is_closed():
            return Unavailable(SILENT)
        if state.startswith(_CLASH):
            return Clash("a row of this key exists already")
        # Of what is left the driver itself refuses values with a ValueError, before anything is sent.
        return NotTaken("The store refused the call.") if state or isinstance(exc, ValueError) else Unavailable(SILENT)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


async def _connect(address: dict[str, Any]) -> Any:
    # Loaded here because nobody needs it for SQLite.
    import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415  # it has no stubs

    class Stored(asyncpg.Record):  # type: ignore[misc]  # the same
        def __getattr__(self, name: str) -> object:
            return self[name]

    return await asyncpg.connect(**address, server_settings=_SESSION, record_class=Stored)


@define
class _PostgresLink(Link):
    """Lends the library's connection on a loop of its own, so that the thread that uses it may wait like any other."""

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
            raise Unavailable(SILENT) from exc
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
            if isinstance(exc, sa.exc.DBAPIError) and _state(exc) in _REPEAT:
                raise Repeat from exc
            raise OutcomeUnknown(SILENT) from exc
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
            return Unavailable(SILENT)
        if isinstance(exc, sa.exc.DBAPIError):
            state = _state(exc)
            if state in _REPEAT:
                return Repeat()
            if exc.connection_invalidated or state.startswith(_DOWN):
                return Unavailable(SILENT)
        return exc

    async def _connected(self) -> "AsyncConnection":
        # Loaded here because it brings the whole mapper along, which a start on SQLite need not wait for.
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

        if self._connection is None:
            self._engine = self._engine or create_async_engine(
                self._url, poolclass=NullPool, hide_parameters=True, connect_args={"server_settings": _SESSION}
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


def _state(exc: sa.exc.DBAPIError) -> str:
    return str(getattr(exc.orig, "sqlstate", None) or getattr(exc.orig, "pgcode", None) or "")
