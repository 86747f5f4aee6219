from datetime import date, timedelta

import pytest
from attrs import evolve

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.ids import BookingId, OfferId
from hotel_agent.domain.reservations import Guest
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.sessions import Details, ReadBack, Wish
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.understanding import RoomKind
from hotel_agent.testing.examples import AT, DOUBLE, GUEST, offer, session

LATER = AT + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wish", "stay"),
    [
        (Wish(), None),
        (Wish(arrival=date(2031, 5, 2)), None),
        (Wish(departure=date(2031, 5, 4)), None),
        (Wish(arrival=date(2031, 5, 2), departure=date(2031, 5, 4)), Stay(date(2031, 5, 2), date(2031, 5, 4))),
    ],
)
def test_wish_has_a_stay_once_both_days_are_known(wish: Wish, stay: Stay | None) -> None:
    assert wish.stay == stay


@pytest.mark.parametrize(
    ("wish", "party"),
    [
        (Wish(), Occupancy(2)),
        (Wish(adults=1), Occupancy(1)),
        (Wish(rooms=3), Occupancy(3, (), 3)),
        (Wish(child_ages=(4, None)), Occupancy(2, (4, None))),
    ],
)
def test_missing_party_is_two_adults_or_one_a_room(wish: Wish, party: Occupancy) -> None:
    assert wish.occupancy == party


def test_impossible_party_cannot_be_wished_for() -> None:
    with pytest.raises(InvalidValue):
        _ = Wish(adults=0).occupancy


@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        (Wish(), True),
        (Wish(kind=RoomKind.DOUBLE), True),
        (Wish(kind=RoomKind.SUITE), False),
        (Wish(room_name=DOUBLE.name, kind=RoomKind.SUITE), True),
        (Wish(room_name="Nube"), False),
        (Wish(room_id=DOUBLE.id, room_name="Nube"), True),
        (Wish(room_id="77", kind=RoomKind.DOUBLE), False),
    ],
)
def test_room_is_named_by_id_before_name_before_kind(wish: Wish, fits: bool) -> None:
    room_type: RoomType = DOUBLE
    assert wish.fits(room_type) is fits
    assert wish.names_room is (wish != Wish())


def test_guest_is_known_once_nothing_is_missing() -> None:
    told = Details(name=GUEST.name, email=GUEST.email, phone=GUEST.phone)
    assert told.guest() == Guest(name=GUEST.name, email=GUEST.email, phone=GUEST.phone)
    for field in ("name", "email", "phone"):
        assert evolve(told, **{field: None}).guest() is None
        assert evolve(told, **{field: ""}).guest() is None


def test_details_are_not_shown() -> None:
    assert "Ana" not in repr(Details(name="Ana", email="ana@example.com", phone="+34600111222"))


@pytest.mark.parametrize(
    ("sent", "answers"), [(timedelta(), False), (timedelta(seconds=-1), False), (timedelta(microseconds=1), True)]
)
def test_read_back_is_answered_by_what_was_sent_strictly_later(sent: timedelta, answers: bool) -> None:
    assert ReadBack(offer=OfferId("o"), said_at=AT).answered_by(AT + sent) is answers


def test_read_back_that_did_not_go_out_yet_cannot_be_answered() -> None:
    assert ReadBack(offer=OfferId("o")).answered_by(LATER) is False


def test_session_is_over_at_its_end() -> None:
    known = session()
    assert (known.is_over(known.expires_at - timedelta(microseconds=1)), known.is_over(known.expires_at)) == (False, True)
    assert known.renewed(AT, timedelta(minutes=5)).expires_at == AT + timedelta(minutes=5)


def test_session_knows_its_offers_by_id() -> None:
    known = session(offers=(offer("1"), offer("2")))
    assert (known.offer(OfferId("offer-2")), known.offer(OfferId("offer-9")), known.offer(None)) == (offer("2"), None, None)


def test_what_waits_for_a_yes_is_stamped_once() -> None:
    waiting = session(read_back=ReadBack(offer=OfferId("o")), cancelling=BookingId("b"))
    said = waiting.said(AT)
    assert (said.read_back, said.cancel_said_at) == (ReadBack(offer=OfferId("o"), said_at=AT), AT)
    assert said.said(LATER) == said


def test_nothing_is_stamped_where_nothing_waits() -> None:
    assert session().said(AT) == session()


def test_what_was_said_and_never_arrived_waits_for_no_yes() -> None:
    waiting = session(read_back=ReadBack(offer=OfferId("o")), cancelling=BookingId("b"))
    said = waiting.said(AT)
    assert said.read_back is not None
    assert said.read_back.answered_by(LATER)
    assert said.unsaid() == waiting
    assert (waiting.waits_for_yes, session().waits_for_yes) == (True, False)
