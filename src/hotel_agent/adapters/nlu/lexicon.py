"""
From tokens to lexemes: the words of a language and how they are looked up.

The longest phrase counts. Numbers in words are put together here ("treinta y uno", "twenty-first").
"""

from collections.abc import Sequence

from hotel_agent.adapters.nlu.lexemes import Cat, Cats, Lexeme, Table, any_of
from hotel_agent.adapters.nlu.slips import slips_of
from hotel_agent.adapters.nlu.tokens import Token, tokenize

MARKS: Table = {
    Cat.DASH: {1: "-|–|—|→|>|~|‑|−"},
    Cat.SLASH: {1: "/"},
    Cat.DOT: {1: "."},
    Cat.COMMA: {1: ",|("},
    Cat.STOP: {1: "!|?|;|¿|¡"},
    Cat.SUFFIX: {1: "°"},
    Cat.MONEY: {1: "€|$|£"},
    Cat.TIMES: {1: "+"},
}
_NO_CATS: Cats = {}
_A_NUMBER, _TENS = any_of((Cat.NUM,)), any_of((Cat.TENS,))
Entry = tuple[Cats, int]
"""What a word or phrase can be, and the same as `any_of` writes it."""


class Lexicon:
    """The words of one language, ready to be looked up."""

    def __init__(self, *tables: Table) -> None:
        words: dict[str, Cats] = {}
        phrases: dict[tuple[str, ...], Cats] = {}
        for table in (MARKS, *tables):
            for cat, values in table.items():
                for value, forms in values.items():
                    for form in forms.split("|"):
                        norms = tuple(token.norm for token in tokenize(form))
                        known = words.setdefault(norms[0], {}) if len(norms) == 1 else phrases.setdefault(norms, {})
                        known[cat] = value
        self._forms = {*words, *map(" ".join, phrases)}
        self._words: dict[str, Entry] = {word: (cats, any_of(cats)) for word, cats in words.items()}
        self._words |= {slip: self._words[word] for slip, word in slips_of(words).items()}
        self._phrases: dict[str, dict[str, list[tuple[list[str], Entry]]]] = {}
        """By their first word and then their second, the longest first."""
        for norms, cats in sorted(phrases.items(), key=lambda entry: -len(entry[0])):
            entries = self._phrases.setdefault(norms[0], {}).setdefault(norms[1], [])
            entries.append((list(norms), (cats, any_of(cats))))

    def forms(self) -> set[str]:
        """Return every word and phrase it knows, slips of the finger left out."""
        return self._forms

    def read(self, tokens: Sequence[Token]) -> list[Lexeme]:
        """Return the lexemes of *tokens*, longest phrase first; unknown words have no categories."""
        lexemes: list[Lexeme] = []
        words, phrases = self._words, self._phrases
        norms = [token.norm for token in tokens]
        i, count, seen = 0, len(norms), 0
        while i < count:
            norm = norms[i]
            if tokens[i].kind == "number":
                lexemes.append(Lexeme({Cat.NUM: int(norm[:9])}, _A_NUMBER, i, i))
                i += 1
                continue
            last, entry = i, words.get(norm)
            followers = phrases.get(norm)
            if followers is not None and i + 1 < count:
                for phrase, meaning in followers.get(norms[i + 1], ()):
                    if norms[i : i + len(phrase)] == phrase:
                        last, entry = i + len(phrase) - 1, meaning
                        break
            if entry is None:
                lexemes.append(Lexeme(_NO_CATS, 0, i, last))
            else:
                seen |= entry[1]
                lexemes.append(Lexeme(*entry, i, last))
            i = last + 1
        return _numbers(lexemes, tokens) if seen & _TENS else lexemes


# ---------------------------------------------------------------- numbers in words

_TWENTY, _HUNDRED, _THOUSAND = 20, 100, 1000


def _numbers(lexemes: list[Lexeme], tokens: Sequence[Token]) -> list[Lexeme]:
    """Put "treinta y uno", "twenty-first" and "dos mil veintisiete" together."""
    out: list[Lexeme] = []
    i = 0
    while i < len(lexemes):
        here = lexemes[i]
        joined: Cats | None = None
        j = i + 1
        if here.bits & _TENS:
            if j < len(lexemes) and (Cat.AND in lexemes[j].cats or tokens[lexemes[j].first].norm == "-"):
                j += 1
            if j < len(lexemes) and tokens[lexemes[j].first].kind == "word":
                joined = _joined(here.cats[Cat.TENS], lexemes[j].cats)
        if joined is None:
            out.append(here)
            i += 1
        else:
            out.append(Lexeme(joined, any_of(joined), here.first, lexemes[j].last))
            i = j + 1
    return out


def _joined(tens: object, unit: Cats) -> Cats | None:
    for cat in (Cat.ORD, Cat.NUM):
        value = unit.get(cat)
        if not isinstance(value, int) or not isinstance(tens, int):
            continue
        if tens == _THOUSAND * 2 and 0 < value < _HUNDRED:
            return {Cat.NUM: tens + value}
        if _TWENTY <= tens < _HUNDRED and 0 < value < _TWENTY // 2:
            return {cat: tens + value, Cat.NUM: tens + value}
    return None
