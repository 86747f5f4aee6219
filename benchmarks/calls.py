"""The requests that the load generator sends, by kind. Guests are many, so that each stays within 120 messages a minute."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

AVAILABILITY = "¿Tienen habitación del 20 al 22 de mayo para 2 personas?"
"""Understood as a search, which the warm cache answers: the turn that the targets are about."""
SECRET, NUMBER = "a-secret-for-the-benchmark", "106540352242922"
WHATSAPP = {
    "HOTEL_AGENT_WHATSAPP_APP_SECRET": SECRET,
    "HOTEL_AGENT_WHATSAPP_VERIFY_TOKEN": "a-token-for-the-benchmark",
    "HOTEL_AGENT_WHATSAPP_PHONE_NUMBER_ID": NUMBER,
    "HOTEL_AGENT_WHATSAPP_TOKEN": "EAA-nobody-is-called",
    "HOTEL_AGENT_WHATSAPP_GRAPH_URL": "http://127.0.0.1:9/v25.0",
}
"""Settings of a number whose answers reach nobody."""

Of = Mapping[str, Any]


def requests_of(call: str, requests: int, of: Of) -> Iterator[bytes]:
    """
    Yield whole HTTP requests.

    Particulars are `run` (a word that makes guests new), `guests` (how many take turns), `first` (the number of the first
    message), `text`, and for some kinds what their builder names.
    """
    return _KINDS[call](requests, of)


def _process(requests: int, of: Of) -> Iterator[bytes]:
    """`POST /api/orchestrator/process`; with `ids` each message has an id, and `again` says which to send once more."""
    run, guests, text = of.get("run", "r"), of.get("guests", 2000), of.get("text", AVAILABILITY)
    numbers = of.get("again") or range(of.get("first", 0), of.get("first", 0) + requests)
    for number in numbers:
        body = {"sender_id": f"{run}-{number % guests}", "channel": "api", "text": text}
        if of.get("ids"):
            body["message_id"] = f"{run}-m{number}"
        yield _post("/api/orchestrator/process", body)


def _live(requests: int, _: Of) -> Iterator[bytes]:
    """The least that our server can be asked."""
    for _number in range(requests):
        yield b"GET /health/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


def _webhook(requests: int, of: Of) -> Iterator[bytes]:
    """Signed as Meta signs: a message of each guest in turn."""
    guests, first, path = of.get("guests", 500), of.get("first", 0), of.get("path", "/api/webhooks/whatsapp")
    run = of.get("run", "r")
    for number in range(first, first + requests):
        guest = number % guests
        message = {
            "from": f"34600{guest:06}",
            "from_user_id": f"ES.{guest}",
            "id": f"wamid.{run}{number}",
            "timestamp": str(int(time.time())),  # noqa: TID251 - Meta's clock
            "type": "text",
            "text": {"body": of.get("text", "hola")},
        }
        contact = {"profile": {"name": "Ana"}, "wa_id": message["from"], "user_id": message["from_user_id"]}
        yield _signed(path, messages=[message], contacts=[contact])


def _activity(requests: int, of: Of) -> Iterator[bytes]:
    """A Bot Framework activity whose reply comes in the answer, which is the least work for the framework."""
    run, guests = of.get("run", "r"), of.get("guests", 2000)
    for number in range(requests):
        body = {
            "type": "message",
            "id": f"{run}-m{number}",
            "timestamp": "2026-11-21T09:00:00Z",
            "channelId": "emulator",
            "serviceUrl": "http://127.0.0.1:9",
            "deliveryMode": "expectReplies",
            "from": {"id": f"{run}-{number % guests}", "name": "Ana"},
            "recipient": {"id": "bot", "name": "bot"},
            "conversation": {"id": f"c-{run}-{number % guests}"},
            "locale": "es-ES",
            "text": of.get("text", AVAILABILITY),
        }
        yield _post("/api/messages", body)


_KINDS: dict[str, Callable[[int, Of], Iterator[bytes]]] = {
    "process": _process,
    "live": _live,
    "webhook": _webhook,
    "activity": _activity,
}


def _signed(path: str, **elements: object) -> bytes:
    metadata = {"display_phone_number": "15550001111", "phone_number_id": NUMBER}
    value = {"messaging_product": "whatsapp", "metadata": metadata, **elements}
    change = {"field": "messages", "value": value}
    raw = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()
    signature = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    return _raw(path, raw, f"x-hub-signature-256: sha256={signature}\r\n")


def _post(path: str, body: Mapping[str, object]) -> bytes:
    return _raw(path, json.dumps(body).encode(), "")


def _raw(path: str, body: bytes, more: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n{more}"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
