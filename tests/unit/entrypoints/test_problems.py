"""Our errors in HTTP."""

from datetime import timedelta

import orjson
import pytest

from hotel_agent.domain.errors import (
    AlreadyLocked,
    BreakerOpen,
    ConfigurationError,
    HotelAgentError,
    InvalidValue,
    MalformedReply,
    Misconfigured,
    NotFound,
    OutcomeUnknown,
    Overloaded,
    Rejected,
    Rejection,
    TooOften,
    Unavailable,
    UnknownTenant,
)
from hotel_agent.entrypoints.http.problems import Problem, come_again_s, problem_of
from hotel_agent.testing.examples import AT


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UnknownTenant(), 404, "unknown_tenant"),
        (NotFound(), 404, "not_found"),
        (Unavailable(), 503, "unavailable"),
        (Misconfigured("the key is canary"), 503, "unavailable"),
        (OutcomeUnknown(), 503, "unavailable"),
        (MalformedReply(["canary"]), 503, "unavailable"),
        (Rejected(Rejection.OTHER, "canary"), 503, "unavailable"),
        (AlreadyLocked(), 409, "refused"),
        (InvalidValue("canary"), 500, "internal"),
        (ConfigurationError(["canary"]), 500, "internal"),
    ],
)
def test_each_error_has_its_status_and_code(error: HotelAgentError, status: int, code: str) -> None:
    problem = problem_of(error, AT)
    response = problem.response()
    assert (problem.code, response.status_code) == (code, status)
    assert ("retry-after" in response.headers) == (status == 503)
    assert b"canary" not in response.body


def test_who_writes_too_often_is_told_when_to_come_back() -> None:
    problem = problem_of(TooOften(timedelta(seconds=12.1)), AT)
    assert (problem.code, problem.status, problem.headers) == ("too_many_requests", 429, {"Retry-After": "13"})


@pytest.mark.parametrize(("seconds", "told"), [(17.2, "18"), (0.0, "1"), (-5.0, "1")])
def test_an_open_breaker_says_when_to_come_back_and_never_at_once(seconds: float, told: str) -> None:
    problem = problem_of(BreakerOpen(AT + timedelta(seconds=seconds)), AT)
    assert problem.headers == {"Retry-After": told}


def test_a_problem_document_has_what_rfc_9457_asks_for() -> None:
    content = orjson.loads(Problem("bad_json", "why").response().body)
    assert content == {
        "type": "urn:hotel-agent:problem:bad_json",
        "title": "The body is not JSON",
        "status": 400,
        "code": "bad_json",
        "detail": "why",
    }


@pytest.mark.parametrize(
    ("wait", "told"), [(None, 5), (timedelta(), 1), (timedelta(seconds=1.2), 2), (timedelta(minutes=1), 5)]
)
def test_who_finds_a_crowd_is_told_when_it_will_have_been_handled_and_never_to_stay_away_for_long(
    wait: timedelta | None, told: int
) -> None:
    assert come_again_s(Overloaded(wait)) == told
