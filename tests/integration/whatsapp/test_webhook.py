"""`/api/webhooks/whatsapp` as Meta meets it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import define

from hotel_agent.adapters.whatsapp.signature import signature_of
from hotel_agent.emulators.whatsapp import payloads
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.http.whatsapp import MAX_BODY, PATH
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import Installation, open_installation
from hotel_agent.testing.clocks import ManualClock

pytestmark = pytest.mark.anyio

SECRET, BEFORE, VERIFY, NUMBER = "app-secret-of-now", "app-secret-before", "verify-me-please", "106540352242922"
SETTINGS: dict[str, Any] = {
    "whatsapp_app_secret": SECRET,
    "whatsapp_app_secret_before": BEFORE,
    "whatsapp_verify_token": VERIFY,
    "whatsapp_phone_number_id": NUMBER,
    "whatsapp_token": "EAA-token-of-a-test",
    "whatsapp_graph_url": "http://127.0.0.1:9",
}
HANDSHAKE = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@define
class Site:
    installation: Installation
    client: httpx.AsyncClient
    clock: ManualClock

    async def post(self, body: bytes, secret: str = SECRET, **headers: str) -> httpx.Response:
        signed = {"X-Hub-Signature-256": signature_of(body, secret), "Content-Type": "application/json", **headers}
        return await self.client.post(PATH, content=body, headers=signed)

    async def waiting(self) -> int:
        return (await self.installation.application.records.depth()).events

    async def work(self) -> None:
        """Let the hold-back pass and handle what is ready."""
        self.clock.advance(timedelta(seconds=1))
        await self.installation.worker.sweep()


@asynccontextmanager
async def opened(folder: Path, **settings: Any) -> AsyncIterator[Site]:
    clock = ManualClock()
    chosen = Settings(data_dir=folder, journal_url="memory://", **settings)
    async with open_installation(chosen, {}, clock=clock) as installation:
        app = create_app(installation.application)
        transport = httpx.ASGITransport(app, client=("31.13.24.1", 443))  # not this machine
        async with httpx.AsyncClient(transport=transport, base_url="https://hotel.example") as client:
            yield Site(installation, client, clock)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(tmp_path, **SETTINGS) as found:
        yield found


def text(words: str = "hola", name: str = "wamid.1", **more: Any) -> dict[str, Any]:
    sender = {"from": "34600111222", "from_user_id": "ES.1", "id": name, "timestamp": "1930294740"}
    return {**sender, **payloads.text(words), **more}


def body(*messages: Any) -> bytes:
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER}, "messages": list(messages)}
    return json.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).encode()


# ---------------------------------------------------------------- the handshake


async def test_handshake_echoes_the_challenge(site: Site) -> None:
    answer = await site.client.get(PATH, params=HANDSHAKE)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("wrong", [{"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}])
async def test_wrong_handshake_is_refused(site: Site, wrong: dict[str, str]) -> None:
    answer = await site.client.get(PATH, params=HANDSHAKE | wrong)
    assert (answer.status_code, answer.json()["code"]) == (403, "handshake_refused")
    assert "1158201444" not in answer.text


async def test_without_a_secret_there_is_no_such_page(tmp_path: Path) -> None:
    async with opened(tmp_path) as site:
        assert (await site.client.get(PATH, params=HANDSHAKE)).status_code == 404
        assert (await site.post(body(text()))).status_code == 404


# ---------------------------------------------------------------- the signature


@pytest.mark.parametrize("secret", [SECRET, BEFORE])
async def test_message_signed_with_either_secret_is_durable_before_200(site: Site, secret: str) -> None:
    answer = await site.post(body(text()), secret)
    assert (answer.status_code, answer.content) == (200, b"")
    assert await site.waiting() == 1


@pytest.mark.parametrize("headers", [{}, {"X-Hub-Signature-256": "sha256=" + "0" * 64}, {"X-Hub-Signature-256": "x"}])
async def test_message_that_is_not_metas_is_refused_and_not_kept(site: Site, headers: dict[str, str]) -> None:
    for raw in (body(text()), b"{not json"):
        answer = await site.client.post(PATH, content=raw, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert await site.waiting() == 0


async def test_signature_covers_the_bytes_as_they_came(site: Site) -> None:
    raw = body(text("¿Qué tal?"))
    spaced = json.dumps(json.loads(raw), indent=1).encode()
    answer = await site.client.post(PATH, content=spaced, headers={"X-Hub-Signature-256": signature_of(raw, SECRET)})
    assert answer.status_code == 401
    assert (await site.post(spaced)).status_code == 200


async def test_body_larger_than_meta_sends_is_not_read(site: Site) -> None:
    answer = await site.post(b"x" * (MAX_BODY + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")

    async def trickle() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * 1024 * 1024

    answer = await site.client.post(PATH, content=trickle(), headers={"X-Hub-Signature-256": "sha256=x"})
    assert answer.status_code == 413


# ---------------------------------------------------------------- what is in it


async def test_webhook_that_comes_again_is_one_message(site: Site) -> None:
    for _ in range(3):
        assert (await site.post(body(text("1"), text("2", "wamid.2")))).status_code == 200
    assert await site.waiting() == 2


async def test_signed_body_that_cannot_be_read_is_taken_and_set_aside_for_staff(site: Site) -> None:
    assert (await site.post(b'{"entry": [{"changes": "?"}]}')).status_code == 200
    assert (await site.post(body(text(timestamp="soon")))).status_code == 200
    await site.work()
    application = site.installation.application
    letters = await application.intake._inbox.dead_letters()  # type: ignore[attr-defined]  # the memory journal has them
    assert [letter.reason for letter in letters] == ["unreadable"] * 2
    escalations = await application.records.escalations()
    assert [told.reason for told in escalations] == ["unreadable"] * 2
    assert await site.waiting() == 0


async def test_reaction_is_recorded_and_answered_by_nothing(site: Site) -> None:
    reaction = text() | payloads.reaction("wamid.q", "👍")
    assert (await site.post(body(reaction))).status_code == 200
    assert await site.waiting() == 1
    await site.work()
    application = site.installation.application
    assert await site.waiting() == 0
    assert (await application.records.depth()).dead == 0


async def test_store_that_takes_nothing_is_told_to_meta_so_that_it_comes_again(site: Site, tmp_path: Path) -> None:
    settings = SETTINGS | {"journal_url": f"sqlite:///{tmp_path}/gone/journal.db"}
    (tmp_path / "gone").mkdir()
    chosen = Settings(data_dir=tmp_path, **settings)
    async with open_installation(chosen, {}) as installation:
        store = installation.application.intake._inbox
        await store._database.stop()  # type: ignore[attr-defined]  # the way in stays open while its store goes away
        transport = httpx.ASGITransport(create_app(installation.application), client=("31.13.24.1", 443))
        async with httpx.AsyncClient(transport=transport, base_url="https://hotel.example") as client:
            raw = body(text())
            answer = await client.post(PATH, content=raw, headers={"X-Hub-Signature-256": signature_of(raw, SECRET)})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["code"] == "unavailable"


async def test_guests_words_and_secrets_are_in_no_log(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    await site.post(body(text("mi secreto es la 42"), text("otro secreto", "wamid.2", timestamp="soon")))
    await site.post(b'{"un secreto": 1}')
    await site.work()
    logged = "".join(capfd.readouterr())
    assert "whatsapp element set aside" in logged
    assert not [part for part in ("secreto", "34600111222", SECRET, VERIFY, "EAA-token") if part in logged]
