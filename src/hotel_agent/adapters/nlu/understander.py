"""The embedded understander: local, without a model download, the same answer for the same words."""

from collections.abc import Mapping

from attrs import frozen

from hotel_agent.adapters.nlu.classifier import IntentClassifier
from hotel_agent.adapters.nlu.features import words_of
from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.intents import decide
from hotel_agent.adapters.nlu.languages import lexicons
from hotel_agent.adapters.nlu.lexemes import Lexicon
from hotel_agent.adapters.nlu.slots import masked, read_slots, slot_names
from hotel_agent.adapters.nlu.tokens import tokenize
from hotel_agent.domain.understanding import Language, Listening, Understanding
from hotel_agent.ports.understanding import Understander


@frozen
class LocalUnderstander(Understander):
    """Understands Spanish, English and Portuguese in process; `load()` reads the model and builds the word lists, once."""

    _classifier: IntentClassifier
    _lexicons: Mapping[Language, Lexicon]

    @classmethod
    def load(cls) -> "LocalUnderstander":
        """
        Return an understander with the model shipped in the package.

        Raises:
            InvalidValue: the model file is damaged or of another version.

        """
        return cls(IntentClassifier.load(), lexicons())

    async def understand(self, text: str, listening: Listening) -> Understanding:
        return self.hear(text, listening)

    def hear(self, text: str, listening: Listening) -> Understanding:
        """Do what `understand` does, for callers without an event loop."""
        tokens = tokenize(text)
        language = self._classifier.language(words_of(tokens), listening.language)
        hearing = Hearing(text, tokens, self._lexicons[language].read(tokens), language, listening)
        slots = read_slots(hearing)
        words = words_of(tokens, masked(hearing))
        decision = decide(self._classifier, hearing, words, slot_names(hearing))
        return Understanding(
            intent=decision.intent,
            confidence=decision.confidence,
            language=language,
            slots=slots,
            runners_up=decision.runners_up,
            also=decision.also,
        )
