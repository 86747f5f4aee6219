"""What one handled event changes, committed as one."""

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.events import Channel, Event, Timer
from hotel_agent.domain.ids import (
    BookingId,
    ConversationId,
    EventId,
    JobId,
    OutboxId,
    Reference,
    ReservationId,
    TenantId,
    TimerId,
)
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.rendered import Button, Card
from hotel_agent.domain.replies import Reply
from hotel_agent.domain.requests import Request
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.understanding import Intent, Language


class Status(StrEnum):
    """How the turn went, as an API caller sees it."""

    SUCCESS = "success"
    CLARIFICATION = "clarification"
    FALLBACK = "fallback"
    DEGRADED = "degraded"
    ESCALATED = "escalated"


@frozen(kw_only=True)
class Searched:
    """What was searched in this turn and what came of it."""

    stay: Stay
    occupancy: Occupancy
    assumed: frozenset[str]
    offers: tuple[Offer, ...] = ()


@frozen(kw_only=True)
class BookingView:
    """A booking as its own guest may see it."""

    reference: Reference
    state: str
    reservation: ReservationId | None = None


@frozen(kw_only=True)
class Answer:
    """
    The latest result of a guest's message, kept by its root event (architecture section 12).

    `open` is true while work this message caused is still going on, so a better answer may follow.
    """

    status: Status
    intent: Intent
    confidence: float
    language: Language
    fallback_used: bool = False
    text: str = field(default="", repr=False)
    buttons: tuple[Button, ...] = ()
    searched: Searched | None = None
    lock_acquired: bool | None = None
    booking: BookingView | None = None
    open: bool = False


class JobKind(StrEnum):
    """The changes to the outside that exist."""

    BOOK = "book"
    CANCEL = "cancel"
    AMEND = "amend"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    WATCH = "watch"
    """Look for late twins of a booking that was submitted again or whose answer was lost."""


@frozen(kw_only=True)
class Job:
    """A change to the outside, committed with the turn that decided it. `round` counts the looks of a WATCH, from 0."""

    id: JobId
    kind: JobKind
    tenant: TenantId
    conversation: ConversationId
    channel: Channel
    booking: BookingId
    due_at: datetime
    round: int = 0
    trace: str | None = None


@frozen(kw_only=True)
class OutboxMessage:
    """Something to be said. Conversations are answered in the order of commits, then `position`."""

    id: OutboxId
    tenant: TenantId
    conversation: ConversationId
    channel: Channel
    root: EventId
    position: int
    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()
    cards: tuple[Card, ...] = ()
    menu: str = ""
    created_at: datetime
    trace: str | None = None


class AuditAct(StrEnum):
    SUBMITTED = "booking_submitted"
    CHECKING = "booking_checking"
    RESUBMITTED = "booking_resubmitted"
    CONFIRMED = "booking_confirmed"
    REJECTED = "booking_rejected"
    TWIN_CANCELLED = "twin_cancelled"
    CANCEL_ASKED = "cancel_asked"
    CANCELLED = "booking_cancelled"
    NOT_CANCELLED = "cancel_failed"
    ADOPTED = "reservation_matched"
    NOT_MATCHED = "reservation_not_matched"
    CHANGE_ASKED = "change_asked"
    CHANGE_SENT = "change_sent"
    CHANGED = "reservation_changed"
    NOT_CHANGED = "change_refused"
    ESCALATED = "escalated"
    SET_ASIDE = "event_set_aside"
    SESSION_ENDED = "session_ended"
    TAKEN_OVER = "taken_over"
    HANDED_BACK = "handed_back"
    RECEIPT_KEPT = "receipt_kept"
    """`subject` is the channel's id of the file, `detail` its type."""


@frozen(kw_only=True)
class AuditEntry:
    """Who did what, when: ids and states only, never what was said."""

    at: datetime
    tenant: TenantId
    conversation: ConversationId
    act: AuditAct
    subject: str = ""
    detail: str = ""


class Need(StrEnum):
    """What a person is needed for. `service` and `complaint` are tickets."""

    PERSON = "person"
    QUESTION = "question"
    SERVICE = "service"
    COMPLAINT = "complaint"
    TROUBLE = "trouble"
    """Something did not work: a booking that cannot be settled, a message that could not be delivered."""


class Priority(StrEnum):
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@frozen(kw_only=True)
class Escalation:
    """
    A conversation that needs a person. One of the same id is kept once.

    `about` is the topic of a ticket. `pressing` goes before the others (no water, a door that does not open). `summary` is the
    guest's own message, cut short: it is for staff and never for a log.
    """

    id: str
    tenant: TenantId
    conversation: ConversationId
    at: datetime
    reason: str
    urgent: bool = False
    need: Need = Need.TROUBLE
    about: str = ""
    pressing: bool = False
    summary: str = field(default="", repr=False)
    language: Language | None = None
    channel: Channel | None = None

    @property
    def priority(self) -> Priority:
        if self.urgent:
            return Priority.URGENT
        return Priority.HIGH if self.pressing else Priority.NORMAL

    @property
    def is_ticket(self) -> bool:
        return self.need in {Need.SERVICE, Need.COMPLAINT}


@frozen(kw_only=True)
class Step:
    """
    What the dialogue decided.

    With `request` set it is not done: perform the request and call `step` again with the outcome appended to the answers.
    """

    session: Session
    request: Request | None = None
    replies: tuple[Reply, ...] = ()
    answer: Answer | None = None
    bookings: tuple[Booking, ...] = ()
    jobs: tuple[Job, ...] = ()
    timers: tuple[Timer, ...] = ()
    dropped_timers: tuple[TimerId, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    set_aside: str | None = None


@frozen(kw_only=True)
class Turn:
    """
    All that handling one event changes; a journal commits it whole or not at all.

    `set_aside` gives the reason when the event could not be handled and is kept as a dead letter. `answer` replaces the
    root's latest answer; None leaves it.
    """

    event: Event
    session: Session
    bookings: tuple[Booking, ...] = ()
    jobs: tuple[Job, ...] = ()
    outbox: tuple[OutboxMessage, ...] = ()
    timers: tuple[Timer, ...] = ()
    dropped_timers: tuple[TimerId, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    answer: Answer | None = None
    set_aside: str | None = None


@frozen(kw_only=True)
class JobResult:
    """
    What running a job changes; recorded whole or not at all.

    `retry_at` None: the job is done.
    """

    booking: Booking | None = None
    events: tuple[Event, ...] = ()
    jobs: tuple[Job, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    retry_at: datetime | None = None
