"""The lexicon of each language, built once, when the understander is loaded."""

from collections.abc import Mapping

from hotel_agent.adapters.nlu.lexicon import Lexicon
from hotel_agent.adapters.nlu.words_en import ENGLISH
from hotel_agent.adapters.nlu.words_es import SPANISH
from hotel_agent.adapters.nlu.words_pt import PORTUGUESE
from hotel_agent.adapters.nlu.words_shared import SHARED
from hotel_agent.domain.understanding import Language


def lexicons() -> Mapping[Language, Lexicon]:
    return {
        Language.ES: Lexicon(SHARED, SPANISH),
        Language.EN: Lexicon(SHARED, ENGLISH),
        Language.PT: Lexicon(SHARED, PORTUGUESE),
    }
