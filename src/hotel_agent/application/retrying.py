"""Tries again what is safe to repeat: reads of a PMS that did not take the question, as an object of the same port."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeVar

import anyio
from attrs import define

from hotel_agent.domain.errors import BreakerOpen, Misconfigured, Unavailable
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
from hotel_agent.ports.observer import Observer
from hotel_agent.ports.pms import PropertySystem

T = TypeVar("T")

TRIES: Final = 3
FIRST_PAUSE_S: Final = 0.1
_IN_VAIN: Final = (Misconfigured, BreakerOpen)
"""The far side refuses us as we are (a 401, a 403, a 429), or is left alone: once more is no better."""


@define
class RetryingPropertySystem(PropertySystem):
    """
    A hotel's PMS whose reads are tried three times in all, with pauses that double and of which *jitter* (0 to 1) is drawn.

    A write is sent once, whatever comes of it, and so is a question that was answered: with a no, with nonsense, or with
    whatever stands behind a 4xx. How long all tries may take together is for the guard round this, whose breaker counts them
    as one call.
    """

    _pms: PropertySystem
    _part: str
    _observer: Observer
    _jitter: Callable[[], float]

    @property
    def capabilities(self) -> Capabilities:
        return self._pms.capabilities

    async def room_types(self) -> tuple[RoomType, ...]:
        return await self._read("room_types", self._pms.room_types)

    async def search(self, stay: Stay, occupancy: Occupancy) -> tuple[Vacancy, ...]:
        return await self._read("search", lambda: self._pms.search(stay, occupancy))

    async def book(self, order: BookingOrder) -> Reservation:
        return await self._pms.book(order)

    async def find(self, reference: Reference) -> tuple[Reservation, ...]:
        return await self._read("find", lambda: self._pms.find(reference))

    async def get(self, reservation: ReservationId) -> Reservation:
        return await self._read("get", lambda: self._pms.get(reservation))

    async def verify(self, reservation: ReservationId) -> Standing:
        return await self._read("verify", lambda: self._pms.verify(reservation))

    async def cancel(self, reservation: ReservationId) -> Reservation:
        return await self._pms.cancel(reservation)

    async def quote_amendment(self, reservation: ReservationId, amendment: Amendment) -> AmendmentQuote:
        return await self._read("quote_amendment", lambda: self._pms.quote_amendment(reservation, amendment))

    async def amend(self, reservation: ReservationId, amendment: Amendment) -> Reservation:
        return await self._pms.amend(reservation, amendment)

    async def check_in(self, reservation: ReservationId) -> Reservation:
        return await self._pms.check_in(reservation)

    async def check_out(self, reservation: ReservationId) -> Reservation:
        return await self._pms.check_out(reservation)

    async def record_payment(self, reservation: ReservationId, payment: Payment) -> Reservation:
        return await self._pms.record_payment(reservation, payment)

    async def of_guest(self, *, email: str | None = None, phone: str | None = None) -> tuple[Reservation, ...]:
        return await self._read("of_guest", lambda: self._pms.of_guest(email=email, phone=phone))

    async def diagnose(self) -> tuple[Finding, ...]:
        return await self._pms.diagnose()

    async def _read(self, operation: str, ask: Callable[[], Awaitable[T]]) -> T:
        pause = FIRST_PAUSE_S
        for _ in range(TRIES - 1):
            began = anyio.current_time()
            try:
                return await ask()
            except _IN_VAIN:
                raise
            except Unavailable:
                self._observer.called(self._part, operation, "retried", timedelta(seconds=anyio.current_time() - began))
            await anyio.sleep(pause * (1 + self._jitter()) / 2)
            pause *= 2
        return await ask()
