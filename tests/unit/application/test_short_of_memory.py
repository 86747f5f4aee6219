"""A worker without memory ends instead of holding what another could handle."""

from datetime import timedelta

import pytest

from hotel_agent.domain.understanding import Listening, Understanding
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.faults import Call, Fault
from hotel_agent.testing.stage import stage

pytestmark = pytest.mark.anyio


class Starving(Understander):
    async def understand(self, text: str, listening: Listening) -> Understanding:
        raise MemoryError


def no_memory(call: Call) -> Fault | None:
    if call.what == "pms.book" and call.nth == 1:
        raise MemoryError
    return None


def is_starved(error: BaseException) -> bool:
    return isinstance(error, BaseExceptionGroup) and error.subgroup(MemoryError) is not None


async def test_message_of_a_starved_worker_is_handled_by_the_next_and_counts_as_no_fault_of_its_own() -> None:
    async with stage() as s:
        whole, s.understander = s.understander, Starving()
        s.restart()
        with pytest.raises(BaseExceptionGroup) as ended:
            await s.say("guest", "Disponibilidad para 2031-05-02 a 2031-05-04", message_id="m1")
        assert is_starved(ended.value)
        s.understander = whole
        s.restart()
        await s.pass_time(timedelta(seconds=5))
        assert [line.by_guest for line in await s.transcript("guest")] == [True, False]
        assert s.witness.failed_turns == []


async def test_booking_of_a_starved_worker_is_settled_by_the_next() -> None:
    async with stage() as s:
        await s.up_to_the_yes("guest")
        s.restart(no_memory)
        with pytest.raises(BaseExceptionGroup) as ended:
            await s.say("guest", "sí")
        assert is_starved(ended.value)
        s.restart()
        await s.come_to_rest()
        assert [booking.state for booking in s.bookings] == ["confirmed"]
        assert await s.violations() == ()
