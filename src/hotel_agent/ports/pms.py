from abc import abstractmethod
from typing import Protocol

from hotel_agent.domain.ids import Reference, ReservationId
from hotel_agent.domain.reservations import (
    Amendment,
    AmendmentQuote,
    BookingOrder,
    Capabilities,
    Finding,
    Payment,
    Reservation,
    Standing,
)
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.stays import Occupancy, Stay


class PropertySystem(Protocol):
    """
    One hotel's property management system (PMS).

    Reads are safe to repeat. Every method may raise `Unavailable` (nothing happened; `Misconfigured` says what to change) and
    `MalformedReply`. Every write ends in one of three ways: it returns (done), raises `Rejected` with a typed reason (nothing
    changed), or raises `OutcomeUnknown` (it may have happened: look it up before anything else). No write is ever repeated
    by an adapter on its own.
    """

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What this PMS can do."""

    @abstractmethod
    async def room_types(self) -> tuple[RoomType, ...]:
        """All active room types, by id."""

    @abstractmethod
    async def search(self, stay: Stay, occupancy: Occupancy) -> tuple[Vacancy, ...]:
        """
        Say which room types can take *occupancy* for the whole *stay*, with their free rooms and total price.

        Types that cannot hold the party, do not allow the length of stay or have too few free rooms are left out. Our own
        locks are not known to the PMS and not subtracted.
        """

    @abstractmethod
    async def book(self, order: BookingOrder) -> Reservation:
        """
        Write *order* to the PMS and return what it says it wrote.

        Returning proves nothing yet: `verify` does. Call it under the hotel's writer lease. If the price is no longer the
        agreed one nothing is booked (`Rejected` with `PRICE_CHANGED`). A reference that is there already is not written
        again: what stands under it is returned.
        """

    @abstractmethod
    async def find(self, reference: Reference) -> tuple[Reservation, ...]:
        """All reservations that carry *reference*, cancelled ones and unfinished ones included, oldest first."""

    @abstractmethod
    async def get(self, reservation: ReservationId) -> Reservation:
        """
        Read one reservation.

        Raises:
            NotFound: the PMS has none of that id in this hotel.

        """

    @abstractmethod
    async def verify(self, reservation: ReservationId) -> Standing:
        """Say what the PMS's records prove about a reservation, from its room lines and those of others on the same rooms."""

    @abstractmethod
    async def cancel(self, reservation: ReservationId) -> Reservation:
        """
        Cancel a reservation and free its rooms; repeating it is harmless, and cleans up what a crash left unfinished.

        Raises:
            Rejected: there is none of that id.
            Unavailable: also while the PMS is still writing it (`FORMING`): it could come alive again.

        """

    @abstractmethod
    async def quote_amendment(self, reservation: ReservationId, amendment: Amendment) -> AmendmentQuote:
        """
        Say what `amend` would come to now, and in which rooms, without changing anything; `amendment.total` is not looked at.

        Rooms that the reservation has stay its own where the PMS can manage that. Our own locks are not subtracted.

        Raises:
            Rejected: it would be refused, for that reason.

        """

    @abstractmethod
    async def amend(self, reservation: ReservationId, amendment: Amendment) -> Reservation:
        """Change dates, rooms, type or party; the reservation keeps its id. Raises `Rejected` and leaves it as it was."""

    @abstractmethod
    async def check_in(self, reservation: ReservationId) -> Reservation:
        """Mark every live room of the reservation as checked in now (hotel time)."""

    @abstractmethod
    async def check_out(self, reservation: ReservationId) -> Reservation:
        """Mark every live room as checked out now, not later than its departure."""

    @abstractmethod
    async def record_payment(self, reservation: ReservationId, payment: Payment) -> Reservation:
        """Note money received elsewhere; look at `paid` of what comes back, some PMS count in their own way."""

    @abstractmethod
    async def of_guest(self, *, email: str | None = None, phone: str | None = None) -> tuple[Reservation, ...]:
        """All reservations of the guest with that e-mail or phone (E.164), latest arrival first."""

    @abstractmethod
    async def diagnose(self) -> tuple[Finding, ...]:
        """Probe everything this adapter needs (reachability, key, permissions, currency, taxes) without changing anything."""
