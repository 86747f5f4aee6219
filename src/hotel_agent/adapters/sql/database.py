"""
Off the event loop and together: calls that come at the same time share one transaction.

A lane is a thread with one connection; on Postgres, whose driver never blocks, a task (`loop_lanes`). It takes all calls that
wait, runs them in one transaction, commits, and only then tells the callers: one flight at a time, so a commit costs the same
for one call as for two hundred, and what a caller was told is durable. What many callers want alike is done for all of them by
the same few statements, in one round trip each; any other call runs inside a savepoint of its own. One call's refusal does not
undo the others.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from operator import attrgetter
from queue import SimpleQueue
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from attrs import define, field

from hotel_agent.adapters.sql.flights import (
    ATTEMPTS,
    LAST,
    MOST_TOGETHER,
    MOST_WAITING,
    Call,
    Flights,
    Hold,
    endings,
)
from hotel_agent.adapters.sql.loop_lanes import LoopLane
from hotel_agent.adapters.sql.transactions import Work
from hotel_agent.adapters.sql.wakeups import Voice
from hotel_agent.adapters.sql.wires import SILENT, AsyncWire, BlockingWire, Dialect, Link, Repeat
from hotel_agent.domain.errors import OutcomeUnknown, Unavailable
from hotel_agent.ports.observer import Pool

__all__ = ["LAST", "Database", "Lane"]

T = TypeVar("T")


@define(eq=False)
class Lane(Flights[BlockingWire]):
    """A thread that runs calls on one connection."""

    _waiting: "SimpleQueue[Call | None]" = field(factory=SimpleQueue, init=False)
    _turning: threading.Lock = field(factory=threading.Lock, init=False)
    _thread: threading.Thread = field(init=False)
    _ended: bool = field(default=False, init=False)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=f"hotel-agent-sql-{self.kind}", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Finish what waits, then end the thread and close its connection."""
        self._closed = True
        self._waiting.put(None)
        await anyio.to_thread.run_sync(self._thread.join, abandon_on_cancel=True)

    def _count(self) -> int:
        return self._waiting.qsize()

    async def _outcome(self, call: Call, limit: float) -> Any:
        self._waiting.put(call)
        # A timer and nothing more: many calls are shorter than making a cancel scope takes.
        async with asyncio.timeout(limit):
            return await call.future

    def _withdraw(self, call: Call) -> bool:
        with self._turning:
            call.withdrawn = not call.begun
            return call.begun

    # ------------------------------------------------------------ in the thread

    def _run(self) -> None:
        while not self._ended:
            # What is left without memory for a moment must not end the thread: nobody would ever be answered again.
            with suppress(MemoryError):
                self._turn()
        self._wire.close()

    def _turn(self) -> None:
        if calls := self._take():
            self._flying = True
            try:
                self._fly(sorted(calls, key=attrgetter("order")))
            finally:
                self._flying = False

    def _take(self) -> list[Call]:
        """Wait for a call, take all that wait with it, and leave out those that were withdrawn."""
        taken: list[Call] = []
        call = self._waiting.get()
        while call is not None:
            taken.append(call)
            if len(taken) == MOST_TOGETHER or self._waiting.empty():
                break
            call = self._waiting.get()
        self._ended = call is None
        with self._turning:
            begun = [call for call in taken if not call.withdrawn]
            for call in begun:
                call.begun = True
        return begun

    def _fly(self, calls: list[Call]) -> None:
        """Run *calls* in one transaction and tell their callers how each of them went."""
        outcomes: list[object] = []

        try:
            self._transact(self._body(calls, outcomes))
        except Exception as exc:  # noqa: BLE001  # a caller gets its own error, whatever it is
            if ended := endings(calls, exc):
                _settle(ended)
                return
            for call in calls:
                self._fly([call])
        else:
            _settle(zip(calls, outcomes, strict=True))

    def _transact(self, body: Callable[[], None]) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._wire.transact(body)
            except Repeat as exc:
                if attempt == ATTEMPTS:
                    raise Unavailable("Too much contention in the store.") from exc
            else:
                return


def _settle(outcomes: Iterable[tuple[Call, object]]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Call, object]]] = defaultdict(list)
    for call, outcome in outcomes:
        by_loop[call.loop].append((call, outcome))
    for loop, settled in by_loop.items():
        try:
            loop.call_soon_threadsafe(_tell, settled)
        except RuntimeError:
            continue  # that loop is closed: nobody waits there


def _tell(settled: list[tuple[Call, object]]) -> None:
    for call, outcome in settled:
        if not call.future.done():
            call.future.set_result(outcome)


@define(eq=False)
class Database:
    """One lane for what writes, one for what only reads."""

    dialect: Dialect
    _limit: float
    _voice: Voice | None = None
    _hold: Hold | None = None
    _most_waiting: int = field(default=MOST_WAITING, kw_only=True)
    _writer: Lane | LoopLane = field(init=False)
    _reader: Lane | LoopLane = field(init=False)

    async def start(self, prepare: Callable[[Link], None]) -> None:
        """
        Connect, let *prepare* see to the tables, and begin to take calls.

        Raises:
            Unavailable: the database cannot be opened.

        """
        link = self.dialect.connect()
        try:
            await anyio.to_thread.run_sync(prepare, link)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(link.close)
        self._writer = self._lane("writer", True, self._voice, self._hold)
        self._reader = self._lane("reader", False)
        self._writer.start()
        self._reader.start()

    def _lane(self, kind: str, writes: bool, voice: Voice | None = None, hold: Hold | None = None) -> Lane | LoopLane:
        wire = self.dialect.wire(writes=writes)
        if isinstance(wire, AsyncWire):
            return LoopLane(kind, wire, writes, voice, hold, self._most_waiting)
        return Lane(kind, wire, writes, voice, hold, self._most_waiting)

    def pools(self) -> tuple[Pool, ...]:
        """How busy its connections are."""
        return (self._writer.pool, self._reader.pool)

    async def stop(self) -> None:
        """Finish what waits and close; a cancelled caller waits for that too, for as long as one call may take."""
        with anyio.move_on_after(self._limit, shield=True):
            await self._reader.stop()
            await self._writer.stop()

    async def write(self, work: Work[T], *, order: str) -> T:
        """Run what may be repeated: then not to know whether it was written is as good as knowing that it was not."""
        try:
            return await self._writer.run(work, order=order, limit=self._limit)
        except OutcomeUnknown as exc:
            raise Unavailable(SILENT) from exc

    async def write_once(self, work: Work[T], *, order: str) -> T:
        """Run what must not be repeated blindly: `OutcomeUnknown` says that it may have been written."""
        return await self._writer.run(work, order=order, limit=self._limit)

    async def read(self, work: Work[T]) -> T:
        """Run what changes nothing; whatever goes wrong, nothing was written."""
        try:
            return await self._reader.run(work, order="", limit=self._limit)
        except OutcomeUnknown as exc:
            raise Unavailable(SILENT) from exc
