"""
Arriving and leaving: the house's times, checking in and out in the PMS where the hotel allows it, leaving later.

The act itself is a write like any other: asked about, agreed to with an explicit yes, made by a job, told when it is proven.
"""

from datetime import datetime, timedelta

from attrs import frozen

from hotel_agent.domain.bookings import Booking, BookingState, Change, ChangeKind
from hotel_agent.domain.dialogue import looking_up, talking
from hotel_agent.domain.dialogue.looking_up import Known
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import names_a_wish
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.replies import ArrivalNoted, AskArrivalYes, HouseTimes, LateCheckout, Note
from hotel_agent.domain.requests import Found, Search
from hotel_agent.domain.reservations import Reservation, ReservationStatus
from hotel_agent.domain.sessions import Arriving, Seeking
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.turns import AuditAct, JobKind, Need
from hotel_agent.domain.understanding import PLAIN_YES, Expecting, Intent

_A_DAY = timedelta(days=1)


@frozen
class _Act:
    """What becomes of a yes to each of the two."""

    job: JobKind
    said: Note


_ACTS = {
    ChangeKind.CHECK_IN: _Act(JobKind.CHECK_IN, Note.CHECKING_IN),
    ChangeKind.CHECK_OUT: _Act(JobKind.CHECK_OUT, Note.CHECKING_OUT),
}
_BUTTONS = {"check-in": ChangeKind.CHECK_IN, "check-out": ChangeKind.CHECK_OUT}


def check_in(talk: Talk) -> Talking:
    """Tell from when rooms are ready; on the day, where the hotel allows it, offer to check in at once."""
    terms = talk.hotel.arrival
    if terms.online_check_in or terms.asks_arrival_time:
        booking = yield from _at_hand(talk, Intent.CHECK_IN)
        if booking is None and talk.asked:
            return
        _tell_times(talk, Intent.CHECK_IN)
        if booking:
            yield from _offer_check_in(talk, booking)
        elif terms.online_check_in and not (talk.session.held or talk.session.offers):
            talk.say(Note.CHECK_IN_ONLINE_CODE)
            talk.remember(seeking=Seeking(purpose=Intent.CHECK_IN), expecting=Expecting.RESERVATION_CODE)
    else:
        _tell_times(talk, Intent.CHECK_IN)


def check_out(talk: Talk) -> Talking:
    """Tell until when rooms are left; on the day, where the hotel allows it, offer to check out at once."""
    if not talk.hotel.arrival.online_check_out:
        _tell_times(talk, Intent.CHECK_OUT)
        return
    booking = yield from _at_hand(talk, Intent.CHECK_OUT)
    if booking is None and talk.asked:
        return
    _tell_times(talk, Intent.CHECK_OUT)
    known = (yield from _read(talk, booking)) if booking else None
    if known and known.reservation and known.reservation.status is ReservationStatus.CHECKED_IN:
        leaves_today = known.offer.stay.departure == talk.hotel.today(talk.now)
        if leaves_today and known.can.checks_in:
            yield from _ask(talk, known, ChangeKind.CHECK_OUT)


def late_checkout(talk: Talk) -> Talking:
    """Say until when leaving later is possible, what it costs and, of a reservation at hand, whether its rooms are free."""
    terms = talk.hotel.late_checkout
    if terms is None:
        talking.small_talk(talk, Intent.LATE_CHECKOUT)
        return
    booking = yield from _at_hand(talk, Intent.LATE_CHECKOUT)
    if booking is None and talk.asked:
        return
    known = (yield from _read(talk, booking)) if booking else None
    if known is None or known.reservation is None or known.is_over:
        if not (booking and talk.replies):
            talk.say(LateCheckout(until=terms.until, fee=terms.fee, approval=terms.approval))
        return
    if known.offer.room_type.min_nights > 1:
        # One night of such a room is for nobody to ask: a person can look.
        talk.escalate(Intent.LATE_CHECKOUT)
        return
    rooms = known.reservation.room_ids
    leaving = known.offer.stay.departure
    party = Occupancy(len(rooms), rooms=len(rooms))
    outcome = yield Search(stay=Stay(leaving, leaving + _A_DAY), occupancy=party, fresh=True)
    if not isinstance(outcome, Found) or outcome.stale:
        talk.degrade(Note.DEGRADED)
    elif set(rooms) <= {room for vacancy in outcome.vacancies for room in vacancy.rooms}:
        talk.say(LateCheckout(until=terms.until, fee=terms.fee, approval=terms.approval, day=leaving))
        if terms.approval:
            talk.alert(Intent.LATE_CHECKOUT, need=Need.SERVICE)
    else:
        talk.say(Note.LATE_CHECKOUT_TAKEN)


def tells_arrival(talk: Talk, intent: Intent) -> bool:
    """Tell whether a text says when the guest will come, and there is a reservation that it can be about."""
    at = talk.slots.time_of_day
    if at is None or intent not in {Intent.PROVIDE_DETAILS, Intent.CHECK_IN} or names_a_wish(talk.slots):
        return False
    # Before rooms are ready it is a question whether that is possible, unless the time was asked for.
    asked = talk.session.expecting is Expecting.ARRIVAL_TIME
    booking = looking_up.own(talk, None, Intent.CHECK_IN)
    coming = booking is not None and booking.offer.stay.arrival >= talk.hotel.today(talk.now)
    return coming and (asked or at >= talk.hotel.check_in_from)


def note_arrival(talk: Talk) -> None:
    """Pass on to staff when the guest will come."""
    at = talk.slots.time_of_day
    if at is None:
        return
    talk.say(ArrivalNoted(at=at))
    if at < talk.hotel.check_in_from:
        _tell_times(talk, Intent.CHECK_IN)
    talk.alert("arrival_time", need=Need.SERVICE)
    talk.remember(expecting=Expecting.NOTHING)


def is_answered(talk: Talk, intent: Intent) -> bool:
    return talk.session.arriving is not None and intent in {Intent.AFFIRM, Intent.DENY}


def answer(talk: Talk, intent: Intent, sent_at: datetime) -> None:
    """Check in or out, or leave it; a yes with anything else in it, or sent before the question went out, is asked again."""
    arriving = talk.session.arriving
    if arriving is None:
        return
    if intent is Intent.DENY:
        talk.remember(arriving=None, expecting=Expecting.NOTHING)
        talk.say(Note.CHANGE_DROPPED)
        return
    also = talk.heard.also if talk.heard else ()
    plain = (PLAIN_YES | {Intent.CHECK_IN, Intent.CHECK_OUT}).issuperset(also) and not names_a_wish(talk.slots)
    if not plain or talk.slots.price_named or arriving.said_at is None or sent_at <= arriving.said_at:
        talk.puzzle(Note.ASK_YES_AGAIN)
    else:
        _take_yes(talk, arriving)


def press(talk: Talk, message: GuestMessage, act: str, subject: str, *, yes: bool) -> None:
    """Take the answer of a button; one of an earlier question changes nothing."""
    arriving, booking = talk.session.arriving, _booking(talk)
    if arriving and booking and arriving.kind is _BUTTONS.get(act) and booking.reservation == subject:
        answer(talk, Intent.AFFIRM if yes else Intent.DENY, message.sent_at)
    elif yes:
        talk.puzzle(Note.NOTHING_TO_CONFIRM)
    else:
        talk.say(Note.CHANGE_DROPPED)


def repeat(talk: Talk) -> None:
    """Put the question again that still waits."""
    arriving, booking = talk.session.arriving, _booking(talk)
    if arriving and booking and booking.reservation:
        talk.say(
            AskArrivalYes(reservation=booking.reservation, offer=booking.offer, leaving=arriving.kind is ChangeKind.CHECK_OUT)
        )
        talk.remember(expecting=Expecting.CHANGE_YES)


# ---------------------------------------------------------------- parts


def _at_hand(talk: Talk, purpose: Intent) -> looking_up.Finding:
    """The reservation named, or the guest's own, if there is one: a question about times needs none."""
    if talk.slots.reservation_code:
        return (yield from looking_up.reservation_meant(talk, purpose))
    return (yield from looking_up.without_code(talk, purpose))


def _tell_times(talk: Talk, intent: Intent) -> None:
    hotel = talk.hotel
    if talking.FACTS[intent] in dict(hotel.policies) or talking.facts_for(talk, intent):
        # It may be about something particular, which the hotel's own words answer or staff does.
        talking.small_talk(talk, intent)
    else:
        talk.say(HouseTimes(check_in_from=hotel.check_in_from, check_out_until=hotel.check_out_until))


def _read(talk: Talk, booking: Booking) -> looking_up.Reading:
    """Read it, unless it is just being changed, which is said."""
    if booking.change or looking_up.under_way(booking):
        talk.say(looking_up.under_way(booking) or Note.STILL_CHANGING)
        return None
    return (yield from looking_up.read(talk, booking))


def _offer_check_in(talk: Talk, booking: Booking) -> Talking:
    known = yield from _read(talk, booking)
    if known is None or known.reservation is None:
        return
    if known.is_over or known.reservation.status is ReservationStatus.CHECKED_IN:
        looking_up.tell(talk, known)
        return
    hotel, terms = talk.hotel, talk.hotel.arrival
    opens = hotel.moment(known.offer.stay.arrival, hotel.check_in_from)
    if talk.now < opens:
        if terms.online_check_in:
            talk.say(Note.CHECK_IN_ONLINE)
        if terms.asks_arrival_time:
            talk.say(Note.ASK_ARRIVAL_TIME)
            talk.expect(Expecting.ARRIVAL_TIME)
    elif terms.online_check_in and talk.now < opens + _A_DAY and _can_enter(known, known.reservation):
        yield from _ask(talk, known, ChangeKind.CHECK_IN)


def _can_enter(known: Known, reservation: Reservation) -> bool:
    return known.can.checks_in and reservation.status is ReservationStatus.CONFIRMED


def _ask(talk: Talk, known: Known, kind: ChangeKind) -> Talking:
    assert known.reservation  # noqa: S101 - the callers have looked
    yield from talk.leave_reservations()
    leaving = kind is ChangeKind.CHECK_OUT
    talk.ask(AskArrivalYes(reservation=known.reservation.id, offer=known.offer, leaving=leaving), Expecting.CHANGE_YES)
    talk.remember(arriving=Arriving(booking=known.booking.id, kind=kind))


def _take_yes(talk: Talk, arriving: Arriving) -> None:
    booking = _booking(talk)
    talk.remember(arriving=None, expecting=Expecting.NOTHING)
    if booking is None or booking.state is not BookingState.CONFIRMED:
        talk.puzzle(Note.NOTHING_TO_CONFIRM)
        return
    act = _ACTS[arriving.kind]
    change = Change(kind=arriving.kind, asked_at=talk.now)
    moved = booking.moved_to(BookingState.CHANGING, change=change, rejection=None, root=talk.event.root, staff_told_at=None)
    talk.keep(moved)
    talk.order(act.job, moved)
    talk.note(AuditAct.CHANGE_ASKED, moved.id, arriving.kind)
    talk.say(act.said)


def _booking(talk: Talk) -> Booking | None:
    arriving = talk.session.arriving
    return next((known for known in talk.bookings if arriving and known.id == arriving.booking), None)
