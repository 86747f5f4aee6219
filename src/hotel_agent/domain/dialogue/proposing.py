"""
What a change of a reservation would come to: asked of the PMS, locked, and read back with the difference.

What a part that is down keeps from being asked or agreed to is promised, and tried again until it is back.
"""

from collections.abc import Generator

from attrs import evolve

from hotel_agent.domain.amendments import amendment_of
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.dialogue.offering import keep_promise, promise_to_look, types_wished
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.dialogue.wishes import is_wish_for
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.events import TimerKind
from hotel_agent.domain.ids import OfferId
from hotel_agent.domain.locks import LockClaim
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import AskChangeYes, Note
from hotel_agent.domain.requests import Acquire, AmendmentQuoted, LockAnswer, Outcome, QuoteAmendment, Request, Trouble
from hotel_agent.domain.reservations import Amendment, AmendmentQuote
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.sessions import Amending, Proposal
from hotel_agent.domain.understanding import Expecting, Intent

_MOST_QUOTES = 3
"""How many types of room that fit what was named are asked about in one turn."""
_TOLD = {
    Rejection.SOLD_OUT: Note.CHANGE_NOT_FREE,
    Rejection.PRICE_CHANGED: Note.CHANGE_NOT_FREE,
    Rejection.STAY_RULE: Note.CHANGE_NOT_ALLOWED,
}


def propose(talk: Talk) -> Talking:
    """Ask the PMS what the change would come to, lock the rooms for it and read it back."""
    amending, booking, wish = talk.session.amending, booking_of(talk), talk.session.wish
    if amending is None or booking is None or wish.stay is None:
        return
    room_types = yield from types_wished(amending.before, wish)
    if room_types is None:
        promise_to_look(talk)
        return
    fitting = [one for one in room_types if one.holds(wish.occupancy)]
    if not fitting:
        talk.ask(Note.CHANGE_DOES_NOT_FIT if room_types else Note.NOT_THAT_ROOM, Expecting.DATES)
        return
    quotes: list[tuple[RoomType, AmendmentQuote]] = []
    reasons: list[Rejection | None] = []
    for room_type in fitting[:_MOST_QUOTES]:
        wanted = evolve(amending.before, stay=wish.stay, occupancy=wish.occupancy, room_type=room_type)
        outcome = yield from quoted(amending, booking, room_type, amendment_of(amending.before, wanted))
        if not isinstance(outcome, AmendmentQuoted):
            promise_to_look(talk)
            return
        if outcome.quote:
            quotes.append((room_type, outcome.quote))
        reasons.append(outcome.reason)
    if not quotes:
        yield from _say_why_not(talk, reasons)
        return
    room_type, quote = min(quotes, key=lambda one: (one[1].total.amount, one[0].id))
    named = f"change:{booking.id}:{room_type.id}:{wish.stay.arrival}:{wish.stay.departure}:{quote.total.amount}"
    offer = Offer(
        id=OfferId(f"o-{talk.ids.mint(named)}"),
        room_type=room_type,
        stay=wish.stay,
        occupancy=wish.occupancy,
        total=quote.total,
        available=0,
        fresh_until=talk.now + talk.hotel.policy.offer_freshness,
    )
    yield from _lock(talk, amending, booking, offer, quote)


def propose_again(talk: Talk) -> Talking:
    """Look once more at what a part that was down kept from being asked about the change, or from being agreed to."""
    amending, wish = talk.session.amending, talk.session.wish
    if not talk.session.looking or amending is None or talk.session.staff_has_it(talk.now):
        talk.remember(looking=0)
    elif amending.proposal:
        yield from promising_anew(talk, _ask_again(talk, amending, amending.proposal))
    elif wish.stay and wish.dates_stand and not is_wish_for(wish, amending.before):
        yield from promising_anew(talk, propose(talk))
    else:
        keep_promise(talk)


def promising_anew(talk: Talk, doing: Talking) -> Talking:
    """Do something about the change: what was promised of it before goes, unless it has to be promised anew."""
    promised = talk.session.looking
    yield from doing
    if talk.session.looking == promised:
        keep_promise(talk)


def keep_for_later(talk: Talk) -> None:
    """A part is down: the lock and its read-back stand, so that the same yes can be tried again, and is asked for."""
    promise_to_look(talk, Note.CHANGE_ASKING_AGAIN)
    talk.asked = Expecting.CHANGE_YES


def renew(talk: Talk, amending: Amending, proposal: Proposal, total: Money) -> None:
    """Read the change back at the price it has now: another offer, which an earlier yes does not answer."""
    booking = booking_of(talk)
    if booking is None:
        return
    now = evolve(proposal, offer=_priced(talk, proposal.offer, total), said_at=None, closed=False)
    talk.remember(amending=evolve(amending, proposal=now))
    talk.ask(read_back(amending, now, booking, changed_from=proposal.offer.total), Expecting.CHANGE_YES)


def quoted(
    amending: Amending, booking: Booking, room_type: RoomType, amendment: Amendment
) -> Generator[Request, Outcome, Outcome]:
    """Ask the PMS what an amendment would come to."""
    if booking.reservation is None or not room_type.holds(amendment.occupancy or amending.before.occupancy):
        return AmendmentQuoted(quote=None, reason=Rejection.NOT_ALLOWED)
    return (yield QuoteAmendment(reservation=booking.reservation, amendment=amendment))


def read_back(amending: Amending, proposal: Proposal, booking: Booking, changed_from: Money | None = None) -> AskChangeYes:
    assert booking.reservation  # noqa: S101 - only a reservation is amended
    return AskChangeYes(
        reservation=booking.reservation,
        before=amending.before,
        after=proposal.offer,
        held_until=proposal.expires_at,
        changed_from=changed_from,
    )


def booking_of(talk: Talk) -> Booking | None:
    """Return the booking that is being changed."""
    amending = talk.session.amending
    return next((known for known in talk.bookings if amending and known.id == amending.booking), None)


def _ask_again(talk: Talk, amending: Amending, proposal: Proposal) -> Talking:
    """Put the question once more whose yes could not be taken, as PMS and lock store now have it."""
    booking, offer = booking_of(talk), proposal.offer
    if booking is None:
        return
    outcome = yield from quoted(amending, booking, offer.room_type, amendment_of(amending.before, offer))
    if not isinstance(outcome, AmendmentQuoted):
        keep_for_later(talk)
    elif outcome.quote is None or not outcome.quote.allows(proposal.rooms):
        yield from talk.withdraw()
        yield from propose(talk)
    else:
        yield from _lock(talk, amending, booking, offer, outcome.quote)


def _lock(talk: Talk, amending: Amending, booking: Booking, offer: Offer, quote: AmendmentQuote) -> Talking:
    """Lock the rooms of *offer* and read it back; a lock that stands for it already is the one that is found."""
    before = amending.proposal
    # With no room added it is the present ones whose other nights are claimed.
    added = quote.count - len(quote.keeps)
    candidates, count = (quote.candidates, added) if added else (quote.keeps, quote.count)
    claim = LockClaim(tenant=talk.session.tenant, candidates=candidates, stay=offer.stay, count=count)
    owner = before.owner if before else talk.owner_of(offer)
    outcome = yield Acquire(claim=claim, owner=owner, ttl=talk.hotel.policy.lock_ttl)
    if isinstance(outcome, Trouble):
        if before:
            keep_for_later(talk)
        else:
            promise_to_look(talk)
        return
    if not isinstance(outcome, LockAnswer) or outcome.lock is None:
        yield from talk.withdraw()
        talk.lock_acquired = False
        talk.ask(Note.CHANGE_NOT_FREE, Expecting.DATES)
        return
    lock = outcome.lock
    changed_from = offer.total if offer.total != quote.total else None
    proposal = Proposal(
        offer=_priced(talk, offer, quote.total) if changed_from else offer,
        rooms=(*quote.keeps, *lock.rooms) if added else quote.keeps,
        lock=lock.id,
        owner=lock.owner,
        expires_at=lock.expires_at or talk.now + talk.hotel.policy.lock_ttl,
    )
    talk.lock_acquired = True
    talk.set_timer(TimerKind.LOCK_END, lock.id, proposal.expires_at)
    talk.remember(amending=evolve(amending, proposal=proposal))
    talk.ask(read_back(amending, proposal, booking, changed_from), Expecting.CHANGE_YES)


def _priced(talk: Talk, offer: Offer, total: Money) -> Offer:
    renewed = OfferId(f"o-{talk.ids.mint(f'change:{offer.id}:{total.amount}')}")
    return evolve(offer, id=renewed, total=total)


def _say_why_not(talk: Talk, reasons: list[Rejection | None]) -> Talking:
    told = next((_TOLD[reason] for reason in reasons if reason in _TOLD), None)
    if told:
        talk.ask(told, Expecting.DATES)
        return
    # The PMS cannot, or will not say why: a person can.
    yield from talk.leave_reservations()
    talk.remember(expecting=Expecting.NOTHING)
    talk.escalate(Intent.MODIFY_RESERVATION)
