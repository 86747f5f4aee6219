"""
A whole agent in one process, on memory adapters: for trying dialogues out, for tests, and for simulations.

    async with stage() as s:
        answer = await s.say("guest", "Disponibilidad para 2031-05-02 a 2031-05-04")

With a `ManualClock` (the default) nothing runs by itself: the agent works inside `say`, `pass_time` and `come_to_rest`, which
advance the clock. With any other clock a worker runs in the background, as in production.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

import anyio
from anyio.abc import TaskGroup
from attrs import define, evolve, field, frozen

from hotel_agent.adapters.memory.pms import HouseType
from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.application.asking import Asking
from hotel_agent.application.bell import Bell
from hotel_agent.application.conversations import Conversations
from hotel_agent.application.guarding import Guard, GuardedPropertySystem
from hotel_agent.application.intake import Incoming, Intake, conversation_of
from hotel_agent.application.jobs import BookingJobs
from hotel_agent.application.worker import Worker
from hotel_agent.application.world import World
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import UnknownTenant
from hotel_agent.domain.events import Channel
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import ConversationId, RoomId, RoomTypeId, TenantId
from hotel_agent.domain.money import Money
from hotel_agent.domain.replies import Reply
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.turns import Answer
from hotel_agent.domain.understanding import RoomKind
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.ports.records import Line
from hotel_agent.ports.tenants import Tenants
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.auditing import violations
from hotel_agent.testing.careless import CarelessPropertySystem
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.faults import Crashed, Faults, Plan, no_faults
from hotel_agent.testing.faulty_ports import (
    FaultyJournal,
    FaultyLeases,
    FaultyLocks,
    FaultyPropertySystem,
    FaultyRecords,
    FaultyUnderstander,
)
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.witness import Witness

SOL = TenantId("sol")
HOTEL = Hotel(
    id=SOL, name="Hotel Sol", timezone=ZoneInfo("Europe/Madrid"), country="ES", currency="EUR", phone="+34 910 000 000"
)
DOUBLE, SUITE = RoomTypeId("1"), RoomTypeId("2")
_PATIENCE = timedelta(seconds=5)
_FIRST_STEP, _LONGEST_STEP = timedelta(milliseconds=100), timedelta(seconds=15)


def small_house() -> tuple[HouseType, ...]:
    """Two doubles at 100 € and one suite at 200 € a night."""
    return (
        HouseType(room_type=_type(DOUBLE, "Doble", RoomKind.DOUBLE), rooms=_rooms("11", "12"), night=Money.of(100, "EUR")),
        HouseType(room_type=_type(SUITE, "Suite", RoomKind.SUITE), rooms=_rooms("21"), night=Money.of(200, "EUR")),
    )


@frozen
class Hotels(Tenants):
    """The hotels it is given."""

    _hotels: Mapping[TenantId, Hotel]

    def get(self, tenant: TenantId) -> Hotel:
        if tenant not in self._hotels:
            raise UnknownTenant
        return self._hotels[tenant]

    def all(self) -> tuple[Hotel, ...]:
        return tuple(self._hotels[tenant] for tenant in sorted(self._hotels))


@frozen(kw_only=True)
class Agent:
    """One process of the service: its use cases, wired as in production, and its luck."""

    faults: Faults
    bell: Bell
    world: World
    intake: Intake
    asking: Asking
    conversations: Conversations
    jobs: BookingJobs
    worker: Worker


@define
class Stage:
    """What all processes share (`store`, `pms`, `clock`), and the `agent` that works on it now."""

    clock: Clock
    store: MemoryStore
    pms: Mapping[TenantId, CarelessPropertySystem]
    hotels: Hotels
    ids: IdSource
    witness: Witness
    understander: Understander
    _group: TaskGroup | None
    """Where workers run; None: they do not run by themselves."""
    agent: Agent = field(init=False)
    _luck: list[Faults] = field(factory=list, init=False)
    _workers: "count[int]" = field(factory=lambda: count(1), init=False)

    def another(self, plan: Plan = no_faults) -> Agent:
        """Make one more process on the same store and PMS."""
        faults = Faults(plan, self.clock)
        self._luck.append(faults)
        bell, owner = Bell(), f"w{next(self._workers)}"
        journal = FaultyJournal(self.store.journal, faults)
        records = FaultyRecords(self.store.journal, faults)
        locks, leases = FaultyLocks(self.store.locks, faults), FaultyLeases(self.store.leases, faults)
        guarded: dict[TenantId, PropertySystem] = {
            tenant: GuardedPropertySystem(FaultyPropertySystem(pms, faults), Guard("pms", self.clock, self.witness))
            for tenant, pms in self.pms.items()
        }
        world = World(guarded.__getitem__, locks, self.clock, self.witness)
        intake = Intake(journal, self.clock, self.ids, self.witness, bell)
        conversations = Conversations(
            journal,
            records,
            self.hotels,
            FaultyUnderstander(self.understander, faults),
            _renderer(),
            world,
            self.clock,
            self.witness,
            bell,
        )
        jobs = BookingJobs(guarded.__getitem__, world, locks, leases, self.clock, self.ids, journal)
        if self.by_hand:
            # Time stands still while it works.
            jobs = evolve(jobs, recheck_after=timedelta())
        return Agent(
            faults=faults,
            bell=bell,
            world=world,
            intake=intake,
            asking=Asking(intake, records, bell),
            conversations=conversations,
            jobs=jobs,
            worker=Worker(journal, conversations, jobs, self.clock, self.ids, self.witness, bell, owner),
        )

    def restart(self, plan: Plan = no_faults) -> None:
        """Let another process take over; the one before is not asked to stop, as after a kill."""
        self.agent = self.another(plan)
        if self._group:
            self._group.start_soon(_work, self.agent)

    @property
    def by_hand(self) -> bool:
        return isinstance(self.clock, ManualClock)

    # ------------------------------------------------------------ being a guest

    async def say(
        self,
        sender: str,
        text: str,
        *,
        tenant: TenantId = SOL,
        message_id: str | None = None,
        choice: str | None = None,
    ) -> Answer | None:
        """
        Write to the hotel and wait for the answer, 5 s at most; None when there is none yet.

        Raises:
            Unavailable: the message was not taken.
            Crashed: the agent died meanwhile.

        """
        incoming = incoming_of(sender, text, tenant=tenant, message_id=message_id, choice=choice)
        # A yes counts only if it is sent after its question went out, so a guest takes a moment to write.
        await self._let_pass(timedelta(seconds=1) if self.by_hand else timedelta(milliseconds=1))
        if not self.by_hand:
            return (await self.agent.asking.ask(incoming)).answer
        taken = await self.agent.intake.take(incoming)
        waited = timedelta()
        while True:
            await self.work()
            answer = await self.store.journal.answer(taken.event)
            if waited >= _PATIENCE or (answer and not answer.open):
                return answer
            await self._let_pass(_FIRST_STEP)
            waited += _FIRST_STEP

    async def up_to_the_yes(self, sender: str, *, room_type: RoomTypeId = DOUBLE, tenant: TenantId = SOL) -> Answer | None:
        """Say all that leads to the read-back of two nights from 2 May 2031 (mind the clock), so that a "sí" books them."""
        await self.say(sender, "Disponibilidad para 2031-05-02 a 2031-05-04", tenant=tenant)
        await self.say(sender, f"Reservar habitación {room_type} para 2031-05-02", tenant=tenant)
        return await self.say(sender, "Juan Pérez, juan@example.com, +34666777888", tenant=tenant)

    def words(self, *replies: Reply, tenant: TenantId = SOL) -> str:
        """Say *replies* as the agent does in the hotel's first language."""
        hotel = self.hotels.get(tenant)
        return _renderer().render(replies, hotel.languages[0], hotel, Channel.API).text

    async def heard(self, sender: str, *, tenant: TenantId = SOL) -> tuple[str, ...]:
        """Everything the agent has said to a guest so far."""
        return tuple(line.text for line in await self.transcript(sender, tenant=tenant) if not line.by_guest)

    async def transcript(self, sender: str, *, tenant: TenantId = SOL) -> tuple[Line, ...]:
        return await self.store.journal.transcript(self.conversation(sender, tenant=tenant))

    def conversation(self, sender: str, *, tenant: TenantId = SOL) -> ConversationId:
        return conversation_of(incoming_of(sender, "", tenant=tenant))

    # ------------------------------------------------------------ letting time pass

    async def work(self) -> int:
        """By hand: do all that is ready now; return how much that was."""
        done = 0
        while count := await _sweep(self.agent):
            done += count
        return done

    async def pass_time(self, by: timedelta, step: timedelta = timedelta(seconds=1)) -> None:
        """Let time pass in steps and do what becomes ready."""
        left = by
        while left > timedelta():
            await self._let_pass(min(step, left))
            left -= step
            if self.by_hand:
                await self.work()

    async def come_to_rest(self, within: timedelta = timedelta(hours=4)) -> timedelta:
        """
        By hand: let time pass until nothing waits any more, nothing is under way and every timer has fired; return how long.

        Raises:
            TimeoutError: something still waits after *within*.

        """
        waited, step = timedelta(), _FIRST_STEP
        while True:
            step = _FIRST_STEP if await self.work() else min(2 * step, _LONGEST_STEP)
            depth = await self.store.journal.depth()
            if not (depth.events or depth.jobs or depth.timers or any(faults.adrift for faults in self._luck)):
                return waited
            if waited >= within:
                raise TimeoutError(f"still waiting after {within}: {depth}")
            await self._let_pass(step)
            waited += step

    async def _let_pass(self, time: timedelta) -> None:
        if isinstance(self.clock, ManualClock):
            self.clock.advance(time)
        else:
            await anyio.sleep(time.total_seconds())
        for faults in self._luck:
            await faults.land()

    # ------------------------------------------------------------ looking at the books

    @property
    def bookings(self) -> tuple[Booking, ...]:
        """All bookings there are, as they stand."""
        return tuple(self.store.journal._bookings.values())  # noqa: SLF001 - no port lists settled bookings

    async def violations(self) -> tuple[str, ...]:
        """What is wrong with the books of all hotels, once everything has come to rest."""
        found: tuple[str, ...] = ()
        for tenant, pms in self.pms.items():
            ours = [booking for booking in self.bookings if booking.tenant == tenant]
            found += violations(ours, pms.reservations, await self.store.locks.standing(tenant))
        return found


@asynccontextmanager
async def stage(
    *,
    clock: Clock | None = None,
    hotels: Sequence[Hotel] = (HOTEL,),
    house: Sequence[HouseType] = (),
    plan: Plan = no_faults,
    understander: Understander | None = None,
    working: bool = True,
) -> AsyncIterator[Stage]:
    """
    Open a stage with one agent; every hotel gets a house of its own.

    *plan* is the agent's luck. Without *working* no worker runs, whatever the clock: start some yourself.
    """
    clock = clock or ManualClock()
    async with AsyncExitStack() as stack:
        group: TaskGroup | None = None
        if working and not isinstance(clock, ManualClock):
            group = await stack.enter_async_context(anyio.create_task_group())
            stack.callback(group.cancel_scope.cancel)
        open_stage = Stage(
            clock=clock,
            store=MemoryStore.of(clock=clock, ids=CountingIds("store")),
            pms={hotel.id: CarelessPropertySystem(tuple(house) or small_house(), clock, hotel.timezone) for hotel in hotels},
            hotels=Hotels({hotel.id: hotel for hotel in hotels}),
            ids=CountingIds("stage"),
            witness=Witness(),
            understander=understander or _understander(),
            group=group,
        )
        open_stage.restart(plan)
        yield open_stage


def incoming_of(
    sender: str, text: str, *, tenant: TenantId = SOL, message_id: str | None = None, choice: str | None = None
) -> Incoming:
    """Return a message as `Stage.say` sends it."""
    return Incoming(
        tenant=tenant, channel=Channel.API, account="stage", sender=sender, text=text, message_id=message_id, choice=choice
    )


async def _work(agent: Agent) -> None:
    try:
        await agent.worker.run()
    except BaseExceptionGroup:
        if not agent.faults.dead:
            raise


async def _sweep(agent: Agent) -> int:
    try:
        return await agent.worker.sweep()
    except BaseExceptionGroup as exc:
        if agent.faults.dead:
            raise Crashed from exc
        raise


@cache
def _understander() -> LocalUnderstander:
    return LocalUnderstander.load()


@cache
def _renderer() -> FluentRenderer:
    return FluentRenderer()


def _type(room_type: RoomTypeId, name: str, kind: RoomKind) -> RoomType:
    return RoomType(id=room_type, name=name, kind=kind, max_adults=2, max_children=1, max_guests=3)


def _rooms(*numbers: str) -> tuple[tuple[RoomId, str], ...]:
    return tuple((RoomId(number), number) for number in numbers)
