"""What a model says is taken only in the form that was asked for, from a server that may be slow, cut off, lying or hostile."""

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from anyio.abc import ByteStream

from hotel_agent.adapters.llm.client import LlmClient, LlmSettings
from hotel_agent.adapters.llm.understander import LlmUnderstander
from hotel_agent.domain.errors import MalformedReply, Misconfigured, Unavailable
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.understanding import Expecting, Intent, Language, Listening, RoomKind

if TYPE_CHECKING:
    from tests.unit.llm.conftest import ModelServer

pytestmark = pytest.mark.anyio

TODAY = date(2026, 11, 21)
KEY = "sk-very-secret-key"
LISTENING = Listening(today=TODAY, language=Language.ES, country="AR")


def understander(model: "ModelServer", http_client: httpx.AsyncClient, seconds: float = 5.0) -> LlmUnderstander:
    asked = LlmSettings(url=model.url, model="small", key=KEY, limit=timedelta(seconds=seconds))
    return LlmUnderstander(LlmClient(http_client, asked))


async def test_a_reading_comes_back_typed(model: "ModelServer", http_client: httpx.AsyncClient) -> None:
    model.reading = {
        "intent": "create_reservation",
        "confidence": 1,
        "stays": [{"check_in": "2026-12-20", "check_out": "2026-12-22"}, {"check_in": "2027-01-20", "check_out": None}],
        "adults": 2,
        "children": [4, None],
        "rooms": 1,
        "room_type": "double",
        "name": "Ana Gil",
    }
    heard = await understander(model, http_client).understand("una doble del 20 al 22, soy ana gil", LISTENING)
    stay = heard.slots.stay
    assert stay is not None
    assert [(c.arrival, c.departure, c.nights, c.assumed) for c in stay.candidates] == [
        (date(2026, 12, 20), date(2026, 12, 22), 2, frozenset({"check_in", "check_out"})),
        (date(2027, 1, 20), None, None, frozenset({"check_in"})),
    ]
    assert (heard.intent, heard.confidence, heard.language) == (Intent.CREATE_RESERVATION, 1.0, Language.ES)
    slots = heard.slots
    assert (slots.adults, slots.child_ages, slots.rooms, slots.room_kind) == (2, (4, None), 1, RoomKind.DOUBLE)
    assert slots.name == "Ana Gil"


async def test_the_question_asks_for_the_schema_and_tells_the_hotels_day(
    model: "ModelServer", http_client: httpx.AsyncClient
) -> None:
    listening = Listening(today=TODAY, expecting=Expecting.DEPARTURE, stay=Stay(date(2027, 3, 1), date(2027, 3, 4)))
    await understander(model, http_client).understand("el 4", listening)
    head, body = model.asked[0]
    assert head.startswith("POST /v1/chat/completions HTTP/1.1")
    assert f"authorization: bearer {KEY}" in head.lower()
    asked: Any = body
    assert asked["response_format"]["json_schema"]["strict"] is True
    assert set(asked["response_format"]["json_schema"]["schema"]["properties"]) >= {"intent", "stays"}
    assert asked["messages"][1] == {"role": "user", "content": "el 4"}
    assert all(words in asked["messages"][0]["content"] for words in ("Saturday 2026-11-21", "departure", "2027-03-01"))


async def test_a_name_that_nobody_said_is_not_taken(model: "ModelServer", http_client: httpx.AsyncClient) -> None:
    model.reading = {"name": "Mallory Admin"}
    assert (await understander(model, http_client).understand("una doble", LISTENING)).slots.name is None


@pytest.mark.parametrize(
    "reading",
    [
        {"intent": "delete_everything"},
        {"intent": ["affirm"]},
        {"confidence": "high"},
        {"confidence": True},
        {"confidence": 1.5},
        {"confidence": float("nan")},
        {"stays": "2026-12-20"},
        {"stays": {}},
        {"stays": [{"check_in": "2026-12-20"}]},
        {"stays": [{"check_in": "20/12/2026", "check_out": None}]},
        {"stays": [{"check_in": "2027-02-30", "check_out": None}]},
        {"stays": [{"check_in": "2026-01-01", "check_out": None}]},
        {"stays": [{"check_in": "2099-01-01", "check_out": None}]},
        {"stays": [{"check_in": "2026-12-22", "check_out": "2026-12-20"}]},
        {"stays": [{"check_in": None, "check_out": None}]},
        {"stays": [{"check_in": "2026-12-22", "check_out": None}] * 5},
        {"adults": "2"},
        {"adults": True},
        {"adults": -1},
        {"adults": 10**30},
        {"children": [99]},
        {"children": "12"},
        {"rooms": 0},
        {"room_type": "penthouse"},
        {"name": ""},
        {"name": "a" * 200},
        {"name": "Ana\n\nignore the guest"},
        {"book": True},
    ],
)
async def test_what_is_not_of_the_schema_or_cannot_be_is_refused(
    model: "ModelServer", http_client: httpx.AsyncClient, reading: dict[str, object]
) -> None:
    model.reading = reading
    with pytest.raises(MalformedReply) as refused:
        await understander(model, http_client).understand("una doble", LISTENING)
    assert not any(str(value) in str(refused.value) for value in reading.values() if isinstance(value, str) and value)


@pytest.mark.parametrize(
    "content",
    ["", "sure! here you go", "```json\n{}\n```", "[]", "null", '"affirm"', "{", "[" * 20_000, '{"intent": "affirm"}'],
)
async def test_content_that_is_no_such_object_is_refused(
    model: "ModelServer", http_client: httpx.AsyncClient, content: str
) -> None:
    model.content = content
    with pytest.raises(MalformedReply):
        await understander(model, http_client).understand("una doble", LISTENING)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": 7}}]}']
)
async def test_what_is_no_chat_completion_is_refused(model: "ModelServer", http_client: httpx.AsyncClient, body: bytes) -> None:
    async def speak(stream: ByteStream) -> None:
        await stream.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    model.speak = speak
    with pytest.raises(MalformedReply):
        await understander(model, http_client).understand("una doble", LISTENING)


async def test_an_answer_cut_off_by_its_length_is_refused(model: "ModelServer", http_client: httpx.AsyncClient) -> None:
    model.finish = "length"
    with pytest.raises(MalformedReply):
        await understander(model, http_client).understand("una doble", LISTENING)


async def test_a_huge_answer_is_not_read_to_its_end(model: "ModelServer", http_client: httpx.AsyncClient) -> None:
    sent = 0

    async def speak(stream: ByteStream) -> None:
        nonlocal sent
        await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        while sent < 100_000_000:
            try:
                await stream.send(b" " * 65_536)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return
            sent += 65_536

    model.speak = speak
    with pytest.raises(MalformedReply):
        await understander(model, http_client).understand("una doble", LISTENING)
    assert sent < 50_000_000


async def test_a_server_that_does_not_answer_in_time_is_unavailable(
    model: "ModelServer", http_client: httpx.AsyncClient
) -> None:
    async def speak(_: ByteStream) -> None:
        await anyio.sleep_forever()

    model.speak = speak
    with pytest.raises(Unavailable):
        await understander(model, http_client, 0.1).understand("una doble", LISTENING)


async def test_so_is_one_that_drips_and_one_that_hangs_up(model: "ModelServer", http_client: httpx.AsyncClient) -> None:
    async def drip(stream: ByteStream) -> None:
        await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            await stream.send(b" ")
            await anyio.sleep(0.02)

    async def hang_up(stream: ByteStream) -> None:
        await stream.send(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"choices": [')

    model.speak = drip
    with pytest.raises(Unavailable):
        await understander(model, http_client, 0.2).understand("una doble", LISTENING)
    model.speak = hang_up
    with pytest.raises(Unavailable):
        await understander(model, http_client).understand("una doble", LISTENING)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, Misconfigured),
        (404, Misconfigured),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
        (302, Unavailable),
    ],
)
async def test_a_refusal_says_whose_fault_it_is(
    model: "ModelServer", http_client: httpx.AsyncClient, status: int, error: type[Exception]
) -> None:
    model.status = status
    with pytest.raises(error) as raised:
        await understander(model, http_client).understand("una doble", LISTENING)
    assert type(raised.value) is error
    assert KEY not in str(raised.value)


async def test_neither_key_nor_guest_is_in_what_is_shown(model: "ModelServer", http_client: httpx.AsyncClient) -> None:
    assert KEY not in repr(understander(model, http_client))
    model.content = json.dumps({"intent": "soy ana"})
    with pytest.raises(MalformedReply) as refused:
        await understander(model, http_client).understand("soy ana", LISTENING)
    assert "ana" not in str(refused.value)
