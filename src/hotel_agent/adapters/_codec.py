"""
Values as JSON text and back, exactly: what stores keep, and the strict reading of what others send.

Texts, whole numbers and truth values are taken as they are or refused (the library's default reads `"false"` as true);
decimals and dates travel as text, instants as ISO 8601 in UTC, sets as sorted lists, a union of classes as an object that
names its class under `type`. Values of our own are written whole, and read without tolerating anything unknown.
"""

import json
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

import orjson
from cattrs import Converter, transform_error
from cattrs.fns import identity
from cattrs.gen import make_dict_unstructure_fn, override
from cattrs.strategies import configure_tagged_union

from hotel_agent.domain.errors import MalformedReply
from hotel_agent.domain.events import Content, Event, Timer
from hotel_agent.domain.turns import Job, OutboxMessage

T = TypeVar("T")

TAG: Final = "type"
_WITH_NONE: Final = 2

_TRACED: Final = (Event, Timer, Job, OutboxMessage)
"""What carries a trace on."""


def strict_converter(*, forbid_unknown: bool, detailed: bool = True) -> Converter:
    """
    Return a new converter that coerces nothing.

    *forbid_unknown* for what we write ourselves; others may add keys. *detailed* errors know their path and cost time.
    """
    converter = Converter(forbid_extra_keys=forbid_unknown, detailed_validation=detailed)
    for plain in (str, int, bool):
        converter.register_structure_hook(plain, _exactly(plain))
    # Of its own, because the hook for `str` would be taken for its subclasses too and leave our enums plain text.
    converter.register_structure_hook(StrEnum, _member)
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(Decimal, _decimal)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(datetime, _instant)
    converter.register_unstructure_hook(datetime, _in_utc)
    for day_or_time in (date, time):
        converter.register_structure_hook(day_or_time, _iso(day_or_time))
        converter.register_unstructure_hook(day_or_time, day_or_time.isoformat)
    converter.register_structure_hook(timedelta, lambda raw, _: timedelta(seconds=_number(raw, float)))
    converter.register_unstructure_hook(timedelta, timedelta.total_seconds)
    converter.register_unstructure_hook_func(_is_set, sorted)
    return converter


@cache
def _own(*, detailed: bool) -> Converter:
    """Make the converter for values of our own; made once, because it learns every class it meets."""
    converter = strict_converter(forbid_unknown=True, detailed=detailed)
    _leave_to_the_writer(converter)
    if not detailed:
        _read_in_one_go(converter)
    configure_tagged_union(Content, converter, tag_name=TAG, tag_generator=_class_name)
    for kind in _TRACED:
        # Absent where nobody traces: then a value is written as it was before there were traces, and what was written then,
        # such as a timer that a script compares with its text, is still the same.
        converter.register_unstructure_hook(
            kind, make_dict_unstructure_fn(kind, converter, trace=override(omit_if_default=True))
        )
    return converter


def _leave_to_the_writer(converter: Converter) -> None:
    """Pass on as it is what the JSON writer writes just as our own hooks would: it does so in a fraction of their time."""
    # Not times of day: it loses the zeros their microseconds begin with.
    for kind in (date, StrEnum):
        converter.register_unstructure_hook(kind, identity)
    converter.register_unstructure_hook(datetime, _moved_to_utc)
    converter.register_unstructure_hook_factory(_is_tuple, _tuple_writer)
    converter.register_unstructure_hook_factory(_is_optional, _optional_writer)


def _read_in_one_go(converter: Converter) -> None:
    """Look up how parts are read when the whole is first seen, not at every part."""
    converter.register_structure_hook_factory(_is_tuple, _tuple_reader)
    converter.register_structure_hook_factory(_is_optional, _optional_reader)


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,)


def _tuple_writer(kind: Any, converter: Converter) -> Callable[[tuple[Any, ...]], Any]:
    write = converter.get_unstructure_hook(get_args(kind)[0])
    return identity if write is identity else lambda values: [write(value) for value in values]


def _tuple_reader(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    inner = get_args(kind)[0]
    read = converter.get_structure_hook(inner)
    return lambda raw, _: tuple([read(value, inner) for value in raw])


def _is_optional(kind: Any) -> bool:
    return get_origin(kind) in {Union, UnionType} and len(get_args(kind)) == _WITH_NONE and NoneType in get_args(kind)


def _in_optional(kind: Any) -> Any:
    return next(inner for inner in get_args(kind) if inner is not NoneType)


def _optional_writer(kind: Any, converter: Converter) -> Callable[[Any], Any]:
    write = converter.get_unstructure_hook(_in_optional(kind))
    return identity if write is identity else lambda value: None if value is None else write(value)


def _optional_reader(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    inner = _in_optional(kind)
    read = converter.get_structure_hook(inner)
    return lambda raw, _: None if raw is None else read(raw, inner)


def encode(value: object) -> str:
    """
    Write a value of the domain as JSON text.

    Raises:
        ValueError: an instant has no offset.

    """
    raw = _own(detailed=False).unstructure(value)
    try:
        return orjson.dumps(raw).decode()
    except orjson.JSONEncodeError:
        # A guest's text may hold half of a surrogate pair, which UTF-8 does not know and an escape does.
        return json.dumps(raw, default=_isoformat)


def decode(kind: type[T], text: str) -> T:
    """
    Read a value of *kind* from the JSON text that `encode` wrote.

    Raises:
        MalformedReply: it is not such a value; `problems` name the places and never what stands there.

    """
    try:
        raw = _loads(text)
    except ValueError as exc:
        raise MalformedReply((f"{kind.__name__}: not JSON",)) from exc
    try:
        return _own(detailed=False).structure(raw, kind)
    except Exception as exc:  # whatever a converter or a constructor raises, the text is not a value
        raise MalformedReply(problems_in(raw, kind)) from exc


def has_any(text: str, names: Collection[str]) -> bool:
    """
    Tell whether the value of which `encode` wrote *text* has anything in one of these fields, without reading the others.

    Raises:
        MalformedReply: it is no such text.

    """
    try:
        raw = _loads(text)
        return any(raw.get(name) for name in names)
    except (ValueError, AttributeError) as exc:
        raise MalformedReply(("not fields in JSON",)) from exc


def problems_in(raw: object, kind: type[T]) -> tuple[str, ...]:
    """Say where *raw* is not a *kind*, one sentence a place; nothing of its content is repeated."""
    try:
        _own(detailed=True).structure(raw, kind)
    except Exception as exc:  # noqa: BLE001  # the same
        return tuple(f"{kind.__name__}: {problem}" for problem in transform_error(exc, path="$", format_exception=_say))
    return ()


def _say(exc: BaseException, kind: type | None) -> str:
    if isinstance(exc, KeyError):
        return "a required field is missing"
    if type(exc).__name__ == "ForbiddenExtraKeysError":
        return "an unknown field"
    return f"not a valid {getattr(kind, '__name__', None) or 'value'}"


def _loads(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def _class_name(kind: type) -> str:
    return kind.__name__


def _is_set(kind: Any) -> bool:
    return getattr(kind, "__origin__", kind) in {set, frozenset}


def _member(raw: Any, kind: type[T]) -> T:
    if type(raw) is not str:
        raise ValueError("expected text")
    return kind(raw)  # type: ignore[call-arg]  # an enum is called with a member's value


def _exactly(plain: type[T]) -> Callable[[Any, Any], T]:
    def structure(raw: Any, _: Any) -> T:
        if type(raw) is not plain:
            raise ValueError(f"expected {plain.__name__}")
        return raw

    return structure


def _number(raw: Any, _: Any) -> float:
    if type(raw) not in {int, float}:
        raise ValueError("expected a number")
    return float(raw)


def _decimal(raw: Any, _: Any) -> Decimal:
    if type(raw) is not str:
        raise ValueError("expected decimal text")
    try:
        return Decimal(raw)
    except InvalidOperation as exc:
        raise ValueError("expected decimal text") from exc


def _instant(raw: Any, _: Any) -> datetime:
    if type(raw) is not str:
        raise ValueError("expected an instant")
    instant = datetime.fromisoformat(raw)
    if instant.tzinfo is None:
        raise ValueError("expected an instant with its offset")
    return instant


def _in_utc(instant: datetime) -> str:
    return _moved_to_utc(instant).isoformat()


def _moved_to_utc(instant: datetime) -> datetime:
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise ValueError("an instant has an offset")
    return instant.astimezone(UTC)


def _isoformat(moment: date) -> str:
    return moment.isoformat()


def _iso(kind: type[T]) -> Callable[[Any, Any], T]:
    read: Callable[[str], T] = kind.fromisoformat  # type: ignore[attr-defined]  # date and time have it

    def structure(raw: Any, _: Any) -> T:
        if type(raw) is not str:
            raise ValueError("expected text")
        return read(raw)

    return structure
