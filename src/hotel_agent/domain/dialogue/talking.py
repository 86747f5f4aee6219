"""Small talk, and what the hotel's own file answers."""

from hotel_agent.domain.dialogue.talk import Talk
from hotel_agent.domain.dialogue.tickets import open_ticket, topic_of
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.knowledge import Found, mentions
from hotel_agent.domain.replies import HotelFact, Note, Unanswered
from hotel_agent.domain.topics import Topic
from hotel_agent.domain.turns import Need, Status
from hotel_agent.domain.understanding import Intent, Understanding

_NOTES = {
    Intent.GREETING: Note.GREETING,
    Intent.GOODBYE: Note.GOODBYE,
    Intent.THANKS: Note.THANKS,
    Intent.HELP: Note.HELP,
    Intent.OUT_OF_SCOPE: Note.OUT_OF_SCOPE,
}

FACTS = {
    Intent.CHECK_IN: "check_in",
    Intent.CHECK_OUT: "check_out",
    Intent.LATE_CHECKOUT: "late_checkout",
    Intent.ASK_AMENITIES: "amenities",
    Intent.ASK_LOCATION: "location",
    Intent.ASK_POLICIES: "policies",
    Intent.PAYMENT: "payment",
}
"""The subject in a hotel's file that answers an intent."""


QUESTIONS = FACTS.keys() | {Intent.COMPLAINT, Intent.REQUEST_SERVICE}
"""What a guest asks about rather than books."""

_TICKETS = {Intent.REQUEST_SERVICE, Intent.COMPLAINT}
_ONE_THING = {Intent.ASK_AMENITIES, Intent.ASK_POLICIES}
"""A general answer to these is none to a question about one thing that it does not mention."""
_LEAST = 0.4
"""Of a complaint or a request less sure than this, the words alone do not make a ticket."""
_ONE_SUBJECT = _ONE_THING | {Intent.ASK_LOCATION}


def small_talk(talk: Talk, intent: Intent) -> None:
    """Answer what moves no booking: politely, from the hotel's file, or by handing it to staff; never by inventing."""
    if intent in _TICKETS:
        talk.say(*_general(talk, intent))
        open_ticket(talk, intent)
    elif (intent in FACTS or intent is Intent.OUT_OF_SCOPE) and (facts := facts_for(talk, intent)):
        talk.say(*facts)
    elif note := _NOTES.get(intent):
        talk.say(note)
        if intent is Intent.GOODBYE:
            talk.change_subject()
    elif intent in FACTS:
        talk.escalate(intent, need=Need.QUESTION, reply=Unanswered(phone=talk.hotel.phone, absence=talk.absence))
    else:
        talk.escalate(intent)


def question_in(talk: Talk) -> Intent | None:
    """The question that a message asks besides what it is for, where the hotel's file can answer it."""
    also = talk.heard.also if talk.heard else ()
    return next((intent for intent in also if intent in FACTS and facts_for(talk, intent, among_others=True)), None)


def answer_also(talk: Talk) -> None:
    """
    Before what is said about a booking, answer what the same message asks the hotel.

    What its file does not say goes to staff.
    """
    also = talk.heard.also if talk.heard else ()
    if FACTS.keys().isdisjoint(also) or any(isinstance(reply, HotelFact) for reply in talk.replies):
        return
    found = _found(talk)
    talk.replies[:0] = _told(talk, found)
    if found.missing and not found.entries and _ONE_THING.intersection(also):
        talk.alert(next(intent for intent in also if intent in _ONE_THING), need=Need.QUESTION)
        talk.replies.insert(0, Unanswered(phone=talk.hotel.phone, absence=talk.absence))


def answer_anyway(talk: Talk) -> bool:
    """
    Deal with a message whose intent is not sure where its words leave no doubt; True if they do.

    It names something the hotel has an entry on, or a subject it has none on, or a thing that tickets are about.
    """
    heard = talk.heard
    if heard is None:
        return False
    if heard.intent in _TICKETS:
        return _open_clear_ticket(talk, heard)
    meant = (heard.intent, *(intent for intent, _ in heard.runners_up))
    found = _found(talk)
    if found.entries and not found.missing and not (FACTS.keys() | {Intent.OUT_OF_SCOPE}).isdisjoint(meant):
        talk.say(*_told(talk, found))
        return True
    if found.missing and not found.entries and heard.intent in _ONE_SUBJECT:
        small_talk(talk, heard.intent)
        return True
    return False


def _open_clear_ticket(talk: Talk, heard: Understanding) -> bool:
    message = talk.event.content
    if heard.confidence < _LEAST or not isinstance(message, GuestMessage) or topic_of(message.text) is Topic.OTHER:
        return False
    open_ticket(talk, heard.intent)
    return True


def not_understood(talk: Talk) -> None:
    """Say so; whatever is being arranged stays as it is."""
    talk.say(Note.FALLBACK)
    talk.status = Status.FALLBACK
    talk.fallback_used = True


def facts_for(talk: Talk, intent: Intent, *, among_others: bool = False) -> tuple[HotelFact, ...]:
    """
    What the hotel's file answers to a question of *intent*: the entries on what it names, else the general answer.

    The general answer is none where the question is about something particular that it does not speak of. Words that may belong
    to something else in the message, asked *among others*, do not make it one.
    """
    found = _found(talk)
    if found.entries:
        return _told(talk, found)
    general = _general(talk, intent)
    strange = found.strange if intent in _ONE_THING and not among_others else ()
    missing = found.missing if intent in _ONE_SUBJECT else ()
    if (strange or missing) and not any(mentions(fact.text, missing, strange) for fact in general):
        return ()
    return general


def _found(talk: Talk) -> Found:
    message = talk.event.content
    return talk.hotel.knowledge.find(message.text) if isinstance(message, GuestMessage) else Found()


def _told(talk: Talk, found: Found) -> tuple[HotelFact, ...]:
    return tuple(HotelFact(subject=entry.id, text=entry.text(talk.session.language)) for entry in found.entries)


def _general(talk: Talk, intent: Intent) -> tuple[HotelFact, ...]:
    """Find the general answer of *intent*: in the guest's language (`amenities.en`) where the hotel has it."""
    subject = FACTS.get(intent, intent)
    known = dict(talk.hotel.policies)
    text = known.get(f"{subject}.{talk.session.language}") or known.get(subject)
    return (HotelFact(subject=subject, text=text),) if text else ()
