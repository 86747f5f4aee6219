"""The loops that make things move: conversations, jobs, timers. Several processes may run them on one store."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

import anyio
from anyio.abc import TaskGroup
from attrs import define, evolve, field

from hotel_agent.application.bell import INBOX, JOBS, Bell
from hotel_agent.application.conversations import Conversations
from hotel_agent.application.fairness import FairShare
from hotel_agent.application.jobs import BookingJobs
from hotel_agent.domain.errors import PortError, StaleClaim
from hotel_agent.domain.events import Event, TimerFired
from hotel_agent.domain.ids import EventId, TenantId
from hotel_agent.domain.turns import JobResult
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.journal import Claim, JobClaim, Journal
from hotel_agent.ports.observer import Observer, Pool
from hotel_agent.ports.tracing import UNTRACED, Span, Tracing

_IDLE = 0.25
"""Seconds between looks when nothing rings: other processes ring no bell here."""
_TIMER_PERIOD = 0.5
_TIMERS = "timers"
_BATCH = 32
_LONGEST_PAUSE = 2.0

_Held = TypeVar("_Held", Claim, JobClaim)


@define
class _InHand(Generic[_Held]):
    """What this worker owns, so that one task renews all leases and a lost one stops its work."""

    width: int
    tenant: Callable[[_Held], TenantId]
    works: dict[int, tuple[_Held, anyio.CancelScope]] = field(factory=dict, init=False)

    def pool(self, name: str) -> Pool:
        return Pool(name=name, size=self.width, in_use=len(self.works))

    @property
    def room(self) -> int:
        return self.width - len(self.works)

    def by_tenant(self) -> Counter[TenantId]:
        return Counter(self.tenant(held) for held, _ in self.works.values())

    def take(self, claim: _Held) -> anyio.CancelScope:
        """Count *claim* from the moment it is owned, before its task runs."""
        scope = anyio.CancelScope()
        self.works[id(claim)] = (claim, scope)
        return scope

    def lay_down(self, claim: _Held) -> bool:
        """Own it no longer; True when there was no room for another until now."""
        was_full = not self.room
        del self.works[id(claim)]
        return was_full


class Chore(Protocol):
    """Something else that a worker does by itself. It returns when *draining* is set; what it raises ends the worker."""

    @abstractmethod
    async def run(self, draining: anyio.Event) -> None: ...


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
    _chores: Sequence[Chore] = ()
    _tracing: Tracing = UNTRACED
    _alone: bool = True
    """There is one hotel only, so that nobody takes anything from another one."""
    _in_hand: _InHand[Claim] = field(init=False)
    _jobs_in_hand: _InHand[JobClaim] = field(init=False)
    _fair: FairShare[Claim] = field(init=False)
    _fair_jobs: FairShare[JobClaim] = field(init=False)
    _draining: anyio.Event = field(factory=anyio.Event, init=False)

    def __attrs_post_init__(self) -> None:
        self._in_hand = _InHand(self._width, attrgetter("tenant"))
        self._jobs_in_hand = _InHand(self._job_width, attrgetter("job.tenant"))
        self._fair = FairShare(self._width, self._claimed, self._in_hand.tenant)
        self._fair_jobs = FairShare(self._job_width, self._claimed_jobs, self._jobs_in_hand.tenant)

    def pools(self) -> tuple[Pool, ...]:
        """How many conversations and jobs it has in hand, of those it takes."""
        return (self._in_hand.pool("conversations"), self._jobs_in_hand.pool("jobs"))

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
                loops.start_soon(self._loop, INBOX, _IDLE, self._claim_conversations)
                loops.start_soon(self._loop, JOBS, _IDLE, self._claim_jobs)
                loops.start_soon(self._loop, _TIMERS, _TIMER_PERIOD, self._fire_timers)
                for chore in self._chores:
                    loops.start_soon(chore.run, self._draining)
            renewal.cancel()

    async def sweep(self) -> int:
        """
        Handle what is ready now and return how much that was: for those who drive the agent by hand instead of by `run`.

        Leases are not renewed meanwhile.
        """
        async with anyio.create_task_group() as group:
            done = await self._fire_timers(group)
            done += await self._claim_conversations(group)
            done += await self._claim_jobs(group)
        return done

    async def _loop(self, subject: str, period: float, claim_some: Callable[[TaskGroup], Awaitable[int]]) -> None:
        failures = 0
        async with anyio.create_task_group() as group:
            while not self._draining.is_set():
                ring = self._bell.listen(subject)
                try:
                    pause = 0.0 if await claim_some(group) == _BATCH else period
                    failures = 0
                except PortError as exc:
                    failures += 1
                    pause = min(0.1 * 2 ** min(failures, 10), _LONGEST_PAUSE)
                    self._observer.loop_failed(subject, exc)
                if pause and not self._draining.is_set():
                    await self._bell.wait(ring, pause)

    async def _claim_conversations(self, group: TaskGroup) -> int:
        def take(claim: Claim) -> None:
            group.start_soon(self._handle, claim, self._in_hand.take(claim))

        room = min(self._in_hand.room, _BATCH)
        if room and not self._alone:
            return await self._fair.claim(room, self._in_hand.by_tenant(), take)
        claims = await self._claimed(room, ()) if room else ()
        for claim in claims:
            take(claim)
        return len(claims)

    async def _claimed(self, limit: int, passing: Collection[TenantId]) -> tuple[Claim, ...]:
        return await self._journal.claim(self._owner, limit, self._lease, passing=passing)

    async def _handle(self, claim: Claim, scope: anyio.CancelScope) -> None:
        arrived = self._bell.listen(INBOX)
        with scope:
            try:
                await self._conversations.handle(claim)
            except MemoryError:
                # Whoever has none would go on to claim what others could handle: end, and leave it to them.
                raise
            except Exception as exc:  # noqa: BLE001 - one conversation's trouble must not stop the others
                # The store is down, or the event cannot even be set aside: its lease ends, and it is tried again.
                self._observer.turn_failed(claim.events[0], exc, set_aside=False)
        if self._in_hand.lay_down(claim) or arrived.is_set():
            # What came for this conversation meanwhile could not be claimed until now.
            self._bell.ring(INBOX)

    async def _claim_jobs(self, group: TaskGroup) -> int:
        def take(claim: JobClaim) -> None:
            group.start_soon(self._run_job, claim, self._jobs_in_hand.take(claim))

        room = min(self._jobs_in_hand.room, _BATCH)
        if room and not self._alone:
            return await self._fair_jobs.claim(room, self._jobs_in_hand.by_tenant(), take)
        claims = await self._claimed_jobs(room, ()) if room else ()
        for claim in claims:
            take(claim)
        return len(claims)

    async def _claimed_jobs(self, limit: int, passing: Collection[TenantId]) -> tuple[JobClaim, ...]:
        return await self._journal.claim_jobs(self._owner, limit, self._lease, passing=passing)

    async def _run_job(self, claim: JobClaim, scope: anyio.CancelScope) -> None:
        more = False
        job = claim.job
        with scope, self._tracing.going_on("job", job.trace, claim.booking.root, job.tenant) as span:
            span.note(job=job.kind.value, tries=claim.tries)
            try:
                result = _traced(await self._result(claim), span)
                await self._journal.record(claim, result)
                more = bool(result.jobs)
                again, told = result.retry_at is not None, result.escalations
                self._observer.job_done(claim.job, result.booking, again=again, escalations=told)
            except MemoryError:
                raise
            except Exception as exc:  # noqa: BLE001 - one job's trouble must not stop the others
                # Not recorded: its lease ends, and it is run again from the committed state.
                span.fail(exc)
                self._observer.loop_failed(JOBS, exc)
        if self._jobs_in_hand.lay_down(claim) or more:
            self._bell.ring(JOBS)
        self._bell.ring(INBOX)

    async def _result(self, claim: JobClaim) -> JobResult:
        try:
            return await self._jobs.run(claim)
        except StaleClaim:
            raise
        except MemoryError:
            raise
        except Exception as exc:  # noqa: BLE001 - whatever a run trips over, its booking must not be forgotten
            self._observer.loop_failed(JOBS, exc)
            return self._jobs.broken(claim)

    async def _fire_timers(self, _group: TaskGroup) -> int:
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
                trace=timer.trace,
            )
            await self._journal.fire(timer, event)
        if timers:
            self._bell.ring(INBOX)
        return len(timers)

    # ------------------------------------------------------------ leases

    async def _renew_leases(self, scope: anyio.CancelScope) -> None:
        with scope:
            while True:
                await anyio.sleep(self._lease.total_seconds() / 3)
                for claim, work in [*self._in_hand.works.values()]:
                    # What is done by now is no longer ours.
                    if id(claim) in self._in_hand.works:
                        await self._renew(work, partial(self._journal.renew, claim, self._lease))
                for job, work in [*self._jobs_in_hand.works.values()]:
                    if id(job) in self._jobs_in_hand.works:
                        await self._renew(work, partial(self._journal.renew_job, job, self._lease))

    async def _renew(self, work: anyio.CancelScope, renew: Callable[[], Awaitable[None]]) -> None:
        try:
            await renew()
        except StaleClaim:
            # Somebody else has it: whatever we would still do is theirs to do.
            work.cancel()
        except PortError as exc:
            self._observer.loop_failed("leases", exc)


def _traced(result: JobResult, span: Span) -> JobResult:
    """Have the trace go on with the news the job has, and with the jobs that follow it."""
    if result.booking:
        span.note(state=result.booking.state.value)
    trace = span.context
    if trace is None:
        return result
    return evolve(
        result,
        events=tuple(evolve(event, trace=trace) for event in result.events),
        jobs=tuple(evolve(job, trace=trace) for job in result.jobs),
    )
