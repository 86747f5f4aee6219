"""
Does a turn cost more when many sessions are stored? `python -m benchmarks.bench_sessions [--quick] [--sessions 1000000]`.

For each number of stored sessions a store of its own is filled, straight through SQL or, in Redis, with copies of a few hundred
real conversations: one with a session of 2 kB, the event it was last about, what was said and the answer. Then 256 guests,
whose sessions lie evenly among the stored ones, write: each message is appended, its conversation claimed, the turn committed
and the answer read, 32 at a time, in alternated rounds. CPU is that of this process and of the store together. Filling a
million takes a minute or two on each store, and 6 GB of memory in Redis, so the default is a tenth.
"""

import argparse
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio.from_thread
import asyncpg  # type: ignore[import-untyped]  # it has no stubs
from anyio.from_thread import BlockingPortal
from attrs import frozen
from benchmarks.bench_journal import SESSION, appending, committing, drive
from benchmarks.report import Figures, Report, Spread
from benchmarks.servers import Servers, Using, servers
from redis.asyncio import Redis

from hotel_agent.adapters._codec import encode
from hotel_agent.adapters.redis.keys import Keys
from hotel_agent.adapters.redis.store import open_redis_store
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.adapters.sql.tables import Naming, Tables, tables_of
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.domain.ids import ConversationId
from hotel_agent.ports.journal import Journal
from hotel_agent.testing.examples import answer, message, said, session

GUESTS = 256
MOST = 1.2
_WAVES = 4
_AT_ONCE = 1024
_HERE = "@"
"""Stands for a conversation's number in the rows that are filled in."""
_NAME = "sol/stored/"
_SERIES = "WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x + 1 < {count})"
_ROUND = iter(range(1_000_000))


@frozen
class Filled:
    """A store that holds so many sessions; `using` is what works for it besides this process."""

    journal: Any
    """A journal that reads its own answers back, as those of both stores do."""
    sessions: int
    using: Using

    async def talk(self, waves: int) -> Figures:
        """Have every guest write once a wave; returns what a turn takes."""
        run, step, turns = next(_ROUND), self.sessions / GUESTS, 0
        journal = self.journal
        cpu, began = time.process_time() + self.using.cpu_s(), time.perf_counter()
        for wave in range(waves):
            who = [ConversationId(f"{_NAME}{int(guest * step)}") for guest in range(GUESTS)]
            events = [message(f"{run}-{wave}-{n}", conversation=one) for n, one in enumerate(who)]
            await appending(journal, events)
            await committing(journal, events)

            async def look(number: int, roots: tuple[Any, ...] = tuple(event.root for event in events)) -> None:
                assert await journal.answer(roots[number])

            await drive(look, len(events))
            turns += len(events)
        took = time.perf_counter() - began
        cpu_s = time.process_time() + self.using.cpu_s() - cpu
        return {"turns_per_s": turns / took, "cpu_us": cpu_s / turns * 1e6}


def fillings(tables: Tables, count: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Say how *count* conversations that are over get into the tables: statements and their arguments."""
    name, series = ConversationId(f"{_NAME}{_HERE}"), _SERIES.format(count=count)
    event = message(f"stored-{_HERE}", conversation=name)
    at, later = 1_700_000_000_000_000, 4_000_000_000_000_000

    def insert(table: Any, columns: dict[str, str], *bodies: str) -> tuple[str, tuple[str, ...]]:
        names, values = ", ".join(columns), ", ".join(columns.values())
        return f"INSERT INTO {table.fullname} ({names}) {series} SELECT {values} FROM n", bodies  # noqa: S608 - our own words

    own, body = f"'{_NAME}' || x", f"replace(CAST($1 AS text), '{_HERE}', CAST(x AS text))"
    whose = {"tenant": "'sol'", "conversation": own}
    yield insert(
        tables.conversations,
        {"id": own, "tenant": "'sol'", "session": body, "expires_at": f"{later} + x", "version": "1", "fence": "1"}
        | {"free_at": "0", "lines": "2"},
        encode(session(name, offers=SESSION.offers)),
    )
    yield insert(
        tables.inbox,
        {"id": "'e-stored-' || x", **whose, "dedupe_key": "'stored-' || x", "state": "'done'", "line": "1", "tries": "1"}
        | dict.fromkeys(("order_at", "ready_at", "received_at", "handled_at"), f"{at} + x")
        | {"body": body},
        encode(event),
    )
    yield insert(
        tables.outbox,
        {"id": "'o-stored-' || x", **whose, "line": "2", "created_at": f"{at} + x", "body": body},
        encode(said(f"stored-{_HERE}", to=event)),
    )
    yield insert(tables.answers, {"root": "'e-stored-' || x", "at": f"{at} + x", "body": "CAST($1 AS text)"}, encode(answer()))


def fill_sqlite(path: Path, count: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    # Without a log of its own it is written once; nobody else has it open.
    for pragma in ("journal_mode=OFF", "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    for statement, bodies in fillings(tables_of(Naming("hotel_agent", schemas=False)), count):
        connection.execute(statement.replace("$1", "?1"), bodies)
    connection.close()


async def fill_postgres(url: str, namespace: str, count: int) -> None:
    """Fill, and look after the tables as the server would do by itself in a while."""
    connection = await asyncpg.connect(url)
    for statement, bodies in fillings(tables_of(Naming(namespace, schemas=True)), count):
        await connection.execute(statement, *bodies)
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()


@contextmanager
def on_sqlite(portal: BlockingPortal, run: Servers, count: int) -> Iterator[Filled]:
    path = run.folder / f"sessions-{count}.db"

    def opened() -> AbstractAsyncContextManager[SqlStore]:
        return open_sql_store(f"sqlite:///{path}", clock=SystemClock(), ids=SystemIds())

    with portal.wrap_async_context_manager(opened()):
        pass  # its tables are made
    fill_sqlite(path, count)
    with portal.wrap_async_context_manager(opened()) as store:
        yield Filled(store.journal, count, Using(()))


@contextmanager
def on_postgres(portal: BlockingPortal, run: Servers, count: int) -> Iterator[Filled]:
    namespace = run.namespace()
    opened = open_sql_store(run.postgres, clock=SystemClock(), ids=SystemIds(), namespace=namespace)
    with portal.wrap_async_context_manager(opened) as store:
        portal.call(fill_postgres, run.postgres, namespace, count)
        yield Filled(store.journal, count, Using((run.postgres_pid,)))


async def fill_redis(url: str, keys: Keys, journal: Journal, count: int) -> None:
    """Talk to the first of each partition and length of number; the others are their copies, in every key that names them."""
    copies: dict[tuple[bytes, int], list[int]] = {}
    for number in range(count):
        copies.setdefault((keys.partition(ConversationId(f"{_NAME}{number}")), len(str(number))), []).append(number)
    originals = [numbers.pop(0) for numbers in copies.values()]
    events = [message(f"stored-{number}", conversation=ConversationId(f"{_NAME}{number}")) for number in originals]
    await appending(journal, events)
    await committing(journal, events)
    async with Redis.from_url(url, decode_responses=True) as server:
        # Each copy on its own need not outlive the server: all of them are written at the end.
        await server.config_set("appendonly", "no")
        copying = server.register_script(_COPYING)
        for ((partition, _), numbers), original in zip(copies.items(), originals, strict=True):
            pattern = await _pattern_of(server, partition.decode(), original)
            for first in range(0, len(numbers), _AT_ONCE):
                await copying(args=[pattern, *numbers[first : first + _AT_ONCE]])
        await server.config_set("appendonly", "yes")
        while (await server.info("persistence"))["aof_rewrite_in_progress"]:  # noqa: ASYNC110 - a server has no event to wait for
            await anyio.sleep(0.1)


_COPYING = """
local pattern = cjson.decode(ARGV[1])
for i = 2, #ARGV do
  local function own(text) return (string.gsub(text, '@', ARGV[i])) end
  for _, key in ipairs(pattern.keys) do redis.call('COPY', key[1], own(key[2])) end
  for _, one in ipairs(pattern.scores) do redis.call('ZADD', one[1], one[2], own(one[3])) end
  for _, one in ipairs(pattern.fields) do redis.call('HSET', one[1], own(one[2]), one[3]) end
end
"""


async def _pattern_of(server: Any, partition: str, number: int) -> str:
    """Find everything that names a conversation or its message, with `@` in the number's place."""
    # Where texts are run together, the length of each stands before it, and behind it may come that of another one.
    run_together = [rf"(?<={len(name) + len(str(number))}:{name}){number}" for name in (_NAME, "stored-")]
    names = re.compile("|".join([*run_together, rf"(?<=stored[/-]){number}(?!\d)"]))
    keys, scores, fields = [], [], []
    async for key in server.scan_iter(match=f"{partition}*", count=_AT_ONCE):
        if names.search(key):
            keys.append((key, names.sub(_HERE, key)))
            continue
        kind = await server.type(key)
        if kind == "zset":
            found = [(member, score) async for member, score in server.zscan_iter(key) if names.search(member)]
            scores += [(key, f"{score:.0f}", names.sub(_HERE, member)) for member, score in found]
        elif kind == "hash":
            found = [(field, value) async for field, value in server.hscan_iter(key) if names.search(field)]
            fields += [(key, names.sub(_HERE, field), value) for field, value in found]
    return json.dumps({"keys": keys, "scores": scores, "fields": fields})


@contextmanager
def on_redis(portal: BlockingPortal, run: Servers, count: int) -> Iterator[Filled]:
    namespace = run.namespace()
    opened = open_redis_store(run.redis, clock=SystemClock(), ids=SystemIds(), namespace=namespace)
    with portal.wrap_async_context_manager(opened) as store:
        portal.call(fill_redis, run.redis, Keys(namespace), store.journal, count)
        yield Filled(store.journal, count, Using((run.redis_pid,)))


def measure(report: Report, most: int) -> None:
    with servers() as run, anyio.from_thread.start_blocking_portal() as portal:
        for name, on in (("SQLite", on_sqlite), ("Postgres", on_postgres), ("Redis", on_redis)):
            report.attempt(name, partial(_measured, report, portal, name, partial(on, portal, run), most))


def _measured(report: Report, portal: BlockingPortal, name: str, on: Any, most: int) -> Figures:
    with ExitStack() as stack:
        cases = {}
        for sessions in (1, 1_000, most):
            # Those who talk are stored as well.
            opened: AbstractContextManager[Filled] = on(max(sessions, GUESTS))
            filled = stack.enter_context(opened)
            portal.call(filled.talk, 1)
            cases[f"{sessions:,}"] = partial(portal.call, filled.talk, _WAVES)
        report.alternate(name, cases)
    few, many = (report.figure(name, case, "cpu_us") for case in ("1", f"{most:,}"))
    if few and many:
        times = Spread(many.median / few.median, many.least / few.most, many.most / few.least)
        beside = f"{many.median:.0f} against {few.median:.0f} us CPU"
        report.judge(f"{name}: cost of a turn with {most:,} stored sessions", times, "times", at_most=MOST, beside=beside)
    return {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few sessions; the JSON goes to sessions.local.json")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sessions", type=int, default=100_000, help="how many are stored at most")
    chosen = parser.parse_args()
    report = Report("sessions", "Cost of a turn against the number of stored sessions", chosen.quick, chosen.rounds)
    report.whole(lambda: measure(report, 10_000 if chosen.quick else chosen.sessions))


if __name__ == "__main__":
    main()
