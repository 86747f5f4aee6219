"""What an auditor gets to see of a simulated world: what guests sent and received, the hotels' books, the trails."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from attrs import field, frozen

from hotel_agent.domain.ids import ConversationId, TenantId
from hotel_agent.domain.locks import LockEntry
from hotel_agent.domain.reservations import Guest, Reservation
from hotel_agent.domain.turns import AuditEntry, Escalation
from hotel_agent.ports.records import Line

HOLD_BACK: Final = timedelta(milliseconds=500)
"""How long a channel that reorders has its messages held back for those that they overtook."""


@frozen(kw_only=True)
class Sent:
    """
    A message a guest sent.

    `stamped_at` is the instant the channel vouches for (None: it vouches for none). `offered_at` is when it first came to the
    service, `taken_at` when that first said that it has it; None if it never did.
    """

    message_id: str
    text: str
    agrees: bool
    sent_at: datetime
    stamped_at: datetime | None
    offered_at: datetime | None = None
    taken_at: datetime | None = None


@frozen(kw_only=True)
class Correspondence:
    """One guest's side of a conversation: `lines` is what the guest's screen shows in the end."""

    tenant: TenantId
    conversation: ConversationId
    guest: Guest
    sent: tuple[Sent, ...]
    lines: tuple[Line, ...]


@frozen(kw_only=True)
class Books:
    """
    One hotel at the end: its books, and what our own trails say.

    `standing` counts reservation locks that are left.
    """

    reservations: tuple[Reservation, ...]
    locks: tuple[LockEntry, ...]
    standing: int
    audit: tuple[AuditEntry, ...]
    escalations: tuple[Escalation, ...]


@frozen(kw_only=True)
class History:
    """`waiting` names what had not come to rest when the simulation ended; `deaths` are errors no fault accounts for."""

    hotels: Mapping[TenantId, Books]
    conversations: tuple[Correspondence, ...]
    waiting: tuple[str, ...] = ()
    deaths: tuple[str, ...] = field(default=())
