"""What happened, as log lines and as figures."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, Final

from attrs import field, frozen
from structlog.typing import FilteringBoundLogger

from hotel_agent.adapters.observability.errors import code_of, described
from hotel_agent.adapters.observability.metrics import Metrics
from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.events import BookingNews, Event, GuestMessage, TimerFired
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.turns import AuditAct, Escalation, Job, JobKind, Status, Turn
from hotel_agent.ports.observer import NOTHING, Observer, Sample, Spent
from hotel_agent.ports.tracing import trace_id, trace_id_of

PMS: Final = "pms"
UNDERSTANDING: Final = "understanding"
BREAKER_STATES: Final = {"closed": 0, "open": 1, "half_open": 2}

_NONE = "none"
_UNSURE, _SURE = 0.60, 0.80
_ENDS = frozenset({BookingState.CONFIRMED, BookingState.REJECTED, BookingState.CANCELLED})


def confidence_bucket(confidence: float) -> str:
    """Name the band of architecture section 8 a confidence lies in."""
    if confidence < _UNSURE:
        return "below_0.60"
    return "0.60_to_0.80" if confidence < _SURE else "from_0.80"


def _bound(logger: FilteringBoundLogger) -> FilteringBoundLogger:
    """Make the logger that a name only stands for, once: it follows what structlog is configured for now."""
    bound: FilteringBoundLogger = logger.bind()
    return bound


def _milliseconds(took: timedelta) -> float:
    return round(took.total_seconds() * 1000, 2)


@frozen
class LoggingObserver(Observer):
    """
    One line a turn, and a line for whatever else somebody may ask about later; ids and states only.

    It logs as structlog is configured when it is made.
    """

    _logger: FilteringBoundLogger = field(converter=_bound)

    def turn_taken(self, turn: Turn, took: timedelta, *, opened: bool = False, spent: Spent = NOTHING) -> None:
        event, answer = turn.event, turn.answer
        told: dict[str, Any] = {
            "tenant": event.tenant,
            "conversation": event.conversation,
            "trace_id": trace_id(event),
            "channel": event.channel.value,
            "about": _about(event),
            "waited_ms": _milliseconds(spent.waited),
            "took_ms": _milliseconds(took),
            "commit_ms": _milliseconds(spent.committing),
        }
        if answer is not None:
            told["intent"] = answer.intent.value
            told["confidence"] = round(answer.confidence, 3)
            told["status"] = answer.status.value
            if answer.lock_acquired is not None:
                told["lock_acquired"] = answer.lock_acquired
            if answer.booking is not None:
                told["reference"] = answer.booking.reference
                told["booking"] = answer.booking.state
        if opened:
            told["opened"] = True
        if turn.escalations:
            told["escalated"] = [one.reason for one in turn.escalations]
        self._logger.info("turn taken", **told)

    def turn_failed(self, event: Event, error: BaseException, *, set_aside: bool) -> None:
        say = self._logger.error if set_aside else self._logger.warning
        say(
            "turn set aside" if set_aside else "turn failed",
            tenant=event.tenant,
            conversation=event.conversation,
            trace_id=trace_id(event),
            event_id=event.id,
            about=_about(event),
            **described(error),
        )

    def message_taken(self, tenant: TenantId, *, new: bool) -> None:
        if self._logger.is_enabled_for(logging.DEBUG):
            self._logger.debug("message taken", tenant=tenant, new=new)

    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        well = status == "ok"
        if well and not self._logger.is_enabled_for(logging.DEBUG):
            return
        say = self._logger.debug if well else self._logger.warning
        say("called", part=part, operation=operation, status=status, took_ms=_milliseconds(took))

    def breaker_moved(self, part: str, state: str) -> None:
        self._logger.warning("breaker moved", part=part, state=state)

    def breaker_heard(self, part: str, state: str, result: str, failures: int) -> None:
        pass  # the call itself has its line, and so has every move

    def cached(self, part: str, *, hit: bool) -> None:
        pass

    def lock_moved(self, act: str, result: str) -> None:
        say = self._logger.debug if result != "unavailable" else self._logger.warning
        say("lock moved", act=act, result=result)

    def sampled(self, sample: Sample) -> None:
        pass

    def limited(self, scope: str) -> None:
        self._logger.info("call refused", limit=scope)

    def job_done(self, job: Job, booking: Booking | None, *, again: bool, escalations: Sequence[Escalation] = ()) -> None:
        self._logger.info(
            "job done",
            tenant=job.tenant,
            conversation=job.conversation,
            job=job.kind.value,
            booking=job.booking,
            state=booking.state.value if booking else None,
            again=again,
            **({"trace_id": trace_id_of(job.trace, booking.root)} if booking else {}),
            **({"escalated": [one.reason for one in escalations]} if escalations else {}),
        )

    def loop_failed(self, loop: str, error: BaseException) -> None:
        self._logger.error("background loop failed", loop=loop, **described(error))


@frozen
class MeteringObserver(Observer):
    """Counts and times. Of several hotels' PMSs, numbers or webhooks the breaker's figures show the one that is worst off."""

    _metrics: Metrics
    _states: dict[str, str] = field(factory=dict, init=False)
    _streaks: dict[str, int] = field(factory=dict, init=False)

    def turn_taken(self, turn: Turn, took: timedelta, *, opened: bool = False, spent: Spent = NOTHING) -> None:
        figures, event, answer = self._metrics, turn.event, turn.answer
        for one in turn.escalations:
            figures.escalations.of(one.reason, event.channel.value).inc()
        if opened:
            figures.sessions.of("opened").inc()
        if any(entry.act is AuditAct.SESSION_ENDED for entry in turn.audit):
            figures.sessions.of("ended").inc()
        if turn.set_aside:
            figures.dead_letters.of().inc()
        if isinstance(event.content, TimerFired):
            figures.timers.of(event.content.kind.value).inc()
        if not isinstance(event.content, GuestMessage):
            return
        intent, status = (answer.intent.value, answer.status.value) if answer else (_NONE, _NONE)
        figures.messages.of(intent, status).inc()
        figures.turn_seconds.of(intent, status).observe(took.total_seconds())
        figures.wait_seconds.of().observe(spent.waited.total_seconds())
        if answer is None:
            return
        figures.predictions.of(intent, confidence_bucket(answer.confidence)).inc()
        if answer.status is Status.FALLBACK:
            figures.fallbacks.of("low_confidence").inc()
        elif answer.status is Status.DEGRADED:
            figures.degraded.of().inc()

    def turn_failed(self, event: Event, error: BaseException, *, set_aside: bool) -> None:  # noqa: ARG002 - the port's, no label
        self._metrics.turn_failures.of(code_of(error), "set_aside" if set_aside else "again").inc()

    def message_taken(self, tenant: TenantId, *, new: bool) -> None:  # noqa: ARG002 - the port's, no label
        self._metrics.taken.of("new" if new else "repeated").inc()

    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        part = _kind(part)
        if part == PMS:
            self._metrics.pms_operations.of(operation, status).inc()
            self._metrics.pms_seconds.of(operation).observe(took.total_seconds())
            return
        self._metrics.part_calls.of(part, operation, status).inc()
        if part == UNDERSTANDING and status != "ok":
            self._metrics.fallbacks.of(status).inc()

    def breaker_moved(self, part: str, state: str) -> None:
        kind = _kind(part)
        self._states[part] = state
        worst = max((state for part, state in self._states.items() if _kind(part) == kind), key=_badness)
        gauge = self._metrics.pms_breaker.of() if kind == PMS else self._metrics.part_breakers.of(kind)
        gauge.set(BREAKER_STATES.get(worst, -1))

    def breaker_heard(self, part: str, state: str, result: str, failures: int) -> None:
        if _kind(part) != PMS:
            return
        self._metrics.pms_breaker_calls.of(state, result).inc()
        if self._streaks.get(part) != failures:
            self._streaks[part] = failures
            self._metrics.pms_breaker_streak.of().set(max(self._streaks.values()))

    def cached(self, part: str, *, hit: bool) -> None:
        if part == PMS:
            (self._metrics.pms_hits if hit else self._metrics.pms_misses).of().inc()

    def lock_moved(self, act: str, result: str) -> None:
        self._metrics.locks.of(act, result).inc()

    def sampled(self, sample: Sample) -> None:
        self._metrics.note_sample(sample)

    def limited(self, scope: str) -> None:
        self._metrics.limited.of(scope).inc()

    def job_done(self, job: Job, booking: Booking | None, *, again: bool, escalations: Sequence[Escalation] = ()) -> None:
        state = booking.state if booking else None
        for one in escalations:
            self._metrics.escalations.of(one.reason, job.channel.value).inc()
        if job.kind is not JobKind.CANCEL and state is BookingState.CHECKING:
            self._metrics.reconciliations.of().inc()
        self._metrics.jobs.of(job.kind.value, "again" if again else (state.value if state else _NONE)).inc()
        if again or state not in _ENDS or job.kind not in {JobKind.BOOK, JobKind.CANCEL}:
            return
        if job.kind is JobKind.CANCEL and state is BookingState.CONFIRMED:
            self._metrics.bookings.of("not_cancelled").inc()
        else:
            self._metrics.bookings.of(state.value).inc()

    def loop_failed(self, loop: str, error: BaseException) -> None:  # noqa: ARG002 - the port's, no label
        self._metrics.loop_failures.of(loop).inc()


@frozen
class Observers(Observer):
    """Tells several observers; one that fails does not keep the others, or the turn, from going on."""

    _observers: Sequence[Observer]

    def turn_taken(self, turn: Turn, took: timedelta, *, opened: bool = False, spent: Spent = NOTHING) -> None:
        self._each(lambda one: one.turn_taken(turn, took, opened=opened, spent=spent))

    def turn_failed(self, event: Event, error: BaseException, *, set_aside: bool) -> None:
        self._each(lambda one: one.turn_failed(event, error, set_aside=set_aside))

    def message_taken(self, tenant: TenantId, *, new: bool) -> None:
        self._each(lambda one: one.message_taken(tenant, new=new))

    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        self._each(lambda one: one.called(part, operation, status, took))

    def breaker_moved(self, part: str, state: str) -> None:
        self._each(lambda one: one.breaker_moved(part, state))

    def breaker_heard(self, part: str, state: str, result: str, failures: int) -> None:
        self._each(lambda one: one.breaker_heard(part, state, result, failures))

    def cached(self, part: str, *, hit: bool) -> None:
        self._each(lambda one: one.cached(part, hit=hit))

    def lock_moved(self, act: str, result: str) -> None:
        self._each(lambda one: one.lock_moved(act, result))

    def sampled(self, sample: Sample) -> None:
        self._each(lambda one: one.sampled(sample))

    def limited(self, scope: str) -> None:
        self._each(lambda one: one.limited(scope))

    def job_done(self, job: Job, booking: Booking | None, *, again: bool, escalations: Sequence[Escalation] = ()) -> None:
        self._each(lambda one: one.job_done(job, booking, again=again, escalations=escalations))

    def loop_failed(self, loop: str, error: BaseException) -> None:
        self._each(lambda one: one.loop_failed(loop, error))

    def _each(self, tell: Callable[[Observer], None]) -> None:
        for one in self._observers:
            # A full disk or a closed stream must not fail a turn that is committed.
            try:  # noqa: SIM105 - which costs nothing, a dozen times a turn
                tell(one)
            except Exception:  # noqa: BLE001, S110 - there is nobody left to tell
                pass


@cache
def _kind(part: str) -> str:
    """Name what a part is: `pms` of `pms:demo`. There are as many parts as the settings name."""
    return part.partition(":")[0]


def _badness(state: str) -> int:
    return ("closed", "half_open", "open").index(state) if state in BREAKER_STATES else -1


def _about(event: Event) -> str:
    content = event.content
    if isinstance(content, GuestMessage):
        return "message"
    if isinstance(content, BookingNews):
        return content.news.value
    return content.kind.value if isinstance(content, TimerFired) else "staff"
