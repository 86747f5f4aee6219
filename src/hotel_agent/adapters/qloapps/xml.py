"""
XML for QloApps: elements and escaped text, never CDATA.

QloApps loses the content of CDATA in `bookings` and `hotel_ari` (API notes, section 2).
"""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from hotel_agent.domain.errors import MalformedReply

Node = str | int | Mapping[str, "Node"] | Sequence[Mapping[str, "Node"]]
"""A value, the children of an element by name, or several children some of which share a name."""

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XLINK = "http://www.w3.org/1999/xlink"
ET.register_namespace("xlink", _XLINK)


def write_xml(name: str, node: Node) -> str:
    """Write `<qloapps><name>…</name></qloapps>`."""
    return f"{_DECLARATION}<qloapps>{_element(name, node)}</qloapps>"


def _element(name: str, node: Node) -> str:
    return f"<{name}>{_content(node)}</{name}>"


def _content(node: Node) -> str:
    if isinstance(node, str):
        return escape(_printable(node))
    if isinstance(node, int):
        return str(node)
    if isinstance(node, Mapping):
        return "".join(_element(name, child) for name, child in node.items())
    return "".join(_content(child) for child in node)


def _printable(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return "".join(
        char for char in text if char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"
    )


def with_values(record: str, values: Mapping[str, str]) -> str:
    """
    Take a record as QloApps wrote it and give it back whole, with other *values* in some of its elements.

    A PUT resets whatever is left out, so nothing is left out. CDATA becomes escaped text on the way.

    Raises:
        MalformedReply: *record* is not a QloApps record with these elements.

    """
    try:
        root = ET.fromstring(record)  # noqa: S314  # the hotel's own PMS; expat limits entity expansion
    except ET.ParseError as exc:
        raise MalformedReply(["a record is not XML"]) from exc
    item = next(iter(root), None)
    if item is None:
        raise MalformedReply(["a record is empty"])
    for name, value in values.items():
        element = item.find(name)
        if element is None:
            raise MalformedReply([f"a record has no {name}"])
        element.text = _printable(value)
    return _DECLARATION + ET.tostring(root, encoding="unicode")


def values_of(record: str) -> dict[str, str]:
    """Read the plain elements of a record.

    Raises:
        MalformedReply: *record* is not a QloApps record.

    """
    try:
        root = ET.fromstring(record)  # noqa: S314  # as above
    except ET.ParseError as exc:
        raise MalformedReply(["a record is not XML"]) from exc
    item = next(iter(root), None)
    return {} if item is None else {child.tag: child.text or "" for child in item if not len(child)}


def errors_of(text: str) -> list[dict[str, str]] | None:
    """Read the errors of an XML answer as its JSON twin has them; None where it holds none."""
    if "<errors>" not in text:
        return None
    try:
        root = ET.fromstring(text)  # noqa: S314  # as above
    except ET.ParseError:
        return None
    return [{child.tag: child.text or "" for child in error} for error in root.iterfind("errors/error")]


def rights_of(root: str) -> dict[str, frozenset[str]]:
    """
    Read what a key may do from the web service's root (`GET /api/`): methods in capitals by resource.

    Raises:
        MalformedReply: *root* is not that list.

    """
    try:
        tree = ET.fromstring(root)  # noqa: S314  # as above
    except ET.ParseError as exc:
        raise MalformedReply(["the web service's root is not XML"]) from exc
    api = tree.find("api")
    if api is None:
        raise MalformedReply(["the web service's root lists nothing"])
    methods = ("get", "put", "post", "delete")
    return {entry.tag: frozenset(m.upper() for m in methods if entry.get(m) == "true") for entry in api}
