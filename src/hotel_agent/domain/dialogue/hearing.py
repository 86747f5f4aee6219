"""What a text is taken for: whether it is sure enough to act on, and who deals with it."""

from collections.abc import Generator

from hotel_agent.domain.bookings import OPEN, BookingState
from hotel_agent.domain.dialogue import amending, arriving, cancelling, looking_up, reserving, talking, urgency
from hotel_agent.domain.dialogue.arranging import answers_what_was_asked, arrange, is_arranging
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import names_a_wish, names_stay_or_party
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.replies import Clarify, Note
from hotel_agent.domain.requests import Outcome, Request
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.understanding import Expecting, Intent, Understanding

_BOOKING_INTENTS = {
    Intent.CHECK_AVAILABILITY,
    Intent.ASK_PRICE,
    Intent.CREATE_RESERVATION,
    Intent.MODIFY_RESERVATION,
    Intent.PROVIDE_DETAILS,
    Intent.AFFIRM,
    Intent.DENY,
    Intent.ASK_ROOM_TYPES,
}
_WISHES = {
    Intent.CHECK_AVAILABILITY,
    Intent.ASK_PRICE,
    Intent.CREATE_RESERVATION,
    Intent.PROVIDE_DETAILS,
    Intent.ASK_ROOM_TYPES,
}
_CHANGES = {Intent.MODIFY_RESERVATION, Intent.DENY}
_OF_THE_STAY = {Intent.CHECK_IN, Intent.CHECK_OUT, Intent.LATE_CHECKOUT}
_OF_RESERVATIONS = {Intent.CANCEL_RESERVATION, Intent.RESERVATION_STATUS, *_OF_THE_STAY}
_ANSWERS = {Intent.AFFIRM, Intent.DENY}
_COURTESIES = {Intent.GREETING, Intent.THANKS, Intent.GOODBYE}


def listen(talk: Talk, message: GuestMessage, heard: Understanding, guess: Intent | None) -> Talking:
    """Act on a text that is sure enough or answers what was asked; otherwise say so or ask. *guess* was asked about last."""
    if urgency.is_urgent(message, heard):
        urgency.escalate_at_once(talk, message)
        talk.change_subject()
        return
    policy = talk.hotel.policy
    sure = _is_sure(talk, heard)
    if not sure and not answers_what_was_asked(talk):
        if talking.answer_anyway(talk):
            return
        if heard.confidence < policy.fallback_below:
            talking.not_understood(talk)
        else:
            _clarify(talk, heard)
        return
    # A name or a date that was asked for is taken from any text; a yes, a no or a cancellation is not.
    intent = _meant(heard) if sure else Intent.PROVIDE_DETAILS
    if guess and intent in _ANSWERS and not names_a_wish(heard.slots):
        if intent is Intent.DENY:
            _ask_what_is_meant(talk, ())
            return
        intent = guess
    talk.remember(clarifications=0)
    yield from _act(talk, message, heard, intent)


def _is_sure(talk: Talk, heard: Understanding) -> bool:
    """
    Tell whether it is clear enough what to do.

    A text that names dates or a party leads to the same search whether it asks for a price, for what is free or to book: so the
    probabilities of all that it may mean in that way count together. Nothing is booked on it without a read-back.
    """
    enough = talk.hotel.policy.act_from
    if heard.confidence >= enough:
        return True
    arranging = is_arranging(talk.session)
    alike = _WISHES | _CHANGES if arranging else _WISHES
    names = names_a_wish(heard.slots) if arranging else names_stay_or_party(heard.slots)
    if not names or heard.intent not in alike:
        return False
    return heard.confidence + sum(likely for intent, likely in heard.runners_up if intent in alike) >= enough


def _meant(heard: Understanding) -> Intent:
    """Look behind a courtesy: in "hola, ¿tienen pileta?" it is the question that is answered."""
    if heard.intent not in _COURTESIES:
        return heard.intent
    further = (intent for intent in heard.also if intent not in _COURTESIES | _ANSWERS | {Intent.CANCEL_RESERVATION})
    wish = Intent.CHECK_AVAILABILITY if names_a_wish(heard.slots) else heard.intent
    return next(further, wish)


def _act(talk: Talk, message: GuestMessage, heard: Understanding, intent: Intent) -> Talking:
    session = talk.session
    if session.seeking and looking_up.goes_on(talk, intent):
        looking_up.recall(talk)
        yield from _serve(talk, session.seeking.purpose)
        return
    if session.seeking:
        looking_up.stop(talk)
        if looking_up.is_given_up(session, intent) and not talk.slots.reservation_code:
            talk.say(Note.WITHOUT_CODE)
            return
    # Beside a code, a name or an address proves whose reservation it is, and tells nothing about another booking.
    told_details = not (intent in _OF_RESERVATIONS and talk.slots.reservation_code) and reserving.take_details(talk)
    if (yield from _answer_about_a_reservation(talk, message, heard, intent)):
        return
    if intent is Intent.TALK_TO_HUMAN:
        talk.escalate("asked_for_a_person")
    elif arriving.tells_arrival(talk, intent) and not is_arranging(session):
        arriving.note_arrival(talk)
    elif intent in _OF_RESERVATIONS and not (intent in _OF_THE_STAY and _answers(talk, intent)):
        yield from _serve(talk, intent)
    elif _changes_a_reservation(talk, intent):
        # Searching anew would lead to a second reservation beside the one that was to be changed.
        yield from amending.begin(talk)
    elif intent in _BOOKING_INTENTS or _answers(talk, intent):
        yield from arrange(talk, message, intent, told_details=told_details)
        talking.answer_also(talk)
    else:
        talking.small_talk(talk, intent)


def _answer_about_a_reservation(
    talk: Talk, message: GuestMessage, heard: Understanding, intent: Intent
) -> Generator[Request, Outcome, bool]:
    """Take what answers a question about a reservation that stands; False where the text is nothing of the kind."""
    if talk.session.cancelling and (answer := cancelling.answer_in(talk, heard, intent)):
        cancelling.answer_cancel(talk, message.sent_at, answer)
        if _changes_a_reservation(talk, intent):
            yield from amending.begin(talk)
    elif arriving.is_answered(talk, intent):
        arriving.answer(talk, intent, message.sent_at)
    elif amending.says_what(talk, intent):
        yield from amending.go_on(talk)
    elif amending.is_answered(talk, intent):
        yield from amending.answer(talk, intent, message.sent_at)
    else:
        return False
    return True


def _serve(talk: Talk, intent: Intent) -> Talking:
    """Go to what is wanted about a reservation that is there."""
    match intent:
        case Intent.CANCEL_RESERVATION:
            yield from cancelling.ask_to_cancel(talk)
        case Intent.RESERVATION_STATUS:
            yield from cancelling.tell_status(talk)
        case Intent.CHECK_IN:
            yield from arriving.check_in(talk)
        case Intent.CHECK_OUT:
            yield from arriving.check_out(talk)
        case Intent.LATE_CHECKOUT:
            yield from arriving.late_checkout(talk)
        case _:
            yield from amending.begin(talk)


def _answers(talk: Talk, intent: Intent) -> bool:
    """Tell whether it answers what was asked, whatever it looks like: "check-in el 3, check-out el 7" are dates then."""
    return answers_what_was_asked(talk) and not _asks_about_an_offer(talk, intent)


def _asks_about_an_offer(talk: Talk, intent: Intent) -> bool:
    """Tell a question about a room shown ("¿la doble tiene balcón?") from choosing it."""
    return talk.session.expecting is Expecting.OFFER and intent in talking.QUESTIONS


def _changes_a_reservation(talk: Talk, intent: Intent) -> bool:
    """Tell whether it is a reservation already made, and nothing still being arranged, that the guest wants otherwise."""
    if intent is Intent.MODIFY_RESERVATION and talk.slots.reservation_code:
        return True
    if is_arranging(talk.session):
        return False
    unlike = intent is Intent.DENY and names_stay_or_party(talk.slots)
    return intent is Intent.MODIFY_RESERVATION or (unlike and talk.latest(*OPEN, BookingState.CONFIRMED) is not None)


def _clarify(talk: Talk, heard: Understanding) -> None:
    meant = (heard.intent, *(intent for intent, _ in heard.runners_up[:2]))
    if heard.intent in _ANSWERS and _awaits_a_yes(talk.session):
        # Half a yes: put the question again instead of asking whether it was one.
        if _puzzled_too_often(talk):
            return
        talk.puzzle(Note.ASK_YES_AGAIN)
    else:
        _ask_what_is_meant(talk, tuple(dict.fromkeys(intent for intent in meant if intent not in _ANSWERS)))


def _awaits_a_yes(session: Session) -> bool:
    changing = session.amending is not None and session.amending.proposal is not None
    return bool(session.held or session.cancelling or session.arriving) or changing


def _ask_what_is_meant(talk: Talk, guesses: tuple[Intent, ...]) -> None:
    if _puzzled_too_often(talk):
        return
    talk.puzzle(Clarify(guesses=guesses))
    talk.asked = Expecting.NOTHING
    talk.remember(guess=guesses[0] if guesses else None)


def _puzzled_too_often(talk: Talk) -> bool:
    """Count what had to be asked back; hand over to staff when it was enough."""
    count = talk.session.clarifications + 1
    if count < talk.hotel.policy.clarifications_before_staff:
        talk.remember(clarifications=count)
        return False
    talk.remember(clarifications=0)
    talk.escalate("not_understood")
    return True
