import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
import sqlalchemy as sa

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.adapters.sql.quotas import PostgresQuotas, SqliteQuotas
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.application.limiting import Limiter
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.quotas import Quota
from hotel_agent.ports.limits import Quotas
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.passing_time import ByHand, ByTheServer
from hotel_agent.testing.contracts.quotas import FREE, LONG, QuotasContract
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.postgres import PostgresServer
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

CONTENDER = Path(__file__).with_name("quota_contender.py")


class ToTheInstant(ByHand):
    """What can be said to the instant, where time passes by hand."""

    async def test_refused_uses_do_not_count(self, quotas: Quotas, clock: ManualClock) -> None:
        for _ in range(100):
            await quotas.use("n", Quota(3, timedelta(seconds=10)))
            clock.advance(timedelta(milliseconds=100))
        assert await quotas.use("n", Quota(3, timedelta(seconds=10))) == FREE

    async def test_uses_are_counted_at_their_instants(self, quotas: Quotas, clock: ManualClock) -> None:
        waits = []
        for pause in (0, 4, 1, 1, 4, 0, 4):
            clock.advance(timedelta(seconds=pause))
            waits.append((await quotas.use("n", Quota(3, timedelta(seconds=10)))).total_seconds())
        assert waits == [0, 0, 0, 4, 0, 4, 0]

    async def test_clock_that_is_set_back_locks_nobody_out(self, quotas: Quotas, clock: ManualClock) -> None:
        for _ in range(3):
            await quotas.use("n", Quota(3, timedelta(seconds=10)))
        clock._now -= timedelta(hours=1)
        assert await quotas.use("n", Quota(3, timedelta(seconds=10))) == FREE


class TestMemoryQuotas(ToTheInstant, QuotasContract):
    @pytest.fixture
    def quotas(self, memory_store: MemoryStore) -> Quotas:
        return memory_store.quotas

    @pytest.fixture
    def elsewhere(self, memory_store: MemoryStore) -> Quotas:
        """Return the same: there is only one process."""
        return memory_store.quotas


class TestSqliteQuotas(ToTheInstant, QuotasContract):
    @pytest.fixture
    def quotas(self, sqlite_store: SqlStore) -> Quotas:
        return sqlite_store.quotas

    @pytest.fixture
    async def elsewhere(self, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Quotas]:
        async with open_sql_store(f"sqlite:///{tmp_path}/store.db", clock=clock, ids=CountingIds()) as opened:
            yield opened.quotas


class TestPostgresQuotas(ByTheServer, QuotasContract):
    @pytest.fixture
    def quotas(self, postgres_store: SqlStore) -> Quotas:
        return postgres_store.quotas

    @pytest.fixture
    async def elsewhere(self, postgres_url: str, namespace: str) -> AsyncIterator[Quotas]:
        async with open_sql_store(postgres_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace) as opened:
            yield opened.quotas


class TestRedisQuotas(ByTheServer, QuotasContract):
    @pytest.fixture
    def quotas(self, redis_store: RedisStore) -> Quotas:
        return redis_store.quotas

    @pytest.fixture
    async def elsewhere(self, redis_url: str, namespace: str) -> AsyncIterator[Quotas]:
        async with open_redis_store(redis_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace) as opened:
            yield opened.quotas


def test_real_processes_on_one_file_are_granted_exactly_the_quota(tmp_path: Path) -> None:
    command = [sys.executable, str(CONTENDER), f"sqlite:///{tmp_path}/journal.db", "hotel_agent", "150", "100"]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        answers = []
        for process in processes:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        answers = [process.communicate(timeout=60)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert sum(map(int, answers)) == 150


async def test_file_that_cannot_be_opened_is_unavailable(tmp_path: Path, clock: ManualClock) -> None:
    quotas = SqliteQuotas(tmp_path, clock, 1.0, "quotas")
    with pytest.raises(Unavailable):
        await quotas.use("n", Quota(1, LONG))


async def test_file_that_somebody_keeps_shut_is_unavailable_and_usable_after(tmp_path: Path, clock: ManualClock) -> None:
    file = tmp_path / "q"
    quotas = SqliteQuotas(file, clock, 0.05, "quotas")
    await quotas.use("n", Quota(2, LONG))
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            await quotas.use("n", Quota(2, LONG))
        other.execute("ROLLBACK")
    other.close()
    assert [await quotas.use("n", Quota(2, LONG)) == FREE for _ in range(2)] == [True, False]
    await quotas.stop()


async def test_damaged_file_is_begun_anew(tmp_path: Path, clock: ManualClock) -> None:
    file = tmp_path / "q"
    file.write_bytes(b"not a database at all" * 100)
    quotas = SqliteQuotas(file, clock, 1.0, "quotas")
    with pytest.raises(Unavailable):
        await quotas.use("n", Quota(1, LONG))
    assert await quotas.use("n", Quota(1, LONG)) == FREE
    await quotas.stop()


async def test_what_says_nothing_any_more_is_removed(tmp_path: Path, clock: ManualClock) -> None:
    quotas = SqliteQuotas(tmp_path / "q", clock, 1.0, "quotas")
    for number in range(300):
        await quotas.use(f"{number:03}", Quota(1, timedelta(seconds=1)))
        clock.advance(timedelta(seconds=1))
    for _ in range(64 * 4):
        await quotas.use("x", Quota(1, LONG))
    await quotas.stop()
    with sqlite3.connect(tmp_path / "q") as file:
        assert file.execute("SELECT count(*) FROM quotas").fetchone()[0] < 10
    file.close()


async def test_postgres_that_is_not_there_is_unavailable() -> None:
    quotas = PostgresQuotas(sa.make_url("postgresql+asyncpg://nobody@127.0.0.1:1/none"), 20.0, '"x"."quotas"')
    with pytest.raises(Unavailable):
        await quotas.use("n", Quota(1, LONG))


async def test_postgres_that_falls_silent_holds_nobody_up_and_counts_again_after(
    postgres_own: PostgresServer, namespace: str
) -> None:
    clock, witness = ManualClock(), Witness()
    async with open_sql_store(postgres_own.url, clock=clock, ids=CountingIds(), namespace=namespace) as opened:
        limiter = Limiter(opened.quotas, clock, witness, patience_s=0.5)
        await limiter.count("caller", ("ana",), Quota(3, LONG))
        postgres_own.freeze()
        try:
            with anyio.fail_after(20):
                assert await limiter.count("caller", ("ana",), Quota(3, LONG)) == FREE
        finally:
            postgres_own.thaw()
        with anyio.fail_after(20):
            while ("quotas", "use", "unavailable") in witness.calls:
                witness.calls.clear()
                clock.advance(timedelta(seconds=5))
                await limiter.count("caller", ("ana",), Quota(50, LONG))
