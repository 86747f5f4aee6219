import threading
import time
from collections.abc import Callable, Sequence

import pytest
from attrs import define, field
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from hotel_agent.adapters.otel.exporting import Exporting, resource
from hotel_agent.adapters.otel.spans import Kind, Record

PATIENCE_S = 20.0


class Collector(SpanExporter):
    """Answers as it is told; silent, it answers when it is let go."""

    def __init__(self, *, fails: bool = False, silent: bool = False) -> None:
        self.fails, self.asked, self.stopped, self.go = fails, threading.Event(), threading.Event(), threading.Event()
        self.batches: list[int] = []
        if not silent:
            self.go.set()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.asked.set()
        self.go.wait(PATIENCE_S)
        self.batches.append(len(spans))
        if self.fails:
            raise OSError("nobody there")
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        self.stopped.set()
        self.go.set()


@define
class Tally:
    counts: dict[str, int] = field(factory=dict)
    moved: threading.Condition = field(factory=threading.Condition)

    def count(self, outcome: str, spans: int) -> None:
        with self.moved:
            self.counts[outcome] = self.counts.get(outcome, 0) + spans
            self.moved.notify_all()

    def wait_for(self, outcome: str) -> None:
        with self.moved:
            assert self.moved.wait_for(lambda: outcome in self.counts, PATIENCE_S)


@pytest.fixture
def tally() -> Tally:
    return Tally()


def records(count: int) -> list[Record]:
    return [Record(name="turn", kind=Kind.CONSUMER, trace="1" * 32, sampled=True, began_at=1, ended_at=2) for _ in range(count)]


def exporting(collector: SpanExporter, tally: Tally, **bounds: float) -> Exporting:
    return Exporting(collector, resource("1", "i"), tally.count, **bounds)  # type: ignore[arg-type]  # names and numbers


def test_a_span_is_told_in_opentelemetrys_words(tally: Tally) -> None:
    memory = InMemorySpanExporter()
    queue = exporting(memory, tally)
    trace = "0af7651916cd43dd8448eb211c80319c"
    span = Record(
        name="turn",
        kind=Kind.CONSUMER,
        trace=trace,
        parent="b7ad6b7169203331",
        sampled=False,
        began_at=5,
        ended_at=9,
        error="unavailable",
        attributes={"tenant": "sol", "tries": 2},
    )
    queue.add([span])
    queue.close()
    (told,) = memory.get_finished_spans()
    assert told.context
    assert told.parent
    assert (told.name, told.kind, told.start_time, told.end_time) == ("turn", SpanKind.CONSUMER, 5, 9)
    assert (f"{told.context.trace_id:032x}", f"{told.context.span_id:016x}") == (trace, span.id)
    assert f"{told.parent.span_id:016x}" == "b7ad6b7169203331"
    assert (told.status.status_code, told.status.description) == (StatusCode.ERROR, "unavailable")
    assert dict(told.attributes or {}) == {"tenant": "sol", "tries": 2}
    assert dict(told.resource.attributes) == {
        "service.name": "hotel-agent",
        "service.version": "1",
        "service.instance.id": "i",
    }


def test_what_waits_is_sent_when_it_is_closed(tally: Tally) -> None:
    collector = Collector()
    queue = exporting(collector, tally, period_s=3600, batch=4)
    queue.add(records(3))
    queue.close()
    assert (tally.counts, collector.batches) == ({"exported": 3}, [3])


def test_a_full_batch_is_sent_at_once(tally: Tally) -> None:
    queue = exporting(Collector(), tally, period_s=3600, batch=2)
    queue.add(records(2))
    tally.wait_for("exported")
    queue.close()
    assert tally.counts == {"exported": 2}


def test_what_finds_no_room_is_given_up_and_counted_and_nobody_waits(tally: Tally) -> None:
    collector = Collector(silent=True)
    queue = exporting(collector, tally, period_s=3600, batch=1, most=5)
    queue.add(records(1))
    assert collector.asked.wait(PATIENCE_S)
    for _ in range(8):
        queue.add(records(1))
    assert tally.counts == {"queue_full": 3}
    collector.go.set()
    queue.close(PATIENCE_S)
    assert tally.counts == {"queue_full": 3, "exported": 6}


def test_a_collector_that_is_silent_holds_nobody_up_at_the_end(tally: Tally) -> None:
    collector = Collector(silent=True)
    queue = exporting(collector, tally, period_s=3600, batch=1)
    queue.add(records(1))
    assert collector.asked.wait(PATIENCE_S)
    queue.add(records(3))
    queue.close(0.01)
    assert collector.stopped.is_set()
    assert tally.counts["shutdown"] == 3


def test_what_a_collector_does_not_take_is_counted(tally: Tally) -> None:
    queue = exporting(Collector(fails=True), tally, period_s=3600, batch=2)
    queue.add(records(2))
    tally.wait_for("not_sent")
    queue.add(records(1))
    queue.close()
    assert tally.counts == {"not_sent": 2, "shutdown": 1}


def test_while_nobody_answers_no_spans_are_wanted(tally: Tally) -> None:
    collector = Collector(fails=True)
    queue = exporting(collector, tally, period_s=0.001, batch=2)
    assert queue.wants()
    queue.add(records(2))
    eventually(lambda: len(collector.batches) > 3)
    assert not queue.wants()
    queue.close()
    # It is asked with nothing in hand.
    assert collector.batches[0] == 2
    assert set(collector.batches[1:]) == {0}
    assert tally.counts == {"not_sent": 2}


def test_a_collector_may_stay_away_for_as_long_as_it_likes(tally: Tally) -> None:
    collector = Collector(fails=True)
    queue = exporting(collector, tally, period_s=0, batch=1)
    queue.add(records(1))
    # More failures in a row than a power of two has room for in a float.
    eventually(lambda: len(collector.batches) >= 1100)
    collector.fails = False
    eventually(queue.wants)
    queue.add(records(1))
    tally.wait_for("exported")
    queue.close()


def eventually(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_a_collector_that_comes_back_is_sent_what_waited_and_what_is_new(tally: Tally) -> None:
    collector = Collector(fails=True)
    queue = exporting(collector, tally, period_s=0.001, batch=2)
    queue.add(records(3))
    tally.wait_for("not_sent")
    collector.fails = False
    eventually(queue.wants)
    queue.add(records(1))
    eventually(lambda: tally.counts.get("exported") == 2)
    queue.close()
    assert tally.counts == {"not_sent": 2, "exported": 2}
