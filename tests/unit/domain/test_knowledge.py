"""Which entry answers a question: by the subject it names, by likeness to a question of the hotel's own, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.files.tenants import demo_hotel
from hotel_agent.domain.knowledge import Entry, Found, Knowledge, mentions
from hotel_agent.domain.subjects import SUBJECTS
from hotel_agent.domain.understanding import Language
from hotel_agent.domain.wordlists import stems_of

DEMO = demo_hotel().all()[0].knowledge
ES, EN = Language.ES, Language.EN


def ids(question: str, knowledge: Knowledge = DEMO) -> list[str]:
    return [entry.id for entry in knowledge.find(question).entries]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("¿tienen pileta?", ["pool"]),
        ("hay piscina o alberca??", ["pool"]),
        ("Is there a swimming pool?", ["pool"]),
        ("tem piscina?", ["pool"]),
        ("cochera?", ["parking"]),
        ("¿dónde puedo estacionar?", ["parking"]),
        ("Do you have a car park?", ["parking"]),
        ("tem vaga de garagem?", ["parking"]),
        ("¿El desayuno está incluido?", ["breakfast"]),
        ("a que horas é o café da manhã?", ["breakfast"]),
        ("¿Aceptan mascotas? Tengo dos perritos", ["pets"]),
        ("can I bring my dog", ["pets"]),
        ("wifi gratis?", ["wifi"]),
        ("GIMNASIO", ["gym"]),
        ("vocês têm academia", ["gym"]),
        ("¿hay aire acondicionado?", ["air_conditioning"]),
        ("calefacción tienen?", ["air_conditioning"]),
        ("¿puedo cancelar gratis?", ["cancellation"]),
        ("do you take credit cards?", ["cards"]),
        ("is it ok to smoke?", ["smoking"]),
        ("cadeira de rodas", ["accessibility"]),
    ],
)
def test_the_words_of_guests_find_the_entry_on_their_subject(question: str, expected: list[str]) -> None:
    assert ids(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("¿venden imanes o recuerdos del hotel?", "souvenirs"),
        ("do you sell any souvenirs?", "souvenirs"),
        ("dá pra visitar o quê por perto?", "sights"),
        ("can i organise an event there", "celebrations"),
    ],
)
def test_a_question_like_one_of_the_hotels_own_finds_its_answer(question: str, expected: str) -> None:
    assert ids(question) == [expected]


def test_two_things_in_one_question_find_both() -> None:
    assert sorted(ids("¿tienen pileta y cochera?")) == ["parking", "pool"]


def test_a_known_subject_without_an_entry_is_missing() -> None:
    assert Knowledge().find("¿tienen sauna?") == Found(missing=("sauna",))


def test_a_thing_nobody_has_told_us_of_is_strange() -> None:
    found = DEMO.find("¿tienen helipuerto?")
    assert (found.entries, found.missing, found.strange) == ((), (), ("helipuert",))


@pytest.mark.parametrize("question", ["¿qué servicios tienen?", "what amenities do you have?", "que serviços o hotel oferece?"])
def test_a_question_about_everything_names_nothing_strange(question: str) -> None:
    assert DEMO.find(question) == Found()


def test_a_term_of_several_words_wins_over_the_one_inside_it() -> None:
    assert Knowledge().find("¿hay servicio a la habitación?").missing == ("room_service",)


def test_a_hotels_own_words_find_an_entry_of_any_name() -> None:
    own = Knowledge(entries=(Entry(id="quincho", texts=((ES, "Hay quincho."),), words=("quincho techado", "barbacoa")),))
    assert ids("¿hay barbacoas?", own) == ["quincho"]


def test_an_entry_is_told_in_the_guests_language_or_else_in_its_first() -> None:
    entry = Entry(id="pool", texts=((ES, "Hay."), (EN, "Yes.")))
    assert [entry.text(language) for language in Language] == ["Hay.", "Yes.", "Hay."]


@pytest.mark.parametrize(
    ("left", "right"), [("Toallas", "toalla"), ("cunitas", "CUNITO"), ("pools", "pool"), ("estaciónes", "estacion")]
)
def test_number_gender_case_and_accents_do_not_count(left: str, right: str) -> None:
    assert stems_of(left) == stems_of(right)


def test_a_text_mentions_a_subject_by_any_of_its_terms() -> None:
    assert mentions("No tenemos alberca.", ["pool"], ())
    assert not mentions("Tenemos jardín.", ["pool"], ("helipuert",))


@given(st.text(max_size=400))
def test_no_text_makes_finding_fail(text: str) -> None:
    assert len(DEMO.find(text).entries) <= 3


@given(st.sampled_from(sorted(SUBJECTS)), st.data())
def test_every_term_of_a_subject_finds_its_entry(subject: str, data: st.DataObject) -> None:
    term = data.draw(st.sampled_from(SUBJECTS[subject].split("|")))
    own = Knowledge(entries=(Entry(id=subject, texts=((ES, "x"),)),))
    assert subject in ids(term, own)
