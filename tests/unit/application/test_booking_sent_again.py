"""A booking that the PMS seems never to have got: when it is sent again, and what becomes of twins and late arrivals."""

from datetime import timedelta

import pytest
from tests.unit.application.desk import (
    SECOND,
    STAY,
    booking_now,
    checking,
    confirmed,
    live,
    not_booked,
    only_booking,
    say_yes,
    told,
)

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.turns import AuditAct, Status
from hotel_agent.testing.faults import Call, Crashed, Fault, on, scripted
from hotel_agent.testing.stage import DOUBLE, SOL, stage

pytestmark = pytest.mark.anyio


async def test_booking_that_never_arrived_is_sent_again_only_after_ninety_seconds_of_empty_look_ups() -> None:
    async with stage() as s:
        answer = await say_yes(s, on("pms.book", Fault.LOST_REQUEST))
        assert answer is not None
        assert (answer.status, answer.open, answer.fallback_used) == (Status.DEGRADED, True, True)
        await s.pass_time(timedelta(seconds=84))
        assert s.agent.faults.calls.count("pms.book") == 1
        assert only_booking(s).state is BookingState.CHECKING
        await s.pass_time(timedelta(seconds=25))
        assert s.agent.faults.calls.count("pms.book") == 2
        assert only_booking(s).state is BookingState.CONFIRMED
        assert await told(s) == (booking_now(s), checking(s), confirmed(s))
        await s.come_to_rest()
        assert await s.violations() == ()


async def test_look_up_that_fails_does_not_count_as_an_empty_one() -> None:
    blind = [Fault.REFUSED] * 8
    async with stage() as s:
        await say_yes(s, scripted({"pms.book": [Fault.LOST_REQUEST], "pms.find": blind}))
        await s.pass_time(timedelta(seconds=125))
        assert s.agent.faults.calls.count("pms.book") == 1
        await s.come_to_rest()
        assert s.agent.faults.calls.count("pms.book") == 2
        assert await s.violations() == ()


async def test_booking_is_sent_again_only_after_one_more_look() -> None:
    async with stage() as s:
        blind = 0

        def plan(call: Call) -> Fault | None:
            nonlocal blind
            if (call.what, call.nth) == ("pms.book", 1):
                return Fault.LOST_REQUEST
            if call.what == "pms.find" and s.bookings[0].state is BookingState.SUBMITTING and s.bookings[0].submitted_at:
                blind += 1
                return Fault.REFUSED if blind <= 3 else None
            return None

        await say_yes(s, plan)
        await s.come_to_rest()
        assert s.agent.faults.calls.count("pms.book") == 2
        assert blind > 3
        assert only_booking(s).state is BookingState.CONFIRMED
        assert await told(s) == (booking_now(s), checking(s), confirmed(s))
        assert await s.violations() == ()


async def test_absence_is_counted_anew_once_something_was_seen() -> None:
    async with stage() as s:
        s.pms[SOL].forming = {ReservationId("1")}
        await say_yes(s, on("pms.book", Fault.LATE), late_by=timedelta(seconds=10))
        await s.pass_time(timedelta(seconds=50))
        assert live(s) == ["1"]
        # What was being written is rolled back.
        s.pms[SOL]._booked.clear()
        s.pms[SOL].forming.clear()
        await s.pass_time(timedelta(seconds=75))
        assert s.agent.faults.calls.count("pms.book") == 1
        await s.come_to_rest()
        assert s.agent.faults.calls.count("pms.book") == 2
        assert await s.violations() == ()


async def test_first_request_that_lands_while_no_process_lives_is_found_before_it_is_sent_again() -> None:
    async with stage() as s:

        def plan(call: Call) -> Fault | None:
            if (call.what, call.nth) == ("pms.book", 1):
                return Fault.LATE
            sending = [entry.act for entry in s.store.journal._audit if entry.act is AuditAct.RESUBMITTED]
            return Fault.CRASH_BEFORE if sending else None

        await say_yes(s, plan)
        with pytest.raises(Crashed):
            await s.come_to_rest()
        assert only_booking(s).state is BookingState.SUBMITTING
        await s._let_pass(timedelta(minutes=10))
        assert live(s) == ["1"]
        s.restart()
        await s.come_to_rest()
        assert only_booking(s).state is BookingState.CONFIRMED
        assert "pms.book" not in s.agent.faults.calls
        assert await s.violations() == ()


async def test_late_twin_of_a_booking_sent_again_is_cancelled() -> None:
    async with stage() as s:
        s.pms[SOL].checks = False
        await say_yes(s, on("pms.book", Fault.LATE))
        await s.pass_time(timedelta(seconds=110))
        assert only_booking(s).reservation == "1"
        await s.pass_time(timedelta(seconds=15))
        assert live(s) == ["1", "2"]
        await s.come_to_rest()
        assert live(s) == ["1"]
        assert await s.violations() == ()
        acts = [entry.act for entry in await s.store.journal.audit(SOL)]
        assert acts.count(AuditAct.TWIN_CANCELLED) == 1
        assert acts.count(AuditAct.RESUBMITTED) == 1


async def test_first_request_that_lands_during_the_second_leaves_one_reservation() -> None:
    async with stage() as s:
        s.pms[SOL].checks = False
        await say_yes(s, on("pms.book", Fault.LATE))
        faults = s.agent.faults

        def land_now(call: Call) -> Fault | None:
            # Both are being written at once; the answer to the second is lost as well.
            if call.what == "pms.book":
                faults.late_by = timedelta()
                return Fault.LATE
            return None

        faults.plan = land_now
        await s.come_to_rest()
        assert len(s.pms[SOL].reservations) == 2
        assert await s.violations() == ()


async def test_late_arrival_after_the_rejection_is_cancelled_by_the_watch() -> None:
    async with stage() as s:
        await say_yes(s, on("pms.book", Fault.LATE), late_by=timedelta(minutes=9))
        walk_in = s.pms[SOL].walk_in(DOUBLE, only_booking(s).rooms[0], STAY)
        await s.pass_time(timedelta(minutes=3))
        assert only_booking(s).state is BookingState.REJECTED
        heard = await told(s)
        assert heard[:2] == (booking_now(s), checking(s))
        assert heard[2].startswith(not_booked(s, Rejection.SOLD_OUT))
        await s.pms[SOL].cancel(walk_in)
        await s.pass_time(timedelta(minutes=6, seconds=20), step=timedelta(seconds=5))
        assert live(s) == ["2"]
        await s.come_to_rest()
        assert live(s) == []
        assert await s.violations() == ()
        assert len(await told(s)) == 3


@pytest.mark.parametrize(("minutes", "rounds"), [(0.9, 0), (1.1, 1), (11.5, 2), (72, 3)])
async def test_watch_looks_after_one_ten_and_sixty_minutes(minutes: float, rounds: int) -> None:
    async with stage() as s:
        await say_yes(s, on("pms.book", Fault.LOST_REQUEST))
        while only_booking(s).state is not BookingState.CONFIRMED:
            await s.pass_time(SECOND)
        await s.pass_time(timedelta(minutes=minutes), step=timedelta(seconds=2))
        assert s.witness.jobs.count(("watch", False)) == rounds
