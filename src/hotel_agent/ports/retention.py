from abc import abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final, Protocol

from hotel_agent.domain.errors import InvalidValue

LEAST_AGE: Final = timedelta(days=8)
"""Nothing younger is ever removed: channels deliver a message again for 7 days, and its key must be known all that time."""


class Remains(StrEnum):
    """What is left when something is over, and would pile up for ever."""

    EVENTS = "events"
    """Events that were handled, with the keys by which they are recognised and what the guest wrote; from their handling on."""
    DEAD_LETTERS = "dead_letters"
    """Events that were set aside and nobody re-drove; from their last try on."""
    OUTBOX = "outbox"
    """What the agent said and need not deliver any more; from its writing on."""
    DELIVERIES = "deliveries"
    """How sending went, of messages that were sent or set aside; from then on."""
    ANSWERS = "answers"
    """The latest answer to a guest's message; from its writing on."""
    SESSIONS = "sessions"
    """Sessions that ended, and their conversations once nothing else is left of them; from the session's end on."""
    BOOKINGS = "bookings"
    """Bookings that are settled and have no job; from their making on."""
    AUDIT = "audit"
    ESCALATIONS = "escalations"
    LOCK_TRAIL = "lock_trail"


KEPT: Final[Mapping[Remains, timedelta]] = {
    Remains.EVENTS: timedelta(days=30),
    Remains.DEAD_LETTERS: timedelta(days=90),
    Remains.DELIVERIES: timedelta(days=30),
    Remains.OUTBOX: timedelta(days=30),
    Remains.ANSWERS: timedelta(days=30),
    Remains.SESSIONS: timedelta(days=30),
    Remains.BOOKINGS: timedelta(days=800),
    Remains.AUDIT: timedelta(days=400),
    Remains.ESCALATIONS: timedelta(days=90),
    Remains.LOCK_TRAIL: timedelta(days=400),
}
"""How long what remains is kept unless somebody decides otherwise (docs/retention.md)."""


class Retention(Protocol):
    """Removes what is over and old. Safe to call from several tasks and processes; safe to repeat."""

    @abstractmethod
    async def purge(self, remains: Remains, age: timedelta, limit: int) -> int:
        """
        Remove the oldest that are over and older than *age* by the store's clock, and tell how many that were: *limit* at most.

        What waits, is owned or is unsettled is never removed, however old. One call is one short transaction, so that guests'
        turns pass between two of them: call again while it answers *limit*.

        Raises:
            InvalidValue: *age* is less than `LEAST_AGE`.
            Unavailable: nothing was removed, or it may have been: repeating is safe.

        """


def check_age(age: timedelta) -> timedelta:
    """
    Return *age*.

    Raises:
        InvalidValue: it is less than `LEAST_AGE`.

    """
    if age < LEAST_AGE:
        raise InvalidValue(f"what is over is kept for at least {LEAST_AGE.days} days")
    return age
