"""What becomes of a booking when the PMS, the lock store or its own process misbehaves, one way at a time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.unit.application.desk import (
    SECOND,
    STAY,
    at_the_first,
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
from hotel_agent.domain.money import Money
from hotel_agent.domain.replies import Escalated
from hotel_agent.domain.turns import Status
from hotel_agent.testing.faults import Call, Fault, every, on
from hotel_agent.testing.stage import DOUBLE, SOL, stage

pytestmark = pytest.mark.anyio


async def test_yes_becomes_a_confirmed_reservation_and_the_lock_ends() -> None:
    async with stage() as s:
        answer = await say_yes(s, on("none"))
        assert answer is not None
        assert (answer.status, answer.open) == (Status.SUCCESS, False)
        assert answer.booking is not None
        assert (answer.booking.state, answer.booking.reservation) == ("confirmed", "1")
        assert await s.store.locks.standing(SOL) == ()
        assert await told(s) == (booking_now(s), confirmed(s))
        await s.come_to_rest()
        assert await s.violations() == ()
        assert (s.witness.failed_turns, s.witness.failed_loops) == ([], [])


@pytest.mark.parametrize("what", ["pms.book", "pms.verify", "pms.find"])
@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.GARBLED])
async def test_booking_whose_answer_is_lost_is_found_and_confirmed_once(what: str, fault: Fault) -> None:
    async with stage() as s:
        answer = await say_yes(s, on(what, fault))
        await s.come_to_rest()
        assert await s.violations() == ()
        assert only_booking(s).state is BookingState.CONFIRMED
        assert s.agent.faults.calls.count("pms.book") == 1
        assert answer is not None
        assert answer.booking is not None
        assert answer.booking.reservation == "1"
        heard = await told(s)
        assert (heard[0], heard[-1]) == (booking_now(s), confirmed(s))
        assert set(heard[1:-1]) <= {checking(s)}


@pytest.mark.parametrize("fault", [Fault.REFUSED])
@pytest.mark.parametrize("what", ["pms.book", "locks.hold", "pms.verify", "pms.find", "leases.take", "leases.give_up"])
async def test_part_that_is_down_for_a_moment_costs_time_and_nothing_else(what: str, fault: Fault) -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        seen = 1 if what == "locks.hold" else 0  # the turn itself holds the lock first
        s.restart(on(what, *([None] * seen), fault, fault, fault))
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert await s.violations() == ()
        assert only_booking(s).state is BookingState.CONFIRMED
        heard = await told(s)
        assert (heard[0], heard[-1]) == (booking_now(s), confirmed(s))
        assert heard.count(checking(s)) <= 1


async def test_booking_goes_through_when_the_pms_comes_back_after_an_outage() -> None:
    async with stage() as s:
        answer = await say_yes(s, on("pms.book", *[Fault.REFUSED] * 40))
        assert answer is not None
        assert (answer.status, answer.open) == (Status.DEGRADED, True)
        await s.come_to_rest()
        assert await s.violations() == ()
        heard = await told(s)
        assert heard.count(checking(s)) == 1
        assert heard[-1] == confirmed(s)


async def test_staff_is_told_once_after_fifteen_minutes_unsettled() -> None:
    for what, fault in (("pms.book", Fault.REFUSED), ("pms.find", Fault.REFUSED), ("pms.book", Fault.LOST_REQUEST)):
        async with stage() as s:
            await s.up_to_the_yes("guest")
            s.restart(every(on("pms.book", Fault.LOST_REQUEST), on(what, fault, always=True)))
            await s.say("guest", "sí")
            await s.pass_time(timedelta(minutes=14, seconds=50), step=timedelta(seconds=5))
            assert await s.store.journal.escalations(SOL) == ()
            await s.pass_time(timedelta(minutes=1), step=timedelta(seconds=5))
            (escalation,) = await s.store.journal.escalations(SOL)
            assert (escalation.reason, escalation.urgent) == ("booking_unsettled", True)
            await s.pass_time(timedelta(minutes=20), step=timedelta(seconds=15))
            assert len(await s.store.journal.escalations(SOL)) == 1
            assert await told(s) == (
                booking_now(s),
                checking(s),
                s.words(Escalated(urgent=False, phone=s.hotels.get(SOL).phone)),
            )


@pytest.mark.parametrize("reason", ["walk_in", "price"])
async def test_no_of_the_pms_is_told_with_its_reason_and_frees_the_room(reason: str) -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        pms = s.pms[SOL]
        room = (await s.store.locks.standing(SOL))[0].rooms[0]
        acts: dict[str, Callable[[], object]] = {
            "walk_in": lambda: pms.walk_in(DOUBLE, room, STAY),
            "price": lambda: pms.reprice(DOUBLE, Money.of(130, "EUR")),
        }
        expected = {"walk_in": Rejection.SOLD_OUT, "price": Rejection.PRICE_CHANGED}[reason]
        s.restart(at_the_first("pms.book", acts[reason]))
        answer = await s.say("guest", "sí")
        assert answer is not None
        assert answer.booking is not None
        assert (answer.booking.state, answer.booking.reservation) == ("rejected", None)
        assert only_booking(s).rejection is expected
        heard = await told(s)
        assert heard[0] == booking_now(s)
        assert heard[1].startswith(not_booked(s, expected))
        assert len(heard) == 2
        assert await s.store.locks.standing(SOL) == ()
        await s.come_to_rest()
        assert await s.violations() == ()


async def test_reservation_at_another_total_than_agreed_is_undone() -> None:
    async with stage() as s:
        s.pms[SOL].surcharge = Money.of(7, "EUR")
        await say_yes(s, on("none"))
        assert only_booking(s).rejection is Rejection.PRICE_CHANGED
        assert live(s) == []
        assert (await told(s))[1].startswith(not_booked(s, Rejection.PRICE_CHANGED))
        await s.come_to_rest()
        assert await s.violations() == ()


@pytest.mark.parametrize("fault", [None, Fault.LOST_ANSWER, Fault.LOST_REQUEST, Fault.REFUSED])
async def test_reservation_that_lost_the_race_is_undone_and_the_guest_told(fault: Fault | None) -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.pms[SOL].checks = False
        room = (await s.store.locks.standing(SOL))[0].rooms[0]

        def plan(call: Call) -> Fault | None:
            if (call.what, call.nth) == ("pms.book", 1):
                s.pms[SOL].walk_in(DOUBLE, room, STAY)
            return fault if (call.what, call.nth) == ("pms.cancel", 1) else None

        s.restart(plan)
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert only_booking(s).rejection is Rejection.SOLD_OUT
        assert live(s) == ["1"]
        assert await s.violations() == ()
        assert [text for text in await told(s) if text.startswith(not_booked(s, Rejection.SOLD_OUT))] == [(await told(s))[-1]]


async def test_booking_still_being_written_is_judged_only_when_it_is_done() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.pms[SOL].forming = {ReservationId("1")}
        s.restart()
        answer = await s.say("guest", "sí")
        assert answer is not None
        assert answer.open
        await s.pass_time(timedelta(seconds=20))
        assert (only_booking(s).state, live(s)) == (BookingState.CHECKING, ["1"])
        s.pms[SOL].forming.clear()
        await s.come_to_rest()
        assert only_booking(s).state is BookingState.CONFIRMED
        assert await s.violations() == ()


async def test_what_is_still_unfinished_after_a_minute_is_debris_and_undone() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.pms[SOL].forming = {ReservationId("1")}
        s.restart(at_the_first("pms.cancel", s.pms[SOL].forming.clear))
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert only_booking(s).settled
        assert await s.violations() == ()


async def test_debris_that_comes_to_life_while_its_cancellation_is_under_way_is_not_confirmed() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.pms[SOL].forming = {ReservationId("1")}
        s.restart(every(at_the_first("pms.cancel", s.pms[SOL].forming.clear), on("pms.cancel", Fault.LATE)))
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert (only_booking(s).state, live(s)) == (BookingState.REJECTED, [])
        assert await s.violations() == ()


async def test_lock_lost_before_the_booking_is_sent_books_nothing() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        (lock,) = await s.store.locks.standing(SOL)
        s.restart()
        taken = s.agent.faults

        def plan(call: Call) -> Fault | None:
            if (call.what, call.nth) == ("locks.hold", 2):
                del s.store.locks._locks[lock.id]
            return None

        taken.plan = plan
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert (only_booking(s).state, only_booking(s).rejection) == (BookingState.REJECTED, Rejection.SOLD_OUT)
        assert "pms.book" not in taken.calls
        assert await s.violations() == ()


async def test_lock_lost_while_nothing_was_found_ends_the_booking_instead_of_sending_it_again() -> None:
    async with stage() as s:
        await say_yes(s, on("pms.book", Fault.LOST_REQUEST))
        s.store.locks._locks.clear()
        await s.come_to_rest()
        assert only_booking(s).rejection is Rejection.SOLD_OUT
        assert s.agent.faults.calls.count("pms.book") == 1
        assert await s.violations() == ()


async def test_writer_lease_held_by_others_delays_the_booking_and_no_more() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        lease = await s.store.leases.take(SOL, "another process", timedelta(minutes=5))
        assert lease is not None
        s.restart()
        await s.say("guest", "sí")
        assert only_booking(s).state is BookingState.CONFIRMED
        assert s.agent.faults.calls.count("leases.take") > 10
        assert "leases.give_up" not in s.agent.faults.calls


async def test_writer_lease_is_given_up_whatever_the_pms_answers() -> None:
    for fault in (None, Fault.REFUSED, Fault.LOST_ANSWER):
        async with stage() as s:
            await say_yes(s, on("pms.book", fault))
            assert await s.store.leases.take(SOL, "another process", SECOND) is not None


async def test_lock_that_cannot_be_released_at_the_end_is_released_later() -> None:
    async with stage() as s:
        await say_yes(s, on("locks.release", Fault.REFUSED, Fault.LOST_REQUEST, Fault.REFUSED))
        assert only_booking(s).state is BookingState.CONFIRMED
        assert (await told(s))[-1] == confirmed(s)
        await s.come_to_rest()
        assert await s.violations() == ()
        assert len(await told(s)) == 2


async def test_run_that_breaks_in_an_unforeseen_way_is_settled_by_looking_up() -> None:
    async with stage() as s:

        def plan(call: Call) -> Fault | None:
            if (call.what, call.nth) == ("pms.book", 1):
                raise RuntimeError("a defect in an adapter")
            return None

        await say_yes(s, plan)
        await s.come_to_rest()
        assert only_booking(s).state is BookingState.CONFIRMED
        assert ("jobs", "RuntimeError") in s.witness.failed_loops
        assert await s.violations() == ()


async def test_other_guests_get_other_rooms_and_then_none() -> None:
    async with stage() as s:
        for guest in ("ana", "bea"):
            await s.up_to_the_yes(guest)
        await s.up_to_the_yes("eva")
        answers = [await s.say(guest, "sí") for guest in ("ana", "bea")]
        assert [answer and answer.booking and answer.booking.state for answer in answers] == ["confirmed", "confirmed"]
        await s.come_to_rest()
        assert len({booking.rooms for booking in s.bookings}) == 2
        assert len(s.bookings) == 2
        assert await s.violations() == ()
