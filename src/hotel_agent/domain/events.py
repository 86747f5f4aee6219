"""What a conversation reacts to."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from hotel_agent.domain.ids import BookingId, ConversationId, EventId, MessageId, TenantId, TimerId


class Channel(StrEnum):
    """Where messages come from and go to. For an API caller it is a label only."""

    API = "api"
    WEBCHAT = "webchat"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    STAFF = "staff"
    """The hotel's own people: tickets and escalations go there, no guest writes from it."""


class AttachmentKind(StrEnum):
    """What a message carries besides a text, or instead of one."""

    AUDIO = "audio"
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACTS = "contacts"
    ORDER = "order"
    UNSUPPORTED = "unsupported"
    REACTION = "reaction"
    EDIT = "edit"
    DELETION = "deletion"
    SYSTEM = "system"
    UNREADABLE = "unreadable"
    """The channel said something that could not be read: a person has to look."""


RECORDED_ONLY: Final = frozenset({AttachmentKind.REACTION, AttachmentKind.EDIT, AttachmentKind.DELETION, AttachmentKind.SYSTEM})
"""Kept like everything else, and answered by nothing."""


@frozen(kw_only=True)
class Attachment:
    """
    `media` is the channel's id of a file, to be fetched from it. `words` are what is written in it: a place, a name, an emoji.

    What could not be read has all that came as its `words`.
    """

    kind: AttachmentKind
    media: str | None = None
    mime: str | None = None
    words: str = field(default="", repr=False)


@frozen(kw_only=True)
class GuestMessage:
    """
    What a guest wrote, or said where there is a recording and a text. `choice` is the id of a button or list row pressed.

    `sent_at` is the sender's instant where the channel tells it, else the instant of receipt. `quotes` is the message it
    replies to, changes, deletes or reacts to. `phone` is the guest's own number (E.164) where the channel proves it.
    """

    message_id: MessageId
    text: str = field(repr=False)
    sent_at: datetime
    choice: str | None = None
    attachment: Attachment | None = None
    quotes: MessageId | None = None
    phone: str | None = field(default=None, repr=False)

    @property
    def is_recording(self) -> bool:
        """Tell whether the guest spoke: the text, if there is one, is what was made of it."""
        return self.attachment is not None and self.attachment.kind is AttachmentKind.AUDIO


class Settled(StrEnum):
    """How a job stands now, as told to its conversation."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CHECKING = "checking"
    CANCELLED = "cancelled"
    NOT_CANCELLED = "not_cancelled"
    CHANGED = "changed"
    NOT_CHANGED = "not_changed"
    CHECKED_IN = "checked_in"
    NOT_CHECKED_IN = "not_checked_in"
    CHECKED_OUT = "checked_out"
    NOT_CHECKED_OUT = "not_checked_out"
    STAFF_TOLD = "staff_told"


@frozen(kw_only=True)
class BookingNews:
    """A job has moved a booking: the booking itself is in the journal by then."""

    booking: BookingId
    news: Settled


class TimerKind(StrEnum):
    SESSION_END = "session_end"
    LOCK_END = "lock_end"
    STAFF_END = "staff_end"
    LOOK_AGAIN = "look_again"


@frozen(kw_only=True)
class TimerFired:
    timer: TimerId
    kind: TimerKind
    subject: str


class StaffMove(StrEnum):
    TAKE_OVER = "take_over"
    HAND_BACK = "hand_back"


@frozen(kw_only=True)
class StaffAct:
    """
    What staff does with a conversation. While they have it the agent stays silent.

    `until` ends a take-over by itself; None: it lasts until it is handed back.
    """

    move: StaffMove
    until: datetime | None = None


@frozen(kw_only=True)
class StaffNotice:
    """Something for the hotel's own people to be told; `text` is what is sent to them, as it is."""

    escalation: str
    text: str = field(repr=False)


Content = GuestMessage | BookingNews | TimerFired | StaffAct | StaffNotice


@frozen(kw_only=True)
class Event:
    """
    Something in a conversation's inbox.

    `dedupe_key` is unique within its tenant (channel + account + message id for a guest's message). `root` is the guest's
    message that began it all (itself for a message): answers are kept by root. `seed` is drawn at random at intake; all ids
    the turn mints come from it. Waiting events are handled by (`order_at`, arrival), not before `ready_at`: `order_at` is the
    sender's instant, and `ready_at` later than `received_at`, only on channels that reorder. `trace` is where its trace goes
    on, a W3C `traceparent`: carried and never looked into.
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
    trace: str | None = None


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
    trace: str | None = None
