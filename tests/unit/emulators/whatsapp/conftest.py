from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.payloads import text
from hotel_agent.emulators.whatsapp.platform import Platform
from hotel_agent.emulators.whatsapp.values import Account, Guest, Template, guest_of

NOW = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
CALLBACK = "http://hotel.example/api/webhooks/whatsapp"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def account() -> Account:
    templates = (
        Template("update", "es", "Hola {{1}}: {{2}}", buttons=("Vale",)),
        Template("update", "en", "Hello {{guest}}"),
        Template("asleep", "es", "Zzz", status="PAUSED"),
    )
    return Account("token", "app secret", "verify me", templates=templates, callback=CALLBACK)


@pytest.fixture
def posted() -> list[tuple[bytes, dict[str, str]]]:
    """What came to the callback: bodies and headers."""
    return []


@pytest.fixture
def answers() -> list[int | None]:
    """How the callback answers, one after the other; 200 when this is used up."""
    return []


@pytest.fixture
def emulator(account: Account, posted: list[tuple[bytes, dict[str, str]]], answers: list[int | None]) -> WhatsAppEmulator:
    async def post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> int | None:
        assert (url, seconds) == (CALLBACK, 20.0)
        posted.append((body, headers))
        return answers.pop(0) if answers else 200

    return WhatsAppEmulator(account, clock=lambda: NOW, post=post)


@pytest.fixture
def platform(emulator: WhatsAppEmulator) -> Platform:
    return emulator.platform


@pytest.fixture
async def client(emulator: WhatsAppEmulator) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=emulator)
    headers = {"Authorization": "Bearer token"}
    async with httpx.AsyncClient(transport=transport, base_url="http://graph.example/v25.0", headers=headers) as opened:
        yield opened


@pytest.fixture
def ana(platform: Platform) -> Guest:
    """A guest who has written and may be written to."""
    guest = platform.join(guest_of("34600111222", "Ana Ruiz"))
    platform.write(guest, text("hola"))
    return guest


@pytest.fixture
def send(client: httpx.AsyncClient, account: Account, ana: Guest) -> Callable[..., Any]:
    """Send Ana a message; what is given is merged over a plain text, None takes a field away."""

    async def post(**fields: Any) -> httpx.Response:
        body = {"messaging_product": "whatsapp", "to": ana.wa_id, "type": "text", "text": {"body": "hi"}} | fields
        given = {name: value for name, value in body.items() if value is not None}
        return await client.post(f"/{account.numbers[0].id}/messages", json=given)

    return post
