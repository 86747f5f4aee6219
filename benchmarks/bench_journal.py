"""
What the journal costs on each store: a message taken in, and a conversation claimed and its turn committed, 32 at a time.

`python benchmarks/bench_journal.py [--messages 4000] [--rounds 3]` prints a table (medians and spread over alternated rounds)
and writes `benchmarks/results/journal.json`. The floor of a store is the least that could be called durable there, measured in
the same run on the same server with the same concurrency: one row, or one key, of a turn's size for each call, all that wait
sent together and made durable together, straight through the driver. Everything durable is on: full sync, fsync, AOF always.
"""

import argparse
import asyncio
import json
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import asyncpg  # type: ignore[import-untyped]  # it has no stubs
from attrs import define, field, frozen
from redis.asyncio.connection import Connection

from hotel_agent.adapters._codec import encode
from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.redis.store import open_redis_store
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.journal import Claim, Journal
from hotel_agent.testing.examples import answer, message, offer, said, session
from hotel_agent.testing.fault_store import fault_store

RESULTS = Path(__file__).parent / "results"
CONCURRENCY = 32
LEASE = timedelta(minutes=1)
SESSION = session(offers=(offer("1"), offer("2"), offer("3")))
ROW = encode(SESSION) + encode(message("1"))
Figures = dict[str, float]
Floor = Callable[[Sequence[str]], Awaitable[None]]


@frozen
class Case:
    """A store, and how to write to the same server without it; no floor: there is nothing below."""

    name: str
    opened: Callable[[], AbstractAsyncContextManager[Journal]]
    floor: Callable[[], AbstractAsyncContextManager[Floor]] | None = None


@define
class Flights:
    """Callers who come together are written together, one flight at a time."""

    _write: Floor
    _waiting: "list[tuple[str, asyncio.Future[None]]]" = field(factory=list)
    _flying: bool = False

    async def add(self, row: str) -> None:
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        if self._flying:
            await done
            return
        self._flying = True
        while self._waiting:
            flight, self._waiting = self._waiting, []
            await self._write([row for row, _ in flight])
            for _, landed in flight:
                landed.set_result(None)
            # Those who were told may come again and fly with the next.
            await asyncio.sleep(0)
        self._flying = False


# ---------------------------------------------------------------- what is measured


async def appending(journal: Journal, events: Sequence[Event]) -> Figures:
    async def one(number: int) -> None:
        assert (await journal.append(events[number])).new

    return await drive(one, len(events))


async def committing(journal: Journal, events: Sequence[Event]) -> Figures:
    """Claim 32 conversations in one call, as the worker does, and commit a turn of each side by side, until none is left."""
    latencies: list[float] = []

    async def commit(claim: Claim) -> None:
        event = claim.events[0]
        turn = Turn(
            event=event,
            session=session(event.conversation, offers=SESSION.offers),
            outbox=(said(event.id, to=event),),
            answer=answer(),
        )
        began = time.perf_counter()
        assert await journal.commit(claim, turn) is None
        latencies.append(time.perf_counter() - began)

    cpu, began = time.process_time(), time.perf_counter()
    while claims := await journal.claim("bench", CONCURRENCY, LEASE):
        async with anyio.create_task_group() as group:
            for claim in claims:
                group.start_soon(commit, claim)
    assert len(latencies) == len(events)
    return figures(latencies, time.perf_counter() - began, time.process_time() - cpu)


async def writing(floor: Floor, rows: int) -> Figures:
    flights = Flights(floor)
    return await drive(lambda _: flights.add(ROW), rows)


async def drive(call: Callable[[int], Awaitable[None]], calls: int) -> Figures:
    latencies: list[float] = []
    numbers = iter(range(calls))

    async def caller() -> None:
        for number in numbers:
            began = time.perf_counter()
            await call(number)
            latencies.append(time.perf_counter() - began)

    cpu, began = time.process_time(), time.perf_counter()
    async with anyio.create_task_group() as group:
        for _ in range(CONCURRENCY):
            group.start_soon(caller)
    return figures(latencies, time.perf_counter() - began, time.process_time() - cpu)


def figures(latencies: list[float], took: float, cpu: float) -> Figures:
    ordered = sorted(latencies)
    return {
        "per_s": len(ordered) / took,
        "p50_ms": ordered[len(ordered) // 2] * 1000,
        "p95_ms": ordered[int(len(ordered) * 0.95)] * 1000,
        "own_cpu_us": cpu / len(ordered) * 1e6,
    }


# ---------------------------------------------------------------- stores and their floors


@asynccontextmanager
async def in_memory() -> AsyncIterator[Journal]:
    yield MemoryStore.of(clock=SystemClock(), ids=SystemIds()).journal


def sql(url: str) -> Callable[[], AbstractAsyncContextManager[Journal]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Journal]:
        async with open_sql_store(url, clock=SystemClock(), ids=SystemIds()) as store:
            yield store.journal

    return opened


def redis(url: str) -> Callable[[], AbstractAsyncContextManager[Journal]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Journal]:
        async with open_redis_store(url, clock=SystemClock(), ids=SystemIds()) as store:
            yield store.journal

    return opened


def sqlite_floor(folder: Path) -> Callable[[], AbstractAsyncContextManager[Floor]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Floor]:
        connection = sqlite3.connect(folder / "floor.db", isolation_level=None, check_same_thread=False)
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS rows (body TEXT)"
        )

        def write(rows: Sequence[str]) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO rows VALUES (?)", [(row,) for row in rows])
            connection.execute("COMMIT")

        yield lambda rows: asyncio.to_thread(write, rows)
        connection.close()

    return opened


def postgres_floor(url: str) -> Callable[[], AbstractAsyncContextManager[Floor]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Floor]:
        connection: Any = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE IF NOT EXISTS floor (body text)")
        insert = await connection.prepare("INSERT INTO floor SELECT unnest($1::text[])")
        yield insert.fetch
        await connection.close()

    return opened


def redis_floor(port: int) -> Callable[[], AbstractAsyncContextManager[Floor]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Floor]:
        connection, names = Connection(port=port), count()
        await connection.connect()  # type: ignore[no-untyped-call]  # the driver's own

        async def write(rows: Sequence[str]) -> None:
            packed = [part for row in rows for part in connection.pack_command("SET", f"floor:{next(names)}", row)]
            await connection.send_packed_command(packed)
            for _ in rows:
                await connection.read_response()

        yield write
        await connection.disconnect()

    return opened


def cases(stack: ExitStack, folder: Path) -> Iterator[Case]:
    yield Case("memory", in_memory)
    yield Case("SQLite", sql(f"sqlite:///{folder / 'journal.db'}"), sqlite_floor(folder))
    postgres = stack.enter_context(fault_store("postgres", folder)).url
    yield Case("Postgres", sql(postgres), postgres_floor(postgres))
    url = stack.enter_context(fault_store("redis", folder)).url
    yield Case("Redis", redis(url), redis_floor(int(url.rpartition(":")[2])))


# ---------------------------------------------------------------- the run


async def measure(case: Case, messages: int, run: str) -> dict[str, Figures]:
    events = [message(f"{run}-{n}", conversation=ConversationId(f"sol/{run}/{n}")) for n in range(messages)]
    warm_up = [message(f"{run}-w{n}", conversation=ConversationId(f"sol/{run}/w{n}")) for n in range(200)]
    measured = {}
    async with case.opened() as journal:
        await appending(journal, warm_up)
        await committing(journal, warm_up)
        measured["append"] = await appending(journal, events)
        measured["claim and commit"] = await committing(journal, events)
    if case.floor:
        async with case.floor() as floor:
            await writing(floor, 200)
            measured["floor"] = await writing(floor, messages)
    return measured


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    rounds: dict[tuple[str, str], list[Figures]] = {}
    with tempfile.TemporaryDirectory(prefix="hotel-agent-bench-") as name, ExitStack() as stack:
        known = [*cases(stack, Path(name))]
        for number in range(chosen.rounds):
            for case in known:
                for what, one in (await measure(case, chosen.messages, str(number))).items():
                    rounds.setdefault((case.name, what), []).append(one)
    columns = f"{'store':<10}{'what':<18}{'a second':>22}{'of the floor':>14}{'p50 ms':>9}{'p95 ms':>9}{'own CPU us':>12}"
    print(f"{columns}   concurrency {CONCURRENCY}, median (min-max) of {chosen.rounds}")
    summary: dict[str, dict[str, Figures]] = {}
    for (store, what), measured in rounds.items():
        middle = {key: statistics.median(one[key] for one in measured) for key in measured[0]}
        summary.setdefault(store, {})[what] = middle
    for (store, what), measured in rounds.items():
        rates, middle = [one["per_s"] for one in measured], summary[store][what]
        share = f"{middle['per_s'] / summary[store]['floor']['per_s']:.2f}" if "floor" in summary[store] else ""
        spread = f"{middle['per_s']:.0f} ({min(rates):.0f}-{max(rates):.0f})"
        rest = f"{middle['p50_ms']:>9.2f}{middle['p95_ms']:>9.2f}{middle['own_cpu_us']:>12.0f}"
        print(f"{store:<10}{what:<18}{spread:>22}{share:>14}{rest}")
    RESULTS.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "machine": platform.machine()}
    result = {
        "machine": machine,
        "messages": chosen.messages,
        "concurrency": CONCURRENCY,
        "rounds": {f"{store}: {what}": measured for (store, what), measured in rounds.items()},
        "median": summary,
    }
    (RESULTS / "journal.json").write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    anyio.run(main)
