"""
What an answer of QloApps proves, read from its evidence: status, content type, error codes.

The source is the observed behaviour of QloApps 1.6.1, whose status codes lie both ways: 500 after the work is done, 200 after
it failed. Error *messages* are translated, may quote the request (and so the guest), and are never passed on.
"""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from attrs import frozen

from hotel_agent.adapters.qloapps.xml import errors_of
from hotel_agent.domain.errors import MalformedReply, Misconfigured, OutcomeUnknown, PortError, Rejected, Rejection, Unavailable


class Shape(StrEnum):
    """What the body is, by content type first and by looking at it second."""

    JSON = "json"
    XML = "xml"
    ERRORS = "errors"
    EMPTY = "empty"
    OTHER = "other"  # HTML, plain text, or something that says it is JSON and is not


@frozen
class Answer:
    """One complete answer. `data` is the parsed JSON (numbers with decimals are `Decimal`), `codes` QloApps's error codes."""

    status: int
    shape: Shape
    data: Any = None
    text: str = ""
    codes: tuple[int, ...] = ()
    unavailable_said: bool = False
    """An error says, in English, that the rooms are not available."""


@frozen(kw_only=True)
class Request:
    """What was asked, for messages: never a query or a body."""

    method: str
    resource: str
    writes: bool

    def __str__(self) -> str:
        return f"{self.method} {self.resource or '/api'}"


# The one text that is matched (API notes, section 2): POST ends it with a full stop, PUT does not.
_NOT_AVAILABLE = "Requested room(s) not available"
# Codes under which QloApps reports PHP's own warnings and notices beside, or instead of, an answer.
_PHP = frozenset({3, 5})
_HTTP_OK = (200, 201)


def read_answer(status: int, content_type: str, body: bytes) -> Answer:
    """Parse *body* as what it is; never raises."""
    if not body.strip():
        return Answer(status, Shape.EMPTY)
    kind = content_type.partition(";")[0].strip().lower()
    text = body.decode("utf-8", "replace")
    if kind == "application/json":
        try:
            data = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return Answer(status, Shape.OTHER)
        if isinstance(data, dict) and isinstance(data.get("errors"), list):
            return _errors(status, data["errors"])
        return Answer(status, Shape.JSON, data=data)
    if kind in {"text/xml", "application/xml"}:
        found = errors_of(text)
        return Answer(status, Shape.XML, text=text) if found is None else _errors(status, found)
    return Answer(status, Shape.OTHER)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _errors(status: int, errors: Sequence[Any]) -> Answer:
    codes, said = [], False
    for error in errors:
        if isinstance(error, dict):
            code = str(error.get("code", ""))
            codes.append(int(code) if code.isascii() and code.isdigit() else -1)
            said = said or str(error.get("message", "")).startswith(_NOT_AVAILABLE)
    return Answer(status, Shape.ERRORS, codes=tuple(codes), unavailable_said=said)


# ---------------------------------------------------------------- the table

_Verdict = Callable[[Request, Answer], PortError]


@frozen
class _Rule:
    """First match wins. `codes` None does not look at the codes; an empty set of statuses or shapes fits any."""

    statuses: tuple[int, ...]
    shapes: tuple[Shape, ...]
    codes: frozenset[int] | None
    read: _Verdict
    write: _Verdict

    def fits(self, answer: Answer) -> bool:
        return (
            (not self.statuses or answer.status in self.statuses)
            and (not self.shapes or answer.shape in self.shapes)
            and (self.codes is None or bool(self.codes.intersection(answer.codes)))
        )


def _unavailable(request: Request, answer: Answer) -> PortError:
    return Unavailable(f"QloApps failed on {request} (HTTP {answer.status})")


class AnsweredUnknown(OutcomeUnknown):
    """QloApps answered and may have done it: PHP has finished, so what can be seen now is all there will be."""


# Statuses that PHP itself gives. A gateway's 502 or 504 says nothing about the request behind it.
_OF_PHP = (200, 201, 500)


def _unknown(request: Request, answer: Answer) -> PortError:
    kind = AnsweredUnknown if answer.status in _OF_PHP else OutcomeUnknown
    return kind(f"QloApps answered {request} with HTTP {answer.status} ({answer.shape}): it may have done it")


def _malformed(request: Request, answer: Answer) -> PortError:
    codes = f", codes {sorted(set(answer.codes))}" if answer.codes else ""
    return MalformedReply([f"{request}: HTTP {answer.status} ({answer.shape}{codes})"])


def _rejected(request: Request, answer: Answer) -> PortError:
    reason = Rejection.SOLD_OUT if answer.unavailable_said else Rejection.OTHER
    return Rejected(reason, f"QloApps refuses {request} (codes {sorted(set(answer.codes))})")


def _missing(request: Request, answer: Answer) -> PortError:
    return Rejected(Rejection.NOT_FOUND, f"QloApps has no such record ({request}, HTTP {answer.status})")


def _says(hint: str) -> _Verdict:
    def verdict(request: Request, answer: Answer) -> PortError:
        return Misconfigured(
            hint.format(request=request, method=request.method, resource=request.resource or "/api", status=answer.status)
        )

    return verdict


_HOST = _says(
    "QloApps redirects {request}: the host name we call it by is not its shop domain. Set PMS_HOST to the domain shown in "
    "QloApps under Preferences > SEO & URLs"
)
_KEY_FORM = _says("the QloApps web service key is empty or not 32 characters long: check PMS_KEY")
_KEY_UNKNOWN = _says("QloApps does not know this web service key, or it is inactive: see Advanced Parameters > Webservice")
_GRANT = _says(
    "the QloApps web service key may not {method} '{resource}': tick it under Advanced Parameters > Webservice > (the key) > "
    "Permissions"
)
_NO_KEY = _says(
    "QloApps got no web service key with {request} (HTTP {status}): a proxy or PHP as CGI may drop the Authorization header"
)
_SWITCHED_OFF = _says("the QloApps web service is switched off: Advanced Parameters > Webservice > Enable")
_NO_RESOURCE = _says("this QloApps has no resource '{resource}': its version is not one we know")
_NO_API = _says("there is no QloApps web service at this address (HTTP {status} on {request}): check PMS_URL and URL rewriting")
_BLOCKED = _says("something before QloApps (proxy, firewall, web server) refuses {request} with HTTP {status}")

_REDIRECTS = (300, 301, 302, 303, 304, 305, 307, 308)
_TABLE = (
    # statuses, shapes, error codes: what it is for a read, what it is for a write
    _Rule(_REDIRECTS, (), None, _HOST, _HOST),
    _Rule((401,), (Shape.ERRORS,), frozenset({17, 18}), _KEY_FORM, _KEY_FORM),
    _Rule((401,), (Shape.ERRORS,), frozenset({20}), _KEY_UNKNOWN, _KEY_UNKNOWN),
    _Rule((401,), (Shape.ERRORS,), None, _GRANT, _GRANT),
    _Rule((401,), (), None, _NO_KEY, _NO_KEY),
    _Rule((405,), (Shape.ERRORS,), None, _GRANT, _GRANT),
    _Rule((403, 405, 407, 413, 414, 429, 431), (), None, _BLOCKED, _BLOCKED),
    _Rule((503,), (Shape.ERRORS,), frozenset({22}), _SWITCHED_OFF, _SWITCHED_OFF),
    _Rule((400,), (Shape.ERRORS,), frozenset({27}), _NO_RESOURCE, _NO_RESOURCE),
    _Rule((400,), (Shape.ERRORS,), None, _malformed, _rejected),
    _Rule((404,), (Shape.EMPTY, Shape.ERRORS), None, _missing, _missing),
    _Rule((404,), (), None, _NO_API, _NO_API),
    _Rule((500,), (Shape.ERRORS,), _PHP, _malformed, _unknown),
    # A dead database, a crash and a proxy without a backend look alike from outside: a write may have got through before.
    _Rule((500, 502, 503, 504), (), None, _unavailable, _unknown),
    # 200 with text/html is a crash (`Fatal error`) or a refusal (`Invalid new order status`).
    _Rule((), (), None, _malformed, _unknown),
)


def judge(request: Request, answer: Answer) -> PortError | None:
    """Say what *answer* proves: None when it is what was asked for, else the error to raise."""
    if answer.status in _HTTP_OK and answer.shape in {Shape.JSON, Shape.XML}:
        return None
    rule = next(rule for rule in _TABLE if rule.fits(answer))
    return rule.write(request, answer) if request.writes else rule.read(request, answer)
