"""What the web service answers: a status, headers and a body; and the errors it reports."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha1
from typing import Any, Final

from attrs import field, frozen

XML: Final = "text/xml;charset=utf-8"
JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"
OPENING: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<qloapps xmlns:xlink="http://www.w3.org/1999/xlink">\n'
CLOSING: Final = "</qloapps>\n"

PHP_WARNING: Final = 3
PHP_NOTICE: Final = 5
BOOKING_ERROR: Final = 404


@frozen
class WireError:
    """One entry of an error answer."""

    code: int
    message: str


class Refused(Exception):
    """
    The request is answered with errors, in the order in which PHP met them.

    *digested* errors come with a Content-Sha1, as those do that a resource of its own kind reports by itself.
    """

    def __init__(self, status: int, *errors: WireError, digested: bool = False) -> None:
        super().__init__(f"{status}: " + "; ".join(each.message for each in errors))
        self.status = status
        self.errors = errors
        self.digested = digested


class Crashed(Exception):
    """PHP died: 500 without a body, or 200 with a few words of HTML. What was written before stays written."""

    def __init__(self, status: int = 500, text: str = "") -> None:
        super().__init__(text or "empty answer")
        self.status = status
        self.text = text


@frozen
class Answer:
    """An answer; *content_type* None sends no such header, *is_api* adds the headers of an answer made by the web service."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    is_api: bool = True
    is_digested: bool = True
    headers: Mapping[str, str] = field(factory=dict)

    @property
    def digest(self) -> str:
        """The Content-Sha1 header of successful answers with a body."""
        return sha1(self.body, usedforsecurity=False).hexdigest()


def html(status: int, text: str = "") -> Answer:
    """An answer that does not come from the web service but from PHP or Apache."""
    return Answer(status, text.encode(), HTML, is_api=False)


def bookings_json(value: Any) -> bytes:
    """JSON as PHP's own encoder writes it: non-ASCII escaped, slashes escaped, whole floats without a fraction."""
    return json.dumps(php_numbers(value), separators=(",", ":")).replace("/", "\\/").encode()


def record_json(value: Any) -> bytes:
    """JSON of the generic resources: raw UTF-8, slashes escaped."""
    return json.dumps(php_numbers(value), separators=(",", ":"), ensure_ascii=False).replace("/", "\\/").encode()


def php_numbers(value: Any) -> Any:
    """The *value* with whole floats as integers, as `json_encode` prints them."""
    if isinstance(value, float):
        rounded = round(value, 6)
        return int(rounded) if rounded == int(rounded) else rounded
    if isinstance(value, dict):
        return {key: php_numbers(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [php_numbers(each) for each in value]
    return value


def cdata(value: object) -> str:
    """A value in a CDATA section."""
    return "<![CDATA[" + str(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def document(content: str) -> bytes:
    """An XML document of the web service around *content*, which ends in a newline."""
    return (OPENING + content + CLOSING).encode()


def errors(
    status: int,
    entries: Iterable[WireError],
    *,
    as_json: bool,
    headers: Mapping[str, str] | None = None,
    is_digested: bool = False,
) -> Answer:
    """An error answer in the format asked for."""
    if as_json:
        body = record_json({"errors": [{"code": each.code, "message": each.message} for each in entries]})
        return Answer(status, body, JSON, is_digested=is_digested, headers=headers or {})
    items = "".join(
        f"<error>\n<code>{cdata(each.code)}</code>\n<message>{cdata(each.message)}</message>\n</error>\n" for each in entries
    )
    return Answer(status, document(f"<errors>\n{items}</errors>\n"), XML, is_digested=is_digested, headers=headers or {})
