"""Keys struck at random: what shows in a word alone that nobody meant it."""

import re

from hotel_agent.adapters.nlu.tokens import fold

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "asdfghjklñ", "poiuytrewq", "lkjhgfdsa", "mnbvcxz")
_RUN = 4
_RUNS = frozenset(row[i : i + _RUN] for row in _ROWS for i in range(len(row) - _RUN + 1))
_LONG = re.compile(r"\w{6,64}")
_CHANGES = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_MANY_CHANGES = 3
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
_VOWELS = frozenset("aeiouy")
_REPEATED = 3
_MUTE = 4
"""So many letters without a vowel are no name; "Ng", "Brm" and initials are shorter."""
_LONGEST_CLUSTER = 6
_LONG_CLUSTER = re.compile(r"[^aeiouy]{5}")
_SPOKEN = ("sch", "str")
"""Five consonants in a row are spoken where one of these is among them: Kirschner, Lindström."""


def one_letter(text: str) -> bool:
    """Whether *text* is one letter, once or drawn out: "n", "ssss", "ñññ"."""
    return len(set(text.casefold())) == 1


def row_of_keys(word: str) -> bool:
    """Whether four neighbouring keys and more make up *word* or begin it: "asdfgh", "lkjh", "qwertz"."""
    return word[:_RUN] in _RUNS and any(word in row or word.startswith(row[:_RUN]) for row in _ROWS)


def letters_among_figures(text: str) -> bool:
    """Whether a long word changes between letters and figures again and again, as keys and hashes do: "KRSXG5BAMRQXG3DF"."""
    mixed = [word for word in _LONG.findall(text) if not (word.isalpha() or word.isdecimal())]
    return any(len(_CHANGES.findall(word)) >= _MANY_CHANGES for word in mixed)


def struck_at_random(text: str) -> bool:
    """Whether a word cannot be a name: one letter again and again, a row of keys, letters without a vowel."""
    if one_letter(text):
        return len(text) >= _REPEATED
    word = fold(text)
    if not set(word) <= _LATIN:
        return False
    if row_of_keys(word):
        return True
    longest = run = 0
    for letter in word:
        run = 0 if letter in _VOWELS else run + 1
        longest = max(longest, run)
    unspoken = any(not any(part in found for part in _SPOKEN) for found in _LONG_CLUSTER.findall(word))
    return (longest == len(word) >= _MUTE) or longest >= _LONGEST_CLUSTER or unspoken
