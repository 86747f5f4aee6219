"""
Cuts a text into tokens that remember where they stood.

Everything after this works on `norm` (lower case, no accents, long drawn letters shortened), and every answer can be traced
back to
the guest's own characters by `start` and `end`.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MAX_CHARACTERS = 4_000
"""What is read of one text; a longer one is read up to here (the WhatsApp limit is 4,096)."""

_SPECIAL = re.compile(
    r"""
    (?P<email>[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9][A-Za-z0-9\-]{0,62}(?:\.[A-Za-z0-9\-]{1,63}){1,6})
  | (?P<code>\bha-[a-z2-7]{26}\b)
  | (?P<link>(?:https?://|www\.)\S{1,400})
  | (?P<number>\d+)
  | (?P<word>[^\W\d_]+(?:['’´`][^\W\d_]+)*)
  | (?P<mark>\S)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = re.compile(r"(?P<number>\d+)|(?P<word>[^\W\d_]+(?:['’´`][^\W\d_]+)*)|(?P<mark>\S)")
"""The same for a text that has no address, code or link in it, which is nearly every one."""
_SIGNS = ("@", "ha-", "://", "www.")
"""One of these is in every address, code or link, in lower case."""
_APOSTROPHES = str.maketrans({"’": "'", "´": "'", "`": "'", "‘": "'"})
_DRAWN = re.compile(r"(.)\1{2,}")


class Token(NamedTuple):
    """A word, a number or a mark of the text: `text[start:end]`."""

    kind: str
    """`word`, `number`, `mark`, `email`, `code` or `link`."""
    text: str
    norm: str
    start: int
    end: int
    glued: bool
    """No white space before it."""


@lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """Return *text* in lower case without accents, `holaaaa` as `hola`; the cedilla and the tilde of ñ go too."""
    low = text[:MAX_CHARACTERS].casefold()
    if not low.isascii():
        low = "".join(c for c in unicodedata.normalize("NFKD", low.translate(_APOSTROPHES)) if not unicodedata.combining(c))
    return _DRAWN.sub(r"\1", low)


def tokenize(text: str) -> tuple[Token, ...]:
    """Return the tokens of the first `MAX_CHARACTERS` of *text*, in order; never raises."""
    tokens: list[Token] = []
    end = -1
    low = text[:MAX_CHARACTERS].casefold()
    pattern = _SPECIAL if any(sign in low for sign in _SIGNS) else _PLAIN
    for match in pattern.finditer(text, 0, min(len(text), MAX_CHARACTERS)):
        kind = match.lastgroup or "mark"
        start, stop = match.span()
        words = match[0]
        if kind != "number":
            norm = fold(words)
        elif words.isascii():
            norm = words
        else:
            norm = "".join(str(unicodedata.digit(c, 0)) for c in words)
        tokens.append(Token(kind, words, norm, start, stop, start == end))
        end = stop
    return tuple(tokens)
