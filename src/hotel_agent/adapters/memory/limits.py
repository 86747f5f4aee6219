from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from anyio.lowlevel import checkpoint
from attrs import define, field

from hotel_agent.adapters.memory.state import LONG_AGO
from hotel_agent.domain.delivery import Pace
from hotel_agent.domain.quotas import NONE, Quota, Uses, use
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.limits import Quotas, RateLimiter

_MOST_NAMES: Final = 50_000
_MICROSECOND: Final = timedelta(microseconds=1)


@define(eq=False)
class MemoryRateLimiter(RateLimiter):
    _clock: Clock
    _full_at: dict[str, datetime] = field(factory=dict, init=False)

    async def reserve(self, name: str, pace: Pace, patience: timedelta) -> timedelta:
        await checkpoint()
        now = self._clock.now()
        full_at = self._full_at.get(name, LONG_AGO)
        wait = pace.wait(full_at, now)
        if wait <= patience:
            self._full_at[name], _ = pace.after(full_at, now)
        return wait


@define(eq=False)
class MemoryQuotas(Quotas):
    """Names beyond so many push out whichever was not used for longest."""

    _clock: Clock
    _most: int = _MOST_NAMES
    _uses: OrderedDict[str, Uses] = field(factory=OrderedDict, init=False)

    async def use(self, name: str, quota: Quota) -> timedelta:
        await checkpoint()
        uses, wait = use(self._uses.pop(name, NONE), quota, (self._clock.now() - LONG_AGO) // _MICROSECOND)
        self._uses[name] = uses
        if len(self._uses) > self._most:
            self._uses.popitem(last=False)
        return wait * _MICROSECOND
