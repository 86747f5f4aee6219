from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.stays import MAX_GUESTS, MAX_NIGHTS, Occupancy, Stay

MAY_2 = date(2031, 5, 2)
stays = st.builds(
    lambda first, nights: Stay(MAY_2 + timedelta(days=first), MAY_2 + timedelta(days=first + nights)),
    st.integers(0, 12),
    st.integers(1, 6),
)
parties = st.integers(1, 20).flatmap(
    lambda adults: st.builds(
        Occupancy,
        st.just(adults),
        st.lists(st.none() | st.integers(0, 17), max_size=10).map(tuple),
        st.integers(1, adults),
    )
)


def test_departure_day_is_no_night_of_the_stay() -> None:
    stay = Stay(MAY_2, date(2031, 5, 4))
    assert (stay.nights, list(stay.each_night())) == (2, [date(2031, 5, 2), date(2031, 5, 3)])


@pytest.mark.parametrize("departure", [MAY_2, date(2031, 5, 1)])
def test_stay_without_a_night_is_refused(departure: date) -> None:
    with pytest.raises(InvalidValue, match="departure must be after arrival"):
        Stay(MAY_2, departure)


def test_stay_has_at_most_a_year_of_nights() -> None:
    assert Stay(MAY_2, MAY_2 + timedelta(days=MAX_NIGHTS)).nights == MAX_NIGHTS
    with pytest.raises(InvalidValue, match="at most 365 nights"):
        Stay(MAY_2, MAY_2 + timedelta(days=MAX_NIGHTS + 1))


def test_back_to_back_stays_do_not_overlap() -> None:
    before, after = Stay(MAY_2, date(2031, 5, 4)), Stay(date(2031, 5, 4), date(2031, 5, 6))
    assert (before.overlaps(after), after.overlaps(before)) == (False, False)


@given(stays, stays)
def test_stays_overlap_when_they_share_a_night(first: Stay, second: Stay) -> None:
    shared = set(first.each_night()) & set(second.each_night())
    assert first.overlaps(second) is bool(shared)
    assert second.overlaps(first) is bool(shared)


@given(stays)
def test_stay_has_as_many_nights_as_it_names(stay: Stay) -> None:
    nights = list(stay.each_night())
    assert (len(nights), nights[0]) == (stay.nights, stay.arrival)
    assert stay.overlaps(stay)


@pytest.mark.parametrize(
    ("party", "reason"),
    [
        ((0,), "at least one adult"),
        ((-1,), "at least one adult"),
        ((MAX_GUESTS + 1,), "at most 99 guests"),
        ((90, (None,) * 10), "at most 99 guests"),
        ((2, (18,)), "0 to 17 years"),
        ((2, (-1,)), "0 to 17 years"),
        ((2, (), 0), "between 1 and 20 rooms"),
        ((50, (), 21), "between 1 and 20 rooms"),
        ((1, (3, 4), 2), "every room needs an adult"),
    ],
)
def test_impossible_party_is_refused(party: tuple[int, ...], reason: str) -> None:
    with pytest.raises(InvalidValue, match=reason):
        Occupancy(*party)  # type: ignore[arg-type]  # the wrong type is the point


def test_party_counts_children_of_unknown_age() -> None:
    party = Occupancy(2, (None, 4))
    assert (party.children, party.guests) == (2, 4)


def test_party_is_spread_over_its_rooms() -> None:
    assert Occupancy(3, (4, 9), 2).per_room() == (Occupancy(2, (9,)), Occupancy(1, (4,)))


@given(parties)
def test_spreading_a_party_loses_nobody(party: Occupancy) -> None:
    shares = party.per_room()
    assert len(shares) == party.rooms
    assert sum(share.adults for share in shares) == party.adults
    assert sorted(str(age) for share in shares for age in share.child_ages) == sorted(map(str, party.child_ages))
    assert {share.rooms for share in shares} == {1}


@given(parties)
def test_shares_of_a_party_differ_by_one_at_most(party: Occupancy) -> None:
    shares = party.per_room()
    for counts in ([share.adults for share in shares], [share.children for share in shares]):
        assert max(counts) - min(counts) <= 1
