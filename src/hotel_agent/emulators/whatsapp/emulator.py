"""The Graph API as an ASGI application, as far as a hotel needs it."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from datetime import datetime
from hmac import compare_digest
from random import Random
from typing import Any, Final
from urllib.parse import parse_qs

from attrs import evolve, field, frozen

from hotel_agent.emulators.serving import TRANSPORT
from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Fault, FaultKind
from hotel_agent.emulators.whatsapp.callbacks import Post
from hotel_agent.emulators.whatsapp.chats import Entry
from hotel_agent.emulators.whatsapp.errors import GraphError, parameter, unknown_object
from hotel_agent.emulators.whatsapp.media import ATTACHMENTS, HOTEL_FILE_LIFE, read_form
from hotel_agent.emulators.whatsapp.platform import Platform
from hotel_agent.emulators.whatsapp.sends import Mark, read_send
from hotel_agent.emulators.whatsapp.values import Account, Number

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_BODY: Final = 101 * 1024 * 1024
_VERSION: Final = re.compile(r"/v\d{1,2}\.\d(?=/)")
_JSON: Final = "application/json; charset=UTF-8"
_GATEWAY: Final = (
    b"<!DOCTYPE html><html><head><title>Facebook | Error</title></head><body>Sorry, something went wrong.</body></html>"
)
_AFTER: Final = frozenset({FaultKind.CUT_AFTER, FaultKind.BROKEN_AFTER})


@frozen
class Request:
    """A call as it came, its body read."""

    method: str
    path: str
    query: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def parameter(self, name: str) -> str | None:
        """The last value of a query parameter."""
        return parse_qs(self.query).get(name, [None])[-1]


@frozen
class Answer:
    """What is answered; `early` is a message whose statuses are told before that."""

    status: int
    body: bytes
    media_type: str = _JSON
    headers: tuple[tuple[str, str], ...] = ()
    early: Entry | None = None


@frozen
class Seen:
    """A call that was answered, or cut (status None)."""

    method: str
    path: str
    endpoint: str
    status: int | None
    code: int | None = None
    faults: tuple[FaultKind, ...] = ()


Pages = Callable[[Request], Awaitable[Answer | None]]
"""Serves what is beside the Graph API; None: not its path."""


class WhatsAppEmulator:
    """
    A WhatsApp Business Account behind the Graph API. `platform` gives in-process access to guests, chats and webhooks.

    *clock* gives the time (aware UTC); *post* carries webhooks to the callback. *pages* serves people and tests beside the API.
    """

    def __init__(
        self, account: Account, *, clock: Callable[[], datetime], post: Post, behaviour: Behaviour | None = None
    ) -> None:
        self.platform = Platform(account, clock=clock, post=post, behaviour=behaviour or Behaviour())
        self.seen: deque[Seen] = deque(maxlen=10_000)
        self.pages: Pages | None = None
        self._traces = Random("traces")  # noqa: S311 - they only look like Meta's
        self._work: set[asyncio.Task[tuple[Answer, int | None]]] = set()

    @property
    def account(self) -> Account:
        """Ids and secrets."""
        return self.platform.account

    def behave(self, behaviour: Behaviour) -> None:
        """Set the switches; counts of faults and draws start anew."""
        self.platform.behave(behaviour)

    def add_faults(self, *faults: Fault) -> None:
        """Let these *faults* strike, besides those that are set (whose counts start anew)."""
        self.behave(self.platform.behaviour.with_faults(*faults))

    async def drain(self) -> None:
        """Wait for the work under way, of clients that hung up too."""
        while self._work:
            await asyncio.wait(set(self._work))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        body = await _read_body(receive)
        if body is None:
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        request = Request(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers, body)
        page = await self.pages(request) if self.pages is not None else None
        if page is not None:
            await _send(send, page)
            return
        request = evolve(request, path=_VERSION.sub("", request.path, count=1))
        await self._serve(scope, request, receive, send)

    async def _serve(self, scope: Scope, request: Request, receive: Receive, send: Send) -> None:
        endpoint = self._endpoint(request)
        faults = self.platform.luck.strike(endpoint)
        kinds = tuple(fault.kind for fault in faults)
        # The work is a task of its own: a client that hangs up does not stop Meta.
        task = asyncio.ensure_future(self._carry_out(request, endpoint, faults))
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        answer, code = await asyncio.shield(task)
        is_cut = FaultKind.CUT_BEFORE in kinds or FaultKind.CUT_AFTER in kinds
        self.seen.append(Seen(request.method, request.path, endpoint, None if is_cut else answer.status, code, kinds))
        if is_cut:
            await _cut(scope, receive)
        else:
            await _send(send, answer)

    async def _carry_out(self, request: Request, endpoint: str, faults: list[Fault]) -> tuple[Answer, int | None]:
        """The answer and, of a refusal, its code; after whatever befalls the call."""
        kinds = {fault.kind for fault in faults}
        pause = self.platform.behaviour.latency_s + sum(fault.seconds for fault in faults if fault.kind is FaultKind.SLOW)
        if pause:
            await asyncio.sleep(pause)
        broken = Answer(502, _GATEWAY, "text/html; charset=utf-8")
        if kinds & {FaultKind.CUT_BEFORE, FaultKind.BROKEN}:
            return broken, None
        try:
            self._authorize(request)
            _refuse(fault.code for fault in faults if fault.kind is FaultKind.ERROR)
            answer = self._answer(request, endpoint, [fault for fault in faults if fault.kind is FaultKind.FAILS_LATER])
        except GraphError as refusal:
            trace = "A" + "".join(
                self._traces.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", k=22)
            )
            return _json(refusal.answer(trace), refusal.http_status), refusal.code
        if answer.early is not None:
            await self.platform.tell_early(answer.early)
        return (broken if FaultKind.BROKEN_AFTER in kinds else answer), None

    def _authorize(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip() if scheme.lower() == "bearer" else request.parameter("access_token") or ""
        if not compare_digest(given.encode(), self.account.token.encode()):
            raise GraphError(190, title="Invalid OAuth access token - Cannot parse access token")

    # ------------------------------------------------------------ endpoints

    def _endpoint(self, request: Request) -> str:
        """What faults and statistics call this call."""
        if request.path == ATTACHMENTS:
            return "download"
        first, _, rest = request.path.strip("/").partition("/")
        if rest == "messages":
            return (
                "mark" if b'"status"' in request.body and b'"type"' not in request.body.partition(b"typing")[0] else "messages"
            )
        if rest:
            return rest
        if first == "debug_token":
            return first
        return "number" if self.account.number(first) else "account" if first == self.account.waba_id else "media"

    def _answer(self, request: Request, endpoint: str, later: list[Fault]) -> Answer:
        if endpoint == "download":
            return self._download(request)
        first, _, rest = request.path.strip("/").partition("/")
        number = self.account.number(first)
        if number is not None and request.method == "POST" and rest in {"messages", "media"}:
            return self._send_message(number, request, later) if rest == "messages" else self._upload(number, request)
        if request.method == "GET" and not rest and number is not None:
            return _json(_chosen(self._described(number), request))
        if first == self.account.waba_id:
            return self._about_account(request, rest)
        if first == "debug_token" and request.method == "GET":
            return self._debug_token(request)
        if not rest and first.isdigit() and request.method in {"GET", "DELETE"}:
            return self._media(first, request)
        raise unknown_object(first, request.method.lower())

    def _send_message(self, number: Number, request: Request, later: list[Fault]) -> Answer:
        read = read_send(request.body)
        if isinstance(read, Mark):
            self.platform.mark(number, read)
            return _json({"success": True})
        told, entry = self.platform.accept(number, read, later)
        return evolve(_json(told), early=entry)

    def _upload(self, number: Number, request: Request) -> Answer:
        fields = read_form(request.headers.get("content-type", ""), request.body)
        if fields.get("messaging_product", (b"", None, None))[0] != b"whatsapp":
            raise parameter("The parameter messaging_product is required and must be 'whatsapp'.")
        if "file" not in fields:
            raise parameter("The parameter file is required.")
        content, filename, mime_type = fields["file"]
        wanted = fields.get("type", (b"", None, None))[0].decode("utf-8", "replace")
        until = self.platform.now() + HOTEL_FILE_LIFE
        file = self.platform.media.keep(content, mime_type or wanted, number.id, until, filename)
        return _json({"id": file.id})

    def _media(self, media_id: str, request: Request) -> Answer:
        number_id = request.parameter("phone_number_id")
        if request.method == "DELETE":
            self.platform.media.delete(media_id, number_id)
            return _json({"success": True})
        base = f"http://{request.headers.get('host', 'localhost')}"
        told = self.platform.media.describe(media_id, base, self.platform.now())
        return _json(told)

    def _download(self, request: Request) -> Answer:
        file = self.platform.media.fetch(request.query, self.platform.now()) if request.method == "GET" else None
        if file is None:
            return Answer(404, b"", "text/plain")
        headers = (("Content-Disposition", f"attachment;filename={file.id}"),)
        return Answer(200, file.content, file.mime_type, headers)

    def _described(self, number: Number) -> dict[str, Any]:
        return {
            "verified_name": number.verified_name,
            "code_verification_status": "VERIFIED",
            "display_phone_number": f"+{number.display}",
            "quality_rating": "GREEN",
            "platform_type": "CLOUD_API",
            "throughput": {"level": "STANDARD"},
            "status": "CONNECTED",
            "webhook_configuration": {"application": self.account.callback},
            "id": number.id,
        }

    def _about_account(self, request: Request, rest: str) -> Answer:
        app = {
            "link": f"https://www.facebook.com/games/?app_id={self.account.app_id}",
            "name": "Hotel",
            "id": self.account.app_id,
        }
        if rest == "subscribed_apps" and request.method == "POST":
            return _json({"success": True})
        lists: dict[str, list[dict[str, Any]]] = {
            "message_templates": [each.listed(index) for index, each in enumerate(self.account.templates, 1)],
            "subscribed_apps": [{"whatsapp_business_api_data": app}],
            "phone_numbers": [self._described(number) for number in self.account.numbers],
        }
        if request.method == "GET" and not rest:
            return _json(_chosen({"id": self.account.waba_id, "name": self.account.numbers[0].verified_name}, request))
        if request.method != "GET" or rest not in lists:
            raise unknown_object(f"{self.account.waba_id}/{rest}", request.method.lower())
        found = lists[rest]
        for name in ("name", "status", "language") if rest == "message_templates" else ():
            wanted = request.parameter(name)
            found = [each for each in found if wanted in {None, each[name]}]
        told: dict[str, Any] = {"data": found, "paging": {"cursors": {"before": "MAZDZD", "after": "MjQZD"}}}
        if request.parameter("summary") is not None:
            counts = {"total_count": len(found), "message_template_count": len(found), "message_template_limit": 6000}
            told["summary"] = counts | {"are_translations_complete": True}
        return _json(told)

    def _debug_token(self, request: Request) -> Answer:
        asked = request.parameter("input_token")
        if asked is None:
            raise parameter("The parameter input_token is required.")
        told: dict[str, Any] = {"is_valid": False, "scopes": []}
        if compare_digest(asked.encode(), self.account.token.encode()):
            told = {
                "app_id": self.account.app_id,
                "type": "SYSTEM_USER",
                "application": "Hotel",
                "data_access_expires_at": 0,
                "expires_at": 0,
                "is_valid": True,
                "scopes": ["whatsapp_business_management", "whatsapp_business_messaging"],
                "user_id": "122100000000000001",
            }
        return _json({"data": told})


def _refuse(codes: Iterable[int]) -> None:
    for code in codes:
        raise GraphError(code)


def _chosen(told: dict[str, Any], request: Request) -> dict[str, Any]:
    """Only the fields that were asked for, and the id."""
    fields = request.parameter("fields")
    return told if fields is None else {name: told[name] for name in (*fields.split(","), "id") if name in told}


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _read_body(receive: Receive) -> bytes | None:
    """The body; None when the client left before it had sent everything, or sends too much."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


async def _send(send: Send, answer: Answer) -> None:
    named = (("content-type", answer.media_type), ("content-length", str(len(answer.body))), *answer.headers)
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in named]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _cut(scope: Scope, receive: Receive) -> None:
    """Cut the connection. Without our server's transport nothing can be cut."""
    transport = scope.get(TRANSPORT)
    if transport is None:
        raise RuntimeError("faults that cut a connection need the emulator's own server")
    with suppress(OSError):
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
