"""How a contract lets time pass: by a clock of ours that is set by hand, or by a server's, which is waited for."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import anyio
import pytest

from hotel_agent.testing.clocks import ManualClock

PassTime = Callable[[timedelta], Awaitable[None]]


class ByHand:
    """Time passes when the test says so, on the suite's `clock`."""

    @pytest.fixture
    def pass_time(self, clock: ManualClock) -> PassTime:
        async def advance(by: timedelta) -> None:
            clock.advance(by)

        return advance


class ByTheServer:
    """The server's clock is waited for, with a little more for what lies between its readings."""

    @pytest.fixture
    def pass_time(self) -> PassTime:
        async def wait(by: timedelta) -> None:
            await anyio.sleep(by.total_seconds() + 0.01)

        return wait
