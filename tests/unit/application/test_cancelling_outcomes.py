"""What becomes of a cancellation, whatever the PMS does."""

from datetime import timedelta

import pytest

from hotel_agent.adapters.memory.state import WaitingJob
from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import JobId
from hotel_agent.domain.replies import Cancelled, NotCancelled, Note
from hotel_agent.domain.turns import Answer, Job, JobKind
from hotel_agent.testing.faults import Call, Fault, Plan, every, on
from hotel_agent.testing.stage import SOL, Stage, stage

pytestmark = pytest.mark.anyio


async def cancel(s: Stage, plan: Plan) -> Answer | None:
    """Book, ask to cancel, and let the agent of that luck take the yes to it."""
    await s.up_to_the_yes("guest")
    await s.say("guest", "sí")
    await s.say("guest", "cancelar la reserva")
    s.restart(plan)
    return await s.say("guest", "sí")


def cancelled(s: Stage) -> str:
    reservation = s.bookings[0].reservation
    assert reservation
    return s.words(Cancelled(reservation=reservation))


def not_cancelled(s: Stage) -> str:
    reservation = s.bookings[0].reservation
    assert reservation
    return s.words(NotCancelled(reservation=reservation))


def refusing(call: Call) -> Fault | None:
    if call.what == "pms.cancel":
        raise Rejected(Rejection.NOT_ALLOWED)
    return None


@pytest.mark.parametrize("what", ["pms.cancel", "pms.verify", "journal.record"])
@pytest.mark.parametrize("fault", [None, Fault.REFUSED, Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.GARBLED])
async def test_cancellation_is_carried_out_and_told_whatever_answer_is_lost(what: str, fault: Fault | None) -> None:
    async with stage() as s:
        answer = await cancel(s, on(what, fault))
        await s.come_to_rest()
        assert await s.violations() == ()
        assert s.bookings[0].state is BookingState.CANCELLED
        assert (await s.heard("guest"))[6:] == (s.words(Note.CANCELLING), cancelled(s))
        assert answer is not None
        assert answer.booking is not None
        assert answer.booking.reservation == "1"
        assert await s.store.journal.escalations(SOL) == ()


async def test_cancellation_done_although_its_answer_was_lost_is_seen_at_once() -> None:
    async with stage() as s:
        answer = await cancel(s, on("pms.cancel", Fault.LOST_ANSWER))
        assert answer is not None
        assert (answer.open, answer.booking and answer.booking.state) == (False, "cancelled")
        assert s.agent.faults.calls.count("pms.cancel") == 1


async def test_refused_cancellation_is_told_and_handed_to_staff() -> None:
    async with stage() as s:
        await cancel(s, refusing)
        assert s.bookings[0].state is BookingState.CONFIRMED
        assert (await s.heard("guest"))[-1] == not_cancelled(s)
        assert [known.reason for known in await s.store.journal.escalations(SOL)] == ["cancel_failed"]
        await s.come_to_rest()
        assert await s.violations() == ()


async def test_refusal_of_what_is_cancelled_already_counts_as_cancelled() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        await s.say("guest", "sí")
        await s.say("guest", "cancelar la reserva")
        await s.pms[SOL].cancel(s.pms[SOL].reservations[0].id)
        s.restart(refusing)
        await s.say("guest", "sí")
        assert s.bookings[0].state is BookingState.CANCELLED
        assert (await s.heard("guest"))[-1] == cancelled(s)


async def test_reservation_that_vanished_from_the_pms_is_handed_to_staff() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        await s.say("guest", "sí")
        await s.say("guest", "cancelar la reserva")
        s.pms[SOL]._booked.clear()
        await s.say("guest", "sí")
        assert (await s.heard("guest"))[-1] == not_cancelled(s)
        assert len(await s.store.journal.escalations(SOL)) == 1


async def test_cancellation_goes_on_through_a_long_outage_and_staff_is_told_once() -> None:
    async with stage() as s:
        await cancel(s, every(on("pms.cancel", Fault.REFUSED, always=True), on("pms.verify", Fault.REFUSED, always=True)))
        await s.pass_time(timedelta(minutes=14), step=timedelta(seconds=5))
        assert await s.store.journal.escalations(SOL) == ()
        await s.pass_time(timedelta(minutes=20), step=timedelta(seconds=5))
        assert [known.reason for known in await s.store.journal.escalations(SOL)] == ["cancel_failed"]
        assert s.bookings[0].state is BookingState.CANCELLING
        assert not_cancelled(s) not in await s.heard("guest")
        s.restart()
        await s.come_to_rest()
        assert await s.violations() == ()
        assert (await s.heard("guest"))[-1] == cancelled(s)


async def test_job_of_a_booking_that_is_settled_already_changes_nothing() -> None:
    async with stage() as s:
        await cancel(s, on("none"))
        before = s.bookings
        for kind in (JobKind.BOOK, JobKind.CANCEL):
            await _order_again(s, kind)
            await s.work()
        assert s.bookings == before
        assert await s.violations() == ()


async def _order_again(s: Stage, kind: JobKind) -> None:
    """Put a job on the journal as if it were there twice."""
    booking = s.bookings[0]
    job = Job(
        id=JobId(f"again-{kind}"),
        kind=kind,
        tenant=booking.tenant,
        conversation=booking.conversation,
        channel=Channel.API,
        booking=booking.id,
        due_at=s.clock.now(),
    )
    s.store.journal._jobs[job.id] = WaitingJob(job, job.due_at)
