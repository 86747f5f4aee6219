"""`/api/webhooks/whatsapp`: Meta's handshake, and what it tells. 200 means: all of it is durable."""

from typing import Final

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from hotel_agent.adapters.whatsapp.reading import read_body
from hotel_agent.adapters.whatsapp.signature import SIGNATURE_HEADER, is_handshake, is_signed
from hotel_agent.domain.errors import PortError
from hotel_agent.entrypoints.http.endpoint import BODY_PATIENCE, ClientGone
from hotel_agent.entrypoints.http.problems import Problem, unavailable
from hotel_agent.entrypoints.reception import WhatsAppDoor
from hotel_agent.ports.tracing import UNTRACED, Tracing

PATH: Final = "/api/webhooks/whatsapp"
MAX_BODY: Final = 3 * 1024 * 1024
"""Meta's own limit for a webhook."""
_PATIENCE_S: Final = 8.0
"""Seconds in which all of it is kept, or Meta sends it again."""
_CLOSE: Final = {"Connection": "close"}


class WhatsAppWebhook:
    """The route as an ASGI application; *door* None: there is no such page."""

    def __init__(self, door: WhatsAppDoor | None, tracing: Tracing = UNTRACED) -> None:
        self._door = door
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._door is None:
            raise Problem("not_found", "No WhatsApp app secret is set.")
        if scope["method"] == "POST":
            with self._tracing.arrival(f"POST {PATH}"):
                response = await self._take(self._door, scope, receive)
        else:
            response = _handshake(self._door, Request(scope))
        await response(scope, receive, send)

    async def _take(self, door: WhatsAppDoor, scope: Scope, receive: Receive) -> Response:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        body = await _body(headers, receive)
        if not is_signed(body, headers.get(SIGNATURE_HEADER, b""), door.secrets):
            raise Problem("bad_signature")
        try:
            with anyio.fail_after(_PATIENCE_S):
                await door.reception.take(read_body(body))
        except (PortError, TimeoutError) as exc:
            raise unavailable("Not all of it was kept: send it again.") from exc
        return Response(status_code=200)


def _handshake(door: WhatsAppDoor, request: Request) -> Response:
    asked = request.query_params
    if not is_handshake(asked.get("hub.mode", ""), asked.get("hub.verify_token", ""), door.verify_token):
        raise Problem("handshake_refused")
    return PlainTextResponse(asked.get("hub.challenge", ""))


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """Read the bytes as they come, no more than Meta sends: nothing is parsed before they are known to be Meta's."""
    declared = headers.get(b"content-length", b"0")
    if not declared.isdigit() or int(declared) > MAX_BODY:
        raise Problem("body_too_large", f"At most {MAX_BODY} bytes are read.", headers=_CLOSE)
    body = bytearray()
    more = True
    try:
        with anyio.fail_after(BODY_PATIENCE.total_seconds()):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MAX_BODY:
                    raise Problem("body_too_large", f"At most {MAX_BODY} bytes are read.", headers=_CLOSE)
    except TimeoutError as exc:
        raise Problem("body_too_slow", headers=_CLOSE) from exc
    return bytes(body)
