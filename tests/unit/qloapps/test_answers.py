import re
from pathlib import Path

import pytest

from hotel_agent.adapters.qloapps.answers import AnsweredUnknown, Request, Shape, judge, read_answer
from hotel_agent.domain.errors import (
    MalformedReply,
    Misconfigured,
    OutcomeUnknown,
    PortError,
    Rejected,
    Rejection,
    Unavailable,
)

READ = Request(method="GET", resource="orders", writes=False)
WRITE = Request(method="POST", resource="bookings", writes=True)
JSON, HTML = "application/json", "text/html; charset=utf-8"
CAPTURES = Path(__file__).parents[4] / "shared" / "qloapps" / "captures"


def errors(*codes: int, message: str = "Nachricht") -> bytes:
    return ('{"errors":[' + ",".join(f'{{"code":{code},"message":"{message}"}}' for code in codes) + "]}").encode()


CASES = [
    (302, HTML, b"", Misconfigured, Misconfigured, "PMS_HOST"),
    (401, HTML, b"401 Unauthorized", Misconfigured, Misconfigured, "Authorization header"),
    (401, JSON, errors(18), Misconfigured, Misconfigured, "32 characters"),
    (401, JSON, errors(20, 21), Misconfigured, Misconfigured, "inactive"),
    (401, JSON, errors(26), Misconfigured, Misconfigured, "Permissions"),
    (405, JSON, errors(25), Misconfigured, Misconfigured, "may not"),
    (403, HTML, b"<html>", Misconfigured, Misconfigured, "firewall"),
    (404, HTML, b"<html>no such page", Misconfigured, Misconfigured, "PMS_URL"),
    (503, JSON, errors(22), Misconfigured, Misconfigured, "switched off"),
    (400, JSON, errors(27), Misconfigured, Misconfigured, "version"),
    (400, JSON, errors(404), MalformedReply, Rejected, "404"),
    (404, "", b"", Rejected, Rejected, "no such record"),
    (500, JSON, errors(5, 5), MalformedReply, AnsweredUnknown, "500"),
    (500, JSON, errors(3, 127), MalformedReply, AnsweredUnknown, "500"),
    (500, HTML, b"", Unavailable, AnsweredUnknown, "500"),
    (500, HTML, b"<!DOCTYPE html>", Unavailable, AnsweredUnknown, "500"),
    (502, HTML, b"<html>", Unavailable, OutcomeUnknown, "502"),
    (503, HTML, b"<html>", Unavailable, OutcomeUnknown, "503"),
    (504, HTML, b"", Unavailable, OutcomeUnknown, "504"),
    (200, HTML, b"Fatal error", MalformedReply, AnsweredUnknown, "200"),
    (200, JSON, b'{"booking": ', MalformedReply, AnsweredUnknown, "200"),
    (200, JSON, b"", MalformedReply, AnsweredUnknown, "200"),
    (204, "", b"", MalformedReply, OutcomeUnknown, "204"),
]


@pytest.mark.parametrize(("status", "kind", "body", "read", "write", "hint"), CASES)
def test_evidence_decides(
    status: int, kind: str, body: bytes, read: type[PortError], write: type[PortError], hint: str
) -> None:
    answer = read_answer(status, kind, body)
    reading, writing = judge(READ, answer), judge(WRITE, answer)
    assert (type(reading), type(writing)) == (read, write)
    assert hint in str(writing)


@pytest.mark.parametrize("status", [200, 201])
def test_a_clean_answer_is_what_was_asked_for(status: int) -> None:
    assert judge(WRITE, read_answer(status, JSON, b'{"booking":{"id":1}}')) is None


def test_only_a_gateway_leaves_open_whether_php_has_ended() -> None:
    assert not isinstance(judge(WRITE, read_answer(504, HTML, b"")), AnsweredUnknown)


@pytest.mark.parametrize("message", ["Requested room(s) not available.", "Requested room(s) not available"])
def test_the_one_text_that_is_read_says_sold_out(message: str) -> None:
    error = judge(WRITE, read_answer(400, JSON, errors(404, message=message)))
    assert isinstance(error, Rejected)
    assert error.reason is Rejection.SOLD_OUT


def test_money_is_never_a_float() -> None:
    data = read_answer(200, JSON, b'{"a":0.1,"b":[2.5e1]}').data
    assert [str(data["a"]), str(data["b"][0])] == ["0.1", "25"]


def test_numbers_that_are_none_are_not_json() -> None:
    assert read_answer(200, JSON, b'{"a":NaN}').shape is Shape.OTHER


def test_messages_of_qloapps_are_not_passed_on() -> None:
    for status in (400, 401, 405, 500, 503):
        for request in (READ, WRITE):
            error = judge(request, read_answer(status, JSON, errors(127, message="Original XML: Ana Nunez")))
            assert "Ana" not in str(error)


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recorded exchanges are not beside this checkout")
def test_every_recorded_answer_is_classified_as_its_effect_was() -> None:
    """Writes to bookings: a clean 200 and a 400 mean what they say, nothing else may be called done or refused."""
    counted = 0
    for path in sorted(CAPTURES.glob("*.http")):
        request_text, _, reply = path.read_text(encoding="utf-8").partition("\n-----\n")
        method, target = request_text.split(" ", 2)[:2]
        status = re.match(r"HTTP/1\.\d (\d+)", reply)
        resource = re.match(r"/api/([a-z_]+)", target)
        if status is None or resource is None:
            continue
        head, _, body = reply.partition("\n\n")
        kind = next(
            (line.split(":", 1)[1].strip() for line in head.splitlines() if line.lower().startswith("content-type:")), ""
        )
        answer = read_answer(int(status[1]), kind, body.strip().encode())
        asked = Request(method=method, resource=resource[1], writes=method != "GET" and resource[1] != "hotel_ari")
        error = judge(asked, answer)
        counted += 1
        if "xml" in kind and int(status[1]) >= 400:
            assert answer.codes, path.name
        if resource[1] == "bookings" and method in {"POST", "PUT"}:
            expected: type[PortError] | None = {
                "200": None if "json" in kind or "xml" in kind else AnsweredUnknown,
                "400": Rejected,
                "500": AnsweredUnknown,
                "302": Misconfigured,
                "405": Misconfigured,
                "503": Misconfigured,
            }[status[1]]
            assert (path.name, type(error) if error else None) == (path.name, expected)
    assert counted > 400
