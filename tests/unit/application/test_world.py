from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import anyio
import pytest
from attrs import define, field

from hotel_agent.adapters.memory.locks import MemoryLocks
from hotel_agent.application.world import TurnTime, World
from hotel_agent.domain.errors import NotFound, Rejected, Rejection, UnknownTenant
from hotel_agent.domain.ids import LockId, OwnerId, Reference, ReservationId, RoomId, TenantId
from hotel_agent.domain.locks import LockClaim
from hotel_agent.domain.money import Money
from hotel_agent.domain.requests import (
    Acquire,
    Extend,
    Found,
    Hold,
    ListRoomTypes,
    LockAnswer,
    Outcome,
    ReadReservation,
    Release,
    Request,
    ReservationRead,
    RoomTypes,
    Search,
    Trouble,
)
from hotel_agent.domain.reservations import BookingOrder
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.careless import SOMEBODY, CarelessPropertySystem
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.faults import Fault, Faults, Plan, no_faults, on
from hotel_agent.testing.faulty_ports import FaultyLocks, FaultyPropertySystem
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.stage import DOUBLE, SUITE, small_house
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

SOL, LUNA = TenantId("sol"), TenantId("luna")
STAY = Stay(date(2031, 5, 2), date(2031, 5, 4))
PARTY = Occupancy(2)
ANA, BEA = OwnerId("ana"), OwnerId("bea")
TTL = timedelta(minutes=20)
LOOK, LOOK_AFRESH = Search(stay=STAY, occupancy=PARTY), Search(stay=STAY, occupancy=PARTY, fresh=True)


@define
class Globe:
    """A world with two hotels behind it."""

    faults: Faults = field(factory=Faults)
    clock: ManualClock = field(factory=ManualClock)
    pms: dict[TenantId, CarelessPropertySystem] = field(init=False)
    locks: MemoryLocks = field(init=False)
    witness: Witness = field(factory=Witness)
    world: World = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.locks = MemoryLocks(self.clock, CountingIds("locks"))
        self.pms = {tenant: CarelessPropertySystem(small_house(), self.clock, ZoneInfo("UTC")) for tenant in (SOL, LUNA)}
        guarded: dict[TenantId, PropertySystem] = {t: FaultyPropertySystem(p, self.faults) for t, p in self.pms.items()}

        def of(tenant: TenantId) -> PropertySystem:
            if tenant not in guarded:
                raise UnknownTenant
            return guarded[tenant]

        self.world = World(of, FaultyLocks(self.locks, self.faults), self.clock, self.witness)

    async def free(self, request: Search = LOOK, tenant: TenantId = SOL) -> dict[str, tuple[RoomId, ...]]:
        found = await self.world.perform(tenant, request)
        assert isinstance(found, Found)
        return {vacancy.room_type.name: vacancy.rooms for vacancy in found.vacancies}

    def asked(self, what: str) -> int:
        return self.faults.calls.count(what)


@pytest.fixture
def globe() -> Globe:
    return Globe()


def globe_with(plan: Plan) -> Globe:
    return Globe(Faults(plan))


# ---------------------------------------------------------------- the cache


async def test_availability_is_remembered_for_display_for_five_minutes(globe: Globe) -> None:
    before = await globe.free()
    globe.pms[SOL].walk_in(DOUBLE, RoomId("11"), STAY)
    globe.clock.advance(timedelta(seconds=299))
    assert await globe.free() == before == {"Doble": ("11", "12"), "Suite": ("21",)}
    globe.clock.advance(timedelta(seconds=1))
    assert await globe.free() == {"Doble": ("12",), "Suite": ("21",)}
    assert globe.asked("pms.search") == 2


async def test_what_was_known_is_shown_as_stale_while_the_pms_is_down_and_never_for_a_fresh_search() -> None:
    down = False
    globe = globe_with(lambda call: Fault.REFUSED if down and call.what == "pms.search" else None)
    assert await globe.free() == {"Doble": ("11", "12"), "Suite": ("21",)}
    down = True
    globe.clock.advance(timedelta(minutes=59))
    found = await globe.world.perform(SOL, LOOK)
    assert isinstance(found, Found)
    assert (found.stale, len(found.vacancies)) == (True, 2)
    assert await globe.world.perform(SOL, LOOK_AFRESH) == Trouble(part="pms")
    globe.clock.advance(timedelta(minutes=1))
    assert await globe.world.perform(SOL, LOOK) == Trouble(part="pms")


async def test_turns_that_look_for_the_same_at_once_ask_the_pms_once(globe: Globe) -> None:
    found: list[Outcome] = []

    async def look() -> None:
        found.append(await globe.world.perform(SOL, LOOK))

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(look)
    assert len(found) == 20
    assert all(isinstance(one, Found) and len(one.vacancies) == 2 for one in found)
    assert globe.asked("pms.search") == 1
    assert globe.witness.cache.count(False) == 20


async def test_fresh_search_bypasses_the_cache_and_renews_it(globe: Globe) -> None:
    await globe.free()
    globe.pms[SOL].walk_in(DOUBLE, RoomId("11"), STAY)
    assert (await globe.free(LOOK_AFRESH))["Doble"] == ("12",)
    assert (await globe.free())["Doble"] == ("12",)
    assert globe.asked("pms.search") == 2


async def test_searches_of_other_stays_parties_and_tenants_are_apart(globe: Globe) -> None:
    await globe.free()
    await globe.free(tenant=LUNA)
    await globe.free(Search(stay=Stay(date(2031, 5, 2), date(2031, 5, 5)), occupancy=PARTY))
    await globe.free(Search(stay=STAY, occupancy=Occupancy(1)))
    assert globe.asked("pms.search") == 4


async def test_write_of_ours_drops_what_is_remembered_of_that_hotel_only(globe: Globe) -> None:
    await globe.free()
    await globe.free(tenant=LUNA)
    globe.world.forget(SOL)
    await globe.free()
    await globe.free(tenant=LUNA)
    assert globe.asked("pms.search") == 3


async def test_answer_from_before_a_write_of_ours_is_not_remembered(globe: Globe) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(globe.free)
        await anyio.lowlevel.checkpoint()
        globe.world.forget(SOL)
    await globe.free()
    assert globe.asked("pms.search") == 2


async def test_cache_does_not_grow_without_end(globe: Globe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotel_agent.application.world._MAX_SEARCHES", 3)
    for nights in range(1, 9):
        await globe.free(Search(stay=Stay(date(2031, 5, 2), date(2031, 5, 2 + nights)), occupancy=PARTY))
        assert len(globe.world._searches) <= 3


async def test_room_types_are_remembered_for_an_hour_by_tenant(globe: Globe) -> None:
    for tenant in (SOL, LUNA, SOL):
        answer = await globe.world.perform(tenant, ListRoomTypes())
        assert isinstance(answer, RoomTypes)
        assert [room_type.name for room_type in answer.room_types] == ["Doble", "Suite"]
    assert globe.asked("pms.room_types") == 2
    globe.clock.advance(timedelta(hours=1))
    assert await globe.world.room_names(SOL) == ((DOUBLE, "Doble"), (SUITE, "Suite"))
    assert globe.asked("pms.room_types") == 3


@pytest.mark.parametrize(("fault", "seconds"), [(Fault.REFUSED, 0.0), (Fault.HANG, 1.0)])
async def test_names_of_a_pms_that_is_down_are_missing_and_not_asked_for_again_for_ten_seconds(
    fault: Fault, seconds: float
) -> None:
    globe, began = globe_with(on("pms.room_types", fault)), anyio.current_time()
    assert [await globe.world.room_names(SOL) for _ in range(3)] == [(), (), ()]
    assert (globe.asked("pms.room_types"), anyio.current_time() - began) == (1, seconds)
    globe.clock.advance(timedelta(seconds=10))
    assert len(await globe.world.room_names(SOL)) == 2


async def test_reservations_are_never_cached(globe: Globe) -> None:
    for _ in range(2):
        await globe.world.perform(SOL, ReadReservation(reservation=ReservationId("1")))
    assert globe.asked("pms.get") == 2


# ---------------------------------------------------------------- locks and offers


async def lock(globe: Globe, owner: OwnerId, *rooms: str) -> LockId:
    claim = LockClaim(tenant=SOL, candidates=tuple(RoomId(room) for room in rooms), stay=STAY)
    answer = await globe.world.perform(SOL, Acquire(claim=claim, owner=owner, ttl=TTL))
    assert isinstance(answer, LockAnswer)
    assert answer.lock
    return answer.lock.id


async def test_rooms_locked_by_others_are_not_offered_and_one_s_own_are(globe: Globe) -> None:
    await lock(globe, ANA, "11")
    assert (await globe.free())["Doble"] == ("12",)
    assert (await globe.free(Search(stay=STAY, occupancy=PARTY, owner=BEA)))["Doble"] == ("12",)
    assert (await globe.free(Search(stay=STAY, occupancy=PARTY, owner=ANA)))["Doble"] == ("11", "12")


async def test_type_with_too_few_rooms_left_is_not_offered(globe: Globe) -> None:
    await lock(globe, ANA, "21")
    await lock(globe, BEA, "11")
    two_rooms = Search(stay=STAY, occupancy=Occupancy(2, rooms=2))
    assert await globe.free() == {"Doble": ("12",)}
    assert await globe.free(two_rooms) == {}


async def test_lock_is_subtracted_from_what_is_remembered_too(globe: Globe) -> None:
    await globe.free()
    await lock(globe, ANA, "11")
    assert (await globe.free())["Doble"] == ("12",)
    assert globe.asked("pms.search") == 1


async def test_lock_is_extended_held_and_released(globe: Globe) -> None:
    mine = await lock(globe, ANA, "11")
    extended = await globe.world.perform(SOL, Extend(lock=mine, owner=ANA, by=timedelta(minutes=10)))
    held = await globe.world.perform(SOL, Hold(lock=mine, owner=ANA))
    assert isinstance(extended, LockAnswer)
    assert isinstance(held, LockAnswer)
    assert extended.lock is not None
    assert held.lock is not None
    assert (extended.lock.extensions, held.lock.expires_at) == (1, None)
    assert await globe.world.perform(SOL, Release(lock=mine, owner=ANA)) == LockAnswer(lock=None)
    assert await globe.locks.standing(SOL) == ()


async def test_lock_that_others_have_is_refused_without_trouble(globe: Globe) -> None:
    theirs = await lock(globe, ANA, "11")
    claim = LockClaim(tenant=SOL, candidates=(RoomId("11"),), stay=STAY)
    for request in (
        Acquire(claim=claim, owner=BEA, ttl=TTL),
        Extend(lock=theirs, owner=BEA, by=TTL),
        Hold(lock=theirs, owner=BEA),
    ):
        assert await globe.world.perform(SOL, request) == LockAnswer(lock=None)


# ---------------------------------------------------------------- trouble

CLAIM = LockClaim(tenant=SOL, candidates=(RoomId("11"),), stay=STAY)
ALL: list[tuple[str, Request, str]] = [
    ("pms.search", LOOK_AFRESH, "pms"),
    ("locks.standing", LOOK_AFRESH, "locks"),
    ("pms.room_types", ListRoomTypes(), "pms"),
    ("pms.get", ReadReservation(reservation=ReservationId("1")), "pms"),
    ("locks.acquire", Acquire(claim=CLAIM, owner=ANA, ttl=TTL), "locks"),
    ("locks.extend", Extend(lock=LockId("1"), owner=ANA, by=TTL), "locks"),
    ("locks.hold", Hold(lock=LockId("1"), owner=ANA), "locks"),
    ("locks.release", Release(lock=LockId("1"), owner=ANA), "locks"),
]


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST_ANSWER, Fault.GARBLED, Fault.HANG])
@pytest.mark.parametrize(("what", "request_", "part"), ALL, ids=[what for what, _, _ in ALL])
async def test_part_that_fails_is_named(what: str, request_: Request, part: str, fault: Fault) -> None:
    globe = globe_with(on(what, fault))
    began = anyio.current_time()
    outcome = await TurnTime.start(globe.world, SOL, 3).perform(request_)
    assert outcome == Trouble(part=part)
    assert anyio.current_time() - began <= 3


async def test_parts_of_a_turn_share_its_time() -> None:
    globe = globe_with(on("pms.search", Fault.HANG, always=True))
    began, time = anyio.current_time(), TurnTime.start(globe.world, SOL, 3)
    outcomes: list[Outcome] = [await time.perform(LOOK_AFRESH) for _ in range(3)]
    assert outcomes == [Trouble(part="pms")] * 3
    assert anyio.current_time() - began == 3


async def test_reservation_is_read_and_a_missing_one_is_none(globe: Globe) -> None:
    order = BookingOrder(
        reference=Reference("ha-1"),
        room_type_id=DOUBLE,
        rooms=(RoomId("11"),),
        stay=STAY,
        occupancy=PARTY,
        total=Money.of(200, "EUR"),
        guest=SOMEBODY,
    )
    booked = await globe.pms[SOL].book(order)
    assert await globe.world.perform(SOL, ReadReservation(reservation=booked.id)) == ReservationRead(reservation=booked)
    assert await globe.world.perform(LUNA, ReadReservation(reservation=booked.id)) == ReservationRead(reservation=None)


@pytest.mark.parametrize("request_", [LOOK, ListRoomTypes(), ReadReservation(reservation=ReservationId("1"))])
async def test_hotel_that_nobody_knows_is_no_missing_reservation(globe: Globe, request_: Request) -> None:
    with pytest.raises(UnknownTenant):
        await globe.world.perform(TenantId("nowhere"), request_)


@pytest.mark.parametrize("error", [NotFound(), Rejected(Rejection.OTHER)], ids=["not found", "rejected"])
async def test_no_to_a_search_is_never_taken_for_an_answer(error: Exception) -> None:
    globe = globe_with(_raising("pms.search", error))
    try:
        outcome: Outcome | None = await globe.world.perform(SOL, LOOK)
    except NotFound:
        outcome = None
    assert outcome in {None, Trouble(part="pms")}


def _raising(what: str, error: Exception) -> Callable[..., None]:
    def plan(call: object) -> None:
        if getattr(call, "what", None) == what:
            raise error

    return plan


async def test_plan_without_faults_changes_nothing() -> None:
    assert await globe_with(no_faults).free() == await Globe().free()
