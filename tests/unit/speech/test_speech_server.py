"""What a speech server says is taken only in the form that was asked for; it may be slow, cut off, lying or hostile."""

from collections.abc import AsyncIterator
from datetime import timedelta

import anyio
import httpx
import pytest
from anyio.abc import ByteStream

from hotel_agent.adapters.speech.server import SpeechServer, SpeechSettings
from hotel_agent.domain.errors import MalformedReply, Misconfigured, Rejected, Unavailable
from hotel_agent.ports.speech import Recording
from hotel_agent.testing.speech import SpeechHouse, spoken

pytestmark = pytest.mark.anyio

KEY = "sk-very-secret-key"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def house() -> AsyncIterator[SpeechHouse]:
    async with SpeechHouse().serving() as open_house:
        yield open_house


async def transcribe(house: SpeechHouse, recording: Recording, seconds: float = 5.0, key: str = KEY) -> str:
    asked = SpeechSettings(url=house.url, model="small", key=key, limit=timedelta(seconds=seconds))
    async with httpx.AsyncClient(trust_env=False) as http:
        return await SpeechServer(http, asked).transcribe(recording)


@pytest.mark.parametrize(
    ("mime", "file"),
    [("audio/ogg; codecs=opus", "recording.ogg"), ("audio/mp4", "recording.m4a"), ("audio/new", "recording.bin")],
)
async def test_the_question_is_a_form_of_the_protocol(house: SpeechHouse, mime: str, file: str) -> None:
    assert await transcribe(house, Recording(content=spoken("hola").content, mime=mime)) == "hola"
    (asked,) = house.asked
    assert asked.head.startswith("post /v1/audio/transcriptions http/1.1")
    assert f"authorization: bearer {KEY}" in asked.head
    assert asked.form == {"model": "small", "response_format": "json", "temperature": "0"}
    assert (asked.file, asked.mime) == (file, mime.partition(";")[0])


async def test_a_server_of_ones_own_may_want_no_key(house: SpeechHouse) -> None:
    await transcribe(house, spoken("hola"), key="")
    assert "authorization" not in house.asked[0].head


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"text": 7}', b'{"text": null}', b"[" * 20_000])
async def test_what_is_no_transcription_is_refused(house: SpeechHouse, body: bytes) -> None:
    house.body = body or b" "
    with pytest.raises(MalformedReply):
        await transcribe(house, spoken("hola"))


async def test_a_huge_answer_is_not_read_to_its_end(house: SpeechHouse) -> None:
    house.body = b" " * 10_000_000
    with pytest.raises(MalformedReply):
        await transcribe(house, spoken("hola"))


async def test_a_server_that_drips_does_not_answer_in_time(house: SpeechHouse) -> None:
    async def drip(stream: ByteStream) -> None:
        await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            await stream.send(b" ")
            await anyio.sleep(0.02)

    house.speak = drip
    with pytest.raises(Unavailable):
        await transcribe(house, spoken("hola"), 0.2)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Rejected),
        (401, Misconfigured),
        (404, Misconfigured),
        (413, Rejected),
        (422, Rejected),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
        (302, Unavailable),
    ],
)
async def test_a_refusal_says_whose_fault_it_is(house: SpeechHouse, status: int, error: type[Exception]) -> None:
    house.status, house.body = status, f'{{"error": "{KEY} said: mi secreto"}}'.encode()
    with pytest.raises(error) as raised:
        await transcribe(house, spoken("mi secreto"))
    assert type(raised.value) is error
    assert not any(word in str(raised.value) for word in (KEY, "secreto"))


def test_neither_key_nor_recording_is_in_what_is_shown() -> None:
    assert KEY not in repr(SpeechSettings(url="http://x", model="m", key=KEY))
    assert "secreto" not in repr(spoken("mi secreto"))
