"""Slips of the finger that are forgiven: months and weekdays with one letter wrong."""

from collections.abc import Mapping

from hotel_agent.adapters.nlu.lexemes import Cat, Cats
from hotel_agent.adapters.nlu.vocabulary import NO_SLIPS

_TYPO_LENGTH = 5
_FORGIVEN = (Cat.MONTH, Cat.WEEKDAY)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def slips_of(words: Mapping[str, Cats]) -> dict[str, str]:
    """
    Return {misspelling: word} for one slip in a month or weekday that is no word itself and belongs to one of them only.

    A slip is a letter left out, doubled, changed or swapped with its neighbour; a first letter is believed.
    """
    slips: dict[str, str] = {}
    taken: set[str] = set()
    for word, cats in words.items():
        if len(word) < _TYPO_LENGTH or not any(cat in cats for cat in _FORGIVEN):
            continue
        for slip in _slips(word):
            if len(slip) < _TYPO_LENGTH or slip in words or slip in NO_SLIPS:
                continue
            if slip in slips and words[slips[slip]] != cats:
                taken.add(slip)
            slips[slip] = word
    return {slip: word for slip, word in slips.items() if slip not in taken}


def _slips(word: str) -> set[str]:
    found: set[str] = set()
    for i in range(1, len(word)):
        head, tail = word[:i], word[i:]
        found.add(head + tail[1:])
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
        for letter in _LETTERS:
            found.add(head + letter + tail[1:])
            found.add(head + letter + tail)
    found.discard(word)
    return found
