"""Looks every few seconds how much waits and how much is in use, so that whoever reads the figures need not ask the stores."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import anyio
from attrs import define

from hotel_agent.ports.clock import Clock
from hotel_agent.ports.locks import LockStore
from hotel_agent.ports.observer import Observer, Pool, Sample
from hotel_agent.ports.records import Records

SAMPLING: Final = "sampling"
_PERIOD: Final = 5.0
_PATIENCE: Final = 5.0

T = TypeVar("T")


@define
class Sampling:
    """Tells the observer. *pools* are those of this process; what is in the stores is the same whichever process looks."""

    _records: Records
    _locks: LockStore
    _clock: Clock
    _observer: Observer
    _pools: Callable[[], tuple[Pool, ...]]

    async def run(self, draining: anyio.Event) -> None:
        """Take a sample at once and every five seconds until drained."""
        while not draining.is_set():
            await self.sample()
            with anyio.move_on_after(_PERIOD):
                await draining.wait()

    async def sample(self) -> None:
        """Take one sample; what a store that is down would have told stays open."""
        depth = await self._asked(self._records.depth)
        load = await self._asked(self._records.load)
        locks = await self._asked(self._locks.count)
        self._observer.sampled(Sample(at=self._clock.now(), depth=depth, load=load, locks=locks, pools=self._pools()))

    async def _asked(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        try:
            with anyio.fail_after(_PATIENCE):
                return await ask()
        except Exception as exc:  # noqa: BLE001 - a figure that cannot be had is no reason to stop serving
            self._observer.loop_failed(SAMPLING, exc)
            return None
