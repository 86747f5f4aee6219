"""What staff's systems are sent, how it is signed, and what their answers mean."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from hotel_agent.adapters.files.tenants import demo_hotel
from hotel_agent.adapters.webhook.signing import HEADER, is_signed, signature
from hotel_agent.adapters.webhook.staff import DELIVERY, Contact, Target, WebhookSender, notice_of
from hotel_agent.domain.delivery import Address
from hotel_agent.domain.errors import Rejected, Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, EventId, OutboxId, TenantId
from hotel_agent.domain.turns import Escalation, Need, OutboxMessage
from hotel_agent.domain.understanding import Language
from hotel_agent.ports.channels import Throttled
from hotel_agent.testing.clocks import ManualClock

pytestmark = pytest.mark.anyio

SOL = TenantId("sol")
NOW = datetime(2031, 3, 3, 9, tzinfo=UTC)
TARGET = Target(url="https://staff.example/tickets", secret="s3cret")
THREAD = ConversationId("staff:x-1")
MESSAGE = OutboxMessage(
    id=OutboxId("out-1"),
    tenant=SOL,
    conversation=THREAD,
    channel=Channel.STAFF,
    root=EventId("e-1"),
    position=0,
    text='{"id": "x-1", "summary": "¿toallas?"}',
    created_at=NOW,
)
ADDRESS = Address(tenant=SOL, conversation=THREAD, channel=Channel.STAFF, account=SOL, recipient="staff")
TICKET = Escalation(
    id="x-1",
    tenant=SOL,
    conversation=ConversationId("c-1"),
    at=NOW,
    reason="request_service",
    need=Need.SERVICE,
    about="towels",
    summary="¿me traen toallas?",
    language=Language.ES,
    channel=Channel.WEBCHAT,
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def send(answer: Callable[[httpx.Request], httpx.Response], targets: dict[TenantId, Target] | None = None) -> str:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        sender = WebhookSender(client, {SOL: TARGET} if targets is None else targets, ManualClock(NOW))
        return await sender.send(MESSAGE, ADDRESS)


def answering(status: int, **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status, headers=headers)


async def test_the_body_is_sent_as_it_is_with_a_signature_and_an_id() -> None:
    seen: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(202)

    assert await send(take) == MESSAGE.id
    [request] = seen
    assert (request.method, str(request.url), request.content) == ("POST", TARGET.url, MESSAGE.text.encode())
    assert (request.headers["Content-Type"], request.headers[DELIVERY]) == ("application/json", MESSAGE.id)
    assert is_signed(request.content, request.headers[HEADER], TARGET.secret, NOW)


@pytest.mark.parametrize("status", [401, 404, 500, 502, 301, 302])
async def test_what_may_be_mended_is_tried_again(status: int) -> None:
    with pytest.raises(Unavailable):
        await send(answering(status, Location="https://elsewhere.example/"))


@pytest.mark.parametrize("status", [400, 410, 413, 422])
async def test_what_will_never_be_taken_is_not_tried_again(status: int) -> None:
    with pytest.raises(Rejected):
        await send(answering(status))


async def test_a_busy_receiver_is_given_the_time_it_asks_for() -> None:
    with pytest.raises(Throttled) as caught:
        await send(answering(429, **{"Retry-After": "17"}))
    assert caught.value.retry_after == timedelta(seconds=17)


async def test_no_answer_counts_as_not_sent_because_the_receiver_knows_repetitions() -> None:
    def fall_silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("silent", request=request)

    with pytest.raises(Unavailable):
        await send(fall_silent)


async def test_a_hotel_that_has_no_webhook_any_more_is_sent_nothing() -> None:
    with pytest.raises(Rejected):
        await send(answering(200), {})


def test_a_ticket_tells_what_it_is_about_and_whom_it_concerns() -> None:
    contacts = (
        Contact(name="Recepción", phone="+34 900", email=""),
        Contact(name="Gobernanta", phone="", email="g@example.com", topics=("towels",)),
        Contact(name="Mantenimiento", phone="1", email="", topics=("repair",)),
    )
    told = json.loads(notice_of(TICKET, demo_hotel().all()[0], contacts))
    assert {name: told[name] for name in ("id", "kind", "about", "priority", "summary", "language", "channel")} == {
        "id": "x-1",
        "kind": "ticket",
        "about": "towels",
        "priority": "normal",
        "summary": "¿me traen toallas?",
        "language": "es",
        "channel": "webchat",
    }
    assert [contact["name"] for contact in told["contacts"]] == ["Recepción", "Gobernanta"]


@pytest.mark.parametrize(
    ("body", "secret", "late"),
    [(b"{}", "s3cret", 0), (b"{} ", "s3cret", 0), (b"{}", "other", 0), (b"{}", "s3cret", 301), (b"{}", "s3cret", -301)],
)
def test_only_the_same_body_secret_and_time_are_signed(body: bytes, secret: str, late: int) -> None:
    header = signature(b"{}", "s3cret", NOW)
    genuine = (body, secret, late) == (b"{}", "s3cret", 0)
    assert is_signed(body, header, secret, NOW + timedelta(seconds=late)) == genuine


@pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=x,v1=" + "0" * 64, "t=1,v1=" + "g" * 64])
def test_what_is_no_signature_signs_nothing(header: str) -> None:
    assert not is_signed(b"{}", header, "s3cret", NOW)


def test_secrets_and_summaries_are_not_shown() -> None:
    assert "s3cret" not in repr(TARGET)
    assert "toallas" not in repr(TICKET)
