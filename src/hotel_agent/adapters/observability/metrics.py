"""The figures of one process, in a registry of its own. Labels are bounded: never a guest, a room or a path somebody sent."""

import math
from datetime import UTC, datetime
from typing import Final

from prometheus_client import CollectorRegistry, Info, PlatformCollector, ProcessCollector, generate_latest

from hotel_agent.adapters.observability.families import OTHER, Figure, Registering
from hotel_agent.ports.observer import Sample

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SLOW = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_UNKNOWN = math.nan
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def machine_time() -> float:
    """Return what the machine's clock says, for a watcher to compare with its own: seconds since 1970."""
    return datetime.now(UTC).timestamp()  # noqa: TID251 - the agent's own clock does not follow every jump


class Metrics:
    """Every figure this process publishes; times are in seconds."""

    def __init__(self, version: str = "") -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        new = Registering(self.registry)

        self.requests = new.counter("http_requests", "HTTP requests answered", "method", "route", "status")
        self.request_seconds = new.histogram(
            "http_request_duration_seconds", "Time to answer an HTTP request", "method", "route", buckets=_QUICK
        )

        self.messages = new.counter("orchestrator_messages", "Guests' messages handled", "intent", "status")
        self.turn_seconds = new.histogram(
            "orchestrator_latency_seconds", "Time of the turn of a guest's message", "intent", "status", buckets=_QUICK
        )
        self.escalations = new.counter(
            "orchestrator_escalations", "Times that staff was told of a conversation", "reason", "channel"
        )
        self.degraded = new.counter("orchestrator_degraded_responses", "Answers given while a part was down")
        self.turn_failures = new.counter("orchestrator_turn_failures", "Turns that were not committed", "error", "outcome")

        self.predictions = new.counter(
            "nlp_intent_predictions", "Intents understood, by how sure", "intent", "confidence_bucket"
        )
        self.fallbacks = new.counter("nlp_fallback", "Messages that were not understood", "reason")

        self.pms_operations = new.counter("pms_operations", "Calls to the PMS", "operation", "status")
        self.pms_seconds = new.histogram("pms_api_latency_seconds", "Time of a call to the PMS", "operation", buckets=_SLOW)
        self.pms_breaker = new.gauge("pms_circuit_breaker_state", "Breaker before the PMS: 0 closed, 1 open, 2 half-open")
        self.pms_breaker_calls = new.counter(
            "pms_circuit_breaker_calls", "What the breaker before the PMS saw of calls", "state", "result"
        )
        self.pms_breaker_streak = new.gauge("pms_circuit_breaker_failure_streak", "Failed calls to the PMS in a row")
        self.pms_hits = new.counter("pms_cache_hits", "Questions to the PMS that the cache answered")
        self.pms_misses = new.counter("pms_cache_misses", "Questions to the PMS that the cache could not answer")
        self.part_calls = new.counter("part_calls", "Calls to other parts", "part", "operation", "status")
        self.part_breakers = new.gauge(
            "circuit_breaker_state", "Breaker before another part: 0 closed, 1 open, 2 half-open", "part"
        )

        self.bookings = new.counter("bookings", "Bookings and cancellations that came to an end", "outcome")
        self.reconciliations = new.counter("booking_reconciliations", "Looks for a booking whose outcome is unknown")
        self.locks = new.counter("reservation_lock_operations", "Calls to the lock store in turns", "act", "result")
        self.sessions = new.counter("sessions", "Sessions that began and that were found ended", "act")
        self.timers = new.counter("timers_fired", "Timers that fired", "kind")
        self.dead_letters = new.counter("dead_letters", "Events that were set aside")
        self.limited = new.counter("rate_limited", "Calls refused, and messages put off, for their number", "scope")
        self.jobs = new.counter("jobs_run", "Runs of jobs", "kind", "outcome")
        self.taken = new.counter("journal_messages", "Guests' messages brought to the journal", "outcome")
        self.waiting = new.gauge("journal_waiting", "What waits in the journal", "kind")
        self.oldest = new.gauge("journal_oldest_waiting_seconds", "Age of the longest waiting event; 0 when none waits")
        self.wait_seconds = new.histogram(
            "journal_wait_seconds", "Time from the receipt of a guest's message to its turn", buckets=_QUICK
        )
        self.sampled = new.gauge(
            "sample_timestamp_seconds", "When what is in the stores was last looked up, in seconds since 1970; 0: never"
        )
        self.sessions_open = new.gauge("sessions_open", "Sessions that have not ended")
        self.outgoing = new.gauge("outbox_waiting", "Conversations in which something is to be sent to the guest")
        self.overdue = new.gauge(
            "outbox_oldest_due_seconds", "For how long the longest due of them has been due and in nobody's hand; 0: none is"
        )
        self.undelivered = new.gauge("outbox_undelivered", "Messages that were set aside because they could not be delivered")
        self.locks_standing = new.gauge("reservation_locks", "Reservation locks that stand")
        self.pool_size = new.gauge("pool_size", "What this process has of a thing that tasks share", "pool")
        self.pool_in_use = new.gauge("pool_in_use", "So many of them are in use", "pool")
        self.pool_waiting = new.gauge("pool_waiting", "Calls that wait for one of them", "pool")
        self.clock = new.gauge("clock_seconds", "What the clock of this process' machine says, in seconds since 1970")
        self.spans = new.counter("trace_spans", "Spans of traces that were to be sent, by what became of them", "outcome")
        self.loop_failures = new.counter("background_failures", "Errors that a background loop survived", "loop")

        self.clock.of().set_function(machine_time)
        for unsampled in (self.oldest, self.sessions_open, self.outgoing, self.overdue, self.undelivered, self.locks_standing):
            unsampled.of().set(_UNKNOWN)

        self.figures: tuple[Figure, ...] = tuple(new.figures)
        """All of the above, for the catalogue in docs/metrics.md."""
        Info("hotel_agent", "What runs here", registry=self.registry).info({"version": version})
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note a request answered; *route* is a template (`/api/pms/rooms/{id}`)."""
        verb = method if method in _METHODS else OTHER
        self.requests.of(verb, route, str(status)).inc()
        self.request_seconds.of(verb, route).observe(seconds)

    def count_spans(self, outcome: str, spans: int) -> None:
        """Note what became of so many spans: `exported`, or why they were given up."""
        self.spans.of(outcome).inc(spans)

    def note_sample(self, sample: Sample) -> None:
        """Set what comes and goes; what nobody could tell is not a number, so that no graph shows it as it once was."""
        depth, load = sample.depth, sample.load
        self.sampled.of().set(sample.at.timestamp())
        for kind in ("events", "jobs", "timers", "dead"):
            self.waiting.of(kind).set(getattr(depth, kind, _UNKNOWN))
        self.oldest.of().set(_age(sample.at, depth.oldest_at) if depth else _UNKNOWN)
        self.sessions_open.of().set(load.sessions if load else _UNKNOWN)
        self.outgoing.of().set(load.outgoing if load else _UNKNOWN)
        self.overdue.of().set(_age(sample.at, load.outgoing_due_at) if load else _UNKNOWN)
        self.undelivered.of().set(load.undelivered if load else _UNKNOWN)
        self.locks_standing.of().set(_UNKNOWN if sample.locks is None else sample.locks)
        for pool in sample.pools:
            self.pool_size.of(pool.name).set(pool.size)
            self.pool_in_use.of(pool.name).set(pool.in_use)
            self.pool_waiting.of(pool.name).set(pool.waiting)

    def exposition(self) -> bytes:
        """The text for `/metrics`, of `CONTENT_TYPE`."""
        return generate_latest(self.registry)


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
