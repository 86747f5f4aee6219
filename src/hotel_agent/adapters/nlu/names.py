"""The name a reservation is to be made in."""

from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.lexemes import Cat, any_of
from hotel_agent.adapters.nlu.noise import struck_at_random
from hotel_agent.adapters.nlu.tokens import Token
from hotel_agent.adapters.nlu.vocabulary import AFTER_NAMES, BEFORE_NAMES, EVERYDAY, NAME_PARTICLES, NAME_WORDS, NO_NAMES

_LONGEST = 6
_INITIAL = 2
_CUES = any_of((Cat.NAME_CUE,))
_WORDS = frozenset({"word"})


def read_name(hearing: Hearing) -> None:
    """
    Take the name the reservation is for.

    It follows a cue ("a nombre de"), stands alone between commas beside an address, or is bare when it was asked for.
    """
    for n in hearing.which(_CUES):
        if _after_cue(hearing, n):
            return
    asked, tokens = hearing.expects("name"), hearing.tokens
    contacts = "email" in hearing.slots or "phone" in hearing.slots
    titled = len(tokens) > 1 and hearing.kinds == _WORDS and tokens[0].text[0].isupper() and tokens[-1].text[0].isupper()
    if asked or contacts or titled:
        _segment(hearing, bare=asked)


def _after_cue(hearing: Hearing, n: int) -> bool:
    strong = any(hearing.tokens[k].norm in NAME_WORDS for k in range(hearing.lexemes[n].first, hearing.lexemes[n].last + 1))
    j = n + 1
    while hearing.norm(j) in {
        ":",
        "es",
        "is",
        "e",
        "-",
        ".",
        ",",
        "completo",
        "y",
        "apellido",
        "de",
        "del",
        "the",
        "o",
        "a",
        "sr",
        "sra",
        "don",
        "dona",
    } and (hearing.norm(j) not in {"de", "del", "a", "o"} or j > n + 1 or strong):
        if hearing.norm(j) == "," and not strong:
            return False
        j += 1
    first = hearing.lexemes[j].first if j < len(hearing.lexemes) else len(hearing.tokens)
    return _take(hearing, first, any_case=strong, least=1)


def _take(hearing: Hearing, first: int, *, any_case: bool, least: int) -> bool:
    last = _name_end(hearing, first, any_case=any_case)
    if last is None or last - first + 1 < least:
        return False
    _keep(hearing, first, last)
    return True


def _keep(hearing: Hearing, first: int, last: int) -> None:
    text = hearing.text[hearing.tokens[first].start : hearing.tokens[last].end]
    name = " ".join(text.split())
    if name.islower():
        name = " ".join(
            word if word in NAME_PARTICLES else "-".join(part.capitalize() for part in word.split("-")) for word in name.split()
        )
    numbers = [n for n, lexeme in enumerate(hearing.lexemes) if lexeme.first <= last and lexeme.last >= first]
    hearing.take("name", name, numbers[0], numbers[-1])
    hearing.claim_tokens(range(first, last + 1))


_MAY_BE_NAMES = any_of(
    (
        Cat.PARTICLE,
        Cat.OF,
        Cat.FROM,
        Cat.ART,
        Cat.AND,
        Cat.WITH,
        Cat.TO,
        Cat.MONTH,
        Cat.MONTH_WEAK,
        Cat.WEEKDAY_WEAK,
    )
)


def _no_name(token: Token, *, begun: bool) -> bool:
    """Whether a word ends a name: one of those that never are names, or an everyday one in lower case or at the start."""
    if token.norm in NO_NAMES:
        return not (begun and token.text[0].isupper() and token.norm in {"so", "real", "dias"})
    return token.norm in EVERYDAY and (token.text[0].islower() or not begun)


def _name_end(hearing: Hearing, first: int, *, any_case: bool) -> int | None:
    """Index of the last token of a name beginning at token *first*, or None."""
    tokens = hearing.tokens
    last: int | None = None
    telling = {lexeme.first for lexeme in hearing.lexemes if lexeme.bits & ~_MAY_BE_NAMES}
    i = first
    while i < len(tokens) and i - first < _LONGEST + 2:
        token = tokens[i]
        if i in hearing.taken:
            break
        if token.norm == "-" and last == i - 1 and token.glued and i + 1 < len(tokens) and tokens[i + 1].glued:
            i += 1
            continue
        if token.norm == "." and token.glued and last == i - 1 and len(tokens[i - 1].norm) <= _INITIAL:
            i += 1
            continue
        if token.kind != "word":
            break
        particle = token.norm in NAME_PARTICLES
        if (
            particle
            and i + 1 < len(tokens)
            and tokens[i + 1].kind == "word"
            and (token.norm not in {"y", "e", "i"} or (last or 0) > first)
        ):
            if token.text[0].islower() or last is None:
                i += 1
                continue
        elif (token.text[0].islower() and i in telling) or _no_name(token, begun=last is not None):
            break
        if not (any_case or token.text[0].isupper()):
            break
        last = i
        i += 1
    if last is None or tokens[first].norm in {"y", "e", "i"} or (tokens[first].norm in {"de", "do", "da"} and not any_case):
        return None
    return last


def _segment(hearing: Hearing, *, bare: bool) -> None:
    """A stretch between commas, colons and line ends that is nothing but a name."""
    tokens = hearing.tokens
    start = 0
    for i in range(len(tokens) + 1):
        end = (
            i == len(tokens)
            or i in hearing.taken
            or tokens[i].norm in {",", ":", ";", "!", "(", ")", "|", "/"}
            or (i > 0 and "\n" in hearing.text[tokens[i - 1].end : tokens[i].start])
        )
        if not end:
            continue
        first = start
        while first < i and (tokens[first].norm in BEFORE_NAMES or tokens[first].kind == "mark"):
            first += 1
        if first < i:
            last = _name_end(hearing, first, any_case=bare)
            rest = [t for t in tokens[(last or 0) + 1 : i] if t.kind == "word" and t.norm not in AFTER_NAMES]
            if last is not None and not rest and (last > first or bare) and not _unlikely(hearing, first, last):
                _keep(hearing, first, last)
                return
        start = i + 1 if i < len(tokens) and tokens[i].kind == "mark" else i


def _unlikely(hearing: Hearing, first: int, last: int) -> bool:
    """Whether what looks like a name begins with another word known here, is a feast or was struck at random."""
    words = hearing.tokens[first : last + 1]
    return any(struck_at_random(token.text) for token in words) or _is_date_word(hearing, first)


_DATE_WORDS = any_of((Cat.WEEKDAY, Cat.RELATIVE, Cat.MONTH, Cat.WEEKEND, Cat.FEAST, Cat.YES, Cat.KIND, Cat.ROOM))


def _is_date_word(hearing: Hearing, first: int) -> bool:
    return any(lexeme.first == first and lexeme.bits & _DATE_WORDS for lexeme in hearing.lexemes)
