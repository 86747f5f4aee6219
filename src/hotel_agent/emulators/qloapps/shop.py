"""
What a shop consists of: plain values from which a store is filled.

Build a `Shop` of your own, or take `recorded_shop()` (the demo installation of the recordings) or `generated_shop(...)`.
Money is in the default currency without tax, days are hotel-local. Ids are given by position: the first hotel is 1, room types
count from 1 over all hotels, rooms likewise, services follow the room types (they share the table of products).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from attrs import evolve, field, frozen

ALL_METHODS: Final = frozenset({"GET", "PUT", "POST", "DELETE", "HEAD"})
KEY_LENGTH: Final = 32
DISABLED: Final = 2
DISABLED_FOR_A_TIME: Final = 3


def _permissions(value: Mapping[str, Iterable[str]] | None) -> Mapping[str, frozenset[str]] | None:
    return None if value is None else {name: frozenset(methods) for name, methods in value.items()}


@frozen
class ApiKey:
    """A web-service key of 32 characters; *permissions* maps resource to methods, None grants everything."""

    key: str = field(repr=False)
    active: bool = True
    permissions: Mapping[str, frozenset[str]] | None = field(default=None, converter=_permissions)


@frozen
class Currency:
    iso_code: str
    name: str = ""
    sign: str = ""
    iso_number: str = ""
    rate: Decimal = Decimal(1)
    """Units of this currency for one of the default currency."""
    blank: bool = False
    format: int = 1


@frozen
class Language:
    iso_code: str
    name: str
    code: str = ""
    date_format: str = "Y-m-d"


@frozen
class TaxGroup:
    name: str
    rate: Decimal
    """Percent."""


@frozen
class Country:
    iso_code: str
    name: str
    id: int
    zip_format: str = ""
    """QloApps' notation: N digit, L letter, C country code; empty accepts anything."""
    has_states: bool = False
    zone: int = 1
    call_prefix: int = 0


@frozen
class State:
    iso_code: str
    name: str
    id: int
    country: str
    zone: int = 2


@frozen
class Room:
    number: str
    floor: str = ""
    status: int = 1
    """1 in service, 2 out of order, 3 out of order on `closed` only."""
    closed: tuple[tuple[date, date], ...] = ()
    """Ranges [from, to) of nights."""


@frozen
class RoomType:
    name: str
    price: Decimal
    """A night, without tax."""
    rooms: tuple[Room, ...]
    adults: int = 2
    children: int = 2
    max_adults: int = 2
    max_children: int = 2
    max_guests: int = 4
    min_nights: int = 1
    max_nights: int = 0
    """0: no limit."""
    tax_group: int = 1
    """Position in the shop's tax groups, from 1; 0: untaxed."""
    description: str = ""
    links: Mapping[str, tuple[int, ...]] = field(factory=dict)


@frozen
class Service:
    name: str
    price: Decimal
    per_day: bool = False
    auto_added: bool = False
    with_room_price: bool = True
    """Auto-added services: shown inside the room's price (True) or as a separate charge."""
    tax_group: int = 1


@frozen
class Facility:
    name: str
    price: Decimal
    per_night: bool = False
    tax_group: int = 1
    options: tuple[tuple[str, Decimal], ...] = ()


@frozen
class SpecialPrice:
    """A seasonal price of one room type; both days inclusive."""

    room_type: int
    first_day: date
    last_day: date
    way: int
    """1 lower, 2 raise, 3 replace."""
    percent: bool
    value: Decimal
    name: str = ""


@frozen
class Hotel:
    name: str
    room_types: tuple[RoomType, ...]
    phone: str = "0987654321"
    email: str = "hotel@example.com"
    street: str = ""
    city: str = "Demo City"
    postcode: str = ""
    country: str = "US"
    state: str = ""
    check_in: str = "12:00"
    check_out: str = "11:00"
    rating: int = 3
    policies: str = ""
    description: str = ""
    short_description: str = ""
    links: Mapping[str, tuple[int, ...]] = field(factory=dict)


@frozen
class Customer:
    firstname: str
    lastname: str
    email: str
    phone: str
    gender: int = 0
    birthday: date | None = None
    newsletter: bool = False


@frozen
class Shop:
    """
    A whole installation.

    `domain` is the host name (with port) that requests must name; None accepts any. Keys are the caller's: there is no default
    that opens a served emulator.
    """

    hotels: tuple[Hotel, ...]
    keys: tuple[ApiKey, ...]
    name: str = "Demo Hotel"
    domain: str | None = None
    currencies: tuple[Currency, ...] = (Currency("USD", "Dollar", "$", "840"),)
    languages: tuple[Language, ...] = (Language("en", "English (English)", "en"),)
    tax_groups: tuple[TaxGroup, ...] = ()
    countries: tuple[Country, ...] = ()
    states: tuple[State, ...] = ()
    services: tuple[Service, ...] = ()
    facilities: tuple[Facility, ...] = ()
    special_prices: tuple[SpecialPrice, ...] = ()
    customers: tuple[Customer, ...] = ()


US_STATES: Final = (
    "AL:Alabama AK:Alaska AZ:Arizona AR:Arkansas CA:California CO:Colorado CT:Connecticut DE:Delaware FL:Florida "
    "GA:Georgia HI:Hawaii ID:Idaho IL:Illinois IN:Indiana IA:Iowa KS:Kansas KY:Kentucky LA:Louisiana ME:Maine "
    "MD:Maryland MA:Massachusetts MI:Michigan MN:Minnesota MS:Mississippi MO:Missouri MT:Montana NE:Nebraska NV:Nevada "
    "NH:New_Hampshire NJ:New_Jersey NM:New_Mexico NY:New_York NC:North_Carolina ND:North_Dakota OH:Ohio OK:Oklahoma "
    "OR:Oregon PA:Pennsylvania RI:Rhode_Island SC:South_Carolina SD:South_Dakota TN:Tennessee TX:Texas UT:Utah "
    "VT:Vermont VA:Virginia WA:Washington WV:West_Virginia WI:Wisconsin WY:Wyoming PR:Puerto_Rico VI:US_Virgin_Islands "
    "DC:District_of_Columbia"
)


def us_states() -> tuple[State, ...]:
    """The states of the United States with the ids of an installation (Alabama 1 to the District of Columbia 53)."""
    pairs = [word.split(":") for word in US_STATES.split()]
    return tuple(State(code, name.replace("_", " "), number, "US") for number, (code, name) in enumerate(pairs, start=1))


COUNTRIES: Final = (
    Country("DE", "Germany", 1, "NNNNN", call_prefix=49),
    Country("ES", "Spain", 6, "NNNNN", call_prefix=34),
    Country("FR", "France", 8, "NNNNN", call_prefix=33),
    Country("IT", "Italy", 10, "NNNNN", call_prefix=39),
    Country("PT", "Portugal", 15, "NNNN-NNN", call_prefix=351),
    Country("GB", "United Kingdom", 17, "", call_prefix=44),
    Country("US", "United States", 21, "NNNNN", has_states=True, zone=2, call_prefix=1),
    Country("BR", "Brazil", 58, "", zone=6, call_prefix=55),
)
"""Countries of an installation that guests of ours come from; ids as installed for the US, others by the installer's order."""


EURO: Final = Currency("EUR", "Euro", "€", "978", Decimal("0.9"), blank=True, format=2)
FRENCH: Final = Language("fr", "Français (French)", "fr-fr", "d/m/Y")


def bilingual(shop: Shop) -> Shop:
    """The *shop* with the second language and currency of the recordings: fr (2) and EUR (2, rate 0.9)."""
    return evolve(shop, languages=(*shop.languages, FRENCH), currencies=(*shop.currencies, EURO))
