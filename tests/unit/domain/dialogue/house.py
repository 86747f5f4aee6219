"""The far side of a dialogue in these tests: a tiny hotel that answers a turn's requests from plain values."""

from datetime import datetime, timedelta

from attrs import define, evolve, field

from hotel_agent.domain.errors import AlreadyLocked, InvalidValue, Rejection
from hotel_agent.domain.ids import LockId, OwnerId, ReservationId, RoomId, RoomTypeId, TenantId
from hotel_agent.domain.locks import LockClaim, ReservationLock, choose_rooms
from hotel_agent.domain.money import Money
from hotel_agent.domain.requests import (
    Acquire,
    AmendmentQuoted,
    Extend,
    FindReservation,
    Found,
    GuestReservations,
    Hold,
    ListRoomTypes,
    LockAnswer,
    Outcome,
    QuoteAmendment,
    ReadReservation,
    Release,
    Request,
    ReservationRead,
    ReservationsFound,
    RoomTypes,
    Search,
    Trouble,
)
from hotel_agent.domain.reservations import (
    Amendment,
    AmendmentQuote,
    Capabilities,
    Guest,
    Reservation,
    ReservationStatus,
    ReservedRoom,
)
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.understanding import RoomKind

TENANT = TenantId("sol")
SINGLE = RoomType(id=RoomTypeId("1"), name="Individual", kind=RoomKind.SINGLE, max_adults=1, max_children=0, max_guests=1)
DOUBLE = RoomType(id=RoomTypeId("2"), name="Doble con vistas", kind=RoomKind.DOUBLE, max_adults=2, max_children=1, max_guests=3)
GARDEN = RoomType(id=RoomTypeId("3"), name="Doble jardín", kind=RoomKind.DOUBLE, max_adults=2, max_children=0, max_guests=2)
SUITE = RoomType(
    id=RoomTypeId("4"), name="Suite real", kind=RoomKind.SUITE, max_adults=4, max_children=2, max_guests=5, min_nights=2
)
ROOM_TYPES = (SINGLE, DOUBLE, GARDEN, SUITE)
SOMEBODY = OwnerId("somebody else")


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


@define
class House:
    """Rooms with a price a night, reservations that take them, locks, and switches for what can go wrong."""

    rooms: dict[RoomTypeId, tuple[str, ...]] = field(
        factory=lambda: {SINGLE.id: ("101",), DOUBLE.id: ("201", "202"), GARDEN.id: ("301",), SUITE.id: ("401",)}
    )
    prices: dict[RoomTypeId, int] = field(factory=lambda: {SINGLE.id: 60, DOUBLE.id: 120, GARDEN.id: 100, SUITE.id: 300})
    taken: list[tuple[str, Stay]] = field(factory=list)
    locks: dict[LockId, ReservationLock] = field(factory=dict)
    known: dict[ReservationId, Reservation] = field(factory=dict)
    pms_down: bool = False
    catalogue_down: bool = False
    locks_down: bool = False
    hold_fails: bool = False
    """The lock store goes away between a search and the lock."""
    race: bool = False
    """Somebody locks everything between a search and our lock."""
    cached_only: bool = False
    can: Capabilities = field(factory=Capabilities)
    finds_any_number: bool = False
    """The PMS keeps telephone numbers in many writings and finds too much by them."""
    refuses: Rejection | None = None
    """Why no change is possible."""
    fence: int = 0
    asked: list[Request] = field(factory=list)
    lost_releases: set[LockId] = field(factory=set)

    def answer(self, request: Request, now: datetime) -> Outcome:
        """Perform one request, as a lock store and a PMS would at *now*."""
        self.asked.append(request)
        for lock in [known for known in self.locks.values() if not known.exists(now)]:
            del self.locks[lock.id]
        match request:
            case Search():
                return self._search(request)
            case ListRoomTypes():
                return Trouble(part="pms") if self.pms_down or self.catalogue_down else RoomTypes(room_types=ROOM_TYPES)
            case ReadReservation() | FindReservation() | GuestReservations() | QuoteAmendment() if self.pms_down:
                return Trouble(part="pms")
            case ReadReservation(reservation=reservation):
                return ReservationRead(reservation=self.known.get(reservation), can=self.can)
            case FindReservation(code=code):
                return ReservationsFound(
                    reservations=tuple(one for one in self.known.values() if code in (one.id, one.reference))
                )
            case GuestReservations(phone=phone):
                guests = (
                    one for one in self.known.values() if one.guest and (one.guest.phone == phone or self.finds_any_number)
                )
                return ReservationsFound(reservations=tuple(guests))
            case QuoteAmendment(reservation=reservation, amendment=amendment):
                return self._quote(self.known[reservation], amendment)
            case _:
                return self._lock(request, now)

    def take(self, *rooms: str, stay: Stay) -> None:
        """Somebody books *rooms* past us."""
        self.taken += [(room, stay) for room in rooms]

    def lock_away(self, *rooms: str, stay: Stay, until: datetime) -> None:
        """Another guest locks *rooms*."""
        claim = LockClaim(tenant=TENANT, candidates=tuple(RoomId(room) for room in rooms), stay=stay, count=len(rooms))
        self._grant(claim, SOMEBODY, until)

    def write(self, reservation: str, status: ReservationStatus = ReservationStatus.CONFIRMED) -> ReservationId:
        """Have the PMS know a reservation; one it knows gets another status."""
        named = ReservationId(reservation)
        known = self.known.get(named) or Reservation(
            id=named, reference="", status=status, rooms=(), total=euros(1), paid=euros(0)
        )
        self.known[named] = evolve(known, status=status)
        return named

    def write_stay(
        self,
        reservation: str,
        stay: Stay,
        *rooms: str,
        room_type: RoomType = DOUBLE,
        guest: Guest | None = None,
        party: Occupancy | None = None,
        total: Money | None = None,
        reference: str = "",
    ) -> Reservation:
        """Have the PMS know a reservation that holds *rooms*, or make that of one it knows."""
        self.give_up(reservation)
        lines = tuple(
            ReservedRoom(
                line_id=f"{reservation}-{number}",
                room_id=RoomId(room),
                number=room,
                room_type_id=room_type.id,
                room_type_name=room_type.name,
                arrival=stay.arrival,
                departure=stay.departure,
                live=True,
            )
            for number, room in enumerate(rooms)
        )
        known = Reservation(
            id=ReservationId(reservation),
            reference=reference,
            status=ReservationStatus.CONFIRMED,
            rooms=lines,
            total=total or euros(self.prices[room_type.id]) * stay.nights * len(rooms),
            paid=euros(0),
            guest=guest,
            occupancy=party or Occupancy(2, rooms=len(rooms)),
        )
        self.known[known.id] = known
        self.take(*rooms, stay=stay)
        return known

    def give_up(self, reservation: str) -> None:
        """Free the rooms of a reservation."""
        known = self.known.get(ReservationId(reservation))
        for line in known.rooms if known else ():
            mine = (line.room_id, Stay(line.arrival, line.departure))
            if mine in self.taken:
                self.taken.remove(mine)

    def _search(self, search: Search) -> Outcome:
        if self.pms_down:
            return Trouble(part="pms")
        if self.locks_down:
            return Trouble(part="locks")
        vacancies = []
        for room_type in ROOM_TYPES:
            rooms = tuple(RoomId(room) for room in self.rooms[room_type.id] if self._is_free(RoomId(room), search))
            # Not a word about capacity: a careless PMS sells a single room to four.
            if len(rooms) >= search.occupancy.rooms:
                total = euros(self.prices[room_type.id]) * search.stay.nights * search.occupancy.rooms
                vacancies.append(Vacancy(room_type=room_type, rooms=rooms, total=total))
        return Found(vacancies=tuple(vacancies), stale=self.cached_only)

    def _quote(self, now: Reservation, amendment: Amendment) -> AmendmentQuoted:
        """Keep the present rooms where the type stays and they are free for the new nights."""
        if not self.can.amends:
            return AmendmentQuoted(quote=None, reason=Rejection.NOT_SUPPORTED)
        if self.refuses:
            return AmendmentQuoted(quote=None, reason=self.refuses)
        stay, party = amendment.stay or now.stay, amendment.occupancy or now.occupancy
        assert stay
        assert party
        room_type = amendment.room_type_id or now.room_types[0]
        mine = {(line.room_id, Stay(line.arrival, line.departure)) for line in now.rooms}
        others = [one for one in self.taken if one not in mine]
        free = [
            RoomId(room)
            for room in self.rooms[room_type]
            if not any(number == room and taken.overlaps(stay) for number, taken in others)
        ]
        keeps = tuple(room for room in now.room_ids if room in free)[: party.rooms]
        candidates = tuple(room for room in free if room not in keeps)
        if len(keeps) + len(candidates) < party.rooms:
            return AmendmentQuoted(quote=None, reason=Rejection.SOLD_OUT)
        total = euros(self.prices[room_type]) * stay.nights * party.rooms
        return AmendmentQuoted(quote=AmendmentQuote(total=total, count=party.rooms, keeps=keeps, candidates=candidates))

    def _is_free(self, room: RoomId, search: Search) -> bool:
        if any(number == room and stay.overlaps(search.stay) for number, stay in self.taken):
            return False
        return not any(lock.blocks(room, search.stay) and lock.owner != search.owner for lock in self.locks.values())

    def _lock(self, request: Acquire | Extend | Hold | Release, now: datetime) -> Outcome:
        if self.locks_down:
            if isinstance(request, Release):
                self.lost_releases.add(request.lock)
            return Trouble(part="locks")
        if self.hold_fails and isinstance(request, Acquire | Hold):
            return Trouble(part="locks")
        match request:
            case Acquire() if self.race:
                return LockAnswer(lock=None)
            case Acquire():
                return LockAnswer(lock=self._acquire(request, now))
            case Release(lock=lock, owner=owner):
                if lock in self.locks and self.locks[lock].owner == owner:
                    del self.locks[lock]
                return LockAnswer(lock=None)
            case Extend(lock=lock, owner=owner, by=by):
                return LockAnswer(lock=self._change(lock, owner, by))
            case Hold(lock=lock, owner=owner):
                return LockAnswer(lock=self._change(lock, owner, None))

    def _acquire(self, request: Acquire, now: datetime) -> ReservationLock | None:
        mine = [lock for lock in self.locks.values() if lock.owner == request.owner]
        if repeated := next((lock for lock in mine if request.claim.met_by(lock)), None):
            return repeated
        others = [lock for lock in self.locks.values() if lock not in mine]
        try:
            choose_rooms(request.claim, others, now)
        except AlreadyLocked:
            return None
        for lock in mine:
            del self.locks[lock.id]
        return self._grant(request.claim, request.owner, now + request.ttl)

    def _grant(self, claim: LockClaim, owner: OwnerId, until: datetime) -> ReservationLock:
        self.fence += 1
        rooms = choose_rooms(claim, self.locks.values(), until)
        lock = ReservationLock(
            id=LockId(f"lock-{self.fence}"),
            tenant=claim.tenant,
            rooms=rooms,
            stay=claim.stay,
            owner=owner,
            expires_at=until,
            fence=self.fence,
        )
        self.locks[lock.id] = lock
        return lock

    def _change(self, lock: LockId, owner: OwnerId, by: timedelta | None) -> ReservationLock | None:
        known = self.locks.get(lock)
        if known is None or known.owner != owner:
            return None
        try:
            changed = (
                evolve(known, expires_at=None)
                if by is None
                else known.extended_to(known.expires_at + by)
                if known.expires_at
                else known
            )
        except InvalidValue:
            return None
        self.locks[lock] = changed
        return changed
