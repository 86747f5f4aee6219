"""Who comes and in how many rooms: adults, children with their ages, rooms."""

from attrs import define, field

from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.lexemes import Cat, any_of
from hotel_agent.domain.understanding import Language

_MOST = 99
_MOST_DIGITS = 4
"""What nobody can book is still heard, so that it can be refused aloud; longer figures count no people and no rooms."""
_CHILD_AGE = 17
_FEW_DIGITS = 2
_A_YEAR = 12
_MOST_UNSAID = 30
"""More than so many people are only believed with the word "people"."""
_ANOTHER = frozenset({"mais", "another"})
_MARKS = frozenset({".", "?", "!", ",", "de", "en", "on", "na", "please", "porfa"})
_UNITS = any_of(
    (
        Cat.NIGHT,
        Cat.DAYS,
        Cat.WEEK,
        Cat.MONTH_UNIT,
        Cat.HOUR,
        Cat.MONEY,
        Cat.MONTH,
        Cat.MONTH_WEAK,
        Cat.SLASH,
        Cat.DASH,
        Cat.ROOM,
        Cat.AM,
        Cat.PM,
        Cat.TO,
        Cat.FORTNIGHT,
        Cat.SUFFIX,
        Cat.THIS_MONTH,
        Cat.NEXT_MONTH,
        Cat.YEAR,
        Cat.KIND,
        Cat.BEDS,
        Cat.DOT,
    )
)
"""What makes a number before it no number of people."""
_A_NUMBER = any_of((Cat.NUM,))
_COUNTS = any_of((Cat.NUM, Cat.WITHOUT, Cat.BABY, Cat.CHILD))
"""What a count of guests begins with, or a nought."""
_TOGETHER = any_of((Cat.COUPLE, Cat.RELATIONS))
_MORE_OR_LESS = any_of((Cat.MORE, Cat.LESS))
_ALONE, _ME = any_of((Cat.ALONE,)), any_of((Cat.ME,))
_PARTIES = _COUNTS | _TOGETHER | _ALONE
_ROOMS = any_of((Cat.ROOM, Cat.KIND))


@define
class _Party:
    adults: int | None = None
    people: int | None = None
    babies: int = 0
    ages: list[int | None] = field(factory=list)
    none: bool = False
    """Read "sin niños"."""
    included: bool = False
    """The children are among the people."""
    first: int = -1
    last: int = -1

    def saw(self, first: int, last: int) -> None:
        self.first = first if self.first < 0 else min(self.first, first)
        self.last = max(self.last, last)


def read_rooms(hearing: Hearing) -> None:
    """Take "3 habitaciones", "dos dobles"; "habitación 3" is a room's id and not read here."""
    if not hearing.present & _ROOMS:
        return
    for n in hearing.which(_A_NUMBER):
        number = hearing.number(n)
        if number is None or hearing.digits(n) > _MOST_DIGITS:
            continue
        j = n + 1
        while hearing.has(j, Cat.KIND) or hearing.norm(j) in {"more", "mas", "mais", "sola", "solo", "separate", "different"}:
            j += 1
        article = hearing.has(n, Cat.INDEFINITE) and hearing.norm(n) != "one"
        if hearing.has(j, Cat.ROOM):
            plural = hearing.norm(j).endswith("s") or hearing.norm(j) == "habs"
            if (number != 1) == plural and (not article or hearing.norm(n + 1) in {"sola", "solo"}):
                hearing.take("rooms", number, n, n)
                hearing.claim(j, j)
            return
        if (
            j > n + 1
            and hearing.has(n + 1, Cat.KIND)
            and number != 1
            and hearing.norm(n + 1).endswith("s")
            and hearing.at(n + 1).get(Cat.KIND) != "suite"
        ):
            hearing.take("rooms", number, n, n)
            return


def read_party(hearing: Hearing) -> None:
    """Take adults and children; a total ("somos cuatro") counts as adults unless some of them are said to be children."""
    if not hearing.present & _PARTIES and _NOUGHT.isdisjoint(hearing.said):
        return
    if hearing.present & _MORE_OR_LESS or not _ANOTHER.isdisjoint(hearing.said):
        numbers = hearing.which(_A_NUMBER)
        if any(_more_or_fewer(hearing, n) for n in numbers):
            return
    party = _Party()
    n = 0
    while n < hearing.count:
        counts = hearing.lexemes[n].bits & _COUNTS or hearing.norms[n] in _NOUGHT
        n = _count(hearing, party, n) if counts else n + 1
    if party.adults is None and party.people is None:
        _couples(hearing, party)
    if party.adults is None and party.people is None and hearing.expects("party"):
        _bare(hearing, party)
    children = party.ages
    adults = party.adults
    if adults is None and party.people is not None:
        adults = party.people - (len(children) if party.included else 0)
    if adults is not None and adults < 0:
        adults = None
    if party.first >= 0:
        if adults is not None:
            hearing.take("adults", adults, party.first, party.first)
        if children or party.none:
            hearing.take("child_ages", tuple(children[:_MOST]), party.last, party.last)


def _more_or_fewer(hearing: Hearing, n: int) -> bool:
    """Read "dos más", "una persona más", "mais duas pessoas", "two more people": how many that makes is not said."""
    if hearing.number(n) is None or hearing.digits(n) > _FEW_DIGITS:
        return False
    people = (Cat.PERSON, Cat.ADULT, Cat.CHILD, Cat.BABY)
    if hearing.which(_A_NUMBER | _TOGETHER) != [n]:
        return False  # "2 adultos más 1 niño"
    if hearing.norm(n - 1) in _ANOTHER and hearing.has(n + 1, *people):
        return True
    if hearing.has(n + 1, Cat.MORE, Cat.LESS):
        return hearing.has(n + 2, *people) or n + 2 >= len(hearing.lexemes) or hearing.norm(n + 2) in _MARKS
    return hearing.has(n + 1, *people) and hearing.has(n + 2, Cat.MORE, Cat.LESS)


def _count(hearing: Hearing, party: _Party, n: int) -> int:  # noqa: C901 - one branch for each way to count guests
    """Read what is counted at *n*; return where to go on."""
    if hearing.has(n, Cat.WITHOUT) and hearing.has(n + 1, Cat.CHILD, Cat.BABY):
        party.none = True
        party.saw(n, n + 1)
        hearing.claim(n, n + 1)
        return n + 2
    if hearing.norm(n) in _NOUGHT and hearing.has(n + 1, Cat.ADULT, Cat.PERSON):
        party.adults = party.adults or 0
        party.saw(n, n + 1)
        hearing.claim(n, n + 1)
        return n + 2
    number = hearing.number(n)
    if number is None:
        return _uncounted(hearing, party, n)
    if hearing.digits(n) > _MOST_DIGITS:
        return n + 1
    if (
        hearing.norm(n + 1) == "+"
        and hearing.digits(n) <= _FEW_DIGITS
        and (more := hearing.number(n + 2)) is not None
        and not hearing.meets(n + 3, _UNITS)
        and not hearing.has(n + 3, Cat.ADULT, Cat.CHILD, Cat.BABY)
    ):
        party.adults = (party.adults or 0) + number
        party.ages += [None] * min(more, _MOST)
        party.saw(n, n + 2)
        hearing.claim(n, n + 2)
        return n + 3
    j = n + 1
    while hearing.norm(j) in {"young", "small", "little", "other", "more", "pequenos", "otras", "otros"}:
        j += 1
    of_age = j + 1 if hearing.norm(j) == "-" else j
    if hearing.has(of_age, Cat.AGE) and hearing.language is Language.EN and number <= _CHILD_AGE:
        last = of_age + 1 if hearing.has(of_age + 1, Cat.CHILD) else of_age
        party.ages.append(number)
        party.saw(n, last)
        hearing.claim(n, last)
        return last + 1
    if hearing.has(j, Cat.ADULT):
        party.adults = (party.adults or 0) + number
    elif hearing.has(j, Cat.CHILD, Cat.BABY):
        return _children(hearing, party, n, j, number)
    elif hearing.has(j, Cat.COUPLE):
        party.adults = (party.adults or 0) + 2 * number
    elif hearing.has(j, Cat.PERSON) and not (hearing.has(n, Cat.INDEFINITE) and _figure_of_speech(hearing, n, j)):
        party.people = number if party.people is None else party.people + number
    elif _party_of(hearing, n):
        party.people = number
        party.saw(n, n)
        hearing.claim(n, n)
        return n + 1
    else:
        return n + 1
    party.saw(n, j)
    hearing.claim(n, j)
    return j + 1


_NOUGHT = frozenset({"cero", "zero"})
_FIGURES_OF_SPEECH = {"amigo", "amiga", "hombre", "mujer", "friend", "huesped", "hospede"}


def _figure_of_speech(hearing: Hearing, n: int, j: int) -> bool:
    """Tell "hablar con una persona" from "una persona"."""
    return hearing.norm(n - 1) in {"con", "with", "com", "a", "to", "por"} or hearing.norm(j) in _FIGURES_OF_SPEECH


def _uncounted(hearing: Hearing, party: _Party, n: int) -> int:
    """Read "con bebé", "con mi hijo de 4"; "niños" without a number says nothing certain."""
    if (
        hearing.has(n, Cat.BABY)
        or (hearing.has(n, Cat.CHILD) and hearing.norm(n - 1) in {"mi", "my", "meu", "minha", "nuestro", "nuestra", "our"})
    ) and (not hearing.norm(n).endswith("s") or hearing.norm(n) == "bebes"):
        return _children(hearing, party, n, n, 1)
    return n + 1


def _children(hearing: Hearing, party: _Party, n: int, j: int, number: int) -> int:
    baby = hearing.has(j, Cat.BABY)
    if hearing.has(j, Cat.ADULT):
        return j + 1
    number = min(number, _MOST)
    party.none = party.none or number == 0
    ages, last = _ages(hearing, j + 1)
    if not ages and not hearing.has(j + 1, Cat.OF) and hearing.has(n - 1, Cat.AGE):
        pass
    default: int | None = 0 if baby else None
    if len(ages) == 1:
        ages = ages * number
    said: list[int | None] = [*ages[:number], *([default] * (number - len(ages)))]
    party.ages += said
    if hearing.norm(n - 1) in {
        "(",
        "incluyendo",
        "including",
        "incluindo",
        "incluidos",
        "cuales",
        "quais",
        "which",
        "ellos",
        "them",
    }:
        party.included = True
    last = max(last, j)
    party.saw(n, last)
    hearing.claim(n, last)
    return last + 1


def _ages(hearing: Hearing, i: int) -> tuple[list[int], int]:
    """Ages after a child: "de 4", "de 4 y 6 años", "(3, 5)", "aged 7", "de 8 meses"; with the index of their last word."""
    j = i
    opened = False
    while hearing.norm(j) in {
        "de",
        "aged",
        "ages",
        "(",
        "age",
        "com",
        "con",
        "tiene",
        "tienen",
        "who",
        "is",
        "are",
        ",",
        "d",
        "old",
        "of",
        "edades",
        "idades",
        ":",
        "tem",
    }:
        opened = opened or hearing.norm(j) not in {",", "who"}
        j += 1
    ages: list[int] = []
    last = i - 1
    while True:
        number = hearing.number(j)
        if number is None or number > 2 * _CHILD_AGE or hearing.digits(j) > _FEW_DIGITS:
            break
        if hearing.has(
            j + 1, Cat.ADULT, Cat.PERSON, Cat.CHILD, Cat.NIGHT, Cat.DAYS, Cat.WEEK, Cat.ROOM, Cat.BABY, Cat.SLASH
        ) or (_dated_or_ranged(hearing, j + 1)):
            break
        if hearing.has(j + 1, Cat.MONTHS_OLD):
            ages.append(0 if number < _A_YEAR else 1)
            j, last = j + 2, j + 1
        else:
            ages.append(number)
            last = j
            j += 1
            if hearing.has(j, Cat.AGE):
                last, j = j, j + 1
            elif hearing.norm(j) == "-" and hearing.has(j + 1, Cat.AGE):
                last, j = j + 1, j + 2
        nxt = hearing.skip(j, Cat.AND, Cat.COMMA)
        if hearing.norm(nxt) in {"de", "uno", "otro", "outro", "other"} and nxt > j:
            nxt += 1
        if nxt == j or hearing.number(nxt) is None:
            break
        j = nxt
    said = any(hearing.has(k, Cat.AGE, Cat.MONTHS_OLD) for k in range(i, last + 1))
    if not ages or not (opened or said) or any(age > _CHILD_AGE for age in ages):
        return [], i - 1
    if hearing.norm(last + 1) == ")":
        last += 1
    return ages, last


def _dated_or_ranged(hearing: Hearing, i: int) -> bool:
    """Whether the number before *i* belongs to a date or a range, not to a child."""
    if hearing.has(i, Cat.OF) and not hearing.has(i, Cat.TO):
        return hearing.has(i + 1, Cat.MONTH, Cat.MONTH_WEAK, Cat.THIS_MONTH, Cat.NEXT_MONTH)
    return hearing.has(i, Cat.TO, Cat.DASH) and not hearing.has(i + 1, Cat.AGE)


def _party_of(hearing: Hearing, n: int) -> bool:
    """Read "somos cuatro", "para dos", "party of 5": a number of people without the word."""
    if hearing.meets(n + 1, _UNITS) or hearing.has(n, Cat.INDEFINITE):
        return False
    if hearing.has(n + 1, Cat.OF) and (
        hearing.has(n + 2, Cat.MONTH, Cat.MONTH_WEAK) or hearing.norm(n + 2) in {"este", "cada"}
    ):
        return False
    if hearing.norm(n - 1) in {"(", ":"}:
        return False
    before = n - 1
    while hearing.norm(before) in {"unos", "unas", "solo", "about", "em", "like", "los", "as", "only", "just"}:
        before -= 1
    if hearing.has(before, Cat.WE_ARE):
        return True
    if not 0 < (hearing.number(n) or 0) <= _MOST_UNSAID:
        return False
    joined = hearing.norm(before) in {"para", "pa", "pra", "for", "xa", "p"}
    if hearing.norm(before) == "of":
        return hearing.norm(before - 1) in {"party", "group", "family"}
    if hearing.norm(before) == "de":
        return hearing.norm(before - 1) in {"familia", "grupo"}
    return (joined and not hearing.has(n + 1, Cat.AND)) or (
        joined and hearing.has(n + 1, Cat.AND) and not hearing.number(n + 2)
    )


def _couples(hearing: Hearing, party: _Party) -> None:
    others = 0
    me = bool(hearing.which(_ME))
    for n in hearing.which(_TOGETHER):
        if hearing.has(n, Cat.RELATIONS):
            value = hearing.at(n).get(Cat.RELATIONS)
            others += value if isinstance(value, int) else 1
            me = me or (hearing.has(n - 1, Cat.WITH) and not hearing.has(n - 1, Cat.AND))
            party.saw(n, n)
        elif not (hearing.has(n, Cat.KIND) and (hearing.has(n - 1, Cat.ROOM) or hearing.norm(n - 1) == "de")):
            party.adults = 2  # but "quarto de casal" is a room
            party.saw(n, n)
    if others and party.adults is None:
        party.adults = others + me
    if party.adults is None:
        for n in hearing.which(_ALONE)[:1]:
            party.adults = 1
            party.saw(n, n)
            hearing.claim(n, n)


def _bare(hearing: Hearing, party: _Party) -> None:
    """Read "2", "dos", "2 y 1" in answer to "how many are you?"."""
    nothing_else = len(hearing.lexemes) == 1
    for n in range(len(hearing.lexemes)):
        number = 0 if nothing_else and hearing.norm(n) in _NOUGHT else hearing.number(n)
        likely = number is not None and 0 < number <= _MOST and hearing.digits(n) <= _FEW_DIGITS
        if (
            number is not None
            and (likely or (nothing_else and hearing.digits(n) <= _MOST_DIGITS))
            and not hearing.meets(n + 1, _UNITS)
            and not hearing.has(n + 1, Cat.OF)
        ):
            party.people = number
            party.saw(n, n)
            hearing.claim(n, n)
            return
