"""Giving out rooms, pricing them and writing them down as lines of an order (API.md, section 7.1)."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from attrs import evolve, frozen

from hotel_agent.emulators.qloapps.availability import free_rooms
from hotel_agent.emulators.qloapps.booking_request import LineWish, RoomWish, ServiceWish, refuse
from hotel_agent.emulators.qloapps.fields import storable
from hotel_agent.emulators.qloapps.pricing import CENT, NOTHING, Price, cents, decimal, room_price, tax_on, tax_rate
from hotel_agent.emulators.qloapps.store import Row, Store

UNAVAILABLE: Final = "Requested room(s) not available."
UNAVAILABLE_ON_CHANGE: Final = "Requested room(s) not available"
_PER_DAY: Final = 2


@frozen
class Service:
    """A priced service; `unit_price` is one unit for the whole stay, `id_service` None is yet to be made."""

    id_service: int | None
    name: str
    quantity: int
    unit_price: Decimal
    tax: Decimal
    per_day: bool
    shown: bool

    @property
    def price(self) -> Price:
        return Price(self.unit_price * self.quantity, self.tax)


@frozen
class Facility:
    """A priced facility; `unit_*` are of one unit, `price` is what the stay is charged."""

    id_facility: int
    id_option: int
    name: str
    unit: Price
    price: Price
    per_night: bool
    tax_group: int


@frozen
class PricedRoom:
    """A room given out for a stay, with what it costs."""

    room: Row
    room_type: Row
    arrive: date
    leave: date
    price: Price
    rate: Decimal
    """Tax in percent."""
    adults: int
    children: int
    ages: str
    services: tuple[Service, ...] = ()
    facilities: tuple[Facility, ...] = ()
    asked: bool = False

    @property
    def nights(self) -> int:
        return (self.leave - self.arrive).days

    @property
    def total(self) -> Price:
        extras = [*(each.price for each in self.services), *(each.price for each in self.facilities)]
        return sum(extras, self.price)


def give_out(store: Store, id_hotel: int, lines: Iterable[LineWish], message: str) -> list[tuple[LineWish, list[Row]]]:
    """
    A room for every wish, in ascending id among the free ones.

    Each line is checked by itself, rooms before services and facilities. Lines of one request that together exceed the house
    lose the later lines, silently.

    Raises:
        Refused: a line has too few free rooms, asks for one that is not free, or for extras that it cannot have.
    """
    free: dict[tuple[int, date, date], list[Row]] = {}
    checked = []
    for line in lines:
        free[line.key] = [each for each in free_rooms(store, *line.key) if each["id_hotel"] == id_hotel]
        if _choose(line, free[line.key]) is None:
            raise refuse(message)
        for wish in line.rooms:
            price_services(store, line.id_room_type, wish, 1, Decimal(1))
            price_facilities(store, line.id_room_type, wish, 1, Decimal(1))
        checked.append(line)
    if not checked:
        raise refuse(message)
    given: list[tuple[LineWish, list[Row]]] = []
    for line in checked:
        taken = {room["id"] for other, rooms in given if _overlap(line, other) for room in rooms}
        chosen = _choose(line, [room for room in free[line.key] if room["id"] not in taken])
        if chosen is not None:
            given.append((line, chosen))
    return given


def _overlap(one: LineWish, other: LineWish) -> bool:
    return one.arrive < other.leave and other.arrive < one.leave


def _choose(line: LineWish, free: Sequence[Row]) -> list[Row] | None:
    if line.count > len(free):
        return None
    wishes = line.wishes()
    asked = [wish.id_room for wish in wishes if wish.id_room is not None]
    by_id = {room["id"]: room for room in free}
    if len(set(asked)) < len(asked) or any(each not in by_id for each in asked):
        return None
    others = iter([room for room in free if room["id"] not in asked])
    chosen = [by_id[wish.id_room] if wish.id_room is not None else next(others, None) for wish in wishes]
    rooms = [room for room in chosen if room is not None]
    return rooms if len(rooms) == len(wishes) else None


def priced(store: Store, given: Iterable[tuple[LineWish, Sequence[Row]]], conversion: Decimal) -> list[PricedRoom]:
    """
    The rooms given out, with prices in the booking's currency (*conversion* units for one of the default currency).

    Raises:
        Refused: a service or facility cannot be had.
    """
    result = []
    for line, rooms in given:
        room_type = store.get("room_types", line.id_room_type) or {}
        base = store.row("SELECT * FROM hotel_room_types WHERE id_product = ?", (line.id_room_type,)) or {}
        nights_price = room_price(store, room_type, line.arrive, line.leave) * conversion
        for wish, room in zip(line.wishes(), rooms, strict=True):
            group = wish.tax_group or room_type["id_tax_rules_group"]
            net = nights_price if wish.unit_price is None else wish.unit_price
            tax = tax_on(store, net, group)
            if wish.tax_group is None and wish.total_tax is not None:
                tax -= wish.total_tax - tax  # QloApps applies the difference with the wrong sign
            nights = (line.leave - line.arrive).days
            result.append(
                PricedRoom(
                    room=room,
                    room_type=room_type,
                    arrive=line.arrive,
                    leave=line.leave,
                    price=Price(net, tax),
                    rate=tax_rate(store, group),
                    adults=wish.adults or base["adults"],
                    children=len(wish.ages) if wish.is_described else base["children"],
                    ages=json.dumps([str(age) for age in wish.ages]).replace('"', "").replace(" ", ""),
                    services=price_services(store, line.id_room_type, wish, nights, conversion),
                    facilities=price_facilities(store, line.id_room_type, wish, nights, conversion),
                    asked=wish.id_room is not None,
                )
            )
    return result


def price_services(store: Store, id_room_type: int, wish: RoomWish, nights: int, conversion: Decimal) -> tuple[Service, ...]:
    """The services of a room, priced for its stay. Raises Refused."""
    return tuple(_price_service(store, id_room_type, each, nights, conversion) for each in wish.services)


def _price_service(store: Store, id_room_type: int, wish: ServiceWish, nights: int, conversion: Decimal) -> Service:
    if wish.id_service is None:
        if not wish.name:
            raise refuse("Service name is required for non existing services.")
        unit = (wish.unit_price or Decimal(0)) * (nights if wish.per_day else 1)
        tax = tax_on(store, unit * wish.quantity, wish.tax_group) if wish.tax_group else Decimal(0)
        return Service(None, storable(wish.name), wish.quantity, unit, tax, wish.per_day, shown=True)
    row = store.get("services", wish.id_service)
    if row is None or not row["active"]:
        raise refuse("Invalid request for service.")
    linked = "SELECT 1 FROM room_type_services WHERE id_product = ? AND id_service = ?"
    if store.value(linked, (id_room_type, wish.id_service)) is None:
        raise refuse("Service is not linked with the requested room type.")
    per_day = row["price_calculation_method"] == _PER_DAY
    price = decimal(row["price"]) * conversion if wish.unit_price is None else wish.unit_price
    unit = price * (nights if per_day else 1)
    tax = tax_on(store, unit * wish.quantity, wish.tax_group or row["id_tax_rules_group"])
    return Service(wish.id_service, row["name"], wish.quantity, unit, tax, per_day, shown=not row["auto_add_to_cart"])


def price_facilities(store: Store, id_room_type: int, wish: RoomWish, nights: int, conversion: Decimal) -> tuple[Facility, ...]:
    """The facilities of a room, priced for its stay. Raises Refused."""
    return tuple(_price_facility(store, id_room_type, *each, nights, conversion) for each in wish.facilities)


def _price_facility(store: Store, id_room_type: int, number: int, option: int, nights: int, conversion: Decimal) -> Facility:
    linked = "SELECT 1 FROM room_type_facilities WHERE id_product = ? AND id_facility = ?"
    row = store.get("extra_demands", number)
    if row is None or store.value(linked, (id_room_type, number)) is None:
        raise refuse("Invalid request for facilities.")
    options = store.rows("SELECT * FROM demand_advance_options WHERE id_global_demand = ?", (number,))
    chosen = next((each for each in options if each["id"] == option), None if options else row)
    if chosen is None:
        raise refuse(f"Invalid id option for the facility with ID {number}.")
    net, group = decimal(chosen["price"]) * conversion, row["id_tax_rules_group"]
    times = nights if row["price_calc_method"] else 1
    return Facility(
        id_facility=number,
        id_option=option,
        name=chosen["name"],
        unit=Price(net, tax_on(store, net, group)),
        price=Price(net * times, tax_on(store, net * times, group)),
        per_night=bool(row["price_calc_method"]),
        tax_group=group,
    )


def spread(rooms: Sequence[PricedRoom], total: Decimal | None) -> tuple[list[PricedRoom], bool]:
    """
    The rooms with their prices raised so that they come to *total* with tax.

    The second value says that *total* is too low, for which QloApps has no answer: it divides by zero and keeps its own prices.
    """
    computed = sum((room.total for room in rooms), NOTHING).gross
    if total is None or total == computed:
        return list(rooms), False
    if total < computed:
        return list(rooms), True
    extra, left = total - computed, len(rooms)
    raised = []
    for room in rooms:
        share = (extra / left).quantize(CENT)
        extra, left = extra - share, left - 1
        net = cents(share / (1 + room.rate / 100))
        raised.append(evolve(room, price=room.price + Price(net, share - net)))
    return raised, False


def write_rooms(store: Store, order: Row, id_cart: int, rooms: Sequence[PricedRoom]) -> list[int]:
    """Write the lines of an order, with their details, services and facilities; the ids of the lines."""
    details = _write_details(store, order, rooms)
    now = {"date_add": store.now(), "date_upd": store.now()}
    ids = []
    for room in rooms:
        hotel = store.get("hotels", room.room["id_hotel"]) or {}
        place = {name: hotel[name] for name in ("hotel_name", "city", "state", "country", "zipcode", "phone", "email")}
        stay = {
            "id_product": room.room_type["id"],
            "id_hotel": room.room["id_hotel"],
            "id_order": order["id"],
            "id_cart": id_cart,
            "id_room": room.room["id"],
            "id_customer": order["id_customer"],
            "date_from": f"{room.arrive} 00:00:00",
            "date_to": f"{room.leave} 00:00:00",
            "adults": room.adults,
            "children": room.children,
            "child_ages": room.ages,
        }
        gross = float(room.price.gross)
        values = stay | {
            "id_order_detail": details[room.room_type["id"]],
            "total_price_tax_excl": float(room.price.net),
            "total_price_tax_incl": gross,
            "total_paid_amount": gross,
            "room_num": room.room["room_num"],
            "room_type_name": room.room_type["name"],
            "check_in_time": hotel["check_in"],
            "check_out_time": hotel["check_out"],
        }
        id_line = store.insert("room_bookings", values | place | now)
        store.insert(
            "cart_bookings",
            stay | {"id_guest": order["id_customer"], "id_currency": order["id_currency"], "quantity": room.nights} | now,
        )
        write_services(store, order["id"], id_line, room.services)
        write_facilities(store, id_line, room.facilities)
        ids.append(id_line)
    return ids


def _write_details(store: Store, order: Row, rooms: Sequence[PricedRoom]) -> dict[int, int]:
    by_type: dict[int, list[PricedRoom]] = {}
    for room in rooms:
        by_type.setdefault(room.room_type["id"], []).append(room)
    details = {}
    for number, listed in by_type.items():
        quantity = sum(room.nights for room in listed)
        price = sum((room.price for room in listed), NOTHING)
        first = listed[0].room_type
        unit = float(price.net / quantity) if quantity else 0.0
        values: dict[str, Any] = {
            "id_order": order["id"],
            "product_id": number,
            "product_name": first["name"],
            "product_quantity": quantity,
            "product_quantity_in_stock": quantity,
            "product_price": unit,
            "original_product_price": float(first["price"]),
            "is_booking_product": 1,
            "id_tax_rules_group": first["id_tax_rules_group"],
            "unit_price_tax_excl": unit,
            "unit_price_tax_incl": float(price.gross / quantity) if quantity else 0.0,
            "total_price_tax_excl": float(price.net),
            "total_price_tax_incl": float(price.gross),
        }
        details[number] = store.insert("order_details", values)
    return details


def write_services(store: Store, id_order: int, id_line: int, services: Iterable[Service]) -> None:
    """Write the services of a line; new ones become products."""
    for each in services:
        number = each.id_service or _new_service(store, each)
        store.insert(
            "booking_services",
            {
                "id_htl_booking": id_line,
                "id_order": id_order,
                "id_service": number,
                "name": each.name,
                "quantity": each.quantity,
                "unit_price": float(each.unit_price),
                "total_price": float(each.price.net),
                "total_tax": float(each.tax),
                "per_night": int(each.per_day),
                "price_mode": _PER_DAY if each.per_day else 1,
                "shown": int(each.shown),
            },
        )


def _new_service(store: Store, service: Service) -> int:
    number = 1 + max(store.value("SELECT max(id) FROM services") or 0, store.value("SELECT max(id) FROM room_types") or 0)
    method = _PER_DAY if service.per_day else 1
    values = {
        "id": number,
        "name": service.name,
        "price": float(service.unit_price),
        "price_calculation_method": method,
        "active": 0,
    }
    store.insert("services", values | {"date_add": store.now(), "date_upd": store.now(), "price_addition_type": 1})
    return number


def write_facilities(store: Store, id_line: int, facilities: Iterable[Facility]) -> None:
    """Write the facilities of a line."""
    for each in facilities:
        store.insert(
            "booking_extra_demands",
            {
                "id_htl_booking": id_line,
                "id_global_demand": each.id_facility,
                "id_option": each.id_option,
                "name": each.name,
                "unit_price_tax_excl": float(each.unit.net),
                "unit_price_tax_incl": float(each.unit.gross),
                "total_price_tax_excl": float(each.price.net),
                "total_price_tax_incl": float(each.price.gross),
                "price_calc_method": int(each.per_night),
                "id_tax_rules_group": each.tax_group,
                "date_add": store.now(),
                "date_upd": store.now(),
            },
        )
