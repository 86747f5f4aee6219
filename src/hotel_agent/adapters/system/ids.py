import secrets

from hotel_agent.domain.ids import base32
from hotel_agent.ports.ids import IdSource

_LENGTH = 26
_BYTES = 17
"""136 bits; 26 characters of base32 carry 130 of them."""


class SystemIds(IdSource):
    """Draws from the operating system's randomness."""

    def draw(self) -> str:
        return base32(secrets.token_bytes(_BYTES), _LENGTH)
