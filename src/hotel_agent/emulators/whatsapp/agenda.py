"""The emulator's time and what is to happen in it."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import count

Act = Callable[[], Awaitable[None]]


class Agenda:
    """
    A clock that can be set forward, and acts that fall due on it.

    *clock* is the underlying one: the machine's, or one that stands still in tests. Somebody must let things happen: either
    `run` does, as a task beside the emulator, or `pass_time` is called.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ahead = timedelta()
        self._acts: list[tuple[datetime, int, Act]] = []
        self._numbers = count()
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def now(self) -> datetime:
        """The emulator's time, in UTC."""
        return self._clock() + self._ahead

    def at(self, when: datetime, act: Act) -> None:
        """Have *act* happen at *when*, or at once if that has passed; ties keep their order."""
        heapq.heappush(self._acts, (when, next(self._numbers), act))
        self._news.set()

    async def pass_time(self, by: timedelta = timedelta()) -> None:
        """
        Set the clock forward, and on the way let everything happen that falls due, one after the other, at its own time.

        Without *by*: what is due now happens.
        """
        target = self.now() + by
        while self._acts and self._acts[0][0] <= target:
            when, _, act = heapq.heappop(self._acts)
            self._ahead += max(timedelta(), when - self.now())
            await act()
        self._ahead += max(timedelta(), target - self.now())
        self._news.set()

    async def run(self) -> None:
        """Let things happen as the clock goes, side by side; for ever."""
        while True:
            self._news.clear()
            self._start_due()
            pause = None
            if self._acts:
                pause = max(0.0, (self._acts[0][0] - self.now()).total_seconds())
            try:
                async with asyncio.timeout(pause):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def settle(self) -> None:
        """Wait for what is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def cancel(self) -> None:
        """Drop what is under way and what was to come."""
        self._acts.clear()
        for task in self._tasks:
            task.cancel()

    def _start_due(self) -> None:
        while self._acts and self._acts[0][0] <= self.now():
            _, _, act = heapq.heappop(self._acts)
            task = asyncio.ensure_future(_awaited(act))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def _awaited(act: Act) -> None:
    await act()
