"""
The traces of messages.

Of each trace it is decided at its beginning, by its id, whether it is sent. Of the others a process sends what it knows when
something goes wrong in it, or takes too long. From then on the context that goes on from here says `sampled`, so that those who
go on with the trace send theirs too.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from contextvars import ContextVar, Token
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Final, Self, TypeVar

from attrs import define, field

from hotel_agent.adapters.otel.spans import Kind, Origin, Record, is_in_sample, parsed, written
from hotel_agent.adapters.otel.tail import Tail
from hotel_agent.domain.errors import HotelAgentError
from hotel_agent.domain.ids import EventId, TenantId
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.tracing import UNTRACED, Attribute, Span, Tracing, trace_id_of_root

T = TypeVar("T")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_CALM: Final = frozenset(
    {"ok", "cancelled", "not_found", "unknown_tenant", "rejected", "refused", "already_locked", "lock_lost", "throttled"}
    | {"possible_repeat", "straggler"}
)
"""How a call to a part may end without anything being wrong with the part."""


@define(eq=False)
class _Live(Span):
    """A span that has not ended. `zero` is the instant (ns) at which the tick of its process was 0, by its segment's clock."""

    tracing: "OtelTracing"
    record: Record
    zero: int
    heads_segment: bool = False
    """It is the first of its trace here: how long all took is its duration, from `since` on."""
    since: int | None = None
    _token: "Token[_Live | None] | None" = field(default=None, init=False)

    @property
    def context(self) -> str:
        return written(self.record.trace, self.record.id, sampled=self.tracing.sends(self.record))

    def note(self, **attributes: Attribute) -> None:
        self.record.attributes |= attributes

    def fail(self, error: BaseException) -> None:
        code = error.code if isinstance(error, HotelAgentError) else type(error).__name__
        self.record.error = self.record.error or code

    def __enter__(self) -> Self:
        self._token = _CURRENT.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        _put_back(_CURRENT, self._token)
        self.end(error)

    def end(self, error: BaseException | None = None) -> None:
        if isinstance(error, Exception):
            self.fail(error)
        elif error is not None:
            self.note(cancelled=True)
        self.tracing.ended(self)


@define(eq=False)
class _Arrival:
    """Something that came in, and the spans of the messages it brought, which last as long as it does."""

    name: str
    origin: Origin | None
    zero: int
    tick: int
    spans: list[_Live] = field(factory=list)
    _token: "Token[_Arrival | None] | None" = field(default=None, init=False)

    def __enter__(self) -> None:
        self._token = _ARRIVAL.set(self)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        _put_back(_ARRIVAL, self._token)
        for span in self.spans:
            span.end(error)


_CURRENT: "ContextVar[_Live | None]" = ContextVar("hotel_agent_span", default=None)
_ARRIVAL: "ContextVar[_Arrival | None]" = ContextVar("hotel_agent_arrival", default=None)


@define(eq=False)
class OtelTracing(Tracing):
    """
    Takes spans down and hands those that are to be sent to *send*, which never waits.

    *ratio* of the traces are sent whole; of the others, those in which something failed or that took *slow* or longer.
    *count* is told of spans that were given up (why, how many). Where a trace begins or goes on while none are *wanted*, it is
    only carried on. Belongs to one event loop.
    """

    _clock: Clock
    _send: Callable[[Sequence[Record]], None]
    _count: Callable[[str, int], None]
    _ratio: float = 0.1
    _slow: timedelta = timedelta(seconds=2)
    _tick: Callable[[], int] = time.perf_counter_ns
    _wanted: Callable[[], bool] = lambda: True
    _tail: Tail = field(init=False)
    _slow_ns: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._tail = Tail(self._send, self._count)
        self._slow_ns = self._slow // _MICROSECOND * 1000

    # ------------------------------------------------------------ the port

    def arrival(self, name: str, context: str | None = None) -> AbstractContextManager[None]:
        if not self._wanted():
            return UNTRACED.arrival(name, context)
        tick = self._tick()
        return _Arrival(name, parsed(context), self._zero(tick), tick)

    def message(self, event: EventId, tenant: TenantId) -> AbstractContextManager[Span]:
        if not self._wanted():
            return UNTRACED.message(event, tenant)
        arrival, tick = _ARRIVAL.get(), self._tick()
        if arrival is None:
            return self._head("receive", Kind.PRODUCER, self._new(event), tenant, self._zero(tick), tick)
        head = self._head(arrival.name, Kind.SERVER, arrival.origin or self._new(event), tenant, arrival.zero, arrival.tick)
        arrival.spans.append(head)
        return self._child(head, "receive", Kind.PRODUCER, tick)

    def going_on(
        self, name: str, context: str | None, root: EventId, tenant: TenantId, since: datetime | None = None
    ) -> AbstractContextManager[Span]:
        if not self._wanted():
            return UNTRACED.going_on(name, context, root, tenant, since)
        tick = self._tick()
        zero = self._zero(tick)
        span = self._head(name, Kind.CONSUMER, parsed(context) or self._new(root), tenant, zero, tick)
        if since is not None:
            span.since = min(_nanoseconds(since), span.record.began_at)
            span.note(waited_ms=(span.record.began_at - span.since) // 1_000_000)
        return span

    def step(self, name: str) -> AbstractContextManager[Span]:
        inside = _CURRENT.get()
        return self._child(inside, name, Kind.INTERNAL, self._tick()) if inside else UNTRACED.step(name)

    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        inside = _CURRENT.get()
        if inside is None:
            return
        began = self._tick() - took // _MICROSECOND * 1000
        call = self._child(inside, f"{part.partition(':')[0]}.{operation}", Kind.CLIENT, began)
        call.note(status=status)
        if status not in _CALM:
            call.record.error = status
        self.ended(call)

    # ------------------------------------------------------------ for spans

    def sends(self, record: Record) -> bool:
        return record.sampled or self._tail.keeps(record.trace)

    def ended(self, span: _Live) -> None:
        record = span.record
        record.ended_at = span.zero + self._tick()
        if record.sampled:
            self._send((record,))
            return
        began = record.began_at if span.since is None else span.since
        slow = span.heads_segment and record.ended_at - began >= self._slow_ns
        self._tail.end(record, keep=slow or bool(record.error))

    # ------------------------------------------------------------ parts of the above

    def _new(self, root: EventId) -> Origin:
        trace = trace_id_of_root(root)
        return Origin(trace=trace, sampled=is_in_sample(trace, self._ratio))

    def _zero(self, tick: int) -> int:
        """Durations are the tick's, which never jumps; the clock is read once a segment."""
        return _nanoseconds(self._clock.now()) - tick

    def _head(self, name: str, kind: Kind, origin: Origin, tenant: TenantId, zero: int, tick: int) -> _Live:
        record = Record(
            name=name,
            kind=kind,
            trace=origin.trace,
            parent=origin.span,
            sampled=origin.sampled,
            began_at=zero + tick,
            attributes={"tenant": tenant},
        )
        if not origin.sampled:
            self._tail.begin(origin.trace)
        return _Live(self, record, zero, heads_segment=True)

    def _child(self, of: _Live, name: str, kind: Kind, tick: int) -> _Live:
        above = of.record
        record = Record(
            name=name,
            kind=kind,
            trace=above.trace,
            parent=above.id,
            sampled=above.sampled,
            began_at=of.zero + tick,
            attributes={"tenant": above.attributes["tenant"]},
        )
        if not record.sampled:
            self._tail.begin(record.trace)
        return _Live(self, record, of.zero)


def _put_back(variable: ContextVar[T], token: Token[T] | None) -> None:
    # A coroutine that is thrown away may end in another context than it began in, where there is nothing to put back.
    with suppress(ValueError):
        if token is not None:
            variable.reset(token)


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND * 1000
