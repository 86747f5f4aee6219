from collections.abc import Mapping

import pytest

from hotel_agent.testing.virtual_time import VIRTUAL


@pytest.fixture
def anyio_backend() -> tuple[str, Mapping[str, object]]:
    """Waiting takes no time in these tests, so they run with the limits of production."""
    return VIRTUAL
