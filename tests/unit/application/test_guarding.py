from collections.abc import Awaitable, Callable, Coroutine
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import anyio
import pytest
from attrs import define, field

from hotel_agent.application.guarding import Guard, GuardedPropertySystem, is_outage
from hotel_agent.domain.breaker import BreakerState
from hotel_agent.domain.errors import (
    BreakerOpen,
    HotelAgentError,
    MalformedReply,
    NotFound,
    OutcomeUnknown,
    Rejected,
    Rejection,
    Unavailable,
)
from hotel_agent.domain.ids import Reference, ReservationId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import Amendment, BookingOrder, Payment
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.testing.careless import SOMEBODY, CarelessPropertySystem
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.faults import Fault, Faults, on
from hotel_agent.testing.faulty_ports import FaultyPropertySystem
from hotel_agent.testing.stage import DOUBLE, small_house
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

LIMIT = timedelta(seconds=10)
COOL_DOWN = timedelta(seconds=30)
FAILURES: tuple[HotelAgentError, ...] = (Unavailable(), OutcomeUnknown(), MalformedReply())
REFUSALS: tuple[HotelAgentError, ...] = (Rejected(Rejection.SOLD_OUT), NotFound())


@define
class Post:
    """A guard at its post, with a part behind it that fails as it is told."""

    clock: ManualClock = field(factory=ManualClock)
    witness: Witness = field(factory=Witness)
    guard: Guard = field(init=False)
    asked: int = 0

    def __attrs_post_init__(self) -> None:
        self.guard = Guard("pms", self.clock, self.witness)

    async def call(self, failure: Exception | None = None, *, write: bool = False) -> str:
        async def part() -> str:
            self.asked += 1
            if failure:
                raise failure
            return "done"

        return await self.guard.run("search", part, LIMIT, write=write)

    async def hang(self, *, write: bool = False) -> None:
        self.asked += 1
        await self.guard.run("search", anyio.sleep_forever, LIMIT, write=write)

    async def fail(self, times: int, failure: Exception | None = None) -> None:
        for _ in range(times):
            with pytest.raises(HotelAgentError):
                await self.call(failure or Unavailable())

    @property
    def state(self) -> BreakerState:
        return self.guard.state


@pytest.fixture
def post() -> Post:
    return Post()


async def test_answer_passes_through(post: Post) -> None:
    assert await post.call() == "done"
    assert post.witness.calls == [("pms", "search", "ok")]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.code)
async def test_five_failures_in_a_row_open_the_breaker_and_nothing_more_is_asked(post: Post, failure: HotelAgentError) -> None:
    await post.fail(4, failure)
    assert post.state is BreakerState.CLOSED
    await post.fail(1, failure)
    assert post.state.value == "open"
    with pytest.raises(BreakerOpen) as refused:
        await post.call()
    assert refused.value.retry_at == START + COOL_DOWN
    assert (post.asked, post.witness.moves) == (5, ["open"])


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
async def test_refusal_proves_the_part_alive(post: Post, refusal: HotelAgentError) -> None:
    for _ in range(3):
        await post.fail(4)
        with pytest.raises(type(refusal)):
            await post.call(refusal)
    assert post.state is BreakerState.CLOSED
    assert post.witness.calls[-1] == ("pms", "search", refusal.code)


async def test_unforeseen_error_is_a_failure_and_comes_through(post: Post) -> None:
    for _ in range(5):
        with pytest.raises(KeyError):
            await post.call(KeyError("a defect"))
    assert post.state is BreakerState.OPEN
    assert post.witness.calls[0] == ("pms", "search", "error")


async def test_read_that_does_not_answer_in_time_is_unavailable_and_a_failure(post: Post) -> None:
    began = anyio.current_time()
    for _ in range(5):
        with pytest.raises(Unavailable):
            await post.hang()
    assert anyio.current_time() - began == 5 * LIMIT.total_seconds()
    assert post.state is BreakerState.OPEN
    assert post.witness.calls[0] == ("pms", "search", "timeout")


async def test_write_that_does_not_answer_in_time_may_have_been_done(post: Post) -> None:
    with pytest.raises(OutcomeUnknown):
        await post.hang(write=True)


async def test_deadline_of_the_turn_round_the_call_is_a_failure_too(post: Post) -> None:
    for _ in range(5):
        with anyio.move_on_after(3):
            await post.hang()
    assert post.state is BreakerState.OPEN
    assert post.witness.calls[-1] == ("pms", "search", "timeout")


async def test_part_left_too_little_of_a_turn_is_not_judged(post: Post) -> None:
    for _ in range(20):
        with anyio.move_on_after(0.5):
            await post.hang()
    assert post.state is BreakerState.CLOSED
    assert post.witness.calls[-1] == ("pms", "search", "cancelled")


async def test_cancellation_from_outside_says_nothing_about_the_part(post: Post) -> None:
    await post.fail(4)
    for _ in range(3):
        await _go_away(post.hang, after=5)
    assert post.state is BreakerState.CLOSED
    await post.fail(1)
    assert post.state.value == "open"


async def test_cancelled_probe_gives_its_permit_back(post: Post) -> None:
    await post.fail(5)
    post.clock.advance(COOL_DOWN)
    await _go_away(post.hang, after=5)
    assert post.state is BreakerState.HALF_OPEN
    assert await post.call() == "done"
    assert post.state.value == "closed"


async def test_full_cycle_opens_probes_fails_probes_and_closes(post: Post) -> None:
    await post.fail(5)
    post.clock.advance(COOL_DOWN - timedelta(seconds=1))
    with pytest.raises(BreakerOpen):
        await post.call()
    post.clock.advance(timedelta(seconds=1))
    await post.fail(1)
    with pytest.raises(BreakerOpen) as refused:
        await post.call()
    assert refused.value.retry_at == START + 2 * COOL_DOWN
    post.clock.advance(COOL_DOWN)
    assert await post.call() == "done"
    await post.fail(4)
    assert await post.call() == "done"
    assert post.witness.moves == ["open", "half_open", "open", "half_open", "closed"]


async def test_one_probe_at_a_time_when_half_open(post: Post) -> None:
    await post.fail(5)
    post.clock.advance(COOL_DOWN)
    refused = 0
    answers: list[str] = []

    async def slow() -> str:
        await anyio.sleep(2)
        return "done"

    async def probe() -> None:
        nonlocal refused
        try:
            answers.append(await post.guard.run("search", slow, LIMIT))
        except BreakerOpen:
            refused += 1

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(probe)
    assert (answers, refused, post.state) == (["done"], 9, BreakerState.CLOSED)


async def test_late_answer_of_an_earlier_epoch_does_not_count(post: Post) -> None:
    async def late() -> str:
        await anyio.sleep(5)
        return "done"

    async with anyio.create_task_group() as group:
        group.start_soon(post.guard.run, "search", late, LIMIT)
        await anyio.sleep(1)
        await post.fail(5)
    assert post.state is BreakerState.OPEN


@pytest.mark.parametrize(("error", "outage"), [*((one, True) for one in FAILURES), *((one, False) for one in REFUSALS)])
def test_outage_is_told_from_a_no(error: HotelAgentError, outage: bool) -> None:
    assert is_outage(error) is outage


STAY = Stay(date(2031, 5, 2), date(2031, 5, 4))
ORDER = BookingOrder(
    reference=Reference("ha-1"),
    room_type_id=DOUBLE,
    rooms=(small_house()[0].rooms[0][0],),
    stay=STAY,
    occupancy=Occupancy(2),
    total=Money.of(200, "EUR"),
    guest=SOMEBODY,
)
ID = ReservationId("1")
Ask = Callable[[GuardedPropertySystem], Awaitable[object]]
READS: dict[str, Ask] = {
    "room_types": lambda pms: pms.room_types(),
    "search": lambda pms: pms.search(STAY, Occupancy(2)),
    "find": lambda pms: pms.find(Reference("ha-1")),
    "get": lambda pms: pms.get(ID),
    "verify": lambda pms: pms.verify(ID),
    "of_guest": lambda pms: pms.of_guest(email=SOMEBODY.email),
}
WRITES: dict[str, Ask] = {
    "book": lambda pms: pms.book(ORDER),
    "amend": lambda pms: pms.amend(ID, Amendment(occupancy=Occupancy(1))),
    "record_payment": lambda pms: pms.record_payment(ID, Payment(amount=Money.of(9, "EUR"), method="card", transaction_id="t")),
    "check_in": lambda pms: pms.check_in(ID),
    "check_out": lambda pms: pms.check_out(ID),
    "cancel": lambda pms: pms.cancel(ID),
}


async def guarded(faults: Faults, witness: Witness) -> GuardedPropertySystem:
    clock = ManualClock()
    pms = CarelessPropertySystem(small_house(), clock, ZoneInfo("UTC"))
    await pms.book(ORDER)
    return GuardedPropertySystem(FaultyPropertySystem(pms, faults), Guard("pms", clock, witness))


@pytest.mark.parametrize("operation", [*READS, *WRITES])
async def test_every_operation_goes_through_the_guard(operation: str) -> None:
    witness = Witness()
    pms = await guarded(Faults(), witness)
    if operation == "check_out":
        await pms.check_in(ID)
    try:
        await (READS | WRITES)[operation](pms)
        expected = "ok"
    except Rejected:
        expected = "rejected"
    assert witness.calls[-1] == ("pms", operation, expected)


@pytest.mark.parametrize(("operation", "seconds"), [*((name, 10) for name in READS), *((name, 35) for name in WRITES)])
async def test_reads_have_ten_seconds_and_writes_thirty_five(operation: str, seconds: int) -> None:
    pms = await guarded(Faults(on(f"pms.{operation}", Fault.HANG)), Witness())
    began = anyio.current_time()
    with pytest.raises(Unavailable if operation in READS else OutcomeUnknown):
        await (READS | WRITES)[operation](pms)
    assert anyio.current_time() - began == seconds


async def test_diagnosis_and_capabilities_are_there_even_when_the_breaker_is_open() -> None:
    witness = Witness()
    pms = await guarded(Faults(on("pms.search", Fault.REFUSED, always=True)), witness)
    for _ in range(5):
        with pytest.raises(Unavailable):
            await pms.search(STAY, Occupancy(2))
    assert witness.moves == ["open"]
    assert len(await pms.diagnose()) == 1
    assert pms.capabilities.names_rooms


async def _go_away(act: Callable[[], Coroutine[object, object, None]], *, after: float) -> None:
    """Run *act* and cancel it from outside, as a shutdown does."""
    async with anyio.create_task_group() as group:
        group.start_soon(act)
        await anyio.sleep(after)
        group.cancel_scope.cancel()
