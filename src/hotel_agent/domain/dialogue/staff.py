"""Staff takes a conversation over and hands it back; while they have it the agent stays silent."""

from hotel_agent.domain.dialogue import urgency
from hotel_agent.domain.dialogue.talk import Talk
from hotel_agent.domain.events import GuestMessage, StaffAct, StaffMove, TimerKind
from hotel_agent.domain.turns import AuditAct, Status


def move(talk: Talk, act: StaffAct) -> None:
    """Do what staff asked for. Nothing is said: whoever takes over speaks for themselves."""
    if act.move is StaffMove.HAND_BACK or (act.until is not None and act.until <= talk.now):
        _give_back(talk)
        return
    # A yes that comes after staff has spoken is no answer to what the agent had read out.
    talk.change_subject()
    talk.remember(with_staff=True, staff_until=act.until, clarifications=0, guess=None)
    talk.note(AuditAct.TAKEN_OVER, detail=act.until.isoformat() if act.until else "")
    if act.until:
        talk.set_timer(TimerKind.STAFF_END, talk.conversation, act.until)
    else:
        talk.drop_timer(TimerKind.STAFF_END)


def time_is_up(talk: Talk) -> None:
    """The time set for a take-over has run out, unless it was prolonged meanwhile."""
    until = talk.session.staff_until
    if not talk.session.with_staff or until is None:
        return
    if talk.now >= until:
        _give_back(talk)
    else:
        talk.set_timer(TimerKind.STAFF_END, talk.conversation, until)


def listen_in(talk: Talk, message: GuestMessage) -> None:
    """Say nothing: staff reads along. What cannot wait is still marked for them."""
    talk.silent = True
    talk.status = Status.ESCALATED
    if talk.heard and talk.heard.language in talk.hotel.languages:
        talk.remember(language=talk.heard.language)
    if urgency.is_urgent(message, talk.heard):
        urgency.escalate_at_once(talk, message)
    talk.unsay()


def _give_back(talk: Talk) -> None:
    if talk.session.with_staff:
        talk.note(AuditAct.HANDED_BACK)
    talk.remember(with_staff=False, staff_until=None)
    talk.drop_timer(TimerKind.STAFF_END)
