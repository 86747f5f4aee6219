"""SQLite: one file, one writer at a time, the processes of one machine."""

import json
import sqlite3
import time
from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from attrs import define, evolve, field, frozen
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import NullPool

from hotel_agent.adapters.sql.compiling import Compiler, Prepared, Statement
from hotel_agent.adapters.sql.tables import micros
from hotel_agent.adapters.sql.wires import SILENT, BlockingWire, Body, Clash, Dialect, Link, NotTaken, Row, Values
from hotel_agent.domain.errors import OutcomeUnknown, Unavailable
from hotel_agent.ports.clock import Clock

T = TypeVar("T")

_FULL_JOURNAL: Final = 64 * 1024 * 1024
_MAKING_SECONDS: Final = 10.0
_GLANCE: Final = 0.005
_STATEMENTS: Final = 256
_DOWN: Final = frozenset(
    {"SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_CORRUPT", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_LOCKED", "SQLITE_NOTADB"}
    | {"SQLITE_PERM", "SQLITE_PROTOCOL", "SQLITE_READONLY", "SQLITE_NOLFS"}
)
_NOT_COMMITTED: Final = frozenset({"SQLITE_BUSY", "SQLITE_FULL", "SQLITE_LOCKED", "SQLITE_READONLY"})


@frozen(kw_only=True)
class Sqlite(Dialect):
    """A file that the processes of one machine share. The clock is ours: its own has whole seconds in older versions."""

    path: str
    clock: Clock
    wait: float
    """Seconds to wait for another process's write."""
    schemas: bool = False
    online: bool = False
    crowded: bool = False

    def insert(self, table: sa.Table) -> Any:
        return sqlite.insert(table)

    def among(self, column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
        these = sa.func.json_each(sa.bindparam(name)).table_valued("value")
        return column.in_(sa.select(these.c.value))

    def several(self, values: Iterable[object]) -> object:
        return json.dumps(list(values))

    def exclude(self, connection: sa.Connection, name: str) -> None:
        """Nothing to do: there is one writer at a time."""

    def try_lock(self, connection: sa.Connection, name: str) -> bool:  # noqa: ARG002  # there is one writer at a time
        return True

    def connect(self) -> Link:
        # Those who start together wait for the first one's tables.
        patient = evolve(self, wait=max(self.wait, _MAKING_SECONDS))
        engine = sa.create_engine("sqlite://", poolclass=NullPool, hide_parameters=True, creator=patient.open)
        return _SqliteLink(engine)

    def wire(self, *, writes: bool) -> BlockingWire:
        return SqliteWire(self, "BEGIN IMMEDIATE" if writes else "BEGIN")

    def open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self.wait, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
        )
        try:
            self._write_ahead(connection)
            for pragma in ("synchronous=FULL", "temp_store=MEMORY", f"journal_size_limit={_FULL_JOURNAL}"):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

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


@define(eq=False)
class SqliteWire(BlockingWire):
    _dialect: Sqlite
    _begin: str
    _compiler: Compiler = field(init=False, factory=lambda: Compiler(sqlite.dialect()))
    _connection: sqlite3.Connection | None = field(default=None, init=False)
    _marked: bool = field(default=False, init=False)
    _heard: Callable[[str, Sequence[object]], None] | None = field(default=None, init=False)

    def transact(self, body: Callable[[], T]) -> T:
        try:
            self._connection = self._connection or self._dialect.open()
            self._run(self._begin)
        except sqlite3.Error as exc:
            self.close()
            raise Unavailable(SILENT) from exc
        self._marked = False
        try:
            result = body()
        except BaseException:
            self._undo()
            raise
        try:
            self._run("COMMIT")
        except sqlite3.Error as exc:
            self._undo()
            if _code(exc) in _NOT_COMMITTED:
                raise Unavailable(SILENT) from exc
            raise OutcomeUnknown(SILENT) from exc
        return result

    def now(self) -> int:
        return micros(self._dialect.clock.now())

    def rows(self, statement: Statement, values: Values) -> list[Row]:
        return self.each(statement, (values,))

    def change(self, statement: Statement, values: Values) -> int:
        prepared = self._compiler.prepared(statement, values)
        try:
            return self._run(prepared.text, prepared.arguments(values)).rowcount
        except sqlite3.Error as exc:
            raise _translated(exc) from exc

    def each(self, statement: Statement, many: Sequence[Values]) -> list[Row]:
        if not many:
            return []
        prepared, found = self._compiler.prepared(statement, many[0]), list[Row]()
        try:
            for values in many:
                cursor = self._run(prepared.text, prepared.arguments(values))
                found += map(prepared.row or _named(prepared, cursor), cursor)
        except sqlite3.Error as exc:
            raise _translated(exc) from exc
        return found

    def change_each(self, statement: Statement, many: Sequence[Values]) -> None:
        if not many:
            return
        prepared = self._compiler.prepared(statement, many[0])
        try:
            for values in many:
                self._run(prepared.text, prepared.arguments(values))
        except sqlite3.Error as exc:
            raise _translated(exc) from exc

    def mark(self) -> None:
        if self._marked:
            self._run("RELEASE one")
        self._run("SAVEPOINT one")
        self._marked = True

    def back(self) -> None:
        self._run("ROLLBACK TO one")

    def exclude(self, name: str) -> None:
        """Nothing to do: there is one writer at a time."""

    def notify(self, channel: str, said: Sequence[str]) -> None:
        """Nothing to do: its processes look for themselves, which costs next to nothing on a local file."""

    def listen(self, heard: Callable[[str, Sequence[object]], None]) -> None:
        self._heard = heard

    def _run(self, text: str, arguments: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        if self._heard:
            self._heard(text, arguments)
        assert self._connection is not None  # noqa: S101  # there is one inside of `transact`
        return self._connection.execute(text, arguments)

    def _undo(self) -> None:
        """Roll back; a connection that cannot even do that is given up, which rolls back too."""
        try:
            if self._connection and self._connection.in_transaction:
                self._run("ROLLBACK")
        except sqlite3.Error:
            self.close()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


def _named(prepared: Prepared, cursor: sqlite3.Cursor) -> Callable[[Any], Row]:
    names = [column[0] for column in cursor.description or ()]
    stored = namedtuple("stored", names)  # type: ignore[misc]  # noqa: PYI024  # its names are known at run time only
    prepared.row = stored._make
    return stored._make


@define
class _SqliteLink(Link):
    _engine: sa.Engine
    _connection: sa.Connection | None = field(default=None, init=False)

    def transact(self, body: Body[T]) -> T:
        try:
            connection = self._connection = self._connection or self._engine.connect()
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except (sa.exc.DBAPIError, sqlite3.Error) as exc:
            self.close()
            raise Unavailable(SILENT) from exc
        try:
            result = body(connection)
        except BaseException as exc:
            self._undo()
            if isinstance(exc, sa.exc.DBAPIError) and _code(exc.orig) in _DOWN:
                raise Unavailable(SILENT) from exc
            raise
        try:
            connection.commit()
        except sa.exc.DBAPIError as exc:
            self._undo()
            if _code(exc.orig) in _NOT_COMMITTED:
                raise Unavailable(SILENT) from exc
            raise OutcomeUnknown(SILENT) from exc
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


def _code(exc: BaseException | None) -> str:
    """Name the primary result code: extended ones begin with it."""
    name = getattr(exc, "sqlite_errorname", "SQLITE_ERROR")
    return "_".join(name.split("_")[:2])


def _translated(exc: sqlite3.Error) -> Exception:
    if _code(exc) in _DOWN:
        return Unavailable(SILENT)
    if isinstance(exc, sqlite3.IntegrityError):
        return Clash("a row of this key exists already")
    return NotTaken("The store refused the call.")
