"""Names of things, and how a turn mints new ones without any randomness of its own."""

import hashlib
from collections.abc import Iterator
from typing import Final, NewType

from attrs import field, frozen

TenantId = NewType("TenantId", str)
ConversationId = NewType("ConversationId", str)
EventId = NewType("EventId", str)
MessageId = NewType("MessageId", str)
OfferId = NewType("OfferId", str)
LockId = NewType("LockId", str)
OwnerId = NewType("OwnerId", str)
BookingId = NewType("BookingId", str)
JobId = NewType("JobId", str)
TimerId = NewType("TimerId", str)
OutboxId = NewType("OutboxId", str)
RoomId = NewType("RoomId", str)
RoomTypeId = NewType("RoomTypeId", str)
ReservationId = NewType("ReservationId", str)
Reference = NewType("Reference", str)

REFERENCE_PREFIX = "ha-"
REFERENCE_LENGTH = 26

_MINTED_LENGTH = 20
_MOST_BYTES: Final = 20
_SIGNS: Final = b"abcdefghijklmnopqrstuvwxyz234567".ljust(256)


def _halvings() -> Iterator[tuple[int, int, int]]:
    """Yield, for halves of 80 bits down to those of 5: how far the upper half moves, which bits stay and which move."""
    for bits in (80, 40, 20, 10, 5):
        lane = bits * 8 // 5
        staying = sum(((1 << bits) - 1) << n * 2 * lane for n in range(128 // lane))
        yield lane - bits, staying, staying << bits


_HALVINGS: Final = tuple(_halvings())


def base32(raw: bytes, length: int) -> str:
    """
    Return the first *length* characters of the base32 (RFC 4648) of *raw*, at most 20 bytes, in lower case, zeros added.

    A turn names a dozen things. So all five-bit groups move to bytes of their own at once, by halves, which takes a third of
    the time of the standard library's way through them one after the other.
    """
    groups = int.from_bytes(raw.ljust(_MOST_BYTES, b"\0"), "big")
    for shift, staying, moving in _HALVINGS:
        groups = groups & staying | (groups & moving) << shift
    return groups.to_bytes(_MOST_BYTES * 8 // 5, "big").translate(_SIGNS)[:length].decode()


@frozen
class TurnIds:
    """
    The ids that one turn may mint, all derived from the *seed* that was drawn at random when the event arrived.

    A turn that is repeated after a crash mints the same ids again, so what it had already asked of the lock store or the PMS
    is recognised.
    """

    seed: str = field(repr=False)

    def mint(self, purpose: str) -> str:
        """Return 20 lower-case characters, the same for the same *purpose* of the same turn."""
        return base32(self._digest(purpose), _MINTED_LENGTH)

    def reference(self, purpose: str) -> Reference:
        """
        Return a booking reference: `ha-` and 26 upper-case base32 characters (130 bits).

        Upper case, because QloApps compares without case.
        """
        return Reference(REFERENCE_PREFIX + base32(self._digest(f"reference:{purpose}"), REFERENCE_LENGTH).upper())

    def _digest(self, purpose: str) -> bytes:
        return hashlib.blake2b(purpose.encode(), key=self.seed.encode()[:64], digest_size=20).digest()
