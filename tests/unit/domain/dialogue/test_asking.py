from datetime import date, timedelta
from typing import Any

import pytest
from tests.unit.domain.dialogue.house import DOUBLE, GARDEN, ROOM_TYPES, SINGLE, SUITE
from tests.unit.domain.dialogue.theatre import MAY_2_TO_4, MAY_9_TO_12, TODAY, Theatre, dates, part, trouble_with

from hotel_agent.domain.replies import (
    AskDeparture,
    AskWhichDates,
    DatesProblem,
    HotelFact,
    Note,
    NothingFree,
    OfferList,
    PartyTooLarge,
    RoomTypeList,
)
from hotel_agent.domain.requests import Search
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.turns import Status
from hotel_agent.domain.understanding import Expecting, Intent, Language, RoomKind, StayCandidate, StayProblem, StayReading


def test_greeting_is_answered_and_searches_nothing() -> None:
    play = Theatre()
    assert play.say(Intent.GREETING) == (Note.GREETING,)
    assert (play.house.asked, play.answer.status, play.answer.searched) == ([], Status.SUCCESS, None)


def test_question_behind_a_greeting_is_answered() -> None:
    assert Theatre().say(Intent.GREETING, also=(Intent.CHECK_OUT,)) == (HotelFact(subject="check_out", text="Hasta las 11."),)


def test_wish_behind_a_greeting_is_searched() -> None:
    play = Theatre()
    play.say(Intent.GREETING, stay=dates(MAY_2_TO_4))
    assert play.reply(OfferList).stay == MAY_2_TO_4


def test_yes_behind_a_greeting_is_only_a_greeting() -> None:
    assert Theatre().say(Intent.GREETING, also=(Intent.AFFIRM,)) == (Note.GREETING,)


def test_missing_pieces_are_asked_for_one_at_a_time() -> None:
    play = Theatre()
    assert play.say(Intent.CHECK_AVAILABILITY) == (Note.ASK_DATES,)
    assert (play.answer.status, play.state.expecting) == (Status.CLARIFICATION, Expecting.DATES)
    assert play.say(Intent.PROVIDE_DETAILS, stay=part(arrival=date(2031, 5, 2))) == (AskDeparture(arrival=date(2031, 5, 2)),)
    assert play.state.expecting is Expecting.DEPARTURE
    play.say(Intent.PROVIDE_DETAILS, stay=part(departure=date(2031, 5, 4)))
    assert play.reply(OfferList).stay == MAY_2_TO_4


def test_unsaid_party_is_two_adults_and_marked_as_assumed() -> None:
    play = Theatre()
    play.ask_for(adults=None)
    assert (play.reply(OfferList).occupancy, play.reply(OfferList).assumed) == (Occupancy(2), frozenset({"adults"}))


def test_party_that_is_said_later_is_no_longer_assumed() -> None:
    play = Theatre()
    play.ask_for(adults=None)
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE, adults=2)
    assert play.state.wish.adults == 2


def test_offers_come_cheapest_first_with_the_price_of_the_whole_stay() -> None:
    play = Theatre()
    play.ask_for()
    shown = [(offer.room_type, str(offer.total.amount), offer.available) for offer in play.reply(OfferList).offers]
    assert shown == [(GARDEN, "200.00", 1), (DOUBLE, "240.00", 2), (SUITE, "600.00", 1)]
    searched = play.answer.searched
    assert searched is not None
    assert searched.offers == play.offers


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (part(nights=2), part(arrival=date(2031, 5, 2))),
        (part(departure=date(2031, 5, 4)), part(arrival=date(2031, 5, 2))),
        (part(arrival=date(2031, 5, 2)), part(nights=2)),
        (part(arrival=date(2031, 5, 1)), dates(MAY_2_TO_4)),
    ],
    ids=["nights, arrival", "departure, arrival", "arrival, nights", "another stay altogether"],
)
def test_stay_is_pieced_together_in_any_order(first: StayReading, then: StayReading) -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, stay=first)
    play.say(Intent.PROVIDE_DETAILS, stay=then)
    assert play.reply(OfferList).stay == MAY_2_TO_4


def test_another_arrival_begins_another_stay() -> None:
    play = Theatre()
    play.ask_for(MAY_2_TO_4)
    assert play.say(Intent.CHECK_AVAILABILITY, stay=part(arrival=date(2031, 6, 1))) == (AskDeparture(arrival=date(2031, 6, 1)),)
    assert play.offers == ()


def test_assumed_arrival_stays_assumed_until_it_is_said() -> None:
    play = Theatre()
    assumed = StayReading((StayCandidate(date(2031, 5, 2), date(2031, 5, 5), 3, frozenset({"check_in"})),))
    play.say(Intent.CHECK_AVAILABILITY, stay=assumed)
    play.say(Intent.CHECK_AVAILABILITY, stay=part(departure=date(2031, 5, 4)))
    assert play.reply(OfferList).assumed == {"check_in", "adults"}
    play.say(Intent.PROVIDE_DETAILS, stay=part(arrival=date(2031, 5, 2)), adults=2)
    assert play.state.wish.assumed == frozenset()


def test_ambiguous_dates_lead_to_a_question_never_a_guess() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4, MAY_9_TO_12))
    assert [known.stay for known in play.reply(AskWhichDates).candidates] == [MAY_2_TO_4, MAY_9_TO_12]
    assert (play.house.asked, play.state.expecting) == ([], Expecting.DATES_CHOICE)


@pytest.mark.parametrize(("option", "stay"), [(1, MAY_2_TO_4), (2, MAY_9_TO_12), (-1, MAY_9_TO_12)])
def test_dates_are_chosen_by_number(option: int, stay: Stay) -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4, MAY_9_TO_12))
    play.say(Intent.PROVIDE_DETAILS, option=option)
    assert play.reply(OfferList).stay == stay


def test_dates_written_out_count_before_a_number() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4, MAY_9_TO_12))
    play.say(Intent.PROVIDE_DETAILS, option=1, stay=dates(MAY_9_TO_12))
    assert play.reply(OfferList).stay == MAY_9_TO_12


def test_number_beyond_the_choices_is_said_to_be_none_of_them() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4, MAY_9_TO_12))
    assert play.say(Intent.PROVIDE_DETAILS, option=3) == (Note.NO_SUCH_OFFER,)
    assert play.state.expecting is Expecting.DATES_CHOICE


def test_dates_written_out_settle_an_ambiguity() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4, MAY_9_TO_12))
    play.say(Intent.PROVIDE_DETAILS, stay=dates(MAY_9_TO_12))
    assert (play.reply(OfferList).stay, play.state.choices) == (MAY_9_TO_12, ())


@pytest.mark.parametrize("intent", [Intent.AFFIRM, Intent.PROVIDE_DETAILS, Intent.CREATE_RESERVATION])
def test_ambiguous_dates_are_asked_about_until_they_are_settled(intent: Intent) -> None:
    play = Theatre()
    play.ask_for(MAY_9_TO_12)
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4, MAY_9_TO_12))
    play.house.asked.clear()
    play.say(intent, adults=None if intent is Intent.AFFIRM else 3)
    assert len(play.reply(AskWhichDates).candidates) == 2
    assert play.house.asked == []


def test_no_to_the_choice_of_dates_asks_for_dates() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4, MAY_9_TO_12))
    assert play.say(Intent.DENY) == (Note.ASK_DATES,)
    assert play.state.choices == ()


@pytest.mark.parametrize("problem", StayProblem)
def test_dates_that_cannot_be_are_named_as_such(problem: StayProblem) -> None:
    play = Theatre()
    assert play.say(Intent.CHECK_AVAILABILITY, stay=trouble_with(problem)) == (DatesProblem(problem=problem),)
    assert (play.answer.status, play.state.expecting, play.house.asked) == (Status.CLARIFICATION, Expecting.DATES, [])


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (part(arrival=TODAY - timedelta(days=1)), StayProblem.PAST),
        (StayReading((StayCandidate(date(2031, 5, 4), date(2031, 5, 2), -2),)), StayProblem.BACKWARDS),
        (part(arrival=date(2031, 5, 2), departure=date(2031, 5, 2), nights=0), StayProblem.BACKWARDS),
        (part(nights=0), StayProblem.BACKWARDS),
        (part(departure=TODAY), StayProblem.BACKWARDS),
        (part(arrival=date(2031, 5, 2), nights=10**9), StayProblem.TOO_LONG),
        (StayReading((StayCandidate(date(2031, 5, 2), date(2032, 5, 4), 368),)), StayProblem.TOO_LONG),
        (part(arrival=date.max, nights=1), StayProblem.TOO_FAR),
        (part(arrival=TODAY + timedelta(days=541)), StayProblem.TOO_FAR),
    ],
)
def test_absurd_dates_are_a_sentence_not_an_error(said: StayReading, problem: StayProblem) -> None:
    assert Theatre().say(Intent.CHECK_AVAILABILITY, stay=said) == (DatesProblem(problem=problem),)


def test_departure_far_beyond_the_arrival_given_is_too_long() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, stay=part(arrival=date(2031, 5, 2)))
    assert play.say(Intent.PROVIDE_DETAILS, stay=part(departure=date.max)) == (DatesProblem(problem=StayProblem.TOO_LONG),)


def test_today_is_the_hotels_day() -> None:
    play = Theatre()
    play.now = play.now.replace(hour=23, minute=30)
    assert play.say(Intent.CHECK_AVAILABILITY, stay=part(arrival=TODAY)) == (DatesProblem(problem=StayProblem.PAST),)


def test_dates_that_could_not_be_taken_are_asked_for_again_whatever_was_known_before() -> None:
    play = Theatre()
    play.ask_for(MAY_2_TO_4)
    play.say(Intent.CHECK_AVAILABILITY, stay=trouble_with(StayProblem.IMPOSSIBLE))
    assert play.say(Intent.PROVIDE_DETAILS, adults=3) == (Note.ASK_DATES,)
    assert play.say(Intent.CREATE_RESERVATION, option=1) == (Note.ASK_DATES,)


def test_known_dates_still_help_to_read_the_next_ones() -> None:
    play = Theatre()
    play.ask_for(MAY_2_TO_4)
    play.say(Intent.CHECK_AVAILABILITY, stay=trouble_with(StayProblem.IMPOSSIBLE))
    assert play.state.wish.stay == MAY_2_TO_4


@pytest.mark.parametrize(
    "party", [{"adults": 0}, {"adults": 120}, {"adults": 1, "rooms": 2}, {"adults": 1, "child_ages": (40,)}]
)
def test_impossible_party_is_asked_for_again(party: dict[str, Any]) -> None:
    play = Theatre()
    assert play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4), **party) == (Note.PARTY_IMPOSSIBLE,)
    assert play.state.expecting is Expecting.PARTY
    play.say(Intent.PROVIDE_DETAILS, adults=2)
    assert play.reply(OfferList).stay == MAY_2_TO_4


def test_party_over_every_capacity_gets_a_sentence_and_no_offer() -> None:
    play = Theatre()
    play.ask_for(adults=9)
    assert play.reply(PartyTooLarge).largest == 5
    assert (play.answer.status, play.offers, play.answer.lock_acquired) == (Status.CLARIFICATION, (), None)
    assert play.say(Intent.AFFIRM) == (Note.ASK_PARTY,)
    play.say(Intent.PROVIDE_DETAILS, adults=9, rooms=3)
    assert play.reply(NothingFree).occupancy == Occupancy(9, (), 3)


def test_room_that_cannot_hold_the_party_is_never_offered() -> None:
    play = Theatre()
    play.ask_for(adults=3)
    assert [offer.room_type for offer in play.offers] == [SUITE]


def test_room_that_is_not_let_for_so_short_a_stay_is_never_offered() -> None:
    play = Theatre()
    play.ask_for(Stay(MAY_2_TO_4.arrival, MAY_2_TO_4.arrival + timedelta(days=1)))
    assert [offer.room_type for offer in play.offers] == [GARDEN, DOUBLE]


def test_children_count_for_the_capacity() -> None:
    play = Theatre()
    play.ask_for(adults=2, child_ages=(4,))
    assert [offer.room_type for offer in play.offers] == [DOUBLE, SUITE]


def test_nothing_free_is_said_and_other_guests_can_be_tried() -> None:
    play = Theatre()
    play.house.take("201", "202", "301", "401", stay=MAY_2_TO_4)
    play.ask_for()
    assert (play.reply(NothingFree).stay, play.offers) == (MAY_2_TO_4, ())
    assert play.say(Intent.AFFIRM) == (Note.ASK_DATES,)
    play.say(Intent.PROVIDE_DETAILS, adults=1)
    assert [offer.room_type for offer in play.offers] == [SINGLE]


def test_nothing_free_is_said_when_the_catalogue_cannot_be_read() -> None:
    play = Theatre()
    play.house.take("201", "202", "301", "401", stay=MAY_2_TO_4)
    play.house.catalogue_down = True
    play.ask_for()
    assert play.reply(NothingFree).stay == MAY_2_TO_4


def test_named_room_that_is_not_free_is_said_and_the_others_are_shown() -> None:
    play = Theatre()
    play.house.take("401", stay=MAY_2_TO_4)
    play.ask_for(room_kind=RoomKind.SUITE)
    assert play.replies[0] is Note.NOT_THAT_ROOM
    assert [offer.room_type for offer in play.reply(OfferList).offers] == [GARDEN, DOUBLE]


def test_named_room_is_shown_alone_and_forgotten_when_other_dates_are_looked_at() -> None:
    play = Theatre()
    play.ask_for(room_name="Doble jardín")
    assert [offer.room_type for offer in play.offers] == [GARDEN]
    play.ask_for(MAY_9_TO_12)
    assert [offer.room_type for offer in play.offers] == [GARDEN, DOUBLE, SUITE]


def test_price_asked_without_anything_new_shows_the_offers_again() -> None:
    play = Theatre()
    play.ask_for()
    play.say(Intent.ASK_PRICE)
    assert len(play.reply(OfferList).offers) == 3


def test_room_types_are_listed() -> None:
    play = Theatre()
    assert play.say(Intent.ASK_ROOM_TYPES) == (RoomTypeList(room_types=ROOM_TYPES),)
    play.house.pms_down = True
    assert play.say(Intent.ASK_ROOM_TYPES) == (Note.DEGRADED,)


def test_search_for_display_may_come_from_the_cache_and_says_so() -> None:
    play = Theatre()
    play.house.cached_only = True
    play.ask_for()
    assert (play.replies[0], play.answer.status, play.answer.fallback_used) == (Note.STALE, Status.DEGRADED, True)
    assert [request.fresh for request in play.house.asked if isinstance(request, Search)] == [False]


def test_answer_comes_in_the_language_spoken_last() -> None:
    play = Theatre()
    play.say(Intent.GREETING, language=Language.EN)
    assert play.answer.language is Language.EN
    play.say(Intent.ASK_POLICIES, language=Language.EN)
    assert play.reply(HotelFact).text == "No pets."
    play.say(Intent.GREETING, language=Language.PT)
    assert play.answer.language is Language.EN
    play.say(Intent.ASK_POLICIES)
    assert play.reply(HotelFact).text == "Sin mascotas."


def test_empty_text_is_answered() -> None:
    play = Theatre()
    assert play.write(" \n\t", None) == (Note.EMPTY,)
    assert play.answer.status is Status.CLARIFICATION


def test_text_over_the_limit_is_answered_without_being_read() -> None:
    play = Theatre()
    assert play.write("x" * 4097, None) == (Note.TOO_LONG,)
    assert play.answer.status is Status.CLARIFICATION


def test_text_that_nobody_could_read_is_not_understood() -> None:
    play = Theatre()
    assert play.write("hola", None) == (Note.FALLBACK,)
    assert (play.answer.status, play.answer.fallback_used) == (Status.FALLBACK, True)


def test_words_that_cannot_be_heard_mean_nothing() -> None:
    play = Theatre()
    play.write(" ", None)
    assert (play.answer.intent, play.answer.confidence) == (Intent.OUT_OF_SCOPE, 0.0)
