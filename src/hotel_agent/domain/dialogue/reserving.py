"""From an offer to a booking: lock, read back, details, yes; and what the guest hears of how it went."""

from attrs import evolve

from hotel_agent.domain.bookings import UNSETTLED, Booking, BookingState
from hotel_agent.domain.dialogue.offering import assumed_in, present_offers, search_again
from hotel_agent.domain.dialogue.talk import Talk, Talking
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.events import BookingNews, Settled, TimerKind
from hotel_agent.domain.ids import BookingId
from hotel_agent.domain.locks import MAX_EXTENSIONS, LockClaim
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import (
    AskYes,
    BookingNow,
    Cancelled,
    Checking,
    Confirmed,
    NotBooked,
    NotCancelled,
    Note,
    NotReadable,
    RoomHeld,
)
from hotel_agent.domain.requests import Acquire, Extend, Hold, LockAnswer, Trouble
from hotel_agent.domain.sessions import Details, Held, ReadBack
from hotel_agent.domain.turns import AuditAct, JobKind, Status
from hotel_agent.domain.understanding import Expecting

_ASKS = {"name": Note.ASK_NAME, "email": Note.ASK_EMAIL, "phone": Note.ASK_PHONE}
_EXPECTS = {"name": Expecting.NAME, "email": Expecting.EMAIL, "phone": Expecting.PHONE}


def lock_offer(talk: Talk, offer: Offer) -> Talking:
    """Ask the PMS afresh, lock concrete rooms of *offer* and read it back."""
    if talk.session.held and talk.session.held.offer != offer.id:
        yield from talk.let_go()
    vacancy, asked = yield from search_again(talk, offer)
    if not asked:
        talk.degrade(Note.DEGRADED)
        return
    if vacancy is None:
        yield from _just_taken(talk)
        return
    claim = LockClaim(tenant=talk.session.tenant, candidates=vacancy.rooms, stay=offer.stay, count=offer.occupancy.rooms)
    outcome = yield Acquire(claim=claim, owner=talk.owner_of(offer), ttl=talk.hotel.policy.lock_ttl)
    if isinstance(outcome, Trouble):
        talk.degrade(Note.LOCKS_DOWN)
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
    talk.set_timer(TimerKind.LOCK_END, lock.id, expires_at)
    talk.remember(held=held, chosen=offer.id)
    was = _refresh(talk, offer, vacancy.total)
    _read_back(talk, changed_from=was)


def take_details(talk: Talk) -> bool:
    """Take over name, e-mail and phone that the text names; tell whether it named any."""
    slots, known = talk.slots, talk.session.details
    told = Details(name=slots.name or known.name, email=slots.email or known.email, phone=slots.phone or known.phone)
    talk.remember(details=told)
    return any((slots.name, slots.email, slots.phone))


def ask_next(talk: Talk) -> None:
    """Ask for the next missing detail; with all of them, read back and ask for the yes."""
    if missing := _missing(talk.session.details):
        talk.ask(_ASKS[missing], _EXPECTS[missing])
    else:
        _read_back(talk)


def not_readable(talk: Talk) -> None:
    """An e-mail or a phone was asked for and none could be read."""
    field = _missing(talk.session.details) or "email"
    talk.ask(NotReadable(field=field), _EXPECTS[field])


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
    vacancy, asked = yield from search_again(talk, offer)
    if not asked:
        talk.degrade(Note.DEGRADED)
        return
    if vacancy is None or not set(held.rooms) <= set(vacancy.rooms):
        # Somebody booked our locked rooms past us: other rooms of the type will do, none at all is bad news.
        yield from talk.let_go()
        yield from lock_offer(talk, offer)
        return
    if was := _refresh(talk, offer, vacancy.total):
        _read_back(talk, changed_from=was)
        return
    outcome = yield Hold(lock=held.lock, owner=held.owner)
    if isinstance(outcome, Trouble):
        talk.degrade(Note.LOCKS_DOWN)
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
    # The offers go with the booking: another "sí" has nothing left to book.
    talk.remember(held=None, chosen=None, read_back=None, offers=(), expecting=Expecting.NOTHING)
    talk.say(BookingNow(offer=offer))


def nothing_to_confirm(talk: Talk) -> None:
    """A yes that answers nothing books nothing."""
    unsettled = talk.latest(*UNSETTLED)
    talk.say(Note.STILL_BOOKING if unsettled else Note.NOTHING_TO_CONFIRM)
    talk.booking = unsettled
    talk.status = Status.SUCCESS if unsettled else Status.CLARIFICATION


def tell_news(talk: Talk, news: BookingNews) -> None:
    """A job has moved a booking: say how it stands."""
    booking = next((known for known in talk.bookings if known.id == news.booking), None)
    if booking is None:
        return
    talk.booking = booking
    reservation = booking.reservation
    match news.news:
        case Settled.CONFIRMED if reservation:
            talk.say(Confirmed(reservation=reservation, offer=booking.offer, guest=booking.guest))
        case Settled.REJECTED:
            talk.say(NotBooked(offer=booking.offer, reason=booking.rejection or Rejection.OTHER))
        case Settled.CHECKING:
            talk.say(Checking(offer=booking.offer, reference=booking.reference))
            talk.status = Status.DEGRADED
            talk.fallback_used = True
        case Settled.STAFF_TOLD:
            talk.escalate("booking_unsettled", urgent=True)
        case Settled.CANCELLED if reservation:
            talk.say(Cancelled(reservation=reservation))
        case Settled.NOT_CANCELLED if reservation:
            talk.say(NotCancelled(reservation=reservation))
        case _:
            return


def lock_ended(talk: Talk, lock: str) -> Talking:
    """The time to decide has run out; tell the guest, who may choose again."""
    held = talk.session.held
    if held is None or held.lock != lock or talk.now < held.expires_at:
        return
    # Released all the same: a turn that died after `Hold` has left it without expiry.
    yield from talk.let_go()
    talk.say(Note.LOCK_ENDED)


def _just_taken(talk: Talk) -> Talking:
    talk.lock_acquired = False
    talk.say(Note.JUST_TAKEN)
    yield from present_offers(talk)


def _refresh(talk: Talk, offer: Offer, total: Money) -> Money | None:
    """Note the price the PMS gives now; return the earlier one where it differs."""
    fresh_until = talk.now + talk.hotel.policy.offer_freshness
    renewed = evolve(offer, total=total, fresh_until=fresh_until)
    talk.remember(offers=tuple(renewed if known.id == offer.id else known for known in talk.session.offers))
    return offer.total if offer.total != total else None


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
        talk.remember(expecting=Expecting.YES)
        return
    talk.say(RoomHeld(offer=offer, assumed=assumed, held_until=held.expires_at, changed_from=changed_from))
    missing = _missing(session.details) or "name"
    talk.say(_ASKS[missing])
    talk.remember(expecting=_EXPECTS[missing])


def _missing(details: Details) -> str | None:
    return next((name for name in ("name", "email", "phone") if getattr(details, name) is None), None)
