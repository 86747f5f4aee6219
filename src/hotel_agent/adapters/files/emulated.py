"""The part of a hotel's file that describes rooms and prices for the bundled PMS emulator."""

from decimal import Decimal

from hotel_agent.adapters.files.reading import Table, a_number, a_text, a_whole_number, matching, one_of, several
from hotel_agent.adapters.files.values import EmulatedHotel, EmulatedRoomType
from hotel_agent.domain.understanding import RoomKind

_PRICE = a_number(Decimal("0.01"), Decimal(1_000_000), digits=2)
_PERCENT = a_number(Decimal(0), Decimal(100), digits=3)
_DOORS = several(matching(r"[\w .-]{1,12}", "room numbers in quotes, of at most 12 characters"))
_GUESTS = a_whole_number(1, 20)
_CHILDREN = a_whole_number(0, 20)
_NIGHTS = a_whole_number(0, 365)

_USUAL_ADULTS = {RoomKind.SINGLE: 1, RoomKind.TRIPLE: 3}
_PAIR = 2


def emulated_hotel(table: Table) -> EmulatedHotel:
    tax_percent = table.given("tax_percent", _PERCENT, Decimal(0))
    rows = table.tables("room_types")
    if not rows:
        table.wrong("room_types", "expected at least one [[emulator.room_types]]")
    room_types = tuple(_room_type(row) for row in rows)
    doors: set[str] = set()
    names: set[str] = set()
    for row, room_type in zip(rows, room_types, strict=True):
        if twice := sorted(doors.intersection(room_type.rooms)):
            row.wrong("rooms", f"{', '.join(twice)} belongs to another room type already")
        if room_type.name in names:
            row.wrong("name", f"{room_type.name!r} is the name of another room type already")
        doors.update(room_type.rooms)
        names.add(room_type.name)
    table.finish()
    return EmulatedHotel(tax_percent=tax_percent, room_types=room_types)


def _room_type(table: Table) -> EmulatedRoomType:
    kind = table.read("kind", one_of(RoomKind)) or RoomKind.DOUBLE
    adults = table.given("adults", _GUESTS, _USUAL_ADULTS.get(kind, _PAIR))
    children = table.given("children", _CHILDREN, 0)
    max_adults = table.given("max_adults", _GUESTS, adults)
    max_children = table.given("max_children", _CHILDREN, children)
    most = max_adults + max_children
    max_guests = table.given("max_guests", _GUESTS, min(most, 20))
    if max_adults < adults:
        table.wrong("max_adults", f"expected at least adults ({adults}), found {max_adults}")
    if max_children < children:
        table.wrong("max_children", f"expected at least children ({children}), found {max_children}")
    if not max(max_adults, adults + children) <= max_guests <= most:
        table.wrong("max_guests", f"expected {max(max_adults, adults + children)} to {most}, found {max_guests}")
    min_nights = table.given("min_nights", a_whole_number(1, 365), 1)
    max_nights = table.given("max_nights", _NIGHTS, 0)
    if max_nights and max_nights < min_nights:
        table.wrong("max_nights", f"expected 0 (no limit) or at least min_nights ({min_nights}), found {max_nights}")
    found = EmulatedRoomType(
        name=table.read("name", a_text) or "",
        kind=kind,
        price=table.read("price", _PRICE) or Decimal(0),
        rooms=table.read("rooms", _DOORS) or (),
        adults=adults,
        children=children,
        max_adults=max_adults,
        max_children=max_children,
        max_guests=max_guests,
        min_nights=min_nights,
        max_nights=max_nights,
    )
    table.finish()
    return found
