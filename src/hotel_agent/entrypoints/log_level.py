"""
The log level of processes that run: `hotel-agent log-level debug` writes a file in the data folder, and they read it.

A file works wherever they do: in containers, for several processes at once, and for those that are started later. It stands
above HOTEL_AGENT_LOG_LEVEL until `hotel-agent log-level --default` takes it away.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import anyio
import structlog

from hotel_agent.adapters.observability.logs import LEVELS, Logging
from hotel_agent.entrypoints.setting_values import PREFIX
from hotel_agent.entrypoints.settings import Settings

DONE: Final = 0
_FILE: Final = "log-level"
_PERIOD: Final = 1.0
_LONGEST: Final = 64
_log = structlog.get_logger("hotel_agent")


def wanted_level(settings: Settings) -> str:
    """Return the level that the file names, else that of the settings; a file without a level in it counts as none."""
    text = ""
    with suppress(OSError), (settings.data_dir / _FILE).open(encoding="utf-8", errors="replace") as file:
        text = file.read(_LONGEST)
    level = text.strip().lower()
    return level if level in LEVELS else settings.log_level


async def follow_level(settings: Settings, logging: Logging) -> None:
    """Set the level that is wanted, looking every second, until cancelled; a change is told whatever the level."""
    while True:
        before, level = logging.level, wanted_level(settings)
        if level != before:
            logging.set_level("info")
            _log.info("log level changed", before=before, now=level)
            logging.set_level(level)
        await anyio.sleep(_PERIOD)


def change_level(settings: Settings, level: str | None, *, default: bool) -> int:
    """Write the file, or take it away, and print what holds from now on; with neither, print only."""
    file = settings.data_dir / _FILE
    if default:
        file.unlink(missing_ok=True)
    elif level is not None:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(file, f"{level}\n")
    source = f"the file {file}" if file.exists() else f"{PREFIX}LOG_LEVEL"
    print(f"{wanted_level(settings)}  (by {source})")
    return DONE


def _replace(file: Path, text: str) -> None:
    """Write all of it or nothing: whoever reads meanwhile finds the one or the other."""
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.replace(file)
