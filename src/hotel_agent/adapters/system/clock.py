from datetime import UTC, datetime

from hotel_agent.ports.clock import Clock


class SystemClock(Clock):
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the one place that asks the machine
