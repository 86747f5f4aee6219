"""
Whose reservation it is.

The conversation's own, one of a telephone number that the channel proves, or one whose code comes with its surname or e-mail.
Whoever has only one half of code and proof, or a wrong pair, hears the same as for a code that nobody has. After a few such
tries a conversation looks nothing up any more, and staff is told.
"""

from collections.abc import Generator

from attrs import evolve, frozen

from hotel_agent.domain.bookings import UNSETTLED, Booking, BookingState
from hotel_agent.domain.dialogue.talk import Talk
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.ids import BookingId, LockId, OfferId, OwnerId
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import Note, StatusOf
from hotel_agent.domain.requests import (
    FindReservation,
    GuestReservations,
    ListRoomTypes,
    Outcome,
    ReadReservation,
    Request,
    ReservationRead,
    ReservationsFound,
    RoomTypes,
)
from hotel_agent.domain.reservations import Capabilities, Guest, Reservation, ReservationStatus
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.sessions import Seeking, Session
from hotel_agent.domain.stays import Occupancy
from hotel_agent.domain.turns import AuditAct, Status
from hotel_agent.domain.understanding import Expecting, Intent, RoomKind, Slots

MAX_FAILED_LOOKUPS = 5
"""How often one conversation may ask for a reservation that is not there or not proven to be its guest's."""

_STANDING = {BookingState.CONFIRMED, BookingState.CHANGING, BookingState.CANCELLING}
_UNDER_WAY = {BookingState.CHANGING: Note.STILL_CHANGING, BookingState.CANCELLING: Note.CANCELLING}
_GONE = {ReservationStatus.CANCELLED, ReservationStatus.CHECKED_OUT}
_ANSWERS = {Intent.PROVIDE_DETAILS, Intent.AFFIRM, Intent.OUT_OF_SCOPE, Intent.RESERVATION_STATUS}


Finding = Generator[Request, Outcome, Booking | None]
"""A search for a reservation; None: there is none at hand, or something has been said or asked instead."""


@frozen(kw_only=True)
class Known:
    """
    A reservation of this guest's, as the PMS has it now: in its own words, and as the offer it would be.

    `reservation` is None where the PMS has none of that id any more; `offer` is what we knew of it then.
    """

    booking: Booking
    offer: Offer
    reservation: Reservation | None
    can: Capabilities

    @property
    def is_over(self) -> bool:
        return self.reservation is not None and self.reservation.status in _GONE


Reading = Generator[Request, Outcome, Known | None]
"""A look at a reservation in the PMS."""


def reservation_meant(talk: Talk, purpose: Intent) -> Finding:
    """Find the reservation that the guest means and may speak about. None: something has been said or asked instead."""
    code = talk.slots.reservation_code
    mine = own(talk, code, purpose)
    if mine is None and code is None and (unsettled := talk.latest(*UNSETTLED)):
        talk.say(Note.STILL_BOOKING)
        talk.booking = unsettled
        return None
    if mine is None:
        mine = yield from _of_phone(talk, code)
    if mine is None:
        mine = yield from _by_code(talk, purpose, code)
    if mine:
        talk.remember(seeking=None)
    return mine


def without_code(talk: Talk, purpose: Intent) -> Finding:
    """Find the guest's own reservation where there is one at hand; nothing is said or asked."""
    mine = own(talk, None, purpose)
    return mine or (yield from _of_phone(talk, None))


def goes_on(talk: Talk, intent: Intent) -> bool:
    """Tell whether a text answers the question for a code or a proof."""
    seeking, slots = talk.session.seeking, talk.slots
    told = slots.reservation_code or slots.name or slots.email
    return seeking is not None and bool(told) and intent in {*_ANSWERS, seeking.purpose}


def stop(talk: Talk) -> None:
    """Look for it no more: what the guest says now is about something else."""
    asked = talk.session.expecting in {Expecting.RESERVATION_CODE, Expecting.NAME}
    talk.remember(seeking=None, expecting=Expecting.NOTHING if asked else talk.session.expecting)


def is_given_up(session: Session, intent: Intent) -> bool:
    """Tell whether a text of *intent* says once more, or no, instead of what was asked for to find a reservation."""
    seeking = session.seeking
    if seeking is None or session.expecting not in {Expecting.RESERVATION_CODE, Expecting.NAME}:
        return False
    again = {seeking.purpose, Intent.RESERVATION_STATUS} if seeking.purpose is not Intent.CHECK_IN else set()
    return intent in {Intent.DENY, *again}


def recall(talk: Talk) -> None:
    """Put what was said when the search began beside what is said now."""
    seeking, heard = talk.session.seeking, talk.heard
    if seeking is None or heard is None:
        return
    now = heard.slots
    told = evolve(
        seeking.said,
        reservation_code=now.reservation_code or seeking.code,
        name=now.name,
        email=now.email,
        phone=None,
        urgent=False,
        spans=(),
    )
    talk.heard = evolve(heard, slots=told)


def read(talk: Talk, booking: Booking) -> Reading:
    """Ask the PMS how it stands; None when the PMS cannot be asked, of which nothing has been said yet."""
    if booking.reservation is None:
        return None
    outcome = yield ReadReservation(reservation=booking.reservation)
    if not isinstance(outcome, ReservationRead):
        return None
    if outcome.reservation is None:
        return Known(booking=booking, offer=booking.offer, reservation=None, can=outcome.can)
    offer = yield from _as_it_is(booking.offer, outcome.reservation)
    talk.booking = booking
    return Known(booking=booking, offer=offer, reservation=outcome.reservation, can=outcome.can)


def tell(talk: Talk, known: Known) -> None:
    """Say how it stands."""
    if known.reservation is None:
        talk.say(Note.NO_RESERVATION)
    else:
        talk.say(StatusOf(reservation=known.reservation.id, status=known.reservation.status, offer=known.offer))


def under_way(booking: Booking) -> Note | None:
    """What to say of a reservation that is just being changed or cancelled."""
    return _UNDER_WAY.get(booking.state)


# ---------------------------------------------------------------- whose


def own(talk: Talk, code: str | None, purpose: Intent) -> Booking | None:
    """Return this conversation's own reservation that *code* names; without one the newest whose stay is not over."""
    made = sorted((known for known in talk.bookings if known.reservation), key=lambda known: known.created_at, reverse=True)
    if code is not None:
        return next((known for known in made if is_named(known, code)), None)
    today = talk.hotel.today(talk.now)
    lasting = (known for known in made if known.state in _STANDING and known.offer.stay.departure >= today)
    return next(lasting, made[0] if made and purpose is Intent.RESERVATION_STATUS else None)


def is_named(booking: Booking, code: str) -> bool:
    """Tell whether *code* is the reservation's or our reference."""
    return code.casefold() in {(booking.reservation or "").casefold(), booking.reference.casefold()}


def _of_phone(talk: Talk, code: str | None) -> Finding:
    message = talk.event.content
    phone = message.phone if isinstance(message, GuestMessage) else None
    if phone is None:
        return None
    outcome = yield GuestReservations(phone=phone)
    found = outcome.reservations if isinstance(outcome, ReservationsFound) else ()
    today = talk.hotel.today(talk.now)
    # A PMS may keep numbers without their country, and find those of other countries by ours.
    mine = [known for known in found if known.is_of_number(phone)]
    if code is not None:
        meant = [known for known in mine if code.casefold() in {known.id.casefold(), known.reference.casefold()}]
    else:
        meant = [known for known in mine if known.status not in _GONE and known.departure and known.departure >= today]
    if not meant:
        return None
    soonest = min(meant, key=lambda known: (known.arrival or today, known.id))
    return (yield from _adopt(talk, soonest))


def _by_code(talk: Talk, purpose: Intent, code: str | None) -> Finding:
    slots = talk.slots
    if talk.session.failed_lookups >= MAX_FAILED_LOOKUPS:
        talk.remember(seeking=None)
        talk.say(Note.TOO_MANY_LOOKUPS)
        talk.status = Status.ESCALATED
        return None
    seeking = Seeking(purpose=purpose, code=code, said=_without_persons(slots))
    if code is None and (talk.session.held or talk.session.offers):
        # In the middle of a booking it is an aside, and must not take its question away.
        talk.say(Note.NO_RESERVATION)
        return None
    if code is None:
        talk.remember(seeking=seeking)
        talk.ask(Note.ASK_RESERVATION_CODE, Expecting.RESERVATION_CODE)
        return None
    if not (slots.name or slots.email):
        talk.remember(seeking=seeking)
        talk.ask(Note.ASK_SURNAME, Expecting.NAME)
        return None
    outcome = yield FindReservation(code=code)
    if not isinstance(outcome, ReservationsFound):
        talk.remember(seeking=seeking)
        talk.degrade(Note.DEGRADED)
        return None
    proven = (known for known in outcome.reservations if known.is_of(name=slots.name, email=slots.email))
    if reservation := next(proven, None):
        return (yield from _adopt(talk, reservation))
    _count_failure(talk, evolve(seeking, code=None))
    return None


def _count_failure(talk: Talk, seeking: Seeking) -> None:
    failed = talk.session.failed_lookups + 1
    talk.note(AuditAct.NOT_MATCHED, detail=str(failed))
    talk.remember(failed_lookups=failed, seeking=seeking)
    if failed < MAX_FAILED_LOOKUPS:
        talk.ask(Note.NO_SUCH_RESERVATION, Expecting.RESERVATION_CODE)
        return
    talk.remember(seeking=None, expecting=Expecting.NOTHING)
    talk.escalate("reservation_not_proven")


def _without_persons(slots: Slots) -> Slots:
    return evolve(slots, reservation_code=None, name=None, email=None, phone=None, urgent=False, spans=())


# ---------------------------------------------------------------- as we keep it


def _adopt(talk: Talk, reservation: Reservation) -> Finding:
    """Keep a reservation that was made elsewhere as one of this conversation's own."""
    if known := next((one for one in talk.bookings if one.reservation == reservation.id), None):
        return known
    stay = reservation.stay
    if stay is None:
        # An order without rooms is nothing a guest can have.
        talk.ask(Note.NO_SUCH_RESERVATION, Expecting.RESERVATION_CODE)
        return None
    party = reservation.occupancy or Occupancy(len(reservation.room_ids), rooms=len(reservation.room_ids))
    room_type = yield from _room_type(reservation, party)
    booking = Booking(
        id=BookingId(f"b-{talk.ids.mint(f'adopted:{reservation.id}')}"),
        tenant=talk.session.tenant,
        conversation=talk.conversation,
        root=talk.event.root,
        reference=talk.ids.reference(f"adopted:{reservation.id}"),
        offer=Offer(
            id=OfferId(f"r-{reservation.id}"),
            room_type=room_type,
            stay=stay,
            occupancy=party,
            total=reservation.total,
            available=0,
            fresh_until=talk.now,
        ),
        guest=reservation.guest or Guest(name="", email="", phone=""),
        language=talk.session.language,
        lock=LockId(""),
        lock_owner=OwnerId(""),
        rooms=reservation.room_ids,
        state=BookingState.CANCELLED if reservation.status is ReservationStatus.CANCELLED else BookingState.CONFIRMED,
        created_at=talk.now,
        reservation=reservation.id,
        adopted=True,
    )
    talk.keep(booking)
    talk.note(AuditAct.ADOPTED, booking.id, reservation.id)
    return booking


def _as_it_is(told: Offer, reservation: Reservation) -> Generator[Request, Outcome, Offer]:
    """Write the reservation as the offer it would be now; what we knew fills in what the PMS does not say."""
    stay, party = reservation.stay or told.stay, reservation.occupancy or told.occupancy
    if (party.adults, party.children, party.rooms) == (told.occupancy.adults, told.occupancy.children, told.occupancy.rooms):
        # The same guests; only we may know that an age was not said.
        party = told.occupancy
    room_type = told.room_type
    if reservation.room_types and reservation.room_types != (told.room_type.id,):
        room_type = yield from _room_type(reservation, party)
    return evolve(
        told, id=OfferId(f"r-{reservation.id}"), stay=stay, occupancy=party, room_type=room_type, total=reservation.total
    )


def _room_type(reservation: Reservation, party: Occupancy) -> Generator[Request, Outcome, RoomType]:
    """Find the type of a reservation's rooms; of rooms that differ, all names are told."""
    outcome = yield ListRoomTypes()
    known = {one.id: one for one in outcome.room_types} if isinstance(outcome, RoomTypes) else {}
    names = dict.fromkeys(room.room_type_name for room in reservation.rooms if room.room_type_id in reservation.room_types)
    first = reservation.room_types[0]
    found = known.get(first) or RoomType(
        id=first,
        name="",
        kind=RoomKind.DOUBLE,
        max_adults=party.adults,
        max_children=party.children,
        max_guests=party.guests,
    )
    return found if len(names) == 1 and found.name else evolve(found, name=" + ".join(names))
