"""What every `DeadLetters` does with events that could not be handled."""

from abc import abstractmethod
from datetime import timedelta

import anyio
import pytest

from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import ConversationId, EventId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.dead_letters import DeadLetter, DeadLetters
from hotel_agent.testing.contracts.journal_case import MAR, OTHER, TICK, JournalCase, Store
from hotel_agent.testing.contracts.passing_time import PassTime
from hotel_agent.testing.examples import AT, CONVERSATION, TENANT, message, said, session

_REASON = "ZeroDivisionError"


class DeadLettersContract(JournalCase):
    """Subclasses provide `store`, `pass_time`, and `dead_letters` on the same store."""

    @pytest.fixture
    @abstractmethod
    def dead_letters(self) -> DeadLetters: ...

    async def set_aside(self, store: Store, *events: Event) -> None:
        for event in events:
            await store.append(event)
            (claim,) = await store.claim("a", 1, self.lease)
            sorry = said(event.id, to=event, text="Perdón")
            await store.commit(
                claim, Turn(event=event, session=session(claim.conversation), outbox=(sorry,), set_aside=_REASON)
            )

    async def test_events_set_aside_are_listed_in_order_of_arrival_without_what_was_said(
        self, store: Store, dead_letters: DeadLetters
    ) -> None:
        late, early = message("late", text="secreto", at=AT), message("early", text="secreto", at=AT - TICK)
        theirs = message("theirs", tenant=MAR, conversation=ConversationId("mar/webchat/1"))
        await self.set_aside(store, late, early, theirs)
        expected = tuple(
            DeadLetter(
                event=event.id,
                tenant=event.tenant,
                conversation=event.conversation,
                reason=_REASON,
                tries=1,
                received_at=event.received_at,
            )
            for event in (late, early, theirs)
        )
        assert expected == await dead_letters.dead_letters()
        assert expected[:2] == await dead_letters.dead_letters(TENANT)
        assert expected[:1] == await dead_letters.dead_letters(limit=1)
        assert "secreto" not in repr(expected)

    async def test_event_handled_or_waiting_is_no_dead_letter(self, store: Store, dead_letters: DeadLetters) -> None:
        done, waiting = message("1"), message("2", conversation=OTHER)
        await store.append(done)
        claim = await self.one_claim(store)
        await store.commit(claim, Turn(event=done, session=session()))
        await store.append(waiting)
        assert await dead_letters.dead_letters() == ()
        for event in (done.id, waiting.id, EventId("unheard of")):
            assert not await dead_letters.redrive(event)
            assert not await dead_letters.drop(event)
        assert (waiting,) == (await self.one_claim(store)).events

    async def test_redriven_event_waits_again_with_no_tries_counted(
        self, store: Store, dead_letters: DeadLetters, pass_time: PassTime
    ) -> None:
        event = message("1")
        await store.append(event)
        await self.one_claim(store, "a", self.brief)
        await pass_time(self.brief)
        claim = await self.one_claim(store)
        await store.commit(claim, Turn(event=event, session=session(clarifications=2), set_aside=_REASON))
        assert [letter.tries for letter in await dead_letters.dead_letters()] == [2]
        assert await dead_letters.redrive(event.id)
        assert ((depth := await store.depth()).events, depth.dead) == (1, 0)
        again = await self.one_claim(store)
        assert ((event,), 1, claim.version + 1, session(clarifications=2)) == (
            again.events,
            again.tries,
            again.version,
            again.session,
        )
        assert None is await store.commit(again, Turn(event=event, session=session()))
        assert await dead_letters.dead_letters() == ()
        assert not await dead_letters.redrive(event.id)

    async def test_redriven_event_takes_its_old_place_among_those_that_wait(
        self, store: Store, dead_letters: DeadLetters
    ) -> None:
        first, second, third = message("1"), message("2"), message("3", at=AT + TICK)
        await self.set_aside(store, first)
        await store.append(third)
        await store.append(second)
        assert await dead_letters.redrive(first.id)
        assert (first, second, third) == (await self.one_claim(store)).events

    async def test_what_was_said_is_said_once_however_often_it_is_handled(
        self, store: Store, dead_letters: DeadLetters
    ) -> None:
        event = message("1", text="Hola")
        await self.set_aside(store, event)
        await dead_letters.redrive(event.id)
        claim = await self.one_claim(store)
        await store.commit(claim, Turn(event=event, session=session(), outbox=(said("2", to=event, text="Por fin"),)))
        lines = await store.transcript(CONVERSATION)
        assert [line.text for line in lines] == ["Hola", "Perdón", "Por fin"]
        assert sorted({line.position for line in lines}) == [line.position for line in lines]
        assert lines[2:] == await store.transcript(CONVERSATION, after=lines[1].position)

    async def test_dropped_event_is_gone_but_its_message_stays_known(self, store: Store, dead_letters: DeadLetters) -> None:
        event = message("1")
        await self.set_aside(store, event)
        assert await dead_letters.drop(event.id)
        assert not await dead_letters.drop(event.id)
        assert not await dead_letters.redrive(event.id)
        assert (await dead_letters.dead_letters(), (await store.depth()).dead) == ((), 0)
        assert not (await store.append(event)).new
        assert await store.claim("b", 1, timedelta(seconds=1)) == ()

    async def test_race_of_redrives_puts_it_back_once(self, store: Store, dead_letters: DeadLetters) -> None:
        event = message("1")
        await self.set_aside(store, event)
        done: list[bool] = []

        async def redrive() -> None:
            done.append(await dead_letters.redrive(event.id))

        async with anyio.create_task_group() as tasks:
            for _ in range(10):
                tasks.start_soon(redrive)
        assert sum(done) == 1
        assert (event,) == (await self.one_claim(store)).events
