"""The fault tools themselves: a wrapper without faults is the port it wraps, and each fault does what it says."""

from datetime import timedelta

import anyio
import pytest

from hotel_agent.adapters.memory.locks import MemoryLeases, MemoryLocks
from hotel_agent.domain.errors import MalformedReply, OutcomeUnknown, Rejected, Rejection, Unavailable
from hotel_agent.domain.ids import BookingId, ReservationId
from hotel_agent.domain.understanding import Intent
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.locks import LockStoreContract
from hotel_agent.testing.contracts.passing_time import ByHand
from hotel_agent.testing.contracts.writer_lease import WriterLeaseContract
from hotel_agent.testing.faults import Call, Crashed, Fault, Faults, crash_at, every, on, scripted
from hotel_agent.testing.faulty_ports import FaultyLeases, FaultyLocks, FaultyRecords
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.stage import SOL, stage
from hotel_agent.testing.virtual_time import LoopClock

pytestmark = pytest.mark.anyio


class OnOurClock(ByHand):
    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()


class TestFaultlessLocks(OnOurClock, LockStoreContract):
    @pytest.fixture
    def store(self, clock: ManualClock) -> FaultyLocks:
        return FaultyLocks(MemoryLocks(clock, CountingIds()), Faults())


class TestFaultlessLeases(OnOurClock, WriterLeaseContract):
    @pytest.fixture
    def leases(self, clock: ManualClock) -> FaultyLeases:
        return FaultyLeases(MemoryLeases(clock), Faults())


def call(what: str, number: int = 1, nth: int = 1) -> Call:
    return Call(what=what, number=number, nth=nth)


def test_plan_names_the_first_calls_of_an_operation() -> None:
    plan = on("a", Fault.REFUSED, None, Fault.HANG)
    assert [plan(call("a", nth=n)) for n in range(1, 5)] == [Fault.REFUSED, None, Fault.HANG, None]
    assert plan(call("b")) is None
    assert on("a", Fault.REFUSED, always=True)(call("a", nth=99)) is Fault.REFUSED
    assert [scripted({"a": [Fault.HANG]})(call("a", nth=n)) for n in (1, 2)] == [Fault.HANG, None]
    assert [crash_at(2, Fault.CRASH_AFTER)(call("a", number=n)) for n in (1, 2)] == [None, Fault.CRASH_AFTER]
    both = every(on("a", Fault.REFUSED), on("a", Fault.HANG, Fault.SLOW))
    assert [both(call("a", nth=n)) for n in (1, 2, 3)] == [Fault.REFUSED, Fault.SLOW, None]


@pytest.mark.parametrize(
    ("fault", "write", "error", "done"),
    [
        (Fault.REFUSED, True, Unavailable, 0),
        (Fault.REFUSED, False, Unavailable, 0),
        (Fault.LOST_REQUEST, True, OutcomeUnknown, 0),
        (Fault.LOST_REQUEST, False, Unavailable, 0),
        (Fault.LOST_ANSWER, True, OutcomeUnknown, 1),
        (Fault.LOST_ANSWER, False, Unavailable, 1),
        (Fault.LATE, True, OutcomeUnknown, 0),
        (Fault.GARBLED, True, MalformedReply, 1),
        (Fault.CRASH_BEFORE, True, Crashed, 0),
        (Fault.CRASH_AFTER, True, Crashed, 1),
    ],
)
async def test_fault_does_or_does_not_do_the_work(fault: Fault, write: bool, error: type[BaseException], done: int) -> None:
    faults, work = Faults(on("a", fault), ManualClock()), Work()
    with pytest.raises(error):
        await faults.meet("a", work.do, write=write)
    assert (work.done, faults.calls, faults.dead) == (done, ["a"], error is Crashed)


async def test_lost_answer_hides_a_no_as_well() -> None:
    async def refuse() -> None:
        raise Rejected(Rejection.OTHER)

    with pytest.raises(OutcomeUnknown):
        await Faults(on("a", Fault.LOST_ANSWER)).meet("a", refuse, write=True)


async def test_dead_process_asks_nothing_any_more() -> None:
    faults, work = Faults(crash_at(1, Fault.CRASH_AFTER)), Work()
    for _ in range(2):
        with pytest.raises(Crashed):
            await faults.meet("a", work.do)
    assert (work.done, faults.calls) == (1, ["a"])


async def test_late_work_is_done_when_its_time_has_come() -> None:
    clock, work = ManualClock(), Work()
    faults = Faults(on("a", Fault.LATE), clock, late_by=timedelta(seconds=5))
    with pytest.raises(OutcomeUnknown):
        await faults.meet("a", work.do, write=True)
    landed = []
    for _ in range(3):
        landed.append((await faults.land(), work.done, faults.adrift))
        clock.advance(timedelta(seconds=3))
    assert landed == [(0, 0, 1), (0, 0, 1), (1, 1, 0)]


async def test_nothing_can_be_late_without_a_clock() -> None:
    faults = Faults(on("a", Fault.LATE))
    with pytest.raises(ValueError, match="clock"):
        await faults.meet("a", Work().do)
    assert await faults.land() == 0


async def test_slow_and_hanging_calls_take_the_loop_s_time() -> None:
    faults, work, began = Faults(on("a", Fault.SLOW, Fault.HANG)), Work(), anyio.current_time()
    await faults.meet("a", work.do)
    with anyio.move_on_after(7):
        await faults.meet("a", work.do)
    assert (work.done, anyio.current_time() - began) == (1, 9)


async def test_records_pass_through() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        await s.say("guest", "sí")
        records = FaultyRecords(s.store.journal, Faults())
        assert await records.transcript(s.conversation("guest")) == await s.transcript("guest")
        assert await records.booking(s.bookings[0].id) == s.bookings[0]
        assert await records.booking(BookingId("none")) is None
        assert await records.unsettled() == ()
        assert await records.audit(SOL) == await s.store.journal.audit(SOL)
        assert await records.escalations(SOL) == ()
        assert (await records.depth()).events == 0


async def test_auditor_sees_each_kind_of_untruth() -> None:
    async with stage() as s:
        for guest in ("ana", "bea"):
            await s.up_to_the_yes(guest)
            await s.say(guest, "sí")
        await s.up_to_the_yes("eva")
        pms, (ana, bea) = s.pms[SOL], s.bookings
        assert ana.reservation
        assert bea.reservation
        pms.checks = False
        await pms.book(ana.order())
        await pms.cancel(bea.reservation)
        s.store.journal._bookings[bea.id] = bea
        found = await s.violations()
        assert [words.split(":")[0] for words in found] == ["double booking", "duplicate", "confirmed but absent"]


async def test_careless_pms_tells_who_came_first() -> None:
    async with stage() as s:
        await s.up_to_the_yes("ana")
        await s.say("ana", "sí")
        pms = s.pms[SOL]
        with pytest.raises(Rejected):
            await pms.book(s.bookings[0].order())
        with pytest.raises(Rejected):
            pms.walk_in(s.bookings[0].offer.room_type.id, s.bookings[0].rooms[0], s.bookings[0].offer.stay)
        pms.checks = False
        await pms.book(s.bookings[0].order())
        assert [(await pms.verify(ReservationId(n))).value for n in ("1", "2")] == ["sole", "lost"]
        await pms.cancel(ReservationId("1"))
        assert [(await pms.verify(ReservationId(n))).value for n in ("1", "2")] == ["cancelled", "sole"]


async def test_stage_that_does_not_come_to_rest_says_so() -> None:
    async with stage(plan=on("pms.find", Fault.REFUSED, always=True)) as s:
        await s.up_to_the_yes("guest")
        await s.say("guest", "sí")
        with pytest.raises(TimeoutError, match="still waiting"):
            await s.come_to_rest(timedelta(minutes=5))


async def test_stage_tells_a_crash_in_the_background_from_a_defect() -> None:
    async with stage(clock=LoopClock(), plan=on("pms.search", Fault.CRASH_BEFORE)) as s:
        with pytest.raises(Crashed):
            await s.say("guest", "Disponibilidad para 2031-05-02 a 2031-05-04")
        s.restart()
        answer = await s.say("guest", "hola")
        assert answer is not None
        assert answer.intent is Intent.GREETING


class Work:
    done = 0

    async def do(self) -> None:
        self.done += 1
