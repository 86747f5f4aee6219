"""Drives a program with the load generator and says what that cost."""

import time
from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen
from benchmarks.load import Generator, Job
from benchmarks.servers import Program, Using

ALONE = Using(())
_LONGEST_REST_S = 30.0
_LOOK_S = 0.2
_AT_REST = 0.15
"""Of a core."""


@frozen(kw_only=True)
class Driven:
    """A program with what to send it, and the processes whose CPU its messages cost beside its own."""

    programs: tuple[Program, ...]
    call: str
    expect: str
    stores: Using = ALONE
    of: Mapping[str, Any]

    @classmethod
    def to(cls, program: Program, call: str, expect: str, stores: Using = ALONE, **of: Any) -> "Driven":
        return cls(programs=(program,), call=call, expect=expect, stores=stores, of=of)

    def job(self, requests: int, rate: float | None = None, *, lines: int = 32, **of: Any) -> Job:
        ports = tuple(program.port for program in self.programs)
        particulars = {**self.of, **of}
        return Job(ports=ports, call=self.call, expect=self.expect, requests=requests, rate=rate, lines=lines, of=particulars)

    def warm(self, requests: int, **of: Any) -> None:
        """Let caches fill and statements compile, gently."""
        Generator.ready(self.job(requests, lines=8, **of)).run()

    def saturate(self, requests: int, **of: Any) -> dict[str, float]:
        """As many messages a second as 32 connections get answered, and what one costs."""
        generator = Generator.ready(self.job(requests, **of))
        own = Using(tuple(program.pid for program in self.programs))
        before, stores_before = own.cpu_s(), self.stores.cpu_s()
        told = generator.run()
        cpu, stores = own.cpu_s() - before, self.stores.cpu_s() - stores_before
        self.settle()
        return {
            "msg_per_s": told.right["count"] / told.took_s,
            "p50_ms": told.right["p50_ms"],
            "p95_ms": told.right["p95_ms"],
            "p99_ms": told.right["p99_ms"],
            "cpu_ms": cpu / requests * 1000,
            "stores_cpu_ms": stores / requests * 1000,
            "errors": float(sum(told.wrong.values())),
        }

    def at_rate(self, rate: float, seconds: float, **of: Any) -> dict[str, float]:
        """Open loop: latencies from the instant each was due."""
        try:
            told = Generator.ready(self.job(int(rate * seconds), rate, **of)).run()
        finally:
            self.settle()
        return {
            "p50_ms": told.right["p50_ms"],
            "p95_ms": told.right["p95_ms"],
            "p99_ms": told.right["p99_ms"],
            "max_ms": told.right["max_ms"],
            "errors": float(sum(told.wrong.values())),
        }

    def settle(self) -> None:
        """Wait until what it still works on is done, so that the next one has the machine to itself; half a minute at most."""
        own = Using((*(program.pid for program in self.programs), *self.stores.pids))
        deadline = time.monotonic() + _LONGEST_REST_S
        while time.monotonic() < deadline:
            before = own.cpu_s()
            time.sleep(_LOOK_S)
            if own.cpu_s() - before < _LOOK_S * _AT_REST:
                return

    def between(self, *programs: Program) -> "Driven":
        return evolve(self, programs=programs)
