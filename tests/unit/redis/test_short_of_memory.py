"""The task that owns the connection outlives a moment without memory."""

import asyncio

import pytest

from hotel_agent.adapters.redis.link import Link
from hotel_agent.domain.errors import Unavailable

pytestmark = pytest.mark.anyio


async def test_each_caller_is_told_and_the_next_one_is_tried_for_again() -> None:
    tried = 0

    def connect() -> None:
        nonlocal tried
        tried += 1
        raise MemoryError

    link = Link(connect, (), 20.0)  # type: ignore[arg-type]  # it never comes to a connection
    link.start()
    try:
        for _ in range(3):
            with pytest.raises(Unavailable):
                await link.call((), asyncio.get_running_loop().time() + 20)
    finally:
        await link.stop()
    assert tried == 3
