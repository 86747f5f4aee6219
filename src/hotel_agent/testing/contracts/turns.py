"""What every `Inbox` does with a turn."""

import anyio
import pytest
from attrs import evolve

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import HotelAgentError, InvalidValue, StaleClaim
from hotel_agent.domain.ids import BookingId, ReservationId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.records import Depth
from hotel_agent.testing.contracts.journal_case import MAR, JournalCase, Store
from hotel_agent.testing.examples import (
    CONVERSATION,
    TENANT,
    answer,
    audit_entry,
    booking,
    escalation,
    job,
    message,
    said,
    session,
    timer,
)


class TurnContract(JournalCase):
    """`commit`."""

    async def test_turn_is_written_whole(self, store: Store) -> None:
        event = message("1")
        await store.append(event)
        claim = await self.one_claim(store)
        turn = Turn(
            event=event,
            session=session(clarifications=1),
            bookings=(booking(),),
            jobs=(job(),),
            outbox=(said("2", to=event, text="Segundo", position=1), said("1", to=event, text="Primero")),
            timers=(timer(),),
            audit=(audit_entry("a"), audit_entry("b")),
            escalations=(escalation(),),
            answer=answer(),
        )
        assert None is await store.commit(claim, turn)
        assert answer() == await store.answer(event.root)
        assert [line.text for line in await store.transcript(CONVERSATION)] == ["Hola", "Primero", "Segundo"]
        assert booking() == await store.booking(BookingId("booking-1"))
        assert (booking(),) == await store.unsettled()
        assert (audit_entry("a"), audit_entry("b")) == await store.audit(TENANT)
        assert (escalation(),) == await store.escalations()
        assert (timer(),) == await store.due(5)
        assert Depth(events=0, jobs=1, timers=1, dead=0, oldest_at=None) == await store.depth()
        waiting = await self.one_job(store)
        assert (job(), booking(), 1) == (waiting.job, waiting.booking, waiting.tries)

    async def test_next_claim_sees_what_was_committed(self, store: Store) -> None:
        await self.booked(store)
        await store.append(message("2"))
        claim = await self.one_claim(store)
        assert (session(), (booking(),), (message("2"),)) == (claim.session, claim.bookings, claim.events)

    async def test_commit_answers_the_claim_with_what_is_left(self, store: Store) -> None:
        for name in ("1", "2"):
            await store.append(message(name))
        claim = await self.one_claim(store)
        turn = Turn(event=claim.events[0], session=session(clarifications=1), bookings=(booking(),))
        left = await store.commit(claim, turn)
        assert left
        assert (claim.fence, turn.session, (booking(),), (message("2"),), 1) == (
            left.fence,
            left.session,
            left.bookings,
            left.events,
            left.tries,
        )
        assert await store.claim("b", 1, self.lease) == ()
        assert None is await store.commit(left, Turn(event=left.events[0], session=session(clarifications=2)))
        assert await store.claim("b", 1, self.lease) == ()

    async def test_event_that_came_meanwhile_is_claimed_next(self, store: Store) -> None:
        await store.append(message("1"))
        claim = await self.one_claim(store)
        await store.append(message("2"))
        assert None is await store.commit(claim, Turn(event=claim.events[0], session=session()))
        assert (message("2"),) == (await self.one_claim(store, "b")).events

    async def test_same_turn_twice_is_written_once(self, store: Store) -> None:
        event = message("1")
        await store.append(event)
        claim = await self.one_claim(store)
        turn = Turn(event=event, session=session(), outbox=(said("1", to=event),), audit=(audit_entry(),))
        await store.commit(claim, turn)
        with pytest.raises(StaleClaim):
            await store.commit(claim, turn)
        assert len(await store.transcript(CONVERSATION)) == 2
        assert (audit_entry(),) == await store.audit(TENANT)

    async def test_racing_commits_of_one_claim_have_one_winner(self, store: Store) -> None:
        event = message("1")
        await store.append(event)
        await store.append(message("2"))
        claim = await self.one_claim(store)
        refused = []

        async def commit(n: int) -> None:
            try:
                await store.commit(claim, Turn(event=event, session=session(clarifications=n), audit=(audit_entry(str(n)),)))
            except StaleClaim:
                refused.append(n)

        async with anyio.create_task_group() as tasks:
            for n in range(10):
                tasks.start_soon(commit, n)
        assert len(refused) == 9
        assert len(await store.audit(TENANT)) == 1

    async def test_turn_of_another_event_than_the_first_is_refused(self, store: Store) -> None:
        for name in ("1", "2"):
            await store.append(message(name))
        claim = await self.one_claim(store)
        with pytest.raises(InvalidValue):
            await store.commit(claim, Turn(event=claim.events[1], session=session()))

    @pytest.mark.parametrize(
        ("broken", "error"),
        [
            ({"bookings": (booking(version=1),)}, StaleClaim),
            ({"bookings": (booking(version=3),)}, StaleClaim),
            ({"bookings": (booking("2", version=2),)}, StaleClaim),
            ({"bookings": (booking("2", reference=booking().reference),)}, StaleClaim),
            ({"jobs": (job("2", about="unheard of"),)}, InvalidValue),
            ({"jobs": (job("1"),)}, StaleClaim),
        ],
        ids=["booking exists", "booking moved", "booking unknown", "reference taken", "job without booking", "job exists"],
    )
    async def test_turn_that_cannot_be_written_leaves_nothing(
        self, store: Store, broken: dict[str, object], error: type[HotelAgentError]
    ) -> None:
        await self.booked(store)
        event = message("2")
        await store.append(event)
        claim = await self.one_claim(store)
        before = (await store.depth(), await store.transcript(CONVERSATION))
        turn = Turn(
            event=event,
            session=session(clarifications=1),
            outbox=(said("2", to=event),),
            timers=(timer("2"),),
            audit=(audit_entry("2"),),
            escalations=(escalation("2"),),
            answer=answer("2"),
        )
        with pytest.raises(error):
            await store.commit(claim, evolve(turn, **broken))  # type: ignore[arg-type]  # names of fields of Turn
        assert before == (await store.depth(), await store.transcript(CONVERSATION))
        assert (await store.answer(event.root), await store.audit(TENANT), await store.escalations()) == (None, (), ())
        assert booking() == await store.booking(BookingId("booking-1"))
        assert None is await store.commit(claim, turn)

    async def test_booking_changes_version_by_version(self, store: Store) -> None:
        await self.booked(store)
        await store.append(message("2"))
        claim = await self.one_claim(store)
        confirmed = booking().moved_to(BookingState.CONFIRMED, reservation=ReservationId("77"))
        await store.commit(claim, Turn(event=claim.events[0], session=session(), bookings=(confirmed,)))
        assert confirmed == await store.booking(confirmed.id)
        assert await store.unsettled() == ()

    async def test_event_set_aside_is_dead_and_the_conversation_goes_on(self, store: Store) -> None:
        for name in ("1", "2"):
            await store.append(message(name, text=name))
        claim = await self.one_claim(store)
        turn = Turn(event=claim.events[0], session=session(), outbox=(said("1", to=claim.events[0]),), set_aside="8 tries")
        left = await store.commit(claim, turn)
        assert left
        assert (message("2", text="2"),) == left.events
        assert (await store.depth()).dead == 1
        assert [line.text for line in await store.transcript(CONVERSATION)] == ["1", "Buenos días"]
        assert not (await store.append(message("1"))).new

    async def test_escalation_of_one_id_is_kept_once(self, store: Store) -> None:
        for name in ("1", "2"):
            await store.append(message(name))
            claim = await self.one_claim(store)
            kept = (escalation("1", reason=name), escalation(f"own-{name}"))
            await store.commit(claim, Turn(event=claim.events[0], session=session(), escalations=kept))
        expected = (escalation("1", reason="1"), escalation("own-1"), escalation("own-2"))
        assert expected == await store.escalations()
        assert expected == await store.escalations(TENANT)
        assert await store.escalations(MAR) == ()
        assert expected[-1:] == await store.escalations(limit=1)
        assert expected[-2:] == await store.escalations(TENANT, limit=2)

    async def test_answer_is_kept_by_root_and_the_latest_counts(self, store: Store) -> None:
        first = message("1")
        caused = evolve(message("2"), root=first.root)
        silent = evolve(message("3"), root=first.root)
        for event, said_last in ((first, answer("un momento")), (caused, answer("listo")), (silent, None)):
            await store.append(event)
            claim = await self.one_claim(store)
            await store.commit(claim, Turn(event=event, session=session(), answer=said_last))
        assert answer("listo") == await store.answer(first.root)
        assert None is await store.answer(caused.id)
