"""
Those who wait for news of their conversation: a bounded number of sleeping tasks, holding no worker and no store connection.

A ring of the bell wakes whoever listens in this process, and wake-ups of the store ring it for what other processes write. A
ring may be lost, so everybody looks again by itself too: soon after something was said, ever less often while nothing is.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

import anyio
from attrs import define, field

from hotel_agent.application.bell import Bell, Ring
from hotel_agent.domain.errors import PortError
from hotel_agent.domain.ids import ConversationId
from hotel_agent.entrypoints.http.wire import ChatEvent, dump
from hotel_agent.ports.records import Line, Records

PAGE: Final = 200
_MOST: Final = 1000
_MOST_OF_ONE: Final = 8
"""Streams of one visitor: as many tabs."""
_SOON_S: Final = 0.5
_LATER_S: Final = 3.0
_SLOWER: Final = 1.5
_BEAT_S: Final = 15.0
_LONGEST_S: Final = 600.0
"""A stream ends by itself then, so that visitors spread anew over processes and none lives for ever on a busy one."""
_AFTER_TROUBLE_S: Final = 5


class Told(Protocol):
    """Says a line, or the name of an event, in the words of the wire."""

    def __call__(self, event: Line | str, retry_s: int | None) -> ChatEvent: ...


@define
class Listeners:
    """Waits for news with whoever asks; `closing` ends every wait."""

    _records: Records
    _bell: Bell
    _closing: anyio.Event
    _most: int = _MOST
    _most_of_one: int = _MOST_OF_ONE
    _beat_s: float = _BEAT_S
    _longest_s: float = _LONGEST_S
    _of: Counter[ConversationId] = field(factory=Counter, init=False)
    _count: int = field(default=0, init=False)

    def has_room(self, conversation: ConversationId) -> bool:
        """Tell whether one more may listen to *conversation*."""
        return self._count < self._most and self._of[conversation] < self._most_of_one

    async def news(self, conversation: ConversationId, after: int, wait: float) -> tuple[Line, ...]:
        """
        Return what was said after a position; wait up to *wait* seconds for it, unless too many do or the process drains.

        One line more than a page tells that there are others.
        """
        deadline = anyio.current_time() + (wait if self.has_room(conversation) else 0)
        pause = _SOON_S
        with self._listening(conversation):
            while True:
                ring = self._bell.listen(conversation)
                lines = await self._records.transcript(conversation, after, PAGE + 1)
                left = deadline - anyio.current_time()
                if lines or left <= 0 or self._closing.is_set():
                    return lines
                await self._either(ring, min(left, pause))
                pause = min(_LATER_S, pause * _SLOWER)

    async def stream(self, conversation: ConversationId, after: int, told: Told) -> AsyncGenerator[bytes, None]:
        """Say what was said after a position, then what is said from now on, one event a line, until a `bye`."""
        with self._listening(conversation):
            ends_at = anyio.current_time() + self._longest_s
            position, ready, pause, silent_since = after, False, _SOON_S, anyio.current_time()
            while True:
                ring = self._bell.listen(conversation)
                try:
                    lines = await self._records.transcript(conversation, position, PAGE)
                except PortError:
                    yield _row(told("bye", _AFTER_TROUBLE_S))
                    return
                for line in lines:
                    position = line.position
                    yield _row(told(line, None))
                if len(lines) == PAGE:
                    continue
                if not ready:
                    ready = True
                    yield _row(told("ready", None))
                now = anyio.current_time()
                if self._closing.is_set() or now >= ends_at:
                    yield _row(told("bye", 0))
                    return
                if lines:
                    pause, silent_since = _SOON_S, now
                elif now - silent_since >= self._beat_s:
                    silent_since = now
                    yield _row(told("beat", None))
                await self._either(ring, min(pause, self._beat_s, max(0.0, ends_at - now)))
                pause = min(_LATER_S, pause * _SLOWER)

    @contextmanager
    def _listening(self, conversation: ConversationId) -> Iterator[None]:
        self._count += 1
        self._of[conversation] += 1
        try:
            yield
        finally:
            self._count -= 1
            self._of[conversation] -= 1
            if not self._of[conversation]:
                del self._of[conversation]
                self._bell.forget(conversation)

    async def _either(self, ring: Ring, seconds: float) -> None:
        """Return at the ring, when the process drains, or after *seconds*."""
        with anyio.move_on_after(seconds):
            async with anyio.create_task_group() as either:

                async def await_one(event: anyio.Event | Ring) -> None:
                    await event.wait()
                    either.cancel_scope.cancel()

                either.start_soon(await_one, ring)
                either.start_soon(await_one, self._closing)


def _row(event: ChatEvent) -> bytes:
    return dump(event) + b"\n"
