"""Breakers that processes share through Redis, each changed by compare-and-set on its version."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from attrs import define, field

from hotel_agent.adapters.redis.keys import Keys, span, text
from hotel_agent.adapters.redis.servers import Servers, open_servers
from hotel_agent.domain.breaker import BreakerState
from hotel_agent.ports.breakers import BreakerStore, SharedBreaker

KEPT_FOR: Final = timedelta(days=1)
"""After that long without a change nothing is known of a breaker: it is closed."""
CALL_SECONDS: Final = 1.0


@define(eq=False)
class RedisBreakers(BreakerStore):
    """A namespace's breakers are under one hash tag. The server is looked for with the first call, and need not be up."""

    _servers: Servers
    _keys: Keys
    _found: bool = field(default=False, init=False)

    async def read(self, parts: Sequence[str]) -> tuple[SharedBreaker, ...]:
        await self._find()
        rows = await self._servers.run("breakers", (self._keys.breakers,), *parts)
        return tuple(_breaker(row) for row in rows)

    async def change(self, part: str, to: SharedBreaker) -> bool:
        await self._find()
        told = (part, to.version, to.state, to.failures, span(to.standing), to.prober, span(to.permit), span(KEPT_FOR))
        written: int = await self._servers.write("change_breaker", (self._keys.breakers,), *told)
        return written == 1

    async def _find(self) -> None:
        if not self._found:
            await self._servers.find_nodes()
            self._found = True


def _breaker(row: Sequence[Any]) -> SharedBreaker:
    if not row:
        return SharedBreaker()
    version, state, failures, standing, prober, permit = (text(cell) for cell in row)
    return SharedBreaker(
        state=BreakerState(state),
        version=int(version),
        failures=int(failures),
        standing=timedelta(microseconds=int(standing)),
        prober=prober,
        permit=timedelta(microseconds=int(permit)),
    )


@asynccontextmanager
async def open_redis_breakers(
    url: str, *, namespace: str, speaker: str, call_s: float = CALL_SECONDS
) -> AsyncIterator[RedisBreakers]:
    """
    Share breakers through the server at *url*, whether or not it is up.

    Raises:
        ConfigurationError: the URL or the namespace cannot be used.

    """
    keys = Keys(namespace)
    async with open_servers(url, limit=call_s, speaker=speaker, at_once=False) as servers:
        yield RedisBreakers(servers, keys)
