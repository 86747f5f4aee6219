"""
Spans on their way to a collector (OTLP over HTTP): a bounded queue that is never waited for, and a thread that empties it.

Where no collector answers, spans are given up and counted, the thread asks ever more rarely whether one is there, and nobody
else notices: until one is, no spans are wanted.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import requests
import structlog
from attrs import define, field
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from hotel_agent.adapters.otel.spans import SAMPLED, Kind, Record

EXPORTED: Final = "exported"
_LOG: Final = structlog.get_logger("hotel_agent.traces")
_PATH: Final = "/v1/traces"
_SCOPE: Final = InstrumentationScope("hotel_agent")
_KINDS: Final = {
    Kind.SERVER: SpanKind.SERVER,
    Kind.PRODUCER: SpanKind.PRODUCER,
    Kind.CONSUMER: SpanKind.CONSUMER,
    Kind.CLIENT: SpanKind.CLIENT,
    Kind.INTERNAL: SpanKind.INTERNAL,
}
_SEND_SECONDS: Final = 4.0
_LONGEST_PAUSE: Final = 30.0
_DOUBLINGS: Final = 5
_UNSET: Final = Status(StatusCode.UNSET)


def otlp_exporter(url: str) -> SpanExporter:
    """
    Return the exporter to the collector at *url* (`http://127.0.0.1:4318`), which nothing is sent to yet.

    Headers and certificates it takes from OpenTelemetry's own variables (`OTEL_EXPORTER_OTLP_HEADERS`, `…_CERTIFICATE`).
    """
    # Its errors quote what the collector said, and come with every batch: that it does not answer is said by us, once.
    logging.getLogger("opentelemetry.exporter.otlp").setLevel(logging.CRITICAL)
    session = requests.Session()
    session.trust_env = False
    return OTLPSpanExporter(endpoint=url.rstrip("/") + _PATH, timeout=_SEND_SECONDS, session=session)


def resource(version: str, instance: str) -> Resource:
    """Say what sends: this program, and which process of it."""
    return Resource({"service.name": "hotel-agent", "service.version": version, "service.instance.id": instance})


@define(eq=False)
class Exporting:
    """
    Takes spans from one thread and sends them from another of its own.

    *count* is told what becomes of spans (`exported`, `queue_full`, `not_sent`, `shutdown`, and how many), from either thread.
    """

    _exporter: SpanExporter
    _resource: Resource
    _count: Callable[[str, int], None]
    _most: int = 4096
    _batch: int = 512
    _period_s: float = 1.0
    _queue: "deque[Record]" = field(factory=deque, init=False)
    _wake: threading.Event = field(factory=threading.Event, init=False)
    _closing: threading.Event = field(factory=threading.Event, init=False)
    _over: threading.Event = field(factory=threading.Event, init=False)
    _failures: int = field(default=0, init=False)
    _thread: threading.Thread = field(init=False)

    def __attrs_post_init__(self) -> None:
        # A daemon: an interpreter that ends does not wait for a collector that is silent.
        self._thread = threading.Thread(target=self._run, name="hotel-agent-traces", daemon=True)
        self._thread.start()

    def wants(self) -> bool:
        """Tell whether spans are of any use now: while no collector answers, none are."""
        return not self._failures

    def add(self, records: Sequence[Record]) -> None:
        """Take *records* to be sent, as far as there is room; never waits."""
        room = max(0, self._most - len(self._queue))
        self._queue.extend(records[:room])
        if len(records) > room:
            self._count("queue_full", len(records) - room)
        if len(self._queue) >= self._batch:
            self._wake.set()

    def close(self, within_s: float = 1.5) -> None:
        """Send what waits, for *within_s* seconds at most, and give up the rest. Blocks its caller for that long."""
        self._closing.set()
        self._wake.set()
        self._thread.join(within_s)
        self._over.set()
        # Cuts the pause between two tries short; what is already on its way may end by itself.
        self._exporter.shutdown()
        self._give_up()

    # ------------------------------------------------------------ the thread

    def _run(self) -> None:
        while not self._closing.is_set():
            if self._failures:
                self._closing.wait(min(self._period_s * 2 ** min(self._failures, _DOUBLINGS), _LONGEST_PAUSE))
                self._ask()
                continue
            self._wake.wait(self._period_s)
            self._wake.clear()
            if not self._closing.is_set():
                self._empty()
        if not self._failures:
            self._empty()

    def _ask(self) -> None:
        """Ask whether a collector is there, by a batch of no spans."""
        if self._closing.is_set():
            return
        if self._is_sent(()):
            self._failures = 0
            _LOG.info("traces are exported again")
        else:
            self._failures += 1

    def _empty(self) -> None:
        while not self._over.is_set() and (batch := self._taken(self._batch)):
            if not self._is_sent(batch):
                self._count("not_sent", len(batch))
                _LOG.warning("traces cannot be exported")
                self._failures = 1
                return
            self._count(EXPORTED, len(batch))

    def _is_sent(self, batch: Sequence[Record]) -> bool:
        try:
            return self._exporter.export([self._readable(record) for record in batch]) is SpanExportResult.SUCCESS
        except Exception:  # noqa: BLE001 - whatever an exporter trips over, the thread lives on
            return False

    def _give_up(self) -> None:
        if left := len(self._taken(self._most)):
            self._count("shutdown", left)

    def _taken(self, most: int) -> list[Record]:
        """Take up to *most* from the queue; both threads may be at it when it is closed."""
        taken: list[Record] = []
        with suppress(IndexError):
            while len(taken) < most:
                taken.append(self._queue.popleft())
        return taken

    def _readable(self, record: Record) -> ReadableSpan:
        """
        Say it in OpenTelemetry's classes, which only exporters read.

        Not made by its tracer, because the nine of ten that are never sent would cost as much as the tenth.
        """
        # Whatever is sent counts as sampled from here on.
        flags, trace = TraceFlags(SAMPLED), int(record.trace, 16)
        parent = SpanContext(trace, int(record.parent, 16), is_remote=False, trace_flags=flags) if record.parent else None
        return ReadableSpan(
            name=record.name,
            context=SpanContext(trace, int(record.id, 16), is_remote=False, trace_flags=flags),
            parent=parent,
            resource=self._resource,
            attributes=record.attributes,
            kind=_KINDS[record.kind],
            status=Status(StatusCode.ERROR, record.error) if record.error else _UNSET,
            start_time=record.began_at,
            end_time=record.ended_at,
            instrumentation_scope=_SCOPE,
        )
