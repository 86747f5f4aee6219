from abc import abstractmethod
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from attrs import field, frozen

from hotel_agent.domain.delivery import Address, DeliveryStatus, Pace
from hotel_agent.domain.ids import ConversationId, OutboxId, TenantId
from hotel_agent.domain.turns import Escalation, OutboxMessage


@frozen(kw_only=True)
class OutboxClaim:
    """
    One message to be sent, owned for a while.

    `tries` counts the claims, this one included. `unknowns` counts sends whose outcome nobody learnt. `lapsed`: an owner before
    was given the message and never settled it, so it may have been sent.
    """

    message: OutboxMessage
    address: Address
    owner: str
    fence: int
    tries: int
    unknowns: int
    lapsed: bool


@frozen(kw_only=True)
class Sent:
    """The channel took it under *provider_id*; the next message of the conversation keeps the *pace*."""

    provider_id: str
    pace: Pace = field(factory=Pace)


@frozen(kw_only=True)
class Retry:
    """It was not sent; another try after *delay*. This one does not count if the channel was not even *asked*."""

    delay: timedelta
    reason: str
    asked: bool = True


@frozen(kw_only=True)
class Unknown:
    """It may have been sent: nothing of this conversation goes on until a status tells, or *wait* has passed."""

    wait: timedelta


@frozen(kw_only=True)
class SetAside:
    """It will not be sent; staff is *told*, and the conversation's next message goes on."""

    reason: str
    told: Escalation


Settlement = Sent | Retry | Unknown | SetAside


@frozen(kw_only=True)
class StatusNews:
    """What a channel tells of a message: by our own *message* id where it gives that back, else by its *provider_id*."""

    status: DeliveryStatus
    provider_id: str | None = None
    message: OutboxId | None = None


@frozen(kw_only=True)
class Undelivered:
    """A message that was set aside. Nothing of its text is here."""

    message: OutboxId
    tenant: TenantId
    conversation: ConversationId
    reason: str
    tries: int
    at: datetime


class Outbox(Protocol):
    """
    The way out: what turns said to guests on channels that are pushed to, sent one after the other in each conversation.

    Safe to call from several tasks and processes. Leases and delays run by the store's clock.
    """

    @abstractmethod
    async def reach(self, address: Address) -> None:
        """
        From now on what is said in its conversation is to be sent there; the latest address counts, and the latest `heard_at`.

        Safe to repeat.

        Conversations without an address are those of channels whose guests fetch what was said.

        Raises:
            Unavailable: it may not be known.

        """

    @abstractmethod
    async def claim_due(
        self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()
    ) -> tuple[OutboxClaim, ...]:
        """
        Own the next message of up to *limit* conversations that are due and that nobody owns, longest due first.

        Those of the tenants in *passing* are passed over and stay due.
        """

    @abstractmethod
    async def settle(self, claim: OutboxClaim, settlement: Settlement) -> None:
        """
        Write how the send went and own it no longer.

        If a status has told meanwhile that the channel has it, nothing but `Sent` changes that.

        Raises:
            StaleClaim: it is not owned any more: settled already, or by somebody else; nothing was written.
            Unavailable: it was not written, or may have been: repeating is safe.

        """

    @abstractmethod
    async def status(self, news: StatusNews, told: Escalation) -> bool:
        """
        Write what a channel told, in whatever order and however often it does; a status never goes backwards.

        It settles a send whose outcome was unknown. Staff is *told* when a message failed. False if it is no news, or of no
        message of ours.
        """

    @abstractmethod
    async def standing(self, message: OutboxId) -> DeliveryStatus | None:
        """What is known of a message that was to be sent; None if nothing is yet."""

    @abstractmethod
    async def undelivered(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[Undelivered, ...]:
        """Messages that were set aside, longest ago first."""
