"""PUT on `bookings`: which lines stay, which are added, which go (API.md, section 7.5)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from attrs import evolve, field, frozen

from hotel_agent.emulators.qloapps.availability import day
from hotel_agent.emulators.qloapps.booking_checks import Change
from hotel_agent.emulators.qloapps.booking_guest import overwrite_guest
from hotel_agent.emulators.qloapps.booking_request import LineWish, RoomWish, refuse
from hotel_agent.emulators.qloapps.booking_rooms import (
    UNAVAILABLE_ON_CHANGE,
    Facility,
    PricedRoom,
    Service,
    give_out,
    price_facilities,
    price_services,
    priced,
    write_facilities,
    write_rooms,
    write_services,
)
from hotel_agent.emulators.qloapps.orders import total_of_lines, totals
from hotel_agent.emulators.qloapps.php import as_int
from hotel_agent.emulators.qloapps.pricing import Price, decimal, tax_on
from hotel_agent.emulators.qloapps.store import Row, Store


@frozen
class Kept:
    """A line that stays: its new price if one was sent; its services and facilities are replaced when `replaces` says so."""

    line: Row
    price: Price | None = None
    replaces: bool = False
    services: tuple[Service, ...] = ()
    facilities: tuple[Facility, ...] = ()


@frozen
class Plan:
    """What a change does to the lines of an order."""

    kept: tuple[Kept, ...] = ()
    added: tuple[PricedRoom, ...] = ()
    removed: tuple[int, ...] = field(default=())


def plan_change(store: Store, change: Change) -> Plan:
    """
    Compare the wanted lines with those there are. Nothing is written.

    New rooms are looked for while all present lines still hold theirs, so a booking competes with itself.

    Raises:
        Refused: no such room, or too few are free.
    """
    present: dict[tuple[int, date, date], list[Row]] = {}
    for line in store.rows("SELECT * FROM room_bookings WHERE id_order = ? ORDER BY id", (change.order["id"],)):
        present.setdefault((line["id_product"], day(line["date_from"]), day(line["date_to"])), []).append(line)
    conversion = decimal(change.order["conversion_rate"])
    kept: list[Kept] = []
    missing: list[LineWish] = []
    removed: list[int] = []
    for wish in change.lines:
        _check_rooms_exist(store, wish)
        lines = present.pop(wish.key, [])
        stay, rest = lines[: wish.count], lines[wish.count :]
        removed += [line["id"] for line in rest]
        kept += [_keep(store, wish, line, position, conversion) for position, line in enumerate(stay)]
        if len(stay) < wish.count:
            missing.append(_still_missing(wish, stay))
    removed += [line["id"] for lines in present.values() for line in lines]
    added: Sequence[PricedRoom] = ()
    if missing:
        id_hotel = as_int(change.body.values.get("id_property"))
        added = priced(store, give_out(store, id_hotel, missing, UNAVAILABLE_ON_CHANGE), conversion)
    return Plan(tuple(kept), tuple(added), tuple(removed))


def _check_rooms_exist(store: Store, wish: LineWish) -> None:
    for room in wish.rooms:
        if room.id_room is not None and store.get("hotel_rooms", room.id_room) is None:
            raise refuse("Invalid Id room.")


def _still_missing(wish: LineWish, stay: Sequence[Row]) -> LineWish:
    """The part of a line for which no room is there yet."""
    here = {line["id_room"] for line in stay}
    rooms = [room for room in wish.rooms if room.id_room not in here]
    return evolve(wish, count=wish.count - len(stay), rooms=tuple(rooms[: wish.count - len(stay)]))


def _keep(store: Store, wish: LineWish, line: Row, position: int, conversion: Any) -> Kept:
    room = _wish_for(wish, line, position)
    if room is None:
        # Without `rooms` QloApps finds nothing said of the first room and takes its extras away; the others it leaves alone.
        return Kept(line, replaces=position == 0 and not wish.rooms)
    price = None
    if room.unit_price is not None and room.id_room == line["id_room"]:
        group = room.tax_group or store.value("SELECT id_tax_rules_group FROM room_types WHERE id = ?", (wish.id_room_type,))
        price = Price(room.unit_price, tax_on(store, room.unit_price, group))
    nights = (wish.leave - wish.arrive).days
    return Kept(
        line,
        price,
        replaces=True,
        services=price_services(store, wish.id_room_type, room, nights, conversion),
        facilities=price_facilities(store, wish.id_room_type, room, nights, conversion),
    )


def _wish_for(wish: LineWish, line: Row, position: int) -> RoomWish | None:
    if not wish.rooms:
        return None
    named = next((room for room in wish.rooms if room.id_room == line["id_room"]), None)
    unnamed = wish.rooms[position] if position < len(wish.rooms) and wish.rooms[position].id_room is None else None
    return named or unnamed


def apply_change(store: Store, change: Change, plan: Plan) -> None:
    """Write a *plan*: new lines first, then what stays, then what goes; the order's totals follow."""
    order, customer = change.order, change.body.customer
    overwrite_guest(store, change.id_customer, customer, with_email=False)
    if plan.added:
        copied = {name: order[name] for name in ("id_currency", "id_lang", "id_customer", "secure_key")}
        cart = copied | {"id_guest": order["id_customer"], "date_add": store.now(), "date_upd": store.now()}
        write_rooms(store, order, store.insert("carts", cart), plan.added)
    for each in plan.kept:
        _apply_kept(store, order, each)
    for id_line in plan.removed:
        remove_line(store, id_line)
    values = totals(total_of_lines(store, order["id"]))
    current = store.get("orders", order["id"]) or {}
    if any(current[name] != value for name, value in values.items()) or plan.added or plan.removed:
        store.update("orders", order["id"], values | {"date_upd": store.now()})


def _apply_kept(store: Store, order: Row, kept: Kept) -> None:
    id_line = kept.line["id"]
    if kept.price is not None:
        gross = float(kept.price.gross)
        amounts = {"total_price_tax_excl": float(kept.price.net), "total_price_tax_incl": gross, "total_paid_amount": gross}
        store.update("room_bookings", id_line, amounts | {"date_upd": store.now()})
    if kept.replaces:
        store.execute("DELETE FROM booking_services WHERE id_htl_booking = ?", (id_line,))
        store.execute("DELETE FROM booking_extra_demands WHERE id_htl_booking = ?", (id_line,))
        write_services(store, order["id"], id_line, kept.services)
        write_facilities(store, id_line, kept.facilities)


def remove_line(store: Store, id_line: int) -> None:
    """Delete a room line and what hangs on it; its detail goes with its last line."""
    line = store.get("room_bookings", id_line)
    if line is None:
        return
    store.delete("room_bookings", id_line)
    store.execute("DELETE FROM booking_services WHERE id_htl_booking = ?", (id_line,))
    store.execute("DELETE FROM booking_extra_demands WHERE id_htl_booking = ?", (id_line,))
    if store.value("SELECT id FROM room_bookings WHERE id_order_detail = ?", (line["id_order_detail"],)) is None:
        store.delete("order_details", line["id_order_detail"])
