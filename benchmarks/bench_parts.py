"""
What the parts cost that every message passes: `python -m benchmarks.bench_parts [--quick]`.

The closed breaker's guard round a call that does nothing, understanding a guest's text, reading the dates of a stay; beside
them aiobreaker, a scikit-learn classifier with a general date library, and the floors: the bare call, a keyed hash, parsing
JSON.
"""

import hashlib
import hmac
import itertools
import json
import os
import subprocess
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiobreaker
import anyio
import orjson
import structlog
from benchmarks.report import FLOOR, OURS, RIVAL, Figures, NotHere, Options, Report, options
from benchmarks.servers import ROOT, Rivals

from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.languages import lexicons
from hotel_agent.adapters.nlu.stays import read_stay
from hotel_agent.adapters.nlu.tokens import tokenize
from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.adapters.observability.logs import configure_logging
from hotel_agent.adapters.observability.metrics import Metrics
from hotel_agent.adapters.observability.observers import LoggingObserver, MeteringObserver, Observers
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.application.guarding import Guard
from hotel_agent.domain.understanding import Language, Listening

CALL, UNDERSTAND, STAY, PARTS = "a call through the closed breaker", "understanding a text", "reading a stay's dates", "floors"
GUARD, BARE, AIOBREAKER = (
    "Guard, with its time limit and metrics",
    "the bare call",
    "aiobreaker, without time limit and metrics",
)
SKLEARN, DATEPARSER = "scikit-learn pipeline, intent alone", "dateparser, search"
_HELDOUT = ROOT / "tools" / "understanding" / "heldout"
_DAY = date(2026, 11, 21)


def each(call: Callable[[], object], seconds: float) -> Figures:
    """Microseconds of CPU a call, which a busy machine disturbs less than the clock."""
    call()
    done, began = 0, time.process_time()
    while (took := time.process_time() - began) < seconds:
        for _ in range(20):
            call()
        done += 20
    return {"us": took / done * 1e6}


def each_async(make: Callable[[], Callable[[], Awaitable[object]]], seconds: float) -> Figures:
    async def run() -> Figures:
        call = make()
        await call()
        done, began = 0, time.process_time()
        while (took := time.process_time() - began) < seconds:
            for _ in range(50):
                await call()
            done += 50
        return {"us": took / done * 1e6}

    return anyio.run(run)


async def nothing() -> None:
    return None


def guarded() -> Callable[[], Awaitable[object]]:
    # What it logs goes where `serve` would write it, at the level that `serve` has.
    configure_logging("info", Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open as long as the process
    observer = Observers((LoggingObserver(structlog.get_logger()), MeteringObserver(Metrics())))
    guard = Guard("pms:bench", SystemClock(), observer)
    return lambda: guard.run("search", nothing, timedelta(seconds=10))


def by_aiobreaker() -> Callable[[], Awaitable[object]]:
    breaker = aiobreaker.CircuitBreaker(fail_max=5, timeout_duration=timedelta(seconds=30))

    async def call() -> object:
        told: object = await breaker.call_async(nothing)
        return told

    return call


def texts(*files: str) -> list[str]:
    return [json.loads(line)["text"] for file in files for line in (_HELDOUT / file).read_text("utf-8").splitlines()]


def understanding() -> Callable[[], object]:
    understander = LocalUnderstander.load()
    everything, listening = texts("es.jsonl", "en.jsonl", "pt.jsonl"), Listening(today=_DAY, language=Language.ES)
    for text in everything:
        # What only feasts and telephone numbers need is imported once.
        understander.hear(text, listening)
    said = itertools.cycle(everything)
    return lambda: understander.hear(next(said), listening)


def reading() -> Callable[[], object]:
    """Read stays out of texts whose words are known: what the grammar itself costs."""
    lexicon, listening = lexicons()[Language.ES], Listening(today=_DAY, language=Language.ES)
    prepared = []
    for text in texts("stays.jsonl"):
        tokens = tokenize(text)
        prepared.append((text, tokens, lexicon.read(tokens)))
    said = itertools.cycle(prepared)

    def read() -> object:
        text, tokens, lexemes = next(said)
        return read_stay(Hearing(text, tokens, lexemes, Language.ES, listening))

    return read


def others(rivals: Rivals, seconds: float) -> dict[str, float]:
    if rivals.problem:
        raise NotHere(f"did not install: {rivals.problem}")
    given = {"texts": texts("es.jsonl", "en.jsonl", "pt.jsonl"), "stays": texts("stays.jsonl"), "seconds": seconds}
    command = [rivals.python, str(Path(__file__).parent / "rivals" / "classifier.py")]
    told = subprocess.run(command, input=json.dumps(given) + "\n", capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return figures


def measure(report: Report, chosen: Options) -> None:
    seconds = 0.1 if chosen.quick else 1.0
    calls = {GUARD: guarded, AIOBREAKER: by_aiobreaker, BARE: lambda: nothing}
    report.alternate(
        CALL,
        {name: partial(each_async, make, seconds) for name, make in calls.items()},
        {GUARD: OURS, AIOBREAKER: RIVAL, BARE: FLOOR},
    )
    rivals = Rivals.prepared()
    theirs: list[dict[str, float]] = []

    def rival(name: str) -> Callable[[], Figures]:
        def run() -> Figures:
            if not theirs:
                theirs.append(others(rivals, 2 * seconds))
            return {"us": theirs[0][name]}

        return run

    hear, read = understanding(), reading()
    ours = "LocalUnderstander, all of it"
    report.alternate(UNDERSTAND, {ours: lambda: each(hear, seconds), SKLEARN: rival("classifier_us")}, {SKLEARN: RIVAL})
    grammar = "stay grammar"
    report.alternate(STAY, {grammar: lambda: each(read, seconds), DATEPARSER: rival("dates_us")}, {DATEPARSER: RIVAL})
    body = orjson.dumps({"entry": [{"changes": [{"value": {"messages": [{"text": {"body": "a" * 850}}]}}]}]})
    floors: dict[str, Callable[[], Any]] = {
        "HMAC of 1 kB": lambda: hmac.digest(b"secret", body, hashlib.sha256),
        "1 kB of JSON, orjson": lambda: orjson.loads(body),
    }
    report.alternate(PARTS, {name: partial(each, call, seconds) for name, call in floors.items()}, dict.fromkeys(floors, FLOOR))
    guard = report.figure(CALL, GUARD, "us")
    report.judge("breaker guard, closed", guard, "µs", at_most=15, goal=1, beside=report.beside(CALL, AIOBREAKER, "us", "µs"))
    for what, section, case, beside, first, goal in (
        ("understanding", UNDERSTAND, ours, SKLEARN, 1000, 100),
        ("stay grammar", STAY, grammar, DATEPARSER, 200, 50),
    ):
        told = report.figure(section, case, "us")
        report.judge(what, told, "µs", at_most=first, goal=goal, beside=report.beside(section, beside, "us", "µs"))


def main() -> None:
    chosen = options(__doc__)
    report = Report("parts", "What the parts cost", chosen.quick, chosen.rounds)
    report.whole(lambda: measure(report, chosen))


if __name__ == "__main__":
    main()
