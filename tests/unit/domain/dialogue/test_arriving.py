from datetime import UTC, datetime, time, timedelta

import pytest
from attrs import evolve
from tests.unit.domain.dialogue.house import GARDEN, euros
from tests.unit.domain.dialogue.theatre import ANA, MAY_2_TO_4, MAY_9_TO_12, Theatre, dates, hotel

from hotel_agent.domain.bookings import BookingState, ChangeKind
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.replies import (
    ArrivalNoted,
    AskArrivalYes,
    CheckedIn,
    CheckedOut,
    Escalated,
    HotelFact,
    HouseTimes,
    LateCheckout,
    Note,
    OfferList,
    StatusOf,
)
from hotel_agent.domain.reservations import Capabilities, ReservationStatus
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.terms import ArrivalTerms, LateCheckoutTerms
from hotel_agent.domain.turns import JobKind
from hotel_agent.domain.understanding import Expecting, Intent

ONLINE = ArrivalTerms(online_check_in=True, online_check_out=True)
CHECK_IN_TIME = datetime(2031, 5, 2, 13, tzinfo=UTC)
"""15:00 in Madrid on the day of arrival."""
LAST_MORNING = datetime(2031, 5, 4, 7, tzinfo=UTC)
TIMES = HouseTimes(check_in_from=time(15), check_out_until=time(11))
LATE = LateCheckoutTerms(until=time(14), fee=euros(30))


def staying(arrival: ArrivalTerms = ONLINE, late: LateCheckoutTerms | None = None, at: datetime | None = None) -> Theatre:
    """A guest of such a hotel whose R-5 (the garden double, 2 to 4 May) is known to the conversation."""
    of: Hotel = evolve(hotel(), arrival=arrival, late_checkout=late, policies=())
    stage = Theatre(hotel=of)
    stage.house.write_stay("R-5", MAY_2_TO_4, "301", room_type=GARDEN, guest=ANA)
    stage.say(Intent.RESERVATION_STATUS, reservation_code="R-5", name="Núñez")
    if at:
        stage.pass_time(at - stage.now)
    return stage


# ---------------------------------------------------------------- checking in


def test_times_come_from_the_hotels_settings() -> None:
    assert Theatre(hotel=evolve(hotel(), policies=())).say(Intent.CHECK_IN) == (TIMES,)


def test_hotels_own_words_come_before_its_bare_times() -> None:
    play = Theatre()
    play.say(Intent.CHECK_OUT)
    assert play.reply(HotelFact).text == "Hasta las 11."


def test_checking_in_takes_a_yes_and_a_proof() -> None:
    play = staying(at=CHECK_IN_TIME)
    play.say(Intent.CHECK_IN)
    assert play.replies[0] == TIMES
    assert (play.reply(AskArrivalYes).reservation, play.reply(AskArrivalYes).leaving) == ("R-5", False)
    assert play.say(Intent.AFFIRM) == (Note.CHECKING_IN,)
    assert (play.jobs[-1].kind, play.booking.state) == (JobKind.CHECK_IN, BookingState.CHANGING)
    assert play.booking.change is not None
    assert play.booking.change.kind is ChangeKind.CHECK_IN
    play.changed()
    assert play.reply(CheckedIn).reservation == "R-5"
    play.say(Intent.CHECK_IN)
    assert play.reply(StatusOf).status is ReservationStatus.CHECKED_IN


@pytest.mark.parametrize("early_by", [timedelta(minutes=10), timedelta(days=1)])
def test_before_the_hour_nothing_is_offered_but_when_it_will_be(early_by: timedelta) -> None:
    play = staying(at=CHECK_IN_TIME - early_by)
    assert play.say(Intent.CHECK_IN) == (TIMES, Note.CHECK_IN_ONLINE)


def test_day_after_the_arrival_it_is_too_late() -> None:
    play = staying(at=CHECK_IN_TIME + timedelta(days=1))
    assert play.say(Intent.CHECK_IN) == (TIMES,)


def test_hotel_that_checks_in_at_reception_only_offers_nothing() -> None:
    play = staying(ArrivalTerms(), at=CHECK_IN_TIME)
    assert play.say(Intent.CHECK_IN) == (TIMES,)


def test_pms_that_cannot_check_in_is_not_asked_to() -> None:
    play = staying(at=CHECK_IN_TIME)
    play.house.can = Capabilities(checks_in=False)
    assert play.say(Intent.CHECK_IN) == (TIMES,)


def test_guest_without_a_reservation_here_is_told_what_it_takes_and_can_go_on() -> None:
    play = Theatre(hotel=evolve(hotel(), arrival=ONLINE, policies=()))
    play.house.write_stay("R-5", MAY_2_TO_4, "301", room_type=GARDEN, guest=ANA)
    play.pass_time(CHECK_IN_TIME - play.now)
    assert play.say(Intent.CHECK_IN) == (TIMES, Note.CHECK_IN_ONLINE_CODE)
    assert play.say(Intent.PROVIDE_DETAILS, reservation_code="R-5") == (Note.ASK_SURNAME,)
    play.say(Intent.PROVIDE_DETAILS, name="Núñez")
    assert play.reply(AskArrivalYes).reservation == "R-5"


def test_no_leaves_it() -> None:
    play = staying(at=CHECK_IN_TIME)
    play.say(Intent.CHECK_IN)
    assert play.say(Intent.DENY) == (Note.CHANGE_DROPPED,)
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)


def test_yes_sent_before_the_question_went_out_checks_nobody_in() -> None:
    play = staying(at=CHECK_IN_TIME)
    play.say(Intent.CHECK_IN)
    asked = play.reply(AskArrivalYes)
    play.say(Intent.AFFIRM, sent_at=play.now)
    assert play.replies == (Note.ASK_YES_AGAIN, evolve(asked, offer=play.booking.offer))
    assert play.jobs == []


def test_button_checks_in_what_was_asked_about() -> None:
    play = staying(at=CHECK_IN_TIME)
    play.say(Intent.CHECK_IN)
    assert play.press("check-out-yes:R-5")[0] is Note.NOTHING_TO_CONFIRM
    assert play.press("check-in-yes:R-6")[0] is Note.NOTHING_TO_CONFIRM
    assert play.press("check-in-yes:R-5") == (Note.CHECKING_IN,)


def test_old_button_checks_nobody_in() -> None:
    play = staying(at=CHECK_IN_TIME)
    assert play.press("check-in-yes:R-5") == (Note.NOTHING_TO_CONFIRM,)
    assert play.jobs == []


def test_check_in_that_failed_is_told() -> None:
    play = staying(at=CHECK_IN_TIME)
    play.say(Intent.CHECK_IN)
    play.say(Intent.AFFIRM)
    assert play.changed(refused=Rejection.NOT_ALLOWED) == (Note.NOT_CHECKED_IN,)


def test_dates_of_arrival_and_departure_that_were_asked_for_are_no_check_in() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY)
    play.say(Intent.CHECK_IN, stay=dates(MAY_2_TO_4))
    assert play.reply(OfferList).stay == MAY_2_TO_4


# ---------------------------------------------------------------- when the guest comes


def test_arrival_time_is_asked_for_where_the_hotel_wants_it_and_passed_on() -> None:
    play = staying(ArrivalTerms(asks_arrival_time=True))
    assert play.say(Intent.CHECK_IN) == (TIMES, Note.ASK_ARRIVAL_TIME)
    assert play.state.expecting is Expecting.ARRIVAL_TIME
    assert play.say(Intent.PROVIDE_DETAILS, time_of_day=time(12)) == (ArrivalNoted(at=time(12)), TIMES)
    assert [known.reason for known in play.escalations] == ["arrival_time"]


def test_arrival_time_told_unasked_is_passed_on() -> None:
    play = staying(ArrivalTerms())
    assert play.say(Intent.PROVIDE_DETAILS, time_of_day=time(23, 30)) == (ArrivalNoted(at=time(23, 30)),)


def test_question_whether_one_may_come_earlier_is_no_arrival_time() -> None:
    play = staying(ArrivalTerms())
    assert play.say(Intent.CHECK_IN, time_of_day=time(12)) == (TIMES,)
    assert play.escalations == []


# ---------------------------------------------------------------- leaving


def test_checking_out_takes_a_yes_on_the_day_of_departure() -> None:
    play = staying(at=LAST_MORNING)
    play.house.write("R-5", ReservationStatus.CHECKED_IN)
    play.say(Intent.CHECK_OUT)
    assert play.reply(AskArrivalYes).leaving
    assert play.press("check-out-yes:R-5") == (Note.CHECKING_OUT,)
    assert play.jobs[-1].kind is JobKind.CHECK_OUT
    play.changed()
    assert play.reply(CheckedOut).reservation == "R-5"


@pytest.mark.parametrize("at", [CHECK_IN_TIME, LAST_MORNING])
def test_who_has_not_checked_in_or_leaves_later_is_told_the_time_only(at: datetime) -> None:
    play = staying(at=at)
    if at is CHECK_IN_TIME:
        play.house.write("R-5", ReservationStatus.CHECKED_IN)
    assert play.say(Intent.CHECK_OUT) == (TIMES,)


# ---------------------------------------------------------------- leaving later


def test_late_checkout_is_free_to_have_when_nobody_arrives_and_staff_approves() -> None:
    play = staying(late=LATE)
    play.say(Intent.LATE_CHECKOUT)
    assert play.reply(LateCheckout) == LateCheckout(until=time(14), fee=euros(30), approval=True, day=MAY_2_TO_4.departure)
    assert [known.reason for known in play.escalations] == [Intent.LATE_CHECKOUT]


def test_late_checkout_that_staff_need_not_approve_is_just_told() -> None:
    play = staying(late=evolve(LATE, approval=False))
    play.say(Intent.LATE_CHECKOUT)
    assert play.reply(LateCheckout).approval is False
    assert play.escalations == []


def test_late_checkout_is_refused_when_somebody_arrives_into_the_room() -> None:
    play = staying(late=LATE)
    play.house.take("301", stay=Stay(MAY_2_TO_4.departure, MAY_9_TO_12.arrival))
    assert play.say(Intent.LATE_CHECKOUT) == (Note.LATE_CHECKOUT_TAKEN,)
    assert play.escalations == []


def test_late_checkout_is_refused_while_another_guest_decides_about_the_room() -> None:
    play = staying(late=LATE)
    stay = Stay(MAY_2_TO_4.departure, MAY_9_TO_12.arrival)
    play.house.lock_away("301", stay=stay, until=play.now + timedelta(minutes=20))
    assert play.say(Intent.LATE_CHECKOUT) == (Note.LATE_CHECKOUT_TAKEN,)


def test_late_checkout_without_a_reservation_here_tells_the_terms() -> None:
    play = Theatre(hotel=evolve(hotel(), late_checkout=LATE))
    assert play.say(Intent.LATE_CHECKOUT) == (LateCheckout(until=time(14), fee=euros(30), approval=True),)


def test_late_checkout_of_a_hotel_that_says_nothing_of_it_goes_to_staff() -> None:
    play = staying()
    play.say(Intent.LATE_CHECKOUT)
    assert [known.reason for known in play.escalations] == [Intent.LATE_CHECKOUT]


def test_late_checkout_with_the_pms_away_promises_nothing() -> None:
    play = staying(late=LATE)
    play.house.pms_down = True
    play.say(Intent.LATE_CHECKOUT)
    assert play.reply(LateCheckout).day is None


def test_late_checkout_of_a_room_sold_for_several_nights_only_goes_to_staff() -> None:
    play = Theatre(hotel=evolve(hotel(), late_checkout=LATE))
    play.book()
    play.confirm()
    play.say(Intent.LATE_CHECKOUT)
    assert play.reply(Escalated).urgent is False


def test_dates_said_beside_a_time_are_a_wish_and_no_arrival_time() -> None:
    play = staying(ArrivalTerms())
    play.say(Intent.PROVIDE_DETAILS, time_of_day=time(23), stay=dates(MAY_9_TO_12))
    assert play.escalations == []
