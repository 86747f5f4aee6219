"""What the statements of a store see of the transaction they run in."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from attrs import define, field, frozen

from hotel_agent.adapters.sql.compiling import Statement
from hotel_agent.adapters.sql.tables import instant
from hotel_agent.adapters.sql.wires import Row, Wire

I = TypeVar("I")  # noqa: E741  # an item
T = TypeVar("T")


@define(eq=False)
class Transaction:
    """One call's share of a transaction."""

    _wire: Wire
    subjects: set[str] = field(factory=set, init=False)
    """What others may wait for that was written (ports/wakeups.py)."""
    prepared: set[str] = field(factory=set, init=False)
    """What has been done once for all who share it, by name. Whoever undoes a part of the transaction empties it."""
    _now: int | None = field(default=None, init=False)

    @property
    def now(self) -> int:
        """The store's clock, in microseconds, read once for all who share the transaction, and only if somebody asks."""
        if self._now is None:
            self._now = self._wire.now()
        return self._now

    @property
    def now_at(self) -> datetime:
        return instant(self.now)

    def ring(self, *subjects: str) -> None:
        """Have those woken who wait for *subjects* in other processes, once this is committed."""
        self.subjects.update(subjects)

    def rows(self, statement: Statement, **values: object) -> list[Row]:
        return self._wire.rows(statement, values)

    def first(self, statement: Statement, **values: object) -> Row | None:
        found = self._wire.rows(statement, values)
        return found[0] if found else None

    def change(self, statement: Statement, **values: object) -> int:
        """Run one change and tell how many rows it touched."""
        return self._wire.change(statement, values)

    def change_each(self, statement: Statement, rows: Iterable[Mapping[str, object]]) -> None:
        """Run the same change for each of *rows*, which have the same names; nothing for none."""
        if many := list(rows):
            self._wire.change_each(statement, many)

    def each(self, statement: Statement, rows: Iterable[Mapping[str, object]]) -> list[Row]:
        """Run the same statement for each of *rows*, which have the same names, and return what all of them return."""
        many = list(rows)
        return self._wire.each(statement, many) if many else []

    def exclude(self, name: str) -> None:
        """Let no other transaction that asks for the same *name* go on until this one has ended."""
        self._wire.exclude(name)


Work = Callable[[Transaction], T]


LEFT: Final = object()
"""An outcome: the statement has done nothing for this one; it is to be done the long way."""


@frozen(eq=False)
class Whole(Generic[I, T]):
    """
    One statement that does for many what each of them wants, and is a transaction by itself.

    `values` are its arguments for the items, `outcomes` says of each item, in their order, what its caller gets: a result, an
    error, or `LEFT`. What it refuses it has written nothing of. `rings`: the subjects to be said to other processes if it is
    committed; then the channel and what is said are its last two arguments. `timed`: the last of all, in microseconds by the
    server's clock, is when nobody waits for it any more.
    """

    text: str
    values: Callable[[Sequence[I]], Sequence[object]]
    outcomes: Callable[[Sequence[I], Sequence[Row]], Sequence[object]]
    rings: Callable[[Sequence[I]], Collection[str]] | None = None
    timed: bool = True


@frozen(eq=False)
class Share(Generic[I, T]):
    """
    One caller's share of work that is done for many at once; alone it is work like any other.

    `together` returns for each of the items, in their order, what its caller gets: a result, or the error that is raised there.
    Of what it refuses it has written nothing.
    """

    together: Callable[[Transaction, Sequence[I]], Sequence[T | Exception]]
    item: I
    whole: Whole[I, T] | None = None
    """The short way to the same, where the engine has one."""

    def __call__(self, tx: Transaction) -> Any:
        (outcome,) = self.together(tx, (self.item,))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
