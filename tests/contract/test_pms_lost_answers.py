"""The line is cut at 200 points of a create, from its first byte to its last: one booking each, found by its reference."""

from collections import Counter
from urllib.parse import urlsplit

import pytest

from hotel_agent.domain.errors import OutcomeUnknown, Unavailable
from hotel_agent.domain.ids import RoomId
from hotel_agent.domain.reservations import BookingOrder, Standing
from hotel_agent.domain.stays import Occupancy
from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.testing.contracts.pms_desk import Desk
from hotel_agent.testing.cut_line import CutLine
from hotel_agent.testing.qloapps_site import Site, emulated_site

pytestmark = pytest.mark.anyio

CUTS = 200
REAL_CUTS = 40  # a real server needs seconds to be sure after each


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def line_to(site: Site, left: int | None = None) -> CutLine:
    address = urlsplit(site.settings.url)
    return CutLine(address.hostname or "", address.port or 80, left)


async def order_of(desk: Desk) -> BookingOrder:
    stay = await desk.free_stay(around=0)
    return desk.order(await desk.vacancy(stay, Occupancy(2)), stay)


async def book_through(site: Site, line: CutLine, order: BookingOrder) -> str:
    """Book over *line* and say how it ended."""
    async with line.open(), site.install(url=f"http://127.0.0.1:{line.own_port}") as pms:
        try:
            await pms.book(order)
        except Unavailable:
            return "unavailable"
        except OutcomeUnknown:
            return "unknown"
        return "done"


async def cut_everywhere(site: Site, cuts: int) -> Counter[str]:
    """Cut a create at *cuts* points; every one of them must end in one booking that is found by its reference."""
    endings: Counter[str] = Counter()
    async with site.install() as straight:
        desk = Desk(straight, site.clock.now().date())
        try:
            whole = line_to(site)
            await book_through(site, whole, await order_of(desk))
            for cut in range(cuts):
                order = await order_of(desk)
                ending = await book_through(site, line_to(site, whole.carried * (cut + 1) // cuts), order)
                await site.quiesce()
                found = await straight.find(order.reference)
                assert (ending, len(found)) in {("done", 1), ("unavailable", 0), ("unknown", 0), ("unknown", 1)}
                endings[f"{ending}, {'booked' if found else 'not booked'}"] += 1
                if not found:
                    await straight.book(order)
                (only,) = await straight.find(order.reference)
                assert await straight.verify(only.id) is Standing.SOLE
                held = await site.held(RoomId(order.rooms[0]), order.stay)
                assert [str(one.order_id) for one in held] == [only.id]
        finally:
            if site.emulator is None:  # which ends with the test
                await desk.tidy()
    return endings


@pytest.mark.parametrize(
    ("behaviour", "cuts"),
    [
        pytest.param(Behaviour(), CUTS, id="quiet"),
        pytest.param(Behaviour(noisy=True), CUTS // 4, id="noisy"),
        pytest.param(Behaviour(noisy=True), CUTS, id="noisy, at length", marks=pytest.mark.nightly),
    ],
)
async def test_a_create_cut_anywhere_is_one_booking(behaviour: Behaviour, cuts: int) -> None:
    async with emulated_site(behaviour) as site:
        endings = await cut_everywhere(site, cuts)
    assert endings.total() == cuts
    assert endings["unavailable, not booked"] > 0
    assert endings["unknown, booked"] > 0


@pytest.mark.real_qloapps
@pytest.mark.timeout(900)
async def test_a_create_cut_anywhere_is_one_booking_on_a_real_server(real_qloapps: Site) -> None:
    if urlsplit(real_qloapps.settings.url).scheme != "http":
        pytest.skip("bytes are cut on plain HTTP only")
    endings = await cut_everywhere(real_qloapps, REAL_CUTS)
    assert endings.total() == REAL_CUTS
