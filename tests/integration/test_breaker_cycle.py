"""
The PMS is stopped and started under a running service: what guests hear at every stage of the breaker's cycle.

The emulator is a process of its own, killed and started again on its data. Of the service everything is as shipped but the
clock, which can be set forward, so that nobody has to wait for the breaker to cool down.
"""

import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest
from attrs import define, field
from tests.integration.in_process import served

from hotel_agent.domain.ids import ConversationId
from hotel_agent.entrypoints.serving import listen
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.ports.records import Records
from hotel_agent.testing.clocks import Ahead
from hotel_agent.testing.processes import Emulator

pytestmark = pytest.mark.anyio

COOL_DOWN = timedelta(seconds=30)
PATIENCE_S = 30.0
FIRST = date(2027, 5, 1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@define
class Reception:
    """The service as guests and those who run it see it."""

    client: httpx.AsyncClient
    clock: Ahead
    records: Records
    days: "itertools.count[int]" = field(factory=itertools.count)

    async def ask(self, sender: str, day: int | None = None) -> Any:
        """Ask for two nights that nobody has asked for yet, or those of *day*."""
        arrival = FIRST + timedelta(days=next(self.days) if day is None else day)
        text = f"Disponibilidad para {arrival} a {arrival + timedelta(days=2)}"
        body = {"sender_id": sender, "channel": "api", "text": text}
        answer = await self.client.post("/api/orchestrator/process", json=body)
        assert answer.status_code == 200
        return answer.json()

    async def figure(self, name: str, **labels: str) -> float:
        told = (await self.client.get("/metrics")).text
        wanted = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
        found = re.search(rf"^{name}{re.escape('{' + wanted + '}' if wanted else '')} (\S+)$", told, re.MULTILINE)
        return float(found[1]) if found else 0.0

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        with anyio.fail_after(PATIENCE_S):
            while not await is_so():  # noqa: ASYNC110 - nobody outside the service is told
                await anyio.sleep(0.05)

    async def heard(self, conversation: str) -> list[str]:
        lines = await self.records.transcript(ConversationId(conversation))
        return [line.text for line in lines if not line.by_guest]

    async def state(self) -> float:
        return await self.figure("pms_circuit_breaker_state")

    async def probe_failed(self) -> bool:
        return await self.figure("pms_circuit_breaker_calls_total", result="failure", state="half_open") == 1

    async def is_answered(self, sender: str) -> bool:
        """Ask; somebody else's call may be the one that is let through just now."""
        answer = await self.ask(sender)
        return (answer["status"], answer["fallback_used"], bool(answer["rooms"])) == ("success", False, True)

    async def was_written_to(self, conversation: str) -> bool:
        promise, *more = await self.heard(conversation)
        return len(more) == 1 and more[0] != promise


@asynccontextmanager
async def opened(tmp_path: Path, shop: Emulator) -> AsyncIterator[Reception]:
    clock = Ahead()
    settings = Settings.from_env({**shop.settings(tmp_path / "hotels"), "HOTEL_AGENT_DATA_DIR": str(tmp_path / "data")})
    with listen("127.0.0.1", 0) as listener:
        async with served(settings, clock, listener) as (application, client):
            yield Reception(client, clock, application.records)


async def test_guests_are_answered_at_every_stage_and_written_to_once_the_pms_is_back(tmp_path: Path) -> None:
    with Emulator.at(tmp_path / "shop.db") as shop:
        await anyio.to_thread.run_sync(shop.start)
        async with opened(tmp_path, shop) as here:
            # Closed: what the PMS says.
            answer = await here.ask("before", day=200)
            assert (answer["status"], answer["fallback_used"], bool(answer["rooms"])) == ("success", False, True)
            assert await here.state() == 0

            # It is gone. What is known of it is shown as old, what is not is promised; five calls that fail open the breaker.
            await anyio.to_thread.run_sync(shop.kill)
            here.clock.by += timedelta(minutes=6)
            answer = await here.ask("before", day=200)
            assert (answer["status"], answer["fallback_used"], bool(answer["rooms"])) == ("degraded", True, True)
            promised = []
            for number in range(4):
                answer = await here.ask(f"promised-{number}")
                promised.append(answer["conversation_id"])
                assert (answer["status"], answer["fallback_used"], answer["rooms"]) == ("degraded", True, [])
            assert (await here.state(), await here.figure("pms_circuit_breaker_failure_streak")) == (1, 5)

            # Open: guests hear the same, the PMS is asked nothing, and whoever asks for a room is told when to come again.
            asked = await here.figure("pms_operations_total", operation="search", status="unavailable")
            refused = await here.figure("pms_circuit_breaker_calls_total", result="refused", state="open")
            answer = await here.ask("while-open")
            assert (answer["status"], answer["fallback_used"], answer["reservation_id"]) == ("degraded", True, None)
            assert await here.figure("pms_operations_total", operation="search", status="unavailable") == asked
            assert await here.figure("pms_circuit_breaker_calls_total", result="refused", state="open") > refused
            room = await here.client.get("/api/pms/rooms/1")
            assert room.status_code == 503
            assert 0 < int(room.headers["retry-after"]) <= COOL_DOWN.total_seconds()

            # Half open: the one call that is let through fails, and the breaker is open again for as long.
            here.clock.by += COOL_DOWN
            answer = await here.ask("while-half-open")
            assert answer["status"] == "degraded"
            # Those who were promised to hear are looked for too, so it may be the call of one of them.
            await here.until(here.probe_failed)
            assert await here.state() == 1

            # It is back, and left alone until the time is up; then the one call closes the breaker.
            await anyio.to_thread.run_sync(shop.start)
            assert (await here.ask("too-early"))["status"] == "degraded"
            here.clock.by += COOL_DOWN
            await here.until(lambda: here.is_answered("after"))
            assert await here.state() == 0
            assert await here.figure("pms_circuit_breaker_calls_total", result="success", state="half_open") == 1

            # Those who were promised to hear, do.
            here.clock.by += timedelta(minutes=3)
            for conversation in promised:
                await here.until(lambda conversation=conversation: here.was_written_to(conversation))  # type: ignore[misc]  # mypy gives a lambda with a default no type
