"""The stores of a fault run: real servers that can be stopped and started again on their data."""

import ctypes
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Final, Protocol

from attrs import define, field

from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.testing.postgres import PostgresServer, postgres_binaries, postgres_server
from hotel_agent.testing.valkey import ValkeyServer, valkey_binary, valkey_server

STORES: Final = ("postgres", "redis", "sqlite")
_PR_SET_PDEATHSIG: Final = 1
_PATIENCE_S: Final = 30.0
_LOOK_AGAIN_S: Final = 0.05
_HELD_UP_S: Final = 1.2
"""Longer than processes that run keep each other from writing."""


class FaultStore(Protocol):
    """
    Where the processes of a run keep everything. `restarts` tells whether there is a server to restart.

    Call `start` from the main thread: what it starts dies with the thread that started it.
    """

    url: str
    restarts: bool

    def stop(self) -> None:
        """Shut it down: connections are cut, data stays."""

    def start(self) -> None:
        """Start it again on its data; it may still be recovering when this returns."""

    def held_up(self) -> bool:
        """
        Tell whether nobody can write, because a frozen process is in the middle of it.

        Only a file can be: its lock is its owner's until that goes on or dies. A server ends a transaction that does not go on.
        """


@define
class _File:
    path: Path
    url: str
    restarts: bool = False

    def stop(self) -> None:
        return

    def start(self) -> None:
        return

    def held_up(self) -> bool:
        with closing(sqlite3.connect(self.path, timeout=_HELD_UP_S, isolation_level=None)) as probe:
            try:
                probe.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            probe.execute("ROLLBACK")
        return False


@define
class _Postgres:
    server: PostgresServer
    folder: Path
    url: str
    restarts: bool = True
    _process: "subprocess.Popen[bytes]" = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._process = self.server.process

    def held_up(self) -> bool:
        return False

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(_PATIENCE_S)

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.server.process.args,
                stdout=log,
                stderr=log,
                user="nobody" if os.geteuid() == 0 else None,
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  # the only way to ask for it
            )
        deadline = time.monotonic() + _PATIENCE_S
        while not _listens(self.server.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text(errors="replace"))
            time.sleep(_LOOK_AGAIN_S)


@define
class _Valkey:
    server: ValkeyServer
    url: str
    restarts: bool = True

    def held_up(self) -> bool:
        return False

    def stop(self) -> None:
        self.server.kill()

    def start(self) -> None:
        self.server.start()


@contextmanager
def fault_store(kind: str, folder: Path) -> Iterator[FaultStore]:
    """
    Run a store of *kind*, one of `STORES`, with its data in *folder*.

    Raises:
        LookupError: this machine has no such server.

    """
    if kind == "sqlite":
        path = folder / "journal.db"
        yield _File(path, f"sqlite:///{path}")
        return
    place = folder / kind
    if kind == "redis":
        if (program := valkey_binary()) is None:
            raise LookupError("no Valkey or Redis on this machine")
        with valkey_server(program, place) as valkey:
            yield _Valkey(valkey, valkey.url)
        return
    if (binaries := postgres_binaries()) is None:
        raise LookupError("no Postgres on this machine")
    # As root the server runs as somebody else, who has to get to its folder.
    folder.chmod(0o711)
    with postgres_server(binaries, place) as server:
        store = _Postgres(server, place, server.url)
        try:
            yield store
        finally:
            store.stop()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore | RedisStore]:
    """Open the store at *url* as the processes do."""
    clock, ids = SystemClock(), SystemIds()
    if url.startswith("redis"):
        async with open_redis_store(url, clock=clock, ids=ids) as redis:
            yield redis
    else:
        async with open_sql_store(url, clock=clock, ids=ids) as sql:
            yield sql


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
