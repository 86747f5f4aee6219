"""When guests stay and who they are."""

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import frozen

from hotel_agent.domain.errors import InvalidValue

MAX_NIGHTS = 365
MAX_GUESTS = 99
MAX_ROOMS = 20
_ADULT_AGE = 18


@frozen
class Stay:
    """
    The nights `[arrival, departure)`, hotel-local days: the departure day's night is somebody else's.

    Raises:
        InvalidValue: no night, or more than 365.

    """

    arrival: date
    departure: date

    def __attrs_post_init__(self) -> None:
        if self.departure <= self.arrival:
            raise InvalidValue("departure must be after arrival")
        if self.nights > MAX_NIGHTS:
            raise InvalidValue(f"a stay has at most {MAX_NIGHTS} nights")

    @property
    def nights(self) -> int:
        return (self.departure - self.arrival).days

    def overlaps(self, other: "Stay") -> bool:
        """Tell whether both need the same night; back-to-back stays do not."""
        return self.arrival < other.departure and other.arrival < self.departure

    def each_night(self) -> Iterator[date]:
        return (self.arrival + timedelta(days=n) for n in range(self.nights))


@frozen
class Occupancy:
    """
    The guests of a stay, over all its rooms.

    Raises:
        InvalidValue: no adult, a child aged 18 or more, more than 99 guests, no room, or more rooms than adults.

    """

    adults: int
    child_ages: tuple[int | None, ...] = ()
    """One entry a child; None where the age was not said."""
    rooms: int = 1

    def __attrs_post_init__(self) -> None:
        if self.adults < 1:
            raise InvalidValue("a party has at least one adult")
        if self.guests > MAX_GUESTS:
            raise InvalidValue(f"a party has at most {MAX_GUESTS} guests")
        if any(age is not None and not 0 <= age < _ADULT_AGE for age in self.child_ages):
            raise InvalidValue("a child is 0 to 17 years old")
        if not 1 <= self.rooms <= MAX_ROOMS:
            raise InvalidValue(f"between 1 and {MAX_ROOMS} rooms can be asked for")
        if self.rooms > self.adults:
            raise InvalidValue("every room needs an adult")

    @property
    def children(self) -> int:
        return len(self.child_ages)

    @property
    def guests(self) -> int:
        return self.adults + self.children

    def per_room(self) -> tuple["Occupancy", ...]:
        """Spread the party over its rooms as evenly as it goes, larger rooms first."""
        if self.rooms == 1:
            return (self,)
        adults = [self.adults // self.rooms + (n < self.adults % self.rooms) for n in range(self.rooms)]
        children: list[list[int | None]] = [[] for _ in range(self.rooms)]
        for n, age in enumerate(self.child_ages):
            children[(self.rooms - 1 - n) % self.rooms].append(age)
        return tuple(Occupancy(count, tuple(ages)) for count, ages in zip(adults, children, strict=True))
