"""
A process full of guests who all want the last room at once.

Started by `test_lock_contenders.py`. It reads one JSON object from its standard input, says that it is ready, and answers each
further line, the name of a room, with one JSON object: who won, how many were refused, and the seconds of the slowest answer.
"""

import json
import sys
import time
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

TTL = timedelta(minutes=20)
STAYS = ((1, 4), (2, 4), (3, 5), (3, 9))
"""All of them want the third night, few of them the same nights."""


async def contend(locks: LockStore, room: str, name: str, contenders: int) -> dict[str, Any]:
    won: list[str] = []
    seconds: list[float] = []

    async def want(number: int) -> None:
        owner = OwnerId(f"{name}-{number}")
        began = time.perf_counter()
        try:
            await locks.acquire(lock_claim(room, nights=STAYS[number % len(STAYS)]), owner, TTL)
            won.append(owner)
        except AlreadyLocked:
            pass
        finally:
            seconds.append(time.perf_counter() - began)

    async with anyio.create_task_group() as guests:
        for number in range(contenders):
            guests.start_soon(want, number)
    return {"won": won, "refused": contenders - len(won), "longest": max(seconds)}


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main() -> None:
    asked = json.loads(sys.stdin.readline())
    # Patient, so that it is the figure that tells how long it took, on a busy machine too.
    patience: dict[str, Any] = {"call_s": 60.0}
    opening: Any = open_redis_store
    if not asked["url"].startswith("redis"):
        opening, patience["busy_s"] = open_sql_store, 60.0
    opened = opening(asked["url"], clock=SystemClock(), ids=SystemIds(), namespace=asked["namespace"], **patience)
    async with opened as store:
        tell("ready")
        while room := (await anyio.to_thread.run_sync(sys.stdin.readline)).strip():
            tell(json.dumps(await contend(store.locks, room, asked["name"], asked["contenders"])))


if __name__ == "__main__":
    anyio.run(main)
