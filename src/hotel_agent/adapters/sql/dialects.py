"""Which engine an address means. All that differs between the two is in `sqlite.py` and `postgres.py`."""

from importlib.util import find_spec

import sqlalchemy as sa

from hotel_agent.adapters.sql.postgres import Postgres
from hotel_agent.adapters.sql.sqlite import Sqlite
from hotel_agent.adapters.sql.wires import Dialect
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.ports.clock import Clock


def dialect_of(url: str, *, clock: Clock, wait: float, limit: float) -> Dialect:
    """
    Choose by the URL's scheme.

    Raises:
        ConfigurationError: it is not the address of a SQLite file or a Postgres database.

    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as exc:
        raise ConfigurationError(("JOURNAL_URL: not a URL",)) from exc
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return Sqlite(path=parsed.database, clock=clock, wait=wait)
    if backend in {"postgresql", "postgres"}:
        if find_spec("asyncpg") is None:
            raise ConfigurationError(("JOURNAL_URL: Postgres needs the package asyncpg (the extra `postgres`)",))
        return Postgres(url=parsed.set(drivername="postgresql+asyncpg"), limit=limit)
    raise ConfigurationError(("JOURNAL_URL: expected sqlite:///<path> or postgresql://…",))
