"""What every `Records` shows."""

from datetime import timedelta

from attrs import evolve

from hotel_agent.domain.bookings import OPEN, BookingState
from hotel_agent.domain.events import Channel, GuestMessage
from hotel_agent.domain.ids import BookingId, ConversationId, EventId, MessageId
from hotel_agent.domain.money import Money
from hotel_agent.domain.rendered import Button, Card
from hotel_agent.domain.shedding import Situation
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.records import Depth, Load
from hotel_agent.testing.contracts.journal_case import MAR, OTHER, TICK, JournalCase, Store
from hotel_agent.testing.examples import (
    AT,
    CONVERSATION,
    TENANT,
    audit_entry,
    booking,
    escalation,
    message,
    offer,
    said,
    session,
)


class RecordsContract(JournalCase):
    """The views of the journal's store."""

    async def test_transcript_counts_the_lines_of_both_sides_as_handled(self, store: Store) -> None:
        late, early = message("late", text="b", at=AT), message("early", text="a", at=AT - TICK)
        for event in (late, early):
            await store.append(event)
        claim = await self.one_claim(store)
        buttons = (Button(id="yes", title="Sí"),)
        cards = (
            Card(button="yes", name="Doble", row="1. Doble", total=Money.of("240", "EUR"), nights=2, picture="/doble.jpg"),
        )
        first = Turn(event=early, session=session(), outbox=(evolve(said("1", to=early), buttons=buttons, cards=cards),))
        left = await store.commit(claim, first)
        assert left
        await store.commit(left, Turn(event=late, session=session(), outbox=(said("2", to=late, text="Dos"),)))
        lines = await store.transcript(CONVERSATION)
        assert [(line.position, line.by_guest, line.text) for line in lines] == [
            (1, True, "a"),
            (2, False, "Buenos días"),
            (3, True, "b"),
            (4, False, "Dos"),
        ]
        assert [line.message_id for line in lines] == ["early", "outbox-1", "late", "outbox-2"]
        assert (early.received_at, buttons, AT) == (lines[0].at, lines[1].buttons, lines[3].at)
        assert [line.cards for line in lines] == [(), cards, (), ()]
        assert lines[2:] == await store.transcript(CONVERSATION, after=2)
        assert lines[1:2] == await store.transcript(CONVERSATION, after=1, limit=1)
        assert await store.transcript(OTHER) == ()

    async def test_situation_tells_what_is_at_stake_as_committed(self, store: Store) -> None:
        assert await store.situation(CONVERSATION) == Situation()
        asked, chosen, confirmed, later = (message(name) for name in ("1", "2", "3", "4"))
        for event in (asked, chosen, confirmed, later):
            await store.append(event)
        assert await store.situation(CONVERSATION) == Situation()
        kept, settled = session(looking=2), evolve(booking("1"), state=BookingState.CANCELLED)
        left = await store.commit(await self.one_claim(store), Turn(event=asked, session=kept, bookings=(settled,)))
        assert left
        assert await store.situation(CONVERSATION) == Situation(talks_until=kept.expires_at)
        offered = evolve(kept, offers=(offer(),), expires_at=kept.expires_at + TICK)
        left = await store.commit(left, Turn(event=chosen, session=offered))
        assert left
        assert await store.situation(CONVERSATION) == Situation(talks_until=offered.expires_at, engaged=True)
        left = await store.commit(left, Turn(event=confirmed, session=kept, bookings=(booking("2"),)))
        assert left
        assert await store.situation(CONVERSATION) == Situation(talks_until=kept.expires_at, booking_open=True)
        await store.commit(
            left, Turn(event=later, session=kept, bookings=(evolve(booking("2"), state=BookingState.CANCELLED, version=2),))
        )
        assert await store.situation(CONVERSATION) == Situation(talks_until=kept.expires_at)
        assert await store.situation(OTHER) == Situation()

    async def test_booking_is_open_until_it_is_settled(self, store: Store) -> None:
        states = {ConversationId(f"c-{state.value}"): state for state in BookingState}
        for conversation in states:
            await store.append(message(conversation, conversation=conversation))
        for claim in await store.claim("a", len(states), self.lease):
            where = claim.conversation
            booked = evolve(booking(where, conversation=where), state=states[where])
            await store.commit(claim, Turn(event=claim.events[0], session=session(where), bookings=(booked,)))
        found = {state: (await store.situation(where)).booking_open for where, state in states.items()}
        assert found == {state: state in OPEN for state in BookingState}

    async def test_equal_message_ids_of_two_guests_are_two_lines(self, store: Store) -> None:
        for conversation in (CONVERSATION, OTHER):
            event = message(conversation, conversation=conversation)
            content = GuestMessage(message_id=MessageId("same"), text=conversation, sent_at=AT)
            await store.append(evolve(event, content=content, channel=Channel.WHATSAPP))
        for claim in await store.claim("a", 2, self.lease):
            await store.commit(claim, Turn(event=claim.events[0], session=session(claim.conversation)))
        assert [line.text for line in await store.transcript(OTHER)] == [OTHER]

    async def test_audit_is_read_by_hotel_and_conversation(self, store: Store) -> None:
        entries = (audit_entry("1"), audit_entry("2", conversation=OTHER), audit_entry("3", tenant=MAR), audit_entry("4"))
        await store.append(message("1"))
        claim = await self.one_claim(store)
        await store.commit(claim, Turn(event=claim.events[0], session=session(), audit=entries))
        assert [entry.subject for entry in await store.audit(TENANT)] == ["1", "2", "4"]
        assert [entry.subject for entry in await store.audit(TENANT, CONVERSATION)] == ["1", "4"]
        assert [entry.subject for entry in await store.audit(MAR)] == ["3"]
        assert [entry.subject for entry in await store.audit(TENANT, limit=2)] == ["2", "4"]
        assert [entry.subject for entry in await store.audit(TENANT, CONVERSATION, limit=1)] == ["4"]
        assert await store.audit(TENANT, limit=0) == ()

    async def test_newest_entries_of_many_turns_are_read(self, store: Store) -> None:
        for n in range(6):
            where = (CONVERSATION, OTHER)[n % 2]
            await store.append(message(f"m{n}", conversation=where))
            claim = await self.one_claim(store)
            entries = tuple(audit_entry(f"{n}{letter}", conversation=where) for letter in "ab")
            turn = Turn(event=claim.events[0], session=session(where), audit=entries, escalations=(escalation(str(n)),))
            await store.commit(claim, turn)
        assert [entry.subject for entry in await store.audit(TENANT, limit=3)] == ["4b", "5a", "5b"]
        assert [entry.subject for entry in await store.audit(TENANT, OTHER, limit=3)] == ["3b", "5a", "5b"]
        for whose in (TENANT, None):
            assert (escalation("4"), escalation("5")) == await store.escalations(whose, limit=2)

    async def test_open_bookings_are_listed_oldest_first(self, store: Store) -> None:
        bookings = tuple(booking(state.value, state=state, created_at=AT - n * TICK) for n, state in enumerate(BookingState))
        await store.append(message("1"))
        claim = await self.one_claim(store)
        await store.commit(claim, Turn(event=claim.events[0], session=session(), bookings=bookings))
        expected = tuple(reversed([state for state in BookingState if state in OPEN]))
        assert expected == tuple(open_.state for open_ in await store.unsettled())
        assert expected[:2] == tuple(open_.state for open_ in await store.unsettled(limit=2))

    async def test_unknown_things_are_not_found(self, store: Store) -> None:
        assert None is await store.booking(BookingId("unheard of"))
        assert None is await store.answer(EventId("unheard of"))

    async def test_depth_counts_what_waits(self, store: Store) -> None:
        await self.booked(store)
        await store.append(message("2", at=AT + TICK))
        await store.append(message("3", at=AT, conversation=OTHER))
        assert Depth(events=2, jobs=1, timers=0, dead=0, oldest_at=AT) == await store.depth()

    async def test_load_counts_the_sessions_that_have_not_ended(self, store: Store) -> None:
        ends = {CONVERSATION: AT, OTHER: AT + timedelta(days=36500)}
        for where, end in ends.items():
            await store.append(message(where, conversation=where))
            claim = await self.one_claim(store)
            await store.commit(claim, Turn(event=claim.events[0], session=session(where, expires_at=end)))
        assert Load(sessions=1, outgoing=0, outgoing_due_at=None, undelivered=0) == await store.load()
