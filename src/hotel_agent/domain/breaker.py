"""A circuit breaker as a value: it decides who may call a part that failed too often; clock and locking are its caller's."""

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import evolve, field, frozen
from attrs.validators import ge


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class CallOutcome(StrEnum):
    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    """The caller went away: it says nothing about the part, and the permit is given back."""


@frozen
class Permit:
    """The right to make one call. Its outcome counts only while the breaker is still in `epoch`."""

    epoch: int
    probe: bool = False


@frozen
class Refusal:
    """No call now; `retry_at` is when a probe may be let through."""

    retry_at: datetime


@frozen(kw_only=True)
class Breaker:
    """
    Closed, it counts failures in a row; at `threshold` it opens for `cool_down`; then one probe at a time decides.

    `epoch` rises with every change of state and every probe given back, so an answer that comes late never counts for what
    came after.
    """

    threshold: int = field(default=5, validator=ge(1))
    cool_down: timedelta = timedelta(seconds=30)
    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    opened_at: datetime | None = None
    probing: bool = False
    epoch: int = 0

    def admit(self, now: datetime) -> "tuple[Breaker, Permit | Refusal]":
        """Decide about one call. Whoever gets a permit must `record` how it went, whatever happens."""
        if self.state is BreakerState.CLOSED:
            return self, Permit(self.epoch)
        retry_at = (self.opened_at or now) + self.cool_down
        if self.state is BreakerState.OPEN and now < retry_at:
            return self, Refusal(retry_at)
        if self.state is BreakerState.OPEN:
            half_open = evolve(self, state=BreakerState.HALF_OPEN, probing=True, epoch=self.epoch + 1)
            return half_open, Permit(half_open.epoch, probe=True)
        if self.probing:
            return self, Refusal(max(retry_at, now))
        return evolve(self, probing=True), Permit(self.epoch, probe=True)

    def record(self, permit: Permit, outcome: CallOutcome, now: datetime) -> "Breaker":
        """Take note of how a call went that was let through."""
        if permit.epoch != self.epoch:
            return self
        if outcome is CallOutcome.CANCELLED:
            # The next probe gets an epoch of its own, so that this one's late answer is not taken for it.
            return evolve(self, probing=False, epoch=self.epoch + 1) if permit.probe else self
        if outcome is CallOutcome.SUCCESS:
            if permit.probe:
                return self._closed()
            return evolve(self, failures=0) if self.failures else self
        failures = self.failures + 1
        if permit.probe or failures >= self.threshold:
            return self._opened(failures, now)
        return evolve(self, failures=failures)

    def _closed(self) -> "Breaker":
        return evolve(self, state=BreakerState.CLOSED, failures=0, opened_at=None, probing=False, epoch=self.epoch + 1)

    def _opened(self, failures: int, now: datetime) -> "Breaker":
        return evolve(self, state=BreakerState.OPEN, failures=failures, opened_at=now, probing=False, epoch=self.epoch + 1)
