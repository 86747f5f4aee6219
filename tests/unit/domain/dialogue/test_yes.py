"""What is a yes and what is not: nobody books by accident."""

from datetime import timedelta
from typing import Any

import pytest
from tests.unit.domain.dialogue.house import GARDEN
from tests.unit.domain.dialogue.theatre import ALL_DETAILS, ANA, CONVERSATION, MAY_2_TO_4, MAY_9_TO_12, Theatre, dates

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.events import TimerKind
from hotel_agent.domain.replies import AskYes, BookingNow, Clarify, HotelFact, Note, OfferList
from hotel_agent.domain.turns import AuditAct, JobKind, Status
from hotel_agent.domain.understanding import Intent, RoomKind


def test_yes_commits_booking_job_and_lock_together() -> None:
    play = Theatre()
    play.read_back()
    lock = play.state.held
    assert lock is not None
    play.say(Intent.AFFIRM)
    booking = play.booking
    assert (booking.state, booking.guest, booking.lock, booking.rooms) == (BookingState.SUBMITTING, ANA, lock.lock, ("401",))
    assert [(job.kind, job.booking, job.due_at) for job in play.jobs] == [(JobKind.BOOK, booking.id, play.now)]
    assert play.house.locks[lock.lock].expires_at is None
    assert (booking.reference[:3], len(booking.reference), booking.reference[3:].isupper()) == ("ha-", 29, True)
    assert [entry.act for entry in play.audit] == [AuditAct.SUBMITTED]
    assert (play.answer.open, play.answer.status, play.state.held, play.offers) == (True, Status.SUCCESS, None, ())
    assert f"{TimerKind.LOCK_END}:{CONVERSATION}" not in play.timers


def test_second_yes_books_nothing() -> None:
    play = Theatre()
    play.book()
    assert play.say(Intent.AFFIRM) == (Note.STILL_BOOKING,)
    assert play.answer.booking is not None
    play.confirm()
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)
    assert len(play.booked) == 1


def test_yes_out_of_the_blue_books_nothing() -> None:
    play = Theatre()
    assert play.say(Intent.AFFIRM, **ALL_DETAILS) == (Note.NOTHING_TO_CONFIRM,)
    assert play.answer.status is Status.CLARIFICATION


@pytest.mark.parametrize("early", [timedelta(), timedelta(seconds=5)])
def test_yes_sent_before_the_read_back_went_out_does_not_count(early: timedelta) -> None:
    play = Theatre()
    play.read_back()
    assert play.state.read_back is not None
    assert play.state.read_back.said_at is not None
    play.say(Intent.AFFIRM, sent_at=play.state.read_back.said_at - early)
    assert (play.replies[0], play.answer.status, play.booked) == (Note.ASK_YES_AGAIN, Status.CLARIFICATION, [])
    assert play.replies[-1] == play.reply(AskYes)
    play.say(Intent.AFFIRM)
    assert len(play.booked) == 1


def test_yes_with_other_dates_is_a_change() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, stay=dates(MAY_9_TO_12))
    assert (play.reply(OfferList).stay, play.booked, play.house.locks) == (MAY_9_TO_12, [], {})


def test_yes_with_the_same_dates_is_a_yes() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, stay=dates(MAY_2_TO_4, MAY_9_TO_12), adults=2, room_kind=RoomKind.SUITE)
    assert len(play.booked) == 1


@pytest.mark.parametrize("changed", [{"adults": 3}, {"child_ages": (3,)}, {"rooms": 2}])
def test_yes_with_another_party_is_a_change(changed: dict[str, Any]) -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, **changed)
    assert (play.state.held, play.booked) == (None, [])


@pytest.mark.parametrize("named", [{"option": 1}, {"room_name": "Doble jardín"}, {"room_id": "3"}])
def test_yes_to_another_room_locks_that_one_and_asks_again(named: dict[str, Any]) -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, **named)
    assert (play.reply(AskYes).offer.room_type, play.booked) == (GARDEN, [])


def test_yes_naming_a_price_is_asked_again() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, price_named=True)
    assert (play.replies[0], play.booked) == (Note.ASK_YES_AGAIN, [])


@pytest.mark.parametrize("also", [Intent.DENY, Intent.CANCEL_RESERVATION, Intent.MODIFY_RESERVATION, Intent.COMPLAINT])
def test_yes_with_something_against_it_is_asked_again(also: Intent) -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, also=(also,))
    assert (play.replies[0], play.booked) == (Note.ASK_YES_AGAIN, [])


@pytest.mark.parametrize("also", [Intent.THANKS, Intent.GREETING, Intent.CREATE_RESERVATION, Intent.PROVIDE_DETAILS])
def test_yes_with_a_courtesy_is_a_yes(also: Intent) -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, also=(also,))
    assert len(play.booked) == 1


def test_yes_with_a_question_gets_the_answer_first() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, also=(Intent.ASK_POLICIES,))
    assert play.replies == (HotelFact(subject="policies", text="Sin mascotas."), play.reply(AskYes))
    assert play.booked == []


@pytest.mark.parametrize("confidence", [0.1, 0.59, 0.6, 0.79])
def test_half_understood_yes_books_nothing(confidence: float) -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, confidence=confidence)
    assert (play.reply(AskYes).guest, play.booked) == (ANA, [])


def test_half_understood_yes_with_the_detail_asked_for_is_only_the_detail() -> None:
    play = Theatre()
    play.hold()
    play.say(Intent.AFFIRM, confidence=0.3, **ALL_DETAILS)
    assert (play.reply(AskYes).guest, play.booked) == (ANA, [])


@pytest.mark.parametrize(
    "aside", [Intent.CHECK_OUT, Intent.THANKS, Intent.HELP, Intent.TALK_TO_HUMAN, Intent.COMPLAINT, Intent.RESERVATION_STATUS]
)
def test_aside_ends_with_the_question_so_that_a_yes_has_one_meaning(aside: Intent) -> None:
    play = Theatre()
    asked = play.read_back()
    play.say(aside)
    assert (len(play.replies), play.replies[-1]) == (2, asked)
    play.say(Intent.AFFIRM)
    assert len(play.booked) == 1


def test_yes_to_the_read_back_still_counts_when_it_crosses_its_repetition() -> None:
    play = Theatre()
    play.read_back()
    crossing = play.now + timedelta(seconds=11)
    play.say(Intent.THANKS)
    play.say(Intent.AFFIRM, sent_at=crossing - timedelta(seconds=2))
    assert len(play.booked) == 1


def test_ok_after_goodbye_or_an_alarm_books_nothing() -> None:
    for intent, urgent in ((Intent.GOODBYE, False), (Intent.COMPLAINT, True)):
        play = Theatre()
        play.read_back()
        play.say(intent, urgent=urgent)
        assert len(play.replies) == 1
        play.say(Intent.AFFIRM)
        assert (play.replies[0], play.booked) == (Note.ASK_YES_AGAIN, [])
        play.say(Intent.AFFIRM)
        assert len(play.booked) == 1


def test_ok_to_news_of_another_booking_is_asked_what_it_means() -> None:
    play = Theatre()
    first = play.book()
    play.read_back(RoomKind.SUITE, MAY_9_TO_12)
    play.confirm(first)
    assert play.replies[-1] == play.reply(AskYes)
    assert play.reply(AskYes).offer.stay == MAY_9_TO_12


def test_yes_to_a_clarification_means_what_was_asked_not_the_booking() -> None:
    play = Theatre()
    play.read_back()
    assert play.say(Intent.ASK_POLICIES, confidence=0.7) == (Clarify(guesses=(Intent.ASK_POLICIES,)),)
    play.say(Intent.AFFIRM)
    assert play.replies == (HotelFact(subject="policies", text="Sin mascotas."), play.reply(AskYes))
    assert play.booked == []


def test_no_to_a_clarification_does_not_give_up_the_room() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.ASK_POLICIES, confidence=0.7)
    assert play.say(Intent.DENY) == (Clarify(guesses=()),)
    assert play.state.held is not None


@pytest.mark.parametrize("intent", [Intent.DENY, Intent.CANCEL_RESERVATION])
def test_giving_up_releases_the_lock_and_a_later_yes_books_nothing(intent: Intent) -> None:
    play = Theatre()
    play.read_back()
    assert play.say(intent) == (Note.GIVEN_UP,)
    assert (play.house.locks, play.offers) == ({}, ())
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)
    assert play.booked == []


def test_no_to_the_offers_gives_them_up() -> None:
    play = Theatre()
    play.ask_for()
    assert play.say(Intent.DENY) == (Note.GIVEN_UP,)
    assert play.offers == ()


def test_no_to_nothing_says_what_stands() -> None:
    play = Theatre()
    assert play.say(Intent.DENY) == (Note.GIVEN_UP,)
    play.book()
    assert play.say(Intent.DENY) == (Note.STILL_BOOKING,)
    play.confirm()
    assert play.say(Intent.DENY) == (Note.KEPT,)


def test_yes_after_the_session_has_ended_books_nothing() -> None:
    play = Theatre()
    play.read_back()
    held = play.state.held
    assert held is not None
    play.pass_time(timedelta(minutes=31))
    assert (play.house.locks, play.state.offers) == ({}, ())
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)
    assert play.booked == []


def test_yes_that_arrives_with_the_end_of_the_session_books_nothing() -> None:
    play = Theatre()
    play.read_back()
    play.timers.clear()
    play.now += timedelta(minutes=31)
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)
    assert (play.booked, play.house.locks) == ([], {})
    assert AuditAct.SESSION_ENDED in {entry.act for entry in play.audit}


def test_booking_survives_the_session() -> None:
    play = Theatre()
    booking = play.book()
    play.pass_time(timedelta(hours=1))
    assert play.house.locks[booking.lock].expires_at is None
    play.confirm()
    assert play.state.wish.stay is None
    assert play.say(Intent.CANCEL_RESERVATION)


def test_each_search_makes_offers_of_its_own() -> None:
    play = Theatre()
    play.ask_for(MAY_2_TO_4)
    first = {offer.id for offer in play.offers}
    play.ask_for(MAY_2_TO_4, adults=1)
    assert first.isdisjoint({offer.id for offer in play.offers})


def test_reply_to_a_yes_is_that_it_is_being_booked_never_that_it_is() -> None:
    play = Theatre()
    play.read_back()
    assert [type(reply) for reply in play.say(Intent.AFFIRM)] == [BookingNow]
