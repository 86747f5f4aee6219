from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from attrs import frozen

from hotel_agent.domain.ids import ConversationId, EventId, TenantId


@frozen(kw_only=True)
class DeadLetter:
    """
    An event that was set aside because it could not be handled. Nothing that the guest wrote is here.

    `reason` names the last error, `tries` counts the claims before it was given up.
    """

    event: EventId
    tenant: TenantId
    conversation: ConversationId
    reason: str
    tries: int
    received_at: datetime


class DeadLetters(Protocol):
    """Events that were set aside, for people who look after them. Safe to call from several tasks and processes."""

    @abstractmethod
    async def dead_letters(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[DeadLetter, ...]:
        """
        What was set aside and neither re-driven nor dropped since, in order of arrival.

        Raises:
            Unavailable: the store did not answer.

        """

    @abstractmethod
    async def redrive(self, event: EventId) -> bool:
        """
        Let it wait in its conversation's inbox again, in its old place and with no tries counted.

        The transcript does not repeat what was said. False if no such event is set aside: so repeating is harmless.

        Raises:
            Unavailable: nothing was changed, or it may have been: repeating is safe.

        """

    @abstractmethod
    async def drop(self, event: EventId) -> bool:
        """
        List it no more. Its message stays known, so that one sent again is not handled either.

        Answers and errors as for `redrive`.
        """
