from abc import abstractmethod
from datetime import timedelta
from typing import Protocol

from hotel_agent.domain.delivery import Address, Pace
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.turns import OutboxMessage


class Throttled(Unavailable):
    """The channel takes no more messages for a while; this one was not sent. Each further try waits *growth* times as long."""

    code = "throttled"

    def __init__(self, retry_after: timedelta, growth: int = 1) -> None:
        super().__init__()
        self.retry_after = retry_after
        self.growth = growth


class ChannelSender(Protocol):
    """Sends to guests on one channel. Safe to call from several tasks."""

    @property
    @abstractmethod
    def pace(self) -> Pace:
        """How fast one guest may be written to."""

    @abstractmethod
    async def send(self, message: OutboxMessage, address: Address) -> str:
        """
        Send it once, with the message's id where the channel gives it back, and return the channel's own id of it.

        Raises:
            Throttled: it was not sent; not before its `retry_after`.
            Unavailable: it was not sent; it may be tried again.
            BreakerOpen: the channel was not asked; it may be tried again from `retry_at` on.
            OutcomeUnknown: it may have been sent.
            Rejected: this message will never be taken.

        """
