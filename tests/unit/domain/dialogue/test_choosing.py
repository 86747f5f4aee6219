from datetime import date
from typing import Any

import pytest
from tests.unit.domain.dialogue.house import DOUBLE, GARDEN, SUITE
from tests.unit.domain.dialogue.theatre import ALL_DETAILS, MAY_2_TO_4, MAY_9_TO_12, Theatre, dates, part

from hotel_agent.domain.replies import AskYes, HotelFact, Note, OfferList, RoomHeld
from hotel_agent.domain.requests import Acquire, Search
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.turns import Status
from hotel_agent.domain.understanding import Expecting, Intent, RoomKind


@pytest.mark.parametrize(
    ("named", "room_type"),
    [
        ({"option": 1}, GARDEN),
        ({"option": 3}, SUITE),
        ({"option": -1}, SUITE),
        ({"room_kind": RoomKind.SUITE}, SUITE),
        ({"room_name": "Doble con vistas"}, DOUBLE),
        ({"room_id": "3"}, GARDEN),
        ({"room_id": "2", "room_kind": RoomKind.SUITE, "option": 1}, DOUBLE),
    ],
    ids=["number", "last number", "last", "kind", "name", "id", "id before anything else"],
)
def test_offer_is_chosen_locked_and_read_back(named: dict[str, Any], room_type: RoomType) -> None:
    play = Theatre()
    play.ask_for()
    replies = play.say(Intent.PROVIDE_DETAILS, **named)
    held = play.reply(RoomHeld)
    assert (held.offer.room_type, held.offer.stay, replies[1:]) == (room_type, MAY_2_TO_4, (Note.ASK_NAME,))
    assert (play.answer.lock_acquired, play.answer.status) == (True, Status.SUCCESS)
    assert [lock.rooms[0] for lock in play.house.locks.values()] == [play.house.rooms[room_type.id][0]]
    assert play.booked == []


def test_id_and_arrival_alone_take_the_offer_with_its_stay() -> None:
    play = Theatre()
    play.ask_for()
    play.say(Intent.CREATE_RESERVATION, room_id="3", stay=part(arrival=MAY_2_TO_4.arrival))
    assert (play.reply(RoomHeld).offer.room_type, play.reply(RoomHeld).offer.stay) == (GARDEN, MAY_2_TO_4)
    assert len([request for request in play.house.asked if isinstance(request, Acquire)]) == 1


def test_id_with_another_arrival_is_another_wish() -> None:
    play = Theatre()
    play.ask_for()
    play.say(Intent.CREATE_RESERVATION, room_id="3", stay=part(arrival=MAY_9_TO_12.arrival))
    assert play.house.locks == {}
    play.say(Intent.PROVIDE_DETAILS, stay=part(departure=MAY_9_TO_12.departure))
    assert [(offer.room_type, offer.stay) for offer in play.offers] == [(GARDEN, MAY_9_TO_12)]


def test_booking_in_one_sentence_searches_locks_and_reads_back() -> None:
    play = Theatre()
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE, stay=dates(MAY_2_TO_4), adults=2)
    assert (play.reply(RoomHeld).offer.room_type, play.answer.lock_acquired) == (SUITE, True)
    assert play.booked == []


def test_one_sentence_that_fits_two_rooms_shows_both() -> None:
    play = Theatre()
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.DOUBLE, stay=dates(MAY_2_TO_4), adults=2)
    assert [offer.room_type for offer in play.reply(OfferList).offers] == [GARDEN, DOUBLE]
    assert play.house.locks == {}


def test_one_sentence_never_locks_a_room_that_was_not_named() -> None:
    play = Theatre()
    play.house.take("401", "301", stay=MAY_2_TO_4)
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE, stay=dates(MAY_2_TO_4), adults=2)
    assert play.replies[0] is Note.NOT_THAT_ROOM
    assert (play.house.locks, [offer.room_type for offer in play.offers]) == ({}, [DOUBLE])


def test_one_sentence_answered_from_the_cache_locks_nothing() -> None:
    play = Theatre()
    play.house.cached_only = True
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE, stay=dates(MAY_2_TO_4), adults=2)
    assert (play.replies[0], play.house.locks) == (Note.STALE, {})


def test_kind_that_names_two_offers_is_asked_about() -> None:
    play = Theatre()
    play.ask_for()
    assert play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.DOUBLE) == (Note.ASK_OFFER,)
    assert play.house.locks == {}


@pytest.mark.parametrize("named", [{"option": 4}, {"option": 0}, {"room_id": "77"}])
def test_offer_that_was_not_shown_cannot_be_chosen(named: dict[str, Any]) -> None:
    play = Theatre()
    play.ask_for()
    assert play.say(Intent.CREATE_RESERVATION, **named) == (Note.NO_SUCH_OFFER,)
    assert (play.answer.status, play.state.expecting) == (Status.CLARIFICATION, Expecting.OFFER)


def test_kind_that_was_not_shown_is_searched_for() -> None:
    play = Theatre()
    play.ask_for(room_kind=RoomKind.SUITE)
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.DOUBLE)
    assert [offer.room_type for offer in play.offers] == [GARDEN, DOUBLE]


def test_yes_to_the_only_offer_locks_it_and_books_nothing() -> None:
    play = Theatre()
    play.ask_for(room_kind=RoomKind.SUITE)
    play.say(Intent.AFFIRM, **ALL_DETAILS)
    assert (play.reply(AskYes).offer.room_type, play.booked) == (SUITE, [])


def test_yes_to_several_offers_asks_which() -> None:
    play = Theatre()
    play.ask_for()
    assert play.say(Intent.AFFIRM) == (Note.ASK_OFFER,)
    assert play.house.locks == {}


def test_wish_to_book_without_a_choice_asks_which() -> None:
    play = Theatre()
    play.ask_for()
    assert play.say(Intent.CREATE_RESERVATION) == (Note.ASK_OFFER,)


def test_question_about_an_offer_does_not_choose_it() -> None:
    play = Theatre()
    play.ask_for()
    assert play.say(Intent.ASK_POLICIES, room_kind=RoomKind.SUITE) == (HotelFact(subject="policies", text="Sin mascotas."),)
    assert play.house.locks == {}


def test_choosing_another_offer_gives_up_the_first_lock() -> None:
    play = Theatre()
    play.hold()
    play.say(Intent.CREATE_RESERVATION, option=1)
    assert play.reply(RoomHeld).offer.room_type == GARDEN
    assert [lock.rooms for lock in play.house.locks.values()] == [("301",)]


def test_choosing_the_same_offer_again_keeps_its_lock() -> None:
    play = Theatre()
    play.hold()
    lock = play.state.held
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE)
    assert play.replies == (Note.ASK_NAME,)
    assert play.state.held == lock


def test_offer_not_shown_asked_for_while_one_is_held_leaves_a_yes_without_meaning() -> None:
    play = Theatre()
    play.read_back()
    assert play.say(Intent.CREATE_RESERVATION, option=7) == (Note.NO_SUCH_OFFER,)
    play.say(Intent.AFFIRM)
    assert (play.replies[0], play.booked) == (Note.ASK_YES_AGAIN, [])
    assert play.reply(AskYes).offer.room_type == SUITE


def test_other_dates_release_the_lock_and_search_anew() -> None:
    play = Theatre()
    play.hold()
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_9_TO_12))
    assert (play.house.locks, play.state.held, play.reply(OfferList).stay) == ({}, None, MAY_9_TO_12)


def test_correction_keeps_what_it_does_not_name() -> None:
    play = Theatre()
    play.ask_for(adults=3)
    play.say(Intent.DENY, stay=dates(MAY_9_TO_12))
    assert play.reply(OfferList).occupancy.adults == 3


def test_unclear_change_of_dates_takes_the_old_offers_off_the_table() -> None:
    play = Theatre()
    play.ask_for()
    play.say(Intent.CHECK_AVAILABILITY, adults=3, stay=dates(MAY_2_TO_4, MAY_9_TO_12))
    assert play.offers == ()
    play.say(Intent.PROVIDE_DETAILS, option=1)
    assert (play.reply(OfferList).stay, play.reply(OfferList).occupancy.adults) == (MAY_2_TO_4, 3)


def test_same_dates_and_party_said_again_change_nothing() -> None:
    play = Theatre()
    play.ask_for()
    shown = play.offers
    play.say(Intent.CREATE_RESERVATION, stay=dates(MAY_2_TO_4), adults=2, rooms=1, child_ages=(), room_id="4")
    assert play.reply(RoomHeld).offer in play.offers
    assert [offer.id for offer in shown] == [offer.id for offer in play.offers]


@pytest.mark.parametrize(
    "other",
    [{"adults": 3}, {"rooms": 2}, {"child_ages": (5,)}, {"stay": part(nights=3)}, {"stay": part(departure=date(2031, 5, 5))}],
)
def test_other_party_or_length_searches_anew(other: dict[str, Any]) -> None:
    play = Theatre()
    play.hold()
    play.say(Intent.PROVIDE_DETAILS, **other)
    assert play.house.locks == {}
    assert play.reply(OfferList).stay in {MAY_2_TO_4, Stay(date(2031, 5, 2), date(2031, 5, 5))}


def test_lock_is_taken_after_a_search_that_never_comes_from_the_cache() -> None:
    play = Theatre()
    play.hold()
    searches = [request for request in play.house.asked if isinstance(request, Search)]
    assert [search.fresh for search in searches] == [False, True]


def test_room_types_asked_for_in_mid_booking_are_listed_and_the_question_comes_back() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.ASK_ROOM_TYPES)
    assert play.replies[-1] == play.reply(AskYes)


def test_price_asked_in_mid_booking_reads_it_back() -> None:
    play = Theatre()
    play.hold()
    play.say(Intent.ASK_PRICE)
    assert str(play.reply(RoomHeld).offer.total.amount) == "600.00"
