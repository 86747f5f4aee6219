"""Files of guests and for guests, in Meta's two steps: an id, then the file behind it; a file, then the id to send it by."""

import base64
import binascii
import hashlib
import hmac
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final

import anyio
from attrs import define, field, frozen

from hotel_agent.adapters.whatsapp.account import WhatsAppAccount
from hotel_agent.adapters.whatsapp.client import GraphClient, GraphRefused
from hotel_agent.domain.errors import (
    InvalidValue,
    MalformedReply,
    NotFound,
    OutcomeUnknown,
    PortError,
    Rejected,
    Rejection,
    Unavailable,
)
from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.speech import Recording, Recordings

_MB: Final = 1024 * 1024
LIMITS: Final[Mapping[str, int]] = {"image": 5 * _MB, "audio": 16 * _MB, "video": 16 * _MB}
"""Bytes by the first half of the type; everything else is a document."""
LONGEST_DOCUMENT: Final = 100 * _MB
LONGEST_VOICE: Final = 1 * _MB
"""Bytes of a recording that is listened to: some five minutes of a voice note."""
_GONE: Final = frozenset({404, 410})
_MOST_FAILURES: Final = 15
_HOUR_S: Final = 3600.0
"""Meta blocks a number's files for half an hour after 20 failures in one."""


@frozen(kw_only=True)
class File:
    content: bytes = field(repr=False)
    mime: str


def limit_of(mime: str) -> int:
    """Say how many bytes a file of that type may have."""
    return LIMITS.get(mime.partition("/")[0], LONGEST_DOCUMENT)


@define(eq=False)
class MediaLibrary:
    """The files of a hotel's number. It stops asking before Meta would stop answering."""

    _graph: GraphClient
    _account: WhatsAppAccount
    _failures: deque[float] = field(factory=deque, init=False)

    async def download(self, media_id: str, most_bytes: int | None = None) -> File:
        """
        Fetch a guest's file; ids are good for 7 days.

        Raises:
            InvalidValue: that is no id.
            NotFound: there is no such file any more.
            MalformedReply: it is larger than *most_bytes* (its kind's limit), or not what Meta says it is.
            Unavailable: it did not come.

        """
        if not media_id.isascii() or not media_id.isalnum():
            raise InvalidValue("a file's id is letters and digits")
        self._check_failures()
        token = self._account.token
        try:
            found = await self._graph.read(token, media_id, {"phone_number_id": self._account.phone_number_id})
            url, mime, size, digest = (found.get(name) for name in ("url", "mime_type", "file_size", "sha256"))
            if not isinstance(url, str) or not isinstance(mime, str):
                raise MalformedReply(["media: no url or type"])
            most = limit_of(mime) if most_bytes is None else most_bytes
            if type(size) is int and size > most:
                raise MalformedReply([f"media: more than {most} bytes"])
            content = await self._graph.fetch(token, url, most)
        except GraphRefused as refused:
            self._failures.append(anyio.current_time())
            if refused.error.status in _GONE:
                raise NotFound from refused
            raise Unavailable(str(refused)) from refused
        except Unavailable:
            self._failures.append(anyio.current_time())
            raise
        if isinstance(digest, str) and not _agrees(content, digest):
            raise MalformedReply(["media: not the bytes that were announced"])
        return File(content=content, mime=mime)

    async def upload(self, file: File, filename: str) -> str:
        """
        Put a file there and return the id to send it by, good for 30 days.

        Raises:
            InvalidValue: it is larger than its kind may be.
            Rejected: Meta does not take such a file.
            Unavailable: it is not there, or may be: repeating is safe.

        """
        if len(file.content) > limit_of(file.mime):
            raise InvalidValue(f"a file of that type has at most {limit_of(file.mime)} bytes")
        account = self._account
        try:
            answer = await self._graph.upload(account.token, account.phone_number_id, file.content, file.mime, filename)
        except GraphRefused as refused:
            raise _refusal(refused) from refused
        except OutcomeUnknown as exc:
            raise Unavailable("the file may not be there") from exc
        media_id = answer.get("id")
        if not isinstance(media_id, str) or not media_id:
            raise Unavailable("Meta took a file and gave no id")
        return media_id

    def _check_failures(self) -> None:
        now = anyio.current_time()
        while self._failures and self._failures[0] <= now - _HOUR_S:
            self._failures.popleft()
        if len(self._failures) >= _MOST_FAILURES:
            raise Unavailable("too many files could not be fetched lately: Meta would block the number's files")


class VoiceLibrary(Recordings):
    """What guests say on WhatsApp, by the hotel's number that they say it to."""

    def __init__(self, graph: GraphClient, accounts: Iterable[WhatsAppAccount]) -> None:
        self._libraries = {account.tenant: MediaLibrary(graph, account) for account in accounts}

    async def fetch(self, tenant: TenantId, media: str) -> Recording:
        library = self._libraries.get(tenant)
        if library is None:
            raise NotFound
        file = await library.download(media, LONGEST_VOICE)
        return Recording(content=file.content, mime=file.mime)


def _refusal(refused: GraphRefused) -> PortError:
    if refused.error.status < 500:  # noqa: PLR2004 - server errors
        return Rejected(Rejection.OTHER, str(refused))
    return Unavailable(str(refused))


def _agrees(content: bytes, told: str) -> bool:
    """Tell whether *told* is the SHA-256 of *content*: hexadecimal from the API, base64 in webhooks."""
    digest = hashlib.sha256(content)
    try:
        given = base64.b64decode(told, validate=True)
    except (ValueError, binascii.Error):
        given = b""
    return hmac.compare_digest(told.lower(), digest.hexdigest()) or hmac.compare_digest(given, digest.digest())
