from datetime import UTC, datetime

import pytest

from hotel_agent.domain import errors
from hotel_agent.domain.errors import (
    AlreadyLocked,
    BreakerOpen,
    ConfigurationError,
    HotelAgentError,
    InvalidValue,
    MalformedReply,
    PortError,
    Refused,
    Rejected,
    Rejection,
    Unavailable,
)

EVERY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, HotelAgentError)]


def test_codes_are_unique() -> None:
    assert len({kind.code for kind in EVERY}) == len(EVERY)


def test_docstring_is_the_default_message() -> None:
    assert str(AlreadyLocked()) == "Too few of the rooms are free of other guests' locks."
    assert str(AlreadyLocked("all gone")) == "all gone"


def test_breaker_that_is_open_counts_as_unavailable_and_says_until_when() -> None:
    at = datetime(2031, 3, 3, tzinfo=UTC)
    refused = BreakerOpen(at)
    assert (isinstance(refused, Unavailable), refused.retry_at) == (True, at)


def test_invalid_value_is_a_value_error() -> None:
    assert issubclass(InvalidValue, ValueError)


def test_business_no_is_no_failure_of_a_part() -> None:
    assert not issubclass(Refused, PortError)


def test_rejection_carries_its_reason() -> None:
    assert Rejected(Rejection.SOLD_OUT).reason is Rejection.SOLD_OUT


@pytest.mark.parametrize(
    ("problems", "message"),
    [
        ((), "The far side answered something that cannot be understood."),
        (("id: missing", "total: no decimal"), "The far side's answer cannot be understood: id: missing; total: no decimal"),
    ],
)
def test_malformed_reply_lists_its_problems(problems: tuple[str, ...], message: str) -> None:
    assert (str(MalformedReply(problems)), MalformedReply(problems).problems) == (message, problems)


def test_configuration_error_lists_every_mistake() -> None:
    assert str(ConfigurationError(["PORT: not a number", "HOST: empty"])) == "PORT: not a number\nHOST: empty"
