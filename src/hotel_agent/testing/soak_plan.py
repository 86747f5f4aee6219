"""
What a soak sets up and whom it sends: pure values, drawn from a seed.

A *prize* is one room type of one hotel over a few nights; from two to twenty guests go for each of its rooms at the same
moment. Hotels of the first group are served by one installation: its processes share journal, locks and writer leases. Hotels
of the second group are served by two installations on the same shop that know nothing of each other: neither locks nor leases
help between them, only the proof in the PMS's records does.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from string import ascii_uppercase, digits
from typing import Final
from zoneinfo import ZoneInfo

from attrs import frozen

from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import OfferId, RoomId, TenantId
from hotel_agent.domain.offers import Offer, offer_of
from hotel_agent.domain.reservations import Guest
from hotel_agent.domain.rooms import Vacancy
from hotel_agent.domain.settling import SettlingPolicy
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.emulators.qloapps.shop import COUNTRIES, KEY_LENGTH, ApiKey, Room, RoomType, Shop, TaxGroup, us_states
from hotel_agent.emulators.qloapps.shop import Hotel as ShopHotel

CURRENCY: Final = "USD"
ZONE: Final = ZoneInfo("UTC")

SCALE: Final = 15
"""How much shorter than in production everything is that waits for an answer that may be lost."""
WATCH_SCALE: Final = 600
"""The same for the looks for late twins: the last comes 7 s after a booking was sent again, longer than any request takes."""

SETTLING: Final = SettlingPolicy(
    presume_absent_after=timedelta(seconds=90) / SCALE,
    forming_at_most=timedelta(seconds=60) / SCALE,
    tell_staff_after=timedelta(minutes=15) / SCALE,
    watch_after=tuple(timedelta(minutes=minutes) / WATCH_SCALE for minutes in (1, 10, 60)),
    first_wait=timedelta(seconds=0.2),
    longest_wait=timedelta(seconds=15) / SCALE,
)
MAX_EXECUTION: Final = timedelta(seconds=60) / SCALE
WRITE_LIMIT: Final = timedelta(seconds=30) / SCALE
READ_LIMIT: Final = timedelta(seconds=2)
LEASE_TTL: Final = timedelta(seconds=45) / SCALE
LEASE_PATIENCE: Final = timedelta(seconds=5)
"""Longer than a lease that a killed worker leaves behind: who waits for it gets it."""
RECHECK_AFTER: Final = timedelta(seconds=0.5)
"""Longer than the emulator's race window, as a second is longer than what was seen of QloApps."""
COOL_DOWN: Final = timedelta(seconds=30) / SCALE
RACE_WINDOW_S: Final = 0.3
"""Between check and answer of a create in the emulator: as measured on QloApps (0.2 to 0.6 s)."""
SLOWEST_S: Final = 3.0
"""The longest a request is held up: longer than `WRITE_LIMIT`, shorter than `MAX_EXECUTION`, as on a real server."""
LATE_S: Final = (8.0, 12.0)
"""On request only: creates that are held up until absence has been presumed, and so come late, as twins."""

_ROOMS: Final = (1, 2, 3)
_NIGHTS: Final = 3
_FIRST_DAY: Final = timedelta(days=30)
_MOST_FOR_A_ROOM: Final = 20
_MANY: Final = 4.5
"""With this mean beyond two, about six and a half guests go for a room."""
_MIXED: Final = 0.25
_PAIRS: Final = 0.2
_LATE_MOST_S: Final = 2.0
_LATE: Final = 0.3


@frozen(kw_only=True)
class Installation:
    """One store, and the hotels whose bookings its processes carry out."""

    name: str
    hotels: tuple[int, ...]

    @property
    def tenants(self) -> Mapping[TenantId, int]:
        """Its hotels' ids in the shop, by tenant."""
        return {tenant_of(hotel): hotel for hotel in self.hotels}


@frozen(kw_only=True)
class Errand:
    """What a guest of the soak wants: an offer made before anybody else came, on any of the candidate rooms."""

    offer: Offer
    candidates: tuple[RoomId, ...]
    guest: Guest


@frozen(kw_only=True)
class Contender:
    """One guest: whom they write to, and how long after the others of their prize (seconds)."""

    installation: str
    tenant: TenantId
    sender: str
    late_s: float
    errand: Errand


@frozen(kw_only=True)
class Prize:
    tenant: TenantId
    contenders: tuple[Contender, ...]
    rooms: int


Stock = Mapping[tuple[TenantId, int, int], tuple[Vacancy, ...]]
"""What the empty shop sells, by hotel, nights and rooms asked for."""


def tenant_of(hotel: int) -> TenantId:
    return TenantId(f"hotel-{hotel}")


def installations(hotels: int) -> tuple[Installation, ...]:
    """Divide *hotels* between the two groups, two fifths to the first: its guests wait longer for each other's locks."""
    served = hotels * 2 // 5
    first, second = tuple(range(1, served + 1)), tuple(range(served + 1, hotels + 1))
    return (
        Installation(name="shared", hotels=first),
        Installation(name="apart-1", hotels=second),
        Installation(name="apart-2", hotels=second),
    )


def hotel_of(hotel: int) -> Hotel:
    """Describe a hotel of the shop to the agent."""
    return Hotel(id=tenant_of(hotel), name=f"Hotel {hotel}", timezone=ZONE, country="US", currency=CURRENCY)


def shop_of(seed: int, hotels: int) -> Shop:
    """Small hotels of three room types with one, two and three rooms, so that last rooms are the rule."""
    random = Random(f"{seed} shop")
    return Shop(
        hotels=tuple(_shop_hotel(random, number) for number in range(1, hotels + 1)),
        keys=(ApiKey("".join(random.choices(ascii_uppercase + digits, k=KEY_LENGTH))),),
        name="Soak",
        tax_groups=(TaxGroup("10%", Decimal(10)),),
        countries=COUNTRIES,
        states=us_states(),
    )


def _shop_hotel(random: Random, number: int) -> ShopHotel:
    return ShopHotel(
        f"Hotel {number}",
        tuple(
            RoomType(
                name=f"Type {count}",
                price=Decimal(random.randrange(4000, 30000)) / 100,
                rooms=tuple(Room(f"{count}0{place}") for place in range(1, count + 1)),
            )
            for count in _ROOMS
        ),
        state="AL",
        postcode="36104",
    )


def wanted_stock(today: date) -> tuple[tuple[Stay, Occupancy], ...]:
    """What has to be asked of the empty shop, of every hotel, to know the `Stock`."""
    first = today + _FIRST_DAY
    stays = [Stay(first, first + timedelta(days=nights)) for nights in range(1, _NIGHTS + 1)]
    return tuple((stay, Occupancy(2, rooms=rooms)) for stay in stays for rooms in (1, 2))


def prizes(seed: int, bookings: int, stock: Stock, now: datetime, sites: tuple[Installation, ...]) -> Iterator[Prize]:
    """Draw prizes until *bookings* guests have been sent."""
    random = Random(f"{seed} prizes")
    serving: dict[TenantId, list[str]] = {}
    for site in sites:
        for tenant in site.tenants:
            serving.setdefault(tenant, []).append(site.name)
    first = now.date() + _FIRST_DAY
    slots = [(tenant, rooms) for tenant in serving for rooms in _ROOMS]
    left, window = bookings, 0
    while left:
        begins = first + timedelta(days=_NIGHTS * window)
        window += 1
        random.shuffle(slots)
        for tenant, rooms in slots:
            per_room = min(_MOST_FOR_A_ROOM, 2 + int(random.expovariate(1 / _MANY)))
            count = min(left, per_room * rooms)
            if not count:
                return
            mixed = random.random() < _MIXED
            contenders = []
            for n in range(count):
                stay = _stay(random, begins, mixed=mixed)
                asked = 2 if rooms == max(_ROOMS) and random.random() < _PAIRS else 1
                vacancy = stock[tenant, stay.nights, asked][_position(stock[tenant, stay.nights, asked], rooms)]
                number = bookings - left + n
                contenders.append(
                    Contender(
                        installation=random.choice(serving[tenant]),
                        tenant=tenant,
                        sender=f"guest-{number}",
                        late_s=random.uniform(0, _LATE_MOST_S) if random.random() < _LATE else 0.0,
                        errand=_errand(vacancy, stay, Occupancy(2, rooms=asked), number, now),
                    )
                )
            left -= count
            yield Prize(tenant=tenant, contenders=tuple(contenders), rooms=rooms)


def _position(vacancies: tuple[Vacancy, ...], rooms: int) -> int:
    return next(place for place, vacancy in enumerate(vacancies) if len(vacancy.rooms) == rooms)


def _stay(random: Random, begins: date, *, mixed: bool) -> Stay:
    """All want the same nights; of a *mixed* prize each some of them, so that stays overlap in part."""
    if not mixed:
        return Stay(begins, begins + timedelta(days=2))
    nights = random.randrange(1, _NIGHTS + 1)
    arrival = begins + timedelta(days=random.randrange(_NIGHTS - nights + 1))
    return Stay(arrival, arrival + timedelta(days=nights))


def _errand(vacancy: Vacancy, stay: Stay, party: Occupancy, number: int, now: datetime) -> Errand:
    offer = offer_of(vacancy, OfferId(f"o-{number}"), stay, party, now + timedelta(minutes=5))
    guest = Guest(name=f"Ana Núñez {number}", email=f"guest-{number}@example.com", phone=f"+346{number:08d}")
    return Errand(offer=offer, candidates=vacancy.rooms, guest=guest)
