"""Nothing is missing from any language, nothing is left over, and all say the same things."""

from collections.abc import Iterator

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.adapters.templates.wording import Wording, Words, message_source
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

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802
        self.messages.add(node.id.name)


def parts_of(language: Language) -> dict[str, Parts]:
    found = {}
    for entry in FluentParser().parse(message_source(language)).body:
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


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture
def wording(language: Language) -> RecordingWording:
    """A wording that has said every sample there is, on every channel."""
    wordings = {known: RecordingWording(known, message_source(known)) for known in Language}
    renderer = FluentRenderer(wordings)
    for channel in Channel:
        for reply in SAMPLES:
            renderer.render([reply], language, HOTEL, channel)
    return wordings[language]


def test_no_message_is_missing_and_no_message_lacks_an_argument(wording: RecordingWording) -> None:
    assert wording.problems == set()


def test_no_message_is_left_over(wording: RecordingWording) -> None:
    parts = parts_of(wording.language)
    assert set(parts) - reached(wording.asked, parts) == set()


def test_every_language_has_the_messages_of_the_others(language: Language) -> None:
    assert set(parts_of(language)) == set(parts_of(Language.ES))


def test_every_message_names_the_same_variables_in_every_language(language: Language) -> None:
    here, there = parts_of(language), parts_of(Language.ES)
    assert {key: named(key, here) for key in here} == {key: named(key, there) for key in there}


def test_no_language_uses_marks_that_turn_the_direction_of_text(language: Language) -> None:
    wording = Wording(language, message_source(language))
    text = wording.say("stay-one-year", {"weekday": "x", "day": "1", "nights": 2})
    assert [sign for sign in text if sign in "\u2066\u2067\u2068\u2069\u200e\u200f"] == []


def test_a_key_that_does_not_exist_is_said_as_itself_and_reported(language: Language) -> None:
    wording = Wording(language, message_source(language))
    assert wording.compose("no-such-key", {}) == ("no-such-key", ("no message no-such-key",))


def test_a_missing_argument_is_reported(language: Language) -> None:
    wording = Wording(language, message_source(language))
    text, problems = wording.compose("cancelled", {})
    assert (len(problems), "code" in text) == (1, True)
