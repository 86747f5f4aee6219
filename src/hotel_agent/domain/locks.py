"""Reservation locks as values: who may decide about which rooms for which nights, and until when."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from attrs import evolve, field, frozen

from hotel_agent.domain.errors import AlreadyLocked, InvalidValue
from hotel_agent.domain.ids import LockId, OwnerId, RoomId, TenantId
from hotel_agent.domain.stays import Stay

MAX_EXTENSIONS = 2


@frozen(kw_only=True)
class LockClaim:
    """
    What somebody wants to lock: the first *count* of *candidates* that no lock stands in the way of, for every night of *stay*.

    Others' locks stand in the way, and so does what the owner holds without expiry: it belongs to a booking being settled. What
    else the owner has locked gives way to the new lock.

    Raises:
        InvalidValue: no room is wanted, or a candidate is named twice.

    """

    tenant: TenantId
    candidates: tuple[RoomId, ...]
    stay: Stay
    count: int = 1

    def __attrs_post_init__(self) -> None:
        if self.count < 1:
            raise InvalidValue("at least one room is locked")
        if len(set(self.candidates)) != len(self.candidates):
            raise InvalidValue("a candidate is named once")

    def met_by(self, lock: "ReservationLock") -> bool:
        """Tell whether *lock* already is what is claimed here, so that claiming it again is a repeat."""
        return self.stay == lock.stay and self.count == len(lock.rooms) and set(lock.rooms) <= set(self.candidates)


@frozen(kw_only=True)
class ReservationLock:
    """
    A short, exclusive claim on concrete rooms for the nights of a stay.

    Past `expires_at` it does not exist; None means that it is held until released, because its booking is being settled.
    `fence` rises with every lock granted by a store, so a late act of an earlier owner can be told from the present one's.
    """

    id: LockId
    tenant: TenantId
    rooms: tuple[RoomId, ...]
    stay: Stay
    owner: OwnerId
    expires_at: datetime | None
    extensions: int = 0
    fence: int = 0

    def exists(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at

    def blocks(self, room: RoomId, stay: Stay) -> bool:
        """Tell whether it stands in the way of *room* for any night of *stay*; how the dates are written does not matter."""
        return room in self.rooms and self.stay.overlaps(stay)

    def extended_to(self, expires_at: datetime) -> "ReservationLock":
        """
        Give the owner more time; never less than there is.

        Raises:
            InvalidValue: it was extended twice already.

        """
        if self.expires_at is None:
            return self
        if self.extensions >= MAX_EXTENSIONS:
            raise InvalidValue(f"a lock is extended at most {MAX_EXTENSIONS} times")
        return evolve(self, expires_at=max(expires_at, self.expires_at), extensions=self.extensions + 1)


def choose_rooms(claim: LockClaim, others: Iterable[ReservationLock], now: datetime) -> tuple[RoomId, ...]:
    """
    Pick the first candidates that no lock in *others* blocks.

    Raises:
        AlreadyLocked: fewer are left than the claim wants.

    """
    standing = [lock for lock in others if lock.tenant == claim.tenant and lock.exists(now)]
    free = [room for room in claim.candidates if not any(lock.blocks(room, claim.stay) for lock in standing)]
    if len(free) < claim.count:
        raise AlreadyLocked
    return tuple(free[: claim.count])


class LockAct(StrEnum):
    """What happened to a lock, for its audit trail."""

    ACQUIRE = "acquire"
    CONFLICT = "conflict"
    EXTEND = "extend"
    HOLD = "hold"
    RELEASE = "release"
    EXPIRE = "expire"


@frozen(kw_only=True)
class LockEntry:
    """One line of the audit trail: who did what to which rooms and nights, when. `lock` is None for a conflict."""

    at: datetime
    act: LockAct
    tenant: TenantId
    rooms: tuple[RoomId, ...]
    stay: Stay
    owner: OwnerId
    lock: LockId | None = field(default=None)
