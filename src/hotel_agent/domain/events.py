"""What a conversation reacts to."""

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from hotel_agent.domain.ids import BookingId, ConversationId, EventId, MessageId, TenantId, TimerId


class Channel(StrEnum):
    """Where messages come from and go to. For an API caller it is a label only."""

    API = "api"
    WEBCHAT = "webchat"
    WHATSAPP = "whatsapp"
    EMAIL = "email"


@frozen(kw_only=True)
class GuestMessage:
    """
    What a guest wrote. `choice` is the id of a button or list row pressed, if any.

    `sent_at` is the sender's instant where the channel tells it, else the instant of receipt.
    """

    message_id: MessageId
    text: str = field(repr=False)
    sent_at: datetime
    choice: str | None = None


class Settled(StrEnum):
    """How a job stands now, as told to its conversation."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CHECKING = "checking"
    CANCELLED = "cancelled"
    NOT_CANCELLED = "not_cancelled"
    STAFF_TOLD = "staff_told"


@frozen(kw_only=True)
class BookingNews:
    """A job has moved a booking: the booking itself is in the journal by then."""

    booking: BookingId
    news: Settled


class TimerKind(StrEnum):
    SESSION_END = "session_end"
    LOCK_END = "lock_end"


@frozen(kw_only=True)
class TimerFired:
    timer: TimerId
    kind: TimerKind
    subject: str


Content = GuestMessage | BookingNews | TimerFired


@frozen(kw_only=True)
class Event:
    """
    Something in a conversation's inbox.

    `dedupe_key` is unique within its tenant (channel + account + message id for a guest's message). `root` is the guest's
    message that began it all (itself for a message): answers are kept by root. `seed` is drawn at random at intake; all ids
    the turn mints come from it. Waiting events are handled by (`order_at`, arrival), not before `ready_at`: `order_at` is the
    sender's instant, `ready_at` later than `received_at` only on channels that reorder.
    """

    id: EventId
    tenant: TenantId
    conversation: ConversationId
    channel: Channel
    dedupe_key: str
    seed: str = field(repr=False)
    root: EventId
    received_at: datetime
    order_at: datetime
    ready_at: datetime
    content: Content


@frozen(kw_only=True)
class Timer:
    """Something to be told to a conversation at `due_at`, once. Setting a timer of the same id replaces it."""

    id: TimerId
    tenant: TenantId
    conversation: ConversationId
    channel: Channel
    kind: TimerKind
    subject: str
    due_at: datetime
