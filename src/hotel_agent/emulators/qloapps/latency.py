"""How long QloApps took for what (API.md, section 15), in seconds, on two processors and without mail."""

from collections.abc import Mapping
from typing import Final

_ROOM_SEARCH: Final = 0.014
_PER_TYPE_NIGHT: Final = 0.0022

_DEFAULT: Final = 0.014
_MEDIANS: Final[Mapping[tuple[str, str], float]] = {
    ("GET", "hotels"): 0.013,
    ("GET", "room_types"): 0.023,
    ("GET", "hotel_room_types"): 0.013,
    ("GET", "bookings"): 0.019,
    ("GET", "orders"): 0.013,
    ("GET", "room_bookings"): 0.012,
    ("POST", "order_histories"): 0.018,
    ("PUT", "room_bookings"): 0.014,
}
_CREATE: Final = 0.03
_CREATE_ROOM: Final = 0.145
_CHANGE: Final = 0.035
_CHANGE_MOVED: Final = 0.166
_PROCESSORS: Final = 2


def plain_seconds(method: str, resource: str) -> float:
    """A request that is answered in one go."""
    return _MEDIANS.get((method, resource), _DEFAULT)


def search_seconds(room_types: int, nights: int, *, by_night: bool) -> float:
    """A search over so many types and nights."""
    return _ROOM_SEARCH + _PER_TYPE_NIGHT * room_types * nights * (3.0 if by_night else 0.5) + 0.011 * room_types


def create_seconds(rooms: int) -> float:
    """A booking of so many rooms."""
    return _CREATE + _CREATE_ROOM * max(rooms, 1)


def change_seconds(added: int) -> float:
    """A change that adds so many room lines."""
    return _CHANGE_MOVED if added else _CHANGE


def crowding(writes: int) -> float:
    """How much slower a write is with so many at once, itself included."""
    return max(1.0, writes / _PROCESSORS * 0.75)
