from abc import abstractmethod
from datetime import timedelta
from typing import Protocol

from hotel_agent.domain.delivery import Pace
from hotel_agent.domain.quotas import Quota


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


class Quotas(Protocol):
    """
    Counts uses over all processes, exactly: they never make more of a name than its quota allows, nor are kept from one less.

    Safe to call from several tasks and processes; runs by the store's clock. What was counted survives the end of a process; it
    need not survive that of the machine. A name is stored as it is given: it should say nothing about a guest.
    """

    @abstractmethod
    async def use(self, name: str, quota: Quota) -> timedelta:
        """
        Use *quota* once under *name*, and return zero; or how long until one is free again, and then nothing was counted.

        Raises:
            Unavailable: it may have been counted.

        """
