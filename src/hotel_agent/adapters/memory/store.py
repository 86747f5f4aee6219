from attrs import frozen

from hotel_agent.adapters.memory.guests import MemoryGuestNames
from hotel_agent.adapters.memory.journal import MemoryJournal
from hotel_agent.adapters.memory.limits import MemoryQuotas, MemoryRateLimiter
from hotel_agent.adapters.memory.locks import MemoryLeases, MemoryLocks
from hotel_agent.adapters.memory.retention import MemoryRetention
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.dead_letters import DeadLetters
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.observer import Pool
from hotel_agent.ports.outbox import Outbox
from hotel_agent.ports.retention import Retention


@frozen(kw_only=True)
class MemoryStore:
    """Journal, locks and writer leases without a file: for trying things out and for tests."""

    journal: MemoryJournal
    locks: MemoryLocks
    leases: MemoryLeases
    guests: MemoryGuestNames
    limits: MemoryRateLimiter
    quotas: MemoryQuotas

    @classmethod
    def of(cls, *, clock: Clock, ids: IdSource) -> "MemoryStore":
        return cls(
            journal=MemoryJournal(clock),
            locks=MemoryLocks(clock, ids),
            leases=MemoryLeases(clock),
            guests=MemoryGuestNames(),
            limits=MemoryRateLimiter(clock),
            quotas=MemoryQuotas(clock),
        )

    def pools(self) -> tuple[Pool, ...]:
        """There is nothing that callers would have to wait for."""
        return ()

    @property
    def dead_letters(self) -> DeadLetters:
        return self.journal

    @property
    def retention(self) -> Retention:
        return MemoryRetention(self.journal, self.locks)

    @property
    def outbox(self) -> Outbox:
        return self.journal

    @property
    def wakeups(self) -> None:
        """There are no other processes."""
