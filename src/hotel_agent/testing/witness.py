from datetime import timedelta

from attrs import define, field

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.turns import Answer, Job
from hotel_agent.ports.observer import Observer


@define
class Witness(Observer):
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

    def turn_taken(self, event: Event, answer: Answer | None, took: timedelta) -> None:  # noqa: ARG002
        self.turns.append(event)

    def turn_failed(self, event: Event, error: BaseException, *, set_aside: bool) -> None:  # noqa: ARG002
        self.failed_turns.append((type(error).__name__, set_aside))

    def message_taken(self, tenant: TenantId, *, new: bool) -> None:  # noqa: ARG002
        self.taken.append(new)

    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:  # noqa: ARG002
        self.calls.append((part, operation, status))

    def breaker_moved(self, part: str, state: str) -> None:  # noqa: ARG002
        self.moves.append(state)

    def job_done(self, job: Job, booking: Booking | None, *, again: bool) -> None:  # noqa: ARG002
        self.jobs.append((job.kind, again))

    def loop_failed(self, loop: str, error: BaseException) -> None:
        self.failed_loops.append((loop, type(error).__name__))
