"""How sure is sure enough: fallback, clarification, staff."""

from datetime import timedelta

import pytest
from tests.unit.domain.dialogue.theatre import MAY_2_TO_4, Theatre, dates, hotel

from hotel_agent.domain.hotels import Policy
from hotel_agent.domain.replies import AskYes, Clarify, Escalated, HotelFact, Note, OfferList
from hotel_agent.domain.turns import AuditAct, Status
from hotel_agent.domain.understanding import Intent, RoomKind


@pytest.mark.parametrize("confidence", [0.0, 0.59])
def test_below_the_threshold_it_is_a_fallback(confidence: float) -> None:
    play = Theatre()
    assert play.say(Intent.CHECK_AVAILABILITY, confidence=confidence) == (Note.FALLBACK,)
    assert (play.answer.status, play.answer.fallback_used, play.answer.confidence) == (Status.FALLBACK, True, confidence)


@pytest.mark.parametrize("confidence", [0.60, 0.79])
def test_in_between_it_is_clarified(confidence: float) -> None:
    play = Theatre()
    play.say(
        Intent.ASK_PRICE, confidence=confidence, runners_up=((Intent.PAYMENT, 0.1), (Intent.AFFIRM, 0.1), (Intent.HELP, 0.05))
    )
    assert play.replies == (Clarify(guesses=(Intent.ASK_PRICE, Intent.PAYMENT)),)
    assert (play.answer.status, play.answer.fallback_used) == (Status.CLARIFICATION, False)


def test_from_the_upper_threshold_it_is_acted_on() -> None:
    assert Theatre().say(Intent.CHECK_AVAILABILITY, confidence=0.8) == (Note.ASK_DATES,)


def test_thresholds_are_the_hotels() -> None:
    play = Theatre(hotel=hotel(Policy(fallback_below=0.2, act_from=0.3)))
    assert play.say(Intent.CHECK_AVAILABILITY, confidence=0.3) == (Note.ASK_DATES,)


def test_yes_to_a_clarification_means_the_likeliest_guess() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, confidence=0.7)
    assert play.say(Intent.AFFIRM) == (Note.ASK_DATES,)


def test_no_to_a_clarification_asks_openly() -> None:
    play = Theatre()
    play.say(Intent.CANCEL_RESERVATION, confidence=0.7)
    assert play.say(Intent.DENY) == (Clarify(guesses=()),)
    assert play.answer.status is Status.CLARIFICATION
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)


def test_yes_after_something_else_was_said_does_not_mean_the_old_guess() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY, confidence=0.7)
    play.say(Intent.GOODBYE)
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)


def test_half_understood_yes_with_nothing_asked_is_asked_openly() -> None:
    assert Theatre().say(Intent.AFFIRM, confidence=0.7) == (Clarify(guesses=()),)


def test_third_clarification_in_a_row_goes_to_staff() -> None:
    play = Theatre()
    play.say(Intent.ASK_PRICE, confidence=0.7)
    play.say(Intent.ASK_PRICE, confidence=0.7)
    play.say(Intent.ASK_PRICE, confidence=0.7)
    assert play.replies == (Escalated(urgent=False, phone="+34910000000"),)
    assert [(escalation.reason, escalation.urgent) for escalation in play.escalations] == [("not_understood", False)]
    assert (play.answer.status, play.state.clarifications) == (Status.ESCALATED, 0)


def test_third_half_yes_in_a_row_goes_to_staff_and_books_nothing() -> None:
    play = Theatre()
    play.read_back()
    for _ in range(3):
        play.say(Intent.AFFIRM, confidence=0.7)
    assert ([type(reply) for reply in play.replies], play.booked) == ([Escalated, AskYes], [])


def test_third_no_to_a_clarification_goes_to_staff() -> None:
    play = Theatre()
    play.say(Intent.ASK_PRICE, confidence=0.7)
    play.say(Intent.DENY)
    play.say(Intent.ASK_PRICE, confidence=0.7)
    assert play.reply(Escalated).urgent is False


def test_clarifications_with_understanding_in_between_are_not_in_a_row() -> None:
    play = Theatre()
    for _ in range(3):
        play.say(Intent.ASK_PRICE, confidence=0.7)
        play.say(Intent.ASK_PRICE, confidence=0.7)
        play.say(Intent.GREETING)
    assert play.escalations == []


@pytest.mark.parametrize("confidence", [0.1, 0.7])
def test_gibberish_in_mid_flow_keeps_offers_and_lock(confidence: float) -> None:
    play = Theatre()
    play.read_back()
    offers, held, details = play.offers, play.state.held, play.state.details
    play.say(Intent.OUT_OF_SCOPE, confidence=confidence)
    assert (play.offers, play.state.held, play.state.details) == (offers, held, details)


def test_gibberish_while_a_read_back_waits_repeats_it() -> None:
    play = Theatre()
    asked = play.read_back()
    assert play.say(Intent.OUT_OF_SCOPE, confidence=0.1) == (Note.FALLBACK, asked)
    assert play.answer.status is Status.FALLBACK


def test_answer_to_what_was_asked_needs_no_confidence() -> None:
    play = Theatre()
    play.say(Intent.CHECK_AVAILABILITY)
    play.say(Intent.OUT_OF_SCOPE, confidence=0.1, stay=dates(MAY_2_TO_4))
    assert play.reply(OfferList).stay == MAY_2_TO_4
    play.say(Intent.OUT_OF_SCOPE, confidence=0.1, option=3)
    assert play.answer.lock_acquired is True


def test_party_asked_for_needs_no_confidence() -> None:
    play = Theatre()
    play.ask_for(adults=9)
    play.say(Intent.OUT_OF_SCOPE, confidence=0.1, adults=2)
    assert len(play.reply(OfferList).offers) == 3


@pytest.mark.parametrize("intent", [Intent.CANCEL_RESERVATION, Intent.DENY, Intent.TALK_TO_HUMAN])
def test_answer_of_low_confidence_is_nothing_but_the_answer(intent: Intent) -> None:
    play = Theatre()
    play.hold()
    assert play.say(intent, confidence=0.3, name="Ana") == (Note.ASK_EMAIL,)
    assert play.state.held is not None


def test_details_nobody_asked_for_and_nobody_can_read_are_a_fallback() -> None:
    assert Theatre().say(Intent.PROVIDE_DETAILS) == (Note.FALLBACK,)


def test_name_told_first_is_kept_and_dates_are_asked_for() -> None:
    play = Theatre()
    assert play.say(Intent.PROVIDE_DETAILS, name="Ana") == (Note.ASK_DATES,)
    assert play.state.details.name == "Ana"


def test_person_asked_for_is_told_to_staff_and_the_agent_goes_on() -> None:
    play = Theatre()
    assert play.say(Intent.TALK_TO_HUMAN) == (Escalated(urgent=False, phone="+34910000000"),)
    assert (play.answer.status, play.escalations[0].reason) == (Status.ESCALATED, "asked_for_a_person")
    assert play.audit[0].act is AuditAct.ESCALATED
    assert play.say(Intent.GREETING) == (Note.GREETING,)


@pytest.mark.parametrize("confidence", [0.1, 0.95])
def test_urgent_goes_to_staff_whatever_else_it_means(confidence: float) -> None:
    play = Theatre()
    said = play.say(Intent.OUT_OF_SCOPE, confidence=confidence, urgent=True)
    assert said == (Escalated(urgent=True, phone="+34910000000", emergency="112"),)
    assert [escalation.urgent for escalation in play.escalations] == [True]


def test_urgent_keeps_the_lock() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.COMPLAINT, urgent=True)
    assert play.state.held is not None


def test_hotels_own_words_answer_a_question() -> None:
    assert Theatre().say(Intent.CHECK_OUT) == (HotelFact(subject="check_out", text="Hasta las 11."),)


def test_question_the_file_does_not_answer_goes_to_staff() -> None:
    play = Theatre()
    play.say(Intent.ASK_AMENITIES)
    assert [escalation.reason for escalation in play.escalations] == [Intent.ASK_AMENITIES]


@pytest.mark.parametrize(
    ("intent", "note"),
    [
        (Intent.GOODBYE, Note.GOODBYE),
        (Intent.THANKS, Note.THANKS),
        (Intent.HELP, Note.HELP),
        (Intent.OUT_OF_SCOPE, Note.OUT_OF_SCOPE),
    ],
)
def test_small_talk_is_answered(intent: Intent, note: Note) -> None:
    assert Theatre().say(intent) == (note,)


def test_guest_messages_move_the_end_of_the_session_and_nothing_else_does() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM)
    end = play.now + timedelta(minutes=30)
    play.pass_time(timedelta(minutes=5))
    play.confirm()
    assert play.state.expires_at == end


def test_buttons_and_texts_reset_the_row_of_clarifications() -> None:
    play = Theatre()
    play.ask_for(room_kind=RoomKind.SUITE)
    play.say(Intent.ASK_PRICE, confidence=0.7)
    play.press(f"offer:{play.offers[0].id}")
    assert (play.state.clarifications, play.state.guess) == (0, None)
