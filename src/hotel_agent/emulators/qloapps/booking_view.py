"""A booking as `bookings` shows it (API.md, section 7.2): no status, no cancellation, cancelled rooms like live ones."""

from typing import Any

from hotel_agent.emulators.qloapps.answers import JSON, XML, Answer, bookings_json, cdata, php_numbers
from hotel_agent.emulators.qloapps.pricing import decimal
from hotel_agent.emulators.qloapps.store import Row, Store


def view_booking(store: Store, order: Row) -> dict[str, Any]:
    """The booking of an *order*."""
    lines = store.rows("SELECT * FROM room_bookings WHERE id_order = ? ORDER BY id", (order["id"],))
    customer = store.get("customers", order["id_customer"]) or {}
    net, gross = decimal(order["total_paid_tax_excl"]), decimal(order["total_paid_tax_incl"])
    remarks = store.rows("SELECT text FROM messages WHERE id_order = ? ORDER BY id DESC", (order["id"],))
    return {
        "id": order["id"],
        "id_property": lines[0]["id_hotel"] if lines else 0,
        "currency": store.value("SELECT iso_code FROM currencies WHERE id = ?", (order["id_currency"],)),
        "source": order["source"],
        "booking_date": order["date_add"],
        "id_language": order["id_lang"],
        "associations": {
            "customer_detail": {
                "id_customer": order["id_customer"],
                "firstname": customer.get("firstname"),
                "lastname": customer.get("lastname"),
                "email": customer.get("email"),
                "phone": customer.get("phone"),
            },
            "price_details": {
                "total_paid": order["total_paid_real"],
                "total_price_without_tax": float(net),
                "total_tax": float(gross - net),
            },
            "cart_rules": [],
            "remarks": [each["text"] for each in remarks],
            "room_types": _room_types(store, lines),
        },
    }


def _room_types(store: Store, lines: list[Row]) -> list[dict[str, Any]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for line in lines:
        groups.setdefault((line["id_product"], line["date_from"], line["date_to"]), []).append(line)
    return [
        {
            "id_room_type": number,
            "checkin_date": arrive,
            "checkout_date": leave,
            "total_tax": float(sum(_tax(line) for line in listed)),
            "number_of_rooms": len(listed),
            "name": listed[0]["room_type_name"],
            "rooms": [_room(store, line) for line in listed],
        }
        for (number, arrive, leave), listed in groups.items()
    ]


def _tax(line: Row) -> Any:
    return decimal(line["total_price_tax_incl"]) - decimal(line["total_price_tax_excl"])


def _room(store: Store, line: Row) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id_room": line["id_room"],
        "id_hotel_booking": line["id"],
        "adults": line["adults"],
        "child": line["children"],
        "unit_price_without_tax": line["total_price_tax_excl"],
        "total_tax": float(_tax(line)),
    }
    services = store.rows("SELECT * FROM booking_services WHERE id_htl_booking = ? AND shown = 1 ORDER BY id", (line["id"],))
    if services:
        shown["services"] = [_service(each) for each in services]
    facilities = store.rows("SELECT * FROM booking_extra_demands WHERE id_htl_booking = ? ORDER BY id", (line["id"],))
    if facilities:
        shown["facilities"] = [_facility(each) for each in facilities]
    return shown


def _service(row: Row) -> dict[str, Any]:
    return {
        "id_service": row["id_service"],
        "name": row["name"],
        "quantity": row["quantity"],
        "unit_price_without_tax": row["unit_price"],
        "total_price_without_tax": row["total_price"],
        "total_tax": row["total_tax"],
        "per_night": row["per_night"],
        "price_mode": row["price_mode"],
    }


def _facility(row: Row) -> dict[str, Any]:
    net, gross = decimal(row["unit_price_tax_excl"]), decimal(row["unit_price_tax_incl"])
    return {
        "name": row["name"],
        "quantity": 1,
        "unit_price_without_tax": float(net),
        "total_tax": float(gross - net),
        "per_night": row["price_calc_method"],
    }


def print_booking(booking: dict[str, Any], *, as_json: bool) -> Answer:
    """A booking on the wire."""
    if as_json:
        return Answer(body=bookings_json({"booking": booking}), content_type=JSON)
    opening = '<?xml version="1.0" encoding="UTF-8"?>\n<qloapps xmlns:xlink="http://www.w3.org/1999/xlink">\n'
    return Answer(body=f"{opening}<booking>{_xml(php_numbers(booking))}</booking></qloapps>\n".encode(), content_type=XML)


def _xml(values: dict[str, Any]) -> str:
    return "".join(_element(name, value) for name, value in values.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"<{name}>{_xml(value)}</{name}>"
    if isinstance(value, list) and value:
        item = name[:-3] + "y" if name.endswith("ies") else name[:-1]
        return f"<{name}>{''.join(_element(item, each) for each in value)}</{name}>"
    return f"<{name}>{cdata(0 if value == [] else value)}</{name}>\n"
