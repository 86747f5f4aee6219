"""The conventions of the design, one line each: what is said, on which day, what it can be."""

from datetime import date, timedelta

import pytest

from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.understanding import Expecting, Language, Listening, StayProblem, StayReading

UNDERSTANDER = LocalUnderstander.load()
MONDAY, WEDNESDAY, FRIDAY, SATURDAY, SUNDAY = (date(2026, 11, day) for day in (16, 18, 20, 21, 22))
D = date


def read(text: str, today: date, language: str = "es", **values: object) -> StayReading | None:
    listening = Listening(**{"today": today, "language": Language(language), **values})  # type: ignore[arg-type]  # keyword arguments of many types
    return UNDERSTANDER.hear(text, listening).slots.stay


def dates(text: str, today: date, language: str = "es", **values: object) -> list[tuple[date | None, date | None]]:
    reading = read(text, today, language, **values)
    return [(c.arrival, c.departure) for c in reading.candidates] if reading else []


@pytest.mark.parametrize(
    ("text", "language", "today", "expected"),
    [
        ("este finde", "es", MONDAY, [(D(2026, 11, 20), D(2026, 11, 22))]),
        ("this weekend", "en", FRIDAY, [(D(2026, 11, 20), D(2026, 11, 22))]),
        ("este fin de semana", "es", SATURDAY, [(D(2026, 11, 21), D(2026, 11, 22))]),
        ("el finde que viene", "es", WEDNESDAY, [(D(2026, 11, 20), D(2026, 11, 22)), (D(2026, 11, 27), D(2026, 11, 29))]),
        ("next weekend", "en", FRIDAY, [(D(2026, 11, 27), D(2026, 11, 29))]),
        ("o próximo fim de semana", "pt", SUNDAY, [(D(2026, 11, 27), D(2026, 11, 29))]),
        ("el martes", "es", MONDAY, [(D(2026, 11, 17), None)]),
        ("el martes que viene", "es", MONDAY, [(D(2026, 11, 17), None), (D(2026, 11, 24), None)]),
        ("next tuesday", "en", WEDNESDAY, [(D(2026, 11, 24), None)]),
        ("el viernes", "es", FRIDAY, [(D(2026, 11, 20), None), (D(2026, 11, 27), None)]),
        ("terça que vem", "pt", WEDNESDAY, [(D(2026, 11, 24), None)]),
        ("el lunes de la semana que viene", "es", MONDAY, [(D(2026, 11, 23), None)]),
        ("el 25", "es", MONDAY, [(D(2026, 11, 25), None)]),
        ("el 5", "es", MONDAY, [(D(2026, 12, 5), None)]),
        ("el 31", "es", D(2026, 11, 10), [(D(2026, 12, 31), None)]),
        ("3 de noviembre", "es", MONDAY, [(D(2027, 11, 3), None)]),
        ("del 5 al 10 del mes que viene", "es", MONDAY, [(D(2026, 12, 5), D(2026, 12, 10))]),
        ("del 28 al 2", "es", MONDAY, [(D(2026, 11, 28), D(2026, 12, 2))]),
        ("del 28 al 2 de enero", "es", MONDAY, [(D(2026, 12, 28), D(2027, 1, 2))]),
        ("hoy", "es", MONDAY, [(MONDAY, MONDAY + timedelta(1))]),
        ("hoje à noite", "pt", MONDAY, [(MONDAY, MONDAY + timedelta(1))]),
        ("mañana", "es", MONDAY, [(D(2026, 11, 17), None)]),
        ("pasado mañana", "es", MONDAY, [(D(2026, 11, 18), None)]),
        ("tres noches desde el lunes", "es", WEDNESDAY, [(D(2026, 11, 23), D(2026, 11, 26))]),
        ("pasado mañana x 3 noches", "es", MONDAY, [(D(2026, 11, 18), D(2026, 11, 21))]),
        ("una semana desde el 20", "es", MONDAY, [(D(2026, 11, 20), D(2026, 11, 27))]),
        ("desde hoy hasta mañana", "es", MONDAY, [(MONDAY, MONDAY + timedelta(1))]),
        ("de viernes 11 a martes 15", "es", D(2026, 11, 30), [(D(2026, 12, 11), D(2026, 12, 15))]),
        ("Nochevieja", "es", MONDAY, [(D(2026, 12, 31), None)]),
        ("sexta-feira", "pt", MONDAY, [(D(2026, 11, 20), None)]),
        ("dentro de 10 días", "es", MONDAY, [(D(2026, 11, 26), None)]),
        ("el fin de semana del 12 de diciembre", "es", MONDAY, [(D(2026, 12, 11), D(2026, 12, 13))]),
        ("en enero, del 5 al 9", "es", MONDAY, [(D(2027, 1, 5), D(2027, 1, 9))]),
        ("in January from 28 to 2", "en", MONDAY, [(D(2027, 1, 28), D(2027, 2, 2))]),
        ("llego el 25 a la mañana y me voy el 26 a la tarde", "es", MONDAY, [(D(2026, 11, 25), D(2026, 11, 26))]),
        ("thanksgiving", "en", MONDAY, [(D(2026, 11, 26), None)]),
        ("del 20 al 22, digo, del 21 al 23 de enero", "es", MONDAY, [(D(2027, 1, 21), D(2027, 1, 23))]),
    ],
)
def test_conventions(text: str, language: str, today: date, expected: list[tuple[date, date | None]]) -> None:
    assert expected == dates(text, today, language)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31 de abril", StayProblem.IMPOSSIBLE),
        ("29 de febrero de 2027", StayProblem.IMPOSSIBLE),
        ("viernes 12 de diciembre", StayProblem.IMPOSSIBLE),
        ("del 20/11/2025 al 22/11/2025", StayProblem.PAST),
        ("el finde pasado", StayProblem.PAST),
        ("del 22/12 al 20/12", StayProblem.BACKWARDS),
        ("del 1/1/2027 al 1/6/2028", StayProblem.TOO_LONG),
        ("el 5 de mayo de 2045", StayProblem.TOO_FAR),
        ("del 29 al 29", StayProblem.BACKWARDS),
        ("99 semanas desde el 20", StayProblem.TOO_LONG),
    ],
)
def test_dates_that_cannot_be_say_why(text: str, problem: StayProblem) -> None:
    reading = read(text, MONDAY)
    assert reading is not None
    assert ((), problem) == (reading.candidates, reading.problem)


def test_day_and_month_are_read_by_the_tenants_habit_unless_only_one_way_works() -> None:
    assert [(D(2027, 4, 3), None)] == dates("03/04/2027", MONDAY)
    assert [(D(2027, 3, 4), None)] == dates("03/04/2027", MONDAY, day_first=False)
    assert [(D(2027, 5, 1), D(2027, 5, 15))] == dates("05/01/2027 to 05/15/2027", MONDAY, "en")


@pytest.mark.parametrize(
    "text", ["Semana Santa", "el puente de diciembre", "Carnaval", "finde largo", "easter weekend", "feriadão"]
)
def test_feasts_of_several_days_are_a_question(text: str) -> None:
    reading = read(text, MONDAY, country="ES")
    assert reading is not None
    assert len(reading.candidates) > 1
    assert all(c.assumed == {"check_in", "check_out"} for c in reading.candidates)


SESSION = Stay(D(2027, 3, 20), D(2027, 3, 22))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no, del 21 al 23", [(D(2027, 3, 21), D(2027, 3, 23))]),
        ("no, del 21", [(D(2027, 3, 21), D(2027, 3, 22))]),
        ("lo mismo pero un día más", [(D(2027, 3, 20), D(2027, 3, 23))]),
        ("una noche más", [(D(2027, 3, 20), D(2027, 3, 23))]),
        ("una noche menos", [(D(2027, 3, 20), D(2027, 3, 21))]),
        ("mejor 3 noches", [(D(2027, 3, 20), D(2027, 3, 23))]),
        ("hasta el 25", [(D(2027, 3, 20), D(2027, 3, 25))]),
        ("lo mismo pero una semana después", [(D(2027, 3, 27), D(2027, 3, 29))]),
        ("mejor el 25", [(D(2027, 3, 25), D(2027, 3, 27))]),
    ],
)
def test_corrections_are_heard_against_the_stay_that_is_talked_about(text: str, expected: list[tuple[date, date]]) -> None:
    assert expected == dates(text, MONDAY, stay=SESSION)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("el 22", [(D(2026, 12, 20), D(2026, 12, 22))]),
        ("hasta el domingo", [(D(2026, 12, 20), D(2026, 12, 27))]),
        ("3 noches", [(D(2026, 12, 20), D(2026, 12, 23))]),
        ("una semana", [(D(2026, 12, 20), D(2026, 12, 27))]),
        ("25", [(D(2026, 12, 20), D(2026, 12, 25)), (D(2026, 12, 20), D(2027, 1, 14))]),
    ],
)
def test_a_departure_that_was_asked_for_counts_from_the_arrival(text: str, expected: list[tuple[date, date]]) -> None:
    assert expected == dates(text, MONDAY, arrival=D(2026, 12, 20), expecting=Expecting.DEPARTURE)


@pytest.mark.parametrize(
    "text",
    [
        "24/7",
        "buenas noches",
        "precio por noche",
        "vista al mar",
        "la segunda",
        "may I come?",
        "a fin de mes",
        "por la mañana",
        "abren de 8 a 20?",
        "pagué el 5",
    ],
)
def test_words_that_sound_like_dates_are_none(text: str) -> None:
    assert read(text, MONDAY, "en" if text.startswith("may") else "es") is None
