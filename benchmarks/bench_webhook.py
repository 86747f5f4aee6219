"""
How long Meta waits for the durable 200: signed webhooks at a steady rate against `hotel-agent serve` as shipped (SQLite).

`python -m benchmarks.bench_webhook [--quick]`. Webhooks go out on time whether or not the last was answered, so waiting in
line counts. Beside it the floor, `/health/live` at the same rate, the service with its worker in another process (`serve
--no-worker`), and pywa's echo, which answers only when it has sent its reply. Both send their replies to the same stand-in
for Meta. Then the rate is doubled until the echo breaks (p95 over a second), and ours gets four times that.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from attrs import define, field
from benchmarks.calls import NUMBER, SECRET, WHATSAPP
from benchmarks.driving import Driven
from benchmarks.report import FLOOR, OURS, RIVAL, Figures, NotHere, Options, Report, options
from benchmarks.servers import Program, Rivals, folder, service

from hotel_agent.testing.free_ports import free_port

INSIDE, ELSEWHERE = "webhook, worker inside", "webhook, worker elsewhere"
LIVE, ECHO = "/health/live", "pywa echo"
RATES = (200, 500)
BROKEN_MS = 1000.0
FOUR = "four times the load where the echo breaks"
_RUNS = iter(range(1_000_000))


@define
class Cases:
    driven: dict[str, Driven] = field(factory=dict)
    missing: str = ""


@contextmanager
def started(place: Path) -> Iterator[Cases]:
    cases = Cases()
    with ExitStack() as stack:
        port = free_port()
        graph = Program([sys.executable, "-m", "benchmarks.graph", str(port)], {}, place / "graph.log", port)
        stack.enter_context(graph.running())
        settings = {**WHATSAPP, "HOTEL_AGENT_WHATSAPP_GRAPH_URL": f"http://127.0.0.1:{port}/v25.0"}
        nobody = {"HOTEL_AGENT_PMS_URL": "http://127.0.0.1:9", "HOTEL_AGENT_PMS_KEY": "nobody-is-asked"}
        inside = stack.enter_context(service(place, settings).running())
        elsewhere = stack.enter_context(service(place, {**settings, **nobody}, ("serve", "--no-worker")).running())
        cases.driven[LIVE] = Driven.to(inside, "live", "200 live")
        cases.driven[INSIDE] = Driven.to(inside, "webhook", "200")
        cases.driven[ELSEWHERE] = Driven.to(elsewhere, "webhook", "200")
        try:
            where = {"NUMBER": NUMBER, "SECRET": SECRET, "GRAPH": str(port)}
            echo = stack.enter_context(Rivals.prepared().program("pywa_echo", place, where).running())
            cases.driven[ECHO] = Driven.to(echo, "webhook", "200", path="/webhook")
        except (LookupError, RuntimeError) as exc:
            cases.missing = str(exc)
        yield cases


def posted(cases: Cases, name: str, rate: int, seconds: float) -> Figures:
    """Send new messages of guests who have written before."""
    if name not in cases.driven:
        raise NotHere(cases.missing)
    return cases.driven[name].at_rate(rate, seconds, run=f"w{next(_RUNS)}-")


def measure(report: Report, chosen: Options) -> None:
    seconds = 2.0 if chosen.quick else 5.0
    with folder() as place, started(place) as cases:
        first: dict[str, Figures] = {}
        for name, driven in cases.driven.items():
            # The first message of a new guest costs three more writes; told apart from the rest.
            once = partial(driven.at_rate, 50, 2 if chosen.quick else 6, run="n")
            if told := report.attempt(f"first messages: {name}", once, rival=name == ECHO):
                first[name] = told
        kinds = {LIVE: FLOOR, ECHO: RIVAL}
        for rate in RATES:
            known = {name: partial(posted, cases, name, rate, seconds) for name in (LIVE, INSIDE, ELSEWHERE, ECHO)}
            report.alternate(f"{rate} webhooks/s", known, kinds)
        for name, told in first.items():
            report.add("first message of a guest, 50/s", name, [told], kinds.get(name, OURS))
        broken = breaking_point(report, cases, seconds)
        report.alternate(f"{FOUR}, {4 * broken}/s", {INSIDE: partial(posted, cases, INSIDE, 4 * broken, seconds)})


def judge(report: Report) -> None:
    for rate, first_ms, goal in ((200, 20, None), (500, None, 10)):
        section = f"{rate} webhooks/s"
        floor = report.beside(section, LIVE, "p99_ms", "ms")
        beside = f"{floor}; {report.beside(section, ECHO, 'p99_ms', 'ms')}"
        p99 = report.figure(section, INSIDE, "p99_ms")
        report.judge(f"webhook to durable 200: p99 at {rate}/s", p99, "ms", at_most=first_ms, goal=goal, beside=beside)
    found = next((row for row in report.rows if row.section.startswith(FOUR) and row.figures), None)
    if found:
        what = f"webhook: p99 at {found.section}"
        report.judge(
            what,
            found.figures["p99_ms"],
            "ms",
            goal=BROKEN_MS,
            beside=f"at a quarter of it {ECHO}'s p95 is over {BROKEN_MS:.0f} ms",
        )


def breaking_point(report: Report, cases: Cases, seconds: float) -> int:
    """Double the echo's load until it takes more than a second, or does not answer; 400/s where there is no echo."""
    rate = 200
    while ECHO in cases.driven and rate < 3200:  # noqa: PLR2004 - more than the generator should be asked for
        told = report.attempt(f"{ECHO} at {rate}/s", partial(posted, cases, ECHO, rate, max(seconds / 2, 4)), rival=True)
        if told is None:
            report.add("where the echo breaks", f"{ECHO}, {rate}/s", [], RIVAL, "answered nothing in time")
            return rate
        report.add("where the echo breaks", f"{ECHO}, {rate}/s", [told], RIVAL)
        if told["p95_ms"] > BROKEN_MS:
            return rate
        rate *= 2
    return rate if ECHO in cases.driven else 400


def main() -> None:
    chosen = options(__doc__)
    report = Report("webhook", "How long Meta waits for the durable 200 (SQLite)", chosen.quick, chosen.rounds)
    report.whole(lambda: measure(report, chosen), lambda: judge(report))


if __name__ == "__main__":
    main()
