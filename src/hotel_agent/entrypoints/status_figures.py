"""What `hotel-agent status` reads off the figures of a service: plain numbers, and rates between two looks."""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import field, frozen
from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]
Series = Mapping[str, Mapping[Labels, float]]

BREAKERS: Final = {0: "closed", 1: "open", 2: "half-open"}
_LATENCY: Final = "orchestrator_latency_seconds"
_PMS: Final = "pms_circuit_breaker"
_STARTED: Final = "process_start_time_seconds"

RATES: Final[Mapping[str, str]] = {
    "requests": "http_requests_total",
    "messages": "orchestrator_messages_total",
    "pms_calls": "pms_operations_total",
    "jobs": "jobs_run_total",
    "bookings": "bookings_total",
    "escalations": "orchestrator_escalations_total",
    "degraded": "orchestrator_degraded_responses_total",
    "fallbacks": "nlp_fallback_total",
    "refused": "rate_limited_total",
    "failures": "background_failures_total",
}
"""What is shown as a rate, and the counter it is the rate of."""


@frozen(kw_only=True)
class Figures:
    """All figures of one look. `at` is in seconds of whatever clock the looks share."""

    at: float
    series: Series = field(repr=False)

    @classmethod
    def read(cls, text: str, at: float) -> "Figures":
        """
        Read what `/metrics` says.

        Raises:
            ValueError: it is not in Prometheus' text format.

        """
        series: dict[str, dict[Labels, float]] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                series.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
        return cls(at=at, series=series)

    def total(self, name: str, **labels: str) -> float | None:
        """Add up the series of a metric that carry *labels*; None where there is none, or what it says is not a number."""
        wanted = set(labels.items())
        found = [value for key, value in self.series.get(name, {}).items() if wanted <= key]
        return sum(found) if found and not any(map(math.isnan, found)) else None

    def by(self, name: str, label: str) -> dict[str, float]:
        """Add up the series of a metric by the values of one label."""
        sums: dict[str, float] = {}
        for key, value in self.series.get(name, {}).items():
            where = dict(key).get(label, "")
            sums[where] = sums.get(where, 0.0) + value
        return sums


def rate(name: str, now: Figures, before: Figures | None) -> float | None:
    """
    Return by how much a counter rose a second between two looks; None at the first look.

    A counter that went back belongs to a process that has begun anew: it rose from nothing.
    """
    if before is None or now.at <= before.at:
        return None
    new, old = now.total(name) or 0.0, before.total(name) or 0.0
    return (new - old if new >= old else new) / (now.at - before.at)


def quantiles(now: Figures, before: Figures | None, *wanted: float) -> tuple[float | None, ...]:
    """
    Return within how many seconds the given parts of guests' messages had their turn since *before*, or since the start.

    They are bounds of the histogram's buckets: so long at most. None: there were none, or it took longer than the last bucket.
    """
    buckets = _risen(now, before)
    most = max((count for _, count in buckets), default=0.0)
    return tuple(_bound(buckets, most * part) if most else None for part in wanted)


def _risen(now: Figures, before: Figures | None) -> list[tuple[float, float]]:
    new = now.by(f"{_LATENCY}_bucket", "le")
    old = before.by(f"{_LATENCY}_bucket", "le") if before else {}
    if any(new[edge] < count for edge, count in old.items() if edge in new):
        old = {}
    return sorted((float(edge), count - old.get(edge, 0.0)) for edge, count in new.items())


def _bound(buckets: Iterable[tuple[float, float]], wanted: float) -> float | None:
    edge = next((edge for edge, count in buckets if count >= wanted), math.inf)
    return None if math.isinf(edge) else edge


def picture(ready: Mapping[str, object], now: Figures, before: Figures | None, wall: float) -> dict[str, object]:
    """
    Put together what is shown: the answer of `/health/ready`, and the figures; *wall* is the time of day in seconds since 1970.

    Counts are whole numbers, ages seconds, rates a second; None is what nobody knows. `sampled_s` is how old queues, locks and
    sessions are.
    """
    fast, slow, slowest = quantiles(now, before, 0.5, 0.95, 0.99)
    started, sampled = now.total(_STARTED), now.total("sample_timestamp_seconds")
    return {
        "version": next((dict(key).get("version", "") for key in now.series.get("hotel_agent_info", {})), ""),
        "uptime_s": None if started is None else max(0.0, wall - started),
        "sampled_s": max(0.0, (now.total("clock_seconds") or wall) - sampled) if sampled else None,
        "status": ready.get("status"),
        "parts": ready.get("parts", []),
        "breakers": _breakers(now),
        "queues": _queues(now),
        "locks": {"standing": _count(now.total("reservation_locks")), **_counted(now, "reservation_lock_operations_total")},
        "sessions": _count(now.total("sessions_open")),
        "rates": {name: rate(metric, now, before) for name, metric in RATES.items()},
        "totals": {name: _count(now.total(metric) or 0.0) for name, metric in RATES.items()},
        "latency_s": {"p50": fast, "p95": slow, "p99": slowest},
        "pools": _pools(now),
    }


def _breakers(now: Figures) -> dict[str, object]:
    states: dict[str, float | None] = {"pms": now.total(f"{_PMS}_state")}
    states |= now.by("circuit_breaker_state", "part")
    return {part: None if value is None else BREAKERS.get(int(value), "unknown") for part, value in states.items()} | {
        "pms_failures_in_a_row": _count(now.total(f"{_PMS}_failure_streak"))
    }


def _queues(now: Figures) -> dict[str, object]:
    kinds = {"messages": "events", "jobs": "jobs", "timers": "timers", "dead_letters": "dead"}
    waiting: dict[str, object] = {name: _count(now.total("journal_waiting", kind=kind)) for name, kind in kinds.items()}
    return waiting | {
        "oldest_message_s": now.total("journal_oldest_waiting_seconds"),
        "outbox": _count(now.total("outbox_waiting")),
        "outbox_overdue_s": now.total("outbox_oldest_due_seconds"),
        "undelivered": _count(now.total("outbox_undelivered")),
    }


def _counted(now: Figures, name: str) -> dict[str, object]:
    return {result: _count(value) for result, value in sorted(now.by(name, "result").items())}


def _pools(now: Figures) -> dict[str, dict[str, object]]:
    def whole(what: str, pool: str) -> int | None:
        return _count(now.total(f"pool_{what}", pool=pool))

    names = sorted(now.by("pool_size", "pool"))
    return {name: {what: whole(what, name) for what in ("size", "in_use", "waiting")} for name in names}


def _count(value: float | None) -> int | None:
    return None if value is None else int(value)
