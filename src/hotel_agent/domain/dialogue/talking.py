"""Small talk, and what the hotel's own file answers."""

from hotel_agent.domain.dialogue.talk import Talk
from hotel_agent.domain.replies import HotelFact, Note
from hotel_agent.domain.turns import Status
from hotel_agent.domain.understanding import Intent

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


def small_talk(talk: Talk, intent: Intent) -> None:
    """Answer what moves no booking: politely, from the hotel's file, or by handing it to staff; never by inventing."""
    if note := _NOTES.get(intent):
        talk.say(note)
        if intent is Intent.GOODBYE:
            talk.change_subject()
    elif fact := _fact(talk, FACTS.get(intent, intent)):
        talk.say(fact)
    else:
        talk.escalate(intent)


def question_in(talk: Talk) -> Intent | None:
    """The question that a message asks besides what it is for, where the hotel's file can answer it."""
    also = talk.heard.also if talk.heard else ()
    return next((intent for intent in also if intent in FACTS and _fact(talk, FACTS[intent])), None)


def not_understood(talk: Talk) -> None:
    """Say so; whatever is being arranged stays as it is."""
    talk.say(Note.FALLBACK)
    talk.status = Status.FALLBACK
    talk.fallback_used = True


def _fact(talk: Talk, subject: str) -> HotelFact | None:
    """What the hotel says on *subject*: in the guest's language where it has it (`amenities.en`), else in its own words."""
    known = dict(talk.hotel.policies)
    text = known.get(f"{subject}.{talk.session.language}") or known.get(subject)
    return HotelFact(subject=subject, text=text) if text else None
