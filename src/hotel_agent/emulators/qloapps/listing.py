"""List parameters: filter, sort, limit, display, language (API.md, section 3), with the traps of their syntax."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from attrs import frozen

from hotel_agent.emulators.qloapps.answers import Refused, WireError
from hotel_agent.emulators.qloapps.fields import NO_DATE, Field, Resource, whole_number
from hotel_agent.emulators.qloapps.records import Display
from hotel_agent.emulators.qloapps.store import Row, Store

_FILTER_KEY: Final = re.compile(r"filter\[(.*)\]", re.DOTALL)
# Greedy on purpose, as QloApps has it: with a bracket inside the value the parts say nothing any more, and the filter vanishes.
_PARTS: Final = re.compile(r"(.*)\[(.*)\](.*)", re.DOTALL)
_RANGE: Final = re.compile(r"([\d.:\-\s]+),([\d.:\-\s]+)")
_BRACKETED: Final = re.compile(r"\[(.*)\]", re.DOTALL)
_ID: Final = Field("id", "id")


@frozen
class Query:
    """A list request understood: SQL after the table name, its parameters, and the display (None: ids only)."""

    sql: str
    params: tuple[Any, ...]
    display: Display | None


def _refused(code: int, message: str) -> Refused:
    return Refused(400, WireError(code, message))


def filters_of(params: Mapping[str, str]) -> dict[str, str]:
    """The filters among the *params* of a request, by field."""
    matches = {name: _FILTER_KEY.fullmatch(name) for name in params}
    return {match[1]: params[name] for name, match in matches.items() if match is not None}


def read_query(store: Store, resource: Resource, params: Mapping[str, str]) -> Query:
    """
    What a GET on a list asks for.

    Raises:
        Refused: 400 with one of the codes 32 to 39, or 81.
    """
    with_dates = params.get("date") not in {None, "", "0"}
    languages = languages_of(store, params)
    display = _display(resource, params.get("display", "minimum"), languages)
    conditions, values = _conditions(resource, filters_of(params), with_dates=with_dates)
    order = _order(resource, params["sort"], with_dates=with_dates) if params.get("sort") else resource.order
    limit = _limit(params["limit"]) if params.get("limit") else ""
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    return Query(f"{where} ORDER BY {order}{limit}", tuple(values), display)


def full_display(store: Store, resource: Resource, params: Mapping[str, str]) -> Display:
    """Everything a single record shows."""
    return _display(resource, "full", languages_of(store, params)) or Display((), (), ())


def languages_of(store: Store, params: Mapping[str, str]) -> tuple[int, ...]:
    """
    The ids of the languages to show.

    Raises:
        Refused: 81, the language asked for is not active.
    """
    active = [each["id"] for each in store.rows("SELECT id FROM languages WHERE active = 1 ORDER BY id")]
    wanted = params.get("language")
    if not wanted:
        return tuple(active)
    match = _BRACKETED.fullmatch(wanted)
    inside = match[1] if match else wanted
    ends = re.fullmatch(r"(\d+),(\d+)", inside)
    if match and ends:
        chosen = [each for each in active if int(ends[1]) <= each <= int(ends[2])]
        numbers = {int(ends[1]), int(ends[2])}
    else:
        numbers = {int(each) if each.isdigit() else 0 for each in inside.split("|")}
        chosen = [each for each in active if each in numbers]
    if not chosen or not numbers <= set(active):
        raise _refused(81, "language is not available")
    return tuple(chosen)


def _filterable(resource: Resource, *, with_dates: bool) -> dict[str, Field]:
    shown = {each.name: each for each in resource.shown if with_dates or not each.is_date_of_record}
    return {"id": _ID} | shown


def _conditions(resource: Resource, filters: Mapping[str, str], *, with_dates: bool) -> tuple[list[str], list[Any]]:
    known = _filterable(resource, with_dates=with_dates)
    conditions: list[str] = []
    values: list[Any] = []
    for name, text in filters.items():
        field = known.get(name)
        if field is None:
            close = get_close_matches(name, known, n=1, cutoff=0.0)
            listed = ", ".join(f'"{each}"' for each in known if known[each].kind != "i18n")
            raise _refused(32, f'This filter does not exist. Did you mean: "{close[0]}"? The full list is: {listed}')
        if field.dynamic:
            raise _refused(34, f'The field "{name}" is dynamic. It is not possible to filter GET query with this field.')
        if text == "":
            raise _refused(33, f'The filter "{name}" is malformed.')
        condition, found = _condition(field, text)
        if condition:
            conditions.append(condition)
            values += found
    return conditions, values


def _condition(field: Field, text: str) -> tuple[str, list[Any]]:
    column = f'"{field.name}"'
    match = _PARTS.fullmatch(text)
    if match is None:
        return f"{column} = ?", [_comparable(field, text)]
    before, inside, after = match.groups()
    if "%" in {before, after}:
        return f"{column} LIKE ?", [before + inside + after]
    if after == "" and before == "":
        return _bracketed(field, column, inside)
    if before in {">", "<"}:
        return f"{column} {before} ?", [_comparable(field, inside)]
    if before == "!":
        options = inside.split("|")
        return " AND ".join([f"{column} <> ?"] * len(options)), [_comparable(field, each) for each in options]
    return "", []


def _bracketed(field: Field, column: str, inside: str) -> tuple[str, list[Any]]:
    if inside.find("|") > 0:
        options = inside.split("|")
        return "(" + " OR ".join([f"{column} = ?"] * len(options)) + ")", [_comparable(field, each) for each in options]
    between = _RANGE.fullmatch(inside)
    if between:
        return f"{column} BETWEEN ? AND ?", [_comparable(field, between[1]), _comparable(field, between[2])]
    return f"{column} = ?", [_comparable(field, inside)]


def _comparable(field: Field, text: str) -> Any:
    """A value of a filter as MySQL compares it with the column: numbers by their leading digits, days as midnight."""
    if field.kind in {"text", "null", "i18n"}:
        return text
    if field.kind == "instant":
        return f"{text} 00:00:00" if len(text.strip()) == len(NO_DATE) else text
    if field.kind == "date":
        return text
    return field.stored(text)


def _order(resource: Resource, text: str, *, with_dates: bool) -> str:
    match = _BRACKETED.fullmatch(text)
    known = _filterable(resource, with_dates=with_dates)
    terms = []
    for each in (match[1] if match else text).split(","):
        name, separator, direction = each.rpartition("_")
        if not separator or direction.upper() not in {"ASC", "DESC"}:
            example = '"field_ASC" or \'[field_1_DESC,field_2_ASC,field_3_ASC,...]\' ("field" has to be an available field)'
            raise _refused(37, f'The "sort" value has to be formed as this example: {example}')
        if name not in known:
            listed = ", ".join(each for each in known if known[each].kind != "i18n")
            raise _refused(38, f"Unable to filter by this field. However, these are available: {listed}, for i18n fields:")
        terms.append(f'"{name}" {direction.upper()}')
    return ", ".join(terms)


def _limit(text: str) -> str:
    parts = text.split(",")
    if len(parts) > 2:
        raise _refused(39, 'The "limit" value has to be formed as this example: "5,25" or "10"')
    numbers = [max(whole_number(part), 0) for part in parts]
    return f" LIMIT {numbers[0]}" if len(numbers) == 1 else f" LIMIT {numbers[1]} OFFSET {numbers[0]}"


def _display(resource: Resource, text: str, languages: tuple[int, ...]) -> Display | None:
    if text == "minimum":
        return None
    names = ["id", *(each.name for each in resource.shown)]
    associations = [each.name for each in resource.associations]
    if text == "full":
        return Display(tuple(names), tuple(associations), languages)
    listed = ", ".join(names)
    match = _BRACKETED.match(text)
    if match is None:
        syntax = "You can set 'full' or '[field_1,field_2,field_3,...]'"
        raise _refused(36, f"The 'display' syntax is wrong. {syntax}. These are available: {listed}")
    fields: list[str] = []
    lists: list[str] = []
    for each in re.findall(r"[^,\[\]]+(?:\[[^\]]*\])?", match[1]):
        name = each.split("[")[0]
        if name in associations:
            lists.append(name)
        elif name in names:
            fields.append(name)
        elif name != "full":
            raise _refused(35, f'Unable to display this field "{name}". However, these are available: {listed}')
        else:
            return Display(tuple(names), tuple(associations), languages)
    return Display(tuple(fields), tuple(lists), languages)


def run(store: Store, resource: Resource, query: Query) -> list[Row]:
    """The rows of a *query*."""
    return store.rows(f'SELECT * FROM "{resource.table}" {query.sql}', query.params)
