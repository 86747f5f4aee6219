"""
Which dates a mention can be, on the hotel's local day: the conventions of the design's section 9.

Every function answers all the dates (or pairs of dates) a guest may have meant; one answer means certainty, several mean a
question.
"""

from calendar import monthrange
from datetime import date, timedelta

from hotel_agent.adapters.nlu.stays_values import Day
from hotel_agent.domain.understanding import StayProblem

FARTHEST = timedelta(days=3 * 366)
"""Nobody books farther ahead than this; a date beyond it is a slip."""
_WEEK = 7
_MONTHS = 12

Pair = tuple[date, date | None]


class Impossible(Exception):
    """Words that cannot be a day of a stay."""

    def __init__(self, problem: StayProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def at(year: int, month: int, day: int) -> date | None:
    """Return the date, or None if the calendar has none."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def shifted(day: date, months: int) -> tuple[int, int]:
    """Return (year, month) of the month *months* after that of *day*."""
    count = day.year * _MONTHS + day.month - 1 + months
    return count // _MONTHS, count % _MONTHS + 1


def months_later(day: date, months: int) -> date:
    year, month = shifted(day, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def next_day_of_month(number: int, start: date) -> date:
    """
    Return the first day numbered *number* from *start* on, skipping months too short for it.

    Raises:
        Impossible: no month has such a day.

    """
    for months in range(_MONTHS):
        year, month = shifted(start, months)
        found = at(year, month, number)
        if found is not None and found >= start:
            return found
    raise Impossible(StayProblem.IMPOSSIBLE)


def next_date(number: int, month: int, start: date) -> date:
    """
    Return the next *number* of *month* from *start* on.

    Raises:
        Impossible: that month has no such day in the year that comes next.

    """
    year = start.year
    found = at(year, month, number)
    if found is None and (month, number) == (2, 29) and at(year, month, 28) >= start:  # type: ignore[operator]  # the 28th of February is in every year
        raise Impossible(StayProblem.IMPOSSIBLE)
    if found is None or found < start:
        found = at(year + 1, month, number)
    if found is None:
        raise Impossible(StayProblem.IMPOSSIBLE)
    return found


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def next_weekday(weekday: int, after: date) -> date:
    """Return the first such weekday after *after*."""
    return after + timedelta(days=(weekday - after.weekday() - 1) % _WEEK + 1)


def checked(found: date, said: Day, today: date) -> date:
    """
    Return *found* if it can be stayed on.

    Raises:
        Impossible: past, too far, or not on the weekday that was said with it.

    """
    if said.weekday is not None and found.weekday() != said.weekday:
        raise Impossible(StayProblem.IMPOSSIBLE)
    if found < today:
        raise Impossible(StayProblem.PAST)
    if found - today > FARTHEST:
        raise Impossible(StayProblem.TOO_FAR)
    return found


def days(said: Day, today: date, *, alone: bool = False) -> list[date]:
    """
    Return the dates that *said* can be when nothing else narrows it.

    *alone* doubts a bare day of month that is today: today, or the next month's?

    Raises:
        Impossible: it cannot be a day of a stay.

    """
    if said.days_ahead is not None:
        return [checked(today + timedelta(days=said.days_ahead), said, today)]
    if said.day is not None:
        return _numbered(said, today, alone=alone)
    if said.nth is not None:
        return [_nth_weekday(said, today)]
    assert said.weekday is not None  # noqa: S101 - a Day has a number, a weekday or a distance
    return _weekdays(said, today)


def _numbered(said: Day, today: date, *, alone: bool) -> list[date]:
    number = said.day or 0
    if said.month is not None and said.year is not None:
        found = at(said.year, said.month, number)
        if found is None:
            raise Impossible(StayProblem.IMPOSSIBLE)
    elif said.month is not None and said.years_ahead is not None:
        found = at(today.year + said.years_ahead, said.month, number)
        if found is None:
            raise Impossible(StayProblem.IMPOSSIBLE)
    elif said.month is not None:
        found = next_date(number, said.month, today)
    elif said.months_ahead is not None:
        year, month = shifted(today, said.months_ahead)
        found = at(year, month, number)
        if found is None:
            raise Impossible(StayProblem.IMPOSSIBLE)
    else:
        found = next_day_of_month(number, today)
        if alone and found == today and said.weekday is None:
            return [today, next_day_of_month(number, today + timedelta(days=1))]
    return [checked(found, said, today)]


def _nth_weekday(said: Day, today: date) -> date:
    """The n-th such weekday of the month said, the next one to come where no year was."""
    if said.months_ahead is not None:
        months = [shifted(today, said.months_ahead)]
    elif said.year is not None or said.years_ahead is not None:
        months = [(said.year or today.year + (said.years_ahead or 0), said.month or 1)]
    else:
        months = [(today.year, said.month or 1), (today.year + 1, said.month or 1)]
    found = None
    for year, month in months:
        such = [day for n in range(1, 32) if (day := at(year, month, n)) is not None and day.weekday() == said.weekday]
        nth = said.nth or 1
        if not such or nth > len(such):
            raise Impossible(StayProblem.IMPOSSIBLE)
        found = such[nth if nth < 0 else nth - 1]
        if found >= today:
            break
    if found is None:
        raise Impossible(StayProblem.IMPOSSIBLE)
    return checked(found, said, today)


def _weekdays(said: Day, today: date) -> list[date]:
    weekday = said.weekday or 0
    if said.when == "past":
        raise Impossible(StayProblem.PAST)
    if said.week is not None:
        found = monday(today) + timedelta(days=_WEEK * said.week + weekday)
        if found < today:
            raise Impossible(StayProblem.PAST)
        return [found]
    first = next_weekday(weekday, today)
    if said.when == "next":
        in_this_week = monday(first) == monday(today)
        return [first, first + timedelta(days=_WEEK)] if in_this_week else [first]
    return [today, first] if weekday == today.weekday() else [first]
