"""What moves a booking on: choosing an offer, changing one's mind, giving details, saying yes or no."""

from attrs import evolve, frozen

from hotel_agent.domain.bookings import OPEN, UNSETTLED, BookingState
from hotel_agent.domain.dialogue import cancelling, reserving, talking
from hotel_agent.domain.dialogue.offering import list_room_types, offers_meant, present_offers
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import (
    confirm_assumptions,
    names_a_wish,
    names_dates,
    names_stay_or_party,
    take_dates,
    take_wish,
)
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import Note
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.turns import Status
from hotel_agent.domain.understanding import PLAIN_YES, Expecting, Intent, StayCandidate

_DETAILS = {Expecting.NAME, Expecting.EMAIL, Expecting.PHONE}
_WISHED_FOR = {Expecting.DATES, Expecting.DEPARTURE, Expecting.DATES_CHOICE, Expecting.PARTY}
_LOOKS = {Intent.CHECK_AVAILABILITY, Intent.ASK_PRICE}


def arrange(talk: Talk, message: GuestMessage, intent: Intent, *, told_details: bool) -> Talking:
    """Decide what a text does to the booking that is being arranged, if any; a new wish starts one."""
    session, slots = talk.session, talk.slots
    if session.expecting is Expecting.DATES_CHOICE and slots.option and not names_dates(slots):
        yield from _choose_dates(talk, slots.option)
        return
    pick = _pick(talk, intent)
    if _wishes_anew(talk, pick, intent):
        yield from _change(talk, intent)
        return
    confirm_assumptions(talk)
    if len(pick.offers) == 1 and not pick.held:
        yield from reserving.lock_offer(talk, pick.offers[0])
    elif pick.named and not pick.held:
        talk.ask(Note.ASK_OFFER if pick.offers else Note.NO_SUCH_OFFER, Expecting.OFFER)
    elif intent is Intent.DENY and not told_details:
        yield from _take_no(talk)
    elif intent is Intent.AFFIRM:
        yield from _take_yes(talk, message)
    elif pick.held and not told_details:
        reserving.ask_next(talk)
    else:
        yield from _go_on(talk, intent, told_details=told_details)


def is_arranging(session: Session) -> bool:
    """Tell whether a booking is under way: something is offered or held, or asked for so that it can be."""
    return bool(session.held or session.offers) or session.expecting in _WISHED_FOR


def answers_what_was_asked(talk: Talk) -> bool:
    """Tell whether the text names just what the agent asked for, whatever its intent looks like."""
    slots = talk.slots
    match talk.session.expecting:
        case Expecting.DATES | Expecting.DEPARTURE | Expecting.DATES_CHOICE:
            return slots.stay is not None or slots.option is not None
        case Expecting.PARTY:
            return slots.adults is not None or slots.child_ages is not None
        case Expecting.OFFER:
            return offers_meant(talk.session, slots) is not None
        case Expecting.NAME | Expecting.EMAIL | Expecting.PHONE:
            return bool(slots.name or slots.email or slots.phone)
        case Expecting.RESERVATION_CODE:
            return bool(slots.reservation_code or slots.name or slots.email)
        case Expecting.ARRIVAL_TIME:
            return slots.time_of_day is not None
        case _:
            return False


@frozen(kw_only=True)
class _Pick:
    """Which of the offers shown a text means. `held`: it is the one already held."""

    named: bool = False
    offers: tuple[Offer, ...] = ()
    held: bool = False


def _pick(talk: Talk, intent: Intent) -> _Pick:
    session, slots = talk.session, talk.slots
    if not session.offers or not _keeps_stay(talk):
        return _Pick()
    meant = offers_meant(session, slots)
    if meant is None:
        # A plain yes to the only offer shown means that one: it leads to the read-back, not to a booking.
        only = session.expecting is Expecting.OFFER and len(session.offers) == 1 and intent is Intent.AFFIRM
        return _Pick(named=True, offers=session.offers) if only and not names_a_wish(slots) else _Pick()
    held = session.held is not None and [offer.id for offer in meant] == [session.held.offer]
    return _Pick(named=True, offers=meant, held=held)


def _keeps_stay(talk: Talk) -> bool:
    """Tell whether the dates and party in the text, if any, are those of the offers: else it asks for something else."""
    slots, wish = talk.slots, talk.session.wish
    if slots.adults not in {None, wish.occupancy.adults} or slots.rooms not in {None, wish.rooms}:
        return False
    if slots.child_ages is not None and slots.child_ages != wish.child_ages:
        return False
    if slots.stay is None or not names_dates(slots):
        return True
    stay = wish.stay
    return stay is not None and any(_same_dates(candidate, stay) for candidate in slots.stay.candidates)


def _same_dates(said: StayCandidate, stay: Stay) -> bool:
    arrives = None if "check_in" in said.assumed else said.arrival
    departs = None if "check_out" in said.assumed else said.departure
    if said.nights is not None and "check_out" not in said.assumed and said.nights != stay.nights:
        return False
    return arrives in {None, stay.arrival} and departs in {None, stay.departure}


def _wishes_anew(talk: Talk, pick: _Pick, intent: Intent) -> bool:
    """Tell whether the text wishes for something other than what is being arranged."""
    slots, session = talk.slots, talk.session
    arranging = bool(session.held or session.offers)
    if slots.stay and slots.stay.ambiguous and not pick.named and intent is not Intent.AFFIRM:
        # That one of the readings is the stay at hand only settles it for who chooses or agrees.
        return True
    if names_stay_or_party(slots):
        return not arranging or not _keeps_stay(talk)
    if slots.room_kind is not None or slots.room_name is not None:
        return not pick.offers
    return slots.room_id is not None and not arranging


def _change(talk: Talk, intent: Intent) -> Talking:
    """Search for what is wished now; lock at once where the guest wants to book and just one offer fits what was named."""
    yield from talk.let_go()
    # What was offered is for other dates or another party: nothing of it can be chosen any more.
    talk.remember(offers=())
    if talk.session.wish.names_room and intent in _LOOKS and names_dates(talk.slots):
        talk.remember(wish=evolve(talk.session.wish, kind=None, room_name=None, room_id=None))
    if not take_wish(talk):
        return
    yield from present_offers(talk)
    wish, offers = talk.session.wish, talk.session.offers
    plain = talk.status is Status.SUCCESS and len(offers) == 1
    if intent is Intent.CREATE_RESERVATION and wish.names_room and plain and wish.fits(offers[0].room_type):
        talk.unsay()
        yield from reserving.lock_offer(talk, offers[0])


def _choose_dates(talk: Talk, option: int) -> Talking:
    choices = talk.session.choices
    index = len(choices) - 1 if option == -1 else option - 1
    days = [number for number, known in enumerate(choices) if known.arrival and known.arrival.day == option]
    if len(days) == 1 and index >= len(choices):
        index = days[0]  # "el del 14" names one of them by its day
    if not 0 <= index < len(choices):
        talk.ask(Note.NO_SUCH_OFFER, Expecting.DATES_CHOICE)
    elif take_dates(talk, choices[index]):
        yield from present_offers(talk)


def _take_yes(talk: Talk, message: GuestMessage) -> Talking:
    session = talk.session
    question = talking.question_in(talk)
    if session.held is None:
        yield from _yes_to_nothing_held(talk)
    elif question:
        # "Sí, ¿aceptan perros?" may hang on the answer.
        talking.small_talk(talk, question)
    elif not _is_plain_yes(talk, message):
        talk.puzzle(Note.ASK_YES_AGAIN)
    elif reserving.corrects_details(talk):
        reserving.ask_next(talk)
    else:
        yield from reserving.take_yes(talk)


def _is_plain_yes(talk: Talk, message: GuestMessage) -> bool:
    """Tell whether a yes answers the read-back: sent after that went out, with no price, question, no or change in it."""
    read_back = talk.session.read_back
    if read_back is None or not read_back.answered_by(message.sent_at) or talk.slots.price_named:
        return False
    return talk.heard is not None and PLAIN_YES.issuperset(talk.heard.also)


def _yes_to_nothing_held(talk: Talk) -> Talking:
    session = talk.session
    if session.offers:
        talk.ask(Note.ASK_OFFER, Expecting.OFFER)
    elif session.expecting is Expecting.PARTY:
        talk.ask(Note.ASK_PARTY, Expecting.PARTY)
    elif session.expecting is Expecting.DATES:
        talk.ask(Note.ASK_DATES, Expecting.DATES)
    elif session.expecting in _WISHED_FOR:
        yield from present_offers(talk)
    else:
        reserving.nothing_to_confirm(talk)


def _take_no(talk: Talk) -> Talking:
    if talk.session.expecting is Expecting.DATES_CHOICE:
        talk.remember(choices=())
        talk.ask(Note.ASK_DATES, Expecting.DATES)
    elif is_arranging(talk.session) or not talk.latest(BookingState.CONFIRMED, *OPEN):
        yield from cancelling.give_up(talk)
    else:
        talk.say(Note.STILL_BOOKING if talk.latest(*UNSETTLED) else Note.KEPT)


def _go_on(talk: Talk, intent: Intent, *, told_details: bool) -> Talking:
    session = talk.session
    if session.held and session.expecting in _DETAILS and intent is Intent.PROVIDE_DETAILS and not told_details:
        reserving.not_readable(talk)
    elif intent is Intent.ASK_ROOM_TYPES:
        yield from list_room_types(talk)
    elif session.held:
        reserving.ask_next(talk, whole=intent in _LOOKS)
    elif intent is Intent.PROVIDE_DETAILS and not told_details:
        talking.not_understood(talk)
    elif session.offers and intent not in _LOOKS:
        talk.ask(Note.ASK_OFFER, Expecting.OFFER)
    else:
        yield from present_offers(talk)
