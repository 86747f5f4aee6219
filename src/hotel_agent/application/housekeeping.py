"""Keeps stores from growing for ever: now and then, one process at a time, in steps so small that guests do not notice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import anyio
from attrs import define, field

from hotel_agent.domain.errors import PortError
from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.locks import WriterLease
from hotel_agent.ports.observer import Observer
from hotel_agent.ports.retention import KEPT, Remains, Retention

LEASE_NAME: Final = TenantId("#housekeeping")
"""Stands where a hotel's name does: no hotel is called so."""
_LEASE: Final = timedelta(minutes=1)
_BATCH: Final = 200
_FIRST: Final = 60.0
_PERIOD: Final = 3600.0
_BREATH: Final = 0.1
"""Seconds between two batches, so that turns that wait go first."""


@define
class Housekeeping:
    """
    Has what is over and old removed from each of the *retentions* (one for each store).

    The lease only spares work: two processes that purge at once remove nothing that one would not.
    """

    _retentions: Sequence[Retention]
    _leases: WriterLease
    _owner: str
    _observer: Observer
    _kept: Mapping[Remains, timedelta] = field(default=KEPT)

    async def run(self, draining: anyio.Event) -> None:
        """Sweep every hour until drained; the first time a minute after the start."""
        pause = _FIRST
        while not draining.is_set():
            with anyio.move_on_after(pause):
                await draining.wait()
                return
            pause = _PERIOD
            try:
                await self.sweep(draining.is_set)
            except PortError as exc:
                self._observer.loop_failed("housekeeping", exc)

    async def sweep(self, stop: Callable[[], bool] = lambda: False) -> int:
        """
        Remove all that is over and old, unless another process is at it, and return how much that was.

        Raises:
            PortError: a store does not answer; what was removed is removed.

        """
        removed = 0
        for retention in self._retentions:
            for remains, age in self._kept.items():
                batch = _BATCH
                while batch == _BATCH and not stop():
                    lease = await self._leases.take(LEASE_NAME, self._owner, _LEASE)
                    if lease is None:
                        return removed
                    batch = await retention.purge(remains, age, _BATCH)
                    removed += batch
                    if batch == _BATCH:
                        await anyio.sleep(_BREATH)
        return removed
