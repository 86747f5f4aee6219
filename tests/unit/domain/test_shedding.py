"""Who is turned away first when too much waits."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from hotel_agent.domain.bookings import OPEN, BookingState
from hotel_agent.domain.ids import BookingId, LockId, OfferId, OwnerId
from hotel_agent.domain.sessions import Held, ReadBack, Session
from hotel_agent.domain.shedding import Situation, Stake, room_for, stake_of
from hotel_agent.testing.examples import AT, booking, offer, session

HELD = Held(lock=LockId("l"), owner=OwnerId("o"), offer=OfferId("1"), rooms=(), expires_at=AT)


def standing(**changes: Any) -> Session:
    return session(expires_at=AT + timedelta(minutes=30), **changes)


def test_new_conversation_has_nothing_at_stake() -> None:
    assert stake_of(Situation(), AT) is Stake.NOTHING


def test_conversation_that_has_ended_has_nothing_at_stake() -> None:
    assert stake_of(Situation(session=standing(offers=(offer(),))), AT + timedelta(hours=1)) is Stake.NOTHING


def test_talk_is_more_than_nothing() -> None:
    assert stake_of(Situation(session=standing()), AT) is Stake.TALK


@pytest.mark.parametrize(
    "engaged",
    [{"offers": (offer(),)}, {"held": HELD}, {"read_back": ReadBack(offer=OfferId("1"))}, {"cancelling": BookingId("1")}],
)
def test_offer_lock_or_awaited_yes_is_a_booking_at_stake(engaged: dict[str, Any]) -> None:
    assert stake_of(Situation(session=standing(**engaged)), AT) is Stake.BOOKING


@pytest.mark.parametrize("state", BookingState)
def test_booking_is_at_stake_until_it_is_settled_whatever_became_of_the_session(state: BookingState) -> None:
    stake = stake_of(Situation(bookings=(evolve(booking(), state=state),)), AT)
    assert stake is (Stake.BOOKING if state in OPEN else Stake.NOTHING)


def test_room_is_kept_for_those_with_more_at_stake() -> None:
    assert [room_for(stake, 10_000) for stake in Stake] == [8_000, 9_000, 10_000]
    assert [room_for(stake, 3) for stake in Stake] == [3, 3, 3]
