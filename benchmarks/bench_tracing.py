"""
What tracing costs a message: processor time of the whole process, the exporting thread included, with no collector anywhere.

`python -m benchmarks.bench_tracing [messages]`. Nothing listens at the collector's address. Settings take turns in rounds,
a process each, so what the machine does meanwhile meets all of them alike; `off` is measured twice, to show what noise is.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import anyio
import structlog

from hotel_agent.adapters.otel.tracing import OtelTracing
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.domain.ids import EventId, TenantId
from hotel_agent.entrypoints.library import HotelAgent
from hotel_agent.entrypoints.serving import settle_memory
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.ports.tracing import UNTRACED, Tracing

NOBODY = "http://127.0.0.1:9"
CASES: dict[str, dict[str, object]] = {
    "off": {},
    "off again": {},
    "on, 10 %": {"otlp_url": NOBODY},
    "on, 100 %": {"otlp_url": NOBODY, "trace_ratio": 1.0},
}
ROUNDS = 3
_FIRST_TRY_S = 6.0


async def _messages(case: str, count: int) -> float:
    """Processor milliseconds a message, of `count` by as many guests, after a tenth of them to warm up."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), journal_url="memory://", **CASES[case])  # type: ignore[arg-type]  # keyword arguments of many types
        async with HotelAgent.open(settings, environment={}) as agent:
            for guest in range(count // 10):
                await agent.ask(f"warm-{guest}", "hola")
            # By then the exporting thread has loaded what it needs, and met nobody.
            await anyio.sleep(_FIRST_TRY_S)
            # As `serve` does: what is loaded is not looked through for garbage any more.
            settle_memory()
            began = time.process_time()
            for guest in range(count):
                await agent.ask(f"guest-{guest}", "hola")
            return (time.process_time() - began) * 1000 / count


def _calls(tracing: Tracing, turns: int) -> float:
    """Microseconds that the calls of one message take: an arrival, a turn with four steps, two calls to parts, a delivery."""
    tenant, took = TenantId("demo"), timedelta(milliseconds=1)
    began = time.process_time()
    for number in range(turns):
        event = EventId(f"e-{number}")
        with tracing.arrival("POST /somewhere"):
            with tracing.message(event, tenant) as received:
                received.note(channel="api", new=True)
            with tracing.going_on("turn", received.context, event, tenant, None) as turn:
                turn.note(channel="api", about="GuestMessage", tries=1)
                for step in ("understand", "ask.search", "ask.acquire", "commit"):
                    with tracing.step(step):
                        pass
                for part in ("pms:demo", "pms:demo"):
                    tracing.called(part, "search", "ok", took)
            with tracing.going_on("deliver", turn.context, event, tenant):
                pass
    return (time.process_time() - began) * 1e6 / turns


def main() -> None:
    messages, *only = sys.argv[1:] or ["1000"]
    if only:
        print(anyio.run(_messages, only[0], int(messages)))
        return
    rounds: dict[str, list[float]] = {case: [] for case in CASES}
    for _ in range(ROUNDS):
        for case in CASES:
            command = [sys.executable, "-m", "benchmarks.bench_tracing", messages, case]
            rounds[case].append(float(subprocess.run(command, capture_output=True, check=True).stdout))
    for case, figures in rounds.items():
        print(f"{case:12} {statistics.median(figures):7.3f} ms a message (lowest {min(figures):.3f})")
    for name, tracing in (
        ("off", UNTRACED),
        ("on, 10 %", OtelTracing(SystemClock(), lambda _: None, lambda *_: None, 0.1)),
        ("on, 100 %", OtelTracing(SystemClock(), lambda _: None, lambda *_: None, 1.0)),
    ):
        print(f"{name:12} {min(_calls(tracing, 2000) for _ in range(7)):7.1f} us of tracing calls a message")


if __name__ == "__main__":
    main()
