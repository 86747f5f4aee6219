"""Who is turned away first when too much waits: those who lose least by coming again later."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from hotel_agent.domain.bookings import OPEN, Booking
from hotel_agent.domain.sessions import Session


@frozen(kw_only=True)
class Situation:
    """How a conversation stands: its session as last committed (None: there is none yet) and its bookings."""

    session: Session | None = None
    bookings: tuple[Booking, ...] = field(default=(), repr=False)


class Stake(StrEnum):
    """What a guest who is turned away now would leave behind."""

    NOTHING = "nothing"
    """A new conversation, or one whose session has ended."""
    TALK = "talk"
    """Some words: nothing offered, locked or booked."""
    BOOKING = "booking"
    """An offer, a lock, a question that waits for a yes, or a booking that is not settled."""


def stake_of(situation: Situation, now: datetime) -> Stake:
    if any(booking.state in OPEN for booking in situation.bookings):
        return Stake.BOOKING
    session = situation.session
    if session is None or session.is_over(now):
        return Stake.NOTHING
    engaged = session.offers or session.held or session.waits_for_yes or session.amending
    return Stake.BOOKING if engaged else Stake.TALK


_KEPT_FREE: Final = {Stake.NOTHING: 2, Stake.TALK: 1, Stake.BOOKING: 0}
"""Tenths of the room that are kept free for those with more at stake."""


def room_for(stake: Stake, most: int) -> int:
    """Return how many may wait before a message with so much at stake is turned away, when *most* may wait at all."""
    return most - most * _KEPT_FREE[stake] // 10
