from typing import Any

import pytest
from tests.unit.domain.dialogue.theatre import ALL_DETAILS, ANA, Theatre

from hotel_agent.domain.replies import AskYes, BookingNow, Note, NotReadable, RoomHeld
from hotel_agent.domain.reservations import Guest
from hotel_agent.domain.turns import Status
from hotel_agent.domain.understanding import Expecting, Intent, Language


def test_details_are_asked_for_one_at_a_time_then_read_back() -> None:
    play = Theatre()
    play.hold()
    assert play.state.expecting is Expecting.NAME
    assert play.say(Intent.PROVIDE_DETAILS, name=ANA.name) == (Note.ASK_EMAIL,)
    assert play.say(Intent.PROVIDE_DETAILS, email=ANA.email) == (Note.ASK_PHONE,)
    play.say(Intent.PROVIDE_DETAILS, phone=ANA.phone)
    assert (play.reply(AskYes).guest, play.state.expecting, play.booked) == (ANA, Expecting.YES, [])
    assert play.say(Intent.AFFIRM)[0] == BookingNow(offer=play.booking.offer)
    assert (len(play.booked), play.booking.guest) == (1, ANA)


def test_all_details_without_a_yes_are_read_back_not_booked() -> None:
    play = Theatre()
    play.hold()
    play.say(Intent.PROVIDE_DETAILS, **ALL_DETAILS)
    assert (play.reply(AskYes).guest, play.booked) == (ANA, [])


def test_all_details_with_the_yes_book_at_once() -> None:
    play = Theatre()
    play.hold()
    play.say(Intent.AFFIRM, also=(Intent.CREATE_RESERVATION,), **ALL_DETAILS)
    assert (play.reply(BookingNow).offer, play.booking.guest) == (play.booking.offer, ANA)
    assert len(play.booked) == 1


def test_last_detail_with_the_yes_books_at_once() -> None:
    play = Theatre()
    play.hold()
    play.say(Intent.PROVIDE_DETAILS, name=ANA.name, email=ANA.email)
    play.say(Intent.AFFIRM, phone=ANA.phone)
    assert len(play.booked) == 1


def test_yes_without_details_asks_for_them() -> None:
    play = Theatre()
    play.hold()
    assert play.say(Intent.AFFIRM) == (Note.ASK_NAME,)
    assert play.say(Intent.AFFIRM, name=ANA.name) == (Note.ASK_EMAIL,)
    assert play.booked == []


def test_details_told_before_an_offer_is_chosen_are_kept() -> None:
    play = Theatre()
    play.ask_for()
    assert play.say(Intent.PROVIDE_DETAILS, **ALL_DETAILS) == (Note.ASK_OFFER,)
    play.say(Intent.CREATE_RESERVATION, option=3)
    assert play.reply(AskYes).guest == ANA


@pytest.mark.parametrize(
    ("told", "missing"), [({}, "name"), ({"name": "Ana"}, "email"), ({"name": "Ana", "email": "a@b.es"}, "phone")]
)
def test_detail_that_cannot_be_read_is_asked_for_again(told: dict[str, Any], missing: str) -> None:
    play = Theatre()
    play.hold()
    if told:
        play.say(Intent.PROVIDE_DETAILS, **told)
    assert play.say(Intent.PROVIDE_DETAILS) == (NotReadable(field=missing),)
    assert play.answer.status is Status.CLARIFICATION


def test_detail_asked_for_is_taken_from_a_text_of_low_confidence() -> None:
    play = Theatre()
    play.hold()
    assert play.say(Intent.OUT_OF_SCOPE, confidence=0.2, name=ANA.name) == (Note.ASK_EMAIL,)


def test_detail_in_a_no_is_a_correction_and_keeps_the_room() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.DENY, email="ana.n@example.com")
    assert play.reply(AskYes).guest.email == "ana.n@example.com"
    assert play.state.held is not None
    play.say(Intent.AFFIRM)
    assert play.booking.guest.email == "ana.n@example.com"


def test_correction_in_a_yes_is_read_back_before_it_counts() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, name="María Núñez")
    assert (play.reply(AskYes).guest.name, play.booked) == ("María Núñez", [])
    play.say(Intent.AFFIRM)
    assert play.booking.guest == Guest(name="María Núñez", email=ANA.email, phone=ANA.phone)


def test_yes_that_crosses_the_read_back_of_a_correction_does_not_count() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.THANKS, email="ana.n@example.com")
    assert play.reply(AskYes).guest.email == "ana.n@example.com"
    play.say(Intent.AFFIRM, sent_at=play.now)
    assert play.booked == []
    play.say(Intent.AFFIRM)
    assert play.booking.guest.email == "ana.n@example.com"


def test_detail_repeated_in_a_yes_is_no_correction() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, name=ANA.name)
    assert len(play.booked) == 1


def test_all_details_anew_with_the_yes_are_the_ones_booked() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.AFFIRM, name="María Núñez", email="m@example.com", phone="+34600000000")
    assert play.booking.guest == Guest(name="María Núñez", email="m@example.com", phone="+34600000000")


def test_second_booking_in_a_chat_needs_a_wish_a_choice_and_a_yes_of_its_own() -> None:
    play = Theatre()
    first = play.book()
    play.confirm()
    assert play.say(Intent.CREATE_RESERVATION) == (Note.ASK_DATES,)
    play.ask_for()
    play.say(Intent.CREATE_RESERVATION, option=1)
    assert play.reply(AskYes).guest == ANA
    play.say(Intent.AFFIRM)
    assert [booking.reference == first.reference for booking in play.all] == [True, False]
    assert [job.booking for job in play.booked] == [booking.id for booking in play.all]


def test_dates_assumed_are_marked_in_the_read_back() -> None:
    play = Theatre()
    play.ask_for(adults=None)
    play.say(Intent.CREATE_RESERVATION, option=1)
    assert play.reply(RoomHeld).assumed == {"adults"}


def test_bare_detail_is_of_no_language() -> None:
    play = Theatre()
    play.hold()
    play.say(Intent.PROVIDE_DETAILS, name=ANA.name, language=Language.EN)
    assert play.answer.language == Language.ES
    play.say(Intent.AFFIRM, email=ANA.email, language=Language.EN)
    assert [play.answer.language] == [Language.EN]
