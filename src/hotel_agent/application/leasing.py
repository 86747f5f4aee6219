"""Writing to a hotel's PMS one at a time over all our processes, as far as leases go."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio

from hotel_agent.domain.errors import PortError
from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.locks import Lease, WriterLease

_FIRST_LOOK, _LONGEST_LOOK = 0.05, 0.4
"""Seconds between looks at a lease that somebody else has; every look is a write to its store."""
_FAREWELL_SECONDS = 2.0
"""What giving a lease up may take when the work is being cancelled: else the hotel's writers wait for its end."""


@asynccontextmanager
async def writing(
    leases: WriterLease | None, tenant: TenantId, owner: str, *, ttl: timedelta, patience: timedelta
) -> AsyncIterator[None]:
    """
    Hold the hotel's writer lease meanwhile, renewed, if it can be had within *patience*.

    Without it (others have it, its store is down, there is none) a write is rarer alone, never wrong: go on all the same.
    """
    lease = await _take(leases, tenant, owner, ttl, patience) if leases else None
    if leases is None or lease is None:
        yield
        return
    error: Exception | None = None
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(_renew, leases, lease, ttl)
            try:
                yield
            except Exception as exc:  # noqa: BLE001 - carried past the task group, which would wrap it in a group
                error = exc
            group.cancel_scope.cancel()
    finally:
        await _give_up(leases, lease)
    if error:
        raise error


async def _renew(leases: WriterLease, lease: Lease, ttl: timedelta) -> None:
    """Take it again and again; where that fails, others may write at the same time, and what is verified tells."""
    while True:
        await anyio.sleep(ttl.total_seconds() / 3)
        with contextlib.suppress(PortError):
            await leases.take(lease.tenant, lease.owner, ttl)


async def _take(leases: WriterLease, tenant: TenantId, owner: str, ttl: timedelta, patience: timedelta) -> Lease | None:
    pause = _FIRST_LOOK
    with anyio.move_on_after(patience.total_seconds()):
        while True:
            try:
                if lease := await leases.take(tenant, owner, ttl):
                    return lease
            except PortError:
                return None
            await anyio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_LOOK)
    return None


async def _give_up(leases: WriterLease, lease: Lease) -> None:
    with anyio.move_on_after(_FAREWELL_SECONDS, shield=True):
        try:
            await leases.give_up(lease)
        except PortError:
            # It ends by itself.
            return
