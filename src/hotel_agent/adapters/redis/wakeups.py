"""
Redis's publish/subscribe between the processes on one store.

The scripts that write what others wait for say so themselves, on a channel with the namespace's name; what is said begins with
who says it, so that nobody is woken by itself. A cluster passes it on to all of its nodes.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Final

import anyio
from attrs import define
from redis.asyncio.connection import AbstractConnection

from hotel_agent.adapters.redis.errors import DOWN
from hotel_agent.adapters.redis.keys import Keys
from hotel_agent.adapters.redis.servers import Servers
from hotel_agent.ports.wakeups import WakeUps

_PULSE_SECONDS: Final = 15.0
"""How often the connection is tried, because one that is cut in silence looks like one on which nothing happens."""
_ANSWER_SECONDS: Final = 5.0
_LONGEST_PAUSE: Final = 2.0
_MESSAGE: Final = b"message"


@define(eq=False)
class RedisWakeUps(WakeUps):
    """Listens on a connection of its own, of a cluster to one node after the other until one answers."""

    _servers: Servers
    _keys: Keys

    async def listen(self, ring: Callable[[str], None]) -> None:
        failures = 0
        for turn in count():
            nodes = self._servers.addresses()
            connection = self._servers.connection(nodes[turn % len(nodes)])
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await connection.connect()  # type: ignore[no-untyped-call]  # the driver's own
                    await connection.send_command("SUBSCRIBE", self._keys.channel)
                    await connection.read_response(disconnect_on_error=False)
                failures = 0
                await self._hear(connection, ring)
            except Exception:  # noqa: BLE001  # whatever the driver meets, those who wait look by themselves until it is over
                failures += 1
            finally:
                with suppress(*DOWN):
                    await connection.disconnect(nowait=True)
            await anyio.sleep(min(0.1 * 2 ** min(failures, 10), _LONGEST_PAUSE))

    async def _hear(self, connection: AbstractConnection, ring: Callable[[str], None]) -> None:
        """
        Pass on what is heard until the connection is lost.

        Raises:
            Exception: it is.

        """
        asked = False
        while True:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS if asked else _PULSE_SECONDS):
                    kind, *_, said = await connection.read_response(disconnect_on_error=False)
            except TimeoutError:
                if asked:
                    raise
                asked = True
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await connection.send_command("PING")
                continue
            asked = False
            if kind == _MESSAGE and (subject := self._subject(said)):
                ring(subject)

    def _subject(self, said: bytes) -> str | None:
        """Return the subject that somebody else spoke of."""
        speaker, _, subject = said.partition(b" ")
        return subject.decode("utf-8", "surrogatepass") if speaker != self._servers.speaker else None
