"""
What guests and staff write, and what is secret, stays where it belongs: canaries through every way in and out, and all that is
told of it (logs at their most talkative, figures, traces, errors) searched for them.
"""

import gzip
import io
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final

import anyio
import httpx
import pytest
from anyio.abc import SocketAttribute, SocketStream
from attrs import define, field

from hotel_agent.adapters.files.tenants import demo_source
from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.adapters.observability.logs import configure_logging
from hotel_agent.adapters.whatsapp.signature import signature_of
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.understanding import Listening, Understanding
from hotel_agent.emulators.whatsapp import payloads
from hotel_agent.entrypoints import dead_letters, doctor
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.http.whatsapp import PATH
from hotel_agent.entrypoints.keys import Scope, mint_key
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import Installation, open_installation
from hotel_agent.testing.raw_http import read_request, response

pytestmark = pytest.mark.anyio

NUMBER: Final = "106540352242922"

GUEST: Final = {
    "words": "kanarienworte",
    "name": "Kanaria",
    "surname": "Vogelsang",
    "email": "kanarienvogel@example.com",
    "phone": "666555444",
    "sender": "kanariensender",
    "message id": "kanariennachricht",
    "poison": "kanariengift",
    "voice": "kanarienstimme",
}
SECRETS: Final = {
    "PMS key": "KANARIENPMSKEY0000000000000000AB",
    "WhatsApp token": "EAA-kanarien-token",
    "app secret": "kanarien-app-secret",
    "app secret before": "kanarien-secret-before",
    "verify token": "kanarien-verify-token",
    "LLM key": "kanarien-llm-key",
    "speech key": "kanarien-speech-key",
    "staff secret": "kanarien-staff-secret",
    "staff phone": "699888777",
}
RECORDING: Final = "90210"
"""What Meta calls what a guest said."""
GUESSED: Final = "kanarien-guess"
"""What strangers send where a secret belongs."""
CANARIES: Final = {**GUEST, **SECRETS, "guess": GUESSED}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@define
class Echo:
    """
    The far side of everything but one PMS: it says back what it was told, with the headers, and never what was asked for.

    In turns it is broken (500), refuses (400, in Meta's words), is not understood (200, other JSON) and is no HTTP at all. Only
    what a guest says it hands over, and writes it down the first time.
    """

    url: str = ""
    heard: dict[str, list[bytes]] = field(factory=dict)
    _news: anyio.Event = field(factory=anyio.Event)
    _turns: int = 0

    async def serve(self, stream: SocketStream) -> None:
        async with stream:
            try:
                head, body = await read_request(stream)
                await stream.send(self._answer(head, body))
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return

    def _answer(self, head: bytes, body: bytes) -> bytes:
        path = head.split(b" ")[1].partition(b"?")[0].decode()
        packed = b"content-encoding: gzip" in head.lower()
        self.heard.setdefault(path, []).append(gzip.decompress(body) if packed else body)
        self._news.set()
        self._news = anyio.Event()
        if (fitting := self._of_speech(path)) is not None:
            return response(fitting)
        self._turns += 1
        told = (head + b"\n" + body).decode("latin-1")
        refused = json.dumps({"error": {"message": told, "code": 100, "type": "OAuthException", "fbtrace_id": told}})
        status, text = ((500, told), (400, refused), (200, json.dumps({"said": told})), (0, told))[self._turns % 4]
        if not status:
            return text.encode("latin-1")
        return response(text.encode("latin-1", "replace"), status)

    def _of_speech(self, path: str) -> bytes | None:
        if path.endswith(f"/{RECORDING}"):
            return json.dumps({"url": f"{self.url}/recording", "mime_type": "audio/ogg"}).encode()
        if path == "/recording":
            return GUEST["voice"].encode()
        if "/speech/" in path and len(self.heard[path]) == 1:
            return json.dumps({"text": f"hola {GUEST['voice']}"}).encode()
        return None

    async def hears(self, where: str, times: int = 1) -> None:
        """Wait until somebody has asked for paths that *where* is part of so many *times*."""
        with anyio.fail_after(30):
            while sum(len(bodies) for path, bodies in self.heard.items() if where in path) < times:
                await self._news.wait()


@define
class House:
    """A whole installation over its HTTP surface, and all that it told of itself."""

    installation: Installation
    folder: Path
    settings: Settings
    environment: Mapping[str, str]
    client: httpx.AsyncClient
    echo: Echo
    log: io.StringIO
    token: str
    problems: list[str] = field(factory=list)

    async def call(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Call it with the key; an answer that is an error is kept to be searched."""
        headers = {"Authorization": f"Bearer {self.token}", **how.pop("headers", {})}
        response = await self.client.request(method, path, headers=headers, **how)
        if response.is_error:
            self.problems.append(response.text + str(dict(response.headers)))
        return response

    async def say(self, text: str, tenant: str = "sol", **more: Any) -> dict[str, Any]:
        body = {"sender_id": GUEST["sender"], "channel": "api", "text": text, **more}
        if tenant != "sol":
            body["tenant"] = tenant
        answer: dict[str, Any] = (await self.call("POST", "/api/orchestrator/process", json=body)).json()
        return answer

    async def write(self, words: str, number: int, secret: str = SECRETS["app secret"]) -> httpx.Response:
        """Write on WhatsApp."""
        return await self.send(payloads.text(words), number, secret)

    async def send(self, content: dict[str, Any], number: int, secret: str = SECRETS["app secret"]) -> httpx.Response:
        sender = {"from": f"34{GUEST['phone']}", "from_user_id": "ES.1", "id": f"wamid.{GUEST['message id']}{number}"}
        message = {**sender, "timestamp": str(1795000000 + number), **content}
        contacts = [{"profile": {"name": GUEST["name"]}, "wa_id": sender["from"], "user_id": "ES.1"}]
        metadata = {"phone_number_id": NUMBER}
        value = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": contacts, "messages": [message]}
        raw = json.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).encode()
        return await self.post(raw, secret)

    async def post(self, raw: bytes, secret: str) -> httpx.Response:
        headers = {"X-Hub-Signature-256": signature_of(raw, secret), "Content-Type": "application/json"}
        return await self.call("POST", PATH, content=raw, headers=headers)

    async def logs(self, words: str) -> None:
        """Wait until a line of the log says so."""
        with anyio.fail_after(60):
            while words not in self.log.getvalue():  # noqa: ASYNC110 - a log has no event to wait for
                await anyio.sleep(0.02)

    def told(self) -> dict[str, str]:
        """Return all that may be read by people who are no guests."""
        traces = b"".join(body for path, bodies in self.echo.heard.items() if "traces" in path for body in bodies)
        return {
            "log": self.log.getvalue(),
            "metrics": self.installation.application.exposition().decode(),
            "traces": traces.decode("latin-1"),
            "problems": "\n".join(self.problems),
        }


def hotels(folder: Path, echo: str) -> Path:
    """Write two hotels: one with the bundled PMS and staff to tell, and one whose PMS is the echo."""
    where = folder / "hotels"
    where.mkdir()
    staff = f'[staff]\nwebhook_url = "{echo}/tickets"\nwebhook_secret_env = "STAFF_SECRET"'
    contact = f'[[staff.contacts]]\nname = "{GUEST["surname"]}"\nphone = "+34 {SECRETS["staff phone"]}"\n\n[[staff.contacts]]'
    text = demo_source().replace("[staff]", staff, 1).replace("[[staff.contacts]]", contact, 1)
    (where / "sol.toml").write_text(text, "utf-8")
    pms = f'\n[pms]\nurl = "{echo}/"\nkey_env = "PMS_KEY"\nhotel_id = 1\n'
    (where / "mar.toml").write_text(demo_source().partition("[emulator]")[0] + pms, "utf-8")
    return where


@asynccontextmanager
async def open_house(folder: Path) -> AsyncIterator[House]:
    echo, log = Echo(), io.StringIO()
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    echo.url = f"http://127.0.0.1:{listener.extra(SocketAttribute.local_port)}"  # noqa: S610 - anyio's, not Django's
    token, entry = mint_key("front-desk", TenantId("sol"), frozenset(Scope))
    (folder / "keys.toml").write_text(entry, "utf-8")
    environment = {"STAFF_SECRET": SECRETS["staff secret"], "PMS_KEY": SECRETS["PMS key"]}
    named = {
        "DATA_DIR": str(folder / "data"),
        "HOTELS_DIR": str(hotels(folder, echo.url)),
        "DEFAULT_TENANT": "sol",
        "API_KEYS_FILE": str(folder / "keys.toml"),
        "WHATSAPP_APP_SECRET": SECRETS["app secret"],
        "WHATSAPP_APP_SECRET_BEFORE": SECRETS["app secret before"],
        "WHATSAPP_VERIFY_TOKEN": SECRETS["verify token"],
        "WHATSAPP_PHONE_NUMBER_ID": NUMBER,
        "WHATSAPP_TOKEN": SECRETS["WhatsApp token"],
        "WHATSAPP_GRAPH_URL": f"{echo.url}/graph",
        "LLM_BASE_URL": f"{echo.url}/llm",
        "LLM_MODEL": "a-model",
        "LLM_KEY": SECRETS["LLM key"],
        "SPEECH_BASE_URL": f"{echo.url}/speech",
        "SPEECH_MODEL": "a-model",
        "SPEECH_KEY": SECRETS["speech key"],
        "OTLP_URL": echo.url,
        "TRACE_RATIO": "1",
    }
    settings = Settings.from_env({f"HOTEL_AGENT_{name}": value for name, value in named.items()})
    logging = configure_logging("debug", log)
    try:
        async with listener, anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, echo.serve)
            async with open_installation(settings, environment) as installation:
                tasks.start_soon(installation.worker.run)
                transport = httpx.ASGITransport(create_app(installation.application), client=("31.13.24.1", 443))
                async with httpx.AsyncClient(transport=transport, base_url="https://hotel.example", timeout=60) as client:
                    yield House(installation, folder, settings, environment, client, echo, log, token)
                installation.worker.drain()
            tasks.cancel_scope.cancel()
    finally:
        logging.close()


# ---------------------------------------------------------------- the ways in and out


async def poison_is_sent(house: House) -> None:
    """Nobody waits here: it is tried again and again while the rest goes on."""
    assert (await house.write(f"hola {GUEST['poison']}", 1)).status_code == 200


async def a_guest_books_by_the_api(house: House) -> None:
    contact = f"{GUEST['name']} {GUEST['surname']}, {GUEST['email']}, +34{GUEST['phone']}"
    await house.say("Disponibilidad para 2027-05-20 a 2027-05-22", message_id=GUEST["message id"])
    await house.say("Reservar habitación 2 para 2027-05-20")
    booked = await house.say(f"Confirmar reserva: {contact}")
    assert booked["reservation_id"] is not None
    shown = await house.call("GET", f"/api/pms/reservations/{booked['reservation_id']}")
    assert GUEST["email"] in shown.text
    await house.say(f"quiero hablar con una persona, {GUEST['words']}")
    await house.say(f"xkcd {GUEST['words']} qwrt zzzz")


async def the_other_hotels_pms_talks_nonsense(house: House) -> None:
    await house.client.post("/chat/visitor", params={"tenant": "mar"})
    token = (await house.client.post("/chat/visitor", params={"tenant": "mar"})).json()["token"]
    how: Any = {"headers": {"X-Visitor": token}, "params": {"tenant": "mar"}}
    for number in range(3):
        body = {"text": f"Disponibilidad para 2027-05-2{number} a 2027-05-29 {GUEST['words']}", "tenant": "mar"}
        await house.call("POST", "/chat/messages", json={**body, "message_id": f"{GUEST['message id']}{number}"}, **how)
    await house.echo.hears("/api/")


async def a_guest_writes_on_whatsapp(house: House) -> None:
    await house.write(f"hola, soy {GUEST['name']}, {GUEST['words']}", 2, SECRETS["app secret before"])
    await house.echo.hears("/graph")
    assert (await house.write("hola", 3, GUESSED)).status_code == 401
    await house.post(f'{{"entry": "{GUEST["words"]}'.encode(), SECRETS["app secret"])
    handshake = {"hub.mode": "subscribe", "hub.challenge": "1"}
    assert (await house.call("GET", PATH, params=handshake | {"hub.verify_token": GUESSED})).status_code == 403
    assert (await house.call("GET", PATH, params=handshake | {"hub.verify_token": SECRETS["verify token"]})).text == "1"


async def a_guest_speaks_on_whatsapp(house: House) -> None:
    for number in range(10, 13):
        await house.send(payloads.media("audio", RECORDING, "audio/ogg", "x", voice=True), number)
    await house.echo.hears("/speech", times=3)
    (heard,) = [bodies[0] for path, bodies in house.echo.heard.items() if "/speech" in path]
    assert GUEST["voice"].encode() in heard


async def strangers_knock(house: House) -> None:
    process = "/api/orchestrator/process"
    as_json = {"Content-Type": "application/json"}
    for headers in ({"Authorization": f"Bearer {GUESSED}"}, {"Authorization": f"Basic {GUESSED}"}, {"X-Visitor": GUESSED}):
        await house.call("POST", process, json={"text": GUEST["words"]}, headers=headers)
        await house.call("POST", "/chat/messages", json={"text": GUEST["words"]}, headers=headers)
    for body in (
        f'{{"text": "{GUEST["words"]}'.encode(),
        json.dumps({"sender_id": [GUEST["sender"]], "channel": GUEST["words"], "text": 5, "colour": GUEST["words"]}).encode(),
        json.dumps({"sender_id": "a", "channel": "api", "text": GUEST["words"] * 9999}).encode(),
        json.dumps({"sender_id": "a", "channel": "api", "text": GUEST["words"], "tenant": GUEST["words"]}).encode(),
        json.dumps({"sender_id": "a", "channel": "api", "text": "hola", "timestamp": GUEST["words"]}).encode(),
        b"\xff" + GUEST["words"].encode(),
    ):
        await house.call("POST", process, content=body, headers=as_json)
    for path in (
        f"/api/pms/rooms/{GUEST['words']}",
        f"/api/pms/reservations/{GUEST['words']}",
        f"/api/pms/rooms/1?tenant={GUEST['words']}",
        f"/{GUEST['words']}?{GUEST['words']}={GUEST['email']}",
        f"/chat/transcript?after={GUEST['words']}",
        f"/chat/hotel?tenant={GUEST['words']}",
    ):
        await house.call("GET", path)


async def staff_is_told_and_speaks(house: House) -> None:
    await house.say(f"hay una fuga de agua en mi baño, {GUEST['words']}")
    await house.echo.hears("/tickets")


async def poison_is_set_aside(house: House) -> None:
    await house.logs("turn set aside")


async def the_doctor_looks(house: House) -> None:
    assert await doctor.examine(house.settings) == 1


async def dead_letters_are_listed(house: House) -> None:
    for as_json in (False, True):
        assert await dead_letters.dead_letters(house.settings, None, redrive=None, drop=None, as_json=as_json) == 0


async def the_store_breaks(house: House) -> None:
    """Last of all: the driver's error quotes what was to be written."""
    with closing(sqlite3.connect(house.folder / "data" / "journal.db", timeout=30)) as connection:
        connection.execute("DROP TABLE hotel_agent_inbox")
    await house.say(GUEST["words"])
    await house.write(GUEST["words"], 4)
    await house.logs("background loop failed")


WAYS: tuple[Callable[[House], Awaitable[None]], ...] = (
    poison_is_sent,
    a_guest_books_by_the_api,
    the_other_hotels_pms_talks_nonsense,
    a_guest_writes_on_whatsapp,
    a_guest_speaks_on_whatsapp,
    strangers_knock,
    staff_is_told_and_speaks,
    poison_is_set_aside,
    the_doctor_looks,
    dead_letters_are_listed,
    the_store_breaks,
)


def choke_on(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Have the understanding trip over one word, and say so in its error."""
    understand = LocalUnderstander.understand

    async def choking(self: LocalUnderstander, text: str, listening: Listening) -> Understanding:
        if word in text:
            raise ValueError(text)
        return await understand(self, text, listening)

    monkeypatch.setattr(LocalUnderstander, "understand", choking)


async def test_no_word_of_a_guest_and_no_secret_is_told_to_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    choke_on(monkeypatch, GUEST["poison"])
    async with open_house(tmp_path) as house:
        for name, value in house.environment.items():
            monkeypatch.setenv(name, value)
        for way in WAYS:
            await way(house)
        made = {file.name: file.read_text("ascii").strip() for file in (tmp_path / "data").glob("*.key")}
    told = {**house.told(), "printed": "".join(capfd.readouterr())}
    # First that each place was told something at all, and of what went wrong.
    assert all(word in told["log"] for word in ("turn taken", "turn set aside", "background loop failed"))
    assert "orchestrator_messages_total{" in told["metrics"]
    assert "turn" in told["traces"]
    assert len(house.problems) > 20
    assert "FAIL" in told["printed"]
    found = [
        (name, place, text[max(0, at - 300) : at + 100])
        for place, text in told.items()
        for name, canary in {**CANARIES, **made, "API key": house.token}.items()
        if (at := text.lower().find(canary.lower())) >= 0
    ]
    assert found == []
