from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from attrs import frozen

from hotel_agent.adapters.redis.checks import weaknesses
from hotel_agent.adapters.redis.dead_letters import RedisDeadLetters
from hotel_agent.adapters.redis.guests import RedisGuestNames, RedisRateLimiter
from hotel_agent.adapters.redis.journal import RedisJournal
from hotel_agent.adapters.redis.keys import Keys
from hotel_agent.adapters.redis.locks import RedisLeases, RedisLocks
from hotel_agent.adapters.redis.outbox import RedisOutbox
from hotel_agent.adapters.redis.queues import Queue
from hotel_agent.adapters.redis.quotas import RedisQuotas
from hotel_agent.adapters.redis.retention import RedisRetention
from hotel_agent.adapters.redis.servers import open_servers
from hotel_agent.adapters.redis.wakeups import RedisWakeUps
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.observer import Pool

NAMESPACE: Final = "hotel_agent"
CALL_SECONDS: Final = 5.0
TRAIL_FOR: Final = timedelta(days=400)
"""How far back the trail of the locks goes at most; retention may keep less."""


@frozen(kw_only=True)
class RedisStore:
    """
    Journal (with its records), locks and writer leases on one server or cluster, and the ports for what is beside them.

    `weaknesses` names the settings under which the server may lose what it has acknowledged: none, unless that was accepted.
    """

    journal: RedisJournal
    locks: RedisLocks
    leases: RedisLeases
    dead_letters: RedisDeadLetters
    retention: RedisRetention
    outbox: RedisOutbox
    guests: RedisGuestNames
    limits: RedisRateLimiter
    quotas: RedisQuotas
    pools: Callable[[], tuple[Pool, ...]]
    """Tells how busy its connections are."""
    wakeups: RedisWakeUps
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
    async with open_servers(url, limit=call_s, speaker=ids.draw()) as servers:
        found = await weaknesses(servers)
        if found and not accept_weak:
            raise ConfigurationError([f"JOURNAL_URL: {problem}" for problem in found])
        locks = RedisLocks(servers, keys, ids, TRAIL_FOR)
        yield RedisStore(
            journal=RedisJournal(
                servers, keys, Queue(servers, keys, "claim", "peek"), Queue(servers, keys, "claim_jobs", "peek_jobs")
            ),
            locks=locks,
            leases=RedisLeases(servers, keys),
            dead_letters=RedisDeadLetters(servers, keys),
            retention=RedisRetention(servers, keys, locks),
            outbox=RedisOutbox(servers, keys, Queue(servers, keys, "claim_outbox", "peek_outbox")),
            guests=RedisGuestNames(servers, keys),
            limits=RedisRateLimiter(servers, keys),
            quotas=RedisQuotas(servers, keys),
            pools=servers.pools,
            wakeups=RedisWakeUps(servers, keys),
            weaknesses=found,
        )
