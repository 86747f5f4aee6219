"""Writing to a hotel's PMS one at a time over all our processes, as far as leases go."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio

from hotel_agent.domain.errors import PortError
from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.locks import Lease, WriterLease

_LOOK_AGAIN = 0.05
_FAREWELL_SECONDS = 2.0
"""What giving a lease up may take when the work is being cancelled: else the hotel's writers wait for its end."""


@asynccontextmanager
async def writing(
    leases: WriterLease | None, tenant: TenantId, owner: str, *, ttl: timedelta, patience: timedelta
) -> AsyncIterator[None]:
    """
    Hold the hotel's writer lease meanwhile, if it can be had within *patience*.

    Without it (others have it, its store is down, there is none) a write is rarer alone, never wrong: go on all the same.
    """
    lease = await _take(leases, tenant, owner, ttl, patience) if leases else None
    try:
        yield
    finally:
        if leases and lease:
            await _give_up(leases, lease)


async def _take(leases: WriterLease, tenant: TenantId, owner: str, ttl: timedelta, patience: timedelta) -> Lease | None:
    with anyio.move_on_after(patience.total_seconds()):
        while True:
            try:
                if lease := await leases.take(tenant, owner, ttl):
                    return lease
            except PortError:
                return None
            await anyio.sleep(_LOOK_AGAIN)
    return None


async def _give_up(leases: WriterLease, lease: Lease) -> None:
    with anyio.move_on_after(_FAREWELL_SECONDS, shield=True):
        try:
            await leases.give_up(lease)
        except PortError:
            # It ends by itself.
            return
