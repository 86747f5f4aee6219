"""Fill an empty store with what a `Shop` describes."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from hotel_agent.emulators.qloapps.fields import NO_DATE, NO_INSTANT
from hotel_agent.emulators.qloapps.order_states import ORDER_STATES
from hotel_agent.emulators.qloapps.shop import KEY_LENGTH, ApiKey, Currency, Customer, Hotel, Language, RoomType, Shop
from hotel_agent.emulators.qloapps.store import Store

GROUPS: Final = ("Visitor", "Guest", "Customer")
NO_HASH: Final = "0" * 32


def open_store(shop: Shop, path: Path | None, clock: Callable[[], datetime]) -> Store:
    """
    The store of *shop*; when *path* names an existing one, that one is opened and *shop* is not looked at.

    Raises:
        ValueError: a key is not 32 characters long.
    """
    store = Store(path, clock)
    if store.is_new:
        with store.transaction():
            store.create_tables()
            _fill(store, shop)
    return store


def add_language(store: Store, language: Language) -> None:
    """Install a *language* unless it is there."""
    if store.value("SELECT id FROM languages WHERE iso_code = ?", (language.iso_code,)) is None:
        store.insert(
            "languages",
            {
                "name": language.name,
                "iso_code": language.iso_code,
                "language_code": language.code or language.iso_code,
                "date_format_lite": language.date_format,
                "date_format_full": f"{language.date_format} H:i:s",
            },
        )


def add_currency(store: Store, currency: Currency) -> None:
    """Install a *currency* unless it is there."""
    if store.value("SELECT id FROM currencies WHERE iso_code = ?", (currency.iso_code,)) is None:
        store.insert(
            "currencies",
            {
                "name": currency.name or currency.iso_code,
                "iso_code": currency.iso_code,
                "iso_code_num": currency.iso_number,
                "blank": int(currency.blank),
                "sign": currency.sign or currency.iso_code,
                "format": currency.format,
                "conversion_rate": float(currency.rate),
            },
        )


def _fill(store: Store, shop: Shop) -> None:
    store.set_meta("name", shop.name)
    store.set_meta("domain", shop.domain or "")
    for key in shop.keys:
        _add_key(store, key)
    for currency in shop.currencies:
        add_currency(store, currency)
    for language in shop.languages:
        add_language(store, language)
    _fill_background(store, shop)
    now = {"date_add": store.now(), "date_upd": store.now()}
    first_service = sum(len(hotel.room_types) for hotel in shop.hotels) + 1
    for number, service in enumerate(shop.services, start=first_service):
        store.insert(
            "services",
            {
                "id": number,
                "name": service.name,
                "link_rewrite": _slug(service.name),
                "price": float(service.price),
                "price_calculation_method": 2 if service.per_day else 1,
                "auto_add_to_cart": int(service.auto_added),
                "price_addition_type": 1 if service.with_room_price else 2,
                "id_tax_rules_group": service.tax_group,
                "id_hotel": 0,
                "adults": 0,
            }
            | now,
        )
    for position, customer in enumerate(shop.customers):
        _add_customer(store, position, customer)
    services = range(first_service, first_service + len(shop.services))
    facilities = range(1, len(shop.facilities) + 1)
    for hotel in shop.hotels:
        _add_hotel(store, shop, hotel, now, services, facilities)
    _fill_prices(store, shop, now)


def _add_key(store: Store, key: ApiKey) -> None:
    if len(key.key) != KEY_LENGTH:
        raise ValueError(f"a web-service key has {KEY_LENGTH} characters")
    permissions = (
        None if key.permissions is None else json.dumps({name: sorted(each) for name, each in key.permissions.items()})
    )
    store.execute("INSERT INTO keys (key, active, permissions) VALUES (?, ?, ?)", (key.key, int(key.active), permissions))


def _fill_background(store: Store, shop: Shop) -> None:
    now = {"date_add": store.now(), "date_upd": store.now()}
    for number, group in enumerate(shop.tax_groups, start=1):
        tax = store.insert("taxes", {"rate": float(group.rate), "name": group.name})
        store.insert("tax_rule_groups", {"id": number, "name": group.name, "rate": float(group.rate), "id_tax": tax} | now)
    for name in GROUPS:
        store.insert("groups", {"name": name} | now)
    for state in ORDER_STATES:
        flags = {"logable": int(state.logable), "paid": int(state.paid), "invoice": int(state.logable)}
        store.insert("order_states", {"id": state.id, "name": state.name} | flags)
    for country in shop.countries:
        store.insert(
            "countries",
            {
                "id": country.id,
                "id_zone": country.zone,
                "iso_code": country.iso_code,
                "name": country.name,
                "call_prefix": country.call_prefix,
                "contains_states": int(country.has_states),
                "need_zip_code": int(bool(country.zip_format)),
                "zip_code_format": country.zip_format,
            },
        )
    numbers = {country.iso_code: country.id for country in shop.countries}
    for each in shop.states:
        place = {"id_zone": each.zone, "id_country": numbers.get(each.country, 0)}
        store.insert("states", {"id": each.id, "iso_code": each.iso_code, "name": each.name} | place)


def _add_customer(store: Store, position: int, customer: Customer) -> None:
    now = store.now()
    number = store.insert(
        "customers",
        {
            "id_default_group": len(GROUPS),
            "id_lang": 1,
            "secure_key": NO_HASH,
            "passwd": NO_HASH,
            "firstname": customer.firstname,
            "lastname": customer.lastname,
            "email": customer.email,
            "phone": customer.phone,
            "id_gender": customer.gender,
            "birthday": f"{customer.birthday or NO_DATE}",
            "newsletter": int(customer.newsletter),
            "optin": int(customer.newsletter),
            "newsletter_date_add": now if customer.newsletter else NO_INSTANT,
            "active": 1,
            "last_passwd_gen": now,
            "date_add": now,
            "date_upd": now,
        },
    )
    add_links(store, "customers", number, "groups", (len(GROUPS),))
    if position == 0:
        names = {"firstname": customer.firstname, "lastname": customer.lastname, "phone": customer.phone}
        place = {"alias": "My address", "address1": "Main Street 1", "city": "Demo City"}
        store.insert("addresses", {"id_customer": number, "date_add": now, "date_upd": now} | names | place)


def add_links(store: Store, owner: str, owner_id: int, name: str, targets: tuple[int, ...]) -> None:
    """Associate ids with a record."""
    for target in targets:
        store.execute("INSERT INTO links VALUES (?, ?, ?, ?)", (owner, owner_id, name, target))


def _add_hotel(store: Store, shop: Shop, hotel: Hotel, now: dict[str, Any], services: range, facilities: range) -> None:
    country = next((each for each in shop.countries if each.iso_code == hotel.country), None)
    state = next((each for each in shop.states if each.iso_code == hotel.state and each.country == hotel.country), None)
    where: dict[str, Any] = {
        "phone": hotel.phone,
        "id_country": country.id if country else 0,
        "id_state": state.id if state else 0,
        "city": hotel.city,
    }
    address = where | {
        "alias": hotel.name[:32],
        "firstname": "Hotel",
        "lastname": "Hotel",
        "address1": hotel.street,
        "postcode": hotel.postcode,
    }
    id_address = store.insert("addresses", address | now)
    id_hotel = store.insert(
        "hotels",
        where
        | {
            "address": hotel.street,
            "zipcode": hotel.postcode,
            "country": country.name if country else hotel.country,
            "state": state.name if state else hotel.state,
            "id_address": id_address,
            "id_category": 8,
            "email": hotel.email,
            "rating": hotel.rating,
            "check_in": hotel.check_in,
            "check_out": hotel.check_out,
            "policies": hotel.policies,
            "hotel_name": hotel.name,
            "description": hotel.description,
            "short_description": hotel.short_description,
        }
        | now,
    )
    for name, targets in hotel.links.items():
        add_links(store, "hotels", id_hotel, name, targets)
    for room_type in hotel.room_types:
        _add_room_type(store, id_hotel, room_type, now, services, facilities)


def _add_room_type(
    store: Store, id_hotel: int, room_type: RoomType, now: dict[str, Any], services: range, facilities: range
) -> None:
    images = room_type.links.get("images", ())
    number = store.insert(
        "room_types",
        {
            "id_hotel": id_hotel,
            "adults": room_type.adults,
            "children": room_type.children,
            "id_tax_rules_group": room_type.tax_group,
            "price": float(room_type.price),
            "name": room_type.name,
            "link_rewrite": _slug(room_type.name),
            "description": room_type.description,
            "id_default_image": images[0] if images else 0,
        }
        | now,
    )
    for name, targets in room_type.links.items():
        add_links(store, "room_types", number, name, targets)
    capacity = {name: getattr(room_type, name) for name in ("adults", "children", "max_adults", "max_children", "max_guests")}
    stay = {"min_los": room_type.min_nights, "max_los": room_type.max_nights}
    store.insert("hotel_room_types", {"id_product": number, "id_hotel": id_hotel} | capacity | stay | now)
    store.insert("advance_payments", {"id_product": number} | now)
    for room in room_type.rooms:
        values = {
            "id_product": number,
            "id_hotel": id_hotel,
            "room_num": room.number,
            "id_status": room.status,
            "floor": room.floor,
        }
        id_room = store.insert("hotel_rooms", values | now)
        for first, last in room.closed:
            store.execute("INSERT INTO closures VALUES (?, ?, ?)", (id_room, f"{first}", f"{last}"))
    for service in services:
        store.execute("INSERT INTO room_type_services VALUES (?, ?)", (number, service))
    for facility in facilities:
        store.execute("INSERT INTO room_type_facilities VALUES (?, ?)", (number, facility))


def _fill_prices(store: Store, shop: Shop, now: dict[str, Any]) -> None:
    for number, facility in enumerate(shop.facilities, start=1):
        price = {"price": float(facility.price), "price_calc_method": int(facility.per_night)}
        store.insert(
            "extra_demands", {"id": number, "name": facility.name, "id_tax_rules_group": facility.tax_group} | price | now
        )
        for name, amount in facility.options:
            store.insert("demand_advance_options", {"id_global_demand": number, "name": name, "price": float(amount)} | now)
    for special in shop.special_prices:
        number = store.insert(
            "feature_prices",
            {
                "id_product": special.room_type,
                "date_from": f"{special.first_day}",
                "date_to": f"{special.last_day}",
                "impact_way": special.way,
                "impact_type": 1 if special.percent else 2,
                "impact_value": float(special.value),
                "date_selection_type": 1,
                "active": 1,
                "feature_price_name": special.name,
            }
            | now,
        )
        add_links(store, "feature_prices", number, "groups", tuple(range(1, len(GROUPS) + 1)))


def _slug(name: str) -> str:
    return "-".join(name.lower().split())
