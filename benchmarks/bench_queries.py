"""
What the store takes for each call of a message's way: `python -m benchmarks.bench_queries [--quick]`.

On each store 500 messages a second arrive in an open loop in this process: each is appended, its conversation claimed, the
turn committed, the answer read. Times are those of the calls as the service sees them, waiting for a connection and for the
group commit included. That each of these statements goes by an index is read from the plans in
tests/unit/sql/test_plans.py.
"""

import math
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from typing import Any

import anyio
import asyncpg  # type: ignore[import-untyped]  # it has no stubs
from attrs import define, field
from benchmarks.report import FLOOR, Figures, Options, Report, options
from benchmarks.servers import servers

from hotel_agent.adapters.redis.store import open_redis_store
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.journal import Claim
from hotel_agent.testing.examples import answer, message, offer, said, session

RATE = 500
_CALLS = ("append", "claim", "commit", "answer")
_BATCH = 32
_LEASE = timedelta(minutes=1)
_SESSION = session(offers=(offer("1"), offer("2"), offer("3")))
_ROUND = iter(range(1_000_000))


@define
class Timed:
    """A store and how long each of its calls took."""

    journal: Any
    took: dict[str, list[float]] = field(factory=lambda: {name: [] for name in _CALLS})

    async def call(self, name: str, call: Awaitable[Any]) -> Any:
        began = time.perf_counter()
        told = await call
        self.took[name].append((time.perf_counter() - began) * 1000)
        return told

    async def arrive(self, run: str, number: int) -> None:
        event = message(f"{run}-{number}", conversation=ConversationId(f"sol/{run}/{number % 2000}"))
        await self.call("append", self.journal.append(event))

    async def work(self, expected: int) -> None:
        """Claim and commit, as the worker does, until all that is expected has been handled."""
        done = 0
        async with anyio.create_task_group() as group:
            while done < expected:
                claims = await self.call("claim", self.journal.claim("bench", _BATCH, _LEASE))
                done += sum(len(claim.events) for claim in claims)
                for claim in claims:
                    group.start_soon(self.handle, claim)
                if not claims:
                    await anyio.sleep(0.002)

    async def handle(self, claim: Claim | None) -> None:
        while claim:
            event = claim.events[0]
            turn = Turn(
                event=event,
                session=session(event.conversation, offers=_SESSION.offers),
                outbox=(said(event.id, to=event),),
                answer=answer(),
            )
            claim = await self.call("commit", self.journal.commit(claim, turn))
            await self.call("answer", self.journal.answer(event.id))


def opening(url: str, namespace: str) -> AbstractAsyncContextManager[Any]:
    given: dict[str, Any] = {"clock": SystemClock(), "ids": SystemIds(), "namespace": namespace}
    return open_redis_store(url, **given) if url.startswith("redis") else open_sql_store(url, **given)


async def loop(url: str, namespace: str, seconds: float) -> dict[str, float]:
    async with opening(url, namespace) as store:
        await _run(Timed(store.journal), 100, 0.5)
        timed = Timed(store.journal)
        await _run(timed, RATE, seconds)
    return {f"{name}_p95_ms": _share(timed.took[name], 95) for name in _CALLS}


async def _run(timed: Timed, rate: int, seconds: float) -> None:
    run, messages = f"q{next(_ROUND)}", int(rate * seconds)
    began = anyio.current_time() + 0.05
    with anyio.fail_after(30 + 10 * seconds):
        async with anyio.create_task_group() as group:
            group.start_soon(timed.work, messages)
            for number in range(messages):
                await anyio.sleep_until(began + number / rate)
                group.start_soon(timed.arrive, run, number)


def _share(times: list[float], share: int) -> float:
    return sorted(times)[math.ceil(len(times) * share / 100) - 1]


async def floor(url: str) -> dict[str, float]:
    """The least a store of that kind can do: one small row read by its key."""
    connection: Any = await asyncpg.connect(url)
    times = []
    for _ in range(500):
        began = time.perf_counter()
        await connection.fetchval("SELECT 1")
        times.append((time.perf_counter() - began) * 1000)
    await connection.close()
    return {"answer_p95_ms": _share(times, 95)}


def measure(report: Report, chosen: Options) -> None:
    seconds = 1.0 if chosen.quick else 4.0
    section = f"calls to the store at {RATE} msg/s"
    with servers() as run:
        namespace = run.namespace()
        urls = {"SQLite": f"sqlite:///{run.folder / 'queries.db'}", "Postgres": run.postgres, "Redis": run.redis}
        cases: dict[str, Callable[[], Figures]] = {
            name: partial(anyio.run, loop, url, namespace, seconds) for name, url in urls.items()
        }
        bare = "SELECT 1 on Postgres"
        cases[bare] = partial(anyio.run, floor, run.postgres)
        report.alternate(section, cases, {bare: FLOOR})
    for name in urls:
        row = report.row(section, name)
        if row:
            slowest = max((f"{call}_p95_ms" for call in _CALLS), key=lambda figure: row.figures[figure].median)
            what = f"store queries at {RATE} msg/s, {name}: p95 of the slowest call ({slowest.partition('_')[0]})"
            beside = report.beside(section, bare, "answer_p95_ms", "ms")
            report.judge(what, row.figures[slowest], "ms", at_most=5, beside=beside)


def main() -> None:
    chosen = options(__doc__)
    report = Report("queries", "The store's share of a message", chosen.quick, chosen.rounds)
    report.whole(lambda: measure(report, chosen))


if __name__ == "__main__":
    main()
