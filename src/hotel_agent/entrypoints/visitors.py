"""
Who a web chat visitor is: nobody in particular, but the same one as before.

A visitor's token is a random id and our signature of it, so that a token cannot be made up or guessed, nothing has to be stored
for it, and every process with the same key knows it. It carries nothing else: no name, no date, no hotel.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Final

from attrs import field, frozen

from hotel_agent.domain.errors import ConfigurationError

TOKEN: Final = r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"  # noqa: S105 - what one looks like
"""A token as a pattern: 16 random bytes and 32 bytes of signature, both in unpadded URL-safe base64."""

_PURPOSE = b"hotel-agent web chat visitor 1\0"
_ID_BYTES = 16
_KEY_BYTES = 32
_SHORTEST_KEY = 32


@frozen
class VisitorSeal:
    """Signs visitors' tokens (HMAC-SHA256) and knows its own again."""

    _key: bytes = field(repr=False)

    @classmethod
    def of_this_process(cls) -> "VisitorSeal":
        """Return a seal that nobody else has and that ends with the process."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    def issue(self) -> str:
        """Return the token of a visitor who has not been here."""
        name = _text(secrets.token_bytes(_ID_BYTES))
        return f"{name}.{self._signature(name)}"

    def visitor(self, token: str) -> str | None:
        """
        Return who holds *token*; None if we did not sign it.

        Whoever sees the name, in the store say, cannot make the token of it.
        """
        if not re.fullmatch(TOKEN, token):
            return None
        name, _, signature = token.partition(".")
        if not hmac.compare_digest(signature, self._signature(name)):
            return None
        return hashlib.blake2b(name.encode(), digest_size=20).hexdigest()

    def _signature(self, name: str) -> str:
        return _text(hmac.digest(self._key, _PURPOSE + name.encode(), "sha256"))


def load_seal(file: Path) -> VisitorSeal:
    """
    Return the seal whose key is kept in *file*; where there is none, draw one and keep it there, for its owner's eyes only.

    Processes that start side by side end up with the same one.

    Raises:
        ConfigurationError: the file cannot be read or written, or is too short to be a key.

    """
    try:
        if not file.exists():
            _keep(file, secrets.token_urlsafe(_KEY_BYTES).encode("ascii"))
        key = file.read_bytes().strip()
    except OSError as exc:
        raise ConfigurationError([f"{file}: the web chat's key cannot be kept there ({exc.strerror})"]) from exc
    if len(key) < _SHORTEST_KEY:
        raise ConfigurationError([f"{file}: expected a key of at least {_SHORTEST_KEY} characters"])
    return VisitorSeal(key)


def _keep(file: Path, key: bytes) -> None:
    """Write the key whole or not at all; whoever comes second keeps the first one's."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(key)
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
