"""Simultaneous bookings of the last room through the adapter, from several processes, on a shop that races like QloApps."""

import json
import sys
from pathlib import Path
from subprocess import PIPE
from typing import Any

import anyio
import pytest
from anyio.streams.buffered import BufferedByteReceiveStream

from hotel_agent.domain.ids import Reference, ReservationId, RoomId
from hotel_agent.domain.reservations import ReservationStatus, Standing
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.emulators.qloapps.behaviour import Behaviour, Overbooking
from hotel_agent.testing.contracts.pms_desk import ONE, Desk
from hotel_agent.testing.qloapps_site import Site, emulated_site

pytestmark = pytest.mark.anyio

CONTENDER = Path(__file__).with_name("pms_contender.py")
LINE = 1 << 20
REAL_SETTLE_S = 1.5
ROUNDS = 5


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def race(site: Site, contenders: int, processes: int, *, leases: str | None, settle: float = 0.3) -> list[dict[str, Any]]:
    """Let *contenders* from *processes* go for a last room at the same moment, check what is left, answer the outcomes."""
    async with site.install() as pms:
        desk = Desk(pms, site.clock.now().date())
        try:
            stay = await desk.free_stay(around=0)
            vacancy = await desk.fill(stay, but=1)
            references = [desk.reference() for _ in range(contenders)]
            settings = site.settings
            asked = {
                "url": settings.url,
                "key": settings.key,
                "hotel": settings.hotel_id,
                "host": settings.host,
                "leases": leases,
                "settle": settle,
                "arrival": stay.arrival.isoformat(),
                "departure": stay.departure.isoformat(),
                "room_type": vacancy.room_type.id,
                "room": vacancy.rooms[0],
                "total": str(vacancy.total.amount),
                "currency": vacancy.total.currency,
            }
            outcomes = await contend(asked, references, processes)
            await site.quiesce()
            assert sorted(outcome["reference"] for outcome in outcomes) == sorted(references)
            await check(site, desk, stay, vacancy.rooms[0], outcomes)
        finally:
            if site.emulator is None:  # which ends with the test
                await desk.tidy()
    return outcomes


async def contend(asked: dict[str, Any], references: list[Reference], processes: int) -> list[dict[str, Any]]:
    """Start the processes, let them all go at once, gather what they tell their guests."""
    outcomes: list[dict[str, Any]] = []
    ready = [anyio.Event() for _ in range(processes)]
    go = anyio.Event()

    async def run(n: int) -> None:
        command = [sys.executable, str(CONTENDER)]
        async with await anyio.open_process(command, stdin=PIPE, stdout=PIPE, stderr=None) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            out = BufferedByteReceiveStream(process.stdout)
            await process.stdin.send(json.dumps(asked | {"references": references[n::processes]}).encode() + b"\n")
            assert await out.receive_until(b"\n", LINE) == b"ready"
            ready[n].set()
            await go.wait()
            await process.stdin.send(b"\n")
            outcomes.extend(json.loads(await out.receive_until(b"\n", LINE)))

    with anyio.fail_after(110):
        async with anyio.create_task_group() as tasks:
            for n in range(processes):
                tasks.start_soon(run, n)
            for one in ready:
                await one.wait()
            go.set()
    return outcomes


async def check(site: Site, desk: Desk, stay: Stay, room: RoomId, outcomes: list[dict[str, Any]]) -> None:
    """Compare what guests were told with the books: no line shares the room, none is left by those who were told no."""
    pms = desk.pms
    confirmed = [outcome["reservation"] for outcome in outcomes if outcome["told"] == "confirmed"]
    assert len(confirmed) <= 1
    assert [str(line.order_id) for line in await site.held(room, stay)] == confirmed
    for outcome in outcomes:
        for found in await pms.find(Reference(outcome["reference"])):
            assert found.status is (ReservationStatus.CONFIRMED if found.id in confirmed else ReservationStatus.CANCELLED)
    for reservation in confirmed:
        assert await pms.verify(ReservationId(reservation)) is Standing.SOLE
        await pms.cancel(ReservationId(reservation))
    # The room can be sold again, whoever won.
    again = await desk.settled(desk.order(await desk.vacancy(stay, ONE), stay, Occupancy(1)))
    assert [one.room_id for one in again.rooms] == [room]
    assert await pms.verify(again.id) is Standing.SOLE


def collided(outcomes: list[dict[str, Any]]) -> bool:
    """Tell whether more than one was taken by the shop, so that there was something to undo."""
    return sum(outcome["reservation"] is not None for outcome in outcomes) > 1


@pytest.mark.parametrize(("contenders", "processes"), [(2, 2), (5, 3), (20, 4)])
async def test_with_the_shared_lease_exactly_one_is_confirmed(tmp_path: Path, contenders: int, processes: int) -> None:
    async with emulated_site(Behaviour(race_window=0.01, seed=contenders)) as site:
        outcomes = await race(site, contenders, processes, leases=f"sqlite:///{tmp_path}/leases.db")
    assert sorted(outcome["told"] for outcome in outcomes) == ["confirmed"] + ["sold out"] * (contenders - 1)


@pytest.mark.parametrize(
    ("contenders", "processes", "behaviour"),
    [
        (2, 2, Behaviour(race_window=0.05, seed=1)),
        (5, 3, Behaviour(race_window=0.05, seed=2, noisy=True)),
        (5, 2, Behaviour(race_window=0.05, seed=3, overbooking=Overbooking.KEEP)),
        (20, 4, Behaviour(race_window=0.05, seed=4, race_weights=(1.0, 1.0, 0.1))),
    ],
)
async def test_two_installations_without_a_lease_confirm_one_at_most(
    contenders: int, processes: int, behaviour: Behaviour
) -> None:
    async with emulated_site(behaviour) as site:
        for _ in range(ROUNDS):
            if collided(await race(site, contenders, processes, leases=None)):
                return
    pytest.fail("nobody ever collided: nothing was tried")


@pytest.mark.real_qloapps
@pytest.mark.parametrize(("contenders", "processes"), [(2, 2), (5, 3), (20, 4)])
async def test_a_real_server_confirms_exactly_one_with_the_lease(
    tmp_path: Path, real_qloapps: Site, contenders: int, processes: int
) -> None:
    leases = f"sqlite:///{tmp_path}/leases.db"
    outcomes = await race(real_qloapps, contenders, processes, leases=leases, settle=REAL_SETTLE_S)
    assert sorted(outcome["told"] for outcome in outcomes) == ["confirmed"] + ["sold out"] * (contenders - 1)


@pytest.mark.real_qloapps
@pytest.mark.parametrize(("contenders", "processes"), [(2, 2), (5, 3), (20, 4)])
async def test_a_real_server_confirms_one_at_most_without_a_lease(real_qloapps: Site, contenders: int, processes: int) -> None:
    await race(real_qloapps, contenders, processes, leases=None, settle=REAL_SETTLE_S)
