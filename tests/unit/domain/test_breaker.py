from datetime import UTC, datetime, timedelta

import pytest

from hotel_agent.domain.breaker import Breaker, BreakerState, CallOutcome, Permit, Refusal

AT = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
COOL_DOWN = timedelta(seconds=30)
COOLED = AT + COOL_DOWN


def call(breaker: Breaker, outcome: CallOutcome, now: datetime = AT) -> Breaker:
    """Admit one call and record at once how it went."""
    admitted, permit = breaker.admit(now)
    assert isinstance(permit, Permit)
    return admitted.record(permit, outcome, now)


def opened(threshold: int = 2) -> Breaker:
    breaker = Breaker(threshold=threshold, cool_down=COOL_DOWN)
    for _ in range(threshold):
        breaker = call(breaker, CallOutcome.FAILURE)
    return breaker


def probing() -> tuple[Breaker, Permit]:
    breaker, permit = opened().admit(COOLED)
    assert isinstance(permit, Permit)
    return breaker, permit


def test_closed_breaker_lets_everybody_through() -> None:
    breaker = Breaker()
    assert [breaker.admit(AT) for _ in range(3)] == [(breaker, Permit(0))] * 3


def test_failures_in_a_row_open_it() -> None:
    breaker = opened(threshold=5)
    assert (breaker.state, breaker.failures, breaker.opened_at) == (BreakerState.OPEN, 5, AT)


def test_success_in_between_starts_the_count_anew() -> None:
    breaker = Breaker(threshold=2)
    for outcome in (CallOutcome.FAILURE, CallOutcome.SUCCESS, CallOutcome.FAILURE):
        breaker = call(breaker, outcome)
    assert (breaker.state, breaker.failures) == (BreakerState.CLOSED, 1)


def test_cancelled_call_counts_for_nothing() -> None:
    breaker = call(Breaker(threshold=2), CallOutcome.FAILURE)
    assert call(breaker, CallOutcome.CANCELLED) == breaker


def test_open_breaker_refuses_until_it_has_cooled_down() -> None:
    breaker = opened()
    assert breaker.admit(COOLED - timedelta(microseconds=1)) == (breaker, Refusal(COOLED))


def test_cooled_breaker_lets_a_single_probe_through() -> None:
    breaker, permit = probing()
    assert (breaker.state, permit.probe) == (BreakerState.HALF_OPEN, True)
    assert breaker.admit(COOLED) == (breaker, Refusal(COOLED))
    later = COOLED + timedelta(minutes=5)
    assert breaker.admit(later) == (breaker, Refusal(later))


def test_probe_that_succeeds_closes_it() -> None:
    breaker, permit = probing()
    closed = breaker.record(permit, CallOutcome.SUCCESS, COOLED)
    assert (closed.state, closed.failures, closed.opened_at, closed.probing) == (BreakerState.CLOSED, 0, None, False)
    assert closed.admit(COOLED) == (closed, Permit(closed.epoch))


def test_probe_that_fails_opens_it_for_another_cool_down() -> None:
    breaker, permit = probing()
    again = breaker.record(permit, CallOutcome.FAILURE, COOLED + timedelta(seconds=3))
    assert (again.state, again.opened_at) == (BreakerState.OPEN, COOLED + timedelta(seconds=3))
    assert again.admit(COOLED + timedelta(seconds=32)) == (again, Refusal(COOLED + timedelta(seconds=33)))


def test_cancelled_probe_gives_its_permit_back() -> None:
    breaker, permit = probing()
    given_back = breaker.record(permit, CallOutcome.CANCELLED, COOLED)
    assert (given_back.state, given_back.probing) == (BreakerState.HALF_OPEN, False)
    again, probe = given_back.admit(COOLED)
    assert isinstance(probe, Permit)
    assert (again.probing, probe.probe) == (True, True)


def test_late_answer_of_a_probe_given_back_does_not_count() -> None:
    breaker, first = probing()
    breaker, _ = breaker.record(first, CallOutcome.CANCELLED, COOLED).admit(COOLED)
    assert breaker.record(first, CallOutcome.SUCCESS, COOLED) == breaker
    assert breaker.record(first, CallOutcome.CANCELLED, COOLED) == breaker


@pytest.mark.parametrize("outcome", CallOutcome)
def test_late_answer_of_a_closed_epoch_does_not_count_when_open(outcome: CallOutcome) -> None:
    breaker = Breaker(threshold=1, cool_down=COOL_DOWN)
    _, late = breaker.admit(AT)
    assert isinstance(late, Permit)
    breaker = call(breaker, CallOutcome.FAILURE)
    assert breaker.record(late, outcome, AT) == breaker


@pytest.mark.parametrize("outcome", CallOutcome)
def test_late_answer_of_a_closed_epoch_does_not_decide_a_probe(outcome: CallOutcome) -> None:
    breaker, _ = probing()
    assert breaker.record(Permit(0), outcome, COOLED) == breaker


@pytest.mark.parametrize("outcome", CallOutcome)
def test_late_answer_does_not_count_after_the_breaker_has_closed_again(outcome: CallOutcome) -> None:
    breaker, permit = probing()
    closed = breaker.record(permit, CallOutcome.SUCCESS, COOLED)
    assert closed.record(Permit(0), outcome, COOLED) == closed
    assert closed.record(permit, outcome, COOLED) == closed


def test_failures_before_a_success_of_the_probe_are_forgotten() -> None:
    breaker, permit = probing()
    closed = breaker.record(permit, CallOutcome.SUCCESS, COOLED)
    assert call(closed, CallOutcome.FAILURE, COOLED).state is BreakerState.CLOSED


def test_threshold_is_at_least_one() -> None:
    with pytest.raises(ValueError, match="threshold"):
        Breaker(threshold=0)
