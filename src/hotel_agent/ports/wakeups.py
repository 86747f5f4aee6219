from abc import abstractmethod
from collections.abc import Callable
from typing import Protocol


class WakeUps(Protocol):
    """
    Tells this process what other processes on the same store have just written.

    It only saves time: a ring may be lost, come late or for nothing, so whoever waits for one looks again by itself too.
    """

    @abstractmethod
    async def listen(self, ring: Callable[[str], None]) -> None:
        """
        Call *ring* with the subjects of `application.bell` that others write about, until cancelled.

        The subjects are `inbox`, `jobs`, `outbox`, and the ids of events and conversations that were answered. What this store
        object itself writes is left out: its process rings its own bell. An outage is waited out.
        """
