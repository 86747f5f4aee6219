from collections.abc import Sequence
from datetime import timedelta

from attrs import define, field

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.turns import Escalation, Job, Turn
from hotel_agent.ports.observer import NOTHING, Observer, Sample, Spent


class Unmoved(Observer):
    """Hears everything and does nothing."""

    def turn_taken(self, turn: Turn, took: timedelta, *, opened: bool = False, spent: Spent = NOTHING) -> None: ...
    def turn_failed(self, event: Event, error: BaseException, *, set_aside: bool) -> None: ...
    def message_taken(self, tenant: TenantId, *, new: bool) -> None: ...
    def called(self, part: str, operation: str, status: str, took: timedelta) -> None: ...
    def breaker_moved(self, part: str, state: str) -> None: ...
    def breaker_heard(self, part: str, state: str, result: str, failures: int) -> None: ...
    def cached(self, part: str, *, hit: bool) -> None: ...
    def lock_moved(self, act: str, result: str) -> None: ...
    def sampled(self, sample: Sample) -> None: ...
    def limited(self, scope: str) -> None: ...
    def job_done(self, job: Job, booking: Booking | None, *, again: bool, escalations: Sequence[Escalation] = ()) -> None: ...
    def loop_failed(self, loop: str, error: BaseException) -> None: ...


@define
class Witness(Unmoved):
    """Keeps what it is told, as (what, details) in order."""

    turns: list[Event] = field(factory=list)
    failed_turns: list[tuple[str, bool]] = field(factory=list)
    """The error's name, and whether the event was set aside."""
    taken: list[bool] = field(factory=list)
    calls: list[tuple[str, str, str]] = field(factory=list)
    moves: list[str] = field(factory=list)
    jobs: list[tuple[str, bool]] = field(factory=list)
    """Kind of job, and whether it will run again."""
    failed_loops: list[tuple[str, str]] = field(factory=list)
    cache: list[bool] = field(factory=list)
    locks: list[tuple[str, str]] = field(factory=list)
    limits: list[str] = field(factory=list)
    samples: list[Sample] = field(factory=list)

    def cached(self, part: str, *, hit: bool) -> None:
        self.cache.append(hit)

    def lock_moved(self, act: str, result: str) -> None:
        self.locks.append((act, result))

    def sampled(self, sample: Sample) -> None:
        self.samples.append(sample)

    def limited(self, scope: str) -> None:
        self.limits.append(scope)

    def turn_taken(self, turn: Turn, took: timedelta, *, opened: bool = False, spent: Spent = NOTHING) -> None:
        self.turns.append(turn.event)

    def turn_failed(self, event: Event, error: BaseException, *, set_aside: bool) -> None:
        self.failed_turns.append((type(error).__name__, set_aside))

    def message_taken(self, tenant: TenantId, *, new: bool) -> None:
        self.taken.append(new)

    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        self.calls.append((part, operation, status))

    def breaker_moved(self, part: str, state: str) -> None:
        self.moves.append(state)

    def job_done(
        self,
        job: Job,
        booking: Booking | None,
        *,
        again: bool,
        escalations: Sequence[Escalation] = (),
    ) -> None:
        self.jobs.append((job.kind, again))

    def loop_failed(self, loop: str, error: BaseException) -> None:
        self.failed_loops.append((loop, type(error).__name__))
