"""Spans as they are taken down while messages are handled: light, because most of them are never sent."""

import re
from enum import StrEnum
from random import Random
from typing import Final

from attrs import define, field

from hotel_agent.ports.tracing import Attribute

SAMPLED: Final = 0x01
_TRACEPARENT: Final = re.compile(r"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)
_HALF: Final = 1 << 64
_DRAWN: Final = Random()  # noqa: S311 - seeded by the system; a span's id only has to differ, and is drawn for every span


class Kind(StrEnum):
    """What a span is to others (OpenTelemetry's span kinds)."""

    SERVER = "server"
    PRODUCER = "producer"
    CONSUMER = "consumer"
    CLIENT = "client"
    INTERNAL = "internal"


@define(eq=False, kw_only=True)
class Record:
    """
    One span. Ids are hexadecimal digits, 32 of the trace and 16 of a span; instants are nanoseconds since 1970.

    `error` is the stable code of what went wrong, empty if nothing did.
    """

    name: str
    kind: Kind
    trace: str
    parent: str = ""
    sampled: bool
    id: str = field(factory=lambda: f"{_DRAWN.getrandbits(64) or 1:016x}")
    began_at: int = 0
    ended_at: int = 0
    error: str = ""
    attributes: dict[str, Attribute] = field(factory=dict)


@define(frozen=True, kw_only=True)
class Origin:
    """Where a span goes on from: of this process, or of whoever carried it here. `span` is empty where a trace begins."""

    trace: str
    span: str = ""
    sampled: bool


def parsed(context: str | None) -> Origin | None:
    """Read a W3C `traceparent`; None where it is none."""
    found = _TRACEPARENT.fullmatch(context) if context else None
    if found is None:
        return None
    version, trace, span, flags, more = found.groups()
    if (version == "00" and more) or not int(trace, 16) or not int(span, 16):
        return None
    return Origin(trace=trace, span=span, sampled=bool(int(flags, 16) & SAMPLED))


def written(trace: str, span: str, *, sampled: bool) -> str:
    """Write a W3C `traceparent`."""
    return f"00-{trace}-{span}-{SAMPLED if sampled else 0:02x}"


def is_in_sample(trace: str, ratio: float) -> bool:
    """Tell whether a trace is one of the *ratio* that are sent in any case: the same everywhere, by the trace's id alone."""
    return int(trace[16:], 16) < ratio * _HALF
