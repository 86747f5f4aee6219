"""
Finds the words of a text that speak of days: single days, blocks (weekends, feasts) and lengths of stay.

Nothing is resolved here: a mention says what was said ("day 20", "the coming Friday"), `stays_calendar` says which date that is.
"""

from collections.abc import Callable, Sequence

from attrs import define, evolve

from hotel_agent.adapters.nlu.lexemes import Cat, Cats, Lexeme
from hotel_agent.adapters.nlu.tokens import Token

_MONTHS = 12
_DAYS = 31
_YEAR_DIGITS = 4
_DATE_DIGITS = 2
_PARTS = 3


@define(frozen=True, kw_only=True)
class Day:
    """One day as it was said. Fields that were not said are None."""

    first: int
    last: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    when: str = ""
    """`this`, `next` or `past` for a weekday."""
    week: int | None = None
    """Weeks from this Monday-to-Sunday week."""
    months_ahead: int | None = None
    years_ahead: int | None = None
    days_ahead: int | None = None
    """Days from today, for "mañana" or "in 3 days"."""
    numeric: tuple[int, int] | None = None
    """The two figures of `03/04`, before it is known which is the month."""
    weak: bool = False
    """A bare number: a day only if its neighbours say so."""
    night: bool = False
    """Said as a night: "esta noche", "la noche del 20"."""
    ordinal: bool = False


@define(frozen=True, kw_only=True)
class Block:
    """Several days with one name: a weekend, a long weekend, a feast."""

    first: int
    last: int
    kind: str
    name: str = ""
    when: str = ""
    week: int | None = None
    nth: int | None = None
    anchor: Day | None = None
    month: int | None = None
    year: int | None = None
    years_ahead: int | None = None


@define(frozen=True, kw_only=True)
class Length:
    """How long: `nights` holds one figure a reading."""

    first: int
    last: int
    nights: tuple[int, ...]
    months: int = 0
    change: int = 0
    """+1 for "one more", -1 for "one less"."""
    later: bool = False
    """ "a week later": moves the stay, does not make it longer."""


Mention = Day | Block | Length
_COUNTED = (
    Cat.NIGHT, Cat.DAYS, Cat.WEEK, Cat.MONTH_UNIT, Cat.PERSON, Cat.ADULT, Cat.CHILD, Cat.BABY, Cat.AGE, Cat.HOUR, Cat.MONEY, Cat.BEDS,
    Cat.FORTNIGHT, Cat.AM, Cat.PM,
)  # fmt: skip
_NO_CATS: Cats = {}


class MentionReader:
    """Reads the mentions of one text. *taken* are tokens that something else was read from (an e-mail, a party, a time)."""

    def __init__(self, lexemes: Sequence[Lexeme], tokens: Sequence[Token], taken: frozenset[int], language: str) -> None:
        self.lexemes = lexemes
        self.tokens = tokens
        self.language = language
        self.cats = [_NO_CATS if lexeme.first in taken else lexeme.cats for lexeme in lexemes]
        self.count = len(lexemes)

    def read(self) -> list[Mention]:
        mentions: list[Mention] = []
        i = 0
        while i < self.count:
            found: Mention | None = None
            if self.cats[i]:
                for rule in _RULES:
                    found = rule(self, i)
                    if found is not None:
                        break
            if found is None:
                i += 1
            else:
                mentions.append(self._at_night(found, i))
                i = found.last + 1
        return mentions

    def _at_night(self, found: Mention, i: int) -> Mention:
        """ "la noche del 20": the day was said as a night."""
        if isinstance(found, Day) and self.has(i - 1, Cat.DAY_WORD):
            first = self.tokens[self.lexemes[i - 1].first].norm
            if first in _NIGHTS and self._mark(i - 1) != "date":
                return evolve(found, night=True)
        return found

    # ------------------------------------------------------------ looking about

    def at(self, i: int) -> Cats:
        return self.cats[i] if 0 <= i < self.count else _NO_CATS

    def has(self, i: int, *cats: Cat) -> bool:
        here = self.at(i)
        return any(cat in here for cat in cats)

    def value(self, i: int, cat: Cat) -> int | None:
        found = self.at(i).get(cat)
        return found if isinstance(found, int) else None

    def digits(self, i: int) -> int:
        """How many digits stand at *i*, 0 for anything but a number in figures."""
        if not 0 <= i < self.count or not self.cats[i]:
            return 0
        token = self.tokens[self.lexemes[i].first]
        return len(token.norm) if token.kind == "number" else 0

    def glued(self, i: int) -> bool:
        return 0 <= i < self.count and self.tokens[self.lexemes[i].first].glued

    def figure(self, i: int) -> int | None:
        """A number that may be a day: one or two digits, or a word that is not an article."""
        if self.digits(i) > _DATE_DIGITS or self.has(i, Cat.INDEFINITE):
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
        if self.has(j, Cat.OF, Cat.COMMA, Cat.FROM) or self._mark(j) in {"/", "-", "'"}:
            apostrophe = self._mark(j) == "'"
            j += 1
        value = self.value(j, Cat.NUM)
        if value is None:
            return None, None, i
        if self.digits(j) == _YEAR_DIGITS and not self._money_or_more(j):
            return value, None, j + 1
        if self.tokens[self.lexemes[j].first].kind == "word" and value > 2000:  # noqa: PLR2004 - "dos mil veintisiete"
            return value, None, j + 1
        if apostrophe and self.digits(j) == _DATE_DIGITS:
            return 2000 + value, None, j + 1
        return None, None, i

    def _mark(self, i: int) -> str:
        return self.tokens[self.lexemes[i].first].norm if 0 <= i < self.count else ""

    def _money_or_more(self, i: int) -> bool:
        return self.has(i + 1, Cat.MONEY) or self.has(i - 1, Cat.MONEY)

    def suffix(self, i: int) -> int:
        """Index after an ordinal suffix ("22nd", "1º", "1ro") glued to the number before *i*."""
        if not self.glued(i):
            return i
        text = self.tokens[self.lexemes[i].first].text
        if self.has(i, Cat.SUFFIX) or text in {"ro", "ero", "do", "er", "º", "ª"} or (text in {"o", "a"} and not self.digits(i + 1)):
            return i + 1
        return i

    def skip(self, i: int, *cats: Cat) -> int:
        while self.has(i, *cats):
            i += 1
        return i

    # ------------------------------------------------------------ figures: ISO and 20/12/2026

    def iso(self, i: int) -> Day | None:
        if self.digits(i) != _YEAR_DIGITS or not self.has(i + 1, Cat.DASH, Cat.SLASH, Cat.DOT):
            return None
        if not (0 < self.digits(i + 2) <= _DATE_DIGITS and self._mark(i + 3) == self._mark(i + 1)):
            return None
        if not 0 < self.digits(i + 4) <= _DATE_DIGITS:
            return None
        year, month, day = (self.value(k, Cat.NUM) for k in (i, i + 2, i + 4))
        return Day(first=i, last=i + 4, day=day, month=month, year=year)

    def numeric(self, i: int) -> Day | None:
        """`20/12`, `20-12-2026`, `20.12.26`; a range like `20-22 dic` is left to the bare numbers."""
        if not 0 < self.digits(i) <= _DATE_DIGITS or not 0 < self.digits(i + 2) <= _DATE_DIGITS:
            return None
        mark = self._mark(i + 1)
        if mark not in {"/", "-", "."} or (mark != "/" and not (self.glued(i + 1) and self.glued(i + 2))):
            return None
        a, b = self.value(i, Cat.NUM), self.value(i + 2, Cat.NUM)
        assert a is not None and b is not None  # noqa: S101, PT018 - both have digits
        year, end = self._numeric_year(i + 3, mark)
        if year is None:
            after = self.skip(i + 3, Cat.OF)
            if self.month(after, beside_number=True) is not None or self.has(after, Cat.THIS_MONTH, Cat.NEXT_MONTH):
                return None  # "20/22 de diciembre", "10-12 dic"
            if mark == "-" and (self._mark(i + 3) == "/" and self.digits(i + 4)):
                return None  # "20-22/12"
            if mark == "." and self._mark(i + 3) == "." and self.glued(i + 3):
                end += 1  # "20.12. - 22.12."
            elif mark == "." and not self.has(i - 1, Cat.ART, Cat.FROM, Cat.TO, Cat.ARRIVE, Cat.LEAVE, Cat.DAY_WORD, Cat.BETWEEN):
                return None
            if self.has(i + 3, *_COUNTED) or (max(a, b) > _MONTHS and mark != "/" and a < b <= _DAYS):
                return None
            around = (Cat.ART, Cat.FROM, Cat.TO, Cat.ARRIVE, Cat.LEAVE, Cat.DASH, Cat.AND, Cat.BETWEEN)
            if (a, b, mark) == (24, 7, "/") and not self.has(i - 1, *around) and not self.has(i + 3, Cat.TO, Cat.DASH, Cat.AND):
                return None  # "24/7" is no date
        return Day(first=i, last=end - 1, numeric=(a, b), year=year, weekday=None)

    def _numeric_year(self, i: int, mark: str) -> tuple[int | None, int]:
        if self._mark(i) == mark and self.digits(i + 1) in {_DATE_DIGITS, _YEAR_DIGITS}:
            if mark != "/" and not (self.glued(i) and self.glued(i + 1)):
                return None, i
            value = self.value(i + 1, Cat.NUM) or 0
            return (value if self.digits(i + 1) == _YEAR_DIGITS else 2000 + value), i + 2
        year, _, end = self.year(i) if self.has(i, Cat.OF) else (None, None, i)
        return year, end

    # ------------------------------------------------------------ 20 de diciembre, December 20th, el 20

    def day_month(self, i: int) -> Day | None:
        """A number or "primero", with its month, or bare."""
        number = self.figure(i)
        ordinal = self.value(i, Cat.ORD)
        if number is None and ordinal is not None and (self.language == "en" or self._mark(i) in _FIRST):
            number = ordinal
        if number is None or self.has(i, Cat.OPTION):
            return None
        j = self.suffix(i + 1)
        is_ordinal = j > i + 1 or (ordinal is not None and number == ordinal)
        after = self.skip(j, Cat.DAY_WORD) if self.has(j + 1, Cat.OF) else j
        after = self.skip(after, Cat.OF, Cat.DOT, Cat.DASH) if not self.has(after, Cat.NEXT_MONTH, Cat.THIS_MONTH) else after
        month = self.month(after, beside_number=True)
        if month is not None and not (self.has(after - 1, Cat.DASH, Cat.DOT) and not self.glued(after - 1)):
            end = after + 1
            if self._mark(end) == "." and self.has(after, Cat.MONTH_WEAK) and self.glued(end):
                end += 1
            year, years_ahead, end = self.year(end)
            return Day(first=i, last=end - 1, day=number, month=month, year=year, years_ahead=years_ahead, ordinal=is_ordinal)
        for cat in (Cat.NEXT_MONTH, Cat.THIS_MONTH):
            if self.has(j, cat):
                return Day(first=i, last=j, day=number, months_ahead=int(cat is Cat.NEXT_MONTH), ordinal=is_ordinal)
        return self._bare(i, j, number, is_ordinal=is_ordinal)

    def _bare(self, i: int, end: int, number: int, *, is_ordinal: bool) -> Day | None:
        if self.has(end, *_COUNTED) or self.has(i - 1, Cat.MONEY, Cat.ROOM, Cat.BOOKING) or self._mark(end) == "+":
            return None
        if self.has(end, Cat.ROOM) and number > 1 and self.tokens[self.lexemes[end].first].norm.endswith("s"):
            return None
        if self._mark(i - 1) == "#" or (self._mark(i - 1) in {".", ",", ":", "/"} and self.digits(i - 2) and self.glued(i)):
            return None
        if self._mark(end) in {":", "%"} or (self.has(end, Cat.KIND) and number < 10):  # noqa: PLR2004 - "2 dobles"
            return None
        marked = self.has(i - 1, Cat.DAY_WORD) or is_ordinal
        if self.language == "es":
            marked = marked or self._mark(i - 1) in {"el", "al", "del"}
        elif self.language == "pt":
            marked = marked or self._mark(i - 1) in {"ao", "do", "no"}
        if not marked and not 0 < number <= _DAYS:
            return None
        return Day(first=i, last=end - 1, day=number, weak=not marked, ordinal=is_ordinal)

    def month_day(self, i: int) -> Day | None:
        """`December 20th`, `dic 20, 2026`."""
        month = self.month(i, beside_number=True)
        if month is None:
            return None
        j = i + 1
        if self._mark(j) == "." and self.glued(j):
            j += 1
        j = self.skip(j, Cat.ART) if self.language == "en" else j
        number = self.figure(j)
        if number is None and self.language == "en":
            number = self.value(j, Cat.ORD)
        if number is None or self.has(j + 1, *_COUNTED) or not 0 < number <= _DAYS or self._mark(j + 1) in {"/", "+", ":"}:
            return None
        if self.digits(j) == 0 and Cat.MONTH not in self.at(i):
            return None
        year, years_ahead, end = self.year(self.suffix(j + 1))
        return Day(first=i, last=end - 1, day=number, month=month, year=year, years_ahead=years_ahead, ordinal=True)

    # ------------------------------------------------------------ weekdays

    def weekday(self, i: int) -> Mention | None:
        """`viernes`, `viernes 11 de diciembre`, `el martes que viene`, `next Friday`, `Monday next week`."""
        first = i
        when = ""
        if self.has(i, Cat.THIS, Cat.NEXT) and self.value(i, Cat.RELATIVE) is None:
            when = "next" if self.has(i, Cat.NEXT) else "this"
            i += 1
            if self.has(i, Cat.NEXT):
                when, i = "next", i + 1
        elif self.has(i, Cat.PAST) and self.language == "en":
            when, i = "past", i + 1
        value = self.value(i, Cat.WEEKDAY)
        if value is None:
            value = self.value(i, Cat.WEEKDAY_WEAK)
            if value is None or not (when or self._weekday_here(i)):
                return None
            if self.has(i, Cat.MONTH_WEAK) and not self._other_weekday(i):
                return None  # "mar 1" is 1 March unless the text speaks in weekdays
        end = i + 1
        if self._mark(end) == "." and self.glued(end) and self.has(i, Cat.WEEKDAY_WEAK):
            end += 1
        dated = self._dated(end)
        if dated is not None:
            return evolve(dated, first=first, weekday=value)
        if self.has(end, Cat.NEXT) or (self.has(end, Cat.PAST) and self.language != "en"):
            when = "next" if self.has(end, Cat.NEXT) else "past"
            end += 1
        week = None
        for cat in (Cat.NEXT_WEEK, Cat.THIS_WEEK):
            j = self.skip(end, Cat.OF) if not self.has(end, cat) else end
            if self.has(j, cat):
                week = (self.value(j, cat) or 1) if cat is Cat.NEXT_WEEK else 0
                end = j + 1
                break
        return Day(first=first, last=end - 1, weekday=value, when=when, week=week)

    def _weekday_here(self, i: int) -> bool:
        """A short or double-faced name ("sat", "segunda", "mar") counts beside a number, a preposition of dates or another weekday."""
        nxt, before = i + 1, i - 1
        if self._mark(nxt) == "." and self.glued(nxt):
            nxt += 1
        if self.figure(nxt) is not None and not self.has(nxt + 1, *_COUNTED):
            return True
        if self.language == "pt" and self.has(i, Cat.ORD):
            if self.has(nxt, Cat.OPTION, Cat.ROOM, Cat.NIGHT, Cat.KIND) or self.has(before, Cat.OPTION):
                return False
            near = self._mark(before) in {"de", "da", "ate", "na", "nesta", "proxima", "para", "pra", "desta", "chego", "entre"}
            return near or self.has(nxt, Cat.NEXT, Cat.NEXT_WEEK) or (self.has(nxt, Cat.TO) and self._is_weekday(nxt + 1))
        others = (before - 1, nxt + 1)
        near = self.has(before, Cat.FROM, Cat.TO, Cat.BETWEEN, Cat.DASH) or self.has(nxt, Cat.TO, Cat.DASH)
        if self.language == "en" and self._mark(before) in {"on", "this", "next"}:
            return True
        return near and (any(self._is_weekday(k) for k in others) or self._mark(before) in {"from", "until", "till"})

    def _other_weekday(self, i: int) -> bool:
        return any(self._is_weekday(k) for k in range(self.count) if k != i and not self.has(k, Cat.MONTH_WEAK))

    def _is_weekday(self, i: int) -> bool:
        return self.has(i, Cat.WEEKDAY, Cat.WEEKDAY_WEAK)

    def _dated(self, i: int) -> Day | None:
        """The date that a weekday belongs to: "viernes 11", "Friday, December 11th", "sexta, dia 11"."""
        j = self.skip(i, Cat.COMMA, Cat.ART, Cat.DAY_WORD, Cat.FROM) if not self.has(i, Cat.TO) or self.language == "en" else i
        if self.language == "en" and self._mark(j) == "of":
            return None
        crossed = any(self.has(k, Cat.FROM, Cat.ART) and self._mark(k) not in {"dia", "the", "o"} for k in range(i, j))
        if crossed and self._mark(j - 1) != "dia":
            return None
        for rule in (MentionReader.iso, MentionReader.numeric, MentionReader.day_month, MentionReader.month_day):
            found = rule(self, j)
            if found is not None:
                return evolve(found, weak=False)
        return None

    # ------------------------------------------------------------ today, tomorrow, in three days

    def relative(self, i: int) -> Mention | None:
        if self.has(i, Cat.TONIGHT):
            return Day(first=i, last=i, days_ahead=0, night=True)
        value = self.value(i, Cat.RELATIVE)
        if value is None and self._mark(i) == "pasado" and self.has(i - 1, Cat.AND, Cat.OR) and self.value(i - 2, Cat.RELATIVE) == 1:
            value = 2  # "mañana o pasado"
        if value is None or self._morning(i):
            return None
        end = i + 1
        night = self.language == "en" and self.has(end, Cat.NIGHT) and not self._mark(end).endswith("s")
        return Day(first=i, last=end - (not night), days_ahead=value, night=night)

    def _morning(self, i: int) -> bool:
        """ "la mañana" is no tomorrow; "de mañana" is one only as the start of a range."""
        if self._mark(i) not in {"manana", "manha"}:
            return False
        before = self._mark(i - 1)
        if before in {"la", "esta", "da", "pela", "una"}:
            return True
        return before == "de" and not self.has(i + 1, Cat.TO) and i > 1

    def ahead(self, i: int) -> Mention | None:
        """ "dentro de 3 días", "in two weeks", "daqui a 15 dias", "3 days from now"."""
        j, after = i, False
        if self.has(i, Cat.WITHIN):
            j = i + 1
        elif self.value(i, Cat.NUM) is not None and self.has(i + 2, Cat.FROM_NOW):
            after = True
        else:
            return None
        number = self.value(j, Cat.NUM)
        if number is None:
            return None
        days = 7 * number if self.has(j + 1, Cat.WEEK) else number if self.has(j + 1, Cat.DAYS) else None
        if days is None or self.has(j + 2, Cat.FROM) or self.has(j + 2, Cat.MORE):
            return None
        return Day(first=i, last=j + 1 + after, days_ahead=days)

    # ------------------------------------------------------------ how long

    def length(self, i: int) -> Mention | None:
        """ "tres noches", "una semana", "10 días", "2 o 3 noches", "una noche más", "a week later"."""
        if self.has(i, Cat.MORE) and self._mark(i) in {"another", "extra"} and self.has(i + 1, Cat.NIGHT, Cat.DAYS, Cat.WEEK):
            return Length(first=i, last=i + 1, nights=(7 if self.has(i + 1, Cat.WEEK) else 1,), change=1)
        number = self.value(i, Cat.NUM)
        if number is None or self.digits(i) > _PARTS:
            return None
        j = i + 1
        numbers = [number]
        if self.has(j, Cat.OR, Cat.TO, Cat.DASH) and (other := self.value(j + 1, Cat.NUM)) is not None:
            numbers.append(other)
            j += 2
        sign = 0
        if self.has(j, Cat.MORE, Cat.LESS) and self._mark(j) not in {"a mas"}:
            sign = 1 if self.has(j, Cat.MORE) else -1
            j += 1
        if not self.has(j, Cat.NIGHT, Cat.DAYS, Cat.WEEK, Cat.FORTNIGHT, Cat.MONTH_UNIT):
            return None
        if self.has(i - 1, Cat.PER) and self.has(i, Cat.INDEFINITE) and self._mark(i - 1) in {"cada", "per", "each"}:
            return None
        found = self._counted(i, j, numbers)
        if found is None:
            return None
        end = j + 1
        if not sign and self.has(end, Cat.MORE, Cat.LESS):
            sign = 1 if self.has(end, Cat.MORE) else -1
            end += 1
            if self.has(end, Cat.LATER) or self._mark(end) in {"tarde", "adelante"}:
                return evolve(found, last=end, later=True)
        if self.has(end, Cat.LATER) and self.language != "en" or (self._mark(end) == "later"):
            return evolve(found, last=end, later=True)
        if not sign and self.has(i - 1, Cat.MORE) and self._mark(i - 1) not in {"y", "and", "con"}:
            sign = 1
        return evolve(found, last=end - 1, change=sign)

    def _counted(self, i: int, j: int, numbers: list[int]) -> Length | None:
        if self.has(j, Cat.NIGHT):
            if self.has(i, Cat.INDEFINITE) and self._mark(j + 1) in {"del", "de"} and self._mark(j + 2) not in {"el"}:
                return Length(first=i, last=j, nights=tuple(numbers))
            return Length(first=i, last=j, nights=tuple(numbers))
        if self.has(j, Cat.WEEK):
            return Length(first=i, last=j, nights=tuple(7 * n for n in numbers))
        if self.has(j, Cat.FORTNIGHT):
            return Length(first=i, last=j, nights=(14, 15))
        if self.has(j, Cat.MONTH_UNIT):
            return Length(first=i, last=j, nights=(), months=numbers[0]) if not self.has(j + 1, Cat.AGE) else None
        # a stay of days: five days may be five nights or four; "5 días y 4 noches" says it
        k = j + 1
        if self.has(k, Cat.AND, Cat.SLASH, Cat.COMMA, Cat.DASH, Cat.WITH):
            k += 1
        nights = self.value(k, Cat.NUM)
        if nights is not None and self.has(k + 1, Cat.NIGHT):
            return Length(first=i, last=k + 1, nights=(nights,))
        options = {m for n in numbers for m in ((n, n - 1) if n > 1 else (n,))}
        return Length(first=i, last=j, nights=tuple(sorted(options, reverse=True)))

    # ------------------------------------------------------------ weekends and feasts

    def block(self, i: int) -> Mention | None:
        first, when, nth = i, "", None
        if self.value(i, Cat.ORD) is not None or self.has(i, Cat.LAST):
            nth = self.value(i, Cat.ORD) or -1
            i += 1
        if self.has(i, Cat.THIS, Cat.NEXT):
            when = "next" if self.has(i, Cat.NEXT) else "this"
            i += 1
            if self.has(i, Cat.NEXT):
                when, i = "next", i + 1
        elif self.has(i, Cat.PAST) and self.language == "en":
            when, i, nth = "past", i + 1, None
        feast = self.at(i).get(Cat.FEAST)
        kind = (
            "feast" if feast is not None
            else "long_weekend" if self.has(i, Cat.LONG_WEEKEND)
            else "weekend" if self.has(i, Cat.WEEKEND)
            else ""
        )  # fmt: skip
        if not kind:
            return None
        if kind == "weekend" and not when and nth is None and self.has(i - 1, Cat.INDEFINITE) and self._mark(i - 1) != "otro":
            return None
        end = i + 1
        if self.has(end, Cat.NEXT) or (self.has(end, Cat.PAST) and self.language != "en"):
            when = "next" if self.has(end, Cat.NEXT) else "past"
            end += 1
        block = Block(first=first, last=end - 1, kind=kind, name=str(feast or ""), when=when, nth=nth)
        return self._located(block, end)

    def _located(self, block: Block, end: int) -> Block:
        """What follows a block and places it: "del 20 de marzo", "de diciembre", "de 2027", "next week"."""
        for cat in (Cat.NEXT_WEEK, Cat.THIS_WEEK):
            if self.has(end, cat):
                week = (self.value(end, cat) or 1) if cat is Cat.NEXT_WEEK else 0
                return evolve(block, week=week, last=end)
        year, ahead, after = self.year(end)
        if year is not None or ahead is not None:
            return evolve(block, year=year, years_ahead=ahead, last=after - 1)
        j = self.skip(end, Cat.OF, Cat.FROM, Cat.ART)
        if j == end:
            return block
        if block.kind == "long_weekend" and (feast := self.at(j).get(Cat.FEAST)) is not None:
            year, ahead, after = self.year(j + 1)
            return evolve(block, name=str(feast), year=year, years_ahead=ahead, last=after - 1)
        month = self.month(j, beside_number=False)
        if month is not None and block.kind != "feast":
            year, ahead, after = self.year(j + 1)
            return evolve(block, month=month, year=year, years_ahead=ahead, last=after - 1)
        if block.kind == "weekend" and block.nth is None:
            anchor = self.day_month(j) or self.numeric(j)
            if isinstance(anchor, Day) and not self.has(anchor.last + 1, Cat.TO, Cat.DASH):
                return evolve(block, anchor=evolve(anchor, weak=False), last=anchor.last)
        return block


_NIGHTS = {"noche", "night", "noite", "the"}
_FIRST = {"primero", "primeiro", "primer"}
_RULES: tuple[Callable[[MentionReader, int], Mention | None], ...] = (
    MentionReader.iso,
    MentionReader.ahead,
    MentionReader.numeric,
    MentionReader.block,
    MentionReader.weekday,
    MentionReader.length,
    MentionReader.month_day,
    MentionReader.day_month,
    MentionReader.relative,
)
