from collections.abc import Sequence
from datetime import datetime

from anyio.lowlevel import checkpoint
from attrs import define, evolve, field, frozen

from hotel_agent.ports.breakers import BreakerStore, SharedBreaker
from hotel_agent.ports.clock import Clock


@frozen
class _Written:
    at: datetime
    breaker: SharedBreaker


@define
class MemoryBreakers(BreakerStore):
    """Shared by those who live in one process."""

    _clock: Clock
    _written: dict[str, _Written] = field(factory=dict, init=False)

    async def read(self, parts: Sequence[str]) -> tuple[SharedBreaker, ...]:
        await checkpoint()
        return tuple(self._now(part) for part in parts)

    async def change(self, part: str, to: SharedBreaker) -> bool:
        await checkpoint()
        if self._now(part).version != to.version - 1:
            return False
        self._written[part] = _Written(self._clock.now(), to)
        return True

    def _now(self, part: str) -> SharedBreaker:
        kept = self._written.get(part)
        if kept is None:
            return SharedBreaker()
        passed = self._clock.now() - kept.at
        return evolve(kept.breaker, standing=kept.breaker.standing + passed, permit=kept.breaker.permit - passed)
