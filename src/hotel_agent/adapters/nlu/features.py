"""
What the classifier sees of a text: words, pairs of neighbours and pieces of words, hashed into a fixed number of buckets.

Pieces of words make it forgive typing slips and endings it has not met. Training and serving use these same functions, so a
change
here needs a new model.
"""

import itertools
from collections.abc import Iterable, Sequence
from zlib import crc32

from hotel_agent.adapters.nlu.concepts import concepts_of
from hotel_agent.adapters.nlu.tokens import Token

BUCKETS = 1 << 15
_SHORTEST_PIECE, _LONGEST_PIECE = 3, 5
_LONGEST_WORD = 24
_PUNCTUATION = frozenset("?¿#+€$@%&/:")
"""What a mark tells: an exclamation mark tells nothing of what is wanted."""
_MOST_WORDS = 200
_CONCEPT_WEIGHT = 3
BEGINNING, END = "^", "$"
"""What stands before the first word and after the last."""

VOCABULARY_BITS = 1 << 17
"""Size of the set of known words: four bits each, by hash; about one unknown word in four thousand passes for known."""
_BITS_A_WORD = 4


def vocabulary_bits(word: str) -> list[int]:
    return [crc32(f"v{n} {word}".encode()) & (VOCABULARY_BITS - 1) for n in range(_BITS_A_WORD)]


def bucket(feature: str) -> int:
    return crc32(feature.encode()) & (BUCKETS - 1)


def words_of(tokens: Sequence[Token], masked: Iterable[int] = ()) -> list[str]:
    """Return the words of a text as the classifier knows them; *masked* tokens (a name, a number) leave no trace."""
    hidden = frozenset(masked)
    words: list[str] = []
    for index, token in enumerate(tokens):
        if index in hidden:
            continue
        if token.kind == "word":
            words.append(token.norm[:_LONGEST_WORD])
        elif token.kind == "number":
            words.append("0" * min(len(token.norm), 4))
        elif token.kind != "mark":
            words.append(f"<{token.kind}>")
        elif token.norm in _PUNCTUATION:
            words.append(token.norm)
        if len(words) == _MOST_WORDS:
            break
    return words


def word_buckets(word: str) -> tuple[int, ...]:
    """The buckets of one word: itself and its pieces of three to five characters, ends marked."""
    found = [bucket("w " + word), bucket("w " + word)]
    marked = f"<{word}>"
    if word.isalpha():
        for size in range(_SHORTEST_PIECE, min(_LONGEST_PIECE, len(marked) - 1) + 1):
            found += [bucket("p " + marked[i : i + size]) for i in range(len(marked) - size + 1)]
    found += [bucket("c " + concept) for concept in concepts_of(word) for _ in range(_CONCEPT_WEIGHT)]
    return tuple(found)


def pair_buckets(words: Sequence[str]) -> list[int]:
    """The buckets of neighbours, the text's beginning and end among them."""
    found = [neighbours(a, b) for a, b in itertools.pairwise([BEGINNING, *words, END])]
    about = [concepts for word in words if (concepts := concepts_of(word))]
    for left, right in itertools.pairwise(about):
        found += subjects(left, right)
    return found


def neighbours(a: str, b: str) -> int:
    """The bucket of one word after another."""
    return bucket(f"b {a} {b}")


def subjects(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[int, ...]:
    """The buckets of what two words, one after the other, are about."""
    return tuple(bucket(f"d {a} {b}") for a in left[:2] for b in right[:2])


def slot_buckets(slots: Iterable[str]) -> list[int]:
    """The buckets of what was read from the text: that it has a date or a party, not which."""
    return [bucket("s " + slot) for slot in slots for _ in range(2)]
