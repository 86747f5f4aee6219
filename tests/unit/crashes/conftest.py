"""The application in hundreds of runs that each die at another call: too many to be watched for coverage, see `noxfile.py`."""

from collections.abc import Mapping

import pytest

from hotel_agent.testing.virtual_time import VIRTUAL


@pytest.fixture
def anyio_backend() -> tuple[str, Mapping[str, object]]:
    """Waiting takes no time in these tests, so they run with the limits of production."""
    return VIRTUAL
