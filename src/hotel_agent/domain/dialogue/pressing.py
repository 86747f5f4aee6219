"""Buttons: each carries what it means."""

from hotel_agent.domain.dialogue import amending, arriving, cancelling, reserving
from hotel_agent.domain.dialogue.offering import present_offers
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import take_dates
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.understanding import StayCandidate

_ARRIVALS = {f"{act}-{answer}" for act in ("check-in", "check-out") for answer in ("yes", "no")}


def press(talk: Talk, message: GuestMessage, choice: str) -> Talking:
    """
    Do what the button *choice* says (`yes:{offer id}`); one of an earlier message that no longer holds changes nothing.

    A price that changes gives its offer a new id, so the yes to the earlier price is such a button.
    """
    talk.remember(clarifications=0)
    kind, _, subject = choice.partition(":")
    session = talk.session
    offer = next((known for known in session.offers if known.id == subject), None)
    waiting = session.read_back if session.read_back and session.read_back.offer == subject else None
    if kind == "offer" and offer:
        yield from reserving.lock_offer(talk, offer)
    elif kind == "yes" and waiting and waiting.answered_by(message.sent_at):
        yield from reserving.take_yes(talk)
    elif kind == "no" and waiting:
        yield from cancelling.give_up(talk)
    elif kind == "stay" and (candidate := _candidate(session, subject)):
        if session.amending:
            yield from amending.choose_dates(talk, candidate)
        elif take_dates(talk, candidate):
            yield from present_offers(talk)
    elif kind in {"cancel-yes", "cancel-no"}:
        yield from cancelling.press_cancel(talk, message.sent_at, subject, yes=kind == "cancel-yes")
    elif kind in {"change-yes", "change-no"}:
        yield from amending.press(talk, message.sent_at, subject, yes=kind == "change-yes")
    elif kind in _ARRIVALS:
        act, _, answer = kind.rpartition("-")
        arriving.press(talk, message, act, subject, yes=answer == "yes")
    else:
        reserving.nothing_to_confirm(talk)


def _candidate(session: Session, subject: str) -> StayCandidate | None:
    return next((known for known in session.choices if f"{known.arrival}:{known.departure}" == subject), None)
