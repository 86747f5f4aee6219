"""What becomes of a booking when the PMS, the lock store or its own process misbehaves, one way at a time."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.money import Money
from hotel_agent.domain.replies import BookingNow, Checking, Confirmed, Escalated, NotBooked
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.turns import Answer, AuditAct, Status
from hotel_agent.testing.faults import Call, Fault, Plan, every, on, scripted
from hotel_agent.testing.stage import DOUBLE, SOL, Stage, stage

pytestmark = pytest.mark.anyio

STAY = Stay(date(2031, 5, 2), date(2031, 5, 4))
SECOND = timedelta(seconds=1)


async def say_yes(s: Stage, plan: Plan, late_by: timedelta = timedelta(minutes=2)) -> Answer | None:
    """Bring a guest to the read-back and let the agent of that luck take the yes."""
    await s.up_to_the_yes("guest")
    s.restart(plan)
    s.agent.faults.late_by = late_by
    return await s.say("guest", "sí")


async def told(s: Stage) -> tuple[str, ...]:
    """What the guest heard since the yes."""
    return (await s.heard("guest"))[3:]


def only_booking(s: Stage) -> Booking:
    (booking,) = s.bookings
    return booking


def confirmed(s: Stage) -> str:
    booking = only_booking(s)
    assert booking.reservation
    return s.words(Confirmed(reservation=booking.reservation, offer=booking.offer, guest=booking.guest))


def not_booked(s: Stage, reason: Rejection) -> str:
    return s.words(NotBooked(offer=only_booking(s).offer, reason=reason))


def checking(s: Stage) -> str:
    booking = only_booking(s)
    return s.words(Checking(offer=booking.offer, reference=booking.reference))


def booking_now(s: Stage) -> str:
    return s.words(BookingNow(offer=only_booking(s).offer))


def live(s: Stage) -> list[str]:
    return [known.id for known in s.pms[SOL].reservations if any(room.live for room in known.rooms)]


def at_the_first(what: str, act: Callable[[], object]) -> Plan:
    """Plan something that happens elsewhere just before a call."""

    def plan(call: Call) -> Fault | None:
        if call.what == what and call.nth == 1:
            act()
        return None

    return plan


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
                s.words(Escalated(urgent=True, phone=s.hotels.get(SOL).phone)),
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
        s.pms[SOL].forming = {"1"}  # type: ignore[arg-type]  # a reservation id
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
        s.pms[SOL].forming = {"1"}  # type: ignore[arg-type]  # a reservation id
        s.restart(at_the_first("pms.cancel", s.pms[SOL].forming.clear))
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert only_booking(s).settled
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
