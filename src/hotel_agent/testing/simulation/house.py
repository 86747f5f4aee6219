"""A hotel's PMS in a simulation: slow, down at times, careless, and used by others than us."""

from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Final

import anyio
from attrs import define, field

from hotel_agent.adapters.memory.pms import HouseType
from hotel_agent.domain.errors import Rejected, Unavailable
from hotel_agent.domain.ids import Reference, ReservationId, RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import BookingOrder, Reservation, Standing
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.understanding import RoomKind
from hotel_agent.testing.careless import CarelessPropertySystem
from hotel_agent.testing.simulation.luck import Weather

FIRST_NIGHT: Final = date(2031, 5, 2)
_SOMEBODY_FIRST: Final = 0.08
"""How often somebody else books just before us, past our lock."""
_RACED: Final = 0.5
"""How often the PMS does not see that when it checks."""
_FORMING: Final = 0.1
_DOWN: Final = 0.002
_SURCHARGE: Final = 0.03


def house(prices: Random) -> tuple[HouseType, ...]:
    """Two doubles and one suite, at prices of their own."""
    double, suite = prices.randrange(60, 120), prices.randrange(150, 250)
    return (
        HouseType(
            room_type=_type("1", "Doble", RoomKind.DOUBLE),
            rooms=((RoomId("11"), "11"), (RoomId("12"), "12")),
            night=Money.of(double, "EUR"),
        ),
        HouseType(
            room_type=_type("2", "Suite", RoomKind.SUITE),
            rooms=((RoomId("21"), "21"),),
            night=Money.of(suite, "EUR"),
        ),
    )


@define(kw_only=True)
class SimulatedPropertySystem(CarelessPropertySystem):
    """Takes its time, goes down, lets others in first, and may show a reservation before it is whole."""

    chance: Random
    weather: Weather
    _down_until: float = field(default=0.0, init=False)
    _whole_at: dict[ReservationId, float] = field(factory=dict, init=False)

    async def search(self, stay: Stay, occupancy: Occupancy) -> tuple[Vacancy, ...]:
        self._stumble()
        return await super().search(stay, occupancy)

    async def find(self, reference: Reference) -> tuple[Reservation, ...]:
        self._stumble()
        return await super().find(reference)

    async def book(self, order: BookingOrder) -> Reservation:
        self._stumble()
        await anyio.sleep(self.chance.uniform(0.01, 2.0))
        self.checks = True
        if self.chance.random() < _SOMEBODY_FIRST:
            with suppress(Rejected):
                self.walk_in(order.room_type_id, order.rooms[0], order.stay)
                self.weather.tally["somebody else's booking"] += 1
                self.checks = self.chance.random() >= _RACED
        euro = Money.of(1, order.total.currency)
        self.surcharge = euro if self.chance.random() < _SURCHARGE else None
        if self.surcharge:
            self.weather.tally["another total than agreed"] += 1
        made = await super().book(order)
        if self.chance.random() < _FORMING:
            self._whole_at[made.id] = anyio.current_time() + self.chance.uniform(0.5, 40.0)
            self.weather.tally["seen while being written"] += 1
        return made

    async def verify(self, reservation: ReservationId) -> Standing:
        self._stumble()
        if self._whole_at.get(reservation, 0.0) > anyio.current_time():
            return Standing.FORMING
        return await super().verify(reservation)

    def _stumble(self) -> None:
        now = anyio.current_time()
        if self.chance.random() < _DOWN:
            self._down_until = now + self.chance.uniform(5.0, 60.0)
            self.weather.tally["pms outage"] += 1
        if now < self._down_until:
            raise Unavailable("the PMS is down")

    async def reception(self, *, every: timedelta, until: float) -> None:
        """Let walk-ins take rooms now and then, where they are free, until an instant of the loop's clock."""
        while anyio.current_time() < until:
            await anyio.sleep(self.chance.expovariate(1 / every.total_seconds()))
            one = self.chance.choice(self._house)
            room, _ = self.chance.choice(one.rooms)
            with suppress(Rejected):
                self.walk_in(one.room_type.id, room, some_stay(self.chance))
                self.weather.tally["somebody else's booking"] += 1


def some_stay(chance: Random) -> Stay:
    """One to three nights in the same eight, so that stays meet without being equal."""
    arrival = FIRST_NIGHT + timedelta(days=chance.randrange(8))
    return Stay(arrival, arrival + timedelta(days=chance.randint(1, 3)))


def _type(room_type: str, name: str, kind: RoomKind) -> RoomType:
    return RoomType(id=RoomTypeId(room_type), name=name, kind=kind, max_adults=2, max_children=1, max_guests=3)
