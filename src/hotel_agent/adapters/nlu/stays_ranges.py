"""From two days, or a day and a length, to the pairs (arrival, departure) they can be."""

from collections.abc import Callable
from datetime import date, timedelta

from attrs import evolve, frozen

from hotel_agent.adapters.nlu.stays_calendar import (
    Impossible,
    Pair,
    at,
    checked,
    days,
    next_date,
    next_day_of_month,
    next_weekday,
    shifted,
)
from hotel_agent.adapters.nlu.stays_values import Day
from hotel_agent.domain.stays import MAX_NIGHTS, Stay
from hotel_agent.domain.understanding import StayProblem

_ONE = timedelta(days=1)
_LONGEST_WRAP = 21
_HALF_A_YEAR = 180


@frozen
class Heard:
    """What dates are heard against: `today` is the hotel's local day."""

    today: date
    country: str = ""
    stay: Stay | None = None
    arrival: date | None = None


def is_bare(day: Day) -> bool:
    """Only a number (perhaps with its weekday): no month was said."""
    return day.day is not None and day.month is None and day.months_ahead is None


def arrivals(said: Day, heard: Heard, *, alone: bool = False) -> list[date]:
    """
    Return the dates an arrival can be; a bare day stays in the month of the stay that is talked about.

    Raises:
        Impossible: it cannot be one.

    """
    if heard.stay is not None and is_bare(said):
        base = heard.stay.arrival
        for months in (0, 1):
            year, month = shifted(base, months)
            found = at(year, month, said.day or 0)
            if found is not None and found >= heard.today:
                return [checked(found, said, heard.today)]
    found_days = days(said, heard.today, alone=alone)
    if heard.stay is not None and _only_weekday(said):
        near = next_weekday(said.weekday or 0, heard.stay.arrival - timedelta(days=4))
        if near >= heard.today:
            found_days = list(dict.fromkeys([near, *found_days]))
    return found_days


def _only_weekday(said: Day) -> bool:
    return said.weekday is not None and said.day is None and not said.when and said.week is None and said.nth is None


def departures(said: Day, arrival: date, today: date) -> list[date]:
    """
    Return the dates after *arrival* that a departure can be.

    Raises:
        Impossible: it is not after the arrival, or no date at all.

    """
    if said.days_ahead is not None:
        found = today + timedelta(days=said.days_ahead)
    elif said.day is None and said.nth is not None:
        found = days(said, arrival + _ONE)[0]
    elif said.day is None:
        if said.week is None:
            return [next_weekday(said.weekday or 0, arrival)]
        later = [day for day in days(said, today) if day > arrival]
        if not later:
            raise Impossible(StayProblem.BACKWARDS)
        return later
    elif said.month is None and said.months_ahead is None:
        found = next_day_of_month(said.day, arrival + _ONE)
    elif said.month is not None and said.year is None and said.years_ahead is None:
        found = next_date(said.day, said.month, arrival + _ONE)
        if (found - arrival).days > _HALF_A_YEAR and not _far(said, arrival):
            raise Impossible(StayProblem.BACKWARDS)
    else:
        found = days(said, min(today, arrival))[0]
    if found <= arrival:
        raise Impossible(StayProblem.BACKWARDS)
    if said.weekday is not None and found.weekday() != said.weekday:
        raise Impossible(StayProblem.IMPOSSIBLE)
    return [found]


def _far(said: Day, arrival: date) -> bool:
    """
    Whether the departure's month really comes that late.

    June after January is a long stay, 20 December after 22 December is a slip.
    """
    return said.month is not None and said.month > arrival.month


def ranges(first: Day, second: Day, heard: Heard) -> list[Pair]:
    """
    Return what "from *first* to *second*" can be.

    Raises:
        Impossible: no such stay.

    """
    first, second = _shared(first, second, heard.today)
    pairs: list[Pair] = []
    if is_bare(first) and not is_bare(second) and second.day is not None:
        pairs = [_led_by_departure(first, second, heard.today)]
    elif first.month is not None and first.year is None and first.years_ahead is None and second.year is not None:
        leave = days(second, min(heard.today, date(max(1, min(second.year, 9998)), 1, 1)))[0]
        arrive = _latest(lambda year: at(year, first.month or 0, first.day or 0), leave)
        pairs = [(checked(arrive, first, heard.today), leave)]
    else:
        for arrive in arrivals(first, heard):
            pairs += [(arrive, leave) for leave in departures(second, arrive, heard.today)]
    if is_bare(second) and first.day is not None and first.weekday is None and second.weekday is None:
        pairs = [both for pair in pairs for both in _unwrapped(first, second, pair, heard)]
    _measured(pairs, heard.today)
    return list(dict.fromkeys(pairs))


def _shared(first: Day, second: Day, today: date) -> tuple[Day, Day]:
    """Let one day lend the other its week, its "next" or its year."""
    named = first.weekday is not None and second.weekday is not None and first.nth is None and second.nth is None
    if named and first.day is None and second.day is None:
        if first.week is None and second.week is not None and not first.when:
            first = evolve(first, week=second.week)
            # "de viernes a lunes de la semana que viene": only the Monday is in that week
            if (first.weekday or 0) >= (second.weekday or 0) and second.week:
                first = evolve(first, week=second.week - 1)
        elif second.when and not first.when and first.week is None:
            first, second = evolve(first, when=second.when), evolve(second, when="")
        elif first.week is not None and second.week is None and second.weekday is not None:
            second = evolve(second, when="")
    if second.years_ahead is not None and second.year is None:
        second = evolve(second, year=today.year + second.years_ahead, years_ahead=None)
    if first.years_ahead is not None and first.year is None:
        first = evolve(first, year=today.year + first.years_ahead, years_ahead=None)
    return first, second


def _latest(occurrence: Callable[[int], date | None], before: date) -> date:
    for year in (before.year, before.year - 1):
        found = occurrence(year)
        if found is not None and found < before:
            return found
    raise Impossible(StayProblem.IMPOSSIBLE)


def _led_by_departure(first: Day, second: Day, today: date) -> Pair:
    """
    Read "del 20 al 22 de diciembre", "del 28 al 2 de enero".

    The month belongs to the departure, the arrival is the last such day before it.
    """
    explicit = second.year is not None or second.months_ahead is not None
    start = today + _ONE
    for _ in range(2):
        if explicit:
            leave = days(
                evolve(second, weekday=None), today if second.year is None else min(today, date(max(1, second.year), 1, 1))
            )[0]
        else:
            leave = next_date(second.day or 0, second.month or 0, start)
        back = 0 if (first.day or 0) < leave.day else -1
        year, month = shifted(leave, back)
        arrive = at(year, month, first.day or 0)
        if arrive is None:
            raise Impossible(StayProblem.IMPOSSIBLE)
        if arrive >= today or explicit:
            break
        start = leave + _ONE
    else:
        raise Impossible(StayProblem.PAST)
    if back and (leave - arrive).days > _LONGEST_WRAP:
        raise Impossible(StayProblem.BACKWARDS)
    if second.weekday is not None and leave.weekday() != second.weekday:
        raise Impossible(StayProblem.IMPOSSIBLE)
    return checked(arrive, first, today), leave


def _unwrapped(first: Day, second: Day, pair: Pair, heard: Heard) -> list[Pair]:
    """Read "del 22 al 20": nearly a month, or the two the wrong way round? Both are said."""
    arrive, leave = pair
    if first.day == second.day:
        raise Impossible(StayProblem.BACKWARDS)
    if leave is None or (leave - arrive).days <= _LONGEST_WRAP or (first.day or 0) < (second.day or 0):
        return [pair]
    try:
        return [pair, *ranges(evolve(second, month=first.month, year=first.year), evolve(first, month=None, year=None), heard)]
    except Impossible:
        return [pair]


def _measured(pairs: list[Pair], today: date) -> None:
    for arrive, leave in pairs:
        if arrive < today:
            raise Impossible(StayProblem.PAST)
        if leave is not None and leave <= arrive:
            raise Impossible(StayProblem.BACKWARDS)
        if leave is not None and (leave - arrive).days > MAX_NIGHTS:
            raise Impossible(StayProblem.TOO_LONG)
