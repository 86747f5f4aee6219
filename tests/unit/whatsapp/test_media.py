import hashlib

import httpx
import pytest
from attrs import evolve

from hotel_agent.adapters.whatsapp.account import WhatsAppAccount
from hotel_agent.adapters.whatsapp.client import GraphClient
from hotel_agent.adapters.whatsapp.media import LONGEST_VOICE, File, MediaLibrary, VoiceLibrary, limit_of
from hotel_agent.domain.errors import InvalidValue, MalformedReply, NotFound, Rejected, Unavailable
from hotel_agent.domain.ids import TenantId
from hotel_agent.emulators.whatsapp.behaviour import Fault, FaultKind
from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.ports.speech import Recording

pytestmark = pytest.mark.anyio

RECEIPT = b"\xff\xd8\xff the proof of a payment"


@pytest.fixture
def library(graph: GraphClient, account: WhatsAppAccount) -> MediaLibrary:
    return MediaLibrary(graph, account)


def replying(account: WhatsAppAccount, **told: object) -> tuple[httpx.AsyncClient, list[str]]:
    """Stand in for a Graph API that tells *told* of every file, and for where the files are."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if request.url.host == "files.example":
            return httpx.Response(200, content=RECEIPT)
        return httpx.Response(200, json={"url": "https://files.example/1", "mime_type": "image/jpeg", **told})

    assert account.token
    return httpx.AsyncClient(transport=httpx.MockTransport(answer)), asked


async def test_guests_file_comes_in_two_steps(library: MediaLibrary, emulator: WhatsAppEmulator) -> None:
    file = emulator.platform.attach(RECEIPT, "image/jpeg")
    assert await library.download(file.id) == File(content=RECEIPT, mime="image/jpeg")


async def test_file_that_is_not_there_is_not_found(library: MediaLibrary) -> None:
    with pytest.raises((NotFound, Unavailable)):
        await library.download("424242")


@pytest.mark.parametrize("media_id", ["", "../me", "1/2", "é"])
async def test_what_is_no_id_is_not_asked_for(library: MediaLibrary, emulator: WhatsAppEmulator, media_id: str) -> None:
    with pytest.raises(InvalidValue):
        await library.download(media_id)
    assert len(emulator.seen) == 0


async def test_file_that_is_announced_as_too_large_is_not_fetched(account: WhatsAppAccount) -> None:
    http, asked = replying(account, file_size=6 * 1024 * 1024)
    async with http:
        with pytest.raises(MalformedReply, match="more than"):
            await MediaLibrary(GraphClient(http), account).download("1")
    assert asked == ["graph.facebook.com"]


async def test_file_that_turns_out_too_large_is_not_read_to_its_end(account: WhatsAppAccount) -> None:
    http, _ = replying(account)
    async with http:
        with pytest.raises(MalformedReply, match="more than 10 bytes"):
            await MediaLibrary(GraphClient(http), account).download("1", most_bytes=10)


@pytest.mark.parametrize("digest", [hashlib.sha256(RECEIPT).hexdigest(), "x" * 44])
async def test_file_is_what_meta_says_it_is(account: WhatsAppAccount, digest: str) -> None:
    http, _ = replying(account, sha256=digest)
    library = MediaLibrary(GraphClient(http), account)
    async with http:
        if digest.startswith("x"):
            with pytest.raises(MalformedReply, match="announced"):
                await library.download("1")
        else:
            assert (await library.download("1")).content == RECEIPT


async def test_after_15_failures_in_an_hour_meta_is_not_asked(library: MediaLibrary, emulator: WhatsAppEmulator) -> None:
    emulator.add_faults(Fault(FaultKind.ERROR, times=None, code=131052))
    for _ in range(20):
        with pytest.raises(Unavailable):
            await library.download("1")
    assert len(emulator.seen) == 15


async def test_file_for_guests_is_uploaded_and_sent_by_its_id(library: MediaLibrary, emulator: WhatsAppEmulator) -> None:
    media_id = await library.upload(File(content=RECEIPT, mime="image/jpeg"), "pago.jpg")
    assert (await library.download(media_id)).content == RECEIPT
    assert [seen.status for seen in emulator.seen] == [200] * 3


async def test_file_over_its_kinds_limit_is_not_uploaded(library: MediaLibrary, emulator: WhatsAppEmulator) -> None:
    with pytest.raises(InvalidValue, match="at most"):
        await library.upload(File(content=b"x" * (limit_of("image/png") + 1), mime="image/png"), "x.png")
    assert len(emulator.seen) == 0


async def test_file_that_meta_does_not_take_is_refused(library: MediaLibrary) -> None:
    with pytest.raises(Rejected):
        await library.upload(File(content=b"x", mime="application/x-unheard-of"), "x.bin")


async def test_wrong_token_gets_nothing(graph: GraphClient, account: WhatsAppAccount, emulator: WhatsAppEmulator) -> None:
    file = emulator.platform.attach(RECEIPT, "image/jpeg")
    with pytest.raises(Unavailable):
        await MediaLibrary(graph, evolve(account, token="EAA-other")).download(file.id)


@pytest.mark.parametrize(
    ("mime", "megabytes"), [("image/jpeg", 5), ("audio/ogg; codecs=opus", 16), ("video/mp4", 16), ("application/pdf", 100)]
)
def test_limits_are_metas(mime: str, megabytes: int) -> None:
    assert limit_of(mime) == megabytes * 1024 * 1024


async def test_recording_comes_from_the_number_of_the_hotel_that_it_was_sent_to(
    graph: GraphClient, account: WhatsAppAccount, emulator: WhatsAppEmulator
) -> None:
    file = emulator.platform.attach(b"OggS hola", "audio/ogg; codecs=opus")
    voices = VoiceLibrary(graph, [account])
    assert await voices.fetch(account.tenant, file.id) == Recording(content=b"OggS hola", mime="audio/ogg; codecs=opus")
    with pytest.raises(NotFound):
        await voices.fetch(TenantId("another"), file.id)


async def test_recording_that_goes_on_for_too_long_is_not_fetched(account: WhatsAppAccount) -> None:
    http, asked = replying(account, file_size=LONGEST_VOICE + 1)
    async with http:
        with pytest.raises(MalformedReply, match="more than"):
            await VoiceLibrary(GraphClient(http), [account]).fetch(account.tenant, "1")
    assert asked == ["graph.facebook.com"]
