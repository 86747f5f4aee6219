from abc import abstractmethod
from typing import Protocol


class IdSource(Protocol):
    """Draws what must be unique and unguessable."""

    @abstractmethod
    def draw(self) -> str:
        """Return 26 lower-case base32 characters (130 bits) never returned before."""
