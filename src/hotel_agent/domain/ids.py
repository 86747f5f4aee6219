"""Names of things, and how a turn mints new ones without any randomness of its own."""

import base64
import hashlib
from typing import NewType

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
        return self._digits(purpose)[:20].lower()

    def reference(self, purpose: str) -> Reference:
        """
        Return a booking reference: `ha-` and 26 upper-case base32 characters (130 bits).

        Upper case, because QloApps compares without case.
        """
        return Reference(REFERENCE_PREFIX + self._digits(f"reference:{purpose}")[:REFERENCE_LENGTH])

    def _digits(self, purpose: str) -> str:
        digest = hashlib.blake2b(purpose.encode(), key=self.seed.encode()[:64], digest_size=20).digest()
        return base64.b32encode(digest).decode()
