"""What becomes of a change that a guest agreed to, whatever the PMS, the stores or its own process do."""

from datetime import date, timedelta

import pytest

from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.money import Money
from hotel_agent.domain.replies import Cancelled, Changed, NotChanged, Note
from hotel_agent.domain.reservations import Amendment
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.turns import Answer, AuditAct
from hotel_agent.testing.faults import Call, Crashed, Fault, Plan, crash_at, every, no_faults, on
from hotel_agent.testing.stage import DOUBLE, SOL, Stage, stage

pytestmark = pytest.mark.anyio

BEFORE = Stay(date(2031, 5, 2), date(2031, 5, 4))
AFTER = Stay(date(2031, 5, 2), date(2031, 5, 6))
_POLLS = {"journal.due", "journal.claim", "journal.claim_jobs"}


async def reach(s: Stage) -> None:
    """Book two nights from 2 May and ask for four: all that is missing is the yes."""
    await s.up_to_the_yes("guest")
    await s.say("guest", "sí")
    await s.say("guest", "quiero cambiar mi reserva: del 2031-05-02 al 2031-05-06")


async def change(s: Stage, plan: Plan = no_faults) -> Answer | None:
    """Let the agent of that luck take the yes to the change."""
    await reach(s)
    s.restart(plan)
    return await s.say("guest", "sí")


async def say_yes_and_die(s: Stage) -> None:
    """Let the yes be taken by an agent that dies before it runs the job."""
    s.restart(on("journal.commit", Fault.CRASH_AFTER))
    with pytest.raises(Crashed):
        await s.say("guest", "sí")


def booking_of(s: Stage) -> Booking:
    (booking,) = s.bookings
    return booking


def changed(s: Stage) -> str:
    booking = booking_of(s)
    assert booking.reservation
    return s.words(Changed(reservation=booking.reservation, offer=booking.offer))


def not_changed(s: Stage, reason: Rejection) -> str:
    booking = booking_of(s)
    assert booking.reservation
    return s.words(NotChanged(reservation=booking.reservation, offer=booking.offer, reason=reason))


def stays(s: Stage) -> list[tuple[str, Stay | None]]:
    """The live reservations and their nights."""
    return [(known.id, known.stay) for known in s.pms[SOL].reservations if any(room.live for room in known.rooms)]


async def told(s: Stage) -> tuple[str, ...]:
    """What the guest heard since the yes to the change."""
    return (await s.heard("guest"))[6:]


async def test_yes_changes_the_reservation_which_keeps_its_id_and_its_room() -> None:
    async with stage() as s:
        await reach(s)
        room = s.pms[SOL].reservations[0].room_ids
        answer = await s.say("guest", "sí")
        assert answer is not None
        assert (answer.open, answer.booking and answer.booking.state) == (False, "confirmed")
        assert stays(s) == [("1", AFTER)]
        assert (s.pms[SOL].reservations[0].room_ids, booking_of(s).offer.total) == (room, Money.of(400, "EUR"))
        assert await told(s) == (s.words(Note.CHANGING), changed(s))
        assert await s.store.locks.standing(SOL) == ()
        await s.come_to_rest()
        assert await s.violations() == ()


@pytest.mark.parametrize("what", ["pms.amend", "pms.get", "pms.verify", "journal.record", "journal.note"])
@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.GARBLED])
async def test_change_is_made_once_and_told_once_whatever_answer_is_lost(what: str, fault: Fault) -> None:
    async with stage() as s:
        await change(s, on(what, fault))
        await s.come_to_rest()
        assert await s.violations() == ()
        assert stays(s) == [("1", AFTER)]
        heard = await told(s)
        assert (heard[-1], heard.count(changed(s))) == (changed(s), 1)
        assert set(heard[1:-1]) <= {s.words(Note.CHECKING_CHANGE)}
        assert await s.store.journal.escalations(SOL) == ()


async def test_change_that_comes_late_is_waited_for_and_not_sent_again() -> None:
    async with stage() as s:
        await reach(s)
        s.restart(on("pms.amend", Fault.LATE))
        s.agent.faults.late_by = timedelta(seconds=40)
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert s.agent.faults.calls.count("pms.amend") == 1
        assert (stays(s), await s.violations()) == ([("1", AFTER)], ())
        assert (await told(s))[-2:] == (s.words(Note.CHECKING_CHANGE), changed(s))


async def test_change_the_pms_never_got_is_sent_again_after_a_while() -> None:
    async with stage() as s:
        await change(s, on("pms.amend", Fault.LOST_REQUEST))
        await s.pass_time(timedelta(seconds=80))
        assert s.agent.faults.calls.count("pms.amend") == 1
        await s.come_to_rest()
        assert (s.agent.faults.calls.count("pms.amend"), stays(s)) == (2, [("1", AFTER)])


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST_ANSWER])
async def test_lock_store_that_is_down_when_the_change_is_sent_only_delays_it(fault: Fault) -> None:
    async with stage() as s:
        await change(s, on("locks.hold", None, fault))
        await s.come_to_rest()
        assert (stays(s), await s.violations()) == ([("1", AFTER)], ())


def refusing(call: Call) -> Fault | None:
    if call.what == "pms.amend":
        raise Rejected(Rejection.NOT_ALLOWED)
    return None


async def test_refused_change_leaves_all_as_it_was_and_is_told() -> None:
    async with stage() as s:
        await change(s, refusing)
        assert (stays(s), booking_of(s).state) == ([("1", BEFORE)], BookingState.CONFIRMED)
        assert (await told(s))[-1] == not_changed(s, Rejection.NOT_ALLOWED)
        await s.come_to_rest()
        assert (await s.violations(), await s.store.locks.standing(SOL)) == ((), ())


async def test_nights_sold_between_the_yes_and_the_change_are_told_and_nothing_is_changed() -> None:
    async with stage() as s:
        await reach(s)
        (own,) = s.pms[SOL].reservations[0].room_ids

        def somebody_first(call: Call) -> Fault | None:
            if call.what == "pms.amend" and call.nth == 1:
                s.pms[SOL].walk_in(DOUBLE, own, Stay(BEFORE.departure, AFTER.departure))
            return None

        s.restart(somebody_first)
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert await s.violations() == ()
        assert (await told(s))[-1] == not_changed(s, Rejection.SOLD_OUT)
        assert [known.stay for known in s.pms[SOL].reservations if known.id == "1"] == [BEFORE]


async def test_what_reception_changed_meanwhile_is_not_overwritten() -> None:
    async with stage() as s:
        await reach(s)
        other = Stay(date(2031, 5, 2), date(2031, 5, 3))
        await say_yes_and_die(s)
        await s.pms[SOL].amend(s.pms[SOL].reservations[0].id, Amendment(stay=other))
        s.restart()
        await s.come_to_rest()
        assert stays(s) == [("1", other)]
        booking = booking_of(s)
        assert (booking.state, booking.offer.stay, booking.rejection) == (BookingState.CONFIRMED, other, Rejection.OTHER)
        assert (await told(s))[-1] == not_changed(s, Rejection.OTHER)


async def test_reservation_cancelled_meanwhile_is_told_as_cancelled() -> None:
    async with stage() as s:
        await reach(s)
        await say_yes_and_die(s)
        await s.pms[SOL].cancel(s.pms[SOL].reservations[0].id)
        s.restart()
        await s.come_to_rest()
        booking = booking_of(s)
        assert booking.reservation
        assert (stays(s), booking.state) == ([], BookingState.CANCELLED)
        assert (await told(s))[-1] == s.words(Cancelled(reservation=booking.reservation))


async def test_reservation_that_vanished_goes_to_staff() -> None:
    async with stage() as s:
        await reach(s)
        await say_yes_and_die(s)
        s.pms[SOL]._booked.clear()
        s.restart()
        await s.come_to_rest()
        assert [known.reason for known in await s.store.journal.escalations(SOL)] == ["change_failed"]
        assert (await told(s))[-1] == not_changed(s, Rejection.NOT_FOUND)


async def test_long_outage_is_told_to_staff_once_and_the_change_is_made_after_it() -> None:
    async with stage() as s:
        away = every(*(on(what, Fault.REFUSED, always=True) for what in ("pms.amend", "pms.get", "pms.verify")))
        await reach(s)
        await say_yes_and_die(s)
        s.restart(away)
        await s.pass_time(timedelta(minutes=35), step=timedelta(seconds=5))
        assert [known.reason for known in await s.store.journal.escalations(SOL)] == ["change_unsettled"]
        assert (await told(s)).count(s.words(Note.CHECKING_CHANGE)) == 1
        assert booking_of(s).state is BookingState.CHANGING
        s.restart()
        await s.come_to_rest()
        assert (stays(s), await s.violations()) == ([("1", AFTER)], ())
        assert (await told(s))[-1] == changed(s)


async def test_lock_store_that_is_down_at_the_end_gets_its_lock_back_later() -> None:
    async with stage() as s:
        await change(s, on("locks.release", Fault.REFUSED, Fault.REFUSED))
        assert stays(s) == [("1", AFTER)]
        await s.come_to_rest()
        assert (await s.violations(), booking_of(s).change) == ((), None)
        assert (await told(s)).count(changed(s)) == 1


async def test_crash_at_any_await_leaves_one_reservation_changed_once() -> None:
    async def play(crash: Plan) -> tuple[list[str], tuple[str, ...], list[tuple[str, Stay | None]], int]:
        async with stage() as s:
            await reach(s)
            s.restart(crash)
            died = s.agent.faults
            try:
                await s.say("guest", "sí", message_id="yes")
                await s.come_to_rest()
            except Crashed:
                s.restart()
                await s.say("guest", "sí", message_id="yes")
                await s.come_to_rest()
            return died.calls, await s.violations(), stays(s), (await told(s)).count(changed(s))

    calls, *smooth = await play(no_faults)
    assert smooth == [(), [("1", AFTER)], 1]
    numbers = [number for number, what in enumerate(calls, start=1) if what not in _POLLS]
    assert len(numbers) > 10
    for number in numbers:
        for fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER):
            _, *ending = await play(crash_at(number, fault))
            where = f"{fault} call {number}, {calls[number - 1]}"
            assert (where, *ending) == (where, (), [("1", AFTER)], 1)


async def test_every_step_of_a_change_is_on_the_record() -> None:
    async with stage() as s:
        await change(s)
        acts = [entry.act for entry in await s.store.journal.audit(SOL, s.conversation("guest"))]
        assert acts[-2:] == [AuditAct.CHANGE_ASKED, AuditAct.CHANGED]
