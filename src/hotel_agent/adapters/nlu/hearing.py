"""One text being heard: its tokens and lexemes, and which of them a slot has already been read from."""

from collections.abc import Iterable, Sequence

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
    present: int = field(init=False)
    """Every category that a lexeme of the text can be, taken or not, as `any_of` writes them."""
    kinds: frozenset[str] = field(init=False)
    """The kinds of its tokens."""
    said: frozenset[str] = field(init=False)
    """All its words, marks and figures, as `Token.norm` has them."""
    norms: list[str] = field(init=False)
    """The first word of each lexeme."""
    free: list[Cats] = field(init=False)
    """What each lexeme can still be: nothing when it is taken."""
    count: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        tokens, lexemes = self.tokens, self.lexemes
        present = 0
        for lexeme in lexemes:
            present |= lexeme.bits
        self.present = present
        self.kinds = frozenset([token.kind for token in tokens])
        self.said = frozenset([token.norm for token in tokens])
        self.norms = [tokens[lexeme.first].norm for lexeme in lexemes]
        self.free = [lexeme.cats for lexeme in lexemes]
        self.count = len(lexemes)

    def at(self, i: int) -> Cats:
        """What the lexeme at *i* can be; nothing when there is none or it is taken."""
        return self.free[i] if 0 <= i < self.count else _NO_CATS

    def has(self, i: int, *cats: Cat) -> bool:
        if 0 <= i < self.count and (here := self.free[i]):
            for cat in cats:
                if cat in here:
                    return True
        return False

    def meets(self, i: int, bits: int) -> bool:
        """Whether the lexeme at *i* can be any of *bits*, as `any_of` writes them."""
        return 0 <= i < self.count and self.lexemes[i].bits & bits != 0 and bool(self.free[i])

    def which(self, bits: int) -> list[int]:
        """Return the indexes of the lexemes that can be any of *bits* and are not taken, in order."""
        if not self.present & bits:
            return []
        free = self.free
        return [n for n, lexeme in enumerate(self.lexemes) if lexeme.bits & bits and free[n]]

    def number(self, i: int) -> int | None:
        value = self.free[i].get(Cat.NUM) if 0 <= i < self.count else None
        return value if isinstance(value, int) else None

    def digits(self, i: int) -> int:
        """How many digits stand at *i*; 0 for words, for what is taken and beyond the ends."""
        if not 0 <= i < self.count or not self.free[i]:
            return 0
        token = self.tokens[self.lexemes[i].first]
        return len(token.norm) if token.kind == "number" else 0

    def norm(self, i: int) -> str:
        return self.norms[i] if 0 <= i < self.count else ""

    def glued(self, i: int) -> bool:
        return 0 <= i < self.count and self.tokens[self.lexemes[i].first].glued

    def expects(self, *names: str) -> bool:
        return self.listening.expecting in names

    def take(self, slot: str, value: object, first: int, last: int) -> None:
        """Set *slot* from the lexemes *first* to *last*."""
        self.slots[slot] = value
        self.claim(first, last)
        start, end = self.tokens[self.lexemes[first].first].start, self.tokens[self.lexemes[last].last].end
        self.spans.append((slot, Span(start, end)))

    def claim(self, first: int, last: int) -> None:
        """Take the lexemes *first* to *last*."""
        self.taken.update(range(self.lexemes[first].first, self.lexemes[last].last + 1))
        for n in range(first, last + 1):
            self.free[n] = _NO_CATS

    def claim_tokens(self, tokens: Iterable[int]) -> None:
        """Take *tokens*, and the lexemes that begin with one of them."""
        self.taken.update(tokens)
        for n, lexeme in enumerate(self.lexemes):
            if lexeme.first in self.taken:
                self.free[n] = _NO_CATS

    def skip(self, i: int, *cats: Cat) -> int:
        while self.has(i, *cats):
            i += 1
        return i
