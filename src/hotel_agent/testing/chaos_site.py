"""What a chaos scenario happens to: real processes of the service on real stores, a PMS, and the machine under them."""

import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import httpx
from attrs import define, field

from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.testing.chaos_alerts import DRIFT, Figure, History, Scrape, read_metrics
from hotel_agent.testing.chaos_process import Weather
from hotel_agent.testing.fault_house import Member
from hotel_agent.testing.fault_store import FaultStore, fault_store
from hotel_agent.testing.free_ports import free_port
from hotel_agent.testing.processes import Emulator
from hotel_agent.testing.valkey import ValkeyServer, valkey_binary, valkey_server

PMS_NAME: Final = "pms.hotel.test"
SERVED_BY: Final = 2
_SCRAPE_S: Final = 1.0
_PATIENCE_S: Final = 2.0
_SCRAPE_PATIENCE_S: Final = 5.0
_UP: Final = r"is ready$"
_BALLAST: Final = "ballast"
_TIGHT: Final = 48 << 20
"""Bytes of the small file system that a journal is put on where one can be mounted."""


@define
class Disk:
    """
    The disk that SQLite's journal is on. `small`: a file system of its own, which can be filled.

    Where nothing can be mounted, the limit on the size of the processes' files is what makes a write fail.
    """

    folder: Path
    small: bool

    @property
    def way(self) -> str:
        return "a small file system, filled" if self.small else "RLIMIT_FSIZE"

    def fill(self, processes: "Fleet") -> None:
        """Leave no room at all: what the journal's log had grown to is given back first, or it would write over that."""
        for journal in self.folder.glob("*.db"):
            with closing(sqlite3.connect(journal, timeout=_PATIENCE_S)) as link, suppress(sqlite3.OperationalError):
                link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if self.small:
            with (self.folder / _BALLAST).open("wb", buffering=0) as ballast, suppress(OSError):
                while True:
                    ballast.write(b"\0" * 4096)
            return
        largest = max(file.stat().st_size for file in self.folder.iterdir())
        for member in processes.members:
            resource.prlimit(member.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    def clear(self, processes: "Fleet") -> None:
        if self.small:
            (self.folder / _BALLAST).unlink()
            return
        for member in processes.members:
            resource.prlimit(member.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """Mount a small file system on *folder*, which is made, where that may be done."""
    folder.mkdir()
    program = shutil.which("mount")
    mounted = bool(program) and (
        subprocess.run(
            [str(program), "-t", "tmpfs", "-o", f"size={_TIGHT}", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
        == 0
    )
    try:
        yield Disk(folder, mounted)
    finally:
        if mounted:
            subprocess.run([str(shutil.which("umount")), "-l", str(folder)], check=False)


@define
class Fleet:
    """The processes of the service, each with its web and its worker; one that dies is started again, as a supervisor does."""

    members: tuple[Member, ...]

    @classmethod
    def of(cls, count: int, environment: Mapping[str, str], weather: Path) -> "Fleet":
        members = []
        for number in range(1, count + 1):
            port = free_port()
            members.append(
                Member(
                    ("serve",),
                    {**environment, "HOTEL_AGENT_PORT": str(port)},
                    program=("-m", "hotel_agent.testing.chaos_process", str(weather)),
                    name=f"serve {number}",
                    url=f"http://127.0.0.1:{port}",
                )
            )
        return cls(tuple(members))

    async def start(self) -> None:
        for member in self.members:
            await anyio.to_thread.run_sync(member.start)
        for member in self.members:
            await anyio.to_thread.run_sync(member.wait_for_line, _UP)

    async def supervise(self) -> None:
        while True:
            for member in self.members:
                if not member.runs:
                    member.note_death()
                    await anyio.to_thread.run_sync(member.start)
            await anyio.sleep(0.5)

    async def drain(self) -> list[str]:
        """Ask all to end; returns what is wrong with how they did."""
        codes = [(member, await anyio.to_thread.run_sync(member.stop)) for member in self.members]
        return [f"{one.name} ended with {code} when asked to: " + "".join(one.output[-8:]) for one, code in codes if code]

    async def kill_all(self) -> None:
        with anyio.CancelScope(shield=True):
            for member in self.members:
                await anyio.to_thread.run_sync(member.kill)


@define
class Site:
    """Everything that one scenario runs on. `locks` is a server of its own in a *split* site, else the journal's store."""

    folder: Path
    store: FaultStore
    locks: ValkeyServer | None
    disk: Disk | None
    shop: Emulator
    fleet: Fleet
    http: httpx.AsyncClient
    weather: Weather
    history: History = field(factory=History)

    @property
    def urls(self) -> list[str]:
        return [member.url for member in self.fleet.members]

    def change(self, weather: Weather) -> None:
        """Exchange what the processes' machine says of time and names."""
        self.weather = weather
        weather.write(self.folder / "weather.json")

    def freeze_pms(self) -> None:
        self._signal_pms(signal.SIGSTOP)

    def thaw_pms(self) -> None:
        self._signal_pms(signal.SIGCONT)

    async def watch(self) -> None:
        """Scrape every process, as a monitoring server does."""
        while True:
            async with anyio.create_task_group() as tasks:
                for member in self.fleet.members:
                    tasks.start_soon(self._scrape, member)
                await anyio.sleep(_SCRAPE_S)

    async def is_ready(self) -> bool:
        """Tell whether every process says that every part of it works."""
        for url in self.urls:
            try:
                answer = await self.http.get(f"{url}/health/ready", timeout=_PATIENCE_S)
            except httpx.HTTPError:
                return False
            if answer.status_code != httpx.codes.OK or not all(part["ok"] for part in answer.json()["parts"]):
                return False
        return True

    async def _scrape(self, member: Member) -> None:
        found: Scrape | None = None
        with suppress(httpx.HTTPError):
            answer = await self.http.get(f"{member.url}/metrics", timeout=_SCRAPE_PATIENCE_S)
            found = read_metrics(answer.text)
            for clock in Figure("clock_seconds").of(found):
                found = {**found, DRIFT: {frozenset(): clock - SystemClock().now().timestamp()}}
        self.history.add(member.name, anyio.current_time(), found)

    def _signal_pms(self, what: signal.Signals) -> None:
        process = self.shop._process  # noqa: SLF001 - of the same package
        assert process is not None
        process.send_signal(what)


@asynccontextmanager
async def opened_site(kind: str, folder: Path, settings: Mapping[str, str]) -> AsyncIterator[Site]:
    """
    Start all of it. *kind*: `split`, two processes on Postgres with their locks in Redis; or `sqlite`, one on a file.

    Raises:
        LookupError: this machine has no such server.

    """
    with ExitStack() as stack:
        locks, small = None, None
        if kind == "split":
            if (program := valkey_binary()) is None:
                raise LookupError("no Valkey or Redis on this machine")
            locks = stack.enter_context(valkey_server(program, folder / "locks"))
            store = stack.enter_context(fault_store("postgres", folder))
        else:
            small = stack.enter_context(disk(folder / "disk"))
            store = stack.enter_context(fault_store("sqlite", small.folder))
        shop = stack.enter_context(Emulator.at(folder / "shop.db"))
        shop.start()
        weather = Weather(names={PMS_NAME: "127.0.0.1"})
        environment = {
            **shop.settings(folder / "hotels"),
            "HOTEL_AGENT_PMS_URL": f"http://{PMS_NAME}:{urlsplit(shop.url).port}",
            "HOTEL_AGENT_PMS_HOST": urlsplit(shop.url).netloc,
            "HOTEL_AGENT_DATA_DIR": str(folder),
            "HOTEL_AGENT_JOURNAL_URL": store.url,
            **({"HOTEL_AGENT_LOCKS_URL": locks.url} if locks else {}),
            **settings,
        }
        fleet = Fleet.of(SERVED_BY if kind == "split" else 1, environment, folder / "weather.json")
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=40)
        async with httpx.AsyncClient(trust_env=False, limits=limits) as http:
            site = Site(folder, store, locks, small, shop, fleet, http, weather)
            site.change(weather)
            try:
                await fleet.start()
                yield site
            finally:
                await fleet.kill_all()
                site.thaw_pms()
