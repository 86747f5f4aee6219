"""What every `PropertySystem` does about reservations that exist: cancelling, amending, the stay itself."""

from datetime import timedelta

import pytest
from attrs import evolve

from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import Amendment, Payment, ReservationStatus, Standing
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.contracts.pms_desk import ONE, TWO, Desk, PropertySystemFixtures, later


class PropertySystemChanges(PropertySystemFixtures):
    """Changes to reservations."""

    # ------------------------------------------------------------ cancelling

    async def test_cancelling_frees_the_rooms_and_may_be_repeated(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        order = desk.order(await desk.vacancy(stay), stay)
        written = await desk.settled(order)
        for _ in range(2):
            cancelled = await pms.cancel(written.id)
            assert cancelled.status is ReservationStatus.CANCELLED
            assert not any(room.live for room in cancelled.rooms)
        assert await pms.verify(written.id) is Standing.CANCELLED
        again = await desk.settled(evolve(order, reference=desk.reference()))
        assert await pms.verify(again.id) is Standing.SOLE

    # ------------------------------------------------------------ amending

    async def test_moving_keeps_the_id_and_frees_the_old_nights(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        written = await desk.book(stay)
        then = later(await desk.free_stay(), 0)
        total = (await desk.vacancy(then, room_type=written.rooms[0].room_type_id)).total
        moved = await pms.amend(written.id, Amendment(stay=then, total=total))
        assert (moved.id, moved.arrival, moved.departure, moved.total) == (written.id, then.arrival, then.departure, total)
        assert await pms.verify(written.id) is Standing.SOLE
        free = {room for vacancy in await pms.search(stay, ONE) for room in vacancy.rooms}
        assert written.rooms[0].room_id in free

    async def test_extending_keeps_the_room(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        written = await desk.book(stay)
        longer = Stay(stay.arrival, stay.departure + timedelta(days=1))
        after = await pms.amend(written.id, Amendment(stay=longer))
        assert {room.room_id for room in after.rooms if room.live} == {written.rooms[0].room_id}
        assert (after.arrival, after.departure) == (longer.arrival, longer.departure)
        assert after.total > written.total
        assert await pms.verify(written.id) is Standing.SOLE

    async def test_extending_works_in_a_full_house(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        left = await desk.fill(stay, but=1)
        written = await desk.settled(desk.order(left, stay, ONE))
        longer = Stay(stay.arrival, stay.departure + timedelta(days=1))
        after = await pms.amend(written.id, Amendment(stay=longer))
        assert (after.arrival, after.departure) == (longer.arrival, longer.departure)
        assert {room.room_id for room in after.rooms if room.live} == {left.rooms[0]}

    async def test_shortening_works_in_a_full_house(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay(nights=3)
        left = await desk.fill(stay, but=1)
        written = await desk.settled(desk.order(left, stay, ONE))
        shorter = Stay(stay.arrival, stay.departure - timedelta(days=1))
        after = await pms.amend(written.id, Amendment(stay=shorter))
        assert (after.arrival, after.departure) == (shorter.arrival, shorter.departure)
        assert after.total < written.total
        assert await pms.verify(written.id) is Standing.SOLE

    async def test_a_change_onto_sold_nights_is_refused_and_leaves_all_as_it_was(self, pms: PropertySystem, desk: Desk) -> None:
        full = await desk.free_stay()
        gone = await desk.fill(full, but=0)
        stay = later(await desk.free_stay(), 0)
        vacancy = await desk.vacancy(stay, ONE, room_type=gone.room_type.id)
        written = await desk.settled(desk.order(vacancy, stay, ONE))
        with pytest.raises(Rejected) as refused:
            await pms.amend(written.id, Amendment(stay=full))
        assert refused.value.reason is Rejection.SOLD_OUT
        assert await pms.get(written.id) == written

    async def test_another_room_type_keeps_the_id(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        written = await desk.book(stay)
        others = [one for one in await pms.search(stay, TWO) if one.room_type.id != written.rooms[0].room_type_id]
        if not others:
            pytest.skip("this hotel has one room type only")
        amendment = Amendment(room_type_id=others[0].room_type.id, rooms=others[0].rooms[:1], total=others[0].total)
        after = await pms.amend(written.id, amendment)
        assert [room.room_id for room in after.rooms if room.live] == [others[0].rooms[0]]
        assert (after.id, after.total) == (written.id, others[0].total)
        assert await pms.verify(written.id) is Standing.SOLE

    async def test_a_second_room_can_be_added(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        written = await desk.book(stay)
        party = Occupancy(4, rooms=2)
        after = await pms.amend(written.id, Amendment(occupancy=party))
        held = [room.room_id for room in after.rooms if room.live]
        assert len(held) == 2
        assert written.rooms[0].room_id in held
        assert await pms.verify(written.id) is Standing.SOLE

    async def test_a_change_at_another_price_is_refused(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        written = await desk.book(stay)
        longer = Stay(stay.arrival, stay.departure + timedelta(days=1))
        with pytest.raises(Rejected) as refused:
            await pms.amend(written.id, Amendment(stay=longer, total=Money.of(1, written.total.currency)))
        assert refused.value.reason is Rejection.PRICE_CHANGED
        assert await pms.get(written.id) == written

    async def test_a_quote_is_what_the_change_then_costs_in_the_rooms_it_names(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        written = await desk.book(stay)
        longer = Stay(stay.arrival, stay.departure + timedelta(days=1))
        quote = await pms.quote_amendment(written.id, Amendment(stay=longer))
        assert (quote.count, quote.keeps) == (1, written.room_ids)
        assert await pms.get(written.id) == written
        after = await pms.amend(written.id, Amendment(stay=longer, rooms=quote.keeps, total=quote.total))
        assert (after.total, after.room_ids) == (quote.total, quote.keeps)

    async def test_a_quote_for_more_rooms_keeps_the_present_one_and_names_free_ones(
        self, pms: PropertySystem, desk: Desk
    ) -> None:
        stay = await desk.free_stay()
        written = await desk.book(stay)
        party = Occupancy(4, rooms=2)
        quote = await pms.quote_amendment(written.id, Amendment(occupancy=party))
        assert (quote.count, quote.keeps) == (2, written.room_ids)
        rooms = (*quote.keeps, quote.candidates[0])
        assert quote.allows(rooms)
        after = await pms.amend(written.id, Amendment(occupancy=party, rooms=rooms, total=quote.total))
        assert (set(after.room_ids), after.total) == (set(rooms), quote.total)
        assert after.occupancy is not None
        assert (after.occupancy.adults, after.occupancy.rooms) == (4, 2)

    async def test_a_quote_for_other_nights_names_free_rooms(self, pms: PropertySystem, desk: Desk) -> None:
        written = await desk.book(await desk.free_stay())
        then = await desk.free_stay()
        quote = await pms.quote_amendment(written.id, Amendment(stay=then))
        rooms = (*quote.keeps, *quote.candidates)[:1]
        after = await pms.amend(written.id, Amendment(stay=then, rooms=rooms, total=quote.total))
        assert (after.stay, after.room_ids, after.total) == (then, rooms, quote.total)

    async def test_what_would_be_refused_has_no_quote(self, pms: PropertySystem, desk: Desk) -> None:
        full = await desk.free_stay()
        gone = await desk.fill(full, but=0)
        stay = await desk.free_stay()
        vacancy = await desk.vacancy(stay, ONE, room_type=gone.room_type.id)
        written = await desk.settled(desk.order(vacancy, stay, ONE))
        with pytest.raises(Rejected) as refused:
            await pms.quote_amendment(written.id, Amendment(stay=full))
        assert refused.value.reason is Rejection.SOLD_OUT

    async def test_a_reservation_tells_its_party(self, pms: PropertySystem, desk: Desk) -> None:
        party = Occupancy(2, (4,))
        stay = await desk.free_stay()
        written = await desk.settled(desk.order(await desk.vacancy(stay, party), stay, party))
        assert (await pms.get(written.id)).occupancy == party

    async def test_a_cancelled_reservation_is_not_amended(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        written = await desk.book(stay)
        await pms.cancel(written.id)
        with pytest.raises(Rejected) as refused:
            await pms.amend(written.id, Amendment(stay=later(stay, 1)))
        assert refused.value.reason is Rejection.NOT_ALLOWED

    # ------------------------------------------------------------ the stay itself

    async def test_guests_check_in_and_out_and_both_may_be_repeated(self, pms: PropertySystem, desk: Desk) -> None:
        party = Occupancy(2, rooms=2)
        stay = await desk.free_stay()
        written = await desk.settled(desk.order(await desk.vacancy(stay, party), stay, party))
        for _ in range(2):
            assert (await pms.check_in(written.id)).status is ReservationStatus.CHECKED_IN
        for _ in range(2):
            assert (await pms.check_out(written.id)).status is ReservationStatus.CHECKED_OUT

    async def test_only_who_checked_in_checks_out(self, pms: PropertySystem, desk: Desk) -> None:
        written = await desk.book(await desk.free_stay())
        with pytest.raises(Rejected) as refused:
            await pms.check_out(written.id)
        assert refused.value.reason is Rejection.NOT_ALLOWED

    async def test_a_cancelled_reservation_does_not_check_in(self, pms: PropertySystem, desk: Desk) -> None:
        written = await desk.book(await desk.free_stay())
        await pms.cancel(written.id)
        with pytest.raises(Rejected) as refused:
            await pms.check_in(written.id)
        assert refused.value.reason is Rejection.NOT_ALLOWED
        assert await pms.verify(written.id) is Standing.CANCELLED

    async def test_a_payment_is_noted_once(self, pms: PropertySystem, desk: Desk) -> None:
        written = await desk.book(await desk.free_stay())
        payment = Payment(amount=Money.of(10, written.total.currency), method="Card", transaction_id=f"TX-{written.reference}")
        for _ in range(2):
            assert (await pms.record_payment(written.id, payment)).paid == payment.amount
        assert (await pms.get(written.id)).paid == payment.amount
