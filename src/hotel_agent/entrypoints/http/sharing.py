"""
The web chat on pages of other sites (CORS): told only to the sites that the hotel in the address allows.

No cookie is ever read or set, so nothing here lets a page act as its visitor; the visitor's token is a header that the widget
sends because the embedding page keeps it.
"""

from collections.abc import Iterable, Mapping

from attrs import frozen
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hotel_agent.entrypoints.http.endpoint import Operation, tenant_named
from hotel_agent.entrypoints.http.gate import Gate
from hotel_agent.entrypoints.http.problems import Problem

HeaderList = list[tuple[bytes, bytes]]
_VARY = (b"vary", b"Origin")
_PREFLIGHT_S = 600


@frozen
class Sharing:
    """Says in the browser's words which sites may call the operations that are shared, by their paths and methods."""

    _gate: Gate
    _methods: Mapping[str, str]

    @classmethod
    def of(cls, gate: Gate, operations: Iterable[Operation]) -> "Sharing":
        return cls(gate, {one.path: one.method for one in operations if one.shared})

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self._methods)

    def headers(self, scope: Scope) -> HeaderList:
        """Return what an answer to *scope* must say; it says so of an error too, so that the widget can read it."""
        if scope["path"] not in self._methods:
            return []
        origin = _header(scope, b"origin")
        if not origin or not self._gate.carries(origin, tenant_named(scope)):
            return [_VARY]
        return [_VARY, (b"access-control-allow-origin", origin), (b"access-control-expose-headers", b"Retry-After")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser that asks whether a page may call; anything else asked by OPTIONS is not offered."""
        method = self._methods[scope["path"]]
        if not _header(scope, b"access-control-request-method"):
            raise Problem("method_not_allowed", headers={"Allow": method})
        if not self._gate.carries(_header(scope, b"origin"), tenant_named(scope)):
            raise Problem("cross_origin", "The hotel's file does not allow this site.")
        allowed = {
            "Access-Control-Allow-Methods": method,
            "Access-Control-Allow-Headers": "Content-Type, X-Visitor",
            "Access-Control-Max-Age": str(_PREFLIGHT_S),
        }
        await Response(status_code=204, headers=allowed)(scope, receive, send)


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for known, value in scope["headers"] if known == name), b"")
