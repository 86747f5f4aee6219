"""A quota: exact, fair to who slows down, bounded."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.quotas import FINEST, NONE, Quota, Uses, use

SECOND = 1_000_000
PAUSES = st.lists(st.integers(0, 5 * SECOND), max_size=80)


def run(quota: Quota, pauses: list[int]) -> tuple[list[int], list[int], Uses]:
    """Use *quota* after each of *pauses*; return the instants that were granted, the waits of the others, and what counts."""
    now, granted, waits, uses = 0, [], [], NONE
    for pause in pauses:
        now += pause
        uses, wait = use(uses, quota, now)
        if wait:
            waits.append(wait)
        else:
            granted.append(now)
    return granted, waits, uses


@pytest.mark.parametrize(("count", "seconds"), [(0, 1), (1, 0)])
def test_quota_of_nothing_cannot_be_built(count: int, seconds: int) -> None:
    with pytest.raises(InvalidValue):
        Quota(count, timedelta(seconds=seconds))


@given(st.integers(1, 6), PAUSES)
def test_no_period_ever_holds_more_than_the_quota(count: int, pauses: list[int]) -> None:
    quota = Quota(count, timedelta(seconds=10))
    granted, waits, _ = run(quota, pauses)
    for start in granted:
        assert len([at for at in granted if start <= at < start + quota.span]) <= count
    assert all(0 < wait <= quota.span for wait in waits)


@given(st.integers(1, 6), PAUSES)
def test_use_is_refused_only_when_the_period_before_it_holds_the_quota(count: int, pauses: list[int]) -> None:
    quota, now, uses = Quota(count, timedelta(seconds=10)), 0, NONE
    granted: list[int] = []
    for pause in pauses:
        now += pause
        uses, wait = use(uses, quota, now)
        recent = [at for at in granted if at > now - quota.span]
        assert (wait > 0) == (len(recent) >= count)
        if not wait:
            granted.append(now)


@given(st.integers(1, 6), PAUSES)
def test_after_the_wait_there_is_one(count: int, pauses: list[int]) -> None:
    quota = Quota(count, timedelta(seconds=10))
    uses, wait = use(run(quota, pauses)[2], quota, sum(pauses))
    if wait:
        assert use(uses, quota, sum(pauses) + wait)[1] == 0


@settings(max_examples=20)
@given(st.lists(st.integers(0, SECOND), min_size=FINEST, max_size=3 * FINEST))
def test_large_quota_keeps_few_instants_and_never_grants_too_much(pauses: list[int]) -> None:
    quota = Quota(FINEST + 20, timedelta(seconds=30))
    granted, _, uses = run(quota, pauses)
    assert len(uses.at) <= FINEST + 1
    for start in granted[:: len(granted) // 20 + 1]:
        assert len([at for at in granted if start <= at < start + quota.span]) <= quota.count


def test_large_quota_is_granted_to_the_last_use() -> None:
    granted, waits, _ = run(Quota(5000, timedelta(minutes=1)), [1] * 5001)
    assert (len(granted), len(waits)) == (5000, 1)


def test_clock_that_was_set_back_begins_anew() -> None:
    quota = Quota(1, timedelta(seconds=10))
    uses, _ = use(NONE, quota, 3600 * SECOND)
    assert use(uses, quota, 0)[1] == 0
