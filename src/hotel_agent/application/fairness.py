"""Hands out a worker's places so that a hotel that is flooded takes none that another one waits for."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Final, Generic, TypeVar

import anyio
from attrs import define, field

from hotel_agent.domain.ids import TenantId

_Held = TypeVar("_Held")
_A_FIFTH: Final = 5
_REST: Final = 4
"""A look for others' work that found none is not repeated for so many times as long as it took."""


def share_of(width: int) -> int:
    """Return how many of *width* places one hotel may have before it was seen that no other one waits: 20 %, one at least."""
    return max(1, width // _A_FIFTH)


@define
class FairShare(Generic[_Held]):
    """
    Claims work for the free ones of `width` places.

    Up to a fifth of them a hotel gets in the order of waiting. Beyond that it is passed over while any other has work waiting;
    what nobody else wants is then shared out evenly among those who do, those who have least first. So nobody waits for a
    flooded hotel's work to be done, and no place stays empty.

    `claim` owns up to so many of what waits longest, but of none of some hotels. `tenant` tells whose a claim is.
    """

    _width: int
    _claim: Callable[[int, Collection[TenantId]], Awaitable[Sequence[_Held]]]
    _tenant: Callable[[_Held], TenantId]
    _quiet_until: float = field(default=0.0, init=False)

    async def claim(self, room: int, in_hand: Counter[TenantId], take: Callable[[_Held], None]) -> int:
        """Claim for *room* free places, *in_hand* being the others; *take* each at once. Returns how many were claimed."""
        counts, left, level = in_hand.copy(), room, share_of(self._width)
        while left > 0:
            passing = [tenant for tenant, count in counts.items() if count >= level]
            highest = max((count for count in counts.values() if count < level), default=0)
            limit = min(left, level - highest)
            claims = await self._look(limit, passing, first=level == share_of(self._width))
            for claim in claims:
                counts[self._tenant(claim)] += 1
                take(claim)
            left -= len(claims)
            if len(claims) == limit:
                continue
            if not passing:
                break
            level = min(counts[tenant] for tenant in passing) + max(1, left // len(passing))
        return room - left

    async def _look(self, limit: int, passing: Collection[TenantId], *, first: bool) -> Sequence[_Held]:
        """Claim; a look for others that is likely to be in vain is left out, for it may cost as much as the flood is long."""
        if not passing or not first:
            return await self._claim(limit, passing)
        began = anyio.current_time()
        if began < self._quiet_until:
            return ()
        claims = await self._claim(limit, passing)
        if not claims:
            ended = anyio.current_time()
            self._quiet_until = ended + _REST * (ended - began)
        return claims
