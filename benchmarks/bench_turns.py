"""
What one guest message costs: the whole turn in process, over HTTP on each store, and what rivals make of a message.

`python -m benchmarks.bench_turns [--quick]`. Nothing is off that is on by default: limits, logs, metrics, fsync. All
servers run beside each other and are driven in turn, in alternated rounds; a guest sends less than 120 messages a minute.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import anyio
from attrs import define, field
from benchmarks import agent
from benchmarks.driving import Driven
from benchmarks.report import FLOOR, OURS, RIVAL, Figures, NotHere, Options, Report, options
from benchmarks.servers import Program, Rivals, Servers, Store, Using, servers, service

SATURATION, MEMORY = "saturation, 32 callers", "in process, memory, 32 callers"
SQLITE, POSTGRES, REDIS = "SQLite", "Postgres + Redis locks", "Redis"
HTTP_FLOOR, ECHO, CONVENTIONAL, RASA = "bare answer of our server", "botbuilder echo", "conventional design", "Rasa light"
RATES = (100, 200, 500)
RIVALS_RATES = (100, 200)


@define
class Cases:
    """What can be driven, and why the rest cannot."""

    driven: dict[str, Driven] = field(factory=dict)
    kinds: dict[str, str] = field(factory=dict)
    missing: dict[str, str] = field(factory=dict)
    programs: dict[str, Program] = field(factory=dict)

    def measure(self, name: str, how: Callable[[Driven], Figures]) -> Callable[[], Figures]:
        def run() -> Figures:
            if name in self.missing:
                raise NotHere(self.missing[name])
            return how(self.driven[name])

        return run


@contextmanager
def started(report: Report) -> Iterator[Cases]:
    """Start everything; what does not start is missing."""
    rivals, cases = Rivals.prepared(), Cases()
    with ExitStack() as stack:
        run = stack.enter_context(servers())
        stores: dict[str, Store] = {store.name: store for store in run.stores}
        for name, store in stores.items():
            program = stack.enter_context(service(run.folder, store.settings).running())
            cases.programs[name] = program
            cases.driven[name] = Driven.to(program, "process", "200 success", store.using)
        cases.driven[HTTP_FLOOR] = Driven.to(cases.programs[SQLITE], "live", "200 live")
        cases.kinds[HTTP_FLOOR] = FLOOR
        others: dict[str, Callable[[], Driven]] = {
            ECHO: lambda: _echo(rivals, run),
            CONVENTIONAL: lambda: _conventional(rivals, run),
            RASA: lambda: _rasa(rivals),
        }
        for name, start in others.items():
            cases.kinds[name] = RIVAL
            try:
                described = start()
                stack.enter_context(described.programs[0].running())
                cases.driven[name] = described
            except LookupError as exc:
                cases.missing[name] = str(exc)
            except Exception as exc:  # noqa: BLE001 - a rival that does not start must not cost our own rows
                cases.missing[name] = f"failed: {type(exc).__name__}"
                report.errors.append(f"{name}: {exc}")
        yield cases


def _echo(rivals: Rivals, run: Servers) -> Driven:
    return Driven.to(rivals.program("botbuilder_echo", run.folder), "activity", "200")


def _conventional(rivals: Rivals, run: Servers) -> Driven:
    where = {"POSTGRES": run.postgres, "REDIS": run.redis}
    using = Using((run.postgres_pid, run.redis_pid))
    return Driven.to(rivals.program("conventional", run.folder, where), "process", "200 success", using)


def _rasa(rivals: Rivals) -> Driven:
    raise LookupError(f"does not install: {rivals.rasa()}")


def measure(report: Report, chosen: Options) -> None:
    messages, seconds = (500, 1.5) if chosen.quick else (3000, 4)
    report.alternate(MEMORY, {"whole turn": lambda: anyio.run(agent.measured, messages)})
    with started(report) as cases:
        for name, driven in cases.driven.items():
            report.attempt(f"warming {name}", partial(_warmed, driven))
        saturating = {
            name: cases.measure(name, partial(_saturated, messages=_share(messages, cases.kinds.get(name, OURS))))
            for name in (HTTP_FLOOR, SQLITE, POSTGRES, REDIS, ECHO, CONVENTIONAL, RASA)
        }
        report.alternate(SATURATION, saturating, cases.kinds)
        for rate in (*RATES, *(() if chosen.quick else (1000,))):
            names = [SQLITE, POSTGRES, REDIS] if rate in RATES else [POSTGRES]
            names += [ECHO, CONVENTIONAL] if rate in RIVALS_RATES and not (chosen.quick and rate != RATES[0]) else []
            open_loop = {name: cases.measure(name, partial(_at_rate, rate=rate, seconds=seconds)) for name in names}
            report.alternate(f"open loop, {rate} msg/s", open_loop, cases.kinds)
        state = cases.programs[POSTGRES].figure("pms_circuit_breaker_state")
        opened = cases.programs[POSTGRES].figure("pms_circuit_breaker_calls_total", state="open")
        report.notes.append(
            f"breaker before the PMS at the end: {'closed' if state == 0 else 'NOT CLOSED'}, refused {opened:.0f}"
        )


def _share(messages: int, kind: str) -> int:
    """Rivals get fewer: they are slower, and their rounds should not take longer."""
    return messages // 3 if kind == RIVAL else messages


def _warmed(driven: Driven) -> Figures:
    driven.warm(200, run="warm")
    return {}


_ROUND = iter(range(1_000_000))


def _saturated(driven: Driven, messages: int) -> Figures:
    return driven.saturate(messages, run=f"s{next(_ROUND)}")


def _at_rate(driven: Driven, rate: int, seconds: float) -> Figures:
    return driven.at_rate(rate, seconds, run=f"o{next(_ROUND)}")


def judge(report: Report) -> None:
    floor = report.beside(SATURATION, HTTP_FLOOR, "msg_per_s", "msg/s")
    echo = report.beside(SATURATION, ECHO, "msg_per_s", "msg/s")
    conventional = report.beside(SATURATION, CONVENTIONAL, "msg_per_s", "msg/s")

    memory = report.figure(MEMORY, "whole turn", "msg_per_s")
    report.judge("whole turn in process, memory adapters", memory, "msg/s", at_least=2000, goal=4000, beside=floor)
    sqlite = report.figure(SATURATION, SQLITE, "msg_per_s")
    report.judge("whole turn over HTTP, SQLite, fsync", sqlite, "msg/s", at_least=600, goal=1500, beside=floor)
    p95 = report.figure("open loop, 100 msg/s", SQLITE, "p95_ms")
    report.judge("SQLite: p95 at 100 msg/s", p95, "ms", at_most=15, beside=_p95(report, 100))
    postgres = report.figure(SATURATION, POSTGRES, "msg_per_s")
    both = f"{echo}; {conventional}"
    report.judge(
        "whole turn over HTTP, Postgres journal + Redis locks", postgres, "msg/s", at_least=1000, goal=2500, beside=both
    )
    own, stores = (report.figure(SATURATION, POSTGRES, name) for name in ("cpu_ms", "stores_cpu_ms"))
    if own and stores:
        whole = type(own)(own.median + stores.median, own.least + stores.least, own.most + stores.most)
        beside = report.beside(SATURATION, CONVENTIONAL, "cpu_ms", "ms without its stores")
        report.judge("Postgres: CPU per message with the stores", whole, "ms", at_most=1, goal=0.4, beside=beside)
    for rate, first, goal in ((100, 10, 5), (200, 15, 5), (500, 30, 5), (1000, None, 10)):
        p95 = report.figure(f"open loop, {rate} msg/s", POSTGRES, "p95_ms")
        what = f"Postgres: p95 at {rate} msg/s"
        report.judge(what, p95, "ms", at_most=first, goal=goal, beside=_p95(report, rate) if rate in RIVALS_RATES else "")
    errors = [row.figures["errors"] for row in report.rows if row.case == POSTGRES and "errors" in row.figures]
    if errors:
        worst = max(errors, key=lambda spread: spread.most)
        report.judge("Postgres: wrong answers in any round", worst, "answers", at_most=0)
    redis = report.figure(SATURATION, REDIS, "msg_per_s")
    report.judge("whole turn over HTTP, Redis journal, AOF always", redis, "msg/s", at_least=1200, goal=3000, beside=floor)
    against(report)


def against(report: Report) -> None:
    ours = report.figure(SATURATION, POSTGRES, "msg_per_s")
    for rival, first, goal in ((ECHO, 2, 6), (CONVENTIONAL, 3, 15)):
        theirs = report.figure(SATURATION, rival, "msg_per_s")
        if ours and theirs:
            times = type(ours)(ours.median / theirs.median, ours.least / theirs.most, ours.most / theirs.least)
            beside = f"{ours.median:.0f} against {theirs.median:.0f} msg/s"
            report.judge(f"Postgres turn against {rival}", times, "times", at_least=first, goal=goal, beside=beside)
    report.notes.append(
        "Rasa light was measured on another Python: p95 23 ms at 50 msg/s, saturated above 100 msg/s (design paper)"
    )


def _p95(report: Report, rate: int) -> str:
    return report.beside(f"open loop, {rate} msg/s", CONVENTIONAL, "p95_ms", "ms")


def main() -> None:
    chosen = options(__doc__)
    report = Report("turns", "What one guest message costs", chosen.quick, chosen.rounds)
    report.whole(lambda: measure(report, chosen), lambda: judge(report))


if __name__ == "__main__":
    main()
