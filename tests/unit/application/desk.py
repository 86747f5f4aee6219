"""What tests of a booking look at: the one guest, the one booking, and the words they share."""

from collections.abc import Callable
from datetime import date, timedelta

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.replies import BookingNow, Checking, Confirmed, NotBooked
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.turns import Answer
from hotel_agent.testing.faults import Call, Fault, Plan
from hotel_agent.testing.stage import SOL, Stage

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
