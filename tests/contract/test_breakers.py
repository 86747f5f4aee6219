from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from hotel_agent.adapters.memory.breakers import MemoryBreakers
from hotel_agent.adapters.redis.breakers import RedisBreakers, open_redis_breakers
from hotel_agent.adapters.redis.keys import span
from hotel_agent.application.breakers import SharedBreakers
from hotel_agent.domain.errors import BreakerOpen, ConfigurationError, Unavailable
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import Installation, open_installation
from hotel_agent.ports.breakers import SharedBreaker
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.breakers import PART, BreakerStoreContract
from hotel_agent.testing.contracts.passing_time import ByHand, PassTime

pytestmark = pytest.mark.anyio


class TestMemoryBreakers(ByHand, BreakerStoreContract):
    @pytest.fixture
    def store(self, clock: ManualClock) -> MemoryBreakers:
        return MemoryBreakers(clock)

    @pytest.fixture
    def other(self, store: MemoryBreakers) -> MemoryBreakers:
        return store


class TestRedisBreakers(BreakerStoreContract):
    @pytest.fixture
    async def store(self, redis_url: str, namespace: str) -> AsyncIterator[RedisBreakers]:
        async with open_redis_breakers(redis_url, namespace=namespace, speaker="a", call_s=20) as opened:
            yield opened

    @pytest.fixture
    async def other(self, redis_url: str, namespace: str) -> AsyncIterator[RedisBreakers]:
        """Have another process's: a connection of its own."""
        async with open_redis_breakers(redis_url, namespace=namespace, speaker="b", call_s=20) as opened:
            yield opened

    @pytest.fixture
    def pass_time(self, store: RedisBreakers) -> PassTime:
        """Move what is written back instead of waiting: the server only ever takes differences to its clock."""
        key = store._keys.breakers + b":breaker:" + PART.encode()

        async def move_back(by: timedelta) -> None:
            for instant in (b"since", b"ends"):
                await store._servers.read(store._keys.breakers, b"HINCRBY", key, instant, b"%d" % -span(by))

        return move_back


async def test_namespaces_do_not_hear_of_each_other(redis_url: str, namespace: str) -> None:
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(open_redis_breakers(redis_url, namespace=name, speaker="a", call_s=20))
            for name in (namespace, f"{namespace}_too")
        ]
        assert await one.change(PART, SharedBreaker(version=1, failures=3))
        assert [breaker.version for breaker in (*await one.read((PART,)), *await other.read((PART,)))] == [1, 0]


async def test_a_server_that_is_down_is_no_reason_not_to_open() -> None:
    async with open_redis_breakers("redis://127.0.0.1:1/0", namespace="here", speaker="a") as breakers:
        with pytest.raises(Unavailable):
            await breakers.read((PART,))


async def test_an_address_that_means_nothing_is_told() -> None:
    with pytest.raises(ConfigurationError):
        async with open_redis_breakers("redis://127.0.0.1:port/0", namespace="here", speaker="a"):
            pass


async def test_two_installations_share_the_breaker_of_a_hotels_pms(redis_url: str, namespace: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        found: list[tuple[Installation, SharedBreakers]] = []
        for name in ("a", "b"):
            settings = Settings(
                data_dir=tmp_path / name,
                journal_url="memory://",
                breakers_url=redis_url,
                namespace=namespace,
                pms_url="http://127.0.0.1:9",
                pms_key="key-of-a-pms",
            )
            opened = await stack.enter_async_context(open_installation(settings, {}))
            (sharing,) = (chore for chore in opened.listening if isinstance(chore, SharedBreakers))
            found.append((opened, sharing))
        (one, ones), (other, others) = found
        pms = one.application.pms(one.application.default_tenant)
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(_fail, pms)
        await ones.refresh()
        await others.refresh()
        with pytest.raises(BreakerOpen):
            await other.application.pms(other.application.default_tenant).room_types()


async def _fail(pms: PropertySystem) -> None:
    with pytest.raises(Unavailable):
        await pms.room_types()
