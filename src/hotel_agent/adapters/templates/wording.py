"""The messages of one language, parsed once."""

from collections.abc import Mapping
from importlib.resources import files

from fluent.runtime import FluentBundle, FluentResource

from hotel_agent.domain.understanding import Language

Words = Mapping[str, str | int]
"""What a message is told; whatever a value contains, it is text and never syntax."""


def message_source(language: Language) -> str:
    """The Fluent file of *language* that comes with the package."""
    return files("hotel_agent.adapters.templates").joinpath("messages", f"{language.value}.ftl").read_text("utf-8")


_LARGEST = 10**12


class Wording:
    """Says messages of one language by their keys. Saying never raises: a missing argument shows as its name."""

    def __init__(self, language: Language, source: str) -> None:
        self.language = language
        self._bundle = FluentBundle([language.value], use_isolating=False)
        self._bundle.add_resource(FluentResource(source))

    def has(self, key: str) -> bool:
        return self._bundle.has_message(key)

    def compose(self, key: str, words: Words) -> tuple[str, tuple[str, ...]]:
        """Return the message and what was wrong with it: an unknown key, a missing argument."""
        if not self.has(key):
            return key, (f"no message {key}",)
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            return key, (f"{key} has no text",)
        fitting = {name: word if isinstance(word, str) else _within_limits(word) for name, word in words.items()}
        text, errors = self._bundle.format_pattern(pattern, fitting)
        return str(text), tuple(f"{key}: {error}" for error in errors)

    def say(self, key: str, words: Words) -> str:
        return self.compose(key, words)[0]


def _within_limits(number: int) -> int:
    # Larger ones make the formatting of numbers fail, and nothing a hotel counts comes near.
    return max(-_LARGEST, min(number, _LARGEST))


def bundled_wordings() -> dict[Language, Wording]:
    """Every language that comes with the package."""
    return {language: Wording(language, message_source(language)) for language in Language}
