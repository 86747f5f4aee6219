"""The demo installation that the recordings were made on (API.md, section 4), with its published keys."""

from datetime import date
from decimal import Decimal
from typing import Final

from hotel_agent.emulators.qloapps.directory import DIRECTORY
from hotel_agent.emulators.qloapps.shop import (
    COUNTRIES,
    ApiKey,
    Customer,
    Hotel,
    Room,
    RoomType,
    Service,
    Shop,
    TaxGroup,
    us_states,
)

RECORDED_DOMAIN: Final = "127.0.0.1:8099"
FULL_KEY: Final = "QLODEMOKEY0000000000000000000001"
READ_KEY: Final = "QLODEMOKEY0000000000000000000002"
INACTIVE_KEY: Final = "QLODEMOKEY0000000000000000000003"
SEARCH_KEY: Final = "QLODEMOKEY0000000000000000000004"
POWERLESS_KEY: Final = "QLODEMOKEY0000000000000000000005"

RECORDED_KEYS: Final = (
    ApiKey(FULL_KEY),
    ApiKey(READ_KEY, permissions=dict.fromkeys(DIRECTORY, ("GET", "HEAD"))),
    ApiKey(INACTIVE_KEY, active=False),
    ApiKey(SEARCH_KEY, permissions={"hotels": ("GET",), "hotel_ari": ("GET", "POST")}),
    ApiKey(POWERLESS_KEY, permissions={}),
)

_FEATURES: Final = (1, 11, 12, 14, 16, 17, 18, 2, 21, 4, 7, 8, 9)
_TYPES: Final = (
    ("General Rooms", 1000, "GR"),
    ("Delux Rooms", 1500, "DR"),
    ("Executive Rooms", 2000, "ER"),
    ("Luxury Rooms", 2500, "LR"),
)


def recorded_shop(*, domain: str | None = RECORDED_DOMAIN) -> Shop:
    """
    The fresh demo data of the recordings: one hotel, four room types of five rooms, six services, 4 % tax, US dollars.

    Its keys are published, so it is for tests and captures, never for a served emulator that somebody relies on.
    """
    room_types = tuple(
        RoomType(
            name=name,
            price=Decimal(price),
            rooms=tuple(Room(f"{prefix}-{number}", "First") for number in range(101, 106)),
            links={
                "categories": (2, 3, 5, 6, 7, 8),
                "images": tuple(range(position * 4 + 1, position * 4 + 5)),
                "room_type_features": (1, 2, 3, 4),
            },
        )
        for position, (name, price, prefix) in enumerate(_TYPES)
    )
    hotel = Hotel(
        name="The Hotel Prime",
        room_types=room_types,
        email="hotelprime@htl.com",
        street="Monticello Dr, Montgomery, 10010",
        postcode="07227",
        state="AL",
        links={"hotel_features": _FEATURES},
    )
    return Shop(
        hotels=(hotel,),
        keys=RECORDED_KEYS,
        domain=domain,
        tax_groups=(TaxGroup("US-AL Rate (4%)", Decimal(4)), TaxGroup("US-AK Rate (0%)", Decimal(0))),
        countries=COUNTRIES,
        states=us_states(),
        customers=(
            Customer("John", "Doe", "pub@qloapps.com", "0987654321", gender=1, birthday=date(1996, 11, 20), newsletter=True),
        ),
        services=(
            Service("Room Maintenance Fees", Decimal(250), per_day=True, auto_added=True),
            Service("Internet Handling Charges", Decimal(250), auto_added=True, with_room_price=False),
            Service("Airport Shuttle", Decimal(50)),
            Service("Cab on Demand", Decimal(200)),
            Service("Breakfast", Decimal(350), per_day=True),
            Service("Dinner", Decimal(450), per_day=True),
        ),
    )
