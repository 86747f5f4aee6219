"""Reading reservations: orders, their room lines, customers and payments, put together and kept to one hotel."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from attrs import define

from hotel_agent.adapters.qloapps.catalogue import CatalogueReader
from hotel_agent.adapters.qloapps.client import QloAppsClient, filter_value, one_of
from hotel_agent.adapters.qloapps.guests import full_name, phone_variants
from hotel_agent.adapters.qloapps.standing import Entry, status_of
from hotel_agent.adapters.qloapps.wire import (
    CUSTOMER_FIELDS,
    ORDER_FIELDS,
    Customer,
    Line,
    customer,
    line,
    order,
    records,
)
from hotel_agent.domain.errors import InvalidValue, Misconfigured, NotFound
from hotel_agent.domain.ids import Reference, ReservationId, RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import Guest, Reservation, ReservedRoom
from hotel_agent.domain.stays import Occupancy

T = TypeVar("T")
_AT_ONCE = 50  # ids in one filter: the address stays well below what web servers take
_ID_DIGITS = 10


@define
class Records:
    """Reads what is in the books. Every list is sorted here, whatever order QloApps answers in."""

    _client: QloAppsClient
    _catalogue: CatalogueReader

    # ------------------------------------------------------------ orders with lines

    async def entry(self, reservation: ReservationId) -> Entry:
        """
        Read one order of this hotel.

        Raises:
            NotFound: there is none, or it is another hotel's.

        """
        entries = await self._entries({"filter[id]": f"[{order_id(reservation)}]"})
        if not entries or entries[0].order.id != order_id(reservation):
            raise NotFound("QloApps has no reservation of that id in this hotel")
        return entries[0]

    async def entries_of_reference(self, reference: Reference) -> tuple[Entry, ...]:
        """Read every order that carries *reference*; QloApps compares without case, here it counts."""
        entries = await self._entries({"filter[source]": f"[{filter_value(reference)}]"})
        return tuple(entry for entry in entries if entry.order.source == reference)

    async def entries_of_customers(self, ids: Sequence[int]) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        for some in _chunks(ids):
            entries += await self._entries({"filter[id_customer]": one_of([str(one) for one in some])})
        return tuple(entry for entry in entries if entry.lines)

    async def _entries(self, query: dict[str, str]) -> tuple[Entry, ...]:
        answer = await self._client.read("orders", query | {"display": f"[{','.join(ORDER_FIELDS)}]", "sort": "[id_ASC]"})
        orders = sorted((order(item) for item in records(answer.data, "orders")), key=lambda one: one.id)
        lines = await self._lines_of([one.id for one in orders])
        hotel = int(self._client.settings.hotel_id)
        entries = (Entry(one, tuple(ln for ln in lines if ln.order_id == one.id)) for one in orders)
        # An order without lines names no hotel: it is nobody's yet, and holds nothing.
        return tuple(entry for entry in entries if all(ln.hotel_id == hotel for ln in entry.lines))

    async def _lines_of(self, orders: Sequence[int]) -> list[Line]:
        lines: list[Line] = []
        for some in _chunks(orders):
            lines += await self._lines({"filter[id_order]": one_of([str(one) for one in some])})
        return sorted(lines, key=lambda one: one.id)

    async def _lines(self, query: dict[str, str]) -> list[Line]:
        answer = await self._client.read("room_bookings", query | {"display": "full", "sort": "[id_ASC]"})
        return [line(item) for item in records(answer.data, "bookings")]

    async def rivals(self, own: Sequence[Line]) -> tuple[Line, ...]:
        """Read all other live lines that overlap *own* on their rooms, one question per line."""
        found: dict[int, Line] = {}
        for one in own:
            lines = await self._lines(
                {
                    "filter[id_room]": f"[{one.room_id}]",
                    "filter[date_from]": f"<[{one.departure.isoformat()}]",
                    "filter[date_to]": f">[{one.arrival.isoformat()}]",
                    "filter[is_refunded]": "[0]",
                    "filter[is_back_order]": "[0]",
                }
            )
            found |= {other.id: other for other in lines if other.id != one.id}
        return tuple(found.values())

    # ------------------------------------------------------------ customers

    async def customers_by_email(self, email: str) -> tuple[Customer, ...]:
        found = await self._customers("filter[email]", f"[{filter_value(email)}]")
        return tuple(one for one in found if one.email.casefold() == email.casefold())

    async def customers_by_phone(self, phone: str) -> tuple[Customer, ...]:
        return await self._customers("filter[phone]", one_of(phone_variants(phone)))

    async def customer(self, customer_id: int) -> Customer | None:
        found = await self._customers("filter[id]", f"[{customer_id}]")
        return found[0] if found else None

    async def _customers(self, name: str, value: str) -> tuple[Customer, ...]:
        answer = await self._client.read(
            "customers", {name: value, "display": f"[{','.join(CUSTOMER_FIELDS)}]", "sort": "[id_ASC]"}
        )
        return tuple(sorted((customer(item) for item in records(answer.data, "customers")), key=lambda one: one.id))

    # ------------------------------------------------------------ the whole

    async def reservation(self, entry: Entry) -> Reservation:
        return (await self.reservations([entry]))[0]

    async def reservations(self, entries: Sequence[Entry]) -> tuple[Reservation, ...]:
        """Add guests and payments; a key that may not read those leaves them out."""
        if not entries:
            return ()
        guests = await self._guests({entry.order.customer_id for entry in entries if entry.lines})
        payments = await self._payments({entry.order.reference for entry in entries if entry.order.reference})
        currencies = await self._catalogue.get()
        default = self._client.settings.currency
        return tuple(
            _reservation(
                entry,
                currencies.currency(entry.order.currency_id, default),
                guests.get(entry.order.customer_id) if entry.lines else None,
                payments.get(entry.order.reference, Decimal(0)),
            )
            for entry in entries
        )

    async def _guests(self, ids: Iterable[int]) -> dict[int, Guest]:
        guests: dict[int, Guest] = {}
        for some in _chunks(sorted(ids)):
            try:
                found = await self._customers("filter[id]", one_of([str(one) for one in some]))
            except Misconfigured:
                return {}
            guests |= {
                one.id: Guest(name=full_name(one.first_name, one.last_name), email=one.email, phone=one.phone) for one in found
            }
        return guests

    async def _payments(self, references: Iterable[str]) -> dict[str, Decimal]:
        sums: dict[str, Decimal] = {}
        for some in _chunks(sorted(references)):
            try:
                answer = await self._client.read(
                    "order_payments",
                    {
                        "filter[order_reference]": one_of(list(some)),
                        "display": "[id,order_reference,amount]",
                        "sort": "[id_ASC]",
                    },
                )
            except Misconfigured:
                return {}
            for item in records(answer.data, "order_payments"):
                reference = item.text("order_reference")
                sums[reference] = sums.get(reference, Decimal(0)) + item.amount("amount")
        return sums

    async def payment_known(self, transaction_id: str, order_reference: str) -> bool:
        """Tell whether that payment has been noted for that order already."""
        answer = await self._client.read(
            "order_payments",
            {
                "filter[transaction_id]": f"[{filter_value(transaction_id)}]",
                "display": "[id,order_reference,transaction_id]",
                "sort": "[id_ASC]",
            },
        )
        return any(item.text("order_reference") == order_reference for item in records(answer.data, "order_payments"))


def order_id(reservation: ReservationId) -> int:
    """
    Read a reservation's id as QloApps's.

    Raises:
        NotFound: it cannot be one, so there is no such reservation.

    """
    if not (reservation.isascii() and reservation.isdigit() and len(reservation) <= _ID_DIGITS and reservation[0] != "0"):
        raise NotFound("QloApps has no reservation of that id in this hotel")
    return int(reservation)


def _reservation(entry: Entry, currency: str, guest: Guest | None, payments: Decimal) -> Reservation:
    return Reservation(
        id=ReservationId(str(entry.order.id)),
        reference=entry.order.source,
        status=status_of(entry),
        rooms=tuple(_room(one) for one in entry.lines),
        total=Money(entry.order.total, currency),
        # `total_paid_real` does not count payments that were added as rows, and the rows may be fewer than it.
        paid=Money(max(entry.order.received, payments), currency),
        guest=guest,
        occupancy=_occupancy([one for one in entry.lines if one.live] or entry.lines),
    )


def _occupancy(lines: Sequence[Line]) -> Occupancy | None:
    """Add up who sleeps in the rooms; added nights have a line of their own with the same guests."""
    rooms = {one.room_id: one for one in reversed(lines)}
    if not rooms:
        return None
    adults = sum(one.adults for one in rooms.values())
    ages = tuple(age for one in rooms.values() for age in one.child_ages)
    try:
        return Occupancy(max(adults, len(rooms)), ages, len(rooms))
    except InvalidValue:
        return None


def _room(one: Line) -> ReservedRoom:
    return ReservedRoom(
        line_id=str(one.id),
        room_id=RoomId(str(one.room_id)),
        number=one.number,
        room_type_id=RoomTypeId(str(one.room_type_id)),
        room_type_name=one.room_type_name,
        arrival=one.arrival,
        departure=one.departure,
        live=one.live,
    )


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
