"""The processes of a fault run, the kills and the freeze they suffer, and the restart of the store under them."""

import re
import signal
from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any, Final

import anyio
import anyio.to_thread
import httpx
from attrs import define, field

from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.testing.fault_guests import Guest, Message, Office, refused
from hotel_agent.testing.fault_store import FaultStore
from hotel_agent.testing.free_ports import free_port
from hotel_agent.testing.processes import Running

WORKERS: Final = 3
WEBS: Final = 2
KILL_EVERY_S: Final = 1.0
DOWN_S: Final = 3.0
_NOTICED_S: Final = 6.0
_READY_AGAIN_S: Final = 20.0
_LAST_ONE: Final = 0.1
"""How likely the last one of its kind that is up is killed too, when it is its turn."""
_UP: Final = r"(is ready|works on)"
_LOOK_AGAIN_S: Final = 0.1
_DOWN: Final = 503
_OK: Final = 200


@define
class Member(Running):
    """One `worker` or `serve --no-worker`, started again after every kill as a supervisor does."""

    name: str = ""
    url: str = ""
    kills: int = 0
    deaths: list[str] = field(factory=list)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def up(self) -> bool:
        """It has said that it works since it was started last."""
        return self.runs and any(re.search(_UP, line) for line in tuple(self.output))

    def note_death(self) -> None:
        """Remember with what words it ended, if it has ended by itself."""
        if self._process is not None and not self.runs:
            code, told = self._process.returncode, "".join(self.output[-12:]).rstrip()
            # Its last words first: who reads one line only learns why, and not in which file of this machine.
            self.deaths.append(f"{self.name} ended by itself with {code}: {told.rpartition(chr(10))[2]}\n{told}")

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@define
class Outage:
    """
    What a restart of the store looked like from outside; `noticed_s` and `ready_again_s` are the seconds of the slowest web.
    """

    stopped_at: datetime
    started_at: datetime
    noticed_s: float = 0.0
    ready_again_s: float = 0.0
    wrong: list[str] = field(factory=list)


@define
class House:
    """All processes of a run."""

    store: FaultStore
    members: tuple[Member, ...]
    random: Random
    _hand: anyio.Lock = field(factory=anyio.Lock, init=False)
    """Whoever ends or starts a process does so alone: one that was killed just now is not to be started twice."""

    @classmethod
    def of(cls, store: FaultStore, environment: Mapping[str, str], random: Random) -> "House":
        """Describe the processes; `start` starts them."""
        members = []
        for number in range(1, WEBS + 1):
            port = free_port()
            web = Member(
                ("serve", "--no-worker"),
                {**environment, "HOTEL_AGENT_PORT": str(port)},
                name=f"web {number}",
                url=f"http://127.0.0.1:{port}",
            )
            members.append(web)
        members += [Member(("worker",), environment, name=f"worker {number}") for number in range(1, WORKERS + 1)]
        return cls(store, tuple(members), random)

    @property
    def webs(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.url)

    @property
    def workers(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if not member.url)

    async def start(self) -> None:
        """Start all at once, on a store that is still empty, and wait until each says that it is up."""
        for member in self.members:
            await anyio.to_thread.run_sync(member.start)
        for member in self.members:
            await anyio.to_thread.run_sync(member.wait_for_line, _UP)

    def victim(self) -> Member | None:
        """
        Draw whom to kill next, of those that are up: a process that is still starting owns nothing that could be lost.

        Where starting takes longer than the kills leave between them, nothing would ever run.
        """
        standing = [member for member in self.members if member.up]
        if not standing:
            return None
        chosen = self.random.choice(standing)
        alone = sum(bool(member.url) is bool(chosen.url) for member in standing) == 1
        return None if alone and self.random.random() >= _LAST_ONE else chosen

    async def kill(self, member: Member) -> None:
        """End a process as a power cut does, and start it again."""
        with anyio.CancelScope(shield=True):
            async with self._hand:
                member.note_death()
                await anyio.to_thread.run_sync(member.kill)
                member.kills += 1
                await anyio.to_thread.run_sync(member.start)

    async def kill_all(self) -> None:
        with anyio.CancelScope(shield=True):
            for member in self.members:
                if member.runs:
                    member.thaw()
                await anyio.to_thread.run_sync(member.kill)

    async def all_up(self) -> None:
        """Wait until every process says that it is up; one that has died by itself is started again."""
        for member in self.members:
            async with self._hand:
                if not member.runs:
                    member.note_death()
                    await anyio.to_thread.run_sync(member.start)
            await anyio.to_thread.run_sync(member.wait_for_line, _UP)

    async def drain(self) -> list[str]:
        """Ask all to end; returns what is wrong with how they did."""
        wrong = []
        for member in self.members:
            code = await anyio.to_thread.run_sync(member.stop)
            if code != 0:
                wrong.append(f"{member.name} ended with {code} when asked to: " + "".join(member.output[-8:]))
            if trouble := re.search(r"Traceback[\s\S]*", "".join(member.output)):
                wrong.append(f"{member.name}: {trouble[0][-600:]}")
        return wrong


async def restart_store(house: House, office: Office, probes: Sequence[Guest], lines: Sequence[Message]) -> Outage:
    """Stop the store under the running processes and start it again; look at what the web processes say meanwhile."""
    await house.all_up()
    before = {member.name: member.pid for member in house.members}
    stopped_at = SystemClock().now()
    outage = Outage(stopped_at, stopped_at)
    await anyio.to_thread.run_sync(house.store.stop)
    began = anyio.current_time()
    async with anyio.create_task_group() as tasks:
        for web, probe, line in zip(house.webs, probes, lines, strict=True):
            tasks.start_soon(_look_at_outage, web, office, outage)
            tasks.start_soon(_be_refused, web, office, outage, probe, line)
    await anyio.sleep(DOWN_S - (anyio.current_time() - began))
    outage.started_at = SystemClock().now()
    house.store.start()
    began = anyio.current_time()
    async with anyio.create_task_group() as tasks:
        for web in house.webs:
            tasks.start_soon(_ready_again, web, office, outage, began)
    for member in house.members:
        member.note_death()
        if member.runs and member.pid != before[member.name]:
            outage.wrong.append(f"{member.name} did not survive")
    return outage


async def _look_at_outage(web: Member, office: Office, outage: Outage) -> None:
    began = anyio.current_time()
    with anyio.move_on_after(_NOTICED_S):
        while True:
            answer = await _readiness(web, office)
            if answer is not None and answer.status_code == _DOWN:
                break
            await anyio.sleep(_LOOK_AGAIN_S)
        outage.noticed_s = max(outage.noticed_s, anyio.current_time() - began)
        parts: dict[str, Any] = {part["name"]: part for part in answer.json()["parts"]}
        since = datetime.fromisoformat(parts["journal"]["since"])
        if parts["journal"]["ok"] or not outage.stopped_at <= since <= SystemClock().now():
            outage.wrong.append(f"{web.name} does not name the journal as down since then: {parts['journal']}")
        if not parts["pms:prime"]["ok"]:
            outage.wrong.append(f"{web.name} says that the PMS is down, which is not")
        return
    outage.wrong.append(f"{web.name} said that it is ready for {_NOTICED_S} s without a store")


async def _be_refused(web: Member, office: Office, outage: Outage, probe: Guest, line: Message) -> None:
    status, retry_after = await refused(office, probe, line, web.url)
    if status != _DOWN or not (retry_after or "").isdigit():
        outage.wrong.append(f"{web.name} answered {status}, Retry-After {retry_after}, without a store")


async def _ready_again(web: Member, office: Office, outage: Outage, began: float) -> None:
    with anyio.move_on_after(_READY_AGAIN_S):
        while True:
            answer = await _readiness(web, office)
            if answer is not None and answer.status_code == _OK:
                outage.ready_again_s = max(outage.ready_again_s, anyio.current_time() - began)
                return
            await anyio.sleep(_LOOK_AGAIN_S)
    outage.wrong.append(f"{web.name} is not ready {_READY_AGAIN_S} s after the store's start")


async def _readiness(web: Member, office: Office) -> httpx.Response | None:
    try:
        return await office.http.get(f"{web.url}/health/ready", timeout=_NOTICED_S)
    except httpx.HTTPError:
        return None
