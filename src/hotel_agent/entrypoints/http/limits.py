"""How often somebody may call."""

import math
from collections import OrderedDict, deque
from collections.abc import Hashable

from attrs import define, field

from hotel_agent.entrypoints.settings import RateLimit


@define
class SlidingWindow:
    """
    Counts calls by caller, exactly: of any `limit.period` seconds it admits at most `limit.count` calls.

    It knows this process only. Refused calls do not count, so whoever slows down is let in again. Callers beyond *capacity*
    push out whoever has been silent longest.
    """

    _capacity: int = 50_000
    _calls: OrderedDict[Hashable, tuple[deque[float], int]] = field(factory=OrderedDict, init=False)

    def admit(self, caller: Hashable, limit: RateLimit, now: float) -> int:
        """Count a call at *now* (seconds of a clock that never goes back); return 0, or the seconds to wait if refused."""
        if caller in self._calls:
            self._calls.move_to_end(caller)
        else:
            self._make_room(now)
        calls, _ = self._calls.setdefault(caller, (deque(), limit.period))
        start = now - limit.period
        while calls and calls[0] <= start:
            calls.popleft()
        if len(calls) >= limit.count:
            return max(1, math.ceil(calls[0] - start))
        calls.append(now)
        return 0

    def __len__(self) -> int:
        return len(self._calls)

    def _make_room(self, now: float) -> None:
        while self._calls:
            caller, (calls, period) = next(iter(self._calls.items()))
            if len(self._calls) < self._capacity and calls[-1] > now - period:
                return
            del self._calls[caller]
