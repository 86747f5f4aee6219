"""Frozen values that differ in a few fields from others."""

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from attrs import AttrsInstance, fields

T = TypeVar("T", bound=AttrsInstance)


def changed(value: T, **changes: object) -> T:
    """
    Return *value* with other fields, checked like any new one.

    It is `attrs.evolve`, a third faster where a value has two dozen fields: for those that are changed several times a turn.
    """
    names, read = _fields(type(value))
    known: dict[str, Any] = dict(zip(names, read(value), strict=True))
    return type(value)(**known | changes)


@lru_cache(maxsize=64)
def _fields(kind: type[AttrsInstance]) -> tuple[tuple[str, ...], Callable[[object], tuple[object, ...]]]:
    """The names that make a value of this *kind* anew, two at least, and what reads them all at once."""
    given = [one for one in fields(kind) if one.init]
    return tuple(one.alias for one in given), attrgetter(*(one.name for one in given))
