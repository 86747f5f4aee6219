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


@define
class Bell:
    """Rings by subject. Waiting has a limit, because another process may have done what is waited for."""

    _events: dict[Hashable, anyio.Event] = field(factory=lambda: defaultdict(anyio.Event), init=False)

    def ring(self, subject: Hashable) -> None:
        """Wake everybody who waits for *subject*."""
        if event := self._events.pop(subject, None):
            event.set()

    def listen(self, subject: Hashable) -> anyio.Event:
        """Return what the next ring will set: take it before looking, so that no ring in between is missed."""
        return self._events[subject]

    async def wait(self, event: anyio.Event, seconds: float) -> None:
        """Return at the ring or after *seconds*."""
        with anyio.move_on_after(seconds):
            await event.wait()

    def forget(self, subject: Hashable) -> None:
        """Drop a subject nobody waits for any more; somebody who still does looks again by itself."""
        self._events.pop(subject, None)
