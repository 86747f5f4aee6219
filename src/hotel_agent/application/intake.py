"""The way in: a guest's message becomes an event in the journal."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from attrs import define, evolve, field, frozen

from hotel_agent.application.admitting import Admission
from hotel_agent.application.bell import INBOX, Bell
from hotel_agent.application.digests import digest
from hotel_agent.application.limiting import Allowances
from hotel_agent.domain.errors import Overloaded
from hotel_agent.domain.events import Attachment, Channel, Event, GuestMessage
from hotel_agent.domain.ids import ConversationId, EventId, MessageId, TenantId
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.journal import Appended, Inbox
from hotel_agent.ports.observer import Observer
from hotel_agent.ports.records import Line
from hotel_agent.ports.tracing import UNTRACED, Tracing


@frozen(kw_only=True)
class Incoming:
    """
    A message as a channel delivers it.

    `account` is the namespace its senders live in (an API key's, a phone number's, the web chat's): equal senders of different
    accounts are different guests. `message_id` None means that the channel has none: the message is new. `choice` is the id of
    a pressed button. `sent_at` is the sender's instant where the channel vouches for it: it puts in order what has a
    `hold_back`, and says of anything else only what its writer may have read. `conversation` None: the sender's own, and
    message ids are unique for each sender; else the one it goes on with, and they are unique in the whole account.
    """

    tenant: TenantId
    channel: Channel
    account: str
    sender: str
    text: str = field(repr=False)
    message_id: str | None = None
    choice: str | None = None
    sent_at: datetime | None = None
    hold_back: timedelta = timedelta()
    attachment: Attachment | None = None
    quotes: str | None = None
    phone: str | None = field(default=None, repr=False)
    conversation: ConversationId | None = None


@frozen(kw_only=True)
class Taken:
    """A message that is durable. `event` is its first event if it came before."""

    conversation: ConversationId
    message_id: MessageId
    event: EventId
    new: bool


def conversation_of(incoming: Incoming) -> ConversationId:
    """Name the conversation of a sender: the same for the same one, and saying nothing about who it is."""
    return conversation_named(incoming.tenant, incoming.channel, incoming.account, incoming.sender)


def conversation_named(tenant: TenantId, channel: Channel, account: str, sender: str) -> ConversationId:
    return ConversationId("c-" + digest(tenant, channel, account, sender))


def written_before(unread: Iterable[Line]) -> datetime | None:
    """
    Date a message before the first answer that its writer had not read, of the lines *unread* by them; None: there is none.

    A yes that was typed, lost its connection and came late must not be taken for an answer to a question that was asked
    meanwhile: a dialogue only takes a yes that was sent after its question.
    """
    return next((line.at for line in unread if not line.by_guest), None)


Permission = Callable[[], Awaitable[None]]
"""Asks whether a caller may say something more now; raises if not."""


@define
class Intake:
    """Takes messages in, once each."""

    _inbox: Inbox
    _clock: Clock
    _ids: IdSource
    _observer: Observer
    _bell: Bell
    _admission: Admission | None = None
    """None: as much may wait as the journal holds."""
    _tracing: Tracing = UNTRACED
    _allowances: Allowances | None = None
    """None: everybody may write as often as they like."""

    async def take(self, incoming: Incoming, permission: Permission | None = None) -> Taken:
        """
        Keep a message; it is durable when this returns.

        *permission* is asked for once there is room for the message: who is turned away by the crowd is not counted.

        Raises:
            Overloaded: too much waits already; it was not taken, the channel should send it again later.
            TooOften: the guest, or everybody on this account or of this hotel, writes too often; it was not taken. Messages
                that are pushed to us are taken all the same, and handled later.
            Unavailable: the journal did not take it; the channel should send it again.

        """
        conversation = incoming.conversation or conversation_of(incoming)
        if self._admission:
            try:
                await self._admission.admit(incoming.channel, conversation)
            except Overloaded:
                self._observer.limited("queue")
                raise
        if permission:
            try:
                await permission()
            except BaseException:
                if self._admission:
                    self._admission.not_taken()
                raise
        delay = incoming.hold_back
        if self._allowances:
            place = (incoming.tenant, incoming.channel, incoming.account)
            delay = max(delay, await self._allowances.admit(incoming.channel, conversation, incoming.tenant, place))
        now = self._clock.now()
        message_id = MessageId(incoming.message_id if incoming.message_id is not None else f"m-{self._ids.draw()}")
        # Where one guest has several names, the same message may come under any of them.
        senders = () if incoming.conversation else (incoming.sender,)
        key = digest(incoming.channel, incoming.account, *senders, message_id)
        event_id = EventId("e-" + digest(incoming.tenant, key))
        sent_at = incoming.sent_at or now
        event = Event(
            id=event_id,
            tenant=incoming.tenant,
            conversation=conversation,
            channel=incoming.channel,
            dedupe_key=key,
            seed=self._ids.draw(),
            root=event_id,
            received_at=now,
            # Only where a channel reorders does the sender's instant say who was first.
            order_at=sent_at if incoming.hold_back else now,
            ready_at=now + delay,
            content=GuestMessage(
                message_id=message_id,
                text=incoming.text,
                sent_at=sent_at,
                choice=incoming.choice,
                attachment=incoming.attachment,
                quotes=MessageId(incoming.quotes) if incoming.quotes else None,
                phone=incoming.phone,
            ),
        )
        with self._tracing.message(event_id, incoming.tenant) as span:
            appended: Appended = await self._inbox.append(evolve(event, trace=span.context) if span.context else event)
            span.note(channel=incoming.channel.value, new=appended.new)
        if self._admission and not appended.new:
            self._admission.not_taken()
        self._observer.message_taken(incoming.tenant, new=appended.new)
        self._bell.ring(INBOX)
        return Taken(conversation=conversation, message_id=message_id, event=appended.event, new=appended.new)


_CONTROLS = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"}


def readable(text: str) -> str:
    """Put a space for every control character but tab and line ends: no store, log or terminal has to cope with them."""
    return text if text.isprintable() else text.translate(_CONTROLS)
