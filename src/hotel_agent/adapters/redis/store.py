from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from attrs import frozen

from hotel_agent.adapters.redis.checks import weaknesses
from hotel_agent.adapters.redis.journal import RedisJournal
from hotel_agent.adapters.redis.keys import Keys
from hotel_agent.adapters.redis.locks import RedisLeases, RedisLocks
from hotel_agent.adapters.redis.servers import open_servers
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource

NAMESPACE: Final = "hotel_agent"
CALL_SECONDS: Final = 5.0
KNOWN_FOR: Final = timedelta(days=9)
"""How long a message is recognised when it comes again: channels repeat for 7 days, and 8 are promised."""
TRAIL_FOR: Final = timedelta(days=400)


@frozen(kw_only=True)
class RedisStore:
    """
    Journal (with its records), locks and writer leases on one server or cluster.

    `weaknesses` names the settings under which the server may lose what it has acknowledged: none, unless that was accepted.
    """

    journal: RedisJournal
    locks: RedisLocks
    leases: RedisLeases
    weaknesses: tuple[str, ...]


@asynccontextmanager
async def open_redis_store(
    url: str,
    *,
    clock: Clock,  # noqa: ARG001  # stores are opened alike; here the server's clock counts
    ids: IdSource,
    namespace: str = NAMESPACE,
    call_s: float = CALL_SECONDS,
    accept_weak: bool = False,
) -> AsyncIterator[RedisStore]:
    """
    Open the store at *url* (`redis://`, `rediss://`, `unix://`) and close it at the end.

    Any node of a cluster leads to all of it. *call_s* is how long a call takes at most. *accept_weak* opens it even where the
    server may lose what it acknowledged. It belongs to the event loop it is opened in.

    Raises:
        ConfigurationError: the URL or the namespace cannot be used, or the server is not set up to keep what it is told.
        Unavailable: the server does not answer.

    """
    keys = Keys(namespace)
    async with open_servers(url, limit=call_s) as servers:
        found = await weaknesses(servers)
        if found and not accept_weak:
            raise ConfigurationError([f"JOURNAL_URL: {problem}" for problem in found])
        yield RedisStore(
            journal=RedisJournal(servers, keys, KNOWN_FOR),
            locks=RedisLocks(servers, keys, ids, TRAIL_FOR),
            leases=RedisLeases(servers, keys),
            weaknesses=found,
        )
