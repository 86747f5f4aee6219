"""What the statements of a store see of the transaction they run in."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from attrs import field, frozen

from hotel_agent.adapters.sql.tables import instant

T = TypeVar("T")


class Clash(Exception):  # says what is the case, like every error here
    """A row of this key exists already. Callers say what that means."""


@frozen
class Transaction:
    """One call's share of a transaction. `now` is the store's clock, in microseconds, read once for all who share it."""

    connection: sa.Connection
    now: int
    subjects: set[str] = field(factory=set)
    """What others may wait for that was written (ports/wakeups.py)."""
    prepared: set[str] = field(factory=set)
    """What has been done once for all who share it, by name. Whoever undoes a part of the transaction empties it."""

    def ring(self, *subjects: str) -> None:
        """Have those woken who wait for *subjects* in other processes, once this is committed."""
        self.subjects.update(subjects)

    @property
    def now_at(self) -> datetime:
        return instant(self.now)

    def rows(self, statement: sa.Executable, **values: object) -> list[sa.Row[Any]]:
        return list(self.connection.execute(statement, values))

    def first(self, statement: sa.Executable, **values: object) -> sa.Row[Any] | None:
        return self.connection.execute(statement, values).first()

    def change(self, statement: sa.Executable, **values: object) -> int:
        """Run one change and tell how many rows it touched."""
        return self.connection.execute(statement, values).rowcount

    def change_each(self, statement: sa.Executable, rows: Iterable[Mapping[str, object]]) -> None:
        """Run the same change for each of *rows*; nothing for none."""
        if many := list(rows):
            self.connection.execute(statement, many)


Work = Callable[[Transaction], T]
