"""Guests' names and shared paces in Redis: each in a partition of its own choosing."""

from datetime import timedelta

from attrs import define

from hotel_agent.adapters.redis.keys import Keys, raw, span, text
from hotel_agent.adapters.redis.servers import Servers
from hotel_agent.domain.delivery import Pace
from hotel_agent.domain.ids import ConversationId
from hotel_agent.ports.guests import GuestNames
from hotel_agent.ports.limits import RateLimiter


@define(eq=False)
class RedisGuestNames(GuestNames):
    _servers: Servers
    _keys: Keys

    async def known(self, name: str) -> ConversationId | None:
        tag = self._tag(name)
        found = await self._servers.read(tag, b"GET", tag + raw(f":name:{name}"))
        return None if found is None else ConversationId(text(found))

    async def give(
        self, name: str, conversation: ConversationId, *, instead_of: ConversationId | None = None
    ) -> ConversationId:
        given = await self._servers.run("give_name", (self._tag(name),), name, conversation, instead_of or "")
        return ConversationId(text(given))

    def _tag(self, name: str) -> bytes:
        return self._keys.partition(ConversationId(name))


@define(eq=False)
class RedisRateLimiter(RateLimiter):
    _servers: Servers
    _keys: Keys

    async def reserve(self, name: str, pace: Pace, patience: timedelta) -> timedelta:
        tag = self._keys.partition(ConversationId(name))
        wait = await self._servers.write("reserve", (tag,), name, span(pace.every), pace.burst, span(patience))
        return timedelta(microseconds=int(wait))
