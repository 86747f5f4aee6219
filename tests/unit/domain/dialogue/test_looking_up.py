from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from tests.unit.domain.dialogue.house import DOUBLE, SUITE, euros
from tests.unit.domain.dialogue.theatre import ANA, MAY_2_TO_4, MAY_9_TO_12, Theatre, dates

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.dialogue.looking_up import MAX_FAILED_LOOKUPS
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.replies import AskCancelYes, AskChangeYes, AskYes, Escalated, Note, StatusOf
from hotel_agent.domain.requests import FindReservation
from hotel_agent.domain.reservations import Guest, ReservationStatus
from hotel_agent.domain.turns import AuditAct, JobKind, Status
from hotel_agent.domain.understanding import Expecting, Intent, RoomKind

EVA = Guest(name="Eva de la Torre Gómez", email="eva@example.com", phone="+34600999888")


@pytest.fixture
def play() -> Theatre:
    """A conversation without a reservation of its own; Ana's R-5 and Eva's R-6 were made elsewhere."""
    stage = Theatre()
    stage.house.write_stay("R-5", MAY_2_TO_4, "201", room_type=DOUBLE, guest=ANA, reference="ha-ELSEWHERE")
    stage.house.write_stay("R-6", MAY_9_TO_12, "401", room_type=SUITE, guest=EVA)
    return stage


def said_of(play: Theatre) -> str:
    return repr(play.replies)


def test_code_and_surname_are_asked_for_one_after_the_other(play: Theatre) -> None:
    assert play.say(Intent.RESERVATION_STATUS) == (Note.ASK_RESERVATION_CODE,)
    asked = [play.state.expecting]
    assert play.say(Intent.PROVIDE_DETAILS, reservation_code="R-5") == (Note.ASK_SURNAME,)
    assert [*asked, play.state.expecting] == [Expecting.RESERVATION_CODE, Expecting.NAME]
    play.say(Intent.PROVIDE_DETAILS, name="Núñez")
    told = play.reply(StatusOf)
    assert (told.reservation, told.offer.stay, told.offer.total, told.offer.room_type) == (
        "R-5",
        MAY_2_TO_4,
        euros(240),
        DOUBLE,
    )


@pytest.mark.parametrize(
    "proof",
    [
        {"name": "Ana Núñez"},
        {"name": "nunez"},
        {"name": "NÚÑEZ"},
        {"email": "ANA@example.com"},
        {"name": "Somebody Else", "email": "ana@example.com"},
    ],
)
def test_code_with_a_surname_or_the_address_is_enough(play: Theatre, proof: dict[str, Any]) -> None:
    play.say(Intent.RESERVATION_STATUS, reservation_code="R-5", **proof)
    assert play.reply(StatusOf).reservation == "R-5"


@pytest.mark.parametrize("name", ["de la Torre", "Torre", "Gómez", "Eva Gómez", "Eva de la Torre Gómez"])
def test_any_of_two_surnames_is_enough(play: Theatre, name: str) -> None:
    play.say(Intent.RESERVATION_STATUS, reservation_code="R-6", name=name)
    assert play.reply(StatusOf).reservation == "R-6"


@pytest.mark.parametrize(
    ("code", "proof"),
    [
        ("R-5", {"name": "Ana"}),
        ("R-5", {"name": "Torre"}),
        ("R-5", {"name": "Ana Núñez Torre"}),
        ("R-5", {"name": "la"}),
        ("R-5", {"email": "eva@example.com"}),
        ("R-77", {"name": "Núñez"}),
        ("R-77", {"email": "ana@example.com"}),
    ],
)
def test_wrong_pair_hears_the_same_as_an_unknown_code(play: Theatre, code: str, proof: dict[str, Any]) -> None:
    play.say(Intent.RESERVATION_STATUS, reservation_code=code, **proof)
    assert (play.replies, play.answer.status) == ((Note.NO_SUCH_RESERVATION,), Status.CLARIFICATION)
    assert (play.answer.booking, play.all) == (None, ())


@pytest.mark.parametrize("intent", [Intent.RESERVATION_STATUS, Intent.CANCEL_RESERVATION, Intent.MODIFY_RESERVATION])
def test_nothing_of_another_guest_is_read_before_it_is_proven(play: Theatre, intent: Intent) -> None:
    play.say(intent, reservation_code="R-5")
    assert [request for request in play.house.asked if isinstance(request, FindReservation)] == []
    assert play.replies == (Note.ASK_SURNAME,)


def test_reference_is_a_code_too(play: Theatre) -> None:
    play.say(Intent.RESERVATION_STATUS, reservation_code="ha-ELSEWHERE", name="Núñez")
    assert play.reply(StatusOf).reservation == "R-5"


def test_after_a_few_wrong_pairs_staff_is_told_and_nothing_is_looked_up_any_more(play: Theatre) -> None:
    for number in range(MAX_FAILED_LOOKUPS - 1):
        assert play.say(Intent.RESERVATION_STATUS, reservation_code=f"R-{number + 70}", name="X") == (Note.NO_SUCH_RESERVATION,)
    play.say(Intent.RESERVATION_STATUS, reservation_code="R-80", name="X")
    assert play.reply(Escalated).urgent is False
    assert [known.reason for known in play.escalations] == ["reservation_not_proven"]
    play.pass_time(timedelta(hours=2))
    play.house.asked.clear()
    play.say(Intent.CANCEL_RESERVATION, reservation_code="R-5", name="Núñez")
    assert (play.replies, play.house.asked, len(play.escalations)) == ((Note.TOO_MANY_LOOKUPS,), [], 1)
    assert [entry.act for entry in play.audit].count(AuditAct.NOT_MATCHED) == MAX_FAILED_LOOKUPS


def test_wrong_pair_can_be_put_right(play: Theatre) -> None:
    play.say(Intent.RESERVATION_STATUS, reservation_code="R-55", name="Núñez")
    assert play.say(Intent.PROVIDE_DETAILS, reservation_code="R-5", name="Núñez")
    assert play.reply(StatusOf).reservation == "R-5"


def test_found_once_it_is_the_conversations_own(play: Theatre) -> None:
    play.say(Intent.RESERVATION_STATUS, reservation_code="R-5", name="Núñez")
    play.say(Intent.RESERVATION_STATUS)
    assert play.reply(StatusOf).reservation == "R-5"
    assert (len(play.all), play.booking.adopted, play.booking.state) == (1, True, BookingState.CONFIRMED)


def test_found_reservation_can_be_cancelled(play: Theatre) -> None:
    play.say(Intent.CANCEL_RESERVATION, reservation_code="R-5", name="Núñez")
    assert play.reply(AskCancelYes).reservation == "R-5"
    assert play.say(Intent.AFFIRM) == (Note.CANCELLING,)
    assert (play.jobs[-1].kind, play.booking.reservation, play.booking.version) == (JobKind.CANCEL, "R-5", 2)


def test_what_shall_change_is_remembered_while_the_proof_is_asked_for(play: Theatre) -> None:
    play.say(Intent.MODIFY_RESERVATION, reservation_code="R-5", stay=dates(MAY_9_TO_12))
    play.say(Intent.PROVIDE_DETAILS, name="Núñez")
    asked = play.reply(AskChangeYes)
    assert (asked.before.stay, asked.after.stay, asked.after.occupancy) == (MAY_2_TO_4, MAY_9_TO_12, asked.before.occupancy)
    assert play.say(Intent.AFFIRM) == (Note.CHANGING,)
    play.changed()
    assert play.booking.reservation == "R-5"


def test_surname_that_proves_a_reservation_is_not_the_name_of_the_next_booking(play: Theatre) -> None:
    play.say(Intent.RESERVATION_STATUS)
    play.say(Intent.PROVIDE_DETAILS, reservation_code="R-5")
    play.say(Intent.PROVIDE_DETAILS, name="Núñez")
    assert play.state.details.name is None


def test_something_else_said_instead_ends_the_search(play: Theatre) -> None:
    play.say(Intent.RESERVATION_STATUS)
    play.ask_for(MAY_9_TO_12, adults=1)
    assert play.state.seeking is None
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SINGLE)
    play.say(Intent.PROVIDE_DETAILS, name="Ana Núñez")
    assert play.state.details.name == "Ana Núñez"


@pytest.mark.parametrize("intent", [Intent.DENY, Intent.CANCEL_RESERVATION, Intent.RESERVATION_STATUS])
def test_guest_who_has_no_code_is_told_how_to_reach_a_person(play: Theatre, intent: Intent) -> None:
    play.say(Intent.CANCEL_RESERVATION)
    assert play.say(intent) == (Note.WITHOUT_CODE,)
    assert play.state.seeking is None


def test_in_the_middle_of_a_booking_an_aside_about_none_asks_nothing() -> None:
    play = Theatre()
    asked = play.read_back()
    assert play.say(Intent.RESERVATION_STATUS) == (Note.NO_RESERVATION, asked)
    assert isinstance(play.replies[-1], AskYes)


def test_yes_to_a_question_about_another_reservation_books_nothing() -> None:
    play = Theatre()
    play.read_back()
    assert play.say(Intent.RESERVATION_STATUS, reservation_code="R-77") == (Note.ASK_SURNAME,)
    play.say(Intent.AFFIRM)
    assert play.booked == []


def test_number_that_the_channel_proves_needs_no_code(play: Theatre) -> None:
    play.phone = ANA.phone
    play.say(Intent.RESERVATION_STATUS)
    assert play.reply(StatusOf).reservation == "R-5"


def test_number_that_the_channel_proves_needs_no_surname_beside_a_code(play: Theatre) -> None:
    play.phone = ANA.phone
    play.say(Intent.CANCEL_RESERVATION, reservation_code="R-5")
    assert play.reply(AskCancelYes).reservation == "R-5"


def test_number_that_the_channel_proves_does_not_open_anothers_reservation(play: Theatre) -> None:
    play.phone = ANA.phone
    assert play.say(Intent.CANCEL_RESERVATION, reservation_code="R-6") == (Note.ASK_SURNAME,)


@pytest.mark.parametrize("kept", ["600111222", "+33600111222", "", "+346001112221"])
def test_number_that_is_the_same_but_for_its_country_opens_nothing(play: Theatre, kept: str) -> None:
    found = play.house.known[ReservationId("R-5")]
    play.house.known[found.id] = evolve(found, guest=evolve(ANA, phone=kept))
    play.house.finds_any_number = True
    play.phone = ANA.phone
    assert play.say(Intent.RESERVATION_STATUS) == (Note.ASK_RESERVATION_CODE,)


@pytest.mark.parametrize("kept", ["+34 600 111 222", "0034600111222", "34-600-111-222"])
def test_number_may_be_kept_in_another_writing(play: Theatre, kept: str) -> None:
    found = play.house.known[ReservationId("R-5")]
    play.house.known[found.id] = evolve(found, guest=evolve(ANA, phone=kept))
    play.house.finds_any_number = True
    play.phone = ANA.phone
    play.say(Intent.RESERVATION_STATUS)
    assert play.reply(StatusOf).reservation == "R-5"


def test_number_told_in_a_text_proves_nothing(play: Theatre) -> None:
    assert play.say(Intent.RESERVATION_STATUS, phone=ANA.phone) == (Note.ASK_RESERVATION_CODE,)


def test_past_and_cancelled_stays_are_not_the_ones_meant_by_a_number(play: Theatre) -> None:
    play.phone = ANA.phone
    play.house.write("R-5", ReservationStatus.CANCELLED)
    assert play.say(Intent.CANCEL_RESERVATION) == (Note.ASK_RESERVATION_CODE,)


def test_with_the_pms_away_the_search_can_be_repeated(play: Theatre) -> None:
    play.house.pms_down = True
    play.say(Intent.RESERVATION_STATUS, reservation_code="R-5", name="Núñez")
    assert (play.replies, play.answer.status, play.state.failed_lookups) == ((Note.DEGRADED,), Status.DEGRADED, 0)
    play.house.pms_down = False
    play.say(Intent.RESERVATION_STATUS, reservation_code="R-5", name="Núñez")
    assert play.reply(StatusOf).reservation == "R-5"


def test_what_is_said_of_a_wrong_pair_names_nobody(play: Theatre) -> None:
    play.say(Intent.RESERVATION_STATUS, reservation_code="R-5", name="Torre")
    assert not any(word in said_of(play) for word in ("Ana", "Núñez", "R-5", "240"))
