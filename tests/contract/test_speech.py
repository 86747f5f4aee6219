"""Whoever writes down what guests say: the contract, and what becomes of it when the server behind is gone."""

from collections.abc import AsyncIterator
from datetime import timedelta

import anyio
import httpx
import pytest

from hotel_agent.adapters.speech.server import SpeechServer, SpeechSettings
from hotel_agent.application.guarding import Guard, GuardedSpeechToText
from hotel_agent.domain.breaker import Breaker, BreakerState
from hotel_agent.domain.errors import BreakerOpen, PortError, Rejected, Unavailable
from hotel_agent.ports.speech import Recording, SpeechToText
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.speech import SpeechToTextContract
from hotel_agent.testing.speech import SpeechHouse, spoken
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

LIMIT = timedelta(seconds=20)
COOL_DOWN = timedelta(seconds=45)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def house() -> AsyncIterator[SpeechHouse]:
    async with SpeechHouse().serving() as open_house:
        yield open_house


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


def server(house: SpeechHouse, http: httpx.AsyncClient) -> SpeechServer:
    return SpeechServer(http, SpeechSettings(house.url, "small", limit=LIMIT))


class TestSpeechServer(SpeechToTextContract):
    @pytest.fixture
    def speech(self, house: SpeechHouse, http: httpx.AsyncClient) -> SpeechToText:
        return server(house, http)


class TestGuardedSpeechServer(SpeechToTextContract):
    @pytest.fixture
    def speech(self, house: SpeechHouse, http: httpx.AsyncClient) -> SpeechToText:
        guard = Guard("speech", ManualClock(), Witness(), Breaker(threshold=3, cool_down=COOL_DOWN))
        return GuardedSpeechToText(server(house, http), guard, LIMIT)


async def test_the_breaker_goes_through_its_whole_cycle_as_the_server_is_stopped_and_started(http: httpx.AsyncClient) -> None:
    clock, witness, house = ManualClock(), Witness(), SpeechHouse()
    guard = Guard("speech", clock, witness, Breaker(threshold=3, cool_down=COOL_DOWN))

    async def hears() -> bool:
        speech = GuardedSpeechToText(server(house, http), guard, LIMIT)
        try:
            return await speech.transcribe(spoken("hola")) == "hola"
        except PortError:
            return False

    async with house.serving():
        assert await hears()
    assert [await hears() for _ in range(3)] == [False] * 3
    assert guard.state is BreakerState.OPEN
    async with house.serving():
        # It is back, and left alone until the time is up.
        asked = len(house.asked)
        with pytest.raises(BreakerOpen):
            await GuardedSpeechToText(server(house, http), guard, LIMIT).transcribe(spoken("hola"))
        assert len(house.asked) == asked
    clock.advance(COOL_DOWN)
    assert not await hears()
    async with house.serving():
        clock.advance(COOL_DOWN)
        assert await hears()
    assert witness.moves == ["open", "half_open", "open", "half_open", "closed"]


async def test_a_recording_that_cannot_be_read_is_not_the_servers_failure(house: SpeechHouse, http: httpx.AsyncClient) -> None:
    guard = Guard("speech", ManualClock(), Witness(), Breaker(threshold=1, cool_down=COOL_DOWN))
    speech = GuardedSpeechToText(server(house, http), guard, LIMIT)
    with pytest.raises(Rejected):
        await speech.transcribe(Recording(content=b"noise", mime="audio/ogg"))
    assert guard.state is BreakerState.CLOSED


async def test_a_server_that_hangs_is_given_up_in_time_and_has_failed(house: SpeechHouse, http: httpx.AsyncClient) -> None:
    house.speak = lambda _: anyio.sleep_forever()
    guard = Guard("speech", ManualClock(), Witness(), Breaker(threshold=1, cool_down=COOL_DOWN))
    with pytest.raises(Unavailable):
        await GuardedSpeechToText(server(house, http), guard, timedelta(seconds=0.1)).transcribe(spoken("hola"))
    assert guard.state is BreakerState.OPEN
