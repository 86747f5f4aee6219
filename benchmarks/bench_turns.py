"""
What one guest message costs: the whole turn in process on memory adapters, and over HTTP on the shipped defaults.

`python benchmarks/bench_turns.py [--messages 2000] [--rounds 3]` prints a table (medians and spread over alternated rounds)
and writes `benchmarks/results/turns.json`. Nothing is off that is on by default: logs, metrics and fsync are what `serve` has.
"""

import argparse
import contextlib
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TextIO

import anyio
import httpx
import structlog

from hotel_agent.adapters.files.tenants import demo_hotel
from hotel_agent.adapters.memory.pms import HouseType, MemoryPropertySystem
from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.adapters.observability.metrics import Metrics
from hotel_agent.adapters.observability.observers import LoggingObserver, MeteringObserver, Observers
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.application.asking import Asking
from hotel_agent.application.bell import Bell
from hotel_agent.application.conversations import Conversations
from hotel_agent.application.intake import Incoming, Intake
from hotel_agent.application.jobs import BookingJobs
from hotel_agent.application.worker import Worker
from hotel_agent.application.world import World
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import RoomId, RoomTypeId, TenantId
from hotel_agent.domain.money import Money
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.understanding import RoomKind
from hotel_agent.ports.observer import Observer
from hotel_agent.testing.processes import Service

RESULTS = Path(__file__).parent / "results"
TEXT = "¿Tienen habitación del 20 al 22 de mayo para 2 personas?"
CONCURRENCY = 32
Round = Callable[[int], Awaitable[dict[str, float]]]


async def in_process(messages: int) -> dict[str, float]:
    """Understand, decide, availability from a warm cache, render, commit: one process, memory adapters."""
    clock, ids, bell = SystemClock(), SystemIds(), Bell()
    with contextlib.closing(_nowhere()) as nowhere:
        structlog.configure(
            processors=[structlog.processors.JSONRenderer()], logger_factory=structlog.PrintLoggerFactory(nowhere)
        )
        observers: tuple[Observer, ...] = (LoggingObserver(structlog.get_logger()), MeteringObserver(Metrics()))
        observer = Observers(observers)
        store = MemoryStore.of(clock=clock, ids=ids)
        hotels = demo_hotel()
        kind = RoomType(
            id=RoomTypeId("1"), name="Doble", kind=RoomKind.DOUBLE, max_adults=2, max_children=1, max_guests=3, min_nights=1
        )
        house = HouseType(room_type=kind, rooms=((RoomId("1"), "101"),), night=Money.of(100, "EUR"))
        pms = MemoryPropertySystem((house,), clock, hotels.all()[0].timezone)
        world = World(lambda _: pms, store.locks, clock, observer)
        intake = Intake(store.journal, clock, ids, observer, bell)
        asking = Asking(intake, store.journal, bell)
        conversations = Conversations(
            store.journal,
            store.journal,
            hotels,
            LocalUnderstander.load(),
            FluentRenderer(),
            world,
            clock,
            observer,
            bell,
        )
        jobs = BookingJobs(lambda _: pms, world, store.locks, store.leases, clock, ids, store.journal)
        worker = Worker(store.journal, conversations, jobs, clock, ids, observer, bell, "bench", timedelta(seconds=3))

        async def ask(number: int) -> None:
            incoming = Incoming(tenant=TenantId("demo"), channel=Channel.API, account="bench", sender=f"g{number}", text=TEXT)
            asked = await asking.ask(incoming)
            assert asked.answer
            assert asked.answer.searched

        async with anyio.create_task_group() as group:
            group.start_soon(worker.run)
            await _drive(ask, 200)
            figures = await _drive(ask, messages)
            worker.drain()
    return figures


async def over_http(messages: int) -> dict[str, float]:
    """The same over HTTP against `hotel-agent serve` with its defaults: SQLite, fsync, logs, metrics, emulator as PMS."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service.at(Path(folder), {"HOTEL_AGENT_RATE_LIMIT": "1000000/s"})
        with service.start():
            async with httpx.AsyncClient(base_url=service.url, timeout=30) as client:

                async def ask(number: int) -> None:
                    body = {"sender_id": f"g{number}", "channel": "api", "text": TEXT}
                    answer = await client.post("/api/orchestrator/process", json=body)
                    assert answer.json()["status"] == "success"

                await _drive(ask, 50)
                return await _drive(ask, messages)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


async def _drive(ask: Callable[[int], Awaitable[None]], messages: int) -> dict[str, float]:
    latencies: list[float] = []
    numbers = iter(range(messages))

    async def caller() -> None:
        for number in numbers:
            began = time.perf_counter()
            await ask(number)
            latencies.append(time.perf_counter() - began)

    cpu, began = time.process_time(), time.perf_counter()
    async with anyio.create_task_group() as group:
        for _ in range(min(CONCURRENCY, messages)):
            group.start_soon(caller)
    took = time.perf_counter() - began
    ordered = sorted(latencies)
    return {
        "messages_per_s": messages / took,
        "p50_ms": ordered[len(ordered) // 2] * 1000,
        "p95_ms": ordered[int(len(ordered) * 0.95)] * 1000,
        "driver_cpu_ms": (time.process_time() - cpu) / messages * 1000,
    }


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    cases: dict[str, Round] = {"in process, memory": in_process, "HTTP, SQLite, as shipped": over_http}
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in cases}
    for _ in range(chosen.rounds):
        for name, run in cases.items():
            rounds[name].append(await run(chosen.messages))
    print(f"{'case':<28}{'msg/s':>18}{'p50 ms':>10}{'p95 ms':>10}   concurrency {CONCURRENCY}, median (min-max)")
    summary = {}
    for name, figures in rounds.items():
        rates = [one["messages_per_s"] for one in figures]
        summary[name] = {key: statistics.median(one[key] for one in figures) for key in figures[0]}
        spread = f"{statistics.median(rates):.0f} ({min(rates):.0f}-{max(rates):.0f})"
        print(f"{name:<28}{spread:>18}{summary[name]['p50_ms']:>10.1f}{summary[name]['p95_ms']:>10.1f}")
    RESULTS.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "machine": platform.machine()}
    result = {"machine": machine, "messages": chosen.messages, "rounds": rounds, "median": summary}
    (RESULTS / "turns.json").write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    anyio.run(main)
