from collections.abc import Awaitable, Callable
from datetime import timedelta

import anyio
import pytest
from attrs import evolve

from hotel_agent.application.worker import Worker
from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.events import GuestMessage, TimerFired
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.faults import Call, Fault, Plan, every, on
from hotel_agent.testing.stage import SOL, Agent, Stage, incoming_of, stage
from hotel_agent.testing.virtual_time import LoopClock

pytestmark = pytest.mark.anyio

AVAILABILITY = "Disponibilidad para 2031-05-02 a 2031-05-04"
SLOW_SECONDS = 2.0


def slowly(what: str, s: Stage) -> None:
    """Make every call of an operation take a while, whichever process makes it."""
    original = type(s.agent.faults).meet
    raise NotImplementedError(what, original)


async def take(s: Stage, *guests: str, text: str = "hola") -> None:
    for guest in guests:
        await s.agent.intake.take(incoming_of(guest, text))


def handled(s: Stage) -> list[str]:
    return [event.content.text for event in s.witness.turns if isinstance(event.content, GuestMessage)]
