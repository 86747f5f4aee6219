from datetime import timedelta

import pytest
from tests.unit.domain.dialogue.house import DOUBLE, SUITE, euros
from tests.unit.domain.dialogue.theatre import MAY_2_TO_4, MAY_9_TO_12, Theatre, dates

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.replies import AskCancelYes, AskYes, BookingNow, DatesProblem, Note, OfferList, RoomHeld
from hotel_agent.domain.turns import Status
from hotel_agent.domain.understanding import Expecting, Intent, RoomKind, StayProblem


def test_offer_button_locks_that_offer() -> None:
    play = Theatre()
    play.ask_for()
    play.press(f"offer:{play.offers[1].id}")
    assert (play.reply(RoomHeld).offer.room_type, play.answer.lock_acquired) == (DOUBLE, True)


def test_offer_button_of_an_earlier_search_locks_nothing() -> None:
    play = Theatre()
    play.ask_for()
    old = play.offers[0].id
    play.ask_for(MAY_9_TO_12)
    assert play.press(f"offer:{old}") == (Note.NOTHING_TO_CONFIRM,)
    assert play.house.locks == {}


def test_yes_button_books_what_it_was_shown_with() -> None:
    play = Theatre()
    asked = play.read_back()
    play.press(f"yes:{asked.offer.id}")
    assert play.reply(BookingNow).offer.id == asked.offer.id


def test_yes_button_pressed_twice_books_once() -> None:
    play = Theatre()
    asked = play.read_back()
    play.press(f"yes:{asked.offer.id}")
    assert play.press(f"yes:{asked.offer.id}") == (Note.STILL_BOOKING,)
    assert len(play.booked) == 1


def test_yes_button_of_another_offer_is_asked_again() -> None:
    play = Theatre()
    first = play.read_back()
    play.say(Intent.CREATE_RESERVATION, option=1)
    play.press(f"yes:{first.offer.id}")
    assert (play.replies, play.booked) == ((Note.ASK_YES_AGAIN, play.reply(AskYes)), [])


def test_yes_button_with_the_earlier_price_is_asked_again() -> None:
    play = Theatre()
    first = play.read_back()
    play.house.prices[SUITE.id] = 310
    play.press(f"yes:{first.offer.id}")
    assert play.reply(AskYes).changed_from == euros(600)
    play.press(f"yes:{first.offer.id}")
    assert (play.replies[0], play.reply(AskYes).offer.total, play.booked) == (Note.ASK_YES_AGAIN, euros(620), [])
    play.press(f"yes:{play.reply(AskYes).offer.id}")
    assert play.booking.offer.total == euros(620)


def test_yes_button_pressed_before_the_read_back_went_out_does_not_count() -> None:
    play = Theatre()
    asked = play.read_back()
    play.press(f"yes:{asked.offer.id}", sent_at=play.now)
    assert (play.replies[0], play.booked) == (Note.ASK_YES_AGAIN, [])


def test_no_button_gives_up_what_it_was_shown_with() -> None:
    play = Theatre()
    asked = play.read_back()
    assert play.press(f"no:{asked.offer.id}") == (Note.GIVEN_UP,)
    assert play.house.locks == {}
    assert play.press(f"yes:{asked.offer.id}") == (Note.NOTHING_TO_CONFIRM,)


@pytest.mark.parametrize("choice", ["yes:", "no:", "offer:", "stay:", "yes", "", " ", "sí", "yes:o-unheard-of", "a:b:c"])
def test_button_nobody_made_books_nothing(choice: str) -> None:
    play = Theatre()
    play.read_back()
    play.press(choice)
    assert (play.booked, play.reply(AskYes).offer.room_type) == ([], SUITE)


def test_yes_button_after_the_session_books_nothing() -> None:
    play = Theatre()
    asked = play.read_back()
    play.pass_time(timedelta(minutes=31))
    assert play.press(f"yes:{asked.offer.id}") == (Note.NOTHING_TO_CONFIRM,)


def test_stay_button_settles_ambiguous_dates() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4, MAY_9_TO_12))
    play.press("stay:2031-05-09:2031-05-12")
    assert play.reply(OfferList).stay == MAY_9_TO_12
    assert play.press("stay:2031-05-02:2031-05-04") == (Note.NOTHING_TO_CONFIRM,)


def test_stay_button_whose_day_has_passed_says_so() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4, MAY_9_TO_12))
    play.timers.clear()
    play.session = play.state.renewed(play.now, timedelta(days=365))
    play.now += timedelta(days=90)
    assert play.press("stay:2031-05-02:2031-05-04") == (DatesProblem(problem=StayProblem.PAST),)
    assert play.state.expecting is Expecting.DATES


def test_cancel_buttons_answer_the_question() -> None:
    play = Theatre()
    play.book()
    play.confirm()
    play.say(Intent.CANCEL_RESERVATION)
    assert play.press("cancel-no:R-1") == (Note.KEPT,)
    play.say(Intent.CANCEL_RESERVATION)
    assert play.press("cancel-yes:R-1") == (Note.CANCELLING,)
    assert play.booking.state is BookingState.CANCELLING


def test_stale_cancel_button_asks_first() -> None:
    play = Theatre()
    play.book()
    play.confirm()
    play.press("cancel-yes:R-1")
    assert (play.reply(AskCancelYes).reservation, play.answer.status) == ("R-1", Status.CLARIFICATION)
    assert play.press("cancel-yes:R-7") == (Note.NOTHING_TO_CANCEL, play.reply(AskCancelYes))
    assert play.booking.state is BookingState.CONFIRMED


def test_stale_no_to_a_cancellation_keeps_everything() -> None:
    play = Theatre()
    play.book()
    play.confirm()
    assert play.press("cancel-no:R-1") == (Note.KEPT,)


def test_offer_button_leads_to_the_next_question_like_a_choice_in_words() -> None:
    play = Theatre()
    play.ask_for(room_kind=RoomKind.SUITE)
    play.press(f"offer:{play.offers[0].id}")
    assert (play.replies[-1], play.state.expecting) == (Note.ASK_NAME, Expecting.NAME)
    assert play.reply(RoomHeld).offer.stay == MAY_2_TO_4
