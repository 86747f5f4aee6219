from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from attrs import frozen

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.turns import Escalation, Job, Turn
from hotel_agent.ports.records import Depth, Load


@frozen(kw_only=True)
class Spent:
    """What a turn's time went on: its event `waited` from its receipt on, and at the end `committing` it took so long."""

    waited: timedelta = timedelta()
    committing: timedelta = timedelta()


NOTHING: Final = Spent()


@frozen(kw_only=True)
class Pool:
    """Something of which a process has `size`: so many are `in_use` now, and so many callers wait for one."""

    name: str
    size: int
    in_use: int
    waiting: int = 0


@frozen(kw_only=True)
class Sample:
    """How much there was `at` an instant of what comes and goes. None: whoever knows it did not answer."""

    at: datetime
    depth: Depth | None
    load: Load | None
    locks: int | None
    pools: tuple[Pool, ...] = ()


class Observer(Protocol):
    """
    Is told what happened, for logs and metrics. Never raises, never waits, never sees a guest's words.

    Implementations take ids, states and durations from the values handed over and nothing that a guest wrote.
    """

    @abstractmethod
    def turn_taken(self, turn: Turn, took: timedelta, *, opened: bool = False, spent: Spent = NOTHING) -> None:
        """A turn was committed *took* after it was begun; *opened*: it began a session. *spent* says more of its time."""

    @abstractmethod
    def turn_failed(self, event: Event, error: BaseException, *, set_aside: bool) -> None:
        """A turn was not committed; the event is tried again unless set aside."""

    @abstractmethod
    def message_taken(self, tenant: TenantId, *, new: bool) -> None:
        """A guest's message is in the journal, or was there already."""

    @abstractmethod
    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        """A call to *part* (`pms:demo`, `locks`, `understanding`) ended: `ok`, or the error's code."""

    @abstractmethod
    def breaker_moved(self, part: str, state: str) -> None:
        """The breaker in front of *part* is now `closed`, `open` or `half_open`."""

    @abstractmethod
    def breaker_heard(self, part: str, state: str, result: str, failures: int) -> None:
        """
        The breaker in front of *part*, in *state* when it was asked, saw a call end: `success`, `failure`, `cancelled`.

        `refused`: it let none through. *failures* counts those in a row by now.
        """

    @abstractmethod
    def cached(self, part: str, *, hit: bool) -> None:
        """Something of *part* was looked for in the cache."""

    @abstractmethod
    def lock_moved(self, act: str, result: str) -> None:
        """A turn's call to the lock store (`acquire`, `extend`, `hold`, `release`) ended: `ok`, `refused` or `unavailable`."""

    @abstractmethod
    def sampled(self, sample: Sample) -> None:
        """So much waits in the stores and is in use in this process; told every few seconds."""

    @abstractmethod
    def limited(self, scope: str) -> None:
        """
        A call was refused because its `caller`, `guest`, `account` or `tenant` called too often, or the `queue` is full.

        `bulkhead`: a part had no place for another call. `paced`: a guest's message was taken in, to be handled later.
        """

    @abstractmethod
    def job_done(self, job: Job, booking: Booking | None, *, again: bool, escalations: Sequence[Escalation] = ()) -> None:
        """A job ended, or will be run *again*; *escalations* are those that it made."""

    @abstractmethod
    def loop_failed(self, loop: str, error: BaseException) -> None:
        """A background loop met an error it survives."""
