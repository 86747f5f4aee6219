"""The embedded understander: local, without a model download, the same answer for the same words."""

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from attrs import field, frozen

from hotel_agent.adapters.nlu.classifier import IntentClassifier, Weighed
from hotel_agent.adapters.nlu.features import words_of
from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.intents import decide
from hotel_agent.adapters.nlu.languages import lexicons
from hotel_agent.adapters.nlu.lexicon import Lexicon
from hotel_agent.adapters.nlu.noise import row_of_keys
from hotel_agent.adapters.nlu.slots import masked, read_slots, slot_names
from hotel_agent.adapters.nlu.tokens import Token, tokenize
from hotel_agent.adapters.nlu.vocabulary import ANY_LANGUAGE, ENGLISH_ALONE
from hotel_agent.domain.understanding import Language, Listening, Slots, Understanding
from hotel_agent.ports.understanding import Understander

_LONG_WORD = 5
_MOST_WORDS = 4_096


@frozen
class LocalUnderstander(Understander):
    """Understands Spanish, English and Portuguese in process; `load()` reads the model and builds the word lists, once."""

    _classifier: IntentClassifier
    _lexicons: Mapping[Language, Lexicon]
    _tells_language: Callable[[str], bool] = field(init=False, eq=False, repr=False)
    """Whether a word is of some language and known in it; remembered for the words heard last."""

    @_tells_language.default
    def _(self) -> Callable[[str], bool]:
        knows = self._classifier.knows

        @lru_cache(maxsize=_MOST_WORDS)
        def tells(word: str) -> bool:
            return word[0].isalpha() and word not in ANY_LANGUAGE and knows(word) and not row_of_keys(word)

        return tells

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
        said = self._classifier.weigh(words_of(tokens))
        language = self._language(tokens, said, (), listening.language)
        hearing, slots = self._read(text, tokens, language, listening)
        hidden = masked(hearing)
        if hidden:
            said = self._classifier.weigh(words_of(tokens, hidden))
            without_names = self._language(tokens, said, hidden, listening.language)
            if without_names is not language:
                language = without_names
                hearing, slots = self._read(text, tokens, language, listening)
                said = self._classifier.weigh(words_of(tokens, masked(hearing)))
        decision = decide(self._classifier, hearing, said, slot_names(hearing))
        return Understanding(
            intent=decision.intent,
            confidence=decision.confidence,
            language=language,
            slots=slots,
            runners_up=decision.runners_up,
            also=decision.also,
        )

    def _read(self, text: str, tokens: tuple[Token, ...], language: Language, listening: Listening) -> tuple[Hearing, Slots]:
        hearing = Hearing(text, tokens, self._lexicons[language].read(tokens), language, listening)
        return hearing, read_slots(hearing)

    def _by_meaning(self, tokens: tuple[Token, ...], hidden: Collection[int], prior: Language) -> Language:
        """Return the one language whose word lists know a long word of the text ("feriadão"), else *prior*."""
        long = {n for n, t in enumerate(tokens) if t.kind == "word" and len(t.norm) >= _LONG_WORD and n not in hidden}
        if not long:
            return prior
        knowing = [
            language
            for language, lexicon in self._lexicons.items()
            if any(lexeme.cats and lexeme.first in long for lexeme in lexicon.read(tokens))
        ]
        return knowing[0] if len(knowing) == 1 else prior

    def _language(self, tokens: tuple[Token, ...], said: Weighed, hidden: Collection[int], prior: Language) -> Language:
        """Tell the language by the words that have one; figures, addresses, names, "ok" and "no" keep *prior*."""
        telling = [word for word in said.words if self._tells_language(word)]
        if not telling:
            return self._by_meaning(tokens, hidden, prior)
        if all(word in ENGLISH_ALONE for word in telling):
            return Language.EN
        return self._classifier.language(said, prior)
