"""
Two processes on one store against one: `python -m benchmarks.bench_processes [--quick]`.

`hotel-agent serve` once and twice on the same Postgres with Redis locks, and on the same Redis, with 64 callers spread over
them, in alternated rounds. The load generator and the stores use the machine's cores too; how busy those were is in the
table, because past them no number of processes helps.
"""

import os
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks.driving import Driven
from benchmarks.load import Generator
from benchmarks.report import Figures, Options, Report, options
from benchmarks.servers import Store, Using, servers, service

ONE, TWO = "one process", "two processes"
_ROUND = iter(range(1_000_000))


def measure(report: Report, chosen: Options) -> None:
    messages = 600 if chosen.quick else 3000
    with servers() as run:
        for store in run.stores[1:]:
            cases = {name: partial(_driven, run.folder, store, many, messages) for name, many in ((ONE, 1), (TWO, 2))}
            report.alternate(store.name, cases)
            one, two = (report.figure(store.name, case, "msg_per_s") for case in (ONE, TWO))
            busy = report.figure(store.name, TWO, "cores_busy")
            if one and two and busy:
                times = type(two)(two.median / one.median, two.least / one.most, two.most / one.least)
                beside = f"{busy.median:.2f} of {os.cpu_count()} cores were busy with two"
                report.judge(f"{store.name}: two processes against one", times, "times", at_least=1.6, beside=beside)


def _driven(folder: Path, store: Store, many: int, messages: int) -> Figures:
    with ExitStack() as stack:
        programs = tuple(stack.enter_context(service(folder, store.settings).running()) for _ in range(many))
        driven = Driven(programs=programs, call="process", expect="200 success", stores=store.using, of={})
        driven.warm(200, run="warm")
        driven.settle()
        own = Using(tuple(program.pid for program in programs))
        generator = Generator.ready(driven.job(messages, lines=64, run=f"p{next(_ROUND)}"))
        before, stores, idle = own.cpu_s(), store.using.cpu_s(), _idle_s()
        began = time.perf_counter()
        told = generator.run()
        took = time.perf_counter() - began
        cpu, stores, idle = own.cpu_s() - before, store.using.cpu_s() - stores, _idle_s() - idle
        return {
            "msg_per_s": told.right["count"] / told.took_s,
            "p95_ms": told.right["p95_ms"],
            "cpu_ms": cpu / messages * 1000,
            "stores_cpu_ms": stores / messages * 1000,
            "cores_busy": (os.cpu_count() or 1) - idle / took,
            "errors": float(sum(told.wrong.values())),
        }


def _idle_s() -> float:
    """Seconds that all cores together have had nothing to do."""
    first = Path("/proc/stat").read_text().splitlines()[0].split()
    return (int(first[4]) + int(first[5])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    chosen = options(__doc__)
    report = Report("processes", "Two processes on one store", chosen.quick, chosen.rounds)
    report.whole(lambda: measure(report, chosen))


if __name__ == "__main__":
    main()
