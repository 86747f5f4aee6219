from datetime import UTC, date, datetime

import httpx
import pytest

from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.emulators.qloapps.filling import open_store
from hotel_agent.emulators.qloapps.generated import generated_shop
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.server import RunningEmulator, running
from hotel_agent.emulators.qloapps.shop import bilingual

pytestmark = pytest.mark.anyio

KEY = "GENERATEDKEY00000000000000000001"


def test_a_generated_shop_is_the_same_for_the_same_seed() -> None:
    assert generated_shop(3, key=KEY, hotels=4) == generated_shop(3, key=KEY, hotels=4)
    assert generated_shop(3, key=KEY) != generated_shop(4, key=KEY)


@pytest.mark.parametrize(("hotels", "rooms"), [(1, 1), (3, 7), (2, 200)])
def test_a_generated_shop_has_the_rooms_asked_for(hotels: int, rooms: int) -> None:
    store = open_store(generated_shop(9, key=KEY, hotels=hotels, rooms=rooms), None, lambda: datetime(2026, 11, 21, tzinfo=UTC))
    counts = store.rows("SELECT id_hotel, count(*) AS rooms FROM hotel_rooms GROUP BY id_hotel ORDER BY id_hotel")
    assert counts == [{"id_hotel": number, "rooms": rooms} for number in range(1, hotels + 1)]


@pytest.mark.parametrize(("hotels", "rooms"), [(501, 1), (1, 201), (0, 1)])
def test_a_generated_shop_has_bounds(hotels: int, rooms: int) -> None:
    with pytest.raises(ValueError, match="hotels of"):
        generated_shop(1, key=KEY, hotels=hotels, rooms=rooms)


async def test_the_host_must_be_the_domain_of_the_shop() -> None:
    async with (
        running(recorded_shop(domain="pms.example.com")) as emulator,
        httpx.AsyncClient(auth=(emulator.key, "")) as client,
    ):
        away = await client.post(f"{emulator.url}/api/bookings?output_format=JSON", content=b"{}")
        assert (away.status_code, away.headers["location"]) == (
            302,
            "http://pms.example.com/index.php?url=bookings&output_format=JSON",
        )
        there = await client.get(f"{emulator.url}/api/hotels", headers={"Host": "pms.example.com"})
        assert 'xlink:href="http://pms.example.com/api/hotels/1"' in there.text


async def test_a_second_language_makes_lists_of_names_until_one_is_chosen(
    emulator: RunningEmulator, client: httpx.AsyncClient
) -> None:
    emulator.app.behave(Behaviour(second_language=True, second_currency=True))
    params = {"display": "[name]", "filter[id]": "[1]"}
    both = (await client.get("/api/room_types", params=params)).json()
    one = (await client.get("/api/room_types", params=params | {"language": "2"})).json()
    names = [{"id": "1", "value": "General Rooms"}, {"id": "2", "value": "General Rooms"}]
    assert (both["room_types"][0]["name"], one["room_types"][0]["name"]) == (names, "General Rooms")
    assert len((await client.get("/api/currencies")).json()["currencies"]) == 2


def test_a_bilingual_shop_has_both_from_the_start() -> None:
    store = open_store(bilingual(recorded_shop()), None, lambda: datetime(2026, 11, 21, tzinfo=UTC))
    assert [row["iso_code"] for row in store.rows("SELECT iso_code FROM languages ORDER BY id")] == ["en", "fr"]
    assert store.value("SELECT conversion_rate FROM currencies WHERE iso_code = 'eur' COLLATE mysql") == 0.9


async def test_hotels_are_searched_one_by_one() -> None:
    shop = generated_shop(2, key=KEY, hotels=2, rooms=12)
    async with running(shop) as emulator, httpx.AsyncClient(base_url=emulator.url, auth=(KEY, "")) as client:
        totals = []
        for number in (1, 2):
            stay = f"<date_from>{date(2027, 5, 1)}</date_from><date_to>{date(2027, 5, 4)}</date_to>"
            body = f"<qloapps><hotel_ari><id_hotel>{number}</id_hotel>{stay}</hotel_ari></qloapps>"
            answer = await client.post("/api/hotel_ari?output_format=JSON", content=body)
            totals.append(answer.json()["hotel_ari"]["total_rooms"])
    assert totals == [12, 12]
