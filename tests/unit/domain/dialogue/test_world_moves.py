"""Prices change, rooms go, parts fail: the guest hears it and nothing else is booked than what was agreed."""

from datetime import timedelta

import pytest
from tests.unit.domain.dialogue.house import DOUBLE, SUITE, euros
from tests.unit.domain.dialogue.theatre import ALL_DETAILS, MAY_2_TO_4, Theatre

from hotel_agent.domain.events import TimerKind
from hotel_agent.domain.replies import AskYes, BookingNow, Escalated, Note, OfferList, RoomHeld
from hotel_agent.domain.requests import Extend, Hold, Release, Search
from hotel_agent.domain.turns import Status
from hotel_agent.domain.understanding import Intent, RoomKind


def test_price_changed_before_the_lock_is_told_with_the_earlier_one() -> None:
    play = Theatre()
    play.ask_for()
    play.house.prices[SUITE.id] = 310
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE)
    held = play.reply(RoomHeld)
    assert (held.changed_from, held.offer.total) == (euros(600), euros(620))


def test_price_changed_at_the_yes_is_told_and_asked_again() -> None:
    play = Theatre()
    asked = play.read_back()
    play.house.prices[SUITE.id] = 310
    play.say(Intent.AFFIRM)
    again = play.reply(AskYes)
    assert (again.changed_from, again.offer.total, play.booked) == (euros(600), euros(620), [])
    assert again.offer.id != asked.offer.id
    play.say(Intent.AFFIRM)
    assert (play.booking.offer.total, len(play.booked)) == (euros(620), 1)


def test_offer_pressed_again_after_its_price_changed_keeps_its_lock() -> None:
    play = Theatre()
    play.read_back()
    play.house.prices[SUITE.id] = 310
    play.say(Intent.AFFIRM)
    locks = dict(play.house.locks)
    play.press(f"offer:{play.reply(AskYes).offer.id}")
    assert (play.reply(AskYes).offer.total, play.house.locks) == (euros(620), locks)


def test_yes_to_the_earlier_price_that_crosses_the_change_does_not_count() -> None:
    play = Theatre()
    play.read_back()
    play.house.prices[SUITE.id] = 310
    play.say(Intent.AFFIRM)
    play.say(Intent.AFFIRM, sent_at=play.now - timedelta(seconds=12))
    assert play.booked == []
    assert play.reply(AskYes).offer.total == euros(620)


def test_room_gone_before_the_lock_leads_to_what_is_left() -> None:
    play = Theatre()
    play.ask_for()
    play.house.take("401", stay=MAY_2_TO_4)
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE)
    assert (play.replies[0], play.answer.lock_acquired) == (Note.JUST_TAKEN, False)
    assert [offer.room_type.name for offer in play.reply(OfferList).offers] == ["Doble jardín", "Doble con vistas"]


def test_room_locked_by_another_guest_leads_to_what_is_left() -> None:
    play = Theatre()
    play.ask_for()
    play.house.lock_away("401", stay=MAY_2_TO_4, until=play.now + timedelta(minutes=20))
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE)
    assert (play.replies[0], play.answer.lock_acquired) == (Note.JUST_TAKEN, False)


def test_lock_lost_in_a_race_leads_to_what_is_left() -> None:
    play = Theatre()
    play.ask_for()
    play.house.race = True
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE)
    assert (play.replies[0], play.answer.lock_acquired, play.state.held) == (Note.JUST_TAKEN, False, None)


def test_locked_rooms_of_others_are_not_offered() -> None:
    play = Theatre()
    play.house.lock_away("401", "201", stay=MAY_2_TO_4, until=play.now + timedelta(minutes=20))
    play.ask_for()
    assert [(offer.room_type.name, offer.available) for offer in play.offers] == [("Doble jardín", 1), ("Doble con vistas", 1)]


def test_room_sold_past_our_lock_is_found_out_at_the_yes() -> None:
    play = Theatre()
    play.read_back()
    play.house.take("401", stay=MAY_2_TO_4)
    play.say(Intent.AFFIRM)
    assert (play.replies[0], play.booked, play.house.locks) == (Note.JUST_TAKEN, [], {})


def test_room_sold_past_our_lock_is_replaced_by_another_of_its_type_and_asked_again() -> None:
    play = Theatre()
    play.ask_for()
    play.say(Intent.CREATE_RESERVATION, room_name=DOUBLE.name)
    play.say(Intent.PROVIDE_DETAILS, **ALL_DETAILS)
    play.house.take("201", stay=MAY_2_TO_4)
    play.say(Intent.AFFIRM)
    assert (play.reply(AskYes).offer.room_type, play.booked) == (DOUBLE, [])
    assert [lock.rooms for lock in play.house.locks.values()] == [("202",)]
    play.say(Intent.AFFIRM)
    assert play.booking.rooms == ("202",)


def test_same_offer_pressed_after_its_room_was_sold_locks_another() -> None:
    play = Theatre()
    play.ask_for()
    offer = next(offer for offer in play.offers if offer.room_type == DOUBLE)
    play.press(f"offer:{offer.id}")
    play.house.take("201", stay=MAY_2_TO_4)
    play.press(f"offer:{offer.id}")
    assert [lock.rooms for lock in play.house.locks.values()] == [("202",)]


def test_lock_lost_without_notice_is_taken_again_and_asked_again() -> None:
    play = Theatre()
    play.read_back()
    play.house.locks.clear()
    play.say(Intent.AFFIRM)
    assert (play.reply(AskYes).offer.room_type, play.answer.lock_acquired, play.booked) == (SUITE, True, [])


def test_end_of_the_lock_is_told_and_a_yes_books_nothing() -> None:
    play = Theatre()
    play.hold()
    play.say(Intent.PROVIDE_DETAILS, **ALL_DETAILS)
    assert play.pass_time(timedelta(minutes=21)) == [Note.LOCK_ENDED]
    assert (play.house.locks, play.state.held) == ({}, None)
    assert play.say(Intent.AFFIRM) == (Note.ASK_OFFER,)
    assert play.booked == []
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE)
    assert play.reply(AskYes).offer.room_type == SUITE


def test_lock_left_without_expiry_by_a_dead_turn_ends_with_its_timer() -> None:
    play = Theatre()
    play.read_back()
    held = play.state.held
    assert held is not None
    play.house.answer(Hold(lock=held.lock, owner=held.owner), play.now)
    assert play.pass_time(timedelta(minutes=21)) == [Note.LOCK_ENDED]
    assert play.house.locks == {}


def test_guest_who_goes_on_writing_gets_ten_minutes_more_twice() -> None:
    play = Theatre()
    play.hold()
    for _ in range(4):
        play.pass_time(timedelta(minutes=9))
        play.say(Intent.THANKS)
    assert len([request for request in play.house.asked if isinstance(request, Extend)]) == 2
    assert play.pass_time(timedelta(minutes=9)) == [Note.LOCK_ENDED]


def test_lock_that_cannot_be_extended_keeps_its_end() -> None:
    play = Theatre()
    play.hold()
    held = play.state.held
    assert held is not None
    play.pass_time(timedelta(minutes=15))
    play.house.locks_down = True
    play.say(Intent.THANKS)
    assert play.state.held == held


@pytest.mark.parametrize("early", [timedelta(seconds=1), timedelta(minutes=15)])
def test_timer_that_fires_early_is_set_again(early: timedelta) -> None:
    play = Theatre()
    play.hold()
    timers = dict(play.timers)
    for timer in timers.values():
        play.now = timer.due_at - early
        assert play.fire(timer) == ()
    assert play.timers == timers


def test_timer_of_an_earlier_lock_ends_nothing() -> None:
    play = Theatre()
    play.hold()
    old = next(timer for timer in play.timers.values() if timer.kind is TimerKind.LOCK_END)
    play.say(Intent.CREATE_RESERVATION, option=1)
    play.pass_time(timedelta(minutes=1))
    play.now = old.due_at
    assert play.fire(old) == ()
    assert play.state.held is not None


def test_release_that_fails_is_no_trouble_for_the_guest() -> None:
    play = Theatre()
    play.read_back()
    play.house.locks_down = True
    assert play.say(Intent.DENY) == (Note.GIVEN_UP,)
    assert isinstance(play.house.asked[-1], Release)


def test_pms_down_at_the_search_degrades() -> None:
    play = Theatre()
    play.house.pms_down = True
    assert play.ask_for() == (Note.LOOKING_AGAIN,)
    assert (play.answer.status, play.answer.fallback_used, play.answer.searched) == (Status.DEGRADED, True, None)
    play.house.pms_down = False
    play.say(Intent.CREATE_RESERVATION)
    assert play.reply(OfferList).stay == MAY_2_TO_4


def test_what_could_not_be_looked_up_is_told_once_the_pms_is_back() -> None:
    play = Theatre()
    play.house.pms_down = True
    play.ask_for()
    assert play.pass_time(timedelta(minutes=3)) == []
    play.house.pms_down = False
    shown = [reply for reply in play.pass_time(timedelta(minutes=3)) if isinstance(reply, OfferList)]
    assert [offers.stay for offers in shown] == [MAY_2_TO_4]
    assert play.pass_time(timedelta(minutes=10)) == []


def test_a_pms_that_stays_away_ends_with_staff_being_told() -> None:
    play = Theatre()
    play.house.pms_down = True
    play.ask_for()
    said = play.pass_time(timedelta(minutes=29, seconds=50))
    assert [type(reply) for reply in said] == [Escalated]


def test_whoever_has_gone_on_to_something_else_is_not_told_again() -> None:
    play = Theatre()
    play.house.pms_down = True
    play.ask_for()
    play.house.pms_down = False
    play.hold()
    assert play.pass_time(timedelta(minutes=3)) == []


def test_pms_down_at_the_lock_keeps_the_offers() -> None:
    play = Theatre()
    play.ask_for()
    play.house.pms_down = True
    assert play.say(Intent.CREATE_RESERVATION, option=1) == (Note.LOOKING_AGAIN,)
    assert (play.answer.status, play.answer.lock_acquired, len(play.offers)) == (Status.DEGRADED, None, 3)


PARTS = ["pms_down", "cached_only", "hold_fails"]


@pytest.mark.parametrize("part", PARTS)
def test_part_down_at_the_yes_keeps_everything_for_the_same_yes_again(part: str) -> None:
    play = Theatre()
    play.read_back()
    setattr(play.house, part, True)
    assert play.say(Intent.AFFIRM) == (Note.ASKING_AGAIN,)
    assert (play.answer.status, play.answer.fallback_used, play.booked) == (Status.DEGRADED, True, [])
    setattr(play.house, part, False)
    play.say(Intent.AFFIRM)
    assert play.reply(BookingNow).offer.room_type == SUITE


@pytest.mark.parametrize("part", PARTS)
def test_whoever_could_not_be_booked_is_asked_again_once_the_part_is_back(part: str) -> None:
    play = Theatre()
    play.read_back()
    setattr(play.house, part, True)
    play.say(Intent.AFFIRM)
    assert play.pass_time(timedelta(minutes=2)) == []
    setattr(play.house, part, False)
    asked = [reply for reply in play.pass_time(timedelta(minutes=3)) if isinstance(reply, AskYes)]
    assert [question.offer.room_type for question in asked] == [SUITE]
    assert play.pass_time(timedelta(minutes=3)) == []
    play.say(Intent.AFFIRM)
    assert play.reply(BookingNow).offer.room_type == SUITE
    assert play.pass_time(timedelta(minutes=3)) == []


def test_whoever_gave_up_meanwhile_is_not_asked_again() -> None:
    play = Theatre()
    play.read_back()
    play.house.hold_fails = True
    play.say(Intent.AFFIRM)
    play.say(Intent.DENY)
    play.house.hold_fails = False
    assert play.pass_time(timedelta(minutes=10)) == []


def test_locks_down_at_the_lock_is_said() -> None:
    play = Theatre()
    play.ask_for()
    play.house.hold_fails = True
    assert play.say(Intent.CREATE_RESERVATION, option=1) == (Note.LOOKING_AGAIN,)
    assert (play.answer.status, play.answer.lock_acquired, play.state.held) == (Status.DEGRADED, None, None)


def test_yes_always_asks_the_pms_afresh() -> None:
    play = Theatre()
    play.read_back()
    play.house.asked.clear()
    play.say(Intent.AFFIRM)
    assert [type(request) for request in play.house.asked] == [Search, Hold]
    assert [request.fresh for request in play.house.asked if isinstance(request, Search)] == [True]


def test_end_of_session_is_for_the_timer_of_that_end_only() -> None:
    play = Theatre()
    play.ask_for()
    timer = next(timer for timer in play.timers.values() if timer.kind is TimerKind.SESSION_END)
    assert (timer.due_at, timer.subject) == (play.state.expires_at, play.state.conversation)
    play.pass_time(timedelta(minutes=29))
    play.say(Intent.THANKS)
    assert play.pass_time(timedelta(minutes=29)) == []
    assert len(play.offers) == 3
