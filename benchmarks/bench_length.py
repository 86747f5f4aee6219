"""
Does a message cost more when the conversation is long? `python -m benchmarks.bench_length [--quick]`.

On each store, over HTTP: guests who have written a few messages against guests who have written a hundred, in alternated
rounds on the same, growing store. Nobody writes more than 120 messages a minute.
"""

from functools import partial
from pathlib import Path

from benchmarks.driving import Driven
from benchmarks.report import Figures, Options, Report, options
from benchmarks.servers import Store, servers, service

YOUNG, OLD = "messages 6 to 10", "messages 100 to 115"
_EACH = 5
_AGE = 100


def measure(report: Report, chosen: Options) -> None:
    with servers() as run:
        for store in run.stores[:1] if chosen.quick else run.stores:
            report.attempt(store.name, partial(_measured, report, run.folder, store, 12 if chosen.quick else 30))


def _measured(report: Report, folder: Path, store: Store, guests: int) -> Figures:
    rounds = iter(range(1_000_000))
    with service(folder, store.settings).running() as program:
        driven = Driven.to(program, "process", "200 success", store.using, guests=guests)
        driven.warm(200, run="warm")
        driven.warm(guests * _AGE, run="old")

        def talk(run: str) -> Figures:
            told = driven.saturate(guests * _EACH, run=run)
            return {name: told[name] for name in ("msg_per_s", "p50_ms", "p95_ms", "cpu_ms", "errors")}

        def newcomers() -> Figures:
            run = f"y{next(rounds)}"
            # Whoever writes for the first time is a case of its own.
            driven.warm(guests * _EACH, run=run)
            return talk(run)

        report.alternate(store.name, {YOUNG: newcomers, OLD: lambda: talk("old")})
    young, old = (report.figure(store.name, case, "cpu_ms") for case in (YOUNG, OLD))
    if young and old:
        times = type(old)(old.median / young.median, old.least / young.most, old.most / young.least)
        beside = f"{old.median:.2f} against {young.median:.2f} ms CPU"
        what = f"{store.name}: cost of the 100th message against the first ones"
        report.judge(what, times, "times", at_most=1.2, beside=beside)
    return {}


def main() -> None:
    chosen = options(__doc__)
    report = Report("length", "Cost against the length of a conversation", chosen.quick, chosen.rounds)
    report.whole(lambda: measure(report, chosen))


if __name__ == "__main__":
    main()
