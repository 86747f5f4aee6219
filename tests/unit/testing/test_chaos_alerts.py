"""Alert rules over what processes said of themselves, at a pace that a test sets."""

import math

import pytest

from hotel_agent.testing.chaos_alerts import (
    DRIFT,
    Alert,
    Drift,
    Figure,
    Growth,
    History,
    Jump,
    Level,
    Restarts,
    Scrape,
    Share,
    Silence,
    Term,
    read_metrics,
)

FAILED = Figure("calls_total", (("status", "timeout|error"),))
CALLS = Figure("calls_total")


def scrape(**figures: float) -> Scrape:
    return {name: {frozenset(): value} for name, value in figures.items()}


def told(*scrapes: Scrape | None, process: str = "one", every: float = 1.0) -> History:
    history = History()
    for number, one in enumerate(scrapes):
        history.add(process, number * every, one)
    return history


def value(term: Term, history: History, pace: float = 1.0) -> float:
    return term.value(history, history.instants()[-1], pace)


def test_figures_are_read_with_their_labels() -> None:
    read = read_metrics('# TYPE calls counter\ncalls_total{status="ok"} 3.0\ncalls_total{status="timeout"} 2.0\n')
    assert (CALLS.of(read), FAILED.of(read)) == ([3.0, 2.0], [2.0])


def test_level_is_the_highest_of_all_processes_and_nothing_where_nobody_could_tell() -> None:
    history = told(scrape(depth=1.0), scrape(depth=4.0))
    history.add("two", 1.0, scrape(depth=7.0))
    assert value(Level(Figure("depth")), history) == 7.0
    assert value(Level(Figure("depth")), told(scrape(depth=math.nan))) == 0.0


def test_growth_is_that_of_its_window_and_a_new_process_begins_at_nothing() -> None:
    rising = told(*(scrape(calls_total=float(n)) for n in range(0, 100, 10)))
    assert value(Growth(CALLS, window=3.0), rising) == 30.0
    assert value(Growth(CALLS, window=90.0), rising, pace=30.0) == 30.0
    assert value(Growth(CALLS, window=9.0), told(scrape(calls_total=5.0), None, scrape(calls_total=2.0))) == 2.0


def test_share_is_of_what_happened_in_the_window() -> None:
    history = History()
    for at, (ok, failed) in enumerate([(0.0, 0.0), (9.0, 1.0), (16.0, 4.0)]):
        figures = {"ok": ok, "timeout": failed}
        history.add("one", at, {"calls_total": {frozenset({("status", name)}): count for name, count in figures.items()}})
    assert value(Share(FAILED, CALLS, window=2.0), history) == pytest.approx(4 / 20)
    assert value(Share(FAILED, CALLS, window=1.0, missed=True), history) == pytest.approx(1 - 3 / 10)


@pytest.mark.parametrize("missed", [False, True])
def test_nothing_happened_is_no_share_of_anything(missed: bool) -> None:
    assert value(Share(FAILED, CALLS, missed=missed), told(scrape(calls_total=1.0), scrape(calls_total=1.0))) == 0.0


def test_jump_is_against_the_usual_rate() -> None:
    steady = [scrape(calls_total=float(n)) for n in range(10)]
    jumped = [scrape(calls_total=9.0 + 10 * n) for n in range(1, 3)]
    jump = Jump(CALLS, now=2.0, usual=100.0)
    assert value(jump, told(*steady)) == pytest.approx(1.0)
    assert value(jump, told(*steady, *jumped)) == pytest.approx(10 / (29 / 11))


def test_restarts_silence_and_drift_are_seen() -> None:
    restarted = told(*(scrape(process_start_time_seconds=at) for at in (1.0, 1.0, 9.0)))
    assert value(Restarts(), restarted) == 1.0
    assert (value(Silence(), told(scrape(), None)), value(Silence(), told(None, scrape()))) == (1.0, 0.0)
    assert value(Drift(), told({DRIFT: {frozenset(): -3600.0}})) == 3600.0


def test_alert_fires_once_it_has_lasted_and_begins_anew_after_a_pause() -> None:
    levels = [0.0, 2.0, 0.0, 2.0, 2.0, 2.0, 2.0]
    history = told(*(scrape(depth=level) for level in levels))
    alert = Alert(name="A", term=Level(Figure("depth")), above=1.0, lasting=2.0, says="")
    assert (alert.fired(history, 1.0), alert.fired(history, 2.0), alert.fired(history, 1.0, since=5.5)) == (5.0, 4.0, 6.0)
    assert alert.fired(told(scrape(depth=1.0)), 1.0) is None


def test_rule_is_written_as_prometheus_takes_it() -> None:
    alert = Alert(name="A", term=Share(FAILED, CALLS), above=0.2, says="")
    expected = 'sum(rate(calls_total{status=~"timeout|error"}[5m])) / sum(rate(calls_total[5m])) > 0.2'
    assert alert.promql() == expected
