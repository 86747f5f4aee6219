"""What is over and old, removed from Redis, a small script at a time."""

from datetime import timedelta

from attrs import define

from hotel_agent.adapters.redis.keys import Keys, span
from hotel_agent.adapters.redis.locks import RedisLocks
from hotel_agent.adapters.redis.servers import Servers
from hotel_agent.ports.retention import Remains, Retention, check_age


@define(eq=False)
class RedisRetention(Retention):
    """The oldest go first within a partition; partitions are gone through one after the other."""

    _servers: Servers
    _keys: Keys
    _locks: RedisLocks

    async def purge(self, remains: Remains, age: timedelta, limit: int) -> int:
        check_age(age)
        if remains is Remains.LOCK_TRAIL:
            return await self._locks.purge_trail(age, limit)
        gone = 0
        for group in self._servers.groups(self._keys.partitions()):
            if gone < limit:
                gone += await self._servers.write("purge", group, remains.value, span(age), limit - gone)
        return gone
