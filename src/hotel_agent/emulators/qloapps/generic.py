"""GET, POST, PUT and DELETE on the generic resources (API.md, section 3), with what writing some of them brings about."""

from collections.abc import Mapping
from typing import Any, Final

from hotel_agent.emulators.qloapps.answers import Answer, Crashed, Refused, WireError
from hotel_agent.emulators.qloapps.booking_change import remove_line
from hotel_agent.emulators.qloapps.booking_guest import PASSWORD_AGE
from hotel_agent.emulators.qloapps.fields import Field, Resource, whole_number
from hotel_agent.emulators.qloapps.filling import NO_HASH, add_links
from hotel_agent.emulators.qloapps.legacy import fill_cart, order_from_cart
from hotel_agent.emulators.qloapps.listing import full_display, read_query, run
from hotel_agent.emulators.qloapps.orders import change_state
from hotel_agent.emulators.qloapps.php import as_int, valid_email, valid_name, valid_phone
from hotel_agent.emulators.qloapps.records import Printer
from hotel_agent.emulators.qloapps.store import Row, Store
from hotel_agent.emulators.qloapps.xml_input import Node, NotXml, parse_xml

_WHERE: Final = "/www/qloapps/classes/webservice/WebserviceRequest.php, line 1388"
_RULES: Final = {"isName": valid_name, "isEmail": valid_email, "isPhoneNumber": valid_phone}
_NUMERIC: Final = frozenset({"isUnsignedId", "isUnsignedInt", "isInt"})
_INVALID_STATE: Final = "Invalid new order status"


def get_list(printer: Printer, params: Mapping[str, str]) -> Answer:
    """
    GET on a resource.

    Raises:
        Refused: the parameters are wrong.
    """
    query = read_query(printer.store, printer.resource, params)
    rows = run(printer.store, printer.resource, query)
    if query.display is None:
        return printer.list_of_ids([row["id"] for row in rows])
    return printer.records(rows, query.display)


def get_one(printer: Printer, text: str, params: Mapping[str, str]) -> Answer:
    """GET on a record: 404 without body for an unknown id."""
    row = _find(printer.store, printer.resource, text)
    if row is None:
        return Answer(404)
    return printer.record(row, full_display(printer.store, printer.resource, params))


def _find(store: Store, resource: Resource, text: str) -> Row | None:
    return store.get(resource.table, whole_number(text)) if text.isascii() and text.isdigit() else None


def delete(store: Store, resource: Resource, ids: list[str]) -> Answer:
    """
    DELETE: 200 without body. Orders leave their room lines behind.

    Raises:
        Refused: 404/87, an id does not exist.
    """
    missing = [each for each in ids if _find(store, resource, each) is None]
    if missing or not ids:
        raise Refused(404, WireError(87, f"Id(s) not exists: {', '.join(missing)}"))
    with store.transaction():
        for each in ids:
            if resource.name == "room_bookings":
                remove_line(store, int(each))
            else:
                store.delete(resource.table, int(each))
    return Answer(200)


def read_record(resource: Resource, text: str) -> Node:
    """
    The record in a request body.

    Raises:
        Refused: 500 with PHP's warnings, it is not XML; 400 when it is empty.
    """
    source = text.removeprefix("xml=")
    try:
        root = parse_xml(source)
    except NotXml as error:
        final = f"XML error : String could not be parsed as XML\nXML length : {len(source.encode())}\nOriginal XML : {source}"
        raise Refused(500, *error.warnings("SimpleXMLElement::__construct()", _WHERE), WireError(127, final)) from error
    return root.child(resource.item_node) or (root.children[0] if root.children else Node(resource.item_node))


def create(printer: Printer, text: str) -> Answer:
    """
    POST: 201 with what was sent.

    Raises:
        Refused: the record is not complete or not valid.
        Crashed: 200 with text, an order state that cannot be set.
    """
    store, resource = printer.store, printer.resource
    node = read_record(resource, text)
    if node.child("id") is not None:
        raise Refused(400, WireError(91, "id is forbidden when adding a new resource"))
    sent = _checked(resource, node)
    if resource.name == "order_histories":
        return _add_history(printer, sent)
    now = store.now()
    with store.transaction():
        special = _special_values(store, resource, sent) | {
            name: now for name in ("date_add", "date_upd") if name in resource.by_name
        }
        values = {name: resource.by_name[name].stored(value) for name, value in sent.items() if name in resource.by_name}
        if resource.name == "orders":
            row_id = order_from_cart(store, values)
            if row_id is None:
                raise Crashed(500)
            return printer.echo(row_id, _echoed(resource, sent, {"current_state": None}), 201)
        row_id = store.insert(resource.table, values | special)
        if resource.name == "carts":
            fill_cart(store, row_id, node)
        for name, targets in _linked_ids(resource, node).items():
            add_links(store, resource.name, row_id, name, targets)
    return printer.echo(row_id, _echoed(resource, sent, special), 201)


def replace(printer: Printer, text: str) -> Answer:
    """
    PUT: the whole record; what is left out becomes empty. 200 with what was sent.

    Raises:
        Refused: unknown id, or the record is not complete or not valid.
    """
    store, resource = printer.store, printer.resource
    node = read_record(resource, text)
    number = node.child("id")
    if number is None or not number.text.strip():
        raise Refused(400, WireError(90, "id is required when modifying a resource"))
    row = _find(store, resource, number.text.strip())
    if row is None:
        raise Refused(404, WireError(92, "Invalid ID"))
    sent = _checked(resource, node)
    kept = {each.name for each in resource.fields if each.hidden or each.read_only or each.dynamic}
    values = {each.name: each.stored(sent.get(each.name)) for each in resource.fields if each.name not in kept}
    special = {"date_upd": store.now()} if "date_upd" in resource.by_name else {}
    if "date_add" in values and "date_add" not in sent:
        values["date_add"] = row["date_add"]
    if resource.name == "customers":
        values["passwd"] = NO_HASH
    with store.transaction():
        moves_to = values.pop("current_state") if resource.name == "orders" else None
        store.update(resource.table, row["id"], values | special)
        if moves_to is not None and moves_to != row["current_state"] and store.get("order_states", moves_to) is not None:
            change_state(store, row["id"], moves_to)
    unchanged = {each.name: each.json(row[each.name]) for each in resource.fields if each.name in kept and each.read_only}
    return printer.echo(row["id"], _echoed(resource, sent, special | unchanged), 200)


def _checked(resource: Resource, node: Node) -> dict[str, str]:
    """The fields of a record that was sent, by name."""
    sent: dict[str, str] = {}
    for field in resource.fields:
        element = node.child(field.name)
        if element is None or field.hidden:
            if field.required and not field.hidden:
                raise Refused(400, WireError(41, f'parameter "{field.name}" required'))
            continue
        if field.read_only and resource.name != "customers":
            attribute = f'parameter "{field.name}" not writable. Please remove this attribute of this XML'
            raise Refused(400, WireError(93, attribute))
        sent[field.name] = element.children[0].text if field.kind == "i18n" and element.children else element.text
    for name, value in sent.items():
        field = resource.by_name[name]
        if (value and not _is_valid(field, value)) or (field.required and not value):
            problem = "is not valid" if value else "is empty"
            raise Refused(400, WireError(85, f'Validation error: "Property {resource.model}->{name} {problem}"'))
    return sent


def _is_valid(field: Field, value: str) -> bool:
    if field.max_size and len(value) > field.max_size:
        return False
    if field.format in _NUMERIC:
        return value.lstrip("-" if field.format == "isInt" else "").isdigit()
    rule = valid_phone if field.name == "phone" else _RULES.get(field.format)
    return rule is None or rule(value)


def _special_values(store: Store, resource: Resource, sent: Mapping[str, str]) -> dict[str, Any]:
    if resource.name == "hotel_rooms":
        hotel = store.value("SELECT id_hotel FROM room_types WHERE id = ?", (as_int(sent.get("id_product")),))
        return {"id_hotel": hotel or 0}
    if resource.name != "customers":
        return {}
    return {
        "id_lang": as_int(sent.get("id_lang")) or 1,
        "secure_key": NO_HASH,
        "passwd": NO_HASH,
        "last_passwd_gen": (store.instant() - PASSWORD_AGE).strftime("%Y-%m-%d %H:%M:%S"),
        "id_shop": 1,
        "id_shop_group": "1",
    }


def _echoed(resource: Resource, sent: Mapping[str, str], special: Mapping[str, Any]) -> dict[str, Any]:
    """What a POST or PUT shows: links that were not sent are empty texts, everything else is null."""
    nothing = {each.name: "" for each in resource.shown if each.kind == "id" and each.name.startswith("id_")}
    return nothing | dict(sent) | dict(special)


def _linked_ids(resource: Resource, node: Node) -> dict[str, tuple[int, ...]]:
    associations = node.child("associations")
    names = {each.name for each in resource.associations if "FROM links" in each.query}
    lists = [each for each in associations.children if each.name in names] if associations else []
    return {each.name: tuple(as_int(id_node.text) for item in each.children if (id_node := item.child("id"))) for each in lists}


def _add_history(printer: Printer, sent: Mapping[str, str]) -> Answer:
    store, id_order, id_state = printer.store, as_int(sent["id_order"]), as_int(sent["id_order_state"])
    if store.get("orders", id_order) is None or store.get("order_states", id_state) is None:
        raise Crashed(200, _INVALID_STATE)
    with store.transaction():
        row_id = change_state(store, id_order, id_state)
    shown = {"id_employee": "", "id_order_state": id_state, "id_order": sent["id_order"], "date_add": store.now()}
    return printer.echo(row_id, shown, 201)
