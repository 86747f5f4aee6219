"""
An event loop on which waiting takes no time.

Whenever every task waits, its clock jumps to the next instant at which one of them wants to go on. So time-outs, leases and
back-offs run with the figures of production, in order and to the microsecond, and an hour takes milliseconds. Nothing real
may be waited for on it: no sockets, threads or processes.

With anyio's pytest plugin: `@pytest.fixture` `def anyio_backend(): return VIRTUAL`.
"""

import asyncio
import selectors
from collections.abc import Mapping
from datetime import datetime, timedelta

import anyio
from attrs import define, field

from hotel_agent.ports.clock import Clock
from hotel_agent.testing.clocks import START

_PATIENCE = 5.0
"""Real seconds to wait for something from outside when no task has an instant to wait for."""

_Ready = list[tuple[selectors.SelectorKey, int]]


class _JumpingSelector(selectors.SelectSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> _Ready:
        if timeout is None:
            if ready := super().select(_PATIENCE):
                return ready
            raise RuntimeError("every task waits for something that nobody will do")
        self.now += max(timeout, 0.0)
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Runs tasks as any loop does; its time passes only while all of them wait."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


VIRTUAL: tuple[str, Mapping[str, object]] = ("asyncio", {"loop_factory": VirtualTimeLoop})
"""What to give anyio as a backend."""


@define
class LoopClock(Clock):
    """The running event loop's time as instants from *start* on. Make it inside the loop."""

    start: datetime = START
    _began: float = field(factory=anyio.current_time, init=False)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=anyio.current_time() - self._began)
