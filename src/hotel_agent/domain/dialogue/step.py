"""
The decision of a turn, as a pure function.

`step` runs a handler that yields what it asks of the world. The shell performs the request and calls `step` again with the
outcome appended to the answers: the handler runs again from the start, deterministically, and goes on from there. So a
dialogue reads as one thread and is tested, replayed and simulated without any I/O.
"""

from collections.abc import Generator
from datetime import datetime

from attrs import evolve

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.dialogue import amending, news, proposing, reserving, staff, talking, urgency
from hotel_agent.domain.dialogue.arranging import answers_what_was_asked
from hotel_agent.domain.dialogue.attachments import set_unreadable_aside, take_attachment, take_spoken
from hotel_agent.domain.dialogue.hearing import listen
from hotel_agent.domain.dialogue.offering import look_again
from hotel_agent.domain.dialogue.pressing import press
from hotel_agent.domain.dialogue.reminding import remind
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.events import (
    RECORDED_ONLY,
    AttachmentKind,
    BookingNews,
    Event,
    GuestMessage,
    StaffAct,
    StaffNotice,
    TimerFired,
    TimerKind,
)
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import TurnIds
from hotel_agent.domain.replies import Memo, Note
from hotel_agent.domain.requests import Outcome, Request
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.turns import AuditAct, Step
from hotel_agent.domain.understanding import Expecting, Intent, Understanding


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
    thread = deliberate(session, event, hotel, now, ids, bookings=bookings, heard=heard)
    try:
        request = next(thread)
        for answer in answers:
            request = thread.send(answer)
    except StopIteration as done:
        decided: Step = done.value
        return decided
    return Step(session=session, request=request)


def deliberate(
    session: Session,
    event: Event,
    hotel: Hotel,
    now: datetime,
    ids: TurnIds,
    *,
    bookings: tuple[Booking, ...] = (),
    heard: Understanding | None = None,
) -> Generator[Request, Outcome, Step]:
    """Decide as `step` does, as a thread that yields its requests and is sent their outcomes: nothing is decided twice."""
    talk = Talk(session=session, event=event, hotel=hotel, now=now, ids=ids, bookings=bookings, heard=heard)
    yield from _handle(talk)
    return talk.finished()


def _handle(talk: Talk) -> Talking:
    match talk.event.content:
        case GuestMessage() as message:
            yield from _hear(talk, message)
        case BookingNews() as told:
            yield from news.tell_news(talk, told)
        case StaffAct() as act:
            staff.move(talk, act)
        case StaffNotice() as notice:
            talk.say(Memo(text=notice.text))
        case TimerFired(kind=TimerKind.STAFF_END):
            staff.time_is_up(talk)
        case TimerFired(kind=TimerKind.LOCK_END, subject=lock):
            yield from reserving.lock_ended(talk, lock)
            yield from amending.lock_ended(talk, lock)
            if talk.session.staff_has_it(talk.now):
                talk.unsay()
        case TimerFired(kind=TimerKind.LOOK_AGAIN):
            yield from _look_again(talk)
        case TimerFired():
            yield from _session_ended(talk)
    yield from remind(talk)


def _look_again(talk: Talk) -> Talking:
    """Try what was promised: to ask for a yes, to read a change back, or to show what is free."""
    if talk.session.held:
        yield from reserving.ask_again(talk)
    elif talk.session.amending:
        yield from proposing.propose_again(talk)
    else:
        yield from look_again(talk)


def _hear(talk: Talk, message: GuestMessage) -> Talking:
    attachment = message.attachment
    if attachment and attachment.kind is AttachmentKind.UNREADABLE:
        set_unreadable_aside(talk)
        return
    if attachment and attachment.kind in RECORDED_ONLY:
        # It changes nothing of what is being arranged: not even the time the guest has left for it.
        return
    if talk.session.is_over(talk.now):
        yield from _forget(talk)
    talk.remember(expires_at=talk.now + talk.hotel.policy.session_ttl)
    talk.set_timer(TimerKind.SESSION_END, talk.conversation, talk.session.expires_at)
    if message.phone and not talk.session.details.phone:
        # The channel proves it, so nobody need type it; it is read back like anything else.
        talk.remember(details=evolve(talk.session.details, phone=message.phone))
    if talk.session.staff_has_it(talk.now):
        staff.listen_in(talk, message)
        return
    yield from reserving.keep_lock_alive(talk)
    guess = talk.session.guess
    talk.remember(guess=None)
    if message.is_recording and message.text.strip():
        take_spoken(talk, message.text)
    elif attachment:
        take_attachment(talk, attachment, text=bool(message.text.strip()))
    if message.choice:
        yield from press(talk, message, message.choice)
    elif not message.text.strip():
        if not attachment:
            talk.puzzle(Note.EMPTY)
    elif talk.heard is None or len(message.text) > talk.hotel.policy.max_text:
        _take_unread(talk, message)
    else:
        _take_language(talk, talk.heard)
        yield from listen(talk, message, talk.heard, guess)


def _take_unread(talk: Talk, message: GuestMessage) -> None:
    """Deal with a text that was not understood as a whole, for its length or for want of an answer."""
    if urgency.life_at_risk(message.text):
        urgency.escalate_at_once(talk, message)
    elif len(message.text) > talk.hotel.policy.max_text:
        talk.puzzle(Note.TOO_LONG)
    else:
        talking.not_understood(talk)


def _take_language(talk: Talk, heard: Understanding) -> None:
    """Answer in the language spoken; a name, an address or a number that was asked for is of none."""
    bare = talk.session.expecting in {Expecting.NAME, Expecting.EMAIL, Expecting.PHONE} and answers_what_was_asked(talk)
    if heard.language in talk.hotel.languages and not (bare and heard.intent is Intent.PROVIDE_DETAILS):
        talk.remember(language=heard.language)


def _session_ended(talk: Talk) -> Talking:
    if talk.session.is_over(talk.now):
        yield from _forget(talk)
    else:
        # It fired early, by a clock other than ours: once more, then.
        talk.set_timer(TimerKind.SESSION_END, talk.conversation, talk.session.expires_at)


def _forget(talk: Talk) -> Talking:
    """Forget what the guest was arranging; the language and the conversation's bookings stay."""
    yield from talk.let_go()
    talk.note(AuditAct.SESSION_ENDED)
    fresh = new_session(talk.event, talk.hotel, talk.now)
    talk.session = evolve(
        fresh,
        language=talk.session.language,
        expires_at=talk.session.expires_at,
        with_staff=talk.session.with_staff,
        staff_until=talk.session.staff_until,
        failed_lookups=talk.session.failed_lookups,
    )
