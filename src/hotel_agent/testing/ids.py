"""Ids that tests can foretell."""

import hashlib

from attrs import define, field

from hotel_agent.domain.ids import base32
from hotel_agent.ports.ids import IdSource

_LENGTH = 26


@define
class CountingIds(IdSource):
    """Draws 26 lower-case base32 characters in a fixed sequence; sources with another *salt* draw other ids."""

    _salt: str = field(default="")
    _drawn: int = field(default=0, init=False)

    def draw(self) -> str:
        self._drawn += 1
        digest = hashlib.blake2b(f"{self._salt}/{self._drawn}".encode(), digest_size=20).digest()
        return base32(digest, _LENGTH)
