"""
Postgres's LISTEN/NOTIFY between the processes on one store.

Every transaction that wrote something others wait for says so with its commit, in one statement for all calls that share it.
The channel carries the namespace's name; what is said begins with who says it, so that nobody is woken by itself.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

import anyio
import sqlalchemy as sa
from attrs import define, frozen
from sqlalchemy.pool import NullPool

from hotel_agent.ports.wakeups import WakeUps

_PULSE_SECONDS: Final = 15.0
"""How often the connection is tried, because one that is cut in silence looks like one on which nothing happens."""
_ANSWER_SECONDS: Final = 5.0
_LONGEST_PAUSE: Final = 2.0
_GAP: Final = "\n"
_LONGEST: Final = 7_000
"""Bytes of subjects in one sentence; the server takes 8,000."""


@frozen
class Voice:
    """What one store object says to the others of its namespace, and as whom."""

    channel: str
    speaker: str

    def says(self, subjects: Iterable[str]) -> list[str]:
        """Put *subjects* into as few sentences as the server takes: whoever hears its own understands nothing else of it."""
        sentences, words, room = [], [self.speaker], _LONGEST
        for subject in sorted(subjects):
            room -= len(subject.encode("utf-8", "replace")) + 1
            if room < 0 and words[1:]:
                sentences.append(_GAP.join(words))
                words, room = [self.speaker], _LONGEST - len(subject.encode("utf-8", "replace")) - 1
            words.append(subject)
        return [*sentences, _GAP.join(words)] if words[1:] else sentences

    def hears(self, said: str) -> list[str]:
        """Return the subjects that somebody else spoke of."""
        if said.startswith(self.speaker + _GAP):
            return []
        return said.split(_GAP)[1:]


@define(eq=False)
class PostgresWakeUps(WakeUps):
    _url: sa.URL
    _voice: Voice

    async def listen(self, ring: Callable[[str], None]) -> None:
        # Loaded here because it brings the whole mapper along.
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(self._url, poolclass=NullPool)
        failures = 0
        while True:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    connection = await engine.connect()
                failures = 0
                try:
                    driver: Any = (await connection.get_raw_connection()).driver_connection
                    await self._hear(driver, ring)
                finally:
                    with anyio.move_on_after(_ANSWER_SECONDS, shield=True):
                        await connection.invalidate()
                        await connection.close()
            except Exception:  # noqa: BLE001  # whatever the driver meets, those who wait look by themselves until it is over
                failures += 1
                await anyio.sleep(min(0.1 * 2 ** min(failures, 10), _LONGEST_PAUSE))

    async def _hear(self, driver: Any, ring: Callable[[str], None]) -> None:
        """Pass on what is heard until the connection is lost."""
        lost = anyio.Event()

        def heard(*said: Any) -> None:
            for subject in self._voice.hears(said[-1]):
                ring(subject)

        driver.add_termination_listener(lambda _: lost.set())
        async with asyncio.timeout(_ANSWER_SECONDS):
            await driver.add_listener(self._voice.channel, heard)
        while not lost.is_set():
            with anyio.move_on_after(_PULSE_SECONDS):
                await lost.wait()
            if not lost.is_set():
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await driver.execute("SELECT 1")
