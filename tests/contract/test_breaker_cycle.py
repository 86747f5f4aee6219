"""The breaker before a PMS goes through its whole cycle, whichever adapter and whichever trouble stands behind it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

import anyio
import anyio.lowlevel
import pytest
from attrs import define, field

from hotel_agent.adapters.memory.pms import MemoryPropertySystem
from hotel_agent.application.guarding import Guard, GuardedPropertySystem
from hotel_agent.domain.breaker import BreakerState
from hotel_agent.domain.errors import BreakerOpen, PortError
from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.emulators.qloapps.behaviour import Fault as Misbehaviour
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.server import running
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.faults import Call, Fault, Faults
from hotel_agent.testing.faulty_ports import FaultyPropertySystem
from hotel_agent.testing.qloapps_house import COUPLE, STAY, installed
from hotel_agent.testing.stage import small_house
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

COOL_DOWN = timedelta(seconds=30)
SHORT = timedelta(seconds=0.1)
"""How long a read may take here while the PMS is ill, so that one that hangs is given up soon."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@define
class Standing:
    """A guarded PMS, what it is told, and a switch for its trouble."""

    _ill: Callable[[bool], None]
    _pms: PropertySystem
    clock: ManualClock = field(factory=ManualClock)
    witness: Witness = field(factory=Witness)
    guard: Guard = field(init=False)
    guarded: PropertySystem = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.guard = Guard("pms:sol", self.clock, self.witness)
        self.guarded = GuardedPropertySystem(self._pms, self.guard)

    def ill(self, now: bool) -> None:
        self._ill(now)
        self.guarded = GuardedPropertySystem(self._pms, self.guard, read=SHORT if now else timedelta(seconds=10))

    async def look(self) -> bool:
        """Search; tell whether there was an answer."""
        try:
            return bool(await self.guarded.search(STAY, COUPLE))
        except PortError:
            return False


Opening = Callable[[], AbstractAsyncContextManager[Standing]]


def in_memory(fault: Fault) -> Opening:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Standing]:
        is_ill = False

        def ill(now: bool) -> None:
            nonlocal is_ill
            is_ill = now

        def plan(_: Call) -> Fault | None:
            return fault if is_ill else None

        pms = MemoryPropertySystem(small_house(), ManualClock(), ZoneInfo("UTC"))
        yield Standing(ill, FaultyPropertySystem(pms, Faults(plan)))

    return opened


def on_qloapps(**trouble: object) -> Opening:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Standing]:
        async with running(recorded_shop(domain=None)) as emulator, installed(emulator) as house:

            def ill(now: bool) -> None:
                faults = (Misbehaviour(**trouble, times=None),) if now else ()  # type: ignore[arg-type]  # its fields
                emulator.app.behave(Behaviour(faults=faults))

            yield Standing(ill, house.pms)

    return opened


TROUBLES: dict[str, Opening] = {
    "memory-refused": in_memory(Fault.REFUSED),
    "memory-garbled": in_memory(Fault.GARBLED),
    "memory-hung": in_memory(Fault.HANG),
    "qloapps-cut": on_qloapps(kind="cut_before"),
    "qloapps-database-down": on_qloapps(kind="database_down"),
    "qloapps-fatal": on_qloapps(kind="fatal"),
    "qloapps-switched-off": on_qloapps(kind="switched_off"),
    "qloapps-slow": on_qloapps(kind="slow", seconds=1.0),
}


@pytest.mark.parametrize("opened", TROUBLES.values(), ids=TROUBLES)
async def test_the_whole_cycle(opened: Opening) -> None:
    async with opened() as it:
        assert await it.look()
        it.ill(True)
        assert [await it.look() for _ in range(5)] == [False] * 5
        assert it.guard.state is BreakerState.OPEN
        asked = len(it.witness.calls)
        with pytest.raises(BreakerOpen) as refused:
            await it.guarded.search(STAY, COUPLE)
        assert (refused.value.retry_at, len(it.witness.calls)) == (START + COOL_DOWN, asked)
        it.clock.advance(COOL_DOWN)
        assert not await it.look()
        assert it.guard.state is BreakerState.OPEN
        it.ill(False)
        assert not await it.look()
        it.clock.advance(COOL_DOWN)
        assert await it.look()
        assert it.witness.moves == ["open", "half_open", "open", "half_open", "closed"]


async def test_probe_that_is_cancelled_from_outside_gives_its_permit_back() -> None:
    async with TROUBLES["memory-hung"]() as it:
        it.ill(True)
        for _ in range(5):
            await it.look()
        it.clock.advance(COOL_DOWN)
        # Hangs for as long as it is let.
        it.guarded = GuardedPropertySystem(it._pms, it.guard)
        async with anyio.create_task_group() as callers:
            callers.start_soon(it.look)
            while it.guard.state is not BreakerState.HALF_OPEN:
                await anyio.lowlevel.checkpoint()
            assert not await it.look()
            callers.cancel_scope.cancel()
        assert it.witness.moves == ["open", "half_open"]
        it.ill(False)
        assert await it.look()
        assert it.witness.moves == ["open", "half_open", "closed"]
