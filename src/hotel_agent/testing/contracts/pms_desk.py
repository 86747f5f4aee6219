"""
How the contract of a `PropertySystem` books: only stays years ahead that are free, only under references and guests of its own.

Whatever was booked is cancelled at the end, so that the suites run against real hotels too.
"""

import secrets
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import date, timedelta
from typing import Final

import anyio
import pytest
from attrs import define, evolve, field

from hotel_agent.domain.errors import OutcomeUnknown, Rejected, Unavailable
from hotel_agent.domain.ids import Reference, ReservationId
from hotel_agent.domain.reservations import BookingOrder, Guest, Reservation, Standing
from hotel_agent.domain.rooms import Vacancy
from hotel_agent.domain.stays import MAX_ROOMS, Occupancy, Stay
from hotel_agent.ports.pms import PropertySystem

TWO: Final = Occupancy(2)
ONE: Final = Occupancy(1)
UNKNOWN: Final = ReservationId("999999999")

# Years ahead, where no real guest books; the same day is hardly ever chosen twice.
_FIRST_DAY: Final = 1200
_DAYS: Final = 2000
_TRIES: Final = 40

Unreachable = Callable[[], AbstractAsyncContextManager[PropertySystem]]


@define
class Desk:
    """
    Books under references of its own and tidies up.

    `settle` is how long the PMS may take to show a booking whose answer was lost.
    """

    pms: PropertySystem
    today: date
    settle: timedelta = timedelta(seconds=20)
    references: list[Reference] = field(factory=list)
    _run: str = field(factory=lambda: secrets.token_hex(5).upper(), init=False)

    def guest(self, name: str = "Ana Núñez", key: str = "") -> Guest:
        """A guest whom no other run knows."""
        digits = f"{int(self._run, 16) % 10**9:09d}"
        return Guest(name=name, email=f"contract-{self._run}{key}@example.com".lower(), phone=f"+346{digits[:8]}")

    def reference(self) -> Reference:
        self.references.append(Reference(f"ha-{self._run}-{len(self.references)}"))
        return self.references[-1]

    async def free_stay(self, *, nights: int = 2, around: int = 3) -> Stay:
        """Choose a stay for which something is free throughout, *around* nights before and after included."""
        for _ in range(_TRIES):
            arrival = self.today + timedelta(days=_FIRST_DAY + secrets.randbelow(_DAYS))
            wide = Stay(arrival - timedelta(days=around), arrival + timedelta(days=nights + around))
            if await self.pms.search(wide, ONE):
                return Stay(arrival, arrival + timedelta(days=nights))
        pytest.skip("no free stay was found in this hotel")

    async def vacancy(self, stay: Stay, occupancy: Occupancy = TWO, *, room_type: str | None = None) -> Vacancy:
        """Find the smallest room type (in rooms free) that takes the party, or the one named."""
        found = [one for one in await self.pms.search(stay, occupancy) if room_type in {None, one.room_type.id}]
        if not found:
            pytest.skip("this hotel has no room type for the party")
        return min(found, key=lambda one: (len(one.rooms), one.room_type.id))

    def order(
        self, vacancy: Vacancy, stay: Stay, occupancy: Occupancy = TWO, *, guest: Guest | None = None, first: int = 0
    ) -> BookingOrder:
        """Write an order for the rooms of *vacancy* from the *first* on."""
        return BookingOrder(
            reference=self.reference(),
            room_type_id=vacancy.room_type.id,
            rooms=vacancy.rooms[first : first + occupancy.rooms],
            stay=stay,
            occupancy=occupancy,
            total=vacancy.total,
            guest=guest or self.guest(),
        )

    async def book(self, stay: Stay, occupancy: Occupancy = TWO, *, guest: Guest | None = None) -> Reservation:
        vacancy = await self.vacancy(stay, occupancy)
        return await self.settled(self.order(vacancy, stay, occupancy, guest=guest))

    async def settled(self, order: BookingOrder, pms: PropertySystem | None = None) -> Reservation:
        """Book *order*; where the outcome is unknown, look it up until it shows."""
        pms = pms or self.pms
        try:
            return await pms.book(order)
        except OutcomeUnknown:
            return await self.looked_up(order.reference, pms)

    async def looked_up(self, reference: Reference, pms: PropertySystem) -> Reservation:
        with anyio.fail_after(self.settle.total_seconds()):
            while True:
                with suppress(Unavailable):
                    for found in await pms.find(reference):
                        if await pms.verify(found.id) is not Standing.FORMING:
                            return await pms.get(found.id)
                await anyio.sleep(0.05)

    async def fill(self, stay: Stay, *, but: int) -> Vacancy:
        """Book all rooms of the smallest type except *but*; answer what is left."""
        vacancy = await self.vacancy(stay, ONE)
        while (extra := len(vacancy.rooms) - but) > 0:
            party = Occupancy(min(extra, MAX_ROOMS), rooms=min(extra, MAX_ROOMS))
            await self.settled(self.order(await self.vacancy(stay, party, room_type=vacancy.room_type.id), stay, party))
            left = [one for one in await self.pms.search(stay, ONE) if one.room_type.id == vacancy.room_type.id]
            if not left:
                return evolve(vacancy, rooms=())
            vacancy = left[0]
        return vacancy

    async def tidy(self) -> None:
        """Cancel everything that was booked under this desk's references."""
        for reference in self.references:
            for found in await self.pms.find(reference):
                with suppress(Rejected):
                    await self.pms.cancel(found.id)


class PropertySystemFixtures:
    """What the suites need; `PropertySystemContract` says what each of it is."""

    settle = timedelta(seconds=1)

    @pytest.fixture
    @abstractmethod
    def pms(self) -> PropertySystem: ...

    @pytest.fixture
    @abstractmethod
    def today(self) -> date: ...

    @pytest.fixture
    def rival(self, pms: PropertySystem) -> PropertySystem:
        return pms

    @pytest.fixture
    def unreachable(self) -> Unreachable | None:
        return None

    @pytest.fixture
    async def desk(self, pms: PropertySystem, today: date) -> AsyncIterator[Desk]:
        desk = Desk(pms, today)
        yield desk
        await desk.tidy()


def later(stay: Stay, days: int) -> Stay:
    return Stay(stay.arrival + timedelta(days=days), stay.departure + timedelta(days=days))
