"""The messages of one language, parsed once, when somebody first speaks it."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Final

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Resource, TextElement

from hotel_agent.adapters.templates.overriding import mistakes_in
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.understanding import Language

Words = Mapping[str, str | int]
"""What a message is told; whatever a value contains, it is text and never syntax."""


VOSEO: Final = "es-AR"
"""Spanish as in Argentina: a variant with a file of its own."""

VARIANTS: Final = (*(language.value for language in Language), VOSEO)


def message_source(variant: str) -> str:
    """The Fluent file of a language or of a *variant* of one (`es-AR`) that comes with the package."""
    return files("hotel_agent.adapters.templates").joinpath("messages", f"{variant}.ftl").read_text("utf-8")


_LARGEST = 10**12


class Wording:
    """Says messages of one language by their keys. Saying never raises: a missing argument shows as its name."""

    def __init__(self, language: Language, source: str, *instead: str) -> None:
        """Say what *source* says, and what the later sources say *instead* of single messages."""
        self.language = language
        self._sources = (source, *instead)

    @cached_property
    def _bundle(self) -> FluentBundle:
        # Some 50 ms a language: most hotels' guests speak one or two, and whoever starts a service waits for none.
        bundle = FluentBundle([self.language.value], use_isolating=False)
        for source in self._sources:
            bundle.add_resource(_parsed(source), allow_overrides=True)
        return bundle

    def has(self, key: str) -> bool:
        return self._bundle.has_message(key)

    def compose(self, key: str, words: Words) -> tuple[str, tuple[str, ...]]:
        """Return the message and what was wrong with it: an unknown key, a missing argument."""
        if not self.has(key):
            return key, (f"no message {key}",)
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            return key, (f"{key} has no text",)
        if isinstance(pattern, TextElement):
            # It names nothing: most messages are such.
            return pattern.value, ()
        fitting = {name: word if isinstance(word, str) else _within_limits(word) for name, word in words.items()}
        text, errors = self._bundle.format_pattern(pattern, fitting)
        return str(text), tuple(f"{key}: {error}" for error in errors)

    def say(self, key: str, words: Words) -> str:
        return self.compose(key, words)[0]


@lru_cache(maxsize=32)
def _parsed(source: str) -> Resource:
    """Parse once what several wordings are made of: it is the slowest part of making them, and nobody changes the result."""
    return FluentResource(source)


def _within_limits(number: int) -> int:
    # Larger ones make the formatting of numbers fail, and nothing a hotel counts comes near.
    return max(-_LARGEST, min(number, _LARGEST))


def variant_wording(variant: str) -> Wording:
    """The wording of a language or variant that comes with the package."""
    return Wording(Language(variant.partition("-")[0]), message_source(variant))


def own_wordings(own: Mapping[TenantId, Mapping[str, str]]) -> dict[tuple[TenantId, str], Wording]:
    """
    Lay what hotels say over what we say. What a hotel says in Spanish it says with voseo too, unless `es-AR` says otherwise.

    Raises:
        ConfigurationError: every mistake in every hotel's messages.

    """
    problems = [
        f"hotel {tenant}: messages.{variant}.ftl: {problem}"
        for tenant, sources in own.items()
        for variant, source in sources.items()
        for problem in mistakes_in(source, message_source(variant))
    ]
    if problems:
        raise ConfigurationError(problems)
    wordings = {}
    for tenant, sources in own.items():
        for variant in VARIANTS:
            language = Language(variant.partition("-")[0])
            instead = [sources[name] for name in dict.fromkeys((language.value, variant)) if name in sources]
            if instead:
                wordings[tenant, variant] = Wording(language, message_source(variant), *instead)
    return wordings


def bundled_wordings() -> dict[Language, Wording]:
    """Every language that comes with the package."""
    return {language: Wording(language, message_source(language)) for language in Language}
