"""Says in words what is wrong with a hotel's books, beside what was promised to guests (architecture section 1)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.locks import ReservationLock
from hotel_agent.domain.reservations import Reservation, ReservedRoom
from hotel_agent.domain.stays import Stay


def violations(
    bookings: Iterable[Booking], reservations: Sequence[Reservation], locks: Iterable[ReservationLock]
) -> tuple[str, ...]:
    """
    Compare our bookings with the PMS's reservations and the locks once everything has come to rest.

    Empty when each booking is settled and the PMS shows just that, no room is sold twice, and no lock is left.
    """
    return (*_double_bookings(reservations), *_untrue(bookings, reservations), *(f"lock left: {lock.id}" for lock in locks))


def _double_bookings(reservations: Sequence[Reservation]) -> Iterator[str]:
    lines = [(known.id, room) for known in reservations for room in known.rooms if room.live]
    for (one_id, one), (other_id, other) in combinations(lines, 2):
        if _overlap(one, other):
            yield f"double booking: room {one.room_id} by reservations {one_id} and {other_id}"


def _untrue(bookings: Iterable[Booking], reservations: Sequence[Reservation]) -> Iterator[str]:
    for booking in bookings:
        if booking.adopted:
            # Made elsewhere, where its own booking answers for it; here it only has to have come to an end.
            if not booking.settled:
                yield f"unsettled: {booking.id} is {booking.state}"
            continue
        live = [known for known in reservations if known.reference == booking.reference and _holds(known)]
        match booking.state:
            case BookingState.CONFIRMED:
                yield from _confirmed(booking, live)
            case BookingState.REJECTED | BookingState.CANCELLED if live:
                yield f"present but unconfirmed: {booking.id} is {booking.state}, reservation {live[0].id} holds a room"
            case BookingState.SUBMITTING | BookingState.CHECKING | BookingState.CHANGING | BookingState.CANCELLING:
                yield f"unsettled: {booking.id} is {booking.state}"
            case _:
                continue


def _confirmed(booking: Booking, live: Sequence[Reservation]) -> Iterator[str]:
    ids = [known.id for known in live]
    if booking.reservation not in ids:
        yield f"confirmed but absent: {booking.id}, reservation {booking.reservation}"
    if len(ids) > 1:
        yield f"duplicate: {booking.id} has live reservations {', '.join(ids)}"
    if any(known.total != booking.offer.total for known in live if known.id == booking.reservation):
        yield f"another total than agreed: {booking.id}"


def _holds(reservation: Reservation) -> bool:
    return any(room.live for room in reservation.rooms)


def _overlap(one: ReservedRoom, other: ReservedRoom) -> bool:
    return one.room_id == other.room_id and Stay(one.arrival, one.departure).overlaps(Stay(other.arrival, other.departure))
