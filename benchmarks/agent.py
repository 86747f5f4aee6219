"""
The whole agent in this process, as a program that imports it has it: memory adapters, with the logs and metrics of `serve`.
"""

import gc
import math
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

import anyio
from benchmarks.calls import AVAILABILITY

from hotel_agent.adapters.observability.logs import configure_logging
from hotel_agent.entrypoints.library import HotelAgent
from hotel_agent.entrypoints.serving import settle_memory
from hotel_agent.entrypoints.settings import Settings

Ask = Callable[[int], Awaitable[None]]
_CONCURRENCY = 32


@asynccontextmanager
async def asking() -> AsyncIterator[Ask]:
    """Open the agent; what is yielded asks as guest n and waits for the answer."""
    with tempfile.TemporaryDirectory() as folder, _nowhere() as nowhere:
        logging = configure_logging("info", nowhere)
        try:
            async with HotelAgent.open(Settings(data_dir=Path(folder), journal_url="memory://"), environment={}) as agent:

                async def ask(number: int) -> None:
                    answer = await agent.ask(f"guest-{number}", AVAILABILITY)
                    assert answer
                    assert answer.searched, answer.text

                yield ask
        finally:
            logging.close()


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


async def measured(messages: int) -> dict[str, float]:
    """A whole turn: understand, decide, availability from a warm cache, render, commit."""
    async with asking() as ask:
        await _drive(ask, range(200))
        # As `serve` does before it serves.
        settle_memory()
        figures = await _drive(ask, range(200, 200 + messages))
        gc.unfreeze()
    return figures


async def _drive(ask: Ask, numbers: range) -> dict[str, float]:
    latencies: list[float] = []
    left = iter(numbers)

    async def caller() -> None:
        for number in left:
            began = time.perf_counter()
            await ask(number)
            latencies.append((time.perf_counter() - began) * 1000)

    cpu, began = time.process_time(), time.perf_counter()
    async with anyio.create_task_group() as group:
        for _ in range(min(_CONCURRENCY, len(numbers))):
            group.start_soon(caller)
    took, ordered = time.perf_counter() - began, sorted(latencies)
    figures = {f"p{share}_ms": ordered[math.ceil(len(ordered) * share / 100) - 1] for share in (50, 95, 99)}
    return {"msg_per_s": len(numbers) / took, **figures, "cpu_ms": (time.process_time() - cpu) / len(numbers) * 1000}
