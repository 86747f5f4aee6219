import asyncio

import pytest

from hotel_agent.adapters._patience import Patience
from hotel_agent.testing.virtual_time import VIRTUAL

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> object:
    return VIRTUAL


async def waited(patience: Patience, seconds: float) -> float:
    """Wait for what never comes, and say how long."""
    loop = asyncio.get_running_loop()
    began, future = loop.time(), loop.create_future()
    patience.watch(future, began + seconds)
    with pytest.raises(TimeoutError):
        await future
    return loop.time() - began


async def test_each_waits_for_its_own_time_in_whatever_order_they_came() -> None:
    patience = Patience()
    assert await asyncio.gather(*(waited(patience, seconds) for seconds in (3.0, 1.0, 2.0, 1.0))) == [3.0, 1.0, 2.0, 1.0]


async def test_what_is_done_in_time_is_left_alone_and_forgotten() -> None:
    patience, loop = Patience(), asyncio.get_running_loop()
    for number in range(100):
        future = loop.create_future()
        patience.watch(future, loop.time() + 5)
        future.set_result(number)
        assert await future == number
        assert len(patience._waiting) == 1
    assert await waited(patience, 1.0) == 1.0


async def test_one_timer_runs_for_all_of_them() -> None:
    patience, loop = Patience(), asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(100)]
    for future in futures:
        patience.watch(future, loop.time() + 5)
    assert len(loop._scheduled) == 1  # type: ignore[attr-defined]  # asyncio's own list
    for future in futures:
        future.cancel()
