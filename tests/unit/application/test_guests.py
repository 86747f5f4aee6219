import pytest

from hotel_agent.adapters.memory.guests import MemoryGuestNames
from hotel_agent.application.guests import Guests, Names, Place
from hotel_agent.application.intake import Incoming, conversation_of
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, TenantId

pytestmark = pytest.mark.anyio

PLACE = Place(tenant=TenantId("sol"), channel=Channel.WHATSAPP, account="1")
OLD, NEW = Names(user_id="ES.1", phone="34600111222"), Names(user_id="ES.2", phone="34699999999")


@pytest.fixture
def store() -> MemoryGuestNames:
    return MemoryGuestNames()


@pytest.fixture
def guests(store: MemoryGuestNames) -> Guests:
    return Guests(store)


def own(sender: str) -> ConversationId:
    incoming = Incoming(tenant=PLACE.tenant, channel=PLACE.channel, account=PLACE.account, sender=sender, text="")
    return conversation_of(incoming)


async def test_guest_is_known_by_the_id_with_and_without_a_number(guests: Guests) -> None:
    assert await guests.conversation(PLACE, OLD) == own("ES.1")
    assert await guests.conversation(PLACE, Names(user_id="ES.1")) == own("ES.1")


async def test_ids_and_accounts_are_apart(guests: Guests) -> None:
    other = Place(tenant=PLACE.tenant, channel=PLACE.channel, account="2")
    found = {await guests.conversation(where, who) for where in (PLACE, other) for who in (OLD, NEW)}
    assert len(found) == 4


async def test_guest_known_by_number_goes_on_when_an_id_comes_with_it(guests: Guests) -> None:
    before = await guests.conversation(PLACE, Names(phone=OLD.phone))
    assert before == own(OLD.phone or "")
    assert await guests.conversation(PLACE, OLD) == before
    assert await guests.conversation(PLACE, Names(user_id="ES.1")) == before
    assert await guests.conversation(PLACE, Names(phone=OLD.phone)) == before


async def test_next_id_with_that_number_is_somebody_else(guests: Guests) -> None:
    before = await guests.conversation(PLACE, Names(phone=OLD.phone))
    assert await guests.conversation(PLACE, OLD) == before
    assert await guests.conversation(PLACE, Names(user_id="ES.9", phone=OLD.phone)) == own("ES.9")


async def test_number_change_keeps_the_conversation(guests: Guests) -> None:
    before = await guests.conversation(PLACE, OLD)
    assert await guests.renamed(PLACE, OLD, NEW, "wamid.1") == before
    for names in (NEW, Names(user_id=NEW.user_id), Names(phone=NEW.phone), OLD):
        assert await guests.conversation(PLACE, names) == before


async def test_number_that_was_given_up_leads_whoever_has_it_next_to_a_new_conversation(guests: Guests) -> None:
    before = await guests.conversation(PLACE, Names(phone=OLD.phone))
    await guests.renamed(PLACE, Names(phone=OLD.phone), Names(phone=NEW.phone), "wamid.1")
    next_one = await guests.conversation(PLACE, Names(phone=OLD.phone))
    assert next_one not in {before, own(OLD.phone or "")}
    assert await guests.conversation(PLACE, Names(phone=NEW.phone)) == before


async def test_news_of_a_change_that_comes_again_changes_nothing(guests: Guests) -> None:
    old, new = Names(phone=OLD.phone), Names(phone=NEW.phone)
    before = await guests.conversation(PLACE, old)
    await guests.renamed(PLACE, old, new, "wamid.1")
    next_one = await guests.conversation(PLACE, old)
    await guests.renamed(PLACE, old, new, "wamid.1")
    assert await guests.conversation(PLACE, old) == next_one
    assert await guests.conversation(PLACE, new) == before


async def test_message_under_the_new_name_that_overtook_the_news_does_not_keep_them_apart(
    store: MemoryGuestNames, guests: Guests
) -> None:
    before = await guests.conversation(PLACE, OLD)
    assert await guests.conversation(PLACE, NEW) == own("ES.2")
    await guests.renamed(PLACE, OLD, NEW, "wamid.1")
    assert await guests.conversation(PLACE, NEW) == before
    assert await Guests(store).conversation(PLACE, NEW) == before


async def test_processes_agree(store: MemoryGuestNames) -> None:
    one, other = Guests(store), Guests(store)
    before = await one.conversation(PLACE, Names(phone=OLD.phone))
    assert await other.conversation(PLACE, OLD) == before
    assert await one.conversation(PLACE, OLD) == before


async def test_store_learns_no_number_and_no_id(store: MemoryGuestNames, guests: Guests) -> None:
    await guests.conversation(PLACE, OLD)
    await guests.conversation(PLACE, Names(phone=NEW.phone))
    assert not [name for name in store._names if "34600111222" in name or "ES.1" in name]
    assert "346" not in repr(OLD)
