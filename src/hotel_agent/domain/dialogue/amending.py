"""
Changing a reservation that stands: dates, party, type of room.

The PMS says what the change would cost and in which rooms; those are locked; old and new are read back with the difference; an
explicit yes to just that commits the job that makes the change. The reservation keeps its id: nothing here books a second one.
"""

from datetime import datetime

from attrs import evolve

from hotel_agent.domain.amendments import amendment_of
from hotel_agent.domain.bookings import BookingState, Change, ChangeKind
from hotel_agent.domain.dialogue import looking_up, proposing, talking
from hotel_agent.domain.dialogue.offering import keep_promise
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import ask_missing_dates, is_wish_for, names_a_wish, take_dates, take_wish, wish_of
from hotel_agent.domain.events import TimerKind
from hotel_agent.domain.replies import AskChange, Note
from hotel_agent.domain.requests import (
    AmendmentQuoted,
    Hold,
    LockAnswer,
    Trouble,
)
from hotel_agent.domain.reservations import ReservationStatus
from hotel_agent.domain.sessions import Amending, Wish
from hotel_agent.domain.turns import AuditAct, JobKind
from hotel_agent.domain.understanding import PLAIN_YES, Expecting, Intent, StayCandidate

_CHANGEABLE = {ReservationStatus.CONFIRMED, ReservationStatus.PENDING, ReservationStatus.CHECKED_IN}
_SAYS_WHAT = {
    Intent.MODIFY_RESERVATION,
    Intent.PROVIDE_DETAILS,
    Intent.CHECK_AVAILABILITY,
    Intent.ASK_PRICE,
    Intent.AFFIRM,
    Intent.DENY,
}
_LOOKS = {Intent.CHECK_AVAILABILITY, Intent.ASK_PRICE}
"""What is a question about the change while something is asked about it, and about another stay otherwise."""
_ASKED = {Expecting.DATES, Expecting.DEPARTURE, Expecting.DATES_CHOICE, Expecting.PARTY, Expecting.CHANGE_YES}


def begin(talk: Talk) -> Talking:
    """Find the reservation meant, read it, and take over what the text wants otherwise about it."""
    booking = yield from looking_up.reservation_meant(talk, Intent.MODIFY_RESERVATION)
    if booking is None:
        return
    if booking.change or looking_up.under_way(booking):
        # Of a change that is over a lock may be left, which its job still has to release.
        talk.say(looking_up.under_way(booking) or Note.STILL_CHANGING)
        return
    known = yield from looking_up.read(talk, booking)
    if known is None:
        talk.degrade(Note.DEGRADED)
        return
    if known.is_over:
        looking_up.tell(talk, known)
        return
    if not known.can.amends or known.reservation is None or known.reservation.status not in _CHANGEABLE:
        talk.escalate(Intent.MODIFY_RESERVATION)
        return
    talk.remember(offers=(), choices=(), cancelling=None, cancel_said_at=None)
    yield from talk.let_go()
    keep_promise(talk)
    talk.remember(amending=Amending(booking=booking.id, before=known.offer), wish=wish_of(known.offer))
    yield from _take_over(talk)


def says_what(talk: Talk, intent: Intent) -> bool:
    """Tell whether a text says what shall be different about the reservation that is being changed."""
    if talk.session.amending is None:
        return False
    if intent is Intent.MODIFY_RESERVATION:
        return talk.slots.reservation_code is None
    if intent in _LOOKS and talk.session.expecting not in _ASKED:
        return False
    return names_a_wish(talk.slots) and intent in _SAYS_WHAT


def go_on(talk: Talk) -> Talking:
    """Take over what the text wants otherwise than was read out, or than the reservation is."""
    yield from talk.withdraw()
    yield from proposing.promising_anew(talk, _take_over(talk))


def is_answered(talk: Talk, intent: Intent) -> bool:
    """Tell whether a text is a yes, a no or a giving up of the change, be it a plain one or not."""
    if intent is Intent.CANCEL_RESERVATION and talk.slots.reservation_code:
        return False
    return talk.session.amending is not None and intent in {Intent.AFFIRM, Intent.DENY, Intent.CANCEL_RESERVATION}


def answer(talk: Talk, intent: Intent, sent_at: datetime) -> Talking:
    """Make the change or leave it; a yes with anything else in it, or sent before the read-back went out, is asked again."""
    amending = talk.session.amending
    if amending is None:
        return
    if intent is not Intent.AFFIRM:
        yield from drop(talk)
    elif amending.proposal is None:
        _ask_what(talk, amending)
    elif question := talking.question_in(talk):
        talking.small_talk(talk, question)
    elif talk.slots.price_named or not _is_plain(talk) or not amending.proposal.answered_by(sent_at):
        talk.puzzle(Note.ASK_YES_AGAIN)
    else:
        yield from take_yes(talk)


def press(talk: Talk, sent_at: datetime, subject: str, *, yes: bool) -> Talking:
    """Take the answer of a button; one of an earlier read-back changes nothing."""
    proposal = talk.session.amending.proposal if talk.session.amending else None
    if proposal is None or proposal.offer.id != subject:
        talk.puzzle(Note.NOTHING_TO_CONFIRM) if yes else talk.say(Note.CHANGE_DROPPED)
    elif not yes:
        yield from drop(talk)
    elif proposal.answered_by(sent_at):
        yield from take_yes(talk)
    else:
        talk.puzzle(Note.ASK_YES_AGAIN)


def drop(talk: Talk) -> Talking:
    """Leave the reservation as it is."""
    yield from talk.leave_reservations()
    talk.remember(expecting=Expecting.NOTHING)
    talk.say(Note.CHANGE_DROPPED)


def take_yes(talk: Talk) -> Talking:
    """The guest agreed to what was read back: ask the PMS once more, hold the lock, commit the change."""
    yield from proposing.promising_anew(talk, _take_yes(talk))


def _take_yes(talk: Talk) -> Talking:
    amending = talk.session.amending
    proposal = amending.proposal if amending else None
    booking = proposing.booking_of(talk)
    if amending is None or proposal is None or booking is None or booking.state is not BookingState.CONFIRMED:
        yield from talk.leave_reservations()
        talk.remember(expecting=Expecting.NOTHING)
        talk.puzzle(Note.NOTHING_TO_CONFIRM)
        return
    outcome = yield from proposing.quoted(
        amending, booking, proposal.offer.room_type, amendment_of(amending.before, proposal.offer)
    )
    if not isinstance(outcome, AmendmentQuoted):
        proposing.keep_for_later(talk)
        return
    if outcome.quote is None or not outcome.quote.allows(proposal.rooms):
        yield from talk.withdraw()
        yield from proposing.propose(talk)
        return
    if outcome.quote.total != proposal.offer.total:
        proposing.renew(talk, amending, proposal, outcome.quote.total)
        return
    held = yield Hold(lock=proposal.lock, owner=proposal.owner)
    if isinstance(held, Trouble):
        proposing.keep_for_later(talk)
        return
    if not isinstance(held, LockAnswer) or held.lock is None:
        yield from talk.withdraw()
        yield from proposing.propose(talk)
        return
    change = Change(
        kind=ChangeKind.AMEND,
        asked_at=talk.now,
        before=amending.before,
        after=proposal.offer,
        rooms=proposal.rooms,
        lock=proposal.lock,
        lock_owner=proposal.owner,
    )
    moved = booking.moved_to(BookingState.CHANGING, change=change, rejection=None, root=talk.event.root, staff_told_at=None)
    talk.keep(moved)
    talk.order(JobKind.AMEND, moved)
    talk.note(AuditAct.CHANGE_ASKED, moved.id)
    talk.drop_timer(TimerKind.LOCK_END)
    talk.remember(amending=None, wish=Wish(), expecting=Expecting.NOTHING)
    talk.say(Note.CHANGING)


def repeat(talk: Talk) -> None:
    """Put the question again that still waits; a yes to its first wording is one to this."""
    amending, booking = talk.session.amending, proposing.booking_of(talk)
    if amending and amending.proposal and booking and booking.reservation:
        talk.say(proposing.read_back(amending, amending.proposal, booking))
        if amending.proposal.closed:
            proposal = evolve(amending.proposal, closed=False, said_at=None)
            talk.remember(amending=evolve(amending, proposal=proposal))
        talk.remember(expecting=Expecting.CHANGE_YES)


def lock_ended(talk: Talk, lock: str) -> Talking:
    """The time to decide about a change has run out."""
    proposal = talk.session.amending.proposal if talk.session.amending else None
    if proposal is None or proposal.lock != lock:
        return
    if talk.now < proposal.expires_at:
        # It fired early, by a clock other than ours: once more, then.
        talk.set_timer(TimerKind.LOCK_END, lock, proposal.expires_at)
        return
    yield from talk.leave_reservations()
    talk.remember(expecting=Expecting.NOTHING)
    talk.say(Note.CHANGE_LOCK_ENDED)


def choose_dates(talk: Talk, chosen: StayCandidate) -> Talking:
    """Take one of the readings of dates that the guest was asked to choose from."""
    if take_dates(talk, chosen) and not ask_missing_dates(talk):
        yield from talk.withdraw()
        yield from proposing.promising_anew(talk, proposing.propose(talk))


# ---------------------------------------------------------------- what shall be different


def _take_over(talk: Talk) -> Talking:
    amending = talk.session.amending
    if amending is None:
        return
    choices, option = talk.session.choices, talk.slots.option
    if choices and option is not None and not talk.slots.stay:
        index = len(choices) - 1 if option == -1 else option - 1
        if not 0 <= index < len(choices):
            talk.ask(Note.NO_SUCH_OFFER, Expecting.DATES_CHOICE)
            return
        yield from choose_dates(talk, choices[index])
        return
    if not take_wish(talk) or ask_missing_dates(talk):
        return
    if is_wish_for(talk.session.wish, amending.before):
        _ask_what(talk, amending)
    else:
        yield from proposing.propose(talk)


# ---------------------------------------------------------------- parts


def _is_plain(talk: Talk) -> bool:
    heard = talk.heard
    allowed = PLAIN_YES | {Intent.MODIFY_RESERVATION}
    return heard is not None and allowed.issuperset(heard.also) and not names_a_wish(talk.slots)


def _ask_what(talk: Talk, amending: Amending) -> None:
    booking = proposing.booking_of(talk)
    if booking and booking.reservation:
        talk.ask(AskChange(reservation=booking.reservation, offer=amending.before), Expecting.DATES)
