"""
A second opinion: on sequential traces our breaker and `aiobreaker` let the same calls through.

Time passes for `aiobreaker`, which reads the wall clock, by moving the instant at which it opened into the past; its cool-down
is an hour, so that the run's own milliseconds do not matter.
"""

from datetime import UTC, datetime, timedelta

import aiobreaker
import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hotel_agent.domain.breaker import Breaker, BreakerState, CallOutcome, Permit, Refusal

AT = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
COOL_DOWN = timedelta(hours=1)
STATES = {
    BreakerState.CLOSED: aiobreaker.CircuitBreakerState.CLOSED,
    BreakerState.OPEN: aiobreaker.CircuitBreakerState.OPEN,
    BreakerState.HALF_OPEN: aiobreaker.CircuitBreakerState.HALF_OPEN,
}

# aiobreaker asks for the time in a way that newer Pythons warn of.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


class PartFailed(Exception):
    pass


class Call:
    """A guarded operation with a set end, which counts how often it is reached."""

    def __init__(self, *, fails: bool) -> None:
        self.fails, self.made = fails, 0

    def __call__(self) -> None:
        self.made += 1
        if self.fails:
            raise PartFailed


class Theirs:
    def __init__(self, threshold: int) -> None:
        self.breaker = aiobreaker.CircuitBreaker(fail_max=threshold, timeout_duration=COOL_DOWN)

    def call(self, call: Call) -> None:
        try:
            self.breaker.call(call)
        except (PartFailed, aiobreaker.CircuitBreakerError):
            return

    def pass_time(self, span: timedelta) -> None:
        storage = self.breaker._state_storage
        if storage.opened_at:
            storage.opened_at -= span


class SecondOpinion(RuleBasedStateMachine):
    @initialize(threshold=st.integers(1, 4))
    def begin(self, threshold: int) -> None:
        self.ours = Breaker(threshold=threshold, cool_down=COOL_DOWN)
        self.theirs = Theirs(threshold)
        self.now = AT

    @rule(fails=st.booleans())
    def call(self, fails: bool) -> None:
        theirs, ours = Call(fails=fails), Call(fails=fails)
        self.theirs.call(theirs)
        self.ours, permit = self.ours.admit(self.now)
        if isinstance(permit, Permit):
            ours.made += 1
            self.ours = self.ours.record(permit, CallOutcome.FAILURE if fails else CallOutcome.SUCCESS, self.now)
        assert ours.made == theirs.made

    @rule(minutes=st.sampled_from((1, 29, 31, 59, 60, 61)))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.theirs.pass_time(timedelta(minutes=minutes))

    @invariant()
    def same_state(self) -> None:
        assert self.theirs.breaker.current_state == STATES[self.ours.state]

    @invariant()
    def same_count_of_failures_while_closed(self) -> None:
        if self.ours.state is BreakerState.CLOSED:
            assert self.theirs.breaker.fail_counter == self.ours.failures


TestSecondOpinion = SecondOpinion.TestCase


def half_open() -> tuple[Breaker, Theirs]:
    """Return both, opened by one failure and cooled down, with one probe on its way through ours."""
    ours, theirs = Breaker(threshold=1, cool_down=COOL_DOWN), Theirs(1)
    ours, permit = ours.admit(AT)
    assert isinstance(permit, Permit)
    ours = ours.record(permit, CallOutcome.FAILURE, AT)
    theirs.call(Call(fails=True))
    theirs.pass_time(COOL_DOWN)
    return ours, theirs


def test_ours_lets_one_probe_through_at_a_time_theirs_everybody() -> None:
    ours, theirs = half_open()
    ours, first = ours.admit(AT + COOL_DOWN)
    _, second = ours.admit(AT + COOL_DOWN)
    assert (type(first), type(second)) == (Permit, Refusal)

    within = Call(fails=False)

    def probe() -> None:
        theirs.breaker.call(within)

    theirs.breaker.call(probe)
    assert within.made == 1


def test_ours_takes_no_late_answer_of_an_earlier_epoch_theirs_does() -> None:
    ours, theirs = Breaker(threshold=1, cool_down=COOL_DOWN), Theirs(1)
    _, late = ours.admit(AT)
    assert isinstance(late, Permit)
    ours, permit = ours.admit(AT)
    assert isinstance(permit, Permit)
    ours = ours.record(permit, CallOutcome.FAILURE, AT)
    assert ours.record(late, CallOutcome.SUCCESS, AT) == ours

    def slow() -> None:
        theirs.call(Call(fails=True))

    theirs.breaker.call(slow)
    assert (ours.failures, theirs.breaker.fail_counter) == (1, 0)


def test_ours_gives_a_cancelled_probe_back_theirs_knows_only_success_and_failure() -> None:
    ours, theirs = half_open()
    ours, probe = ours.admit(AT + COOL_DOWN)
    assert isinstance(probe, Permit)
    assert ours.record(probe, CallOutcome.CANCELLED, AT + COOL_DOWN).state is BreakerState.HALF_OPEN

    def cancelled() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        theirs.breaker.call(cancelled)
    assert theirs.breaker.current_state == aiobreaker.CircuitBreakerState.HALF_OPEN
