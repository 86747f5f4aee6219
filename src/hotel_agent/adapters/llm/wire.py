"""
What is asked of a language model and how its answer is read: the JSON schema, and a reading that takes nothing on trust.

The schema holds only what a guest can say of intent, days, party and room. E-mail, telephone and codes are not in it: they are
read exactly by the local grammar, and a model could only make them up.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final, TypeVar

from attrs import frozen

from hotel_agent.domain.errors import MalformedReply
from hotel_agent.domain.stays import MAX_NIGHTS
from hotel_agent.domain.understanding import Intent, RoomKind

MOST_STAYS: Final = 4
MOST_PEOPLE: Final = 500
MOST_AGE: Final = 17
LONGEST_NAME: Final = 80
FARTHEST: Final = timedelta(days=3 * 366)
_NULL_OR_DAY = {"type": ["string", "null"], "description": "YYYY-MM-DD, null if it was not said"}
_NULL_OR_COUNT = {"type": ["integer", "null"]}

SCHEMA: Final[Mapping[str, object]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["intent", "confidence", "stays", "adults", "children", "rooms", "room_type", "name"],
    "properties": {
        "intent": {"type": "string", "enum": [intent.value for intent in Intent]},
        "confidence": {"type": "number", "description": "from 0 to 1"},
        "stays": {
            "type": "array",
            "description": "every stay the words can mean; empty if no date was said",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["check_in", "check_out"],
                "properties": {"check_in": _NULL_OR_DAY, "check_out": _NULL_OR_DAY},
            },
        },
        "adults": _NULL_OR_COUNT,
        "children": {
            "type": ["array", "null"],
            "description": "one entry a child: the age, or null; null if children were not spoken of",
            "items": _NULL_OR_COUNT,
        },
        "rooms": _NULL_OR_COUNT,
        "room_type": {"type": ["string", "null"], "enum": [*(kind.value for kind in RoomKind), None]},
        "name": {"type": ["string", "null"], "description": "the guest's name in the guest's own letters"},
    },
}
_KEYS = frozenset({"intent", "confidence", "stays", "adults", "children", "rooms", "room_type", "name"})
_STAY_KEYS = frozenset({"check_in", "check_out"})
T = TypeVar("T")


@frozen
class ModelStay:
    arrival: date | None
    departure: date | None


@frozen(kw_only=True)
class ModelReading:
    """What a model said, checked for form and for what can be: never for whether it is true."""

    intent: Intent
    confidence: float
    stays: tuple[ModelStay, ...]
    adults: int | None
    child_ages: tuple[int | None, ...] | None
    rooms: int | None
    room_kind: RoomKind | None
    name: str | None


class _Problem(Exception):
    pass


def read_answer(content: str, today: date) -> ModelReading:
    """
    Read a model's answer heard on the hotel's day *today*.

    Raises:
        MalformedReply: no JSON, other keys or types than the schema's, figures or days that cannot be. It repeats no value.

    """
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise MalformedReply(["the answer is not JSON"]) from error
    try:
        return _reading(_object(told, _KEYS, "the answer"), today)
    except _Problem as problem:
        raise MalformedReply([str(problem)]) from problem


def _reading(told: Mapping[str, object], today: date) -> ModelReading:
    stays = told["stays"]
    if not isinstance(stays, list) or len(stays) > MOST_STAYS:
        raise _Problem(f"stays: expected a list of at most {MOST_STAYS}")
    confidence = told["confidence"]
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise _Problem("confidence: expected a number from 0 to 1")
    return ModelReading(
        intent=_member(told["intent"], Intent, "intent"),
        confidence=float(confidence),
        stays=tuple(_stay(_object(stay, _STAY_KEYS, "stays"), today) for stay in stays),
        adults=_perhaps(told["adults"], lambda raw: _count(raw, 0, MOST_PEOPLE, "adults")),
        child_ages=_perhaps(told["children"], _ages),
        rooms=_perhaps(told["rooms"], lambda raw: _count(raw, 1, MOST_PEOPLE, "rooms")),
        room_kind=_perhaps(told["room_type"], lambda raw: _member(raw, RoomKind, "room_type")),
        name=_perhaps(told["name"], _name),
    )


def _object(raw: object, keys: frozenset[str], where: str) -> Mapping[str, object]:
    if not isinstance(raw, dict) or raw.keys() != keys:
        raise _Problem(f"{where}: expected an object with exactly {', '.join(sorted(keys))}")
    return raw


def _perhaps(raw: object, read: Callable[[object], T]) -> T | None:
    return None if raw is None else read(raw)


M = TypeVar("M", Intent, RoomKind)


def _member(raw: object, kind: type[M], where: str) -> M:
    if not isinstance(raw, str) or raw not in {member.value for member in kind}:
        raise _Problem(f"{where}: not one of those of the schema")
    return kind(raw)


def _count(raw: object, low: int, high: int, where: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
        raise _Problem(f"{where}: expected a whole number from {low} to {high}")
    return raw


def _ages(raw: object) -> tuple[int | None, ...]:
    if not isinstance(raw, list) or len(raw) > MOST_PEOPLE:
        raise _Problem("children: expected a list of ages")
    return tuple(_perhaps(age, lambda one: _count(one, 0, MOST_AGE, "children")) for age in raw)


def _name(raw: object) -> str:
    if not isinstance(raw, str) or not 0 < len(raw.strip()) <= LONGEST_NAME or not raw.isprintable():
        raise _Problem(f"name: expected 1 to {LONGEST_NAME} printable characters")
    return raw.strip()


def _stay(told: Mapping[str, object], today: date) -> ModelStay:
    arrival, departure = _perhaps(told["check_in"], _day), _perhaps(told["check_out"], _day)
    if arrival is None and departure is None:
        raise _Problem("stays: a stay without any day")
    for day in (arrival, departure):
        if day is not None and not today <= day <= today + FARTHEST:
            raise _Problem("stays: a day in the past or too far ahead")
    if arrival and departure and not 0 < (departure - arrival).days <= MAX_NIGHTS:
        raise _Problem("stays: a departure that is not after its arrival, or too long after it")
    return ModelStay(arrival, departure)


def _day(raw: object) -> date:
    try:
        if isinstance(raw, str) and len(raw) == len("2026-01-01"):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise _Problem("stays: expected days as YYYY-MM-DD")
