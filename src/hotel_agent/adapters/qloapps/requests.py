"""The bodies that are sent to QloApps. Amounts are written as they are, digit by digit: a float never comes near them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from attrs import frozen

from hotel_agent.adapters.qloapps.guests import UNKNOWN_AGE, Contact
from hotel_agent.adapters.qloapps.xml import write_xml
from hotel_agent.domain.stays import Occupancy, Stay

Json = str | int | Decimal | Mapping[str, "Json"] | Sequence["Json"]

CANCELLED_STATE = 4


@frozen(kw_only=True)
class Wanted:
    """
    One room line that shall be: `net` is the price of the whole line without tax, None the one it has.

    `room_id` None leaves the choice of all rooms of that type and those nights, and their prices, to QloApps.
    """

    room_type_id: int
    room_id: int | None
    arrival: date
    departure: date
    adults: int
    child_ages: tuple[int | None, ...]
    net: Decimal | None
    tax_rules_group: int

    @property
    def key(self) -> tuple[int, date, date]:
        """What QloApps recognises a line by."""
        return (self.room_type_id, self.arrival, self.departure)


def ask_availability(hotel_id: str, stay: Stay, occupancy: Occupancy, room_type_id: int | None = None) -> str:
    """Write a `hotel_ari` question with one occupancy per room, which is what its totals are multiplied by."""
    one_type: dict[str, int] = {} if room_type_id is None else {"id_room_type": room_type_id}
    return write_xml(
        "hotel_ari",
        {
            "id_hotel": hotel_id,
            **one_type,
            "date_from": stay.arrival.isoformat(),
            "date_to": stay.departure.isoformat(),
            "get_available_rooms": 1,
            "associations": {
                "room_occupancies": [
                    {"room_occupancy": {"adults": share.adults, "children": share.children}} for share in occupancy.per_room()
                ]
            },
        },
    )


def booking_body(
    *,
    hotel_id: str,
    currency: str,
    language_id: int,
    contact: Contact,
    lines: Sequence[Wanted],
    source: str | None = None,
    order_id: int | None = None,
    remark: str = "",
    total: Decimal | None = None,
) -> str:
    """
    Write a booking: a new one with *source*, or the complete wanted state of *order_id*.

    *total* (with tax) is sent only where the lines' prices alone cannot reach it; it must never be below their sum.
    """
    customer: dict[str, Json] = {
        "firstname": contact.first_name,
        "lastname": contact.last_name,
        "email": contact.email,
        "phone": contact.phone,
    }
    if contact.customer_id is not None:
        customer["id_customer"] = contact.customer_id
    associations: dict[str, Json] = {"customer_detail": customer, "room_types": _room_types(lines)}
    if total is not None:
        associations["price_details"] = {"total_price_with_tax": total}
    booking: dict[str, Json] = {"id_property": int(hotel_id), "currency": currency, "id_language": language_id}
    if order_id is None:
        # Without these QloApps takes the same values; a PUT that names a status would change the order's.
        booking |= {"booking_status": 1, "payment_status": 3, "source": source or ""}
    else:
        booking["id"] = order_id
    if remark:
        booking["remark"] = remark
    return _dumps({"booking": booking | {"associations": associations}})


def _room_types(lines: Sequence[Wanted]) -> list[Json]:
    groups: dict[tuple[int, date, date], list[Wanted]] = {}
    for line in lines:
        groups.setdefault(line.key, []).append(line)
    return [
        {
            "id_room_type": type_id,
            "checkin_date": arrival.isoformat(),
            "checkout_date": departure.isoformat(),
            "number_of_rooms": len(group),
            **({} if any(line.room_id is None for line in group) else {"rooms": [_room(line) for line in group]}),
        }
        for (type_id, arrival, departure), group in groups.items()
    ]


def _room(line: Wanted) -> Json:
    ages = [UNKNOWN_AGE if age is None else age for age in line.child_ages]
    children: dict[str, Json] = {"child_ages": ages} if ages else {}
    price: dict[str, Json] = {} if line.net is None else {"unit_price_without_tax": line.net}
    return {
        "id_room": line.room_id or 0,
        # 1.6.1 reads `adult` only, later versions `adults` only.
        "adult": line.adults,
        "adults": line.adults,
        "child": len(ages),
        **children,
        **price,
        "id_tax_rules_group": line.tax_rules_group,
    }


def new_state(order_id: int, state: int) -> str:
    return write_xml("order_history", {"id_order": order_id, "id_order_state": state})


def payment_body(order_reference: str, currency_id: int, amount: Decimal, method: str, transaction_id: str) -> str:
    return write_xml(
        "order_payment",
        {
            "order_reference": order_reference,
            "id_currency": currency_id,
            "amount": str(amount),
            "payment_method": method,
            "payment_type": 1,  # online: we are told of money that came in elsewhere
            "conversion_rate": 1,
            "transaction_id": transaction_id,
        },
    )


def _dumps(value: Json) -> str:
    """Write JSON with decimals as plain numbers."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(name)}: {_dumps(child)}" for name, child in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_dumps(child) for child in value) + "]"
    return json.dumps(value)
