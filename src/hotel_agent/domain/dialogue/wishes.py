"""From what was heard to what is wished for: dates, party and room, with nothing guessed."""

from datetime import date, timedelta

from attrs import evolve

from hotel_agent.domain.dialogue.talk import Talk
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.replies import AskDeparture, AskWhichDates, DatesProblem, Note
from hotel_agent.domain.sessions import Wish
from hotel_agent.domain.stays import MAX_NIGHTS
from hotel_agent.domain.understanding import Expecting, Slots, StayCandidate, StayProblem


def names_a_wish(slots: Slots) -> bool:
    """Tell whether a text names dates, a party or a room."""
    return any(
        value is not None
        for value in (
            slots.stay,
            slots.adults,
            slots.child_ages,
            slots.rooms,
            slots.room_kind,
            slots.room_name,
            slots.room_id,
            slots.option,
        )
    )


def take_wish(talk: Talk) -> bool:
    """
    Take over what the text names. False: something has to be asked first, and has been.

    A wish for other dates or another party starts from what is known: "no, del 21 al 23" keeps the party.
    """
    if not _take_party(talk):
        return False
    slots = talk.slots
    if slots.room_kind or slots.room_name or slots.room_id:
        room = evolve(talk.session.wish, kind=slots.room_kind, room_name=slots.room_name, room_id=slots.room_id)
        talk.remember(wish=room)
    reading = slots.stay
    if reading is None:
        return True
    if reading.problem:
        talk.ask(DatesProblem(problem=reading.problem), Expecting.DATES)
        return False
    if reading.ambiguous:
        talk.remember(choices=reading.candidates)
        talk.ask(AskWhichDates(candidates=reading.candidates), Expecting.DATES_CHOICE)
        return False
    return not reading.candidates or take_dates(talk, reading.candidates[0])


def take_dates(talk: Talk, candidate: StayCandidate) -> bool:
    """Take over one reading of dates; False when they cannot be a stay, which the guest has been told."""
    wish = _with_dates(talk.session.wish, candidate)
    if problem := _problem(wish, talk.hotel.today(talk.now), talk.hotel.policy.max_days_ahead):
        talk.remember(choices=())
        talk.ask(DatesProblem(problem=problem), Expecting.DATES)
        return False
    talk.remember(wish=wish, choices=())
    return True


def ask_missing_dates(talk: Talk) -> bool:
    """Ask for the one piece of the stay that is missing; False when nothing is."""
    wish = talk.session.wish
    if wish.stay:
        return False
    if wish.arrival:
        talk.ask(AskDeparture(arrival=wish.arrival), Expecting.DEPARTURE)
    else:
        talk.ask(Note.ASK_DATES, Expecting.DATES)
    return True


def _with_dates(wish: Wish, said: StayCandidate) -> Wish:
    arrival, departure, nights = said.arrival, said.departure, said.nights
    if arrival is None and departure is None:
        # Only a number of nights: it needs an arrival to become a stay.
        arrival = wish.arrival
    elif arrival is None:
        # Only a departure: it completes the arrival already given.
        arrival, nights = wish.arrival, None
    elif departure is None and nights is None and wish.departure is None:
        # Only an arrival: nights said before complete it.
        nights = wish.nights
    if arrival and departure is None and nights:
        departure = arrival + timedelta(days=nights)
    return evolve(wish, arrival=arrival, departure=departure, nights=nights, assumed=said.assumed)


def _problem(wish: Wish, today: date, max_days_ahead: int) -> StayProblem | None:
    if wish.arrival and wish.arrival < today:
        return StayProblem.PAST
    if wish.departure and wish.departure <= (wish.arrival or today):
        return StayProblem.BACKWARDS
    if (wish.arrival or today) > today + timedelta(days=max_days_ahead):
        return StayProblem.TOO_FAR
    if wish.arrival and wish.departure and (wish.departure - wish.arrival).days > MAX_NIGHTS:
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
        talk.ask(Note.PARTY_IMPOSSIBLE, Expecting.PARTY)
        return False
    talk.remember(wish=wish)
    return True
