"""A worker of a flooded hotel and a small one: the small one's messages and jobs do not wait for the flood."""

from datetime import timedelta
from typing import cast

import anyio
import pytest
from attrs import define, evolve, field

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.bell import INBOX, JOBS, Bell
from hotel_agent.application.conversations import Conversations
from hotel_agent.application.delivery import Delivery
from hotel_agent.application.jobs import BookingJobs
from hotel_agent.application.worker import Worker
from hotel_agent.domain.delivery import Address, Pace
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, TenantId
from hotel_agent.domain.turns import JobResult, OutboxMessage, Turn
from hotel_agent.ports.channels import ChannelSender
from hotel_agent.ports.journal import Claim, JobClaim
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import booking, job, message, said, session
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

BIG, SMALL = TenantId("big"), TenantId("small")
WIDTH = 10
SOON = 5
"""Of hundreds that wait. Right behind it would be 1: a look for others that has just been in vain is not repeated at once."""


@define
class Turns:
    """Takes a turn when it is let; the order in which they were begun is kept."""

    store: MemoryStore
    gate: anyio.Semaphore = field(factory=lambda: anyio.Semaphore(0))
    begun: list[TenantId] = field(factory=list)

    async def handle(self, claim: Claim) -> None:
        self.begun.append(claim.tenant)
        await self.gate.acquire()
        await self.store.journal.commit(claim, Turn(event=claim.events[0], session=session(claim.conversation)))


@define
class Jobs:
    """The same for jobs."""

    gate: anyio.Semaphore = field(factory=lambda: anyio.Semaphore(0))
    begun: list[TenantId] = field(factory=list)

    async def run(self, claim: JobClaim) -> JobResult:
        self.begun.append(claim.job.tenant)
        await self.gate.acquire()
        return JobResult()


@define
class House:
    clock: ManualClock = field(factory=ManualClock)
    bell: Bell = field(factory=Bell)
    store: MemoryStore = field(init=False)
    turns: Turns = field(init=False)
    jobs: Jobs = field(init=False)
    worker: Worker = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.store = MemoryStore.of(clock=self.clock, ids=CountingIds())
        self.turns, self.jobs = Turns(self.store), Jobs()
        self.worker = Worker(
            self.store.journal,
            cast("Conversations", self.turns),
            cast("BookingJobs", self.jobs),
            self.clock,
            CountingIds(),
            Witness(),
            self.bell,
            "w",
            timedelta(minutes=5),
            width=WIDTH,
            job_width=WIDTH,
            alone=False,
        )

    async def write(self, tenant: TenantId, number: int) -> None:
        name = f"{tenant}-{number}"
        await self.store.journal.append(message(name, tenant=tenant, conversation=ConversationId(name), at=self.clock.now()))
        self.clock.advance(timedelta(milliseconds=1))
        self.bell.ring(INBOX)

    async def book(self, tenant: TenantId, number: int) -> None:
        """Have a turn taken that leaves a job."""
        await self.write(tenant, number)
        (claim,) = await self.store.journal.claim("by hand", 1, timedelta(minutes=5))
        name = claim.conversation
        booked = evolve(booking(name, conversation=name), tenant=tenant)
        due = evolve(job(name, about=name, conversation=name, due_at=self.clock.now()), tenant=tenant)
        talk = evolve(session(name), tenant=tenant)
        await self.store.journal.commit(claim, Turn(event=claim.events[0], session=talk, bookings=(booked,), jobs=(due,)))
        self.bell.ring(JOBS)

    async def say(self, tenant: TenantId, number: int) -> None:
        """Have a turn taken that answers."""
        await self.write(tenant, number)
        (claim,) = await self.store.journal.claim("by hand", 1, timedelta(minutes=5))
        name, channel = claim.conversation, Channel.WHATSAPP
        await self.store.outbox.reach(
            Address(tenant=tenant, conversation=name, channel=channel, account="1", recipient="34600111222")
        )
        answer = evolve(said(name, to=claim.events[0]), channel=channel)
        talk = evolve(session(name), tenant=tenant)
        await self.store.journal.commit(claim, Turn(event=claim.events[0], session=talk, outbox=(answer,)))


async def begun_before_the_small_one(part: Turns | Jobs) -> int:
    """Let one thing end after the other until one of the small hotel's has begun, and count what began since."""
    at = len(part.begun)
    with anyio.fail_after(20):
        while SMALL not in part.begun[at:]:
            part.gate.release()
            await anyio.wait_all_tasks_blocked()
    return part.begun[at:].index(SMALL)


async def all_places_taken(part: Turns | Jobs) -> None:
    with anyio.fail_after(20):
        while len(part.begun) < WIDTH:  # noqa: ASYNC110 - nothing tells when a turn is begun
            await anyio.sleep(0.001)


async def test_small_hotels_messages_are_among_the_next_to_be_handled() -> None:
    house = House()
    for number in range(300):
        await house.write(BIG, number)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(house.worker.run)
        await all_places_taken(house.turns)
        for number in range(3):
            await house.write(SMALL, number)
            assert await begun_before_the_small_one(house.turns) <= SOON
        tasks.cancel_scope.cancel()


async def test_small_hotels_job_is_among_the_next_to_be_run() -> None:
    house = House()
    for number in range(100):
        await house.book(BIG, number)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(house.worker.run)
        await all_places_taken(house.jobs)
        await house.book(SMALL, 1)
        assert await begun_before_the_small_one(house.jobs) <= SOON
        tasks.cancel_scope.cancel()


@define
class Post(ChannelSender):
    """A channel that hangs."""

    pace: Pace = field(factory=Pace)
    asked: list[TenantId] = field(factory=list)

    async def send(self, message: OutboxMessage, address: Address) -> str:
        self.asked.append(address.tenant)
        await anyio.sleep_forever()
        return message.id


async def test_small_hotels_answer_does_not_wait_behind_a_flood_of_answers_that_hang() -> None:
    house, post = House(), Post()
    delivery = Delivery(
        house.store.outbox, {Channel.WHATSAPP: post}, house.clock, Witness(), house.bell, "d", width=WIDTH, alone=False
    )
    for number in range(100):
        await house.say(BIG, number)
    await house.say(SMALL, 1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(delivery.run, anyio.Event())
        with anyio.fail_after(20):
            while len(post.asked) < WIDTH:  # noqa: ASYNC110 - nothing tells when a place is taken
                await anyio.sleep(0.001)
        assert (post.asked.count(SMALL), post.asked.count(BIG)) == (1, WIDTH - 1)
        tasks.cancel_scope.cancel()
