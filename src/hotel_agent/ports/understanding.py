from abc import abstractmethod
from typing import Protocol

from hotel_agent.domain.understanding import Listening, Understanding


class Understander(Protocol):
    """Reads what a guest means. Safe to repeat: the same text heard against the same things means the same."""

    @abstractmethod
    async def understand(self, text: str, listening: Listening) -> Understanding:
        """
        Say what *text* (any text at all, up to the channel's limit) means.

        It never guesses a date: several readings come back as several candidates, and what was filled in is marked assumed.
        A text that means nothing known comes back as `out_of_scope` or with a low confidence, not as an error.

        Raises:
            Unavailable: a remote understander did not answer in time (a local one always answers).

        """
