"""Reading the body of POST and PUT on `bookings`: JSON or XML, decided by content (API.md, sections 2 and 7.1)."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from hotel_agent.emulators.qloapps.answers import BOOKING_ERROR, PHP_WARNING, Refused, WireError
from hotel_agent.emulators.qloapps.php import as_float, as_int, is_empty
from hotel_agent.emulators.qloapps.xml_input import NotXml, parse_xml

FILE: Final = "/www/qloapps/classes/webservice/WebserviceSpecificManagementBookings.php"
MOST_UNITS: Final = 100_000

_LISTS: Final = {
    "room_types": "room_type",
    "rooms": "room",
    "services": "service",
    "facilities": "facility",
    "cart_rules": "cart_rule",
    "child_ages": "child_age",
}


def refuse(message: str) -> Refused:
    """A refusal of `bookings`: status 400, code 404."""
    return Refused(400, WireError(BOOKING_ERROR, message))


@frozen
class Body:
    """The booking element of a request, and what PHP complained about while reading it."""

    values: Mapping[str, Any]
    complaints: tuple[WireError, ...] = ()

    @property
    def associations(self) -> Mapping[str, Any]:
        return as_mapping(self.values.get("associations"))

    @property
    def customer(self) -> Mapping[str, Any]:
        return as_mapping(self.associations.get("customer_detail"))

    @property
    def prices(self) -> Mapping[str, Any]:
        return as_mapping(self.associations.get("price_details"))

    @property
    def payment(self) -> Mapping[str, Any]:
        return as_mapping(self.associations.get("payment_detail"))

    @property
    def room_types(self) -> list[Mapping[str, Any]]:
        return as_records(self.associations.get("room_types"))


@frozen
class ServiceWish:
    """A service asked for a room; `id_service` None makes a new one called `name`."""

    id_service: int | None
    name: str
    quantity: int
    unit_price: Decimal | None
    per_day: bool
    tax_group: int | None


@frozen
class RoomWish:
    """What is said about one room; prices are for the whole stay."""

    id_room: int | None = None
    adults: int | None = None
    ages: tuple[int, ...] = ()
    is_described: bool = True
    unit_price: Decimal | None = None
    tax_group: int | None = None
    total_tax: Decimal | None = None
    services: tuple[ServiceWish, ...] = ()
    facilities: tuple[tuple[int, int], ...] = ()


@frozen
class LineWish:
    """Rooms of one type for one stay; `rooms` is empty when none was described."""

    id_room_type: int
    arrive: date
    leave: date
    count: int
    rooms: tuple[RoomWish, ...] = ()

    @property
    def key(self) -> tuple[int, date, date]:
        """Lines with the same key are one."""
        return self.id_room_type, self.arrive, self.leave

    def wishes(self) -> list[RoomWish]:
        """One wish for each room."""
        return list(self.rooms) or [RoomWish(is_described=False)] * self.count


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The mapping, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_records(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def read_body(text: str) -> Body:
    """The booking of a request body; an unreadable one is empty and has complaints, so that validation fails with them."""
    if not text.strip():
        return Body({}, (_merge_complaint("bool"),))
    try:
        parsed = json.loads(text)
    except ValueError:
        return _read_xml(text)
    if isinstance(parsed, dict) and isinstance(parsed.get("booking"), dict):
        return Body(parsed["booking"])
    return Body({}, (WireError(127, "Invalid request."), _merge_complaint("null")))


def _read_xml(text: str) -> Body:
    try:
        root = parse_xml(text)
    except NotXml as error:
        return Body({}, (*error.warnings("simplexml_load_string()", f"{FILE}, line 374"), _merge_complaint("bool")))
    node = root.child("booking")
    if node is None:
        return Body({}, (_merge_complaint("null"),))
    plain = node.plain()
    return Body(_with_lists(plain) if isinstance(plain, dict) else {})


def _merge_complaint(given: str) -> WireError:
    text = f"[PHP Warning #2] array_merge(): Expected parameter 1 to be an array, {given} given ({FILE}, line 408)"
    return WireError(PHP_WARNING, text)


def _with_lists(value: dict[str, Any]) -> dict[str, Any]:
    """XML lists (`<rooms><room>..</room></rooms>`) as JSON lists, empty elements left out."""
    result: dict[str, Any] = {}
    for name, each in value.items():
        if each is None:
            continue
        if name in _LISTS and isinstance(each, dict):
            inner = each.get(_LISTS[name])
            entries = [] if inner is None else list(inner) if isinstance(inner, list) else [inner]
            result[name] = [_with_lists(entry) if isinstance(entry, dict) else entry for entry in entries if entry is not None]
        else:
            result[name] = _with_lists(each) if isinstance(each, dict) else each
    return result


def room_wish(values: Mapping[str, Any]) -> RoomWish:
    """What a `room` says; adults come from `adult`, children from the ages alone."""
    ages = values.get("child_ages")
    return RoomWish(
        id_room=None if is_empty(values.get("id_room")) else as_int(values["id_room"]),
        adults=None if is_empty(values.get("adult")) else as_int(values["adult"]),
        ages=tuple(as_int(each) for each in ages) if isinstance(ages, list) else (),
        unit_price=_amount(values.get("unit_price_without_tax")),
        tax_group=None if is_empty(values.get("id_tax_rules_group")) else as_int(values["id_tax_rules_group"]),
        total_tax=_amount(values.get("total_tax")),
        services=tuple(_service_wish(each) for each in as_records(values.get("services"))),
        facilities=tuple(
            (as_int(each.get("id_facility")), as_int(each.get("id_option"))) for each in as_records(values.get("facilities"))
        ),
    )


def _service_wish(values: Mapping[str, Any]) -> ServiceWish:
    group = values.get("id_tax_rules_group")
    return ServiceWish(
        id_service=None if is_empty(values.get("id_service")) else as_int(values["id_service"]),
        name=str(values.get("name") or ""),
        quantity=min(max(as_int(values.get("quantity", 1)), 1), MOST_UNITS),
        unit_price=_amount(values.get("unit_price_without_tax")),
        per_day=as_int(values.get("price_mode")) == 2,
        tax_group=None if is_empty(group) else as_int(group),
    )


def _amount(value: Any) -> Decimal | None:
    return None if value is None or value == "" or isinstance(value, (dict, list)) else Decimal(str(as_float(value)))
