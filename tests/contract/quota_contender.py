"""A process that uses a quota as often as it is told, as soon as it is told to, and says how often that was granted."""

import sys
from datetime import timedelta

import anyio

from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.domain.quotas import Quota


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def contend(url: str, namespace: str, count: int, times: int) -> None:
    quota, granted = Quota(count, timedelta(hours=1)), 0
    async with open_sql_store(url, clock=SystemClock(), ids=SystemIds(), namespace=namespace) as store:
        await store.quotas.use("warm", quota)
        tell("ready")
        sys.stdin.readline()
        for _ in range(times):
            granted += not await store.quotas.use("n", quota)
    tell(str(granted))


if __name__ == "__main__":
    anyio.run(contend, sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
