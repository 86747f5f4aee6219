"""Wakes tasks of this process when something they wait for may have come; whoever misses a ring looks again by itself."""

from collections import defaultdict
from collections.abc import Hashable

import anyio
from attrs import define, field

INBOX = "inbox"
"""Subject: an event is waiting."""
JOBS = "jobs"
"""Subject: a job is waiting."""
OUTBOX = "outbox"
"""Subject: something is to be sent."""


@define(eq=False)
class Ring:
    """What the next ring of a subject sets. `news`: what whoever rang had to say, None where one has to look."""

    news: object = field(default=None, init=False)
    _event: anyio.Event = field(factory=anyio.Event, init=False)

    def is_set(self) -> bool:
        return self._event.is_set()

    def set(self, news: object = None) -> None:
        self.news = news
        self._event.set()

    async def wait(self) -> None:
        await self._event.wait()


@define
class Bell:
    """Rings by subject. Waiting has a limit, because another process may have done what is waited for."""

    _rings: dict[Hashable, Ring] = field(factory=lambda: defaultdict(Ring), init=False)

    def ring(self, subject: Hashable, news: object = None) -> None:
        """Wake everybody who waits for *subject*, with what is written by now if that is known."""
        if ring := self._rings.pop(subject, None):
            ring.set(news)

    def listen(self, subject: Hashable) -> Ring:
        """Return what the next ring will set: take it before looking, so that no ring in between is missed."""
        return self._rings[subject]

    async def wait(self, ring: Ring, seconds: float) -> None:
        """Return at the ring or after *seconds*."""
        with anyio.CancelScope(deadline=anyio.current_time() + seconds):
            await ring.wait()

    def forget(self, subject: Hashable) -> None:
        """Drop a subject nobody waits for any more; somebody who still does looks again by itself."""
        self._rings.pop(subject, None)
