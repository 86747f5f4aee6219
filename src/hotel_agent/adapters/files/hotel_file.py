"""Reads one hotel's TOML file."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from attrs import evolve
from babel import Locale
from babel.numbers import list_currencies

from hotel_agent.adapters.files.emulated import emulated_hotel
from hotel_agent.adapters.files.faq import pages_by_name
from hotel_agent.adapters.files.knowing import knowledge_of, pictures_of
from hotel_agent.adapters.files.reading import (
    Table,
    a_number,
    a_switch,
    a_text,
    a_time,
    a_whole_number,
    listed,
    matching,
    one_of,
    several,
)
from hotel_agent.adapters.files.staffing import staff_of
from hotel_agent.adapters.files.terms import arrival_of, cancellation_of, late_checkout_of
from hotel_agent.adapters.files.values import Beside, HotelFile, PmsConnection
from hotel_agent.adapters.files.whatsapp import whatsapp_of
from hotel_agent.domain.dialogue.talking import FACTS
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.hotels import Hotel, Policy
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.understanding import Intent, Language, RoomKind

SUBJECTS: Final = tuple(dict.fromkeys([*FACTS.values(), Intent.REQUEST_SERVICE.value]))
"""What a hotel can answer in its own words: the subjects the dialogue asks its file for."""

_DEFAULTS = Policy()
_EMAIL = matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")
_URL = matching(r"https?://[^\s?#]+", "an address that begins with https:// or http://")
_VARIABLE = matching(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable")
_HOST = matching(r"[A-Za-z0-9.-]+(:\d+)?", "a host name, with a port if need be")
_ID = a_whole_number(1, 10**9)
_ORIGIN = matching(
    r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", 'a site without path, as browsers name it: "https://www.example.com"'
)
_SHARE = a_number(Decimal(0), Decimal(1), digits=4)
_LATITUDE = a_number(Decimal(-90), Decimal(90), digits=7)
_LONGITUDE = a_number(Decimal(-180), Decimal(180), digits=7)
_MINUTES = a_whole_number(1, 24 * 60)


def parse_hotel(text: str, tenant: str, folder: Path, beside: Beside | None = None) -> HotelFile:
    """
    Read the *text* of the file of *tenant*; paths in it are relative to *folder*, *beside* it are its questions and messages.

    Raises:
        ConfigurationError: every mistake, each as `key.path: what was expected`.

    """
    file, problems = draft_hotel(text, tenant, folder, beside)
    if problems:
        raise ConfigurationError(problems)
    return file


def draft_hotel(text: str, tenant: str, folder: Path, beside: Beside | None = None) -> tuple[HotelFile, list[str]]:
    """
    Read as much of a file as can be read, as if what is wrong in it were absent, and say what is wrong.

    Raises:
        ConfigurationError: it is not TOML.

    """
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as exc:
        raise ConfigurationError([f"is not TOML: {exc}"]) from exc
    problems: list[str] = []
    root = Table(content, problems)
    beside = beside or Beside()
    staff, webhook, contacts = staff_of(root.table("staff"))
    hotel = _hotel(root, tenant, beside)
    hotel = evolve(
        hotel,
        staff=staff,
        cancellation=cancellation_of(root.table("cancellation")) if root.has("cancellation") else None,
        arrival=arrival_of(root.table("arrival")),
        late_checkout=late_checkout_of(root.table("late_checkout"), hotel.currency) if root.has("late_checkout") else None,
    )
    file = HotelFile(
        hotel=hotel,
        webhook=webhook,
        contacts=contacts,
        messages={
            name.removeprefix("messages.").removesuffix(".ftl"): source
            for name, source in beside.sources.items()
            if name.endswith(".ftl")
        },
        pms=_pms(root.table("pms"), folder) if root.has("pms") else None,
        room_kinds=_room_kinds(root.table("room_types")),
        emulator=emulated_hotel(root.table("emulator")) if root.has("emulator") else None,
        webchat_origins=_webchat_origins(root.table("webchat")),
        whatsapp=whatsapp_of(root.table("whatsapp"), folder) if root.has("whatsapp") else None,
    )
    root.finish()
    return file, problems


def _hotel(root: Table, tenant: str, beside: Beside) -> Hotel:
    if (told := root.optional("id", a_text)) and told != tenant:
        root.wrong("id", f"expected {tenant!r}, the name of the file, found {told!r}")
    country = root.read("country", _a_country) or "ES"
    languages = root.optional("languages", several(one_of(Language))) or (Language.ES, Language.EN)
    times, contact = root.table("times"), root.table("contact")
    humanize = root.table("humanize")
    manners = humanize.table("es_ar")
    pages = pages_by_name(beside.sources, beside.folder)
    hotel = Hotel(
        id=TenantId(tenant),
        name=root.read("name", a_text) or "",
        timezone=root.read("timezone", _a_timezone) or ZoneInfo("UTC"),
        country=country,
        currency=root.read("currency", _a_currency) or "EUR",
        languages=languages,
        day_first=root.given("day_first", a_switch, default=True),
        check_in_from=times.given("check_in_from", a_time, time(15)),
        check_out_until=times.given("check_out_until", a_time, time(11)),
        phone=contact.optional("phone", _phone_of(country)) or "",
        email=contact.optional("email", _EMAIL) or "",
        address=contact.optional("address", a_text) or "",
        policies=_answers(root.table("answers"), languages),
        knowledge=knowledge_of(root.table("knowledge"), pages, languages),
        coordinates=_coordinates(contact),
        pictures=pictures_of(root.table("pictures")),
        voseo=manners.given("enabled", a_switch, default=False),
        policy=_policy(root.table("behaviour")),
    )
    manners.finish()
    humanize.finish()
    times.finish()
    contact.finish()
    return hotel


def _coordinates(contact: Table) -> tuple[str, str] | None:
    latitude, longitude = contact.optional("latitude", _LATITUDE), contact.optional("longitude", _LONGITUDE)
    for here, there in (("latitude", "longitude"), ("longitude", "latitude")):
        if contact.has(there) and not contact.has(here):
            contact.wrong(here, f"is missing beside `{there}`")
    return None if latitude is None or longitude is None else (str(latitude), str(longitude))


def _answers(table: Table, languages: tuple[Language, ...]) -> tuple[tuple[str, str], ...]:
    """A text is said in every language; a table has one for each (`subject.language`), the first language's for the rest."""
    found: list[tuple[str, str]] = []
    for subject in SUBJECTS:
        if not isinstance(table.content.get(subject), dict):
            if text := table.optional(subject, a_text):
                found.append((subject, text))
            continue
        words = table.table(subject)
        told = [(language, text) for language in languages if (text := words.optional(language.value, a_text))]
        words.finish()
        if not told:
            table.wrong(subject, f"expected a text in at least one of the hotel's languages ({listed(languages)})")
            continue
        found.append((subject, told[0][1]))
        found.extend((f"{subject}.{language}", text) for language, text in told)
    table.finish()
    return tuple(found)


def _policy(table: Table) -> Policy:
    fallback_below = float(table.given("fallback_below", _SHARE, Decimal(str(_DEFAULTS.fallback_below))))
    act_from = float(table.given("act_from", _SHARE, Decimal(str(_DEFAULTS.act_from))))
    if fallback_below > act_from:
        table.wrong("fallback_below", f"expected a number that is not above act_from ({act_from})")
        fallback_below = act_from
    policy = Policy(
        fallback_below=fallback_below,
        act_from=act_from,
        clarifications_before_staff=table.given(
            "clarifications_before_staff", a_whole_number(1, 10), _DEFAULTS.clarifications_before_staff
        ),
        session_ttl=_minutes(table, "session_minutes", _DEFAULTS.session_ttl),
        lock_ttl=_minutes(table, "lock_minutes", _DEFAULTS.lock_ttl),
        lock_extension=_minutes(table, "lock_extension_minutes", _DEFAULTS.lock_extension),
        offer_freshness=_minutes(table, "offer_minutes", _DEFAULTS.offer_freshness),
        max_days_ahead=table.given("max_days_ahead", a_whole_number(1, 3650), _DEFAULTS.max_days_ahead),
        max_text=table.given("max_text", a_whole_number(100, 65_536), _DEFAULTS.max_text),
    )
    table.finish()
    return policy


def _minutes(table: Table, key: str, default: timedelta) -> timedelta:
    minutes = table.optional(key, _MINUTES)
    return default if minutes is None else timedelta(minutes=minutes)


def _pms(table: Table, folder: Path) -> PmsConnection:
    if table.has("key"):
        table.optional("key", a_text)
        # The value is not repeated: it may well be the key.
        table.wrong("key", "a key does not belong in this file; name where it is kept with `key_env` or `key_file`")
    variable, path = table.optional("key_env", _VARIABLE), table.optional("key_file", a_text)
    if table.has("key_env") == table.has("key_file"):
        table.wrong("key_env", "expected one of `key_env` (an environment variable) and `key_file` (a file)")
    connection = PmsConnection(
        url=table.read("url", _URL) or "",
        key_env=variable,
        key_file=folder / path if path else None,
        hotel_id=table.optional("hotel_id", _ID) or 1,
        host=table.optional("host", _HOST),
        language=table.optional("language", _ID) or 1,
        tax_rules_group=table.optional("tax_rules_group", _ID),
    )
    table.finish()
    return connection


def _room_kinds(table: Table) -> Mapping[str, RoomKind]:
    kinds = {name: table.read(name, one_of(RoomKind)) for name in table.names()}
    return {name: kind for name, kind in kinds.items() if kind}


def _webchat_origins(table: Table) -> frozenset[str]:
    origins = table.optional("origins", several(_ORIGIN)) or ()
    table.finish()
    return frozenset(_as_browsers_say(origin.lower()) for origin in origins)


def _as_browsers_say(origin: str) -> str:
    """Leave the port out where it is the scheme's own."""
    return origin.removesuffix(":443" if origin.startswith("https:") else ":80")


# ---------------------------------------------------------------- values


def _a_timezone(value: object) -> ZoneInfo:
    expected = 'a time zone like "Europe/Madrid"'
    if not isinstance(value, str) or ("/" not in value and value != "UTC"):
        raise ValueError(expected)
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(expected) from None


def _a_country(value: object) -> str:
    if isinstance(value, str) and len(value) == 2 and value.isalpha() and value in Locale("en").territories:  # noqa: PLR2004  # ISO 3166 alpha-2
        return value
    raise ValueError('a country of ISO 3166 like "ES"')


def _a_currency(value: object) -> str:
    if isinstance(value, str) and value in list_currencies():
        return value
    raise ValueError('a currency of ISO 4217 like "EUR"')


def _phone_of(country: str) -> Callable[[object], str]:
    def a_phone(value: object) -> str:
        try:
            if isinstance(value, str) and phonenumbers.is_possible_number(phonenumbers.parse(value, country)):
                return value.strip()
        except phonenumbers.NumberParseException:
            pass
        raise ValueError('a telephone number, best with the country code: "+34 900 000 000"')

    return a_phone
