"""Getting what the agent said to the guest on channels that are pushed to."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, TenantId

PULLED: Final = frozenset({Channel.API, Channel.WEBCHAT})
"""Channels whose guests fetch what was said: nothing is ever sent to them."""


@frozen(kw_only=True)
class Address:
    """Where a conversation's guest is reached: the hotel's *account* on the channel, and the guest's *recipient* there."""

    tenant: TenantId
    conversation: ConversationId
    channel: Channel
    account: str
    recipient: str = field(repr=False)

    def __attrs_post_init__(self) -> None:
        if self.channel in PULLED:
            raise InvalidValue(f"nothing is sent to {self.channel}: its guests fetch what was said")


class DeliveryStatus(StrEnum):
    """
    What a channel told of a message, from the least to the most that is known of it.

    A failure told after a delivery is not believed; a delivery told after a failure is.
    """

    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"

    @property
    def rank(self) -> int:
        return list(DeliveryStatus).index(self)

    def follows(self, before: "DeliveryStatus | None") -> bool:
        """Say whether it tells more than what was known *before*: statuses never go backwards."""
        return before is None or self.rank > before.rank


@frozen(kw_only=True)
class Pace:
    """At most *burst* messages at once to one guest, then one *every*."""

    every: timedelta = timedelta()
    burst: int = 1

    def __attrs_post_init__(self) -> None:
        if self.burst < 1 or self.every < timedelta():
            raise InvalidValue("a pace lets at least one message through, and time does not go back")

    def after(self, full_at: datetime, now: datetime) -> tuple[datetime, datetime]:
        """
        Count one message sent *now*, when the whole burst was to be free again at *full_at*.

        Returns when it is free again from now on, and when the next message may go.
        """
        full_at = max(full_at, now) + self.every
        return full_at, max(now, full_at - self.every * (self.burst - 1))
