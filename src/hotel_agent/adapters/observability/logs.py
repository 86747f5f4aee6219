"""JSON lines on standard error: ours through structlog, other libraries' through the same stream."""

import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import orjson
import structlog
from attrs import define, field
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from hotel_agent.adapters.observability.errors import described
from hotel_agent.domain.errors import ConfigurationError

LEVELS: Final[Mapping[str, int]] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
}
_CHATTY = ("httpcore", "httpx", "uvicorn.access")
"""They log addresses with paths and queries, and those may name a guest."""


@define
class Logging:
    """What `configure_logging` set up. `logger` is ready for use; the level can be changed while everything runs."""

    logger: FilteringBoundLogger
    _gate: "_Gate"
    _handler: logging.Handler
    _levels_before: Mapping[str | None, int]
    _structlog_before: Mapping[str, Any] | None

    @property
    def level(self) -> str:
        return next(name for name, number in LEVELS.items() if number == self._gate.lowest)

    def set_level(self, level: str) -> None:
        """
        Let only *level* and above through from now on.

        Raises:
            ConfigurationError: there is no such level.

        """
        self._gate.lowest = _number(level)
        self._handler.setLevel(self._gate.lowest)

    def close(self) -> None:
        """Give back what was set up before: structlog's configuration, and other libraries' lines and levels."""
        if self._structlog_before is None:
            structlog.reset_defaults()
        else:
            structlog.configure(**self._structlog_before)
        logging.getLogger().removeHandler(self._handler)
        for name, level in self._levels_before.items():
            logging.getLogger(name).setLevel(level)


@define
class _Gate:
    """Drops what is below the level, first of all processors."""

    lowest: int = field()

    def __call__(self, _: WrappedLogger, method: str, event: EventDict) -> EventDict:
        if LEVELS.get(method, logging.ERROR) < self.lowest:
            raise structlog.DropEvent
        return event


def _behind(gate: _Gate) -> type[FilteringBoundLogger]:
    """Make loggers that say of themselves what the *gate* lets through, so that whoever tells much can ask first."""
    all_levels = structlog.make_filtering_bound_logger(logging.NOTSET)
    return type("GatedLogger", (all_levels,), {"is_enabled_for": lambda _, level: level >= gate.lowest})


def configure_logging(level: str = "info", stream: TextIO | None = None) -> Logging:
    """
    Send all log lines to *stream* (standard error by default) as JSON, from *level* (a key of `LEVELS`) upwards.

    Sets structlog's and the standard library's process-wide configuration, so it is for whoever owns the process.

    Raises:
        ConfigurationError: there is no such level.

    """
    gate, target = _Gate(_number(level)), stream or sys.stderr
    structlog_before = structlog.get_config() if structlog.is_configured() else None
    structlog.configure(
        processors=[
            gate,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_messages_of_errors,
            _as_json,
        ],
        wrapper_class=_behind(gate),
        logger_factory=structlog.WriteLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setLevel(gate.lowest)
    handler.setFormatter(_ForeignLine())
    root = logging.getLogger()
    for earlier in [known for known in root.handlers if isinstance(known.formatter, _ForeignLine)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    before = {name: logging.getLogger(name).level for name in (None, *_CHATTY)}
    # Never below: drivers write the values of their statements at debug.
    root.setLevel(logging.INFO)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logger: FilteringBoundLogger = structlog.get_logger().bind()
    return Logging(logger, gate, handler, before, structlog_before)


def _number(level: str) -> int:
    try:
        return LEVELS[level.lower()]
    except KeyError:
        raise ConfigurationError([f"log level: expected one of {', '.join(LEVELS)}, found {level!r}"]) from None


def _without_messages_of_errors(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event.update(described(error))
    return event


def _as_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    return orjson.dumps(event, default=repr).decode()


class _ForeignLine(logging.Formatter):
    """A line of another library, with the same keys as ours and without the messages of errors."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            # Further lines quote what was being worked on (asyncio shows the error of a lost task), and that may be a guest's.
            "event": record.getMessage().partition("\n")[0],
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        if record.exc_info and record.exc_info[1]:
            line.update(described(record.exc_info[1]))
        return orjson.dumps(line, default=repr).decode()
