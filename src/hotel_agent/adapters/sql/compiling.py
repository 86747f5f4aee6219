"""
Statements as a driver takes them: a text and a tuple of arguments, made of SQLAlchemy's statements once.

The library's own way from a statement to the driver costs more than most of the statements here take in the database; all
columns are texts and whole numbers, which drivers take as they are, so that nothing is lost on the short way.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from attrs import define, field

Statement = Any
"""A statement of SQLAlchemy's, made once and kept; or a text that the engine takes as it is, without arguments."""


@define(eq=False)
class Prepared:
    text: str
    arguments: Callable[[Mapping[str, object]], tuple[Any, ...]]
    kept: Statement
    """What it was made of, kept so that nothing else is ever taken for it."""
    row: Callable[[Any], Any] | None = None
    """For engines whose rows are bare tuples: makes one whose columns have names."""


@define(eq=False)
class Compiler:
    """Of one engine. Knows a statement again by what it is and the names it is given values for."""

    _dialect: sa.Dialect
    _known: dict[tuple[object, ...], Prepared] = field(factory=dict, init=False)

    def prepared(self, statement: Statement, values: Mapping[str, object]) -> Prepared:
        known = self._known.get((id(statement), *values))
        if known is None:
            known = self._known[id(statement), *values] = _prepare(self._dialect, statement, list(values))
        return known


def _prepare(dialect: sa.Dialect, statement: Statement, names: list[str]) -> Prepared:
    # As for many rows: then an insert does not ask for the key that was made, which nobody wants to know unless he says so.
    compiled = statement.compile(dialect=dialect, column_keys=names, for_executemany=True)
    if "POSTCOMPILE" in str(compiled):
        raise TypeError("a statement whose text depends on its values: say `Dialect.among` instead of an expanding parameter")
    order: list[str] = compiled.positiontup or []
    own = {name: value for name, value in compiled.params.items() if name not in names}
    return Prepared(str(compiled), _arguments(order, own), statement)


def _arguments(order: list[str], own: Mapping[str, object]) -> Callable[[Mapping[str, object]], tuple[Any, ...]]:
    if not order:
        return lambda _: ()
    pick: Callable[[Mapping[str, object]], Any] = itemgetter(*order)
    if len(order) == 1:
        (name,) = order
        return lambda values: (own[name] if name in own else values[name],)
    if not own:
        return pick
    return lambda values: pick({**own, **values})
