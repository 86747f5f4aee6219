"""
How soon `hotel-agent serve` takes messages, and what it needs at rest.

`python -m benchmarks.bench_start [--quick]`. From the start of the process to the first 200 of `/health/ready`, with an
empty data folder and with one that exists; memory two seconds later. Beside it uvicorn with an empty application, and the
conventional design.
"""

import sys
import time
from contextlib import ExitStack
from pathlib import Path

from attrs import evolve
from benchmarks.report import FLOOR, RIVAL, Figures, Options, Report, options
from benchmarks.servers import Program, Rivals, folder, memory_of, servers, service

from hotel_agent.testing.free_ports import free_port

AGAIN, FIRST, BARE, CONVENTIONAL = (
    "serve, its data exists",
    "serve, first start",
    "uvicorn, empty application",
    "conventional design",
)
SECTION = "from start to ready, and at rest"
_BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
app = Starlette(routes=[Route("/health/ready", lambda _: Response(b""))])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""


def started(program: Program) -> Figures:
    with evolve(program).running() as running:
        time.sleep(2)
        memory = memory_of(running.pid)
        return {"ready_s": running.started_s, "rss_mb": memory.rss_mb, "pss_mb": memory.pss_mb}


def serve(place: Path, ready: str = "/health/ready") -> Program:
    return evolve(service(place), ready=ready)


def bare(place: Path) -> Program:
    port = free_port()
    return Program([sys.executable, "-c", _BARE, str(port)], {}, place / "bare.log", port, "/health/ready")


def measure(report: Report, chosen: Options) -> None:
    with ExitStack() as stack:
        place = stack.enter_context(folder())
        kept = serve(place)
        started(kept)
        cases = {
            AGAIN: lambda: started(kept),
            FIRST: lambda: started(serve(place)),
            BARE: lambda: started(bare(place)),
        }
        if not chosen.quick:
            run = stack.enter_context(servers())
            where = {"POSTGRES": run.postgres, "REDIS": run.redis}
            cases[CONVENTIONAL] = lambda: started(Rivals.prepared().program("conventional", run.folder, where))
        report.alternate(SECTION, cases, {BARE: FLOOR, CONVENTIONAL: RIVAL})
    for what, name, unit, first, goal in (
        ("start to ready", "ready_s", "s", 1.5, 0.7),
        ("memory at rest, RSS", "rss_mb", "MB", 120, 80),
    ):
        beside = "; ".join(report.beside(SECTION, case, name, unit) for case in (BARE, CONVENTIONAL))
        report.judge(what, report.figure(SECTION, AGAIN, name), unit, at_most=first, goal=goal, beside=beside)


def main() -> None:
    chosen = options(__doc__)
    report = Report("start", "Start and memory at rest", chosen.quick, chosen.rounds)
    report.whole(lambda: measure(report, chosen))


if __name__ == "__main__":
    main()
