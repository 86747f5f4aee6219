"""Prices: nights with seasonal prices, auto-added services, taxes (API.md, sections 6 and 7.1)."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from attrs import frozen

from hotel_agent.emulators.qloapps.availability import nights
from hotel_agent.emulators.qloapps.store import Row, Store

CENT: Final = Decimal("0.01")
_MICRO: Final = Decimal("0.000001")
_LOWER: Final = 1
_RAISE: Final = 2
_PERCENT: Final = 1
_PER_DAY: Final = 2
_SPECIFIC_DAY: Final = 2


@frozen
class Price:
    """An amount without tax and its tax."""

    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    def __add__(self, other: "Price") -> "Price":
        return Price(self.net + other.net, self.tax + other.tax)


NOTHING: Final = Price(Decimal(0), Decimal(0))


def decimal(value: Any) -> Decimal:
    """A stored amount as a decimal of at most six places."""
    return Decimal(str(value)).quantize(_MICRO)


def cents(value: Decimal) -> Decimal:
    """Rounded to two places, halves away from zero."""
    return value.quantize(CENT, ROUND_HALF_UP)


def tax_rate(store: Store, id_group: int) -> Decimal:
    """Percent of a tax rules group, 0 for an unknown one."""
    return decimal(store.value("SELECT rate FROM tax_rule_groups WHERE id = ?", (id_group,)) or 0)


def tax_on(store: Store, net: Decimal, id_group: int) -> Decimal:
    """The tax on an amount, to the cent."""
    return cents(net * tax_rate(store, id_group) / 100)


def night_price(base: Decimal, specials: Sequence[Row], night: date) -> Decimal:
    """The price of a *night*: *base* changed by the special price that covers it (one for that very day before a range)."""
    covering = [each for each in specials if _covers(each, night)]
    if not covering:
        return base
    special = min(covering, key=lambda each: (each["date_selection_type"] != _SPECIFIC_DAY, each["id"]))
    value = decimal(special["impact_value"])
    change = base * value / 100 if special["impact_type"] == _PERCENT else value
    if special["impact_way"] == _LOWER:
        return max(base - change, Decimal(0))
    return base + change if special["impact_way"] == _RAISE else value


def _covers(special: Row, night: date) -> bool:
    if special["date_selection_type"] == _SPECIFIC_DAY:
        return bool(special["date_from"] == f"{night}")
    return bool(special["date_from"] <= f"{night}" <= special["date_to"])


def specials_of(store: Store, id_product: int) -> list[Row]:
    """The active special prices of a room type."""
    return store.rows(
        "SELECT * FROM feature_prices WHERE id_product = ? AND active = 1 AND id_cart = 0 ORDER BY id", (id_product,)
    )


def room_price(store: Store, room_type: Row, arrive: date, leave: date) -> Decimal:
    """The nights of a stay in one room, without tax and without services, in the default currency."""
    specials, base = specials_of(store, room_type["id"]), decimal(room_type["price"])
    if not specials:
        return base * (leave - arrive).days
    return sum((night_price(base, specials, night) for night in nights(arrive, leave)), Decimal(0))


def quoted_price(store: Store, room_type: Row, arrive: date, leave: date) -> Price:
    """
    What a search quotes for a stay in one room: its nights and the auto-added services shown with the room price.

    A booking through the API is charged `room_price` only, unless it names a price.
    """
    net = room_price(store, room_type, arrive, leave)
    total = Price(net, net * tax_rate(store, room_type["id_tax_rules_group"]) / 100)
    for service in store.rows(
        "SELECT services.* FROM services JOIN room_type_services ON id_service = services.id"
        " WHERE id_product = ? AND auto_add_to_cart = 1 AND price_addition_type = 1 AND active = 1",
        (room_type["id"],),
    ):
        amount = decimal(service["price"]) * ((leave - arrive).days if service["price_calculation_method"] == _PER_DAY else 1)
        total += Price(amount, amount * tax_rate(store, service["id_tax_rules_group"]) / 100)
    return total
