from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
import pytest
import sqlalchemy as sa
from redis import Redis
from sqlalchemy.ext.asyncio import create_async_engine

from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.application.bell import INBOX, Bell
from hotel_agent.application.waking import Waking
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.contracts.wakeups import WakeUpsContract
from hotel_agent.testing.examples import message

pytestmark = pytest.mark.anyio


class TestPostgresWakeUps(WakeUpsContract):
    @pytest.fixture
    def two(self, postgres_url: str, namespace: str) -> AbstractAsyncContextManager[tuple[SqlStore, SqlStore]]:
        def opened() -> AbstractAsyncContextManager[SqlStore]:
            return open_sql_store(postgres_url, clock=ManualClock(), ids=SystemIds(), namespace=namespace, call_s=PATIENCE_S)

        @asynccontextmanager
        async def both() -> AsyncIterator[tuple[SqlStore, SqlStore]]:
            async with opened() as here, opened() as there:
                yield here, there

        return both()

    async def test_it_listens_again_after_its_connection_was_cut(
        self, two: AbstractAsyncContextManager[tuple[SqlStore, SqlStore]], postgres_url: str
    ) -> None:
        async with two as (here, there), self.listening(here, there) as ears:
            engine = create_async_engine(sa.make_url(postgres_url).set(drivername="postgresql+asyncpg"))
            async with engine.connect() as connection:
                cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                assert (await connection.execute(sa.text(cut))).scalar() == 1
            await engine.dispose()
            with anyio.fail_after(60):
                n = 0
                while "inbox" not in ears.heard:
                    n += 1
                    await there.journal.append(message(f"again-{n}"))
                    await anyio.sleep(0.05)

    async def test_the_bell_rings_for_what_others_append_until_drained(
        self, two: AbstractAsyncContextManager[tuple[SqlStore, SqlStore]]
    ) -> None:
        bell, draining = Bell(), anyio.Event()
        async with two as (here, there):
            assert here.wakeups
            with anyio.fail_after(60):
                async with anyio.create_task_group() as group:
                    group.start_soon(Waking(here.wakeups, bell).run, draining)
                    rung, n = bell.listen(INBOX), 0
                    while not rung.is_set():
                        n += 1
                        await there.journal.append(message(f"knock-{n}"))
                        await anyio.sleep(0.02)
                    draining.set()


class TestRedisWakeUps(WakeUpsContract):
    @pytest.fixture
    def two(self, redis_url: str, namespace: str) -> AbstractAsyncContextManager[tuple[RedisStore, RedisStore]]:
        def opened() -> AbstractAsyncContextManager[RedisStore]:
            return open_redis_store(redis_url, clock=ManualClock(), ids=SystemIds(), namespace=namespace, call_s=PATIENCE_S)

        @asynccontextmanager
        async def both() -> AsyncIterator[tuple[RedisStore, RedisStore]]:
            async with opened() as here, opened() as there:
                yield here, there

        return both()

    async def test_it_listens_again_after_its_connection_was_cut(
        self, two: AbstractAsyncContextManager[tuple[RedisStore, RedisStore]], redis_url: str
    ) -> None:
        async with two as (here, there), self.listening(here, there) as ears:
            with Redis.from_url(redis_url) as redis:
                assert redis.client_kill_filter(_type="pubsub") == 1
            with anyio.fail_after(60):
                n = 0
                while "inbox" not in ears.heard:
                    n += 1
                    await there.journal.append(message(f"again-{n}"))
                    await anyio.sleep(0.05)
