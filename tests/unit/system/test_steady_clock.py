"""A clock that does not jump because the machine's did, until the jump has stood for a minute."""

from datetime import datetime, timedelta

import pytest
from attrs import define

from hotel_agent.adapters.system.clock import BELIEVED_AFTER_S, TOLERATED, SteadyClock
from hotel_agent.testing.clocks import START

HOUR = timedelta(hours=1)


@define
class Machine:
    """What the machine says, and what has passed in truth."""

    fast: timedelta = timedelta()
    passed: float = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed) + self.fast

    def elapsed(self) -> float:
        return self.passed


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> SteadyClock:
    return SteadyClock(machine.now, machine.elapsed)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_it_says_what_the_machine_says(clock: SteadyClock, machine: Machine) -> None:
    machine.passed = 5.0
    assert clock.now() == machine.now() == after(5.0)


@pytest.mark.parametrize("by", [TOLERATED, -TOLERATED])
def test_clock_that_is_put_right_a_little_is_followed_at_once(clock: SteadyClock, machine: Machine, by: timedelta) -> None:
    machine.passed, machine.fast = 5.0, by
    assert clock.now() == after(5.0) + by


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_jump_that_is_taken_back_was_never_there(clock: SteadyClock, machine: Machine, by: timedelta) -> None:
    said = []
    for second in range(60):
        machine.passed = float(second)
        machine.fast = by if 10 <= second < 50 else timedelta()
        said.append(clock.now())
    assert said == [after(second) for second in range(60)]


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_jump_that_stands_for_a_minute_is_believed(clock: SteadyClock, machine: Machine, by: timedelta) -> None:
    machine.fast = by
    assert clock.now() == after(0)
    machine.passed = BELIEVED_AFTER_S - 0.001
    assert clock.now() == after(machine.passed)
    machine.passed = BELIEVED_AFTER_S
    assert clock.now() == after(BELIEVED_AFTER_S) + by
    machine.passed += 1
    assert clock.now() == after(BELIEVED_AFTER_S + 1) + by


def test_another_jump_has_to_stand_for_a_minute_of_its_own(clock: SteadyClock, machine: Machine) -> None:
    machine.fast = HOUR
    clock.now()
    machine.passed, machine.fast = 40.0, 2 * HOUR
    clock.now()
    machine.passed = 70.0
    assert clock.now() == after(70.0)
    machine.passed = 100.0
    assert clock.now() == after(100.0) + 2 * HOUR


def test_machine_that_slept_has_not_jumped(clock: SteadyClock, machine: Machine) -> None:
    machine.passed = 8 * 3600.0
    assert clock.now() == after(8 * 3600.0)
