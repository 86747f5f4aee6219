"""Looking a QloApps over without changing anything, and saying what is missing in words that an IT person can act on."""

from collections.abc import Iterator
from datetime import date, timedelta

from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.requests import ask_availability
from hotel_agent.adapters.qloapps.wire import availability, records
from hotel_agent.adapters.qloapps.xml import rights_of
from hotel_agent.domain.errors import MalformedReply, Misconfigured, PortError, Rejected
from hotel_agent.domain.reservations import Finding, Severity
from hotel_agent.domain.stays import Occupancy, Stay

# What each right is for; without the first ones guests cannot be served at all.
_NEEDED = {
    "hotels": {"GET"},
    "room_types": {"GET"},
    "hotel_room_types": {"GET"},
    "hotel_ari": {"POST"},
    "bookings": {"GET", "POST", "PUT"},
    "orders": {"GET"},
    "order_histories": {"GET", "POST"},
    "room_bookings": {"GET", "PUT"},
    "customers": {"GET"},
}
_USEFUL = {
    "order_payments": ({"GET", "POST"}, "payments received elsewhere cannot be noted or counted"),
    "currencies": ({"GET"}, "reservations in other currencies cannot be told apart"),
    "languages": ({"GET"}, "the language of room names cannot be checked"),
}
_PAGE = "Advanced Parameters > Webservice"


async def diagnose(client: QloAppsClient, today: date) -> tuple[Finding, ...]:
    """Probe with reads only; the first finding that makes the rest pointless ends it."""
    try:
        root = await client.read("", xml=True)
    except PortError as exc:
        return (_failure("connection", str(exc)),)
    findings = [_ok("connection", "QloApps answers and knows the web service key")]
    try:
        findings += list(_rights(rights_of(root.text)))
    except MalformedReply:
        findings.append(
            _warning("permissions", "QloApps does not list what the key may do; missing rights show as they are used")
        )
    for probe in (_hotel, _language, _currency):
        try:
            findings += await probe(client)
        except Misconfigured as exc:
            findings.append(_failure(probe.__name__.strip("_"), str(exc)))
        except (PortError, Rejected) as exc:
            findings.append(_failure(probe.__name__.strip("_"), f"the question failed: {exc}"))
    try:
        findings += await _sales(client, today)
    except (PortError, Rejected) as exc:
        findings.append(_failure("prices", f"the question failed: {exc}"))
    return tuple(findings)


def _rights(rights: dict[str, frozenset[str]]) -> Iterator[Finding]:
    missing = False
    for resource, methods in _NEEDED.items():
        if lacking := methods - rights.get(resource, frozenset()):
            missing = True
            yield _failure(
                "permissions", f"the key lacks {_names(lacking)} on '{resource}': tick it under {_PAGE} > (key) > Permissions"
            )
    for resource, (methods, consequence) in _USEFUL.items():
        if lacking := methods - rights.get(resource, frozenset()):
            missing = True
            yield _warning("permissions", f"the key lacks {_names(lacking)} on '{resource}': {consequence}")
    if not missing:
        yield _ok("permissions", "the key may do all that is needed")


async def _hotel(client: QloAppsClient) -> list[Finding]:
    answer = await client.read("hotels", {"display": "[id,active]", "sort": "[id_ASC]"})
    hotels = {item.id(): item.flag("active") for item in records(answer.data, "hotels")}
    wanted = int(client.settings.hotel_id)
    if wanted not in hotels:
        return [_failure("hotel", f"there is no hotel {wanted}; this shop has {sorted(hotels)}: check PMS_HOTEL_ID")]
    if not hotels[wanted]:
        return [_failure("hotel", f"hotel {wanted} is not active in QloApps")]
    return [_ok("hotel", f"hotel {wanted} is there and active")]


async def _language(client: QloAppsClient) -> list[Finding]:
    answer = await client.read("languages", {"display": "[id,iso_code,active]", "sort": "[id_ASC]"})
    active = {item.id(): item.text("iso_code") for item in records(answer.data, "languages") if item.flag("active")}
    wanted = client.settings.language_id
    if wanted not in active:
        return [
            _failure("language", f"language {wanted} is not active; QloApps has {active}: set the hotel's QloApps language")
        ]
    return [_ok("language", f"room names are read in '{active[wanted]}'")]


async def _currency(client: QloAppsClient) -> list[Finding]:
    answer = await client.read("currencies", {"display": "[id,iso_code,active]", "sort": "[id_ASC]"})
    active = {item.text("iso_code").upper() for item in records(answer.data, "currencies") if item.flag("active")}
    wanted = client.settings.currency
    if wanted not in active:
        return [_failure("currency", f"{wanted} is not an active currency of QloApps, which has {sorted(active)}")]
    return [_ok("currency", f"{wanted} is active")]


async def _sales(client: QloAppsClient, today: date) -> list[Finding]:
    """Ask for a night far enough ahead; see that there are types, prices, taxes, and the right currency."""
    settings = client.settings
    stay = Stay(today + timedelta(days=60), today + timedelta(days=61))
    question = ask_availability(settings.hotel_id, stay, Occupancy(2))
    answer = availability((await client.inquire("hotel_ari", question)).data)
    if answer.currency != settings.currency:
        return [_failure("prices", f"QloApps sells in {answer.currency}, this hotel is set up for {settings.currency}")]
    if not answer.types:
        return [_failure("prices", f"hotel {settings.hotel_id} sells no room type")]
    findings = [_ok("prices", f"{len(answer.types)} room types are on sale in {answer.currency}")]
    types = await client.read("room_types", {"display": "[id,id_tax_rules_group]", "sort": "[id_ASC]"})
    groups = {item.id(): item.id("id_tax_rules_group") for item in records(types.data, "room_types")}
    untaxed = sorted(offer.room_type_id for offer in answer.types if offer.net > 0 and offer.gross <= offer.net)
    ungrouped = sorted(one for one in untaxed if groups.get(one, 0) == 0)
    if ungrouped:
        findings.append(_warning("taxes", f"room types {ungrouped} have no tax rules group: they are sold without tax"))
    elif untaxed:
        findings.append(_warning("taxes", f"room types {untaxed} are quoted without tax although they have a tax rules group"))
    else:
        findings.append(_ok("taxes", "prices are quoted with tax"))
    return findings


def _names(methods: set[str]) -> str:
    return " and ".join(sorted(methods))


def _ok(subject: str, message: str) -> Finding:
    return Finding(subject=subject, severity=Severity.OK, message=message)


def _warning(subject: str, message: str) -> Finding:
    return Finding(subject=subject, severity=Severity.WARNING, message=message)


def _failure(subject: str, message: str) -> Finding:
    return Finding(subject=subject, severity=Severity.FAILURE, message=message)
