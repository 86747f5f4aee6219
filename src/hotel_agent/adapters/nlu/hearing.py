"""One text being heard: its tokens and lexemes, and which of them a slot has already been read from."""

from collections.abc import Sequence

from attrs import define, field

from hotel_agent.adapters.nlu.lexemes import Cat, Cats, Lexeme
from hotel_agent.adapters.nlu.tokens import Token
from hotel_agent.domain.understanding import Language, Listening, Span

_NO_CATS: Cats = {}


@define
class Hearing:
    """
    What the slot readers work on.

    A reader takes the lexemes it understood, so that no later one reads them as something else.
    """

    text: str
    tokens: Sequence[Token]
    lexemes: Sequence[Lexeme]
    language: Language
    listening: Listening
    taken: set[int] = field(factory=set)
    """Indexes of tokens that are spoken for."""
    slots: dict[str, object] = field(factory=dict)
    spans: list[tuple[str, Span]] = field(factory=list)

    def at(self, i: int) -> Cats:
        """What the lexeme at *i* can be; nothing when there is none or it is taken."""
        if not 0 <= i < len(self.lexemes) or self.lexemes[i].first in self.taken:
            return _NO_CATS
        return self.lexemes[i].cats

    def has(self, i: int, *cats: Cat) -> bool:
        here = self.at(i)
        return any(cat in here for cat in cats)

    def number(self, i: int) -> int | None:
        value = self.at(i).get(Cat.NUM)
        return value if isinstance(value, int) else None

    def digits(self, i: int) -> int:
        """How many digits stand at *i*; 0 for words, for what is taken and beyond the ends."""
        if not self.at(i):
            return 0
        token = self.tokens[self.lexemes[i].first]
        return len(token.norm) if token.kind == "number" else 0

    def norm(self, i: int) -> str:
        return self.tokens[self.lexemes[i].first].norm if 0 <= i < len(self.lexemes) else ""

    def glued(self, i: int) -> bool:
        return 0 <= i < len(self.lexemes) and self.tokens[self.lexemes[i].first].glued

    def expects(self, *names: str) -> bool:
        return self.listening.expecting.value in names

    def take(self, slot: str, value: object, first: int, last: int) -> None:
        """Set *slot* from the lexemes *first* to *last*."""
        self.slots[slot] = value
        self.claim(first, last)
        start, end = self.tokens[self.lexemes[first].first].start, self.tokens[self.lexemes[last].last].end
        self.spans.append((slot, Span(start, end)))

    def claim(self, first: int, last: int) -> None:
        self.taken.update(range(self.lexemes[first].first, self.lexemes[last].last + 1))

    def skip(self, i: int, *cats: Cat) -> int:
        while self.has(i, *cats):
            i += 1
        return i
