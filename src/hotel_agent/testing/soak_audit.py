"""
The auditor of a soak: says what is wrong between a shop's final books and what our journals hold and told.

It reads rows of the shop's state file and values that were stored, and knows nothing of how either came about.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final

from attrs import frozen

from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.ids import BookingId, Reference
from hotel_agent.domain.locks import ReservationLock
from hotel_agent.domain.turns import Answer

OURS: Final = "ha-"
"""What the references of our bookings begin with."""
_CENT: Final = Decimal("0.01")


class Violation(StrEnum):
    """What must not be left once everything has come to rest."""

    DOUBLE_BOOKING = "double bookings kept"
    DUPLICATE = "duplicates"
    ABSENT = "confirmed but absent"
    UNCONFIRMED = "present but unconfirmed"
    LOCK_LEFT = "locks left"
    UNSETTLED = "unsettled left"
    NOT_AS_AGREED = "not as agreed"
    TOLD_OTHERWISE = "guests told otherwise"
    LOST = "bookings lost"


@frozen(kw_only=True)
class Line:
    """One room line of the shop, as it is written there: days are ISO text, which sorts as days do."""

    id: int
    order: int
    room: int
    room_type: int
    arrival: str
    departure: str
    live: bool


@frozen(kw_only=True)
class Order:
    id: int
    reference: str
    total: Decimal


@frozen(kw_only=True)
class Books:
    """The shop's final state."""

    orders: tuple[Order, ...]
    lines: tuple[Line, ...]


@frozen(kw_only=True)
class Accounts:
    """What our journals hold: every booking, what its guest was told last, and the locks that exist."""

    bookings: tuple[Booking, ...]
    answers: Mapping[BookingId, Answer | None]
    locks: tuple[ReservationLock, ...] = ()


def read_books(state: Path) -> Books:
    """Read the state file of an emulator that is not running."""
    with closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as shop:
        orders = shop.execute("SELECT id, source, total_paid_tax_incl FROM orders").fetchall()
        lines = shop.execute(
            "SELECT id, id_order, id_room, id_product, date_from, date_to, is_refunded, is_back_order FROM room_bookings"
        ).fetchall()
    return Books(
        orders=tuple(
            Order(id=number, reference=str(source), total=Decimal(str(total)).quantize(_CENT))
            for number, source, total in orders
        ),
        lines=tuple(
            Line(
                id=number,
                order=order,
                room=room,
                room_type=room_type,
                arrival=arrival[:10],
                departure=departure[:10],
                live=not released and not back_order,
            )
            for number, order, room, room_type, arrival, departure, released, back_order in lines
        ),
    )


def audit(books: Books, accounts: Accounts, sent: int) -> dict[Violation, tuple[str, ...]]:
    """Compare the books with our accounts of *sent* bookings; a sentence for every violation, by kind."""
    live: dict[int, list[Line]] = defaultdict(list)
    for line in books.lines:
        if line.live:
            live[line.order].append(line)
    ours: dict[str, list[Order]] = defaultdict(list)
    for order in books.orders:
        if order.reference.startswith(OURS) and order.id in live:
            ours[order.reference].append(order)
    known = {booking.reference: booking for booking in accounts.bookings}
    missing = sent - len(accounts.bookings)
    return {
        Violation.DOUBLE_BOOKING: tuple(_double_bookings(books.lines)),
        Violation.DUPLICATE: tuple(
            f"{reference} has orders {[order.id for order in orders]}" for reference, orders in ours.items() if len(orders) > 1
        ),
        Violation.ABSENT: tuple(_absent(accounts.bookings, ours)),
        Violation.UNCONFIRMED: tuple(_unconfirmed(ours, known)),
        Violation.LOCK_LEFT: tuple(f"lock {lock.id} on rooms {', '.join(lock.rooms)}" for lock in accounts.locks),
        Violation.UNSETTLED: tuple(f"{one.reference} is {one.state}" for one in accounts.bookings if not one.settled),
        Violation.NOT_AS_AGREED: tuple(_not_as_agreed(accounts.bookings, ours, live)),
        Violation.TOLD_OTHERWISE: tuple(_told_otherwise(accounts)),
        Violation.LOST: (f"{missing} of {sent}",) if missing else (),
    }


def _double_bookings(lines: Sequence[Line]) -> Iterator[str]:
    by_room: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.live:
            by_room[line.room].append(line)
    for room, held in by_room.items():
        # The one that ends last of all before is the one to compare with.
        last: Line | None = None
        for line in sorted(held, key=lambda one: (one.arrival, one.id)):
            if last is not None and line.arrival < last.departure:
                yield f"room {room} is held by orders {last.order} and {line.order} on {line.arrival}"
            if last is None or line.departure > last.departure:
                last = line


def _absent(bookings: Sequence[Booking], ours: Mapping[str, Sequence[Order]]) -> Iterator[str]:
    for booking in bookings:
        if booking.state is BookingState.CONFIRMED:
            held = {str(order.id) for order in ours.get(booking.reference, ())}
            if booking.reservation not in held:
                yield f"{booking.reference} is confirmed as order {booking.reservation}, which holds no room"


def _unconfirmed(ours: Mapping[str, Sequence[Order]], known: Mapping[Reference, Booking]) -> Iterator[str]:
    for reference, orders in ours.items():
        booking = known.get(Reference(reference))
        if booking is None:
            yield f"order {orders[0].id} carries {reference}, which no journal knows"
        elif booking.state is not BookingState.CONFIRMED:
            yield f"order {orders[0].id} holds a room, but {reference} is {booking.state}"


def _not_as_agreed(
    bookings: Sequence[Booking], ours: Mapping[str, Sequence[Order]], live: Mapping[int, Sequence[Line]]
) -> Iterator[str]:
    """Compare what is confirmed with what its guest said yes to: how many rooms of which type, nights, total."""
    for booking in bookings:
        if booking.state is not BookingState.CONFIRMED:
            continue
        offer = booking.offer
        room = (offer.room_type.id, offer.stay.arrival.isoformat(), offer.stay.departure.isoformat())
        agreed = [room] * offer.occupancy.rooms
        for order in ours.get(booking.reference, ()):
            held = sorted((str(line.room_type), line.arrival, line.departure) for line in live[order.id])
            if held != agreed:
                yield f"order {order.id} of {booking.reference} holds {held}, agreed was {agreed}"
            if order.total != offer.total.amount:
                yield f"order {order.id} of {booking.reference} costs {order.total}, agreed was {offer.total.amount}"


def _told_otherwise(accounts: Accounts) -> Iterator[str]:
    for booking in accounts.bookings:
        answer = accounts.answers.get(booking.id)
        view = answer.booking if answer else None
        if view is None or (view.state, view.reservation) != (booking.state, booking.reservation):
            said = f"{view.state}, order {view.reservation}" if view else "nothing"
            yield f"{booking.reference} is {booking.state}, order {booking.reservation}; its guest was told {said}"
