"""When somebody of the staff answers, and whom to call where life is at risk."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.staffing import Absence, Shift, Staff, emergency_number

MADRID = ZoneInfo("Europe/Madrid")
WEEKDAYS = tuple(Shift(day, time(8), time(20)) for day in range(5))
OFFICE = Staff(hours=WEEKDAYS)
NIGHT = Staff(hours=(Shift(5, time(22), time(6)),))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2031 begins on a Saturday: 3 is a Monday."""
    return datetime(2031, 3, day, hour, minute, tzinfo=MADRID)


@pytest.mark.parametrize("moment", [at(3, 8), at(3, 19, 59), at(7, 12)])
def test_during_a_shift_nobody_is_absent(moment: datetime) -> None:
    assert OFFICE.absence(moment) is None


@pytest.mark.parametrize(
    ("moment", "until", "days"),
    [
        (at(3, 7, 59), at(3, 8), 0),
        (at(3, 20), at(4, 8), 1),
        (at(7, 21), at(10, 8), 3),
        (at(8, 12), at(10, 8), 2),
        (at(9, 23, 30), at(10, 8), 1),
    ],
)
def test_outside_a_shift_the_next_one_is_told(moment: datetime, until: datetime, days: int) -> None:
    assert OFFICE.absence(moment) == Absence(until, days)


@pytest.mark.parametrize(("moment", "absent"), [(at(8, 23), False), (at(9, 5, 59), False), (at(9, 6), True)])
def test_a_shift_may_go_on_past_midnight(moment: datetime, absent: bool) -> None:
    assert (NIGHT.absence(moment) is not None) == absent


def test_without_hours_nothing_is_known_and_nobody_is_called_absent() -> None:
    assert Staff().absence(at(3, 3)) is None


def test_around_the_clock_is_always() -> None:
    always = Staff(hours=tuple(Shift(day, time(0), time(0)) for day in range(7)))
    assert [always.absence(at(3, hour)) for hour in range(24)] == [None] * 24


@given(st.integers(0, 365 * 24 * 60).map(lambda minutes: (at(1, 0) + timedelta(minutes=minutes)).astimezone(MADRID)))
def test_whoever_is_absent_is_back_when_it_was_said(moment: datetime) -> None:
    absence = OFFICE.absence(moment)
    if absence:
        assert OFFICE.absence(absence.until) is None
        assert timedelta() < absence.until - moment <= timedelta(days=3, hours=1)


def test_there_is_no_eighth_day() -> None:
    with pytest.raises(InvalidValue):
        Shift(7, time(8), time(9))


@pytest.mark.parametrize(
    ("country", "number"), [("AR", "911"), ("ES", "112"), ("BR", "190"), ("MX", "911"), ("PT", "112"), ("IS", "112")]
)
def test_each_country_has_its_number(country: str, number: str) -> None:
    assert emergency_number(country) == number
