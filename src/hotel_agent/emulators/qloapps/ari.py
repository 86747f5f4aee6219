"""`hotel_ari`: the search for availability, rates and inventory (API.md, section 6)."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from hotel_agent.emulators.qloapps.answers import (
    JSON,
    PHP_WARNING,
    XML,
    Answer,
    Refused,
    WireError,
    bookings_json,
    cdata,
    document,
)
from hotel_agent.emulators.qloapps.availability import (
    STAY_NOT_MET,
    booked_lines,
    free_rooms,
    length_allowed,
    rooms_out_of_order,
)
from hotel_agent.emulators.qloapps.php import php_time, valid_date
from hotel_agent.emulators.qloapps.pricing import quoted_price
from hotel_agent.emulators.qloapps.store import Row, Store
from hotel_agent.emulators.qloapps.xml_input import Node, NotXml, parse_xml

_FILE: Final = "/www/qloapps/modules/hotelreservationsystem/classes/WebserviceSpecificManagementHotelAri.php"
_REQUIRED: Final = ("id_hotel", "date_from", "date_to")
_FLAGS: Final = ("get_available_rooms", "get_booked_rooms", "get_partial_available_rooms", "get_unavailable_rooms")
_VALIDATION: Final = 85
_LARGEST_ID: Final = 4294967296


@frozen
class Search:
    """A valid search; *shown* are the groups of rooms asked for."""

    id_hotel: int
    id_room_type: int | None
    arrive: date
    leave: date
    shown: frozenset[str]
    by_night: bool
    rooms: int


def _invalid(text: str) -> Refused:
    return Refused(400, WireError(_VALIDATION, f"Validation error: {text}"), digested=True)


def read_search(body: str) -> Search:
    """
    The search a request asks for.

    Raises:
        Refused: as QloApps words it.
    """
    if not body.strip():
        raise _invalid("ARI search parameters are missing.")
    text = body.removeprefix("xml=")
    try:
        root = parse_xml(text)
    except NotXml as error:
        warnings = error.warnings("simplexml_load_string()", f"{_FILE}, line 476")
        final = WireError(_VALIDATION, "Validation error: Invalid ARI search parameters found.")
        raise Refused(400, *warnings, final, digested=True) from error
    node = root.child("hotel_ari")
    if node is None:
        raise _invalid("Invalid request XML")
    values = {each.name: each.plain() for each in node.children}
    for name in _REQUIRED:
        if name not in values:
            raise Refused(400, WireError(41, f'parameter "{name}" required'), digested=True)
    _check_order(values)
    _check_fields(values)
    occupancies = _occupancies(node)
    flags = {name for name in _FLAGS if values.get(name) == "1"} if any(name in values for name in _FLAGS) else {_FLAGS[0]}
    return Search(
        id_hotel=int(values["id_hotel"]),
        id_room_type=int(values["id_room_type"]) if values.get("id_room_type") is not None else None,
        arrive=date.fromisoformat(values["date_from"][:10]),
        leave=date.fromisoformat(values["date_to"][:10]),
        shown=frozenset(flags),
        by_night=values.get("date_wise_breakdown") == "1",
        rooms=max(occupancies, 1),
    )


def _check_order(values: dict[str, Any]) -> None:
    lost = [name for name in ("date_to", "date_from") if not isinstance(values[name], str)]
    warning = WireError(
        PHP_WARNING, f"[PHP Warning #2] strtotime() expects parameter 1 to be string, array given ({_FILE}, line 534)"
    )
    if php_time(values["date_to"]) <= php_time(values["date_from"]):
        final = WireError(_VALIDATION, 'Validation error: "Date to" must be after "date from"')
        raise Refused(400, *([warning] * len(lost)), final, digested=True)


def _check_fields(values: dict[str, Any]) -> None:
    rules: dict[str, Callable[[Any], bool]] = {"id_hotel": _is_number, "id_room_type": _is_number}
    rules |= {"date_from": valid_date, "date_to": valid_date} | dict.fromkeys((*_FLAGS, "date_wise_breakdown"), _is_flag)
    for name, rule in rules.items():
        if name in values and not rule(values[name]):
            raise _invalid(f'"The {name} field is invalid."')


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and int(value) < _LARGEST_ID


def _is_flag(value: Any) -> bool:
    return isinstance(value, str) and value in {"0", "1"}


def _occupancies(node: Node) -> int:
    associations = node.child("associations")
    listed = associations.child("room_occupancies") if associations else None
    entries = [each for each in listed.children if each.name == "room_occupancy"] if listed else []
    for number, entry in enumerate(entries, start=1):
        values = {each.name: each.plain() for each in entry.children}
        for name, least in (("adults", 1), ("children", 0)):
            if name not in values:
                raise _invalid(f"Missing information for {name} for Room-{number} occupancy.")
            value = values[name]
            if not _is_number(value) or int(value) < least:
                bound = "(value must be greater than 0)" if least else ""
                raise _invalid(f"Invalid value for number of {name} for Room-{number} occupancy{bound}.")
    return len(entries)


async def answer_search(store: Store, search: Search, *, root: str, as_json: bool) -> Answer:
    """The answer to a valid *search*; *root* is the address of the web service, ending in a slash."""
    if not search.by_night:
        one = _result(store, search, search.arrive, search.leave)
        if as_json:
            return Answer(body=bookings_json({"hotel_ari": one}), content_type=JSON)
        return Answer(body=document(_xml(store, one, root)), content_type=XML)
    nights = [search.arrive + timedelta(days=each) for each in range((search.leave - search.arrive).days)]
    results = []
    for night in nights:
        results.append(_result(store, search, night, night + timedelta(days=1)))
        await asyncio.sleep(0)
    if as_json:
        return Answer(body=bookings_json({"hotel_aris": [_by_night(each) for each in results]}), content_type=JSON)
    listed = "".join(_xml(store, each, root) for each in results)
    return Answer(body=document(f"<hotel_aris>\n{listed}</hotel_aris>\n"), content_type=XML)


def _result(store: Store, search: Search, arrive: date, leave: date) -> dict[str, Any]:
    currency = store.value("SELECT iso_code FROM currencies WHERE id = 1")
    result: dict[str, Any] = {
        "id_hotel": str(search.id_hotel),
        "date_from": f"{arrive}",
        "date_to": f"{leave}",
        "currency": currency,
    }
    room_types = _room_types(store, search)
    if not room_types:
        return result
    listed = [_room_type(store, search, row, arrive, leave) for row in room_types]
    result["total_rooms"] = sum(
        store.value("SELECT count(*) FROM hotel_rooms WHERE id_product = ?", (row["id"],)) for row in room_types
    )
    totals = (
        ("get_available_rooms", "total_available_rooms", "available"),
        ("get_unavailable_rooms", "total_unavailable_rooms", "unavailable"),
        ("get_partial_available_rooms", "total_partial_available_rooms", "partially_available"),
        ("get_booked_rooms", "total_booked_rooms", "booked"),
    )
    for flag, name, group in totals:
        if flag in search.shown:
            result[name] = sum(len(each["rooms"][group]) for each in listed)
    return result | {"room_types": listed}


def _room_types(store: Store, search: Search) -> list[Row]:
    sql = "SELECT * FROM room_types WHERE id_hotel = ? AND active = 1"
    if search.id_room_type is None:
        return store.rows(f"{sql} ORDER BY id", (search.id_hotel,))
    return store.rows(f"{sql} AND id = ?", (search.id_hotel, search.id_room_type))


def _room_type(store: Store, search: Search, row: Row, arrive: date, leave: date) -> dict[str, Any]:
    price, length = quoted_price(store, row, arrive, leave), Decimal((leave - arrive).days)
    limits = store.row("SELECT * FROM hotel_room_types WHERE id_product = ?", (row["id"],)) or {}
    free = free_rooms(store, row["id"], arrive, leave)
    groups: dict[str, Any] = {}
    if "get_unavailable_rooms" in search.shown:
        groups["unavailable"] = _unavailable(store, row["id"], arrive, leave)
    if "get_booked_rooms" in search.shown:
        groups["booked"] = _booked(store, row["id"], arrive, leave)
    if "get_available_rooms" in search.shown:
        groups["available"] = {str(room["id"]): _available(room, limits) for room in free} or []
    if "get_partial_available_rooms" in search.shown:
        groups["partially_available"] = []
    return {
        "id_room_type": str(row["id"]),
        "base_price": float(price.net / length),
        "base_price_with_tax": float(price.gross / length),
        "total_price": float(price.net * search.rooms),
        "total_price_with_tax": float(price.gross * search.rooms),
        "name": row["name"],
        "rooms": groups,
    }


def _available(room: Row, limits: Row) -> dict[str, Any]:
    return {
        "id_room": str(room["id"]),
        "id_product": str(room["id_product"]),
        "id_hotel": str(room["id_hotel"]),
        "room_num": room["room_num"],
        "room_comment": room["comment"],
        "max_adult": str(limits.get("max_adults")),
        "max_children": str(limits.get("max_children")),
        "max_occupancy": str(limits.get("max_guests")),
    }


def _unavailable(store: Store, id_product: int, arrive: date, leave: date) -> Any:
    if length_allowed(store, id_product, arrive, leave):
        rooms = [(room, str(room["id_status"])) for room in rooms_out_of_order(store, id_product, arrive, leave)]
    else:
        every = store.rows("SELECT * FROM hotel_rooms WHERE id_product = ? ORDER BY id", (id_product,))
        rooms = [(room, STAY_NOT_MET) for room in every]
    shown = {}
    for room, status in rooms:
        closed = store.row(
            "SELECT date_from, date_to FROM closures WHERE id_room = ? AND date_from < ? AND date_to > ?",
            (room["id"], f"{leave}", f"{arrive}"),
        )
        period: dict[str, Any] = closed or {"date_from": None, "date_to": None}
        shown[str(room["id"])] = _place(room) | {"detail": [{"id_status": status, "room_comment": room["comment"]} | period]}
    return shown or []


def _booked(store: Store, id_product: int, arrive: date, leave: date) -> Any:
    shown: dict[str, Any] = {}
    for line in booked_lines(store, id_product, arrive, leave):
        room = {
            "id_product": line["id_product"],
            "id": line["id_room"],
            "id_hotel": line["id_hotel"],
            "room_num": line["room_num"],
        }
        entry = shown.setdefault(str(line["id_room"]), _place(room) | {"detail": []})
        entry["detail"].append(
            {
                "id_htl_booking": str(line["id"]),
                "date_from": line["date_from"],
                "date_to": line["until"],
                "id_customer": str(line["id_customer"]),
                "booking_type": str(line["booking_type"]),
                "booking_status": str(line["id_status"]),
                "comment": line["comment"],
            }
        )
    return shown or []


def _place(room: Row) -> dict[str, Any]:
    return {
        "id_product": str(room["id_product"]),
        "id_room": str(room["id"]),
        "id_hotel": str(room["id_hotel"]),
        "room_num": room["room_num"],
    }


def _by_night(result: dict[str, Any]) -> dict[str, Any]:
    """One night of the breakdown: shortened rooms, totals last, of which two are wrong as in QloApps."""
    if "room_types" not in result:
        return result
    totals = {name: value for name, value in result.items() if name.startswith("total_") and name != "total_rooms"}
    free = totals.get("total_available_rooms", 0)
    wrong = {name: free for name in totals if name in {"total_booked_rooms", "total_unavailable_rooms"}}
    room_types = [
        each | {"rooms": {name: _short(rooms) for name, rooms in each["rooms"].items()}} for each in result["room_types"]
    ]
    head = {name: value for name, value in result.items() if name not in totals and name != "room_types"}
    return head | {"room_types": room_types} | totals | wrong


def _short(rooms: Any) -> Any:
    if not rooms:
        return []
    return {number: {"id_room": room["id_room"], "room_num": room["room_num"]} for number, room in rooms.items()}


def _xml(store: Store, result: dict[str, Any], root: str) -> str:
    languages = store.rows("SELECT id FROM languages WHERE active = 1 ORDER BY id")
    hotel = result["id_hotel"]
    lines = [f'<id_hotel xlink:href="{root}hotels/{hotel}">{cdata(hotel)}</id_hotel>\n']
    lines += [f"<{name}>{cdata(value)}</{name}>\n" for name, value in result.items() if name not in {"id_hotel", "room_types"}]
    if "room_types" in result:
        lines += [
            "<room_types>\n",
            *(_xml_room_type(each, languages, root) for each in result["room_types"]),
            "</room_types>\n",
        ]
    return f"<hotel_ari>\n{''.join(lines)}</hotel_ari>\n"


def _xml_room_type(room_type: dict[str, Any], languages: Sequence[Row], root: str) -> str:
    number = room_type["id_room_type"]
    href = f'xlink:href="{root}room_types/{number}"'
    prices = "".join(
        f"<{name}>{cdata(_number(room_type[name]))}</{name}>\n"
        for name in ("base_price", "base_price_with_tax", "total_price", "total_price_with_tax")
    )
    names = "".join(
        f'<language id="{each["id"]}" xlink:href="{root}languages/{each["id"]}">{cdata(room_type["name"])}</language>'
        for each in languages
    )
    groups = "".join(_xml_rooms(name.replace("partially_", "partial_"), rooms) for name, rooms in room_type["rooms"].items())
    head = f'<room_type id="{number}" {href}>\n<id_room_type {href}>{cdata(number)}</id_room_type>\n'
    return f"{head}{prices}<name>{names}</name>\n<rooms>\n{groups}</rooms>\n</room_type>\n"


def _number(value: float) -> str:
    return f"{round(value, 6):g}" if value == int(value) and abs(value) < 1e6 else f"{round(value, 6)}".removesuffix(".0")


def _xml_rooms(name: str, rooms: Any) -> str:
    listed = "".join(
        f'<room id="{each["id_room"]}">\n<id_room>{cdata(each["id_room"])}</id_room>\n'
        f"<room_number>{cdata(each['room_num'])}</room_number>\n</room>\n"
        for each in (rooms.values() if rooms else ())
    )
    return f"<{name}>\n{listed}</{name}>\n"
