from abc import abstractmethod
from datetime import timedelta
from typing import Protocol

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.turns import Answer, Job


class Observer(Protocol):
    """
    Is told what happened, for logs and metrics. Never raises, never waits, never sees a guest's words.

    Implementations take ids, states and durations from the values handed over and nothing that a guest wrote.
    """

    @abstractmethod
    def turn_taken(self, event: Event, answer: Answer | None, took: timedelta) -> None:
        """A turn was committed."""

    @abstractmethod
    def turn_failed(self, event: Event, error: BaseException, *, set_aside: bool) -> None:
        """A turn was not committed; the event is tried again unless set aside."""

    @abstractmethod
    def message_taken(self, tenant: TenantId, *, new: bool) -> None:
        """A guest's message is in the journal, or was there already."""

    @abstractmethod
    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        """A call to *part* (`pms`, `locks`, `understanding`) ended: `ok`, or the error's code."""

    @abstractmethod
    def breaker_moved(self, part: str, state: str) -> None:
        """The breaker in front of *part* is now `closed`, `open` or `half_open`."""

    @abstractmethod
    def job_done(self, job: Job, booking: Booking | None, *, again: bool) -> None:
        """A job ended, or will be run *again*."""

    @abstractmethod
    def loop_failed(self, loop: str, error: BaseException) -> None:
        """A background loop met an error it survives."""
