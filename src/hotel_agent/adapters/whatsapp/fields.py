"""Reads single fields of others' JSON: of the right type, or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any


class Wrong(Exception):
    """A field is not what it should be; the message names it and never what stands there."""


def a_table(raw: Any, what: str) -> Mapping[str, Any]:
    """
    Return *raw* as a table.

    Raises:
        Wrong: it is none.

    """
    if not isinstance(raw, dict):
        raise Wrong(f"{what}: not an object")
    return raw


def a_list(raw: Mapping[str, Any], name: str) -> Sequence[Any]:
    found = raw.get(name)
    if not isinstance(found, list):
        raise Wrong(f"{name}: not an array")
    return found


def a_text(raw: Mapping[str, Any], name: str) -> str:
    """
    Return a text with something in it.

    Raises:
        Wrong: it is none.

    """
    found = raw.get(name)
    if not isinstance(found, str) or not found:
        raise Wrong(f"{name}: not a text")
    return found


def an_optional_text(raw: Mapping[str, Any], name: str) -> str | None:
    """Return a text where there is one."""
    found = raw.get(name)
    return found if isinstance(found, str) and found else None
