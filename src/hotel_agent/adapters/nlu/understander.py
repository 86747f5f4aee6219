"""The embedded understander: local, without a model download, the same answer for the same words."""

from collections.abc import Mapping

from attrs import frozen

from hotel_agent.adapters.nlu.choices import read_alarm, read_money, read_option, read_room, read_time
from hotel_agent.adapters.nlu.contacts import read_code, read_email, read_phone
from hotel_agent.adapters.nlu.cues import guess
from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.languages import language_of, lexicons
from hotel_agent.adapters.nlu.lexemes import Lexicon
from hotel_agent.adapters.nlu.names import read_name
from hotel_agent.adapters.nlu.party import read_party, read_rooms
from hotel_agent.adapters.nlu.stays import read_stay
from hotel_agent.adapters.nlu.tokens import tokenize
from hotel_agent.domain.understanding import Intent, Language, Listening, Slots, Span, Understanding
from hotel_agent.ports.understanding import Understander


@frozen
class LocalUnderstander(Understander):
    """Understands Spanish, English and Portuguese in process; `load()` builds its word lists once."""

    _lexicons: Mapping[Language, Lexicon]

    @classmethod
    def load(cls) -> "LocalUnderstander":
        return cls(lexicons())

    async def understand(self, text: str, listening: Listening) -> Understanding:
        return self.hear(text, listening)

    def hear(self, text: str, listening: Listening) -> Understanding:
        """Do what `understand` does, for callers without an event loop."""
        tokens = tokenize(text)
        language = language_of(tokens, listening.language)
        lexemes = self._lexicons[language].read(tokens)
        hearing = Hearing(text, tokens, lexemes, language, listening)
        slots = read_slots(hearing)
        folded = " ".join(token.norm for token in tokens)
        details = slots != Slots(spans=slots.spans) and bool(hearing.slots)
        intent, confidence, also = guess(folded, has_details=details)
        return Understanding(intent, confidence, language, slots, also=also)


def read_slots(hearing: Hearing) -> Slots:
    """Read every slot, the most certain first: what one has taken no other reads."""
    read_alarm(hearing)
    read_email(hearing)
    read_phone(hearing)
    read_money(hearing)
    read_time(hearing)
    read_code(hearing)
    read_room(hearing)
    read_rooms(hearing)
    read_party(hearing)
    read_option(hearing)
    stay = read_stay(hearing.lexemes, hearing.tokens, frozenset(hearing.taken), hearing.language.value, hearing.listening)
    if stay is not None:
        hearing.slots["stay"] = stay
        spans = dict.fromkeys(candidate.span for candidate in stay.candidates if candidate.span)
        hearing.spans += [("stay", Span(span.start, span.end)) for span in spans]
        hearing.taken.update(i for i, t in enumerate(hearing.tokens) for span in spans if span.start <= t.start and t.end <= span.end)
    read_name(hearing)
    return Slots(**hearing.slots, spans=tuple(sorted(hearing.spans, key=lambda entry: entry[1].start)))  # type: ignore[arg-type]


__all__ = ["Intent", "LocalUnderstander"]
