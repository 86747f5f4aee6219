"""What every `Outbox` does with what is to be sent."""

from abc import abstractmethod
from datetime import timedelta

import anyio
import pytest
from attrs import evolve

from hotel_agent.domain.delivery import Address, DeliveryStatus, Pace
from hotel_agent.domain.errors import StaleClaim
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, OutboxId
from hotel_agent.domain.turns import Escalation, Turn
from hotel_agent.ports.outbox import Outbox, OutboxClaim, Retry, Sent, SetAside, StatusNews, Unknown
from hotel_agent.testing.contracts.journal_case import MAR, OTHER, JournalCase, Store
from hotel_agent.testing.contracts.passing_time import PassTime
from hotel_agent.testing.examples import AT, CONVERSATION, TENANT, message, said, session

SENT, FAILED, DELIVERED, READ = DeliveryStatus
TOLD = Escalation(id="x-1", tenant=TENANT, conversation=CONVERSATION, at=AT, reason="not_delivered")


def address(conversation: ConversationId = CONVERSATION, recipient: str = "34600111222") -> Address:
    return Address(tenant=TENANT, conversation=conversation, channel=Channel.WHATSAPP, account="phone-1", recipient=recipient)


class OutboxContract(JournalCase):
    """Subclasses provide `store`, `pass_time`, and `outbox` on the same store."""

    @pytest.fixture
    @abstractmethod
    def outbox(self) -> Outbox: ...

    async def say(
        self, store: Store, *names: str, where: ConversationId = CONVERSATION, channel: Channel = Channel.WHATSAPP
    ) -> None:
        """Commit a turn that says *names*, in that order."""
        event = message("-".join(names), conversation=where)
        await store.append(event)
        claim = await self.one_claim(store)
        messages = tuple(
            evolve(said(name, to=event, text=name, position=position), channel=channel) for position, name in enumerate(names)
        )
        await store.commit(claim, Turn(event=event, session=session(where), outbox=messages))

    async def due(self, outbox: Outbox, owner: str = "a", lease: timedelta | None = None) -> OutboxClaim:
        (claim,) = await outbox.claim_due(owner, 1, lease or self.lease)
        return claim

    async def nothing_is_due(self, outbox: Outbox) -> bool:
        return await outbox.claim_due("z", 5, self.lease) == ()

    async def test_tenants_that_are_passed_over_stay_due(self, store: Store, outbox: Outbox) -> None:
        for tenant in (TENANT, MAR):
            where = ConversationId(f"{tenant}/9")
            await outbox.reach(evolve(address(where), tenant=tenant))
            event = message(f"to-{tenant}", conversation=where, tenant=tenant)
            await store.append(event)
            claim = await self.one_claim(store)
            answer = evolve(said(f"of-{tenant}", to=event), channel=Channel.WHATSAPP)
            await store.commit(claim, Turn(event=event, session=evolve(session(where), tenant=tenant), outbox=(answer,)))
        assert await outbox.claim_due("a", 5, self.lease, passing=[TENANT, MAR]) == ()
        for passed, other in ((TENANT, MAR), (MAR, TENANT)):
            claims = await outbox.claim_due("a", 5, self.lease, passing=[passed])
            assert [claim.message.conversation for claim in claims] == [f"{other}/9"]

    # ------------------------------------------------------------ order

    async def test_messages_of_a_conversation_go_out_one_after_the_other_in_order(self, store: Store, outbox: Outbox) -> None:
        await outbox.reach(address())
        await self.say(store, "1", "2")
        await self.say(store, "3")
        for n in ("1", "2", "3"):
            claim = await self.due(outbox)
            assert (claim.message.text, claim.address, claim.owner, claim.tries, claim.unknowns, claim.lapsed) == (
                n,
                address(),
                "a",
                1,
                0,
                False,
            )
            assert await self.nothing_is_due(outbox)
            await outbox.settle(claim, Sent(provider_id=f"wamid.{n}"))
            assert await outbox.standing(claim.message.id) is SENT
        assert await self.nothing_is_due(outbox)

    async def test_conversations_go_side_by_side_longest_due_first(
        self, store: Store, outbox: Outbox, pass_time: PassTime
    ) -> None:
        for where in (OTHER, CONVERSATION):
            await outbox.reach(address(where))
            await self.say(store, where, where=where)
            await pass_time(timedelta(milliseconds=2))
        assert [claim.message.text for claim in await outbox.claim_due("a", 5, self.lease)] == [OTHER, CONVERSATION]

    async def test_latest_address_counts(self, store: Store, outbox: Outbox) -> None:
        await outbox.reach(address())
        await self.say(store, "1")
        await outbox.reach(address(recipient="34699999999"))
        assert (await self.due(outbox)).address == address(recipient="34699999999")

    async def test_when_the_guest_was_heard_never_goes_back(self, store: Store, outbox: Outbox) -> None:
        later = evolve(address(), heard_at=AT + timedelta(hours=1))
        await outbox.reach(later)
        await self.say(store, "1")
        await outbox.reach(evolve(address(recipient="34699999999"), heard_at=AT))
        assert (await self.due(outbox)).address == evolve(later, recipient="34699999999")

    @pytest.mark.parametrize("channel", [Channel.API, Channel.WEBCHAT])
    async def test_what_guests_fetch_is_never_sent(self, store: Store, outbox: Outbox, channel: Channel) -> None:
        await self.say(store, "before anybody had an address")
        await outbox.reach(address())
        await self.say(store, "fetched", channel=channel)
        assert await self.nothing_is_due(outbox)
        assert await outbox.standing(OutboxId("outbox-fetched")) is None

    async def test_load_says_how_much_is_to_be_sent_and_since_when_the_longest_is_due(
        self, store: Store, outbox: Outbox, pass_time: PassTime
    ) -> None:
        async def seen() -> tuple[int, bool, int]:
            load = await store.load()
            return load.outgoing, load.outgoing_due_at is not None, load.undelivered

        for where in (CONVERSATION, OTHER):
            await outbox.reach(address(where))
            await self.say(store, f"{where} 1", f"{where} 2", where=where)
            await pass_time(timedelta(milliseconds=2))
        first_due = (await store.load()).outgoing_due_at
        assert await seen() == (2, True, 0)
        first, second = await outbox.claim_due("a", 5, self.lease)
        assert await seen() == (2, False, 0)
        await outbox.settle(second, SetAside(reason="rejected", told=evolve(TOLD, conversation=OTHER)))
        later = (await store.load()).outgoing_due_at
        assert await seen() == (2, True, 1)
        assert first_due is not None
        assert later is not None
        assert first_due < later
        await outbox.settle(first, Retry(delay=timedelta(hours=1), reason="unavailable"))
        await outbox.settle(await self.due(outbox), Sent(provider_id="wamid.1"))
        assert await seen() == (1, False, 1)

    async def test_what_somebody_had_who_never_came_back_is_due_since_it_was(
        self, store: Store, outbox: Outbox, pass_time: PassTime
    ) -> None:
        await outbox.reach(address())
        await self.say(store, "1")
        since = (await store.load()).outgoing_due_at
        await self.due(outbox, "a", self.brief)
        await pass_time(self.brief)
        assert since == (await store.load()).outgoing_due_at

    # ------------------------------------------------------------ ownership

    async def test_race_for_a_message_has_one_winner(self, store: Store, outbox: Outbox) -> None:
        await outbox.reach(address())
        await self.say(store, "1", "2")
        claims: list[OutboxClaim] = []

        async def claim(owner: str) -> None:
            claims.extend(await outbox.claim_due(owner, 5, self.lease))

        async with anyio.create_task_group() as tasks:
            for n in range(10):
                tasks.start_soon(claim, f"worker-{n}")
        assert [claim.message.text for claim in claims] == ["1"]

    async def test_lapsed_claim_says_that_it_may_have_been_sent_and_its_late_owner_is_refused(
        self, store: Store, outbox: Outbox, pass_time: PassTime
    ) -> None:
        await outbox.reach(address())
        await self.say(store, "1")
        lost = await self.due(outbox, "a", self.brief)
        await pass_time(self.brief)
        claim = await self.due(outbox, "b")
        assert (claim.message, claim.lapsed, claim.tries) == (lost.message, True, 1)
        assert claim.fence > lost.fence
        with pytest.raises(StaleClaim):
            await outbox.settle(lost, Sent(provider_id="late"))
        await outbox.settle(claim, Unknown(wait=timedelta()))
        again = await self.due(outbox, "c")
        assert (again.lapsed, again.tries, again.unknowns) == (False, 2, 1)

    async def test_settled_claim_cannot_be_settled_again(self, store: Store, outbox: Outbox) -> None:
        await outbox.reach(address())
        await self.say(store, "1", "2")
        claim = await self.due(outbox)
        await outbox.settle(claim, Sent(provider_id="1"))
        with pytest.raises(StaleClaim):
            await outbox.settle(claim, Sent(provider_id="1"))
        assert (await self.due(outbox)).message.text == "2"

    # ------------------------------------------------------------ trouble

    async def test_retry_waits_its_delay_and_holds_the_later_ones_back(
        self, store: Store, outbox: Outbox, pass_time: PassTime
    ) -> None:
        for where, delay in ((OTHER, self.lease), (CONVERSATION, self.brief)):
            await outbox.reach(address(where))
            await self.say(store, f"{where} 1", f"{where} 2", where=where)
            await outbox.settle(await self.due(outbox), Retry(delay=delay, reason="unavailable"))
            await self.say(store, f"{where} 3", where=where)
        await pass_time(self.brief)
        (claim,) = await outbox.claim_due("a", 5, self.lease)
        assert (claim.message.text, claim.tries, claim.unknowns, claim.lapsed) == (f"{CONVERSATION} 1", 2, 0, False)

    async def test_try_that_did_not_ask_the_channel_does_not_count(
        self, store: Store, outbox: Outbox, pass_time: PassTime
    ) -> None:
        await outbox.reach(address())
        await self.say(store, "1")
        tries = []
        for asked in (True, False, False):
            claim = await self.due(outbox)
            tries.append(claim.tries)
            await outbox.settle(claim, Retry(delay=self.brief, reason="breaker_open", asked=asked))
            await pass_time(self.brief)
        (claim,) = await outbox.claim_due("a", 5, self.lease)
        assert [*tries, claim.tries] == [1, 2, 2, 2]

    async def test_unknown_outcome_waits_and_is_then_handed_out_once_more(
        self, store: Store, outbox: Outbox, pass_time: PassTime
    ) -> None:
        for where, wait in ((OTHER, self.lease), (CONVERSATION, self.brief)):
            await outbox.reach(address(where))
            await self.say(store, f"{where} 1", f"{where} 2", where=where)
            await outbox.settle(await self.due(outbox), Unknown(wait=wait))
        await pass_time(self.brief)
        (claim,) = await outbox.claim_due("a", 5, self.lease)
        assert (claim.message.text, claim.tries, claim.unknowns) == (f"{CONVERSATION} 1", 2, 1)

    @pytest.mark.parametrize("by_id", [True, False])
    async def test_status_settles_an_unknown_outcome_at_once(self, store: Store, outbox: Outbox, by_id: bool) -> None:
        await outbox.reach(address())
        await self.say(store, "1", "2")
        claim = await self.due(outbox)
        await outbox.settle(claim, Unknown(wait=timedelta(days=1)))
        news = StatusNews(status=DELIVERED, provider_id="wamid.1", message=claim.message.id)
        assert not await outbox.status(evolve(news, message=None), TOLD)
        assert await outbox.status(news, TOLD)
        assert await outbox.standing(claim.message.id) is DELIVERED
        assert (await self.due(outbox)).message.text == "2"
        later = StatusNews(status=READ, provider_id=None if by_id else "wamid.1", message=claim.message.id if by_id else None)
        assert await outbox.status(later, TOLD)

    async def test_status_that_comes_before_the_sends_own_answer_is_kept(self, store: Store, outbox: Outbox) -> None:
        await outbox.reach(address())
        await self.say(store, "1", "2")
        claim = await self.due(outbox)
        assert await outbox.status(StatusNews(status=READ, message=claim.message.id), TOLD)
        assert await self.nothing_is_due(outbox)
        await outbox.settle(claim, Unknown(wait=timedelta(days=1)))
        assert await outbox.standing(claim.message.id) is READ
        claim = await self.due(outbox)
        assert claim.message.text == "2"
        assert await outbox.status(StatusNews(status=DELIVERED, message=claim.message.id), TOLD)
        await outbox.settle(claim, Sent(provider_id="wamid.2"))
        assert await outbox.standing(claim.message.id) is DELIVERED

    async def test_status_settles_what_its_owner_never_did(self, store: Store, outbox: Outbox, pass_time: PassTime) -> None:
        await outbox.reach(address())
        await self.say(store, "1")
        lost = await self.due(outbox, "a", self.brief)
        assert await outbox.status(StatusNews(status=DELIVERED, message=lost.message.id), TOLD)
        await pass_time(self.brief)
        assert await self.nothing_is_due(outbox)
        await self.say(store, "2")
        claim = await self.due(outbox)
        assert (claim.message.text, claim.lapsed) == ("2", False)

    async def test_set_aside_message_is_listed_staff_is_told_and_later_ones_go_on(
        self, store: Store, outbox: Outbox, pass_time: PassTime
    ) -> None:
        await outbox.reach(address())
        await self.say(store, "1", "2")
        await outbox.settle(await self.due(outbox), SetAside(reason="rejected", told=TOLD))
        (aside,) = await outbox.undelivered()
        assert (aside.message, aside.tenant, aside.conversation, aside.reason, aside.tries) == (
            "outbox-1",
            TENANT,
            CONVERSATION,
            "rejected",
            1,
        )
        assert await store.escalations() == (TOLD,)
        await pass_time(timedelta(milliseconds=2))
        await outbox.settle(await self.due(outbox), SetAside(reason="too_often", told=evolve(TOLD, id="x-2")))
        assert [one.reason for one in await outbox.undelivered(TENANT)] == ["rejected", "too_often"]
        assert [one.reason for one in await outbox.undelivered(TENANT, limit=1)] == ["rejected"]
        assert await outbox.undelivered(MAR) == ()
        assert await self.nothing_is_due(outbox)

    # ------------------------------------------------------------ statuses

    @pytest.mark.parametrize(
        ("told", "expected"),
        [
            ((DELIVERED, SENT), DELIVERED),
            ((READ, DELIVERED, SENT), READ),
            ((SENT, DELIVERED, DELIVERED, READ), READ),
            ((DELIVERED, FAILED), DELIVERED),
            ((FAILED, DELIVERED), DELIVERED),
            ((FAILED, SENT), FAILED),
        ],
    )
    async def test_status_never_goes_backwards(
        self, store: Store, outbox: Outbox, told: tuple[DeliveryStatus, ...], expected: DeliveryStatus
    ) -> None:
        await outbox.reach(address())
        await self.say(store, "1")
        claim = await self.due(outbox)
        await outbox.settle(claim, Sent(provider_id="wamid.1"))
        moved = []
        for n, status in enumerate(told):
            news = StatusNews(status=status, provider_id="wamid.1", message=claim.message.id if n % 2 else None)
            moved.append(await outbox.status(news, TOLD))
        highest: DeliveryStatus = SENT
        for status, was_news in zip(told, moved, strict=True):
            assert was_news == status.follows(highest)
            highest = status if was_news else highest
        assert expected is highest is await outbox.standing(claim.message.id)
        assert ((TOLD,) if told[0] is FAILED else ()) == await store.escalations()
        assert len(await outbox.undelivered()) == (expected is FAILED)

    async def test_status_of_no_message_of_ours_is_no_news(self, outbox: Outbox) -> None:
        assert not await outbox.status(StatusNews(status=READ, provider_id="another's"), TOLD)
        assert not await outbox.status(StatusNews(status=READ, message=OutboxId("unheard of")), TOLD)
        assert not await outbox.status(StatusNews(status=READ), TOLD)

    # ------------------------------------------------------------ pace

    async def test_pace_holds_for_all_who_send(self, store: Store, outbox: Outbox, pass_time: PassTime) -> None:
        every = self.brief * 4  # what comes before it has passed takes time of its own
        pace = Pace(every=every, burst=2)
        await outbox.reach(address())
        await self.say(store, "1", "2", "3")
        for owner in ("a", "b"):
            await outbox.settle(await self.due(outbox, owner), Sent(provider_id=owner, pace=pace))
        assert await self.nothing_is_due(outbox)
        await pass_time(every)
        await outbox.settle(await self.due(outbox, "c"), Sent(provider_id="c", pace=pace))
        await self.say(store, "4")
        assert await self.nothing_is_due(outbox)
        await pass_time(every)
        assert (await self.due(outbox)).message.text == "4"
