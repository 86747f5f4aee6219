"""Who is turned away first when too much waits."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from hotel_agent.domain.bookings import ChangeKind
from hotel_agent.domain.ids import BookingId, LockId, OfferId, OwnerId
from hotel_agent.domain.sessions import ENGAGING, Amending, Arriving, Held, ReadBack, Wish
from hotel_agent.domain.shedding import (
    FEW,
    Bounds,
    Crowd,
    Situation,
    Stake,
    come_again_in,
    crowd_of,
    is_asked,
    room_for,
    stake_of,
    waiting_by,
)
from hotel_agent.testing.examples import AT, offer, session

BOUNDS = Bounds(most=10_000, longest=timedelta(seconds=2))
HELD = Held(lock=LockId("l"), owner=OwnerId("o"), offer=OfferId("1"), rooms=(), expires_at=AT)


TALKING = Situation(talks_until=AT + timedelta(minutes=30))


def test_new_conversation_has_nothing_at_stake() -> None:
    assert stake_of(Situation(), AT) is Stake.NOTHING


def test_conversation_that_has_ended_has_nothing_at_stake() -> None:
    assert stake_of(evolve(TALKING, engaged=True), AT + timedelta(minutes=30)) is Stake.NOTHING


def test_talk_is_more_than_nothing() -> None:
    assert stake_of(TALKING, AT) is Stake.TALK


def test_offer_lock_or_awaited_yes_is_a_booking_at_stake() -> None:
    assert stake_of(evolve(TALKING, engaged=True), AT) is Stake.BOOKING


@pytest.mark.parametrize(
    "fields",
    [
        {"offers": (offer(),)},
        {"held": HELD},
        {"read_back": ReadBack(offer=OfferId("1"))},
        {"cancelling": BookingId("1")},
        {"amending": Amending(booking=BookingId("1"), before=offer())},
        {"arriving": Arriving(booking=BookingId("1"), kind=ChangeKind.CHECK_IN)},
    ],
)
def test_session_is_engaged_by_whatever_a_guest_would_lose(fields: dict[str, Any]) -> None:
    assert session(**fields).engaged
    assert [*fields] == [name for name in ENGAGING if getattr(session(**fields), name)]


def test_session_in_which_only_words_were_said_is_not_engaged() -> None:
    assert not session(wish=Wish(arrival=AT.date()), looking=1, clarifications=1).engaged


def test_booking_is_at_stake_until_it_is_settled_whatever_became_of_the_session() -> None:
    assert stake_of(Situation(booking_open=True), AT) is Stake.BOOKING
    assert stake_of(evolve(TALKING, talks_until=AT, booking_open=True), AT) is Stake.BOOKING


def test_room_is_kept_for_those_with_more_at_stake() -> None:
    assert [room_for(stake, BOUNDS) for stake in Stake] == [8_000, 9_000, 10_000]
    assert [room_for(stake, evolve(BOUNDS, most=3)) for stake in Stake] == [3, 3, 3]


# ---------------------------------------------------------------- how long whoever comes now would wait


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def look(before: Crowd | None, at: float, waiting: int, first: float) -> Crowd:
    return crowd_of(before, after(at), waiting, timedelta(seconds=first), BOUNDS)


def test_at_the_first_look_whoever_comes_is_expected_to_wait_as_long_as_the_first_has() -> None:
    assert look(None, 0, 100, 0.3).expected == timedelta(seconds=0.3)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (0.4, 0.4),  # half a second's arrivals were handled in half a second
        (0.65, 1.3),  # a quarter of a second's were
        (0.9, 4.5),  # none were
        (0.1, 0.1),  # more than half a second's were: the queue gets shorter
    ],
)
def test_the_faster_they_come_than_they_are_handled_the_longer_the_wait(first: float, expected: float) -> None:
    begun = look(None, 0, 100, 0.4)
    assert look(begun, 0.5, 100, first).expected == timedelta(seconds=expected)


def test_a_look_of_long_ago_says_nothing_of_now() -> None:
    assert look(look(None, 0, 100, 0.4), 3, 100, 1.0).expected == timedelta(seconds=1)


def test_where_nobody_waits_who_could_be_handled_there_is_no_crowd_however_many_are_held_back() -> None:
    crowd = look(None, 0, 5_000, 0)
    assert (crowd.since, crowd.expected) == (None, timedelta())
    assert room_for(Stake.NOTHING, BOUNDS, crowd) == 8_000


@pytest.mark.parametrize(("waiting", "first", "is_one"), [(63, 60, False), (64, 0.5, False), (64, 0.6, True)])
def test_a_crowd_is_more_than_one_worker_has_in_hand_and_waits_for_a_quarter_of_the_longest_wait(
    waiting: int, first: float, *, is_one: bool
) -> None:
    crowd = look(look(None, 0, waiting, first), 3, waiting, first)
    assert (crowd.since is not None) is is_one


def crowded(first: float) -> Crowd:
    return look(None, 0, 500, first)


def test_what_one_look_shows_may_be_over_at_the_next() -> None:
    assert look(None, 0, 200, 3.0).since is None
    assert look(look(None, 0, 200, 3.0), 0.25, 200, 0.1).since is None
    assert look(look(None, 0, 200, 3.0), 0.25, 200, 3.1).since == after(0.25)
    assert look(None, 0, 256, 3.0).since == AT


def test_a_crowd_lasts_until_hardly_anybody_has_waited_for_as_long_as_the_longest_wait() -> None:
    crowd = crowded(1.0)
    for at, first in ((0.5, 0.5), (1.0, 0.2), (1.5, 0.1), (2.0, 0), (2.9, 0.1)):
        crowd = look(crowd, at, 10, first)
        assert crowd.since == AT
    assert look(crowd, 3.0, 10, 0.1).since is None


def test_a_crowd_lasts_as_long_as_anybody_is_turned_away_however_short_the_wait_is_for_that() -> None:
    crowd = crowded(1.0)
    for at in range(1, 10):
        crowd = crowd_of(crowd, after(at), 10, timedelta(), BOUNDS, refused=True)
        assert crowd.since == AT


def test_one_look_corrects_little_of_what_is_handled_in_time() -> None:
    crowd = crowded(1.0)
    assert crowd.in_time == 1_000
    assert look(crowd, 0.5, 500, 0.1).in_time == 1_250
    assert look(crowd, 0.5, 50, 1.0).in_time == 625
    assert look(crowd, 0.5, 500, 0).in_time == 2_000


def test_what_is_handled_between_two_looks_does_not_count_as_waiting() -> None:
    assert waiting_by(crowded(1.0), after(0.2), 150, BOUNDS) == 550
    assert waiting_by(crowded(1.0), after(2.0), 150, BOUNDS) == 0
    assert waiting_by(crowded(0.1), after(0.2), 150, BOUNDS) == 650


def test_how_long_the_first_has_waited_is_only_asked_for_where_it_matters() -> None:
    assert not is_asked(None, FEW - 1)
    assert is_asked(None, FEW)
    assert is_asked(crowded(1.0), 3)
    assert not is_asked(crowded(0.1), 3)


# ---------------------------------------------------------------- who is let in then


def crowd(waiting: int, expected: float, lasted: float = 0.0) -> Crowd:
    wait = timedelta(seconds=expected)
    in_time = waiting * (BOUNDS.longest / wait)
    return Crowd(at=after(lasted), waiting=waiting, first=wait, expected=wait, since=AT, until=after(1000), in_time=in_time)


def test_in_a_burst_nearly_as_many_may_wait_as_are_handled_in_the_longest_wait() -> None:
    # 500 in a second are 1000 in two.
    assert [room_for(stake, BOUNDS, crowd(500, 1)) for stake in Stake] == [600, 700, 800]
    assert [room_for(stake, BOUNDS, crowd(500, 1, lasted=2)) for stake in Stake] == [600, 700, 800]


def test_a_crowd_that_does_not_pass_is_brought_down_bit_by_bit_to_less_than_half_of_it() -> None:
    assert [room_for(stake, BOUNDS, crowd(500, 1, lasted=3)) for stake in Stake] == [400, 500, 650]
    assert [room_for(stake, BOUNDS, crowd(500, 1, lasted=4)) for stake in Stake] == [200, 300, 500]
    assert [room_for(stake, BOUNDS, crowd(500, 1, lasted=400)) for stake in Stake] == [200, 300, 500]


def test_as_many_as_one_worker_has_in_hand_may_wait_however_long_it_takes() -> None:
    assert [room_for(stake, BOUNDS, crowd(70, 30, lasted=10)) for stake in Stake] == [52, 58, 64]


def test_no_crowd_is_let_in_past_the_bound_of_all() -> None:
    assert [room_for(stake, BOUNDS, crowd(9_000, 0.6)) for stake in Stake] == [6_000, 7_000, 8_000]
    assert [room_for(stake, BOUNDS, crowd(9_000, 0.1)) for stake in Stake] == [6_000, 7_000, 8_000]


def test_whoever_is_sent_away_is_told_to_come_when_what_waits_now_is_handled() -> None:
    assert come_again_in(crowd(500, 1.5), BOUNDS) == timedelta(seconds=1.5)
    assert come_again_in(look(None, 0, 10_000, 0), BOUNDS) is None
    assert come_again_in(None, BOUNDS) is None
