"""What every `Retention` removes, and what it never does."""

from abc import abstractmethod
from datetime import datetime, timedelta

import anyio
import pytest
from attrs import evolve

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.ids import BookingId, ConversationId, OwnerId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.dead_letters import DeadLetters
from hotel_agent.ports.locks import LockStore
from hotel_agent.ports.retention import LEAST_AGE, Remains, Retention
from hotel_agent.testing.contracts.journal_case import OTHER, TICK, JournalCase, Store
from hotel_agent.testing.contracts.passing_time import PassTime
from hotel_agent.testing.examples import (
    CONVERSATION,
    TENANT,
    answer,
    audit_entry,
    booking,
    escalation,
    job,
    lock_claim,
    message,
    said,
    session,
    timer,
)

AGE = timedelta(days=30)
_DAY = timedelta(days=1)


class RetentionContract(JournalCase):
    """
    Subclasses provide `store`, `pass_time`, the rest of the same store (`retention`, `dead_letters`, `locks`), and its `clock`.

    Weeks have to pass by the store's clock: where it cannot be set, `pass_time` makes everything that is stored older.
    """

    @pytest.fixture
    @abstractmethod
    def retention(self) -> Retention: ...

    @pytest.fixture
    @abstractmethod
    def dead_letters(self) -> DeadLetters: ...

    @pytest.fixture
    @abstractmethod
    def locks(self) -> LockStore: ...

    @pytest.fixture
    @abstractmethod
    def clock(self) -> Clock: ...

    async def handle(
        self, store: Store, name: str, now: datetime, where: ConversationId = CONVERSATION, **turn: object
    ) -> None:
        """Take a message in and answer it, with whatever else the *turn* changes."""
        event = message(name, conversation=where, at=now - timedelta(seconds=1))
        await store.append(event)
        claim = await self.one_claim(store)
        whole: dict[str, object] = {
            "session": session(where, expires_at=now),
            "outbox": (said(name, to=event, at=now),),
            "answer": answer(name),
            **turn,
        }
        assert None is await store.commit(claim, Turn(event=event, **whole))  # type: ignore[arg-type]  # of a turn

    async def test_handled_events_go_with_their_keys_when_they_are_old_enough(
        self, store: Store, retention: Retention, pass_time: PassTime, clock: Clock
    ) -> None:
        for name in ("1", "2", "3"):
            await self.handle(store, name, clock.now())
        await pass_time(AGE - _DAY)
        assert await retention.purge(Remains.EVENTS, AGE, 10) == 0
        await self.handle(store, "young", clock.now())
        await pass_time(_DAY * 2)
        assert [await retention.purge(Remains.EVENTS, AGE, 2) for _ in range(3)] == [2, 1, 0]
        heard = [line.message_id for line in await store.transcript(CONVERSATION) if line.by_guest]
        assert heard == ["young"]
        assert not (await store.append(message("young"))).new
        assert (await store.append(message("1"))).new

    async def test_what_waits_is_never_removed_and_goes_on(
        self, store: Store, retention: Retention, pass_time: PassTime, clock: Clock
    ) -> None:
        event = message("2", at=clock.now() - _DAY)
        await self.handle(
            store, "1", clock.now(), bookings=(booking(),), jobs=(job(),), timers=(timer(due_at=clock.now()),), outbox=()
        )
        await store.append(event)
        await pass_time(AGE * 100)
        for remains in Remains:
            await retention.purge(remains, AGE, 10)
        claim = await self.one_claim(store)
        assert ((event,), (booking(),), session(expires_at=claim.session.expires_at if claim.session else None)) == (
            claim.events,
            claim.bookings,
            claim.session,
        )
        assert len(await store.due(5)) == 1
        assert (await self.one_job(store)).booking == booking()
        assert (booking(),) == await store.unsettled()
        assert None is await store.commit(claim, Turn(event=event, session=session()))

    async def test_dead_letters_are_kept_for_an_age_of_their_own(
        self, store: Store, retention: Retention, dead_letters: DeadLetters, pass_time: PassTime, clock: Clock
    ) -> None:
        await self.handle(store, "1", clock.now(), set_aside="KeyError")
        await self.handle(store, "2", clock.now(), set_aside="KeyError")
        await pass_time(AGE + _DAY)
        assert await retention.purge(Remains.EVENTS, AGE, 10) == 0
        first, _ = await dead_letters.dead_letters()
        assert await dead_letters.drop(first.event)
        assert await retention.purge(Remains.EVENTS, AGE, 10) == 1
        assert await retention.purge(Remains.DEAD_LETTERS, AGE * 2, 10) == 0
        assert await retention.purge(Remains.DEAD_LETTERS, AGE, 10) == 1
        assert await dead_letters.dead_letters() == ()

    async def test_what_was_said_and_answered_goes_oldest_first(
        self, store: Store, retention: Retention, pass_time: PassTime, clock: Clock
    ) -> None:
        for name in ("1", "2"):
            await self.handle(store, name, clock.now())
            await pass_time(_DAY)
        await pass_time(AGE - _DAY * 2.5)
        for remains in (Remains.OUTBOX, Remains.ANSWERS):
            assert await retention.purge(remains, AGE, 10) == 0
        await pass_time(_DAY)
        for remains in (Remains.OUTBOX, Remains.ANSWERS):
            assert await retention.purge(remains, AGE, 10) == 1
        assert [line.message_id for line in await store.transcript(CONVERSATION)] == ["1", "2", "outbox-2"]
        assert None is await store.answer(message("1").root)
        assert answer("2") == await store.answer(message("2").root)

    async def test_ended_session_is_forgotten_while_its_conversation_goes_on(
        self, store: Store, retention: Retention, pass_time: PassTime, clock: Clock
    ) -> None:
        await self.handle(store, "1", clock.now())
        await pass_time(AGE + _DAY)
        assert [await retention.purge(Remains.SESSIONS, AGE, 10) for _ in range(2)] == [1, 0]
        await store.append(message("2"))
        claim = await self.one_claim(store)
        assert (claim.session, claim.version, claim.fence) == (None, 1, 2)
        await store.commit(claim, Turn(event=claim.events[0], session=session(), outbox=(said("2", to=message("2")),)))
        assert [line.position for line in await store.transcript(CONVERSATION)] == [1, 2, 3, 4]

    async def test_nothing_of_a_conversation_is_left_in_the_end(
        self, store: Store, retention: Retention, pass_time: PassTime, clock: Clock
    ) -> None:
        await self.handle(store, "1", clock.now())
        await self.handle(store, "2", clock.now(), OTHER)
        await pass_time(AGE + _DAY)
        assert await retention.purge(Remains.SESSIONS, AGE, 10) == 2
        for remains in (Remains.EVENTS, Remains.OUTBOX, Remains.ANSWERS):
            assert await retention.purge(remains, AGE, 10) == 2
        await pass_time(AGE + _DAY)
        assert [await retention.purge(Remains.SESSIONS, AGE, 1) for _ in range(3)] == [1, 1, 0]
        await store.append(message("1"))
        claim = await self.one_claim(store)
        assert (claim.session, claim.version, claim.fence) == (None, 0, 1)

    async def test_session_of_an_open_booking_is_kept(
        self, store: Store, retention: Retention, pass_time: PassTime, clock: Clock
    ) -> None:
        await self.handle(store, "1", clock.now(), bookings=(booking(),))
        await pass_time(AGE + _DAY)
        assert await retention.purge(Remains.SESSIONS, AGE, 10) == 0
        await store.append(message("2"))
        assert (await self.one_claim(store)).session

    async def test_settled_bookings_go_but_neither_open_ones_nor_those_with_a_job(
        self, store: Store, retention: Retention, pass_time: PassTime, clock: Clock
    ) -> None:
        made_at = clock.now()
        bookings = tuple(booking(state.value, state=state, created_at=made_at) for state in BookingState)
        watched = booking("watched", state=BookingState.CONFIRMED, created_at=made_at)
        await self.handle(
            store, "1", made_at, bookings=(*bookings, watched), jobs=(job(about="watched", due_at=made_at + AGE * 9, watch=1),)
        )
        await pass_time(AGE - _DAY)
        assert await retention.purge(Remains.BOOKINGS, AGE, 10) == 0
        await pass_time(_DAY * 2)
        open_ones = await store.unsettled()
        assert len(bookings) - len(open_ones) == await retention.purge(Remains.BOOKINGS, AGE, 10)
        await store.append(message("2"))
        left = (await self.one_claim(store)).bookings
        assert {"watched", *(one.state.value for one in open_ones)} == {one.id.removeprefix("booking-") for one in left}
        assert None is await store.booking(BookingId("booking-confirmed"))

    async def test_trails_and_escalations_go_oldest_first(
        self, store: Store, retention: Retention, locks: LockStore, pass_time: PassTime, clock: Clock
    ) -> None:
        now = clock.now()
        old, young = now - AGE - _DAY, now - AGE + _DAY
        await self.handle(
            store,
            "1",
            now,
            audit=(evolve(audit_entry("old"), at=old), evolve(audit_entry("young"), at=young)),
            escalations=(evolve(escalation("old"), at=old), evolve(escalation("young"), at=young)),
        )
        for remains in (Remains.AUDIT, Remains.ESCALATIONS):
            assert [await retention.purge(remains, AGE, 10) for _ in range(2)] == [1, 0]
        assert [entry.subject for entry in await store.audit(TENANT)] == ["young"]
        assert [kept.id for kept in await store.escalations()] == ["escalation-young"]

        for owner, room in (("ana", "201"), ("ben", "202")):
            await pass_time(_DAY)
            lock = await locks.acquire(lock_claim(room), OwnerId(owner), timedelta(seconds=60))
            await locks.release(lock.id, lock.owner)
        await pass_time(AGE - _DAY / 2)
        assert [await retention.purge(Remains.LOCK_TRAIL, AGE, limit) for limit in (1, 10, 10)] == [1, 1, 0]
        assert [entry.owner for entry in await locks.trail(TENANT)] == ["ben", "ben"]
        assert await locks.trail(TENANT, room=lock_claim("201").candidates[0]) == ()

    @pytest.mark.parametrize("remains", list(Remains))
    async def test_nothing_younger_than_eight_days_is_ever_removed(
        self, store: Store, retention: Retention, pass_time: PassTime, clock: Clock, remains: Remains
    ) -> None:
        await self.handle(store, "1", clock.now())
        with pytest.raises(InvalidValue):
            await retention.purge(remains, LEAST_AGE - TICK, 10)
        await pass_time(LEAST_AGE - _DAY / 10)
        assert await retention.purge(remains, LEAST_AGE, 10) == 0
        assert not (await store.append(message("1"))).new

    async def test_purging_by_several_at_once_while_guests_write_loses_nothing(
        self, store: Store, retention: Retention, pass_time: PassTime, clock: Clock
    ) -> None:
        for n in range(20):
            await self.handle(store, f"old-{n}", clock.now(), ConversationId(f"sol/{n}"))
        await pass_time(AGE + _DAY)
        removed: list[int] = []

        async def purge(remains: Remains) -> None:
            removed.append(await retention.purge(remains, AGE, 7))

        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                for remains in (Remains.EVENTS, Remains.SESSIONS):
                    tasks.start_soon(purge, remains)
            for n in range(20):
                tasks.start_soon(store.append, message(f"new-{n}", conversation=ConversationId(f"sol/{n}")))
        assert sum(removed) <= 40
        claims = await store.claim("b", 50, self.lease)
        assert {f"webchat/new-{n}" for n in range(20)} == {event.dedupe_key for claim in claims for event in claim.events}
