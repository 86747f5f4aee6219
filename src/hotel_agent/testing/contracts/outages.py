"""What stores do when the server behind them is gone for a while, and when the process is."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

import anyio
import pytest

from hotel_agent.domain.errors import AlreadyLocked, OutcomeUnknown, StaleClaim, Unavailable
from hotel_agent.domain.ids import BookingId, ConversationId, OwnerId, TenantId
from hotel_agent.domain.turns import JobResult, Turn
from hotel_agent.ports.locks import LockStore, WriterLease
from hotel_agent.testing.contracts.journal_case import Store
from hotel_agent.testing.contracts.locks import race
from hotel_agent.testing.examples import (
    AT,
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

ANA, BEN = OwnerId("ana"), OwnerId("ben")
_LONG = timedelta(hours=1)


_PATIENCE_S = 60.0


async def recovered(*calls: Callable[[], Awaitable[object]]) -> None:
    """
    Wait until each of *calls*, which may be repeated, is answered again: a server that was away takes a moment to come back.

    Raises:
        TimeoutError: it does not.

    """
    with anyio.fail_after(_PATIENCE_S):
        for call in calls:
            while True:
                try:
                    await call()
                    break
                except Unavailable:
                    await anyio.sleep(0.05)


class WholeStore(Protocol):
    """Journal, locks and leases, as stores of one technology come together."""

    @property
    def journal(self) -> Store: ...
    @property
    def locks(self) -> LockStore: ...
    @property
    def leases(self) -> WriterLease: ...


Opening = Callable[[], AbstractAsyncContextManager[WholeStore]]
Outage = Callable[[], AbstractAsyncContextManager[None]]


class RestartContract:
    """Subclasses provide the fixture `opening`, which opens the same store again and again, also while it is open."""

    @pytest.fixture
    @abstractmethod
    def opening(self) -> Opening: ...

    async def test_restart_keeps_everything(self, opening: Opening) -> None:
        event = message("1")
        turn = Turn(
            event=event,
            session=session(clarifications=2),
            bookings=(booking(),),
            jobs=(job(),),
            outbox=(said("1", to=event),),
            timers=(timer(),),
            audit=(audit_entry(),),
            escalations=(escalation(),),
            answer=answer(),
        )
        async with opening() as store:
            await store.journal.append(event)
            (claim,) = await store.journal.claim("a", 1, _LONG)
            await store.journal.commit(claim, turn)
            await store.journal.append(message("2"))
            lock = await store.locks.acquire(lock_claim("201"), ANA, _LONG)
            lease = await store.leases.take(TENANT, "a", _LONG)
        async with opening() as store:
            (again,) = await store.journal.claim("b", 1, _LONG)
            assert (turn.session, (booking(),), (message("2"),)) == (again.session, again.bookings, again.events)
            assert claim.fence < again.fence
            (due,) = await store.journal.claim_jobs("b", 1, _LONG)
            assert (job(), booking()) == (due.job, due.booking)
            assert (timer(),) == await store.journal.due(5)
            assert answer() == await store.journal.answer(event.root)
            assert [line.text for line in await store.journal.transcript(CONVERSATION)] == ["Hola", "Buenos días"]
            assert ((audit_entry(),), (escalation(),)) == (
                await store.journal.audit(TENANT),
                await store.journal.escalations(),
            )
            assert not (await store.journal.append(event)).new
            assert (lock,) == await store.locks.standing(TENANT)
            assert len(await store.locks.trail(TENANT)) == 1
            assert None is await store.leases.take(TENANT, "b", _LONG)
            assert lease

    async def test_two_stores_on_the_same_data_see_the_same(self, opening: Opening) -> None:
        async with opening() as one, opening() as other:
            await one.journal.append(message("1"))
            assert not (await other.journal.append(message("1"))).new
            (claim,) = await other.journal.claim("b", 1, _LONG)
            assert await one.journal.claim("a", 1, _LONG) == ()
            assert None is await one.journal.commit(claim, Turn(event=claim.events[0], session=session()))
            with pytest.raises(StaleClaim):
                await other.journal.commit(claim, Turn(event=claim.events[0], session=session()))
            lock = await one.locks.acquire(lock_claim("201"), ANA, _LONG)
            with pytest.raises(AlreadyLocked):
                await other.locks.acquire(lock_claim("201"), BEN, _LONG)
            assert await other.locks.hold(lock.id, ANA) == await one.locks.get(lock.id)
            assert await one.leases.take(TENANT, "a", _LONG)
            assert None is await other.leases.take(TENANT, "b", _LONG)

    async def test_race_over_two_stores_has_one_winner(self, opening: Opening) -> None:
        async with opening() as one, opening() as other:
            for _ in range(5):
                won: list[object] = []

                async def contend(store: WholeStore, won: list[object] = won) -> None:
                    won.extend(await race(store.locks, lock_claim("201", tenant=TENANT), 25))

                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(contend, one)
                    tasks.start_soon(contend, other)
                # Owners of both races have the same names, so the winner's namesake gets the same lock.
                assert len(set(won)) == 1
                (lock,) = await one.locks.standing(TENANT)
                await one.locks.release(lock.id, lock.owner)

    async def test_crossing_changes_over_two_stores_are_all_made(self, opening: Opening) -> None:
        """Many conversations and hotels, from both sides and in opposite order: nobody waits for ever, nothing is lost."""
        names = [f"c{n}" for n in range(20)]
        async with opening() as one, opening() as other:

            async def append(store: WholeStore, name: str, which: str) -> None:
                await store.journal.append(message(f"{name}-{which}", conversation=ConversationId(f"sol/{name}")))

            async def lock(store: WholeStore, name: str, owner: str) -> None:
                await store.locks.acquire(lock_claim("201", "202", tenant=TenantId(name)), OwnerId(owner), _LONG)

            async with anyio.create_task_group() as tasks:
                for name, back in zip(names, reversed(names), strict=True):
                    tasks.start_soon(append, one, name, "x")
                    tasks.start_soon(append, other, back, "y")
                    tasks.start_soon(lock, one, name, "ana")
                    tasks.start_soon(lock, other, back, "ben")
            claims = await one.journal.claim("a", 50, _LONG)
            assert [len(claim.events) for claim in claims] == [2] * 20
            assert [len(await other.locks.standing(TenantId(name))) for name in names] == [2] * 20


class OutageContract:
    """
    Subclasses provide `opening`, and `outage`, inside which the store takes no changes.

    What a call that failed had done is settled by looking: `Unavailable` means nothing, `OutcomeUnknown` all or nothing.
    """

    @pytest.fixture
    @abstractmethod
    def opening(self) -> Opening: ...

    @pytest.fixture
    @abstractmethod
    def outage(self) -> Outage: ...

    async def test_calls_on_a_store_that_is_gone_are_refused_and_work_again_later(
        self, opening: Opening, outage: Outage
    ) -> None:
        async with opening() as store:
            await store.journal.append(message("1"))
            await store.journal.append(message("2", conversation=ConversationId("sol/webchat/2")))
            claim, waiting = await store.journal.claim("a", 2, _LONG)
            turn = Turn(event=claim.events[0], session=session(), bookings=(booking(),), jobs=(job(),))
            assert None is await store.journal.commit(claim, turn)
            (due,) = await store.journal.claim_jobs("a", 1, _LONG)
            lock = await store.locks.acquire(lock_claim("201"), ANA, _LONG)
            async with outage():
                with pytest.raises(Unavailable):
                    await store.journal.append(message("3"))
                with pytest.raises(Unavailable):
                    await store.journal.claim("b", 1, _LONG)
                with pytest.raises((Unavailable, OutcomeUnknown)):
                    await store.journal.commit(waiting, Turn(event=waiting.events[0], session=session()))
                with pytest.raises(Unavailable):
                    await store.journal.note(due, booking().changed(submitted_at=AT))
                with pytest.raises((Unavailable, OutcomeUnknown)):
                    await store.journal.record(due, JobResult(audit=(audit_entry(),)))
                with pytest.raises(Unavailable):
                    await store.locks.acquire(lock_claim("202"), BEN, _LONG)
                with pytest.raises(Unavailable):
                    await store.locks.hold(lock.id, ANA)
                with pytest.raises(Unavailable):
                    await store.leases.take(TENANT, "a", _LONG)
            await recovered(lambda: store.leases.take(TENANT, "a", _LONG), store.journal.depth)
            assert await store.leases.take(TENANT, "a", _LONG)
            assert (await store.journal.append(message("3"))).new
            assert None is await store.journal.commit(waiting, Turn(event=waiting.events[0], session=session()))
            await store.journal.record(due, JobResult(audit=(audit_entry(),)))
            assert (audit_entry(),) == await store.journal.audit(TENANT)
            assert lock == await store.locks.get(lock.id)
            assert booking() == await store.journal.booking(BookingId("booking-1"))

    async def test_calls_waiting_together_are_all_refused(self, opening: Opening, outage: Outage) -> None:
        refused = []

        async def append(store: WholeStore, n: int) -> None:
            try:
                await store.journal.append(message(f"m{n}", at=AT + timedelta(seconds=n)))
            except Unavailable:
                refused.append(n)

        async with opening() as store:
            async with outage(), anyio.create_task_group() as tasks:
                for n in range(50):
                    tasks.start_soon(append, store, n)
            assert len(refused) == 50
            await recovered(store.journal.depth)
            # A store that fell silent may have heard some of them: repeating all keeps each once.
            for n in range(50):
                await append(store, n)
            assert (await store.journal.depth()).events == 50
            assert len(refused) == 50
