"""Reservations as the PMS knows them, and what we ask it to write."""

import re
import unicodedata
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
    """
    A reservation in the PMS.

    `reference` is the free text it was booked with; `guest` and `occupancy` are None where the PMS does not say.
    """

    id: ReservationId
    reference: str
    status: ReservationStatus
    rooms: tuple[ReservedRoom, ...]
    total: Money
    paid: Money
    guest: Guest | None = None
    occupancy: Occupancy | None = None

    @property
    def arrival(self) -> date | None:
        return min((room.arrival for room in self._held()), default=None)

    @property
    def departure(self) -> date | None:
        return max((room.departure for room in self._held()), default=None)

    @property
    def stay(self) -> Stay | None:
        """From the first arrival to the last departure of its rooms; None where it has none."""
        return Stay(self.arrival, self.departure) if self.arrival and self.departure else None

    @property
    def room_ids(self) -> tuple[RoomId, ...]:
        """The rooms it holds, or held, each once: added nights have a line of their own."""
        return tuple(dict.fromkeys(room.room_id for room in self._held()))

    @property
    def room_types(self) -> tuple[RoomTypeId, ...]:
        """The types of its rooms, each once."""
        return tuple(dict.fromkeys(room.room_type_id for room in self._held()))

    def is_of_number(self, phone: str) -> bool:
        """Tell whether *phone* (E.164) is the guest's, country and all: the same digits elsewhere are somebody else's."""
        digits = "".join(sign for sign in self.guest.phone if sign.isdecimal()) if self.guest else ""
        return bool(digits) and digits.removeprefix("00") == phone.removeprefix("+")

    def is_of(self, *, name: str | None = None, email: str | None = None) -> bool:
        """
        Tell whether a name or an e-mail address is the guest's, whichever is given; capitals and accents do not matter.

        Of the name, every word must be in the guest's and one of them must be a surname: a given name alone proves nothing.
        """
        if self.guest is None:
            return False
        if email is not None and _folded(email) == _folded(self.guest.email):
            return True
        told, known = _name_words(name or ""), _name_words(self.guest.name)
        surnames = set(known[1:]) or set(known)
        return bool(told) and set(told) <= set(known) and bool(set(told) & surnames)

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
class AmendmentQuote:
    """
    What an amendment would come to now.

    `total` is the reservation's new total, tax included. `keeps` are rooms it has and would go on having; the others, up to
    `count` altogether, would be the first of `candidates` (free for all nights they are needed, in the PMS's order).
    """

    total: Money
    count: int
    keeps: tuple[RoomId, ...] = ()
    candidates: tuple[RoomId, ...] = ()

    def allows(self, rooms: tuple[RoomId, ...]) -> bool:
        """Tell whether the reservation could have just *rooms* then."""
        return len(rooms) == self.count and set(self.keeps) <= set(rooms) <= {*self.keeps, *self.candidates}


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


_PARTICLES = frozenset({"da", "das", "de", "del", "do", "dos", "e", "la", "las", "los", "san", "van", "von", "y"})


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _name_words(name: str) -> tuple[str, ...]:
    words = re.findall(r"[^\W\d_]+", _folded(name))
    return tuple(word for word in words if word not in _PARTICLES) or tuple(words)


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
