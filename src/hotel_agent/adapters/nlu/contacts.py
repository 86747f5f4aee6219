"""E-mail addresses, telephone numbers and reservation codes."""

import re

from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.lexemes import Cat, any_of
from hotel_agent.domain.understanding import Span

_PHONE = re.compile(r"(?<![\w@#])(\+|00)?[ ]?\(?\d(?:[ ().\-/]{0,2}\d){5,15}(?![\w@])")
_DATES = re.compile(
    r"(?<![\d/.\-])(?:\d{1,2}[/.\-]\d{1,2}(?:[/.\-](?:\d{4}|\d{2}))?|\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2})(?![\d/.\-])",
)
_SHORTEST, _SHORTEST_UNASKED = 6, 8
_CODE = re.compile(r"[A-Za-z0-9]{2,}(?:-[A-Za-z0-9]+)*")
_PLAIN = frozenset({"word", "mark", "number"})
_BOOKINGS = any_of((Cat.BOOKING,))
_LONGEST_ID = 10
_SHORTEST_LOCATOR = 5
_LONGEST_ANSWER = 6
"""Words and signs of a text that may be nothing but a code and what goes with it."""


def read_email(hearing: Hearing) -> None:
    """Take the first address; more than one is left to a person, so only the last correction counts."""
    if hearing.kinds <= _PLAIN:
        return
    for n, lexeme in enumerate(hearing.lexemes):
        token = hearing.tokens[lexeme.first]
        if token.kind == "email":
            hearing.take("email", token.text.rstrip(".-").lower(), n, n)
        elif token.kind == "link":
            hearing.claim(n, n)
        elif token.kind == "code":
            hearing.take("reservation_code", "ha-" + token.text[3:].upper(), n, n)


def read_phone(hearing: Hearing) -> None:
    """Take a number that is valid in the guest's or the hotel's country, as E.164."""
    if "number" not in hearing.kinds and hearing.kinds <= _PLAIN:
        return
    text = hearing.text
    for match in _PHONE.finditer(text[:4000]):
        words = match.group()
        international = match.group(1) is not None
        digits = sum(c.isdigit() for c in words)
        if _DATES.search(words) and not international:
            continue
        asked = hearing.expects("phone") or any(Cat.PHONE_CUE in lexeme.cats for lexeme in hearing.lexemes)
        if digits < (_SHORTEST if asked or international else _SHORTEST_UNASKED):
            continue
        covered = [i for i, t in enumerate(hearing.tokens) if t.start >= match.start() and t.end <= match.end()]
        if not covered or any(i in hearing.taken for i in covered):
            continue
        number = _e164(words.strip(), hearing, lenient=asked or international)
        if number is None:
            continue
        hearing.slots["phone"] = number
        hearing.claim_tokens(covered)
        hearing.spans.append(("phone", Span(match.start() + len(words) - len(words.lstrip()), match.end())))


def _e164(words: str, hearing: Hearing, *, lenient: bool) -> str | None:
    import phonenumbers  # noqa: PLC0415 - slow to import, needed by few messages

    if words.startswith("00"):
        words = "+" + words[2:].lstrip()
    possible: str | None = None
    for region in dict.fromkeys((hearing.listening.region, hearing.listening.country)):
        try:
            number = phonenumbers.parse(words, (region or "").upper() or None)
        except phonenumbers.NumberParseException:
            continue
        written = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        if phonenumbers.is_valid_number(number):
            return written
        if lenient and possible is None and phonenumbers.is_possible_number(number):
            possible = written
    return possible


def read_code(hearing: Hearing) -> None:
    """Take "#12", "reserva 12", "booking ABC123"; a bare code when one was asked for."""
    if "reservation_code" in hearing.slots:
        return
    lexemes, tokens = hearing.lexemes, hearing.tokens
    cued = hearing.present & _BOOKINGS or "#" in hearing.said
    for n in range(len(lexemes)) if cued else ():
        if hearing.norm(n) == "#" and hearing.digits(n + 1):
            hearing.take("reservation_code", tokens[lexemes[n + 1].first].norm, n, n + 1)
            return
        if not hearing.has(n, Cat.BOOKING):
            continue
        j, cued = n + 1, hearing.norm(n) not in {"reserva", "reservacion", "reservation", "booking"}
        while hearing.has(j, Cat.OPTION, Cat.OF, Cat.BOOKING, Cat.ART, Cat.DOT) or hearing.norm(j) in {
            "es",
            "is",
            "e",
            ":",
            "#",
            "n",
            "°",
            "o",
            "numero",
            "id",
        }:
            cued = cued or hearing.has(j, Cat.OPTION, Cat.BOOKING) or hearing.norm(j) in {"#", ":", "id", "n"}
            j += 1
        last = _code_end(hearing, j, cued=cued)
        if last is not None:
            code = "".join(tokens[k].text for k in range(lexemes[j].first, lexemes[last].last + 1))
            hearing.take("reservation_code", code, j, last)
            return
    if hearing.expects("reservation_code") and len(lexemes) <= _LONGEST_ANSWER:
        bare = [(j, last) for j in range(len(lexemes)) if (last := _code_end(hearing, j, cued=True)) is not None]
        if len({last for _, last in bare}) == 1:
            # Of several figures none is the code: they are dates, or a party.
            j, last = bare[0]
            code = "".join(tokens[k].text for k in range(lexemes[j].first, lexemes[last].last + 1))
            hearing.take("reservation_code", code, j, last)


def _code_end(hearing: Hearing, j: int, *, cued: bool) -> int | None:
    """The last lexeme of a code beginning at *j*: figures that count nothing, or letters and figures in one word."""
    lexemes, tokens = hearing.lexemes, hearing.tokens
    if j >= len(lexemes) or lexemes[j].first in hearing.taken:
        return None
    last = j
    while (
        last + 1 < len(lexemes)
        and hearing.glued(last + 1)
        and (
            tokens[lexemes[last + 1].first].kind in {"word", "number"}
            or (
                hearing.norm(last + 1) == "-"
                and hearing.glued(last + 2)
                and tokens[lexemes[last + 2].first].kind in {"word", "number"}
            )
        )
    ):
        last += 1
    code = "".join(tokens[k].text for k in range(lexemes[j].first, lexemes[last].last + 1))
    if not _CODE.fullmatch(code) and not code.isdigit():
        return None
    if code.isdigit():
        counted = hearing.has(
            last + 1,
            Cat.NIGHT,
            Cat.DAYS,
            Cat.WEEK,
            Cat.PERSON,
            Cat.ADULT,
            Cat.CHILD,
            Cat.ROOM,
            Cat.KIND,
            Cat.OF,
            Cat.SLASH,
            Cat.DASH,
            Cat.MONTH,
            Cat.MONTH_WEAK,
            Cat.TO,
            Cat.TIMES,
            Cat.HOUR,
            Cat.MONEY,
        )
        of_code = hearing.has(last + 1, Cat.OF, Cat.TO) and cued
        return last if len(code) <= _LONGEST_ID and (not counted or of_code) else None
    letters_and_figures = any(c.isdigit() for c in code) and any(c.isalpha() for c in code)
    if letters_and_figures and not (code[0].isdigit() and not code[-1].isdigit()) and sum(c.isdigit() for c in code) > 0:
        return last if cued or code.isupper() or "-" in code else None
    return last if cued and code.isupper() and len(code) >= _SHORTEST_LOCATOR and code.isalpha() else None
