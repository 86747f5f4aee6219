"""
The decision of a turn, as a pure function.

`step` runs a handler that yields what it asks of the world. The shell performs the request and calls `step` again with the
outcome appended to the answers: the handler runs again from the start, deterministically, and goes on from there. So a
dialogue reads as one thread and is tested, replayed and simulated without any I/O.
"""

from datetime import datetime

from attrs import evolve

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.dialogue import cancelling, reserving, talking
from hotel_agent.domain.dialogue.arranging import answers_what_was_asked, arrange
from hotel_agent.domain.dialogue.offering import present_offers
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import take_dates
from hotel_agent.domain.events import BookingNews, Event, GuestMessage, TimerFired, TimerKind
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import TurnIds
from hotel_agent.domain.replies import Clarify, Note
from hotel_agent.domain.requests import Outcome
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.turns import AuditAct, Status, Step
from hotel_agent.domain.understanding import Expecting, Intent, StayCandidate, Understanding

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


def new_session(event: Event, hotel: Hotel, now: datetime) -> Session:
    """Begin a conversation: nothing is known but who it is with."""
    return Session(
        conversation=event.conversation,
        tenant=event.tenant,
        channel=event.channel,
        language=hotel.languages[0],
        expires_at=now + hotel.policy.session_ttl,
    )


def step(
    session: Session,
    event: Event,
    hotel: Hotel,
    now: datetime,
    ids: TurnIds,
    *,
    bookings: tuple[Booking, ...] = (),
    heard: Understanding | None = None,
    answers: tuple[Outcome, ...] = (),
) -> Step:
    """
    Decide what to do about *event*.

    `heard` is what a guest's message means (None for other events and for buttons). `bookings` are the conversation's own.
    `answers` are the outcomes of the requests this very turn has made so far, in order. Equal arguments give equal steps.
    """
    talk = Talk(session=session, event=event, hotel=hotel, now=now, ids=ids, bookings=bookings, heard=heard)
    thread = _handle(talk)
    try:
        request = next(thread)
        for answer in answers:
            request = thread.send(answer)
    except StopIteration:
        return talk.finished()
    return Step(session=session, request=request)


def _handle(talk: Talk) -> Talking:
    match talk.event.content:
        case GuestMessage() as message:
            yield from _hear(talk, message)
        case BookingNews() as news:
            reserving.tell_news(talk, news)
        case TimerFired(kind=TimerKind.LOCK_END, subject=lock):
            yield from reserving.lock_ended(talk, lock)
        case TimerFired():
            yield from _end_session(talk)


def _hear(talk: Talk, message: GuestMessage) -> Talking:
    if talk.session.is_over(talk.now):
        yield from _end_session(talk)
    talk.remember(expires_at=talk.now + talk.hotel.policy.session_ttl)
    talk.set_timer(TimerKind.SESSION_END, talk.conversation, talk.session.expires_at)
    yield from reserving.keep_lock_alive(talk)
    if message.choice:
        yield from _press(talk, message, message.choice)
    elif not message.text.strip():
        talk.say(Note.EMPTY)
        talk.status = Status.CLARIFICATION
    elif len(message.text) > talk.hotel.policy.max_text:
        talk.say(Note.TOO_LONG)
        talk.status = Status.CLARIFICATION
    elif talk.heard:
        if talk.heard.language in talk.hotel.languages:
            talk.remember(language=talk.heard.language)
        yield from _listen(talk, message, talk.heard)


def _listen(talk: Talk, message: GuestMessage, heard: Understanding) -> Talking:
    if heard.slots.urgent:
        talk.escalate("urgent", urgent=True)
        return
    policy = talk.hotel.policy
    if not answers_what_was_asked(talk):
        if heard.confidence < policy.fallback_below:
            talk.say(Note.FALLBACK)
            talk.status = Status.FALLBACK
            talk.fallback_used = True
            return
        if heard.confidence < policy.act_from:
            _clarify(talk, heard)
            return
    talk.remember(clarifications=0)
    guess = talk.session.guess
    talk.remember(guess=None)
    intent = guess if guess and heard.intent is Intent.AFFIRM else heard.intent
    yield from _act(talk, message, intent)


def _act(talk: Talk, message: GuestMessage, intent: Intent) -> Talking:
    session = talk.session
    told_details = reserving.take_details(talk)
    if session.cancelling and intent in {Intent.AFFIRM, Intent.DENY}:
        _answer_cancel(talk, message, yes=intent is Intent.AFFIRM)
    elif intent is Intent.TALK_TO_HUMAN:
        talk.escalate("asked_for_a_person")
    elif intent is Intent.CANCEL_RESERVATION:
        yield from cancelling.ask_to_cancel(talk)
    elif intent is Intent.RESERVATION_STATUS:
        yield from cancelling.tell_status(talk)
    elif intent in _BOOKING_INTENTS or answers_what_was_asked(talk):
        yield from arrange(talk, message, intent, told_details=told_details)
    else:
        talking.small_talk(talk, intent)


def _answer_cancel(talk: Talk, message: GuestMessage, *, yes: bool) -> None:
    said_at = talk.session.cancel_said_at
    if not yes:
        cancelling.keep_it(talk)
    elif said_at is None or message.sent_at <= said_at:
        talk.ask(Note.ASK_YES_AGAIN, Expecting.CANCEL_YES)
    else:
        cancelling.take_cancel_yes(talk)


def _press(talk: Talk, message: GuestMessage, choice: str) -> Talking:
    """A button carries what it means; one of an earlier message that no longer holds says so."""
    kind, _, subject = choice.partition(":")
    session = talk.session
    offer = next((known for known in session.offers if known.id == subject), None)
    waiting = session.read_back is not None and session.read_back.offer == subject
    if kind == "offer" and offer:
        yield from reserving.lock_offer(talk, offer)
    elif kind == "yes" and waiting:
        yield from reserving.take_yes(talk)
    elif kind == "no" and waiting:
        yield from cancelling.give_up(talk)
    elif kind == "stay" and (candidate := _candidate(session, subject)):
        if take_dates(talk, candidate):
            yield from present_offers(talk)
    elif kind in {"cancel-yes", "cancel-no"} and _cancelling(talk) == subject:
        _answer_cancel(talk, message, yes=kind == "cancel-yes")
    else:
        reserving.nothing_to_confirm(talk)


def _candidate(session: Session, subject: str) -> StayCandidate | None:
    return next((known for known in session.choices if f"{known.arrival}:{known.departure}" == subject), None)


def _cancelling(talk: Talk) -> str | None:
    return next((known.reservation for known in talk.bookings if known.id == talk.session.cancelling), None)


def _clarify(talk: Talk, heard: Understanding) -> None:
    count = talk.session.clarifications + 1
    if count >= talk.hotel.policy.clarifications_before_staff:
        talk.remember(clarifications=0, guess=None)
        talk.escalate("not_understood")
        return
    guesses = (heard.intent, *(intent for intent, _ in heard.runners_up[:2]))
    talk.remember(clarifications=count, guess=heard.intent)
    talk.say(Clarify(guesses=tuple(dict.fromkeys(guesses))))
    talk.status = Status.CLARIFICATION


def _end_session(talk: Talk) -> Talking:
    """Forget what the guest was arranging; the language and the conversation's bookings stay."""
    if not talk.session.is_over(talk.now):
        return
    yield from talk.let_go()
    talk.note(AuditAct.SESSION_ENDED)
    fresh = new_session(talk.event, talk.hotel, talk.now)
    talk.session = evolve(fresh, language=talk.session.language, expires_at=talk.session.expires_at)
