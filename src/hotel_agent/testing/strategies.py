"""
Hypothesis strategies for values of the domain.

`values(kind)` follows the annotations of attrs classes, so a field added to the domain is covered from that day; only what has
rules beyond its types is spelled out here.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

import attrs
from hypothesis import strategies as st

from hotel_agent.domain.money import Money
from hotel_agent.domain.stays import MAX_NIGHTS, Occupancy, Stay
from hotel_agent.domain.understanding import StayCandidate

T = TypeVar("T")
Values = st.SearchStrategy

_FIRST_DAY: Final = date(2000, 1, 1)
_LAST_DAY: Final = date(2098, 12, 31)

days: Final = st.dates(_FIRST_DAY, _LAST_DAY)
texts: Final = st.text(st.characters(exclude_categories=()), max_size=40)
"""Any text, with control characters and halves of surrogate pairs."""


def instants() -> Values[datetime]:
    """Aware instants, in UTC and elsewhere."""
    hours = st.integers(-14, 14).map(lambda n: timezone(timedelta(hours=n)))
    return st.datetimes(datetime(2000, 1, 1), datetime(2098, 1, 1), timezones=st.just(UTC) | hours)  # noqa: DTZ001  # its zone comes after


def stays(longest: int = MAX_NIGHTS) -> Values[Stay]:
    return st.builds(lambda day, nights: Stay(day, day + timedelta(days=nights)), days, st.integers(1, longest))


@st.composite
def occupancies(draw: st.DrawFn) -> Occupancy:
    adults = draw(st.integers(1, 20))
    ages = st.none() | st.integers(0, 17)
    return Occupancy(adults, tuple(draw(st.lists(ages, max_size=4))), draw(st.integers(1, min(adults, 5))))


def amounts() -> Values[Money]:
    decimals = st.decimals(Decimal(-1_000_000), Decimal(1_000_000), places=2)
    return st.builds(Money, decimals, st.sampled_from(("EUR", "USD", "CLP", "KWD")))


@st.composite
def stay_candidates(draw: st.DrawFn) -> StayCandidate:
    stay = draw(stays())
    whole = draw(st.booleans())
    assumed: frozenset[str] = draw(st.frozensets(st.sampled_from(("check_in", "check_out"))))
    return StayCandidate(
        arrival=stay.arrival,
        departure=stay.departure if whole else None,
        nights=stay.nights if whole else draw(st.none() | st.integers(1, MAX_NIGHTS)),
        assumed=assumed,
        reason=draw(texts),
    )


_PLAIN: Final[dict[Any, Callable[[], Values[Any]]]] = {
    str: lambda: texts,
    int: lambda: st.integers(0, 1_000_000),
    bool: st.booleans,
    float: lambda: st.floats(0, 1),
    date: lambda: days,
    datetime: instants,
    time: st.times,
    timedelta: lambda: st.timedeltas(timedelta(), timedelta(days=400)),
    type(None): st.none,
    Stay: stays,
    Occupancy: occupancies,
    Money: amounts,
    StayCandidate: stay_candidates,
}


def values(kind: type[T]) -> Values[T]:
    """
    Return a strategy for values of *kind*: an attrs class, or anything its annotations are made of.

    Raises:
        TypeError: nothing is known about a type that it is made of.

    """
    anything: Any = kind
    return _values(anything)


@cache
def _values(kind: Any) -> Values[Any]:
    if kind in _PLAIN:
        return _PLAIN[kind]()
    if supertype := getattr(kind, "__supertype__", None):
        return _values(supertype)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if attrs.has(kind):
        fields = attrs.fields(attrs.resolve_types(kind))
        return st.builds(kind, **{field.alias: _values(field.type) for field in fields if field.init})
    arguments = get_args(kind)
    if get_origin(kind) in {Union, UnionType}:
        return st.one_of([_values(argument) for argument in arguments])
    if get_origin(kind) is frozenset:
        return st.frozensets(_values(arguments[0]), max_size=3)
    if get_origin(kind) is tuple and arguments[-1] is Ellipsis:
        return st.lists(_values(arguments[0]), max_size=3).map(tuple)
    if get_origin(kind) is tuple:
        return st.tuples(*[_values(argument) for argument in arguments])
    raise TypeError(f"no strategy for {kind!r}")
