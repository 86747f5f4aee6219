"""The whole agent in one process, over signed webhooks and the emulated Graph API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from attrs import define

from hotel_agent.adapters.files.tenants import demo_source
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.whatsapp.diagnosis import diagnose
from hotel_agent.adapters.whatsapp.tracking import read_tracked
from hotel_agent.domain.delivery import DeliveryStatus
from hotel_agent.domain.reservations import Severity
from hotel_agent.emulators.whatsapp import payloads
from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Fault, FaultKind, StatusOrder
from hotel_agent.emulators.whatsapp.chats import Entry
from hotel_agent.emulators.whatsapp.payloads import Status
from hotel_agent.emulators.whatsapp.server import RunningWhatsApp, running, system_clock
from hotel_agent.emulators.whatsapp.values import Account, Guest, Template, guest_of
from hotel_agent.entrypoints.library import HotelAgent
from hotel_agent.entrypoints.serving import address_of, listen, server_of
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.whatsapp_media import fetch

pytestmark = pytest.mark.anyio

ANA = guest_of("34600111222", "Ana")
PATIENCE = 60


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@define
class Scene:
    meta: RunningWhatsApp
    agent: HotelAgent
    url: str
    client: httpx.AsyncClient

    def hear(self, content: dict[str, Any], guest: Guest = ANA) -> str:
        return self.meta.platform.write(guest, content)

    def told(self, guest: Guest = ANA) -> tuple[Entry, ...]:
        number = self.meta.app.account.numbers[0]
        return self.meta.platform.chats.chat(guest, number).from_hotel

    async def answers(self, count: int, guest: Guest = ANA) -> tuple[Entry, ...]:
        """Wait until the hotel has written *count* messages to the guest."""
        with anyio.fail_after(PATIENCE):
            while len(self.told(guest)) < count:
                await self.meta.platform.chats.news()
        return self.told(guest)

    async def ask(self, words: str, guest: Guest = ANA) -> dict[str, Any]:
        before = len(self.told(guest))
        self.hear(payloads.text(words), guest)
        return (await self.answers(before + 1, guest))[-1].message

    async def standing(self, tracker: str, wanted: DeliveryStatus) -> None:
        """Wait until our own store knows so much of a message."""
        message, _ = read_tracked(tracker)
        assert message is not None
        delivery = self.agent._installation.application.delivery
        assert delivery is not None
        with anyio.fail_after(PATIENCE):
            while await delivery._outbox.standing(message) is not wanted:  # noqa: ASYNC110 - stores ring for nobody
                await anyio.sleep(0.02)

    async def press(self, choice: str, guest: Guest = ANA) -> dict[str, Any]:
        before = self.told(guest)
        self.meta.platform.press(guest, before[-1].id, choice)
        return (await self.answers(len(before) + 1, guest))[-1].message


@asynccontextmanager
async def playing(folder: Path, behaviour: Behaviour) -> AsyncIterator[Scene]:
    template = Template("hotel_message", "es", "Mensaje de {{1}}: {{2}}")
    (folder / "hotels").mkdir()
    listener = listen("127.0.0.1", 0)
    account = Account(
        "EAA-test-token",
        "0123456789abcdef",
        "verify-me-please",
        templates=(template,),
        callback=f"{address_of(listener)}/api/webhooks/whatsapp",
    )
    own = f"""
[whatsapp]
phone_number_id = "{account.numbers[0].id}"
account_id = "{account.waba_id}"
token_env = "WA_TOKEN"
[whatsapp.template]
name = "hotel_message"
language = "es"
body = ["hotel", "text"]
"""
    (folder / "hotels" / "demo.toml").write_text(demo_source() + own, "utf-8")
    async with running(account, clock=system_clock, behaviour=behaviour) as meta:
        meta.platform.join(ANA)
        settings = Settings(
            data_dir=folder / "data",
            journal_url="memory://",
            hotels_dir=folder / "hotels",
            whatsapp_app_secret=account.app_secret,
            whatsapp_verify_token=account.verify_token,
            whatsapp_graph_url=f"{meta.url}/v25.0",
        )
        async with (
            HotelAgent.open(settings, environment={"WA_TOKEN": account.token}) as agent,
            httpx.AsyncClient(base_url=address_of(listener), trust_env=False) as client,
            anyio.create_task_group() as group,
        ):
            server = server_of(agent.asgi())
            group.start_soon(server.serve, [listener])
            yield Scene(meta, agent, address_of(listener), client)
            server.should_exit = True


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with playing(tmp_path, Behaviour()) as opened:
        yield opened


def stay(ahead: int = 40, nights: int = 2) -> str:
    arrival = SystemClock().now().date() + timedelta(days=ahead)
    return f"{arrival:%d/%m/%Y} al {arrival + timedelta(days=nights):%d/%m/%Y}"


def body_of(message: dict[str, Any]) -> str:
    kind = message["type"]
    return str(message["interactive"]["body"]["text"] if kind == "interactive" else message["text"]["body"])


def choices_of(message: dict[str, Any]) -> list[str]:
    action = message["interactive"]["action"]
    if message["interactive"]["type"] == "list":
        return [row["id"] for section in action["sections"] for row in section["rows"]]
    return [button["reply"]["id"] for button in action["buttons"]]


async def next_second() -> None:
    """A yes of Meta's same second may have been sent before the read-back: it would not count."""
    await anyio.sleep(1.1)


async def test_room_is_booked_by_list_and_buttons(scene: Scene) -> None:
    assert await scene.meta.shake_hands()
    offers = await scene.ask(f"¿Tienen una habitación del {stay()} para 2 adultos?")
    assert offers["interactive"]["type"] == "list"
    assert all(choice.startswith("offer:") for choice in choices_of(offers))
    await scene.press(choices_of(offers)[0])
    read_back = await scene.ask("Ana Pérez, ana@example.com, +34600111222")
    assert read_back["interactive"]["type"] == "button"
    assert [choice.partition(":")[0] for choice in choices_of(read_back)] == ["yes", "no"]
    await next_second()
    before = len(scene.told())
    await scene.press(choices_of(read_back)[0])
    confirmed = await scene.answers(before + 2)
    assert [entry.message["type"] for entry in confirmed[before:]] == ["text", "text"]
    assert "confirmad" in body_of(confirmed[-1].message).lower()


async def test_guest_sees_blue_ticks_and_typing(scene: Scene) -> None:
    await scene.ask("hola")
    chat = scene.meta.platform.chats.chat(ANA, scene.meta.app.account.numbers[0])
    assert [entry.status for entry in chat.entries if entry.is_from_guest] == [Status.READ]


async def test_voice_note_gets_an_honest_answer(scene: Scene) -> None:
    await scene.ask("hola")
    file = scene.meta.platform.attach(b"OggS", "audio/ogg; codecs=opus")
    scene.hear(payloads.media("audio", file.id, file.mime_type, "x", voice=True))
    assert "escuchar tu audio" in body_of((await scene.answers(2))[-1].message)


async def test_guest_who_changes_number_goes_on_where_they_were(scene: Scene) -> None:
    offers = await scene.ask(f"¿Tienen una habitación del {stay()} para 2 adultos?")
    new = scene.meta.platform.change_number(ANA, guest_of("34699999999", "Ana"))
    before = len(scene.told(new))
    scene.meta.platform.press(new, scene.told(new)[-1].id, choices_of(offers)[0])
    held = (await scene.answers(before + 1, new))[-1]
    assert "nombre" in body_of(held.message).lower()


@pytest.mark.parametrize("order", [StatusOrder.EARLY, StatusOrder.DELIVERED_FIRST, StatusOrder.BACKWARDS])
async def test_statuses_in_any_order_end_at_the_most_that_is_known(tmp_path: Path, order: StatusOrder) -> None:
    async with playing(tmp_path, Behaviour(statuses=order)) as scene:
        await scene.ask("hola")
        (entry,) = scene.told()
        wanted = DeliveryStatus.READ if order is StatusOrder.BACKWARDS else DeliveryStatus.DELIVERED
        assert entry.tracker is not None
        await scene.standing(entry.tracker, wanted)


async def test_send_whose_answer_was_lost_is_settled_by_its_status_and_not_repeated(tmp_path: Path) -> None:
    lost = Fault(FaultKind.CUT_AFTER, "messages")
    async with playing(tmp_path, Behaviour(faults=(lost,))) as scene:
        scene.hear(payloads.text("hola"))
        (entry,) = await scene.answers(1)
        assert entry.tracker is not None
        await scene.standing(entry.tracker, DeliveryStatus.DELIVERED)
        await scene.ask("gracias")
        assert len(scene.told()) == 2


async def test_doctor_finds_the_number_well(scene: Scene) -> None:
    whatsapp = scene.agent._installation.whatsapp
    (account,) = whatsapp.accounts.values()
    findings = await diagnose(whatsapp.graph, account, SystemClock().now())
    assert [finding for finding in findings if finding.severity is not Severity.OK] == []


async def test_staff_fetches_a_guests_file(scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = scene.agent._installation.application.settings
    file = scene.meta.platform.attach(b"\xff\xd8\xff a receipt", "image/jpeg")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WA_TOKEN", scene.meta.app.account.token)
        assert await fetch(settings, file.id, None, tmp_path / "receipt.jpg") == 0
    assert (tmp_path / "receipt.jpg").read_bytes() == b"\xff\xd8\xff a receipt"
    assert (tmp_path / "receipt.jpg").stat().st_mode & 0o777 == 0o600
    assert "image/jpeg, 13 bytes" in capsys.readouterr().out


async def test_yes_to_a_read_back_that_has_not_gone_out_yet_books_nothing(scene: Scene) -> None:
    offers = await scene.ask(f"¿Tienen una habitación del {stay()} para 2 adultos?")
    await scene.press(choices_of(offers)[0])
    scene.meta.app.add_faults(Fault(FaultKind.ERROR, "messages", times=2, code=131000))
    before = len(scene.told())
    scene.hear(payloads.text("Ana Pérez, ana@example.com"))
    await anyio.sleep(2.2)  # the read-back is said, by Meta's second too, but two tries to send it have failed
    scene.hear(payloads.text("sí"))
    late = [entry.message for entry in (await scene.answers(before + 2))[before:]]
    assert [choices_of(message)[0].partition(":")[0] for message in late] == ["yes", "yes"]
    assert not [message for message in late if "confirmad" in body_of(message).lower()]
