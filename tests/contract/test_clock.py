import pytest

from hotel_agent.adapters.system.clock import SteadyClock, SystemClock
from hotel_agent.ports.clock import Clock
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.clock import ClockContract


class TestSystemClock(ClockContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return SystemClock()


class TestSteadyClock(ClockContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return SteadyClock()


class TestManualClock(ClockContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return ManualClock()
