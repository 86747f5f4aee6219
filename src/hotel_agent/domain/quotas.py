"""How many uses of something a while may hold: counted exactly where that is few, and never too many where it is a lot."""

from bisect import bisect_right
from datetime import timedelta
from typing import Final

from attrs import field, frozen

from hotel_agent.domain.errors import InvalidValue

FINEST: Final = 240
"""So many instants are kept of one count at most. Beyond, uses that are close together are kept as one, at their end."""
_MICROSECOND: Final = timedelta(microseconds=1)


@frozen
class Quota:
    """
    At most *count* uses in any *period*, wherever that begins.

    `span` is the period and `grain` the length in which uses are kept as one (0: every instant is), both in microseconds.
    """

    count: int
    period: timedelta
    span: int = field(init=False, repr=False, eq=False)
    grain: int = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.count < 1 or self.period <= timedelta():
            raise InvalidValue("a quota allows at least one use in some time")
        object.__setattr__(self, "span", self.period // _MICROSECOND)
        object.__setattr__(self, "grain", 0 if self.count <= FINEST else -(-self.span // FINEST))


@frozen
class Uses:
    """The uses that still count: instants in rising order (microseconds of one clock), and how many there were at each."""

    at: tuple[int, ...] = ()
    many: tuple[int, ...] = ()


NONE: Final = Uses()


def use(before: Uses, quota: Quota, now: int) -> tuple[Uses, int]:
    """
    Use *quota* once more at *now* if that is within it.

    Returns what counts from now on and 0, or, where it was refused and so not counted, the microseconds until one is free
    (never more than the period). A clock that was set back by more than the period begins anew.
    """
    at, many = before.at, before.many
    if at and at[-1] > now + quota.span:
        at, many = (), ()
    if gone := bisect_right(at, now - quota.span):
        at, many = at[gone:], many[gone:]
    if sum(many) >= quota.count:
        return Uses(at, many), max(1, min(at[0] + quota.span - now, quota.span))
    stamp = -(-now // quota.grain) * quota.grain if quota.grain else now
    if at and at[-1] >= stamp:
        return Uses(at, (*many[:-1], many[-1] + 1)), 0
    return Uses((*at, stamp), (*many, 1)), 0
