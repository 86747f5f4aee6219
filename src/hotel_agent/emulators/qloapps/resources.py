"""The resources whose records the emulator keeps: fields in printed order, associations, element names (API.md, section 3)."""

from collections.abc import Mapping
from typing import Final

from hotel_agent.emulators.qloapps import records_catalogue, records_guests, records_orders, records_settings
from hotel_agent.emulators.qloapps.fields import Resource

RESOURCES: Final[Mapping[str, Resource]] = {
    each.name: each
    for each in (
        records_catalogue.HOTELS,
        records_catalogue.ROOM_TYPES,
        records_catalogue.SERVICES,
        records_catalogue.HOTEL_ROOM_TYPES,
        records_catalogue.HOTEL_ROOMS,
        records_orders.ORDERS,
        records_orders.ROOM_BOOKINGS,
        records_orders.ORDER_HISTORIES,
        records_orders.ORDER_DETAILS,
        records_orders.ORDER_PAYMENTS,
        records_orders.ORDER_INVOICES,
        records_orders.ORDER_STATES,
        records_orders.ORDER_SLIP,
        records_guests.CUSTOMERS,
        records_guests.ADDRESSES,
        records_guests.CARTS,
        records_guests.CART_BOOKINGS,
        records_settings.CURRENCIES,
        records_settings.LANGUAGES,
        records_settings.COUNTRIES,
        records_settings.STATES,
        records_settings.GROUPS,
        records_settings.TAX_RULE_GROUPS,
        records_settings.TAXES,
        records_catalogue.FEATURE_PRICES,
        records_catalogue.HOTEL_REFUND_RULES,
        records_catalogue.EXTRA_DEMANDS,
        records_catalogue.DEMAND_ADVANCE_OPTIONS,
        records_orders.BOOKING_EXTRA_DEMANDS,
        records_catalogue.ADVANCE_PAYMENTS,
    )
}
"""Every resource kept in a table of its own, by name."""
