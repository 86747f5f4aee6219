"""Older ways in: carts and orders by hand, the `qlo` resource, `search` (captures 489 to 501)."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from hotel_agent.emulators.qloapps.answers import JSON, XML, Answer, Refused, WireError, cdata, document, record_json
from hotel_agent.emulators.qloapps.availability import day, free_rooms
from hotel_agent.emulators.qloapps.booking_rooms import PricedRoom, write_rooms
from hotel_agent.emulators.qloapps.filling import NO_HASH
from hotel_agent.emulators.qloapps.order_states import AWAITING_REMOTE_PAYMENT
from hotel_agent.emulators.qloapps.orders import METHOD, change_state, new_reference, totals
from hotel_agent.emulators.qloapps.php import as_int, valid_date
from hotel_agent.emulators.qloapps.pricing import NOTHING, Price, decimal, quoted_price, room_price, tax_on, tax_rate
from hotel_agent.emulators.qloapps.store import Row, Store
from hotel_agent.emulators.qloapps.xml_input import Node

_METHODS: Final = ("getRoomTypes", "getRoomRates", "updRoomRateAvail")


def fill_cart(store: Store, id_cart: int, node: Node) -> None:
    """Put the stays of a posted cart into it, each in the first free room."""
    associations = node.child("associations")
    listed = associations.child("cart_bookings") if associations else None
    cart = store.get("carts", id_cart) or {}
    for each in listed.children if listed else ():
        values = {child.name: child.text for child in each.children}
        if not (valid_date(values.get("date_from")) and valid_date(values.get("date_to"))):
            continue
        id_product, arrive, leave = as_int(values.get("id_product")), day(values["date_from"]), day(values["date_to"])
        taken = {row["id_room"] for row in store.rows("SELECT id_room FROM cart_bookings WHERE id_cart = ?", (id_cart,))}
        room = next((room for room in free_rooms(store, id_product, arrive, leave) if room["id"] not in taken), None)
        if room is not None:
            store.insert(
                "cart_bookings",
                {
                    "id_hotel": room["id_hotel"],
                    "id_product": id_product,
                    "id_room": room["id"],
                    "id_cart": id_cart,
                    "id_guest": cart["id_guest"],
                    "id_customer": cart["id_customer"],
                    "id_currency": cart["id_currency"],
                    "quantity": (leave - arrive).days,
                    "date_from": f"{arrive} 00:00:00",
                    "date_to": f"{leave} 00:00:00",
                    "date_add": store.now(),
                    "date_upd": store.now(),
                },
            )


def order_from_cart(store: Store, values: Mapping[str, Any]) -> int | None:
    """
    POST /orders: an order of what lies in a cart, whatever totals were sent; None when there is no such cart.

    It awaits a remote payment and has the module's own payment name; adults and children are not known.
    """
    cart = store.get("carts", values["id_cart"])
    if cart is None:
        return None
    currency = store.get("currencies", cart["id_currency"]) or {"id": 1, "conversion_rate": 1}
    conversion = decimal(currency["conversion_rate"])
    rows = store.rows("SELECT * FROM cart_bookings WHERE id_cart = ? ORDER BY id", (cart["id"],))
    rooms = [_room_of(store, row, conversion) for row in rows]
    now = store.now()
    id_hotel = rows[0]["id_hotel"] if rows else 1
    total = sum((room.total for room in rooms), NOTHING)
    id_order = store.insert(
        "orders",
        {
            "id_address_tax": store.value("SELECT id_address FROM hotels WHERE id = ?", (id_hotel,)),
            "id_cart": cart["id"],
            "id_currency": currency["id"],
            "id_lang": cart["id_lang"],
            "id_customer": cart["id_customer"],
            "date_add": now,
            "date_upd": now,
            "secure_key": NO_HASH,
            "payment": METHOD,
            "conversion_rate": float(conversion),
            "source": values.get("source") or store.meta("domain") or "localhost",
            "reference": new_reference(store, Random(f"{store.meta('name')} {cart['id']} {now}")),  # noqa: S311 - not a secret
            "advance_paid_amount": float(total.gross),
        }
        | totals(total),
    )
    order = store.get("orders", id_order) or {}
    store.execute("DELETE FROM cart_bookings WHERE id_cart = ?", (cart["id"],))
    write_rooms(store, order, cart["id"], rooms)
    change_state(store, id_order, AWAITING_REMOTE_PAYMENT)
    return id_order


def _room_of(store: Store, row: Row, conversion: Decimal) -> PricedRoom:
    room_type = store.get("room_types", row["id_product"]) or {}
    arrive, leave = day(row["date_from"]), day(row["date_to"])
    net, group = room_price(store, room_type, arrive, leave) * conversion, room_type["id_tax_rules_group"]
    return PricedRoom(
        room=store.get("hotel_rooms", row["id_room"]) or {},
        room_type=room_type,
        arrive=arrive,
        leave=leave,
        price=Price(net, tax_on(store, net, group)),
        rate=tax_rate(store, group),
        adults=row["adults"],
        children=row["children"],
        ages=row["child_ages"],
    )


def answer_qlo(store: Store, method: str, params: Mapping[str, str]) -> Answer:
    """
    `GET /api/qlo/METHOD`: XML only; asked for JSON it answers nothing.

    Raises:
        Refused: unknown method, or a parameter is missing.
    """
    if method not in _METHODS:
        listed = ", ".join(f'"{each}"' for each in _METHODS)
        unknown = f'Method with name "{method}" does not exist in Qlo Library,. Did you mean: "getRoomTypes"?'
        text = f"{unknown} The full list is: {listed}"
        raise Refused(400, WireError(48, text))
    needed = ("id_hotel",) if method == "getRoomTypes" else ("id_hotel", "date_from", "date_to")
    for name in needed:
        if not params.get(name):
            raise Refused(400, WireError(100, f"You have to set '{name}' parameter to get a result"))
    if params.get("outputformat", "").lower() == "json":
        return Answer(content_type=JSON, is_api=False)
    content = _room_types(store, params) if method == "getRoomTypes" else _room_rates(store, params)
    return Answer(body=document(content), content_type=XML)


def _room_types(store: Store, params: Mapping[str, str]) -> str:
    rows = store.rows("SELECT * FROM room_types WHERE id_hotel = ? ORDER BY id", (as_int(params["id_hotel"]),))
    items = "".join(
        f"<room_type>\n<name>{cdata(row['name'])}</name>\n<id>{cdata(row['id'])}</id>\n<status>{cdata(row['active'])}</status>\n</room_type>\n"
        for row in rows
    )
    return f"<room_types>\n{items}</room_types>\n"


def _room_rates(store: Store, params: Mapping[str, str]) -> str:
    wanted = as_int(params.get("id_room_type"))
    rows = store.rows("SELECT * FROM room_types WHERE id_hotel = ? ORDER BY id", (as_int(params["id_hotel"]),))
    rows = [row for row in rows if not wanted or row["id"] == wanted]
    first, last = date.fromisoformat(params["date_from"][:10]), date.fromisoformat(params["date_to"][:10])
    lists = []
    for offset in range((last - first).days):
        night = first + timedelta(days=offset)
        items = "".join(_rate(store, row, night) for row in rows)
        lists.append(f"<rate_list>\n<date>{cdata(night)}</date>\n<room_types>\n{items}</room_types>\n</rate_list>\n")
    return f"<getRoomRatesApi>\n{''.join(lists)}</getRoomRatesApi>\n"


def _rate(store: Store, row: Row, night: date) -> str:
    leave = night + timedelta(days=1)
    price, free = quoted_price(store, row, night, leave), len(free_rooms(store, row["id"], night, leave))
    rate = f"<tax_inc>{cdata(_plain(price.gross))}</tax_inc>\n<tax_exc>{cdata(_plain(price.net))}</tax_exc>\n"
    return (
        f"<room_type>\n<id>{cdata(row['id'])}</id>\n<rate>\n{rate}</rate>\n"
        f"<available_rooms>{cdata(free)}</available_rooms>\n</room_type>\n"
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def answer_search(store: Store, params: Mapping[str, str], root: str, *, as_json: bool) -> Answer:
    """
    `GET /api/search`: room types whose name contains the query.

    Raises:
        Refused: a parameter is missing.
    """
    if not params.get("query") or not params.get("language"):
        raise Refused(
            400, WireError(100, "You have to set both the 'language' and 'query' parameters to get a result"), digested=True
        )
    rows = store.rows("SELECT id FROM room_types WHERE name LIKE ? ORDER BY id", (f"%{params['query']}%",))
    ids = [row["id"] for row in rows]
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT DISTINCT target FROM links WHERE owner = 'room_types' AND name = 'categories' AND owner_id IN ({marks})"
    categories = [row["target"] for row in store.rows(f"{sql} ORDER BY target", tuple(ids))]
    if as_json:
        listed = {"room_types": [{"id": each} for each in ids], "categories": [{"id": each} for each in categories]}
        return Answer(body=record_json(listed), content_type=JSON)
    groups = (("room_types", "room_type", ids), ("categories", "category", categories))
    content = "".join(
        f"<{name}>\n"
        + "".join(f'<{item} id="{each}" xlink:href="{root}{name}/{each}"/>\n' for each in numbers)
        + f"</{name}>\n"
        for name, item, numbers in groups
    )
    return Answer(body=document(content), content_type=XML)
