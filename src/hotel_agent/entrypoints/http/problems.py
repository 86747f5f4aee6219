"""Every error of the HTTP surface as `application/problem+json` (RFC 9457) with a code that callers may match."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

import orjson
from attrs import frozen
from starlette.responses import Response

from hotel_agent.domain.errors import (
    BreakerOpen,
    HotelAgentError,
    NotFound,
    Overloaded,
    PortError,
    Refused,
    TooOften,
    UnknownTenant,
)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
SOON_S = 2
"""A store that stumbles is back soon: whoever comes again then still has an answer within 5 s."""

CODES: dict[str, tuple[int, str]] = {
    "bad_json": (400, "The body is not JSON"),
    "key_required": (401, "An API key is required"),
    "key_unknown": (401, "The API key is not known"),
    "bad_signature": (401, "The signature is missing or wrong"),
    "handshake_refused": (403, "The verify token is not the one that is set"),
    "loopback_only": (403, "Only this machine may call without an API key"),
    "scope_missing": (403, "The API key does not allow this"),
    "other_tenant": (403, "The API key belongs to another hotel"),
    "visitor_required": (403, "A visitor's token is required"),
    "cross_origin": (403, "Other sites may not call this"),
    "not_found": (404, "There is no such thing"),
    "unknown_tenant": (404, "There is no such hotel"),
    "method_not_allowed": (405, "This method is not offered here"),
    "body_too_slow": (408, "The body took too long"),
    "refused": (409, "The rules of the house say no"),
    "body_too_large": (413, "The body is too large"),
    "json_only": (415, "The body must be application/json"),
    "invalid_fields": (422, "Some fields cannot be used"),
    "too_many_requests": (429, "Too many requests"),
    "internal": (500, "Something went wrong"),
    "unavailable": (503, "A part is down at the moment"),
}
"""The status and title of every code: the one table of HTTP errors."""


@frozen(kw_only=True)
class FieldProblem:
    """What is wrong with one field, said without repeating what was given."""

    field: str
    problem: str


class Problem(Exception):
    """A request ends with an error; `detail` may be read by anybody and never repeats what a guest wrote."""

    def __init__(
        self, code: str, detail: str = "", *, errors: tuple[FieldProblem, ...] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        return CODES[self.code][0]

    def response(self) -> Response:
        status, title = CODES[self.code]
        content: dict[str, object] = {"type": f"urn:hotel-agent:problem:{self.code}", "title": title, "status": status}
        content["code"] = self.code
        if self.detail:
            content["detail"] = self.detail
        if self.errors:
            content["errors"] = [{"field": error.field, "problem": error.problem} for error in self.errors]
        return Response(orjson.dumps(content), status, self.headers, MEDIA_TYPE)


def unavailable(detail: str = "", retry_after_s: int = RETRY_AFTER_S) -> Problem:
    return Problem("unavailable", detail, headers={"Retry-After": str(max(1, retry_after_s))})


def come_again_s(error: Overloaded) -> int:
    """In how many seconds to come again; nobody is sent away for long, for nobody knows how long others will go on coming."""
    return RETRY_AFTER_S if error.wait is None else min(max(1, math.ceil(error.wait.total_seconds())), RETRY_AFTER_S)


def too_many(wait: timedelta) -> Problem:
    return Problem("too_many_requests", headers={"Retry-After": str(max(1, math.ceil(wait.total_seconds())))})


def problem_of(error: HotelAgentError, now: datetime) -> Problem:
    """Say one of our errors in HTTP: what is not there is 404, what is down 503 with `Retry-After`, a business no 409."""
    match error:
        case UnknownTenant():
            return Problem("unknown_tenant")
        case NotFound():
            return Problem("not_found")
        case BreakerOpen():
            return unavailable(retry_after_s=math.ceil((error.retry_at - now).total_seconds()))
        case PortError():
            return unavailable()
        case TooOften():
            return too_many(error.wait)
        case Refused():
            return Problem("refused", str(error))
        case _:
            return Problem("internal")
