from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.outages import Opening, Outage, OutageContract, RestartContract
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.valkey import ValkeyServer

pytestmark = pytest.mark.anyio


class OnServer:
    call_s = 5.0

    @pytest.fixture
    def opening(self, redis_own: ValkeyServer, namespace: str) -> Opening:
        ids = CountingIds()

        def opened() -> AbstractAsyncContextManager[RedisStore]:
            return open_redis_store(redis_own.url, clock=ManualClock(), ids=ids, namespace=namespace, call_s=self.call_s)

        return opened


class TestRedisRestart(OnServer, RestartContract):
    pass


class TestRedisFrozen(OnServer, OutageContract):
    call_s = 1.0

    @pytest.fixture
    def outage(self, redis_own: ValkeyServer) -> Outage:
        @asynccontextmanager
        async def frozen() -> AsyncIterator[None]:
            redis_own.freeze()
            try:
                yield
            finally:
                redis_own.thaw()

        return frozen


class TestRedisKilledAndStartedAgain(OnServer, OutageContract):
    @pytest.fixture
    def outage(self, redis_own: ValkeyServer) -> Outage:
        @asynccontextmanager
        async def gone() -> AsyncIterator[None]:
            redis_own.kill()
            try:
                yield
            finally:
                redis_own.start()

        return gone
