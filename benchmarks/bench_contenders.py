"""
A thousand guests want the last room: `python -m benchmarks.bench_contenders [--quick]`.

Four processes with 250 guests each, on each store; then, on Postgres, 10,000 races of those four for two rooms that each
names in another order, with the deadlocks that the server itself counts. Beside it the statement one would first write, a
plain INSERT into the same kind of constraint.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it has no stubs
from attrs import define
from benchmarks.report import RIVAL, Figures, Options, Report, options
from benchmarks.servers import ROOT, Servers, servers

RACE, RACES = "1,000 contenders for the last room", "races for two rooms on Postgres"
OURS, PLAIN = "LockStore", "plain INSERT into an EXCLUDE constraint"
_CONTENDERS, _PROCESSES = 1000, 4
_ROOM = iter(range(1_000_000))


@define
class Contender:
    _process: "subprocess.Popen[str]"

    def tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@contextmanager
def contenders(url: str, namespace: str) -> Iterator[Sequence[Contender]]:
    """Start the processes one after the other, so that the first one makes the tables."""
    with ExitStack() as stack:
        started = []
        for number in range(_PROCESSES):
            command = [sys.executable, "-m", "benchmarks.contender"]
            process = stack.enter_context(
                subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            stack.callback(process.kill)
            contender = Contender(process)
            asked = {"url": url, "namespace": namespace, "name": f"p{number}", "contenders": _CONTENDERS // _PROCESSES}
            contender.tell(json.dumps(asked))
            assert contender.hear() == "ready", "a contender did not start"
            started.append(contender)
        yield started


def race(processes: Sequence[Contender]) -> Figures:
    room = next(_ROOM)
    told = _all(processes, [f"race {room}"] * _PROCESSES)
    return {
        "slowest_s": max(one["longest_s"] for one in told),
        "winners": float(sum(one["won"] for one in told)),
        "refused": float(sum(one["refused"] for one in told)),
    }


def _all(processes: Sequence[Contender], lines: Sequence[str]) -> list[dict[str, Any]]:
    for process, line in zip(processes, lines, strict=True):
        process.tell(line)
    return [json.loads(process.hear()) for process in processes]


def races(processes: Sequence[Contender], run: Servers, count: int) -> Figures:
    deadlocks, first, began = asyncio.run(_deadlocks(run.postgres)), next(_ROOM) * 1_000_000, time.perf_counter()
    told = _all(processes, [f"races {first} {count}"] * _PROCESSES)
    took = time.perf_counter() - began
    return {
        "races": float(count),
        "races_per_s": count / took,
        "slowest_s": max(one["longest_s"] for one in told),
        "winners": float(sum(one["won"] for one in told)),
        "failed": float(sum(one["failed"] for one in told)),
        "deadlocks": asyncio.run(_deadlocks(run.postgres)) - deadlocks,
    }


async def _deadlocks(url: str) -> float:
    # The server adds its figures up with a delay of up to a second.
    await asyncio.sleep(1.2)
    connection: Any = await asyncpg.connect(url)
    try:
        return float(await connection.fetchval("SELECT sum(deadlocks) FROM pg_stat_database"))
    finally:
        await connection.close()


async def _plain(url: str, count: int) -> Figures:
    """Race for two rooms with what one would first write: both rows in one transaction, and an error if somebody was first."""
    pool: Any = await asyncpg.create_pool(url, min_size=16, max_size=16)
    async with pool:
        await pool.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        await pool.execute("DROP TABLE IF EXISTS plain_locks")
        await pool.execute(
            "CREATE TABLE plain_locks (room text, stay daterange, EXCLUDE USING gist (room WITH =, stay WITH &&))"
        )
        deadlocks, began = await _deadlocks(url), time.perf_counter()
        outcomes = {"won": 0, "lost": 0, "deadlock": 0}
        slowest = 0.0

        async def want(rooms: Sequence[str]) -> None:
            nonlocal slowest
            since = time.perf_counter()
            try:
                async with pool.acquire() as connection, connection.transaction():
                    for room in rooms:
                        await connection.execute("INSERT INTO plain_locks VALUES ($1, '[2031-05-02,2031-05-04)')", room)
                outcomes["won"] += 1
            except asyncpg.ExclusionViolationError:
                outcomes["lost"] += 1
            except asyncpg.DeadlockDetectedError:
                outcomes["deadlock"] += 1
            slowest = max(slowest, time.perf_counter() - since)

        for number in range(count):
            rooms = (f"{number}a", f"{number}b")
            await asyncio.gather(*(want(rooms if n % 2 else rooms[::-1]) for n in range(_PROCESSES)))
        took = time.perf_counter() - began
    return {
        "races": float(count),
        "races_per_s": count / took,
        "slowest_s": slowest,
        "winners": float(outcomes["won"]),
        "failed": float(outcomes["deadlock"]),
        "deadlocks": await _deadlocks(url) - deadlocks,
    }


def measure(report: Report, chosen: Options) -> None:
    with servers() as run, ExitStack() as stack:
        urls = {"SQLite": f"sqlite:///{run.folder / 'locks.db'}", "Postgres": run.postgres, "Redis": run.redis}
        started = {}
        for name, url in urls.items():
            started[name] = stack.enter_context(contenders(url, run.namespace()))
        report.alternate(RACE, {name: partial(race, processes) for name, processes in started.items()})
        count = 500 if chosen.quick else 10_000
        told = report.attempt(RACES, partial(races, started["Postgres"], run, count))
        if told:
            report.add(RACES, OURS, [told])
        few = 10
        if plain := report.attempt(PLAIN, lambda: asyncio.run(_plain(run.postgres, few))):
            report.add(RACES, PLAIN, [plain], RIVAL)
    for name in urls:
        slowest, winners = (report.figure(RACE, name, figure) for figure in ("slowest_s", "winners"))
        report.judge(f"1,000 contenders, {name}: all answered within", slowest, "s", at_most=1, goal=0.1)
        if winners and (winners.least, winners.most) != (1, 1):
            report.errors.append(f"{name}: {winners.least:.0f} to {winners.most:.0f} winners")
    plain_s = report.beside(RACES, PLAIN, "deadlocks", f"deadlocks in {few} races")
    report.judge(f"deadlocks in {count} races", report.figure(RACES, OURS, "deadlocks"), "deadlocks", at_most=0, beside=plain_s)
    winners = report.figure(RACES, OURS, "winners")
    if winners and winners.median != count:
        report.errors.append(f"{count} races had {winners.median:.0f} winners")


def main() -> None:
    chosen = options(__doc__)
    report = Report("contenders", "Contenders for the last room", chosen.quick, chosen.rounds)
    report.whole(lambda: measure(report, chosen))


if __name__ == "__main__":
    main()
