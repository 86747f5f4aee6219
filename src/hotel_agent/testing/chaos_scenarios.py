"""What befalls a site in a chaos run: one scenario each, with what is promised of it."""

import resource
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import anyio.to_thread
from attrs import evolve, field, frozen

from hotel_agent.testing.chaos_site import PMS_NAME, Site
from hotel_agent.testing.processes import Emulator

HOUR_S: Final = 3600.0
_SLOW_S: Final = 6.0
"""Longer than a turn waits for the PMS, shorter than a write does."""
_LOOKUP_S: Final = 5.0
_BREAKER_S: Final = 30.0


class Trouble(Protocol):
    """What is done to a site, and undone."""

    @abstractmethod
    async def strike(self, site: Site) -> None: ...
    @abstractmethod
    async def mend(self, site: Site) -> None: ...


@frozen(kw_only=True)
class Scenario:
    """
    `fault_s` is how long it lasts, `recovers_s` by when after that every part works again and a fresh search is answered.

    `alerts`: one of them fires at least. `load`: how many times the usual number of guests come meanwhile.
    `silent`: how many guests ask one thing while it lasts and say nothing more; they must be written to.
    """

    name: str
    says: str
    trouble: Trouble
    kind: str = "split"
    fault_s: float = 15.0
    recovers_s: float
    alerts: Sequence[str]
    load: float = 1.0
    silent: int = 0
    settings: Mapping[str, str] = field(factory=dict)


class _Pms(Trouble):
    """The PMS takes six seconds for every answer, or none comes; the locks' Redis is gone, or hangs too."""

    def __init__(self, *, hung: bool) -> None:
        self._hung = hung

    async def strike(self, site: Site) -> None:
        assert site.locks is not None
        if self._hung:
            site.freeze_pms()
            site.locks.freeze()
        else:
            await anyio.to_thread.run_sync(_slow_down, site.shop, _SLOW_S)
            site.locks.kill()

    async def mend(self, site: Site) -> None:
        assert site.locks is not None
        if self._hung:
            site.thaw_pms()
            site.locks.thaw()
        else:
            await anyio.to_thread.run_sync(_slow_down, site.shop, 0.0)
            # Not in a thread: what it starts would die with it.
            site.locks.start()


class _Locks(Trouble):
    async def strike(self, site: Site) -> None:
        assert site.locks is not None
        site.locks.kill()

    async def mend(self, site: Site) -> None:
        assert site.locks is not None
        site.locks.start()


class _Journal(Trouble):
    async def strike(self, site: Site) -> None:
        await anyio.to_thread.run_sync(site.store.stop)

    async def mend(self, site: Site) -> None:
        site.store.start()


class _Names(Trouble):
    """Nobody knows the PMS's name any more, and asking takes as long as a dead name server does. Old connections are cut."""

    async def strike(self, site: Site) -> None:
        site.change(evolve(site.weather, names={}, lookup_s=_LOOKUP_S))
        await anyio.to_thread.run_sync(site.shop.kill)
        site.shop.start()

    async def mend(self, site: Site) -> None:
        site.change(evolve(site.weather, names={PMS_NAME: "127.0.0.1"}, lookup_s=0.0))


class _Clock(Trouble):
    """The processes' clock is an hour fast, then right again: it jumps in both directions."""

    async def strike(self, site: Site) -> None:
        site.change(evolve(site.weather, clock_s=HOUR_S))

    async def mend(self, site: Site) -> None:
        site.change(evolve(site.weather, clock_s=0.0))


class _Disk(Trouble):
    async def strike(self, site: Site) -> None:
        assert site.disk is not None
        await anyio.to_thread.run_sync(site.disk.fill, site.fleet)

    async def mend(self, site: Site) -> None:
        assert site.disk is not None
        site.disk.clear(site.fleet)


class _Memory(Trouble):
    """One of the processes gets no more address space than it has: whatever it asks the machine for, it is refused."""

    async def strike(self, site: Site) -> None:
        member = site.fleet.members[0]
        status = (await anyio.Path(f"/proc/{member.pid}/statm").read_text()).split()
        held = int(status[0]) * resource.getpagesize()
        resource.prlimit(member.pid, resource.RLIMIT_AS, (held, resource.RLIM_INFINITY))

    async def mend(self, site: Site) -> None:
        # It may have ended and been started anew meanwhile, without the limit.
        member = site.fleet.members[0]
        if member.runs:
            resource.prlimit(member.pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


class _Nothing(Trouble):
    async def strike(self, site: Site) -> None: ...
    async def mend(self, site: Site) -> None: ...


def _slow_down(shop: Emulator, seconds: float) -> None:
    shop.behave(faults=[{"kind": "slow", "times": None, "seconds": seconds}] if seconds else [])


_TWO_PROBES_S: Final = _BREAKER_S + 10.0
"""An open breaker looks again after half a minute, and what it lets through has to be answered."""

SCENARIOS: Final[Sequence[Scenario]] = (
    Scenario(
        name="pms-slow-redis-down",
        says="the PMS takes 6 s an answer, and the locks' Redis is killed",
        trouble=_Pms(hung=False),
        recovers_s=_TWO_PROBES_S,
        alerts=("PmsAway",),
        silent=3,
    ),
    Scenario(
        name="pms-hung-redis-hung",
        says="the PMS and the locks' Redis are frozen: connections stand, nothing is answered",
        trouble=_Pms(hung=True),
        recovers_s=_TWO_PROBES_S,
        alerts=("PmsAway",),
        silent=3,
    ),
    Scenario(
        name="redis-down",
        says="the locks' Redis alone is killed",
        trouble=_Locks(),
        recovers_s=10.0,
        alerts=("LocksAway",),
        silent=3,
    ),
    Scenario(
        name="postgres-restarted",
        says="the journal's Postgres is shut down and started again",
        trouble=_Journal(),
        fault_s=2.0,
        recovers_s=10.0,
        alerts=("JournalAway", "StoreInTrouble"),
    ),
    Scenario(
        name="dns-gone",
        says="the PMS's name is not found, each lookup takes 5 s, connections are cut",
        trouble=_Names(),
        recovers_s=_TWO_PROBES_S,
        alerts=("PmsAway",),
        silent=3,
    ),
    Scenario(
        name="clock-jump",
        says="the clock of the processes, not of their stores, jumps an hour ahead and back",
        trouble=_Clock(),
        recovers_s=10.0,
        alerts=("ClockOff",),
    ),
    Scenario(
        name="clock-jump-sqlite",
        says="the clock of process and store jumps an hour ahead and back",
        trouble=_Clock(),
        kind="sqlite",
        recovers_s=10.0,
        alerts=("ClockOff",),
    ),
    Scenario(
        name="disk-full",
        says="the disk of SQLite's journal is full",
        trouble=_Disk(),
        kind="sqlite",
        fault_s=4.0,
        recovers_s=10.0,
        alerts=("JournalAway", "StoreInTrouble"),
    ),
    Scenario(
        name="memory-pressure",
        says="one of the two processes gets no more memory than it has (RLIMIT_AS)",
        trouble=_Memory(),
        recovers_s=15.0,
        alerts=("TurnsFail", "ProcessRestarted", "StoreInTrouble"),
    ),
    Scenario(
        name="load-10x",
        says="ten times as many guests come",
        trouble=_Nothing(),
        fault_s=30.0,
        recovers_s=10.0,
        alerts=("TrafficJumps",),
        load=10.0,
    ),
)
