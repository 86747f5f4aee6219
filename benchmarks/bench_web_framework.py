"""
CPU per request, import time and memory of two candidates for the ASGI service, each under uvicorn, beside a bare ASGI floor.

`python -m benchmarks.bench_web_framework [--rounds 5] [--requests 20000] [--quick]` prints the figures of
`docs/decisions/0001-web-framework.md`. Each app is a process of its own with one uvicorn worker; the load comes from this
process over keep-alive connections. CPU is what the kernel charged to the server's process, so a busy machine disturbs it
less than a rate would be. Linux only.
"""

import argparse
import asyncio
import hashlib
import hmac
import importlib
import importlib.metadata
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import uvicorn
from attrs import field, frozen, validators
from cattrs import Converter

if TYPE_CHECKING:
    from benchmarks.report import Report

SECRET = b"an app secret of thirty-two bytes"
MAX_BODY = 64 * 1024
CONNECTIONS = 16
JSON = [(b"content-type", b"application/json")]
SECURITY = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
SIGNED, MODEL = "/webhook", "/rates/7"


@frozen
class Night:
    day: date
    price: Decimal
    currency: str = field(validator=validators.max_len(3))


@frozen
class Rate:
    name: str = field(validator=validators.max_len(80))
    adults: int = field(validator=validators.ge(1))
    nights: tuple[Night, ...]
    note: str | None = None


@frozen
class StoredRate:
    id: str
    rate: Rate


def strict_converter() -> Converter:
    def exactly(wanted: type) -> Callable[[Any, Any], Any]:
        def hook(value: Any, _: Any) -> Any:
            if type(value) is not wanted:
                raise TypeError(f"must be {wanted.__name__}")
            return value

        return hook

    text = exactly(str)
    converter = Converter(forbid_extra_keys=True)
    for wanted in (str, int, bool):
        converter.register_structure_hook(wanted, exactly(wanted))
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(text(value, str)))
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(text(value, str)))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(Decimal, str)
    return converter


CONVERTER = strict_converter()


def signature(body: bytes) -> str:
    return "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()


def accept(body: bytes, given: str) -> bytes | None:
    """The answer to a signed body, None when the signature does not match."""
    if not hmac.compare_digest(given.encode(), signature(body).encode()):
        return None
    return orjson.dumps({"accepted": len(orjson.loads(body)["entry"])})


def store(body: bytes, rate_id: str) -> bytes:
    stored = StoredRate(rate_id, CONVERTER.structure(orjson.loads(body), Rate))
    return orjson.dumps(CONVERTER.unstructure(stored))


def secured(app: Any) -> Any:
    """*app* with the security headers on every answer; outermost, so that no framework's error path goes round it."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        async def send_secured(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SECURITY]
            await send(message)

        await app(scope, receive, send_secured if scope["type"] == "http" else send)

    return wrapped


def bare_app() -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
            assert len(body) <= MAX_BODY
        if scope["path"] == SIGNED:
            answer = accept(body, dict(scope["headers"])[b"x-hub-signature-256"].decode())
        else:
            answer = store(body, scope["path"].rpartition("/")[2])
        assert answer is not None
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*JSON, length]})
        await send({"type": "http.response.body", "body": answer})

    return secured(app)


def starlette_app() -> Any:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def problem(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return Response(orjson.dumps({"status": status}), status, media_type="application/problem+json")

    async def read(request: Request) -> bytes:
        if request.headers.get("content-type") != "application/json":
            raise HTTPException(415)
        if int(request.headers.get("content-length", "0")) > MAX_BODY:
            raise HTTPException(413)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise HTTPException(413)
        return bytes(body)

    async def webhook(request: Request) -> Response:
        answer = accept(await read(request), request.headers.get("x-hub-signature-256", ""))
        if answer is None:
            raise HTTPException(401)
        return Response(answer, media_type="application/json")

    async def put_rate(request: Request) -> Response:
        return Response(store(await read(request), request.path_params["rate_id"]), media_type="application/json")

    routes = [Route(SIGNED, webhook, methods=["POST"]), Route("/rates/{rate_id}", put_rate, methods=["POST"])]
    return secured(Starlette(routes=routes, exception_handlers={HTTPException: problem, 500: problem}))


def litestar_app(*, house_converter: bool = False) -> Any:
    # Not a dependency of ours, so the type checker may not see it.
    litestar = importlib.import_module("litestar")
    errors = importlib.import_module("litestar.exceptions")
    params = importlib.import_module("litestar.params")

    def problem(_: Any, error: Exception) -> Any:
        status = getattr(error, "status_code", 500)
        return litestar.Response({"status": status}, status_code=status, media_type="application/problem+json")

    def json_only(connection: Any, _: Any) -> None:
        if connection.headers.get("content-type") != "application/json":
            raise errors.HTTPException(status_code=415)

    async def webhook(request: Any, body: bytes) -> Any:
        answer = accept(body, request.headers.get("x-hub-signature-256", ""))
        if answer is None:
            raise errors.NotAuthorizedException
        return litestar.Response(answer, media_type="application/json")

    async def put_rate(rate_id: Annotated[str, params.PathParameter()], data: Annotated[Rate, params.Body()]) -> StoredRate:
        return StoredRate(rate_id, data)

    async def put_rate_house(rate_id: Annotated[str, params.PathParameter()], body: bytes) -> Any:
        return litestar.Response(store(body, rate_id), media_type="application/json")

    for handler in (webhook, put_rate_house):
        handler.__annotations__["body"] = params.RawBody
    chosen = put_rate_house if house_converter else put_rate
    post = {"status_code": 200, "guards": [json_only]}
    app = litestar.Litestar(
        [litestar.post(SIGNED, **post)(webhook), litestar.post("/rates/{rate_id:str}", **post)(chosen)],
        request_max_body_size=MAX_BODY,
        logging_config=None,
        exception_handlers={errors.HTTPException: problem, Exception: problem},
    )
    return secured(app)


APPS: dict[str, Callable[[], Any]] = {
    "bare ASGI": bare_app,
    "Starlette": starlette_app,
    "Litestar": litestar_app,
    "Litestar + cattrs": lambda: litestar_app(house_converter=True),
}


def serve(name: str) -> None:
    """Serve one app on a free port; the first line of output says which, and how long importing and building it took."""
    started = time.perf_counter()
    app = APPS[name]()
    built_ms = (time.perf_counter() - started) * 1e3
    # asyncio sets TCP_NODELAY only on sockets that name their protocol; without it every answer waits 40 ms for a delayed ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    print(json.dumps({"port": listener.getsockname()[1], "built_ms": built_ms}), flush=True)
    config = uvicorn.Config(app, loop="asyncio", http="httptools", lifespan="off", access_log=False, log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])


@frozen
class Running:
    pid: int
    port: int
    built_ms: float

    def cpu_s(self) -> float:
        after_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self) -> float:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        assert found is not None
        return int(found[1]) / 1024


@contextmanager
def running(name: str) -> Iterator[Running]:
    command = [sys.executable, "-m", "benchmarks.bench_web_framework", "--serve", name]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        with process.stdout as output:
            said = json.loads(output.readline())
        yield Running(process.pid, said["port"], said["built_ms"])
    finally:
        process.terminate()
        process.wait(10)


class Caller(asyncio.Protocol):
    """Sends one request again and again over one connection, the next as soon as the answer is whole."""

    def __init__(self, request: bytes, times: int, done: asyncio.Future[None]) -> None:
        self.request, self.left, self.done, self.answer = request, times, done, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        head, found, body = self.answer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        if not found or length is None or len(body) < int(length[1]):
            return
        self.left -= 1
        if not head.startswith(b"HTTP/1.1 200 "):
            self.done.set_exception(AssertionError(self.answer))
        elif self.left:
            self.answer = b""
            self.transport.write(self.request)
            return
        else:
            self.done.set_result(None)
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError("closed before the answer"))


async def call(port: int, request: bytes, requests: int, connections: int = CONNECTIONS) -> None:
    """Wait for *requests* whole answers of 200, spread over *connections*."""
    loop = asyncio.get_running_loop()
    pending: list[asyncio.Future[None]] = [loop.create_future() for _ in range(connections)]
    for done in pending:
        await loop.create_connection(lambda done=done: Caller(request, requests // connections, done), "127.0.0.1", port)  # type: ignore[misc]  # mypy gives a lambda with a default no type
    await asyncio.gather(*pending)


def http_request(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return f"{head}x-hub-signature-256: {signature(body)}\r\n\r\n".encode() + body


def workloads() -> dict[str, bytes]:
    message = {"id": "wamid.1", "from": "34600000000", "type": "text", "text": {"body": "a" * 850}}
    event = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": {"messages": [message]}}]}]}
    nights = [{"day": f"2027-05-{day:02}", "price": "80.00", "currency": "EUR"} for day in range(1, 20)]
    rate = {"name": "Flexible", "adults": 2, "nights": nights, "note": None}
    return {
        "signed 1 kB POST": http_request(SIGNED, orjson.dumps(event)),
        "JSON into attrs, 1 kB back": http_request(MODEL, orjson.dumps(rate)),
    }


def measure(report: "Report", names: list[str], rounds: int, requests: int) -> None:
    work = workloads()
    cpu: dict[tuple[str, str], list[float]] = {(name, what): [] for name in names for what in work}
    resident: dict[str, float] = {}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(running(name)) for name in names}
        for name, server in servers.items():
            for request in work.values():
                asyncio.run(call(server.port, request, 1, 1))
            resident[name] = server.resident_mb()
            for request in work.values():
                asyncio.run(call(server.port, request, requests // 10))
        for number in range(rounds):
            # Every other round goes backwards, so that no app is always the one that follows a warm machine.
            for name in names if number % 2 == 0 else reversed(names):
                for what, request in work.items():
                    before = servers[name].cpu_s()
                    asyncio.run(call(servers[name].port, request, requests))
                    cpu[name, what].append((servers[name].cpu_s() - before) / (requests // CONNECTIONS * CONNECTIONS) * 1e6)
    for what in work:
        for name in names:
            report.add(f"{what}, µs CPU", name, [{"cpu_us": one} for one in cpu[name, what]])
    for name in names:
        report.add("start", name, [{"import_and_build_ms": servers[name].built_ms, "rss_mb": resident[name]}])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", choices=APPS, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--quick", action="store_true", help="500 requests a round; the JSON is not kept")
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    names = list(APPS)
    packages = ["uvicorn", "httptools", "starlette", "attrs", "cattrs", "orjson"]
    if importlib.util.find_spec("litestar") is None:
        print("Litestar is not installed: its rows are left out (`pip install litestar` brings them back).")
        names = [name for name in names if not name.startswith("Litestar")]
    else:
        packages += ["litestar", "msgspec"]
    # Here, so that the apps it serves load nothing of it.
    from benchmarks.report import Report

    report = Report("web_framework", "What a web framework costs a request", options.quick, options.rounds)
    report.notes.append(", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages))
    report.whole(lambda: measure(report, names, options.rounds, 500 if options.quick else options.requests))


if __name__ == "__main__":
    main()
