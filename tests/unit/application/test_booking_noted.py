"""A booking is noted in the journal before it is sent: without the note it never went, with it it may have."""

from datetime import timedelta

import pytest
from tests.unit.application.desk import SECOND, booking_now, checking, confirmed, live, only_booking, say_yes, told

from hotel_agent.domain.bookings import BookingState
from hotel_agent.testing.faults import Call, Crashed, Fault, Plan, on
from hotel_agent.testing.stage import Stage, stage

pytestmark = pytest.mark.anyio

TAKEN_OVER = timedelta(seconds=4)
"""A little more than the lease of whoever died."""


def at_the_first_once_booked(s: Stage, what: str, fault: Fault) -> Plan:
    """Plan a fault of the first such call after the yes was committed: until then such calls are the turn's."""
    met: list[Call] = []

    def plan(call: Call) -> Fault | None:
        if call.what != what or met or not s.bookings:
            return None
        met.append(call)
        return fault

    return plan


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("journal.claim_jobs", Fault.CRASH_AFTER),
        ("locks.hold", Fault.CRASH_BEFORE),
        ("locks.hold", Fault.CRASH_AFTER),
        ("leases.take", Fault.CRASH_AFTER),
        ("journal.note", Fault.CRASH_BEFORE),
    ],
)
async def test_booking_whose_worker_died_before_the_note_is_sent_by_the_next_without_looking(what: str, fault: Fault) -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.restart(at_the_first_once_booked(s, what, fault))
        with pytest.raises(Crashed):
            await s.say("guest", "sí")
        assert only_booking(s).submitted_at is None
        s.restart()
        # A lease of the PMS's writer that nobody gives up is waited for, too.
        await s.pass_time(TAKEN_OVER)
        calls = s.agent.faults.calls
        assert calls.count("pms.book") == 1
        assert "pms.find" not in calls[: calls.index("pms.book")]
        assert only_booking(s).state is BookingState.CONFIRMED
        assert await told(s) == (booking_now(s), confirmed(s))
        await s.come_to_rest()
        assert await s.violations() == ()


async def test_booking_whose_worker_died_after_the_note_is_looked_up_before_it_is_sent() -> None:
    async with stage() as s:
        with pytest.raises(Crashed):
            await say_yes(s, on("journal.note", Fault.CRASH_AFTER))
        assert only_booking(s).submitted_at is not None
        s.restart()
        await s.pass_time(timedelta(seconds=60))
        assert "pms.book" not in s.agent.faults.calls
        assert await told(s) == (booking_now(s), checking(s))
        await s.pass_time(timedelta(seconds=60))
        assert s.agent.faults.calls.count("pms.book") == 1
        assert only_booking(s).state is BookingState.CONFIRMED
        assert (await told(s))[-1] == confirmed(s)
        await s.come_to_rest()
        assert await s.violations() == ()


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST_REQUEST, Fault.LOST_ANSWER])
async def test_nothing_is_sent_while_the_note_cannot_be_written(fault: Fault) -> None:
    async with stage() as s:
        sent_at_note: list[int] = []

        def plan(call: Call) -> Fault | None:
            if call.what == "journal.note":
                sent_at_note.append(s.agent.faults.calls.count("pms.book"))
                return fault if call.nth <= 3 else None
            return None

        await say_yes(s, plan)
        await s.pass_time(timedelta(seconds=15))
        assert sent_at_note == [0, 0, 0, 0]
        assert s.agent.faults.calls.count("pms.book") == 1
        assert only_booking(s).state is BookingState.CONFIRMED
        heard = await told(s)
        assert (heard[0], heard[-1], heard.count(checking(s)) <= 1) == (booking_now(s), confirmed(s), True)
        await s.come_to_rest()
        assert await s.violations() == ()


async def test_worker_whose_lease_lapsed_sends_nothing() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")

        def plan(call: Call) -> Fault | None:
            if (call.what, call.nth) == ("journal.note", 1):
                # Another worker has the job by now; this one has not heard of it.
                (waiting,) = s.store.journal._jobs.values()
                waiting.owner, waiting.fence, waiting.free_at = "another", waiting.fence + 1, s.clock.now() + 10 * SECOND
            return None

        s.restart(plan)
        await s.say("guest", "sí")
        assert ("jobs", "StaleClaim") in s.witness.failed_loops
        assert "pms.book" not in s.agent.faults.calls
        assert (only_booking(s).submitted_at, live(s)) == (None, [])
        await s.come_to_rest()
        assert s.agent.faults.calls.count("pms.book") == 1
        assert await s.violations() == ()


async def test_booking_that_the_pms_did_not_even_get_counts_as_never_sent() -> None:
    async with stage() as s:
        await say_yes(s, on("pms.book", *[Fault.REFUSED] * 12))
        assert (only_booking(s).state, only_booking(s).submitted_at) == (BookingState.SUBMITTING, None)
        await s.come_to_rest()
        assert only_booking(s).state is BookingState.CONFIRMED
        assert await s.violations() == ()


async def test_unforeseen_error_after_the_note_is_settled_by_looking_up() -> None:
    async with stage() as s:

        def plan(call: Call) -> Fault | None:
            if (call.what, call.nth) == ("pms.verify", 1):
                raise RuntimeError("a defect in an adapter")
            return None

        await say_yes(s, plan)
        await s.come_to_rest()
        assert s.agent.faults.calls.count("pms.book") == 1
        assert only_booking(s).state is BookingState.CONFIRMED
        assert await s.violations() == ()
