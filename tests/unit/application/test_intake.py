from datetime import timedelta
from itertools import product

import pytest
from attrs import define, evolve
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.bell import INBOX, Bell
from hotel_agent.application.intake import Incoming, Intake, conversation_of
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.events import Channel, GuestMessage
from hotel_agent.domain.ids import TenantId
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.faults import Fault, Faults, on
from hotel_agent.testing.faulty_ports import FaultyJournal
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

HELLO = Incoming(tenant=TenantId("sol"), channel=Channel.API, account="key-1", sender="ana", text="Hola", message_id="m-1")
WORDS = st.text("ab", max_size=2)


@define
class Door:
    """An intake with all it needs."""

    store: MemoryStore
    intake: Intake
    witness: Witness
    bell: Bell
    faults: Faults
    clock: ManualClock

    @classmethod
    def of(cls, faults: Faults) -> "Door":
        clock, ids, witness, bell = ManualClock(), CountingIds("door"), Witness(), Bell()
        store = MemoryStore.of(clock=clock, ids=ids)
        return cls(store, Intake(FaultyJournal(store.journal, faults), clock, ids, witness, bell), witness, bell, faults, clock)


@pytest.fixture
def door() -> Door:
    return Door.of(Faults())


async def test_message_taken_waits_in_the_inbox(door: Door) -> None:
    taken = await door.intake.take(HELLO)
    (claim,) = await door.store.journal.claim("w", 1, timedelta(seconds=3))
    (event,) = claim.events
    assert (event.id, event.root, event.conversation) == (taken.event, taken.event, taken.conversation)
    assert event.content == GuestMessage(message_id=taken.message_id, text="Hola", sent_at=START)
    assert (taken.new, taken.message_id, door.witness.taken) == (True, "m-1", [True])


async def test_repeated_message_is_known_and_kept_once(door: Door) -> None:
    first = await door.intake.take(HELLO)
    again = await door.intake.take(evolve(HELLO, text="something else"))
    assert again == evolve(first, new=False)
    assert (await door.store.journal.depth()).events == 1
    assert door.witness.taken == [True, False]


@pytest.mark.parametrize(("hold_back", "order"), [(0, ["1", "2"]), (0.5, ["2", "1"])])
async def test_senders_instants_put_in_order_only_what_a_channel_may_have_reordered(
    door: Door, hold_back: float, order: list[str]
) -> None:
    held = evolve(HELLO, hold_back=timedelta(seconds=hold_back))
    await door.intake.take(evolve(held, message_id="m-1", text="1"))
    # As of a page whose writer had not read what the hotel said before the first one came.
    dated = START - timedelta(seconds=1)
    await door.intake.take(evolve(held, message_id="m-2", text="2", sent_at=dated))
    door.clock.advance(timedelta(seconds=1))
    (claim,) = await door.store.journal.claim("w", 1, timedelta(seconds=3))
    heard = [event.content for event in claim.events if isinstance(event.content, GuestMessage)]
    assert [one.text for one in heard] == order
    assert {one.text: one.sent_at for one in heard} == {"1": START, "2": dated}


async def test_message_without_an_id_is_always_new(door: Door) -> None:
    nameless = evolve(HELLO, message_id=None)
    first, second = await door.intake.take(nameless), await door.intake.take(nameless)
    assert (first.new, second.new, first.message_id == second.message_id) == (True, True, False)
    assert first.conversation == second.conversation


async def test_equal_ids_of_other_tenants_channels_accounts_and_senders_do_not_meet(door: Door) -> None:
    places = list(product(("sol", "luna"), (Channel.API, Channel.WEBCHAT), ("key-1", "key-2"), ("ana", "bea")))
    taken = [
        await door.intake.take(evolve(HELLO, tenant=TenantId(tenant), channel=channel, account=account, sender=sender))
        for tenant, channel, account, sender in places
    ]
    assert all(one.new for one in taken)
    assert len({one.event for one in taken}) == len(places)
    assert len({one.conversation for one in taken}) == len(places)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=2, max_size=6, unique=True))
async def test_conversations_never_collide_by_running_together(names: list[tuple[str, str, str]]) -> None:
    conversations = {
        conversation_of(evolve(HELLO, tenant=TenantId(tenant), account=account, sender=sender))
        for tenant, account, sender in names
    }
    assert len(conversations) == len(names)


@pytest.mark.parametrize("sender", ["ana", "+34600111222", "ana@example.com", "a" * 5000, "", "\ud800"])
def test_conversation_says_nothing_about_its_sender(sender: str) -> None:
    conversation = conversation_of(evolve(HELLO, sender=sender))
    assert (len(conversation), conversation[:2]) == (28, "c-")
    assert sender == "" or sender not in conversation


async def test_sender_keeps_its_conversation_whatever_it_says(door: Door) -> None:
    taken = [await door.intake.take(evolve(HELLO, message_id=f"m-{n}", text=str(n))) for n in range(3)]
    assert {one.conversation for one in taken} == {conversation_of(HELLO)}


async def test_sender_s_instant_orders_and_hold_back_delays_readiness(door: Door) -> None:
    sent = START - timedelta(seconds=9)
    await door.intake.take(evolve(HELLO, sent_at=sent, hold_back=timedelta(milliseconds=500), choice="yes:o-1"))
    assert await door.store.journal.claim("w", 1, timedelta(seconds=3)) == ()
    (event,) = door.store.journal._conversations[conversation_of(HELLO)].waiting
    assert (event.order_at, event.received_at, event.ready_at - event.received_at) == (sent, START, timedelta(seconds=0.5))
    assert isinstance(event.content, GuestMessage)
    assert (event.content.choice, event.content.sent_at) == ("yes:o-1", sent)


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST_REQUEST, Fault.LOST_ANSWER])
async def test_journal_that_is_down_makes_the_message_unavailable_and_repeating_it_safe(fault: Fault) -> None:
    door = Door.of(Faults(on("journal.append", fault)))
    with pytest.raises(Unavailable):
        await door.intake.take(HELLO)
    assert door.witness.taken == []
    await door.intake.take(HELLO)
    assert (await door.store.journal.depth()).events == 1


async def test_message_rings_the_inbox(door: Door) -> None:
    ring = door.bell.listen(INBOX)
    await door.intake.take(HELLO)
    assert ring.is_set()
