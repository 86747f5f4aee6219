from collections.abc import Awaitable, Callable

import httpx
import pytest

pytestmark = pytest.mark.anyio

Book = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def three(book: Book, client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a shop with the orders 1 `t:R1`, 2 `t:R2` and 3 `Café `."""
    for source in ("t:R1", "t:R2", "Café"):
        assert (await book(source)).status_code == 200
    return client


async def ids(client: httpx.AsyncClient, **params: str) -> list[int]:
    answer = await client.get("/api/orders", params=params)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["orders"]] if answer.json() else []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[t:R1]", [1]),
        ("[T:r1]", [1]),
        ("[t:R1  ]", [1]),
        ("[cafe]", [3]),
        ("t:R2", [2]),
        ("[t:R1|t:R2]", [1, 2]),
        ("![t:R1|t:R2]", [3]),
        ("[t:]%", [1, 2]),
        ("%[R2]", [2]),
        ("%[:r]%", [1, 2]),
        (">[t:R1]", [2]),
        ("<[t:R1]", [3]),
        ("[t:]", []),
        ("[t:R[1]", [1, 2, 3]),  # a bracket in the value and the filter is gone
        ("[x[y]z]", [1, 2, 3]),
        ("[t:R1,t:R2]", []),  # a comma is a range only between numbers and dates
    ],
)
async def test_filters_on_text(three: httpx.AsyncClient, value: str, expected: list[int]) -> None:
    assert await ids(three, **{"filter[source]": value, "sort": "[id_ASC]"}) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("[2,3]", [2, 3]), ("[3|1]", [1, 3]), (">[1]", [2, 3]), ("[2x]", [2]), ("[x]", [])]
)
async def test_filters_on_numbers(three: httpx.AsyncClient, value: str, expected: list[int]) -> None:
    assert await ids(three, **{"filter[id]": value, "sort": "id_ASC"}) == expected


async def test_days_are_midnights_in_filters_on_instants(three: httpx.AsyncClient) -> None:
    for sign, expected in ((">", [1, 2, 3]), ("<", [])):
        assert await ids(three, **{"filter[date_add]": f"{sign}[2026-11-21]", "date": "1", "sort": "[id_ASC]"}) == expected


@pytest.mark.parametrize(("limit", "expected"), [("2", [3, 2]), ("1,1", [2]), ("0", []), ("5,5", [])])
async def test_limits_take_an_offset_first(three: httpx.AsyncClient, limit: str, expected: list[int]) -> None:
    assert await ids(three, sort="[id_DESC]", limit=limit) == expected


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"filter[nope]": "[1]"}, 32),
        ({"filter[date_add]": "[1]"}, 32),
        ({"filter[id]": ""}, 33),
        ({"filter[transaction_id]": "[1]"}, 34),
        ({"display": "[id,nope]"}, 35),
        ({"display": "nope"}, 36),
        ({"sort": "[id]"}, 37),
        ({"sort": "[nope_ASC]"}, 38),
        ({"sort": "[date_add_ASC]"}, 38),
        ({"limit": "1,2,3"}, 39),
        ({"language": "[1|9]"}, 81),
    ],
)
async def test_wrong_parameters_are_refused_with_their_codes(
    client: httpx.AsyncClient, params: dict[str, str], code: int
) -> None:
    answer = await client.get("/api/orders", params=params)
    assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (400, [code])


async def test_fields_come_in_the_order_of_the_resource(three: httpx.AsyncClient) -> None:
    shown = (await three.get("/api/orders", params={"display": "[source,bookings[id],id]", "limit": "1"})).json()
    assert list(shown["orders"][0]) == ["id", "source", "associations"]


async def test_an_empty_list_is_an_empty_array_in_json_and_an_empty_node_in_xml(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/orders")).text == "[]"
    assert "<orders>\n</orders>" in (await client.get("/api/orders", params={"output_format": "XML"})).text


async def test_the_bookings_list_ignores_every_parameter(three: httpx.AsyncClient) -> None:
    answer = await three.get("/api/bookings", params={"limit": "1", "filter[source]": "[nope]", "display": "full"})
    assert answer.json() == {"bookings": [{"id": 1}, {"id": 2}, {"id": 3}]}
