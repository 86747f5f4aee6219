"""
Calls that share transactions on the event loop itself, for engines whose driver never blocks.

No thread is told and none is waited for: between the statements of a transaction whoever else is busy on the loop goes on. What
one statement can do for all who want it alike (`Whole`) is a transaction by itself: one round trip and one commit for all of
them. What such a statement leaves undone is done the long way, in the flight's transaction.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar

from attrs import define, field

from hotel_agent.adapters._patience import Patience
from hotel_agent.adapters.sql.flights import ATTEMPTS, LAST, MOST_TOGETHER, Call, Flights, Raised, again, endings
from hotel_agent.adapters.sql.transactions import LEFT, Share, Whole
from hotel_agent.adapters.sql.wires import SILENT, AsyncWire, Clash, NotTaken, Repeat
from hotel_agent.domain.errors import OutcomeUnknown, Unavailable

T = TypeVar("T")


@define(eq=False)
class LoopLane(Flights[AsyncWire]):
    """A task that runs calls on one connection. Belongs to the event loop it is started in."""

    _waiting: "deque[Call]" = field(factory=deque, init=False)
    _wanted: asyncio.Event = field(factory=asyncio.Event, init=False)
    _task: "asyncio.Task[None] | None" = field(default=None, init=False)
    _patience: Patience = field(factory=Patience, init=False)

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"hotel-agent-sql-{self.kind}")

    async def stop(self) -> None:
        """Finish what waits, then close the connection; whoever is cancelled meanwhile leaves it to be cut."""
        self._closed = True
        self._wanted.set()
        if self._task is None:
            return
        try:
            await asyncio.shield(self._task)
        except asyncio.CancelledError:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            raise

    def _count(self) -> int:
        return len(self._waiting)

    async def _outcome(self, call: Call, limit: float) -> Any:
        self._waiting.append(call)
        self._wanted.set()
        self._patience.watch(call.future, call.loop.time() + limit)
        return await call.future

    def _withdraw(self, call: Call) -> bool:
        call.withdrawn = not call.begun
        return call.begun

    # ------------------------------------------------------------ in the task

    async def _run(self) -> None:
        try:
            while self._waiting or not self._closed:
                await self._wanted.wait()
                self._wanted.clear()
                await self._gathered()
                while self._waiting:
                    calls = self._take()
                    # What is left without memory for a moment must not end the task: nobody would ever be answered again.
                    try:
                        await self._fly(calls)
                    except Exception:  # noqa: BLE001  # the same goes for whatever it trips over
                        _settle((call, Raised(OutcomeUnknown(SILENT))) for call in calls)
        finally:
            await self._wire.closed()

    async def _gathered(self) -> None:
        """Let whoever is about to call do so, while more come: a busy loop then makes few long flights, not many short ones."""
        before = 0
        while before < len(self._waiting) < MOST_TOGETHER:
            before = len(self._waiting)
            await asyncio.sleep(0)

    def _take(self) -> list[Call]:
        """Take all calls that wait, and leave out those that were withdrawn."""
        taken: list[Call] = []
        while self._waiting and len(taken) < MOST_TOGETHER:
            call = self._waiting.popleft()
            if not call.withdrawn:
                call.begun = True
                taken.append(call)
        return taken

    async def _fly(self, calls: list[Call]) -> None:
        self._flying = True
        try:
            left, last = [], []
            for whole, group in _wholes(calls):
                if whole is None:
                    left += group
                elif group[0].order >= LAST:
                    last.append((whole, group))
                else:
                    left += await self._at_once(whole, group)
            if left:
                await self._transact(sorted(left, key=attrgetter("order")))
            for whole, group in last:
                if left := await self._at_once(whole, group):
                    await self._transact(left)
        finally:
            self._flying = False

    async def _at_once(self, whole: Whole[Any, Any], calls: list[Call]) -> list[Call]:
        """Have one statement do what *calls* want, tell those whose work is done, and return the others."""
        items = [call.work.item for call in calls if isinstance(call.work, Share)]
        values = list(whole.values(items))
        if whole.rings is not None:
            subjects = whole.rings(items) if self._voice else ()
            values += [self._voice.channel, self._voice.says(subjects)] if self._voice else ["", []]
        try:
            rows = await _insisting(partial(self._wire.at_once, whole.text, values, timed=whole.timed))
        except (Unavailable, OutcomeUnknown) as exc:
            _settle((call, Raised(again(exc))) for call in calls)
            return []
        except (NotTaken, Clash):
            # One of them is not as the others: the long way tells which.
            return calls
        outcomes = [*zip(calls, whole.outcomes(items, rows), strict=True)]
        _settle((call, outcome) for call, outcome in outcomes if outcome is not LEFT)
        return [call for call, outcome in outcomes if outcome is LEFT]

    async def _transact(self, calls: list[Call]) -> None:
        """Run *calls* in one transaction and tell their callers how each of them went."""
        outcomes: list[object] = []
        try:
            await _insisting(partial(self._wire.transacted, self._body(calls, outcomes)))
        except Exception as exc:  # noqa: BLE001  # a caller gets its own error, whatever it is
            if ended := endings(calls, exc):
                _settle(ended)
                return
            for call in calls:
                await self._transact([call])
        else:
            _settle(zip(calls, outcomes, strict=True))


async def _insisting(run: Callable[[], Awaitable[T]]) -> T:
    """Run again, at once, what the engine has undone for another's sake."""
    for _ in range(ATTEMPTS - 1):
        with suppress(Repeat):
            return await run()
    try:
        return await run()
    except Repeat as exc:
        raise Unavailable("Too much contention in the store.") from exc


def _wholes(calls: Iterable[Call]) -> "Iterable[tuple[Whole[Any, Any] | None, list[Call]]]":
    """Group *calls* by the statement that does what they want; under None those that there is none for."""
    groups: dict[Whole[Any, Any] | None, list[Call]] = defaultdict(list)
    for call in calls:
        groups[call.work.whole if isinstance(call.work, Share) else None].append(call)
    return groups.items()


def _settle(outcomes: Iterable[tuple[Call, object]]) -> None:
    for call, outcome in outcomes:
        if not call.future.done():
            call.future.set_result(Raised(outcome) if isinstance(outcome, Exception) else outcome)
