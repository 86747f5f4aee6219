"""Uses counted in Redis: one script a use, each name in a partition of its own choosing."""

from datetime import timedelta

from attrs import define

from hotel_agent.adapters.redis.keys import Keys
from hotel_agent.adapters.redis.servers import Servers
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.quotas import Quota
from hotel_agent.ports.limits import Quotas


@define(eq=False)
class RedisQuotas(Quotas):
    _servers: Servers
    _keys: Keys

    async def use(self, name: str, quota: Quota) -> timedelta:
        tag = self._keys.partition(ConversationId(name))
        wait = await self._servers.write("use", (tag,), name, quota.count, quota.span, quota.grain)
        return timedelta(microseconds=int(wait))
