from collections.abc import Sequence

import pytest
from attrs import define, field

from hotel_agent.adapters.otel import tail
from hotel_agent.adapters.otel.spans import Kind, Record
from hotel_agent.adapters.otel.tail import Tail


@define
class Shelf:
    """A tail, and what it let go and gave up."""

    sent: list[str] = field(factory=list)
    forgotten: int = 0
    tail: Tail = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.tail = Tail(self._take, self._count)

    def span(self, trace: str, name: str = "a", *, keep: bool = False) -> None:
        self.tail.begin(trace)
        self.end(trace, name, keep=keep)

    def end(self, trace: str, name: str = "a", *, keep: bool = False) -> None:
        self.tail.end(Record(name=name, kind=Kind.INTERNAL, trace=trace, sampled=False), keep=keep)

    def _take(self, records: Sequence[Record]) -> None:
        self.sent += [f"{record.trace}/{record.name}" for record in records]

    def _count(self, outcome: str, spans: int) -> None:
        assert outcome == "forgotten"
        self.forgotten += spans


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_of_a_trace_in_which_all_is_well_nothing_goes(shelf: Shelf) -> None:
    shelf.span("t", "a")
    shelf.span("t", "b")
    assert (shelf.sent, shelf.forgotten) == ([], 0)


def test_what_waited_goes_with_the_span_that_is_kept(shelf: Shelf) -> None:
    shelf.tail.begin("t")
    shelf.span("t", "a")
    shelf.span("other", "x")
    shelf.span("t", "b", keep=True)
    assert shelf.sent == ["t/a", "t/b"]


def test_what_comes_after_one_that_was_kept_goes_at_once(shelf: Shelf) -> None:
    shelf.tail.begin("t")
    shelf.span("t", "a", keep=True)
    assert shelf.tail.keeps("t")
    shelf.span("t", "b")
    shelf.end("t", "first")
    shelf.span("t", "later")
    assert shelf.sent == ["t/a", "t/b", "t/first", "t/later"]


def test_a_trace_that_was_over_goes_whole_when_something_goes_wrong_later(shelf: Shelf) -> None:
    shelf.span("t", "turn")
    shelf.span("t", "deliver", keep=True)
    assert shelf.sent == ["t/turn", "t/deliver"]


def test_traces_that_are_over_are_forgotten_in_the_end(shelf: Shelf) -> None:
    for number in range(tail.MOST_OVER + 1):
        shelf.span(f"t{number}")
    shelf.span("t0", "late", keep=True)
    shelf.span("t2", "late", keep=True)
    assert shelf.sent == ["t0/late", "t2/a", "t2/late"]


def test_of_too_many_open_traces_the_oldest_is_given_up_and_counted(shelf: Shelf) -> None:
    shelf.tail.begin("old")
    shelf.span("old")
    for number in range(tail.MOST_OPEN):
        shelf.tail.begin(f"t{number}")
    assert shelf.forgotten == 1
    shelf.end("old", "last")
    assert (shelf.sent, shelf.forgotten) == ([], 2)


def test_a_trace_that_was_given_up_still_tells_what_went_wrong(shelf: Shelf) -> None:
    shelf.tail.begin("old")
    for number in range(tail.MOST_OPEN):
        shelf.tail.begin(f"t{number}")
    shelf.end("old", "last", keep=True)
    assert shelf.sent == ["old/last"]


def test_of_one_trace_only_so_many_spans_wait(shelf: Shelf) -> None:
    shelf.tail.begin("t")
    for _ in range(tail.MOST_SPANS + 5):
        shelf.span("t")
    assert shelf.forgotten == 5
    shelf.end("t", "turn", keep=True)
    assert len(shelf.sent) == tail.MOST_SPANS + 1
