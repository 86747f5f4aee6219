import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from attrs import define, field

from hotel_agent.ports.clock import Clock

TOLERATED: Final = timedelta(seconds=2)
"""By how much the machine's clock may be put right at once: that is how clocks are kept."""
BELIEVED_AFTER_S: Final = 60.0
_SURELY_TOLERATED_S: Final = 1.9
"""What nearly every look finds, and what can be told without reckoning in exact instants."""
_BOOT_TIME: Final = getattr(time, "CLOCK_BOOTTIME", None)


machine_now: Final = partial(datetime.now, UTC)  # noqa: TID251 - this is the one place that asks the machine


class SystemClock(Clock):
    """The machine's clock."""

    def now(self) -> datetime:
        return machine_now()


def elapsed() -> float:
    """Return seconds that only ever go on, a machine's sleep included where it can tell."""
    return time.monotonic() if _BOOT_TIME is None else time.clock_gettime(_BOOT_TIME)


@define
class SteadyClock(Clock):
    """
    The machine's clock, but for its jumps: one is believed when it has stood for a minute.

    Until then this clock goes on as time does. So a clock that somebody sets wrong by an hour and puts right again ends no lock
    and no session, and leaves nothing behind that waits for an instant an hour ahead. Safe to call from several threads.
    """

    _machine: Callable[[], datetime] = machine_now
    _elapsed: Callable[[], float] = elapsed
    _at: datetime = field(init=False)
    """What it said last, `_since` on the scale of `_elapsed`."""
    _since: float = field(init=False)
    _jump: timedelta | None = field(default=None, init=False)
    _jumped_at: float = field(default=0.0, init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)

    def __attrs_post_init__(self) -> None:
        self._at, self._since = self._machine(), self._elapsed()

    def now(self) -> datetime:
        with self._lock:
            said, since = self._machine(), self._elapsed()
            if self._jump is None and abs((said - self._at).total_seconds() - (since - self._since)) < _SURELY_TOLERATED_S:
                self._at, self._since = said, since
                return said
            expected = self._at + timedelta(seconds=since - self._since)
            if self._is_believed(said - expected, since):
                expected, self._jump = said, None
            self._at, self._since = expected, since
            return expected

    def _is_believed(self, jump: timedelta, since: float) -> bool:
        if abs(jump) <= TOLERATED:
            return True
        if self._jump is None or abs(jump - self._jump) > TOLERATED:
            self._jump, self._jumped_at = jump, since
        return since - self._jumped_at >= BELIEVED_AFTER_S
