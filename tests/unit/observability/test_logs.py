import asyncio
import io
import json
import logging as stdlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from attrs import evolve

from hotel_agent.adapters.observability.errors import code_of, described
from hotel_agent.adapters.observability.logs import Logging, configure_logging
from hotel_agent.adapters.observability.observers import LoggingObserver
from hotel_agent.domain.errors import ConfigurationError, StaleClaim
from hotel_agent.domain.turns import BookingView, Turn
from hotel_agent.ports.observer import Spent
from hotel_agent.ports.tracing import trace_id, trace_id_of_root
from hotel_agent.testing.contracts.observer import CANARY, UnprintableError, raised
from hotel_agent.testing.examples import answer, booking, job, message, session

TOOK = timedelta(milliseconds=12.5)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logging(stream: io.StringIO) -> Iterator[Logging]:
    configured = configure_logging("info", stream)
    yield configured
    configured.close()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_turn_is_one_line_of_json(logging: Logging, stream: io.StringIO) -> None:
    view = BookingView(reference=booking().reference, state="checking")
    LoggingObserver(logging.logger).turn_taken(
        Turn(event=message("1"), session=session(), answer=evolve(answer(), lock_acquired=True, booking=view)),
        TOOK,
        spent=Spent(waited=timedelta(milliseconds=3), committing=timedelta(milliseconds=1.5)),
    )
    (line,) = lines(stream)
    moment = datetime.fromisoformat(line.pop("timestamp"))
    assert moment.utcoffset() == timedelta()
    assert line == {
        "event": "turn taken",
        "level": "info",
        "tenant": "sol",
        "conversation": "sol/webchat/1",
        "trace_id": trace_id(message("1")),
        "channel": "webchat",
        "about": "message",
        "intent": "greeting",
        "confidence": 0.97,
        "status": "success",
        "lock_acquired": True,
        "reference": "ha-REFERENCE-1",
        "booking": "checking",
        "waited_ms": 3.0,
        "took_ms": 12.5,
        "commit_ms": 1.5,
    }


def test_a_jobs_line_names_the_trace_of_the_message_that_said_yes(logging: Logging, stream: io.StringIO) -> None:
    settled, carried = booking(), f"00-{'a' * 32}-{'b' * 16}-01"
    observer = LoggingObserver(logging.logger)
    observer.job_done(job(), settled, again=False)
    observer.job_done(evolve(job(), trace=carried), settled, again=True)
    observer.job_done(job(), None, again=False)
    assert [line.get("trace_id") for line in lines(stream)] == [trace_id_of_root(settled.root), "a" * 32, None]


def test_the_level_can_be_changed_while_running(logging: Logging, stream: io.StringIO) -> None:
    observer = LoggingObserver(logging.logger)
    observer.called("pms", "search", "ok", TOOK)
    logging.set_level("debug")
    observer.called("pms", "get", "ok", TOOK)
    logging.set_level("error")
    observer.called("pms", "find", "unavailable", TOOK)
    stdlib.getLogger("elsewhere").warning("nothing")
    assert ([line["operation"] for line in lines(stream)], logging.level) == (["get"], "error")


@pytest.mark.parametrize("level", ["loud", "", "warn"])
def test_an_unknown_level_is_refused(logging: Logging, level: str) -> None:
    with pytest.raises(ConfigurationError, match="expected one of debug, info, warning, error"):
        logging.set_level(level)
    assert logging.level == "info"


def test_lines_of_other_libraries_look_like_ours(logging: Logging, stream: io.StringIO) -> None:
    stdlib.getLogger("elsewhere").warning("%s of %s", 1, 2)
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "1 of 2", "logger": "elsewhere", "level": "warning"}


def test_configuring_again_does_not_double_the_lines(stream: io.StringIO) -> None:
    first, second = configure_logging("info", stream), configure_logging("info", stream)
    stdlib.getLogger("elsewhere").warning("once")
    assert len(lines(stream)) == 1
    for configured in (second, first):
        configured.close()


@pytest.mark.parametrize("name", ["httpx", "httpcore.connection", "uvicorn.access"])
def test_addresses_that_other_libraries_see_are_not_logged(logging: Logging, stream: io.StringIO, name: str) -> None:
    logging.set_level("debug")
    stdlib.getLogger(name).info("GET /api/customers?email=%s", CANARY)
    assert stream.getvalue() == ""


def test_values_that_drivers_show_at_debug_are_never_logged(logging: Logging, stream: io.StringIO) -> None:
    logging.set_level("debug")
    stdlib.getLogger("aiosqlite").debug("executing %s", CANARY)
    assert stream.getvalue() == ""


@pytest.mark.parametrize("error", [ValueError(CANARY), UnprintableError()])
def test_the_message_of_an_error_is_never_logged(logging: Logging, stream: io.StringIO, error: Exception) -> None:
    caught = raised(error)
    stdlib.getLogger("elsewhere").error("it failed", exc_info=caught)
    structlog.get_logger().error("it failed", exc_info=caught)
    assert [(line["error"], line["cause"], CANARY in str(line)) for line in lines(stream)] == [
        (type(error).__name__, "KeyError", False),
        (type(error).__name__, "KeyError", False),
    ]


def test_an_error_in_hand_is_described_too(logging: Logging, stream: io.StringIO) -> None:
    try:
        raise StaleClaim  # noqa: TRY301 - to be in hand
    except StaleClaim:
        structlog.get_logger().exception("it failed")
    (line,) = lines(stream)
    assert (line["error"], line["code"]) == ("StaleClaim", "stale_claim")
    assert line["where"][-1].endswith("test_an_error_in_hand_is_described_too")


def test_a_task_nobody_waited_for_is_logged_without_its_error_text(logging: Logging, stream: io.StringIO) -> None:
    async def fail() -> None:
        raise ValueError(CANARY)

    async def lose_a_task() -> None:
        task = asyncio.ensure_future(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    asyncio.run(lose_a_task())
    (line,) = lines(stream)
    assert (line["event"], line["error"], CANARY in str(line)) == ("Task exception was never retrieved", "ValueError", False)


def test_only_errors_of_ours_have_a_code_of_their_own() -> None:
    assert [code_of(error) for error in (StaleClaim(), ValueError(), KeyboardInterrupt())] == [
        "stale_claim",
        "unexpected",
        "unexpected",
    ]


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert described(StaleClaim("text")) == {"error": "StaleClaim", "code": "stale_claim", "where": []}


def test_closed_the_loggers_of_others_have_the_levels_they_had(stream: io.StringIO) -> None:
    names = (None, "httpx", "uvicorn.access")
    before = [stdlib.getLogger(name).level for name in names]
    configured = configure_logging("info", stream)
    assert [stdlib.getLogger(name).level for name in names] == [stdlib.INFO, stdlib.WARNING, stdlib.WARNING]
    configured.close()
    assert [stdlib.getLogger(name).level for name in names] == before


def test_a_logger_says_what_is_let_through_for_now(logging: Logging) -> None:
    before = logging.logger.is_enabled_for(stdlib.DEBUG)
    logging.set_level("debug")
    assert (before, logging.logger.is_enabled_for(stdlib.DEBUG)) == (False, True)


def test_an_observer_logs_as_structlog_was_configured_when_it_was_made(stream: io.StringIO) -> None:
    configured = configure_logging("info", stream)
    observer = LoggingObserver(structlog.get_logger("hotel_agent"))
    configured.close()
    observer.limited("caller")
    (line,) = lines(stream)
    assert (line["event"], line["limit"]) == ("call refused", "caller")
