"""
What QloApps's JSON looks like, read strictly: each shape here mirrors a record of the web service.

Ids come as int or text, amounts as text or number (never as float), empty lists as `[]` (API notes, section 3).
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import frozen

from hotel_agent.domain.errors import MalformedReply

NO_DATE = "0000-00-00 00:00:00"


@frozen
class Record:
    """One JSON object and where it stood, so that what is wrong with it can be said without quoting it."""

    path: str
    fields: dict[str, Any]

    def __contains__(self, name: str) -> bool:
        return self.fields.get(name) is not None

    def raw(self, name: str) -> Any:
        return self.fields.get(name)

    def id(self, name: str = "id") -> int:
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isascii() or not str(value).isdigit():
            raise self._wrong(name, "an id")
        return int(value)

    def text(self, name: str, default: str | None = None) -> str:
        """Read text; of a text in several languages the first."""
        value = self.fields.get(name)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            value = value[0].get("value")
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self._wrong(name, "text")
        return str(value)

    def amount(self, name: str) -> Decimal:
        value = self.fields.get(name)
        try:
            number = Decimal(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            raise self._wrong(name, "an amount")
        return number

    def flag(self, name: str) -> bool:
        value = self.fields.get(name)
        if isinstance(value, bool):
            return value
        if str(value) not in {"0", "1"}:
            raise self._wrong(name, "0 or 1")
        return str(value) == "1"

    def day(self, name: str) -> date:
        moment = self.moment(name)
        if moment is None:
            raise self._wrong(name, "a date")
        return moment.date()

    def moment(self, name: str) -> datetime | None:
        """Read a moment in shop time; None where QloApps has none."""
        value = self.fields.get(name)
        if value in {NO_DATE, "0000-00-00", "", None}:
            return None
        try:
            return datetime.fromisoformat(str(value))
        except ValueError as exc:
            raise self._wrong(name, "a date") from exc

    def child(self, name: str) -> "Record":
        value = self.fields.get(name)
        if not isinstance(value, dict):
            raise self._wrong(name, "an object")
        return Record(f"{self.path}.{name}", value)

    def children(self, name: str) -> Iterator["Record"]:
        """Go through a list, or through the values of an object keyed by id; nothing where it is absent or empty."""
        value = self.fields.get(name)
        if value is None:
            return
        items = value.values() if isinstance(value, dict) else value
        if not isinstance(value, dict | list):
            raise self._wrong(name, "a list")
        for position, item in enumerate(items):
            if not isinstance(item, dict):
                raise self._wrong(name, "a list of objects")
            yield Record(f"{self.path}.{name}[{position}]", item)

    def _wrong(self, name: str, wanted: str) -> MalformedReply:
        return MalformedReply([f"{self.path}.{name} is not {wanted}"])


def records(data: Any, node: str) -> tuple[Record, ...]:
    """
    Read a list answer; QloApps writes an empty one as `[]`.

    Raises:
        MalformedReply: it is not a list of *node*.

    """
    if data == []:
        return ()
    if not isinstance(data, dict) or not isinstance(data.get(node), list):
        raise MalformedReply([f"{node} is missing"])
    return tuple(Record("", data).children(node))


def record(data: Any, node: str) -> Record:
    """Read an answer that holds one record under *node*; raises as `records` does."""
    if not isinstance(data, dict) or not isinstance(data.get(node), dict):
        raise MalformedReply([f"{node} is missing"])
    return Record(node, data[node])


# ---------------------------------------------------------------- what is free


@frozen(kw_only=True)
class TypeOffer:
    """One room type of a `hotel_ari` answer: free rooms in ascending id, totals of the whole stay for all occupancies sent."""

    room_type_id: int
    rooms: tuple[int, ...]
    net: Decimal
    gross: Decimal


@frozen(kw_only=True)
class Availability:
    currency: str
    types: tuple[TypeOffer, ...]

    def of(self, room_type_id: int) -> TypeOffer | None:
        return next((offer for offer in self.types if offer.room_type_id == room_type_id), None)


def availability(data: Any) -> Availability:
    """Read a `hotel_ari` answer; its own counts are not used, rooms are counted here."""
    answer = record(data, "hotel_ari")
    return Availability(
        currency=answer.text("currency").upper(),
        types=tuple(_type_offer(item) for item in answer.children("room_types")),
    )


def _type_offer(item: Record) -> TypeOffer:
    type_id = item.id("id_room_type")
    available = item.child("rooms").children("available") if item.raw("rooms") else ()
    return TypeOffer(
        room_type_id=type_id,
        rooms=tuple(sorted({room.id("id_room") for room in available})),
        net=item.amount("total_price"),
        gross=item.amount("total_price_with_tax"),
    )


# ---------------------------------------------------------------- orders and room lines


@frozen(kw_only=True)
class Order:
    """`total` is due and `received` has come in, both in the order's own currency; `state` 0 is still being written."""

    id: int
    reference: str
    source: str
    state: int
    customer_id: int
    currency_id: int
    language_id: int
    total: Decimal
    total_net: Decimal
    received: Decimal


ORDER_FIELDS = (
    "id",
    "reference",
    "source",
    "current_state",
    "id_customer",
    "id_currency",
    "id_lang",
    "total_paid_tax_incl",
    "total_paid_tax_excl",
    "total_paid_real",
)


def order(item: Record) -> Order:
    return Order(
        id=item.id(),
        reference=item.text("reference", ""),
        source=item.text("source", ""),
        state=item.id("current_state"),
        customer_id=item.id("id_customer"),
        currency_id=item.id("id_currency"),
        language_id=item.id("id_lang"),
        total=item.amount("total_paid_tax_incl"),
        total_net=item.amount("total_paid_tax_excl"),
        received=item.amount("total_paid_real"),
    )


ALLOTTED, CHECKED_IN, CHECKED_OUT = 1, 2, 3


@frozen(kw_only=True)
class Line:
    """One room for the nights `[arrival, departure)`; `status` 1 allotted, 2 checked in, 3 checked out."""

    id: int
    order_id: int
    hotel_id: int
    room_id: int
    room_type_id: int
    arrival: date
    departure: date
    status: int
    refunded: bool
    back_order: bool
    number: str = ""
    room_type_name: str = ""
    adults: int = 1
    child_ages: tuple[int, ...] = ()
    net: Decimal = Decimal(0)
    gross: Decimal = Decimal(0)
    checked_out_on: date | None = None

    @property
    def live(self) -> bool:
        """Tell whether the line holds its room (API notes, section 8)."""
        return not self.refunded and not self.back_order

    @property
    def held_until(self) -> date:
        """The day from which somebody else may have the room: earlier than the departure once the guest has checked out."""
        if self.status != CHECKED_OUT:
            return self.departure
        return self.arrival if self.checked_out_on is None else min(self.departure, self.checked_out_on)

    def blocks(self, other: "Line") -> bool:
        """Tell whether both lines hold the same room on the same night."""
        return (
            self.live
            and other.live
            and self.room_id == other.room_id
            and self.arrival < other.departure
            and other.arrival < self.held_until
        )


def line(item: Record) -> Line:
    left = item.moment("check_out")
    return Line(
        id=item.id(),
        order_id=item.id("id_order"),
        hotel_id=item.id("id_hotel"),
        room_id=item.id("id_room"),
        room_type_id=item.id("id_product"),
        arrival=item.day("date_from"),
        departure=item.day("date_to"),
        status=item.id("id_status"),
        refunded=item.flag("is_refunded"),
        back_order=item.flag("is_back_order"),
        number=item.text("room_num", ""),
        room_type_name=item.text("room_type_name", ""),
        adults=item.id("adults") if "adults" in item else 1,
        child_ages=_ages(item.text("child_ages", "[]")),
        net=item.amount("total_price_tax_excl"),
        gross=item.amount("total_price_tax_incl"),
        checked_out_on=left.date() if left else None,
    )


def _ages(text: str) -> tuple[int, ...]:
    """Read `["5","7"]`, the text in which QloApps keeps children's ages."""
    return tuple(int(part) for part in text.strip("[]").replace('"', "").split(",") if part.strip().isdigit())


@frozen(kw_only=True)
class Customer:
    id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    deleted: bool


CUSTOMER_FIELDS = ("id", "firstname", "lastname", "email", "phone", "deleted")


def customer(item: Record) -> Customer:
    return Customer(
        id=item.id(),
        first_name=item.text("firstname", ""),
        last_name=item.text("lastname", ""),
        email=item.text("email", ""),
        phone=item.text("phone", ""),
        deleted=item.raw("deleted") in {"1", 1},
    )
