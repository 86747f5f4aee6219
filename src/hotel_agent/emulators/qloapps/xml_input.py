"""Reading XML as PHP's SimpleXML does, with the traps that come of it."""

from typing import Any
from xml.parsers import expat

from attrs import define, field

from hotel_agent.emulators.qloapps.answers import PHP_WARNING, WireError


@define
class Node:
    """An element: its name, attributes, children, its text and the part of the text that stood outside CDATA sections."""

    name: str
    attributes: dict[str, str] = field(factory=dict)
    children: list["Node"] = field(factory=list)
    text: str = ""
    bare_text: str = ""

    def child(self, name: str) -> "Node | None":
        """The first child with that name."""
        return next((each for each in self.children if each.name == name), None)

    def plain(self) -> Any:
        """
        The element as `json_decode(json_encode(...))` leaves it.

        Text in CDATA is lost; an element without text is an empty array (None here); repeated children become a list.
        """
        if not self.children:
            return self.bare_text if self.bare_text.strip() else None
        result: dict[str, Any] = {}
        for each in self.children:
            value = each.plain()
            if each.name not in result:
                result[each.name] = value
            elif isinstance(result[each.name], _Many):
                result[each.name].append(value)
            else:
                result[each.name] = _Many([result[each.name], value])
        return result


class _Many(list[Any]):
    """Repeated children, as opposed to a value that is a list."""


class NotXml(Exception):
    """The text is not well formed; *warnings* are the three PHP reports for it."""

    def __init__(self, text: str, error: expat.ExpatError) -> None:
        super().__init__(str(error))
        self.text = text
        line, column = error.lineno, error.offset
        lines = text.split("\n")
        self.line = line
        self.source = lines[line - 1] if line <= len(lines) else ""
        starts_wrong = not text.lstrip().startswith("<")
        self.reason = "Start tag expected, '<' not found" if starts_wrong else "EndTag: '</' not found"
        self.column = 0 if starts_wrong else column + 1

    def warnings(self, function: str, where: str) -> tuple[WireError, ...]:
        """The PHP warnings, naming the *function* that was called and *where*."""
        shown = self.source[:80]
        texts = (f"Entity: line {self.line}: parser error : {self.reason}", shown, " " * self.column + "^")
        return tuple(WireError(PHP_WARNING, f"[PHP Warning #2] {function}: {each} ({where})") for each in texts)


def parse_xml(text: str) -> Node:
    """
    The document's root element. Entities of the document's own are not read.

    Raises:
        NotXml: it is not well formed.
    """
    builder = _Builder()
    try:
        builder.parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise NotXml(text, error) from error
    except ValueError as error:
        raise NotXml(text, expat.ExpatError(str(error))) from error
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartCdataSectionHandler = self._enter_cdata
        self.parser.EndCdataSectionHandler = self._leave_cdata
        self.parser.EntityDeclHandler = self._entity
        self.root = Node("")
        self._open: list[Node] = []
        self._in_cdata = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        node = Node(name, attributes)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].text += text
        if not self._in_cdata:
            self._open[-1].bare_text += text

    def _enter_cdata(self) -> None:
        self._in_cdata = True

    def _leave_cdata(self) -> None:
        self._in_cdata = False

    def _entity(self, *_: object) -> None:
        raise ValueError("entity declarations are not read")
