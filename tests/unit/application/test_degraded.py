"""What guests hear, and what goes on, while the lock store, the PMS or the journal is gone for good for a while."""

from datetime import date, timedelta

import pytest
from attrs import define
from tests.unit.application.desk import live, only_booking, say_yes

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.replies import Note
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.turns import Status
from hotel_agent.testing.faults import Call, Fault, every, no_faults, on
from hotel_agent.testing.stage import DOUBLE, SOL, stage

pytestmark = pytest.mark.anyio

AVAILABILITY = "Disponibilidad para 2031-05-02 a 2031-05-04"
RESERVE = f"Reservar habitación {DOUBLE} para 2031-05-02"


@define
class Gone:
    """A plan by which every call of one part is refused while it is gone."""

    part: str
    now: bool = True

    def __call__(self, call: Call) -> Fault | None:
        return Fault.REFUSED if self.now and call.what.startswith(f"{self.part}.") else None


async def test_with_the_lock_store_gone_no_room_is_locked_and_the_guest_is_told_and_written_to() -> None:
    async with stage() as s:
        await s.say("guest", AVAILABILITY)
        locks = Gone("locks")
        s.restart(locks)
        answer = await s.say("guest", RESERVE)
        assert answer is not None
        assert (answer.status, answer.fallback_used, answer.lock_acquired) == (Status.DEGRADED, True, None)
        assert answer.text == s.words(Note.LOOKING_AGAIN)
        assert await s.store.locks.standing(SOL) == ()
        told = len(await s.heard("guest"))
        await s.pass_time(timedelta(minutes=1))
        assert len(await s.heard("guest")) == told
        locks.now = False
        await s.pass_time(timedelta(minutes=2))
        assert len(await s.heard("guest")) == told + 1
        answer = await s.say("guest", RESERVE)
        assert answer is not None
        assert answer.lock_acquired is True


async def test_with_the_lock_store_gone_at_the_yes_the_guest_is_asked_for_it_again() -> None:
    async with stage() as s:
        read_back = await s.up_to_the_yes("guest")
        locks = Gone("locks")
        s.restart(locks)
        answer = await s.say("guest", "sí")
        assert answer is not None
        assert (answer.status, answer.text, s.bookings) == (Status.DEGRADED, s.words(Note.ASKING_AGAIN), ())
        locks.now = False
        await s.pass_time(timedelta(minutes=2))
        assert read_back is not None
        assert (await s.heard("guest"))[-1] == read_back.text
        answer = await s.say("guest", "sí")
        assert answer is not None
        assert answer.booking is not None
        assert answer.booking.state == "confirmed"
        await s.come_to_rest()
        assert (await s.violations(), live(s)) == ((), ["1"])


CHANGE = "quiero cambiar mi reserva, del 2031-05-10 al 2031-05-12"


async def test_with_the_lock_store_gone_whoever_changes_a_reservation_is_told_and_written_to() -> None:
    async with stage() as s:
        await say_yes(s, no_faults)
        locks = Gone("locks")
        s.restart(locks)
        answer = await s.say("guest", CHANGE)
        assert answer is not None
        assert (answer.status, answer.lock_acquired, answer.text) == (Status.DEGRADED, None, s.words(Note.LOOKING_AGAIN))
        told = len(await s.heard("guest"))
        await s.pass_time(timedelta(minutes=1))
        assert len(await s.heard("guest")) == told
        locks.now = False
        await s.pass_time(timedelta(minutes=2))
        written = await s.heard("guest")
        assert len(written) == told + 1
        assert "¿Cambio tu reserva 1?" in written[-1]
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert [known.stay for known in s.pms[SOL].reservations] == [Stay(date(2031, 5, 10), date(2031, 5, 12))]
        assert (await s.violations(), await s.store.locks.standing(SOL)) == ((), ())


async def test_with_the_lock_store_gone_at_the_yes_to_a_change_the_guest_is_asked_for_it_again() -> None:
    async with stage() as s:
        await say_yes(s, no_faults)
        read_back = await s.say("guest", CHANGE)
        locks = Gone("locks")
        s.restart(locks)
        answer = await s.say("guest", "sí")
        assert answer is not None
        assert (answer.status, answer.text) == (Status.DEGRADED, s.words(Note.CHANGE_ASKING_AGAIN))
        locks.now = False
        await s.pass_time(timedelta(minutes=2))
        assert read_back is not None
        assert (await s.heard("guest"))[-1] == read_back.text
        await s.say("guest", "sí")
        await s.come_to_rest()
        assert [known.stay for known in s.pms[SOL].reservations] == [Stay(date(2031, 5, 10), date(2031, 5, 12))]
        assert (await s.violations(), await s.store.locks.standing(SOL)) == ((), ())


async def test_with_the_lock_store_gone_a_booking_that_was_sent_is_settled_all_the_same() -> None:
    async with stage() as s:
        locks = Gone("locks", now=False)

        def plan(call: Call) -> Fault | None:
            if call.what == "pms.book":
                locks.now = True
                return Fault.LOST_ANSWER
            return locks(call)

        await say_yes(s, plan)
        await s.pass_time(timedelta(minutes=1))
        assert (locks.now, only_booking(s).state, live(s)) == (True, BookingState.CONFIRMED, ["1"])
        locks.now = False
        await s.come_to_rest()
        assert await s.violations() == ()


async def test_with_the_lock_store_gone_a_booking_that_was_not_sent_waits_and_is_settled_when_it_is_back() -> None:
    async with stage() as s:
        locks = Gone("locks", now=False)

        def plan(call: Call) -> Fault | None:
            # The turn itself holds the lock first; the job finds its store gone.
            locks.now = locks.now or (call.what == "locks.hold" and call.nth == 2)
            return locks(call)

        await say_yes(s, plan)
        await s.pass_time(timedelta(minutes=1))
        assert (only_booking(s).state, live(s)) == (BookingState.SUBMITTING, [])
        s.restart()
        await s.come_to_rest()
        assert (only_booking(s).state, live(s), await s.violations()) == (BookingState.CONFIRMED, ["1"], ())
        assert s.agent.faults.calls.count("pms.book") == 1


async def test_with_pms_and_lock_store_gone_together_nothing_old_is_shown_as_sure_and_the_guest_is_written_to() -> None:
    async with stage() as s:
        pms, locks = Gone("pms"), Gone("locks")
        s.restart(every(pms, locks))
        answer = await s.say("guest", AVAILABILITY)
        assert answer is not None
        assert (answer.status, answer.text, answer.searched) == (Status.DEGRADED, s.words(Note.LOOKING_AGAIN), None)
        pms.now = False
        await s.pass_time(timedelta(minutes=1))
        assert len(await s.heard("guest")) == 1
        locks.now = False
        await s.pass_time(timedelta(minutes=3))
        assert len(await s.heard("guest")) == 2


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST_REQUEST])
async def test_with_the_journal_gone_nothing_is_taken_and_the_same_message_is_handled_once_later(fault: Fault) -> None:
    async with stage(plan=on("journal.append", fault)) as s:
        with pytest.raises(Unavailable):
            await s.say("guest", AVAILABILITY, message_id="m1")
        assert await s.transcript("guest") == ()
        assert await s.say("guest", AVAILABILITY, message_id="m1") is not None
        assert [line.by_guest for line in await s.transcript("guest")] == [True, False]


async def test_with_the_journal_s_answer_lost_the_message_is_whole_and_handled_once() -> None:
    async with stage(plan=on("journal.append", Fault.LOST_ANSWER)) as s:
        with pytest.raises(Unavailable):
            await s.say("guest", AVAILABILITY, message_id="m1")
        assert await s.say("guest", AVAILABILITY, message_id="m1") is not None
        assert [line.by_guest for line in await s.transcript("guest")] == [True, False]
