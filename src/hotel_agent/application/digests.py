"""Names made of parts, which say nothing about them."""

import base64
import hashlib


def digest(*parts: str) -> str:
    """Hash parts so that no two different lists of parts collide by running together."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return base64.b32encode(digest.digest()).decode().rstrip("=").lower()
