"""Whether a webhook comes from Meta: the handshake, and the signature over the bytes as they came."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

_PREFIX: Final = "sha256="
SIGNATURE_HEADER: Final = b"x-hub-signature-256"


def signature_of(body: bytes, secret: str) -> str:
    """Return what Meta puts into `X-Hub-Signature-256` for *body*: HMAC-SHA256 under the app's secret."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, given: bytes, secrets: Sequence[str]) -> bool:
    """
    Tell whether *given* signs *body* under one of *secrets* (two while one is being replaced).

    How long it takes tells neither which secret it was nor how much of a wrong signature was right.
    """
    right = [hmac.compare_digest(signature_of(body, secret).encode(), given) for secret in secrets]
    return any(right)


def is_handshake(mode: str, token: str, expected: str) -> bool:
    """Tell whether a GET is Meta's handshake with the verify token it was given."""
    return mode == "subscribe" and hmac.compare_digest(token.encode(), expected.encode())
