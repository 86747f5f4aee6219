"""`/openapi.json` is true: schemathesis makes calls from it, right ones and wrong ones, and holds every answer against it."""

import subprocess
import sys
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import pytest
from attrs import evolve

from hotel_agent.adapters.memory.pms import HouseType, MemoryPropertySystem
from hotel_agent.domain.ids import RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.entrypoints.setting_values import RateLimit
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import DOUBLE

pytestmark = pytest.mark.anyio
TIME_LIMIT_S = 200


async def schemathesis(url: str, examples: int, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Run the tool as its users do; nothing of it is loaded here."""
    command = [sys.executable, "-W", "ignore", "-m", "schemathesis.cli", "run", f"{url}/openapi.json"]
    command += ["--seed", "7", "--max-examples", str(examples), "--phases", "examples,coverage,fuzzing", "--no-color", *options]
    with anyio.fail_after(TIME_LIMIT_S):
        return await anyio.run_process(command, check=False, stderr=subprocess.STDOUT)


@pytest.mark.parametrize("keyed", [False, True], ids=["without keys", "with keys"])
async def test_the_document_is_true(site: Any, listening: Any, keys: Any, keyed: bool) -> None:
    # An id that the tool is sure to try.
    kind = HouseType(
        room_type=evolve(DOUBLE, id=RoomTypeId("0")), rooms=((RoomId("21"), "201"),), night=Money.of("90.00", "EUR")
    )
    pms = MemoryPropertySystem((kind,), ManualClock(), ZoneInfo("Europe/Madrid"))
    options = ("-H", "Authorization: Bearer everything") if keyed else ()
    # The limit on calls is tried elsewhere; here it would answer most of them.
    free = Settings(rate_limit=RateLimit(1_000_000))
    async with site(pms=pms, keys=keys if keyed else None, settings=free) as here, listening(here) as url:
        # As when it drains: nobody who asks to wait for news is kept waiting, or the run would take minutes.
        here.application.closing.set()
        (visitor,) = here.visitor().items()
        # The same calls again, as somebody known: fewer will do.
        done = await schemathesis(url, 10 if keyed else 30, *options, "-H", ": ".join(visitor))
        statuses = {status for _, _, status in here.counted}
        answered = {route for _, route, status in here.counted if status == 200}
    assert done.returncode == 0, done.stdout.decode()
    assert statuses >= {200, 404, 405, 422}
    assert 500 not in statuses
    assert answered >= {"/api/orchestrator/process", "/api/pms/rooms/{id}", "/chat/transcript", "/chat/messages"}
