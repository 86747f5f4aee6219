"""One way through every route: who may call, how often, what was sent; then the handler, which only sees what is right."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import anyio
import orjson
from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hotel_agent.domain.hotels import Hotel
from hotel_agent.entrypoints import keys
from hotel_agent.entrypoints.http.gate import Access, Caller, Gate, Headers
from hotel_agent.entrypoints.http.problems import Problem
from hotel_agent.entrypoints.http.schemas import Reader
from hotel_agent.entrypoints.http.wire import dump

MAX_BODY = 64 * 1024
BODY_PATIENCE = timedelta(seconds=10)
_CLOSE = {"Connection": "close"}


class ClientGone(Exception):
    """Nobody waits for an answer any more."""


@frozen(kw_only=True)
class Call:
    """
    A request that may be answered. `body` and `query` are values of the operation's wire classes.

    `spent_s`: the caller has waited so many seconds for being counted.
    """

    caller: Caller
    gate: Gate
    path: dict[str, str]
    headers: Headers
    body: Any = None
    query: Any = None
    spent_s: float = 0.0

    def hotel(self) -> Hotel:
        """Return the hotel it is about, which the body or the address may name; the body counts where both do."""
        named = [part.tenant for part in (self.body, self.query) if part is not None and part.tenant is not None]
        return self.gate.hotel(self.caller, named[0] if named else None)


@frozen(kw_only=True)
class Operation:
    """
    One route: the router, the rules and `/openapi.json` all read it.

    `answer` None: the answer is not JSON but *media*. `errors` are the codes that this operation adds to those every one has.
    `limited`: its calls are counted before anything else is done for them; others count for themselves, if at all.
    `tells_in_503`: a 503 carries the answer. `shared`: pages of other sites may call it, where the hotel allows them.
    """

    method: str
    path: str
    summary: str
    handle: Callable[[Call], Awaitable[Response]]
    access: Access = Access.OPEN
    scope: keys.Scope | None = None
    body: type | None = None
    query: type | None = None
    answer: type | None = None
    media: str = "application/json"
    errors: tuple[str, ...] = ()
    limited: bool = False
    tells_in_503: bool = False
    listed: bool = True
    shared: bool = False


class Endpoint:
    """An operation as an ASGI application."""

    def __init__(self, operation: Operation, gate: Gate, body_patience: timedelta = BODY_PATIENCE) -> None:
        self._operation = operation
        self._patience_s = body_patience.total_seconds()
        self._gate = gate
        self._body: Reader[Any] | None = Reader(operation.body) if operation.body is not None else None
        self._query: Reader[Any] | None = Reader(operation.query) if operation.query is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation, gate = self._operation, self._gate
        headers: Headers = dict(scope["headers"])
        client = scope.get("client")
        caller = gate.admit(operation.access, operation.scope, headers, client[0] if client else "", tenant_named(scope))
        spent_s = 0.0
        if operation.limited:
            began = anyio.current_time()
            await gate.count(caller)
            spent_s = anyio.current_time() - began
        query = self._query.read(_fields(Request(scope), operation)) if self._query is not None else None
        body = None
        if self._body is not None:
            body = self._body.read(_json(await _receive(headers, receive, self._patience_s)))
        path = scope["path_params"]
        call = Call(caller=caller, gate=gate, path=path, headers=headers, body=body, query=query, spent_s=spent_s)
        response = await operation.handle(call)
        await response(scope, receive, send)


def answer(value: object, status: int = 200) -> Response:
    return Response(dump(value), status, media_type="application/json")


def tenant_named(scope: Scope) -> str | None:
    """Return the hotel that the address of a call names, before anything else of it is read."""
    return Request(scope).query_params.get("tenant") if scope["query_string"] else None


def _fields(request: Request, operation: Operation) -> dict[str, str]:
    """Return the query's fields to be read: API callers may add some that are none of our business, our own pages do not."""
    names = getattr(operation.query, "__annotations__", {})
    return {name: value for name, value in request.query_params.items() if operation.shared or name in names}


async def _receive(headers: Headers, receive: Receive, patience_s: float) -> bytes:
    """Read a JSON body: its type first, then its declared length, then no more of it than is allowed."""
    kind, _, parameters = headers.get(b"content-type", b"").decode("latin-1").lower().partition(";")
    plain = parameters.strip() in {"", "charset=utf-8", 'charset="utf-8"'}
    if kind.strip() != "application/json" or not plain or headers.get(b"content-encoding", b"identity") != b"identity":
        raise Problem("json_only", headers=_CLOSE)
    declared = headers.get(b"content-length", b"0")
    if not declared.isdigit() or int(declared) > MAX_BODY:
        raise Problem("body_too_large", f"At most {MAX_BODY} bytes are read.", headers=_CLOSE)
    body = b""
    more = True
    try:
        with anyio.fail_after(patience_s):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                chunk: bytes = message.get("body", b"")
                more = message.get("more_body", False)
                body = body + chunk if body else chunk
                if len(body) > MAX_BODY:
                    raise Problem("body_too_large", f"At most {MAX_BODY} bytes are read.", headers=_CLOSE)
    except TimeoutError as exc:
        raise Problem("body_too_slow", headers=_CLOSE) from exc
    return body


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise Problem("bad_json") from exc
