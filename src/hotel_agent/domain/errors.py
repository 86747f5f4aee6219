"""
Every error that hotel_agent raises on purpose.

`code` is stable and may be matched by callers; the class docstring is the default message. Messages never carry a guest's
words.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar


class HotelAgentError(Exception):
    """Something went wrong in hotel_agent."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join((type(self).__doc__ or "").split()))


class InvalidValue(HotelAgentError, ValueError):
    """A value cannot be built from what was given."""

    code = "invalid_value"


# ---------------------------------------------------------------- a business no


class Refused(HotelAgentError):
    """The rules of the house say no."""

    code = "refused"


class AlreadyLocked(Refused):
    """Too few of the rooms are free of other guests' locks."""

    code = "already_locked"


class LockLost(Refused):
    """The lock is not (or no longer) its owner's."""

    code = "lock_lost"


class StaleClaim(Refused):
    """Somebody else owns this conversation or job by now; nothing was written."""

    code = "stale_claim"


class NotFound(Refused):
    """There is no such thing."""

    code = "not_found"


class UnknownTenant(NotFound):
    """No hotel of that name is configured."""

    code = "unknown_tenant"


class TooOften(Refused):
    """More was asked than is allowed in that time; there is room again after `wait`."""

    code = "too_often"

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


# ---------------------------------------------------------------- something outside failed


class PortError(HotelAgentError):
    """Something outside failed."""

    code = "port_error"


class NeverReturned(HotelAgentError):
    """Nobody who began to handle it came back to say how it went."""

    code = "never_returned"


class Unavailable(PortError):
    """The far side did not take the request: nothing happened, it may be tried again."""

    code = "unavailable"


class Overloaded(Unavailable):
    """Too much waits already: nothing was taken, it may be tried again later, after `wait` if that is known."""

    code = "overloaded"

    def __init__(self, wait: timedelta | None = None) -> None:
        super().__init__("Too much waits already: nothing was taken, it may be tried again later.")
        self.wait = wait


class BreakerOpen(Unavailable):
    """The far side failed too often and is left alone until `retry_at`."""

    code = "breaker_open"

    def __init__(self, retry_at: datetime) -> None:
        super().__init__()
        self.retry_at = retry_at


class OutcomeUnknown(PortError):
    """A write may or may not have happened: look it up, never repeat it blindly."""

    code = "outcome_unknown"


class Misconfigured(Unavailable):
    """The far side refuses us as we are set up (key, permission, host name). Nothing happened; the message names the cure."""

    code = "misconfigured"


class Rejection(StrEnum):
    """Why a PMS says no to a write."""

    SOLD_OUT = "sold_out"
    PRICE_CHANGED = "price_changed"
    STAY_RULE = "stay_rule"  # minimum or maximum length of stay
    GUEST_DATA = "guest_data"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOT_SUPPORTED = "not_supported"
    OTHER = "other"


class Rejected(PortError):
    """The far side understood the request and said no: nothing was changed."""

    code = "rejected"

    def __init__(self, reason: Rejection, message: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason


class MalformedReply(PortError):
    """The far side answered something that cannot be understood."""

    code = "malformed_reply"

    def __init__(self, problems: Sequence[str] = ()) -> None:
        super().__init__("The far side's answer cannot be understood: " + "; ".join(problems) if problems else None)
        self.problems = tuple(problems)


# ---------------------------------------------------------------- settings


class ConfigurationError(HotelAgentError):
    """The settings cannot be used; `problems` lists every mistake found."""

    code = "configuration"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
