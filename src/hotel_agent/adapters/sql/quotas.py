"""
Uses counted in a database, apart from everything durable: nobody waits for a disk because somebody called.

On SQLite they have a file of their own beside the journal's (`<journal>.quotas`), which nobody else writes to and which is
never synced: it outlives every process, not the machine, and may be deleted when none runs. A use is a handful of calls into
the library, without a thread: cheaper than telling one. On Postgres they have a connection of their own that does not wait for
the log; callers who come at the same time share one statement.
"""

import asyncio
import sqlite3
from array import array
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import anyio
import sqlalchemy as sa
from attrs import define, field
from sqlalchemy.pool import NullPool

from hotel_agent.adapters._patience import Patience
from hotel_agent.adapters.sql.sqlite import Sqlite
from hotel_agent.adapters.sql.tables import Naming, micros
from hotel_agent.adapters.sql.wires import Dialect
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.quotas import NONE, Quota, Uses, use
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.limits import Quotas

TABLE: Final = "quotas"
_SUFFIX: Final = ".quotas"
_MICROSECOND: Final = timedelta(microseconds=1)
_SILENT: Final = "The store of quotas did not answer in time."
_BUSY: Final = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED"})
_BROKEN: Final = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})
_GLANCE_S: Final = 0.001
_TIDY_EVERY: Final = 64
_TIDY_ROWS: Final = 128


def quotas_of(dialect: Dialect, naming: Naming, limit: float) -> "SqliteQuotas | PostgresQuotas":
    """Count in the database of *dialect*; a call takes *limit* seconds at most. Nothing is opened before the first use."""
    if isinstance(dialect, Sqlite):
        return SqliteQuotas(Path(dialect.path + _SUFFIX), dialect.clock, limit, naming.name(TABLE))
    url: sa.URL = dialect.url  # type: ignore[attr-defined]  # there are two
    return PostgresQuotas(url, limit, f'"{naming.schema}"."{naming.name(TABLE)}"')


# ---------------------------------------------------------------- SQLite


@define(eq=False)
class SqliteQuotas(Quotas):
    """It looks again, without holding up anything else, while another process writes; that takes microseconds."""

    _path: Path
    _clock: Clock
    _limit: float
    _table: str
    _connection: sqlite3.Connection | None = field(default=None, init=False)
    _used: int = field(default=0, init=False)
    _tidied: str = field(default="", init=False)

    async def use(self, name: str, quota: Quota) -> timedelta:
        until = anyio.current_time() + self._limit
        while True:
            try:
                return self._use(name, quota) * _MICROSECOND
            except sqlite3.Error as exc:
                code = "_".join(getattr(exc, "sqlite_errorname", "").split("_")[:2])
                if code in _BROKEN:
                    self._begin_anew()
                if code not in _BUSY:
                    self._drop()
                if code not in _BUSY or anyio.current_time() >= until:
                    raise Unavailable(_SILENT) from exc
            await anyio.sleep(_GLANCE_S)

    async def stop(self) -> None:
        self._drop()

    def _use(self, name: str, quota: Quota) -> int:
        connection = self._connection or self._opened()
        run = connection.execute
        run("BEGIN IMMEDIATE")
        try:
            row = run(f"SELECT uses FROM {self._table} WHERE name = ?", (name,)).fetchone()  # our own name
            now = micros(self._clock.now())
            uses, wait = use(_read(row[0]) if row else NONE, quota, now)
            if not wait:
                changed = (name, now + quota.span + quota.grain, _written(uses))
                run(f"REPLACE INTO {self._table} (name, ends_at, uses) VALUES (?, ?, ?)", changed)
            self._used += 1
            if self._used % _TIDY_EVERY == 0:
                self._tidy(connection, now)
            run("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                run("ROLLBACK")
            raise
        return wait

    def _tidy(self, connection: sqlite3.Connection, now: int) -> None:
        """Remove what says nothing any more, some names at a time."""
        some = f"SELECT name, ends_at FROM {self._table} WHERE name > ? ORDER BY name LIMIT {_TIDY_ROWS}"
        rows = connection.execute(some, (self._tidied,)).fetchall()
        over = [(name,) for name, ends_at in rows if ends_at < now]
        connection.executemany(f"DELETE FROM {self._table} WHERE name = ?", over)
        self._tidied = rows[-1][0] if len(rows) == _TIDY_ROWS else ""

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            for pragma in ("journal_mode=WAL", "synchronous=OFF", "wal_autocheckpoint=250"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {self._table} "
                "(name TEXT PRIMARY KEY, ends_at INTEGER NOT NULL, uses BLOB NOT NULL) WITHOUT ROWID"
            )
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def _begin_anew(self) -> None:
        """Remove a file that cannot be read, as after a crash of the machine: all that was in it is a minute's counting."""
        self._drop()
        for end in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self._path}{end}").unlink(missing_ok=True)


def _read(stored: bytes) -> Uses:
    numbers = array("q")
    numbers.frombytes(stored)
    half = len(numbers) // 2
    return Uses(tuple(numbers[:half]), tuple(numbers[half:]))


def _written(uses: Uses) -> bytes:
    return array("q", uses.at + uses.many).tobytes()


# ---------------------------------------------------------------- Postgres

_USE: Final = """
INSERT INTO {table} AS q (name, seen_at, granted, most, span, uses, many)
SELECT a.name, t.now, least(a.asked, a.most), a.most, a.span,
       ARRAY[CASE a.grain WHEN 0 THEN t.now ELSE ceil(t.now::numeric / a.grain)::bigint * a.grain END],
       ARRAY[least(a.asked, a.most)]
FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS a(name, asked, most, span, grain),
     (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now) AS t
ORDER BY a.name
ON CONFLICT (name) DO UPDATE SET (seen_at, granted, most, span, uses, many) = (
  SELECT excluded.seen_at, g.granted, excluded.most, excluded.span,
         CASE WHEN g.granted = 0 OR k.last >= excluded.uses[1] THEN k.uses ELSE k.uses || excluded.uses END,
         CASE WHEN g.granted = 0 THEN k.many
              WHEN k.last >= excluded.uses[1]
              THEN k.many[:cardinality(k.many) - 1] || (k.many[cardinality(k.many)] + g.granted)
              ELSE k.many || g.granted END
  FROM (SELECT coalesce(array_agg(u.at ORDER BY u.at), '{{}}') AS uses,
               coalesce(array_agg(u.n ORDER BY u.at), '{{}}') AS many,
               coalesce(sum(u.n), 0) AS used, max(u.at) AS last
        FROM unnest(q.uses, q.many) AS u(at, n)
        WHERE u.at > excluded.seen_at - excluded.span AND u.at <= excluded.seen_at + excluded.span) AS k,
       LATERAL (SELECT greatest(0, least(excluded.granted, excluded.most - k.used))::bigint AS granted) AS g)
RETURNING name, granted, seen_at, span, uses[1]
"""
"""The same count as domain.quotas.use keeps, of as many uses of as many names as came together."""
_TIDY: Final = "DELETE FROM {table} WHERE seen_at + 2 * span < extract(epoch FROM clock_timestamp()) * 1000000"
_TIDY_SECONDS: Final = 60.0
_SETTINGS: Final = {"synchronous_commit": "off", "jit": "off"}


@define(eq=False)
class _Asked:
    name: str
    quota: Quota
    futures: "list[asyncio.Future[int]]" = field(factory=list)


@define(eq=False)
class PostgresQuotas(Quotas):
    """Belongs to one event loop. Whoever comes while a statement runs shares the next one."""

    _url: sa.URL
    _limit: float
    _table: str
    _asked: dict[tuple[str, Quota], _Asked] = field(factory=dict, init=False)
    _patience: Patience = field(factory=Patience, init=False)
    _task: "asyncio.Task[None] | None" = field(default=None, init=False)
    _connection: Any = field(default=None, init=False)
    _driver: Any = field(default=None, init=False)
    _tidied_at: float = field(default=0.0, init=False)

    async def use(self, name: str, quota: Quota) -> timedelta:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int] = loop.create_future()
        self._asked.setdefault((name, quota), _Asked(name, quota)).futures.append(future)
        if self._task is None:
            self._task = loop.create_task(self._count(), name="hotel-agent-quotas")
        self._patience.watch(future, loop.time() + self._limit)
        try:
            return await future * _MICROSECOND
        except TimeoutError as exc:
            raise Unavailable(_SILENT) from exc

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._drop()

    async def _count(self) -> None:
        """Count for all who wait, until nobody does."""
        try:
            while self._asked:
                await self._fly()
        finally:
            self._task = None

    async def _fly(self) -> None:
        # One statement counts a name once: of two quotas of one name, one waits for the next.
        asked = {one.name: one for one in reversed(self._asked.values())}
        self._asked = {key: one for key, one in self._asked.items() if asked[one.name] is not one}
        try:
            async with asyncio.timeout(self._limit):
                rows = await self._run(asked)
        except Exception:  # noqa: BLE001  # whatever it trips over, they are told
            for one in asked.values():
                _tell(one.futures, Unavailable(_SILENT))
            await self._drop()
            return
        for name, granted, seen_at, span, first in rows:
            futures = asked[name].futures
            _tell(futures[:granted], 0)
            _tell(futures[granted:], max(1, min(first + span - seen_at, span)))

    async def _run(self, asked: dict[str, _Asked]) -> Sequence[Any]:
        if not asked:
            return ()
        driver = self._driver or await self._opened()
        quotas = [one.quota for one in asked.values()]
        columns = (
            list(asked),
            [len(one.futures) for one in asked.values()],
            *([getattr(quota, part) for quota in quotas] for part in ("count", "span", "grain")),
        )
        rows: Sequence[Any] = await driver.fetch(_USE.format(table=self._table), *columns)
        now = asyncio.get_running_loop().time()
        if now - self._tidied_at > _TIDY_SECONDS:
            self._tidied_at = now
            await driver.execute(_TIDY.format(table=self._table))
        return rows

    async def _opened(self) -> Any:
        # Loaded here because it brings the whole mapper along, which a start on SQLite need not wait for.
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(self._url, poolclass=NullPool, connect_args={"server_settings": _SETTINGS})
        self._connection = await engine.connect()
        self._driver = (await self._connection.get_raw_connection()).driver_connection
        self._tidied_at = asyncio.get_running_loop().time()
        return self._driver

    async def _drop(self) -> None:
        connection, self._connection, self._driver, driver = self._connection, None, None, self._driver
        if connection is not None:
            if driver is not None:
                # At once: saying goodbye would wait for a server that is silent.
                driver.terminate()
            with anyio.move_on_after(self._limit, shield=True), suppress(sa.exc.SQLAlchemyError, OSError):
                await connection.invalidate()
                await connection.close()


def _tell(futures: "list[asyncio.Future[int]]", outcome: int | Unavailable) -> None:
    for future in futures:
        if future.done():
            continue
        if isinstance(outcome, int):
            future.set_result(outcome)
        else:
            future.set_exception(type(outcome)(str(outcome)))
            # Whoever has given up by now will not ask for it, and nobody need be warned of that.
            future.exception()
