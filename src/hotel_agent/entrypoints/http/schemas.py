"""
Wire classes, their JSON Schema and their strict reading, all from one description.

A wire class is a frozen attrs class whose fields may be `Annotated` with a `Text`, `Whole` or `Number` that says what is
allowed; the same value reads the field and describes it in `/openapi.json`, so the document cannot say anything else than the
service does.
"""

import re
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen
from cattrs import AttributeValidationNote, ClassValidationError, Converter, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, override

from hotel_agent.entrypoints.http.problems import FieldProblem, Problem

Schema = dict[str, Any]
T = TypeVar("T")
_SHOWN_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")


class Unfit(ValueError):
    """A value is not what the field takes; the message says what it takes."""


@frozen(kw_only=True)
class Text:
    """Text of *low* to *high* characters that matches *pattern* as a whole; *takes* says so in words."""

    takes: str
    low: int = 0
    high: int | None = None
    pattern: str | None = None

    def read(self, value: object) -> str:
        if (
            not isinstance(value, str)
            or len(value) < self.low
            or (self.high is not None and len(value) > self.high)
            or (self.pattern is not None and not re.fullmatch(self.pattern, value))
        ):
            raise Unfit(f"takes {self.takes}")
        return value

    def schema(self) -> Schema:
        limits: Schema = {"type": "string", "description": self.takes}
        limits |= {"minLength": self.low} if self.low else {}
        limits |= {"maxLength": self.high} if self.high is not None else {}
        return limits | ({"pattern": self.pattern} if self.pattern is not None else {})


@frozen(kw_only=True)
class Whole:
    """A whole number in a query."""

    takes: str
    low: int
    high: int

    def read(self, value: object) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,15}", value) or not self.low <= int(value) <= self.high:
            raise Unfit(f"takes {self.takes}")
        return int(value)

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high, "description": self.takes}


@frozen(kw_only=True)
class Number:
    """A whole number in a body, where JSON makes no difference between 5 and 5.0."""

    takes: str
    low: int
    high: int

    def read(self, value: object) -> int:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        if not isinstance(whole, int) or isinstance(whole, bool) or not self.low <= whole <= self.high:
            raise Unfit(f"takes {self.takes}")
        return whole

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high, "description": self.takes}


@frozen
class About:
    """A sentence about a field of an answer."""

    text: str


class Reader(Generic[T]):
    """Reads a wire class from what JSON or a query gave; fields that are not known are refused."""

    def __init__(self, wanted: type[T]) -> None:
        converter = Converter()
        hooks = {name: override(struct_hook=_hook(hint)) for name, hint in get_type_hints(wanted, include_extras=True).items()}
        strict = {"_cattrs_forbid_extra_keys": True}
        # Telling which field is wrong costs on every call, so only a second reading of what failed tells it.
        self._fast = make_dict_structure_fn(wanted, converter, **strict, _cattrs_detailed_validation=False, **hooks)  # type: ignore[arg-type]  # hooks are keyword arguments of many types
        self._exact = make_dict_structure_fn(wanted, converter, **strict, _cattrs_detailed_validation=True, **hooks)  # type: ignore[arg-type]  # the same
        self._wanted = wanted

    def read(self, content: object) -> T:
        """
        Return the wire value.

        Raises:
            Problem: `invalid_fields`, with every field that is wrong.

        """
        if not isinstance(content, dict):
            raise Problem("invalid_fields", "The body must be a JSON object.")
        try:
            return self._fast(content, self._wanted)
        except (Unfit, KeyError, ForbiddenExtraKeysError) as exc:
            raise Problem("invalid_fields", errors=self._mistakes(content)) from exc

    def _mistakes(self, content: Mapping[str, object]) -> tuple[FieldProblem, ...]:
        try:
            self._exact(content, self._wanted)
        except ClassValidationError as group:
            return tuple(problem for error in group.exceptions for problem in _said(error))
        return ()


def _said(error: Exception) -> list[FieldProblem]:
    if isinstance(error, ForbiddenExtraKeysError):
        # A field's name is shown only where it looks like one: it is somebody's input.
        names = sorted(name if _SHOWN_NAME.fullmatch(name) else "?" for name in error.extra_fields)
        return [FieldProblem(field=name, problem="is not known here") for name in names]
    note = next((note for note in getattr(error, "__notes__", ()) if isinstance(note, AttributeValidationNote)), None)
    name = note.name if note is not None else "?"
    return [FieldProblem(field=name, problem=str(error) if isinstance(error, Unfit) else "is required")]


def _hook(hint: Any) -> Callable[[Any, Any], Any]:
    plain, optional, about = _parts(hint)
    if isinstance(about, Text | Whole | Number):
        read: Callable[[object], Any] = about.read
    elif isinstance(plain, type) and issubclass(plain, Enum):
        members = {member.value: member for member in plain}

        def read(value: object) -> Any:
            if not isinstance(value, str) or value not in members:
                raise Unfit("takes one of " + ", ".join(members))
            return members[value]
    else:
        raise TypeError(f"{hint} says nothing about what it takes")

    return lambda value, _: None if optional and value is None else read(value)


def _parts(hint: Any) -> tuple[Any, bool, Any]:
    """Take an annotation apart: its type without None, whether None is allowed, and what is said about it."""
    about = None
    if get_origin(hint) is Annotated:
        hint, about = get_args(hint)[:2]
    if get_origin(hint) in {Union, types.UnionType}:
        rest = [part for part in get_args(hint) if part is not type(None)]
        if len(rest) != 1 or len(rest) == len(get_args(hint)):
            raise TypeError(f"{hint} is not a wire type")
        inner, _, inner_about = _parts(rest[0])
        return inner, True, about or inner_about
    return hint, False, about


_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}


def schema_of(hint: Any, components: dict[str, Schema]) -> Schema:
    """Describe a type; attrs classes go to *components* and are referred to."""
    plain, optional, about = _parts(hint)
    if isinstance(about, Text | Whole | Number):
        found = about.schema()
    elif get_origin(plain) is tuple:
        found = {"type": "array", "items": schema_of(get_args(plain)[0], components)}
    elif get_origin(plain) is Literal:
        found = {"enum": list(get_args(plain))}
    elif attrs.has(plain):
        found = _component(plain, components)
    elif issubclass(plain, Enum):
        found = {"type": "string", "enum": [member.value for member in plain]}
    else:
        found = dict(_PLAIN[plain])
    if optional:
        if isinstance(found.get("type"), str) and "enum" not in found:
            found["type"] = [found["type"], "null"]
        else:
            found = {"anyOf": [found, {"type": "null"}]}
    return found | {"description": about.text} if isinstance(about, About) else found


def _component(wanted: type, components: dict[str, Schema]) -> Schema:
    name = wanted.__name__
    if name not in components:
        components[name] = {}
        hints = get_type_hints(wanted, include_extras=True)
        fields = attrs.fields(wanted)
        components[name] |= {
            "type": "object",
            "description": " ".join((wanted.__doc__ or "").split()),
            "additionalProperties": False,
            "properties": {field.name: schema_of(hints[field.name], components) for field in fields},
            "required": [field.name for field in fields if field.default is attrs.NOTHING],
        }
    return {"$ref": f"#/components/schemas/{name}"}
