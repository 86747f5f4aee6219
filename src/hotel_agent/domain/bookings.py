"""One attempt to reserve, from the guest's yes to the PMS's proof: its states and the only ways between them."""

from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from hotel_agent.domain.errors import InvalidValue, Rejection
from hotel_agent.domain.ids import (
    BookingId,
    ConversationId,
    EventId,
    LockId,
    OwnerId,
    Reference,
    ReservationId,
    RoomId,
    TenantId,
)
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.reservations import BookingOrder, Guest
from hotel_agent.domain.understanding import Language


class BookingState(StrEnum):
    SUBMITTING = "submitting"
    """Committed by us; the PMS is being asked."""
    CHECKING = "checking"
    """The PMS's answer was lost: it is being looked up by reference."""
    CONFIRMED = "confirmed"
    """Our own lines are proven live and alone in the PMS."""
    REJECTED = "rejected"
    """The PMS said no, or somebody else's line was there first and ours was undone."""
    CHANGING = "changing"
    """The guest agreed to a `Change` of a confirmed reservation; the PMS is being asked."""
    CANCELLING = "cancelling"
    """The guest cancelled; the PMS is being asked."""
    CANCELLED = "cancelled"


_WAYS = {
    BookingState.SUBMITTING: {BookingState.CHECKING, BookingState.CONFIRMED, BookingState.REJECTED},
    BookingState.CHECKING: {BookingState.SUBMITTING, BookingState.CONFIRMED, BookingState.REJECTED},
    BookingState.CONFIRMED: {BookingState.CHANGING, BookingState.CANCELLING, BookingState.CANCELLED},
    BookingState.CHANGING: {BookingState.CONFIRMED, BookingState.CANCELLED},
    BookingState.CANCELLING: {BookingState.CANCELLED, BookingState.CONFIRMED},
    BookingState.REJECTED: set(),
    BookingState.CANCELLED: set(),
}

UNSETTLED = frozenset({BookingState.SUBMITTING, BookingState.CHECKING})
OPEN = UNSETTLED | {BookingState.CHANGING, BookingState.CANCELLING}


class ChangeKind(StrEnum):
    """What can be done to a confirmed reservation besides cancelling it."""

    AMEND = "amend"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"


@frozen(kw_only=True)
class Change:
    """
    A change of a confirmed reservation that its guest agreed to, while it is being made.

    For AMEND `before` is the reservation as it was read back (total, stay, party, room type), `after` what it shall be, `rooms`
    all rooms it shall have, `lock` the claim on them. `sent_at` is the last time it may have gone to the PMS, noted before it
    goes (None: it never did); `unchanged_since` the first of the successful looks that have shown no trace of it since. `told`:
    the guest knows that it is being checked.
    """

    kind: ChangeKind
    asked_at: datetime
    before: Offer | None = None
    after: Offer | None = None
    rooms: tuple[RoomId, ...] = ()
    lock: LockId | None = None
    lock_owner: OwnerId | None = None
    sent_at: datetime | None = None
    unchanged_since: datetime | None = None
    told: bool = False


@frozen(kw_only=True)
class Booking:
    """
    One attempt to reserve. `offer` carries stay, party, room type and the total the guest agreed to.

    `reference` is minted once and goes to the PMS; `submitted_at` is the last time it may have gone there, noted before it goes
    (None: it never did); `absent_since` the first of the successful look-ups that have found nothing since; `staff_told_at`
    when staff was told that it is unsettled; `undoing` what the PMS may have been asked to cancel, noted before it is asked:
    such a request may still be under way, so none of these is ever confirmed. `root` is the guest's message that said yes.
    `version` rises by one with every stored change: stores refuse any other.

    `adopted` marks a reservation that was made elsewhere (another conversation, reception) and proven to be this guest's: its
    `reference` is ours alone and not in the PMS, and it never had a lock. `change` is being made, or over but for its lock;
    `rejection` then tells why the last one was refused. `fee` is what the guest was told that cancelling costs.
    """

    id: BookingId
    tenant: TenantId
    conversation: ConversationId
    root: EventId
    reference: Reference
    offer: Offer
    guest: Guest
    language: Language
    lock: LockId
    lock_owner: OwnerId
    rooms: tuple[RoomId, ...]
    state: BookingState
    created_at: datetime
    reservation: ReservationId | None = None
    rejection: Rejection | None = None
    submitted_at: datetime | None = None
    absent_since: datetime | None = None
    staff_told_at: datetime | None = None
    undoing: tuple[ReservationId, ...] = ()
    adopted: bool = False
    change: Change | None = None
    fee: Money | None = None
    version: int = 1

    def changed(self, **changes: object) -> "Booking":
        """Change fields other than the state, as the next version."""
        return evolve(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # evolve checks names at run time

    def moved_to(self, state: BookingState, **changes: object) -> "Booking":
        """
        Go to *state*, changing other fields on the way; staying in a state is allowed.

        Raises:
            InvalidValue: there is no way from here to there.

        """
        if state is not self.state and state not in _WAYS[self.state]:
            raise InvalidValue(f"a booking does not go from {self.state} to {state}")
        return self.changed(state=state, **changes)

    @property
    def settled(self) -> bool:
        return self.state not in OPEN

    def order(self) -> BookingOrder:
        """Write what the PMS is asked for; the same every time."""
        return BookingOrder(
            reference=self.reference,
            room_type_id=self.offer.room_type.id,
            rooms=self.rooms,
            stay=self.offer.stay,
            occupancy=self.offer.occupancy,
            total=self.offer.total,
            guest=self.guest,
            language=self.language,
        )
