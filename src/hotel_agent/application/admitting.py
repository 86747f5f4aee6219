"""How much may wait: past a bound nothing more is taken in, so that what is taken is answered in time."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from attrs import define, field

from hotel_agent.domain.errors import Overloaded, PortError
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.shedding import Stake, room_for, stake_of
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.journal import Inbox
from hotel_agent.ports.records import Records

_GOOD_FOR: Final = timedelta(seconds=0.5)
_ASKED_AGAIN: Final = frozenset({Channel.API, Channel.WEBCHAT})
"""Channels whose callers hear at once that they should come again: they are turned away first."""


@define
class Admission:
    """
    Lets messages in while fewer than `most` events wait, and turns away first who loses least by it (`domain.shedding`).

    It looks at the inbox now and then, not at every message, and counts what it has let in since: so it errs on the safe side
    for what comes through here, and by what other processes take in between two looks. How a conversation stands is only
    looked at when the room is getting short; without `records` all are alike.
    """

    _inbox: Inbox
    _clock: Clock
    _most: int
    _records: Records | None = None
    _waiting: int = field(default=0, init=False)
    _since: int = field(default=0, init=False)
    """Let in since the look before."""
    _looked_at: datetime | None = field(default=None, init=False)

    async def admit(self, channel: Channel, conversation: ConversationId) -> None:
        """
        Let one more message of *conversation* in.

        Raises:
            Overloaded: too many events wait already, for one with so much at stake.

        """
        now = self._clock.now()
        if self._looked_at is None or not timedelta() <= now - self._looked_at < _GOOD_FOR:
            self._looked_at = now
            await self._look()
        waiting = self._waiting + self._since
        if waiting >= self._most:
            raise Overloaded
        if waiting >= room_for(Stake.NOTHING, self._most) and channel in _ASKED_AGAIN:
            stake = await self._stake(conversation, now)
            # Others may have come in meanwhile.
            if self._waiting + self._since >= room_for(stake, self._most):
                raise Overloaded
        self._since += 1

    async def _stake(self, conversation: ConversationId, now: datetime) -> Stake:
        if self._records is None:
            return Stake.BOOKING
        try:
            return stake_of(await self._records.conversation(conversation), now)
        except PortError:
            # Whoever may have a booking at stake is not turned away for our not knowing.
            return Stake.BOOKING

    async def _look(self) -> None:
        counted = self._since
        # A store that cannot be asked will not take the message either, and says so itself.
        with suppress(PortError):
            self._waiting = await self._inbox.waiting(self._most)
            self._since -= counted
