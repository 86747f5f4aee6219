"""
Twice as much as one process can handle: who is refused, how early, and whether anything that was accepted is lost.

`python -m benchmarks.bench_overload [--quick]`, against `hotel-agent serve` as shipped (SQLite). First its capacity with 32
callers and its latency at a fifth of that; then twice the capacity in an open loop. Every message that was answered with
200 is sent once more under its id afterwards: it must be known, and have its answer. What is refused then is sent until it is
not: nobody has lost anything by that.
"""

import math
from functools import partial

from benchmarks.driving import Driven
from benchmarks.load import Generator, Told
from benchmarks.report import Figures, Options, Report, options
from benchmarks.servers import Program, folder, service

UNLOADED, TWICE, AFTER = "a fifth of the capacity", "twice the capacity", "accepted ones sent once more, when it is over"
_RESENT = 2000
_TRIES = 10
_ROUND = iter(range(1_000_000))


def measure(report: Report, chosen: Options) -> None:
    with folder() as place, service(place).running() as program:
        driven = Driven.to(program, "process", "200 success")
        driven.warm(200, run="warm")
        told = report.attempt("capacity", partial(driven.saturate, 500 if chosen.quick else 2000, run="c"))
        if told is None:
            return
        report.add("capacity", "32 callers", [told])
        capacity = told["msg_per_s"]
        seconds = 4.0 if chosen.quick else 10.0
        unloaded = partial(driven.at_rate, max(capacity / 5, 10), seconds)
        report.alternate("unloaded", {UNLOADED: lambda: unloaded(run=f"u{next(_ROUND)}")})
        few = 300 if chosen.quick else 1000
        report.alternate("overload", {TWICE: lambda: overloaded(report, program, driven, few, seconds)})


def judge(report: Report) -> None:
    section = "overload"
    lost = report.figure(section, TWICE, "lost")
    report.judge("overload: accepted and lost", lost, "messages", at_most=0)
    left = report.figure(section, TWICE, "left_waiting")
    report.judge("overload: neither answered in time nor refused early with 503", left, "messages", at_most=0)
    p95, before = report.figure(section, TWICE, "p95_ms"), report.figure("unloaded", UNLOADED, "p95_ms")
    if p95 and before:
        times = type(p95)(p95.median / before.median, p95.least / before.most, p95.most / before.least)
        beside = f"{p95.median:.0f} against {before.median:.1f} ms"
        report.judge("overload: p95 of what is accepted against unloaded", times, "times", goal=2, beside=beside)


def overloaded(report: Report, program: Program, driven: Driven, few: int, seconds: float) -> Figures:
    run = f"x{next(_ROUND)}"
    # Anew in each round: twice what it can handle now, whatever else the machine does.
    rate = 2 * driven.saturate(few, run=f"c{run}")["msg_per_s"]
    requests = int(rate * seconds)
    told = Generator.ready(driven.job(requests, rate, run=run, ids=True, numbers=True, guests=5000)).run()
    driven.settle()
    accepted = [number for label, numbers in told.numbers.items() if label.startswith("200") for number in numbers]
    asked = accepted[:: max(1, math.ceil(len(accepted) / _RESENT))]
    lost = _lost(driven, asked, run=run)
    refused = _of_status(told, "503")
    report.notes.append(f"overload, {rate:.0f} msg/s: answers " + ", ".join(_counted(told)))
    return {
        "offered_per_s": rate,
        "p50_ms": told.right["p50_ms"],
        "p95_ms": told.right["p95_ms"],
        "p99_ms": told.right["p99_ms"],
        "answered": told.right["count"],
        "refused": refused.get("count", 0.0),
        "refused_percent": 100 * refused.get("count", 0.0) / requests,
        "refused_p95_ms": refused.get("p95_ms", 0.0),
        "left_waiting": requests - told.right["count"] - refused.get("count", 0.0),
        "asked_again": float(len(asked)),
        "lost": lost,
        "set_aside": program.figure("dead_letters_total"),
    }


def _lost(driven: Driven, asked: list[int], *, run: str) -> float:
    """Send accepted messages once more until each has an answer, and count those that have none."""
    answered: set[int] = set()
    for _ in range(_TRIES):
        left = [number for number in asked if number not in answered]
        if not left:
            break
        told = Generator.ready(driven.job(len(left), run=run, ids=True, numbers=True, again=left, guests=5000)).run()
        # The generator numbers what it sends anew.
        answered |= {left[place] for label, places in told.numbers.items() if label.startswith("200") for place in places}
        driven.settle()
    return float(len(asked) - len(answered))


def _of_status(told: Told, status: str) -> dict[str, float]:
    """Figures of all answers with that HTTP status, whatever their body says."""
    found = [figures for label, figures in told.answers.items() if label.startswith(status)]
    if not found:
        return {}
    return {"count": sum(one["count"] for one in found), "p95_ms": max(one["p95_ms"] for one in found)}


def _counted(told: Told) -> list[str]:
    return [f"{figures['count']:.0f} x {label}" for label, figures in sorted(told.answers.items())]


def main() -> None:
    chosen = options(__doc__)
    report = Report("overload", "Twice the capacity (SQLite)", chosen.quick, chosen.rounds)
    report.whole(lambda: measure(report, chosen), lambda: judge(report))


if __name__ == "__main__":
    main()
