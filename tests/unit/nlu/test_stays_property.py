"""Generated stays, said in every language and form, are read back exactly; whatever is said, no impossible stay comes out."""

# ruff: noqa: E501, SIM905 - tables of words

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.domain.understanding import Language, Listening, StayReading

UNDERSTANDER = LocalUnderstander.load()
MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "en": "January February March April May June July August September October November December".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
}
WEEKDAYS = {
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo".split(),
}
NUMBERS = {
    "es": "cero una dos tres cuatro cinco seis siete ocho nueve diez".split(),
    "en": "zero one two three four five six seven eight nine ten".split(),
    "pt": "zero uma duas três quatro cinco seis sete oito nove dez".split(),
}
Said = Callable[[date, date], str]


def ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day % 100 < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def es(day: date) -> str:
    return f"{day.day} de {MONTHS['es'][day.month - 1]}"


def en(day: date) -> str:
    return f"{MONTHS['en'][day.month - 1]} {ordinal(day.day)}"


def pt(day: date) -> str:
    return f"{day.day} de {MONTHS['pt'][day.month - 1]}"


def nights(a: date, b: date) -> int:
    return (b - a).days


WITH_YEAR: dict[str, tuple[str, Said]] = {
    "iso a": ("es", lambda a, b: f"Disponibilidad para {a} a {b}"),
    "iso to": ("en", lambda a, b: f"availability from {a} to {b}"),
    "slashes": ("es", lambda a, b: f"{a:%d/%m/%Y} al {b:%d/%m/%Y}"),
    "slashes pt": ("pt", lambda a, b: f"de {a:%d/%m/%Y} até {b:%d/%m/%Y}"),
    "short years": ("es", lambda a, b: f"del {a.day}/{a.month}/{a:%y} al {b.day}/{b.month}/{b:%y}"),
    "dots": ("es", lambda a, b: f"{a:%d.%m.%Y} - {b:%d.%m.%Y}"),
    "dashes": ("es", lambda a, b: f"del {a:%d-%m-%Y} hasta el {b:%d-%m-%Y}"),
    "words": ("es", lambda a, b: f"quiero reservar del {es(a)} de {a.year} al {es(b)} de {b.year}"),
    "del año": ("es", lambda a, b: f"desde el {es(a)} del {a.year} hasta el {es(b)} del {b.year}"),
    "words en": ("en", lambda a, b: f"a room from {en(a)}, {a.year} to {en(b)}, {b.year} please"),
    "day first en": (
        "en",
        lambda a, b: f"{a.day} {MONTHS['en'][a.month - 1]} {a.year} - {b.day} {MONTHS['en'][b.month - 1]} {b.year}",
    ),
    "words pt": ("pt", lambda a, b: f"quero reservar de {pt(a)} de {a.year} a {pt(b)} de {b.year}"),
    "check-in": ("es", lambda a, b: f"check-in {a:%d/%m/%Y}, check-out {b:%d/%m/%Y}"),
    "llego": ("es", lambda a, b: f"llego el {es(a)} de {a.year} y me voy el {es(b)} de {b.year}"),
    "arriving": ("en", lambda a, b: f"arriving {en(a)} {a.year}, leaving {en(b)} {b.year}"),
    "chegando": ("pt", lambda a, b: f"chegando dia {pt(a)} de {a.year} e saindo dia {pt(b)} de {b.year}"),
    "backwards told": ("es", lambda a, b: f"salimos el {es(b)} de {b.year}, llegamos el {es(a)} de {a.year}"),
    "nights": ("es", lambda a, b: f"{nights(a, b)} noches desde el {es(a)} de {a.year}"),
    "nights after": ("en", lambda a, b: f"from {en(a)} {a.year} for {nights(a, b)} nights"),
    "noites": ("pt", lambda a, b: f"{nights(a, b)} noites a partir de {pt(a)} de {a.year}"),
    "x noches": ("es", lambda a, b: f"{a:%d/%m/%Y} x {nights(a, b)} noches"),
    "party between": ("es", lambda a, b: f"2 adultos y 1 niño de 4, del {a:%d/%m/%Y} al {b:%d/%m/%Y}, 1 habitación"),
    "party between en": (
        "en",
        lambda a, b: f"2 adults and 2 kids aged 4 and 6 from {en(a)} {a.year} to {en(b)} {b.year} at 3pm",
    ),
    "contact": ("es", lambda a, b: f"Ana Gil, ana2@x.com, +34 666 777 888, {a:%d/%m/%Y} a {b:%d/%m/%Y}"),
}
WITHIN_A_YEAR: dict[str, tuple[str, Said]] = {
    "del al": ("es", lambda a, b: f"del {es(a)} al {es(b)}"),
    "entre": ("es", lambda a, b: f"entre el {es(a)} y el {es(b)}"),
    "short": ("es", lambda a, b: f"{a.day}/{a.month} al {b.day}/{b.month}"),
    "dashes": ("es", lambda a, b: f"{a.day}-{a.month} a {b.day}-{b.month}"),
    "abbreviated": ("es", lambda a, b: f"{a.day} {MONTHS['es'][a.month - 1][:3]} - {b.day} {MONTHS['es'][b.month - 1][:3]}"),
    "weekdays": ("es", lambda a, b: f"del {WEEKDAYS['es'][a.weekday()]} {es(a)} al {WEEKDAYS['es'][b.weekday()]} {es(b)}"),
    "upper": ("es", lambda a, b: f"DEL {es(a).upper()} AL {es(b).upper()}"),
    "from to": ("en", lambda a, b: f"from {en(a)} to {en(b)}"),
    "between": ("en", lambda a, b: f"between {en(a)} and {en(b)}"),
    "weekdays en": ("en", lambda a, b: f"{WEEKDAYS['en'][a.weekday()]}, {en(a)} until {WEEKDAYS['en'][b.weekday()]}, {en(b)}"),
    "the of": (
        "en",
        lambda a, b: (
            f"the {ordinal(a.day)} of {MONTHS['en'][a.month - 1]} till the {ordinal(b.day)} of {MONTHS['en'][b.month - 1]}"
        ),
    ),
    "month abbreviated": (
        "en",
        lambda a, b: f"{MONTHS['en'][a.month - 1][:3]} {a.day} - {MONTHS['en'][b.month - 1][:3]} {b.day}",
    ),
    "de a": ("pt", lambda a, b: f"de {pt(a)} a {pt(b)}"),
    "do dia ao dia": ("pt", lambda a, b: f"do dia {pt(a)} ao dia {pt(b)}"),
    "weekdays pt": ("pt", lambda a, b: f"de {WEEKDAYS['pt'][a.weekday()]}, {pt(a)} até {WEEKDAYS['pt'][b.weekday()]}, {pt(b)}"),
    "nights words": (
        "es",
        lambda a, b: f"{NUMBERS['es'][nights(a, b)]} noches desde el {es(a)}" if nights(a, b) > 1 else f"una noche el {es(a)}",
    ),
    "nights words en": (
        "en",
        lambda a, b: f"{NUMBERS['en'][nights(a, b)]} nights from {en(a)}" if nights(a, b) > 1 else f"one night on {en(a)}",
    ),
}
ONE_MONTH: dict[str, tuple[str, Said]] = {
    "del al de": ("es", lambda a, b: f"del {a.day} al {b.day} de {MONTHS['es'][a.month - 1]}"),
    "dash": ("es", lambda a, b: f"{a.day}-{b.day} {MONTHS['es'][a.month - 1]}"),
    "entre de": ("es", lambda a, b: f"entre el {a.day} y el {b.day} de {MONTHS['es'][a.month - 1]}"),
    "month first": ("en", lambda a, b: f"{MONTHS['en'][a.month - 1]} {a.day} to {b.day}"),
    "month first dash": ("en", lambda a, b: f"{MONTHS['en'][a.month - 1][:3]} {a.day}-{b.day}"),
    "the to the of": ("en", lambda a, b: f"from the {ordinal(a.day)} to the {ordinal(b.day)} of {MONTHS['en'][a.month - 1]}"),
    "de a de": ("pt", lambda a, b: f"de {a.day} a {b.day} de {MONTHS['pt'][a.month - 1]}"),
    "dia ao dia": ("pt", lambda a, b: f"do dia {a.day} ao dia {b.day} de {MONTHS['pt'][a.month - 1]}"),
}
TODAYS = st.dates(date(2025, 1, 1), date(2032, 12, 31))


def heard(text: str, language: str, today: date) -> StayReading | None:
    return UNDERSTANDER.hear(text, Listening(today=today, language=Language(language))).slots.stay


def read_exactly(text: str, language: str, today: date, arrival: date, departure: date) -> None:
    reading = heard(text, language, today)
    assert reading is not None, text
    assert [(c.arrival, c.departure) for c in reading.candidates] == [(arrival, departure)], (text, today, reading)


@pytest.mark.parametrize("form", WITH_YEAR)
@given(TODAYS, st.integers(0, 700), st.integers(2, 30))
def test_a_stay_with_its_years_is_read_back_exactly(form: str, today: date, ahead: int, length: int) -> None:
    arrival = today + timedelta(days=ahead)
    departure = arrival + timedelta(days=length)
    language, said = WITH_YEAR[form]
    read_exactly(said(arrival, departure), language, today, arrival, departure)


@pytest.mark.parametrize("form", WITHIN_A_YEAR)
@given(TODAYS, st.integers(0, 300), st.integers(1, 10))
def test_a_stay_without_years_is_the_next_one(form: str, today: date, ahead: int, length: int) -> None:
    arrival = today + timedelta(days=ahead)
    departure = arrival + timedelta(days=length)
    assume((arrival.month, arrival.day) != (2, 29))
    assume((departure.month, departure.day) != (2, 29))
    language, said = WITHIN_A_YEAR[form]
    read_exactly(said(arrival, departure), language, today, arrival, departure)


@pytest.mark.parametrize("form", ONE_MONTH)
@given(TODAYS, st.integers(0, 300), st.integers(1, 20))
def test_days_that_share_their_month_are_read_back_exactly(form: str, today: date, ahead: int, length: int) -> None:
    arrival = today + timedelta(days=ahead)
    departure = arrival + timedelta(days=length)
    assume(arrival.month == departure.month)
    assume((arrival.month, arrival.day) != (2, 29))
    assume((departure.month, departure.day) != (2, 29))
    language, said = ONE_MONTH[form]
    read_exactly(said(arrival, departure), language, today, arrival, departure)


WORDS = st.sampled_from(
    "del al el 20 31 30 29 de febrero abril hasta desde 3 noches una semana finde que viene próximo viernes lunes hoy mañana pasado 22/12 "
    "2026-02-30 31/04 15/13/2027 0 99 from to the 5th of May next weekend for 2 nights tonight dia 29 a fevereiro amanhã sexta y o , . ? no "
    "perdón mejor lo mismo pero un día más carnaval Semana Santa puente 2027 1999 9999 llego salgo check-in - / 24/7 º segunda".split()
)


def sane(reading: StayReading | None, today: date) -> None:
    if reading is None:
        return
    assert reading.problem is None or reading.candidates == ()
    for candidate in reading.candidates:
        assert candidate.arrival is None or candidate.arrival >= today
        if candidate.arrival and candidate.departure:
            assert 0 < (candidate.departure - candidate.arrival).days <= 366


@given(st.lists(WORDS, max_size=14), TODAYS, st.sampled_from(["es", "en", "pt"]))
def test_no_string_of_date_words_gives_a_past_or_impossible_stay(words: list[str], today: date, language: str) -> None:
    sane(heard(" ".join(words), language, today), today)


@given(st.text(max_size=200), TODAYS, st.sampled_from(["es", "en", "pt"]))
def test_no_text_of_any_kind_raises(text: str, today: date, language: str) -> None:
    sane(heard(text, language, today), today)


@given(TODAYS, st.sampled_from([(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)]), st.sampled_from(["es", "en", "pt"]))
def test_a_day_that_no_month_has_is_a_problem_and_no_stay(today: date, which: tuple[int, int], language: str) -> None:
    month, day = which
    for text in (f"{day}/{month}/{today.year + 1}", f"{day} {'de ' if language != 'en' else ''}{MONTHS[language][month - 1]}"):
        reading = heard(text, language, today)
        assert reading is not None, text
        assert reading.candidates == ()
        assert reading.problem is not None


@given(TODAYS)
def test_29_february_of_a_common_year_is_impossible(today: date) -> None:
    year = next(y for y in range(today.year + 1, today.year + 4) if y % 4)
    reading = heard(f"29 de febrero de {year}", "es", today)
    assert reading is not None
    assert (reading.candidates, str(reading.problem)) == ((), "impossible")
