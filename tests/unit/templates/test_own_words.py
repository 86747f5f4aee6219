"""Voseo, and what a hotel says instead of us."""

from collections.abc import Mapping

import pytest
from attrs import evolve

from hotel_agent.adapters.templates.overriding import mistakes_in
from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.adapters.templates.wording import VARIANTS, VOSEO, message_source
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.events import Channel
from hotel_agent.domain.replies import Note, Reply
from hotel_agent.domain.understanding import Language
from hotel_agent.testing.contracts.rendering import HOTEL

ARGENTINE = evolve(HOTEL, voseo=True, country="AR", currency="ARS")


def say(reply: Reply, *, language: Language = Language.ES, own: Mapping[str, str] | None = None, voseo: bool = False) -> str:
    renderer = FluentRenderer(own={HOTEL.id: own} if own else None)
    return renderer.render([reply], language, ARGENTINE if voseo else HOTEL, Channel.API).text


def test_spanish_is_said_with_voseo_only_behind_its_flag() -> None:
    assert say(Note.ASK_OFFER) == "¿Cuál prefieres? Responde con el número o el nombre."
    assert say(Note.ASK_OFFER, voseo=True) == "¿Cuál preferís? Respondé con el número o el nombre."


def test_other_languages_do_not_know_voseo() -> None:
    assert say(Note.ASK_OFFER, language=Language.EN, voseo=True) == say(Note.ASK_OFFER, language=Language.EN)


def test_a_hotels_own_message_is_said_and_the_rest_stays() -> None:
    own = {"es": "greeting = ¡Bienvenidos a { $hotel }!"}
    assert say(Note.GREETING, own=own) == "¡Bienvenidos a Hotel Muestra!"
    assert say(Note.GREETING, own=own, language=Language.EN) == say(Note.GREETING, language=Language.EN)
    assert say(Note.THANKS, own=own) == say(Note.THANKS)


def test_another_hotel_does_not_say_it() -> None:
    renderer = FluentRenderer(own={HOTEL.id: {"es": "thanks = De nada."}})
    other = evolve(HOTEL, id=type(HOTEL.id)("other"))
    assert renderer.render([Note.THANKS], Language.ES, other, Channel.API).text == say(Note.THANKS)


def test_what_is_said_in_spanish_is_said_with_voseo_too_unless_that_says_otherwise() -> None:
    own = {"es": "thanks = De nada.\ngoodbye = Adiós."}
    both = own | {"es-AR": "goodbye = Chau."}
    assert [say(note, own=both, voseo=True) for note in (Note.THANKS, Note.GOODBYE)] == ["De nada.", "Chau."]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("grreeting = Hola", ["line 1: `grreeting` is not a message of ours"]),
        ("\nthanks = De nada, { $guest }", ["line 2: `thanks` names { $guest }, which it is not given"]),
        ("cancelled = Cancelada.", ["line 1: `cancelled` must name { $code }"]),
        ("thanks = a\nthanks = b", ["line 2: `thanks` is said above already"]),
        ("thanks = { nothing }", ["line 1: `thanks` is made of `nothing`, which is not a message of ours"]),
        ("thanks = { reach } { $check-in }", []),
        ("fallback = No te entendí.", []),
    ],
)
def test_mistakes_in_own_messages_are_told_with_their_line(source: str, told: list[str]) -> None:
    assert list(mistakes_in(source, message_source("es"))) == told


def test_text_that_is_not_fluent_is_told_with_its_line() -> None:
    [told] = mistakes_in("thanks = x\n\nthis is nothing\n", message_source("en"))
    assert told.startswith("line 3: is not Fluent")


def test_wrong_messages_stop_the_start() -> None:
    with pytest.raises(ConfigurationError) as caught:
        FluentRenderer(own={HOTEL.id: {"es": "nope = x", "en": "cancelled = Gone"}})
    assert caught.value.problems == (
        "hotel sample: messages.es.ftl: line 1: `nope` is not a message of ours",
        "hotel sample: messages.en.ftl: line 1: `cancelled` must name { $code }",
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_our_own_messages_could_be_a_hotels(variant: str) -> None:
    assert mistakes_in(message_source(variant), message_source("es")) == ()


def test_voseo_is_a_variant_with_a_file_of_its_own() -> None:
    assert "Decime las fechas" in message_source(VOSEO)
