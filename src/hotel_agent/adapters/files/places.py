"""Where in a TOML text a key stands, so that a mistake can be told with its line."""

import re
from typing import Final

from attrs import define, field

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?")
_KEY: Final = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=(.*)""")
_PART: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(?:\.|$)""")
_LONG: Final = ('"""', "'''")


@define
class Places:
    """The line of every table and key of a text; a line that is told is the nearest one known."""

    _lines: dict[str, int] = field(factory=dict)

    @classmethod
    def of(cls, text: str) -> "Places":
        lines: dict[str, int] = {}
        counts: dict[str, int] = {}
        table, inside = "", ""
        depth = 0
        for number, row in enumerate(text.splitlines(), start=1):
            if inside:
                # A text over several lines: nothing in it is a key.
                inside = "" if row.count(inside) % 2 else inside
                continue
            if depth == 0 and (header := _HEADER.fullmatch(row)):
                table = _path(header[2], counts)
                if header[1] == "[[":
                    counts[table] = counts.get(table, 0) + 1
                    table = f"{table}[{counts[table]}]"
                lines.setdefault(table, number)
                continue
            key = _KEY.fullmatch(row) if depth == 0 else None
            if key:
                path = ".".join((*([table] if table else []), *_parts(key[1])))
                lines.setdefault(path, number)
            value = key[2] if key else row
            inside = next((mark for mark in _LONG if value.count(mark) % 2), "")
            if not inside:
                bare = re.sub(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*', "", value)
                depth = max(0, depth + bare.count("[") - bare.count("]"))
        return cls(lines)

    def line(self, path: str) -> int:
        """Return the line of *path* (`emulator.room_types[2].price`), of the nearest table around it, else the first line."""
        while path:
            if path in self._lines:
                return self._lines[path]
            parent = re.sub(r"(\.[^.\[\]]*|\[\d+\])$", "", path)
            path = parent if parent != path else ""
        return 1


def _parts(dotted: str) -> list[str]:
    return [a or b or c for a, b, c in _PART.findall(dotted)]


def _path(dotted: str, counts: dict[str, int]) -> str:
    """Join the parts of a header; a table inside an array belongs to the array's latest element."""
    path = ""
    parts = _parts(dotted)
    for number, part in enumerate(parts):
        path = f"{path}.{part}" if path else part
        if number < len(parts) - 1 and path in counts:
            path = f"{path}[{counts[path]}]"
    return path
