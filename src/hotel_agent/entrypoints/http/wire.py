"""The shapes of our JSON (architecture sections 11 and 12). Reading and `/openapi.json` both come from these classes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import orjson
from attrs import frozen
from cattrs import Converter

from hotel_agent.domain.reservations import ReservationStatus
from hotel_agent.domain.turns import Status
from hotel_agent.domain.understanding import Intent, Language, RoomKind
from hotel_agent.entrypoints.http.schemas import About, Number, Text, Whole

_NO_CONTROLS = r"[^\u0000-\u001f\u007f-\u009f]"
_DATE = (
    # A day that exists, so that the pattern alone decides, here and for whoever checks against the document.
    r"([1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    r"|([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29)"
)
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?"
_TIMESTAMP = Text(
    takes="an ISO 8601 date and time; without offset it is hotel-local. For information only", pattern=f"^{_DATE}[T ]{_TIME}$"
)
_ID = Text(takes="1 to 128 characters, no control characters", low=1, high=128, pattern=f"^{_NO_CONTROLS}{{1,128}}$")
_BODY = Text(takes="text")
_TENANT = Text(takes="a hotel's id; the default hotel without one", low=1, high=40)


class Label(StrEnum):
    """Where an API caller says its guest writes from: it keeps conversations apart and decides nothing else."""

    API = "api"
    WEB = "web"
    WEBCHAT = "webchat"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    GMAIL = "gmail"
    SMS = "sms"
    VOICE = "voice"


@frozen(kw_only=True)
class TenantQuery:
    tenant: Annotated[str, _TENANT] | None = None


@frozen(kw_only=True)
class ProcessCall:
    """A guest's message, handed in by an API caller. `sender_id` names the guest within the caller's own namespace."""

    sender_id: Annotated[str, _ID]
    channel: Label
    text: Annotated[str, _BODY]
    timestamp: Annotated[str, _TIMESTAMP] | None = None
    message_id: Annotated[str, _ID] | None = None
    tenant: Annotated[str, _TENANT] | None = None


@frozen(kw_only=True)
class Amount:
    """Money. `currency` is ISO 4217."""

    amount: Annotated[str, Text(takes="decimal text", pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
    currency: str


@frozen(kw_only=True)
class OfferedRoom:
    """A room type that can be booked. `id` is the PMS's id of the type, `total` the whole stay for all rooms asked for."""

    id: str
    name: str
    room_type: RoomKind
    available: int
    total: Amount
    nights: int
    offer_id: str


@frozen(kw_only=True)
class Availability:
    """What was searched; `assumed` names what the guest did not say."""

    check_in: date
    check_out: date
    adults: int
    children: int
    assumed: tuple[str, ...]


@frozen(kw_only=True)
class BookingInHand:
    """A booking as it stands; `checking` means that the PMS has not said how it ended."""

    reference: str
    state: str


@frozen(kw_only=True)
class ProcessData:
    """The same results by subject."""

    rooms_available: int
    availability: Availability | None
    booking: BookingInHand | None


@frozen(kw_only=True)
class ProcessAnswer:
    """The result of a message's turn and of the turns it caused so far."""

    status: Status
    intent: Annotated[Intent | None, About("null while the message waits for its turn")]
    confidence: float
    language: Language
    response_text: str
    fallback_used: bool
    conversation_id: str
    message_id: str
    rooms_available: int
    rooms: tuple[OfferedRoom, ...]
    lock_acquired: Annotated[bool | None, About("whether a room was locked; null if none was asked for in this call")]
    reservation_id: Annotated[str | None, About("the PMS's own id once confirmed")]
    data: ProcessData


@frozen(kw_only=True)
class Room:
    """A room type as the PMS describes it. `capacity` is the number of guests one room holds; `max_nights` null: no limit."""

    id: str
    name: str
    room_type: RoomKind
    capacity: int
    max_adults: int
    max_children: int
    min_nights: int
    max_nights: int | None
    night_price: Annotated[Amount | None, About("the base price, for display; a search says what a stay costs")]


@frozen(kw_only=True)
class BookedRoom:
    """One room of a reservation. `live` tells whether it is still held."""

    id: str
    number: str
    room_type_id: str
    room_type_name: str
    check_in: date
    check_out: date
    live: bool


@frozen(kw_only=True)
class BookedGuest:
    name: str
    email: str
    phone: str


@frozen(kw_only=True)
class BookedStay:
    """A reservation as the PMS has it."""

    id: str
    status: ReservationStatus
    check_in: date | None
    check_out: date | None
    room_type: Annotated[RoomKind | None, About("null where the PMS no longer describes the type")]
    total: Amount
    paid: Amount
    reference: str
    rooms: tuple[BookedRoom, ...]
    guest: Annotated[BookedGuest | None, About("only for callers with the scope `guests`")]


@frozen(kw_only=True)
class Live:
    status: Literal["live"]
    version: str


@frozen(kw_only=True)
class ReadyPart:
    """One part; `since` is when it was first found to be as it is now, `detail` an error's code."""

    name: str
    ok: bool
    needed: bool
    since: datetime
    detail: str


@frozen(kw_only=True)
class Ready:
    """`degraded`: messages are taken and answered as well as it goes without the parts that are down."""

    status: Literal["ready", "degraded", "down"]
    parts: tuple[ReadyPart, ...]


@frozen(kw_only=True)
class ChatCall:
    """
    A visitor's message. Sending one again with the same `message_id` is harmless. `choice` is the id of a pressed button.

    `seen` is the position of the last line that was on the visitor's screen: a yes answers nothing that came after it.
    """

    text: Annotated[str, _BODY]
    message_id: Annotated[str, _ID]
    choice: Annotated[str, _ID] | None = None
    seen: Annotated[int, Number(takes="the position of a line", low=0, high=2**31 - 1)] | None = None
    tenant: Annotated[str, _TENANT] | None = None


@frozen(kw_only=True)
class ChatTaken:
    """The message is kept. `pending`: something more may follow it; read the transcript."""

    message_id: str
    pending: bool


@frozen(kw_only=True)
class ChatVisitor:
    """Whoever sends `token` as `X-Visitor` is this visitor."""

    token: str


@frozen(kw_only=True)
class EventsQuery:
    tenant: Annotated[str, _TENANT] | None = None
    after: Annotated[int, Whole(takes="the position to read on from", low=0, high=2**31 - 1)] = 0


@frozen(kw_only=True)
class TranscriptQuery:
    tenant: Annotated[str, _TENANT] | None = None
    after: Annotated[int, Whole(takes="the position to read on from", low=0, high=2**31 - 1)] = 0
    wait: Annotated[int, Whole(takes="seconds to wait for news, 0 to 20", low=0, high=20)] = 0


@frozen(kw_only=True)
class ChatButton:
    id: str
    title: str


@frozen(kw_only=True)
class ChatCard:
    """
    An offer to be shown as a card; `button` is the id of the button that takes it, `total` is the whole stay for all rooms.

    `row` is the line of the text that says the same. `left` is how many rooms are left where they are few, else 0. `picture` is
    an address, relative to ours or not; empty without one.
    """

    button: str
    name: str
    row: str
    total: Amount
    nights: int
    left: int
    picture: str


@frozen(kw_only=True)
class ChatLine:
    """One line of the conversation; positions rise. `cards` say the offers of the text once more."""

    position: int
    by_guest: bool
    message_id: str
    text: str
    buttons: tuple[ChatButton, ...]
    cards: tuple[ChatCard, ...]
    at: datetime


@frozen(kw_only=True)
class ChatEvent:
    """
    One line of the stream of events.

    `line`: something was said. `ready`: all that was said so far has come. `beat`: nothing was said, the connection lives.
    `bye`: this stream ends, ask again after `retry_s` seconds.
    """

    event: Literal["line", "ready", "beat", "bye"]
    line: ChatLine | None = None
    retry_s: int | None = None


@frozen(kw_only=True)
class Transcript:
    """At most 200 lines, oldest first; `more` says that others follow."""

    lines: tuple[ChatLine, ...]
    more: bool


@frozen(kw_only=True)
class ChatHotel:
    """What a web chat needs to know of its hotel. `today` is the hotel's own day, `max_days_ahead` how far stays are sold."""

    id: str
    name: str
    languages: tuple[Language, ...]
    today: date
    day_first: bool
    max_days_ahead: int
    max_text: int


@frozen(kw_only=True)
class WrongField:
    field: str
    problem: str


@frozen(kw_only=True)
class ProblemDocument:
    """An error (RFC 9457). `code` is stable."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    errors: tuple[WrongField, ...] = ()


_CONVERTER = Converter()


def dump(value: Any) -> bytes:
    """Return a wire value as JSON; instants in UTC with `Z`."""
    return orjson.dumps(_CONVERTER.unstructure(value), option=orjson.OPT_UTC_Z)
