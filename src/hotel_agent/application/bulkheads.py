"""So many calls to one part at once, and few that wait: what is slow takes no more than its own places."""

from collections.abc import Iterable
from typing import Final

import anyio
from attrs import define, field

from hotel_agent.domain.errors import Overloaded
from hotel_agent.ports.observer import Pool

PMS_PLACES: Final = 40
"""Calls to PMSs that one process makes at once, shared out among its hotels."""
_A_FIFTH: Final = 5


def places_of_each(places: int, sharers: int) -> int:
    """Return how many of *places* each of so many may take: a fifth, or an even share where that is more; one at least."""
    return max(1, places // _A_FIFTH, places // max(1, sharers))


@define
class Bulkhead:
    """
    `width` places, and room for `queue` who wait for one, in the order they came. Belongs to one event loop.

    Whoever finds no room is refused at once, and whoever waits too long then: nothing was asked of the part.
    """

    width: int
    queue: int
    _places: anyio.Semaphore = field(init=False)
    _waiting: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._places = anyio.Semaphore(self.width, max_value=self.width, fast_acquire=True)

    async def enter(self, patience_s: float) -> None:
        """
        Take a place; `leave` gives it back.

        Raises:
            Overloaded: there is none, and no room to wait, or none came free within *patience_s*.

        """
        try:
            self._places.acquire_nowait()
        except anyio.WouldBlock:
            await self._wait(patience_s)

    def leave(self) -> None:
        self._places.release()

    def pool(self, name: str) -> Pool:
        """How many of its places are taken, and how many wait."""
        return Pool(name=name, size=self.width, in_use=self.width - self._places.value, waiting=self._waiting)

    async def _wait(self, patience_s: float) -> None:
        if self._waiting >= self.queue:
            raise Overloaded
        self._waiting += 1
        try:
            with anyio.fail_after(patience_s):
                await self._places.acquire()
        except TimeoutError as exc:
            raise Overloaded from exc
        finally:
            self._waiting -= 1


def together(name: str, bulkheads: Iterable[Bulkhead]) -> Pool:
    """Show several as one."""
    pools = [bulkhead.pool(name) for bulkhead in bulkheads]
    return Pool(
        name=name,
        size=sum(pool.size for pool in pools),
        in_use=sum(pool.in_use for pool in pools),
        waiting=sum(pool.waiting for pool in pools),
    )
