from abc import abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from attrs import frozen

from hotel_agent.domain.breaker import BreakerState


@frozen(kw_only=True)
class SharedBreaker:
    """
    How the breaker in front of a part stands for all processes that share it.

    `version` rises with every change; 0: nothing was ever told of it, and it is closed. `standing` is how long ago it opened.
    Half-open, the one probe is `prober`'s for as long as `permit` is positive. Both are durations by the store's clock, so that
    the clocks of processes need not agree.
    """

    state: BreakerState = BreakerState.CLOSED
    version: int = 0
    failures: int = 0
    standing: timedelta = timedelta()
    prober: str = ""
    permit: timedelta = timedelta()


class BreakerStore(Protocol):
    """
    What processes tell each other of their breakers. It may forget: then they are closed.

    Safe to call from several tasks and processes.
    """

    @abstractmethod
    async def read(self, parts: Sequence[str]) -> tuple[SharedBreaker, ...]:
        """
        Tell how the breakers of *parts* stand, in their order and in one go.

        Raises:
            Unavailable: the store did not answer.

        """

    @abstractmethod
    async def change(self, part: str, to: SharedBreaker) -> bool:
        """
        Write *to*, if the breaker is still at the version before it; False if it is not, and then nothing is written.

        Raises:
            Unavailable: it was not written, or may have been.

        """
