"""What every `Inbox` does with events and claims."""

from datetime import timedelta

import anyio
import pytest
from attrs import evolve

from hotel_agent.domain.errors import InvalidValue, StaleClaim
from hotel_agent.domain.ids import ConversationId, EventId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.journal import Claim
from hotel_agent.ports.records import Depth
from hotel_agent.testing.contracts.journal_case import MAR, OTHER, TICK, JournalCase, Store
from hotel_agent.testing.contracts.passing_time import PassTime
from hotel_agent.testing.examples import (
    AT,
    CONVERSATION,
    TENANT,
    message,
    session,
)


class InboxContract(JournalCase):
    """`append`, `claim`, `renew` and `give_back`."""

    async def test_appended_event_is_claimed_as_it_was(self, store: Store) -> None:
        event = message("1", text="¿Tienen habitación? 🌞\u2028\x00")
        appended = await store.append(event)
        assert (event.id, True) == (appended.event, appended.new)
        claim = await self.one_claim(store)
        assert (event,) == claim.events
        assert (
            claim.tenant,
            claim.conversation,
            claim.owner,
            claim.session,
            claim.bookings,
            claim.tries,
        ) == (TENANT, CONVERSATION, "a", None, (), 1)

    async def test_repeated_message_is_kept_once_under_its_first_id(self, store: Store) -> None:
        first = message("1")
        await store.append(first)
        again = await store.append(evolve(first, id=EventId("another"), seed="another"))
        assert (first.id, False) == (again.event, again.new)
        assert (first,) == (await self.one_claim(store)).events

    async def test_message_is_known_after_it_was_handled(self, store: Store) -> None:
        await store.append(message("1"))
        claim = await self.one_claim(store)
        await store.commit(claim, Turn(event=claim.events[0], session=session()))
        assert not (await store.append(message("1"))).new
        assert await store.claim("a", 1, self.lease) == ()

    async def test_racing_repeats_are_kept_once(self, store: Store) -> None:
        got = []

        async def append(n: int) -> None:
            got.append(await store.append(evolve(message("1"), id=EventId(f"event-{n}"))))

        async with anyio.create_task_group() as tasks:
            for n in range(10):
                tasks.start_soon(append, n)
        assert sum(appended.new for appended in got) == 1
        assert len({appended.event for appended in got}) == 1
        assert len((await self.one_claim(store)).events) == 1

    async def test_equal_keys_of_two_hotels_are_two_messages(self, store: Store) -> None:
        theirs = message("1", tenant=MAR, conversation=ConversationId("mar/webchat/1"))
        assert (await store.append(message("1"))).new
        assert (await store.append(theirs)).new
        claims = await store.claim("a", 5, self.lease)
        assert {TENANT: (message("1"),), MAR: (theirs,)} == {claim.tenant: claim.events for claim in claims}

    async def test_conversation_of_one_hotel_takes_no_events_of_another(self, store: Store) -> None:
        await store.append(message("1"))
        with pytest.raises(InvalidValue):
            await store.append(message("2", tenant=MAR))
        assert (message("1"),) == (await self.one_claim(store)).events

    async def test_nothing_waits_in_an_empty_store(self, store: Store) -> None:
        assert await store.claim("a", 5, self.lease) == ()
        assert await store.claim_jobs("a", 5, self.lease) == ()
        assert await store.due(5) == ()
        assert Depth(events=0, jobs=0, timers=0, dead=0, oldest_at=None) == await store.depth()

    async def test_events_come_in_the_senders_order_then_in_order_of_arrival(self, store: Store) -> None:
        await store.append(message("b", at=AT))
        await store.append(message("late", at=AT - TICK))
        await store.append(message("c", at=AT))
        names = [event.dedupe_key for event in (await self.one_claim(store)).events]
        assert names == ["webchat/late", "webchat/b", "webchat/c"]

    async def test_event_is_held_back_until_it_is_ready(self, store: Store) -> None:
        far = message("2", at=AT + TICK, ready_in=timedelta(days=36_500))
        await store.append(far)
        assert await store.claim("a", 1, self.lease) == ()
        await store.append(message("3"))
        assert (message("3"),) == (await self.one_claim(store)).events

    async def test_held_back_event_is_not_overtaken_by_a_later_one_that_is_ready(self, store: Store) -> None:
        far = timedelta(days=36_500)
        await store.append(message("between", at=AT + TICK, ready_in=far))
        await store.append(message("earliest", at=AT, ready_in=far))
        await store.append(message("after", at=AT + 3 * TICK, ready_in=far))
        assert await store.claim("a", 1, self.lease) == ()
        await store.append(message("ready", at=AT + 2 * TICK))
        claim = await self.one_claim(store)
        names = [event.dedupe_key for event in claim.events]
        assert names == ["webchat/earliest", "webchat/between", "webchat/ready"]
        left: Claim | None = claim
        while left:
            left = await store.commit(left, Turn(event=left.events[0], session=session()))
        assert await store.claim("a", 1, self.lease) == ()
        assert (await store.depth()).events == 1

    async def test_held_back_event_of_the_same_instant_keeps_its_place_by_arrival(self, store: Store) -> None:
        far = timedelta(days=36_500)
        await store.append(message("before", ready_in=far))
        await store.append(message("ready"))
        await store.append(message("after", ready_in=far))
        names = [event.dedupe_key for event in (await self.one_claim(store)).events]
        assert names == ["webchat/before", "webchat/ready"]

    async def test_longest_waiting_conversation_comes_first(self, store: Store) -> None:
        for n in (3, 1, 2):
            conversation = ConversationId(f"sol/webchat/{n}")
            await store.append(message(f"m{n}", conversation=conversation, at=AT + n * TICK))
        first = await store.claim("a", 2, timedelta(hours=1))
        second = await store.claim("a", 2, timedelta(hours=1))
        assert [claim.conversation for claim in first] == ["sol/webchat/1", "sol/webchat/2"]
        assert [claim.conversation for claim in second] == ["sol/webchat/3"]

    async def test_conversation_given_back_for_later_events_keeps_its_place(self, store: Store) -> None:
        await store.append(message("old", at=AT))
        await store.append(message("new", at=AT + 5 * TICK))
        await store.append(message("other", conversation=OTHER, at=AT + 2 * TICK))
        claim = await self.one_claim(store)
        await store.commit(claim, Turn(event=claim.events[0], session=session()))
        await store.give_back(claim, timedelta())
        # Its fence still fits, so it was given back; what is left of it has waited less than the other conversation.
        assert [claim.conversation for claim in await store.claim("a", 2, self.lease)] == [OTHER, CONVERSATION]

    async def test_tenants_that_are_passed_over_go_on_waiting(self, store: Store) -> None:
        for n in range(12):
            flood = message(f"{n}", conversation=ConversationId(f"sol/{n}"), at=AT + n * TICK)
            await store.append(flood)
        await store.append(message("m", tenant=MAR, conversation=ConversationId("mar/1"), at=AT + 20 * TICK))
        await store.append(message("n", tenant=MAR, conversation=ConversationId("mar/2"), at=AT + 19 * TICK))
        assert await store.claim("a", 5, self.lease, passing={TENANT, MAR}) == ()
        others = await store.claim("a", 5, self.lease, passing=[TENANT])
        assert [claim.conversation for claim in others] == ["mar/2", "mar/1"]
        first = await store.claim("a", 2, self.lease, passing=[MAR])
        assert [claim.conversation for claim in first] == ["sol/0", "sol/1"]
        assert len(await store.claim("a", 50, self.lease)) == 10

    async def test_owned_conversation_is_not_claimed(self, store: Store) -> None:
        await store.append(message("1"))
        await self.one_claim(store)
        await store.append(message("2"))
        assert await store.claim("b", 5, self.lease) == ()

    async def test_race_for_one_conversation_has_one_winner(self, store: Store) -> None:
        await store.append(message("1"))
        claims: list[Claim] = []

        async def claim(owner: str) -> None:
            claims.extend(await store.claim(owner, 1, self.lease))

        async with anyio.create_task_group() as tasks:
            for n in range(10):
                tasks.start_soon(claim, f"worker-{n}")
        assert len(claims) == 1

    async def test_racing_workers_share_the_conversations(self, store: Store) -> None:
        for n in range(20):
            await store.append(message(f"m{n}", conversation=ConversationId(f"sol/webchat/{n}")))
        claims: list[Claim] = []

        async def claim(owner: str) -> None:
            claims.extend(await store.claim(owner, 2, self.lease))

        async with anyio.create_task_group() as tasks:
            for n in range(10):
                tasks.start_soon(claim, f"worker-{n}")
        assert 20 == len({claim.conversation for claim in claims}) == len(claims)

    async def test_lapsed_claim_is_free_again_under_a_higher_fence(self, store: Store, pass_time: PassTime) -> None:
        await store.append(message("1"))
        first = await self.one_claim(store, "a", self.brief)
        await pass_time(self.brief)
        second = await self.one_claim(store, "b")
        assert (first.events, first.version, 2) == (second.events, second.version, second.tries)
        assert first.fence < second.fence

    async def test_renewed_claim_lasts(self, store: Store, pass_time: PassTime) -> None:
        await store.append(message("1"))
        claim = await self.one_claim(store, "a", self.brief)
        await store.renew(claim, self.lease)
        await pass_time(self.brief)
        assert await store.claim("b", 1, self.lease) == ()

    async def test_renewed_claim_lapses_as_long_after_that_as_was_asked_for(self, store: Store, pass_time: PassTime) -> None:
        await store.append(message("1"))
        claim = await self.one_claim(store, "a", self.lease)
        await store.renew(claim, self.brief)
        await pass_time(self.brief)
        assert claim.fence < (await self.one_claim(store, "b")).fence

    async def test_lost_claim_cannot_be_renewed_or_committed_or_given_back(self, store: Store, pass_time: PassTime) -> None:
        await store.append(message("1"))
        lost = await self.one_claim(store, "a", self.brief)
        await pass_time(self.brief)
        owned = await self.one_claim(store, "a")
        with pytest.raises(StaleClaim):
            await store.renew(lost, self.lease)
        with pytest.raises(StaleClaim):
            await store.commit(lost, Turn(event=lost.events[0], session=session()))
        await store.give_back(lost, timedelta())
        assert await store.claim("b", 1, self.lease) == ()
        assert None is await store.commit(owned, Turn(event=owned.events[0], session=session()))

    async def test_lapsed_claim_that_nobody_took_still_commits(self, store: Store, pass_time: PassTime) -> None:
        await store.append(message("1"))
        claim = await self.one_claim(store, "a", self.brief)
        await pass_time(self.brief * 2)
        assert None is await store.commit(claim, Turn(event=claim.events[0], session=session()))

    async def test_given_back_claim_waits_its_delay(self, store: Store, pass_time: PassTime) -> None:
        for name, delay in ((OTHER, self.lease), (CONVERSATION, self.brief)):
            await store.append(message(name, conversation=name))
            claim = await self.one_claim(store)
            await store.give_back(claim, delay)
            await store.give_back(claim, timedelta())
            with pytest.raises(StaleClaim):
                await store.renew(claim, self.lease)
        await pass_time(self.brief)
        (claim,) = await store.claim("b", 5, self.lease)
        assert (claim.conversation, claim.tries) == (CONVERSATION, 2)

    async def test_what_waits_is_counted_up_to_a_bound(self, store: Store) -> None:
        assert await store.waiting(10) == 0
        await store.append(message("1"))
        await store.append(message("2", at=AT + TICK, ready_in=timedelta(days=36_500)))
        await store.append(message("3", conversation=OTHER))
        assert [await store.waiting(at_most) for at_most in (1, 2, 3, 10)] == [1, 2, 3, 3]
        for claim in await store.claim("a", 2, self.lease):
            assert await store.waiting(10) > 1
            await store.commit(claim, Turn(event=claim.events[0], session=session(claim.conversation), set_aside="x"))
        assert await store.waiting(10) == 1

    async def test_longest_wait_is_that_of_whoever_could_be_claimed_first(self, store: Store, pass_time: PassTime) -> None:
        assert await store.longest_wait() == timedelta()
        await store.append(message("held back", ready_in=timedelta(days=36_500)))
        assert await store.longest_wait() == timedelta()
        await store.append(message("1", conversation=OTHER, ready_in=-self.lease))
        await store.append(message("2", conversation=ConversationId("sol/webchat/3"), ready_in=-3 * self.lease))
        before = await store.longest_wait()
        await pass_time(self.brief)
        assert await store.longest_wait() >= before + self.brief
        (first,) = await store.claim("a", 1, timedelta(hours=1))
        assert timedelta() < await store.longest_wait() < before
        await store.claim("a", 1, timedelta(hours=1))
        assert await store.longest_wait() == timedelta()
        await store.give_back(first, timedelta())
        assert await store.longest_wait() >= before + self.brief

    async def test_cancelled_calls_leave_the_store_usable(self, store: Store, pass_time: PassTime) -> None:
        async with anyio.create_task_group() as tasks:
            for n in range(20):
                tasks.start_soon(store.append, message(f"m{n}", conversation=ConversationId(f"sol/webchat/{n}")))
                tasks.start_soon(store.claim, "a", 1, self.brief)
            await anyio.lowlevel.checkpoint()
            tasks.cancel_scope.cancel()
        for n in range(20):
            await store.append(message(f"m{n}", conversation=ConversationId(f"sol/webchat/{n}")))
        await pass_time(self.brief)
        assert len(await store.claim("b", 50, self.lease)) == 20
