"""
What a record of a web-service resource is made of, and the small notation in which `resources` declares it.

One line of the notation is one field, in the order in which QloApps prints them:

    name kind [req] [ro] [dyn] [hide] [>resource] [max:N] [valid:rule] [=default]

`req` must be present in a POST or PUT, `ro` must be absent, `dyn` is computed (no filter), `hide` is stored but not shown,
A rule of `none` stands for no rule where the kind would bring one.

`>resource` is the target of the XML link (`{id}` in it is the record's own id), the default may contain no blank. A `number` is
a bare number in JSON where all others are texts; a `picture` is false while there is none; a `null` column may hold nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

NO_DATE: Final = "0000-00-00"
NO_INSTANT: Final = "0000-00-00 00:00:00"
LARGEST: Final = 2**63 - 1
LARGEST_AMOUNT: Final = 1e12

_SQL_TYPE: Final[Mapping[str, str]] = {
    "id": "INTEGER",
    "int": "INTEGER",
    "number": "INTEGER",
    "picture": "INTEGER",
    "price": "REAL",
    "price2": "REAL",
    "dec3": "REAL",
    "text": "TEXT COLLATE mysql",
    "null": "TEXT COLLATE mysql",
    "i18n": "TEXT COLLATE mysql",
    "date": "TEXT",
    "instant": "TEXT",
}
_DECIMALS: Final[Mapping[str, int]] = {"price": 6, "price2": 2, "dec3": 3}
_EMPTY: Final[Mapping[str, Any]] = {
    "id": 0,
    "int": 0,
    "number": 0,
    "picture": 0,
    "price": 0.0,
    "price2": 0.0,
    "dec3": 0.0,
    "text": "",
    "null": None,
    "i18n": "",
    "date": NO_DATE,
    "instant": NO_INSTANT,
}
_FORMAT: Final[Mapping[str, str]] = {"id": "isUnsignedId", "price": "isPrice", "date": "isDate", "instant": "isDate"}


@frozen
class Field:
    """One field: `kind` decides its column, its default and how its value is written."""

    name: str
    kind: str
    required: bool = False
    read_only: bool = False
    dynamic: bool = False
    hidden: bool = False
    link: str = ""
    max_size: int = 0
    rule: str = ""
    default: Any = None
    unmarked: bool = False

    @property
    def column(self) -> str:
        """The column's definition in SQL."""
        default = "NULL" if self.default is None else _literal(self.default)
        return f'"{self.name}" {_SQL_TYPE[self.kind]} DEFAULT {default}'

    @property
    def format(self) -> str:
        """The validation rule a synopsis shows."""
        return "" if self.rule == "none" else self.rule or _FORMAT.get(self.kind, "")

    @property
    def shows_not_filterable(self) -> bool:
        """Whether XML marks it, which it does for most, not all, of what cannot be filtered."""
        return self.dynamic and not self.unmarked

    @property
    def is_date_of_record(self) -> bool:
        """Whether `date=1` is needed to filter or sort by it."""
        return self.name in {"date_add", "date_upd"}

    def text(self, value: Any) -> str | None:
        """How a stored *value* is printed: amounts with their fixed decimals, None stays None."""
        if value is None:
            return None
        if self.kind in _DECIMALS:
            return f"{float(value):.{_DECIMALS[self.kind]}f}"
        return str(value)

    def json(self, value: Any) -> Any:
        """How a stored *value* appears in JSON: a text, but for the kinds that are not."""
        if self.kind == "number":
            return int(value)
        if self.kind == "picture" and not value:
            return False
        return self.text(value)

    def stored(self, text: str | None) -> Any:
        """What MySQL keeps of a *text*: the leading digits of a number, all of an instant, an empty value for nothing."""
        if text is None or (text == "" and self.kind not in {"text", "i18n"}):
            return _EMPTY[self.kind]
        if _SQL_TYPE[self.kind] == "INTEGER":
            return whole_number(text)
        if self.kind in _DECIMALS:
            return round(max(-LARGEST_AMOUNT, min(LARGEST_AMOUNT, leading_number(text))), _DECIMALS[self.kind])
        if self.kind == "instant":
            return text if len(text) > len(NO_DATE) else f"{text} 00:00:00"
        if self.kind == "date":
            return text[: len(NO_DATE)]
        return storable(text)


@frozen
class Association:
    """A list of ids (or small records) inside a record; *query* is SQL whose parameters are the record's own fields."""

    name: str
    node: str
    query: str
    link: str = ""
    attributes: str = ""
    virtual: bool = False


@frozen
class Resource:
    """
    One resource of the web service.

    `list_node` and `item_node` are the element names; `id_is_text` tells whether JSON shows the id as a string; `model` is the
    PHP class named in validation errors; `order` is the order of rows when no sort is asked (an index of the real table).
    """

    name: str
    item_node: str
    fields: tuple[Field, ...]
    list_node: str
    table: str
    model: str = ""
    id_is_text: bool = False
    order: str = "id"
    associations: tuple[Association, ...] = ()
    forbidden: frozenset[str] = frozenset()
    by_name: Mapping[str, Field] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name: each for each in self.fields})

    @property
    def shown(self) -> tuple[Field, ...]:
        """The fields a full display prints."""
        return tuple(each for each in self.fields if not each.hidden)

    @property
    def ddl(self) -> str:
        """The table."""
        columns = ", ".join(each.column for each in self.fields)
        return f'CREATE TABLE IF NOT EXISTS "{self.table}" (id INTEGER PRIMARY KEY AUTOINCREMENT, {columns})'


def resource(
    name: str,
    item: str,
    notation: str,
    *associations: Association,
    list_node: str = "",
    model: str = "",
    id_is_text: bool = False,
    order: str = "id",
) -> Resource:
    """A resource whose fields are written in the module's *notation*; its list node is its name unless another is given."""
    return Resource(
        name=name,
        item_node=item,
        fields=parse_fields(notation),
        list_node=list_node or name,
        table=name,
        model=model,
        id_is_text=id_is_text,
        order=order,
        associations=associations,
    )


def linked(name: str, node: str, link: str = "") -> Association:
    """Ids kept in the table of links: what the emulator shows but does not act on (pictures, features, groups)."""
    query = f"SELECT target AS id FROM links WHERE owner = :resource AND owner_id = :id AND name = '{name}' ORDER BY rowid"
    return Association(name, node, query, link or name)


def parse_fields(notation: str) -> tuple[Field, ...]:
    """The fields written in the module's *notation*."""
    return tuple(_parse(line.split()) for line in notation.strip().splitlines())


def _parse(words: list[str]) -> Field:
    name, kind, *rest = words
    options: dict[str, Any] = {"default": _EMPTY[kind]}
    for word in rest:
        if word.startswith(">"):
            options["link"] = word[1:]
        elif word.startswith("="):
            options["default"] = _typed(kind, word[1:])
        elif word.startswith("max:"):
            options["max_size"] = int(word[4:])
        elif word.startswith("valid:"):
            options["rule"] = word[6:]
        else:
            options[
                {"req": "required", "ro": "read_only", "dyn": "dynamic", "hide": "hidden", "unmarked": "unmarked"}[word]
            ] = True
    return Field(name, kind, **options)


def _typed(kind: str, text: str) -> Any:
    if _SQL_TYPE[kind] == "INTEGER":
        return int(text)
    return float(text) if kind in _DECIMALS else text


def _literal(value: Any) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def leading_number(text: str) -> float:
    """The number a text begins with, 0 when it begins with none: how MySQL casts."""
    best = 0.0
    stripped = text.strip()
    for end in range(1, min(len(stripped), 40) + 1):
        try:
            best = float(stripped[:end])
        except ValueError:
            if end > 1 or stripped[0] not in "+-.":
                break
    return best if best == best and abs(best) != float("inf") else 0.0  # noqa: PLR0124 - NaN differs from itself


def whole_number(text: str) -> int:
    """The whole number a text begins with, as far as a column holds it."""
    return max(-LARGEST, min(LARGEST, int(leading_number(text))))


def storable(text: str) -> str:
    """A text as a three-byte UTF-8 column keeps it: each longer character becomes four question marks."""
    return "".join("????" if ord(character) > 0xFFFF else character for character in text)
