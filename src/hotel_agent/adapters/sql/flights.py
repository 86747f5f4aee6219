"""What happens inside of a shared transaction, whoever runs it: a thread (`database.Lane`) or a task (`loop_lanes`)."""

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Generic, TypeVar

from attrs import define, field, frozen

from hotel_agent.adapters.sql.transactions import Share, Transaction, Work
from hotel_agent.adapters.sql.wakeups import Voice
from hotel_agent.adapters.sql.wires import SILENT, NotTaken, Repeat, Wire
from hotel_agent.domain.errors import OutcomeUnknown, Unavailable
from hotel_agent.ports.observer import Pool

T = TypeVar("T")
W = TypeVar("W", bound=Wire)

MOST_TOGETHER: Final = 200
MOST_WAITING: Final = 10_000
ATTEMPTS: Final = 4

LAST: Final = "~"
"""Calls of this order or beyond come last in their flight: they skip what others hold and so never wait."""

Hold = Callable[[Transaction, Sequence[str]], None]
"""Makes sure, where several transactions write at a time, that nobody else changes what the calls of these orders are about."""


@frozen
class Raised:
    error: Exception


@define(eq=False)
class Call:
    """One caller's work. Its future belongs to the caller's loop and is settled there."""

    work: Work[Any]
    order: str
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    begun: bool = False
    withdrawn: bool = False


@define(eq=False)
class Flights(ABC, Generic[W]):
    """Runs calls together on one connection."""

    kind: str
    _wire: W
    _writes: bool
    _voice: Voice | None = None
    _hold: "Hold | None" = None
    _most_waiting: int = MOST_WAITING
    _flying: bool = field(default=False, init=False)
    _closed: bool = field(default=False, init=False)

    @property
    def pool(self) -> Pool:
        """How busy it is."""
        return Pool(name=self.kind, size=1, in_use=int(self._flying), waiting=self._count())

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
        if self._closed or self._count() >= self._most_waiting:
            raise Unavailable("The store takes no more calls.")
        loop = asyncio.get_running_loop()
        call = Call(work, order, loop, loop.create_future())
        try:
            outcome = await self._outcome(call, limit)
        except TimeoutError:
            begun = self._withdraw(call)
            raise (OutcomeUnknown if begun else Unavailable)(SILENT) from None
        except asyncio.CancelledError:
            self._withdraw(call)
            raise
        if isinstance(outcome, Raised):
            raise outcome.error
        return outcome  # type: ignore[no-any-return]  # of the work that was given

    @abstractmethod
    def _count(self) -> int:
        """Say how many calls wait."""

    @abstractmethod
    async def _outcome(self, call: Call, limit: float) -> Any:
        """Put *call* to those that wait, and wait for what comes of it; raises `TimeoutError` after *limit* seconds."""

    @abstractmethod
    def _withdraw(self, call: Call) -> bool:
        """Keep a call that has not begun from beginning; tell whether it has."""

    def _body(self, calls: Sequence[Call], outcomes: list[object]) -> Callable[[], None]:
        """Return what runs inside of the transaction of *calls*, and puts into *outcomes* how each of them went."""

        def body() -> None:
            tx = Transaction(self._wire)
            outcomes[:] = [calls[0].work(tx)] if len(calls) == 1 else self._together(tx, calls)
            if tx.subjects and self._voice:
                self._wire.notify(self._voice.channel, self._voice.says(tx.subjects))

        return body

    def _together(self, tx: Transaction, calls: Sequence[Call]) -> list[object]:
        """Run *calls*, those that can be done for many at once first, and return how each of them went."""
        outcomes: dict[Call, object] = {}
        shared: dict[tuple[bool, object], list[Call]] = defaultdict(list)
        alone: list[Call] = []
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
            return Raised(plain(exc))
        except Exception as exc:  # noqa: BLE001  # a caller gets its own error, whatever it is
            if self._writes:
                self._wire.back()
                tx.prepared.clear()
            return Raised(exc)


def _shared(tx: Transaction, together: Any, group: list[Call]) -> Iterable[object]:
    outcomes = together(tx, [call.work.item for call in group if isinstance(call.work, Share)])
    return (Raised(outcome) if isinstance(outcome, Exception) else outcome for outcome in outcomes)


def plain(exc: Exception) -> Exception:
    """Say in our words what an engine means that refuses a statement."""
    if isinstance(exc, NotTaken):
        refused = Unavailable(str(exc))
        refused.__cause__ = exc.__cause__
        return refused
    return exc


def endings(calls: Sequence[Call], exc: Exception) -> Sequence[tuple[Call, Raised]]:
    """Say how *calls* end whose flight *exc* has ended; of none of them if each is to go alone."""
    if isinstance(exc, Unavailable | OutcomeUnknown):
        return [(call, Raised(again(exc))) for call in calls]
    if len(calls) == 1:
        return [(calls[0], Raised(plain(exc)))]
    # Something in one of them broke the flight for all: alone, it harms only itself.
    return ()


def again(exc: Unavailable | OutcomeUnknown) -> Unavailable | OutcomeUnknown:
    """Copy an error that several callers get, because each raises its own."""
    copy = type(exc)(str(exc))
    copy.__cause__ = exc.__cause__
    return copy
