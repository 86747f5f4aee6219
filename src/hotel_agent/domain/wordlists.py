"""Texts taken apart into stems, and lists of terms found in them. Written to be followed by hand: no model, no weights."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from attrs import frozen

WORDS_READ: Final = 120
"""Words of a text that are looked at."""
_SHORTEST: Final = 4

Stems = tuple[str, ...]


@lru_cache(maxsize=4096)
def stems_of(text: str) -> Stems:
    """Take a text apart: lower case, no accents, no endings for number and gender."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(sign))
    return tuple(_stem(word) for word in re.findall(r"[a-z0-9]+", bare)[:WORDS_READ])


def _stem(word: str) -> str:
    if len(word) > _SHORTEST and word.endswith("es"):
        word = word[:-2]
    elif len(word) >= _SHORTEST and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > _SHORTEST and word[-1] in "aeo":
        word = word[:-1]
    return word


@frozen
class WordLists:
    """Terms by the name they stand for. A term of several words must stand together."""

    terms: Mapping[str, tuple[Stems, ...]]
    _by_first: Mapping[str, tuple[tuple[Stems, str], ...]]

    @classmethod
    def of(cls, lists: Mapping[str, str]) -> "WordLists":
        """Read lists as they are written: `{"pool": "pileta|piscina|swimming pool"}`."""
        terms = {name: tuple(dict.fromkeys(stems_of(term) for term in text.split("|"))) for name, text in lists.items()}
        by_first: dict[str, list[tuple[Stems, str]]] = defaultdict(list)
        for name, known in terms.items():
            for term in known:
                by_first[term[0]].append((term, name))
        return cls(terms, {first: tuple(found) for first, found in by_first.items()})

    def found_in(self, said: Stems) -> Iterator[tuple[int, int, str]]:
        """Give each term found: the words from and until which it stands, and its name."""
        for start, stem in enumerate(said):
            for term, name in self._by_first.get(stem, ()):
                if said[start : start + len(term)] == term:
                    yield start, start + len(term), name

    def named(self, said: Stems) -> tuple[str, ...]:
        """Name what is found, in order; a term inside a longer one does not count ("air" in "air conditioning")."""
        found = sorted(self.found_in(said))
        longest = [
            one
            for one in found
            if not any(other[0] <= one[0] and one[1] <= other[1] and other[1] - other[0] > one[1] - one[0] for other in found)
        ]
        return tuple(dict.fromkeys(name for _, _, name in longest))


def within(term: Stems, said: Stems) -> bool:
    """Tell whether *term* stands in *said*, in one piece."""
    return bool(term) and any(said[n : n + len(term)] == term for n in range(len(said) - len(term) + 1))
