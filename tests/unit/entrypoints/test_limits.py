"""The sliding window: exact, fair to who slows down, bounded."""

from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.entrypoints.http.limits import SlidingWindow
from hotel_agent.entrypoints.settings import RateLimit

LIMIT = RateLimit(3, 10)


def test_one_call_too_many_is_told_how_long_to_wait() -> None:
    window = SlidingWindow()
    assert [window.admit("ana", LIMIT, now) for now in (0.0, 4.0, 5.0, 6.0, 9.5)] == [0, 0, 0, 4, 1]
    assert [window.admit("ana", LIMIT, now) for now in (10.0, 11.0)] == [0, 3]


def test_refused_calls_do_not_count() -> None:
    window = SlidingWindow()
    for now in range(100):
        window.admit("ana", LIMIT, now / 10)
    assert window.admit("ana", LIMIT, 10.0) == 0


def test_callers_do_not_count_for_each_other() -> None:
    window = SlidingWindow()
    assert [window.admit(name, RateLimit(1), 0.0) for name in ("ana", "eva", "ana")] == [0, 0, 60]


def test_silent_callers_are_forgotten() -> None:
    window = SlidingWindow()
    for number in range(1000):
        window.admit(number, LIMIT, number / 10)
    assert len(window) <= 101


def test_too_many_callers_push_out_the_longest_silent() -> None:
    window = SlidingWindow(capacity=3)
    for name in ("ana", "eva", "ana", "ida", "ute"):
        window.admit(name, RateLimit(1), 0.0)
    assert len(window) == 3
    assert window.admit("ana", RateLimit(1), 0.0) == 60


@given(st.lists(st.floats(0, 5, allow_nan=False), max_size=60))
def test_no_period_ever_holds_more_than_the_limit(pauses: list[float]) -> None:
    window, now, admitted = SlidingWindow(), 0.0, []
    for pause in pauses:
        now += pause
        wait = window.admit("ana", LIMIT, now)
        if wait == 0:
            admitted.append(now)
        else:
            assert 1 <= wait <= LIMIT.period
    assert all(len([t for t in admitted if start <= t < start + LIMIT.period]) <= LIMIT.count for start in admitted)
