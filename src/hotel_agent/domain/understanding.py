"""What a text means: intent, slots and the stay it speaks of, with every doubt kept visible."""

from collections.abc import Iterable
from datetime import date, time
from enum import StrEnum

from attrs import field, frozen

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.stays import Stay


class Intent(StrEnum):
    """What a guest wants: the public names of architecture section 9."""

    GREETING = "greeting"
    GOODBYE = "goodbye"
    THANKS = "thanks"
    AFFIRM = "affirm"
    DENY = "deny"
    HELP = "help"
    CHECK_AVAILABILITY = "check_availability"
    ASK_PRICE = "ask_price"
    ASK_ROOM_TYPES = "ask_room_types"
    CREATE_RESERVATION = "create_reservation"
    MODIFY_RESERVATION = "modify_reservation"
    CANCEL_RESERVATION = "cancel_reservation"
    RESERVATION_STATUS = "reservation_status"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    LATE_CHECKOUT = "late_checkout"
    ASK_AMENITIES = "ask_amenities"
    ASK_LOCATION = "ask_location"
    ASK_POLICIES = "ask_policies"
    PAYMENT = "payment"
    REQUEST_SERVICE = "request_service"
    COMPLAINT = "complaint"
    TALK_TO_HUMAN = "talk_to_human"
    PROVIDE_DETAILS = "provide_details"
    OUT_OF_SCOPE = "out_of_scope"


PLAIN_YES = frozenset(
    {
        Intent.AFFIRM,
        Intent.GREETING,
        Intent.THANKS,
        Intent.GOODBYE,
        Intent.PROVIDE_DETAILS,
        Intent.CREATE_RESERVATION,
    }
)
"""What a message may mean besides yes and still be one: with a question, a no or a change in it, it is not."""


class Language(StrEnum):
    ES = "es"
    EN = "en"
    PT = "pt"


class RoomKind(StrEnum):
    """The room types guests name, whatever a hotel calls its own."""

    SINGLE = "single"
    DOUBLE = "double"
    TWIN = "twin"
    TRIPLE = "triple"
    FAMILY = "family"
    SUITE = "suite"


class StayProblem(StrEnum):
    """Why words that speak of dates are not a stay."""

    PAST = "past"
    IMPOSSIBLE = "impossible"  # 31 April, 29 February of a common year, a weekday that does not fit its day
    BACKWARDS = "backwards"  # departure not after arrival
    TOO_LONG = "too_long"
    TOO_FAR = "too_far"


@frozen
class Span:
    """The place of some words in the guest's text: `text[start:end]`, counted in characters."""

    start: int
    end: int


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


@frozen
class StayCandidate:
    """
    One way to read the dates of a text.

    Any of the three may be missing; when all are there they agree. `assumed` names what was filled in and not said
    (`check_in`, `check_out`): it is read back before anything is booked.
    """

    arrival: date | None = None
    departure: date | None = None
    nights: int | None = None
    assumed: frozenset[str] = field(default=frozenset(), converter=_names)
    reason: str = ""
    """The rule that read it, in a word or two (`explicit range`, `next weekend`)."""
    span: Span | None = None

    def __attrs_post_init__(self) -> None:
        if self.arrival and self.departure and self.nights != (self.departure - self.arrival).days:
            raise InvalidValue("arrival, departure and nights must agree")

    @property
    def stay(self) -> Stay | None:
        return Stay(self.arrival, self.departure) if self.arrival and self.departure else None


@frozen
class StayReading:
    """
    All that a text says about dates.

    Several candidates mean that a question is due; `problem` is set when words spoke of dates that cannot be a stay (then
    there are no candidates).
    """

    candidates: tuple[StayCandidate, ...] = ()
    problem: StayProblem | None = None

    @property
    def ambiguous(self) -> bool:
        return len(self.candidates) > 1


@frozen(kw_only=True)
class Slots:
    """What a text names. None where it does not; `spans` holds the words a slot came from."""

    stay: StayReading | None = None
    adults: int | None = None
    child_ages: tuple[int | None, ...] | None = None
    """One entry a child, None for an age that was not said; `()` means "no children" was said."""
    rooms: int | None = None
    room_kind: RoomKind | None = None
    room_name: str | None = None
    """A room type of this hotel called by its own name, as the hotel writes it."""
    room_id: str | None = None
    """`habitación {id}`: the PMS id of a room type."""
    option: int | None = None
    """The n-th of what was offered, from 1; -1 is the last one."""
    reservation_code: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    """E.164, e.g. `+34666777888`."""
    time_of_day: time | None = None
    price_named: bool = False
    """The text names an amount of money: a yes with a price in it is not a plain yes."""
    urgent: bool = False
    spans: tuple[tuple[str, Span], ...] = ()


@frozen
class Understanding:
    """
    What one text means.

    `confidence` is calibrated: of what is said with 0.8, about 80 % is right.

    Raises:
        InvalidValue: confidence outside 0..1.

    """

    intent: Intent
    confidence: float
    language: Language
    slots: Slots = Slots()
    runners_up: tuple[tuple[Intent, float], ...] = ()
    also: tuple[Intent, ...] = ()
    """Further intents in the same message ("hola, ¿tienen pileta?"), in the order said."""

    def __attrs_post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise InvalidValue("a confidence lies between 0 and 1")


class Expecting(StrEnum):
    """What the agent asked last, so what a bare answer answers."""

    NOTHING = "nothing"
    DATES = "dates"
    DEPARTURE = "departure"
    DATES_CHOICE = "dates_choice"
    PARTY = "party"
    OFFER = "offer"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    YES = "yes"
    CANCEL_YES = "cancel_yes"
    CHANGE_YES = "change_yes"
    ARRIVAL_TIME = "arrival_time"
    RESERVATION_CODE = "reservation_code"


@frozen(kw_only=True)
class Listening:
    """
    What a text is heard against: the hotel's local day and habits, and what the conversation is about.

    `today` is hotel-local. `country` is ISO 3166 alpha-2 (holidays, phone numbers); `region` is the guest's own country
    where the channel knows it. `day_first` says how `03/04` is read.
    """

    today: date
    language: Language = Language.ES
    country: str = "ES"
    region: str | None = None
    day_first: bool = True
    expecting: Expecting = Expecting.NOTHING
    stay: Stay | None = None
    """The stay the conversation is about, for corrections ("no, del 21 al 23" keeps its month)."""
    arrival: date | None = None
    """An arrival already given while its departure is still asked for."""
    options: int = 0
    """How many offers (or dates) the guest was last shown."""
    room_names: tuple[tuple[str, str], ...] = ()
    """The hotel's room types: (PMS id, name)."""
    tenant: TenantId | None = None
    """Whose guest it is, where an understander keeps a budget for each hotel; the meaning of a text does not depend on it."""
