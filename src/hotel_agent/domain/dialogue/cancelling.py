"""Giving up what is not booked yet, cancelling what is, and saying how a reservation stands."""

from datetime import datetime
from enum import Enum

from hotel_agent.domain.bookings import UNSETTLED, Booking, BookingState
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import names_a_wish
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.replies import AskCancelYes, Note, StatusOf
from hotel_agent.domain.requests import ReadReservation, ReservationRead
from hotel_agent.domain.turns import AuditAct, JobKind
from hotel_agent.domain.understanding import PLAIN_YES, Expecting, Intent, Understanding


class CancelAnswer(Enum):
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"
    """A yes with something else in it."""


def give_up(talk: Talk) -> Talking:
    """Drop what is being arranged; nothing was booked."""
    yield from talk.let_go()
    talk.remember(offers=(), choices=())
    talk.say(Note.GIVEN_UP)


def ask_to_cancel(talk: Talk) -> Talking:
    """Find the reservation meant and ask for an explicit yes; in the middle of a booking it is that which is given up."""
    if talk.session.held and not talk.slots.reservation_code:
        yield from give_up(talk)
        return
    _ask_about(talk, _meant(talk, BookingState.CONFIRMED))


def answer_in(talk: Talk, heard: Understanding, intent: Intent) -> CancelAnswer | None:
    """
    Read the answer to "shall I cancel it?"; None for what is none.

    "Sí, cancélala" and "no, no la canceles" both speak of cancelling as well.
    """
    said = {intent} if intent is not Intent.CANCEL_RESERVATION else {intent, *heard.also}
    if Intent.DENY in said:
        return CancelAnswer.NO
    if Intent.AFFIRM not in said:
        return None
    plain = {intent, *heard.also} <= PLAIN_YES | {Intent.CANCEL_RESERVATION} and not _names_something_else(talk)
    return CancelAnswer.YES if plain else CancelAnswer.UNCLEAR


def answer_cancel(talk: Talk, sent_at: datetime, answer: CancelAnswer) -> None:
    """Cancel or keep; a yes sent before the question went out is none."""
    said_at = talk.session.cancel_said_at
    if answer is CancelAnswer.NO:
        _keep_it(talk)
    elif answer is CancelAnswer.UNCLEAR or said_at is None or sent_at <= said_at:
        talk.puzzle(Note.ASK_YES_AGAIN)
    else:
        _take_cancel_yes(talk)


def press_cancel(talk: Talk, sent_at: datetime, subject: str, *, yes: bool) -> None:
    """Take the answer of a button; one of an earlier message leads to the question again, never to a cancellation."""
    waiting = _waiting(talk)
    if waiting and waiting.reservation == subject:
        answer_cancel(talk, sent_at, CancelAnswer.YES if yes else CancelAnswer.NO)
    elif yes:
        confirmed = (known for known in talk.bookings if known.state is BookingState.CONFIRMED)
        _ask_about(talk, next((known for known in confirmed if known.reservation == ReservationId(subject)), None))
    else:
        talk.say(Note.KEPT)


def repeat(talk: Talk) -> None:
    """Put the question again that still waits; an answer to its first wording is one to this."""
    waiting = _waiting(talk)
    if waiting and waiting.reservation:
        talk.say(AskCancelYes(reservation=waiting.reservation, offer=waiting.offer))
        talk.remember(expecting=Expecting.CANCEL_YES)


def tell_status(talk: Talk) -> Talking:
    """Say how this conversation's own reservation stands, as the PMS has it."""
    unsettled = talk.latest(*UNSETTLED)
    if unsettled and not talk.slots.reservation_code:
        # The one being booked is the one asked about, however many older ones stand.
        talk.say(Note.STILL_BOOKING)
        talk.booking = unsettled
        return
    booking = _meant(talk, BookingState.CONFIRMED, BookingState.CANCELLING) or _meant(talk, BookingState.CANCELLED)
    if booking is None or booking.reservation is None:
        talk.say(Note.STILL_BOOKING if talk.latest(*UNSETTLED) else Note.NO_RESERVATION)
        return
    outcome = yield ReadReservation(reservation=booking.reservation)
    if isinstance(outcome, ReservationRead) and outcome.reservation:
        talk.say(StatusOf(reservation=booking.reservation, status=outcome.reservation.status, offer=booking.offer))
        talk.booking = booking
    else:
        talk.degrade(Note.DEGRADED)


def _ask_about(talk: Talk, booking: Booking | None) -> None:
    if booking is None or booking.reservation is None:
        talk.puzzle(Note.STILL_BOOKING if talk.latest(*UNSETTLED) else Note.NOTHING_TO_CANCEL)
        return
    talk.ask(AskCancelYes(reservation=booking.reservation, offer=booking.offer), Expecting.CANCEL_YES)
    talk.remember(cancelling=booking.id, cancel_said_at=None)


def _take_cancel_yes(talk: Talk) -> None:
    """The guest agreed to cancel: commit it."""
    booking = _waiting(talk)
    talk.remember(cancelling=None, cancel_said_at=None, expecting=Expecting.NOTHING)
    if booking is None or booking.state is not BookingState.CONFIRMED:
        talk.puzzle(Note.NOTHING_TO_CANCEL)
        return
    moved = booking.moved_to(BookingState.CANCELLING, root=talk.event.root)
    talk.keep(moved)
    talk.order(JobKind.CANCEL, moved)
    talk.note(AuditAct.CANCEL_ASKED, moved.id)
    talk.say(Note.CANCELLING)


def _keep_it(talk: Talk) -> None:
    """The guest would rather not cancel."""
    talk.remember(cancelling=None, cancel_said_at=None, expecting=Expecting.NOTHING)
    talk.say(Note.KEPT)


def _waiting(talk: Talk) -> Booking | None:
    """The booking that the guest was asked about cancelling."""
    return next((known for known in talk.bookings if known.id == talk.session.cancelling), None)


def _names_something_else(talk: Talk) -> bool:
    slots, waiting = talk.slots, _waiting(talk)
    other = slots.reservation_code is not None and (waiting is None or not _is_named(waiting, slots.reservation_code))
    return other or slots.price_named or names_a_wish(slots)


def _is_named(booking: Booking, code: str) -> bool:
    return code.casefold() in {(booking.reservation or "").casefold(), booking.reference.casefold()}


def _meant(talk: Talk, *states: BookingState) -> Booking | None:
    """The booking of this conversation in one of *states* that the text names, or the newest one where it names none."""
    code = talk.slots.reservation_code
    if code is None:
        return talk.latest(*states)
    return next((known for known in talk.bookings if known.state in states and _is_named(known, code)), None)
