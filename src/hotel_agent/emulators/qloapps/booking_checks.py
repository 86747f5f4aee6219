"""The refusals of `bookings`, in the order in which QloApps finds them (API.md, sections 7.1 and 7.5)."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from hotel_agent.emulators.qloapps.booking_request import Body, LineWish, as_records, refuse, room_wish
from hotel_agent.emulators.qloapps.php import as_float, as_int, is_empty, php_time, valid_date
from hotel_agent.emulators.qloapps.store import Row, Store

NEW: Final = 1
COMPLETED: Final = 2
CANCELLED: Final = 3
REFUNDED: Final = 4
PAYMENT_TYPES: Final = {"online": 1, "pay at hotel": 2, "remote": 3}
_ADDRESS: Final = ("address", "city", "zip", "state_code", "country_code")


@frozen
class Address:
    """An address whose country and state exist."""

    street: str
    city: str
    postcode: str
    id_country: int
    id_state: int


@frozen
class Creation:
    """A POST whose fields are valid; whether rooms are free is another question."""

    body: Body
    id_hotel: int
    currency: Row
    id_language: int
    id_customer: int | None
    address: Address | None
    lines: list[Mapping[str, Any]]
    """As sent, merged: each is read when its turn comes."""
    total_paid: Decimal
    total_price: Decimal | None


@frozen
class Change:
    """A PUT whose fields are valid."""

    body: Body
    order: Row
    id_customer: int
    lines: tuple[LineWish, ...]


def check_creation(store: Store, body: Body) -> Creation:
    """
    The fields of a POST.

    Raises:
        Refused: the first thing QloApps finds wrong, before it looks at availability.
    """
    values, customer = body.values, body.customer
    if not is_empty(values.get("id")):
        raise refuse("id is forbidden when adding a new resource")
    currency = _currency(store, values.get("currency"))
    if not customer:
        raise refuse("Customer details not found.")
    id_hotel = _hotel(store, values)
    id_customer = None
    if not is_empty(customer.get("id_customer")):
        id_customer = store.value("SELECT id FROM customers WHERE id = ? AND deleted = 0", (as_int(customer["id_customer"]),))
        if id_customer is None:
            raise refuse("Please provide a valid id_customer.")
    for name, shown in (("firstname", "first name"), ("lastname", "last name"), ("email", "email"), ("phone", "phone number")):
        if is_empty(customer.get(name)):
            raise refuse(f"Please provide a valid {shown}.")
    prices = body.prices
    for name, shown in (("total_paid", "total paid"), ("total_price_with_tax", "total amount with tax")):
        if not is_empty(prices.get(name)) and not _is_amount(prices[name]):
            raise refuse(f"Invalid value for {shown}.")
    total = prices.get("total_price_with_tax")
    return Creation(
        body=body,
        id_hotel=id_hotel,
        currency=currency,
        id_language=_language(store, values.get("id_language")),
        id_customer=id_customer,
        address=_address(store, customer),
        lines=merged_lines(body),
        total_paid=Decimal(str(as_float(prices.get("total_paid")))),
        total_price=None if is_empty(total) else Decimal(str(as_float(total))),
    )


def check_change(store: Store, body: Body) -> Change:
    """
    The fields of a PUT; its id is the body's, whatever the address says.

    Raises:
        Refused: the first thing QloApps finds wrong, before it looks at availability.
    """
    values, customer = body.values, body.customer
    if is_empty(values.get("id")):
        raise refuse("id is required with PUT requests.")
    order = store.get("orders", as_int(values["id"]))
    if order is None:
        raise refuse("Booking not found.")
    if not body.room_types:
        raise refuse("Rooms not found in the request.")
    if not is_empty(customer.get("id_customer")) and store.get("customers", as_int(customer["id_customer"])) is None:
        raise refuse("Invalid ID customer.")
    _hotel(store, values)
    found = store.value(
        "SELECT id FROM customers WHERE email = ? AND deleted = 0 ORDER BY id", (str(customer.get("email") or ""),)
    )
    if found is None:
        raise refuse("Customer not found.")
    if not is_empty(values.get("booking_status")) and not NEW <= as_int(values["booking_status"]) <= REFUNDED:
        raise refuse("Invalid booking status.")
    return Change(body=body, order=order, id_customer=found, lines=read_lines(store, body))


def payment_type(name: Any, default: int) -> int:
    """The number of a payment type, *default* when none is named."""
    return PAYMENT_TYPES.get(name, default) if isinstance(name, str) else default


def check_money(body: Body) -> None:
    """
    Payment type, statuses and cart rules: what a POST is refused for last, after availability.

    Raises:
        Refused: one of them is not known.
    """
    kind = body.payment.get("payment_type")
    if not is_empty(kind) and not (isinstance(kind, str) and kind in PAYMENT_TYPES):
        raise refuse("Invalid payment type.")
    status = body.values.get("booking_status")
    if not is_empty(status) and not NEW <= as_int(status) <= REFUNDED:
        raise refuse("Invalid booking status.")
    payment = body.values.get("payment_status")
    if not is_empty(payment) and not 1 <= as_int(payment) <= 3:
        raise refuse("Invalid payment status.")
    for rule in as_records(body.associations.get("cart_rules")):
        if is_empty(rule.get("type")) or is_empty(rule.get("value")):
            raise refuse("Invalid cart rule parameters.")


def read_lines(store: Store, body: Body) -> tuple[LineWish, ...]:
    """
    The lines of a request, those of the same type and dates made one.

    Raises:
        Refused: a line is incomplete or contradicts itself.
    """
    return tuple(read_line(store, each) for each in merged_lines(body))


def merged_lines(body: Body) -> list[Mapping[str, Any]]:
    """
    The lines as they were sent, those of the same type and dates made one.

    Their numbers of rooms are added; of the rooms they describe only those of the last one remain.
    """
    result: dict[tuple[str, float, float], dict[str, Any]] = {}
    for values in body.room_types:
        key = (str(values.get("id_room_type")), php_time(values.get("checkin_date")), php_time(values.get("checkout_date")))
        known = result.get(key)
        if known is None:
            result[key] = dict(values)
            continue
        known["number_of_rooms"] = as_int(known.get("number_of_rooms")) + as_int(values.get("number_of_rooms"))
        if as_records(values.get("rooms")):
            known["rooms"] = values["rooms"]
    return list(result.values())


def read_line(store: Store, values: Mapping[str, Any]) -> LineWish:
    """
    One line of a request; a room named twice is one room.

    Raises:
        Refused: it is incomplete or contradicts itself.
    """
    if is_empty(values.get("id_room_type")):
        raise refuse("Id room type is missing")
    if not valid_date(values.get("checkin_date")):
        raise refuse("Invalid check in date in the request")
    if not valid_date(values.get("checkout_date")):
        raise refuse("Invalid check out date in the request")
    if values.get("number_of_rooms") in (None, ""):
        raise refuse("number of rooms is missing")
    id_room_type = as_int(values["id_room_type"])
    sql = "SELECT kind.id FROM hotel_room_types AS kind JOIN room_types ON room_types.id = id_product WHERE id_product = ?"
    if store.value(sql, (id_room_type,)) is None:
        raise refuse("Invalid room type in the request")
    wishes = [room_wish(each) for each in as_records(values.get("rooms"))]
    rooms = tuple({f"room {wish.id_room}" if wish.id_room else position: wish for position, wish in enumerate(wishes)}.values())
    count = as_int(values["number_of_rooms"])
    if rooms and len(rooms) != count:
        raise refuse("Room count does not matches with the number of rooms")
    arrive, leave = _day(values["checkin_date"]), _day(values["checkout_date"])
    if arrive > leave:
        raise refuse("Invalid check in and check out dates in the request")
    return LineWish(id_room_type, arrive, leave, max(count, 1), rooms)


def _day(text: str) -> date:
    year, month, day = text.split(" ", maxsplit=1)[0].split("-")
    return date(int(year), int(month), int(day))


def _is_amount(value: Any) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value >= 0
    return isinstance(value, str) and re.fullmatch(r"\d{1,10}(\.\d{1,9})?", value) is not None


def _currency(store: Store, code: Any) -> Row:
    sql = "SELECT * FROM currencies WHERE iso_code = ? AND active = 1 AND deleted = 0"
    found = store.row(sql, (code,)) if isinstance(code, str) and code else None
    if found is None:
        raise refuse("Please provide valid currency.")
    return found


def _hotel(store: Store, values: Mapping[str, Any]) -> int:
    number = as_int(values.get("id_property"))
    if store.value("SELECT id FROM hotels WHERE id = ?", (number,)) is None:
        raise refuse("Please provide a valid id_property.")
    return number


def _language(store: Store, wanted: Any) -> int:
    found = store.value("SELECT id FROM languages WHERE id = ? AND active = 1", (as_int(wanted),))
    return 1 if found is None else int(found)


def _address(store: Store, customer: Mapping[str, Any]) -> Address | None:
    given = {name: "" if is_empty(customer.get(name)) else str(customer[name]) for name in _ADDRESS}
    if not any(given.values()):
        return None
    if not given["address"]:
        raise refuse("Address is required.")
    if not given["city"]:
        raise refuse("City is required.")
    if not given["country_code"]:
        raise refuse("Country code is required.")
    country = store.row("SELECT * FROM countries WHERE iso_code = ? AND active = 1", (given["country_code"],))
    if country is None:
        raise refuse("Invalid country code.")
    id_state = _state(store, country, given["state_code"]) if country["contains_states"] else 0
    if country["need_zip_code"] and not given["zip"]:
        raise refuse("Zip code is required.")
    pattern = country["zip_code_format"]
    if pattern and not re.fullmatch(_zip_expression(pattern, country["iso_code"]), given["zip"], re.IGNORECASE):
        shown = pattern.replace("N", "0").replace("L", "A").replace("C", country["iso_code"])
        raise refuse(f"The Zip/Postal code you have entered is invalid. It must follow this format: {shown}")
    return Address(given["address"], given["city"], given["zip"], country["id"], id_state)


def _state(store: Store, country: Row, code: str) -> int:
    if not code:
        raise refuse("State code is required for the given country.")
    found = store.value("SELECT id FROM states WHERE iso_code = ? AND id_country = ?", (code, country["id"]))
    if found is None:
        raise refuse("Invalid state code.")
    return int(found)


def _zip_expression(pattern: str, iso_code: str) -> str:
    signs = {"N": "[0-9]", "L": "[a-zA-Z]", "C": re.escape(iso_code), " ": "( |)", "-": "(-|)"}
    return "".join(signs.get(sign, re.escape(sign)) for sign in pattern)
