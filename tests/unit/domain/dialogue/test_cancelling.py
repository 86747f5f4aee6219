from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from tests.unit.domain.dialogue.house import SUITE, euros
from tests.unit.domain.dialogue.theatre import ANA, MAY_2_TO_4, MAY_9_TO_12, Theatre, dates, hotel

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.replies import (
    AskCancelYes,
    AskChangeYes,
    AskYes,
    Cancelled,
    Escalated,
    NotCancelled,
    Note,
    OfferList,
    StatusOf,
)
from hotel_agent.domain.reservations import ReservationStatus
from hotel_agent.domain.terms import CancellationFee, CancellationQuote, CancellationTerms
from hotel_agent.domain.turns import AuditAct, JobKind, Status
from hotel_agent.domain.understanding import Expecting, Intent, RoomKind


@pytest.fixture
def play() -> Theatre:
    """A guest whose reservation R-1 has just been confirmed."""
    stage = Theatre()
    stage.book()
    stage.confirm()
    return stage


def test_what_was_just_booked_is_cancelled_after_an_explicit_yes(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    assert play.reply(AskCancelYes).reservation == "R-1"
    assert (play.answer.status, play.state.expecting) == (Status.CLARIFICATION, Expecting.CANCEL_YES)
    assert play.say(Intent.AFFIRM) == (Note.CANCELLING,)
    assert (play.booking.state, play.jobs[-1].kind, play.jobs[-1].booking) == (
        BookingState.CANCELLING,
        JobKind.CANCEL,
        play.booking.id,
    )
    assert (play.audit[-1].act, play.answer.open) == (AuditAct.CANCEL_ASKED, True)
    assert play.cancelled(play.booking) == (Cancelled(reservation=ReservationId("R-1")),)
    assert play.say(Intent.CANCEL_RESERVATION) == (Note.ASK_RESERVATION_CODE,)


@pytest.mark.parametrize(
    ("intent", "also"),
    [
        (Intent.AFFIRM, ()),
        (Intent.AFFIRM, (Intent.CANCEL_RESERVATION,)),
        (Intent.CANCEL_RESERVATION, (Intent.AFFIRM,)),
        (Intent.AFFIRM, (Intent.THANKS,)),
    ],
)
def test_yes_cancel_it_is_a_yes(play: Theatre, intent: Intent, also: tuple[Intent, ...]) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    assert play.say(intent, also=also) == (Note.CANCELLING,)


@pytest.mark.parametrize(
    ("intent", "also"),
    [(Intent.DENY, ()), (Intent.DENY, (Intent.CANCEL_RESERVATION,)), (Intent.CANCEL_RESERVATION, (Intent.DENY,))],
)
def test_no_do_not_cancel_it_keeps_it(play: Theatre, intent: Intent, also: tuple[Intent, ...]) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    assert play.say(intent, also=also) == (Note.KEPT,)
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)
    assert play.booking.state is BookingState.CONFIRMED


@pytest.mark.parametrize(
    "slots",
    [{"stay": dates(MAY_9_TO_12)}, {"reservation_code": "R-9"}, {"price_named": True}, {"also": (Intent.ASK_POLICIES,)}],
)
def test_yes_with_something_else_in_it_is_asked_again(play: Theatre, slots: dict[str, Any]) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    play.say(Intent.AFFIRM, **slots)
    assert play.replies == (Note.ASK_YES_AGAIN, play.reply(AskCancelYes))
    assert play.booking.state is BookingState.CONFIRMED


def test_yes_that_names_the_reservation_asked_about_is_a_yes(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    assert play.say(Intent.AFFIRM, reservation_code="r-1") == (Note.CANCELLING,)


def test_yes_sent_before_the_question_went_out_cancels_nothing(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    play.say(Intent.AFFIRM, sent_at=play.now)
    assert play.replies == (Note.ASK_YES_AGAIN, play.reply(AskCancelYes))
    assert play.booking.state is BookingState.CONFIRMED


def test_aside_repeats_the_question(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    play.say(Intent.THANKS)
    assert play.replies == (Note.THANKS, play.reply(AskCancelYes))
    assert play.say(Intent.AFFIRM) == (Note.CANCELLING,)


def test_half_understood_yes_cancels_nothing(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    play.say(Intent.AFFIRM, confidence=0.7)
    assert play.replies == (Note.ASK_YES_AGAIN, play.reply(AskCancelYes))


def test_yes_after_going_on_to_another_booking_cancels_nothing(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    play.read_back(RoomKind.SUITE, MAY_9_TO_12)
    play.say(Intent.AFFIRM)
    assert [booking.state for booking in play.all] == [BookingState.CONFIRMED, BookingState.SUBMITTING]


def test_one_yes_never_answers_two_questions(play: Theatre) -> None:
    play.read_back(RoomKind.SUITE, MAY_9_TO_12)
    play.say(Intent.CANCEL_RESERVATION, reservation_code="R-1")
    assert isinstance(play.replies[-1], AskCancelYes)
    play.say(Intent.AFFIRM)
    assert play.replies == (Note.CANCELLING, play.reply(AskYes))
    assert len(play.booked) == 1
    play.say(Intent.AFFIRM)
    assert len(play.booked) == 2


def test_cancel_in_the_middle_of_a_booking_gives_that_up(play: Theatre) -> None:
    play.read_back(RoomKind.SUITE, MAY_9_TO_12)
    assert play.say(Intent.CANCEL_RESERVATION) == (Note.GIVEN_UP,)
    assert (play.house.locks, play.booking.state) == ({}, BookingState.CONFIRMED)


def test_cancel_while_it_is_still_being_booked_says_so() -> None:
    play = Theatre()
    play.book()
    assert play.say(Intent.CANCEL_RESERVATION) == (Note.STILL_BOOKING,)
    assert (play.state.cancelling, [job.kind for job in play.jobs]) == (None, [JobKind.BOOK])


def test_cancel_with_nothing_booked_asks_for_a_code() -> None:
    assert Theatre().say(Intent.CANCEL_RESERVATION) == (Note.ASK_RESERVATION_CODE,)


@pytest.mark.parametrize("code", ["r-1", "R-1"])
def test_reservation_is_named_by_its_code(play: Theatre, code: str) -> None:
    play.book(RoomKind.SUITE, MAY_9_TO_12)
    play.confirm()
    play.say(Intent.CANCEL_RESERVATION, reservation_code=code)
    assert (play.reply(AskCancelYes).reservation, play.reply(AskCancelYes).offer.stay) == ("R-1", MAY_2_TO_4)


def test_reservation_is_named_by_its_reference(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION, reservation_code=play.booking.reference.lower())
    assert play.reply(AskCancelYes).reservation == "R-1"


def test_newest_reservation_is_meant_where_none_is_named(play: Theatre) -> None:
    play.book(RoomKind.SUITE, MAY_9_TO_12)
    play.confirm()
    play.say(Intent.CANCEL_RESERVATION)
    assert play.reply(AskCancelYes).reservation == "R-2"


def test_reservation_of_another_conversation_is_not_spoken_of_without_proof(play: Theatre) -> None:
    assert play.say(Intent.CANCEL_RESERVATION, reservation_code="R-7") == (Note.ASK_SURNAME,)


def test_yes_to_cancelling_what_is_no_longer_confirmed_cancels_nothing(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    play.bookings[play.booking.id] = play.booking.moved_to(BookingState.CANCELLED)
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CANCEL,)


def test_session_that_ends_forgets_the_question(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    play.pass_time(timedelta(minutes=31))
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)


def test_cancellation_that_failed_is_told(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    play.say(Intent.AFFIRM)
    assert play.cancelled(play.booking, done=False) == (NotCancelled(reservation=ReservationId("R-1")),)


def test_no_with_other_dates_to_a_cancellation_keeps_it_and_reads_the_change_back(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    play.say(Intent.DENY, stay=dates(MAY_9_TO_12))
    assert (play.replies[0], play.reply(AskChangeYes).after.stay, play.state.cancelling) == (Note.KEPT, MAY_9_TO_12, None)


def test_change_of_what_is_being_arranged_is_an_ordinary_change(play: Theatre) -> None:
    play.ask_for(MAY_2_TO_4, adults=1)
    play.say(Intent.MODIFY_RESERVATION, stay=dates(MAY_9_TO_12))
    assert play.reply(OfferList).stay == MAY_9_TO_12


def test_status_is_what_the_pms_says(play: Theatre) -> None:
    play.say(Intent.RESERVATION_STATUS)
    assert play.reply(StatusOf).status is ReservationStatus.CONFIRMED
    play.house.write("R-1", ReservationStatus.CHECKED_IN)
    play.say(Intent.RESERVATION_STATUS, reservation_code="R-1")
    assert play.reply(StatusOf).status is ReservationStatus.CHECKED_IN
    assert play.answer.booking is not None
    assert play.answer.booking.reservation == "R-1"


def test_status_of_what_was_cancelled_can_be_asked(play: Theatre) -> None:
    play.bookings[play.booking.id] = play.booking.moved_to(BookingState.CANCELLED)
    play.house.write("R-1", ReservationStatus.CANCELLED)
    play.say(Intent.RESERVATION_STATUS)
    assert play.reply(StatusOf).status is ReservationStatus.CANCELLED


def test_status_of_an_unknown_code_tells_of_no_other_reservation(play: Theatre) -> None:
    assert play.say(Intent.RESERVATION_STATUS, reservation_code="R-7") == (Note.ASK_SURNAME,)


def test_status_with_the_pms_down_degrades(play: Theatre) -> None:
    play.house.pms_down = True
    assert play.say(Intent.RESERVATION_STATUS) == (Note.DEGRADED,)


def test_status_without_any_reservation_asks_for_a_code() -> None:
    play = Theatre()
    assert play.say(Intent.RESERVATION_STATUS) == (Note.ASK_RESERVATION_CODE,)
    play.book()
    assert play.say(Intent.RESERVATION_STATUS) == (Note.STILL_BOOKING,)


def test_while_a_booking_is_being_made_the_status_asked_for_is_its_own() -> None:
    play = Theatre()
    play.book()
    play.confirm()
    play.book(RoomKind.SUITE, MAY_9_TO_12)
    assert play.say(Intent.RESERVATION_STATUS) == (Note.STILL_BOOKING,)


FREE_TWO_DAYS = CancellationTerms(free_until_hours=48, fee=CancellationFee.FIRST_NIGHT)
FREE_UNTIL = datetime(2031, 4, 30, 13, tzinfo=UTC)
"""Two days before the check-in time of 2 May, 15:00 in Madrid."""


def with_terms(terms: CancellationTerms) -> Theatre:
    """A guest whose reservation R-1 (600 € for two nights from 2 May) has been confirmed by a hotel of such terms."""
    stage = Theatre(hotel=evolve(hotel(), cancellation=terms))
    stage.book()
    stage.confirm()
    return stage


def test_hotel_that_has_not_said_what_cancelling_costs_promises_nothing(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    assert play.reply(AskCancelYes).quote is None


def test_cancelling_in_time_is_free_until_the_hotels_local_hour() -> None:
    play = with_terms(FREE_TWO_DAYS)
    play.say(Intent.CANCEL_RESERVATION)
    assert play.reply(AskCancelYes).quote == CancellationQuote(fee=euros(0), free_until=FREE_UNTIL)
    play.say(Intent.AFFIRM)
    assert play.booking.fee == euros(0)
    assert play.cancelled(play.booking) == (Cancelled(reservation=ReservationId("R-1"), fee=euros(0)),)


@pytest.mark.parametrize(
    ("terms", "fee"),
    [
        (FREE_TWO_DAYS, 300),
        (CancellationTerms(free_until_hours=24 * 90, fee=CancellationFee.PERCENT, percent=Decimal(50)), 300),
        (CancellationTerms(fee=CancellationFee.PERCENT, percent=Decimal(100)), 600),
        (CancellationTerms(free_until_hours=0), 0),
    ],
)
def test_cancelling_late_costs_what_the_hotels_terms_say(terms: CancellationTerms, fee: int) -> None:
    play = with_terms(terms)
    play.pass_time(FREE_UNTIL + timedelta(hours=1) - play.now)
    play.say(Intent.CANCEL_RESERVATION)
    quote = play.reply(AskCancelYes).quote
    assert quote is not None
    assert quote.fee == euros(fee)
    play.say(Intent.AFFIRM)
    assert (play.replies, play.booking.fee) == ((Note.CANCELLING,), euros(fee))


def test_yes_after_it_began_to_cost_something_is_asked_again_with_the_fee() -> None:
    play = with_terms(FREE_TWO_DAYS)
    play.pass_time(FREE_UNTIL - timedelta(minutes=5) - play.now)
    play.say(Intent.CANCEL_RESERVATION)
    play.pass_time(timedelta(minutes=10))
    play.say(Intent.AFFIRM)
    quote = play.reply(AskCancelYes).quote
    assert quote is not None
    assert (quote.fee, play.booking.state) == (euros(300), BookingState.CONFIRMED)
    play.say(Intent.AFFIRM)
    assert (play.replies, play.booking.fee) == ((Note.CANCELLING,), euros(300))


def test_what_is_read_out_before_cancelling_is_what_the_pms_has_now(play: Theatre) -> None:
    play.house.write_stay("R-1", MAY_9_TO_12, "401", room_type=SUITE, guest=ANA)
    play.say(Intent.CANCEL_RESERVATION)
    assert (play.reply(AskCancelYes).offer.stay, play.reply(AskCancelYes).offer.total) == (MAY_9_TO_12, euros(900))


def test_with_the_pms_away_a_cancellation_is_taken_all_the_same(play: Theatre) -> None:
    play.house.pms_down = True
    play.say(Intent.CANCEL_RESERVATION)
    assert play.reply(AskCancelYes).offer.stay == MAY_2_TO_4
    assert play.say(Intent.AFFIRM) == (Note.CANCELLING,)


def test_stay_that_has_begun_is_cancelled_by_a_person_only(play: Theatre) -> None:
    play.house.write("R-1", ReservationStatus.CHECKED_IN)
    play.say(Intent.CANCEL_RESERVATION)
    assert (play.reply(Escalated).urgent, play.state.cancelling) == (False, None)


def test_reservation_cancelled_at_reception_is_told_as_cancelled(play: Theatre) -> None:
    play.house.write("R-1", ReservationStatus.CANCELLED)
    play.say(Intent.CANCEL_RESERVATION)
    assert play.reply(StatusOf).status is ReservationStatus.CANCELLED
