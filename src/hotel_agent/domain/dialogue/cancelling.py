"""Giving up what is not booked yet, cancelling what is, and saying how a reservation stands."""

from hotel_agent.domain.bookings import UNSETTLED, Booking, BookingState
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.replies import AskCancelYes, Note, StatusOf
from hotel_agent.domain.requests import ReadReservation, ReservationRead
from hotel_agent.domain.turns import AuditAct, JobKind, Status
from hotel_agent.domain.understanding import Expecting


def give_up(talk: Talk) -> Talking:
    """Drop what is being arranged; nothing was booked."""
    yield from talk.let_go()
    talk.remember(offers=())
    talk.say(Note.GIVEN_UP)


def ask_to_cancel(talk: Talk) -> Talking:
    """Find the reservation meant and ask for an explicit yes; in the middle of a booking it is that which is given up."""
    session = talk.session
    if session.held and not talk.slots.reservation_code:
        yield from give_up(talk)
        return
    booking = _meant(talk)
    if booking is None or booking.reservation is None:
        unsettled = talk.latest(*UNSETTLED)
        talk.say(Note.STILL_BOOKING if unsettled else Note.NOTHING_TO_CANCEL)
        talk.status = Status.CLARIFICATION
        return
    talk.remember(cancelling=booking.id, cancel_said_at=None)
    talk.ask(AskCancelYes(reservation=booking.reservation, offer=booking.offer), Expecting.CANCEL_YES)


def take_cancel_yes(talk: Talk) -> None:
    """The guest agreed to cancel: commit it."""
    wanted = talk.session.cancelling
    booking = next((known for known in talk.bookings if known.id == wanted), None)
    talk.remember(cancelling=None, cancel_said_at=None, expecting=Expecting.NOTHING)
    if booking is None or booking.state is not BookingState.CONFIRMED:
        talk.say(Note.NOTHING_TO_CANCEL)
        talk.status = Status.CLARIFICATION
        return
    moved = booking.moved_to(BookingState.CANCELLING, root=talk.event.root)
    talk.keep(moved)
    talk.order(JobKind.CANCEL, moved)
    talk.note(AuditAct.CANCEL_ASKED, moved.id)
    talk.say(Note.CANCELLING)


def keep_it(talk: Talk) -> None:
    """The guest would rather not cancel."""
    talk.remember(cancelling=None, cancel_said_at=None, expecting=Expecting.NOTHING)
    talk.say(Note.KEPT)


def tell_status(talk: Talk) -> Talking:
    """Say how this conversation's own reservation stands, as the PMS has it."""
    booking = _meant(talk) or talk.latest(BookingState.CANCELLED)
    if booking is None or booking.reservation is None:
        talk.say(Note.STILL_BOOKING if talk.latest(*UNSETTLED) else Note.NO_RESERVATION)
        return
    outcome = yield ReadReservation(reservation=booking.reservation)
    if isinstance(outcome, ReservationRead) and outcome.reservation:
        talk.say(StatusOf(reservation=booking.reservation, status=outcome.reservation.status, offer=booking.offer))
        talk.booking = booking
    else:
        talk.degrade(Note.DEGRADED)


def _meant(talk: Talk) -> Booking | None:
    """The confirmed booking of this conversation that the text names, or the newest one where it names none."""
    code = talk.slots.reservation_code
    if code is None:
        return talk.latest(BookingState.CONFIRMED)
    confirmed = (known for known in talk.bookings if known.state is BookingState.CONFIRMED)
    return next((known for known in confirmed if code.upper() in {known.reservation, known.reference.upper()}), None)
