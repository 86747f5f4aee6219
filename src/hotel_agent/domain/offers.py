"""Offers: what the PMS would sell, at its price, for a few minutes."""

from datetime import datetime

from attrs import frozen

from hotel_agent.domain.ids import OfferId
from hotel_agent.domain.money import Money
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.stays import Occupancy, Stay


@frozen(kw_only=True)
class Offer:
    """
    A room type, a stay and a price that the PMS gave, believed until `fresh_until`.

    `available` is the number of rooms of this type that were free then. `total` is for all rooms asked for, with tax.
    """

    id: OfferId
    room_type: RoomType
    stay: Stay
    occupancy: Occupancy
    total: Money
    available: int
    fresh_until: datetime

    def is_fresh(self, now: datetime) -> bool:
        return now < self.fresh_until


def offer_of(vacancy: Vacancy, offer: OfferId, stay: Stay, occupancy: Occupancy, fresh_until: datetime) -> Offer:
    """Make an offer of what the PMS can sell."""
    return Offer(
        id=offer,
        room_type=vacancy.room_type,
        stay=stay,
        occupancy=occupancy,
        total=vacancy.total,
        available=len(vacancy.rooms),
        fresh_until=fresh_until,
    )
