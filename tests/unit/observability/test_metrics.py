import math
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from hotel_agent.adapters.observability.families import MOST_SERIES
from hotel_agent.adapters.observability.metrics import Metrics
from hotel_agent.adapters.observability.observers import MeteringObserver, Observers, confidence_bucket
from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import StaleClaim
from hotel_agent.domain.events import BookingNews, Settled, TimerFired, TimerKind
from hotel_agent.domain.ids import BookingId, TimerId
from hotel_agent.domain.turns import AuditAct, JobKind, Status, Turn
from hotel_agent.ports.observer import Pool, Sample
from hotel_agent.ports.records import Depth, Load
from hotel_agent.testing.contracts.observer import observe_everything
from hotel_agent.testing.examples import AT, TENANT, answer, audit_entry, booking, escalation, job, message, session

TOOK = timedelta(milliseconds=12.5)
GREETED = {"intent": "greeting", "status": "success"}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("1.2.3")


@pytest.fixture
def observer(metrics: Metrics) -> MeteringObserver:
    return MeteringObserver(metrics)


def turn(**changes: Any) -> Turn:
    return Turn(event=message("1"), session=session(), answer=evolve(answer(), **changes))


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    found: float | None = metrics.registry.get_sample_value(name, labels)
    return found


def test_a_message_counts_with_its_intent_status_time_and_confidence(metrics: Metrics, observer: MeteringObserver) -> None:
    observer.turn_taken(turn(), TOOK)
    assert value(metrics, "orchestrator_messages_total", **GREETED) == 1
    assert value(metrics, "orchestrator_latency_seconds_sum", **GREETED) == 0.0125
    assert value(metrics, "nlp_intent_predictions_total", intent="greeting", confidence_bucket="from_0.80") == 1


def test_a_turn_that_no_message_caused_is_not_a_message(metrics: Metrics, observer: MeteringObserver) -> None:
    news = evolve(message("1"), content=BookingNews(booking=BookingId("1"), news=Settled.CONFIRMED))
    observer.turn_taken(evolve(turn(), event=news), TOOK)
    assert value(metrics, "orchestrator_messages_total", **GREETED) is None


@pytest.mark.parametrize(
    ("confidence", "bucket"),
    [(0.0, "below_0.60"), (0.5999, "below_0.60"), (0.6, "0.60_to_0.80"), (0.7999, "0.60_to_0.80"), (0.8, "from_0.80")],
)
def test_confidence_is_counted_in_the_bands_that_matter(confidence: float, bucket: str) -> None:
    assert confidence_bucket(confidence) == bucket


@pytest.mark.parametrize(
    ("status", "name", "labels"),
    [
        (Status.FALLBACK, "nlp_fallback_total", {"reason": "low_confidence"}),
        (Status.DEGRADED, "orchestrator_degraded_responses_total", {}),
    ],
)
def test_answers_that_were_not_what_a_guest_hoped_for_are_counted(
    metrics: Metrics, observer: MeteringObserver, status: Status, name: str, labels: dict[str, str]
) -> None:
    observer.turn_taken(turn(status=status), TOOK)
    assert value(metrics, name, **labels) == 1


def test_every_escalation_counts_with_its_reason_whoever_made_it(metrics: Metrics, observer: MeteringObserver) -> None:
    observer.turn_taken(evolve(turn(), escalations=(escalation(reason="urgent"),)), TOOK)
    observer.job_done(job(), booking(), again=True, escalations=(escalation(reason="booking_unsettled"),))
    reasons = ("urgent", "booking_unsettled")
    found = [value(metrics, "orchestrator_escalations_total", reason=reason, channel="webchat") for reason in reasons]
    assert found == [1, 1]


def test_sessions_timers_and_dead_letters_count(metrics: Metrics, observer: MeteringObserver) -> None:
    observer.turn_taken(turn(), TOOK, opened=True)
    fired = TimerFired(timer=TimerId("t"), kind=TimerKind.SESSION_END, subject="")
    ended = evolve(audit_entry(), act=AuditAct.SESSION_ENDED)
    observer.turn_taken(evolve(turn(), event=evolve(message("2"), content=fired), audit=(ended,)), TOOK)
    observer.turn_taken(evolve(turn(), set_aside="ValueError"), TOOK)
    assert [value(metrics, "sessions_total", act=act) for act in ("opened", "ended")] == [1, 1]
    assert value(metrics, "timers_fired_total", kind="session_end") == 1
    assert value(metrics, "dead_letters_total") == 1


def test_what_the_cache_and_the_lock_store_answered_counts(metrics: Metrics, observer: MeteringObserver) -> None:
    for hit in (True, False, False):
        observer.cached("pms", hit=hit)
    observer.lock_moved("acquire", "refused")
    observer.limited("caller")
    assert [value(metrics, f"pms_cache_{name}_total") for name in ("hits", "misses")] == [1, 2]
    assert value(metrics, "reservation_lock_operations_total", act="acquire", result="refused") == 1
    assert value(metrics, "rate_limited_total", scope="caller") == 1


def test_a_look_for_a_booking_of_unknown_outcome_is_a_reconciliation(metrics: Metrics, observer: MeteringObserver) -> None:
    observer.job_done(job(), booking(state=BookingState.CHECKING), again=True)
    observer.job_done(job(), booking(state=BookingState.CONFIRMED), again=False)
    assert value(metrics, "booking_reconciliations_total") == 1


def test_a_failed_turn_counts_by_code_and_end(metrics: Metrics, observer: MeteringObserver) -> None:
    observer.turn_failed(message("1"), StaleClaim(), set_aside=False)
    observer.turn_failed(message("1"), ValueError(), set_aside=True)
    assert value(metrics, "orchestrator_turn_failures_total", error="stale_claim", outcome="again") == 1
    assert value(metrics, "orchestrator_turn_failures_total", error="unexpected", outcome="set_aside") == 1


def test_calls_to_the_pms_have_their_own_figures(metrics: Metrics, observer: MeteringObserver) -> None:
    observer.called("pms", "search", "ok", TOOK)
    observer.called("locks", "acquire", "already_locked", TOOK)
    observer.called("understanding", "understand", "unavailable", TOOK)
    assert value(metrics, "pms_operations_total", operation="search", status="ok") == 1
    assert value(metrics, "pms_api_latency_seconds_count", operation="search") == 1
    assert value(metrics, "part_calls_total", part="locks", operation="acquire", status="already_locked") == 1
    assert value(metrics, "nlp_fallback_total", reason="unavailable") == 1


def test_the_breaker_before_the_pms_shows_its_state(metrics: Metrics, observer: MeteringObserver) -> None:
    seen = [value(metrics, "pms_circuit_breaker_state")]
    for state in ("open", "half_open", "closed"):
        observer.breaker_moved("pms", state)
        seen.append(value(metrics, "pms_circuit_breaker_state"))
    observer.breaker_moved("understanding", "open")
    assert seen == [0, 1, 2, 0]
    assert value(metrics, "circuit_breaker_state", part="understanding") == 1


def test_of_several_hotels_the_breaker_that_is_worst_off_shows(metrics: Metrics, observer: MeteringObserver) -> None:
    observer.breaker_moved("pms:sol", "open")
    observer.breaker_moved("pms:mar", "half_open")
    observer.breaker_heard("pms:sol", "closed", "failure", 5)
    observer.breaker_heard("pms:mar", "closed", "success", 0)
    assert value(metrics, "pms_circuit_breaker_state") == 1
    assert value(metrics, "pms_circuit_breaker_failure_streak") == 5
    assert value(metrics, "pms_circuit_breaker_calls_total", state="closed", result="failure") == 1
    observer.breaker_moved("pms:sol", "closed")
    assert value(metrics, "pms_circuit_breaker_state") == 2
    observer.breaker_moved("whatsapp:1001", "open")
    observer.breaker_moved("whatsapp:1002", "half_open")
    assert value(metrics, "circuit_breaker_state", part="whatsapp") == 1


@pytest.mark.parametrize(
    ("kind", "state", "outcome"),
    [
        (JobKind.BOOK, BookingState.CONFIRMED, "confirmed"),
        (JobKind.BOOK, BookingState.REJECTED, "rejected"),
        (JobKind.CANCEL, BookingState.CANCELLED, "cancelled"),
        (JobKind.CANCEL, BookingState.CONFIRMED, "not_cancelled"),
    ],
)
def test_a_booking_counts_once_it_has_come_to_an_end(
    metrics: Metrics, observer: MeteringObserver, kind: JobKind, state: BookingState, outcome: str
) -> None:
    observer.job_done(evolve(job(), kind=kind), booking(state=BookingState.CHECKING), again=False)
    observer.job_done(evolve(job(), kind=kind), booking(state=state), again=True)
    observer.job_done(evolve(job(), kind=JobKind.WATCH), booking(state=state), again=False)
    assert value(metrics, "bookings_total", outcome=outcome) is None
    observer.job_done(evolve(job(), kind=kind), booking(state=state), again=False)
    assert value(metrics, "bookings_total", outcome=outcome) == 1
    assert value(metrics, "jobs_run_total", kind=kind.value, outcome="again") == 1


def test_messages_brought_to_the_journal_count_as_new_or_repeated(metrics: Metrics, observer: MeteringObserver) -> None:
    for new in (True, True, False):
        observer.message_taken(TENANT, new=new)
    counts = [value(metrics, "journal_messages_total", outcome=outcome) for outcome in ("new", "repeated")]
    assert counts == [2, 1]


def test_a_failing_loop_is_counted(metrics: Metrics, observer: MeteringObserver) -> None:
    observer.loop_failed("jobs", ValueError())
    assert value(metrics, "background_failures_total", loop="jobs") == 1


def test_requests_count_by_template_and_known_method(metrics: Metrics) -> None:
    metrics.count_request("GET", "/api/pms/rooms/{id}", 404, 0.003)
    metrics.count_request("BREW", "/", 405, 0.003)
    assert value(metrics, "http_requests_total", method="GET", route="/api/pms/rooms/{id}", status="404") == 1
    assert value(metrics, "http_request_duration_seconds_count", method="GET", route="/api/pms/rooms/{id}") == 1
    assert value(metrics, "http_requests_total", method="other", route="/", status="405") == 1


def sample(**changes: Any) -> Sample:
    depth = Depth(events=3, jobs=2, timers=1, dead=4, oldest_at=None)
    load = Load(sessions=5, outgoing=6, outgoing_due_at=None, undelivered=7)
    return evolve(Sample(at=AT, depth=depth, load=load, locks=8), **changes)


@pytest.mark.parametrize(("waited", "age"), [(timedelta(seconds=8), 8.0), (timedelta(seconds=-2), 0.0), (None, 0.0)])
def test_what_waits_in_the_journal_is_shown_with_the_age_of_the_oldest(
    metrics: Metrics, observer: MeteringObserver, waited: timedelta | None, age: float
) -> None:
    since = None if waited is None else AT - waited
    told = sample()
    assert told.depth is not None
    assert told.load is not None
    observer.sampled(evolve(told, depth=evolve(told.depth, oldest_at=since), load=evolve(told.load, outgoing_due_at=since)))
    kinds = ("events", "jobs", "timers", "dead")
    assert [value(metrics, "journal_waiting", kind=kind) for kind in kinds] == [3, 2, 1, 4]
    names = ("sessions_open", "outbox_waiting", "outbox_undelivered", "reservation_locks")
    assert [value(metrics, name) for name in names] == [5, 6, 7, 8]
    assert [value(metrics, f"{name}_seconds") for name in ("journal_oldest_waiting", "outbox_oldest_due")] == [age, age]


SAMPLED = (
    "journal_oldest_waiting_seconds",
    "outbox_oldest_due_seconds",
    "outbox_undelivered",
    "outbox_waiting",
    "reservation_locks",
    "sessions_open",
)


@pytest.mark.parametrize("name", SAMPLED)
def test_what_nobody_has_told_yet_or_can_tell_any_more_is_not_a_number(
    metrics: Metrics, observer: MeteringObserver, name: str
) -> None:
    seen = [value(metrics, name)]
    for told in (sample(), sample(depth=None, load=None, locks=None)):
        observer.sampled(told)
        seen.append(value(metrics, name))
    assert [one is not None and math.isnan(one) for one in seen] == [True, False, True]


def test_a_pool_shows_its_size_its_use_and_who_waits(metrics: Metrics, observer: MeteringObserver) -> None:
    observer.sampled(sample(pools=(Pool(name="jobs", size=16, in_use=3, waiting=2),)))
    assert [value(metrics, f"pool_{what}", pool="jobs") for what in ("size", "in_use", "waiting")] == [16, 3, 2]


def test_more_series_than_a_family_takes_are_counted_together(metrics: Metrics) -> None:
    for number in range(MOST_SERIES + 50):
        metrics.count_request("GET", f"/a/path/somebody/sent/{number}", 200, 0.001)
    series = [line for line in metrics.exposition().decode().splitlines() if line.startswith("http_requests_total{")]
    assert len(series) == MOST_SERIES + 1
    assert value(metrics, "http_requests_total", method="other", route="other", status="other") == 50


def test_no_label_names_a_guest_a_conversation_or_a_tenant(metrics: Metrics, observer: MeteringObserver) -> None:
    observe_everything(observer)
    metrics.count_request("GET", "/", 200, 0.001)
    labels = {label for family in metrics.registry.collect() for sample in family.samples for label in sample.labels}
    own = {"method", "route", "status", "intent", "reason", "channel", "error", "outcome", "confidence_bucket", "operation"}
    own |= {"part", "kind", "loop", "le", "version", "act", "result", "state", "scope", "pool"}
    platform = {"implementation", "major", "minor", "patchlevel"}
    assert labels - own - platform == set()


def test_two_sets_of_figures_in_one_process_are_apart(metrics: Metrics, observer: MeteringObserver) -> None:
    observer.turn_taken(turn(), TOOK)
    assert value(Metrics(), "orchestrator_messages_total", **GREETED) is None


def test_the_process_and_what_runs_in_it_are_shown(metrics: Metrics) -> None:
    text = metrics.exposition().decode()
    assert value(metrics, "hotel_agent_info", version="1.2.3") == 1
    assert [name for name in ("process_cpu_seconds_total", "python_info") if name not in text] == []


def test_an_observer_that_fails_does_not_keep_the_others_from_hearing(metrics: Metrics, observer: MeteringObserver) -> None:
    class Broken(MeteringObserver):
        """One whose stream is closed."""

        def turn_taken(self, *_: object, **__: object) -> None:
            raise OSError

    both = Observers([Broken(metrics), observer])
    both.turn_taken(turn(), TOOK)
    assert value(metrics, "orchestrator_messages_total", **GREETED) == 1
