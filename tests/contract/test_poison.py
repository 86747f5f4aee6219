"""A message that no turn can handle, on every store: tried again, set aside, told of honestly, and what follows goes on."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from hotel_agent.adapters.memory.pms import MemoryPropertySystem
from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.adapters.redis.store import open_redis_store
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.application.bell import INBOX, Bell
from hotel_agent.application.conversations import MAX_TRIES, Conversations
from hotel_agent.application.intake import Incoming, Intake, Taken, conversation_of
from hotel_agent.application.jobs import BookingJobs
from hotel_agent.application.worker import Worker
from hotel_agent.application.world import World
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.replies import Note
from hotel_agent.domain.turns import AuditAct, Status
from hotel_agent.domain.understanding import Language, Listening, Understanding
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.clocks import PATIENCE_S
from hotel_agent.testing.contracts.outages import WholeStore
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.stage import HOTEL, SOL, Hotels, small_house
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

POISON = "veneno"
_PATIENCE_S = 60


class Choking(Understander):
    """Trips over one word, always."""

    def __init__(self) -> None:
        self.choked = 0
        self._local = LocalUnderstander.load()

    async def understand(self, text: str, listening: Listening) -> Understanding:
        if text == POISON:
            self.choked += 1
            raise ZeroDivisionError
        return await self._local.understand(text, listening)


class House:
    """The conversations of one store and a worker that handles them."""

    def __init__(self, store: WholeStore) -> None:
        clock, ids, bell = SystemClock(), SystemIds(), Bell()
        self.bell, self.store, self.choking, self.witness = bell, store, Choking(), Witness()
        systems: dict[TenantId, PropertySystem] = {SOL: MemoryPropertySystem(small_house(), clock, HOTEL.timezone)}
        pms_of = systems.__getitem__
        world = World(pms_of, store.locks, clock, self.witness)
        journal = store.journal
        conversations = Conversations(
            journal, journal, Hotels({SOL: HOTEL}), self.choking, FluentRenderer(), world, clock, self.witness, bell
        )
        jobs = BookingJobs(pms_of, world, store.locks, store.leases, clock, ids, journal)
        self.intake = Intake(journal, clock, ids, self.witness, bell)
        self.worker = Worker(journal, conversations, jobs, clock, ids, self.witness, bell, "w")

    async def say(self, text: str) -> Taken:
        return await self.intake.take(
            Incoming(tenant=SOL, channel=Channel.API, account="key", sender="ana", text=text, message_id=text)
        )

    async def work(self) -> None:
        """Let the worker run until nothing waits any more."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.worker.run)
            with anyio.fail_after(_PATIENCE_S):
                while (await self.store.journal.depth()).events:
                    ring = self.bell.listen(INBOX)
                    await self.bell.wait(ring, 0.1)
            self.worker.drain()

    async def heard(self) -> list[str]:
        who = conversation_of(Incoming(tenant=SOL, channel=Channel.API, account="key", sender="ana", text=""))
        return [line.text for line in await self.store.journal.transcript(who) if not line.by_guest]


class PoisonContract:
    async def test_message_that_no_turn_can_handle_is_set_aside_and_the_next_is_answered(self, store: WholeStore) -> None:
        house = House(store)
        poison = await house.say(POISON)
        await house.say("gracias")
        await house.work()
        assert house.choking.choked == MAX_TRIES
        expected = [
            FluentRenderer().render((note,), Language.ES, HOTEL, Channel.API).text for note in (Note.FAILED, Note.THANKS)
        ]
        assert expected == await house.heard()
        answer = await store.journal.answer(poison.event)
        assert answer
        assert (answer.status, answer.fallback_used, answer.text) == (Status.DEGRADED, True, expected[0])
        assert (await store.journal.depth()).dead == 1
        (entry,) = [entry for entry in await store.journal.audit(SOL) if entry.act is AuditAct.SET_ASIDE]
        assert (entry.subject, entry.detail) == (poison.event, "ZeroDivisionError")
        assert not (await house.say(POISON)).new


class TestMemoryPoison(PoisonContract):
    @pytest.fixture
    def store(self) -> WholeStore:
        return MemoryStore.of(clock=SystemClock(), ids=CountingIds())


class TestSqlitePoison(PoisonContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[WholeStore]:
        async with open_sql_store(
            f"sqlite:///{tmp_path}/store.db", clock=SystemClock(), ids=CountingIds(), call_s=PATIENCE_S
        ) as opened:
            yield opened


class TestPostgresPoison(PoisonContract):
    @pytest.fixture
    async def store(self, postgres_url: str, namespace: str) -> AsyncIterator[WholeStore]:
        async with open_sql_store(
            postgres_url, clock=SystemClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
        ) as opened:
            yield opened


class TestRedisPoison(PoisonContract):
    @pytest.fixture
    async def store(self, redis_url: str, namespace: str) -> AsyncIterator[WholeStore]:
        async with open_redis_store(
            redis_url, clock=SystemClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
        ) as opened:
            yield opened
