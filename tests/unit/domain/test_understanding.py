from datetime import date

import pytest

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.understanding import PLAIN_YES, Intent, Language, StayCandidate, StayReading, Understanding

PUBLIC_NAMES = (
    "greeting goodbye thanks affirm deny help check_availability ask_price ask_room_types create_reservation "
    "modify_reservation cancel_reservation reservation_status check_in check_out late_checkout ask_amenities ask_location "
    "ask_policies payment request_service complaint talk_to_human provide_details out_of_scope"
)


def test_intents_have_their_public_names() -> None:
    assert [intent.value for intent in Intent] == PUBLIC_NAMES.split()


def test_plain_yes_has_no_question_no_and_change_in_it() -> None:
    assert {intent.value for intent in PLAIN_YES} == {
        "affirm",
        "greeting",
        "thanks",
        "goodbye",
        "provide_details",
        "create_reservation",
    }


@pytest.mark.parametrize("confidence", [-0.01, 1.01, float("nan")])
def test_confidence_lies_between_0_and_1(confidence: float) -> None:
    with pytest.raises(InvalidValue, match="between 0 and 1"):
        Understanding(Intent.GREETING, confidence, Language.ES)


def test_arrival_departure_and_nights_must_agree() -> None:
    with pytest.raises(InvalidValue, match="must agree"):
        StayCandidate(date(2031, 5, 2), date(2031, 5, 4), 3)


def test_candidate_is_a_stay_when_both_days_are_known() -> None:
    assert StayCandidate(date(2031, 5, 2), date(2031, 5, 4), 2).stay == Stay(date(2031, 5, 2), date(2031, 5, 4))
    assert StayCandidate(date(2031, 5, 2), nights=2).stay is None


def test_several_candidates_are_ambiguous() -> None:
    one, other = StayCandidate(date(2031, 5, 2)), StayCandidate(date(2031, 5, 9))
    assert [StayReading(found).ambiguous for found in ((), (one,), (one, other))] == [False, False, True]
