"""The page where a person plays the guest, and the control API it uses; tests in other processes may use that too."""

import asyncio
import base64
import binascii
import hashlib
import json
import re
from datetime import timedelta
from importlib.resources import files
from typing import Any, Final

import attrs

from hotel_agent.emulators.whatsapp import payloads
from hotel_agent.emulators.whatsapp.behaviour import behaviour_from
from hotel_agent.emulators.whatsapp.chats import Chat, Entry
from hotel_agent.emulators.whatsapp.emulator import Answer, Request
from hotel_agent.emulators.whatsapp.errors import GraphError
from hotel_agent.emulators.whatsapp.media import file_content
from hotel_agent.emulators.whatsapp.platform import Platform
from hotel_agent.emulators.whatsapp.values import Guest, guest_of

CONTROL: Final = "/_emulator/"
_POLL_S: Final = 20.0
_LOOPBACK: Final = re.compile(r"(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d+)?")
_PHONE: Final = re.compile(r"\d{6,15}")
_MAX_AHEAD: Final = timedelta(days=366)
_INLINE: Final = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_HEADERS: Final = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"))


class Pages:
    """Serves `/` and `/_emulator/…`, under loopback names only and to pages of its own only."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._page = (files(__package__) / "page.html").read_bytes()
        self._policy = content_security_policy(self._page.decode())

    async def serve(self, request: Request) -> Answer | None:
        """The answer, or None where the path is the Graph API's."""
        if request.path != "/" and not request.path.startswith(CONTROL):
            return None
        # Another name that resolves to this machine would let a foreign page read what is here.
        if not _LOOPBACK.fullmatch(request.headers.get("host", "")):
            return _told(403, {"error": "only under a loopback name"})
        if request.path == "/":
            policy = ("Content-Security-Policy", self._policy)
            return Answer(200, self._page, "text/html; charset=utf-8", (*_HEADERS, policy))
        subject = request.path.removeprefix(CONTROL)
        try:
            if request.method == "GET":
                return await self._get(subject, request)
            # A form of another site cannot send this type without asking first, and is not allowed to.
            if request.method == "POST" and request.headers.get("content-type") == "application/json":
                return await self._post(subject, request)
        except GraphError as refusal:
            return _told(400, {"error": refusal.details or refusal.named})
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as mistake:
            return _told(400, {"error": str(mistake)})
        return _told(405, {"error": "GET, or POST with application/json"})

    async def _get(self, subject: str, request: Request) -> Answer:
        platform = self._platform
        if subject == "guests":
            return _told(200, [attrs.asdict(guest) for guest in platform.chats.guests])
        if subject == "behaviour":
            return _told(200, attrs.asdict(platform.behaviour))
        if subject == "state":
            return _told(200, self._state())
        if subject == "chat":
            guest = self._guest(request.parameter("guest"))
            await self._wait_for_news(int(request.parameter("after") or 0))
            return _told(200, self._chat(platform.chats.chat(guest, platform.account.numbers[0]), request))
        if subject.startswith("file/"):
            file = platform.media.file(subject.removeprefix("file/"), platform.now())
            if file is not None:
                return Answer(200, file.content, file.mime_type, (*_HEADERS, ("Content-Security-Policy", "sandbox")))
        return _told(404, {"error": "no such page"})

    async def _post(self, subject: str, request: Request) -> Answer:
        platform, given = self._platform, json.loads(request.body)
        if subject == "guests":
            phone, name = str(given["phone"]), str(given["name"])
            if not _PHONE.fullmatch(phone):
                raise ValueError("the phone number has 6 to 15 digits, country code first")
            guest = guest_of(phone, name, hides_phone=given.get("hides_phone") is True)
            return _told(200, attrs.asdict(platform.chats.find(user_id=guest.user_id) or platform.join(guest)))
        if subject == "behaviour":
            platform.behave(behaviour_from(given, platform.behaviour))
            return _told(200, attrs.asdict(platform.behaviour))
        if subject == "clock":
            by = timedelta(seconds=float(given["advance_s"]))
            if not timedelta() <= by <= _MAX_AHEAD:
                raise ValueError("time goes forward, by a year at most")
            await platform.agenda.pass_time(by)
            return _told(200, self._state())
        guest = self._guest(given.get("guest"))
        acts = {"write": self._write, "press": self._press, "react": self._react, "revoke": self._revoke, "read": self._read}
        if subject not in acts:
            return _told(404, {"error": "no such act"})
        return _told(200, {"id": acts[subject](guest, given)})

    # ------------------------------------------------------------ acts

    def _write(self, guest: Guest, given: dict[str, Any]) -> str:
        quotes = given.get("quotes")
        if "text" in given:
            if not isinstance(given["text"], str) or not given["text"].strip():
                raise ValueError("the text is empty")
            content = payloads.text(given["text"])
            if given.get("edits"):
                return self._platform.edit(guest, given["edits"], content)
        elif "file" in given:
            try:
                raw = base64.b64decode(given["file"], validate=True)
            except binascii.Error:
                raise ValueError("the file is not in base64") from None
            file = self._platform.attach(raw, str(given["mime_type"]), filename=given.get("filename"))
            content = file_content(file, caption=given.get("caption"), voice=given.get("voice") is True)
        else:
            place = given["location"]
            content = payloads.location(float(place["latitude"]), float(place["longitude"]), name=place.get("name"))
        return self._platform.write(guest, content, quotes=quotes)

    def _press(self, guest: Guest, given: dict[str, Any]) -> str:
        return self._platform.press(guest, str(given["message"]), str(given["reply"]))

    def _react(self, guest: Guest, given: dict[str, Any]) -> str:
        return self._platform.write(guest, payloads.reaction(str(given["message"]), given.get("emoji")))

    def _revoke(self, guest: Guest, given: dict[str, Any]) -> str:
        return self._platform.revoke(guest, str(given["message"]))

    def _read(self, guest: Guest, _: dict[str, Any]) -> str:
        self._platform.read(guest)
        return ""

    # ------------------------------------------------------------ telling

    def _guest(self, key: object) -> Guest:
        guest = self._platform.chats.find(user_id=str(key))
        if guest is None:
            raise ValueError("there is no such guest")
        return guest

    async def _wait_for_news(self, after: int) -> None:
        """Wait until the chats' version is past *after*, but not for ever."""
        chats = self._platform.chats
        try:
            async with asyncio.timeout(_POLL_S):
                while chats.version <= after:
                    await chats.news()
        except TimeoutError:
            pass

    def _chat(self, chat: Chat, request: Request) -> dict[str, Any]:
        after, now = int(request.parameter("after") or 0), self._platform.now()
        return {
            "version": self._platform.chats.version,
            "typing": chat.typing_until is not None and now < chat.typing_until,
            "open": chat.is_open(now),
            "entries": [self._entry(entry) for entry in chat.entries if entry.version > after],
        }

    def _entry(self, entry: Entry) -> dict[str, Any]:
        offered = self._platform.offered(entry)
        return {
            "id": entry.id,
            "from_guest": entry.is_from_guest,
            "at": entry.at.isoformat(),
            "message": entry.message,
            "shown": entry.shown,
            "offers": [{"id": key, **_label(content)} for key, content in offered.items()],
            "status": entry.status,
            "error": entry.error,
            "revoked": entry.is_revoked,
            "reactions": list(entry.reactions.values()),
        }

    def _state(self) -> dict[str, Any]:
        webhooks = self._platform.callbacks.webhooks
        attempts = [attempt for webhook in webhooks for attempt in webhook.attempts]
        return {
            "now": self._platform.now().isoformat(),
            "callback": self._platform.account.callback,
            "webhooks": len(webhooks),
            "posts": len(attempts),
            "refused": sum(not attempt.is_taken for attempt in attempts),
            "given_up": sum(webhook.is_given_up for webhook in webhooks),
            "last_status": attempts[-1].status if attempts else None,
        }


def _label(content: dict[str, Any]) -> dict[str, Any]:
    if content["type"] == "button":
        return {"title": content["button"]["text"]}
    reply = content["interactive"].get("button_reply") or content["interactive"]["list_reply"]
    return {"title": reply["title"], "description": reply.get("description")}


def content_security_policy(page: str) -> str:
    """A policy that lets *page* run its own inline script and style, by their digests, and nothing else."""
    digests: dict[str, list[str]] = {"script": [], "style": []}
    for tag, inside in _INLINE.findall(page):
        digests[tag].append(f"'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'")
    return (
        f"default-src 'none'; script-src {' '.join(digests['script'])}; style-src {' '.join(digests['style'])}; "
        "img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )


def _told(status: int, value: Any) -> Answer:
    return Answer(status, json.dumps(value).encode(), "application/json", _HEADERS)
