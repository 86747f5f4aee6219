"""Names made of parts, which say nothing about them."""

import hashlib

from hotel_agent.domain.ids import base32

_LENGTH = 26
"""Characters that 16 bytes make."""


def digest(*parts: str) -> str:
    """Hash parts so that no two different lists of parts collide by running together."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        hashed.update(len(raw).to_bytes(8, "big") + raw)
    return base32(hashed.digest(), _LENGTH)
