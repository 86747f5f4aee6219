import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Databases run their calls on asyncio's loop."""
    return "asyncio"
