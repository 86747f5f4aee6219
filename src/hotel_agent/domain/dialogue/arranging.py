"""What moves a booking on: choosing an offer, changing one's mind, giving details, saying yes or no."""

from attrs import frozen

from hotel_agent.domain.dialogue import cancelling, reserving, talking
from hotel_agent.domain.dialogue.offering import list_room_types, offers_meant, present_offers
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import names_a_wish, take_dates, take_wish
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import Note
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.understanding import Expecting, Intent, Slots, StayCandidate

_DETAILS = {Expecting.NAME, Expecting.EMAIL, Expecting.PHONE}


def arrange(talk: Talk, message: GuestMessage, intent: Intent, *, told_details: bool) -> Talking:
    """Decide what a text does to the booking that is being arranged, if any; a new wish starts one."""
    session, slots = talk.session, talk.slots
    if session.expecting is Expecting.DATES_CHOICE and slots.option and not slots.stay:
        yield from _choose_dates(talk, slots.option)
        return
    pick = _pick(talk, intent)
    if len(pick.offers) == 1 and not pick.held:
        yield from reserving.lock_offer(talk, pick.offers[0])
    elif _wishes_anew(talk, pick):
        yield from _change(talk, intent)
    elif pick.named and not pick.held:
        talk.ask(Note.ASK_OFFER if pick.offers else Note.NO_SUCH_OFFER, Expecting.OFFER)
    elif intent is Intent.DENY:
        yield from _take_no(talk)
    elif intent is Intent.AFFIRM:
        yield from _take_yes(talk, message)
    else:
        yield from _go_on(talk, intent, told_details=told_details)


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
    if slots.stay is None:
        return True
    stay = wish.stay
    return stay is not None and any(_same_dates(candidate, stay) for candidate in slots.stay.candidates)


def _same_dates(said: StayCandidate, stay: Stay) -> bool:
    arrives = None if "check_in" in said.assumed else said.arrival
    departs = None if "check_out" in said.assumed else said.departure
    if said.nights is not None and "check_out" not in said.assumed and said.nights != stay.nights:
        return False
    return arrives in {None, stay.arrival} and departs in {None, stay.departure}


def _names_stay_or_party(slots: Slots) -> bool:
    return any(value is not None for value in (slots.stay, slots.adults, slots.child_ages, slots.rooms))


def _wishes_anew(talk: Talk, pick: _Pick) -> bool:
    """Tell whether the text wishes for something other than what is being arranged."""
    slots, session = talk.slots, talk.session
    arranging = bool(session.held or session.offers)
    if _names_stay_or_party(slots):
        return not arranging or not _keeps_stay(talk)
    if slots.room_kind is not None or slots.room_name is not None:
        return not pick.offers
    return slots.room_id is not None and not arranging


def _change(talk: Talk, intent: Intent) -> Talking:
    """Search for what is wished now; lock at once where the guest wants to book and just one offer fits what was named."""
    yield from talk.let_go()
    if not take_wish(talk):
        return
    yield from present_offers(talk)
    offers = talk.session.offers
    if intent is Intent.CREATE_RESERVATION and talk.session.wish.names_room and len(offers) == 1:
        talk.replies.clear()
        yield from reserving.lock_offer(talk, offers[0])


def _choose_dates(talk: Talk, option: int) -> Talking:
    choices = talk.session.choices
    index = len(choices) - 1 if option == -1 else option - 1
    if not 0 <= index < len(choices):
        talk.ask(Note.NO_SUCH_OFFER, Expecting.DATES_CHOICE)
    elif take_dates(talk, choices[index]):
        yield from present_offers(talk)


def _take_yes(talk: Talk, message: GuestMessage) -> Talking:
    session = talk.session
    if session.read_back is None and session.offers:
        talk.ask(Note.ASK_OFFER, Expecting.OFFER)
    elif session.read_back is None:
        reserving.nothing_to_confirm(talk)
    elif talk.slots.price_named or not session.read_back.answered_by(message.sent_at):
        # A yes that names a price, or was sent before the read-back went out, is no answer to it.
        talk.say(Note.ASK_YES_AGAIN)
        reserving.ask_next(talk)
    else:
        yield from reserving.take_yes(talk)


def _take_no(talk: Talk) -> Talking:
    if talk.session.held or talk.session.offers:
        yield from cancelling.give_up(talk)
    else:
        talk.say(Note.KEPT)


def _go_on(talk: Talk, intent: Intent, *, told_details: bool) -> Talking:
    session = talk.session
    if session.held and session.expecting in _DETAILS and intent is Intent.PROVIDE_DETAILS and not told_details:
        reserving.not_readable(talk)
    elif session.held:
        reserving.ask_next(talk)
    elif intent is Intent.ASK_ROOM_TYPES:
        yield from list_room_types(talk)
    elif intent is Intent.PROVIDE_DETAILS and not told_details:
        talking.not_understood(talk)
    elif session.offers:
        talk.ask(Note.ASK_OFFER, Expecting.OFFER)
    else:
        yield from present_offers(talk)
