"""The emulator as an ASGI application: reads requests, lets faults strike, sends answers, keeps count."""

import asyncio
import gzip
import json
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, Final

import attrs
from attrs import frozen

from hotel_agent.emulators.qloapps.answers import JSON, PHP_NOTICE, Answer, WireError, errors, html
from hotel_agent.emulators.qloapps.behaviour import Behaviour, Fault, FaultKind, Schedule, behaviour_from
from hotel_agent.emulators.qloapps.dispatch import DATABASE_DOWN, OFF, Dispatcher
from hotel_agent.emulators.qloapps.filling import add_currency, add_language, open_store
from hotel_agent.emulators.qloapps.request import Request, read_request
from hotel_agent.emulators.qloapps.shop import EURO, FRENCH, Shop
from hotel_agent.emulators.qloapps.store import Row
from hotel_agent.emulators.qloapps.walk_in import spoil, take
from hotel_agent.emulators.serving import TRANSPORT

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


CONTROL: Final = "/_emulator/"
COOKIE: Final = f"QloApps-{'0' * 32}=emulated; Max-Age=1728000; path=/; HttpOnly; SameSite=Lax"
_HEAD_SIZE_OF_A_CUT: Final = 2


@frozen
class Seen:
    """A request that was answered, or cut (status None)."""

    method: str
    resource: str
    target: str
    status: int | None
    faults: tuple[FaultKind, ...] = ()


class QloAppsEmulator:
    """
    A shop behind QloApps' web service.

    *clock* gives the shop's time (aware or naive UTC). With *control*, `/_emulator/behaviour` and `/_emulator/statistics` are
    served beside the API, to anybody: for tests only.
    """

    def __init__(
        self,
        shop: Shop,
        *,
        clock: Callable[[], datetime],
        state_file: Path | None = None,
        behaviour: Behaviour | None = None,
        control: bool = False,
    ) -> None:
        self.store = open_store(shop, state_file, clock)
        self.seen: deque[Seen] = deque(maxlen=10_000)
        self._control = control
        self._work: set[asyncio.Task[Answer | None]] = set()
        self._behaviour = behaviour or Behaviour()
        self._schedule = Schedule(self._behaviour)
        orders = self.store.value("SELECT count(*) FROM orders")
        self._references = Random(f"{self._behaviour.seed} references {orders}")  # noqa: S311 - repeatable on purpose
        self._dispatcher = Dispatcher(self.store, self._behaviour, self._schedule, self._references, asyncio.sleep)
        self.behave(self._behaviour)

    @property
    def behaviour(self) -> Behaviour:
        """The switches as they are set."""
        return self._behaviour

    def behave(self, behaviour: Behaviour) -> None:
        """Set the switches; counts of faults and draws start anew."""
        self._behaviour = behaviour
        self._schedule = Schedule(behaviour)
        self._dispatcher.behaviour, self._dispatcher.schedule = behaviour, self._schedule
        with self.store.transaction():
            if behaviour.second_language:
                add_language(self.store, FRENCH)
            if behaviour.second_currency:
                add_currency(self.store, EURO)
            self.store.execute("UPDATE groups SET price_display_method = ?", (0 if behaviour.tax_included else 1,))

    def add_faults(self, *faults: Fault) -> None:
        """Let these *faults* strike, besides those that are set (whose counts start anew)."""
        self.behave(self._behaviour.with_faults(*faults))

    @property
    def key(self) -> str:
        """The first active key that may do everything."""
        return str(self.store.value("SELECT key FROM keys WHERE active = 1 AND permissions IS NULL ORDER BY rowid") or "")

    def live_lines(self, id_room: int | None = None) -> list[Row]:
        """The room lines that hold a room, all or those of one room: neither released nor back orders."""
        sql = "SELECT * FROM room_bookings WHERE is_refunded = 0 AND is_back_order = 0"
        return self.store.rows(
            f"{sql} AND id_room = ? ORDER BY id" if id_room else f"{sql} ORDER BY id", (id_room,) if id_room else ()
        )

    def walk_in(self, id_room_type: int, arrive: date, leave: date, count: int = 1) -> list[int]:
        """Somebody else books *count* rooms of a type at the desk; the ids of the rooms."""
        return take(self.store, self._references, id_room_type, arrive, leave, count)

    async def drain(self) -> None:
        """Wait for the work under way, of clients that hung up too."""
        while self._work:
            await asyncio.wait(set(self._work))

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        body = await _read_body(receive)
        if body is None:
            return  # the client left before it had sent everything: nothing to work on
        path, query = scope["path"], scope["query_string"].decode("latin-1")
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if self._control and path.startswith(CONTROL):
            await _send(
                send, self._steer(scope["method"], path.removeprefix(CONTROL), body), scope["method"], {}, 0.0, self._now()
            )
            return
        request = read_request(scope["method"], path, query, headers, body)
        if request is None:
            await _send(send, html(404, "Not Found"), scope["method"], headers, 0.0, self._now())
            return
        await self._serve(scope, request, send, receive)

    async def _serve(self, scope: Scope, request: Request, send: Send, receive: Receive) -> None:
        started = perf_counter()
        faults = self._schedule.strike(request.method, request.resource)
        kinds = tuple(fault.kind for fault in faults)
        # The work is a task of its own: a client that hangs up does not stop PHP.
        task = asyncio.create_task(self._carry_out(request, faults))
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        answer = await asyncio.shield(task)
        is_cut = answer is None or FaultKind.CUT_AFTER in kinds
        target = scope["path"] + (f"?{request.raw_query}" if request.raw_query else "")
        status = None if is_cut or answer is None else answer.status
        self.seen.append(Seen(request.method, request.resource, target, status, kinds))
        if answer is None or is_cut:
            await _cut(scope, receive)
        elif FaultKind.CUT_BODY in kinds:
            await _send_half(send, answer, request, self._now())
            await _cut(scope, receive, gently=True)
        else:
            await _send(send, answer, request.method, request.headers, perf_counter() - started, self._now())

    async def _carry_out(self, request: Request, faults: list[Fault]) -> Answer | None:
        """The answer, after whatever befalls the request; None: the connection is cut before the work."""
        kinds = {fault.kind for fault in faults}
        for fault in faults:
            if fault.kind is FaultKind.SLOW:
                await asyncio.sleep(fault.seconds)
        if FaultKind.CUT_BEFORE in kinds:
            return None
        instead = _instead(kinds, as_json=request.wants_json)
        if instead is not None:
            return instead
        if FaultKind.WALK_IN in kinds and request.resource == "bookings":
            spoil(self.store, self._references, request.text)
        is_zombie = FaultKind.ZOMBIE in kinds
        answer = await self._dispatcher.answer(request, is_zombie=is_zombie)
        if is_zombie and not (request.resource == "bookings" and request.method == "POST"):
            return html(500)
        if FaultKind.ERROR_AFTER in kinds:
            notice = WireError(
                PHP_NOTICE, "[PHP Notice #8] Undefined variable: emulated (/www/qloapps/classes/webservice, line 1)"
            )
            return errors(500, [notice], as_json=request.wants_json)
        return answer

    def _steer(self, method: str, subject: str, body: bytes) -> Answer:
        if subject == "behaviour":
            if method == "POST":
                try:
                    values = json.loads(body)
                    if not isinstance(values, dict):
                        return _json_answer(400, {"error": "an object is wanted"})
                    self.behave(behaviour_from(values, self._behaviour))
                except ValueError as error:
                    return _json_answer(400, {"error": str(error)})
            return _json_answer(200, attrs.asdict(self._behaviour))
        if subject == "statistics":
            return _json_answer(
                200, {"requests": len(self.seen), "last": [attrs.asdict(each) for each in list(self.seen)[-100:]]}
            )
        return _json_answer(404, {"error": "behaviour and statistics are served here"})

    def _now(self) -> datetime:
        now = self.store.instant()
        return now if now.tzinfo else now.replace(tzinfo=UTC)


def _instead(kinds: set[FaultKind], *, as_json: bool) -> Answer | None:
    if FaultKind.DATABASE_DOWN in kinds:
        return html(500, DATABASE_DOWN)
    if FaultKind.SWITCHED_OFF in kinds:
        return errors(503, [WireError(22, OFF)], as_json=as_json)
    return html(200, "Fatal error") if FaultKind.FATAL in kinds else None


def _json_answer(status: int, value: Any) -> Answer:
    return Answer(status, json.dumps(value).encode(), JSON, is_api=False)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _read_body(receive: Receive) -> bytes | None:
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _headers(answer: Answer, seconds: float, now: datetime) -> list[tuple[str, str]]:
    headers = [("Date", format_datetime(now.astimezone(UTC), usegmt=True)), ("Server", "Apache/2.4.62 (Debian)")]
    headers += list(answer.headers.items())
    if answer.is_api:
        headers += [
            ("Access-Time", str(int(now.timestamp()))),
            ("X-Powered-By", "PrestaShop Webservice"),
            ("PSWS-Version", "1.6.1.23"),
            ("Execution-Time", f"{seconds:.3f}".rstrip("0").rstrip(".")),
        ]
        if answer.body and answer.is_digested:
            headers.append(("Content-Sha1", answer.digest))
        headers.append(("Set-Cookie", COOKIE))
    if answer.content_type is not None:
        headers.append(("Content-Type", answer.content_type))
    return headers


def _encoded(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]


async def _send(send: Send, answer: Answer, method: str, asked: Any, seconds: float, now: datetime) -> None:
    headers, body = _headers(answer, seconds, now), answer.body
    if body and answer.content_type and "gzip" in asked.get("accept-encoding", ""):
        body = gzip.compress(body, 1)
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    if method != "HEAD":
        headers.append(("Content-Length", str(len(body))))
    await send({"type": "http.response.start", "status": answer.status, "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


async def _send_half(send: Send, answer: Answer, request: Request, now: datetime) -> None:
    length = ("Content-Length", str(len(answer.body) + _HEAD_SIZE_OF_A_CUT))
    headers = [*_headers(answer, 0.0, now), length]
    await send({"type": "http.response.start", "status": answer.status, "headers": _encoded(headers)})
    half = answer.body[: len(answer.body) // 2] if request.method != "HEAD" else b""
    await send({"type": "http.response.body", "body": half, "more_body": True})


async def _cut(scope: Scope, receive: Receive, *, gently: bool = False) -> None:
    """Cut the connection; *gently* lets what was sent arrive first. Without our server's transport nothing can be cut."""
    transport = scope.get(TRANSPORT)
    if transport is None:
        raise RuntimeError("faults that cut a connection need the emulator's own server")
    with suppress(OSError):
        if gently:
            transport.close()
        else:
            transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
