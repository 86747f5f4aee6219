from collections.abc import AsyncIterator, Callable, Mapping

import httpx
import pytest

from hotel_agent.adapters.memory.limits import MemoryRateLimiter
from hotel_agent.adapters.whatsapp.account import WhatsAppAccount, WindowTemplate
from hotel_agent.adapters.whatsapp.client import GraphClient
from hotel_agent.adapters.whatsapp.sender import WhatsAppSender
from hotel_agent.domain.ids import TenantId
from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Refusal
from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.payloads import text
from hotel_agent.emulators.whatsapp.values import Account, Guest, Template, guest_of
from hotel_agent.ports.limits import RateLimiter
from hotel_agent.testing.virtual_time import VIRTUAL, LoopClock
from hotel_agent.testing.witness import Witness

URL = "http://graph.example/v25.0"


@pytest.fixture
def anyio_backend() -> tuple[str, Mapping[str, object]]:
    """Waiting takes no time in these tests."""
    return VIRTUAL


@pytest.fixture
async def clock() -> LoopClock:
    return LoopClock()


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def emulator(clock: LoopClock) -> WhatsAppEmulator:
    async def post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> int | None:
        return 200

    templates = (Template("update", "es", "Mensaje de {{1}}: {{2}}"), Template("asleep", "es", "{{1}}", status="PAUSED"))
    account = Account("EAA-token", "app secret", "verify me", templates=templates)
    return WhatsAppEmulator(account, clock=clock.now, post=post, behaviour=Behaviour(refusal=Refusal.ANSWER))


@pytest.fixture
def account(emulator: WhatsAppEmulator) -> WhatsAppAccount:
    return WhatsAppAccount(
        tenant=TenantId("sol"),
        hotel="Hotel Sol",
        phone_number_id=emulator.account.numbers[0].id,
        token="EAA-token",
        account_id=emulator.account.waba_id,
        template=WindowTemplate(name="update", language="es", body=("hotel", "text")),
    )


@pytest.fixture
async def graph(emulator: WhatsAppEmulator) -> AsyncIterator[GraphClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(emulator)) as http:
        yield GraphClient(http, URL)


@pytest.fixture
async def ana(emulator: WhatsAppEmulator) -> Guest:
    """A guest who has written just now."""
    guest = emulator.platform.join(guest_of("34600111222", "Ana Ruiz"))
    emulator.platform.write(guest, text("hola"))
    return guest


@pytest.fixture
def hire(graph: GraphClient, account: WhatsAppAccount, clock: LoopClock, witness: Witness) -> Callable[..., WhatsAppSender]:
    """Make a sender for the account, or for one like it, with a limiter of its own or that of others."""

    def make(like: WhatsAppAccount = account, limiter: RateLimiter | None = None) -> WhatsAppSender:
        return WhatsAppSender(graph, {like.phone_number_id: like}, limiter or MemoryRateLimiter(clock), clock, witness)

    return make


@pytest.fixture
def sender(hire: Callable[..., WhatsAppSender]) -> WhatsAppSender:
    return hire()
