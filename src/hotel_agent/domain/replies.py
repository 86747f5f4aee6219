"""What the agent says, as meanings: a renderer turns them into a language and into what a channel can show."""

from datetime import date, datetime, time
from enum import StrEnum

from attrs import field, frozen

from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.reservations import Guest, ReservationStatus
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.staffing import Absence
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.terms import CancellationQuote
from hotel_agent.domain.topics import Topic
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
    STILL_CHANGING = "still-changing"
    ASK_RESERVATION_CODE = "ask-reservation-code"
    ASK_SURNAME = "ask-surname"
    WITHOUT_CODE = "without-code"
    NO_SUCH_RESERVATION = "no-such-reservation"
    TOO_MANY_LOOKUPS = "too-many-lookups"
    CHANGE_NOT_FREE = "change-not-free"
    CHANGE_NOT_ALLOWED = "change-not-allowed"
    CHANGE_DOES_NOT_FIT = "change-does-not-fit"
    CHANGE_LOCK_ENDED = "change-lock-ended"
    CHANGE_DROPPED = "change-dropped"
    CHANGING = "changing"
    CHECKING_CHANGE = "checking-change"
    CHECKING_IN = "checking-in"
    CHECKING_OUT = "checking-out"
    NOT_CHECKED_IN = "not-checked-in"
    NOT_CHECKED_OUT = "not-checked-out"
    CHECK_IN_ONLINE = "check-in-online"
    CHECK_IN_ONLINE_CODE = "check-in-online-code"
    ASK_ARRIVAL_TIME = "ask-arrival-time"
    LATE_CHECKOUT_TAKEN = "late-checkout-taken"
    KEPT = "kept"
    GIVEN_UP = "given-up"
    CANCELLING = "cancelling"
    LOCK_ENDED = "lock-ended"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    FALLBACK = "fallback"
    OUT_OF_SCOPE = "out-of-scope"
    DEGRADED = "degraded"
    LOOKING_AGAIN = "looking-again"
    ASKING_AGAIN = "asking-again"
    STALE = "stale"
    CHANGE_ASKING_AGAIN = "change-asking-again"
    FAILED = "failed"
    VOICE_UNHEARD = "voice-unheard"
    PICTURE_UNSEEN = "picture-unseen"
    NOT_TEXT = "not-text"
    RECEIPT_KEPT = "receipt-kept"


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
    """`quote` is what cancelling costs; None: the hotel has not told us its terms."""

    reservation: ReservationId
    offer: Offer
    quote: CancellationQuote | None = None


@frozen(kw_only=True)
class Cancelled:
    """`fee` is what the guest was told that it costs; None: nothing was told."""

    reservation: ReservationId
    fee: Money | None = None


@frozen(kw_only=True)
class NotCancelled:
    reservation: ReservationId


@frozen(kw_only=True)
class AskChange:
    """What shall be different about a reservation? `offer` is what it is now."""

    reservation: ReservationId
    offer: Offer


@frozen(kw_only=True)
class AskChangeYes:
    """The read-back of a change, old beside new. `changed_from` is the earlier new total where the price moved meanwhile."""

    reservation: ReservationId
    before: Offer
    after: Offer
    held_until: datetime
    changed_from: Money | None = None


@frozen(kw_only=True)
class Changed:
    """The PMS has the change; `offer` is what the reservation is now."""

    reservation: ReservationId
    offer: Offer


@frozen(kw_only=True)
class NotChanged:
    """The change was refused; `offer` is what the reservation still is."""

    reservation: ReservationId
    offer: Offer
    reason: Rejection


@frozen(kw_only=True)
class AskArrivalYes:
    """Shall the guest be checked in (or, with `leaving`, out) now?"""

    reservation: ReservationId
    offer: Offer
    leaving: bool = False


@frozen(kw_only=True)
class CheckedIn:
    reservation: ReservationId
    offer: Offer


@frozen(kw_only=True)
class CheckedOut:
    reservation: ReservationId


@frozen(kw_only=True)
class HouseTimes:
    """When rooms are ready and when they are left, from the hotel's own settings."""

    check_in_from: time
    check_out_until: time


@frozen(kw_only=True)
class ArrivalNoted:
    """When the guest will come has been passed on to the hotel."""

    at: time


@frozen(kw_only=True)
class LateCheckout:
    """Leaving later is possible until `until`, for `fee` (None: at no charge), with `approval` only if staff agrees."""

    until: time
    fee: Money | None = None
    approval: bool = False
    day: date | None = None
    """The departure of the guest's own reservation, whose rooms nobody arrives into; None: it was not asked about one."""


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
    """
    A person was asked for or is needed; staff has it. `phone` is the hotel's own, for those who cannot wait.

    `danger`: life is at risk, so the `emergency` number comes first. `absence`: nobody answers until then.
    """

    urgent: bool
    phone: str
    danger: bool = False
    emergency: str = ""
    absence: Absence | None = None


@frozen(kw_only=True)
class TicketTaken:
    """What the guest needs is written down and passed to staff. `pressing` goes before other tickets."""

    topic: Topic
    complaint: bool
    pressing: bool
    phone: str
    absence: Absence | None = None


@frozen(kw_only=True)
class Heard:
    """What was made of a recording. `yes` is true where a spoken yes is in it to what waits for one, which is not taken."""

    words: str = field(repr=False)
    yes: bool = False


@frozen(kw_only=True)
class Memo:
    """For the hotel's own people, as it is."""

    text: str = field(repr=False)


@frozen(kw_only=True)
class Unanswered:
    """The hotel's own file does not say; the question is with staff."""

    phone: str
    absence: Absence | None = None


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
    | AskChange
    | AskChangeYes
    | Changed
    | NotChanged
    | AskArrivalYes
    | CheckedIn
    | CheckedOut
    | HouseTimes
    | ArrivalNoted
    | LateCheckout
    | StatusOf
    | Clarify
    | HotelFact
    | Escalated
    | TicketTaken
    | Unanswered
    | Heard
    | Memo
)
