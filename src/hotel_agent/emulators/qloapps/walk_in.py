"""Somebody else at the front desk: bookings that appear without a request."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Final

from hotel_agent.emulators.qloapps.answers import Refused
from hotel_agent.emulators.qloapps.availability import free_rooms
from hotel_agent.emulators.qloapps.booking_checks import read_lines
from hotel_agent.emulators.qloapps.booking_request import LineWish, read_body
from hotel_agent.emulators.qloapps.booking_rooms import priced, write_rooms
from hotel_agent.emulators.qloapps.filling import NO_HASH
from hotel_agent.emulators.qloapps.order_states import AWAITING_PAYMENT
from hotel_agent.emulators.qloapps.orders import change_state, new_reference, totals
from hotel_agent.emulators.qloapps.pricing import NOTHING
from hotel_agent.emulators.qloapps.store import Row, Store

SOURCE: Final = "front desk"
_EMAIL: Final = "walk.in@example.com"


def spoil(store: Store, random: Random, text: str) -> None:
    """Take what the booking request *text* asks for, so that it finds too few rooms."""
    try:
        lines = read_lines(store, read_body(text))
    except Refused:
        return
    for line in lines:
        free = free_rooms(store, line.id_room_type, line.arrive, line.leave)
        asked = {wish.id_room for wish in line.rooms if wish.id_room is not None}
        rooms = [room for room in free if room["id"] in asked] or free[: max(len(free) - line.count + 1, 0)]
        if rooms:
            occupy(store, random, line, rooms)


def take(store: Store, random: Random, id_room_type: int, arrive: date, leave: date, count: int) -> list[int]:
    """Book *count* free rooms of a type for somebody else; the ids of the rooms, fewer when fewer are free."""
    rooms = free_rooms(store, id_room_type, arrive, leave)[:count]
    if rooms:
        occupy(store, random, LineWish(id_room_type, arrive, leave, len(rooms)), rooms)
    return [room["id"] for room in rooms]


def occupy(store: Store, random: Random, line: LineWish, rooms: Sequence[Row]) -> None:
    """Book these rooms for somebody else."""
    with store.transaction():
        guest = store.value("SELECT id FROM customers WHERE email = ?", (_EMAIL,)) or _make_guest(store)
        booked = priced(store, [(LineWish(line.id_room_type, line.arrive, line.leave, len(rooms)), rooms)], Decimal(1))
        total = sum((room.total for room in booked), NOTHING)
        now = {"date_add": store.now(), "date_upd": store.now()}
        id_cart = store.insert("carts", {"id_currency": 1, "id_lang": 1, "id_customer": guest, "id_guest": guest} | now)
        values = {
            "id_address_tax": store.value("SELECT id_address FROM hotels WHERE id = ?", (rooms[0]["id_hotel"],)),
            "id_cart": id_cart,
            "id_currency": 1,
            "id_lang": 1,
            "id_customer": guest,
            "secure_key": NO_HASH,
            "module": "wsorder",
            "payment": "Cash",
            "payment_type": 2,
            "source": SOURCE,
            "reference": new_reference(store, random),
            "advance_paid_amount": float(total.gross),
        }
        id_order = store.insert("orders", values | totals(total) | now)
        write_rooms(store, store.get("orders", id_order) or {}, id_cart, booked)
        change_state(store, id_order, AWAITING_PAYMENT)


def _make_guest(store: Store) -> int:
    who = {"firstname": "Walk", "lastname": "In", "email": _EMAIL, "phone": "5550000", "active": 1, "id_lang": 1}
    return store.insert(
        "customers", who | {"secure_key": NO_HASH, "passwd": NO_HASH, "date_add": store.now(), "date_upd": store.now()}
    )
