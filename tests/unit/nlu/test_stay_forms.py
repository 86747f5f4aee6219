"""More forms of dates, rendered from generated stays and read back; and what each of the conventions for them says."""

# ruff: noqa: SIM905 - tables of words

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.understanding import Expecting, Language, Listening, StayReading

UNDERSTANDER = LocalUnderstander.load()
TODAY = date(2026, 11, 21)
"""A Saturday."""
MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "en": "January February March April May June July August September October November December".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
}
WEEKDAYS = {
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "pt": "segunda terça quarta quinta sexta sábado domingo".split(),
}
ORDINALS = {
    "es": "primer segundo tercer".split(),
    "en": "first second third".split(),
    "pt": "primeira segunda terceira".split(),
}
Said = Callable[[date, date], str]


def month(language: str, day: date) -> str:
    return MONTHS[language][day.month - 1]


def heard(text: str, language: str, today: date = TODAY, **about: object) -> StayReading | None:
    listening = Listening(today=today, language=Language(language), **about)  # type: ignore[arg-type]  # fields by name
    return UNDERSTANDER.hear(text, listening).slots.stay


def dates(reading: StayReading | None) -> list[tuple[date | None, date | None]]:
    return [(c.arrival, c.departure) for c in reading.candidates] if reading else []


FORMS: dict[str, tuple[str, Said]] = {
    "iso slashes": ("es", lambda a, b: f"{a:%Y/%m/%d} a {b:%Y/%m/%d}"),
    "iso joined": ("en", lambda a, b: f"{a}/{b}"),
    "dots joined": ("pt", lambda a, b: f"{a:%d.%m.%Y}-{b:%d.%m.%Y}"),
    "short year behind the month": (
        "es",
        lambda a, b: f"{a.day} {month('es', a)[:3]} {a:%y} al {b.day} {month('es', b)[:3]} {b:%y}",
    ),
    "short year en": ("en", lambda a, b: f"{a.day} {month('en', a)[:3]} {a:%y} to {b.day} {month('en', b)[:3]} {b:%y}"),
    "in and out": ("es", lambda a, b: f"ingreso {a:%d/%m/%Y} egreso {b:%d/%m/%Y}"),
    "ida e volta": ("pt", lambda a, b: f"ida dia {a:%d/%m/%Y} e volta dia {b:%d/%m/%Y}"),
    "two sentences": (
        "en",
        lambda a, b: f"We arrive on {a.day} {month('en', a)} {a.year}. We leave on {b.day} {month('en', b)} {b.year}.",
    ),
    "out from": (
        "en",
        lambda a, b: f"I'll be out from {month('en', a)} {a.day}, {a.year} to {month('en', b)} {b.day}, {b.year}",
    ),
    "me voy del": ("es", lambda a, b: f"me voy del {a:%d/%m/%Y} al {b:%d/%m/%Y}"),
    "n nights": ("en", lambda a, b: f"{a:%d/%m/%Y}, {(b - a).days}n"),
    "plus nights": ("es", lambda a, b: f"{a:%d/%m/%Y} + {(b - a).days} noches"),
    "evening to morning": (
        "en",
        lambda a, b: (
            f"from the evening of {a.day} {month('en', a)} {a.year} to the morning of {b.day} {month('en', b)} {b.year}"
        ),
    ),
    "instead": ("es", lambda a, b: f"en vez del 1/1/2030, del {a:%d/%m/%Y} al {b:%d/%m/%Y}"),
}


@pytest.mark.parametrize("form", FORMS)
@given(st.dates(date(2025, 1, 1), date(2032, 12, 31)), st.integers(0, 700), st.integers(2, 30))
def test_a_stay_in_this_form_is_read_back_exactly(form: str, today: date, ahead: int, length: int) -> None:
    arrival = today + timedelta(days=ahead)
    departure = arrival + timedelta(days=length)
    language, said = FORMS[form]
    text = said(arrival, departure)
    assert dates(heard(text, language, today)) == [(arrival, departure)], (text, today)


@given(st.dates(date(2025, 1, 1), date(2032, 12, 31)), st.integers(0, 300), st.integers(1, 20))
def test_month_first_is_the_habit_of_hotels_that_say_so(today: date, ahead: int, length: int) -> None:
    arrival = today + timedelta(days=ahead)
    departure = arrival + timedelta(days=length)
    text = f"{arrival:%m/%d/%Y} - {departure:%m/%d/%Y}"
    assert dates(heard(text, "en", today, day_first=False)) == [(arrival, departure)]


@pytest.mark.parametrize("language", ["es", "en", "pt"])
@given(st.dates(date(2025, 1, 1), date(2032, 12, 31)), st.integers(1, 300), st.integers(2, 5))
def test_days_named_one_by_one_end_on_the_last_or_the_morning_after_it(
    language: str, today: date, ahead: int, length: int
) -> None:
    first = today + timedelta(days=ahead)
    last = first + timedelta(days=length)
    assume(first.month == last.month)
    assume((first.month, first.day) != (2, 29))
    assume((last.month, last.day) != (2, 29))
    days = [str(day) for day in range(first.day, last.day + 1)]
    joint = {"es": "y", "en": "and", "pt": "e"}[language]
    named = f"{', '.join(days[:-1])} {joint} {days[-1]} {'' if language == 'en' else 'de '}{month(language, first)}"
    assert dates(heard(named, language, today)) == [(first, last), (first, last + timedelta(days=1))]
    nights = {"es": "las noches del", "en": "the nights of", "pt": "noites de"}[language]
    assert dates(heard(f"{nights} {named}", language, today)) == [(first, last + timedelta(days=1))]


@pytest.mark.parametrize("language", ["es", "en", "pt"])
@given(st.dates(date(2025, 1, 1), date(2032, 12, 31)), st.integers(1, 12), st.integers(0, 6), st.integers(1, 3))
def test_the_nth_weekday_of_a_month_is_that_day(language: str, today: date, number: int, weekday: int, nth: int) -> None:
    def nth_of(year: int) -> date:
        first = date(year, number, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))

    expected = nth_of(today.year) if nth_of(today.year) >= today else nth_of(today.year + 1)
    name = WEEKDAYS[language][weekday]
    text = {
        "es": f"el {ORDINALS['es'][nth - 1]} {name} de {MONTHS['es'][number - 1]}",
        "en": f"the {ORDINALS['en'][nth - 1]} {name} of {MONTHS['en'][number - 1]}",
        "pt": f"a {ORDINALS['pt'][nth - 1]} {name} de {MONTHS['pt'][number - 1]}",
    }[language]
    assert dates(heard(text, language, today)) == [(expected, None)], text


D = {day: date(2026, 12 if day > 2 else 11, day) for day in range(3, 31)}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("de mañana a pasado", "es", [(date(2026, 11, 22), date(2026, 11, 23))]),
        ("from today until friday", "en", [(TODAY, date(2026, 11, 27))]),
        ("between now and November 30th", "en", [(TODAY, date(2026, 11, 30))]),
        ("desde ahora hasta el viernes", "es", [(TODAY, date(2026, 11, 27))]),
        ("entre amanhã e sexta", "pt", [(date(2026, 11, 22), date(2026, 11, 27))]),
        ("de hoje para amanhã", "pt", [(TODAY, date(2026, 11, 22))]),
        ("two weeks from today for three nights", "en", [(date(2026, 12, 5), date(2026, 12, 8))]),
        ("from the 20th to christmas eve", "en", [(D[20], D[24])]),
        ("do dia 23 ao réveillon", "pt", [(D[23], date(2026, 12, 31))]),
        ("de nochebuena al 27 de diciembre", "es", [(D[24], D[27])]),
        ("el 7 o el 8 por dos noches", "es", [(D[7], D[9]), (D[8], D[10])]),
        ("dia 7 ou 8, duas noites", "pt", [(D[7], D[9]), (D[8], D[10])]),
        ("Dec 3 & 4", "en", [(D[3], D[4]), (D[3], D[5])]),
        (
            "viernes, sábado y domingo",
            "es",
            [(date(2026, 11, 27), date(2026, 11, 29)), (date(2026, 11, 27), date(2026, 11, 30))],
        ),
        ("the 4th of july weekend", "en", [(date(2027, 7, 2), date(2027, 7, 4))]),
        ("the weekend of december 11", "en", [(date(2026, 12, 11), date(2026, 12, 13))]),
        ("the weekend of may 1", "en", [(date(2027, 4, 30), date(2027, 5, 2))]),
        ("the weekend of december 11 to 13", "en", [(date(2026, 12, 11), date(2026, 12, 13))]),
        ("a weekend, the weekend of march 2027", "en", []),
        ("las próximas dos noches", "es", [(TODAY, date(2026, 11, 23)), (date(2026, 11, 22), date(2026, 11, 24))]),
    ],
)
def test_what_is_said_of_days_means(text: str, language: str, expected: list[tuple[date | None, date | None]]) -> None:
    assert dates(heard(text, language)) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the third quarter of 2027", "en"),
        ("1ª semana de octubre", "es"),
        ("la segunda mitad de enero", "es"),
        ("the week of the 12th", "en"),
        ("the week starting February 4", "en"),
        ("primera quincena de enero", "es"),
        ("a fines de mes", "es"),
        ("en las próximas dos semanas", "es"),
        ("by next friday", "en"),
        ("11/2027", "en"),
        ("meados de janeiro", "pt"),
        ("rooms 3, 4 and 5", "en"),
        ("crianças de 3, 4 e 5 anos", "pt"),
        ("el mes que viene", "es"),
    ],
)
def test_vague_times_and_other_numbers_are_never_made_into_days(text: str, language: str) -> None:
    reading = heard(text, language)
    assert reading is None or all(c.arrival is None and c.departure is None for c in reading.candidates)


@pytest.mark.parametrize(("text", "language"), [("entre viernes y domingo de la semana pasada", "es"), ("last friday", "en")])
def test_last_week_is_past(text: str, language: str) -> None:
    reading = heard(text, language)
    assert reading is not None
    assert str(reading.problem) == "past"


STAY = Stay(date(2027, 3, 20), date(2027, 3, 22))


@pytest.mark.parametrize(
    ("text", "language", "arrival", "departure"),
    [
        ("una noche menos", "es", 20, 21),
        ("agregale una noche", "es", 20, 23),
        ("sacale una noche", "es", 20, 21),
        ("two more nights", "en", 20, 24),
        ("mais uma noite", "pt", 20, 23),
        ("un día antes", "es", 19, 21),
        ("one day earlier", "en", 19, 21),
        ("llegamos un día antes", "es", 19, 22),
        ("we leave a day later", "en", 20, 23),
        ("llegamos el 19", "es", 19, 22),
        ("hasta el 24", "es", 20, 24),
        ("3 noches en vez de 2", "es", 20, 23),
        ("uma semana depois", "pt", 27, 29),
    ],
)
def test_a_correction_changes_the_stay_that_is_talked_about(text: str, language: str, arrival: int, departure: int) -> None:
    reading = heard(text, language, stay=STAY, expecting=Expecting.OFFER, options=3)
    assert dates(reading) == [(date(2027, 3, arrival), date(2027, 3, departure))]


@pytest.mark.parametrize(
    ("text", "language"), [("cambialo al viernes", "es"), ("move it to friday", "en"), ("muda para sexta", "pt")]
)
def test_a_stay_moved_to_a_day_keeps_its_nights(text: str, language: str) -> None:
    reading = heard(text, language, stay=STAY, expecting=Expecting.OFFER, options=3)
    assert (date(2027, 3, 19), date(2027, 3, 21)) in dates(reading)
    assert all(c.nights == STAY.nights for c in (reading.candidates if reading else ()))


@pytest.mark.parametrize(
    "text", ["somos dos más", "una persona más", "two more people", "mais duas pessoas", "con un niño más"]
)
def test_so_many_more_is_no_party_and_no_number_of_rooms(text: str) -> None:
    language = Language.EN if "people" in text else Language.PT if "mais" in text else Language.ES
    slots = UNDERSTANDER.hear(text, Listening(today=TODAY, language=language, expecting=Expecting.OFFER, options=3)).slots
    assert (slots.adults, slots.child_ages, slots.rooms, slots.option) == (None, None, None, None)
