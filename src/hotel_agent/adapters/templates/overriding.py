"""Whether the messages a hotel says instead of ours can be said: known keys, and the same variables."""

from functools import lru_cache
from typing import Final

from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

ALWAYS: Final = frozenset({"hotel", "phone", "check-in", "check-out"})
"""Variables that every message may use and none has to."""


class _Parts(Visitor):
    """The variables that a message names and the messages it is made of."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.messages: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the visitor's convention
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802  # the name is what the visitor looks for
        self.messages.add(node.id.name)


def mistakes_in(source: str, bundled: str) -> tuple[str, ...]:
    """
    Compare a hotel's Fluent *source* with the *bundled* one it stands in for.

    Returns a sentence a mistake, with its line: text that is not Fluent, a key we never say, a variable we do not give, or one
    that would be lost (a total, a code).
    """
    ours = dict(_messages(bundled))
    theirs: dict[str, _Parts] = {}
    found: list[tuple[int, str]] = []
    for entry in FluentParser().parse(source).body:
        line = source.count("\n", 0, entry.span.start if entry.span else 0) + 1
        if isinstance(entry, ast.Junk):
            reason = entry.annotations[0].message if entry.annotations else "expected a message"
            found.append((line, f"is not Fluent: {reason}"))
        elif isinstance(entry, ast.Message):
            key = entry.id.name
            if key not in ours:
                found.append((line, f"`{key}` is not a message of ours"))
            elif key in theirs:
                found.append((line, f"`{key}` is said above already"))
            else:
                theirs[key] = _parts_of(entry)
                found += [(line, problem) for problem in _differences(key, theirs, ours)]
    return tuple(f"line {line}: {problem}" for line, problem in sorted(found))


def _differences(key: str, theirs: dict[str, _Parts], ours: dict[str, _Parts]) -> list[str]:
    unknown = sorted(theirs[key].messages - ours.keys())
    if unknown:
        return [f"`{key}` is made of `{name}`, which is not a message of ours" for name in unknown]
    here, there = _named(key, {**ours, key: theirs[key]}), _named(key, ours)
    return [f"`{key}` names {{ ${name} }}, which it is not given" for name in sorted(here - there - ALWAYS)] + [
        f"`{key}` must name {{ ${name} }}" for name in sorted(there - here - ALWAYS)
    ]


def _named(key: str, parts: dict[str, _Parts]) -> set[str]:
    """Every variable that decides what *key* says, also by way of the messages it is made of."""
    seen: set[str] = set()
    waiting, variables = [key], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in parts:
            continue
        seen.add(name)
        variables |= parts[name].variables
        waiting += parts[name].messages
    return variables


@lru_cache(maxsize=16)
def _messages(source: str) -> tuple[tuple[str, _Parts], ...]:
    return tuple(
        (entry.id.name, _parts_of(entry)) for entry in FluentParser().parse(source).body if isinstance(entry, ast.Message)
    )


def _parts_of(message: ast.Message) -> _Parts:
    parts = _Parts()
    parts.visit(message)
    return parts
