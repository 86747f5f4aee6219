"""
From tokens to lexemes: what each word, or a few words together, can be in a sentence about a stay.

A language is a table {category: {value: "word|several words|…"}}. A word may belong to several categories; the rules ask
for the one
they need. Numbers in words are put together here ("treinta y uno", "twenty-first").
"""

from collections.abc import Mapping
from enum import IntEnum, auto
from typing import NamedTuple

from hotel_agent.adapters.nlu.tokens import Token, tokenize
from hotel_agent.adapters.nlu.vocabulary import NO_SLIPS


class Cat(IntEnum):
    """What a word can be."""

    NUM = auto()
    TENS = auto()  # "treinta": may be followed by a unit
    ORD = auto()
    MONTH = auto()
    MONTH_WEAK = auto()  # "mar", "may", "out": a month only beside a number
    WEEKDAY = auto()
    WEEKDAY_WEAK = auto()  # "sun", "sex", "segunda": a weekday only where the rule says so
    RELATIVE = auto()  # days from today
    TONIGHT = auto()
    WEEKEND = auto()
    LONG_WEEKEND = auto()
    FEAST = auto()
    NIGHT = auto()
    DAYS = auto()
    WEEK = auto()
    FORTNIGHT = auto()
    MONTH_UNIT = auto()
    YEAR = auto()
    FROM = auto()
    TO = auto()
    BETWEEN = auto()
    AND = auto()
    OR = auto()
    OF = auto()
    ART = auto()
    DAY_WORD = auto()  # "dia" before its number
    FOR = auto()
    NEXT = auto()
    THIS = auto()
    PAST = auto()
    NEXT_WEEK = auto()  # "de la semana que viene"
    THIS_WEEK = auto()
    NEXT_MONTH = auto()
    THIS_MONTH = auto()
    NEXT_YEAR = auto()
    THIS_YEAR = auto()
    WITHIN = auto()  # "dentro de"
    FROM_NOW = auto()  # "from now"
    ARRIVE = auto()
    LEAVE = auto()
    MORE = auto()
    LESS = auto()
    LATER = auto()
    EARLIER = auto()
    ADD = auto()  # "agregale una noche"
    TAKE_OFF = auto()
    INSTEAD_OF = auto()  # "en vez de": what follows is replaced
    SAME = auto()
    TYPO = auto()  # corrects itself: "digo", "sorry"
    RATHER = auto()  # changes what stood: "mejor", "instead"
    NOT = auto()
    MOVE = auto()  # "cambiar": from one date to another
    STAY_WORD = auto()
    INDEFINITE = auto()  # "un", "any": not a certain day
    VAGUE = auto()  # "principios de", "semana del"
    ADULT = auto()
    PERSON = auto()
    CHILD = auto()
    BABY = auto()
    COUPLE = auto()
    ALONE = auto()
    WITHOUT = auto()
    WITH = auto()
    AGE = auto()
    MONTHS_OLD = auto()
    WE_ARE = auto()
    ROOM = auto()
    KIND = auto()
    MONEY = auto()
    HOUR = auto()
    AM = auto()
    PM = auto()
    AT = auto()
    NOON = auto()
    OPTION = auto()
    LAST = auto()
    BOOKING = auto()
    NAME_CUE = auto()
    PARTICLE = auto()
    URGENT = auto()
    PHONE_CUE = auto()
    YES = auto()
    NO = auto()
    CONFIRM = auto()
    ME = auto()
    RELATIONS = auto()
    NUMBER_WORD = auto()
    DASH = auto()
    SLASH = auto()
    DOT = auto()
    COMMA = auto()
    STOP = auto()
    SUFFIX = auto()  # "th", "º"
    PER = auto()
    ABOUT = auto()
    TIMES = auto()
    BEDS = auto()
    PERIOD = auto()  # "quarter", "mitad": the third of them is no day
    NOW = auto()
    OPENING = auto()  # "abren de 8 a 20": hours, not days
    DONE = auto()  # "pagué el 5": what happened then is no stay


Table = Mapping[Cat, Mapping[object, str]]
Cats = dict[Cat, object]

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


class Lexeme(NamedTuple):
    """One or several tokens and all that they can be; `cats` is shared and never written to."""

    cats: Cats
    first: int
    """Index of its first token."""
    last: int
    """Index of its last token."""


class Lexicon:
    """The words of one language, ready to be looked up."""

    def __init__(self, *tables: Table) -> None:
        self.words: dict[str, Cats] = {}
        self.phrases: dict[str, list[tuple[tuple[str, ...], Cats]]] = {}
        for table in (MARKS, *tables):
            for cat, values in table.items():
                for value, forms in values.items():
                    for form in forms.split("|"):
                        self._add(form, cat, value)
        for entries in self.phrases.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self.typos = _typos(self.words)

    def _add(self, form: str, cat: Cat, value: object) -> None:
        words = tuple(token.norm for token in tokenize(form))
        if len(words) == 1:
            self.words.setdefault(words[0], {})[cat] = value
            return
        entries = self.phrases.setdefault(words[0], [])
        for known, cats in entries:
            if known == words:
                cats[cat] = value
                return
        entries.append((words, {cat: value}))

    def read(self, tokens: tuple[Token, ...]) -> list[Lexeme]:
        """Return the lexemes of *tokens*, longest phrase first; unknown words have no categories."""
        lexemes: list[Lexeme] = []
        words, phrases, typos = self.words, self.phrases, self.typos
        i, count = 0, len(tokens)
        while i < count:
            token = tokens[i]
            norm = token.norm
            if token.kind == "number":
                lexemes.append(Lexeme({Cat.NUM: int(norm[:9])}, i, i))
                i += 1
                continue
            last = i
            cats: Cats | None = None
            for phrase, meaning in phrases.get(norm, ()):
                end = i + len(phrase)
                if end <= count and all(tokens[i + k].norm == phrase[k] for k in range(1, len(phrase))):
                    last, cats = end - 1, meaning
                    break
            if cats is None:
                cats = words.get(norm)
                if cats is None and len(norm) >= _TYPO_LENGTH:
                    cats = typos.get(norm)
            lexemes.append(Lexeme(cats or {}, i, last))
            i = last + 1
        return _numbers(lexemes, tokens)


# ---------------------------------------------------------------- numbers in words

_TWENTY, _HUNDRED, _THOUSAND = 20, 100, 1000


def _numbers(lexemes: list[Lexeme], tokens: tuple[Token, ...]) -> list[Lexeme]:
    """Put "treinta y uno", "twenty-first" and "dos mil veintisiete" together."""
    if not any(Cat.TENS in lexeme.cats for lexeme in lexemes):
        return lexemes
    out: list[Lexeme] = []
    i = 0
    while i < len(lexemes):
        cats = lexemes[i].cats
        if Cat.TENS not in cats:
            out.append(lexemes[i])
            i += 1
            continue
        tens = cats[Cat.TENS]
        j = i + 1
        if j < len(lexemes) and (Cat.AND in lexemes[j].cats or tokens[lexemes[j].first].norm == "-"):
            j += 1
        unit = lexemes[j].cats if j < len(lexemes) else {}
        joined = _joined(tens, unit) if j < len(lexemes) and tokens[lexemes[j].first].kind == "word" else None
        if joined is None:
            out.append(lexemes[i])
            i += 1
        else:
            out.append(Lexeme(joined, lexemes[i].first, lexemes[j].last))
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


# ---------------------------------------------------------------- slips of the finger

_TYPO_LENGTH = 5
_FORGIVEN = (Cat.MONTH, Cat.WEEKDAY)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _typos(words: Mapping[str, Cats]) -> dict[str, Cats]:
    """
    Return every misspelling by one slip of the months and weekdays that is no word itself and belongs to one of them only.

    A slip is a letter left out, doubled, changed or swapped with its neighbour; a first letter is believed.
    """
    slips: dict[str, str] = {}
    taken: set[str] = set()
    for word, cats in words.items():
        if len(word) < _TYPO_LENGTH or not any(cat in cats for cat in _FORGIVEN):
            continue
        for slip in _slips(word):
            if len(slip) < _TYPO_LENGTH or slip in words or slip in NO_SLIPS:
                continue
            if slip in slips and words[slips[slip]] != cats:
                taken.add(slip)
            slips[slip] = word
    return {slip: words[word] for slip, word in slips.items() if slip not in taken}


def _slips(word: str) -> set[str]:
    found: set[str] = set()
    for i in range(1, len(word)):
        head, tail = word[:i], word[i:]
        found.add(head + tail[1:])
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
        for letter in _LETTERS:
            found.add(head + letter + tail[1:])
            found.add(head + letter + tail)
    found.discard(word)
    return found
