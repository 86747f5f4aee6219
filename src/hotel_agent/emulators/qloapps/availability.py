"""When a room is free, and which lines hold it (API.md, section 6)."""

from datetime import date, timedelta
from typing import Final

from hotel_agent.emulators.qloapps.store import Row, Store

CHECKED_OUT: Final = 3
STAY_NOT_MET: Final = "4"
"""The status shown for rooms whose type forbids a stay of that length."""

# A line that was not released holds its room for its nights. Once its guest has checked out only the instant of the check-out
# counts: it must fall after the first day searched and not after the last, else the line holds nothing at all.
_HOLDS: Final = """
    line.is_refunded = 0 AND line.is_back_order = 0 AND CASE WHEN line.id_status = 3
        THEN substr(line.check_out, 1, 10) > :arrive AND line.check_out <= :leave || ' 00:00:00'
        ELSE line.date_from < :leave || ' 00:00:00' AND line.date_to > :arrive || ' 00:00:00' END
"""
_CLOSED: Final = """
    room.id_status = 2 OR room.id_status = 3 AND EXISTS
        (SELECT 1 FROM closures WHERE id_room = room.id AND date_from < :leave AND date_to > :arrive)
"""
_FREE: Final = f"""
    SELECT room.* FROM hotel_rooms AS room WHERE room.id_product = :id_product AND NOT ({_CLOSED})
        AND NOT EXISTS (SELECT 1 FROM room_bookings AS line WHERE line.id_room = room.id AND {_HOLDS})
    ORDER BY room.id
"""
_OUT: Final = f"SELECT room.* FROM hotel_rooms AS room WHERE room.id_product = :id_product AND ({_CLOSED}) ORDER BY room.id"
_BOOKED: Final = """
    SELECT line.*, CASE WHEN line.id_status = 3 THEN line.check_out ELSE line.date_to END AS until
    FROM room_bookings AS line WHERE line.id_product = :id_product AND line.is_refunded = 0 AND line.is_back_order = 0
        AND line.date_from < :leave || ' 00:00:00' AND until > :arrive || ' 00:00:00'
    ORDER BY line.id_room, line.id
"""
_CONFLICTS: Final = f"SELECT line.* FROM room_bookings AS line WHERE line.id_room = :id_room AND {_HOLDS}"


def day(text: str) -> date:
    """The calendar day an instant or date text begins with."""
    return date.fromisoformat(text[:10])


def nights(arrive: date, leave: date) -> list[date]:
    """The nights of [arrive, leave)."""
    return [arrive + timedelta(days=each) for each in range((leave - arrive).days)]


def length_allowed(store: Store, id_product: int, arrive: date, leave: date) -> bool:
    """Whether the type's minimum and maximum stay (0: none) admit these dates."""
    limits = store.row("SELECT min_los, max_los FROM hotel_room_types WHERE id_product = ?", (id_product,))
    length = (leave - arrive).days
    return (
        limits is not None and length >= max(limits["min_los"], 1) and (limits["max_los"] == 0 or length <= limits["max_los"])
    )


def free_rooms(store: Store, id_product: int, arrive: date, leave: date) -> list[Row]:
    """The rooms of a type that can be booked for [arrive, leave), in the order in which they are given out."""
    if not length_allowed(store, id_product, arrive, leave):
        return []
    return store.rows(_FREE, {"id_product": id_product, "arrive": f"{arrive}", "leave": f"{leave}"})


def rooms_out_of_order(store: Store, id_product: int, arrive: date, leave: date) -> list[Row]:
    """The rooms of a type that are closed for some night of [arrive, leave)."""
    return store.rows(_OUT, {"id_product": id_product, "arrive": f"{arrive}", "leave": f"{leave}"})


def booked_lines(store: Store, id_product: int, arrive: date, leave: date) -> list[Row]:
    """The lines a search shows as booked, by room; `until` is their check-out if there was one."""
    return store.rows(_BOOKED, {"id_product": id_product, "arrive": f"{arrive}", "leave": f"{leave}"})


def holders(store: Store, id_room: int, arrive: date, leave: date) -> list[Row]:
    """The lines that hold a room for some night of [arrive, leave)."""
    return store.rows(_CONFLICTS, {"id_room": id_room, "arrive": f"{arrive}", "leave": f"{leave}"})
