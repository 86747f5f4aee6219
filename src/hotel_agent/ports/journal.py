from abc import abstractmethod
from collections.abc import Collection
from datetime import timedelta
from typing import Protocol

from attrs import frozen

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.events import Event, Timer
from hotel_agent.domain.ids import ConversationId, EventId, TenantId
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.turns import Job, JobResult, Turn


@frozen(kw_only=True)
class Appended:
    """`event` is the id under which the message is known: of the first one if this was a duplicate."""

    event: EventId
    new: bool


@frozen(kw_only=True)
class Claim:
    """
    One conversation, owned for a while.

    `events` wait in the order in which they are to be handled, up to the last that is ready: what is held back is not overtaken
    by what was sent after it. `tries` counts how often the first of them
    was claimed, this time included. `fence` rises with every claim of the conversation, `version` with every commit.
    """

    tenant: TenantId
    conversation: ConversationId
    owner: str
    fence: int
    version: int
    session: Session | None
    bookings: tuple[Booking, ...]
    events: tuple[Event, ...]
    tries: int


@frozen(kw_only=True)
class JobClaim:
    """
    One job, owned for a while, with its booking as it is now.

    `tries` counts the claims, this one included. `fence` rises with every claim, and goes on rising over a job that is followed
    by one of its own id.
    """

    job: Job
    owner: str
    fence: int
    booking: Booking
    tries: int


class Inbox(Protocol):
    """
    The way in: what happened waits here until it is handled, exactly once and in order.

    Safe to call from several tasks and processes. Leases run by the store's clock.
    """

    @abstractmethod
    async def append(self, event: Event) -> Appended:
        """
        Keep *event*; durable when this returns. One with a dedupe key already known is not kept again. Safe to repeat.

        Raises:
            Unavailable: it was not kept (or, if the store fell silent, may have been: repeating is safe).

        """

    @abstractmethod
    async def waiting(self, at_most: int) -> int:
        """How many events wait, those held back included, counted no further than *at_most*: cheap however many there are."""

    @abstractmethod
    async def longest_wait(self) -> timedelta:
        """For how long the first of the conversations that could be claimed now has been ready; nothing if there is none."""

    @abstractmethod
    async def claim(self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()) -> tuple[Claim, ...]:
        """
        Own up to *limit* conversations with ready events that nobody owns, longest waiting first; none may come back.

        Those of the tenants in *passing* are passed over and go on waiting.
        """

    @abstractmethod
    async def renew(self, claim: Claim, lease: timedelta) -> None:
        """
        Own it for another *lease* from now.

        Raises:
            StaleClaim: somebody else owns it by now.

        """

    @abstractmethod
    async def commit(self, claim: Claim, turn: Turn) -> Claim | None:
        """
        Write *turn*, which handled the first of the claim's events, whole or not at all.

        Returns the claim with what is left of its events and the state as committed; None when none are left: then it is given
        back.

        Raises:
            StaleClaim: fence, version or a booking's version has moved; nothing was written.
            OutcomeUnknown: the store fell silent; the event is handled again unless it was written.

        """

    @abstractmethod
    async def give_back(self, claim: Claim, delay: timedelta) -> None:
        """Own it no longer; its events may be claimed again after *delay*. Harmless if it is not owned any more."""


class Jobs(Protocol):
    """Changes to the outside that turns decided, carried out apart from the conversation."""

    @abstractmethod
    async def claim_jobs(
        self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()
    ) -> tuple[JobClaim, ...]:
        """Own up to *limit* due jobs that nobody owns, longest due first, but none of the tenants in *passing*."""

    @abstractmethod
    async def renew_job(self, claim: JobClaim, lease: timedelta) -> None:
        """Own it for another *lease* from now. Raises `StaleClaim` when somebody else owns it."""

    @abstractmethod
    async def note(self, claim: JobClaim, booking: Booking) -> JobClaim:
        """
        Write *booking*, the next version of the claim's, before the job goes on: durable when this returns.

        So a run says what it is about to do, and whoever takes the job over knows how far it may have come. Returns the claim
        with the booking as it is now. Safe to repeat.

        Raises:
            StaleClaim: somebody else owns the job or the booking's version has moved; nothing was written.
            InvalidValue: it is another booking than the job's; nothing was written.
            Unavailable: it was not written (or, if the store fell silent, may have been: repeating is safe).

        """

    @abstractmethod
    async def record(self, claim: JobClaim, result: JobResult) -> None:
        """
        Write what the job changed and the events it causes, whole or not at all.

        Raises:
            StaleClaim: somebody else owns the job or the booking's version has moved; nothing was written.

        """


class Timers(Protocol):
    """Alarms set by turns. They run by the store's clock."""

    @abstractmethod
    async def due(self, limit: int) -> tuple[Timer, ...]:
        """Timers whose instant has come, longest due first."""

    @abstractmethod
    async def fire(self, timer: Timer, event: Event) -> bool:
        """Replace *timer* by *event* in one step; False if it is gone or was set anew, and then nothing is written."""


class Journal(Inbox, Jobs, Timers, Protocol):
    """The one durable store that turns, jobs and timers share."""
