import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from attrs import evolve, frozen
from cattrs import ClassValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotel_agent.adapters._codec import decode, encode, strict_converter
from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.errors import MalformedReply
from hotel_agent.domain.events import Event, Timer
from hotel_agent.domain.locks import LockEntry, ReservationLock
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.turns import Answer, AuditEntry, Escalation, Job, OutboxMessage
from hotel_agent.domain.understanding import RoomKind
from hotel_agent.testing.examples import booking, message, offer, session
from hotel_agent.testing.strategies import values

STORED: tuple[type[Any], ...] = (
    Answer,
    AuditEntry,
    Booking,
    Escalation,
    Event,
    Job,
    LockEntry,
    OutboxMessage,
    ReservationLock,
    Session,
    Timer,
)


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(data=st.data())
def test_value_comes_back_as_it_was(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(values(kind))
    assert value == decode(kind, encode(value))


def test_what_is_left_to_the_json_writer_is_written_as_by_the_hooks() -> None:
    begun = datetime(2024, 3, 4, 9, 0, 0, 10_000, tzinfo=timezone(timedelta(hours=2)))
    value = evolve(session(offers=(offer("1"), offer("2"))), expires_at=begun, cancel_said_at=begun)
    plain = strict_converter(forbid_unknown=True).unstructure(value)
    assert json.dumps(plain, separators=(",", ":"), ensure_ascii=False) == encode(value)
    assert plain["expires_at"] == "2024-03-04T07:00:00.010000+00:00"


def test_text_is_json_and_instants_are_utc() -> None:
    stored = json.loads(encode(message("1", text="¿Sí?")))
    assert (stored["content"]["text"], stored["content"]["type"]) == ("¿Sí?", "GuestMessage")
    assert stored["received_at"] == "2024-03-04T09:00:00+00:00"


def test_members_of_enums_come_back_as_members() -> None:
    stored = decode(Booking, encode(booking()))
    assert stored.state is BookingState.SUBMITTING
    assert stored.offer.room_type.kind is RoomKind.DOUBLE


def test_money_is_stored_as_text() -> None:
    assert json.loads(encode(offer()))["total"] == {"amount": "240.00", "currency": "EUR"}


def test_a_trace_is_stored_with_what_carries_it_and_leaves_no_mark_where_there_is_none() -> None:
    """What was stored before there were traces is read, and written, as it was then."""
    context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    plain = message("1")
    traced = evolve(plain, trace=context)
    assert "trace" not in json.loads(encode(plain))
    assert json.loads(encode(traced)) == json.loads(encode(plain)) | {"trace": context}
    assert (decode(Event, encode(traced)), decode(Event, encode(plain))) == (traced, plain)


def test_half_a_surrogate_pair_survives() -> None:
    event = message("1", text="\ud83c")
    assert event == decode(Event, encode(event))


def test_instant_without_offset_is_not_written() -> None:
    with pytest.raises(ValueError, match="offset"):
        encode(evolve(session(), expires_at=datetime(2031, 3, 3)))  # noqa: DTZ001  # that is what is refused


def changed(**changes: object) -> str:
    return json.dumps(json.loads(encode(session(offers=(offer(),)))) | changes)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "Session: not JSON"),
        ("[]", "Session: not a valid value @ $"),
        (changed(clarifications="3"), "Session: not a valid int @ $.clarifications"),
        (changed(clarifications=True), "Session: not a valid int @ $.clarifications"),
        (changed(clarifications=None), "Session: not a valid int @ $.clarifications"),
        (changed(tenant=7), "Session: not a valid TenantId @ $.tenant"),
        (changed(language="xx"), "Session: not a valid Language @ $.language"),
        (changed(expires_at="2031-03-03T09:00:00"), "Session: not a valid datetime @ $.expires_at"),
        (changed(expires_at=1), "Session: not a valid datetime @ $.expires_at"),
        (changed(secret="Ana"), "Session: an unknown field @ $"),
        (changed(offers=[{}]), "Session: a required field is missing @ $.offers[0].id"),
    ],
)
def test_what_was_not_written_here_is_refused_with_its_place_and_without_its_content(text: str, problem: str) -> None:
    with pytest.raises(MalformedReply) as caught:
        decode(Session, text)
    assert problem in caught.value.problems
    assert "Ana" not in str(caught.value)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "x", "1e99", ""])
def test_value_that_its_class_refuses_is_malformed(amount: str) -> None:
    with pytest.raises(MalformedReply):
        decode(Booking, encode(booking()).replace("240.00", amount))


def test_unknown_class_in_a_union_is_malformed() -> None:
    with pytest.raises(MalformedReply):
        decode(Event, encode(message("1")).replace("GuestMessage", "Rumour"))


@frozen
class Reply:
    name: str
    live: bool
    count: int
    price: float


GOOD: dict[str, object] = {"name": "a", "live": True, "count": 1, "price": 1}


def test_others_may_add_fields() -> None:
    assert Reply("a", True, 1, 1.0) == strict_converter(forbid_unknown=False).structure(GOOD | {"more": 1}, Reply)


@pytest.mark.parametrize(
    "wrong", [{"live": "false"}, {"live": 0}, {"name": None}, {"count": True}, {"count": 1.0}, {"price": "1"}, {"price": True}]
)
def test_nothing_is_coerced(wrong: dict[str, object]) -> None:
    with pytest.raises(ClassValidationError):
        strict_converter(forbid_unknown=False).structure(GOOD | wrong, Reply)
