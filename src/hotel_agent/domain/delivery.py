"""Getting what the agent said to the guest on channels that are pushed to."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from attrs import evolve, field, frozen

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, TenantId

PULLED: Final = frozenset({Channel.API, Channel.WEBCHAT})
"""Channels whose guests fetch what was said: nothing is ever sent to them."""
LONGEST: Final[Mapping[Channel, int]] = {Channel.WHATSAPP: 4096}
"""How many characters one message of a channel may have, where it has a limit."""


REPEATABLE: Final = frozenset({Channel.STAFF})
"""Channels whose receiver knows a message by its id: what may have been sent is sent again at once."""


@frozen(kw_only=True)
class Address:
    """
    Where a conversation's guest is reached: the hotel's *account* on the channel, and the guest's *recipient* there.

    `heard_at` is when the guest last wrote, where the channel lets only those be written to who have.
    """

    tenant: TenantId
    conversation: ConversationId
    channel: Channel
    account: str
    recipient: str = field(repr=False)
    heard_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if self.channel in PULLED:
            raise InvalidValue(f"nothing is sent to {self.channel}: its guests fetch what was said")

    def after(self, before: "Address | None") -> "Address":
        """Take the place of *before*; the guest was last heard when it was, even if that comes to be known out of order."""
        if before is None or before.heard_at is None or (self.heard_at is not None and self.heard_at >= before.heard_at):
            return self
        return evolve(self, heard_at=before.heard_at)


class DeliveryStatus(StrEnum):
    """
    What a channel told of a message, from the least to the most that is known of it.

    A failure told after a delivery is not believed; a delivery told after a failure is.
    """

    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"

    @property
    def rank(self) -> int:
        return list(DeliveryStatus).index(self)

    def follows(self, before: "DeliveryStatus | None") -> bool:
        """Say whether it tells more than what was known *before*: statuses never go backwards."""
        return before is None or self.rank > before.rank


@frozen(kw_only=True)
class Pace:
    """At most *burst* messages at once to one guest, then one *every*."""

    every: timedelta = timedelta()
    burst: int = 1

    def __attrs_post_init__(self) -> None:
        if self.burst < 1 or self.every < timedelta():
            raise InvalidValue("a pace lets at least one message through, and time does not go back")

    def wait(self, full_at: datetime, now: datetime) -> timedelta:
        """Say how long the next one has to wait when the whole burst is free again at *full_at*."""
        return max(timedelta(), full_at - self.every * (self.burst - 1) - now)

    def after(self, full_at: datetime, now: datetime) -> tuple[datetime, datetime]:
        """
        Count one message sent *now*, when the whole burst was to be free again at *full_at*.

        Returns when it is free again from now on, and when the next message may go.
        """
        full_at = max(full_at, now) + self.every
        return full_at, max(now, full_at - self.every * (self.burst - 1))


def split(text: str, longest: int) -> tuple[str, ...]:
    """
    Cut *text* into parts of at most *longest* characters: after a paragraph, else a sentence, else a word, else anywhere.

    Nothing but the white space at the cuts is lost, and no part is empty: no text has no parts.
    """
    parts = []
    rest = text.strip()
    while len(rest) > longest:
        end = _end(rest, longest)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return (*parts, rest) if rest else tuple(parts)


_ENDS: Final = (re.compile(r"\n\s*\n"), re.compile(r"\n|(?<=[.!?…])[\"'”»)]*\s"), re.compile(r"\s"))
"""Where a text may be cut, best first."""


def _end(text: str, longest: int) -> int:
    """Say where its first part ends. A good place in the first third is passed by: it would only make more parts."""
    for place in _ENDS:
        ends = [match.end() for match in place.finditer(text, 0, longest + 1)]
        fitting = [end for end in ends if end > longest // 3]
        if fitting:
            return fitting[-1]
    return longest
