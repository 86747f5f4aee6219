"""
The process dies at every await of a booking, and another one takes over: nothing is lost, doubled or left behind.

Each story is run once without a crash to learn its calls; then once for each call, dying just after it (and, in the plainest
story, just before it). Every await of ours is a call to a port, so between two calls there is nothing to die in.
"""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from attrs import field, frozen

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.money import Money
from hotel_agent.domain.replies import Cancelled, Checking, Confirmed, NotBooked
from hotel_agent.domain.stays import Stay
from hotel_agent.testing.faults import Call, Crashed, Fault, Plan, crash_at, every, no_faults, on
from hotel_agent.testing.stage import DOUBLE, SOL, Stage, stage

pytestmark = pytest.mark.anyio

STAY = Stay(date(2031, 5, 2), date(2031, 5, 4))
_POLLS = {"journal.due", "journal.claim", "journal.claim_jobs"}

_Prepare = Callable[[Stage], Awaitable[Plan]]


async def nothing_special(_s: Stage) -> Plan:
    return no_faults


async def answer_lost(_s: Stage) -> Plan:
    return on("pms.book", Fault.LOST_ANSWER)


async def request_lost(_s: Stage) -> Plan:
    return on("pms.book", Fault.LOST_REQUEST)


async def request_late(s: Stage) -> Plan:
    s.pms[SOL].checks = False
    return on("pms.book", Fault.LATE)


async def another_total(s: Stage) -> Plan:
    s.pms[SOL].surcharge = Money.of(1, "EUR")
    return no_faults


def _walk_in_first(s: Stage) -> Plan:
    def plan(call: Call) -> Fault | None:
        if call.what == "pms.book" and not s.pms[SOL].reservations:
            s.pms[SOL].walk_in(DOUBLE, s.bookings[0].rooms[0], STAY)
        return None

    return plan


async def sold_out(s: Stage) -> Plan:
    return _walk_in_first(s)


async def race_lost(s: Stage) -> Plan:
    s.pms[SOL].checks = False
    return _walk_in_first(s)


async def to_be_cancelled(s: Stage) -> Plan:
    await s.say("guest", "sí")
    await s.say("guest", "cancelar la reserva")
    return no_faults


@frozen(kw_only=True)
class Story:
    """What is prepared before the "sí" whose processing is interrupted, and the states it may end in."""

    name: str
    prepare: _Prepare
    ends: set[BookingState]
    faults: tuple[Fault, ...] = field(default=(Fault.CRASH_AFTER,))


@frozen(kw_only=True)
class Ending:
    calls: tuple[str, ...]
    violations: tuple[str, ...]
    state: BookingState
    truths: int
    untruths: int
    alarms: int


STORIES = (
    Story(
        name="plain",
        prepare=nothing_special,
        ends={BookingState.CONFIRMED},
        faults=(Fault.CRASH_BEFORE, Fault.CRASH_AFTER),
    ),
    Story(name="answer lost", prepare=answer_lost, ends={BookingState.CONFIRMED}),
    Story(name="request lost", prepare=request_lost, ends={BookingState.CONFIRMED}),
    Story(name="request late", prepare=request_late, ends={BookingState.CONFIRMED}),
    Story(name="another total", prepare=another_total, ends={BookingState.REJECTED}),
    Story(name="sold out", prepare=sold_out, ends={BookingState.REJECTED}),
    Story(name="race lost", prepare=race_lost, ends={BookingState.REJECTED}),
    Story(name="cancelled", prepare=to_be_cancelled, ends={BookingState.CANCELLED}),
)


async def play(story: Story, crash: Plan) -> Ending:
    """Take the yes with an agent that dies as planned, let others take over, and look at the books at rest."""
    async with stage() as s:
        await s.up_to_the_yes("guest")
        plan = await story.prepare(s)
        s.restart(every(crash, plan))
        died = s.agent.faults
        try:
            await s.say("guest", "sí", message_id="yes")
            await s.come_to_rest()
        except Crashed:
            s.restart(lambda call: plan(call) if call.what not in died.calls else None)
            # The channel got no answer, so the message comes again.
            await s.say("guest", "sí", message_id="yes")
            await s.come_to_rest()
        (booking,) = s.bookings
        heard = await s.heard("guest")
        reservation = booking.reservation
        good = (
            (
                s.words(Confirmed(reservation=reservation, offer=booking.offer, guest=booking.guest)),
                s.words(Cancelled(reservation=reservation)),
            )
            if reservation
            else ()
        )
        bad = s.words(NotBooked(offer=booking.offer, reason=booking.rejection)) if booking.rejection else "-"
        last = {
            BookingState.CONFIRMED: good[:1],
            BookingState.CANCELLED: good[1:],
            BookingState.REJECTED: (bad,),
        }.get(booking.state, ())
        others = {*good, bad} - {*last, *(good[:1] if booking.state is BookingState.CANCELLED else ())}
        return Ending(
            calls=tuple(died.calls),
            violations=await s.violations(),
            state=booking.state,
            truths=sum(text.startswith(last) for text in heard),
            untruths=sum(text.startswith(tuple(others)) for text in heard),
            alarms=heard.count(s.words(Checking(offer=booking.offer, reference=booking.reference))),
        )


def telling(calls: tuple[str, ...]) -> list[int]:
    """The numbers of all calls but the polls that found nothing."""
    return [
        number
        for number, what in enumerate(calls, start=1)
        if what not in _POLLS or (number < len(calls) and calls[number] not in _POLLS)
    ]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_crash_at_any_await_leaves_the_books_as_the_guest_was_told(story: Story) -> None:
    smooth = await play(story, no_faults)
    assert (smooth.violations, smooth.truths, smooth.untruths) == ((), 1, 0)
    numbers = telling(smooth.calls)
    assert len(numbers) > 10
    for number in numbers:
        for fault in story.faults:
            ending = await play(story, crash_at(number, fault))
            where = f"{fault} call {number}, {smooth.calls[number - 1]}"
            assert (where, ending.violations) == (where, ())
            assert (where, ending.state in story.ends) == (where, True)
            assert (where, ending.truths, ending.untruths) == (where, 1, 0)
            assert (where, ending.alarms <= 1) == (where, True)


@pytest.mark.parametrize("story", STORIES[:2], ids=lambda story: story.name)
async def test_second_crash_while_the_first_is_being_cleared_up_changes_nothing(story: Story) -> None:
    for first in ("pms.book", "journal.record", "journal.commit"):
        for number in range(1, 40, 2):
            async with stage() as s:
                await s.up_to_the_yes("guest")
                plan = await story.prepare(s)
                s.restart(every(on(first, Fault.CRASH_AFTER), plan))
                for following in (number, 0):
                    try:
                        await s.say("guest", "sí", message_id="yes")
                        await s.come_to_rest()
                        break
                    except Crashed:
                        s.restart(crash_at(following, Fault.CRASH_AFTER))
                else:
                    await s.say("guest", "sí", message_id="yes")
                    await s.come_to_rest()
                where = f"after {first}, then after call {number}"
                assert (where, await s.violations()) == (where, ())
                assert (where, [booking.state for booking in s.bookings]) == (where, [BookingState.CONFIRMED])


async def test_dead_process_leaves_its_claims_until_their_leases_end() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.restart(on("pms.book", Fault.CRASH_AFTER))
        with pytest.raises(Crashed):
            await s.say("guest", "sí")
        s.restart()
        states = []
        for _ in range(2):
            await s.pass_time(timedelta(seconds=2))
            states.append(s.bookings[0].state)
        assert states == [BookingState.SUBMITTING, BookingState.CONFIRMED]
