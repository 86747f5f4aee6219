"""What a hotel sells, as its PMS describes it."""

from attrs import frozen

from hotel_agent.domain.ids import RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.understanding import RoomKind


@frozen(kw_only=True)
class RoomType:
    """
    A kind of room with its capacity per room and its length-of-stay rule.

    `max_nights` 0 means no limit. `night_price` is the PMS's base price, for display only: a search says what a stay costs.
    """

    id: RoomTypeId
    name: str
    kind: RoomKind
    max_adults: int
    max_children: int
    max_guests: int
    min_nights: int = 1
    max_nights: int = 0
    night_price: Money | None = None

    def holds(self, party: Occupancy) -> bool:
        """Tell whether one room of this type holds each room's share of *party*."""
        return all(
            share.adults <= self.max_adults and share.children <= self.max_children and share.guests <= self.max_guests
            for share in party.per_room()
        )

    def allows(self, stay: Stay) -> bool:
        """Tell whether the length of *stay* keeps this type's rule."""
        return stay.nights >= self.min_nights and (not self.max_nights or stay.nights <= self.max_nights)


@frozen(kw_only=True)
class Vacancy:
    """
    What the PMS can sell of one room type for one stay.

    `rooms` are the concrete rooms free for every night, in the order the PMS would assign them. `total` is the whole stay for
    all rooms asked for, with tax.
    """

    room_type: RoomType
    rooms: tuple[RoomId, ...]
    total: Money
