"""What orders and room lines prove about a reservation, without asking anybody (API notes, sections 7.4, 8 and 14)."""

from collections.abc import Iterable, Sequence

from attrs import frozen

from hotel_agent.adapters.qloapps.wire import CHECKED_IN, CHECKED_OUT, Line, Order
from hotel_agent.domain.reservations import ReservationStatus, Standing

WRITING = 0
_CANCELLED_STATES = frozenset({4, 5})  # cancelled, refunded
_PAYMENT_ERROR = 6
_OVERBOOKED_STATES = frozenset({7, 11, 12})


@frozen
class Entry:
    """An order with its room lines, by id."""

    order: Order
    lines: tuple[Line, ...]

    @property
    def live(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.live)

    @property
    def forming(self) -> bool:
        """Tell whether QloApps may still be writing it, or has died writing it."""
        if not self.lines:
            return self.order.state not in _CANCELLED_STATES
        return self.order.state == WRITING or (self.order.state in _CANCELLED_STATES and bool(self.live))

    @property
    def cancelled(self) -> bool:
        """Tell whether it is cancelled in the books and holds nothing."""
        return self.order.state in _CANCELLED_STATES and not self.live

    @property
    def kept_back_order(self) -> bool:
        return any(line.back_order and not line.refunded for line in self.lines)


def status_of(entry: Entry) -> ReservationStatus:
    """Read the status from state and lines; `bookings` shows a cancelled booking exactly like a live one."""
    live = entry.live
    if not entry.lines:
        return ReservationStatus.CANCELLED if entry.cancelled else ReservationStatus.PENDING
    if not live:
        return ReservationStatus.OVERBOOKED if entry.kept_back_order else ReservationStatus.CANCELLED
    if entry.forming or entry.order.state == _PAYMENT_ERROR:
        return ReservationStatus.PENDING
    if entry.kept_back_order or entry.order.state in _OVERBOOKED_STATES:
        return ReservationStatus.OVERBOOKED
    if all(line.status == CHECKED_OUT for line in live):
        return ReservationStatus.CHECKED_OUT
    if any(line.status in {CHECKED_IN, CHECKED_OUT} for line in live):
        return ReservationStatus.CHECKED_IN
    return ReservationStatus.CONFIRMED


def standing_of(entry: Entry, rivals: Iterable[Line], *, given_up: bool) -> Standing:
    """
    Judge *entry* against *rivals*, the other lines on its rooms.

    QloApps checks and inserts without a lock, so of several live lines on one room and night the lowest id is the one that
    stays: everybody who follows this rule comes to the same answer. *given_up* says that the request which
    wrote the order has ended.
    """
    if entry.forming:
        if not given_up:
            return Standing.FORMING
        return Standing.LOST if entry.live else Standing.CANCELLED
    if not entry.live:
        return Standing.LOST if entry.kept_back_order else Standing.CANCELLED
    if len(entry.live) < len(entry.lines):
        return Standing.LOST
    return Standing.LOST if is_beaten(entry.live, rivals) else Standing.SOLE


def is_beaten(lines: Sequence[Line], rivals: Iterable[Line]) -> bool:
    """Tell whether any of *lines* shares a room and a night with an earlier live line."""
    return any(rival.id < line.id and rival.blocks(line) for rival in rivals for line in lines)
