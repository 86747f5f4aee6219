"""
The load generator: a small HTTP/1.1 client over raw sockets in a process of its own, so that no client library is what is
measured.

`python -m benchmarks.load` reads a job (JSON, one line) from its standard input, builds every request beforehand, says that
it is ready, starts at the next line, and prints one line of JSON. Closed: each connection sends the next as soon as it is
answered. Open: requests are due at a steady rate whether or not the last was answered; latencies count from the instant one
was due, so waiting in line counts, ours included.
"""

import asyncio
import gc
import json
import re
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import asdict, define, field, frozen
from benchmarks.calls import requests_of

ROOT = Path(__file__).parents[1]
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STATUS = re.compile(rb'"status": ?"([a-z_]+)"')
_MOST_LINES = 8192
_PATIENCE_S = 10.0


@frozen(kw_only=True)
class Job:
    """
    What to send. `call` names a kind of request in `calls`, `of` its particulars; request n goes to the n-th port in turn.

    `rate` None: closed, over `lines` connections. `expect`: the answer that is right, `<status>` or `<status> <body's status>`.
    """

    ports: tuple[int, ...]
    call: str
    expect: str
    requests: int
    of: Mapping[str, Any] = field(factory=dict)
    lines: int = 32
    rate: float | None = None


@define
class _Shot:
    number: int
    request: bytes
    due: float


@define
class _Run:
    """Everything that has been answered so far."""

    total: int
    done: asyncio.Event
    latencies: dict[str, list[float]] = field(factory=lambda: defaultdict(list))
    numbers: dict[str, list[int]] = field(factory=lambda: defaultdict(list))
    samples: dict[str, str] = field(factory=dict)
    answered: int = 0

    def note(self, shot: _Shot, label: str, body: bytes, now: float) -> None:
        self.latencies[label].append((now - shot.due) * 1000)
        self.numbers[label].append(shot.number)
        self.samples.setdefault(label, body[:300].decode("utf-8", "replace"))
        self.answered += 1
        if self.answered == self.total:
            self.done.set()


class _Line(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self, run: _Run, free: "Callable[[_Line], None]") -> None:
        self._run, self._free, self._buffer = run, free, b""
        self.shot: _Shot | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, shot: _Shot) -> None:
        assert self.transport
        self.shot = shot
        self.transport.write(shot.request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end + 2)
        if len(self._buffer) < end + 4 + (int(length[1]) if length else 0):
            return
        body, label = self._buffer[end + 4 :], self._buffer[9:12].decode()
        if said := _STATUS.search(body):
            label += " " + said[1].decode()
        shot, self.shot, self._buffer = self.shot, None, b""
        assert shot
        self._run.note(shot, label, body, time.perf_counter())
        self._free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.shot:
            shot, self.shot = self.shot, None
            self._run.note(shot, "cut", repr(exc).encode(), time.perf_counter())


async def _connected(port: int, run: _Run, free: Callable[[_Line], None]) -> _Line | None:
    try:
        _, line = await asyncio.get_running_loop().create_connection(lambda: _Line(run, free), "127.0.0.1", port)
    except OSError:
        return None
    return line


@define
class _Lines:
    """Connections that are made when there is none to spare, and kept."""

    ports: Sequence[int]
    run: _Run
    idle: list[_Line] = field(factory=list)
    waiting: deque[_Shot] = field(factory=deque)
    made: int = 0
    tasks: set[asyncio.Task[None]] = field(factory=set)

    async def open(self) -> _Line | None:
        self.made += 1
        return await _connected(self.ports[self.made % len(self.ports)], self.run, self.free)

    def free(self, line: _Line) -> None:
        if self.waiting:
            line.send(self.waiting.popleft())
        elif line.transport:
            self.idle.append(line)

    def fire(self, shot: _Shot) -> None:
        while self.idle:
            line = self.idle.pop()
            if line.transport and not line.transport.is_closing():
                line.send(shot)
                return
        if self.made >= _MOST_LINES:
            self.waiting.append(shot)
            return
        task = asyncio.get_running_loop().create_task(self._fire_on_a_new_one(shot))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _fire_on_a_new_one(self, shot: _Shot) -> None:
        line = await self.open()
        if line is None:
            self.run.note(shot, "no connection", b"", time.perf_counter())
        else:
            line.send(shot)


async def _closed(job: Job, requests: Iterator[bytes], run: _Run, start: Callable[[], None]) -> None:
    shots = iter([_Shot(number, request, 0.0) for number, request in enumerate(requests)])

    def again(line: _Line) -> None:
        if shot := next(shots, None):
            shot.due = time.perf_counter()
            if line.transport:
                line.send(shot)
            else:
                run.note(shot, "cut", b"", shot.due)

    ports = [job.ports[number % len(job.ports)] for number in range(job.lines)]
    opened = [line for port in ports if (line := await _connected(port, run, again))]
    start()
    for line in opened:
        again(line)
    await asyncio.wait_for(run.done.wait(), _PATIENCE_S + job.requests / 100)


async def _open(job: Job, requests: Iterator[bytes], run: _Run, start: Callable[[], None]) -> None:
    assert job.rate
    ready = list(requests)
    lines = _Lines(job.ports, run)
    lines.idle = [line for _ in range(job.lines) if (line := await lines.open())]
    start()
    began = time.perf_counter() + 0.05
    for number, request in enumerate(ready):
        due = began + number / job.rate
        if (left := due - time.perf_counter()) > 0:
            await asyncio.sleep(left)
        lines.fire(_Shot(number, request, due))
    await asyncio.wait_for(run.done.wait(), _PATIENCE_S)


async def _work(job: Job) -> dict[str, Any]:
    run = _Run(job.requests, asyncio.Event())
    began = cpu = 0.0

    def start() -> None:
        nonlocal began, cpu
        print("ready", flush=True)
        sys.stdin.readline()
        began, cpu = time.perf_counter(), time.process_time()

    requests = iter([*requests_of(job.call, job.requests, job.of)])
    try:
        await (_closed if job.rate is None else _open)(job, requests, run, start)
    except TimeoutError:
        run.samples["no answer"] = f"{job.requests - run.answered} requests"
    took = time.perf_counter() - began
    return {
        "took_s": took,
        "cpu_s": time.process_time() - cpu,
        "answers": {label: _figures(found) for label, found in run.latencies.items()},
        "unanswered": job.requests - run.answered,
        "samples": run.samples,
        "numbers": run.numbers if job.of.get("numbers") else {},
    }


def _figures(latencies: list[float]) -> dict[str, float]:
    ordered = sorted(latencies)
    last = len(ordered) - 1
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
    return {"count": len(ordered), "max_ms": ordered[-1]} | {
        name: ordered[min(last, int(len(ordered) * share))] for name, share in shares.items()
    }


# ---------------------------------------------------------------- for those who measure


class Wrong(Exception):
    """Not one answer was the expected one."""


@frozen(kw_only=True)
class Told:
    """
    What came of a job. `answers`: figures by label. `right`: those of the answer that was expected; `cpu_s` is the generator's.

    `wrong` counts all other answers, by label, and those that never came; `numbers` says which requests got which answer.
    """

    took_s: float
    cpu_s: float
    answers: dict[str, dict[str, float]]
    wrong: dict[str, int]
    samples: dict[str, str]
    numbers: dict[str, list[int]]
    right: dict[str, float]


@define
class Generator:
    """A generator that has connected and built its requests: `run` lets it go and waits for what it tells."""

    job: Job
    _process: "subprocess.Popen[str]"

    @classmethod
    def ready(cls, job: Job) -> "Generator":
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        generator = cls(job, process)
        generator.say(json.dumps(asdict(job)))
        assert generator.hear() == "ready", "the load generator did not start"
        return generator

    def say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def run(self) -> Told:
        self.say("go")
        return self.told()

    def told(self) -> Told:
        with self._process:
            found = json.loads(self.hear())
        wrong = Counter({label: int(one["count"]) for label, one in found["answers"].items() if label != self.job.expect})
        if found["unanswered"]:
            wrong["unanswered"] = found["unanswered"]
        right = found["answers"].get(self.job.expect)
        if right is None:
            raise Wrong(f"nothing was answered with {self.job.expect}: {found['samples']}")
        return Told(
            took_s=found["took_s"],
            cpu_s=found["cpu_s"],
            answers=found["answers"],
            wrong=dict(wrong),
            samples=found["samples"],
            numbers=found["numbers"],
            right=right,
        )


def main() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # It lives for seconds: a collection in the middle would only look like somebody else's latency.
    gc.disable()
    job = Job(**json.loads(sys.stdin.readline()))
    print(json.dumps(asyncio.run(_work(job))), flush=True)


if __name__ == "__main__":
    main()
