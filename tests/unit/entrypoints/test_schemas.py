"""Wire classes: the document says what the reader does."""

from typing import Annotated

import pytest
from attrs import frozen

from hotel_agent.entrypoints.http.problems import CODES, FieldProblem, Problem
from hotel_agent.entrypoints.http.schemas import Reader, Text, Whole, schema_of


@frozen(kw_only=True)
class Parcel:
    """A thing that is sent."""

    label: Annotated[str, Text(takes="two small letters", low=2, high=2, pattern="^[a-z]{2}$")]
    weight: Annotated[int, Whole(takes="grams from 1 to 9", low=1, high=9)] = 1
    note: Annotated[str, Text(takes="text")] | None = None


def test_a_wire_class_is_described_as_it_is_read() -> None:
    components: dict[str, dict[str, object]] = {}
    assert schema_of(Parcel, components) == {"$ref": "#/components/schemas/Parcel"}
    assert components["Parcel"] == {
        "type": "object",
        "description": "A thing that is sent.",
        "additionalProperties": False,
        "properties": {
            "label": {
                "type": "string",
                "description": "two small letters",
                "minLength": 2,
                "maxLength": 2,
                "pattern": "^[a-z]{2}$",
            },
            "weight": {"type": "integer", "minimum": 1, "maximum": 9, "description": "grams from 1 to 9"},
            "note": {"type": ["string", "null"], "description": "text"},
        },
        "required": ["label"],
    }


def test_what_fits_is_read() -> None:
    assert Reader(Parcel).read({"label": "ab", "weight": "7", "note": None}) == Parcel(label="ab", weight=7)


def test_every_field_that_does_not_fit_is_told() -> None:
    with pytest.raises(Problem) as caught:
        Reader(Parcel).read({"weight": "70", "note": 1, "size": 2, "two words": 3})
    assert sorted(caught.value.errors, key=lambda error: error.field) == [
        FieldProblem(field="?", problem="is not known here"),
        FieldProblem(field="label", problem="is required"),
        FieldProblem(field="note", problem="takes text"),
        FieldProblem(field="size", problem="is not known here"),
        FieldProblem(field="weight", problem="takes grams from 1 to 9"),
    ]


@pytest.mark.parametrize("label", ["a", "abc", "ab\n", "AB", 5, None, ["ab"], True])
def test_a_field_takes_nothing_else(label: object) -> None:
    with pytest.raises(Problem) as caught:
        Reader(Parcel).read({"label": label})
    assert caught.value.status == 422


@pytest.mark.parametrize("content", [None, [], "x", 1])
def test_only_an_object_is_read(content: object) -> None:
    with pytest.raises(Problem):
        Reader(Parcel).read(content)


def test_a_field_that_says_nothing_of_what_it_takes_cannot_be_read() -> None:
    @frozen
    class Vague:
        anything: str

    with pytest.raises(TypeError):
        Reader(Vague)


def test_every_code_has_an_error_status_and_a_title() -> None:
    assert [code for code, (status, title) in CODES.items() if not 400 <= status < 600 or not title] == []
