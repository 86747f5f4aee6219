"""What every `PropertySystem` does."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import anyio
import pytest
from attrs import evolve

from hotel_agent.domain.errors import PortError, Refused, Rejected, Unavailable
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.reservations import BookingOrder, Severity, Standing
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.contracts.pms_booking import PropertySystemBookings
from hotel_agent.testing.contracts.pms_changes import PropertySystemChanges
from hotel_agent.testing.contracts.pms_desk import ONE, TWO, UNKNOWN, Desk, Unreachable


class PropertySystemContract(PropertySystemBookings, PropertySystemChanges):
    """
    All of it, with races and failures.

    Subclasses provide `pms`, a hotel with at least one room type for two adults, and `today`, its local day. `rival` is a
    second installation on the same hotel; `unreachable` opens a PMS whose far side is down, where there is one. `settle` is how
    long to wait before a standing is final.
    """

    # ------------------------------------------------------------ races and failures

    @pytest.mark.parametrize("contenders", [2, 5])
    async def test_the_last_room_goes_to_one_at_most(
        self, pms: PropertySystem, rival: PropertySystem, desk: Desk, contenders: int
    ) -> None:
        stay = await desk.free_stay()
        last = await desk.fill(stay, but=1)
        systems = [(pms, rival)[n % 2] for n in range(contenders)]
        orders = [desk.order(last, stay, ONE, guest=desk.guest(key=f"r{n}")) for n in range(contenders)]
        written: list[tuple[PropertySystem, ReservationId]] = []

        async def contend(system: PropertySystem, order: BookingOrder) -> None:
            with suppress(Rejected):
                written.append((system, (await desk.settled(order, system)).id))

        async with anyio.create_task_group() as tasks:
            for system, order in zip(systems, orders, strict=True):
                tasks.start_soon(contend, system, order)
        winners = await self._winners(written)
        assert len(winners) <= 1
        for system, reservation in written:
            if reservation not in winners:
                await system.cancel(reservation)
        assert [await pms.verify(one) for one in winners] == [Standing.SOLE] * len(winners)
        free = {room for vacancy in await pms.search(stay, ONE) for room in vacancy.rooms}
        assert (last.rooms[0] in free) is (not winners)

    async def _winners(self, written: list[tuple[PropertySystem, ReservationId]]) -> list[ReservationId]:
        """Who stands alone at once and still does after `settle`, as a caller has to see it before it confirms."""
        first = [one for one in written if await one[0].verify(one[1]) is Standing.SOLE]
        await anyio.sleep(self.settle.total_seconds())
        return [reservation for system, reservation in first if await system.verify(reservation) is Standing.SOLE]

    async def test_a_cancelled_call_leaves_the_system_usable(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        with anyio.move_on_after(0):
            await pms.search(stay, TWO)
        assert await pms.search(stay, TWO)

    async def test_a_far_side_that_is_down_is_unavailable(self, unreachable: Unreachable | None, desk: Desk) -> None:
        if unreachable is None:
            pytest.skip("this one is never away")
        stay = await desk.free_stay()
        order = desk.order(await desk.vacancy(stay), stay)
        async with unreachable() as away:
            calls: list[Callable[[], Awaitable[object]]] = [
                away.room_types,
                lambda: away.search(stay, TWO),
                lambda: away.book(order),
                lambda: away.find(order.reference),
                lambda: away.cancel(UNKNOWN),
            ]
            for call in calls:
                with pytest.raises(Unavailable):
                    await call()
            assert [one.severity for one in await away.diagnose()] == [Severity.FAILURE]
        assert await desk.pms.find(order.reference) == ()

    async def test_a_healthy_system_has_no_failures(self, pms: PropertySystem) -> None:
        findings = await pms.diagnose()
        assert findings
        assert [one for one in findings if one.severity is Severity.FAILURE] == []

    async def test_messages_never_carry_the_guest(self, pms: PropertySystem, desk: Desk) -> None:
        stay = await desk.free_stay()
        guest = evolve(desk.guest("Secretaria Oculta"), email="secret oculta")
        order = desk.order(await desk.vacancy(stay), stay, guest=guest)
        with pytest.raises((PortError, Refused)) as failure:
            await pms.book(order)
        assert not {"Secretaria", "Oculta", "oculta", guest.phone} & set(str(failure.value).split())
