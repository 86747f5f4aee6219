"""
How long Meta waits for the durable 200: signed webhooks at a steady rate against `hotel-agent serve` as shipped (SQLite).

`python benchmarks/bench_webhook.py [--rate 200] [--seconds 20] [--statuses 0]` prints a table and writes
`benchmarks/results/webhook.json`. Webhooks go out on time whether or not the last was answered, so waiting in line counts;
each message may come with some statuses of earlier ones. Beside it the floor, `/health/live` at the same rate, and the service
with its worker in another process (`serve --no-worker`). The guests have written before; the first message of a new one costs
three more writes, and is measured in the warm-up.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import anyio
from attrs import evolve

from hotel_agent.adapters.whatsapp.signature import signature_of
from hotel_agent.testing.processes import Service

RESULTS = Path(__file__).parent / "results"
SECRET, NUMBER = "a-secret-for-the-benchmark", "106540352242922"
SETTINGS = {
    "HOTEL_AGENT_WHATSAPP_APP_SECRET": SECRET,
    "HOTEL_AGENT_WHATSAPP_VERIFY_TOKEN": "a-token-for-the-benchmark",
    "HOTEL_AGENT_WHATSAPP_PHONE_NUMBER_ID": NUMBER,
    "HOTEL_AGENT_WHATSAPP_TOKEN": "EAA-nobody-is-called",
    "HOTEL_AGENT_WHATSAPP_GRAPH_URL": "http://127.0.0.1:9/v25.0",
    "HOTEL_AGENT_LOG_LEVEL": "error",
}
HOOK = "/api/webhooks/whatsapp"
GUESTS = 500
OK = 200


def webhooks(first: int, messages: int, statuses: int) -> Iterator[bytes]:
    """Yield the bodies: a message of each guest in turn, and with it statuses of messages that nobody knows."""
    for number in range(first, first + messages):
        guest = number % GUESTS
        message = {
            "from": f"34600{guest:06}",
            "from_user_id": f"ES.{guest}",
            "id": f"wamid.{number}",
            "timestamp": str(int(time.time())),  # noqa: TID251 - Meta's clock
            "type": "text",
            "text": {"body": "hola"},
        }
        yield body(messages=[message])
        for order in range(statuses):
            status = {"id": f"wamid.out{number}-{order}", "status": "delivered", "timestamp": "1900000000"}
            yield body(statuses=[status | {"recipient_id": f"34600{guest:06}", "recipient_user_id": f"ES.{guest}"}])


def body(**elements: object) -> bytes:
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER}, **elements}
    return json.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).encode()


class Line:
    """Connections to the service, one request at a time on each: a client that costs little beside what it measures."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, head: str, content: bytes = b"") -> int:
        """Send a request and return the answer's status."""
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection(self._host, self._port)
        writer.write(f"{head}\r\nHost: {self._host}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        if length := re.search(rb"content-length: (\d+)", answer):
            await reader.readexactly(int(length[1]))
        self._idle.append((reader, writer))
        return int(answer.split(b" ", 2)[1])

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()


async def drive(url: str, path: str, bodies: Iterator[bytes], rate: int, each: int) -> dict[str, float]:
    """Post on time, *rate* a second; latencies in ms of the first of *each*, which has the message."""
    latencies: list[float] = []
    refused = 0
    line = Line(url)

    async def post(raw: bytes, at: float, *, counts: bool) -> None:
        nonlocal refused
        if path == HOOK:
            signed = f"Content-Type: application/json\r\nX-Hub-Signature-256: {signature_of(raw, SECRET)}"
            status = await line.ask(f"POST {path} HTTP/1.1\r\n{signed}", raw)
        else:
            status = await line.ask(f"GET {path} HTTP/1.1")
        refused += status != OK
        if counts:
            latencies.append((anyio.current_time() - at) * 1000)

    began = anyio.current_time() + 0.2
    async with anyio.create_task_group() as group:
        for number, raw in enumerate(bodies):
            at = began + number / rate
            await anyio.sleep(max(0.0, at - anyio.current_time()))
            group.start_soon(partial(post, raw, at, counts=not number % each))
    line.close()
    ordered = sorted(latencies)
    return {
        "p50_ms": ordered[len(ordered) // 2],
        "p95_ms": ordered[int(len(ordered) * 0.95)],
        "p99_ms": ordered[int(len(ordered) * 0.99)],
        "max_ms": ordered[-1],
        "refused": float(refused),
    }


@contextmanager
def service(arguments: tuple[str, ...]) -> Iterator[Service]:
    with tempfile.TemporaryDirectory() as folder:
        apart = {"HOTEL_AGENT_PMS_URL": "http://127.0.0.1:9", "HOTEL_AGENT_PMS_KEY": "nobody-is-asked"}
        described = Service.at(Path(folder), SETTINGS | (apart if "--no-worker" in arguments else {}))
        started = evolve(described, arguments=arguments)
        started.url = described.url
        with started.start():
            yield started


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=200, help="guests' messages a second")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--statuses", type=int, default=0, help="webhooks with a status for each message")
    chosen = parser.parse_args()
    cases = {
        "floor: /health/live": (("serve", "--no-worker"), "/health/live"),
        "webhook, worker elsewhere": (("serve", "--no-worker"), HOOK),
        "webhook, worker inside": (("serve",), HOOK),
    }
    figures = {}
    print(f"{'case':<34}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'max ms':>9}{'refused':>9}   {chosen.rate} messages/s")
    for name, (arguments, path) in cases.items():
        with service(arguments) as started:
            first = await drive(started.url, path, webhooks(0, GUESTS, 0), 50, 1)
            await anyio.sleep(2)
            each = 1 + chosen.statuses
            bodies = webhooks(GUESTS, chosen.rate * chosen.seconds, chosen.statuses)
            figures[name] = await drive(started.url, path, bodies, chosen.rate * each, each)
        if path == HOOK:
            figures[f"{name}, first"] = first
        for row in (name, f"{name}, first"):
            if told := figures.get(row):
                columns = "".join(f"{told[column]:>9.1f}" for column in ("p50_ms", "p95_ms", "p99_ms", "max_ms"))
                print(f"{row:<34}{columns}{told['refused']:>9.0f}")
    RESULTS.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "machine": platform.machine()}
    result = {
        "machine": machine,
        "rate": chosen.rate,
        "seconds": chosen.seconds,
        "statuses": chosen.statuses,
        "figures": figures,
    }
    (RESULTS / "webhook.json").write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    anyio.run(main)
