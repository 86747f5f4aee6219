"""What use has shown: parties that cannot be, keys struck at random, wishes beside choices, the language of a text."""

import random
from datetime import date

import pytest

from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.understanding import Expecting, Intent, Language, Listening, RoomKind, Understanding

UNDERSTANDER = LocalUnderstander.load()
TODAY = date(2026, 11, 21)
ALPHABETS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "accented": "abcdefghijklmnñopqrstuvwxyzáéíóúãõç",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщыэюя",
    "greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "keys": "asdfjkl",
}
BOOKING = {Intent.AFFIRM, Intent.DENY, Intent.CREATE_RESERVATION, Intent.CANCEL_RESERVATION, Intent.MODIFY_RESERVATION}
_KEPT, _DOUBTED = 0.02, 0.6


def hear(text: str, expecting: Expecting = Expecting.NOTHING, language: Language = Language.ES) -> Understanding:
    return UNDERSTANDER.hear(text, Listening(today=TODAY, expecting=expecting, language=language, options=3))


@pytest.mark.parametrize(
    ("text", "adults"),
    [
        ("para 0 adultos del 20 al 22 de diciembre", 0),
        ("cero adultos", 0),
        ("for 0 adults", 0),
        ("para 0 personas", 0),
        ("para 40 personas", 40),
        ("quiero reservar para 120 personas", 120),
        ("somos 45", 45),
        ("12345 personas", None),
    ],
)
def test_a_party_that_cannot_be_is_heard_as_it_was_said(text: str, adults: int | None) -> None:
    assert adults == hear(text).slots.adults


@pytest.mark.parametrize(("text", "rooms"), [("200 habitaciones del 20 al 22", 200), ("100 rooms", 100), ("0 habitaciones", 0)])
def test_so_are_rooms_that_cannot_be(text: str, rooms: int) -> None:
    assert rooms == hear(text).slots.rooms


def test_no_children_may_be_said_with_a_nought() -> None:
    assert hear("2 adultos y 0 niños").slots.child_ages == ()


@pytest.mark.parametrize(("text", "adults"), [("0", 0), ("120", 120), ("3", 3), ("cero", 0), ("10000", None)])
def test_a_bare_number_answers_how_many_come(text: str, adults: int | None) -> None:
    assert adults == hear(text, Expecting.PARTY).slots.adults


@pytest.mark.parametrize(
    "text",
    ["ñ" * 300, "a" * 300, "ssss", "nnnnnnnn", "qwerty asdf zxcv", "lkjhg", "KRSXG5BAMRQXG3DF", "你好", "привет как дела"],
)
@pytest.mark.parametrize("expecting", [Expecting.NOTHING, Expecting.YES, Expecting.NAME])
def test_keys_struck_at_random_are_not_acted_on(text: str, expecting: Expecting) -> None:
    if expecting is Expecting.NAME and text[0] in "你п":
        pytest.skip("a name may be written in any alphabet")
    heard = hear(text, expecting)
    assert (heard.intent, heard.confidence < _DOUBTED, heard.slots.name) == (Intent.OUT_OF_SCOPE, True, None)


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_random_letters_are_hardly_ever_believed_and_never_book(alphabet: str) -> None:
    letters = random.Random(11)
    believed = 0
    rounds = 400
    for _ in range(rounds):
        words = ["".join(letters.choices(ALPHABETS[alphabet], k=letters.randint(4, 14))) for _ in range(letters.randint(1, 6))]
        heard = hear(" ".join(words), letters.choice([Expecting.NOTHING, Expecting.YES, Expecting.CANCEL_YES, Expecting.OFFER]))
        if heard.confidence >= _DOUBTED:
            believed += 1
            assert heard.intent not in BOOKING, words
    assert believed <= _KEPT * rounds


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        (yes, Intent.AFFIRM)
        for yes in ("sí", "si", "siii", "ok", "oki", "dale", "sim", "yep", "yes", "vale", "va", "isso", "sip")
    ]
    + [(no, Intent.DENY) for no in ("no", "nooo", "não", "nope", "nah")],
)
def test_short_words_that_mean_something_still_do(text: str, intent: Intent) -> None:
    heard = hear(text, Expecting.YES)
    assert (heard.intent, heard.confidence >= _DOUBTED) == (intent, True)


@pytest.mark.parametrize("expecting", [Expecting.NOTHING, Expecting.OFFER])
@pytest.mark.parametrize(
    "text",
    [
        "Reservar habitación 17 para 2026-12-20",
        "Reservar habitación 17 para el 20 de diciembre",
        "quiero reservar la 2",
        "book room 3",
        "I'd like to book the second one",
        "quero reservar a segunda",
    ],
)
def test_a_verb_of_booking_beside_a_choice_is_a_wish_to_book(text: str, expecting: Expecting) -> None:
    assert hear(text, expecting).intent is Intent.CREATE_RESERVATION


@pytest.mark.parametrize("text", ["la 2", "la segunda", "habitación 5", "2"])
def test_a_choice_alone_is_a_detail(text: str) -> None:
    assert hear(text, Expecting.OFFER).intent is Intent.PROVIDE_DETAILS


def test_the_words_that_confirm_with_details_are_a_yes_in_spanish() -> None:
    heard = hear("Confirmar reserva: Juan Pérez, juan@example.com, +34666777888", Expecting.YES)
    assert (heard.intent, heard.language) == (Intent.AFFIRM, Language.ES)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "text",
    ["123", "2", "20/12", "juan@example.com", "+34 666 777 888", "María López", "João da Silva", "ok", "no", "👍", "xkwvz"],
)
def test_a_text_without_a_language_keeps_that_of_the_conversation(text: str, language: Language) -> None:
    assert language is hear(text, language=language).language


@pytest.mark.parametrize(("text", "language"), [("yes", Language.EN), ("sim", Language.PT), ("yes please", Language.EN)])
def test_a_yes_tells_its_language(text: str, language: Language) -> None:
    assert language is hear(text).language


@pytest.mark.parametrize("text", ["sí, resérvala", "vale, adelante", "sí, por favor", "yes please go ahead"])
@pytest.mark.parametrize("expecting", [Expecting.NOTHING, Expecting.YES])
def test_a_yes_with_its_verb_is_a_yes(text: str, expecting: Expecting) -> None:
    assert hear(text, expecting).intent is Intent.AFFIRM


@pytest.mark.parametrize("text", ["sí, cancélala", "sí, cancelar", "yes, cancel it", "sim, pode cancelar"])
def test_a_yes_that_cancels_never_books(text: str) -> None:
    told = [hear(text, expecting).intent for expecting in (Expecting.CANCEL_YES, Expecting.YES, Expecting.NOTHING)]
    assert told == [Intent.AFFIRM, Intent.CANCEL_RESERVATION, Intent.CANCEL_RESERVATION]


@pytest.mark.parametrize("text", ["qwerty asdf zxcv", "asdfgh", "hjkl", "xzcv bnm"])
def test_keys_struck_at_random_are_no_name(text: str) -> None:
    assert hear(text, Expecting.NAME).slots.name is None


@pytest.mark.parametrize("name", ["Ng", "Li Wu", "Krzysztof Szczęsny", "Ana", "Иван Петров"])
def test_rare_names_are_names(name: str) -> None:
    assert name == hear(name, Expecting.NAME).slots.name


@pytest.mark.parametrize("text", ["en marzo", "in March", "em março", "para marzo"])
def test_a_month_alone_asks_for_rooms_without_dates(text: str) -> None:
    heard = hear(text)
    assert (heard.intent, heard.slots.stay) == (Intent.CHECK_AVAILABILITY, None)


def test_nights_named_one_by_one_are_counted_from_the_first() -> None:
    stay = hear("dos noches: 20 y 21 de enero").slots.stay
    assert stay is not None
    assert [(c.arrival, c.departure) for c in stay.candidates] == [(date(2027, 1, 20), date(2027, 1, 22))]


def test_boxing_day_is_a_day_and_no_name() -> None:
    slots = hear("Boxing Day", language=Language.EN).slots
    assert slots.stay is not None
    assert ([c.arrival for c in slots.stay.candidates], slots.name) == ([date(2026, 12, 26)], None)


@pytest.mark.parametrize(
    ("text", "intent"), [("gracias!", Intent.THANKS), ("Gracias!!", Intent.THANKS), ("obrigado!", Intent.THANKS)]
)
def test_an_exclamation_mark_changes_nothing(text: str, intent: Intent) -> None:
    heard = hear(text)
    assert (heard.intent, heard.confidence >= 0.8) == (intent, True)


@pytest.mark.parametrize("text", ["no, la segunda", "no, del 21 al 23", "no, para tres"])
@pytest.mark.parametrize("expecting", [Expecting.NAME, Expecting.YES, Expecting.OFFER])
def test_a_no_that_names_something_else_is_a_change(text: str, expecting: Expecting) -> None:
    assert hear(text, expecting).intent is Intent.PROVIDE_DETAILS


@pytest.mark.parametrize("text", ["no sé", "I don't know", "não sei"])
def test_not_knowing_is_no_refusal(text: str) -> None:
    assert hear(text, Expecting.PHONE).confidence < _DOUBTED


def test_dates_with_a_question_mark_are_asked_about() -> None:
    assert hear("del 3 al 9 de enero?").intent is Intent.CHECK_AVAILABILITY
    assert hear("del 3 al 9 de enero").intent is Intent.PROVIDE_DETAILS


@pytest.mark.parametrize("text", ["y para tres?", "e para três?", "and the suite?"])
def test_another_party_or_room_for_the_stay_that_is_talked_about_is_a_detail(text: str) -> None:
    stay = Stay(date(2027, 3, 10), date(2027, 3, 12))
    heard = UNDERSTANDER.hear(text, Listening(today=TODAY, stay=stay))
    assert (heard.intent, heard.confidence >= 0.8) == (Intent.PROVIDE_DETAILS, True)


@pytest.mark.parametrize(
    ("text", "language"),
    [("habitación 12 al 14 de mayo", "es"), ("double room 12 to 14 May", "en"), ("quarto 12 a 14 de maio", "pt")],
)
def test_days_right_behind_a_room_are_no_room(text: str, language: str) -> None:
    slots = hear(text, language=Language(language)).slots
    assert slots.stay is not None
    assert [(c.arrival, c.departure) for c in slots.stay.candidates] == [(date(2027, 5, 12), date(2027, 5, 14))]
    assert slots.room_id is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Reservar habitación 2 para 2027-08-01", "es"),
        ("Book room 2 for 2027-08-01", "en"),
        ("Reservar quarto 2 para 2027-08-01", "pt"),
    ],
)
def test_a_room_for_a_day_is_both(text: str, language: str) -> None:
    slots = hear(text, language=Language(language)).slots
    assert slots.stay is not None
    assert [(c.arrival, c.departure) for c in slots.stay.candidates] == [(date(2027, 8, 1), None)]
    assert slots.room_id == "2"


def test_dias_is_a_family_name_too() -> None:
    assert hear("Rosa Dias, rosa@example.com", Expecting.NAME, Language.PT).slots.name == "Rosa Dias"


def test_a_family_room_said_in_full_is_a_kind() -> None:
    assert hear("the family room", Expecting.OFFER, Language.EN).slots.room_kind is RoomKind.FAMILY


def test_a_day_of_month_chooses_among_dates_and_is_no_offer() -> None:
    assert hear("el del 14", Expecting.DATES_CHOICE).slots.option == 14
    assert hear("llegamos el 19", Expecting.OFFER).slots.option is None


@pytest.mark.parametrize("text", ["resérvala", "reservala porfa", "reserve it"])
def test_a_booking_verb_alone_wants_to_book(text: str) -> None:
    heard = hear(text, Expecting.OFFER)
    assert (heard.intent, heard.confidence >= 0.8) == (Intent.CREATE_RESERVATION, True)
