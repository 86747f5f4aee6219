"""From an escalation to the staff's channel: once each, whoever relays, and never in circles."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from attrs import define, evolve, field

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.bell import Bell
from hotel_agent.application.delivery import Delivery
from hotel_agent.application.staff_relay import NEWS_AGE, THREAD, StaffRelay
from hotel_agent.domain.delivery import Address, Pace
from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.events import Channel, Event, StaffNotice
from hotel_agent.domain.ids import ConversationId, OutboxId, TenantId
from hotel_agent.domain.turns import Escalation, OutboxMessage, Turn
from hotel_agent.ports.channels import ChannelSender
from hotel_agent.ports.journal import Claim
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import AT, TENANT, escalation, message, session
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

OTHER = TenantId("luna")


@define
class Shelf:
    """A store with escalations in it, and relays that look at it."""

    clock: ManualClock = field(factory=lambda: ManualClock(AT))
    ids: CountingIds = field(factory=lambda: CountingIds("relay"))
    bell: Bell = field(factory=Bell)
    store: MemoryStore = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.store = MemoryStore.of(clock=self.clock, ids=self.ids)

    def relay(self, tenant: TenantId = TENANT) -> StaffRelay:
        composers = {tenant: lambda one: f"told: {one.id}"}
        journal, outbox = self.store.journal, self.store.outbox
        return StaffRelay(journal, journal, outbox, composers, self.clock, self.ids, Witness(), self.bell)

    async def escalate(self, *escalations: Escalation) -> None:
        """Have a turn write escalations."""
        event = message(f"m{len(escalations)}")
        await self.store.journal.append(event)
        [claim] = await self.store.journal.claim("w", 1, timedelta(seconds=9))
        assert await self.store.journal.commit(claim, Turn(event=event, session=session(), escalations=escalations)) is None

    async def waiting(self) -> list[Event]:
        claims = await self.store.journal.claim("w", 10, timedelta(seconds=9))
        return [event for claim in claims for event in claim.events]


async def test_an_escalation_becomes_one_event_in_a_conversation_of_its_own() -> None:
    shelf = Shelf()
    await shelf.escalate(escalation("1"), escalation("2"))
    assert await shelf.relay().sweep() == 2
    events = await shelf.waiting()
    assert [(event.conversation, event.channel, event.content) for event in events] == [
        (f"{THREAD}escalation-{n}", Channel.STAFF, StaffNotice(escalation=f"escalation-{n}", text=f"told: escalation-{n}"))
        for n in "12"
    ]


async def test_it_is_told_once_however_often_and_by_whomever_it_is_seen() -> None:
    shelf = Shelf()
    await shelf.escalate(escalation())
    first, second = shelf.relay(), shelf.relay()
    assert [await relay.sweep() for relay in (first, first, second)] == [1, 0, 0]
    assert len(await shelf.waiting()) == 1


async def test_hotels_without_a_webhook_are_left_alone() -> None:
    shelf = Shelf()
    await shelf.escalate(escalation())
    assert await shelf.relay(OTHER).sweep() == 0


async def test_what_is_old_is_no_news() -> None:
    shelf = Shelf()
    await shelf.escalate(escalation())
    shelf.clock.advance(NEWS_AGE + timedelta(seconds=1))
    assert await shelf.relay().sweep() == 0


async def test_that_staff_could_not_be_told_is_not_told_to_staff() -> None:
    shelf = Shelf()
    await shelf.escalate(evolve(escalation(), conversation=ConversationId(f"{THREAD}x-1")))
    assert await shelf.relay().sweep() == 0


@define
class Refusing(ChannelSender):
    sent: list[OutboxMessage] = field(factory=list)

    @property
    def pace(self) -> Pace:
        return Pace()

    async def send(self, message: OutboxMessage, address: Address) -> str:
        self.sent.append(message)
        raise Rejected(Rejection.OTHER)


async def test_a_receiver_that_refuses_sets_nothing_going_in_circles() -> None:
    shelf = Shelf()
    relay, sender = shelf.relay(), Refusing()
    delivery = Delivery(shelf.store.outbox, {Channel.STAFF: sender}, shelf.clock, Witness(), shelf.bell, "w")
    await shelf.escalate(escalation())
    for _ in range(3):
        await relay.sweep()
        await handle(shelf, await shelf.store.journal.claim("w", 10, timedelta(seconds=9)))
        await delivery.sweep()
    assert len(sender.sent) == 1
    assert [one.reason for one in await shelf.store.journal.escalations(TENANT)] == ["asked for a person", "not_delivered"]


async def test_a_worker_killed_while_it_sends_has_it_sent_again_at_once() -> None:
    shelf = Shelf()
    await shelf.escalate(escalation())
    await shelf.relay().sweep()
    await handle(shelf, await shelf.store.journal.claim("w", 10, timedelta(seconds=9)))
    assert len(await shelf.store.outbox.claim_due("killed", 1, timedelta(seconds=1))) == 1
    shelf.clock.advance(timedelta(seconds=2))
    sender = Refusing()
    await Delivery(shelf.store.outbox, {Channel.STAFF: sender}, shelf.clock, Witness(), shelf.bell, "w").sweep()
    assert len(sender.sent) == 1


async def handle(shelf: Shelf, claims: Iterable[Claim]) -> None:
    """Commit what a conversation makes of a notice: one message, word for word."""
    for claim in claims:
        event = claim.events[0]
        assert isinstance(event.content, StaffNotice)
        said = OutboxMessage(
            id=OutboxId(f"out-{event.id}"),
            tenant=event.tenant,
            conversation=event.conversation,
            channel=event.channel,
            root=event.root,
            position=0,
            text=event.content.text,
            created_at=shelf.clock.now(),
        )
        kept = session(event.conversation)
        await shelf.store.journal.commit(claim, Turn(event=event, session=kept, outbox=(said,)))
