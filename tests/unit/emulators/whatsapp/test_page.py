import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from hotel_agent.emulators.whatsapp.control import Pages
from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.platform import Platform
from hotel_agent.emulators.whatsapp.values import Guest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def browser(emulator: WhatsAppEmulator) -> AsyncIterator[httpx.AsyncClient]:
    emulator.pages = Pages(emulator.platform).serve
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=emulator), base_url="http://127.0.0.1:8001") as opened:
        yield opened


async def do(browser: httpx.AsyncClient, act: str, **fields: Any) -> Any:
    answer = await browser.post(f"/_emulator/{act}", json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def entries(browser: httpx.AsyncClient, guest: Guest, after: int = 0) -> list[Any]:
    answer = await browser.get("/_emulator/chat", params={"guest": guest.user_id, "after": after})
    found: list[Any] = answer.json()["entries"]
    return found


async def test_the_page_needs_nothing_from_elsewhere_and_allows_only_its_own_script(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/")
    policy = answer.headers["content-security-policy"]
    for tag in ("script", "style"):
        [inside] = re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"(?:src|href)=\"(?!data:,)", answer.text) == []
    assert re.findall(r"\son\w+=|innerHTML|style=", answer.text) == []


async def test_under_another_name_nothing_is_served(browser: httpx.AsyncClient) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", ""):
        for path in ("/", "/_emulator/guests"):
            assert (await browser.get(path, headers={"Host": host})).status_code == 403


async def test_a_form_of_another_site_does_nothing(browser: httpx.AsyncClient, platform: Platform) -> None:
    answer = await browser.post("/_emulator/guests", content=b'{"phone": "34600000000", "name": "x"}')
    assert (answer.status_code, platform.chats.guests) == (405, ())


async def test_the_graph_api_is_still_there(browser: httpx.AsyncClient, emulator: WhatsAppEmulator) -> None:
    answer = await browser.get(f"/v25.0/{emulator.account.numbers[0].id}", headers={"Authorization": "Bearer token"})
    assert answer.json()["id"] == emulator.account.numbers[0].id


async def test_a_guest_is_added_and_writes(browser: httpx.AsyncClient, platform: Platform) -> None:
    made = await do(browser, "guests", phone="34600111222", name="Ana")
    assert (await browser.get("/_emulator/guests")).json() == [made]
    told = await do(browser, "write", guest=made["user_id"], text="hola")
    [guest] = platform.chats.guests
    [entry] = await entries(browser, guest)
    assert (entry["id"], entry["from_guest"], entry["message"]["text"]["body"]) == (told["id"], True, "hola")


async def test_buttons_files_places_and_changes_are_a_call_each(
    browser: httpx.AsyncClient, platform: Platform, ana: Guest, emulator: WhatsAppEmulator
) -> None:
    graph = {"Authorization": "Bearer token"}
    choices = {"buttons": [{"type": "reply", "reply": {"id": "yes:1", "title": "Sí"}}]}
    body = {"type": "interactive", "interactive": {"type": "button", "body": {"text": "¿?"}, "action": choices}}
    path = f"/v25.0/{emulator.account.numbers[0].id}/messages"
    whole = {"messaging_product": "whatsapp", "to": ana.wa_id} | body
    message = (await browser.post(path, json=whole, headers=graph)).json()["messages"][0]["id"]
    [shown] = [entry for entry in await entries(browser, ana) if not entry["from_guest"]]
    assert shown["offers"] == [{"id": "yes:1", "title": "Sí", "description": None}]
    await do(browser, "press", guest=ana.user_id, message=message, reply="yes:1")
    await do(browser, "react", guest=ana.user_id, message=message, emoji="👍")
    picture = base64.b64encode(b"a picture").decode()
    await do(browser, "write", guest=ana.user_id, file=picture, mime_type="image/png", caption="el recibo")
    await do(browser, "write", guest=ana.user_id, location={"latitude": 1, "longitude": 2})
    words = await do(browser, "write", guest=ana.user_id, text="del 20 al 22", quotes=message)
    await do(browser, "write", guest=ana.user_id, text="del 21 al 23", edits=words["id"])
    await do(browser, "revoke", guest=ana.user_id, message=words["id"])
    await do(browser, "read", guest=ana.user_id)
    told = await entries(browser, ana)
    assert [entry["message"].get("type") for entry in told if entry["from_guest"]] == [
        "text",
        "interactive",
        "reaction",
        "image",
        "location",
        "text",
    ]
    assert (told[-1]["revoked"], told[-1]["message"]["text"]["body"]) == (True, "del 21 al 23")
    image = next(entry for entry in told if entry["message"].get("type") == "image")["message"]["image"]
    file = await browser.get(f"/_emulator/file/{image['id']}")
    assert (file.content, file.headers["content-security-policy"]) == (b"a picture", "sandbox")


async def test_the_page_hears_news_as_they_happen(browser: httpx.AsyncClient, platform: Platform, ana: Guest) -> None:
    version = platform.chats.version
    waiting = asyncio.ensure_future(entries(browser, ana, after=version))
    await asyncio.sleep(0)
    assert not waiting.done()
    await do(browser, "write", guest=ana.user_id, text="¿hay sitio?")
    assert [entry["message"]["text"]["body"] for entry in await waiting] == ["¿hay sitio?"]


async def test_switches_and_clock_are_set_by_calls(browser: httpx.AsyncClient, platform: Platform, ana: Guest) -> None:
    assert (await do(browser, "behaviour", duplicates=0.25))["duplicates"] == 0.25
    before = platform.now()
    state = await do(browser, "clock", advance_s=90_000)
    assert (platform.now() - before).total_seconds() == 90_000
    assert (state["webhooks"], state["refused"], state["last_status"]) == (1, 0, 200)
    assert not platform.chats.chat(ana, platform.account.numbers[0]).is_open(platform.now())


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("guests", {"phone": "+34", "name": "x"}),
        ("guests", {"name": "x"}),
        ("behaviour", {"nonsense": 1}),
        ("clock", {"advance_s": -1}),
        ("clock", {"advance_s": 1e12}),
        ("clock", {"advance_s": 1e300}),
        ("write", {"guest": "nobody", "text": "x"}),
        ("write", {"text": "  "}),
        ("write", {"file": "!", "mime_type": "image/png"}),
        ("write", {"file": "YQ==", "mime_type": "application/x-sh"}),
        ("press", {"message": "wamid.x", "reply": "y"}),
        ("revoke", {"message": "wamid.x"}),
    ],
)
async def test_what_cannot_be_done_is_told(browser: httpx.AsyncClient, ana: Guest, act: str, fields: dict[str, Any]) -> None:
    answer = await browser.post(f"/_emulator/{act}", json={"guest": ana.user_id} | fields)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


async def test_an_unknown_page_or_act_is_not_found(browser: httpx.AsyncClient, ana: Guest) -> None:
    assert (await browser.get("/_emulator/nonsense")).status_code == 404
    assert (await browser.get("/_emulator/file/1")).status_code == 404
    assert (await browser.post("/_emulator/dance", json={"guest": ana.user_id})).status_code == 404
