"""`hotel-agent backup FILE` and `hotel-agent restore FILE`: the journal's store as one file, and back."""

from pathlib import Path

from hotel_agent.adapters.sql import backup as store
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.entrypoints.setting_values import redacted
from hotel_agent.entrypoints.settings import Settings

DONE = 0


async def back_up(settings: Settings, file: Path) -> int:
    """Write the journal's store to *file* while it serves."""
    url = _sql(settings)
    await store.backup(url, file, clock=SystemClock(), namespace=settings.namespace)
    print(f"{redacted(url)} is in {file}")
    if settings.locks != settings.journal:
        print("Reservation locks are in a store of their own, which is not in it.")
    return DONE


async def restore(settings: Settings, file: Path) -> int:
    """Make the journal's store from *file*; there must be none yet."""
    url = _sql(settings)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    await store.restore(url, file, clock=SystemClock(), namespace=settings.namespace)
    print(f"{file} is in {redacted(url)}")
    return DONE


def _sql(settings: Settings) -> str:
    if not settings.journal.startswith(("sqlite:", "postgresql:", "postgres:")):
        raise ConfigurationError(
            ["HOTEL_AGENT_JOURNAL_URL: only SQLite and Postgres are backed up by this command; Redis by its own means"]
        )
    return settings.journal
