"""
Ports that fail on purpose: each wraps a real one and lets a plan decide what befalls every call.

All ports that one process uses share one `Faults`, so a plan can count calls over all of them, and a crash ends them all: a
dead process asks nothing of anybody any more, not even in its `finally` blocks.

    faults = Faults(on("pms.book", Fault.LOST_ANSWER))
    pms = FaultyPropertySystem(pms, faults)

The wrapped ports are in `faulty_ports`.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import anyio
from attrs import define, field, frozen

from hotel_agent.domain.errors import HotelAgentError, MalformedReply, OutcomeUnknown, Unavailable
from hotel_agent.ports.clock import Clock

T = TypeVar("T")


class Fault(StrEnum):
    """What may befall a call. Where the caller cannot know, a write raises `OutcomeUnknown`, anything else `Unavailable`."""

    REFUSED = "refused"
    """`Unavailable`: nothing was done, and the caller knows."""
    LOST_REQUEST = "lost_request"
    """Nothing was done, and the caller cannot know."""
    LOST_ANSWER = "lost_answer"
    """It was done (or refused), and the caller cannot know."""
    LATE = "late"
    """It will be done, `Faults.late_by` later; the caller cannot know."""
    GARBLED = "garbled"
    """It was done; the answer cannot be understood (`MalformedReply`)."""
    SLOW = "slow"
    """It is done after `Faults.slow_by` of waiting (of the event loop's time), and answered."""
    HANG = "hang"
    """Nothing is done and no answer comes."""
    CRASH_BEFORE = "crash_before"
    """The process dies; nothing was done."""
    CRASH_AFTER = "crash_after"
    """The process dies; it was done."""


@frozen(kw_only=True)
class Call:
    """One call. `what` is part and operation (`pms.book`); `number` counts all calls from 1, `nth` those of the same `what`."""

    what: str
    number: int
    nth: int


Plan = Callable[[Call], Fault | None]
"""Decides what befalls a call; None: nothing."""


class Crashed(BaseException):
    """The process is dead. No `except Exception` survives it, as nothing survives a kill."""


def no_faults(_call: Call) -> Fault | None:
    return None


def on(what: str, *faults: Fault | None, always: bool = False) -> Plan:
    """Plan *faults* for the first calls of *what*, one each; *always* repeats the last of them for ever."""

    def plan(call: Call) -> Fault | None:
        if call.what != what or (call.nth > len(faults) and not always):
            return None
        return faults[min(call.nth, len(faults)) - 1]

    return plan


def scripted(script: Mapping[str, Sequence[Fault | None]]) -> Plan:
    """Plan the faults of several operations, one for each of their first calls."""

    def plan(call: Call) -> Fault | None:
        faults = script.get(call.what, ())
        return faults[call.nth - 1] if call.nth <= len(faults) else None

    return plan


def crash_at(number: int, fault: Fault) -> Plan:
    """Plan a crash before or after the call of that number."""
    return lambda call: fault if call.number == number else None


def every(*plans: Plan) -> Plan:
    """Ask every plan about every call; the first fault that any names befalls it."""

    def plan(call: Call) -> Fault | None:
        return next((fault for fault in [plan(call) for plan in plans] if fault), None)

    return plan


@define
class Faults:
    """One process's luck. `calls` is what it has asked so far, `dead` whether it has crashed."""

    plan: Plan = no_faults
    clock: Clock | None = None
    """Needed by `Fault.LATE` only."""
    late_by: timedelta = timedelta(minutes=2)
    slow_by: timedelta = timedelta(seconds=2)
    calls: list[str] = field(factory=list, init=False)
    dead: bool = field(default=False, init=False)
    _counts: Counter[str] = field(factory=Counter, init=False)
    _adrift: list[tuple[datetime, Callable[[], Awaitable[object]]]] = field(factory=list, init=False)

    async def meet(self, what: str, act: Callable[[], Awaitable[T]], *, write: bool = False) -> T:
        """Make the call *act*, or let it meet its fault."""
        if self.dead:
            raise Crashed
        self._counts[what] += 1
        self.calls.append(what)
        lost = OutcomeUnknown if write else Unavailable
        match self.plan(Call(what=what, number=len(self.calls), nth=self._counts[what])):
            case Fault.REFUSED:
                raise Unavailable
            case Fault.LOST_REQUEST:
                raise lost
            case Fault.LATE:
                self._leave_adrift(act)
                raise lost
            case Fault.HANG:
                await anyio.sleep_forever()
            case Fault.CRASH_BEFORE:
                self.dead = True
                raise Crashed
            case Fault.SLOW:
                await anyio.sleep(self.slow_by.total_seconds())
                return await act()
            case None:
                return await act()
            case fault:
                with suppress(HotelAgentError):
                    # Even a no is an answer that can be lost.
                    await act()
                if fault is Fault.GARBLED:
                    raise MalformedReply(["garbled on purpose"])
                if fault is Fault.CRASH_AFTER:
                    self.dead = True
                    raise Crashed
                raise lost
        raise AssertionError("unreachable")

    async def land(self) -> int:
        """Do what was sent late and is due by now; return how much that was. A PMS's no to it is heard by nobody."""
        now = self.clock.now() if self.clock else None
        due = [act for at, act in self._adrift if now and at <= now]
        self._adrift = [(at, act) for at, act in self._adrift if not (now and at <= now)]
        for act in due:
            with suppress(HotelAgentError):
                await act()
        return len(due)

    @property
    def adrift(self) -> int:
        """How much is still under way."""
        return len(self._adrift)

    def _leave_adrift(self, act: Callable[[], Awaitable[object]]) -> None:
        if self.clock is None:
            raise ValueError("Fault.LATE needs a clock")
        self._adrift.append((self.clock.now() + self.late_by, act))
