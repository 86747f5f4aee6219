"""From an offer to a booking: lock, read back, details, yes."""

from attrs import evolve

from hotel_agent.domain.bookings import UNSETTLED, Booking, BookingState
from hotel_agent.domain.dialogue.offering import assumed_in, keep_promise, present_offers, promise_to_look, search_again
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.events import TimerKind
from hotel_agent.domain.ids import BookingId, OfferId, OwnerId
from hotel_agent.domain.locks import MAX_EXTENSIONS, LockClaim
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import AskYes, BookingNow, Note, NotReadable, RoomHeld
from hotel_agent.domain.requests import Acquire, Extend, Hold, LockAnswer, Trouble
from hotel_agent.domain.sessions import Details, Held, ReadBack, Wish
from hotel_agent.domain.turns import AuditAct, JobKind
from hotel_agent.domain.understanding import Expecting

_ASKS = {"name": Note.ASK_NAME, "email": Note.ASK_EMAIL, "phone": Note.ASK_PHONE}
_EXPECTS = {"name": Expecting.NAME, "email": Expecting.EMAIL, "phone": Expecting.PHONE}


def lock_offer(talk: Talk, offer: Offer) -> Talking:
    """Ask the PMS afresh, lock concrete rooms of *offer* and read it back."""
    if talk.session.held and talk.session.held.offer != offer.id:
        yield from talk.let_go()
    owner = _owner(talk, offer)
    vacancy, asked = yield from search_again(offer, owner)
    if not asked:
        _degrade(talk)
        return
    if vacancy is None:
        yield from _just_taken(talk)
        return
    if talk.session.held and not set(talk.session.held.rooms) <= set(vacancy.rooms):
        # Somebody booked our locked rooms past us: others of the type will do.
        yield from talk.let_go()
    claim = LockClaim(tenant=talk.session.tenant, candidates=vacancy.rooms, stay=offer.stay, count=offer.occupancy.rooms)
    outcome = yield Acquire(claim=claim, owner=owner, ttl=talk.hotel.policy.lock_ttl)
    if isinstance(outcome, Trouble):
        _degrade(talk)
        return
    if not isinstance(outcome, LockAnswer) or outcome.lock is None:
        yield from _just_taken(talk)
        return
    lock = outcome.lock
    expires_at = lock.expires_at or talk.now + talk.hotel.policy.lock_ttl
    held = Held(
        lock=lock.id, owner=lock.owner, offer=offer.id, rooms=lock.rooms, expires_at=expires_at, extensions=lock.extensions
    )
    talk.lock_acquired = True
    keep_promise(talk)
    talk.set_timer(TimerKind.LOCK_END, lock.id, expires_at)
    talk.remember(held=held, chosen=offer.id)
    _read_back(talk, changed_from=_refresh(talk, offer, vacancy.total))


def take_details(talk: Talk) -> bool:
    """Take over name, e-mail and phone that the text names; tell whether it named any."""
    slots, known = talk.slots, talk.session.details
    told = Details(name=slots.name or known.name, email=slots.email or known.email, phone=slots.phone or known.phone)
    talk.remember(details=told)
    return any((slots.name, slots.email, slots.phone))


def corrects_details(talk: Talk) -> bool:
    """
    Tell whether the text puts another name, e-mail or phone in the place of one already told.

    All three at once are the guest's details as they shall be, whatever was told before.
    """
    slots, before = talk.slots, talk.before.details
    told = [(before.name, slots.name), (before.email, slots.email), (before.phone, slots.phone)]
    return any(new and old and new != old for old, new in told) and not all(new for _, new in told)


def ask_next(talk: Talk, *, whole: bool = False) -> None:
    """Ask for the next missing detail; with all of them, or where the *whole* is wanted, read back and ask for the yes."""
    missing = _missing(talk.session.details)
    if missing and talk.session.read_back and not whole:
        talk.ask(_ASKS[missing], _EXPECTS[missing])
    else:
        _read_back(talk)


def repeat(talk: Talk) -> None:
    """Put the question again that still waits; a yes to the same read-back stays one."""
    status, read_back = talk.status, talk.session.read_back
    ask_next(talk)
    talk.status = status
    if read_back and talk.session.details == talk.before.details:
        talk.remember(read_back=read_back)


def not_readable(talk: Talk) -> None:
    """A detail was asked for and what came is none that can be read."""
    if missing := _missing(talk.session.details):
        talk.ask(NotReadable(field=missing), _EXPECTS[missing])


def keep_lock_alive(talk: Talk) -> Talking:
    """Give a guest who is still deciding more time, twice at most."""
    held, policy = talk.session.held, talk.hotel.policy
    if held is None or held.extensions >= MAX_EXTENSIONS or held.expires_at - talk.now > policy.lock_extension:
        return
    outcome = yield Extend(lock=held.lock, owner=held.owner, by=policy.lock_extension)
    if isinstance(outcome, LockAnswer) and outcome.lock and outcome.lock.expires_at:
        expires_at = outcome.lock.expires_at
        talk.remember(held=evolve(held, expires_at=expires_at, extensions=outcome.lock.extensions))
        talk.set_timer(TimerKind.LOCK_END, held.lock, expires_at)


def take_yes(talk: Talk) -> Talking:
    """The guest agreed to what was read back: look once more, hold the lock, commit the booking."""
    session = talk.session
    held, offer = session.held, session.offer(session.chosen)
    if held is None or offer is None:
        nothing_to_confirm(talk)
        return
    guest = session.details.guest()
    if guest is None:
        ask_next(talk)
        return
    vacancy, asked = yield from search_again(offer, held.owner)
    if not asked:
        _degrade(talk)
        return
    if vacancy is None or not set(held.rooms) <= set(vacancy.rooms):
        yield from talk.let_go()
        yield from lock_offer(talk, offer)
        return
    if was := _refresh(talk, offer, vacancy.total):
        _read_back(talk, changed_from=was)
        return
    outcome = yield Hold(lock=held.lock, owner=held.owner)
    if isinstance(outcome, Trouble):
        _degrade(talk)
        return
    if not isinstance(outcome, LockAnswer) or outcome.lock is None:
        yield from lock_offer(talk, offer)
        return
    offer = talk.session.offer(offer.id) or offer
    booking = Booking(
        id=BookingId(f"b-{talk.ids.mint(f'booking:{offer.id}')}"),
        tenant=session.tenant,
        conversation=session.conversation,
        root=talk.event.root,
        reference=talk.ids.reference(offer.id),
        offer=offer,
        guest=guest,
        language=session.language,
        lock=held.lock,
        lock_owner=held.owner,
        rooms=outcome.lock.rooms,
        state=BookingState.SUBMITTING,
        created_at=talk.now,
    )
    talk.keep(booking)
    talk.order(JobKind.BOOK, booking)
    talk.note(AuditAct.SUBMITTED, booking.id, booking.reference)
    talk.drop_timer(TimerKind.LOCK_END)
    keep_promise(talk)
    # Wish and offers go with the booking: another "sí" has nothing left to book, another wish begins anew.
    talk.remember(held=None, chosen=None, read_back=None, offers=(), wish=Wish(), expecting=Expecting.NOTHING)
    talk.say(BookingNow(offer=offer))


def nothing_to_confirm(talk: Talk) -> None:
    """A yes that answers nothing books nothing."""
    if talk.session.held:
        talk.puzzle(Note.ASK_YES_AGAIN)
    elif unsettled := talk.latest(*UNSETTLED):
        talk.say(Note.STILL_BOOKING)
        talk.booking = unsettled
    else:
        talk.puzzle(Note.NOTHING_TO_CONFIRM)


def lock_ended(talk: Talk, lock: str) -> Talking:
    """The time to decide has run out; tell the guest, who may choose again."""
    held = talk.session.held
    if held is None or held.lock != lock:
        return
    if talk.now < held.expires_at:
        # It fired early, by a clock other than ours: once more, then.
        talk.set_timer(TimerKind.LOCK_END, lock, held.expires_at)
        return
    keep_promise(talk)
    # Released all the same: a turn that died after `Hold` has left it without expiry.
    yield from talk.let_go()
    talk.say(Note.LOCK_ENDED)


def _owner(talk: Talk, offer: Offer) -> OwnerId:
    """Who locks for *offer*: whoever holds it already, under whatever price it was first offered."""
    held = talk.session.held
    return held.owner if held and held.offer == offer.id else talk.owner_of(offer)


def ask_again(talk: Talk) -> Talking:
    """Put the question once more whose yes a part that was down kept from being taken, as the PMS now has it."""
    offer = talk.session.offer(talk.session.chosen)
    if not talk.session.looking or offer is None or talk.session.staff_has_it(talk.now):
        talk.remember(looking=0)
        return
    yield from lock_offer(talk, offer)


def _degrade(talk: Talk) -> None:
    """
    A part is down: a lock still held and its read-back stand, so that the same yes can be tried again.

    Once the part is back, the guest is asked for it again; with nothing held yet, what there is will be shown.
    """
    if talk.session.held:
        promise_to_look(talk, Note.ASKING_AGAIN)
        talk.asked = Expecting.YES
    else:
        promise_to_look(talk)


def _just_taken(talk: Talk) -> Talking:
    talk.lock_acquired = False
    talk.say(Note.JUST_TAKEN)
    yield from present_offers(talk)


def _refresh(talk: Talk, offer: Offer, total: Money) -> Money | None:
    """
    Note the price the PMS gives now for the offer held; return the earlier one where it differs.

    Another price makes another offer, with an id of its own: a button that says yes to the earlier one fits it no more.
    """
    fresh_until = talk.now + talk.hotel.policy.offer_freshness
    changed = offer.total != total
    renewed = OfferId(f"o-{talk.ids.mint(f'offer:{offer.id}:{total.amount}')}") if changed else offer.id
    now = evolve(offer, id=renewed, total=total, fresh_until=fresh_until)
    held = talk.session.held
    talk.remember(
        offers=tuple(now if known.id == offer.id else known for known in talk.session.offers),
        chosen=renewed,
        held=evolve(held, offer=renewed) if held else None,
    )
    return offer.total if changed else None


def _read_back(talk: Talk, changed_from: Money | None = None) -> None:
    session = talk.session
    offer, held = session.offer(session.chosen), session.held
    if offer is None or held is None:
        nothing_to_confirm(talk)
        return
    talk.remember(read_back=ReadBack(offer=offer.id))
    assumed = assumed_in(session.wish)
    guest = session.details.guest()
    if guest:
        talk.say(AskYes(offer=offer, guest=guest, assumed=assumed, held_until=held.expires_at, changed_from=changed_from))
        talk.expect(Expecting.YES)
        return
    talk.say(RoomHeld(offer=offer, assumed=assumed, held_until=held.expires_at, changed_from=changed_from))
    missing = _missing(session.details) or "name"
    talk.say(_ASKS[missing])
    talk.expect(_EXPECTS[missing])


def _missing(details: Details) -> str | None:
    return next((name for name in ("name", "email", "phone") if getattr(details, name) is None), None)
