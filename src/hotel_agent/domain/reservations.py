"""Reservations as the PMS knows them, and what we ask it to write."""

from datetime import date
from enum import StrEnum

from attrs import frozen

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.ids import Reference, ReservationId, RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.understanding import Language


@frozen(kw_only=True)
class Guest:
    """Who the reservation is for. `phone` is E.164; the PMS adapter makes names acceptable to its PMS without losing them."""

    name: str
    email: str
    phone: str


class ReservationStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    OVERBOOKED = "overbooked"


class Standing(StrEnum):
    """What the PMS's own records prove about a reservation (see QloApps API notes, section 14)."""

    FORMING = "forming"
    """The PMS is still writing it: judge later."""
    SOLE = "sole"
    """All its rooms are held by live lines, and no other live line on these rooms and nights was there first."""
    LOST = "lost"
    """Somebody else's live line was there first, or the PMS took back some of our lines by itself: undo it and tell."""
    CANCELLED = "cancelled"
    """None of its lines holds a room."""


@frozen(kw_only=True)
class ReservedRoom:
    """One room line. `live` tells whether it holds its room; `number` is what stands on the door."""

    line_id: str
    room_id: RoomId
    number: str
    room_type_id: RoomTypeId
    room_type_name: str
    arrival: date
    departure: date
    live: bool


@frozen(kw_only=True)
class Reservation:
    """A reservation in the PMS. `reference` is the free text it was booked with; `guest` is None where the PMS does not say."""

    id: ReservationId
    reference: str
    status: ReservationStatus
    rooms: tuple[ReservedRoom, ...]
    total: Money
    paid: Money
    guest: Guest | None = None

    @property
    def arrival(self) -> date | None:
        return min((room.arrival for room in self._held()), default=None)

    @property
    def departure(self) -> date | None:
        return max((room.departure for room in self._held()), default=None)

    def _held(self) -> tuple[ReservedRoom, ...]:
        return tuple(room for room in self.rooms if room.live) or self.rooms


@frozen(kw_only=True)
class BookingOrder:
    """
    What we ask the PMS to book, once and for all.

    `rooms` are the concrete rooms we hold locks on, one per room of `occupancy`. `total` was agreed with the guest, tax
    included: the PMS books exactly this or says no.

    Raises:
        InvalidValue: the number of rooms is not the occupancy's.

    """

    reference: Reference
    room_type_id: RoomTypeId
    rooms: tuple[RoomId, ...]
    stay: Stay
    occupancy: Occupancy
    total: Money
    guest: Guest
    language: Language = Language.ES
    remark: str = ""

    def __attrs_post_init__(self) -> None:
        if len(self.rooms) != self.occupancy.rooms:
            raise InvalidValue("as many rooms are booked as were asked for")


@frozen(kw_only=True)
class Amendment:
    """
    What shall be different about a reservation; None leaves it as it is.

    `rooms` are the concrete rooms wanted where the change needs others. `total` is the new agreed total, tax included.
    """

    stay: Stay | None = None
    occupancy: Occupancy | None = None
    room_type_id: RoomTypeId | None = None
    rooms: tuple[RoomId, ...] = ()
    total: Money | None = None


@frozen(kw_only=True)
class Payment:
    """Money received for a reservation; `transaction_id` is the payment provider's."""

    amount: Money
    method: str
    transaction_id: str


@frozen(kw_only=True)
class Capabilities:
    """What a PMS can do; callers ask here before they promise."""

    names_rooms: bool = True
    """It assigns the concrete room asked for; otherwise rooms are `type#n`."""
    amends: bool = True
    checks_in: bool = True


class Severity(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@frozen(kw_only=True)
class Finding:
    """One line of a diagnosis: what was looked at, how it is, and what to do about it."""

    subject: str
    severity: Severity
    message: str
