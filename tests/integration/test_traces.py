"""A message is one trace, through every process that has a part in it, and a collector is told of it."""

import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from attrs import define, field
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from hotel_agent.adapters.otel.exporting import Exporting, resource
from hotel_agent.adapters.otel.tracing import OtelTracing
from hotel_agent.adapters.whatsapp.signature import signature_of
from hotel_agent.application.intake import Incoming
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import TenantId
from hotel_agent.emulators.whatsapp import payloads
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.http.whatsapp import PATH
from hotel_agent.entrypoints.keys import Scope, mint_key
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import Installation, open_installation
from hotel_agent.testing.clocks import ManualClock

pytestmark = pytest.mark.anyio

CANARY = "kanarienvogel"
PHONE = "34600987123"
SECRET, NUMBER = "app-secret-of-now", "106540352242922"
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PROCESS = "/api/orchestrator/process"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@define
class Site:
    """A process of ours: an installation that works when it is told, its clock, and the spans it has sent."""

    installation: Installation
    clock: ManualClock
    exporting: Exporting
    memory: InMemorySpanExporter

    async def take(self, text: str, message_id: str = "m-1") -> None:
        incoming = Incoming(
            tenant=TenantId("demo"), channel=Channel.API, account="local", sender=PHONE, text=text, message_id=message_id
        )
        with self.installation.application.tracing.arrival("POST /somewhere"):
            await self.installation.application.intake.take(incoming)

    async def work(self) -> None:
        """Work until nothing is left to do, jobs that wait a second included."""
        for _ in range(6):
            await self.installation.worker.sweep()
            self.clock.advance(timedelta(seconds=1))

    def spans(self) -> tuple[ReadableSpan, ...]:
        self.exporting.close(20.0)
        return self.memory.get_finished_spans()


@define
class Town:
    """Opens as many sites as a test wants, on one store or on several."""

    folder: Path
    stack: AsyncExitStack
    clock: ManualClock = field(factory=ManualClock)

    async def site(self, name: str = "a", ratio: float = 1.0, **settings: Any) -> Site:
        memory = InMemorySpanExporter()
        exporting = Exporting(memory, resource("1", name), lambda *_: None)
        self.stack.callback(exporting.close)
        tracing = OtelTracing(self.clock, exporting.add, lambda *_: None, ratio)
        chosen = Settings(data_dir=self.folder / name, **settings)
        opened = await self.stack.enter_async_context(open_installation(chosen, {}, clock=self.clock, tracing=tracing))
        return Site(opened, self.clock, exporting, memory)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        yield Town(tmp_path, stack)


def trace_of(span: ReadableSpan) -> str:
    assert span.context
    return f"{span.context.trace_id:032x}"


def assert_one_tree(spans: tuple[ReadableSpan, ...], parent: str | None = None) -> None:
    """All are of one trace, and one of them, or *parent*, began it."""
    assert len({trace_of(span) for span in spans}) == 1
    known = {f"{span.context.span_id:016x}" for span in spans if span.context}
    roots = [span for span in spans if span.parent is None or f"{span.parent.span_id:016x}" not in known]
    assert [f"{root.parent.span_id:016x}" if root.parent else None for root in roots] == [parent]


WAY = (
    ("disponibilidad del 20 al 22 de diciembre de 2031 para 2", {"POST /somewhere", "receive", "turn", "ask.search", "commit"}),
    ("reservar la 1", {"ask.acquire"}),
    (f"Ana {CANARY}, {CANARY}@example.com, +{PHONE}", {"understand"}),
    ("sí, confirmo", {"ask.hold", "job", "pms.book", "pms.verify"}),
)


async def book(front: Site, back: Site) -> None:
    for number, (text, _) in enumerate(WAY):
        await front.take(text, f"m-{number}")
        await back.work()


async def test_every_message_up_to_the_booking_is_one_trace_in_one_process(town: Town) -> None:
    site = await town.site(journal_url="memory://")
    await book(site, site)
    spans = site.spans()
    traces = list(dict.fromkeys(trace_of(span) for span in spans if span.name == "receive"))
    assert len(traces) == len(WAY)
    for trace, (_, expected) in zip(traces, WAY, strict=True):
        own = tuple(span for span in spans if trace_of(span) == trace)
        assert_one_tree(own)
        assert expected <= {span.name for span in own}
    # The booking's news, a second turn, is of the trace of the message that asked for it.
    last = [span for span in spans if trace_of(span) == traces[-1] and span.name == "turn"]
    assert [(span.attributes or {})["about"] for span in last] == ["GuestMessage", "BookingNews"]
    assert {(span.attributes or {})["tenant"] for span in spans} == {"demo"}
    assert {(span.attributes or {}).get("intent") for span in spans if span.name == "turn"} >= {"check_availability", "affirm"}
    told = "".join(span.to_json() for span in spans)
    assert [word for word in (CANARY, PHONE, "disponibilidad") if word in told] == []


async def test_another_processs_worker_goes_on_with_the_trace(town: Town) -> None:
    store = f"sqlite:///{town.folder}/shared.db"
    front = await town.site("front", journal_url=store)
    back = await town.site("back", journal_url=store)
    await front.take("hola")
    await back.work()
    there, here = front.spans(), back.spans()
    assert ({span.name for span in there}, {"turn", "commit"} <= {span.name for span in here}) == (
        {"POST /somewhere", "receive"},
        True,
    )
    assert_one_tree(there + here)


async def test_a_worker_that_does_not_trace_carries_the_trace_on(town: Town) -> None:
    """What it commits is stored with the context of the message, so that whoever delivers goes on with it."""
    store = f"sqlite:///{town.folder}/shared.db"
    front = await town.site("front", journal_url=store)
    settings = Settings(data_dir=town.folder / "plain", journal_url=store)
    async with open_installation(settings, {}, clock=town.clock) as plain:
        await front.take("hola")
        await plain.worker.sweep()
    town.clock.advance(timedelta(hours=1))
    await front.work()
    # The only timer is that of the session's end: it was set by the worker that does not trace.
    assert [(span.attributes or {})["about"] for span in front.spans() if span.name == "turn"] == ["TimerFired"]
    assert len({trace_of(span) for span in front.spans()}) == 1


# ---------------------------------------------------------------- who may bring a context


@pytest.mark.parametrize(("keyed", "goes_on"), [(True, True), (False, False)])
async def test_only_a_caller_with_a_key_brings_its_own_trace(town: Town, *, keyed: bool, goes_on: bool) -> None:
    headers = {"traceparent": CALLER}
    settings: dict[str, Any] = {"journal_url": "memory://"}
    if keyed:
        token, lines = mint_key("shop", TenantId("demo"), frozenset({Scope.PROCESS}))
        (town.folder / "keys.toml").write_text(lines, "utf-8")
        headers["Authorization"] = f"Bearer {token}"
        settings["api_keys_file"] = town.folder / "keys.toml"
    site = await town.site(**settings)
    transport = httpx.ASGITransport(create_app(site.installation.application), client=("127.0.0.1", 1))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
        anyio.create_task_group() as group,
    ):
        group.start_soon(site.installation.worker.run)
        answer = await client.post(PROCESS, json={"sender_id": "1", "channel": "web", "text": "hola"}, headers=headers)
        site.installation.worker.drain()
    assert answer.status_code == 200
    (head,) = (span for span in site.spans() if span.name == f"POST {PROCESS}")
    assert (trace_of(head) == CALLER[3:35], head.parent is not None) == (goes_on, goes_on)


# ---------------------------------------------------------------- a real collector


class Receiver(ThreadingHTTPServer):
    """A collector that takes OTLP and, beside it, a Graph API that takes every message."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[bytes] = []
        self.said: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/traces":
            self.server.bodies.append(body)
            self._answer(b"", "application/x-protobuf")
        else:
            self.server.said.append(body.decode())
            self._answer(json.dumps({"messages": [{"id": f"wamid.{len(self.server.said)}"}]}).encode(), "application/json")

    def log_message(self, *_: Any) -> None:
        pass

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_collector_is_told_of_a_whatsapp_message_from_webhook_to_delivery(receiver: Receiver, tmp_path: Path) -> None:
    clock = ManualClock()
    settings = Settings(
        data_dir=tmp_path,
        journal_url="memory://",
        otlp_url=receiver.url,
        trace_ratio=1.0,
        whatsapp_app_secret=SECRET,
        whatsapp_verify_token="verify-me-please",
        whatsapp_phone_number_id=NUMBER,
        whatsapp_token="EAA-token-of-a-test",
        whatsapp_graph_url=f"{receiver.url}/v25.0",
    )
    sender = {"from": PHONE, "from_user_id": "ES.1", "id": "wamid.guest", "timestamp": str(int(clock.now().timestamp()))}
    said = {**sender, **payloads.text(f"hola, soy {CANARY}")}
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER}, "messages": [said]}
    body = json.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).encode()
    async with open_installation(settings, {}, clock=clock) as installation:
        application = installation.application
        transport = httpx.ASGITransport(create_app(application), client=("31.13.24.1", 443))
        async with httpx.AsyncClient(transport=transport, base_url="https://hotel.example") as client:
            signed = {"X-Hub-Signature-256": signature_of(body, SECRET), "Content-Type": "application/json"}
            assert (await client.post(PATH, content=body, headers=signed)).status_code == 200
        clock.advance(timedelta(seconds=1))
        await installation.worker.sweep()
        assert application.delivery
        assert await application.delivery.sweep() == 1
        assert len(receiver.said) == 1
        figures = application.exposition
    requests = [ExportTraceServiceRequest.FromString(body) for body in receiver.bodies]
    spans = [span for one in requests for group in one.resource_spans for scope in group.scope_spans for span in scope.spans]
    assert len({span.trace_id for span in spans}) == 1
    assert {f"POST {PATH}", "receive", "turn", "understand", "commit", "deliver", "delivery.send"} <= {
        span.name for span in spans
    }
    parents = {span.name: next((one.name for one in spans if one.span_id == span.parent_span_id), None) for span in spans}
    assert (parents["receive"], parents["turn"], parents["deliver"]) == (f"POST {PATH}", "receive", "turn")
    assert [word for word in (CANARY, PHONE, "wamid", "ES.1") if word.encode() in b"".join(receiver.bodies)] == []
    assert f'trace_spans_total{{outcome="exported"}} {float(len(spans))}' in figures().decode()


# ---------------------------------------------------------------- without the extra

WITHOUT = """
import sys
sys.modules["opentelemetry"] = None  # as where it is not installed
import anyio, hotel_agent
from pathlib import Path
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_installation

async def main():
    folder = Path(sys.argv[1])
    async with open_installation(Settings(data_dir=folder, journal_url="memory://"), {}) as installation:
        create_app(installation.application)
    print(sorted(name for name in sys.modules if name.startswith(("opentelemetry.", "requests", "google.protobuf"))))
    try:
        async with open_installation(Settings(data_dir=folder, journal_url="memory://", otlp_url="http://127.0.0.1:9"), {}):
            pass
    except ConfigurationError as exc:
        print(exc)

anyio.run(main)
"""


def test_without_the_extra_all_works_but_the_setting_that_needs_it(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True, env={}
    )
    loaded, problem = [line for line in run.stdout.splitlines() if not line.startswith("20")]
    assert loaded == "[]"
    assert "HOTEL_AGENT_OTLP_URL: given, but the extra for it is not installed: pip install 'hotel-agent[otel]'" in problem
