"""Opens the stores that the settings name. Whoever opens one here closes it with the stack it was given."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.entrypoints.setting_values import PREFIX
from hotel_agent.entrypoints.settings import WEAK, Settings
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.dead_letters import DeadLetters
from hotel_agent.ports.guests import GuestNames
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.journal import Journal
from hotel_agent.ports.limits import Quotas, RateLimiter
from hotel_agent.ports.locks import LockStore, WriterLease
from hotel_agent.ports.observer import Pool
from hotel_agent.ports.outbox import Outbox
from hotel_agent.ports.records import Records
from hotel_agent.ports.retention import Retention
from hotel_agent.ports.wakeups import WakeUps

if TYPE_CHECKING:
    from hotel_agent.adapters.redis.store import RedisStore

_REDIS: Final = ("redis:", "rediss:")
_ACCEPT: Final = f"{PREFIX}REDIS_DURABILITY=weak accepts that; then what was acknowledged may be lost"


@frozen(kw_only=True)
class Store:
    """
    Where everything durable is.

    `leases` belong to the lock store. `retentions`: one for each store that is open and would grow. `wakeups` None: processes
    have no way to wake each other. `weaknesses`: sentences about what these stores may lose that they acknowledged, none unless
    the settings accept it.
    """

    journal: Journal
    records: Records
    locks: LockStore
    leases: WriterLease
    dead_letters: DeadLetters
    retentions: tuple[Retention, ...]
    outbox: Outbox
    guests: GuestNames
    limits: RateLimiter
    quotas: Quotas
    wakeups: WakeUps | None
    pools: Callable[[], tuple[Pool, ...]]
    """Tells how busy the stores' connections are."""
    weaknesses: tuple[str, ...]


async def open_store(stack: AsyncExitStack, settings: Settings, clock: Clock, ids: IdSource) -> Store:
    """
    Open the journal's store, and that of the locks where it is another.

    Raises:
        ConfigurationError: a URL cannot be used, or a Redis may lose what it acknowledges and that is not accepted.
        Unavailable: a store cannot be opened.

    """
    journal = await _open(stack, settings, "JOURNAL_URL", settings.journal, clock, ids)
    locks = journal
    if settings.locks != settings.journal:
        locks = await _open(stack, settings, "LOCKS_URL", settings.locks, clock, ids)
    opened = (journal,) if locks is journal else (journal, locks)
    return Store(
        journal=journal.journal,
        records=journal.journal,
        locks=locks.locks,
        leases=locks.leases,
        dead_letters=journal.dead_letters,
        retentions=tuple(one.retention for one in opened),
        outbox=journal.outbox,
        guests=journal.guests,
        limits=journal.limits,
        quotas=journal.quotas,
        wakeups=journal.wakeups,
        pools=lambda: _named("journal", journal.pools()) + (_named("locks", locks.pools()) if locks is not journal else ()),
        weaknesses=tuple(weakness for one in opened for weakness in getattr(one, "weaknesses", ())),
    )


def _named(store: str, pools: tuple[Pool, ...]) -> tuple[Pool, ...]:
    return tuple(evolve(pool, name=f"{store}_{pool.name}") for pool in pools)


async def _open(
    stack: AsyncExitStack, settings: Settings, name: str, url: str, clock: Clock, ids: IdSource
) -> "MemoryStore | SqlStore | RedisStore":
    if url.startswith("memory:"):
        return MemoryStore.of(clock=clock, ids=ids)
    if not url.startswith(_REDIS):
        return await stack.enter_async_context(open_sql_store(url, clock=clock, ids=ids, namespace=settings.namespace))
    # Loaded where it is used: its driver costs every other start a tenth of a second.
    from hotel_agent.adapters.redis.store import open_redis_store

    opening = open_redis_store(url, clock=clock, ids=ids, namespace=settings.namespace, accept_weak=True)
    redis = await stack.enter_async_context(opening)
    if redis.weaknesses and settings.redis_durability != WEAK:
        raise ConfigurationError([*(f"{PREFIX}{name}: {weakness}" for weakness in redis.weaknesses), _ACCEPT])
    return redis
