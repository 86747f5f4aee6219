"""
What a hotel knows about itself, entry by entry, and which entry answers a question.

Finding is small and can be followed by hand. A question is answered by the entries on the subjects it names (`pileta` names
`pool`), else by the entry one of whose own questions it resembles: the words both have, the rare ones counting more, must be
at least half of both. What is found is said word for word; what is not found is never made up.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import log
from typing import Final

from attrs import field, frozen

from hotel_agent.domain.subjects import ASKING_WORDS, GENERAL_WORDS, SMALL_WORDS, SUBJECTS
from hotel_agent.domain.understanding import Language
from hotel_agent.domain.wordlists import Stems, WordLists, stems_of, within

MOST_ENTRIES: Final = 3
"""Entries that one question is answered with at most."""
ALIKE: Final = 0.5
"""From this likeness on a question is taken for one of the hotel's own (1: the same words)."""
NEARLY_THE_SAME: Final = 0.8
"""From this likeness on it is preferred to the subjects named."""


@frozen(kw_only=True)
class Entry:
    """
    One thing the hotel tells. `texts` by language; the first is said to those whose language is missing.

    `id` may be one of the known subjects; then guests' usual words for it find it. `words` are further ones, `questions` are
    ways to ask for it, in any language.
    """

    id: str
    texts: tuple[tuple[Language, str], ...]
    words: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    def text(self, language: Language) -> str:
        return dict(self.texts).get(language) or self.texts[0][1]


@frozen(kw_only=True)
class Found:
    """`missing` are the known subjects that the question names and nothing is known about; `strange` its other words."""

    entries: tuple[Entry, ...] = ()
    missing: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


@frozen(kw_only=True, cache_hash=True)
class Knowledge:
    """All that a hotel has told about itself."""

    entries: tuple[Entry, ...] = field(default=())

    def find(self, question: str) -> Found:
        """Say which entries answer *question*, best first, and what of it they leave open."""
        asked = stems_of(question)
        named = _TERMS.named(asked)
        index = _index_of(self)
        alike = max(((index.likeness(asked, n), -n) for n in index.questions), default=(0.0, 0))
        if alike[0] >= NEARLY_THE_SAME:
            return Found(entries=(index.entry_of(-alike[1]),))
        hits = [
            entry for entry in self.entries if entry.id in named or any(within(stems_of(word), asked) for word in entry.words)
        ]
        answered = {entry.id for entry in hits}
        missing = tuple(subject for subject in named if subject not in answered)
        if not hits and alike[0] >= ALIKE:
            return Found(entries=(index.entry_of(-alike[1]),))
        covered = {stem for subject in named for term in _TERMS.terms[subject] for stem in term}
        strange = (
            () if not asks_for_one_thing(asked) else tuple(stem for stem in _content(asked) if stem not in covered | _GENERAL)
        )
        return Found(entries=tuple(hits[:MOST_ENTRIES]), missing=missing, strange=strange)


def mentions(text: str, subjects: Iterable[str], stems: Iterable[str]) -> bool:
    """Tell whether *text* speaks of one of *subjects* or has one of *stems* in it."""
    told = stems_of(text)
    return any(subject in _TERMS.named(told) for subject in subjects) or any(stem in told for stem in stems)


def named_in(text: str) -> tuple[str, ...]:
    """Name the known subjects that *text* speaks of."""
    return _TERMS.named(stems_of(text))


def asks_for_one_thing(asked: Stems) -> bool:
    return not _ASKING.isdisjoint(asked)


def _content(stems: Stems) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stem for stem in stems if stem not in _SMALL and len(stem) > 1))


@frozen
class _Index:
    """The questions of all entries, by number, with how rare each word is."""

    entries: tuple[Entry, ...]
    questions: dict[int, tuple[int, frozenset[str]]]
    weights: dict[str, float]

    def entry_of(self, number: int) -> Entry:
        return self.entries[self.questions[number][0]]

    def likeness(self, asked: Stems, number: int) -> float:
        """Weigh what *asked* and a question have in common against both (their harmonic mean)."""
        here, there = frozenset(_content(asked)), self.questions[number][1]
        common = self._weight(here & there)
        return 2 * common / (self._weight(here) + self._weight(there)) if common else 0.0

    def _weight(self, stems: frozenset[str]) -> float:
        most = max(self.weights.values(), default=1.0)
        return sum(self.weights.get(stem, most) for stem in sorted(stems))


@lru_cache(maxsize=256)
def _index_of(knowledge: Knowledge) -> _Index:
    asked = [(n, frozenset(_content(stems_of(text)))) for n, entry in enumerate(knowledge.entries) for text in entry.questions]
    every = {stem for _, stems in asked for stem in stems}
    weights = {stem: log(1 + len(asked) / sum(stem in stems for _, stems in asked)) for stem in sorted(every)}
    return _Index(knowledge.entries, dict(enumerate(asked)), weights)


_TERMS: Final = WordLists.of(SUBJECTS)
_SMALL: Final = frozenset(stem for word in SMALL_WORDS.split() for stem in stems_of(word))
_GENERAL: Final = frozenset(stem for word in GENERAL_WORDS.split() for stem in stems_of(word))
_ASKING: Final = frozenset(stem for word in ASKING_WORDS.split() for stem in stems_of(word))
