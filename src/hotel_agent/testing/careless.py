"""A PMS with the habits of real ones: it neither recognises a repeated booking nor guards itself against races."""

from datetime import timedelta

from anyio.lowlevel import checkpoint
from attrs import define, evolve, field

from hotel_agent.adapters.memory.pms import HouseType, MemoryPropertySystem
from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.ids import Reference, ReservationId, RoomId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import BookingOrder, Guest, Reservation, ReservedRoom, Standing
from hotel_agent.domain.stays import Occupancy, Stay

SOMEBODY = Guest(name="Somebody Else", email="somebody@example.com", phone="+34600000000")


@define(kw_only=True)
class CarelessPropertySystem(MemoryPropertySystem):
    """
    Books whatever it is sent, as often as it is sent.

    With `checks` it looks first whether the rooms are free, as QloApps does; without, it behaves as in the race that falls
    between its look and its insert: both are written, and `verify` tells who came first. What it books costs `surcharge`
    more than agreed. It forgets the reservations in `forming`: they are still being written, until taken out of there.
    """

    checks: bool = True
    surcharge: Money | None = None
    forming: set[ReservationId] = field(factory=set)

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """Everything ever booked, oldest first."""
        return tuple(one.reservation for one in self._booked.values())

    async def book(self, order: BookingOrder) -> Reservation:
        """Write *order*, whatever else carries its reference."""
        # Booked under a reference of its own, so that the careful system beneath does not recognise it.
        alone = evolve(order, reference=Reference(f"{order.reference}#{len(self._booked) + 1}"))
        room_types = self._house
        try:
            if not self.checks:
                await checkpoint()
                self._house = _with_spare_rooms(room_types, order.rooms)
                alone = evolve(alone, rooms=tuple(RoomId(f"{room}?{len(self._booked)}") for room in order.rooms))
            written = await super().book(alone)
        finally:
            self._house = room_types
        return self._renamed(written, order)
