"""What is measured, as processes of their own: our service on each store, the stores, the rivals; and the CPU they use."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from hotel_agent.testing.free_ports import free_port
from hotel_agent.testing.postgres import postgres_binaries, postgres_server
from hotel_agent.testing.valkey import valkey_binary, valkey_server

ROOT = Path(__file__).parents[1]
_PR_SET_PDEATHSIG = 1
_TICKS = os.sysconf("SC_CLK_TCK")
_LONGEST_START_S = 30.0
_LONGEST_END_S = 20.0
_LOOK_AGAIN_S = 0.01
_OK = 200


@frozen
class Using:
    """Processes whose CPU is counted, each with all that it has forked."""

    pids: tuple[int, ...]

    def cpu_s(self) -> float:
        return sum(_cpu_of(pid) for root in self.pids for pid in _family(root))


@frozen
class Memory:
    rss_mb: float
    pss_mb: float


def memory_of(pid: int) -> Memory:
    """Resident and proportional size: PSS counts a page that n processes share as an n-th of one."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    rss, pss = (int(re.findall(rf"^{name}:\s+(\d+) kB", rollup, re.MULTILINE)[0]) / 1024 for name in ("Rss", "Pss"))
    return Memory(rss, pss)


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _cpu_of(pid: int) -> float:
    with suppress(OSError):
        # Its own time, and that of its children that have ended.
        return sum(int(ticks) for ticks in _fields(pid)[11:15]) / _TICKS
    return 0.0


def _family(root: int) -> Iterator[int]:
    yield root
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int(_fields(int(entry.name))[1]) == root:
                yield int(entry.name)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@define
class Program:
    """A program of ours or a rival's. What it prints goes to a file, as with a supervisor."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    port: int
    ready: str = "/health/live"
    """The path that answers 200 when it takes messages; its answer need not be more than that."""
    started_s: float = field(default=0.0, init=False)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @contextmanager
    def running(self) -> Iterator["Program"]:
        """Start it, wait until it is ready, and end it as a supervisor does."""
        began = time.perf_counter()
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONUNBUFFERED": "1", **self.environment}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - the only way to ask for it; no threads are started before
            )
        try:
            self._wait()
            self.started_s = time.perf_counter() - began
            yield self
        finally:
            self._process.terminate()
            try:
                self._process.wait(_LONGEST_END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _wait(self) -> None:
        assert self._process
        deadline = time.monotonic() + _LONGEST_START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if self.get(self.ready)[0] == _OK:
                return
            time.sleep(_LOOK_AGAIN_S)
        told = self.log.read_text(errors="replace")[-2000:].strip()
        raise RuntimeError(f"{told}\nit did not start: {told.splitlines()[-1] if told else 'it said nothing'}")

    def get(self, path: str) -> tuple[int, str]:
        """GET a path; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as exc:
            with exc:
                return exc.code, exc.read().decode()
        except OSError:
            return 0, ""

    def figure(self, name: str, **labels: str) -> float:
        """Sum a metric's samples that have these labels."""
        total = 0.0
        for found, told, value in re.findall(r"^(\w+)(?:\{(.*?)\})? (\S+)$", self.get("/metrics")[1], re.MULTILINE):
            if found == name and all(f'{label}="{wanted}"' in told for label, wanted in labels.items()):
                total += float(value)
        return total


def service(folder: Path, environment: Mapping[str, str] | None = None, arguments: Sequence[str] = ("serve",)) -> Program:
    """`hotel-agent serve` with its defaults but for *environment*; its data is in *folder*."""
    port, folder = free_port(), folder / f"serve-{time.monotonic_ns()}"
    folder.mkdir(parents=True)
    settings = {"HOTEL_AGENT_DATA_DIR": str(folder), "HOTEL_AGENT_PORT": str(port), **(environment or {})}
    return Program([sys.executable, "-m", "hotel_agent.entrypoints.cli", *arguments], settings, folder / "log", port)


@frozen
class Store:
    """Where a service keeps everything: the settings that name it, and the processes that it costs."""

    name: str
    settings: Mapping[str, str]
    using: Using = Using(())


@define
class Servers:
    """A Postgres and a Valkey as they are by default and as the store requires it: fsync, AOF always."""

    folder: Path
    postgres: str
    redis: str
    postgres_pid: int
    redis_pid: int
    drawn: int = 0

    def namespace(self) -> str:
        self.drawn += 1
        return f"bench_{self.drawn}"

    @property
    def stores(self) -> tuple[Store, ...]:
        """The three stores of the targets, empty ones."""
        both = {"HOTEL_AGENT_JOURNAL_URL": self.postgres, "HOTEL_AGENT_LOCKS_URL": self.redis}
        redis = {"HOTEL_AGENT_JOURNAL_URL": self.redis}
        return (
            Store("SQLite", {}),
            Store("Postgres + Redis locks", self.named(both), Using((self.postgres_pid, self.redis_pid))),
            Store("Redis", self.named(redis), Using((self.redis_pid,))),
        )

    def named(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        return {**settings, "HOTEL_AGENT_NAMESPACE": self.namespace()}


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hotel-agent-bench-", ignore_cleanup_errors=True) as name:
        # As root Postgres runs as somebody else, who has to get to its folder.
        Path(name).chmod(0o711)
        yield Path(name)


@contextmanager
def servers() -> Iterator[Servers]:
    """
    Run both servers.

    Raises:
        LookupError: this machine has no Postgres or no Valkey.

    """
    binaries, program = postgres_binaries(), valkey_binary()
    if binaries is None or program is None:
        raise LookupError("no Postgres or no Valkey on this machine")
    with ExitStack() as stack:
        place = stack.enter_context(folder())
        postgres = stack.enter_context(postgres_server(binaries, place / "postgres"))
        valkey = stack.enter_context(valkey_server(program, place / "valkey"))
        yield Servers(place, postgres.url, valkey.url, postgres.process.pid, _valkey_pid(valkey.url))


def _valkey_pid(url: str) -> int:
    from redis import Redis

    with Redis.from_url(url) as redis:
        told: dict[str, Any] = redis.info("server")
    return int(told["process_id"])


# ---------------------------------------------------------------- rivals

RIVALS = ROOT / "benchmarks" / "rivals.txt"
ENVIRONMENT = ROOT / ".nox" / "rivals"
_RASA = "rasa==3.6.21"


@define
class Rivals:
    """Rivals' libraries in an environment of their own; `problem` says why it could not be made."""

    problem: str | None = None

    @property
    def python(self) -> str:
        return str(ENVIRONMENT / "bin" / "python")

    @classmethod
    def prepared(cls) -> "Rivals":
        """Install what `rivals.txt` pins, once."""
        done = ENVIRONMENT / "installed.txt"
        if done.is_file() and done.read_bytes() == RIVALS.read_bytes():
            return cls()
        try:
            if not (ENVIRONMENT / "bin" / "python").exists():
                subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True, capture_output=True)
            told = _pip("install", "--quiet", "--requirement", str(RIVALS))
        except (OSError, subprocess.SubprocessError) as exc:
            return cls(f"{type(exc).__name__}: {exc}")
        if told:
            return cls(told)
        shutil.copyfile(RIVALS, done)
        return cls()

    def rasa(self) -> str:
        """Ask pip for Rasa; returns why there is none, in pip's words."""
        if self.problem:
            return self.problem
        return _pip("install", "--dry-run", "--quiet", "--no-deps", _RASA) or f"{_RASA} would install, but is not driven here"

    def program(self, name: str, place: Path, environment: Mapping[str, str] | None = None, ready: str = "/ready") -> Program:
        """
        A rival's server, `benchmarks/rivals/<name>.py`.

        Raises:
            LookupError: the rivals' libraries could not be installed.

        """
        if self.problem:
            raise LookupError(f"did not install: {self.problem}")
        port = free_port()
        command = [self.python, str(ROOT / "benchmarks" / "rivals" / f"{name}.py"), str(port)]
        return Program(command, environment or {}, place / f"{name}.log", port, ready)


def _pip(*arguments: str) -> str:
    """Run pip in the rivals' environment; returns what went wrong in its own words, without any address."""
    command = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", *arguments]
    told = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if told.returncode == 0:
        return ""
    errors = [line for line in told.stderr.splitlines() if line.startswith("ERROR:") and "://" not in line]
    wanted = next((word for word in arguments if "==" in word), "").partition("==")[2]
    # It lists every version there ever was: only what it says of the one that was asked for is of interest.
    python = re.search(rf"{re.escape(wanted)} (Requires-Python [^;]+)", told.stderr) if wanted else None
    last = re.sub(r" \(from versions: .*\)", "", errors[-1]) if errors else f"pip ended with {told.returncode}"
    return last.removeprefix("ERROR: ") + (f" ({python[1].strip()})" if python else "")
