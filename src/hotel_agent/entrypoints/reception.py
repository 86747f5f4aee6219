"""What a WhatsApp webhook brings, into the journal: every element, or none that is not told to Meta to send again."""

import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import anyio
import structlog
from attrs import define, field, frozen

from hotel_agent.adapters.whatsapp.received import Message, Notice, Person, Received, StatusOfMessage, Unreadable
from hotel_agent.adapters.whatsapp.tracking import read_tracked
from hotel_agent.application.delivery import Delivery
from hotel_agent.application.guests import Guests, Names, Place
from hotel_agent.application.intake import Incoming, Intake, conversation_named, readable
from hotel_agent.domain.delivery import Address, DeliveryStatus
from hotel_agent.domain.errors import PortError, Unavailable
from hotel_agent.domain.events import RECORDED_ONLY, Attachment, AttachmentKind, Channel
from hotel_agent.domain.ids import ConversationId, TenantId
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.observer import Observer
from hotel_agent.ports.outbox import Outbox, StatusNews

HOLD_BACK: Final = timedelta(milliseconds=500)
"""How long a message waits for one that was sent before it (architecture section 4)."""
_LOG = structlog.get_logger(__name__)
_AT_ONCE: Final = 32
_REACH_AGAIN: Final = timedelta(minutes=1)
"""Whom we reach is written again no sooner: the 24 h may so seem a minute shorter than they are."""
_MOST_KNOWN: Final = 50_000
_NOBODY: Final = "#unreadable"


@frozen(kw_only=True)
class _Heard:
    """The guest's latest message to this process: when it was sent, and when it came (seconds of the loop's clock)."""

    sent_at: datetime
    came_at: float


@define(eq=False)
class WhatsAppReception:
    """
    Takes in what was read of a webhook.

    *tenants* says whose each number is (by `phone_number_id`); what comes to any other is set aside under *default_tenant*.
    *shown* is told of each new message that will be answered (number, message).
    """

    _tenants: Mapping[str, TenantId]
    _default_tenant: TenantId
    _intake: Intake
    _guests: Guests
    _outbox: Outbox
    _delivery: Delivery
    _clock: Clock
    _observer: Observer
    _shown: Callable[[str, str], None]
    _reached: dict[ConversationId, Address] = field(factory=dict, init=False)
    _heard: dict[ConversationId, _Heard] = field(factory=dict, init=False)

    async def take(self, received: Sequence[Received]) -> None:
        """
        Keep all of it; it is durable when this returns. What came before is recognised.

        Raises:
            Unavailable: some of it was not kept; sending all of it again is safe.

        """
        works: list[Callable[[], Awaitable[None]]] = []
        by_sender: dict[tuple[str, str | None], list[Message]] = defaultdict(list)
        for one in received:
            match one:
                case Message(changed=None):
                    by_sender[one.account, one.sender.user_id or one.sender.phone].append(one)
                case Message():
                    # Before whatever comes under the new name in the same batch.
                    await self._in_order([one])
                case StatusOfMessage():
                    works.append(partial(self._status, one))
                case Notice():
                    _LOG.warning("whatsapp notice", subject=one.subject, account=one.account, code=one.code)
                case Unreadable():
                    works.append(partial(self._unreadable, one))
        works += [partial(self._in_order, messages) for messages in by_sender.values()]
        await _all(works)

    async def _in_order(self, messages: Sequence[Message]) -> None:
        """Guests' messages of one second stay in the order of the batch."""
        for message in messages:
            try:
                await self._message(message)
            except PortError:
                raise
            except Exception as exc:  # noqa: BLE001 - what we trip over must neither be lost nor come back for a week
                raw = f"{message.id}\n{message.text}"
                await self._unreadable(Unreadable(account=message.account, reason=type(exc).__name__, raw=raw))

    async def _message(self, message: Message) -> None:
        tenant = self._tenants.get(message.account)
        if tenant is None:
            # Nothing of it may be lost, but there is no hotel to answer it.
            lost = Unreadable(account=message.account, reason="to a number of no hotel", raw=f"{message.id}\n{message.text}")
            await self._unreadable(lost)
            return
        place = Place(tenant=tenant, channel=Channel.WHATSAPP, account=message.account)
        sender, reach = message.sender, message.changed or message.sender
        if message.changed is None:
            conversation = await self._guests.conversation(place, _names(sender))
        else:
            conversation = await self._guests.renamed(place, _names(sender), _names(message.changed), message.id)
        attachment = message.attachment
        says_something = attachment is None or attachment.kind not in RECORDED_ONLY
        await self._reach(
            Address(
                tenant=tenant,
                conversation=conversation,
                channel=Channel.WHATSAPP,
                account=message.account,
                recipient=reach.phone or reach.user_id or "",
                heard_at=message.sent_at if says_something else None,
            )
        )
        taken = await self._intake.take(
            Incoming(
                tenant=tenant,
                channel=Channel.WHATSAPP,
                account=message.account,
                sender=sender.user_id or sender.phone or "",
                text=readable(message.text),
                message_id=message.id,
                choice=message.choice,
                sent_at=message.sent_at,
                hold_back=HOLD_BACK,
                attachment=attachment,
                quotes=message.quotes,
                phone=f"+{sender.phone}" if sender.phone else None,
                conversation=conversation,
            )
        )
        if taken.new and says_something:
            self._shown(message.account, message.id)
            self._note_straggler(conversation, message.sent_at)

    async def _reach(self, address: Address) -> None:
        """Write where the guest is reached before what they said is, so that no answer finds them without an address."""
        known = self._reached.get(address.conversation)
        if known is not None and not _is_news(address, known):
            return
        await self._outbox.reach(address)
        if len(self._reached) >= _MOST_KNOWN:
            self._reached.clear()
        self._reached[address.conversation] = address.after(known)

    def _note_straggler(self, conversation: ConversationId, sent_at: datetime) -> None:
        """Count a message that came when a later one had waited for it long enough."""
        now, before = anyio.current_time(), self._heard.get(conversation)
        if before is not None and sent_at < before.sent_at:
            if now - before.came_at > HOLD_BACK.total_seconds():
                self._observer.called("whatsapp", "receive", "straggler", self._clock.now() - sent_at)
            return
        if len(self._heard) >= _MOST_KNOWN:
            self._heard.clear()
        self._heard[conversation] = _Heard(sent_at=sent_at, came_at=now)

    async def _status(self, told: StatusOfMessage) -> None:
        tenant = self._tenants.get(told.account, self._default_tenant)
        message, conversation = read_tracked(told.callback)
        if conversation is None:
            conversation = conversation_named(tenant, Channel.WHATSAPP, told.account, _NOBODY)
        news = StatusNews(status=told.status, provider_id=told.provider_id, message=message)
        moved = await self._delivery.heard(news, tenant, conversation)
        if moved and told.status is DeliveryStatus.FAILED:
            _LOG.warning("whatsapp message failed", tenant=tenant, conversation=conversation, code=told.code)

    async def _unreadable(self, found: Unreadable) -> None:
        """Keep what cannot be read where a person finds it; the same thing sent again is the same."""
        account = found.account or ""
        digest = hashlib.blake2b(found.raw.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        _LOG.error("whatsapp element set aside", account=account, reason=found.reason)
        attachment = Attachment(kind=AttachmentKind.UNREADABLE, words=f"{found.reason}\n{found.raw}")
        await self._intake.take(
            Incoming(
                tenant=self._tenants.get(account, self._default_tenant),
                channel=Channel.WHATSAPP,
                account=account,
                sender=_NOBODY,
                text="",
                message_id=f"unreadable-{digest}",
                attachment=attachment,
            )
        )


@frozen(kw_only=True)
class WhatsAppDoor:
    """What the webhook needs to let Meta in: one or two app secrets (while one is being replaced), and the verify token."""

    secrets: Sequence[str] = field(repr=False)
    verify_token: str = field(repr=False)
    reception: WhatsAppReception


def _names(person: Person) -> Names:
    return Names(user_id=person.user_id, phone=person.phone)


def _is_news(address: Address, known: Address) -> bool:
    """Tell whether *address* says more than is known: an older message does not, even if it came from another number."""
    if address.heard_at is None or known.heard_at is None:
        return address.recipient != known.recipient or address.heard_at is not None
    if address.recipient != known.recipient:
        return address.heard_at >= known.heard_at
    return address.heard_at - known.heard_at >= _REACH_AGAIN


async def _all(works: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Do all of it side by side, whatever becomes of some; then say whether any was not done."""
    failed: list[PortError] = []
    limiter = anyio.Semaphore(_AT_ONCE)

    async def do(work: Callable[[], Awaitable[None]]) -> None:
        async with limiter:
            try:
                await work()
            except PortError as exc:
                failed.append(exc)

    async with anyio.create_task_group() as group:
        for work in works:
            group.start_soon(do, work)
    if failed:
        raise Unavailable(f"{len(failed)} of {len(works)} could not be kept") from failed[0]
