"""The service as a whole in a simulation: processes that share a store and die, and what they are made of."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from random import Random

import anyio
from anyio.abc import TaskGroup
from attrs import define, field, frozen

from hotel_agent.adapters.memory.journal import MemoryJournal
from hotel_agent.adapters.memory.locks import MemoryLeases, MemoryLocks
from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.application.bell import Bell
from hotel_agent.application.conversations import Conversations
from hotel_agent.application.guarding import Guard, GuardedPropertySystem
from hotel_agent.application.intake import Incoming, Intake, Taken
from hotel_agent.application.jobs import BookingJobs
from hotel_agent.application.worker import Worker
from hotel_agent.application.world import World
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.understanding import Listening, Understanding
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.ports.tenants import Tenants
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.faults import Crashed
from hotel_agent.testing.faulty_ports import (
    FaultyJournal,
    FaultyLeases,
    FaultyLocks,
    FaultyPropertySystem,
    FaultyRecords,
    FaultyUnderstander,
)
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.simulation.house import SimulatedPropertySystem
from hotel_agent.testing.simulation.luck import Luck, SimulatedClock, Weather
from hotel_agent.testing.witness import Witness


def _as_it_is(pms: PropertySystem) -> PropertySystem:
    return pms


@frozen(kw_only=True)
class Parts:
    """What a world is made of. Put another part in one's place to see what the auditor says of it."""

    journal: Callable[[Clock], MemoryJournal] = MemoryJournal
    locks: Callable[[Clock, IdSource], MemoryLocks] = MemoryLocks
    pms: type[SimulatedPropertySystem] = SimulatedPropertySystem
    client: Callable[[PropertySystem], PropertySystem] = _as_it_is
    """What a process puts round its connection to the PMS."""
    jobs: type[BookingJobs] = BookingJobs


@define
class RememberingUnderstander(Understander):
    """The real understander, which hears the same thing only once: the same text heard alike means the same."""

    _understander: LocalUnderstander = field(factory=LocalUnderstander.load)
    _heard: dict[tuple[str, Listening], Understanding] = field(factory=dict, init=False)

    async def understand(self, text: str, listening: Listening) -> Understanding:
        known = self._heard.get((text, listening))
        if known is None:
            known = self._heard[text, listening] = self._understander.hear(text, listening)
        return known


@define(eq=False)
class Process:
    """One process of the service; it lives until it dies of a fault or is told to stop."""

    luck: Luck
    intake: Intake
    worker: Worker
    scope: anyio.CancelScope = field(factory=anyio.CancelScope, init=False)
    gone: anyio.Event = field(factory=anyio.Event, init=False)

    async def live(self) -> BaseException | None:
        """Work until told to stop, or until death; return an error that no fault accounts for."""
        try:
            with self.scope:
                await self.worker.run()
        except BaseExceptionGroup as exc:
            if not self.luck.dead:
                return exc
        finally:
            self.gone.set()
        return None


@define(kw_only=True)
class Site:
    """All processes of the service, on one store: as many as are wanted, a new one for each that dies."""

    clock: SimulatedClock
    parts: Parts
    pms: Mapping[TenantId, PropertySystem]
    hotels: Tenants
    chance: Random
    weather: Weather
    group: TaskGroup
    wanted: int = 3
    journal: MemoryJournal = field(init=False)
    locks: MemoryLocks = field(init=False)
    leases: MemoryLeases = field(init=False)
    processes: list[Process] = field(factory=list, init=False)
    lucks: list[Luck] = field(factory=list, init=False)
    deaths: list[str] = field(factory=list, init=False)
    witness: Witness = field(factory=Witness, init=False)
    calm: bool = field(default=False, init=False)
    _ids: IdSource = field(factory=lambda: CountingIds("simulation"), init=False)
    _born: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self.journal = self.parts.journal(self.clock)
        self.locks = self.parts.locks(self.clock, CountingIds("locks"))
        self.leases = MemoryLeases(self.clock)

    async def take(self, incoming: Incoming) -> Taken | None:
        """Hand a message to one of the processes; None if it died over it, or none is there. Raises `Unavailable`."""
        if not self.processes:
            return None
        process = self.chance.choice(self.processes)
        try:
            return await process.intake.take(incoming)
        except Crashed:
            process.scope.cancel()
            return None

    def open(self) -> None:
        """Start as many processes as are wanted."""
        while len(self.processes) < self.wanted:
            self.processes.append(process := self._process())
            self.group.start_soon(self._look_after, process)

    async def close(self) -> None:
        """Stop all processes as an orderly shutdown does, and wait until they are gone."""
        leaving, self.wanted = [*self.processes], 0
        for process in leaving:
            process.worker.drain()
        for process in leaving:
            await process.gone.wait()

    async def _look_after(self, process: Process) -> None:
        error = await process.live()
        if error:
            self.deaths.append(_described(error))
        self.processes.remove(process)
        await anyio.sleep(self.chance.uniform(0.2, 2.0))
        self.open()

    def _process(self) -> Process:
        self._born += 1
        owner = f"w{self._born}"
        luck = Luck(
            clock=self.clock,
            chance=Random(f"{self.chance.random()} {owner}"),
            weather=self.weather,
            flights=self.group,
            calm=self.calm,
        )
        self.lucks.append(luck)
        bell = Bell()
        journal, records = FaultyJournal(self.journal, luck), FaultyRecords(self.journal, luck)
        locks, leases = FaultyLocks(self.locks, luck), FaultyLeases(self.leases, luck)
        guarded: dict[TenantId, PropertySystem] = {
            tenant: GuardedPropertySystem(
                self.parts.client(FaultyPropertySystem(pms, luck)), Guard("pms", self.clock, self.witness)
            )
            for tenant, pms in self.pms.items()
        }
        world = World(guarded.__getitem__, locks, self.clock, self.witness)
        understander = FaultyUnderstander(_understander(), luck)
        conversations = Conversations(
            journal, records, self.hotels, understander, _renderer(), world, self.clock, self.witness, bell
        )
        jobs = self.parts.jobs(guarded.__getitem__, world, locks, leases, self.clock, self._ids, journal)
        return Process(
            luck=luck,
            intake=Intake(journal, self.clock, self._ids, self.witness, bell),
            worker=Worker(journal, conversations, jobs, self.clock, self._ids, self.witness, bell, owner),
        )

    async def rest(self, within: timedelta) -> tuple[str, ...]:
        """
        Let time pass without mishaps until nothing waits any more; return what still does after *within*.

        Between bouts of work all processes are down for some minutes: what is due then waits for them.
        """
        self.calm = True
        ends_at = anyio.current_time() + within.total_seconds()
        while True:
            for luck in self.lucks:
                luck.calm = True
            self.wanted = 1
            self.open()
            await anyio.sleep(20.0)
            waiting = await self._waiting()
            if not waiting or anyio.current_time() > ends_at:
                return waiting
            await self.close()
            await anyio.sleep(240.0)

    async def _waiting(self) -> tuple[str, ...]:
        depth = await self.journal.depth()
        adrift = sum(luck.adrift for luck in self.lucks)
        counts = {"events": depth.events, "jobs": depth.jobs, "timers": depth.timers, "requests under way": adrift}
        return tuple(f"{count} {what}" for what, count in counts.items() if count)


def _described(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_described(one) for one in error.exceptions)
    return f"{type(error).__name__}: {error}"


@cache
def _understander() -> RememberingUnderstander:
    return RememberingUnderstander()


@cache
def _renderer() -> FluentRenderer:
    return FluentRenderer()
