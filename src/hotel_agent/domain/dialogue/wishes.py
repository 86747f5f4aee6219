"""From what was heard to what is wished for: dates, party and room, with nothing guessed."""

from datetime import date, timedelta

from attrs import evolve

from hotel_agent.domain.dialogue.talk import Talk
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import AskDeparture, AskWhichDates, DatesProblem, Note
from hotel_agent.domain.sessions import Wish
from hotel_agent.domain.stays import MAX_NIGHTS
from hotel_agent.domain.understanding import Expecting, Slots, StayCandidate, StayProblem


def names_a_wish(slots: Slots) -> bool:
    """Tell whether a text names dates, a party or a room."""
    rooms = (slots.room_kind, slots.room_name, slots.room_id, slots.option)
    return names_stay_or_party(slots) or any(value is not None for value in rooms)


def names_stay_or_party(slots: Slots) -> bool:
    return names_dates(slots) or any(value is not None for value in (slots.adults, slots.child_ages, slots.rooms))


def names_dates(slots: Slots) -> bool:
    """Tell whether a text speaks of dates, be they possible or not."""
    return slots.stay is not None and bool(slots.stay.candidates or slots.stay.problem)


def take_wish(talk: Talk) -> bool:
    """
    Take over what the text names. False: something has to be asked first, and has been.

    A wish for other dates or another party starts from what is known: "no, del 21 al 23" keeps the party. What can be taken is
    taken, so that only the rest is asked for.
    """
    slots = talk.slots
    party_taken = _take_party(talk)
    if slots.room_kind or slots.room_name or slots.room_id:
        room = evolve(talk.session.wish, kind=slots.room_kind, room_name=slots.room_name, room_id=slots.room_id)
        talk.remember(wish=room)
    if not _take_reading(talk):
        return False
    if not party_taken:
        talk.ask(Note.PARTY_IMPOSSIBLE, Expecting.PARTY)
    return party_taken


def take_dates(talk: Talk, candidate: StayCandidate) -> bool:
    """Take over one reading of dates; False when they cannot be a stay, which the guest has been told."""
    today, amending = talk.hotel.today(talk.now), talk.session.amending
    # A stay that has begun can still end on another day.
    earliest = min(today, amending.before.stay.arrival) if amending else today
    wish, problem = _with_dates(talk.session.wish, candidate, earliest, talk.hotel.policy.max_days_ahead)
    if problem:
        _refuse_dates(talk, problem)
        return False
    talk.remember(wish=wish, choices=())
    return True


def confirm_assumptions(talk: Talk) -> None:
    """Note what was assumed and is now said, the same: "somos dos, sí" leaves nothing to put right."""
    slots, wish = talk.slots, talk.session.wish
    assumed = wish.assumed
    if slots.stay and len(slots.stay.candidates) == 1:
        said = slots.stay.candidates[0]
        named = {name for name, day in (("check_in", said.arrival), ("check_out", said.departure or said.nights)) if day}
        assumed = assumed - (named - said.assumed)
    adults = slots.adults if slots.adults is not None else wish.adults
    talk.remember(wish=evolve(wish, adults=adults, assumed=assumed))


def ask_missing_dates(talk: Talk) -> bool:
    """Ask for the one piece of the stay that is missing; False when nothing is."""
    wish, choices = talk.session.wish, talk.session.choices
    if wish.stay and wish.dates_stand:
        return False
    if choices:
        talk.ask(AskWhichDates(candidates=choices), Expecting.DATES_CHOICE)
    elif wish.arrival and not wish.stay:
        talk.ask(AskDeparture(arrival=wish.arrival), Expecting.DEPARTURE)
    else:
        talk.ask(Note.ASK_DATES, Expecting.DATES)
    return True


def _take_reading(talk: Talk) -> bool:
    reading = talk.slots.stay
    if reading is None:
        return True
    if reading.problem:
        _refuse_dates(talk, reading.problem)
        return False
    if reading.ambiguous:
        talk.remember(choices=reading.candidates, wish=evolve(talk.session.wish, dates_stand=False))
        talk.ask(AskWhichDates(candidates=reading.candidates), Expecting.DATES_CHOICE)
        return False
    return not reading.candidates or take_dates(talk, reading.candidates[0])


def _refuse_dates(talk: Talk, problem: StayProblem) -> None:
    talk.remember(choices=(), wish=evolve(talk.session.wish, dates_stand=False))
    talk.ask(DatesProblem(problem=problem), Expecting.DATES)


def _with_dates(wish: Wish, said: StayCandidate, today: date, max_days_ahead: int) -> tuple[Wish, StayProblem | None]:
    arrival, departure, nights, assumed = said.arrival, said.departure, said.nights, said.assumed
    if arrival is None:
        # Only a departure or a number of nights: it completes the arrival already given.
        arrival, assumed = wish.arrival, assumed | (wish.assumed & {"check_in"})
        nights = None if departure else nights
    elif departure is None and nights is None and wish.stay is None:
        # Only an arrival: a departure or nights said before complete it. With both known it begins another stay.
        departure = wish.departure
        nights = (departure - arrival).days if departure else wish.nights
    if problem := _problem(arrival, nights, today, max_days_ahead):
        return wish, problem
    if arrival and departure is None and nights:
        departure = arrival + timedelta(days=nights)
    if departure and departure <= (arrival or today):
        return wish, StayProblem.BACKWARDS
    if arrival and departure and (departure - arrival).days > MAX_NIGHTS:
        return wish, StayProblem.TOO_LONG
    return evolve(wish, arrival=arrival, departure=departure, nights=nights, assumed=assumed, dates_stand=True), None


def _problem(arrival: date | None, nights: int | None, today: date, max_days_ahead: int) -> StayProblem | None:
    """What is wrong with dates before anything is reckoned with them: the calendar ends somewhere."""
    if arrival and arrival < today:
        return StayProblem.PAST
    if arrival and (arrival - today).days > max_days_ahead:
        return StayProblem.TOO_FAR
    if nights is not None and nights < 1:
        return StayProblem.BACKWARDS
    if nights is not None and nights > MAX_NIGHTS:
        return StayProblem.TOO_LONG
    return None


def _take_party(talk: Talk) -> bool:
    slots, wish = talk.slots, talk.session.wish
    if slots.adults is None and slots.child_ages is None and slots.rooms is None:
        return True
    wish = evolve(
        wish,
        adults=slots.adults if slots.adults is not None else wish.adults,
        child_ages=slots.child_ages if slots.child_ages is not None else wish.child_ages,
        rooms=slots.rooms if slots.rooms is not None else wish.rooms,
    )
    try:
        _ = wish.occupancy
    except InvalidValue:
        return False
    talk.remember(wish=wish)
    return True


def wish_of(offer: Offer) -> Wish:
    """Write what *offer* is as a wish, from which another one starts."""
    return Wish(
        arrival=offer.stay.arrival,
        departure=offer.stay.departure,
        nights=offer.stay.nights,
        adults=offer.occupancy.adults,
        child_ages=offer.occupancy.child_ages,
        rooms=offer.occupancy.rooms,
    )


def is_wish_for(wish: Wish, before: Offer) -> bool:
    """Tell whether a wish is for nothing else than what is there already."""
    return wish.stay == before.stay and wish.occupancy == before.occupancy and wish.fits(before.room_type)
