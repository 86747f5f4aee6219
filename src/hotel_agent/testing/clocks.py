"""Time that tests advance."""

from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import define, field

from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.ports.clock import Clock

START = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
"""Where a `ManualClock` begins unless told otherwise: a Monday morning."""

PATIENCE_S: Final = 60.0
"""Seconds that a real server may take to answer, where a test is not about how long it takes: the machine may be a slow one."""


@define
class ManualClock(Clock):
    """A clock that stands still until it is advanced."""

    _now: datetime = field(default=START)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Let *by* pass; time never goes back."""
        if by < timedelta():
            raise ValueError("time does not go back")
        self._now += by


@define
class Ahead(Clock):
    """The machine's clock, set forward as a test says."""

    by: timedelta = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.by
