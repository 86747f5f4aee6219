import anyio
import pytest

from hotel_agent.application.deadlines import Until

pytestmark = pytest.mark.anyio


async def test_what_is_not_done_at_the_deadline_is_timed_out() -> None:
    with pytest.raises(TimeoutError) as caught, Until(anyio.current_time()):
        await anyio.sleep_forever()
    assert caught.value.__suppress_context__


async def test_what_is_done_in_time_goes_on() -> None:
    with Until(anyio.current_time() + 60):
        await anyio.lowlevel.checkpoint()
    assert anyio.current_effective_deadline() == float("inf")


async def test_an_error_inside_is_not_changed() -> None:
    with pytest.raises(ValueError, match="ours"), Until(anyio.current_time() + 60):
        raise ValueError("ours")


async def test_being_cancelled_from_outside_is_no_timeout() -> None:
    with anyio.CancelScope() as outside:
        outside.cancel()
        with Until(anyio.current_time() + 60):
            await anyio.sleep_forever()
    assert outside.cancelled_caught


async def test_an_earlier_deadline_round_it_is_that_ones() -> None:
    with anyio.move_on_at(anyio.current_time()) as outside, Until(anyio.current_time() + 60):
        await anyio.sleep_forever()
    assert outside.cancelled_caught
