"""
How a reservation becomes another one, decided without asking anybody.

QloApps counts a booking's own rooms as taken when it changes it: lines are added before others are removed, so a line that
overlaps the present stay of its own room is refused, and without a room named the guest silently gets another (API notes,
section 7.5). Lines that stay as they are keep their rooms; only nights that are new need a free room.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from attrs import frozen

from hotel_agent.adapters.qloapps.standing import Entry
from hotel_agent.adapters.qloapps.wire import CHECKED_IN, CHECKED_OUT, Line
from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.stays import Occupancy, Stay

_CENT = Decimal("0.05")  # rounding of several lines' nets


@frozen(kw_only=True)
class Present:
    """A reservation as it is: lines of each room in order of their nights, the rooms in order of their first line."""

    room_type_id: int
    stay: Stay
    rooms: tuple[tuple[Line, ...], ...]
    in_house: bool

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for room in self.rooms for line in room)

    @property
    def room_ids(self) -> tuple[int, ...]:
        return tuple(room[0].room_id for room in self.rooms)

    @property
    def occupancy(self) -> Occupancy:
        return Occupancy(
            max(len(self.rooms), sum(room[0].adults for room in self.rooms)),
            tuple(age for room in self.rooms for age in room[0].child_ages),
            len(self.rooms),
        )

    def shares(self, occupancy: Occupancy | None) -> tuple[Occupancy, ...]:
        """Spread *occupancy* over rooms; None keeps everybody where they are."""
        if occupancy is not None:
            return occupancy.per_room()
        return tuple(Occupancy(max(1, room[0].adults), room[0].child_ages) for room in self.rooms)


def present(entry: Entry) -> Present:
    """
    Read what a reservation is now.

    Raises:
        Rejected: it is over, or it is of a form that cannot be changed without losing something; staff can, in QloApps itself.

    """
    if entry.forming or not entry.live:
        raise Rejected(Rejection.NOT_ALLOWED, "the reservation holds no room")
    if any(line.status == CHECKED_OUT for line in entry.live):
        raise Rejected(Rejection.NOT_ALLOWED, "the guest has checked out")
    if len(entry.live) < len(entry.lines):
        raise Rejected(Rejection.NOT_SUPPORTED, "some rooms of the reservation have been cancelled already")
    if abs(entry.order.total_net - sum((line.net for line in entry.lines), Decimal(0))) > _CENT:
        # A PUT replaces the rooms' services and facilities, and those cannot always be read.
        raise Rejected(Rejection.NOT_SUPPORTED, "the reservation has services booked with it")
    return grouped(entry.live)


def grouped(live: Sequence[Line]) -> Present:
    """Group lines by room; raises `Rejected` where the rooms differ in nights or type."""
    rooms: dict[int, list[Line]] = {}
    for line in sorted(live, key=lambda one: (one.arrival, one.id)):
        rooms.setdefault(line.room_id, []).append(line)
    in_order = sorted(rooms.values(), key=lambda lines: min(line.id for line in lines))
    spans = {(lines[0].arrival, lines[-1].departure) for lines in in_order}
    gapless = all(before.departure == after.arrival for lines in in_order for before, after in pairwise(lines))
    types = {line.room_type_id for line in live}
    if len(spans) != 1 or len(types) != 1 or not gapless:
        raise Rejected(Rejection.NOT_SUPPORTED, "the rooms of the reservation differ in nights or type")
    arrival, departure = spans.pop()
    return Present(
        room_type_id=types.pop(),
        stay=Stay(arrival, departure),
        rooms=tuple(tuple(lines) for lines in in_order),
        in_house=any(line.status == CHECKED_IN for line in live),
    )


@frozen(kw_only=True)
class Keeping:
    """The lines of each room that stay as they are, and the nights to be added on the same rooms."""

    kept: tuple[Line, ...]
    added: tuple[Stay, ...]


def keeping(now: Present, stay: Stay) -> Keeping | None:
    """
    Find a way to *stay* that keeps every room: None where there is none.

    Lines inside the new stay are kept whole; what is missing must not touch nights of lines that go, which would compete with
    it.
    """
    kept = [line for line in now.lines if stay.arrival <= line.arrival and line.departure <= stay.departure]
    going = [line for line in now.lines if line not in kept]
    gaps = {tuple(_gaps(stay, [line for line in kept if line.room_id == room])) for room in now.room_ids}
    if not kept or len(gaps) != 1:
        return None
    added = gaps.pop()
    if any(line.arrival < gap.departure and gap.arrival < line.departure for line in going for gap in added):
        return None
    return Keeping(kept=tuple(kept), added=added)


def _gaps(stay: Stay, kept: Sequence[Line]) -> Iterator[Stay]:
    at: date = stay.arrival
    for line in kept:
        if at < line.arrival:
            yield Stay(at, line.arrival)
        at = line.departure
    if at < stay.departure:
        yield Stay(at, stay.departure)


def new_nights(now: Stay, then: Stay) -> tuple[Stay, ...]:
    """The nights of *then* that *now* does not have, before and after it; the two overlap."""
    before = [Stay(then.arrival, now.arrival)] if then.arrival < now.arrival else []
    after = [Stay(now.departure, then.departure)] if now.departure < then.departure else []
    return (*before, *after)
