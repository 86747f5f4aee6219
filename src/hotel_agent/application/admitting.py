"""How much may wait: past a bound nothing more is taken in, so that what is taken is answered in time."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from attrs import define, field

from hotel_agent.domain.errors import Overloaded, PortError
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.journal import Inbox

_GOOD_FOR: Final = timedelta(seconds=0.5)


@define
class Admission:
    """
    Lets messages in while fewer than `most` events wait.

    It looks at the inbox now and then, not at every message, and counts what it has let in since: so it errs on the safe side
    for what comes through here, and by what other processes take in between two looks.
    """

    _inbox: Inbox
    _clock: Clock
    _most: int
    _waiting: int = field(default=0, init=False)
    _since: int = field(default=0, init=False)
    """Let in since the look before."""
    _looked_at: datetime | None = field(default=None, init=False)

    async def admit(self) -> None:
        """
        Let one more message in.

        Raises:
            Overloaded: too many events wait already.

        """
        now = self._clock.now()
        if self._looked_at is None or not timedelta() <= now - self._looked_at < _GOOD_FOR:
            self._looked_at = now
            await self._look()
        if self._waiting + self._since >= self._most:
            raise Overloaded
        self._since += 1

    async def _look(self) -> None:
        counted = self._since
        # A store that cannot be asked will not take the message either, and says so itself.
        with suppress(PortError):
            self._waiting = await self._inbox.waiting(self._most)
            self._since -= counted
