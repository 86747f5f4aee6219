"""How much may wait: past what is handled in time nothing more is taken in, so that what is taken is answered in time."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from attrs import define, field

from hotel_agent.domain.errors import Overloaded, PortError
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.shedding import Bounds, Crowd, Stake, come_again_in, crowd_of, is_asked, room_for, stake_of, waiting_by
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.journal import Inbox
from hotel_agent.ports.records import Records

_GOOD_FOR: Final = timedelta(seconds=0.25)
_ASKED_AGAIN: Final = frozenset({Channel.API, Channel.WEBCHAT})
"""Channels whose callers hear at once that they should come again, and wait for an answer: others need not hear of a crowd."""
_LONGEST: Final = timedelta(seconds=2)


@define
class Admission:
    """
    Lets messages in while they will be handled in time, and turns away first who loses least by it (`domain.shedding`).

    In time is within `longest`; whatever the wait, `most` events may wait at all. It looks at the inbox now and then, not at
    every message, and counts what it has let in since: so it errs on the safe side for what comes through here, and by what
    other processes take in between two looks. How a conversation stands is only looked at when the room is getting short;
    without `records` all are alike.
    """

    _inbox: Inbox
    _clock: Clock
    _most: int
    _records: Records | None = None
    _longest: timedelta = _LONGEST
    _bounds: Bounds = field(init=False)
    _crowd: Crowd | None = field(default=None, init=False)
    _since: int = field(default=0, init=False)
    """Let in since the look before."""
    _refused: bool = field(default=False, init=False)
    """Somebody was turned away since the look before."""
    _looked_at: datetime | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self._bounds = Bounds(most=self._most, longest=self._longest)

    async def admit(self, channel: Channel, conversation: ConversationId) -> None:
        """
        Let one more message of *conversation* in.

        Raises:
            Overloaded: too much waits already, for one with so much at stake; it says when to come again.

        """
        now = self._clock.now()
        if self._looked_at is None or not timedelta() <= now - self._looked_at < _GOOD_FOR:
            self._looked_at = now
            await self._look(now)
        if self._waiting(now) >= self._most:
            raise self._full()
        if channel in _ASKED_AGAIN and not self._has_room(Stake.NOTHING, now):
            stake = await self._stake(conversation, now) if self._has_room(Stake.BOOKING, now) else Stake.BOOKING
            # Others may have come in meanwhile.
            if not self._has_room(stake, now):
                raise self._full()
        self._since += 1

    def not_taken(self) -> None:
        """Take note that a message which was let in was there already, or was refused after all: it adds to nobody's wait."""
        self._since -= 1

    def _waiting(self, now: datetime) -> float:
        return waiting_by(self._crowd, now, self._since, self._bounds) if self._crowd else self._since

    def _has_room(self, stake: Stake, now: datetime) -> bool:
        return self._waiting(now) < room_for(stake, self._bounds, self._crowd)

    def _full(self) -> Overloaded:
        self._refused = True
        return Overloaded(come_again_in(self._crowd, self._bounds))

    async def _stake(self, conversation: ConversationId, now: datetime) -> Stake:
        if self._records is None:
            return Stake.BOOKING
        try:
            return stake_of(await self._records.situation(conversation), now)
        except PortError:
            # Whoever may have a booking at stake is not turned away for our not knowing.
            return Stake.BOOKING

    async def _look(self, now: datetime) -> None:
        counted = self._since
        # A store that cannot be asked will not take the message either, and says so itself.
        with suppress(PortError):
            waiting = await self._inbox.waiting(self._most)
            first = await self._inbox.longest_wait() if is_asked(self._crowd, waiting) else timedelta()
            self._crowd = crowd_of(self._crowd, now, waiting, first, self._bounds, refused=self._refused)
            self._refused = False
            self._since -= counted
