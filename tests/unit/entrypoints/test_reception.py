from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from attrs import define, field

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.whatsapp.received import Message, Notice, Person, Received, StatusOfMessage, Unreadable
from hotel_agent.adapters.whatsapp.tracking import tracked
from hotel_agent.application.bell import Bell
from hotel_agent.application.delivery import Delivery
from hotel_agent.application.guests import Guests
from hotel_agent.application.intake import Intake
from hotel_agent.domain.delivery import DeliveryStatus
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.events import Attachment, AttachmentKind, Channel, Event, GuestMessage
from hotel_agent.domain.ids import OutboxId, TenantId
from hotel_agent.domain.turns import OutboxMessage, Turn
from hotel_agent.entrypoints.reception import WhatsAppReception
from hotel_agent.ports.journal import Journal
from hotel_agent.ports.outbox import Sent
from hotel_agent.testing.examples import session
from hotel_agent.testing.faults import Fault, Faults, on
from hotel_agent.testing.faulty_ports import FaultyJournal
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.virtual_time import VIRTUAL, LoopClock
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

SOL, MAR = TenantId("sol"), TenantId("mar")
ANA, LUIS = Person(user_id="ES.1", phone="34600111222"), Person(user_id="ES.2", phone="34600111333")
AT = datetime(2031, 3, 3, 8, 59, 30, tzinfo=UTC)
LEASE = timedelta(seconds=3)


@pytest.fixture
def anyio_backend() -> tuple[str, Mapping[str, object]]:
    return VIRTUAL


def said(name: str, sender: Person = ANA, account: str = "1", at: datetime = AT, **more: object) -> Message:
    fields: dict[str, object] = {"text": name, **more}
    return Message(account=account, id=f"wamid.{name}", sender=sender, sent_at=at, **fields)  # type: ignore[arg-type]  # keyword arguments of many types


@define
class Desk:
    """A reception over memory stores. *faults* befall its journal."""

    faults: Faults | None = None
    clock: LoopClock = field(factory=LoopClock)
    witness: Witness = field(factory=Witness)
    shown: list[tuple[str, str]] = field(factory=list)
    store: MemoryStore = field(init=False)
    reception: WhatsAppReception = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.store = MemoryStore.of(clock=self.clock, ids=CountingIds())
        journal: Journal = FaultyJournal(self.store.journal, self.faults) if self.faults else self.store.journal
        bell = Bell()
        self.reception = WhatsAppReception(
            {"1": SOL, "2": MAR},
            SOL,
            Intake(journal, self.clock, CountingIds(), self.witness, bell),
            Guests(self.store.guests),
            self.store.outbox,
            Delivery(self.store.outbox, {}, self.clock, self.witness, bell, "d"),
            self.clock,
            self.witness,
            lambda number, message: self.shown.append((number, message)),
        )

    async def take(self, *received: Received) -> None:
        await self.reception.take(received)

    async def events(self) -> list[Event]:
        """Wait for what is held back and hand out all that is ready."""
        await anyio.sleep(0.5)
        claims = await self.store.journal.claim("w", 100, LEASE)
        return [event for claim in claims for event in claim.events]

    async def texts(self) -> list[str]:
        return [content.text for event in await self.events() if isinstance(content := event.content, GuestMessage)]

    async def answer(self, text: str) -> OutboxMessage:
        """Handle the next event as a worker does, and have *text* sent to its guest."""
        await anyio.sleep(0.5)
        (claim,) = await self.store.journal.claim("w", 1, LEASE)
        event = claim.events[0]
        message = OutboxMessage(
            id=OutboxId(f"out-{text}"),
            tenant=event.tenant,
            conversation=event.conversation,
            channel=event.channel,
            root=event.root,
            position=0,
            text=text,
            created_at=self.clock.now(),
        )
        await self.store.journal.commit(claim, Turn(event=event, session=session(event.conversation), outbox=(message,)))
        return message


async def test_message_waits_under_metas_time_and_is_held_back_half_a_second() -> None:
    desk = Desk()
    await desk.take(said("hola", quotes="wamid.q"))
    assert await desk.store.journal.claim("w", 1, LEASE) == ()
    (event,) = await desk.events()
    assert (event.tenant, event.channel, event.order_at) == (SOL, Channel.WHATSAPP, AT)
    assert event.ready_at - event.received_at == timedelta(milliseconds=500)
    content = event.content
    assert isinstance(content, GuestMessage)
    assert (content.text, content.sent_at, content.quotes, content.phone) == ("hola", AT, "wamid.q", "+34600111222")


async def test_batch_keeps_its_order_where_metas_second_is_the_same() -> None:
    desk = Desk()
    await desk.take(*(said(f"{number:02}") for number in range(20)))
    assert await desk.texts() == [f"{number:02}" for number in range(20)]


async def test_messages_that_overtook_each_other_are_handled_by_metas_time() -> None:
    desk = Desk()
    for number in (3, 1, 2):
        await desk.take(said(f"{number}", at=AT + timedelta(seconds=number)))
        await anyio.sleep(0.1)
    assert await desk.texts() == ["1", "2", "3"]


async def test_message_that_comes_again_is_one_message_whatever_it_comes_with() -> None:
    desk = Desk()
    await desk.take(said("hola"), said("hola"))
    await desk.take(said("otra"), said("hola", sender=Person(user_id=ANA.user_id)))
    assert await desk.texts() == ["hola", "otra"]
    assert desk.witness.taken.count(True) == 2
    assert desk.shown == [("1", "wamid.hola"), ("1", "wamid.otra")]


async def test_number_that_was_written_to_says_which_hotel_is_meant() -> None:
    desk = Desk()
    await desk.take(said("a"), said("b", account="2"))
    events = await desk.events()
    assert {event.tenant for event in events} == {SOL, MAR}
    assert len({event.conversation for event in events}) == 2


async def test_message_to_a_number_of_no_hotel_is_set_aside_and_not_lost() -> None:
    desk = Desk()
    await desk.take(said("hola", account="999"))
    (event,) = await desk.events()
    content = event.content
    assert isinstance(content, GuestMessage)
    assert content.attachment is not None
    assert content.attachment.kind is AttachmentKind.UNREADABLE
    assert "hola" in content.attachment.words
    assert "hola" not in repr(event)


async def test_what_cannot_be_read_is_kept_once_with_all_that_came() -> None:
    desk = Desk()
    for _ in range(2):
        await desk.take(Unreadable(account="1", reason="timestamp: not seconds", raw='{"id": "x"}'), said("hola"))
    events = await desk.events()
    kept = [
        event.content.attachment for event in events if isinstance(event.content, GuestMessage) and event.content.attachment
    ]
    assert [one.words for one in kept] == ['timestamp: not seconds\n{"id": "x"}']
    assert len(events) == 2


async def test_news_of_the_account_is_no_guests_message() -> None:
    desk = Desk()
    await desk.take(Notice(subject="account_update"))
    assert await desk.events() == []


async def test_reaction_is_recorded_without_blue_ticks_or_typing() -> None:
    desk = Desk()
    await desk.take(said("r", text="", attachment=Attachment(kind=AttachmentKind.REACTION, words="👍"), quotes="wamid.q"))
    assert len(await desk.events()) == 1
    assert desk.shown == []


# ---------------------------------------------------------------- where the guest is reached


async def test_answer_goes_to_the_number_the_guest_wrote_from_within_24_hours_of_that() -> None:
    desk = Desk()
    await desk.take(said("hola"))
    await desk.answer("buenas")
    (claim,) = await desk.store.outbox.claim_due("d", 1, LEASE)
    assert (claim.address.account, claim.address.recipient, claim.address.heard_at) == ("1", "34600111222", AT)


async def test_guest_without_a_number_is_reached_by_the_id() -> None:
    desk = Desk()
    await desk.take(said("hola", sender=Person(user_id="ES.1")))
    await desk.answer("buenas")
    (claim,) = await desk.store.outbox.claim_due("d", 1, LEASE)
    assert claim.address.recipient == "ES.1"


async def test_after_a_number_change_the_conversation_goes_on_under_the_new_number() -> None:
    desk = Desk()
    await desk.take(said("hola"))
    new = Person(user_id="ES.9", phone="34699999999")
    news = said("s", text="", attachment=Attachment(kind=AttachmentKind.SYSTEM), changed=new)
    await desk.take(said("sigo", sender=new, at=AT + timedelta(seconds=1)), news)
    events = await desk.events()
    assert len({event.conversation for event in events}) == 1
    assert len(events) == 3


async def test_old_message_that_comes_late_does_not_close_the_window() -> None:
    desk = Desk()
    await desk.take(said("new", at=AT))
    await desk.take(said("old", at=AT - timedelta(days=6)))
    await desk.answer("buenas")
    (claim,) = await desk.store.outbox.claim_due("d", 1, LEASE)
    assert claim.address.heard_at == AT


async def test_straggler_from_the_number_before_does_not_draw_answers_back_to_it() -> None:
    desk = Desk()
    new = Person(user_id="ES.9", phone="34699999999")
    news = said("s", text="", attachment=Attachment(kind=AttachmentKind.SYSTEM), changed=new)
    await desk.take(said("hola"), news)
    await desk.take(said("new", sender=new, at=AT + timedelta(seconds=2)))
    await desk.take(said("late", at=AT + timedelta(seconds=1)))
    await desk.answer("buenas")
    (claim,) = await desk.store.outbox.claim_due("d", 1, LEASE)
    assert claim.address.recipient == "34699999999"


async def test_straggler_is_taken_and_counted() -> None:
    desk = Desk()
    await desk.take(said("2", at=AT + timedelta(seconds=2)))
    await anyio.sleep(0.4)
    await desk.take(said("1", at=AT + timedelta(seconds=1)))
    assert desk.witness.calls == []
    await anyio.sleep(0.2)
    await desk.take(said("0", at=AT))
    assert desk.witness.calls == [("whatsapp", "receive", "straggler")]
    assert await desk.texts() == ["0", "1", "2"]


# ---------------------------------------------------------------- statuses


async def test_statuses_settle_by_our_own_id_and_never_go_back() -> None:
    desk = Desk()
    await desk.take(said("hola"))
    message = await desk.answer("buenas")
    (claim,) = await desk.store.outbox.claim_due("d", 1, LEASE)
    await desk.store.outbox.settle(claim, Sent(provider_id="wamid.out"))
    for status in (DeliveryStatus.READ, DeliveryStatus.DELIVERED, DeliveryStatus.SENT, DeliveryStatus.FAILED):
        callback = tracked(message.id, message.conversation)
        await desk.take(StatusOfMessage(account="1", provider_id="?", status=status, recipient=ANA, callback=callback))
        assert await desk.store.outbox.standing(message.id) is DeliveryStatus.READ


async def test_failure_tells_staff() -> None:
    desk = Desk()
    await desk.take(said("hola"))
    message = await desk.answer("buenas")
    (claim,) = await desk.store.outbox.claim_due("d", 1, LEASE)
    await desk.store.outbox.settle(claim, Sent(provider_id="wamid.out"))
    callback = tracked(message.id, message.conversation)
    failed = StatusOfMessage(
        account="1",
        provider_id="wamid.out",
        status=DeliveryStatus.FAILED,
        recipient=Person(phone=ANA.phone),
        callback=callback,
        code=131026,
    )
    await desk.take(failed, failed)
    assert await desk.store.outbox.standing(message.id) is DeliveryStatus.FAILED
    (told,) = await desk.store.journal.escalations()
    assert (told.reason, told.conversation) == ("not_delivered", message.conversation)


async def test_status_of_a_message_that_is_not_ours_is_no_trouble() -> None:
    desk = Desk()
    await desk.take(StatusOfMessage(account="1", provider_id="wamid.?", status=DeliveryStatus.READ, recipient=ANA))


# ---------------------------------------------------------------- the store is down


async def test_what_could_not_be_kept_is_told_and_the_rest_is_kept() -> None:
    desk = Desk(Faults(on("journal.append", Fault.REFUSED)))
    with pytest.raises(Unavailable):
        await desk.take(said("a"), said("b", sender=LUIS))
    await desk.take(said("a"), said("b", sender=LUIS))
    assert sorted(await desk.texts()) == ["a", "b"]


async def test_after_a_failure_no_later_message_of_that_guest_is_kept_before_it() -> None:
    desk = Desk(Faults(on("journal.append", Fault.REFUSED)))
    with pytest.raises(Unavailable):
        await desk.take(said("1"), said("2"))
    assert await desk.texts() == []
    await desk.take(said("1"), said("2"))
    assert await desk.texts() == ["1", "2"]
