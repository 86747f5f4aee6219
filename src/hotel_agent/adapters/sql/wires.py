"""
What the two engines have in common, and how the rest of this folder speaks to them.

A `Link` lends SQLAlchemy's connection to whoever makes, changes or copies tables. A `Wire` is for what happens while guests
wait: the same statements, compiled once, handed straight to the driver. Each is one connection that one thread uses for one
transaction after the other, and both translate the driver's errors: what failed before the commit was sent wrote nothing; what
failed while committing may have. No error repeats the parameters of a statement, because guests' words are among them.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar, runtime_checkable

import sqlalchemy as sa

from hotel_agent.adapters.sql.compiling import Statement

T = TypeVar("T")
Body = Callable[[sa.Connection], T]
Values = Mapping[str, object]
Row = Any
"""A stored row; its columns are attributes."""

SILENT: Final = "The store did not answer."


class Repeat(Exception):  # says what is the case, like every error here
    """The engine undid the transaction for another's sake: it may be run again at once."""


class NotTaken(Exception):  # the same
    """The engine is there and refuses a statement as such: what it says or what it was given makes no sense to it."""


class Clash(Exception):  # the same
    """A row of this key exists already. Callers say what that means."""


class Link(Protocol):
    @abstractmethod
    def transact(self, body: Body[T]) -> T:
        """
        Run *body* in one transaction and commit it.

        Raises:
            Unavailable: nothing was written.
            OutcomeUnknown: it may have been written.
            Repeat: nothing was written; run it again.
            Exception: whatever *body* raised; nothing was written.

        """

    @abstractmethod
    def apart(self, body: Body[T]) -> T:
        """
        Run *body* on a connection of its own, where every statement is committed by itself; it may take as long as it takes.

        Where the engine has one writer at a time it is one transaction like any other.

        Raises:
            Unavailable: the database cannot be reached; what was done is done.
            Exception: whatever *body* raised.

        """

    @abstractmethod
    def close(self) -> None: ...


class Wire(Protocol):
    """
    One connection of a driver.

    Every method here but `listen` runs inside of a transaction, and may raise

        Unavailable: the store is down; nothing of the transaction was or will be written,
        Repeat: the transaction is undone already; run it again,
        Clash: a row of its key exists already,
        NotTaken: the engine refuses the statement.

    After any of them the transaction, or the part of it since a savepoint, has to be undone.
    """

    @abstractmethod
    def now(self) -> int:
        """Tell the time by the store's clock, in microseconds."""

    @abstractmethod
    def rows(self, statement: Statement, values: Values) -> list[Row]:
        """Run one statement and answer all rows that it returns."""

    @abstractmethod
    def change(self, statement: Statement, values: Values) -> int:
        """Run one change and tell how many rows it touched."""

    @abstractmethod
    def each(self, statement: Statement, many: Sequence[Values]) -> list[Row]:
        """Run one statement for each of *many*, which have the same names, in order and in one round trip; all their rows."""

    @abstractmethod
    def change_each(self, statement: Statement, many: Sequence[Values]) -> None:
        """Run one change for each of *many*, which have the same names, in their order and in one round trip."""

    @abstractmethod
    def mark(self) -> None:
        """Set a savepoint in the place of the last one."""

    @abstractmethod
    def back(self) -> None:
        """Undo all since the last savepoint."""

    @abstractmethod
    def exclude(self, name: str) -> None:
        """Let no other transaction that asks for the same *name* go on until this one has ended."""

    @abstractmethod
    def notify(self, channel: str, said: Sequence[str]) -> None:
        """Say all of *said* on *channel* to other processes, if the transaction is committed."""

    @abstractmethod
    def listen(self, heard: Callable[[str, Sequence[object]], None]) -> None:
        """Tell *heard* of every statement from now on, with its arguments."""


class BlockingWire(Wire, Protocol):
    """A wire whose user waits: a thread."""

    @abstractmethod
    def transact(self, body: Callable[[], T]) -> T:
        """
        Run *body* in one transaction and commit it. A wire that only reads may run each statement by itself.

        Raises:
            Unavailable: nothing was written.
            OutcomeUnknown: it may have been written.
            Repeat: nothing was written; run it again.
            Exception: whatever *body* raised; nothing was written.

        """

    @abstractmethod
    def close(self) -> None: ...


@runtime_checkable
class AsyncWire(Wire, Protocol):
    """A wire that belongs to an event loop. Inside of `transacted` its methods are called as if they waited themselves."""

    @abstractmethod
    async def transacted(self, body: Callable[[], T]) -> T:
        """Run *body* in one transaction and commit it, as `BlockingWire.transact` does, with the same errors."""

    @abstractmethod
    async def at_once(self, text: str, values: Sequence[object], *, timed: bool) -> list[Row]:
        """
        Run one statement as a transaction of its own and return its rows; *timed*: with one argument more (`Whole.timed`).

        Raises:
            Unavailable: nothing was written.
            OutcomeUnknown: it may have been written.
            Repeat, Clash, NotTaken: nothing was written.

        """

    @abstractmethod
    async def closed(self) -> None:
        """Close it."""


class Dialect(Protocol):
    """One engine at one address."""

    schemas: bool
    online: bool
    """Indexes can be made while others write, outside of transactions."""
    crowded: bool
    """Several transactions write at the same time and wait for each other's rows."""

    @abstractmethod
    def insert(self, table: sa.Table) -> Any:
        """Begin an insert that can say `on_conflict_do_…`."""

    @abstractmethod
    def among(self, column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
        """Compare *column* with all of what `several` made of the values, given under *name*."""

    @abstractmethod
    def several(self, values: Iterable[object]) -> object:
        """Make one argument of many values."""

    @abstractmethod
    def exclude(self, connection: sa.Connection, name: str) -> None:
        """Let no other transaction that asks for the same *name* go on until this one has ended."""

    @abstractmethod
    def try_lock(self, connection: sa.Connection, name: str) -> bool:
        """Shut others out of *name* for as long as this connection lasts; False if somebody else has done so."""

    @abstractmethod
    def connect(self) -> Link:
        """Make a link; it connects when it is first used, and anew after a failure."""

    @abstractmethod
    def wire(self, *, writes: bool) -> BlockingWire | AsyncWire:
        """Make a wire; it connects when it is first used, and anew after a failure."""
