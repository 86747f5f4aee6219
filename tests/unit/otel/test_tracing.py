from collections.abc import Generator, Sequence
from contextvars import copy_context
from datetime import timedelta

import pytest
from attrs import define, evolve, field

from hotel_agent.adapters.otel.spans import Kind, Record, is_in_sample, parsed
from hotel_agent.adapters.otel.tracing import OtelTracing
from hotel_agent.domain.errors import NotFound, Unavailable
from hotel_agent.domain.ids import EventId
from hotel_agent.ports.tracing import UNTRACED, Tracing, trace_id, trace_id_of_root
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.examples import TENANT, message

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ROOT = EventId("e-1")
SECOND = 1_000_000_000


@define
class Scene:
    """Tracing by a clock that a test sets, and what it sends."""

    ratio: float = 1.0
    clock: ManualClock = field(factory=ManualClock)
    ticks: int = 0
    wanted: bool = True
    sent: list[Record] = field(factory=list)
    tracing: Tracing = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.tracing = OtelTracing(
            self.clock,
            self._take,
            lambda *_: None,
            self.ratio,
            timedelta(seconds=2),
            lambda: self.ticks,
            lambda: self.wanted,
        )

    def pass_time(self, seconds: float) -> None:
        self.ticks += int(seconds * SECOND)
        self.clock.advance(timedelta(seconds=seconds))

    @property
    def names(self) -> list[str]:
        return [record.name for record in self.sent]

    def one(self, name: str) -> Record:
        (found,) = (record for record in self.sent if record.name == name)
        return found

    def _take(self, records: Sequence[Record]) -> None:
        self.sent += records


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def unsampled() -> Scene:
    return Scene(0.0)


def test_a_message_begins_the_trace_that_its_event_names(scene: Scene) -> None:
    with scene.tracing.message(ROOT, TENANT) as span:
        context = span.context
    (record,) = scene.sent
    assert (record.trace, record.parent, record.kind) == (trace_id_of_root(ROOT), "", Kind.PRODUCER)
    assert context == f"00-{record.trace}-{record.id}-01"
    assert record.attributes == {"tenant": TENANT}


def test_while_no_spans_are_wanted_traces_are_only_carried_on(scene: Scene) -> None:
    with scene.tracing.message(ROOT, TENANT) as span:
        context = span.context
    scene.wanted = False
    with scene.tracing.arrival("POST /hook", context), scene.tracing.message(EventId("e-9"), TENANT) as received:
        assert received.context is None
    with scene.tracing.going_on("turn", context, ROOT, TENANT) as turn, scene.tracing.step("understand"):
        scene.tracing.called("pms", "search", "unavailable", timedelta(seconds=9))
        assert turn.context == context
    assert scene.names == ["receive"]
    scene.wanted = True
    with scene.tracing.going_on("deliver", turn.context, ROOT, TENANT):
        pass
    assert scene.one("deliver").parent == scene.one("receive").id


def test_a_trace_that_is_going_on_is_taken_down_to_its_end(scene: Scene) -> None:
    with scene.tracing.going_on("turn", None, ROOT, TENANT), scene.tracing.step("commit"):
        scene.wanted = False
    assert scene.names == ["commit", "turn"]


def test_the_messages_of_one_arrival_are_a_trace_each_and_last_as_long_as_it(scene: Scene) -> None:
    with scene.tracing.arrival("POST /hook"):
        scene.pass_time(1)
        for event in ("e-1", "e-2"):
            with scene.tracing.message(EventId(event), TENANT):
                scene.pass_time(1)
        scene.pass_time(1)
    heads = [record for record in scene.sent if record.name == "POST /hook"]
    assert [(head.trace, head.ended_at - head.began_at) for head in heads] == [
        (trace_id_of_root(EventId(event)), 4 * SECOND) for event in ("e-1", "e-2")
    ]
    receipts = [record for record in scene.sent if record.name == "receive"]
    assert [(one.parent, one.ended_at - one.began_at) for one in receipts] == [(head.id, SECOND) for head in heads]


def test_an_arrival_with_a_context_goes_on_with_its_trace(scene: Scene) -> None:
    with scene.tracing.arrival("POST /process", CALLER), scene.tracing.message(ROOT, TENANT):
        pass
    head = scene.one("POST /process")
    assert (head.trace, head.parent, head.kind) == (CALLER[3:35], CALLER[36:52], Kind.SERVER)


def test_an_arrival_with_nonsense_for_a_context_begins_a_trace_of_its_own(scene: Scene) -> None:
    with scene.tracing.arrival("POST /process", "00-nonsense"), scene.tracing.message(ROOT, TENANT):
        pass
    assert (scene.one("POST /process").trace, scene.one("POST /process").parent) == (trace_id_of_root(ROOT), "")


def test_what_was_carried_elsewhere_goes_on_there(scene: Scene) -> None:
    elsewhere = Scene()
    with scene.tracing.message(ROOT, TENANT) as span:
        carried = span.context
    with elsewhere.tracing.going_on("turn", carried, ROOT, TENANT) as turn, elsewhere.tracing.step("understand"):
        turn.note(intent="greeting")
    turned, understood = elsewhere.one("turn"), elsewhere.one("understand")
    assert (turned.trace, turned.parent, understood.trace, understood.parent) == (
        scene.sent[0].trace,
        scene.sent[0].id,
        scene.sent[0].trace,
        turned.id,
    )
    assert turned.attributes == {"tenant": TENANT, "intent": "greeting"}


def test_an_event_from_before_there_were_traces_has_the_trace_of_its_root(scene: Scene) -> None:
    with scene.tracing.going_on("turn", None, ROOT, TENANT):
        pass
    assert scene.one("turn").trace == trace_id_of_root(ROOT)


def test_a_call_is_a_span_within_the_stretch_it_was_made_in(scene: Scene) -> None:
    scene.tracing.called("pms:sol", "search", "ok", timedelta(seconds=1))
    with scene.tracing.going_on("turn", None, ROOT, TENANT):
        scene.pass_time(3)
        scene.tracing.called("pms:sol", "search", "ok", timedelta(seconds=1))
    call, turn = scene.one("pms.search"), scene.one("turn")
    assert (call.parent, call.kind, call.error) == (turn.id, Kind.CLIENT, "")
    assert (call.began_at - turn.began_at, call.ended_at - turn.began_at) == (2 * SECOND, 3 * SECOND)


def test_a_step_outside_of_any_stretch_is_not_taken_down(scene: Scene) -> None:
    with scene.tracing.step("understand") as span:
        span.note(any="thing")
    assert scene.sent == []


def test_instants_are_the_clocks(scene: Scene) -> None:
    with scene.tracing.going_on("turn", None, ROOT, TENANT, START - timedelta(seconds=1.5)):
        scene.pass_time(0.25)
    turn = scene.one("turn")
    began = int(START.timestamp()) * SECOND
    assert (turn.began_at, turn.ended_at, turn.attributes["waited_ms"]) == (began, began + SECOND // 4, 1500)


def test_a_coroutine_that_is_thrown_away_ends_its_spans_wherever_that_happens(scene: Scene) -> None:
    def work() -> Generator[None, None, None]:
        with scene.tracing.arrival("POST /x"), scene.tracing.message(ROOT, TENANT):
            yield

    unfinished = work()
    copy_context().run(next, unfinished)
    unfinished.close()
    assert scene.names == ["receive", "POST /x"]


# ---------------------------------------------------------------- what is sent


def test_outside_the_sample_nothing_is_sent_while_all_is_well(unsampled: Scene) -> None:
    with unsampled.tracing.message(ROOT, TENANT) as span:
        assert span.context == f"00-{trace_id_of_root(ROOT)}-{(span.context or '')[36:52]}-00"
    with unsampled.tracing.going_on("turn", None, ROOT, TENANT), unsampled.tracing.step("commit"):
        pass
    assert unsampled.sent == []


def test_a_slow_turn_is_sent_whole(unsampled: Scene) -> None:
    with unsampled.tracing.going_on("turn", None, ROOT, TENANT), unsampled.tracing.step("understand"):
        unsampled.pass_time(2)
    assert unsampled.names == ["understand", "turn"]


def test_a_slow_step_alone_says_nothing(unsampled: Scene) -> None:
    with unsampled.tracing.going_on("turn", None, ROOT, TENANT):
        unsampled.tracing.called("pms", "search", "ok", timedelta(seconds=5))
    assert unsampled.sent == []


def test_a_turn_that_was_waited_for_too_long_is_slow(unsampled: Scene) -> None:
    with unsampled.tracing.going_on("turn", None, ROOT, TENANT, START - timedelta(seconds=1.9)):
        unsampled.pass_time(0.1)
    assert unsampled.names == ["turn"]


def test_an_error_is_sent_with_what_led_to_it_and_what_comes_of_it(unsampled: Scene) -> None:
    with unsampled.tracing.message(ROOT, TENANT) as span:
        carried = span.context
    with unsampled.tracing.going_on("turn", carried, ROOT, TENANT) as turn:
        unsampled.tracing.called("pms", "search", "unavailable", timedelta(0))
        onwards = turn.context
    assert unsampled.names == ["receive", "pms.search", "turn"]
    assert unsampled.one("pms.search").error == "unavailable"
    origin = parsed(onwards)
    assert origin
    assert origin.sampled


@pytest.mark.parametrize(("error", "code"), [(Unavailable("of a guest"), "unavailable"), (KeyError("of a guest"), "KeyError")])
def test_an_error_is_told_by_its_kind_and_never_by_its_words(unsampled: Scene, error: Exception, code: str) -> None:
    with pytest.raises(type(error)), unsampled.tracing.going_on("turn", None, ROOT, TENANT):
        raise error
    assert "of a guest" not in repr(unsampled.sent)
    assert unsampled.one("turn").error == code


def test_the_first_error_of_a_span_is_the_one_that_is_told(unsampled: Scene) -> None:
    with unsampled.tracing.going_on("turn", None, ROOT, TENANT) as span:
        span.fail(Unavailable())
        span.fail(NotFound())
    assert unsampled.one("turn").error == "unavailable"


@pytest.mark.parametrize("status", ["ok", "not_found", "rejected", "cancelled", "throttled"])
def test_a_part_that_says_no_is_no_error(unsampled: Scene, status: str) -> None:
    with unsampled.tracing.going_on("turn", None, ROOT, TENANT):
        unsampled.tracing.called("pms", "get", status, timedelta(0))
    assert unsampled.sent == []


def test_being_stopped_is_no_error(scene: Scene) -> None:
    with pytest.raises(KeyboardInterrupt), scene.tracing.going_on("turn", None, ROOT, TENANT):
        raise KeyboardInterrupt
    turn = scene.one("turn")
    assert (turn.error, turn.attributes["cancelled"]) == ("", True)


def test_the_caller_decides_whether_its_trace_is_in_the_sample(unsampled: Scene) -> None:
    with unsampled.tracing.arrival("POST /process", CALLER), unsampled.tracing.message(ROOT, TENANT):
        pass
    assert unsampled.names == ["receive", "POST /process"]


def test_the_sample_is_the_same_in_every_process() -> None:
    events = [EventId(f"e-{number}") for number in range(200)]
    chosen: list[set[str]] = []
    for _ in range(2):
        scene = Scene(0.1)
        for event in events:
            with scene.tracing.message(event, TENANT):
                pass
        chosen.append({record.trace for record in scene.sent})
    expected = {trace_id_of_root(event) for event in events if is_in_sample(trace_id_of_root(event), 0.1)}
    assert chosen == [expected, expected]
    assert 5 <= len(expected) <= 40


# ---------------------------------------------------------------- untraced


def test_untraced_begins_nothing_and_carries_on_what_others_began() -> None:
    with UNTRACED.arrival("POST /process", CALLER), UNTRACED.message(ROOT, TENANT) as received:
        received.note(new=True)
    with UNTRACED.going_on("turn", CALLER, ROOT, TENANT) as turn, UNTRACED.step("commit"):
        turn.fail(Unavailable())
        UNTRACED.called("pms", "search", "ok", timedelta(0))
    with UNTRACED.going_on("turn", None, ROOT, TENANT) as old:
        pass
    assert (received.context, turn.context, old.context) == (None, CALLER, None)


def test_the_trace_of_an_event_is_the_one_it_carries_else_its_roots() -> None:
    event = message("1")
    assert trace_id(evolve(event, trace=CALLER)) == CALLER[3:35]
    assert trace_id(event) == trace_id_of_root(event.root)
    assert trace_id(evolve(event, trace="cut short")) == trace_id_of_root(event.root)
