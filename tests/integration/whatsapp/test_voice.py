"""
A guest speaks to the hotel: voice notes through the emulated WhatsApp and the agent; a speech server is stopped and started.

Of the service everything is as shipped but the clock, which can be set forward, so that nobody waits for the breaker.
"""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import anyio
import httpx
import pytest
from attrs import define
from tests.integration.in_process import served

from hotel_agent.emulators.whatsapp.chats import Entry
from hotel_agent.emulators.whatsapp.media import file_content
from hotel_agent.entrypoints.serving import address_of, listen
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.testing.clocks import Ahead
from hotel_agent.testing.phones import Phone, emulated_whatsapp, settings_for, words_of
from hotel_agent.testing.speech import SpeechHouse, spoken

pytestmark = pytest.mark.anyio

COOL_DOWN = timedelta(seconds=45)
UNHEARD = "No he podido escuchar tu audio"
CALLS = 'part_calls_total{operation="transcribe",part="speech",status='


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@define
class Scene:
    phone: Phone
    speech: SpeechHouse
    clock: Ahead
    client: httpx.AsyncClient

    async def speak(self, words: str) -> Entry:
        """Send a voice note, and return the first thing that the hotel writes after that."""
        platform, recording = self.phone.meta.platform, spoken(words)
        file = platform.attach(recording.content, recording.mime)
        return await self.phone.answer_to(lambda: platform.write(self.phone.guest, file_content(file, voice=True)))

    async def hears(self) -> bool:
        return "De tu audio he entendido: «hola»" in words_of(await self.speak("hola"))

    async def figure(self, name: str) -> float:
        told = (await self.client.get("/metrics")).text
        found = re.search(rf"^{re.escape(name)} (\S+)$", told, re.MULTILINE)
        return float(found[1]) if found else 0.0

    async def breaker(self) -> float:
        return await self.figure('circuit_breaker_state{part="speech"}')


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    clock, speech = Ahead(), SpeechHouse()
    # It takes its port now; whether it is there is the test's to say.
    async with speech.serving():
        pass
    with listen("127.0.0.1", 0) as listener:
        async with emulated_whatsapp(address_of(listener)) as meta:
            given = {
                "DATA_DIR": str(tmp_path),
                "JOURNAL_URL": "memory://",
                "SPEECH_BASE_URL": speech.url,
                "SPEECH_MODEL": "tiny",
            }
            environment = {**settings_for(meta), **{f"HOTEL_AGENT_{name}": value for name, value in given.items()}}
            async with served(Settings.from_env(environment), clock, listener) as (_, client):
                yield Scene(Phone.of(meta), speech, clock, client)


async def test_a_room_is_booked_by_voice_but_for_the_yes(scene: Scene) -> None:
    phone = scene.phone
    async with scene.speech.serving():
        arrival = scene.clock.now().date() + timedelta(days=40)
        stay = f"{arrival:%d/%m/%Y} al {arrival + timedelta(days=2):%d/%m/%Y}"
        offers = await scene.speak(f"¿Tienen una habitación del {stay} para 2 adultos?")
        assert f"del {stay}" in words_of(offers)
        await phone.press(offers, "offer:")
        read_back = await scene.speak("Ana Pérez, ana@example.com, +34600111222")
        assert read_back.message["interactive"]["type"] == "button"
        await anyio.sleep(1.1)
        again = await scene.speak("Sí")
        assert "Un «sí» hablado no me basta" in words_of(again)
        assert again.message["interactive"]["action"] == read_back.message["interactive"]["action"]
        await phone.press(again, "yes:")
        await phone.hear("confirmada")


async def test_guests_hear_at_every_stage_of_the_breaker_how_it_is(scene: Scene) -> None:
    async with scene.speech.serving():
        assert await scene.hears()
        assert await scene.breaker() == 0
    # It is gone: three that it does not answer open the breaker, and the next one it is not asked about.
    for _ in range(3):
        assert UNHEARD in words_of(await scene.speak("hola"))
    assert await scene.breaker() == 1
    async with scene.speech.serving():
        asked = len(scene.speech.asked)
        assert UNHEARD in words_of(await scene.speak("hola"))
        assert len(scene.speech.asked) == asked
    # Half open: the one call that is let through fails, and the breaker is open again for as long.
    scene.clock.by += COOL_DOWN
    assert not await scene.hears()
    assert await scene.breaker() == 1
    async with scene.speech.serving():
        assert not await scene.hears()
        scene.clock.by += COOL_DOWN
        assert await scene.hears()
        assert await scene.breaker() == 0
    figures = [await scene.figure(f'{CALLS}"{status}"}}') for status in ("ok", "unavailable")]
    assert figures == [2, 4]


async def test_a_server_that_is_slow_is_given_up_and_the_guest_answered(scene: Scene) -> None:
    scene.speech.speak = lambda _: anyio.sleep_forever()
    async with scene.speech.serving():
        assert UNHEARD in words_of(await scene.speak("hola"))
    # By our own deadline, which counts as a failure.
    assert await scene.figure(f'{CALLS}"timeout"}}') == 1
