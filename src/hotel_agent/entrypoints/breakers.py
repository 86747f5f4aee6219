"""Breakers shared with other processes, where the settings say through what."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from hotel_agent.application.bell import Bell
from hotel_agent.application.breakers import SharedBreakers
from hotel_agent.application.guarding import Guard
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.entrypoints.setting_values import PREFIX
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.observer import Observer

Share = Callable[[Guard], Guard]


async def open_breakers(
    stack: AsyncExitStack, settings: Settings, clock: Clock, ids: IdSource, observer: Observer, bell: Bell
) -> tuple[Share, tuple[SharedBreakers, ...]]:
    """
    Open what the settings say of it; return what shares a guard's breaker, and what keeps those in step that are shared.

    The store need not be up.

    Raises:
        ConfigurationError: the URL cannot be used.

    """
    if settings.breakers_url is None:
        return (lambda guard: guard), ()
    # Loaded where it is used: its driver costs every other start a tenth of a second.
    from hotel_agent.adapters.redis.breakers import open_redis_breakers

    name = f"p-{ids.draw()}"
    opening = open_redis_breakers(settings.breakers_url, namespace=settings.namespace, speaker=name)
    try:
        store = await stack.enter_async_context(opening)
    except ConfigurationError as exc:
        expected = "expected redis:// or rediss://, with options the driver knows, and a namespace that Redis takes"
        raise ConfigurationError([f"{PREFIX}BREAKERS_URL: {expected}"]) from exc
    breakers = SharedBreakers(store, clock, observer, bell, name)
    return breakers.share, (breakers,)
