"""Searching, and finding out which of the offers a guest means."""

from collections.abc import Generator
from datetime import timedelta

from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import ask_missing_dates
from hotel_agent.domain.events import TimerFired, TimerKind
from hotel_agent.domain.ids import OfferId, OwnerId
from hotel_agent.domain.offers import Offer, offer_of
from hotel_agent.domain.replies import Note, NothingFree, OfferList, PartyTooLarge, RoomTypeList
from hotel_agent.domain.requests import Found, ListRoomTypes, Outcome, Request, RoomTypes, Search
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.sessions import Session, Wish
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.turns import Searched, Status
from hotel_agent.domain.understanding import Expecting, Slots

_LOOK_AGAIN, _LONGEST_LOOK = timedelta(seconds=15), timedelta(minutes=2)


def assumed_in(wish: Wish) -> frozenset[str]:
    """Name what the guest did not say and we filled in."""
    return wish.assumed | ({"adults"} if wish.adults is None else frozenset())


def present_offers(talk: Talk) -> Talking:
    """Search what the guest wishes for and show it, once nothing is missing."""
    yield from talk.let_go()
    talk.remember(offers=())
    if ask_missing_dates(talk):
        return
    offers = yield from _search(talk)
    if not offers:
        return
    wish = talk.session.wish
    shown = tuple(offer for offer in offers if wish.fits(offer.room_type))
    if not shown:
        talk.say(Note.NOT_THAT_ROOM)
        shown = offers
    assert wish.stay  # noqa: S101 - ask_missing_dates has made sure
    talk.say(OfferList(stay=wish.stay, occupancy=wish.occupancy, offers=shown, assumed=assumed_in(wish)))
    talk.expect(Expecting.OFFER, offers=shown)


def promise_to_look(talk: Talk, note: Note = Note.LOOKING_AGAIN) -> None:
    """
    Say by *note* that the PMS, or the lock store, cannot be asked now and that the guest will hear; see to it that they do.

    What was promised is tried until the session ends; then staff is told, who can keep it.
    """
    tries = talk.session.looking
    due_at = talk.now + min(_LOOK_AGAIN * 2 ** min(tries, 8), _LONGEST_LOOK)
    if due_at >= talk.session.expires_at:
        talk.remember(looking=0)
        talk.escalate("pms_down")
        return
    talk.set_timer(TimerKind.LOOK_AGAIN, "", due_at)
    talk.remember(looking=tries + 1)
    if not isinstance(talk.event.content, TimerFired):
        talk.degrade(note)


def keep_promise(talk: Talk) -> None:
    """What was promised is about to be said, or wanted no more: nothing need be tried again."""
    if talk.session.looking:
        talk.drop_timer(TimerKind.LOOK_AGAIN)
        talk.remember(looking=0)


def look_again(talk: Talk) -> Talking:
    """Search what was promised, unless the guest has gone on to something else."""
    session = talk.session
    promised = session.looking and not session.held and session.wish.stay and session.wish.dates_stand
    if not promised or session.staff_has_it(talk.now):
        talk.remember(looking=0)
        return
    yield from present_offers(talk)


def search_again(offer: Offer, owner: OwnerId) -> Generator[Request, Outcome, tuple[Vacancy | None, bool]]:
    """Ask the PMS anew, never the cache, what it says of an offer; answers the vacancy and whether the PMS could be asked."""
    outcome = yield Search(stay=offer.stay, occupancy=offer.occupancy, owner=owner, fresh=True)
    if not isinstance(outcome, Found) or outcome.stale:
        return None, False
    match = (vacancy for vacancy in outcome.vacancies if vacancy.room_type.id == offer.room_type.id)
    return next((vacancy for vacancy in match if len(vacancy.rooms) >= offer.occupancy.rooms), None), True


def list_room_types(talk: Talk) -> Talking:
    outcome = yield ListRoomTypes()
    if isinstance(outcome, RoomTypes):
        talk.say(RoomTypeList(room_types=outcome.room_types))
    else:
        talk.degrade(Note.DEGRADED)


def offers_meant(session: Session, slots: Slots) -> tuple[Offer, ...] | None:
    """
    Say which of the offers last shown a text means: by number, id, name or kind.

    None when it names none; empty when what it names is not among them.
    """
    offers = session.offers
    if slots.room_id is not None:
        return tuple(offer for offer in offers if offer.room_type.id == slots.room_id)
    if slots.option is not None:
        index = len(offers) - 1 if slots.option == -1 else slots.option - 1
        return offers[index : index + 1] if 0 <= index < len(offers) else ()
    if slots.room_name is not None:
        return tuple(offer for offer in offers if offer.room_type.name == slots.room_name)
    if slots.room_kind is not None:
        return tuple(offer for offer in offers if offer.room_type.kind == slots.room_kind)
    return None


def _search(talk: Talk) -> Generator[Request, Outcome, tuple[Offer, ...]]:
    """Search what is wished for; where there is nothing to offer, say why not."""
    wish = talk.session.wish
    stay, party = wish.stay, wish.occupancy
    if stay is None:
        return ()
    outcome = yield Search(stay=stay, occupancy=party)
    if not isinstance(outcome, Found):
        promise_to_look(talk)
        return ()
    keep_promise(talk)
    offers = _offers(talk, outcome.vacancies, stay, party)
    talk.searched = Searched(stay=stay, occupancy=party, assumed=assumed_in(wish), offers=offers)
    if outcome.stale:
        talk.status = Status.DEGRADED
        talk.fallback_used = True
        talk.say(Note.STALE)
    if not offers:
        yield from _explain_nothing(talk, stay, party)
    return offers


def _offers(talk: Talk, vacancies: tuple[Vacancy, ...], stay: Stay, party: Occupancy) -> tuple[Offer, ...]:
    fresh_until = talk.now + talk.hotel.policy.offer_freshness
    cheapest_first = sorted(vacancies, key=lambda vacancy: (vacancy.total.amount, vacancy.room_type.id))
    return tuple(
        offer_of(vacancy, OfferId(f"o-{talk.ids.mint(f'offer:{vacancy.room_type.id}')}"), stay, party, fresh_until)
        for vacancy in cheapest_first
        if len(vacancy.rooms) >= party.rooms and vacancy.room_type.holds(party) and vacancy.room_type.allows(stay)
    )


def _explain_nothing(talk: Talk, stay: Stay, party: Occupancy) -> Talking:
    outcome = yield ListRoomTypes()
    known: tuple[RoomType, ...] = outcome.room_types if isinstance(outcome, RoomTypes) else ()
    if known and not any(room_type.holds(party) for room_type in known):
        largest = max(room_type.max_guests for room_type in known)
        talk.ask(PartyTooLarge(occupancy=party, largest=largest), Expecting.PARTY)
        return
    talk.say(NothingFree(stay=stay, occupancy=party))
    talk.expect(Expecting.DATES)


def types_wished(before: Offer, wish: Wish) -> Generator[Request, Outcome, tuple[RoomType, ...] | None]:
    """The types that fit what was named, cheapest first; the present one where none was named or it fits. None: no answer."""
    if not wish.names_room or wish.fits(before.room_type):
        return (before.room_type,)
    outcome = yield ListRoomTypes()
    if not isinstance(outcome, RoomTypes):
        return None
    fitting = [one for one in outcome.room_types if wish.fits(one)]
    return tuple(sorted(fitting, key=lambda one: (one.night_price.amount if one.night_price else 0, one.id)))
