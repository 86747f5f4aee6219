from datetime import datetime, timedelta

from anyio.lowlevel import checkpoint
from attrs import define, field

from hotel_agent.adapters.memory.state import LONG_AGO
from hotel_agent.domain.delivery import Pace
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.limits import RateLimiter


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
