"""What the agent remembers inside a conversation, until it expires."""

from datetime import date, datetime, timedelta
from typing import Final

from attrs import evolve, field, frozen

from hotel_agent.domain.bookings import ChangeKind
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import BookingId, ConversationId, LockId, OfferId, OutboxId, OwnerId, RoomId, TenantId
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.reservations import Guest
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.terms import CancellationQuote
from hotel_agent.domain.understanding import Expecting, Intent, Language, RoomKind, Slots, StayCandidate

DEFAULT_ADULTS = 2


@frozen(kw_only=True)
class Wish:
    """
    What the guest has asked for so far.

    `assumed` names what was filled in and not said. With `dates_stand` False the guest has asked for other dates since, which
    could not be taken yet: arrival and departure only help to read the next ones.
    """

    arrival: date | None = None
    departure: date | None = None
    nights: int | None = None
    adults: int | None = None
    child_ages: tuple[int | None, ...] = ()
    rooms: int = 1
    kind: RoomKind | None = None
    room_name: str | None = None
    room_id: str | None = None
    assumed: frozenset[str] = frozenset()
    dates_stand: bool = True

    @property
    def stay(self) -> Stay | None:
        return Stay(self.arrival, self.departure) if self.arrival and self.departure else None

    @property
    def names_room(self) -> bool:
        return any((self.kind, self.room_name, self.room_id))

    def fits(self, room_type: RoomType) -> bool:
        """Tell whether *room_type* is what was named, by id, else by its own name, else by its kind; anything fits no name."""
        if self.room_id is not None:
            return room_type.id == self.room_id
        if self.room_name is not None:
            return room_type.name == self.room_name
        return self.kind is None or room_type.kind == self.kind

    @property
    def occupancy(self) -> Occupancy:
        """
        The party asked for; a missing one is taken as two adults.

        Raises:
            InvalidValue: the party is impossible.

        """
        adults = self.adults if self.adults is not None else max(DEFAULT_ADULTS, self.rooms)
        return Occupancy(adults, self.child_ages, self.rooms)


@frozen(kw_only=True)
class Details:
    """Who the guest is, as far as told."""

    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)

    def guest(self) -> Guest | None:
        """Return the guest once nothing is missing."""
        if self.name and self.email and self.phone:
            return Guest(name=self.name, email=self.email, phone=self.phone)
        return None


@frozen(kw_only=True)
class Held:
    """The lock this conversation holds while its guest decides."""

    lock: LockId
    owner: OwnerId
    offer: OfferId
    rooms: tuple[RoomId, ...]
    expires_at: datetime
    extensions: int = 0


@frozen(kw_only=True)
class ReadBack:
    """
    What was read out and waits for a yes.

    `said_at` is when it went out: None until the turn that says it is committed. A yes sent before that is no answer to it.
    """

    offer: OfferId
    said_at: datetime | None = None

    def answered_by(self, sent_at: datetime) -> bool:
        return self.said_at is not None and sent_at > self.said_at


@frozen(kw_only=True)
class Seeking:
    """
    A reservation of which the guest has still to say the code or to prove that it is theirs, and what for.

    `said` is what the message that began it named besides, so that it need not be said again.
    """

    purpose: Intent
    code: str | None = None
    said: Slots = field(factory=Slots, repr=False)


@frozen(kw_only=True)
class Proposal:
    """
    What a reservation would become: `offer` with the new total, in `rooms`, all of which `lock` claims for it.

    `said_at` is when it was read out: None until then. A yes sent before that is no answer to it, nor is one to a proposal that
    is `closed`: the talk has gone elsewhere since, and it has to be read out again.
    """

    offer: Offer
    rooms: tuple[RoomId, ...]
    lock: LockId
    owner: OwnerId
    expires_at: datetime
    said_at: datetime | None = None
    closed: bool = False

    def answered_by(self, sent_at: datetime) -> bool:
        return not self.closed and self.said_at is not None and sent_at > self.said_at


@frozen(kw_only=True)
class Amending:
    """A confirmed reservation that the guest wants otherwise. `before` is how the PMS has it; `proposal` waits for a yes."""

    booking: BookingId
    before: Offer
    proposal: Proposal | None = None


@frozen(kw_only=True)
class Arriving:
    """A check-in or check-out that waits for a yes; `said_at` is when it was asked about, None until then."""

    booking: BookingId
    kind: ChangeKind
    said_at: datetime | None = None


ENGAGING: Final = ("offers", "held", "read_back", "cancelling", "amending", "arriving")
"""The fields of a session that are only set while a guest has something at stake."""


@frozen(kw_only=True)
class Session:
    """
    The state of a dialogue; `expires_at` moves with guest messages only (architecture section 8).

    `choices` are the readings of dates the guest was asked to choose from.
    """

    conversation: ConversationId
    tenant: TenantId
    channel: Channel
    language: Language
    expires_at: datetime
    wish: Wish = Wish()
    choices: tuple[StayCandidate, ...] = ()
    offers: tuple[Offer, ...] = ()
    chosen: OfferId | None = None
    held: Held | None = None
    details: Details = Details()
    read_back: ReadBack | None = None
    cancelling: BookingId | None = None
    cancel_said_at: datetime | None = None
    cancel_read: Offer | None = None
    """The reservation to be cancelled as it was read out."""
    cancel_quote: CancellationQuote | None = None
    """What cancelling it costs, as it was read out; None: the hotel has not said."""
    seeking: Seeking | None = None
    amending: Amending | None = None
    arriving: Arriving | None = None
    failed_lookups: int = 0
    """How often a reservation was asked for that is not there or not proven the guest's. It outlives the session's end."""
    expecting: Expecting = Expecting.NOTHING
    guess: Intent | None = None
    """What the guest was asked to clarify; a plain yes means it. Never a yes itself: that takes a read-back."""
    looking: int = 0
    """How often the PMS was asked in vain for what the guest was promised to hear of; 0: nothing is promised."""
    clarifications: int = 0
    with_staff: bool = False
    """Staff has taken over: the agent stays silent. It outlives the session's end."""
    staff_until: datetime | None = None
    """When the agent is back by itself; None with `with_staff`: when staff hands back."""
    last_said: OutboxId | None = None
    """The last of our messages. Where guests are sent them, this one may not have it yet."""

    def staff_has_it(self, now: datetime) -> bool:
        return self.with_staff and (self.staff_until is None or now < self.staff_until)

    def is_over(self, now: datetime) -> bool:
        return now >= self.expires_at

    def renewed(self, now: datetime, ttl: timedelta) -> "Session":
        """A guest's message sets the end anew."""
        return evolve(self, expires_at=now + ttl)

    def offer(self, offer: OfferId | None) -> Offer | None:
        return next((known for known in self.offers if known.id == offer), None)

    def said(self, at: datetime) -> "Session":
        """Note that what waits for a yes goes out at *at*."""
        said = self
        if said.read_back and said.read_back.said_at is None:
            said = evolve(said, read_back=evolve(said.read_back, said_at=at))
        if said.cancelling and said.cancel_said_at is None:
            said = evolve(said, cancel_said_at=at)
        if said.amending and said.amending.proposal and said.amending.proposal.said_at is None:
            proposal = evolve(said.amending.proposal, said_at=at)
            said = evolve(said, amending=evolve(said.amending, proposal=proposal))
        if said.arriving and said.arriving.said_at is None:
            said = evolve(said, arriving=evolve(said.arriving, said_at=at))
        return said

    @property
    def engaged(self) -> bool:
        """Something is offered, held or asked that the guest would lose: one of the fields `ENGAGING` is set."""
        return any(getattr(self, name) for name in ENGAGING)

    @property
    def waits_for_yes(self) -> bool:
        return bool(self.read_back or self.cancelling or self.arriving or (self.amending and self.amending.proposal))

    def unsaid(self) -> "Session":
        """Take back `said`: what waits for a yes has not reached the guest, so that nothing they say is an answer to it."""
        unsaid = evolve(self, cancel_said_at=None)
        if unsaid.read_back:
            unsaid = evolve(unsaid, read_back=evolve(unsaid.read_back, said_at=None))
        if unsaid.amending and unsaid.amending.proposal:
            proposal = evolve(unsaid.amending.proposal, said_at=None)
            unsaid = evolve(unsaid, amending=evolve(unsaid.amending, proposal=proposal))
        if unsaid.arriving:
            unsaid = evolve(unsaid, arriving=evolve(unsaid.arriving, said_at=None))
        return unsaid
