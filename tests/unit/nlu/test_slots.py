from datetime import date, time

import pytest

from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.domain.understanding import Expecting, Language, Listening, RoomKind, Slots

UNDERSTANDER = LocalUnderstander.load()
TODAY = date(2026, 11, 21)


def slots(text: str, language: str = "es", **values: object) -> Slots:
    return UNDERSTANDER.hear(text, Listening(**{"today": TODAY, "language": Language(language), **values})).slots  # type: ignore[arg-type]  # keyword arguments of many types


@pytest.mark.parametrize(
    ("text", "language", "adults", "ages"),
    [
        ("2 adultos", "es", 2, None),
        ("2+2", "es", 2, (None, None)),
        ("2 + 1", "es", 2, (None,)),
        ("pareja con bebé", "es", 2, (0,)),
        ("somos una pareja y dos niños", "es", 2, (None, None)),
        ("dos parejas", "es", 4, None),
        ("somos cuatro", "es", 4, None),
        ("para tres?", "es", 3, None),
        ("dos adultos y un nene de 4", "es", 2, (4,)),
        ("2 adultos y 2 niños de 4 y 6 años", "es", 2, (4, 6)),
        ("2 adultos, 2 menores (3 y 7 años)", "es", 2, (3, 7)),
        ("2 adultos y 3 niños de 5 años", "es", 2, (5, 5, 5)),
        ("mi esposa y yo", "es", 2, None),
        ("voy con mi novio", "es", 2, None),
        ("viajo solo", "es", 1, None),
        ("4 personas", "es", 4, None),
        ("una persona", "es", 1, None),
        ("2 adultos sin niños", "es", 2, ()),
        ("2 adultos y un bebé de 8 meses", "es", 2, (0,)),
        ("un matrimonio con 2 hijos de 10 y 12", "es", 2, (10, 12)),
        ("2 adults and 2 kids aged 5 and 7", "en", 2, (5, 7)),
        ("two adults and a 4 year old", "en", 2, (4,)),
        ("we are four", "en", 4, None),
        ("party of 5", "en", 5, None),
        ("my wife and I", "en", 2, None),
        ("just me", "en", 1, None),
        ("a couple with a baby", "en", 2, (0,)),
        ("six people", "en", 6, None),
        ("for two", "en", 2, None),
        ("dois adultos e uma criança de 6", "pt", 2, (6,)),
        ("casal com bebê", "pt", 2, (0,)),
        ("somos quatro", "pt", 4, None),
        ("vamos em 3", "pt", 3, None),
        ("eu e minha esposa", "pt", 2, None),
    ],
)
def test_parties_are_counted_with_the_ages_that_were_said(
    text: str, language: str, adults: int, ages: tuple[int | None, ...] | None
) -> None:
    found = slots(text, language)
    assert (adults, ages) == (found.adults, found.child_ages)


@pytest.mark.parametrize(
    "text",
    ["2 noches", "el 2", "para el 3 de mayo", "habitación 4", "a las 4", "4 estrellas", "100 euros", "2/3", "para 2 noches"],
)
def test_numbers_that_count_something_else_are_no_party(text: str) -> None:
    assert slots(text).adults is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("me llamo Ana", "Ana"),
        ("a nombre de José Luis García-Márquez y Pérez", "José Luis García-Márquez y Pérez"),
        ("mi nombre es maría de la cruz", "María de la Cruz"),
        ("soy Sean O'Connor", "Sean O'Connor"),
        ("my name is Ludwig van der Berg", "Ludwig van der Berg"),
        ("meu nome é João da Silva", "João da Silva"),
        ("Hola, soy Laura Gil y quiero una doble", "Laura Gil"),
        ("Nombre: Carlos Ruiz, email: c@x.es", "Carlos Ruiz"),
        ("Confirmar reserva: Juan Pérez, juan@example.com, +34666777888", "Juan Pérez"),
        ("I'm Tom Baker, tom@mail.com", "Tom Baker"),
    ],
)
def test_names_are_taken_whole_with_particles_and_apostrophes(text: str, name: str) -> None:
    assert name == slots(text).name


@pytest.mark.parametrize(
    "text",
    ["soy de Madrid", "soy alérgico", "i'm looking for a room", "soy el huésped de ayer", "sou brasileiro", "Buenos días"],
)
def test_what_follows_soy_is_not_always_a_name(text: str) -> None:
    assert slots(text).name is None


@pytest.mark.parametrize(
    "text", ["quiero hablar con una persona", "no", "cancelar", "mejor mañana", "cuánto sale?", "sí", "la doble", "what?"]
)
def test_an_answer_that_is_no_name_is_none_even_when_a_name_was_asked_for(text: str) -> None:
    assert slots(text, expecting=Expecting.NAME).name is None


@pytest.mark.parametrize(
    ("text", "name"), [("juan perez", "Juan Perez"), ("Ana", "Ana"), ("maria jose lopez de haro", "Maria Jose Lopez de Haro")]
)
def test_a_bare_name_is_one_when_it_was_asked_for(text: str, name: str) -> None:
    assert name == slots(text, expecting=Expecting.NAME).name


@pytest.mark.parametrize(
    ("text", "values", "phone"),
    [
        ("+34 666 777 888", {}, "+34666777888"),
        ("mi tel es 666 77 78 88", {}, "+34666777888"),
        ("0034 666777888", {}, "+34666777888"),
        ("11 91234-5678", {"region": "BR", "language": "pt"}, "+5511912345678"),
        ("+55 (11) 91234-5678", {"language": "pt"}, "+5511912345678"),
        ("+44 7700 900123", {"language": "en"}, "+447700900123"),
        ("(212) 555-0123", {"country": "US", "language": "en", "expecting": Expecting.PHONE}, "+12125550123"),
    ],
)
def test_phones_are_written_internationally_by_the_guests_region(text: str, values: dict[str, object], phone: str) -> None:
    language = str(values.pop("language", "es"))
    assert phone == slots(text, language, **values).phone


@pytest.mark.parametrize(
    "text",
    ["del 20/12/2026 al 22/12/2026", "2026-12-20 2026-12-22", "20-12-2026 a 22-12-2026", "reserva 10002345", "120000 pesos"],
)
def test_dates_codes_and_prices_are_no_phones(text: str) -> None:
    assert slots(text).phone is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("reserva 12", "12"),
        ("cancelar la reserva #12", "12"),
        ("mi código es ABC123", "ABC123"),
        ("localizador XKBQZR", "XKBQZR"),
        ("booking 4711", "4711"),
        ("ha-abcdefghijklmnopqrstuvwxyz por favor", "ha-ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("reserva nº 8812", "8812"),
    ],
)
def test_reservation_codes_are_read_after_their_word(text: str, code: str) -> None:
    assert code == slots(text).reservation_code


@pytest.mark.parametrize(
    "text", ["reserva 2 noches", "reserva para 2", "quiero una reserva 20/12", "reserva 2 habitaciones", "booking for 3 nights"]
)
def test_what_a_reservation_is_for_is_no_code(text: str) -> None:
    assert slots(text).reservation_code is None


def test_rooms_kinds_ids_and_names_are_told_apart() -> None:
    three = slots("3 habitaciones dobles")
    assert (three.rooms, three.room_id, three.room_kind) == (3, None, RoomKind.DOUBLE)
    seventh = slots("habitación 7")
    assert (seventh.rooms, seventh.room_id) == (None, "7")
    triples = slots("dos triples")
    assert (triples.rooms, triples.room_kind) == (2, RoomKind.TRIPLE)
    names = (("1", "Suite Vista al Mar"), ("2", "Doble Clásica"))
    assert slots("quiero la suite vista al mar", room_names=names).room_name == "Suite Vista al Mar"


@pytest.mark.parametrize(
    ("text", "language", "option"),
    [
        ("la 2", "es", 2),
        ("la segunda", "es", 2),
        ("opción 3", "es", 3),
        ("2", "es", 2),
        ("la última", "es", -1),
        ("the second one", "en", 2),
        ("option two", "en", 2),
        ("the last one", "en", -1),
        ("a segunda", "pt", 2),
        ("a primeira", "pt", 1),
        ("el primero", "es", 1),
    ],
)
def test_the_nth_of_what_was_offered(text: str, language: str, option: int) -> None:
    assert option == slots(text, language, expecting=Expecting.OFFER, options=3).option


@pytest.mark.parametrize(
    ("text", "language", "hour"),
    [
        ("a las 15:30", "es", time(15, 30)),
        ("a las 3 de la tarde", "es", time(15)),
        ("15hs", "es", time(15)),
        ("at 3pm", "en", time(15)),
        ("a las 9 y media", "es", time(9, 30)),
        ("at noon", "en", time(12)),
        ("às 15h", "pt", time(15)),
        ("a medianoche", "es", time(0)),
        ("12 am", "en", time(0)),
    ],
)
def test_times_of_day(text: str, language: str, hour: time) -> None:
    assert hour == slots(text, language).time_of_day


def test_a_price_in_the_words_is_told() -> None:
    assert slots("sí, a 100 euros").price_named
    assert slots("ok por $ 80").price_named
    assert not slots("sí, la 2").price_named


@pytest.mark.parametrize(
    "text", ["¡hay un incendio!", "es urgente", "me siento mal", "there is a fire", "está vazando gás", "hay una fuga de agua"]
)
def test_alarm_is_heard(text: str) -> None:
    assert slots(text, "pt" if "gás" in text else "es").urgent
