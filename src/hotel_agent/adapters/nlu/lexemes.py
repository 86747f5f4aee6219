"""
What each word, or a few words together, can be in a sentence about a stay.

A language is a table {category: {value: "word|several words|…"}}. A word may belong to several categories; the rules ask
for the one they need. Which categories there are at all is one integer, so that a rule that cannot apply is left out for the
price of one `&`.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum, auto
from typing import NamedTuple


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


def any_of(cats: Iterable[Cat]) -> int:
    """Return *cats* as one integer, a bit each: `bits & integer` asks for any of them at once."""
    bits = 0
    for cat in cats:
        bits |= 1 << cat
    return bits


class Lexeme(NamedTuple):
    """One or several tokens and all that they can be; `cats` is shared and never written to."""

    cats: Cats
    bits: int
    """The keys of `cats`, as `any_of` writes them."""
    first: int
    """Index of its first token."""
    last: int
    """Index of its last token."""
