"""Nothing is missing from any language, nothing is left over, and all say the same things."""

from collections.abc import Iterator

import pytest
from attrs import evolve
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.adapters.templates.wording import VARIANTS, VOSEO, Wording, Words, message_source
from hotel_agent.domain.events import Channel
from hotel_agent.domain.understanding import Language
from hotel_agent.testing.contracts.rendering import HOTEL, SAMPLES


class RecordingWording(Wording):
    """A wording that notes what it was asked for and what went wrong."""

    def __init__(self, language: Language, source: str) -> None:
        super().__init__(language, source)
        self.asked: set[str] = set()
        self.problems: set[str] = set()

    def say(self, key: str, words: Words) -> str:
        text, problems = self.compose(key, words)
        self.asked.add(key)
        self.problems.update(problems)
        return text


class Parts(Visitor):
    """The variables a message names and the messages it is made of."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.messages: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the visitor's convention
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802  # the name is what the visitor looks for
        self.messages.add(node.id.name)


def parts_of(variant: str) -> dict[str, Parts]:
    found = {}
    for entry in FluentParser().parse(message_source(variant)).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            assert entry.id.name not in found, f"{entry.id.name} stands twice"
            found[entry.id.name] = Parts()
            found[entry.id.name].visit(entry)
    return found


def reached(keys: set[str], parts: dict[str, Parts]) -> set[str]:
    """Every message said when *keys* are said."""

    def follow(key: str) -> Iterator[str]:
        yield key
        for part in parts[key].messages:
            yield from follow(part)

    return {message for key in keys for message in follow(key)}


def named(key: str, parts: dict[str, Parts]) -> set[str]:
    """Every variable that decides what *key* says."""
    return {variable for name in reached({key}, parts) for variable in parts[name].variables}


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def wording(variant: str) -> RecordingWording:
    """A wording that has said every sample there is, on every channel."""
    language = Language(variant.partition("-")[0])
    wordings = {known: RecordingWording(known, message_source(known)) for known in Language}
    voseo = RecordingWording(Language.ES, message_source(VOSEO))
    renderer = FluentRenderer(wordings, voseo=voseo)
    for channel in Channel:
        for reply in SAMPLES:
            renderer.render([reply], language, evolve(HOTEL, voseo=variant == VOSEO), channel)
    return voseo if variant == VOSEO else wordings[language]


def test_no_message_is_missing_and_no_message_lacks_an_argument(wording: RecordingWording) -> None:
    assert wording.problems == set()


def test_no_message_is_left_over(wording: RecordingWording, variant: str) -> None:
    parts = parts_of(variant)
    assert set(parts) - reached(wording.asked, parts) == set()


def test_every_language_has_the_messages_of_the_others(variant: str) -> None:
    assert set(parts_of(variant)) == set(parts_of(Language.ES))


def test_every_message_names_the_same_variables_in_every_language(variant: str) -> None:
    here, there = parts_of(variant), parts_of(Language.ES)
    assert {key: named(key, here) for key in here} == {key: named(key, there) for key in there}


def test_no_language_uses_marks_that_turn_the_direction_of_text(variant: str) -> None:
    wording = Wording(Language(variant.partition("-")[0]), message_source(variant))
    text = wording.say("stay-one-year", {"weekday": "x", "day": "1", "nights": 2})
    assert [sign for sign in text if sign in "\u2066\u2067\u2068\u2069\u200e\u200f"] == []


def test_a_key_that_does_not_exist_is_said_as_itself_and_reported(variant: str) -> None:
    wording = Wording(Language(variant.partition("-")[0]), message_source(variant))
    assert wording.compose("no-such-key", {}) == ("no-such-key", ("no message no-such-key",))


def test_a_missing_argument_is_reported(variant: str) -> None:
    wording = Wording(Language(variant.partition("-")[0]), message_source(variant))
    text, problems = wording.compose("cancelled", {})
    assert (len(problems), "code" in text) == (1, True)
