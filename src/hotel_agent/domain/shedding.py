"""
When too much waits, and who is turned away first then: those who lose least by coming again later.

Too much waits when a new message would have to wait for longer than it should. To tell that, no rate need have been measured
beforehand: only how long the first of those who wait has waited, and how fast those behind it take its place. So it is right in
a process that has just begun, after a quiet night, and where other processes do the work.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil, inf
from typing import Final

from attrs import frozen


@frozen(kw_only=True)
class Situation:
    """
    What tells how much is at stake in a conversation, as last committed.

    `talks_until`: when its session ends, or has ended; None: there is none yet. `engaged`: that of its session. `booking_open`:
    a booking of it is not settled.
    """

    talks_until: datetime | None = None
    engaged: bool = False
    booking_open: bool = False


class Stake(StrEnum):
    """What a guest who is turned away now would leave behind."""

    NOTHING = "nothing"
    """A new conversation, or one whose session has ended."""
    TALK = "talk"
    """Some words: nothing offered, locked or booked."""
    BOOKING = "booking"
    """An offer, a lock, a question that waits for a yes, or a booking that is not settled."""


def stake_of(situation: Situation, now: datetime) -> Stake:
    if situation.booking_open:
        return Stake.BOOKING
    if situation.talks_until is None or now >= situation.talks_until:
        return Stake.NOTHING
    return Stake.BOOKING if situation.engaged else Stake.TALK


_KEPT_FREE: Final = {Stake.NOTHING: (0.2, 0.4, 0.8), Stake.TALK: (0.1, 0.3, 0.7), Stake.BOOKING: (0.0, 0.2, 0.5)}
"""
The part of the room that is kept free for those with more at stake: of all there is; and in a crowd of what is handled in time,
in a burst and when it does not pass. There it is never used up, because turning others away will take work too.
"""
FEW: Final = 64
"""As many may wait however long that takes: it is what one worker has in hand at once, and less would leave it idle."""
MANY: Final = 256
"""More than dead workers leave to be found all at once."""
_BEGINS, _ENDS = 4, 16
"""Parts of the longest wait: above the one there is a crowd, below the other it is over. Most queues just come and go."""
_SLOWEST: Final = 0.2
_RISE, _FALL, _LEAP = 1.25, 1.6, 2.0
"""By what factor one look may correct upwards or downwards what the one before it showed; upwards where nobody waits at all."""
_FORGOTTEN: Final = timedelta(seconds=2)


@frozen(kw_only=True)
class Bounds:
    """How many may wait at all, and how long a message may have to wait before its turn begins."""

    most: int
    longest: timedelta


@frozen(kw_only=True)
class Crowd:
    """
    Those who wait, as they were `at` an instant.

    The first who could be handled then had waited for `first`; whoever comes next is expected to wait for `expected`. That is
    `suspected` to be too long: the next look will tell. `since`: from then on too much waits; None: it does not. `until`: then
    that is over, if nothing shows it anew. `in_time` are handled in the longest wait.
    """

    at: datetime
    waiting: int
    first: timedelta = timedelta()
    expected: timedelta = timedelta()
    suspected: bool = False
    since: datetime | None = None
    until: datetime | None = None
    in_time: float = inf


def is_asked(before: Crowd | None, waiting: int) -> bool:
    """Tell whether it matters how long the first has waited, when so many wait now."""
    return waiting >= FEW or (before is not None and before.since is not None)


def crowd_of(
    before: Crowd | None, at: datetime, waiting: int, first: timedelta, bounds: Bounds, *, refused: bool = False
) -> Crowd:
    """
    Say what the crowd is like *at* an instant when so many wait, of whom the first has for *first*; *before* is the last look.

    Those who are handled next came in one after the other. If it takes twice as long to handle them as it took them to come,
    whoever comes now waits twice as long as the first has; where turns stand still, five times as long is supposed. If they are
    not many it takes two looks: what a worker that died had in hand is found all at once, and handled a moment later. A crowd
    lasts until hardly anybody has waited, and nobody was *refused*, for as long as the longest wait.
    """
    expected = first / _speed(before, at, first)
    known = before or Crowd(at=at, waiting=0)
    suspected = waiting >= FEW and expected > bounds.longest / _BEGINS
    since, until = known.since, known.until
    if since is None and suspected and (known.suspected or waiting >= MANY):
        since = at
    if since and (refused or expected > bounds.longest / _ENDS):
        until = at + bounds.longest
    if since is None or until is None or at >= until:
        return Crowd(at=at, waiting=waiting, first=first, expected=expected, suspected=suspected)
    in_time = waiting * (bounds.longest / expected) if expected else inf
    if known.in_time < inf:
        # One look shows little: some are handled together, and those who come do not come evenly.
        in_time = min(max(in_time, known.in_time / _FALL), known.in_time * (_RISE if expected else _LEAP))
    return Crowd(
        at=at, waiting=waiting, first=first, expected=expected, suspected=True, since=since, until=until, in_time=in_time
    )


def waiting_by(crowd: Crowd, now: datetime, came: int, bounds: Bounds) -> float:
    """Say how many wait by *now*, when so many *came* since the crowd was looked at: some of it have been handled meanwhile."""
    if crowd.since is None or crowd.in_time == inf:
        return crowd.waiting + came
    return max(crowd.waiting + came - crowd.in_time * ((now - crowd.at) / bounds.longest), 0)


def come_again_in(crowd: Crowd | None, bounds: Bounds) -> timedelta | None:
    """Say when to try again: what waits now is handled by then. None: there is no crowd, so nobody knows."""
    return bounds.longest * (crowd.waiting / crowd.in_time) if crowd and crowd.since else None


def room_for(stake: Stake, bounds: Bounds, crowd: Crowd | None = None) -> int:
    """
    Return how many may wait before a message with so much at stake is turned away.

    Without a crowd that is a part of all that may wait at all. With one it is as many as are handled in the longest wait; when
    that has not sufficed for as long as this, it is a burst no more, and waits are brought down to less than half of it.
    """
    always, burst, standing = _KEPT_FREE[stake]
    at_all = _part(bounds.most, always)
    if crowd is None or crowd.since is None:
        return at_all
    lasted = (crowd.at - crowd.since) / bounds.longest
    kept_free = burst + (standing - burst) * min(max(lasted - 1, 0.0), 1.0)
    return min(at_all, max(_part(FEW, always), _part(min(crowd.in_time, bounds.most), kept_free)))


def _speed(before: Crowd | None, at: datetime, first: timedelta) -> float:
    """How many seconds' worth of arrivals are handled in a second."""
    if before is None or not before.first or not timedelta() < at - before.at <= _FORGOTTEN:
        return 1.0
    passed = at - before.at
    return min(max((passed - (first - before.first)) / passed, _SLOWEST), 1.0)


def _part(whole: float, kept_free: float) -> int:
    return ceil(whole - whole * kept_free)
