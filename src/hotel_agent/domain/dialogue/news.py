"""What the guest hears of a booking that a job has moved."""

from attrs import evolve

from hotel_agent.domain.bookings import OPEN, UNSETTLED, Booking, BookingState
from hotel_agent.domain.dialogue.arranging import is_arranging
from hotel_agent.domain.dialogue.offering import present_offers
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.events import BookingNews, Settled
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.replies import (
    Cancelled,
    Changed,
    CheckedIn,
    CheckedOut,
    Checking,
    Confirmed,
    Escalated,
    NotBooked,
    NotCancelled,
    NotChanged,
    Note,
    Reply,
)
from hotel_agent.domain.turns import Status

_WORTH_ANOTHER_LOOK = {Rejection.SOLD_OUT, Rejection.PRICE_CHANGED}


def tell_news(talk: Talk, told: BookingNews) -> Talking:
    """Say how the booking stands; where it failed for want of the room or the price, show what there is now."""
    booking = next((known for known in talk.bookings if known.id == told.booking), None)
    if booking is None:
        return
    talk.booking = booking
    reservation = booking.reservation
    match told.news:
        case Settled.CONFIRMED if reservation:
            talk.say(Confirmed(reservation=reservation, offer=booking.offer, guest=booking.guest))
        case Settled.REJECTED:
            talk.say(NotBooked(offer=booking.offer, reason=booking.rejection or Rejection.OTHER))
            yield from _offer_alternatives(talk, booking)
        case Settled.CHECKING if booking.state in UNSETTLED:
            talk.say(Checking(offer=booking.offer, reference=booking.reference))
            talk.status = Status.DEGRADED
            talk.fallback_used = True
        case Settled.CHECKING if booking.state is BookingState.CHANGING:
            talk.say(Note.CHECKING_CHANGE)
            talk.status = Status.DEGRADED
            talk.fallback_used = True
        case Settled.STAFF_TOLD if booking.state in OPEN:
            # The job that found it overdue has told staff itself.
            talk.say(Escalated(urgent=False, phone=talk.hotel.phone, absence=talk.absence))
            talk.status = Status.ESCALATED
        case Settled.CANCELLED if reservation:
            talk.say(Cancelled(reservation=reservation, fee=booking.fee))
        case Settled.NOT_CANCELLED if reservation:
            talk.say(NotCancelled(reservation=reservation))
        case _ if reservation and (reply := _of_change(booking, reservation, told.news)):
            talk.say(reply)
        case _:
            # Settled meanwhile: the news of that comes next.
            return


def _of_change(booking: Booking, reservation: ReservationId, news: Settled) -> Reply | None:
    """What there is to say of a change that has been made or refused."""
    replies: dict[Settled, Reply] = {
        Settled.CHANGED: Changed(reservation=reservation, offer=booking.offer),
        Settled.NOT_CHANGED: NotChanged(
            reservation=reservation, offer=booking.offer, reason=booking.rejection or Rejection.OTHER
        ),
        Settled.CHECKED_IN: CheckedIn(reservation=reservation, offer=booking.offer),
        Settled.CHECKED_OUT: CheckedOut(reservation=reservation),
        Settled.NOT_CHECKED_IN: Note.NOT_CHECKED_IN,
        Settled.NOT_CHECKED_OUT: Note.NOT_CHECKED_OUT,
    }
    return replies.get(news)


def _offer_alternatives(talk: Talk, booking: Booking) -> Talking:
    """Search the same stay anew, unless the guest is already about something else."""
    if booking.rejection not in _WORTH_ANOTHER_LOOK or is_arranging(talk.session) or talk.session.is_over(talk.now):
        return
    stay, party = booking.offer.stay, booking.offer.occupancy
    wish = evolve(
        talk.session.wish,
        arrival=stay.arrival,
        departure=stay.departure,
        nights=stay.nights,
        dates_stand=True,
        adults=party.adults,
        child_ages=party.child_ages,
        rooms=party.rooms,
        kind=None,
        room_name=None,
        room_id=None,
        assumed=frozenset(),
    )
    talk.remember(wish=wish, choices=())
    yield from present_offers(talk)
