from datetime import timedelta

import pytest
from attrs import evolve
from tests.unit.domain.dialogue.theatre import ANA, MAY_2_TO_4, MAY_9_TO_12, Theatre

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.events import Settled
from hotel_agent.domain.ids import BookingId, ReservationId
from hotel_agent.domain.replies import AskYes, Checking, Confirmed, Escalated, NotBooked, Note, NothingFree, OfferList
from hotel_agent.domain.turns import Status
from hotel_agent.domain.understanding import Intent, RoomKind


def test_confirmation_is_told_with_reservation_offer_and_guest() -> None:
    play = Theatre()
    booking = play.book()
    play.confirm(reservation="R-77")
    assert play.reply(Confirmed) == Confirmed(reservation=ReservationId("R-77"), offer=booking.offer, guest=ANA)
    view = play.answer.booking
    assert view is not None
    assert (view.reservation, view.state, play.answer.open, play.answer.status) == ("R-77", "confirmed", False, Status.SUCCESS)


@pytest.mark.parametrize("reason", [Rejection.SOLD_OUT, Rejection.PRICE_CHANGED])
def test_rejection_says_why_and_offers_what_there_is_now(reason: Rejection) -> None:
    play = Theatre()
    booking = play.book()
    play.house.take("401", stay=MAY_2_TO_4)
    play.reject(reason)
    assert play.replies[0] == NotBooked(offer=booking.offer, reason=reason)
    assert (play.reply(OfferList).stay, play.reply(OfferList).occupancy) == (booking.offer.stay, booking.offer.occupancy)
    assert play.reply(OfferList).assumed == frozenset()
    play.say(Intent.CREATE_RESERVATION, option=1)
    assert play.reply(AskYes).guest == ANA


def test_rejection_with_nothing_left_says_that_too() -> None:
    play = Theatre()
    play.book()
    play.house.take("201", "202", "301", "401", stay=MAY_2_TO_4)
    play.reject(Rejection.SOLD_OUT)
    assert [type(reply) for reply in play.replies] == [NotBooked, NothingFree]


def test_rejection_for_another_reason_only_says_why() -> None:
    play = Theatre()
    play.book()
    play.reject(Rejection.GUEST_DATA)
    assert [type(reply) for reply in play.replies] == [NotBooked]


def test_rejection_while_something_else_is_arranged_leaves_that_alone() -> None:
    play = Theatre()
    first = play.book()
    asked = play.read_back(RoomKind.SUITE, MAY_9_TO_12)
    play.reject(Rejection.SOLD_OUT, first)
    assert play.replies == (NotBooked(offer=first.offer, reason=Rejection.SOLD_OUT), asked)


def test_rejection_after_the_session_offers_nothing() -> None:
    play = Theatre()
    play.book()
    play.pass_time(timedelta(minutes=31))
    play.reject(Rejection.SOLD_OUT)
    assert ([type(reply) for reply in play.replies], play.offers) == ([NotBooked], ())


def test_lost_answer_is_told_as_being_checked() -> None:
    play = Theatre()
    booking = play.book()
    play.bookings[booking.id] = booking.moved_to(BookingState.CHECKING)
    play.news(booking, Settled.CHECKING)
    assert play.replies == (Checking(offer=booking.offer, reference=booking.reference),)
    assert (play.answer.status, play.answer.fallback_used, play.answer.open) == (Status.DEGRADED, True, True)
    view = play.answer.booking
    assert view is not None
    assert (view.state, view.reservation, view.reference) == ("checking", None, booking.reference)


@pytest.mark.parametrize("news", [Settled.CHECKING, Settled.STAFF_TOLD])
def test_news_that_was_overtaken_is_not_told(news: Settled) -> None:
    play = Theatre()
    booking = play.book()
    play.confirm()
    assert play.news(booking, news) == ()


def test_staff_told_is_told_and_not_told_to_staff_twice() -> None:
    play = Theatre()
    booking = play.book()
    play.news(booking, Settled.STAFF_TOLD)
    assert play.replies == (Escalated(urgent=False, phone=play.hotel.phone),)
    assert (play.answer.status, play.escalations) == (Status.ESCALATED, [])


def test_news_of_an_unknown_booking_is_nothing() -> None:
    play = Theatre()
    booking = play.book()
    assert play.news(evolve(booking, id=BookingId("b-other")), Settled.CONFIRMED) == ()


def test_news_after_the_session_is_still_told() -> None:
    play = Theatre()
    play.book()
    play.pass_time(timedelta(hours=2))
    play.confirm()
    assert play.reply(Confirmed).guest == ANA


def test_news_takes_the_meaning_from_a_clarification() -> None:
    play = Theatre()
    booking = play.book()
    play.say(Intent.CANCEL_RESERVATION, confidence=0.7)
    play.confirm(booking)
    assert play.say(Intent.AFFIRM) == (Note.NOTHING_TO_CONFIRM,)
