"""
Which days a weekend, a long weekend or a feast can be.

Feasts come from the calendar of the hotel's country, and are counted from Easter where they move.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from hotel_agent.adapters.nlu.stays_calendar import FARTHEST, Impossible, Pair, days, monday, next_date
from hotel_agent.adapters.nlu.stays_values import Block
from hotel_agent.domain.understanding import StayProblem

_WEEK = 7
_WEEKEND = 2
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


def blocks(said: Block, today: date, country: str) -> list[Pair]:
    """
    Return the (arrival, departure) pairs that *said* can be; a feast of one day has no departure.

    Raises:
        Impossible: it is over.

    """
    if said.when == "past":
        raise Impossible(StayProblem.PAST)
    if said.kind == "weekend":
        found = _weekends(said, today)
    elif said.kind == "long_weekend":
        found = _long_weekends(said, today, country)
    else:
        found = _feast(said, today, country)
    late = [(max(a, today), d) for a, d in found if d is None or d > today]
    late = [(a, d) for a, d in late if d is not None or a >= today]
    if not late and found:
        raise Impossible(StayProblem.PAST)
    return [(a, d) for a, d in dict.fromkeys(late) if a - today <= FARTHEST]


def _weekend_of(friday: date) -> Pair:
    return friday, friday + timedelta(days=2)


def _weekends(said: Block, today: date) -> list[Pair]:
    this_friday = monday(today) + timedelta(days=_FRIDAY)
    if said.anchor is not None:
        return [
            _weekend_of(monday(day) + timedelta(days=_FRIDAY)) for day in days(said.anchor, today) if day.weekday() >= _FRIDAY
        ]
    if said.nth is not None:
        return _nth_weekend(said, today)
    if said.month is not None:
        return []
    if said.week is not None:
        return [_weekend_of(this_friday + timedelta(days=_WEEK * said.week))]
    following = _weekend_of(this_friday + timedelta(days=_WEEK))
    if said.when == "next":
        return [following] if today.weekday() >= _FRIDAY else [_weekend_of(this_friday), following]
    if today.weekday() == _SUNDAY:
        return [(today, today + timedelta(days=1)), following]
    return [_weekend_of(this_friday)]


def _nth_weekend(said: Block, today: date) -> list[Pair]:
    if said.month is None:
        return []
    year = said.year or (today.year + said.years_ahead if said.years_ahead is not None else None)
    for candidate in (year,) if year else (today.year, today.year + 1):
        fridays = [
            date(candidate, said.month, n)
            for n in range(1, monthrange(candidate, said.month)[1] + 1)
            if date(candidate, said.month, n).weekday() == _FRIDAY
        ]
        n = said.nth or 1
        friday = fridays[-1] if n < 0 else fridays[n - 1] if n <= len(fridays) else None
        if friday is None:
            raise Impossible(StayProblem.IMPOSSIBLE)
        if friday >= today or year:
            pairs = [_weekend_of(friday)]
            # a month that begins on a Saturday or Sunday: its first weekend may be the one that began the month before
            if n > 0 and fridays[0].day in {6, 7}:
                pairs.append(_weekend_of(friday - timedelta(days=_WEEK)))
            return pairs
    return []


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    """Public holidays of the whole country; none for a country that is not known."""
    import holidays  # noqa: PLC0415 - slow to import, needed by few messages

    try:
        return frozenset(holidays.country_holidays(country, years=[year]).keys())
    except NotImplementedError:
        return frozenset()


@lru_cache(maxsize=16)
def _easter(year: int) -> date:
    from dateutil.easter import easter  # noqa: PLC0415 - slow to import, needed by few messages

    return easter(year)


@lru_cache(maxsize=256)
def _free_runs(start: date, end: date, country: str) -> tuple[tuple[date, date], ...]:
    """Runs of three free days and more (a bridge day counts) that touch a holiday: first and last free day."""
    feasts = {day for year in range(start.year - 1, end.year + 2) for day in _holidays(country, year)} if country else set()
    one = timedelta(days=1)

    def free(day: date) -> bool:
        return day.weekday() >= _SATURDAY or day in feasts

    def off(day: date) -> bool:
        return free(day) or (free(day - one) and free(day + one) and (day - one in feasts or day + one in feasts))

    runs: list[tuple[date, date]] = []
    day = start - timedelta(days=_WEEK)
    while day <= end:
        if not off(day):
            day += one
            continue
        first = day
        while off(day + one):
            day += one
        length = (day - first).days + 1
        inside = [first + timedelta(days=n) for n in range(length)]
        if length > _WEEKEND and any(d in feasts for d in inside) and day >= start:
            runs.append((first, day))
        day += one
    return tuple(runs)


def _run_pairs(run: tuple[date, date]) -> list[Pair]:
    """People leave on the eve or on the first free day, and come home on the last one."""
    first, last = run
    return [(first - timedelta(days=1), last), (first, last)]


def _long_weekends(said: Block, today: date, country: str) -> list[Pair]:
    year = said.year or today.year + (said.years_ahead or 0)
    if said.name:
        for candidate in (year,) if said.year or said.years_ahead else (year, year + 1):
            for day in _feast_days(said.name, candidate):
                runs = _free_runs(day - timedelta(days=1), day + timedelta(days=1), country)
                pairs = [pair for run in runs if run[0] <= day <= run[1] for pair in _run_pairs(run)]
                if pairs and any(d and d > today for _, d in pairs):
                    return pairs
        return []
    if said.month is not None:
        for candidate in (year,) if said.year or said.years_ahead else (year, year + 1):
            start = date(candidate, said.month, 1)
            end = start + timedelta(days=monthrange(candidate, said.month)[1] - 1)
            pairs = [pair for run in _free_runs(start, end, country) for pair in _run_pairs(run)]
            if any(d and d > today for _, d in pairs):
                return pairs
        return []
    runs = _free_runs(today, today + timedelta(days=200), country)
    if said.when != "next":
        runs = runs[:1]
    return [pair for run in runs[:2] for pair in _run_pairs(run)]


_FIXED_FEASTS: dict[str, tuple[tuple[int, int], ...]] = {
    "christmas_eve": ((12, 24),),
    "christmas": ((12, 24), (12, 25)),
    "boxing_day": ((12, 26),),
    "new_years_eve": ((12, 31),),
    "new_year": ((12, 31), (1, 1)),
    "epiphany": ((1, 5), (1, 6)),
    "valentine": ((2, 14),),
    "labour": ((5, 1),),
    "all_saints": ((11, 1),),
    "dead": ((11, 1), (11, 2)),
    "pilar": ((10, 12),),
    "constitution": ((12, 6),),
    "immaculate": ((12, 8),),
    "aparecida": ((10, 12),),
    "republic": ((11, 15),),
}
_INDEPENDENCE = {
    "AR": (7, 9),
    "MX": (9, 16),
    "BR": (9, 7),
    "US": (7, 4),
    "CL": (9, 18),
    "CO": (7, 20),
    "PE": (7, 28),
    "UY": (8, 25),
}


def _feast_days(name: str, year: int) -> list[date]:
    """The days of a feast in *year*, counted from Easter where it moves."""
    offsets = {
        "good_friday": -2,
        "holy_thursday": -3,
        "easter_sunday": 0,
        "easter_monday": 1,
        "corpus_christi": 60,
        "easter": -3,
    }
    if name in offsets:
        return [_easter(year) + timedelta(days=offsets[name])]
    if name == "carnival":
        return [_easter(year) - timedelta(days=48)]
    if name == "thanksgiving":
        november = date(year, 11, 1)
        return [november + timedelta(days=(3 - november.weekday()) % _WEEK + 21)]
    return [date(year, month, day) for month, day in _FIXED_FEASTS.get(name, ())]


def _feast(said: Block, today: date, country: str) -> list[Pair]:
    explicit = said.year is not None or said.years_ahead is not None
    first = said.year or today.year + (said.years_ahead or 0)
    if not 1 < first < date.max.year - 1:
        raise Impossible(StayProblem.TOO_FAR if first > today.year else StayProblem.PAST)
    found: list[Pair] = []
    if said.name == "independence":
        day = _INDEPENDENCE.get(country)
        return [(next_date(day[1], day[0], today), None)] if day else []
    for year in (first,) if explicit else (first, first + 1):
        pairs = _feast_pairs(said.name, year)
        if explicit or all((d or a) > today or a >= today for a, d in pairs):
            found = pairs
            break
    if said.name == "new_year":  # "Año Nuevo" is the night of the 31st or the day after it; they belong together
        eve = date(first - 1, 12, 31) if explicit else next_date(31, 12, today)
        found = [(eve, None), (eve + timedelta(days=1), None)]
        if not explicit and (today.month, today.day) == (1, 1):
            found.insert(0, (today, None))
    return found


def _feast_pairs(name: str, year: int) -> list[Pair]:
    if name == "easter":
        sunday = _easter(year)
        return [(sunday - timedelta(days=n), sunday) for n in (3, 2, 7)]
    if name == "carnival":
        ash = _easter(year) - timedelta(days=46)
        return [(ash - timedelta(days=n), ash - timedelta(days=m)) for n, m in ((5, 1), (4, 0), (4, 1), (5, 0))]
    return [(day, None) for day in _feast_days(name, year)]
