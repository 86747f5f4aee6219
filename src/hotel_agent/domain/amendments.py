"""What a PMS is asked to do so that a reservation becomes another one."""

from attrs import evolve

from hotel_agent.domain.ids import RoomId
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.reservations import Amendment


def amendment_of(before: Offer, after: Offer) -> Amendment:
    """Write only what differs between the two: the rest is to stay as it is. Neither rooms nor a total are named."""
    return Amendment(
        stay=after.stay if after.stay != before.stay else None,
        occupancy=after.occupancy if after.occupancy != before.occupancy else None,
        room_type_id=after.room_type.id if after.room_type.id != before.room_type.id else None,
    )


def agreed_amendment(before: Offer, after: Offer, rooms: tuple[RoomId, ...]) -> Amendment:
    """Write what the guest has agreed to: the change, in *rooms*, all those it shall have, at the total of *after*."""
    return evolve(amendment_of(before, after), rooms=rooms, total=after.total)
