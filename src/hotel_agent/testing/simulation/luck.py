"""What befalls the calls of one simulated process: drawn from its own stream of chance, so a seed repeats it all."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeVar

import anyio
from anyio.abc import TaskGroup
from attrs import define, field

from hotel_agent.domain.errors import HotelAgentError, Unavailable
from hotel_agent.ports.clock import Clock
from hotel_agent.testing.clocks import START
from hotel_agent.testing.faults import Call, Crashed, Fault, Faults

T = TypeVar("T")
_Act = Callable[[], Awaitable[object]]

_CRASHES: Final = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
_LOSSES: Final = (Fault.REFUSED, Fault.LOST_REQUEST, Fault.LOST_ANSWER)
_WRITE: Final = (*_LOSSES, Fault.LATE)

_ODDS: Final = {
    "journal.append": (0.02, _WRITE),
    "journal.commit": (0.02, _WRITE),
    "journal.note": (0.04, _WRITE),
    "journal.record": (0.04, _WRITE),
    "journal.fire": (0.02, _WRITE),
    "pms.book": (0.25, (*_WRITE, Fault.GARBLED, Fault.HANG)),
    "pms.cancel": (0.20, (*_WRITE, Fault.GARBLED, Fault.HANG)),
    "pms.find": (0.06, (*_LOSSES, Fault.GARBLED, Fault.HANG)),
    "pms.verify": (0.05, (*_LOSSES, Fault.GARBLED)),
    "pms.search": (0.02, (*_LOSSES, Fault.HANG)),
    "locks.acquire": (0.03, _WRITE),
    "locks.hold": (0.05, _WRITE),
    "locks.release": (0.05, _WRITE),
}
"""How often a call meets a fault other than its process's death, and which."""

_OTHERS: Final = (0.01, _LOSSES)
_DEATH: Final = 0.002
_DEATH_WRITING: Final = 0.03
_SENDING: Final = frozenset({"journal.note", "pms.book"})
"""Round these a death leaves a booking of which nobody knows whether it was sent."""
_POLLS: Final = frozenset({"journal.claim", "journal.claim_jobs", "journal.due"})
_STUMBLE: Final = (0.0005, (*_LOSSES, *_CRASHES))
_FREEZE: Final = 0.0007
_SLOW: Final = 0.3
_LATENCY: Final = 0.04
"""How many calls are not instant, and the seconds such a one takes at most."""
_LATE: Final = {"pms": (1.0, 20.0, 95.0, 130.0, 400.0), "journal": (0.5, 2.0, 5.0, 30.0), "locks": (0.5, 2.0, 10.0)}
"""Seconds by which a request may be late, by part."""
_DONE_WHILE_HANGING: Final = 0.7
_STORE: Final = frozenset({"journal", "locks", "leases", "records"})


@define
class SimulatedClock(Clock):
    """The running loop's time as instants, and as the plain seconds that `meet` asks for at every call."""

    seconds: Callable[[], float] = field(factory=lambda: asyncio.get_running_loop().time, init=False)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds())


@define
class Weather:
    """What befalls all processes alike. `tally` counts every fault that struck, by kind."""

    store_back_at: float = 0.0
    """The store answers nobody before this instant of the loop's clock."""
    tally: Counter[str] = field(factory=Counter)


@define(kw_only=True, eq=False)
class Luck(Faults):
    """
    One process's luck: latency, faults, and freezes in which all its tasks stand still while its leases lapse.

    What is under way when it dies arrives all the same.
    """

    clock: SimulatedClock
    chance: Random
    weather: Weather
    flights: TaskGroup
    calm: bool = False
    """Nothing befalls it any more."""
    _thaws_at: float = field(default=0.0, init=False)
    _late: float = field(default=0.0, init=False)
    _act: _Act | None = field(default=None, init=False)
    """The write being asked for, if it is one."""
    _airborne: int = field(default=0, init=False)

    async def meet(self, what: str, act: Callable[[], Awaitable[T]], *, write: bool = False) -> T:
        """Make the call *act*, in its own time, or let it meet its fault."""
        if self.dead:
            raise Crashed
        part = what.partition(".")[0]
        if not self.calm and what not in _POLLS:
            await self._pass_time()
        if self._thaws_at > self.clock.seconds():
            await anyio.sleep_until(self._thaws_at)
        if part in _STORE and self.clock.seconds() < self.weather.store_back_at:
            self.weather.tally["store hiccup"] += 1
            raise Unavailable("the store stumbles")
        self._late = self.chance.choice(_LATE.get(part, (1.0,)))
        self._act = act if write else None
        self.plan = self._draw
        self.calls.clear()
        return await super().meet(what, act, write=write)

    @property
    def adrift(self) -> int:
        """How much is still under way."""
        return self._airborne

    async def _pass_time(self) -> None:
        if self.chance.random() < _FREEZE:
            self._thaws_at = self.clock.seconds() + self.chance.uniform(3.5, 12.0)
            self.weather.tally["freeze past the lease"] += 1
        if self.chance.random() < _SLOW:
            await anyio.sleep(self.chance.random() * _LATENCY)

    def _draw(self, call: Call) -> Fault | None:
        if self.calm:
            return None
        dice, polls = self.chance.random(), call.what in _POLLS
        deadly = 0.0 if polls else _DEATH_WRITING if call.what in _SENDING else _DEATH
        odds, faults = _STUMBLE if polls else _ODDS.get(call.what, _OTHERS)
        if dice < deadly:
            faults = _CRASHES
        elif dice >= deadly + odds:
            return None
        fault = self.chance.choice(faults)
        self.weather.tally[f"{call.what.partition('.')[0]} {fault.value.replace('_', ' ')}"] += 1
        if fault is Fault.HANG and self._act and self.chance.random() < _DONE_WHILE_HANGING:
            self.weather.tally[f"{call.what} done, but timed out"] += 1
            self._leave_adrift(self._act)
        return fault

    def _leave_adrift(self, act: _Act) -> None:
        self._airborne += 1
        self.flights.start_soon(self._land, act, self._late)

    async def _land(self, act: _Act, late: float) -> None:
        await anyio.sleep(late)
        with suppress(HotelAgentError):
            await act()
        self._airborne -= 1
