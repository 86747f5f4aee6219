"""How `hotel-agent status` looks in a terminal: lines of text, with colours where they can be seen."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

_NAME_WIDTH: Final = 10
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_COLOURS: Final = {"good": "32", "bad": "31;1", "odd": "33", "dim": "2"}
_ESCAPE: Final = re.compile(r"\x1b\[[0-9;]*m")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@frozen
class Paint:
    """Colours words, or leaves them alone."""

    on: bool

    def __call__(self, kind: str, text: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self.on else text


def screen(seen: Mapping[str, Any], url: str, at: datetime, *, colours: bool = False, width: int = 100) -> list[str]:
    """Return the lines that show a `picture`; none is longer than *width*."""
    paint = Paint(colours)
    lines = [
        _head(seen, url, at, paint),
        *_row("parts", [_part(part, at, paint) for part in seen["parts"]], width),
        *_row("breakers", _breakers(seen["breakers"], paint), width),
        *_row("queues", [*_queues(seen["queues"], paint), *_sampled(seen["sampled_s"], paint)], width),
        *_row("locks", _locks(seen, paint), width),
        *_row("a second", _rates(seen, paint), width),
        *_row("answers", _answers(seen), width),
        *_row("pools", _pools(seen["pools"], paint), width),
    ]
    return [_cut(line, width) for line in lines]


def _head(seen: Mapping[str, Any], url: str, at: datetime, paint: Paint) -> str:
    status = str(seen["status"])
    kind = {"ready": "good", "degraded": "odd"}.get(status, "bad")
    up = "" if seen["uptime_s"] is None else f"up {span(seen['uptime_s'])}  "
    return f"hotel-agent {seen['version']}  {url}  {paint(kind, _plain(status).upper())}  {up}{at:%H:%M:%S}"


def _row(name: str, words: Sequence[str], width: int) -> list[str]:
    """Set words behind a name, in as many lines as they need."""
    lines, line = [], f"{name:<{_NAME_WIDTH}}"
    for word in words:
        longer = f"{line}  {word}"
        if len(_bare(longer)) > width and line.strip() and _bare(line) != f"{name:<{_NAME_WIDTH}}":
            lines.append(line)
            longer = f"{'':<{_NAME_WIDTH}}  {word}"
        line = longer
    return [*lines, line]


def _part(part: Mapping[str, Any], at: datetime, paint: Paint) -> str:
    for_ = span((at - datetime.fromisoformat(part["since"])).total_seconds())
    name = _plain(str(part["name"]))
    if part["ok"]:
        return f"{name} {paint('good', 'ok')} {for_}"
    return f"{name} {paint('bad' if part['needed'] else 'odd', 'DOWN')} {for_} ({_plain(str(part['detail']))})"


def _breakers(breakers: Mapping[str, Any], paint: Paint) -> list[str]:
    kinds = {"closed": "good", "open": "bad", "half-open": "odd"}
    words = []
    for part, state in breakers.items():
        if part != "pms_failures_in_a_row":
            words.append(f"{_plain(part)} {paint(kinds.get(str(state), 'dim'), state or '?')}")
    streak = breakers["pms_failures_in_a_row"]
    return [*words, f"({streak} PMS failures in a row)"] if streak else words


def _queues(queues: Mapping[str, Any], paint: Paint) -> list[str]:
    oldest, overdue = queues["oldest_message_s"], queues["outbox_overdue_s"]
    words = [f"messages {number(queues['messages'])}"]
    if oldest:
        words.append(paint("bad" if oldest > 5 else "dim", f"(oldest {span(oldest)})"))  # noqa: PLR2004 - a guest's patience
    words += [f"{name} {number(queues[name])}" for name in ("jobs", "timers", "outbox")]
    if overdue:
        words.append(paint("odd", f"(due since {span(overdue)})"))
    for name, text in (("dead_letters", "dead letters"), ("undelivered", "undelivered")):
        shown = f"{text} {number(queues[name])}"
        words.append(paint("odd", shown) if queues[name] else shown)
    return words


def _sampled(age: float | None, paint: Paint) -> list[str]:
    return [] if age is None else [paint("dim", f"({span(age)} ago)")]


def _locks(seen: Mapping[str, Any], paint: Paint) -> list[str]:
    locks = seen["locks"]
    words = [f"standing {number(locks['standing'])}", f"sessions {number(seen['sessions'])}"]
    calls = {"ok": "calls ok", "refused": "taken by others", "unavailable": "store away"}
    for result, text in calls.items():
        shown = f"{text} {number(locks.get(result, 0))}"
        words.append(paint("odd", shown) if result == "unavailable" and locks.get(result) else shown)
    return words


def _rates(seen: Mapping[str, Any], paint: Paint) -> list[str]:
    names = {"pms_calls": "PMS calls", "failures": "background failures", "refused": "refused by limits"}
    words = []
    for name, a_second in seen["rates"].items():
        total = seen["totals"][name]
        shown = f"{names.get(name, name)} {'' if a_second is None else f'{a_second:.1f} '}[{total}]"
        words.append(paint("odd", shown) if name == "failures" and a_second else shown)
    return words


def _answers(seen: Mapping[str, Any]) -> list[str]:
    return [f"{name} {'-' if seconds is None else f'≤ {seconds:g} s'}" for name, seconds in seen["latency_s"].items()]


def _pools(pools: Mapping[str, Mapping[str, Any]], paint: Paint) -> list[str]:
    words = []
    for name, pool in pools.items():
        shown = f"{_plain(name)} {number(pool['in_use'])}/{number(pool['size'])}"
        waiting = f"+{pool['waiting']} wait"
        words.append(f"{shown} {paint('odd', waiting)}" if pool["waiting"] else shown)
    return words


def number(value: float | None) -> str:
    """Write a count; a question mark for what nobody knows."""
    return "?" if value is None else f"{value:g}"


def span(seconds: float) -> str:
    """Write a duration in its two greatest units at most."""
    whole = max(0.0, seconds)
    if whole < 10:  # noqa: PLR2004 - below, tenths are worth showing
        return f"{whole:.1f} s"
    for unit, name, less, less_name in ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min"), (_MINUTE, "min", 1, "s")):
        if whole >= unit:
            return f"{int(whole // unit)} {name} {int(whole % unit // less)} {less_name}"
    return f"{int(whole)} s"


def _plain(text: str) -> str:
    """Nothing that a service says moves the cursor."""
    return _UNPRINTABLE.sub("?", text)


def _bare(line: str) -> str:
    return _ESCAPE.sub("", line)


def _cut(line: str, width: int) -> str:
    return line if len(_bare(line)) <= width else _bare(line)[:width]
