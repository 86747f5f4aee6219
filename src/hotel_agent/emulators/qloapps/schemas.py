"""`schema=blank` and `schema=synopsis` (captures 036 to 047)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hotel_agent.emulators.qloapps.answers import JSON, OPENING, XML, Answer, Refused, WireError, record_json
from hotel_agent.emulators.qloapps.fields import Resource

# The tree of a booking: "*" marks what a synopsis calls required, a list holds the one element that repeats.
_CUSTOMER: Final = (
    "id_customer",
    "firstname*",
    "lastname*",
    "email*",
    "phone*",
    "address",
    "city",
    "zip",
    "state_code",
    "country_code",
)
_SERVICE: Final = (
    "id_service",
    "quantity",
    "price_mode",
    "name",
    "unit_price_without_tax",
    "total_price_without_tax",
    "id_tax_rules_group",
    "total_tax",
)
_FACILITY: Final = ("id_facility", "id_option", "name", "unit_price_without_tax", "id_tax_rules_group")
_ROOM: Final = (
    "id_room",
    "adults",
    "child",
    "child_ages",
    "unit_price_without_tax",
    "id_tax_rules_group",
    "total_tax",
    ("services", "service", _SERVICE),
    ("facilities", "facility", _FACILITY),
)
_ROOM_TYPE: Final = ("id_room_type*", "checkin_date*", "checkout_date*", "number_of_rooms*", ("rooms", "room", _ROOM))
_BOOKING: Final = (
    "id_property*",
    "currency",
    "booking_status*",
    "payment_status*",
    "source",
    "booking_date",
    "remark",
    "id_language",
)
_BOOKING_ASSOCIATIONS: Final = (
    ("customer_detail", "", _CUSTOMER),
    ("price_details", "", ("total_paid", "total_price_with_tax")),
    ("payment_detail", "", ("payment_type", "payment_method", "transaction_id")),
    ("cart_rules", "cart_rule", ("name", "code", "type", "value", "currency")),
    ("room_types", "room_type", _ROOM_TYPE),
)
_SEARCH: Final = (
    ("id_hotel*", "isUnsignedInt"),
    ("id_room_type", "isUnsignedInt"),
    ("date_from*", "isDate"),
    ("date_to*", "isDate"),
    ("get_available_rooms", "isBool"),
    ("get_booked_rooms", "isBool"),
    ("get_partial_available_rooms", "isBool"),
    ("get_unavailable_rooms", "isBool"),
    ("date_wise_breakdown", "isBool"),
)


def booking_schema(kind: str, *, as_json: bool) -> Answer:
    """The schema of `bookings`; any kind but `blank` is a synopsis, any but `synopsis` shows the id."""
    if as_json:
        values: dict[str, Any] = {each.rstrip("*"): "" for each in _BOOKING}
        lists = {name: _blank(item, members) for name, item, members in _BOOKING_ASSOCIATIONS}
        return Answer(body=record_json({"booking": values | {"associations": lists}}), content_type=JSON)
    synopsis = kind != "blank"
    head = "" if kind == "synopsis" else "\t<id></id>\n"
    fields = "".join(_leaf(each, synopsis=kind == "synopsis") for each in _BOOKING)
    lists_xml = "".join(_list(*each, synopsis=synopsis, top=True) for each in _BOOKING_ASSOCIATIONS)
    return _document(f"<booking>\n{head}{fields}<associations>\n{lists_xml}</associations>\n</booking>\n")


def search_schema(kind: str) -> Answer:
    """The schema of `hotel_ari`."""
    synopsis = kind != "blank"
    fields = "".join(_leaf(name, synopsis=synopsis, rule=rule) for name, rule in _SEARCH)
    occupancies = _list("room_occupancies", "room_occupancy", ("adults*", "children*"), synopsis=synopsis, top=True)
    return _document(f"<hotel_ari>\n{fields}<associations>\n{occupancies}</associations>\n</hotel_ari>\n")


def record_schema(resource: Resource, kind: str, *, as_json: bool) -> Answer:
    """
    The schema of a generic resource.

    Raises:
        Refused: 28, neither blank nor synopsis.
    """
    if kind not in {"blank", "synopsis"}:
        text = (
            "Please select a schema of type 'synopsis' to get the whole schema informations (which fields are required, which"
            " kind of content...) or 'blank' to get an empty schema to fill before using POST request"
        )
        raise Refused(400, WireError(28, text))
    if as_json:
        return Answer(
            body=record_json({resource.item_node: dict.fromkeys((each.name for each in resource.shown), "")}), content_type=JSON
        )
    head = "\t<id></id>\n" if kind == "blank" else ""
    fields = "".join(_record_fields(resource, synopsis=kind == "synopsis"))
    lists = "".join(_record_lists(resource, synopsis=kind == "synopsis"))
    wrapped = f"<associations>\n{lists}</associations>\n" if lists else ""
    return _document(f"<{resource.item_node}>\n{head}{fields}{wrapped}</{resource.item_node}>\n")


def _record_fields(resource: Resource, *, synopsis: bool) -> Iterator[str]:
    for each in resource.shown:
        marks = ""
        if synopsis:
            marks += ' required="true"' if each.required else ""
            marks += f' maxSize="{each.max_size}"' if each.max_size else ""
            marks += f' format="{each.format}"' if each.format else ""
            marks += ' readOnly="true"' if each.read_only else ""
            marks += ' notFilterable="true"' if each.shows_not_filterable else ""
        inner = '<language id="1"></language>' if each.kind == "i18n" else ""
        yield f"\t<{each.name}{marks}>{inner}</{each.name}>\n"


def _record_lists(resource: Resource, *, synopsis: bool) -> Iterator[str]:
    for each in resource.associations:
        kind = 'virtualEntity="true"' if each.virtual else f'api="{each.name}"'
        marks = f' nodeType="{each.node}" {kind}' if synopsis else ""
        yield f"<{each.name}{marks}>\n\t<{each.node}>\n\t<id></id>\n\t</{each.node}>\n</{each.name}>\n"


def _leaf(name: str, *, synopsis: bool, rule: str = "") -> str:
    plain = name.rstrip("*")
    marks = ""
    if synopsis:
        marks = (' required="true"' if plain != name else "") + (f' format="{rule}"' if rule else "")
    return f"\t<{plain}{marks}></{plain}>\n"


def _list(name: str, item: str, members: tuple[Any, ...], *, synopsis: bool, top: bool = False) -> str:
    inner = "".join(
        _leaf(each, synopsis=synopsis) if isinstance(each, str) else _list(each[0], each[1], each[2], synopsis=synopsis)
        for each in members
    )
    marks = ""
    if synopsis and top:
        marks = f' nodeType="{item}" api="{name}"' if item else f'  api="{name}"'
    if not item:
        return f"<{name}{marks}>\n{inner}</{name}>\n"
    return f"<{name}{marks}>\n\t<{item}>\n{inner}\t</{item}>\n</{name}>\n"


def _blank(item: str, members: tuple[Any, ...]) -> Any:
    values: dict[str, Any] = {}
    for each in members:
        if isinstance(each, str):
            values[each.rstrip("*")] = [] if each == "child_ages" else ""
        else:
            values[each[0]] = _blank(each[1], each[2])
    return [values] if item else values


def _document(content: str) -> Answer:
    return Answer(body=f"{OPENING}{content}</qloapps>\n".encode(), content_type=XML)


def directory(
    name: str, root: str, rights: Mapping[str, frozenset[str]], descriptions: Mapping[str, str], bare: frozenset[str]
) -> str:
    """The root document: every resource of the key with its methods and schemas."""
    entries = []
    for resource, methods in rights.items():
        href = f'xlink:href="{root}{resource}"'
        flags = " ".join(
            f'{each.lower()}="{str(each in methods).lower()}"' for each in ("GET", "PUT", "POST", "DELETE", "HEAD")
        )
        schemas = (
            ""
            if resource in bare
            else "".join(
                f'<schema xlink:href="{root}{resource}?schema={kind}" type="{kind}"/>\n' for kind in ("blank", "synopsis")
            )
        )
        description = f"<description {href} {flags}>\n{descriptions[resource]}</description>\n"
        entries.append(f"<{resource} {href} {flags}>\n{description}{schemas}</{resource}>\n")
    return f'<api shopName="{name}">\n{"".join(entries)}</api>\n'
