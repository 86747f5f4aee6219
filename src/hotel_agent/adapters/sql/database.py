"""
Off the event loop and together: calls that come at the same time share one transaction.

A lane is a thread with one connection. It takes all calls that wait, runs them in one transaction, commits, and only then tells
the callers: one flight at a time, so a commit costs the same for one call as for two hundred, and what a caller was told is
durable. What many callers want alike is done for all of them by the same few statements, in one round trip each; any other call
runs inside a savepoint of its own. One call's refusal does not undo the others.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from operator import attrgetter
from queue import SimpleQueue
from typing import Any, Final, TypeVar

import anyio
import anyio.to_thread
from attrs import define, field, frozen

from hotel_agent.adapters.sql.transactions import Share, Transaction, Work
from hotel_agent.adapters.sql.wakeups import Voice
from hotel_agent.adapters.sql.wires import SILENT, Dialect, Link, NotTaken, Repeat, Wire
from hotel_agent.domain.errors import OutcomeUnknown, Unavailable
from hotel_agent.ports.observer import Pool

T = TypeVar("T")

_MOST_TOGETHER: Final = 200
_MOST_WAITING: Final = 10_000
_ATTEMPTS: Final = 4

LAST: Final = "~"
"""Calls of this order or beyond come last in their flight: they skip what others hold and so never wait."""

Hold = Callable[[Transaction, Sequence[str]], None]
"""Makes sure, where several transactions write at a time, that nobody else changes what the calls of these orders are about."""


@frozen
class _Raised:
    error: Exception


@define(eq=False)
class _Call:
    """One caller's work. Its future belongs to the caller's loop and is settled there."""

    work: Work[Any]
    order: str
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    begun: bool = False
    withdrawn: bool = False


@define(eq=False)
class Lane:
    """A thread that runs calls on one connection."""

    kind: str
    _wire: Wire
    _writes: bool
    _voice: Voice | None = None
    _hold: "Hold | None" = None
    _most_waiting: int = _MOST_WAITING
    _waiting: "SimpleQueue[_Call | None]" = field(factory=SimpleQueue, init=False)
    _turning: threading.Lock = field(factory=threading.Lock, init=False)
    _thread: threading.Thread = field(init=False)
    _closed: bool = field(default=False, init=False)
    _ended: bool = field(default=False, init=False)
    _flying: bool = field(default=False, init=False)

    @property
    def pool(self) -> Pool:
        """How busy it is."""
        return Pool(name=self.kind, size=1, in_use=int(self._flying), waiting=self._waiting.qsize())

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=f"hotel-agent-sql-{self.kind}", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Finish what waits, then end the thread and close its connection."""
        self._closed = True
        self._waiting.put(None)
        await anyio.to_thread.run_sync(self._thread.join, abandon_on_cancel=True)

    async def run(self, work: Work[T], *, order: str, limit: float) -> T:
        """
        Run *work* in a shared transaction.

        Calls of one flight run by *order*, so that two processes never wait for each other crosswise.

        Raises:
            Unavailable: nothing was written: the store is down, or too much waits, or it took longer than *limit* seconds.
            OutcomeUnknown: it may have been written.
            Clash: a row of its key exists already.
            Exception: whatever *work* raised; nothing was written.

        """
        if self._closed or self._waiting.qsize() >= self._most_waiting:
            raise Unavailable("The store takes no more calls.")
        loop = asyncio.get_running_loop()
        call = _Call(work, order, loop, loop.create_future())
        self._waiting.put(call)
        try:
            # A timer and nothing more: many calls are shorter than making a cancel scope takes.
            async with asyncio.timeout(limit):
                outcome = await call.future
        except TimeoutError:
            begun = self._withdraw(call)
            raise (OutcomeUnknown if begun else Unavailable)(SILENT) from None
        except asyncio.CancelledError:
            self._withdraw(call)
            raise
        if isinstance(outcome, _Raised):
            raise outcome.error
        return outcome  # type: ignore[no-any-return]  # of the work that was given

    def _withdraw(self, call: _Call) -> bool:
        """Keep a call that has not begun from beginning; tell whether it has."""
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

    def _take(self) -> list[_Call]:
        """Wait for a call, take all that wait with it, and leave out those that were withdrawn."""
        taken: list[_Call] = []
        call = self._waiting.get()
        while call is not None:
            taken.append(call)
            if len(taken) == _MOST_TOGETHER or self._waiting.empty():
                break
            call = self._waiting.get()
        self._ended = call is None
        with self._turning:
            begun = [call for call in taken if not call.withdrawn]
            for call in begun:
                call.begun = True
        return begun

    def _fly(self, calls: list[_Call]) -> None:
        """Run *calls* in one transaction and tell their callers how each of them went."""
        outcomes: list[object] = []

        def body() -> None:
            tx = Transaction(self._wire)
            outcomes[:] = [calls[0].work(tx)] if len(calls) == 1 else self._together(tx, calls)
            if tx.subjects and self._voice:
                self._wire.notify(self._voice.channel, [self._voice.says(subject) for subject in sorted(tx.subjects)])

        try:
            self._transact(body)
        except (Unavailable, OutcomeUnknown) as exc:
            _settle((call, _Raised(_again(exc))) for call in calls)
        except Exception as exc:  # noqa: BLE001  # a caller gets its own error, whatever it is
            if len(calls) == 1:
                _settle([(calls[0], _Raised(_plain(exc)))])
                return
            # Something in one of them broke the flight for all: each goes alone, so that it harms only itself.
            for call in calls:
                self._fly([call])
        else:
            _settle(zip(calls, outcomes, strict=True))

    def _transact(self, body: Callable[[], None]) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._wire.transact(body)
            except Repeat as exc:
                if attempt == _ATTEMPTS:
                    raise Unavailable("Too much contention in the store.") from exc
            else:
                return

    def _together(self, tx: Transaction, calls: list[_Call]) -> list[object]:
        """Run *calls*, those that can be done for many at once first, and return how each of them went."""
        outcomes: dict[_Call, object] = {}
        shared: dict[tuple[bool, object], list[_Call]] = defaultdict(list)
        alone: list[_Call] = []
        for call in calls:
            if isinstance(call.work, Share):
                shared[call.order >= LAST, call.work.together].append(call)
            else:
                alone.append(call)
        if self._hold and len(alone) + sum(not last for last, _ in shared) > 1:
            self._hold(tx, sorted({call.order for call in calls if call.order < LAST}))
        for last in (False, True):
            for (when, together), group in shared.items():
                if when is last:
                    outcomes.update(zip(group, _shared(tx, together, group), strict=True))
            for call in alone:
                if (call.order >= LAST) is last:
                    outcomes[call] = self._apart(tx, call.work)
        return [outcomes[call] for call in calls]

    def _apart(self, tx: Transaction, work: Work[object]) -> object:
        """Run *work* so that its refusal undoes what it wrote and nothing else."""
        if self._writes:
            self._wire.mark()
        try:
            return work(tx)
        except (Unavailable, OutcomeUnknown, Repeat):
            raise
        except NotTaken as exc:
            if self._writes:
                raise
            return _Raised(_plain(exc))
        except Exception as exc:  # noqa: BLE001  # a caller gets its own error, whatever it is
            if self._writes:
                self._wire.back()
                tx.prepared.clear()
            return _Raised(exc)


def _shared(tx: Transaction, together: Any, group: list[_Call]) -> Iterable[object]:
    outcomes = together(tx, [call.work.item for call in group if isinstance(call.work, Share)])
    return (_Raised(outcome) if isinstance(outcome, Exception) else outcome for outcome in outcomes)


def _plain(exc: Exception) -> Exception:
    """Say in our words what an engine means that refuses a statement."""
    if isinstance(exc, NotTaken):
        refused = Unavailable(str(exc))
        refused.__cause__ = exc.__cause__
        return refused
    return exc


def _again(exc: Unavailable | OutcomeUnknown) -> Unavailable | OutcomeUnknown:
    """Copy an error that several callers get, because each raises its own."""
    copy = type(exc)(str(exc))
    copy.__cause__ = exc.__cause__
    return copy


def _settle(outcomes: Iterable[tuple[_Call, object]]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Call, object]]] = defaultdict(list)
    for call, outcome in outcomes:
        by_loop[call.loop].append((call, outcome))
    for loop, settled in by_loop.items():
        try:
            loop.call_soon_threadsafe(_tell, settled)
        except RuntimeError:
            continue  # that loop is closed: nobody waits there


def _tell(settled: list[tuple[_Call, object]]) -> None:
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
    _most_waiting: int = field(default=_MOST_WAITING, kw_only=True)
    _writer: Lane = field(init=False)
    _reader: Lane = field(init=False)

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
        self._writer = Lane("writer", self.dialect.wire(writes=True), True, self._voice, self._hold, self._most_waiting)
        self._reader = Lane("reader", self.dialect.wire(writes=False), False, most_waiting=self._most_waiting)
        self._writer.start()
        self._reader.start()

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
