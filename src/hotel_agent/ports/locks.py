from abc import abstractmethod
from datetime import datetime, timedelta
from typing import Protocol

from attrs import frozen

from hotel_agent.domain.ids import LockId, OwnerId, RoomId, TenantId
from hotel_agent.domain.locks import LockClaim, LockEntry, ReservationLock
from hotel_agent.domain.stays import Stay


class LockStore(Protocol):
    """
    Short, exclusive claims on concrete rooms for the nights of a stay.

    Past `expires_at`, by the store's clock, a lock does not exist. Safe to call from several tasks and processes. Every method
    raises `Unavailable` when the store does not answer: assume nothing then.
    """

    @abstractmethod
    async def acquire(self, claim: LockClaim, owner: OwnerId, ttl: timedelta) -> ReservationLock:
        """
        Lock the first free rooms among the claim's candidates, all nights or none.

        Repeating it for the same owner, stay and count answers the lock the owner already has, if its rooms are among the
        candidates (its expiry unchanged); an owner who is granted anything else gives up the old lock with it. A lock that is
        held is never given up so: it stays, and blocks its owner's other claims too.

        Raises:
            AlreadyLocked: too few candidates are free of other owners' locks; a lock the owner has stays as it is.

        """

    @abstractmethod
    async def extend(self, lock: LockId, owner: OwnerId, by: timedelta) -> ReservationLock:
        """
        Let it end *by* later than it would.

        Raises:
            LockLost: it is over, not the owner's, or was extended twice already.

        """

    @abstractmethod
    async def hold(self, lock: LockId, owner: OwnerId) -> ReservationLock:
        """
        Keep it without expiry until released. Safe to repeat.

        Raises:
            LockLost: it is over or not the owner's.

        """

    @abstractmethod
    async def release(self, lock: LockId, owner: OwnerId) -> None:
        """End it. Only its owner does; anybody else's call, and a repeated one, change nothing."""

    @abstractmethod
    async def get(self, lock: LockId) -> ReservationLock | None:
        """The lock if it exists now."""

    @abstractmethod
    async def standing(self, tenant: TenantId, stay: Stay | None = None) -> tuple[ReservationLock, ...]:
        """The tenant's locks that exist now and need a night of *stay* (all of them without one), oldest first."""

    @abstractmethod
    async def count(self) -> int:
        """How many locks exist now, over all hotels."""

    @abstractmethod
    async def trail(
        self, tenant: TenantId, *, room: RoomId | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[LockEntry, ...]:
        """
        What happened to locks, from *since* on: the newest *limit* entries, oldest first.

        An expiry is entered when it is noticed, with the instant it came due.
        """


@frozen(kw_only=True)
class Lease:
    """The right to write to one hotel's PMS. `fence` rises with every lease granted for it."""

    tenant: TenantId
    owner: str
    fence: int
    expires_at: datetime


class WriterLease(Protocol):
    """
    One writer per hotel over all processes, as far as leases go.

    It only makes contention rarer; correctness never depends on it.
    """

    @abstractmethod
    async def take(self, tenant: TenantId, owner: str, ttl: timedelta) -> Lease | None:
        """Take it if nobody else has it; None if somebody has. An owner who has it gets it anew with the same fence."""

    @abstractmethod
    async def give_up(self, lease: Lease) -> None:
        """Leave it to others. Harmless when it is lost already."""
