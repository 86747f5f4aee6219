"""Files: what guests send and what the hotel uploads, with ids that last and URLs that do not."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from attrs import define, field, frozen

from hotel_agent.emulators.whatsapp.errors import GraphError, parameter, unknown_object
from hotel_agent.emulators.whatsapp.pace import ErrorLimit
from hotel_agent.emulators.whatsapp.payloads import media

URL_LIFE: Final = timedelta(minutes=5)
GUEST_FILE_LIFE: Final = timedelta(days=7)
HOTEL_FILE_LIFE: Final = timedelta(days=30)
ATTACHMENTS: Final = "/whatsapp_business/attachments/"
_MIB: Final = 1024 * 1024
_AUDIO: Final = ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
TYPES: Final[dict[str, tuple[str, int]]] = {
    **dict.fromkeys(_AUDIO, ("audio", 16 * _MIB)),
    "image/jpeg": ("image", 5 * _MIB),
    "image/png": ("image", 5 * _MIB),
    "image/webp": ("sticker", 500 * 1024),
    "video/mp4": ("video", 16 * _MIB),
    "video/3gpp": ("video", 16 * _MIB),
    "text/plain": ("document", 100 * _MIB),
    "application/pdf": ("document", 100 * _MIB),
    "application/msword": ("document", 100 * _MIB),
    "application/vnd.ms-excel": ("document", 100 * _MIB),
    f"{_OFFICE}.wordprocessingml.document": ("document", 100 * _MIB),
    f"{_OFFICE}.spreadsheetml.sheet": ("document", 100 * _MIB),
}
"""MIME type without parameters: what a message with such a file is, and how many bytes it may have."""


@frozen
class File:
    """A file that somebody sent or uploaded; `number_id` is that of the hotel's number."""

    id: str
    mime_type: str
    content: bytes = field(repr=False)
    number_id: str
    expires_at: datetime
    filename: str | None = None

    @property
    def kind(self) -> str:
        """What a message with it is."""
        return TYPES.get(plain_type(self.mime_type), ("document", 0))[0]

    @property
    def sha256(self) -> str:
        """The digest in base64, as webhooks tell it."""
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()


def plain_type(mime_type: str) -> str:
    """A MIME type without its parameters."""
    return mime_type.partition(";")[0].strip().lower()


def file_content(file: File, *, caption: str | None = None, voice: bool = False) -> dict[str, Any]:
    """What a guest says by sending a file."""
    kind = file.kind
    return media(
        kind,
        file.id,
        file.mime_type,
        file.sha256,
        caption=caption if kind in {"image", "video", "document"} else None,
        filename=file.filename if kind == "document" else None,
        voice=voice if kind == "audio" else None,
        animated=False if kind == "sticker" else None,
    )


@define
class MediaStore:
    """All files. *secret* makes the URLs unguessable."""

    _secret: bytes
    _files: dict[str, File] = field(factory=dict)
    _limit: ErrorLimit = field(factory=lambda: ErrorLimit(20, timedelta(minutes=60), timedelta(minutes=30)))

    def keep(self, content: bytes, mime_type: str, number_id: str, until: datetime, filename: str | None = None) -> File:
        """
        Take a file in.

        Raises:
            GraphError: its type or size is not supported (131053).

        """
        known = TYPES.get(plain_type(mime_type))
        if known is None:
            raise GraphError(131053, f"Param file must be a file with one of the supported types, not {mime_type:.60}.")
        if not content or len(content) > known[1]:
            raise GraphError(131053, f"A file of this type has 1 to {known[1]} bytes, not {len(content)}.")
        digest = hashlib.blake2b(content, digest_size=6, salt=len(self._files).to_bytes(8)).digest()
        file = File(str(10**15 + int.from_bytes(digest)), mime_type, content, number_id, until, filename)
        self._files[file.id] = file
        return file

    def file(self, media_id: str, now: datetime) -> File | None:
        """The file, if there is one and it has not expired."""
        file = self._files.get(media_id)
        return file if file is not None and now < file.expires_at else None

    def describe(self, media_id: str, base: str, now: datetime) -> dict[str, Any]:
        """
        What `GET /{media id}` answers, with a URL below *base* that is good for five minutes.

        Raises:
            GraphError: there is no such file, or too many were asked for in vain.

        """
        if self._limit.is_blocked(now):
            raise GraphError(80007, "Too many failed media requests; try again later.")
        file = self.file(media_id, now)
        if file is None:
            self._limit.failed(now)
            raise unknown_object(media_id)
        expiry = int((now + URL_LIFE).timestamp())
        query = urlencode({"mid": media_id, "ext": expiry, "hash": self._hash(media_id, expiry)})
        return {
            "url": f"{base}{ATTACHMENTS}?{query}",
            "mime_type": file.mime_type,
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "file_size": len(file.content),
            "id": media_id,
            "messaging_product": "whatsapp",
        }

    def fetch(self, query: str, now: datetime) -> File | None:
        """The file that a URL's query names; None when the URL is wrong, has expired, or the file has gone."""
        given = {name: values[0] for name, values in parse_qs(query).items()}
        media_id, expiry, digest = (given.get(name, "") for name in ("mid", "ext", "hash"))
        if not expiry.isdigit() or not hmac.compare_digest(digest.encode(), self._hash(media_id, int(expiry)).encode()):
            return None
        return self.file(media_id, now) if now.timestamp() < int(expiry) else None

    def delete(self, media_id: str, number_id: str | None) -> None:
        """
        Forget a file.

        Raises:
            GraphError: there is no such file of that number.

        """
        file = self._files.get(media_id)
        if file is None or number_id not in {None, file.number_id}:
            raise unknown_object(media_id, "delete")
        del self._files[media_id]

    def _hash(self, media_id: str, expiry: int) -> str:
        return hmac.new(self._secret, f"{media_id} {expiry}".encode(), hashlib.sha256).hexdigest()[:40]


def read_form(content_type: str, body: bytes) -> dict[str, tuple[bytes, str | None, str | None]]:
    """
    The fields of a `multipart/form-data` body: content, file name and type of each.

    Raises:
        GraphError: it is no such body.

    """
    kind, _, parameters = content_type.partition(";")
    name, _, boundary = parameters.strip().partition("=")
    if kind.strip().lower() != "multipart/form-data" or name.strip().lower() != "boundary" or not boundary:
        raise parameter("The request body must be multipart/form-data.")
    fields: dict[str, tuple[bytes, str | None, str | None]] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.strip('" ').encode("latin-1"))[1:]:
        if part.startswith(b"--"):
            return fields
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = {}
        for line in head.decode("utf-8", "replace").split("\r\n"):
            header, _, value = line.partition(":")
            headers[header.strip().lower()] = value.strip()
        told = {
            key.strip().lower(): value.strip().strip('"')
            for key, _, value in (each.partition("=") for each in headers.get("content-disposition", "").split(";"))
        }
        fields[told.get("name", "")] = (content, told.get("filename"), headers.get("content-type"))
    raise parameter("The request body ends too early.")
