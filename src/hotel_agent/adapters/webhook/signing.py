"""
Signs what is sent to a webhook, and checks it on the other side.

The header is `t=<seconds>,v1=<hex>`: HMAC-SHA256 with the shared secret over the seconds, a dot, and the raw body. The seconds
are those of the send, so a receiver can refuse what is replayed later.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import Final

HEADER: Final = "X-Hotel-Agent-Signature"
TOLERANCE: Final = timedelta(minutes=5)
_SHAPE: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def signature(body: bytes, secret: str, at: datetime) -> str:
    """Return the header's value for *body* sent at *at*."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(body, secret, seconds)}"


def is_signed(body: bytes, header: str, secret: str, now: datetime, tolerance: timedelta = TOLERANCE) -> bool:
    """Tell whether *header* signs *body* with *secret*, not longer than *tolerance* ago."""
    parts = _SHAPE.fullmatch(header)
    if parts is None:
        return False
    seconds = int(parts[1])
    sent_at = datetime.fromtimestamp(seconds, UTC)
    return abs(now - sent_at) <= tolerance and hmac.compare_digest(_digest(body, secret, seconds), parts[2])


def _digest(body: bytes, secret: str, seconds: int) -> str:
    return hmac.new(secret.encode(), str(seconds).encode() + b"." + body, hashlib.sha256).hexdigest()
