from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.ids import BookingId, ConversationId, EventId, TenantId
from hotel_agent.domain.rendered import Button, Card
from hotel_agent.domain.shedding import Situation
from hotel_agent.domain.turns import Answer, AuditEntry, Escalation


@frozen(kw_only=True)
class Line:
    """
    One line of a transcript. `position` rises within its conversation and says where to read on.

    `message_id` is the guest's own id of the message, or the outbox id of the agent's.
    """

    position: int
    by_guest: bool
    message_id: str
    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()
    cards: tuple[Card, ...] = ()
    at: datetime


@frozen(kw_only=True)
class Depth:
    """How much is waiting. `oldest_at` is when the longest waiting event was received."""

    events: int
    jobs: int
    timers: int
    dead: int
    oldest_at: datetime | None


@frozen(kw_only=True)
class Load:
    """
    How much is going on.

    `sessions` have not ended. `outgoing`: conversations in which something is to be sent, of which `outgoing_due_at` is since
    when the longest due one that nobody has in hand is due (None: none is). `undelivered`: messages that were set aside.
    """

    sessions: int
    outgoing: int
    outgoing_due_at: datetime | None
    undelivered: int


class Records(Protocol):
    """Read views of the journal's store. Nothing here changes anything."""

    @abstractmethod
    async def answer(self, root: EventId) -> Answer | None:
        """The latest answer to a guest's message; None while there is none yet."""

    @abstractmethod
    async def transcript(self, conversation: ConversationId, after: int = 0, limit: int = 200) -> tuple[Line, ...]:
        """What was said in a conversation after position *after*, oldest first."""

    @abstractmethod
    async def situation(self, conversation: ConversationId) -> Situation:
        """What is at stake in a conversation now; nothing in one that nobody has heard of."""

    @abstractmethod
    async def booking(self, booking: BookingId) -> Booking | None:
        """One booking as it is now."""

    @abstractmethod
    async def unsettled(self, limit: int = 100) -> tuple[Booking, ...]:
        """Bookings whose end is still open, oldest first."""

    @abstractmethod
    async def audit(
        self, tenant: TenantId, conversation: ConversationId | None = None, limit: int = 1000
    ) -> tuple[AuditEntry, ...]:
        """Who did what: the newest *limit* entries, oldest first."""

    @abstractmethod
    async def escalations(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[Escalation, ...]:
        """Conversations that need a person: the newest *limit*, oldest first."""

    @abstractmethod
    async def depth(self) -> Depth:
        """How much is waiting now."""

    @abstractmethod
    async def load(self) -> Load:
        """How much is going on now, by the store's clock."""
