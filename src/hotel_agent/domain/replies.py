"""What the agent says, as meanings: a renderer turns them into a language and into what a channel can show."""

from datetime import date, datetime
from enum import StrEnum

from attrs import frozen

from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.reservations import Guest, ReservationStatus
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.understanding import Intent, StayCandidate, StayProblem


class Note(StrEnum):
    """Replies that carry nothing but themselves; the value is the message's key."""

    GREETING = "greeting"
    GOODBYE = "goodbye"
    THANKS = "thanks"
    HELP = "help"
    ASK_DATES = "ask-dates"
    ASK_PARTY = "ask-party"
    ASK_OFFER = "ask-offer"
    ASK_NAME = "ask-name"
    ASK_EMAIL = "ask-email"
    ASK_PHONE = "ask-phone"
    NO_SUCH_OFFER = "no-such-offer"
    NOT_THAT_ROOM = "not-that-room"
    PARTY_IMPOSSIBLE = "party-impossible"
    ASK_YES_AGAIN = "ask-yes-again"
    JUST_TAKEN = "just-taken"
    NOTHING_TO_CONFIRM = "nothing-to-confirm"
    NOTHING_TO_CANCEL = "nothing-to-cancel"
    NO_RESERVATION = "no-reservation"
    STILL_BOOKING = "still-booking"
    KEPT = "kept"
    GIVEN_UP = "given-up"
    CANCELLING = "cancelling"
    LOCK_ENDED = "lock-ended"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    FALLBACK = "fallback"
    OUT_OF_SCOPE = "out-of-scope"
    DEGRADED = "degraded"
    STALE = "stale"
    LOCKS_DOWN = "locks-down"
    FAILED = "failed"


@frozen(kw_only=True)
class AskDeparture:
    arrival: date


@frozen(kw_only=True)
class AskWhichDates:
    candidates: tuple[StayCandidate, ...]


@frozen(kw_only=True)
class DatesProblem:
    problem: StayProblem


@frozen(kw_only=True)
class OfferList:
    """`assumed` names what was filled in (`check_in`, `check_out`, `adults`) and should be put right if wrong."""

    stay: Stay
    occupancy: Occupancy
    offers: tuple[Offer, ...]
    assumed: frozenset[str]


@frozen(kw_only=True)
class NothingFree:
    stay: Stay
    occupancy: Occupancy


@frozen(kw_only=True)
class PartyTooLarge:
    """`largest` is the greatest number of guests one room holds."""

    occupancy: Occupancy
    largest: int


@frozen(kw_only=True)
class RoomTypeList:
    room_types: tuple[RoomType, ...]


@frozen(kw_only=True)
class AskYes:
    """The read-back. `changed_from` is the earlier total where the price moved since it was offered."""

    offer: Offer
    guest: Guest
    assumed: frozenset[str]
    held_until: datetime
    changed_from: Money | None = None


@frozen(kw_only=True)
class RoomHeld:
    """
    The read-back while the guest's details are still missing: the room is locked, what is missing is asked next.

    `changed_from` is the earlier total where the price moved since it was offered.
    """

    offer: Offer
    assumed: frozenset[str]
    held_until: datetime
    changed_from: Money | None = None


@frozen(kw_only=True)
class NotReadable:
    """A detail was asked for and what came is none; `field` is `name`, `email` or `phone`."""

    field: str


@frozen(kw_only=True)
class BookingNow:
    offer: Offer


@frozen(kw_only=True)
class Checking:
    """The PMS's answer was lost; the booking is being looked up."""

    offer: Offer
    reference: str


@frozen(kw_only=True)
class Confirmed:
    reservation: ReservationId
    offer: Offer
    guest: Guest


@frozen(kw_only=True)
class NotBooked:
    offer: Offer
    reason: Rejection


@frozen(kw_only=True)
class AskCancelYes:
    reservation: ReservationId
    offer: Offer


@frozen(kw_only=True)
class Cancelled:
    reservation: ReservationId


@frozen(kw_only=True)
class NotCancelled:
    reservation: ReservationId


@frozen(kw_only=True)
class StatusOf:
    reservation: ReservationId
    status: ReservationStatus
    offer: Offer


@frozen(kw_only=True)
class Clarify:
    """What the guest may have meant, likeliest first."""

    guesses: tuple[Intent, ...]


@frozen(kw_only=True)
class HotelFact:
    """Something the hotel's own file says, word for word; `subject` is its key there."""

    subject: str
    text: str


@frozen(kw_only=True)
class Escalated:
    """A person was asked for or is needed; staff has it. `phone` is the hotel's own, for those who cannot wait."""

    urgent: bool
    phone: str


Reply = (
    Note
    | AskDeparture
    | AskWhichDates
    | DatesProblem
    | OfferList
    | NothingFree
    | PartyTooLarge
    | RoomTypeList
    | AskYes
    | RoomHeld
    | NotReadable
    | BookingNow
    | Checking
    | Confirmed
    | NotBooked
    | AskCancelYes
    | Cancelled
    | NotCancelled
    | StatusOf
    | Clarify
    | HotelFact
    | Escalated
)


@frozen(kw_only=True)
class Button:
    """A choice a guest can press; `id` comes back as the message's `choice`."""

    id: str
    title: str


@frozen(kw_only=True)
class Rendered:
    """A message ready for a channel."""

    text: str
    buttons: tuple[Button, ...] = ()
