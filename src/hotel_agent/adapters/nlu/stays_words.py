"""Looking about in a text's lexemes: what stands where, which numbers are figures, where a year follows."""

from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.lexemes import Cat, Cats, any_of

YEAR_DIGITS = 4
_MILLENNIUM = 2000
DATE_DIGITS = 2
COUNTED = any_of(
    (
        Cat.NIGHT,
        Cat.DAYS,
        Cat.WEEK,
        Cat.MONTH_UNIT,
        Cat.PERSON,
        Cat.ADULT,
        Cat.CHILD,
        Cat.BABY,
        Cat.AGE,
        Cat.HOUR,
        Cat.MONEY,
        Cat.BEDS,
        Cat.FORTNIGHT,
        Cat.AM,
        Cat.PM,
    )
)
"""What a number may count; before one of these it is no day."""
_NO_CATS: Cats = {}


class Words:
    """The lexemes of one text; what something else was read from (an e-mail, a party, a time) can be nothing here."""

    def __init__(self, hearing: Hearing) -> None:
        self.lexemes, self.tokens = hearing.lexemes, hearing.tokens
        self.language = hearing.language
        self.present = hearing.present
        self.cats = hearing.free
        self.bits = [lexeme.bits if cats else 0 for lexeme, cats in zip(hearing.lexemes, hearing.free, strict=True)]
        self.said = 0
        """All that the lexemes can be together: what is not in here no rule finds."""
        for bits in self.bits:
            self.said |= bits
        self.words = hearing.said
        self.norms = hearing.norms
        self.count = hearing.count

    def at(self, i: int) -> Cats:
        return self.cats[i] if 0 <= i < self.count else _NO_CATS

    def has(self, i: int, *cats: Cat) -> bool:
        if 0 <= i < self.count and (here := self.cats[i]):
            for cat in cats:
                if cat in here:
                    return True
        return False

    def meets(self, i: int, bits: int) -> bool:
        """Whether the lexeme at *i* can be any of *bits*, as `any_of` writes them."""
        return 0 <= i < self.count and self.bits[i] & bits != 0

    def value(self, i: int, cat: Cat) -> int | None:
        found = self.cats[i].get(cat) if 0 <= i < self.count else None
        return found if isinstance(found, int) else None

    def digits(self, i: int) -> int:
        """How many digits stand at *i*, 0 for anything but a number in figures."""
        if not 0 <= i < self.count or not self.cats[i]:
            return 0
        return len(self.norms[i]) if self.tokens[self.lexemes[i].first].kind == "number" else 0

    def glued(self, i: int) -> bool:
        return 0 <= i < self.count and self.tokens[self.lexemes[i].first].glued

    def figure(self, i: int) -> int | None:
        """A number that may be a day: one or two digits, or a word that is not an article."""
        if self.digits(i) > DATE_DIGITS or self.has(i, Cat.INDEFINITE):
            return None
        return self.value(i, Cat.NUM)

    def month(self, i: int, *, beside_number: bool) -> int | None:
        value = self.value(i, Cat.MONTH)
        return value if value is not None or not beside_number else self.value(i, Cat.MONTH_WEAK)

    def year(self, i: int) -> tuple[int | None, int | None, int]:
        """A year at *i*, perhaps after "de" or a comma: (year, years ahead, next index)."""
        for cat in (Cat.NEXT_YEAR, Cat.THIS_YEAR):
            if self.has(i, cat):
                return None, int(cat is Cat.NEXT_YEAR), i + 1
        j = i
        apostrophe = False
        if self.has(j, Cat.OF, Cat.COMMA, Cat.FROM) or self.mark(j) in {"/", "-", "'"}:
            apostrophe = self.mark(j) == "'"
            j += 1
        value = self.value(j, Cat.NUM)
        if value is None:
            return None, None, i
        if self.digits(j) == YEAR_DIGITS and not self._money_or_more(j):
            return value, None, j + 1
        if self.tokens[self.lexemes[j].first].kind == "word" and value > _MILLENNIUM:
            return value, None, j + 1
        if apostrophe and self.digits(j) == DATE_DIGITS:
            return _MILLENNIUM + value, None, j + 1
        return None, None, i

    def mark(self, i: int) -> str:
        return self.norms[i] if 0 <= i < self.count else ""

    def _money_or_more(self, i: int) -> bool:
        return self.has(i + 1, Cat.MONEY) or self.has(i - 1, Cat.MONEY)

    def suffix(self, i: int) -> int:
        """Index after an ordinal suffix ("22nd", "1º", "1ro") glued to the number before *i*."""
        if not self.glued(i):
            return i
        text = self.tokens[self.lexemes[i].first].text
        if (
            self.has(i, Cat.SUFFIX)
            or text in {"ro", "ero", "do", "er", "º", "ª"}
            or (text in {"o", "a"} and not self.digits(i + 1))
        ):
            return i + 1
        return i

    def skip(self, i: int, *cats: Cat) -> int:
        while self.has(i, *cats):
            i += 1
        return i
