from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from attrs import frozen

from hotel_agent.emulators.whatsapp.behaviour import Behaviour
from hotel_agent.emulators.whatsapp.server import RunningWhatsApp
from hotel_agent.testing.phones import Phone, emulated_whatsapp, settings_for
from hotel_agent.testing.processes import Service


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@frozen
class House:
    """`hotel-agent serve`, worker and PMS emulator included, reached through an emulated WhatsApp."""

    meta: RunningWhatsApp
    service: Service


@pytest.fixture(scope="module")
async def whole_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    service = Service.at(Path(tmp_path_factory.mktemp("house")) / "data")
    async with emulated_whatsapp(service.url, Behaviour(seed=7)) as meta:
        service.environment = {**service.environment, **settings_for(meta)}
        try:
            await anyio.to_thread.run_sync(service.start)
            yield House(meta, service)
        finally:
            service.kill()


@pytest.fixture
def house(whole_house: House) -> House:
    """The house, and a WhatsApp that behaves until it is told otherwise."""
    whole_house.meta.app.behave(Behaviour(seed=7))
    whole_house.meta.app.seen.clear()
    return whole_house


@pytest.fixture
def phone(house: House, request: pytest.FixtureRequest) -> Phone:
    """The phone of a guest who never wrote before."""
    return Phone.of(house.meta, str(34600000000 + len(house.meta.platform.chats.guests)), "Ana")
