"""
A process full of guests who all want the last room at once: `python -m benchmarks.contender`.

It reads one line of JSON (store, namespace, name, contenders), says that it is ready, and answers each further line, `race
ROOM` or `races FIRST COUNT`, with one line of JSON.
"""

import json
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import anyio
import anyio.to_thread

from hotel_agent.adapters.redis.store import open_redis_store
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.domain.errors import AlreadyLocked
from hotel_agent.domain.ids import OwnerId
from hotel_agent.ports.locks import LockStore
from hotel_agent.testing.examples import lock_claim

_TTL = timedelta(minutes=20)
_STAYS = ((1, 4), (2, 4), (3, 5), (3, 9))
"""All of them want the third night, few of them the same nights."""
_AT_ONCE = 16


async def race(locks: LockStore, room: str, name: str, contenders: int) -> dict[str, Any]:
    """All want one room at the same moment."""
    won: list[str] = []
    seconds: list[float] = []

    async def want(number: int) -> None:
        owner, began = OwnerId(f"{name}-{number}"), time.perf_counter()
        try:
            await locks.acquire(lock_claim(room, nights=_STAYS[number % len(_STAYS)]), owner, _TTL)
            won.append(owner)
        except AlreadyLocked:
            pass
        seconds.append(time.perf_counter() - began)

    async with anyio.create_task_group() as guests:
        for number in range(contenders):
            guests.start_soon(want, number)
    return {"won": len(won), "refused": contenders - len(won), "longest_s": max(seconds)}


async def races(locks: LockStore, first: int, count: int, name: str) -> dict[str, Any]:
    """One race after the other, 16 side by side: two rooms at once, named in the order that differs from process to process."""
    won, failed, seconds, left = 0, 0, [], iter(range(first, first + count))

    async def run() -> None:
        nonlocal won, failed
        for number in left:
            rooms = (f"{number}a", f"{number}b")
            claim = lock_claim(*(rooms if name in {"p0", "p2"} else reversed(rooms)), nights=_STAYS[number % 4], count=2)
            began = time.perf_counter()
            try:
                await locks.acquire(claim, OwnerId(f"{name}-{number}"), _TTL)
                won += 1
            except AlreadyLocked:
                pass
            except Exception:  # noqa: BLE001 - an error of the store is what is looked for
                failed += 1
            seconds.append(time.perf_counter() - began)

    async with anyio.create_task_group() as group:
        for _ in range(_AT_ONCE):
            group.start_soon(run)
    return {"won": won, "failed": failed, "longest_s": max(seconds)}


def tell(line: str) -> None:
    print(line, flush=True)


async def main() -> None:
    asked = json.loads(sys.stdin.readline())
    # Patient, so that it is the figure that tells how long it took.
    patience: dict[str, Any] = {"call_s": 60.0}
    opening: Callable[..., Any] = open_redis_store
    if not asked["url"].startswith("redis"):
        opening, patience["busy_s"] = open_sql_store, 60.0
    async with opening(asked["url"], clock=SystemClock(), ids=SystemIds(), namespace=asked["namespace"], **patience) as store:
        tell("ready")
        while words := (await anyio.to_thread.run_sync(sys.stdin.readline)).split():
            done: Awaitable[dict[str, Any]]
            if words[0] == "race":
                done = race(store.locks, words[1], asked["name"], asked["contenders"])
            else:
                done = races(store.locks, int(words[1]), int(words[2]), asked["name"])
            tell(json.dumps(await done))


if __name__ == "__main__":
    anyio.run(main)
