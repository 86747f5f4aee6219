"""Giving up what is not booked yet, cancelling what is, and saying how a reservation stands."""

from datetime import datetime
from enum import Enum

from hotel_agent.domain.bookings import UNSETTLED, Booking, BookingState
from hotel_agent.domain.dialogue import looking_up
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import names_a_wish
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import AskCancelYes, Note
from hotel_agent.domain.reservations import ReservationStatus
from hotel_agent.domain.terms import CancellationQuote
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
    booking = yield from looking_up.reservation_meant(talk, Intent.CANCEL_RESERVATION)
    if booking:
        yield from _ask_about(talk, booking)


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


def press_cancel(talk: Talk, sent_at: datetime, subject: str, *, yes: bool) -> Talking:
    """Take the answer of a button; one of an earlier message leads to the question again, never to a cancellation."""
    waiting = _waiting(talk)
    if waiting and waiting.reservation == subject:
        answer_cancel(talk, sent_at, CancelAnswer.YES if yes else CancelAnswer.NO)
    elif yes:
        confirmed = (known for known in talk.bookings if known.state is BookingState.CONFIRMED)
        meant = next((known for known in confirmed if known.reservation == ReservationId(subject)), None)
        if meant:
            yield from _ask_about(talk, meant)
        else:
            talk.puzzle(Note.STILL_BOOKING if talk.latest(*UNSETTLED) else Note.NOTHING_TO_CANCEL)
    else:
        talk.say(Note.KEPT)


def repeat(talk: Talk) -> None:
    """Put the question again that still waits; an answer to its first wording is one to this."""
    waiting, session = _waiting(talk), talk.session
    if waiting and waiting.reservation:
        offer = session.cancel_read or waiting.offer
        talk.say(AskCancelYes(reservation=waiting.reservation, offer=offer, quote=session.cancel_quote))
        talk.remember(expecting=Expecting.CANCEL_YES)


def tell_status(talk: Talk) -> Talking:
    """Say how this guest's reservation stands, as the PMS has it."""
    unsettled = talk.latest(*UNSETTLED)
    if unsettled and not talk.slots.reservation_code:
        # The one being booked is the one asked about, however many older ones stand.
        talk.say(Note.STILL_BOOKING)
        talk.booking = unsettled
        return
    booking = yield from looking_up.reservation_meant(talk, Intent.RESERVATION_STATUS)
    if booking is None:
        return
    known = yield from looking_up.read(talk, booking)
    if known:
        looking_up.tell(talk, known)
    else:
        talk.degrade(Note.DEGRADED)


def cost_of(talk: Talk, offer: Offer) -> CancellationQuote | None:
    """What cancelling *offer* costs now, by the hotel's own clock; None: the hotel has not told us its terms."""
    terms = talk.hotel.cancellation
    if terms is None:
        return None
    arrives_at = talk.hotel.moment(offer.stay.arrival, talk.hotel.check_in_from)
    return terms.quote(offer.total, offer.stay.nights, arrives_at, talk.now)


def _ask_about(talk: Talk, booking: Booking) -> Talking:
    """Read the reservation out with what cancelling it costs; what is over, or under way, is only told."""
    if busy := looking_up.under_way(booking):
        talk.say(busy)
        talk.booking = booking
        return
    if booking.state is not BookingState.CONFIRMED or booking.reservation is None:
        talk.puzzle(Note.NOTHING_TO_CANCEL)
        return
    known = yield from looking_up.read(talk, booking)
    if known and (known.is_over or known.reservation is None):
        looking_up.tell(talk, known)
        return
    if known and known.reservation and known.reservation.status is ReservationStatus.CHECKED_IN:
        # What of a stay that has begun can be given back is for a person to say.
        talk.escalate(Intent.CANCEL_RESERVATION)
        return
    # With the PMS away what we know of it is read out: cancelling in time matters, and the job waits for the PMS.
    yield from talk.leave_reservations()
    offer = known.offer if known else booking.offer
    quote = cost_of(talk, offer)
    talk.ask(AskCancelYes(reservation=booking.reservation, offer=offer, quote=quote), Expecting.CANCEL_YES)
    talk.remember(cancelling=booking.id, cancel_said_at=None, cancel_read=offer, cancel_quote=quote)


def _take_cancel_yes(talk: Talk) -> None:
    """The guest agreed to cancel: commit it, unless it has begun to cost something else meanwhile."""
    booking, session = _waiting(talk), talk.session
    quote = cost_of(talk, session.cancel_read or booking.offer) if booking else None
    fee_moved = quote is not None and (session.cancel_quote is None or quote.fee != session.cancel_quote.fee)
    if booking and booking.reservation and booking.state is BookingState.CONFIRMED and fee_moved:
        offer = session.cancel_read or booking.offer
        talk.ask(AskCancelYes(reservation=booking.reservation, offer=offer, quote=quote), Expecting.CANCEL_YES)
        talk.remember(cancel_said_at=None, cancel_quote=quote)
        return
    _forget(talk)
    if booking is None or booking.state is not BookingState.CONFIRMED:
        talk.puzzle(Note.NOTHING_TO_CANCEL)
        return
    moved = booking.moved_to(
        BookingState.CANCELLING, root=talk.event.root, fee=quote.fee if quote else None, staff_told_at=None
    )
    talk.keep(moved)
    talk.order(JobKind.CANCEL, moved)
    talk.note(AuditAct.CANCEL_ASKED, moved.id)
    talk.say(Note.CANCELLING)


def _keep_it(talk: Talk) -> None:
    """The guest would rather not cancel."""
    _forget(talk)
    talk.say(Note.KEPT)


def _forget(talk: Talk) -> None:
    talk.remember(cancelling=None, cancel_said_at=None, cancel_read=None, cancel_quote=None, expecting=Expecting.NOTHING)


def _waiting(talk: Talk) -> Booking | None:
    """The booking that the guest was asked about cancelling."""
    return next((known for known in talk.bookings if known.id == talk.session.cancelling), None)


def _names_something_else(talk: Talk) -> bool:
    slots, waiting = talk.slots, _waiting(talk)
    other = slots.reservation_code is not None and (waiting is None or not looking_up.is_named(waiting, slots.reservation_code))
    return other or slots.price_named or names_a_wish(slots)
