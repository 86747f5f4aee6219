from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import anyio
import pytest

from hotel_agent.application.conversations import MAX_TRIES
from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.events import BookingNews, Event, GuestMessage
from hotel_agent.domain.replies import Note
from hotel_agent.domain.turns import AuditAct, Status
from hotel_agent.domain.understanding import Intent
from hotel_agent.testing.faults import Call, Fault, Plan, every, on
from hotel_agent.testing.stage import SOL, Stage, incoming_of, stage

pytestmark = pytest.mark.anyio

LEASE = timedelta(seconds=3)
AVAILABILITY = "Disponibilidad para 2031-05-02 a 2031-05-04"


def texts(events: Sequence[Event]) -> list[str]:
    return [event.content.text for event in events if isinstance(event.content, GuestMessage)]


def breaking(what: str, error: Exception, times: int = 1_000) -> Plan:
    """Plan an error that no port promises."""

    def plan(call: Call) -> Fault | None:
        if call.what == what and call.nth <= times:
            raise error
        return None

    return plan


async def write(s: Stage, *messages: str) -> None:
    for text in messages:
        await s._let_pass(timedelta(milliseconds=1))
        await s.agent.intake.take(incoming_of("guest", text))


# ---------------------------------------------------------------- order and ownership


async def test_events_are_handled_in_order_with_one_commit_each() -> None:
    async with stage() as s:
        await write(s, "hola", AVAILABILITY, "gracias")
        await s.work()
        assert texts(s.witness.turns) == ["hola", AVAILABILITY, "gracias"]
        assert s.agent.faults.calls.count("journal.commit") == 3
        assert [line.by_guest for line in await s.transcript("guest")] == [True, False] * 3


async def test_duplicate_deliveries_are_one_turn() -> None:
    async with stage() as s:
        answers = [await s.say("guest", "hola", message_id="m-1") for _ in range(3)]
        assert answers[0] == answers[1] == answers[2]
        assert len(s.witness.turns) == 1


async def test_claim_lost_to_another_worker_is_dropped_silently() -> None:
    async with stage() as s:
        await write(s, "hola")
        (claim,) = await s.store.journal.claim("slow", 1, LEASE)
        await s.pass_time(LEASE)
        assert len(s.witness.turns) == 1
        await s.agent.conversations.handle(claim)
        assert (len(s.witness.turns), s.witness.failed_turns) == (1, [])
        assert len(await s.transcript("guest")) == 2


async def test_turn_whose_booking_a_job_has_moved_meanwhile_is_decided_anew() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        await s.say("guest", "sí")
        await s.say("guest", "cancelar la reserva")
        await write(s, "sí")
        (claim,) = await s.store.journal.claim(s.agent.worker._owner, 1, LEASE)
        booking = s.bookings[0]
        s.store.journal._bookings[booking.id] = booking.changed()
        await s.agent.conversations.handle(claim)
        assert s.bookings[0].state is BookingState.CONFIRMED
        await s.pass_time(timedelta(seconds=1))
        assert s.bookings[0].state.value == "cancelled"
        assert s.witness.failed_turns == []


async def test_two_workers_on_one_store_handle_every_message_once_and_in_order() -> None:
    async with stage() as s:
        guests = [f"guest-{n}" for n in range(12)]
        said = ["hola", AVAILABILITY, "gracias"]
        for text in said:
            for guest in guests:
                await s.agent.intake.take(incoming_of(guest, text))
            await s._let_pass(timedelta(milliseconds=1))
        other = s.another()
        async with anyio.create_task_group() as group:
            group.start_soon(s.agent.worker.sweep)
            group.start_soon(other.worker.sweep)
        for guest in guests:
            ours = [event for event in s.witness.turns if event.conversation == s.conversation(guest)]
            assert texts(ours) == said
            assert [line.text for line in await s.transcript(guest) if line.by_guest] == said


# ---------------------------------------------------------------- failing turns


async def test_failing_turn_is_tried_again_with_growing_delay_then_set_aside_with_an_honest_answer() -> None:
    tries: list[datetime] = []
    async with stage() as s:

        def plan(call: Call) -> Fault | None:
            if call.what == "pms.search":
                tries.append(s.clock.now())
                raise RuntimeError("a defect")
            return None

        s.agent.faults.plan = plan
        answer = await s.say("guest", AVAILABILITY)
        assert answer is not None
        assert (answer.status, answer.fallback_used, answer.text) == (Status.DEGRADED, True, s.words(Note.FAILED))
        waits = [round((b - a).total_seconds(), 1) for a, b in pairwise(tries)]
        assert (len(tries), waits) == (MAX_TRIES, [0.4, 0.8, 1.6])
        assert s.witness.failed_turns == [("RuntimeError", False)] * 3 + [("RuntimeError", True)]
        entries = [entry for entry in await s.store.journal.audit(SOL) if entry.act is AuditAct.SET_ASIDE]
        assert [(entry.detail, entry.subject) for entry in entries] == [("RuntimeError", s.witness.turns[0].id)]
        assert (await s.store.journal.depth()).dead == 1


async def test_later_events_go_on_after_one_is_set_aside() -> None:
    async with stage(plan=breaking("pms.search", RuntimeError("a defect"))) as s:
        await write(s, AVAILABILITY, "gracias")
        await s.pass_time(timedelta(seconds=5))
        assert await s.heard("guest") == (s.words(Note.FAILED), s.words(Note.THANKS))


async def test_turn_that_fails_once_is_answered_as_if_nothing_had_happened() -> None:
    async with stage(plan=breaking("pms.search", RuntimeError("a defect"), times=1)) as s:
        answer = await s.say("guest", AVAILABILITY)
        assert answer is not None
        assert (answer.status, answer.searched is not None) == (Status.SUCCESS, True)


async def test_turn_that_no_store_takes_is_set_aside_instead_of_blocking_its_conversation() -> None:
    async with stage(plan=breaking("journal.commit", InvalidValue("cannot be written"), times=MAX_TRIES)) as s:
        answer = await s.say("guest", AVAILABILITY)
        assert answer is not None
        assert (answer.status, answer.text) == (Status.DEGRADED, s.words(Note.FAILED))
        assert (await s.store.journal.depth()).dead == 1
        assert await s.say("guest", "gracias") is not None


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST_REQUEST, Fault.LOST_ANSWER])
async def test_commit_that_the_store_does_not_answer_leaves_one_turn(fault: Fault) -> None:
    async with stage(plan=on("journal.commit", fault)) as s:
        answer = await s.say("guest", "hola")
        assert answer is not None
        assert answer.status is Status.SUCCESS
        await s.come_to_rest()
        assert len(await s.transcript("guest")) == 2


async def test_event_that_cannot_even_be_given_back_waits_for_its_lease() -> None:
    plan = every(breaking("pms.search", RuntimeError("a defect"), times=1), on("journal.give_back", Fault.REFUSED))
    async with stage(plan=plan) as s:
        answer = await s.say("guest", AVAILABILITY)
        assert answer is not None
        assert answer.status is Status.SUCCESS
        assert s.witness.failed_turns == [("RuntimeError", False), ("Unavailable", False)]


async def test_message_for_a_hotel_that_is_no_longer_configured_is_kept() -> None:
    async with stage() as s:
        await write(s, "hola")
        hotels = dict(s.hotels._hotels)
        s.hotels._hotels.clear()  # type: ignore[attr-defined]  # a dict here
        await s.pass_time(timedelta(seconds=30))
        assert s.witness.turns == []
        s.hotels._hotels.update(hotels)  # type: ignore[attr-defined]  # the same
        await s.pass_time(timedelta(seconds=5))
        assert texts(s.witness.turns) == ["hola"]


# ---------------------------------------------------------------- a slow world


async def test_hung_pms_costs_the_turn_s_time_and_is_told() -> None:
    plan = every(on("pms.search", Fault.HANG, always=True), on("pms.room_types", Fault.HANG, always=True))
    async with stage(plan=plan) as s:
        began = anyio.current_time()
        answer = await s.say("guest", AVAILABILITY)
        assert answer is not None
        assert (answer.status, answer.fallback_used, answer.open) == (Status.DEGRADED, True, False)
        assert anyio.current_time() - began == pytest.approx(3)


async def test_pms_that_keeps_hanging_is_left_alone_after_five_turns() -> None:
    async with stage(plan=on("pms.search", Fault.HANG, always=True)) as s:
        took = []
        for _ in range(8):
            began = anyio.current_time()
            answer = await s.say("guest", AVAILABILITY)
            assert answer is not None
            assert answer.status is Status.DEGRADED
            took.append(round(anyio.current_time() - began))
        assert took == [3, 3, 3, 3, 3, 0, 0, 0]
        assert s.witness.moves == ["open"]


@pytest.mark.parametrize(("fault", "seconds", "code"), [(Fault.HANG, 1.5, "timeout"), (Fault.REFUSED, 0, "unavailable")])
async def test_understander_that_does_not_answer_is_told_honestly_and_nothing_is_lost(
    fault: Fault, seconds: float, code: str
) -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.restart(on("understanding.understand", fault))
        began = anyio.current_time()
        answer = await s.say("guest", "sí")
        assert answer is not None
        assert (answer.status, answer.text) == (Status.DEGRADED, s.words(Note.FAILED))
        assert anyio.current_time() - began == seconds
        assert ("understanding", "understand", code) in s.witness.calls
        assert len(await s.store.locks.standing(SOL)) == 1
        again = await s.say("guest", "sí")
        assert again is not None
        assert again.booking is not None
        assert again.booking.state == "confirmed"


async def test_understander_and_pms_hung_together_are_answered_within_five_seconds() -> None:
    plan = every(*(on(what, Fault.HANG, always=True) for what in ("understanding.understand", "pms.room_types", "pms.search")))
    async with stage(plan=plan) as s:
        began = anyio.current_time()
        assert await s.say("guest", AVAILABILITY) is not None
        assert anyio.current_time() - began < 4.6


@pytest.mark.parametrize(("text", "choice"), [("   ", None), ("a" * 5000, None), ("", "offer:nothing")])
async def test_what_is_no_text_to_be_read_is_not_given_to_the_understander(text: str, choice: str | None) -> None:
    async with stage() as s:
        answer = await s.say("guest", text, choice=choice)
        assert answer is not None
        assert answer.status is Status.CLARIFICATION
        assert "understanding.understand" not in s.agent.faults.calls


async def test_message_after_the_session_s_end_is_heard_against_a_fresh_one() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.store.journal._timers.clear()
        await s._let_pass(timedelta(minutes=31))
        answer = await s.say("guest", "sí")
        assert answer is not None
        assert answer.booking is None
        assert s.bookings == ()


# ---------------------------------------------------------------- news of a booking


async def test_news_keeps_what_was_understood_of_the_message_that_caused_it() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.restart(on("pms.book", Fault.LOST_REQUEST))
        open_answer = await s.say("guest", "sí", message_id="yes")
        await s.come_to_rest()
        closed = await s.say("guest", "sí", message_id="yes")
        assert open_answer is not None
        assert closed is not None
        assert (open_answer.intent, closed.intent, closed.confidence) == (Intent.AFFIRM, Intent.AFFIRM, open_answer.confidence)
        assert (open_answer.status, closed.status) == (Status.DEGRADED, Status.SUCCESS)
        assert (open_answer.open, closed.open, closed.fallback_used) == (True, False, False)
        assert closed.booking is not None
        assert closed.booking.reservation == "1"


async def test_news_of_a_message_without_an_answer_is_its_answer() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.restart(on("journal.record", Fault.REFUSED))
        await write(s, "sí")
        await s.work()
        s.store.journal._answers.clear()
        await s.pass_time(timedelta(seconds=5))
        (answer,) = s.store.journal._answers.values()
        assert (answer.booking and answer.booking.state, answer.open) == ("confirmed", False)


async def test_news_that_cannot_be_told_is_set_aside_for_staff_and_the_booking_stays_in_the_answer() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.restart(breaking("records.answer", RuntimeError("a defect"), times=MAX_TRIES))
        answer = await s.say("guest", "sí")
        assert answer is not None
        assert (answer.status, answer.open) == (Status.DEGRADED, False)
        assert answer.booking is not None
        assert (answer.booking.state, answer.booking.reservation) == ("confirmed", "1")
        assert (await s.heard("guest"))[-1] == s.words(Note.FAILED)
        assert [(known.reason, known.urgent) for known in await s.store.journal.escalations(SOL)] == [
            ("booking_news_not_told", True)
        ]
        assert isinstance(s.witness.turns[-1].content, BookingNews)
        await s.come_to_rest()
        assert await s.violations() == ()


# ---------------------------------------------------------------- locks given up while their store is down


async def give_up_during_an_outage(s: Stage, *faults: Fault) -> None:
    """Lose the answer to the hold of a yes, so that the lock has no expiry, then give up while the lock store is down."""
    await s.up_to_the_yes("guest")
    s.restart(every(on("locks.hold", Fault.LOST_ANSWER), on("locks.release", *faults)))
    await s.say("guest", "sí")
    (lock,) = await s.store.locks.standing(SOL)
    assert lock.expires_at is None
    await s.say("guest", "no")
    assert len(await s.store.locks.standing(SOL)) == 1


async def test_lock_given_up_while_its_store_was_down_is_released_when_it_is_back() -> None:
    async with stage() as s:
        await give_up_during_an_outage(s, Fault.REFUSED, Fault.LOST_REQUEST, Fault.REFUSED)
        heard = await s.heard("guest")
        await s.pass_time(timedelta(minutes=5))
        assert await s.store.locks.standing(SOL) == ()
        assert await s.heard("guest") == heard
        await s.come_to_rest()
        assert await s.violations() == ()


async def test_lock_taken_up_again_by_its_owner_is_left_alone() -> None:
    async with stage() as s:
        searched = await s.say("guest", AVAILABILITY)
        assert searched is not None
        assert searched.searched is not None
        double, suite = (offer.id for offer in searched.searched.offers)
        await s.say("guest", "", choice=f"offer:{double}")
        (lock,) = await s.store.locks.standing(SOL)
        s.restart(on("locks.release", Fault.REFUSED))
        await s.say("guest", "", choice=f"offer:{suite}")
        await s.say("guest", "", choice=f"offer:{double}")
        assert [known.id for known in await s.store.locks.standing(SOL)] == [lock.id]
        await s.pass_time(timedelta(minutes=2))
        assert [known.id for known in await s.store.locks.standing(SOL)] == [lock.id]
        assert s.agent.faults.calls.count("locks.release") == 2
        assert not any(timer.id.startswith("unlock:") for timer in s.store.journal._timers.values())
