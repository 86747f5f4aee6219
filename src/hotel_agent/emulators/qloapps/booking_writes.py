"""
POST and PUT on `bookings`: check, then insert, with time in between (API.md, sections 7 and 14).

The steps of a write are separate transactions with pauses between them, as they are in QloApps, so that simultaneous writes
meet in the same ways: nobody locks anything.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, Final

from attrs import evolve, frozen

from hotel_agent.emulators.qloapps.answers import PHP_NOTICE, PHP_WARNING, Answer, Crashed, Refused, WireError
from hotel_agent.emulators.qloapps.availability import free_rooms, holders
from hotel_agent.emulators.qloapps.behaviour import Behaviour, Overbooking, RaceOutcome, Schedule
from hotel_agent.emulators.qloapps.booking_change import apply_change, plan_change
from hotel_agent.emulators.qloapps.booking_checks import (
    CANCELLED as STATUS_CANCELLED,
)
from hotel_agent.emulators.qloapps.booking_checks import (
    COMPLETED,
    Creation,
    check_change,
    check_creation,
    check_money,
    payment_type,
    read_line,
)
from hotel_agent.emulators.qloapps.booking_checks import (
    REFUNDED as STATUS_REFUNDED,
)
from hotel_agent.emulators.qloapps.booking_guest import settle_guest
from hotel_agent.emulators.qloapps.booking_request import FILE, Body, as_records, read_body
from hotel_agent.emulators.qloapps.booking_rooms import UNAVAILABLE, PricedRoom, give_out, priced, spread, write_rooms
from hotel_agent.emulators.qloapps.booking_view import print_booking, view_booking
from hotel_agent.emulators.qloapps.fields import storable
from hotel_agent.emulators.qloapps.filling import NO_HASH
from hotel_agent.emulators.qloapps.order_states import (
    AWAITING_PAYMENT,
    CANCELLED,
    OVERBOOKED_UNPAID,
    PAID,
    PARTLY_PAID,
    REFUNDED,
)
from hotel_agent.emulators.qloapps.orders import METHOD, add_payment, change_state, new_reference, totals
from hotel_agent.emulators.qloapps.php import as_float, as_int, is_empty, strip_tags, valid_date
from hotel_agent.emulators.qloapps.pricing import NOTHING, decimal
from hotel_agent.emulators.qloapps.store import Row, Store

LONGEST_REMARK: Final = 6400
LONGEST_SOURCE: Final = 255
# Where in the time of a write its steps were seen (section 13): the order appears, its lines, its state.
TO_ORDER: Final = 0.75
TO_LINES: Final = 0.10
TO_STATE: Final = 0.02
TO_ANSWER: Final = 0.13


@frozen
class Claim:
    """A room that a write under way has picked but not yet written."""

    id_room: int
    arrive: date
    leave: date

    def meets(self, other: "Claim") -> bool:
        """Whether both want the same room on the same night."""
        return self.id_room == other.id_room and self.arrive < other.leave and other.arrive < self.leave


@frozen
class Surroundings:
    """What a write needs of the emulator: state, switches, draws, and a pause for a part of its duration."""

    store: Store
    behaviour: Behaviour
    schedule: Schedule
    references: Random
    claims: list[Claim]
    pause: Callable[[float], Awaitable[None]]


async def create_booking(around: Surroundings, text: str, *, as_json: bool, is_zombie: bool = False) -> Answer:
    """
    POST /bookings.

    Raises:
        Refused: nothing was written. Or, with status 500, everything was.
        Crashed: PHP died; see what it left in the store.
    """
    store, body = around.store, read_body(text)
    notices = notices_of_rooms(body) if around.behaviour.noisy else ()
    try:
        creation = check_creation(store, body)
        lines = (read_line(store, each) for each in creation.lines)
        given = give_out(store, creation.id_hotel, lines, UNAVAILABLE)
        rooms = priced(store, given, decimal(creation.currency["conversion_rate"]))
        check_money(body)
    except Refused as refusal:
        raise Refused(refusal.status, *body.complaints, *notices, *refusal.errors) from refusal
    rooms, divides_by_zero = spread(rooms, creation.total_price)
    claims = [Claim(room.room["id"], room.arrive, room.leave) for room in rooms]
    if any(claim.meets(other) for claim in claims for other in around.claims) and around.schedule.is_refused():
        raise Refused(400, WireError(404, UNAVAILABLE))
    with _claimed(around.claims, claims):
        await around.pause(TO_ORDER)
        order = _write_order(around, creation, rooms)
        if isinstance(order, Crashed):
            raise order
        if is_zombie or len(str(body.values.get("remark") or "")) > LONGEST_REMARK:
            raise Crashed(500)
        await around.pause(TO_LINES)
        is_overbooked = _write_lines(around, order, rooms)
    await around.pause(TO_STATE)
    _settle_state(around, creation, order["id"], is_overbooked=is_overbooked)
    await around.pause(TO_ANSWER)
    if divides_by_zero:
        raise Refused(500, WireError(PHP_WARNING, f"[PHP Warning #2] Division by zero ({FILE}, line 986)"), digested=True)
    if around.behaviour.noisy and _is_partly_paid(creation, order):
        text = f"[PHP Notice #8] Trying to get property 'show_full_date' of non-object ({FILE}, line 1)"
        notices = (*notices, WireError(PHP_NOTICE, text))
    return finished(around, order["id"], as_json=as_json, notices=notices)


async def change_booking(around: Surroundings, text: str, *, as_json: bool) -> Answer:
    """
    PUT /bookings: no overbooking check at all.

    Raises:
        Refused: nothing was changed. Or, with status 500, everything was.
    """
    store, body = around.store, read_body(text)
    notices = notices_of_rooms(body) if around.behaviour.noisy else ()
    try:
        change = check_change(store, body)
        plan = plan_change(store, change)
    except Refused as refusal:
        raise Refused(refusal.status, *body.complaints, *notices, *refusal.errors) from refusal
    if plan.added:
        await around.pause(TO_ORDER + TO_LINES)
    with store.transaction():
        apply_change(store, change, plan)
        _set_status(store, change.order["id"], body)
        _pay_difference(store, change.order["id"], body)
        add_remark(store, change.order["id"], body)
    await around.pause(TO_STATE + TO_ANSWER)
    return finished(around, change.order["id"], as_json=as_json, notices=notices)


def finished(around: Surroundings, id_order: int, *, as_json: bool, notices: tuple[WireError, ...] = ()) -> Answer:
    """
    The booking as the answer to what was done, if PHP's notices let it through.

    Raises:
        Refused: with status 500, notices (section 12).
    """
    if around.behaviour.noisy and not around.behaviour.tax_included:
        lines = (3463, 3494)
        undefined = tuple(
            WireError(PHP_NOTICE, f"[PHP Notice #8] Undefined variable: useTax ({FILE}, line {each})") for each in lines
        )
        notices = (*notices, *undefined)
    if notices:
        raise Refused(500, *notices, digested=True)
    order = around.store.get("orders", id_order)
    if order is None:
        return Answer(404)
    return print_booking(view_booking(around.store, order), as_json=as_json)


def notices_of_rooms(body: Body) -> tuple[WireError, ...]:
    """The notice for each room described without tax group and tax."""
    text = f"[PHP Notice #8] Undefined index: total_tax ({FILE}, line 504)"
    rooms = [room for line in body.room_types for room in as_records(line.get("rooms"))]
    return tuple(WireError(PHP_NOTICE, text) for room in rooms if "id_tax_rules_group" not in room and "total_tax" not in room)


@contextmanager
def _claimed(known: list[Claim], claims: list[Claim]) -> Iterator[None]:
    known.extend(claims)
    try:
        yield
    finally:
        for each in claims:
            known.remove(each)


def _write_order(around: Surroundings, creation: Creation, rooms: Sequence[PricedRoom]) -> Row | Crashed:
    store, values = around.store, creation.body.values
    with store.transaction():
        now = store.now()
        cart = {"id_currency": creation.currency["id"], "id_lang": creation.id_language, "secure_key": NO_HASH}
        id_cart = store.insert("carts", cart | {"date_add": now, "date_upd": now})
        guest = settle_guest(store, creation)
        if isinstance(guest, Crashed):
            return guest
        store.update("carts", id_cart, {"id_customer": guest, "id_guest": guest})
        total = sum((room.total for room in rooms), NOTHING)
        booked_at = values.get("booking_date")
        payment = creation.body.payment
        id_order = store.insert(
            "orders",
            {
                "id_address_tax": store.value("SELECT id_address FROM hotels WHERE id = ?", (creation.id_hotel,)),
                "id_cart": id_cart,
                "id_currency": creation.currency["id"],
                "id_lang": creation.id_language,
                "id_customer": guest,
                "date_add": _instant(booked_at) if valid_date(booked_at) else now,
                "date_upd": now,
                "secure_key": NO_HASH,
                "payment": str(payment.get("payment_method") or METHOD),
                "payment_type": payment_type(payment.get("payment_type"), 1),
                "conversion_rate": creation.currency["conversion_rate"],
                "source": _source(store, values.get("source")),
                "reference": new_reference(store, around.references),
                "advance_paid_amount": float(total.gross),
            }
            | totals(total),
        )
        return store.get("orders", id_order) or {}


def _instant(text: Any) -> str:
    return str(text) if " " in str(text) else f"{text} 00:00:00"


def _source(store: Store, value: Any) -> str:
    text = storable(strip_tags(str(value)))[:LONGEST_SOURCE] if not is_empty(value) else ""
    return text or store.meta("domain") or "localhost"


def _write_lines(around: Surroundings, order: Row, rooms: Sequence[PricedRoom]) -> bool:
    """Write the lines; whether some room turned out to be taken meanwhile and QloApps noticed."""
    store = around.store
    noticed: list[int] = []
    final: list[PricedRoom] = []
    with store.transaction():
        for room in rooms:
            taken = holders(store, room.room["id"], room.arrive, room.leave)
            chosen = _another_room(around, room, rooms) if taken and room.asked else None
            if taken and chosen is None and around.schedule.outcome() is RaceOutcome.CANCELLED:
                noticed.append(len(final))
            final.append(chosen or room)
        ids = write_rooms(store, order, order["id_cart"], final)
        for position in noticed:
            store.update("room_bookings", ids[position], {"is_back_order": 1})
    return bool(noticed)


def _another_room(around: Surroundings, room: PricedRoom, rooms: Sequence[PricedRoom]) -> PricedRoom | None:
    mine = {each.room["id"] for each in rooms}
    others = [
        each for each in free_rooms(around.store, room.room_type["id"], room.arrive, room.leave) if each["id"] not in mine
    ]
    return evolve(room, room=others[0]) if others and around.schedule.gives_another_room() else None


def _settle_state(around: Surroundings, creation: Creation, id_order: int, *, is_overbooked: bool) -> None:
    store = around.store
    with store.transaction():
        order = store.get("orders", id_order) or {}
        first, last = _states(creation, order)
        if first == PARTLY_PAID:
            change_state(store, id_order, first)
            payment = creation.body.payment
            method, transaction = str(payment.get("payment_method") or METHOD), str(payment.get("transaction_id") or "")
            add_payment(store, id_order, creation.total_paid, method, transaction, is_linked=True)
        else:
            change_state(store, id_order, first)
        current = first
        if is_overbooked:
            current = CANCELLED if around.behaviour.overbooking is Overbooking.CANCEL else OVERBOOKED_UNPAID
            _mark_overbooked(store, id_order, current)
        if current != last:
            change_state(store, id_order, last)
        add_remark(store, id_order, creation.body)


def _mark_overbooked(store: Store, id_order: int, state: int) -> None:
    """The state QloApps gives an overbooked order; only its back orders are released, the other rooms go on."""
    lines = store.rows("SELECT id, is_refunded, is_cancelled, is_back_order FROM room_bookings WHERE id_order = ?", (id_order,))
    change_state(store, id_order, state)
    if state == CANCELLED:
        for line in lines:
            flags = {"is_refunded": line["is_back_order"], "is_cancelled": line["is_back_order"]}
            store.update("room_bookings", line["id"], flags)


def _is_partly_paid(creation: Creation, order: Row) -> bool:
    return Decimal(0) < creation.total_paid < decimal(order["total_paid_tax_incl"])


def _states(creation: Creation, order: Row) -> tuple[int, int]:
    """The state a new order is saved in, and the one it ends in."""
    values, total = creation.body.values, decimal(order["total_paid_tax_incl"])
    status = as_int(values.get("booking_status")) or 1
    if status == STATUS_CANCELLED:
        return AWAITING_PAYMENT, CANCELLED
    if status == STATUS_REFUNDED:
        return AWAITING_PAYMENT, REFUNDED
    pays_all = creation.total_paid >= total and creation.total_paid > 0
    says_paid = creation.total_paid == 0 and as_int(values.get("payment_status")) == 1
    if status == COMPLETED or pays_all or says_paid:
        return AWAITING_PAYMENT, PAID
    if _is_partly_paid(creation, order):
        return PARTLY_PAID, PARTLY_PAID
    return AWAITING_PAYMENT, AWAITING_PAYMENT


def add_remark(store: Store, id_order: int, body: Body) -> None:
    """Keep the remark of a request, unless the order has an equal one."""
    remark = body.values.get("remark")
    if is_empty(remark):
        return
    text = storable(strip_tags(str(remark)))
    if store.value("SELECT id FROM messages WHERE id_order = ? AND text = ?", (id_order, text)) is None:
        store.insert("messages", {"id_order": id_order, "text": text})


def _pay_difference(store: Store, id_order: int, body: Body) -> None:
    """Book what `total_paid` says beyond what was received, with the order's own method and no transaction id."""
    wanted = body.prices.get("total_paid")
    order = store.get("orders", id_order)
    if is_empty(wanted) or not body.payment or order is None:
        return
    difference = decimal(as_float(wanted)) - decimal(order["total_paid_real"])
    if difference:
        kind = payment_type(body.payment.get("payment_type"), order["payment_type"])
        add_payment(store, order["id"], difference, order["payment"], "", kind=kind)


def _set_status(store: Store, id_order: int, body: Body) -> None:
    status = as_int(body.values.get("booking_status"))
    if not status:
        return
    by_payment = {1: PAID, 2: PARTLY_PAID}.get(as_int(body.values.get("payment_status")), AWAITING_PAYMENT)
    wanted = {COMPLETED: PAID, STATUS_CANCELLED: CANCELLED, STATUS_REFUNDED: REFUNDED}.get(status, by_payment)
    if store.value("SELECT current_state FROM orders WHERE id = ?", (id_order,)) != wanted:
        change_state(store, id_order, wanted)
