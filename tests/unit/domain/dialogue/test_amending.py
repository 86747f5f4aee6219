from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from tests.unit.domain.dialogue.house import DOUBLE, GARDEN, euros
from tests.unit.domain.dialogue.theatre import ANA, MAY_2_TO_4, MAY_9_TO_12, Theatre, dates, part

from hotel_agent.domain.bookings import BookingState, ChangeKind
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.replies import (
    AskCancelYes,
    AskChange,
    AskChangeYes,
    AskDeparture,
    AskWhichDates,
    Changed,
    Escalated,
    NotChanged,
    Note,
    OfferList,
    Reply,
)
from hotel_agent.domain.requests import Acquire, QuoteAmendment
from hotel_agent.domain.reservations import Amendment, Capabilities, ReservationStatus
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.turns import AuditAct, JobKind, Status
from hotel_agent.domain.understanding import Expecting, Intent, RoomKind

TO_THE_5TH = Stay(date(2031, 5, 2), date(2031, 5, 5))


@pytest.fixture
def play() -> Theatre:
    """A guest whose reservation R-1 (the suite, two nights from 2 May, 600 €) has just been confirmed."""
    stage = Theatre()
    stage.book()
    stage.confirm()
    return stage


def read_back(play: Theatre, stay: Stay = MAY_9_TO_12, **slots: Any) -> AskChangeYes:
    play.say(Intent.MODIFY_RESERVATION, stay=dates(stay), **slots)
    return play.reply(AskChangeYes)


PARTS = ["pms_down", "hold_fails"]


def down(play: Theatre, part: str, *, now: bool = True) -> None:
    setattr(play.house, part, now)


def stuck(play: Theatre, part: str) -> tuple[Reply, ...]:
    """Ask for other dates when a part has just gone down; return what is said."""
    play.say(Intent.MODIFY_RESERVATION)
    down(play, part)
    return play.say(Intent.PROVIDE_DETAILS, stay=dates(MAY_9_TO_12))


def test_other_dates_are_read_back_old_and_new_and_changed_after_a_yes(play: Theatre) -> None:
    asked = read_back(play)
    assert (asked.before.stay, asked.before.total, asked.after.stay, asked.after.total) == (
        MAY_2_TO_4,
        euros(600),
        MAY_9_TO_12,
        euros(900),
    )
    assert (play.answer.status, play.state.expecting) == (Status.CLARIFICATION, Expecting.CHANGE_YES)
    assert play.say(Intent.AFFIRM) == (Note.CHANGING,)
    assert (play.booking.state, play.jobs[-1].kind, play.audit[-1].act) == (
        BookingState.CHANGING,
        JobKind.AMEND,
        AuditAct.CHANGE_ASKED,
    )
    assert play.answer.open
    play.changed()
    assert play.reply(Changed).offer.stay == MAY_9_TO_12
    assert (play.booking.reservation, len(play.all), play.house.locks) == ("R-1", 1, {})


def test_longer_stay_keeps_the_room_even_in_a_full_house(play: Theatre) -> None:
    # The only suite is the guest's own: a search for the whole stay would find nothing.
    asked = read_back(play, TO_THE_5TH)
    assert asked.after.total == euros(900)
    play.say(Intent.AFFIRM)
    change = play.booking.change
    assert change is not None
    assert (change.kind, change.rooms) == (ChangeKind.AMEND, ("401",))


def test_rooms_are_locked_for_the_new_nights_before_the_read_back(play: Theatre) -> None:
    read_back(play)
    (claim,) = [request.claim for request in play.house.asked if isinstance(request, Acquire)][-1:]
    assert (claim.candidates, claim.stay, claim.count) == (("401",), MAY_9_TO_12, 1)
    assert [(lock.rooms, lock.stay) for lock in play.house.locks.values()] == [(("401",), MAY_9_TO_12)]


def test_only_what_differs_is_asked_of_the_pms(play: Theatre) -> None:
    read_back(play)
    asked = [request.amendment for request in play.house.asked if isinstance(request, QuoteAmendment)]
    assert asked == [Amendment(stay=MAY_9_TO_12)]


def test_departure_alone_makes_it_longer(play: Theatre) -> None:
    play.say(Intent.MODIFY_RESERVATION, stay=part(departure=date(2031, 5, 5)))
    assert play.reply(AskChangeYes).after.stay == TO_THE_5TH


def test_arrival_alone_asks_for_the_departure(play: Theatre) -> None:
    play.say(Intent.MODIFY_RESERVATION, stay=part(arrival=date(2031, 5, 9)))
    assert play.reply(AskDeparture).arrival == date(2031, 5, 9)
    play.say(Intent.PROVIDE_DETAILS, stay=part(departure=date(2031, 5, 12)))
    assert play.reply(AskChangeYes).after.stay == MAY_9_TO_12


def test_party_can_change_alone(play: Theatre) -> None:
    play.say(Intent.MODIFY_RESERVATION, adults=3)
    assert (play.reply(AskChangeYes).after.occupancy.adults, play.reply(AskChangeYes).after.stay) == (3, MAY_2_TO_4)


def test_party_that_the_room_does_not_hold_is_told(play: Theatre) -> None:
    assert play.say(Intent.MODIFY_RESERVATION, adults=9) == (Note.CHANGE_DOES_NOT_FIT,)
    assert play.booking.state is BookingState.CONFIRMED


def test_type_of_room_can_change_and_costs_less(play: Theatre) -> None:
    play.say(Intent.MODIFY_RESERVATION, room_kind=RoomKind.DOUBLE)
    asked = play.reply(AskChangeYes)
    # Of the two doubles it is the cheaper one.
    assert (asked.after.room_type, asked.after.total, asked.before.total) == (GARDEN, euros(200), euros(600))


def test_type_that_is_sold_out_leaves_the_other_one_of_its_kind(play: Theatre) -> None:
    play.house.take("301", stay=MAY_2_TO_4)
    play.say(Intent.MODIFY_RESERVATION, room_kind=RoomKind.DOUBLE)
    assert play.reply(AskChangeYes).after.room_type == DOUBLE


def test_a_room_more_keeps_the_present_one() -> None:
    play = Theatre()
    play.house.write_stay("R-5", MAY_2_TO_4, "201", room_type=DOUBLE, guest=ANA)
    play.say(Intent.MODIFY_RESERVATION, adults=4, rooms=2, reservation_code="R-5", name="Núñez")
    assert play.reply(AskChangeYes).after.occupancy.rooms == 2
    assert [lock.rooms for lock in play.house.locks.values()] == [("202",)]
    play.say(Intent.AFFIRM)
    assert play.booking.change is not None
    assert play.booking.change.rooms == ("201", "202")


def test_without_saying_what_it_is_asked(play: Theatre) -> None:
    play.say(Intent.MODIFY_RESERVATION)
    assert (play.reply(AskChange).reservation, play.reply(AskChange).offer.stay) == ("R-1", MAY_2_TO_4)
    play.say(Intent.PROVIDE_DETAILS, stay=dates(MAY_9_TO_12))
    assert play.reply(AskChangeYes).after.stay == MAY_9_TO_12


def test_dates_that_can_be_read_in_two_ways_are_chosen(play: Theatre) -> None:
    play.say(Intent.MODIFY_RESERVATION, stay=dates(MAY_9_TO_12, TO_THE_5TH))
    assert len(play.reply(AskWhichDates).candidates) == 2
    play.say(Intent.PROVIDE_DETAILS, option=2)
    assert play.reply(AskChangeYes).after.stay == TO_THE_5TH


def test_dates_that_can_be_read_in_two_ways_are_chosen_by_button(play: Theatre) -> None:
    play.say(Intent.MODIFY_RESERVATION, stay=dates(MAY_9_TO_12, TO_THE_5TH))
    play.press(f"stay:{MAY_9_TO_12.arrival}:{MAY_9_TO_12.departure}")
    assert play.reply(AskChangeYes).after.stay == MAY_9_TO_12


def test_no_with_other_dates_after_the_confirmation_is_a_change_and_no_second_booking(play: Theatre) -> None:
    play.say(Intent.DENY, stay=dates(MAY_9_TO_12))
    assert play.reply(AskChangeYes).after.stay == MAY_9_TO_12
    assert play.offers == ()


def test_change_of_mind_in_the_read_back_is_read_back_anew(play: Theatre) -> None:
    read_back(play)
    play.say(Intent.DENY, stay=dates(TO_THE_5TH))
    assert (play.reply(AskChangeYes).before.stay, play.reply(AskChangeYes).after.stay) == (MAY_2_TO_4, TO_THE_5TH)
    assert len(play.house.locks) == 1


def test_availability_asked_in_the_middle_of_it_is_about_the_change(play: Theatre) -> None:
    play.say(Intent.MODIFY_RESERVATION)
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_9_TO_12))
    assert play.reply(AskChangeYes).after.stay == MAY_9_TO_12


def test_booking_wished_for_in_the_middle_of_it_is_a_booking(play: Theatre) -> None:
    read_back(play)
    play.say(Intent.CREATE_RESERVATION, stay=dates(MAY_9_TO_12), adults=1)
    assert play.reply(OfferList).stay == MAY_9_TO_12
    assert (play.state.amending, play.house.locks) == (None, {})


@pytest.mark.parametrize("intent", [Intent.DENY, Intent.CANCEL_RESERVATION])
def test_no_leaves_it_as_it_is(play: Theatre, intent: Intent) -> None:
    read_back(play)
    assert play.say(intent) == (Note.CHANGE_DROPPED,)
    assert (play.booking.state, play.house.locks, play.state.amending) == (BookingState.CONFIRMED, {}, None)
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)


@pytest.mark.parametrize("slots", [{"price_named": True}, {"also": (Intent.ASK_AMENITIES, Intent.DENY)}])
def test_yes_with_something_else_in_it_is_asked_again(play: Theatre, slots: dict[str, Any]) -> None:
    asked = read_back(play)
    play.say(Intent.AFFIRM, **slots)
    assert play.replies == (Note.ASK_YES_AGAIN, asked)
    assert play.booking.state is BookingState.CONFIRMED


def test_yes_sent_before_the_read_back_went_out_changes_nothing(play: Theatre) -> None:
    asked = read_back(play)
    play.say(Intent.AFFIRM, sent_at=play.now)
    assert play.replies == (Note.ASK_YES_AGAIN, asked)


def test_half_understood_yes_changes_nothing(play: Theatre) -> None:
    asked = read_back(play)
    play.say(Intent.AFFIRM, confidence=0.7)
    assert play.replies == (Note.ASK_YES_AGAIN, asked)


def test_button_says_yes_to_just_what_it_stood_under(play: Theatre) -> None:
    first = read_back(play)
    second = read_back(play, TO_THE_5TH)
    assert play.press(f"change-yes:{first.after.id}")[0] is Note.NOTHING_TO_CONFIRM
    assert play.booking.state is BookingState.CONFIRMED
    assert play.press(f"change-yes:{second.after.id}") == (Note.CHANGING,)


def test_no_by_button_drops_it(play: Theatre) -> None:
    asked = read_back(play)
    assert play.press(f"change-no:{asked.after.id}") == (Note.CHANGE_DROPPED,)


def test_aside_repeats_the_question_and_a_yes_still_answers_it(play: Theatre) -> None:
    asked = read_back(play)
    assert play.say(Intent.THANKS) == (Note.THANKS, asked)
    assert play.say(Intent.AFFIRM) == (Note.CHANGING,)


def test_goodbye_closes_the_question_until_it_is_read_out_again(play: Theatre) -> None:
    asked = read_back(play)
    assert play.say(Intent.GOODBYE) == (Note.GOODBYE,)
    assert play.say(Intent.AFFIRM) == (Note.ASK_YES_AGAIN, asked)
    assert play.say(Intent.AFFIRM) == (Note.CHANGING,)


def test_wrong_yes_after_a_price_change_is_asked_again_with_both_prices(play: Theatre) -> None:
    first = read_back(play)
    play.house.prices[first.after.room_type.id] = 350
    play.say(Intent.AFFIRM)
    asked = play.reply(AskChangeYes)
    assert (asked.changed_from, asked.after.total) == (euros(900), euros(1050))
    assert asked.after.id != first.after.id
    assert play.press(f"change-yes:{first.after.id}")[0] is Note.NOTHING_TO_CONFIRM
    assert play.say(Intent.AFFIRM) == (Note.CHANGING,)
    assert play.booking.change is not None
    assert play.booking.change.after == asked.after


def test_nights_sold_past_us_before_the_yes_are_told(play: Theatre) -> None:
    read_back(play)
    play.house.take("401", stay=MAY_9_TO_12)
    assert play.say(Intent.AFFIRM) == (Note.CHANGE_NOT_FREE,)
    assert (play.booking.state, play.house.locks) == (BookingState.CONFIRMED, {})


def test_nights_that_are_not_free_are_told_and_others_can_be_named(play: Theatre) -> None:
    play.house.take("401", stay=MAY_9_TO_12)
    assert play.say(Intent.MODIFY_RESERVATION, stay=dates(MAY_9_TO_12)) == (Note.CHANGE_NOT_FREE,)
    play.say(Intent.PROVIDE_DETAILS, stay=dates(TO_THE_5TH))
    assert play.reply(AskChangeYes).after.stay == TO_THE_5TH


def test_nights_locked_by_another_guest_are_not_free(play: Theatre) -> None:
    play.house.lock_away("401", stay=MAY_9_TO_12, until=play.now + timedelta(minutes=20))
    assert play.say(Intent.MODIFY_RESERVATION, stay=dates(MAY_9_TO_12)) == (Note.CHANGE_NOT_FREE,)


@pytest.mark.parametrize(
    ("reason", "told"), [(Rejection.SOLD_OUT, Note.CHANGE_NOT_FREE), (Rejection.STAY_RULE, Note.CHANGE_NOT_ALLOWED)]
)
def test_why_the_pms_would_refuse_is_told(play: Theatre, reason: Rejection, told: Note) -> None:
    play.house.refuses = reason
    assert play.say(Intent.MODIFY_RESERVATION, stay=dates(MAY_9_TO_12)) == (told,)


@pytest.mark.parametrize("reason", [Rejection.NOT_SUPPORTED, Rejection.NOT_ALLOWED, Rejection.OTHER])
def test_what_the_pms_cannot_do_goes_to_staff(play: Theatre, reason: Rejection) -> None:
    play.house.refuses = reason
    play.say(Intent.MODIFY_RESERVATION, stay=dates(MAY_9_TO_12))
    assert (play.reply(Escalated).urgent, play.answer.status, play.offers) == (False, Status.ESCALATED, ())
    assert [escalation.reason for escalation in play.escalations] == [Intent.MODIFY_RESERVATION]


def test_pms_that_amends_nothing_goes_to_staff_at_once(play: Theatre) -> None:
    play.house.can = Capabilities(amends=False)
    play.say(Intent.MODIFY_RESERVATION)
    assert [escalation.reason for escalation in play.escalations] == [Intent.MODIFY_RESERVATION]


@pytest.mark.parametrize("switch", ["pms_down", "locks_down"])
def test_part_that_is_down_changes_nothing_and_is_told(play: Theatre, switch: str) -> None:
    setattr(play.house, switch, True)
    play.say(Intent.MODIFY_RESERVATION, stay=dates(MAY_9_TO_12))
    assert play.answer.status is Status.DEGRADED
    assert (play.booking.state, play.house.locks) == (BookingState.CONFIRMED, {})


@pytest.mark.parametrize("part", PARTS)
def test_yes_while_a_part_is_down_can_be_said_again(play: Theatre, part: str) -> None:
    read_back(play)
    down(play, part)
    assert play.say(Intent.AFFIRM) == (Note.CHANGE_ASKING_AGAIN,)
    assert play.answer.status is Status.DEGRADED
    down(play, part, now=False)
    assert play.say(Intent.AFFIRM) == (Note.CHANGING,)
    assert play.pass_time(timedelta(minutes=10)) == []


@pytest.mark.parametrize("part", PARTS)
def test_change_that_could_not_be_looked_at_is_read_back_once_the_part_is_back(play: Theatre, part: str) -> None:
    assert stuck(play, part) == (Note.LOOKING_AGAIN,)
    assert play.pass_time(timedelta(minutes=3)) == []
    down(play, part, now=False)
    asked = [reply for reply in play.pass_time(timedelta(minutes=3)) if isinstance(reply, AskChangeYes)]
    assert [question.after.stay for question in asked] == [MAY_9_TO_12]
    assert play.pass_time(timedelta(minutes=3)) == []
    assert play.say(Intent.AFFIRM) == (Note.CHANGING,)


@pytest.mark.parametrize("part", PARTS)
def test_whoever_s_yes_could_not_be_taken_is_asked_for_it_again_once_the_part_is_back(play: Theatre, part: str) -> None:
    first = read_back(play)
    down(play, part)
    play.say(Intent.AFFIRM)
    assert play.pass_time(timedelta(minutes=2)) == []
    down(play, part, now=False)
    asked = [reply for reply in play.pass_time(timedelta(minutes=3)) if isinstance(reply, AskChangeYes)]
    assert [(question.after.stay, question.held_until) for question in asked] == [(first.after.stay, first.held_until)]
    assert len(play.house.locks) == 1
    assert play.pass_time(timedelta(minutes=3)) == []
    assert play.say(Intent.AFFIRM) == (Note.CHANGING,)
    assert play.pass_time(timedelta(minutes=3)) == []


def test_price_that_moved_meanwhile_is_told_with_the_question(play: Theatre) -> None:
    first = read_back(play)
    play.house.hold_fails = True
    play.say(Intent.AFFIRM)
    play.house.hold_fails = False
    play.house.prices[first.after.room_type.id] = 350
    (asked,) = [reply for reply in play.pass_time(timedelta(minutes=3)) if isinstance(reply, AskChangeYes)]
    assert (asked.changed_from, asked.after.total) == (euros(900), euros(1050))


def test_nights_that_were_sold_meanwhile_are_told(play: Theatre) -> None:
    read_back(play)
    play.house.hold_fails = True
    play.say(Intent.AFFIRM)
    play.house.hold_fails = False
    play.house.take("401", stay=MAY_9_TO_12)
    assert play.pass_time(timedelta(minutes=3)) == [Note.CHANGE_NOT_FREE]
    assert play.house.locks == {}
    assert play.pass_time(timedelta(minutes=3)) == []


def test_lock_that_ended_meanwhile_is_told_once(play: Theatre) -> None:
    read_back(play)
    play.house.hold_fails = True
    play.say(Intent.AFFIRM)
    assert play.pass_time(timedelta(minutes=21)) == [Note.CHANGE_LOCK_ENDED]
    play.house.hold_fails = False
    assert play.pass_time(timedelta(minutes=5)) == []


def test_part_that_stays_away_ends_a_change_with_staff_being_told(play: Theatre) -> None:
    stuck(play, "pms_down")
    said = play.pass_time(timedelta(minutes=29, seconds=50))
    assert [type(reply) for reply in said] == [Escalated]


@pytest.mark.parametrize("part", PARTS)
def test_whoever_gave_up_the_change_meanwhile_is_not_asked_again(play: Theatre, part: str) -> None:
    stuck(play, part)
    assert play.say(Intent.DENY) == (Note.CHANGE_DROPPED,)
    down(play, part, now=False)
    assert play.pass_time(timedelta(minutes=10)) == []


def test_whoever_wants_other_dates_meanwhile_is_asked_about_those_only(play: Theatre) -> None:
    stuck(play, "hold_fails")
    play.house.hold_fails = False
    assert read_back(play, TO_THE_5TH).after.stay == TO_THE_5TH
    assert play.pass_time(timedelta(minutes=3)) == []


def test_search_that_was_promised_is_not_mistaken_for_a_change(play: Theatre) -> None:
    play.house.pms_down = True
    play.ask_for()
    play.house.pms_down = False
    read_back(play)
    assert play.pass_time(timedelta(minutes=5)) == []
    assert play.say(Intent.AFFIRM) == (Note.CHANGING,)


def test_time_to_decide_ends_and_is_told(play: Theatre) -> None:
    read_back(play)
    assert play.pass_time(timedelta(minutes=21)) == [Note.CHANGE_LOCK_ENDED]
    assert (play.house.locks, play.state.amending) == ({}, None)
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)


def test_change_that_was_refused_is_told_and_the_reservation_stands(play: Theatre) -> None:
    read_back(play)
    play.say(Intent.AFFIRM)
    play.changed(refused=Rejection.SOLD_OUT)
    assert (play.reply(NotChanged).reason, play.reply(NotChanged).offer.stay) == (Rejection.SOLD_OUT, MAY_2_TO_4)
    assert read_back(play).after.stay == MAY_9_TO_12


def test_while_it_is_being_changed_another_change_or_a_cancellation_waits(play: Theatre) -> None:
    read_back(play)
    play.say(Intent.AFFIRM)
    assert play.say(Intent.MODIFY_RESERVATION, stay=dates(TO_THE_5TH)) == (Note.STILL_CHANGING,)
    assert play.say(Intent.CANCEL_RESERVATION) == (Note.STILL_CHANGING,)
    assert [job.kind for job in play.jobs] == [JobKind.BOOK, JobKind.AMEND]


def test_after_a_change_another_one_starts_from_what_it_is_now(play: Theatre) -> None:
    read_back(play)
    play.say(Intent.AFFIRM)
    play.changed()
    asked = read_back(play, TO_THE_5TH)
    assert (asked.before.stay, asked.before.total) == (MAY_9_TO_12, euros(900))


def test_guest_in_the_house_can_stay_on(play: Theatre) -> None:
    play.pass_time(timedelta(days=61))
    assert play.now.date() == date(2031, 5, 3)
    play.house.write("R-1", ReservationStatus.CHECKED_IN)
    play.say(Intent.MODIFY_RESERVATION, stay=part(departure=date(2031, 5, 5)))
    assert play.reply(AskChangeYes).after.stay == TO_THE_5TH


def test_a_past_stay_is_not_the_one_that_is_meant(play: Theatre) -> None:
    play.pass_time(timedelta(days=90))
    assert play.say(Intent.MODIFY_RESERVATION) == (Note.ASK_RESERVATION_CODE,)


def test_what_is_said_to_cancelling_ends_the_change_that_was_read_out(play: Theatre) -> None:
    read_back(play)
    play.say(Intent.CANCEL_RESERVATION, reservation_code="R-1")
    assert isinstance(play.replies[-1], AskCancelYes)
    assert (play.house.locks, play.state.amending) == ({}, None)
    assert play.say(Intent.AFFIRM) == (Note.CANCELLING,)


def test_second_booking_after_a_change_begins_anew(play: Theatre) -> None:
    read_back(play)
    play.say(Intent.AFFIRM)
    assert play.say(Intent.CREATE_RESERVATION) == (Note.ASK_DATES,)
    play.changed()
    play.ask_for(MAY_2_TO_4)
    assert play.reply(OfferList).stay == MAY_2_TO_4


def test_change_is_told_in_the_terms_that_were_read_back(play: Theatre) -> None:
    asked = read_back(play)
    play.say(Intent.AFFIRM)
    play.changed()
    assert evolve(play.reply(Changed).offer, fresh_until=asked.after.fresh_until) == asked.after
