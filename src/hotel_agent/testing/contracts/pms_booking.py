"""What every `PropertySystem` does about selling, booking and looking up."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from attrs import evolve

from hotel_agent.domain.errors import NotFound, Rejected, Rejection
from hotel_agent.domain.ids import Reference, ReservationId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import Amendment, Reservation, ReservationStatus, Standing
from hotel_agent.domain.stays import MAX_ROOMS, Occupancy, Stay
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.contracts.pms_desk import ONE, TWO, UNKNOWN, Desk, PropertySystemFixtures, later


class PropertySystemBookings(PropertySystemFixtures):
    """Offers, bookings and what is found of them."""

    # ------------------------------------------------------------ what is for sale

    async def test_room_types_have_capacity_and_come_by_id(self, pms: PropertySystem) -> None:
        types = await pms.room_types()
        assert types
        assert len({one.id for one in types}) == len(types)
        assert all(one.name and one.max_adults >= 1 and one.max_guests >= 1 and one.min_nights >= 1 for one in types)

    async def test_search_names_free_rooms_and_the_total(self, pms: PropertySystem, desk: Desk) -> None:
        found = await pms.search(await desk.free_stay(), TWO)
        assert found
        for vacancy in found:
            assert len(set(vacancy.rooms)) == len(vacancy.rooms) >= 1
            assert vacancy.room_type.holds(TWO)
            assert vacancy.total > Money.of(0, vacancy.total.currency)

    async def test_total_is_for_all_rooms_asked_for(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        two_rooms = Occupancy(2, rooms=2)
        one = {vacancy.room_type.id: vacancy.total for vacancy in await pms.search(stay, ONE)}
        two = {vacancy.room_type.id: vacancy.total for vacancy in await pms.search(stay, two_rooms)}
        if not two:
            pytest.skip("no room type of this hotel has two rooms")
        cent = Money.of("0.01", next(iter(two.values())).currency)
        for room_type, total in two.items():
            assert one[room_type] + one[room_type] - cent <= total <= one[room_type] + one[room_type] + cent

    async def test_a_party_that_no_room_holds_is_offered_nothing(self, pms: PropertySystem, desk: Desk) -> None:
        largest = max(one.max_adults for one in await pms.room_types())
        assert await pms.search(await desk.free_stay(), Occupancy(largest + 1)) == ()

    async def test_more_rooms_than_there_are_are_not_offered(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        smallest = await desk.vacancy(stay, ONE)
        count = len(smallest.rooms) + 1
        if count > MAX_ROOMS:
            pytest.skip("every room type has more rooms than can be asked for")
        found = await pms.search(stay, Occupancy(count, rooms=count))
        assert smallest.room_type.id not in {one.room_type.id for one in found}

    async def test_the_past_is_not_sold(self, pms: PropertySystem, today: date) -> None:
        assert await pms.search(Stay(today - timedelta(days=3), today - timedelta(days=1)), TWO) == ()

    # ------------------------------------------------------------ booking

    async def test_booking_writes_what_was_ordered(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        vacancy = await desk.vacancy(stay)
        order = desk.order(vacancy, stay)
        written = await desk.settled(order)
        assert written.reference == order.reference
        assert written.status is ReservationStatus.CONFIRMED
        assert written.total == order.total
        assert written.paid == Money.of(0, order.total.currency)
        assert [(room.room_id, room.arrival, room.departure, room.live) for room in written.rooms] == [
            (order.rooms[0], stay.arrival, stay.departure, True)
        ]
        assert await pms.verify(written.id) is Standing.SOLE
        assert written.guest == order.guest

    async def test_booked_is_got_and_found_as_it_was_written(self, pms: PropertySystem, desk: Desk) -> None:
        written = await desk.book(await desk.free_stay())
        assert await pms.get(written.id) == written
        assert await pms.find(Reference(written.reference)) == (written,)

    async def test_a_booked_room_is_no_longer_offered(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        written = await desk.book(stay)
        overlapping = Stay(stay.departure - timedelta(days=1), stay.departure + timedelta(days=1))
        offered = {room for vacancy in await pms.search(overlapping, ONE) for room in vacancy.rooms}
        assert written.rooms[0].room_id not in offered

    async def test_rooms_are_booked_back_to_back(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        written = await desk.book(stay)
        after = Stay(stay.departure, stay.departure + timedelta(days=2))
        vacancy = await desk.vacancy(after, room_type=written.rooms[0].room_type_id)
        order = evolve(desk.order(vacancy, after), rooms=(written.rooms[0].room_id,))
        second = await desk.settled(order)
        assert {await pms.verify(written.id), await pms.verify(second.id)} == {Standing.SOLE}

    async def test_two_rooms_are_one_reservation(self, pms: PropertySystem, desk: Desk) -> None:
        party = Occupancy(3, (7, None), rooms=2)
        stay = await desk.free_stay()
        order = desk.order(await desk.vacancy(stay, party), stay, party)
        written = await desk.settled(order)
        assert sorted(room.room_id for room in written.rooms) == sorted(order.rooms)
        assert written.total == order.total
        assert await pms.verify(written.id) is Standing.SOLE

    @pytest.mark.parametrize("name", ["Íñigo Ñandú-O'Brien", "João da Conceição", "Zoë Łukasz Müller", "Ana"])
    async def test_names_of_any_language_are_kept(self, pms: PropertySystem, desk: Desk, name: str) -> None:
        guest = desk.guest(name, key="n")
        written = await desk.book(await desk.free_stay(), guest=guest)
        assert (await pms.get(written.id)).guest == guest

    @pytest.mark.parametrize(
        "name",
        ["R2D2 <b>", "😀", "Maximiliana Wilhelmina Alexandrina Hohenzollern-Sigmaringen de la Torre", 'Eva "La Rubia" %_[1]'],
    )
    async def test_odd_names_are_booked_all_the_same(self, pms: PropertySystem, desk: Desk, name: str) -> None:
        written = await desk.book(await desk.free_stay(), guest=desk.guest(name, key="o"))
        assert await pms.verify(written.id) is Standing.SOLE

    async def test_an_email_that_cannot_be_one_is_rejected(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        order = desk.order(await desk.vacancy(stay), stay, guest=evolve(desk.guest(), email="not an address"))
        with pytest.raises(Rejected) as refused:
            await pms.book(order)
        assert refused.value.reason is Rejection.GUEST_DATA
        assert await pms.find(order.reference) == ()

    async def test_a_taken_room_is_sold_out_and_nothing_is_written(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        vacancy = await desk.vacancy(stay)
        await desk.settled(desk.order(vacancy, stay))
        late = desk.order(vacancy, stay)
        with pytest.raises(Rejected) as refused:
            await pms.book(late)
        assert refused.value.reason is Rejection.SOLD_OUT
        assert await pms.find(late.reference) == ()

    async def test_another_price_is_refused_and_nothing_is_written(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        order = desk.order(await desk.vacancy(stay), stay)
        cheaper = evolve(order, total=order.total - Money.of(1, order.total.currency))
        with pytest.raises(Rejected) as refused:
            await pms.book(cheaper)
        assert refused.value.reason is Rejection.PRICE_CHANGED
        assert await pms.find(order.reference) == ()

    async def test_an_unknown_room_type_is_rejected(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        order = desk.order(await desk.vacancy(stay), stay)
        with pytest.raises(Rejected) as refused:
            await pms.book(evolve(order, room_type_id=type(order.room_type_id)("987654")))
        assert refused.value.reason is Rejection.NOT_FOUND

    async def test_a_repeated_order_is_one_booking(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        order = desk.order(await desk.vacancy(stay), stay)
        first, again = await desk.settled(order), await desk.settled(order)
        assert first == again
        assert await pms.find(order.reference) == (first,)

    # ------------------------------------------------------------ looking up

    async def test_an_unknown_reference_finds_nothing(self, pms: PropertySystem, desk: Desk) -> None:
        assert await pms.find(Reference(f"{desk.reference()}-NEVER")) == ()

    @pytest.mark.parametrize("unknown", [UNKNOWN, ReservationId("0"), ReservationId("no-number"), ReservationId("1|2")])
    async def test_an_unknown_id_is_not_found(self, pms: PropertySystem, unknown: ReservationId) -> None:
        with pytest.raises(NotFound):
            await pms.get(unknown)
        with pytest.raises(NotFound):
            await pms.verify(unknown)

    async def test_changes_of_an_unknown_id_are_rejected(self, pms: PropertySystem) -> None:
        calls: list[Callable[[ReservationId], Awaitable[Reservation]]] = [
            pms.cancel,
            pms.check_in,
            pms.check_out,
            lambda one: pms.amend(one, Amendment(occupancy=ONE)),
        ]
        for call in calls:
            with pytest.raises(Rejected) as refused:
                await call(UNKNOWN)
            assert refused.value.reason is Rejection.NOT_FOUND

    async def test_a_guests_reservations_are_found_by_email_and_by_phone(self, pms: PropertySystem, desk: Desk) -> None:
        guest = desk.guest("Eva Ruiz", key="g")
        near = await desk.free_stay()
        first, second = await desk.book(near, guest=guest), await desk.book(later(near, 400), guest=guest)
        ids = [second.id, first.id]
        assert [one.id for one in await pms.of_guest(email=guest.email.upper())] == ids
        assert [one.id for one in await pms.of_guest(phone=guest.phone)] == ids
        assert await pms.of_guest(email=f"nobody-{guest.email}") == ()
