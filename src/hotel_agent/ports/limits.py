from abc import abstractmethod
from datetime import timedelta
from typing import Protocol

from hotel_agent.domain.delivery import Pace


class RateLimiter(Protocol):
    """Keeps all processes together to one pace. Safe to call from several tasks and processes; runs by the store's clock."""

    @abstractmethod
    async def reserve(self, name: str, pace: Pace, patience: timedelta) -> timedelta:
        """
        Ask for one use of *name* and return how long to wait before it.

        Up to *patience*, the use is counted and the caller's: it is to be made after that wait. Beyond, nothing was counted:
        ask again after it.

        Raises:
            Unavailable: it may have been counted.

        """
