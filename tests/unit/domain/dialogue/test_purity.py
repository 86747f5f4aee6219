from datetime import timedelta

import pytest
from attrs import evolve
from tests.unit.domain.dialogue.theatre import MAY_2_TO_4, OPENING, Theatre, dates, hotel

from hotel_agent.domain.dialogue.step import new_session, step
from hotel_agent.domain.events import BookingNews, Event, GuestMessage, Settled, TimerFired, TimerKind
from hotel_agent.domain.ids import BookingId, MessageId, TimerId, TurnIds
from hotel_agent.domain.requests import Acquire, Outcome, Search, Trouble
from hotel_agent.domain.turns import Step
from hotel_agent.domain.understanding import Intent, Language, RoomKind, Slots, Understanding
from hotel_agent.testing import examples

BOOK_AT_ONCE = Understanding(
    Intent.CREATE_RESERVATION, 0.95, Language.ES, Slots(room_kind=RoomKind.SUITE, stay=dates(MAY_2_TO_4), adults=2)
)


def event(content: GuestMessage | BookingNews | TimerFired | None = None) -> Event:
    message = GuestMessage(message_id=MessageId("1"), text="quiero reservar una suite", sent_at=OPENING)
    return evolve(examples.message("1", at=OPENING), content=content or message)


def decide(*answers: Outcome, heard: Understanding = BOOK_AT_ONCE) -> Step:
    session = new_session(event(), hotel(), OPENING)
    return step(session, event(), hotel(), OPENING, TurnIds("seed"), heard=heard, answers=answers)


def played() -> tuple[Outcome, ...]:
    """Return the outcomes of a whole turn, request by request."""
    house, answers = Theatre().house, tuple[Outcome, ...]()
    while request := decide(*answers).request:
        answers = (*answers, house.answer(request, OPENING))
    return answers


def test_equal_arguments_give_equal_steps() -> None:
    answers = played()
    for known in range(len(answers) + 1):
        assert decide(*answers[:known]) == decide(*answers[:known])


def test_every_prefix_of_the_answers_asks_for_the_next_one() -> None:
    answers = played()
    asked = [decide(*answers[:known]).request for known in range(len(answers) + 1)]
    assert [type(request) for request in asked] == [Search, Search, Acquire, type(None)]


def test_step_that_asks_leaves_the_session_as_it_was_and_does_nothing_else() -> None:
    session = new_session(event(), hotel(), OPENING)
    assert decide() == Step(session=session, request=decide().request)


def test_answers_beyond_the_last_question_change_nothing() -> None:
    answers = played()
    assert decide(*answers, Trouble(part="pms")) == decide(*answers)


def test_another_seed_gives_the_same_decision_with_other_ids() -> None:
    play, other = Theatre(), Theatre()
    other.events = 100
    for stage in (play, other):
        stage.book()
    assert play.booking.reference != other.booking.reference
    assert play.booking.offer.total == other.booking.offer.total


def test_turn_repeated_after_a_crash_mints_the_same_reference_and_lock_owner() -> None:
    first, again = decide(*played()), decide(*played())
    assert first.session.held == again.session.held


@pytest.mark.parametrize(
    "content",
    [
        BookingNews(booking=BookingId("b-unknown"), news=Settled.CONFIRMED),
        TimerFired(timer=TimerId("t"), kind=TimerKind.LOCK_END, subject="lock-unknown"),
    ],
)
def test_event_about_nothing_known_changes_nothing(content: BookingNews | TimerFired) -> None:
    session = new_session(event(), hotel(), OPENING)
    later = OPENING + timedelta(minutes=1)
    assert step(session, event(content), hotel(), later, TurnIds("seed")) == Step(session=session)


def test_new_session_knows_nothing_but_who_it_is_with() -> None:
    session = new_session(event(), hotel(), OPENING)
    assert (session.conversation, session.tenant) == (event().conversation, event().tenant)
    assert (session.language, session.expires_at) == (Language.ES, OPENING + timedelta(minutes=30))
