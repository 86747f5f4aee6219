import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from time import perf_counter
from typing import Any

import httpx
import pytest

from hotel_agent.emulators.qloapps.behaviour import Behaviour, Fault, FaultKind, behaviour_from
from hotel_agent.emulators.qloapps.server import RunningEmulator

pytestmark = pytest.mark.anyio

Book = Callable[..., Awaitable[httpx.Response]]


def orders(emulator: RunningEmulator) -> int:
    return int(emulator.app.store.value("SELECT count(*) FROM orders"))


def strike(emulator: RunningEmulator, kind: FaultKind, **more: Any) -> None:
    emulator.app.add_faults(Fault(kind, "POST", "bookings", **more))


@pytest.mark.parametrize(("kind", "made"), [(FaultKind.CUT_BEFORE, 0), (FaultKind.CUT_AFTER, 1), (FaultKind.CUT_BODY, 1)])
async def test_a_cut_connection_leaves_the_client_without_an_answer(
    emulator: RunningEmulator, book: Book, kind: FaultKind, made: int
) -> None:
    strike(emulator, kind)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await book()
    assert orders(emulator) == made
    assert (await book()).status_code == 200
    assert [(seen.resource, seen.faults) for seen in emulator.app.seen] == [("bookings", (kind,)), ("bookings", ())]


async def test_an_answer_cut_in_its_body_begins_as_usual(emulator: RunningEmulator, client: httpx.AsyncClient) -> None:
    emulator.app.add_faults(Fault(FaultKind.CUT_BODY))
    async with client.stream("GET", "/api/hotels") as answer:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        with pytest.raises(httpx.RemoteProtocolError):
            await answer.aread()


async def test_a_500_after_the_work_reports_only_notices(emulator: RunningEmulator, book: Book) -> None:
    strike(emulator, FaultKind.ERROR_AFTER)
    answer = await book()
    assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (500, [5])
    assert len(emulator.app.live_lines()) == 1


async def test_a_fatal_error_is_a_200_that_did_nothing(emulator: RunningEmulator, book: Book) -> None:
    strike(emulator, FaultKind.FATAL)
    answer = await book()
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, "Fatal error", "text/html; charset=utf-8")
    assert orders(emulator) == 0


async def test_a_zombie_is_an_order_without_rooms_in_state_0(emulator: RunningEmulator, book: Book) -> None:
    strike(emulator, FaultKind.ZOMBIE)
    answer = await book("t:zombie")
    assert (answer.status_code, answer.content) == (500, b"")
    found = emulator.app.store.row("SELECT * FROM orders WHERE source = 't:zombie'") or {}
    assert (found["current_state"], emulator.app.live_lines()) == (0, [])


async def test_a_walk_in_takes_the_rooms_between_search_and_booking(emulator: RunningEmulator, book: Book) -> None:
    strike(emulator, FaultKind.WALK_IN)
    answer = await book(rooms=2)
    assert answer.json()["errors"] == [{"code": 404, "message": "Requested room(s) not available."}]
    assert [line["id_room"] for line in emulator.app.live_lines()] == [1, 2, 3, 4]
    assert (await book("t:2")).status_code == 200


async def test_a_walk_in_takes_the_very_room_that_is_asked_for(emulator: RunningEmulator, book: Book) -> None:
    strike(emulator, FaultKind.WALK_IN)
    answer = await book(line={"rooms": [{"id_room": 3, "adult": 2, "id_tax_rules_group": 1}]})
    assert answer.status_code == 400
    assert [line["id_room"] for line in emulator.app.live_lines()] == [3]


async def test_rooms_can_be_taken_in_process(emulator: RunningEmulator, book: Book) -> None:
    assert emulator.app.walk_in(1, date(2027, 5, 1), date(2027, 5, 3), count=9) == [1, 2, 3, 4, 5]
    assert (await book()).status_code == 400


async def test_slowness_lasts_for_the_requests_it_is_meant_for(emulator: RunningEmulator, client: httpx.AsyncClient) -> None:
    emulator.app.add_faults(Fault(FaultKind.SLOW, "GET", "hotels", times=2, seconds=0.2))
    durations = []
    for _ in range(3):
        started = perf_counter()
        await client.get("/api/hotels")
        durations.append(perf_counter() - started)
    assert [duration >= 0.2 for duration in durations] == [True, True, False]


async def test_chance_faults_repeat_with_their_seed(emulator: RunningEmulator, client: httpx.AsyncClient) -> None:
    runs = []
    for _ in range(2):
        fault = Fault(FaultKind.SWITCHED_OFF, times=None, probability=0.5)
        emulator.app.behave(Behaviour(faults=(fault,), seed=11))
        runs.append([(await client.get("/api/hotels")).status_code for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


async def test_a_client_that_hangs_up_does_not_stop_the_creation(
    emulator: RunningEmulator, client: httpx.AsyncClient, make: Any
) -> None:
    emulator.app.behave(Behaviour(latency=0.5))
    with pytest.raises(httpx.ReadTimeout):
        await client.post("/api/bookings", json=make("t:gone"), timeout=0.02)
    assert orders(emulator) == 0
    await emulator.app.drain()
    assert (orders(emulator), len(emulator.app.live_lines())) == (1, 1)


async def test_a_request_that_never_arrived_whole_is_not_worked_on(emulator: RunningEmulator) -> None:
    _, writer = await asyncio.open_connection(emulator.host, emulator.port)
    writer.write(b"POST /api/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await emulator.app.drain()
    assert list(emulator.app.seen) == []


async def test_the_database_may_be_down(emulator: RunningEmulator, client: httpx.AsyncClient) -> None:
    emulator.app.behave(Behaviour(database_down=True))
    answer = await client.get("/api/hotels")
    assert (answer.status_code, answer.headers["content-type"], "psws-version" in answer.headers) == (
        500,
        "text/html; charset=utf-8",
        False,
    )


@pytest.mark.parametrize(("tax_included", "status"), [(False, 500), (True, 200)])
async def test_noisy_php_hides_bookings_that_were_made(
    emulator: RunningEmulator, book: Book, client: httpx.AsyncClient, status: int, *, tax_included: bool
) -> None:
    emulator.app.behave(Behaviour(noisy=True, tax_included=tax_included))
    assert (await book()).status_code == status
    assert (await client.get("/api/bookings/1")).status_code == status
    assert (await client.get("/api/orders/1")).status_code == 200


async def test_noisy_php_complains_of_rooms_without_tax_group_even_when_prices_show_tax(
    emulator: RunningEmulator, book: Book
) -> None:
    emulator.app.behave(Behaviour(noisy=True, tax_included=True))
    answer = await book(line={"rooms": [{"adult": 2}]})
    assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (500, [5])
    assert len(emulator.app.live_lines()) == 1


async def test_behaviour_is_changed_over_http_where_that_is_allowed(
    emulator: RunningEmulator, client: httpx.AsyncClient
) -> None:
    fault = {"kind": "cut_after", "method": "POST", "resource": "bookings", "times": 1}
    answer = await client.post("/_emulator/behaviour", json={"noisy": True, "faults": [fault], "race_window": 0.01})
    assert answer.status_code == 200
    assert emulator.app.behaviour == Behaviour(
        noisy=True, race_window=0.01, faults=(Fault(FaultKind.CUT_AFTER, "POST", "bookings"),)
    )
    assert (await client.post("/_emulator/behaviour", json={"nois": True})).status_code == 400
    assert (await client.get("/_emulator/statistics")).json()["requests"] == 0


@pytest.mark.parametrize(
    "values", [{"noisy": "yes"}, {"latency": -1}, {"latency": True}, {"faults": [{"kind": "no"}]}, {"x": 1}]
)
def test_impossible_behaviour_is_a_value_error(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        behaviour_from(values, Behaviour())
