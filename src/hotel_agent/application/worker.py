"""The loops that make things move: conversations, jobs, timers. Several processes may run them on one store."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio
from anyio.abc import TaskGroup
from attrs import define, field

from hotel_agent.application.bell import INBOX, JOBS, Bell
from hotel_agent.application.conversations import Conversations
from hotel_agent.application.jobs import BookingJobs
from hotel_agent.domain.errors import HotelAgentError, PortError, StaleClaim
from hotel_agent.domain.events import Event, TimerFired
from hotel_agent.domain.ids import EventId
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.journal import Claim, JobClaim, Journal
from hotel_agent.ports.observer import Observer

_IDLE = 0.25
"""Seconds between looks when nothing rings: other processes ring no bell here."""
_TIMER_PERIOD = 0.5
_TIMERS = "timers"
_BATCH = 32


@define
class _InHand:
    """What this worker owns, so that one task renews all leases and a lost one stops its work."""

    claims: dict[int, tuple[Claim | JobClaim, anyio.CancelScope]] = field(factory=dict)

    def __len__(self) -> int:
        return len(self.claims)


@define
class Worker:
    """
    Claims what waits and has it handled, side by side, up to `width` conversations and `job_width` jobs at once.

    Stop it with `drain`: it claims no more, and `run` returns when what is in hand is done.
    """

    _journal: Journal
    _conversations: Conversations
    _jobs: BookingJobs
    _clock: Clock
    _ids: IdSource
    _observer: Observer
    _bell: Bell
    _owner: str
    _lease: timedelta = timedelta(seconds=3)
    _width: int = 64
    _job_width: int = 16
    _in_hand: _InHand = field(factory=_InHand, init=False)
    _jobs_in_hand: _InHand = field(factory=_InHand, init=False)
    _draining: anyio.Event = field(factory=anyio.Event, init=False)

    def drain(self) -> None:
        """Claim no more."""
        self._draining.set()
        self._bell.ring(INBOX)
        self._bell.ring(JOBS)
        self._bell.ring(_TIMERS)

    async def run(self) -> None:
        """Work until drained. A loop that dies of anything but an outage takes the whole worker down with its error."""
        async with anyio.create_task_group() as group:
            renewal = anyio.CancelScope()
            group.start_soon(self._renew_leases, renewal)
            async with anyio.create_task_group() as loops:
                loops.start_soon(self._loop, INBOX, self._claim_conversations)
                loops.start_soon(self._loop, JOBS, self._claim_jobs)
                loops.start_soon(self._loop, _TIMERS, self._fire_timers)
            renewal.cancel()

    async def _loop(self, subject: str, claim_some: Callable[[TaskGroup], Awaitable[float]]) -> None:
        failures = 0
        async with anyio.create_task_group() as group:
            while not self._draining.is_set():
                ring = self._bell.listen(subject)
                try:
                    pause = await claim_some(group)
                    failures = 0
                except PortError as exc:
                    failures += 1
                    pause = min(0.1 * 2**failures, 5.0)
                    self._observer.loop_failed(subject, exc)
                if pause and not self._draining.is_set():
                    await self._bell.wait(ring, pause)

    async def _claim_conversations(self, group: TaskGroup) -> float:
        room = self._width - len(self._in_hand)
        claims = await self._journal.claim(self._owner, min(room, _BATCH), self._lease) if room else ()
        for claim in claims:
            group.start_soon(self._handle, claim)
        return 0.0 if len(claims) == _BATCH else _IDLE

    async def _handle(self, claim: Claim) -> None:
        arrived = self._bell.listen(INBOX)
        async with self._holding(self._in_hand, claim):
            try:
                await self._conversations.handle(claim)
            except HotelAgentError as exc:
                # The store is down or the claim is lost: its lease ends, and the event is handled then.
                self._observer.turn_failed(claim.events[0], exc, set_aside=False)
        if arrived.is_set() or len(self._in_hand) >= self._width - 1:
            # What came for this conversation meanwhile could not be claimed until now.
            self._bell.ring(INBOX)

    async def _claim_jobs(self, group: TaskGroup) -> float:
        room = self._job_width - len(self._jobs_in_hand)
        claims = await self._journal.claim_jobs(self._owner, min(room, _BATCH), self._lease) if room else ()
        for claim in claims:
            group.start_soon(self._run_job, claim)
        return 0.0 if len(claims) == _BATCH else _IDLE

    async def _run_job(self, claim: JobClaim) -> None:
        async with self._holding(self._jobs_in_hand, claim):
            try:
                result = await self._jobs.run(claim)
                await self._journal.record(claim, result)
                self._observer.job_done(claim.job, result.booking, again=result.retry_at is not None)
            except HotelAgentError as exc:
                # Not recorded: its lease ends, and it is run again from the committed state.
                self._observer.loop_failed(JOBS, exc)
        self._bell.ring(INBOX)

    async def _fire_timers(self, _group: TaskGroup) -> float:
        timers = await self._journal.due(_BATCH)
        for timer in timers:
            now = self._clock.now()
            draw = self._ids.draw()
            event_id = EventId(f"e-{draw}")
            event = Event(
                id=event_id,
                tenant=timer.tenant,
                conversation=timer.conversation,
                channel=timer.channel,
                dedupe_key=f"timer:{timer.id}:{timer.due_at.isoformat()}",
                seed=self._ids.draw(),
                root=event_id,
                received_at=now,
                order_at=timer.due_at,
                ready_at=now,
                content=TimerFired(timer=timer.id, kind=timer.kind, subject=timer.subject),
            )
            await self._journal.fire(timer, event)
        if timers:
            self._bell.ring(INBOX)
        return 0.0 if len(timers) == _BATCH else _TIMER_PERIOD

    # ------------------------------------------------------------ leases

    @asynccontextmanager
    async def _holding(self, in_hand: _InHand, claim: Claim | JobClaim) -> AsyncIterator[None]:
        with anyio.CancelScope() as scope:
            in_hand.claims[id(claim)] = (claim, scope)
            try:
                yield
            finally:
                del in_hand.claims[id(claim)]

    async def _renew_leases(self, scope: anyio.CancelScope) -> None:
        with scope:
            while True:
                await anyio.sleep(self._lease.total_seconds() / 3)
                for claim, work in (*self._in_hand.claims.values(), *self._jobs_in_hand.claims.values()):
                    await self._renew(claim, work)

    async def _renew(self, claim: Claim | JobClaim, work: anyio.CancelScope) -> None:
        try:
            if isinstance(claim, JobClaim):
                await self._journal.renew_job(claim, self._lease)
            else:
                await self._journal.renew(claim, self._lease)
        except StaleClaim:
            # Somebody else has it: whatever we would still do is theirs to do.
            work.cancel()
        except PortError as exc:
            self._observer.loop_failed("leases", exc)
