"""Postgres: a server that any number of processes share."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from attrs import define, field, frozen
from sqlalchemy.dialects import postgresql
from sqlalchemy.util import await_only, greenlet_spawn

from hotel_agent.adapters.sql.compiling import Compiler, Statement
from hotel_agent.adapters.sql.postgres_link import DOWN, REPEAT, SESSION, PostgresLink
from hotel_agent.adapters.sql.wires import SILENT, AsyncWire, Clash, Dialect, Link, NotTaken, Repeat, Row, Values
from hotel_agent.domain.errors import OutcomeUnknown, Unavailable

T = TypeVar("T")

_GONE: Final = ("08", "57", "58")
"""The server went away, or was told to stop, perhaps when it was done already."""
_CLASH: Final = "23"
_KEPT_WAITING: Final = "25P03"
"""A starved process let its transaction lie for longer than `SESSION` allows: the server undid it and hung up."""
_NOW: Final = sa.text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now")
_NOTIFY: Final = sa.text("SELECT pg_notify(:channel, said) FROM unnest(CAST(:said AS text[])) AS said")
_EXCLUDE: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_BY_KEY: Final = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    # Of what waits most has gone: only a plain scan marks what it found to be gone, so that the next one need not look again.
    "enable_bitmapscan": "off",
    "jit": "off",
}
"""Whatever runs while guests wait finds its rows by index: one plan for ever, also one that was made when tables were empty."""
_CLOCK_SECONDS: Final = 30.0
"""How often the server's clock is looked at, which somebody may set."""
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
        return PostgresLink(self.url, max(self.limit, _MAKING_SECONDS))

    def wire(self, *, writes: bool) -> AsyncWire:
        dialect = self.url.get_dialect()()
        _, address = dialect.create_connect_args(self.url)
        known = {name: value for name, value in address.items() if name not in _OF_THE_LIBRARY}
        return PostgresWire(known, self.limit, Compiler(dialect), writes)


@define(eq=False)
class PostgresWire(AsyncWire):
    """
    Runs the asynchronous driver on the loop of whoever uses it.

    The driver sends what is done for many at once without waiting in between, and keeps what the server prepared.
    """

    _address: dict[str, Any]
    _limit: float
    _compiler: Compiler
    _writes: bool
    _connection: Any = field(default=None, init=False)
    _marked: bool = field(default=False, init=False)
    _ahead: float = field(default=0.0, init=False)
    """What the loop's clock lacks of the server's, in seconds."""
    _look_at: float = field(default=0.0, init=False)
    _heard: Callable[[str, Sequence[object]], None] | None = field(default=None, init=False)

    async def at_once(self, text: str, values: Sequence[object], *, timed: bool) -> list[Row]:
        if self._heard:
            self._heard(text, values)
        sent = False
        try:
            async with asyncio.timeout(self._limit):
                await self._connected()
                if timed:
                    values = [*values, await self._until()]
                sent = True
                return list(await self._connection.fetch(text, *values))
        except Exception as exc:  # whatever it meets
            if not sent:
                self._drop()
                raise Unavailable(SILENT) from exc
            raise self._undone(exc) from exc
        except BaseException:
            self._drop()
            raise

    async def _connected(self) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await _connect(self._address)
            self._look_at = 0.0

    async def _until(self) -> int:
        """Say by the server's clock, which is looked at now and then, when a call that is sent now will have been given up."""
        now = asyncio.get_running_loop().time()
        if now >= self._look_at:
            told = await self._connection.fetchval(str(_NOW))
            now = asyncio.get_running_loop().time()
            self._ahead, self._look_at = told / 1e6 - now, now + _CLOCK_SECONDS
        return int((now + self._ahead + self._limit) * 1e6)

    def _undone(self, exc: Exception) -> Exception:
        """
        Say what it means that a statement failed which is a transaction by itself.

        What the server itself refuses was undone; where it went away nobody knows how far it had come.
        """
        state = str(getattr(exc, "sqlstate", None) or "")
        if not state and isinstance(exc, ValueError):
            return self._translated(exc)
        if not state or state.startswith(_GONE) or self._connection.is_closed():
            self._drop()
            return OutcomeUnknown(SILENT)
        return self._translated(exc)

    async def transacted(self, body: Callable[[], T]) -> T:
        self._marked = False
        try:
            async with asyncio.timeout(self._limit):
                await self._connected()
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
            if getattr(exc, "sqlstate", None) in REPEAT:
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

    async def closed(self) -> None:
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
        if self._connection.is_closed():
            # The server hung up between two statements: it has undone the transaction.
            answer.close()
            raise Repeat
        try:
            return await_only(answer)
        except Exception as exc:
            raise self._translated(exc) from exc

    def _translated(self, exc: Exception) -> Exception:
        state = str(getattr(exc, "sqlstate", None) or "")
        # Why a connection was lost the driver tells as the cause.
        if state in REPEAT or getattr(exc.__cause__, "sqlstate", None) == _KEPT_WAITING:
            return Repeat()
        if state.startswith(DOWN) or isinstance(exc, TimeoutError | OSError) or self._connection.is_closed():
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
    import asyncpg  # type: ignore[import-untyped]  # it has no stubs

    class Stored(asyncpg.Record):  # type: ignore[misc]  # the same
        def __getattr__(self, name: str) -> object:
            return self[name]

    return await asyncpg.connect(**address, server_settings=SESSION | _BY_KEY, record_class=Stored)
