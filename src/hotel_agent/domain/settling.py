"""What becomes of a booking whose outcome was looked up: a pure decision over what the PMS's records show."""

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import frozen

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.reservations import Reservation, ReservationStatus, Standing


@frozen(kw_only=True)
class SettlingPolicy:
    """The numbers of architecture section 6, step 5."""

    presume_absent_after: timedelta = timedelta(seconds=90)
    """Successful empty look-ups for that long: the PMS never got it."""
    forming_at_most: timedelta = timedelta(seconds=60)
    """Twice the PMS's longest run: what is unfinished after that is debris of a crash."""
    tell_staff_after: timedelta = timedelta(minutes=15)
    watch_after: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=60))
    first_wait: timedelta = timedelta(seconds=0.4)
    longest_wait: timedelta = timedelta(seconds=15)

    def wait(self, tries: int) -> timedelta:
        """Back off: twice as long with every try, up to a limit."""
        return min(self.first_wait * (1 << min(tries, 10)), self.longest_wait)


class Verdict(StrEnum):
    CONFIRM = "confirm"
    WAIT = "wait"
    RESUBMIT = "resubmit"
    SOLD_OUT = "sold_out"
    PRICE_CHANGED = "price_changed"


@frozen(kw_only=True)
class Settlement:
    """What to do: cancel `undo` in the PMS first, then act on `verdict` (`reservation` is the one to confirm)."""

    verdict: Verdict
    reservation: ReservationId | None = None
    undo: tuple[ReservationId, ...] = ()


@frozen(kw_only=True)
class Sighting:
    """One reservation found under a booking's reference, with what the records prove about it."""

    reservation: Reservation
    standing: Standing


def settle(booking: Booking, seen: tuple[Sighting, ...], policy: SettlingPolicy, now: datetime) -> Settlement:
    """
    Decide about a booking from everything found under its reference, oldest first.

    At most one reservation is kept: the oldest that stands alone on its rooms and is what was agreed. That is the total, the
    nights, the type and the number of rooms; another room of the type than the one that was locked will do, being its own
    there. All others that hold or may come to hold a room are undone, and so is what a crash left open in the books. What may
    have been asked to be undone before is undone again: the earlier request may land after it was confirmed.
    """
    forming = [sight for sight in seen if sight.standing is Standing.FORMING]
    doomed = [sight for sight in seen if sight.standing is Standing.SOLE and sight.reservation.id in booking.undoing]
    standing = [sight for sight in seen if sight.standing is Standing.SOLE and sight not in doomed]
    lost = [sight for sight in seen if sight.standing is Standing.LOST or sight in doomed]
    age = now - (booking.submitted_at or now)
    if forming and age < policy.forming_at_most:
        return Settlement(verdict=Verdict.WAIT)
    debris = [
        sight
        for sight in seen
        if sight.standing is Standing.CANCELLED and sight.reservation.status is ReservationStatus.PENDING
    ]
    undo = [sight.reservation.id for sight in (*forming, *lost, *debris)]
    agreed = [sight.reservation for sight in standing if _is_as_agreed(sight.reservation, booking.offer)]
    if agreed:
        kept = agreed[0]
        undo += [sight.reservation.id for sight in standing if sight.reservation.id != kept.id]
        return Settlement(verdict=Verdict.CONFIRM, reservation=kept.id, undo=tuple(undo))
    if standing:
        undo += [sight.reservation.id for sight in standing]
        dearer = any(sight.reservation.total != booking.offer.total for sight in standing)
        return Settlement(verdict=Verdict.PRICE_CHANGED if dearer else Verdict.SOLD_OUT, undo=tuple(undo))
    # What the PMS cancelled by itself had room lines; what is left of a crash has none and proves nothing.
    taken_back = any(sight.standing is Standing.CANCELLED and sight.reservation.rooms for sight in seen)
    if lost or taken_back:
        return Settlement(verdict=Verdict.SOLD_OUT, undo=tuple(undo))
    if booking.absent_since is not None and now - booking.absent_since >= policy.presume_absent_after:
        return Settlement(verdict=Verdict.RESUBMIT, undo=tuple(undo))
    return Settlement(verdict=Verdict.WAIT, undo=tuple(undo))


def _is_as_agreed(reservation: Reservation, offer: Offer) -> bool:
    """Tell whether a PMS that drops or replaces rooms without a word has booked what the guest said yes to."""
    return (
        reservation.total == offer.total
        and reservation.stay == offer.stay
        and reservation.room_types == (offer.room_type.id,)
        and len(reservation.room_ids) == offer.occupancy.rooms
    )
