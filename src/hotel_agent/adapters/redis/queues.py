"""What waits in all partitions and is owned one by one: conversations, jobs, things to be sent."""

import asyncio
from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from attrs import define, field

from hotel_agent.adapters.redis.keys import Keys, span
from hotel_agent.adapters.redis.servers import Group, Servers
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.ids import TenantId


@define(eq=False)
class Queue:
    """One kind of what waits: `_claim` and `_peek` are the scripts that own it and that only look."""

    _servers: Servers
    _keys: Keys
    _claim: str
    _peek: str
    _looking: asyncio.Lock = field(factory=asyncio.Lock, init=False)
    """One look through a cluster at a time, so that callers of one process do not all run for the same."""

    async def take(self, owner: str, limit: int, lease: timedelta, passing: Collection[TenantId] = ()) -> list[Any]:
        """
        Own what waits longest over all partitions, and is of none of the tenants in *passing*.

        One script does it where all partitions may be looked at together. In a cluster it is first looked where it is, and
        looked again while others were quicker.

        Raises:
            Unavailable: nothing is owned, or its owner will never know, and then it lapses.

        """
        groups = self._servers.groups(self._keys.partitions())
        if len(groups) == 1:
            rows: list[Any] = await self._servers.run(self._claim, groups[0], limit, owner, span(lease), *passing)
            return rows
        taken: list[Any] = []
        async with self._looking:
            while limit > len(taken):
                shares = await self._shares(limit - len(taken), passing)
                new = 0
                for group, share in shares.items():
                    try:
                        rows = await self._servers.run(self._claim, group, share, owner, span(lease), *passing)
                    except Unavailable:
                        if not taken:
                            raise
                        # What is owned is worth more than what this node would have added.
                        return taken
                    taken += rows
                    new += len(rows)
                if new == shares.total():
                    break
        return taken

    async def _shares(self, limit: int, passing: Collection[TenantId]) -> Counter[Group]:
        """Count how many of the first *limit* are in which group."""
        waiting = [
            (float(score), member, group)
            for group, part in await self._servers.run_some(self._peek, self._keys.partitions(), limit, *passing)
            for member, score in zip(part[::2], part[1::2], strict=True)
        ]
        return Counter(group for _, _, group in sorted(waiting)[:limit])
