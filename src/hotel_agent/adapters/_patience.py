"""One timer for all who wait, because a timer for each costs more than most of what is waited for."""

import asyncio
from heapq import heappop, heappush
from itertools import count
from typing import Any

from attrs import define, field


@define(eq=False)
class Patience:
    """Ends, with a TimeoutError, the waiting for futures that are not done in time. All of them belong to one event loop."""

    _waiting: "list[tuple[float, int, asyncio.Future[Any]]]" = field(factory=list, init=False)
    _numbers: "count[int]" = field(factory=count, init=False)
    _timer: "asyncio.TimerHandle | None" = field(default=None, init=False)

    def watch(self, future: "asyncio.Future[Any]", until: float) -> None:
        """Give *future* its time, by its loop's clock. What is done is forgotten when the next one comes."""
        waiting = self._waiting
        while waiting and waiting[0][2].done():
            heappop(waiting)
        heappush(waiting, (until, next(self._numbers), future))
        if self._timer is None or until < self._timer.when():
            self._set(future.get_loop())

    def _set(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = loop.call_at(self._waiting[0][0], self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer, now, waiting = None, loop.time(), self._waiting
        while waiting and (waiting[0][2].done() or waiting[0][0] <= now):
            future = heappop(waiting)[2]
            if not future.done():
                future.set_exception(TimeoutError())
        if waiting:
            self._set(loop)
