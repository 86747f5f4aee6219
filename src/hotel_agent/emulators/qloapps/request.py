"""A request as the dispatcher sees it."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from attrs import frozen

_FORMAT_HEADERS: Final = ("output-format", "io-format")
_FORMAT_PARAMS: Final = ("output_format", "io_format")
_LEGACY_PATH: Final = "/webservice/dispatcher.php"


@frozen
class Request:
    """Method, resource and id of a request to the web service, its parameters (last of equal names), headers and body."""

    method: str
    path: tuple[str, ...]
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    raw_query: str = ""

    @property
    def resource(self) -> str:
        return self.path[0] if self.path else ""

    @property
    def id(self) -> str:
        return self.path[1] if len(self.path) > 1 else ""

    @property
    def wants_json(self) -> bool:
        """Whether the answer is JSON: headers beat parameters, the word is case-sensitive."""
        for name in _FORMAT_HEADERS:
            if name in self.headers:
                return self.headers[name] == "JSON"
        return any(self.params.get(name) == "JSON" for name in _FORMAT_PARAMS)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def read_request(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Request | None:
    """The request, or None when the address is not the web service's."""
    params = dict(parse_qsl(query, keep_blank_values=True, errors="replace"))
    if path == _LEGACY_PATH:
        path = "/api/" + params.pop("url", "")
    match = re.fullmatch(r"/api(?:/(.*))?", path, re.DOTALL)
    if match is None:
        return None
    segments = tuple(each for each in (match[1] or "").split("/") if each)
    method = params.get("ps_method", method) if method == "POST" else method
    return Request(method.upper(), segments, params, headers, body, query)
