"""Shops made from a seed: any number of hotels and rooms, the same ones every time."""

from decimal import Decimal
from random import Random
from typing import Final

from hotel_agent.emulators.qloapps.shop import COUNTRIES, ApiKey, Hotel, Room, RoomType, Service, Shop, TaxGroup, us_states

MOST_HOTELS: Final = 500
MOST_ROOMS: Final = 200

_FIRST: Final = ("Casa", "Hotel", "Palacio", "Villa", "Grand", "Quinta", "Solar", "Mirador")
_SECOND: Final = ("Azul", "del Mar", "Real", "Central", "da Praia", "Alameda", "Miramar", "del Sol", "Jardim", "Atlântico")
_CITIES: Final = ("Demo City", "Puerto Viejo", "Vila Nova", "San Telmo", "Porto Claro", "Monteverde")
_KINDS: Final = (
    # name, price of a night, base adults, base children, most adults, most children, most guests, shortest stay
    ("Single", 60, 1, 0, 1, 0, 1, 1),
    ("Double", 90, 2, 0, 2, 1, 3, 1),
    ("Twin", 95, 2, 0, 2, 1, 3, 1),
    ("Triple", 130, 3, 0, 3, 1, 4, 1),
    ("Family", 160, 2, 2, 4, 3, 6, 1),
    ("Suite", 240, 2, 0, 2, 2, 4, 2),
)


def generated_shop(seed: int, *, key: str, hotels: int = 1, rooms: int = 30, domain: str | None = None) -> Shop:
    """
    A shop of *hotels* hotels with *rooms* rooms each, the same for the same *seed*; *key* (32 characters) may do everything.

    Raises:
        ValueError: more than 500 hotels or 200 rooms, or none.
    """
    if not (1 <= hotels <= MOST_HOTELS and 1 <= rooms <= MOST_ROOMS):
        raise ValueError(f"1 to {MOST_HOTELS} hotels of 1 to {MOST_ROOMS} rooms can be generated")
    random = Random(seed)  # noqa: S311 - repeatable on purpose
    return Shop(
        hotels=tuple(_hotel(random, number, rooms) for number in range(1, hotels + 1)),
        keys=(ApiKey(key),),
        name="Generated Shop",
        domain=domain,
        tax_groups=(TaxGroup("Standard (10%)", Decimal(10)),),
        countries=COUNTRIES,
        states=us_states(),
        services=(
            Service("Cleaning", Decimal(10), per_day=True, auto_added=True),
            Service("Breakfast", Decimal(12), per_day=True),
            Service("Airport Shuttle", Decimal(35)),
        ),
    )


def _hotel(random: Random, number: int, rooms: int) -> Hotel:
    kinds = sorted(random.sample(range(len(_KINDS)), k=min(len(_KINDS), max(1, rooms // 4), 2 + random.randrange(4))))
    shares = [rooms // len(kinds) + (1 if position < rooms % len(kinds) else 0) for position in range(len(kinds))]
    level = Decimal(random.randrange(80, 181)) / 100
    numbers = iter(range(rooms))
    room_types = []
    for kind, share in zip(kinds, shares, strict=True):
        name, price, adults, children, most_adults, most_children, most_guests, shortest = _KINDS[kind]
        room_types.append(
            RoomType(
                name=name,
                price=Decimal(int(price * level)),
                rooms=tuple(_room(next(numbers)) for _ in range(share)),
                adults=adults,
                children=children,
                max_adults=most_adults,
                max_children=most_children,
                max_guests=most_guests,
                min_nights=shortest,
            )
        )
    return Hotel(
        name=f"{random.choice(_FIRST)} {random.choice(_SECOND)} {number}",
        room_types=tuple(room_types),
        email=f"hotel{number}@example.com",
        street=f"{random.randrange(1, 200)} Main Street",
        city=random.choice(_CITIES),
        postcode=f"{random.randrange(10000, 99999)}",
        state="AL",
        rating=random.randrange(2, 6),
    )


def _room(position: int) -> Room:
    floor, place = divmod(position, 20)
    return Room(f"{floor + 1}{place + 1:02d}", f"Floor {floor + 1}")
