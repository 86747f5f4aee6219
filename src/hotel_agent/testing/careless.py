"""A PMS with the habits of real ones: it neither recognises a repeated booking nor guards itself against races."""

from anyio.lowlevel import checkpoint
from attrs import define, evolve, field

from hotel_agent.adapters.memory.pms import MemoryPropertySystem, _Booked
from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.ids import Reference, ReservationId, RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import BookingOrder, Guest, Reservation, ReservationStatus, ReservedRoom, Standing
from hotel_agent.domain.stays import Occupancy, Stay

SOMEBODY = Guest(name="Somebody Else", email="somebody@example.com", phone="+34600000000")


@define
class CarelessPropertySystem(MemoryPropertySystem):
    """
    Books whatever it is sent, as often as it is sent.

    With `checks` it looks first whether the rooms are free, as QloApps does; without, it behaves as in the race that falls
    between its look and its insert: both are written, and `verify` tells who came first. What it books costs `surcharge`
    more than agreed. A reservation in `forming` is still being written, until taken out of there.
    """

    checks: bool = field(default=True, kw_only=True)
    surcharge: Money | None = field(default=None, kw_only=True)
    forming: set[ReservationId] = field(factory=set, kw_only=True)

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """Everything ever booked, oldest first."""
        return tuple(one.reservation for one in self._booked.values())

    async def book(self, order: BookingOrder) -> Reservation:
        """Write *order*, whatever else carries its reference."""
        await checkpoint()
        one = self._type(order.room_type_id)
        self._check(one, order.stay, order.occupancy, order.total)
        if self.checks and not set(order.rooms) <= set(self._free(one, order.stay)):
            raise Rejected(Rejection.SOLD_OUT, "not all of the rooms are free any more")
        reservation = Reservation(
            id=ReservationId(str(len(self._booked) + 1)),
            reference=order.reference,
            status=ReservationStatus.CONFIRMED,
            rooms=tuple(self._line(one, room, order.stay) for room in order.rooms),
            total=order.total + self.surcharge if self.surcharge else order.total,
            paid=Money.of(0, order.total.currency),
            guest=order.guest,
            occupancy=order.occupancy,
        )
        self._booked[reservation.id] = _Booked(reservation, order.occupancy)
        return reservation

    async def verify(self, reservation: ReservationId) -> Standing:
        """Say who came first: the live line with the lower number."""
        await checkpoint()
        ours = [room for room in self._known(reservation).reservation.rooms if room.live]
        if reservation in self.forming:
            return Standing.FORMING
        if not ours:
            return Standing.CANCELLED
        others = [room for known in self.reservations if known.id != reservation for room in known.rooms if room.live]
        beaten = any(_overlap(mine, theirs) and int(theirs.line_id) < int(mine.line_id) for mine in ours for theirs in others)
        return Standing.LOST if beaten else Standing.SOLE

    def walk_in(self, room_type: RoomTypeId, room: RoomId, stay: Stay, name: str = "walk-in") -> ReservationId:
        """
        Let the front desk book *room* past everybody.

        Raises:
            Rejected: it is taken.

        """
        one = self._type(room_type)
        if room not in self._free(one, stay):
            raise Rejected(Rejection.SOLD_OUT, "the front desk sees that the room is taken")
        reservation = Reservation(
            id=ReservationId(str(len(self._booked) + 1)),
            reference=Reference(name),
            status=ReservationStatus.CONFIRMED,
            rooms=(self._line(one, room, stay),),
            total=one.night * stay.nights,
            paid=Money.of(0, one.night.currency),
            guest=SOMEBODY,
            occupancy=Occupancy(1),
        )
        self._booked[reservation.id] = _Booked(reservation, Occupancy(1))
        return reservation.id

    def reprice(self, room_type: RoomTypeId, night: Money) -> None:
        """Change what a night costs from now on."""
        self._house = tuple(evolve(one, night=night) if one.room_type.id == room_type else one for one in self._house)


def _overlap(one: ReservedRoom, other: ReservedRoom) -> bool:
    return one.room_id == other.room_id and Stay(one.arrival, one.departure).overlaps(Stay(other.arrival, other.departure))
