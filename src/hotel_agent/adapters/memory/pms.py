"""A hotel's books that live as long as the process, for demonstrations, simulations and tests of everything round a PMS."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from anyio.lowlevel import checkpoint
from attrs import define, evolve, field, frozen

from hotel_agent.domain.errors import NotFound, Rejected, Rejection
from hotel_agent.domain.ids import Reference, ReservationId, RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import (
    Amendment,
    AmendmentQuote,
    BookingOrder,
    Capabilities,
    Finding,
    Guest,
    Payment,
    Reservation,
    ReservationStatus,
    ReservedRoom,
    Severity,
    Standing,
)
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.pms import PropertySystem

_OVER = frozenset({ReservationStatus.CANCELLED, ReservationStatus.CHECKED_OUT})


@frozen(kw_only=True)
class HouseType:
    """A room type, its rooms as (id, number on the door), and the price of one night in one room, tax included."""

    room_type: RoomType
    rooms: tuple[tuple[RoomId, str], ...]
    night: Money


@define
class _Booked:
    """A reservation as it stands, with what the port's value does not carry."""

    reservation: Reservation
    occupancy: Occupancy
    transactions: set[str] = field(factory=set)


@frozen
class _Planned:
    """What a reservation would become: `keeps` are its own rooms as far as they are free for it, `free` all that are."""

    house: HouseType
    stay: Stay
    occupancy: Occupancy
    total: Money
    keeps: tuple[RoomId, ...]
    free: tuple[RoomId, ...]


@define
class MemoryPropertySystem(PropertySystem):
    """A PMS that checks and writes in one step, so that nobody is ever there twice."""

    _house: tuple[HouseType, ...]
    _clock: Clock
    _timezone: ZoneInfo
    _booked: dict[ReservationId, _Booked] = field(factory=dict, init=False)
    _lines: int = field(default=0, init=False)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    # ------------------------------------------------------------ reading

    async def room_types(self) -> tuple[RoomType, ...]:
        await checkpoint()
        return tuple(one.room_type for one in sorted(self._house, key=lambda one: one.room_type.id))

    async def search(self, stay: Stay, occupancy: Occupancy) -> tuple[Vacancy, ...]:
        await checkpoint()
        if stay.arrival < self._today():
            return ()
        found = []
        for one in self._house:
            free = self._free(one, stay)
            fits = one.room_type.holds(occupancy) and one.room_type.allows(stay)
            if fits and len(free) >= occupancy.rooms:
                found.append(Vacancy(room_type=one.room_type, rooms=free, total=_price(one, stay, occupancy.rooms)))
        return tuple(found)

    async def find(self, reference: Reference) -> tuple[Reservation, ...]:
        await checkpoint()
        return tuple(one.reservation for one in self._booked.values() if one.reservation.reference == reference)

    async def get(self, reservation: ReservationId) -> Reservation:
        await checkpoint()
        return self._known(reservation).reservation

    async def verify(self, reservation: ReservationId) -> Standing:
        await checkpoint()
        held = any(room.live for room in self._known(reservation).reservation.rooms)
        return Standing.SOLE if held else Standing.CANCELLED

    async def of_guest(self, *, email: str | None = None, phone: str | None = None) -> tuple[Reservation, ...]:
        await checkpoint()
        found = [one.reservation for one in self._booked.values() if _is_guest(one.reservation.guest, email, phone)]
        return tuple(sorted(found, key=lambda one: (one.arrival or date.min, int(one.id)), reverse=True))

    async def diagnose(self) -> tuple[Finding, ...]:
        await checkpoint()
        return (Finding(subject="connection", severity=Severity.OK, message="the books are in this process's memory"),)

    # ------------------------------------------------------------ writing

    async def book(self, order: BookingOrder) -> Reservation:
        await checkpoint()
        if order.stay.arrival < self._today():
            raise Rejected(Rejection.STAY_RULE, "the stay has begun already")
        if "@" not in order.guest.email:
            raise Rejected(Rejection.GUEST_DATA, "that is no e-mail address")
        before = [
            one for one in self._booked.values() if _holds(one.reservation) and one.reservation.reference == order.reference
        ]
        if before:
            return _same(before[0].reservation, order)
        one = self._type(order.room_type_id)
        self._check(one, order.stay, order.occupancy, order.total)
        if not set(order.rooms) <= set(self._free(one, order.stay)) or len(set(order.rooms)) != len(order.rooms):
            raise Rejected(Rejection.SOLD_OUT, "not all of the rooms are free any more")
        reservation = Reservation(
            id=ReservationId(str(len(self._booked) + 1)),
            reference=order.reference,
            status=ReservationStatus.CONFIRMED,
            rooms=tuple(self._line(one, room, order.stay) for room in order.rooms),
            total=order.total,
            paid=Money.of(0, order.total.currency),
            guest=order.guest,
            occupancy=order.occupancy,
        )
        self._booked[reservation.id] = _Booked(reservation, order.occupancy)
        return reservation

    async def cancel(self, reservation: ReservationId) -> Reservation:
        await checkpoint()
        booked = self._to_change(reservation)
        rooms = tuple(evolve(room, live=False) for room in booked.reservation.rooms)
        return _keep(booked, status=ReservationStatus.CANCELLED, rooms=rooms)

    async def quote_amendment(self, reservation: ReservationId, amendment: Amendment) -> AmendmentQuote:
        await checkpoint()
        planned = self._planned(self._to_change(reservation), amendment)
        self._check(planned.house, planned.stay, planned.occupancy, planned.total)
        count, own = planned.occupancy.rooms, planned.keeps[: planned.occupancy.rooms]
        others = tuple(room for room in planned.free if room not in own)
        if len(own) + len(others) < count:
            raise Rejected(Rejection.SOLD_OUT, "not enough rooms are free")
        return AmendmentQuote(total=planned.total, count=count, keeps=own, candidates=others)

    async def amend(self, reservation: ReservationId, amendment: Amendment) -> Reservation:
        await checkpoint()
        booked = self._to_change(reservation)
        planned = self._planned(booked, amendment)
        count = planned.occupancy.rooms
        self._check(planned.house, planned.stay, planned.occupancy, amendment.total or planned.total)
        rooms = amendment.rooms or (*planned.keeps, *(room for room in planned.free if room not in planned.keeps))[:count]
        if len(rooms) != count or not set(rooms) <= set(planned.free):
            raise Rejected(Rejection.SOLD_OUT, "not enough rooms are free")
        booked.occupancy = planned.occupancy
        return _keep(
            booked,
            rooms=tuple(self._line(planned.house, room, planned.stay) for room in rooms),
            total=planned.total,
            occupancy=planned.occupancy,
        )

    async def check_in(self, reservation: ReservationId) -> Reservation:
        await checkpoint()
        booked = self._to_change(reservation)
        if booked.reservation.status in _OVER:
            raise Rejected(Rejection.NOT_ALLOWED, "the reservation is over")
        return _keep(booked, status=ReservationStatus.CHECKED_IN)

    async def check_out(self, reservation: ReservationId) -> Reservation:
        await checkpoint()
        booked = self._to_change(reservation)
        if booked.reservation.status not in {ReservationStatus.CHECKED_IN, ReservationStatus.CHECKED_OUT}:
            raise Rejected(Rejection.NOT_ALLOWED, "the guest has not checked in")
        return _keep(booked, status=ReservationStatus.CHECKED_OUT)

    async def record_payment(self, reservation: ReservationId, payment: Payment) -> Reservation:
        await checkpoint()
        booked = self._to_change(reservation)
        total = booked.reservation.total
        if payment.amount.currency != total.currency or payment.amount <= Money.of(0, total.currency):
            raise Rejected(Rejection.NOT_ALLOWED, f"a payment for this reservation is a positive amount in {total.currency}")
        if payment.transaction_id in booked.transactions:
            return booked.reservation
        booked.transactions.add(payment.transaction_id)
        return _keep(booked, paid=booked.reservation.paid + payment.amount)

    # ------------------------------------------------------------ the house

    def _today(self) -> date:
        return self._local_now().date()

    def _local_now(self) -> datetime:
        return self._clock.now().astimezone(self._timezone)

    def _known(self, reservation: ReservationId) -> _Booked:
        try:
            return self._booked[reservation]
        except KeyError as exc:
            raise NotFound("there is no reservation of that id in this hotel") from exc

    def _to_change(self, reservation: ReservationId) -> _Booked:
        try:
            return self._known(reservation)
        except NotFound as exc:
            raise Rejected(Rejection.NOT_FOUND, str(exc)) from exc

    def _planned(self, booked: _Booked, amendment: Amendment) -> _Planned:
        now = booked.reservation
        if now.status in _OVER or now.arrival is None or now.departure is None:
            raise Rejected(Rejection.NOT_ALLOWED, "the reservation is over")
        stay = amendment.stay or Stay(now.arrival, now.departure)
        occupancy = amendment.occupancy or booked.occupancy
        one = self._type(amendment.room_type_id or now.rooms[0].room_type_id)
        free = self._free(one, stay, besides=now.id)
        return _Planned(
            house=one,
            stay=stay,
            occupancy=occupancy,
            total=_price(one, stay, occupancy.rooms),
            keeps=tuple(room.room_id for room in now.rooms if room.live and room.room_id in free),
            free=free,
        )

    def _type(self, room_type: RoomTypeId) -> HouseType:
        found = next((one for one in self._house if one.room_type.id == room_type), None)
        if found is None:
            raise Rejected(Rejection.NOT_FOUND, "this hotel has no such room type")
        return found

    def _check(self, one: HouseType, stay: Stay, occupancy: Occupancy, agreed: Money) -> None:
        if not one.room_type.allows(stay):
            raise Rejected(Rejection.STAY_RULE, "this room type has a rule on the length of stay")
        if not one.room_type.holds(occupancy):
            raise Rejected(Rejection.NOT_ALLOWED, "the party does not fit into the rooms")
        if _price(one, stay, occupancy.rooms) != agreed:
            raise Rejected(Rejection.PRICE_CHANGED, "the stay has another price now")

    def _free(self, one: HouseType, stay: Stay, besides: ReservationId | None = None) -> tuple[RoomId, ...]:
        others = (booked.reservation for booked in self._booked.values() if booked.reservation.id != besides)
        taken = {room.room_id for room in _live(others) if Stay(room.arrival, room.departure).overlaps(stay)}
        return tuple(room for room, _ in one.rooms if room not in taken)

    def _line(self, one: HouseType, room: RoomId, stay: Stay) -> ReservedRoom:
        self._lines += 1
        return ReservedRoom(
            line_id=str(self._lines),
            room_id=room,
            number=dict(one.rooms)[room],
            room_type_id=one.room_type.id,
            room_type_name=one.room_type.name,
            arrival=stay.arrival,
            departure=stay.departure,
            live=True,
        )


def _price(one: HouseType, stay: Stay, rooms: int) -> Money:
    return one.night * (stay.nights * rooms)


def _live(reservations: Iterable[Reservation]) -> Iterable[ReservedRoom]:
    return (room for reservation in reservations for room in reservation.rooms if room.live)


def _holds(reservation: Reservation) -> bool:
    return any(room.live for room in reservation.rooms)


def _same(before: Reservation, order: BookingOrder) -> Reservation:
    """Answer a repeated booking with the first one; the same reference for something else is a mistake."""
    rooms = {(room.room_id, room.arrival, room.departure) for room in before.rooms}
    if rooms != {(room, order.stay.arrival, order.stay.departure) for room in order.rooms} or before.total != order.total:
        raise Rejected(Rejection.NOT_ALLOWED, "another reservation carries this reference")
    return before


def _is_guest(guest: Guest | None, email: str | None, phone: str | None) -> bool:
    if guest is None:
        return False
    return (email is not None and guest.email.casefold() == email.strip().casefold()) or guest.phone == phone


def _keep(booked: _Booked, **changes: object) -> Reservation:
    booked.reservation = evolve(booked.reservation, **changes)  # type: ignore[arg-type]  # evolve checks names at run time
    return booked.reservation
