"""
The intent classifier: a softmax over hashed words, with calibrated confidence.

The model is a small file: one line of JSON, then the weights, one byte each. In memory the weights of a bucket, one for
each class, are
packed side by side into one large integer, so that adding up a text's buckets is a sum of integers and costs microseconds.
"""

import json
import math
import zlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from attrs import define, field

from hotel_agent.adapters.nlu.concepts import concepts_of
from hotel_agent.adapters.nlu.features import (
    BEGINNING,
    BUCKETS,
    END,
    VOCABULARY_BITS,
    neighbours,
    slot_buckets,
    subjects,
    vocabulary_bits,
    word_buckets,
)
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.understanding import Intent, Language

FORMAT = "hotel-agent-intents/2"
_LANE = 4
_MIDDLE = 128
_MOST_WORDS, _MOST_PAIRS = 4_096, 8_192
_LANGUAGE_PRIOR, _LANGUAGE_PRIOR_OF_DATES = 0.8, 2.5
"""How much the language so far counts: more for "Mar 1-5", which is mostly figures."""
_FEW_WORDS = 2


class Weighed(NamedTuple):
    """A text's words and the sum of their weights, as packed into `IntentClassifier`'s rows, over so many buckets."""

    words: Sequence[str]
    total: int
    buckets: int


@define
class IntentClassifier:
    """Tells the intent and the language of a text from its words."""

    _intents: tuple[Intent, ...]
    _languages: tuple[Language, ...]
    _bias: tuple[float, ...]
    _scale: tuple[float, float]
    """What one step of a byte is worth: for intents, for languages."""
    _temperature: float
    _rows: list[int]
    _vocabulary: bytes
    knows: Callable[[str], bool] = field(init=False)
    """Whether a word was often met in training; hardly any unknown word passes for known."""
    _of_word: Callable[[str], tuple[int, int, tuple[str, ...]]] = field(init=False)
    _of_neighbours: Callable[[str, str], int] = field(init=False)
    _of_subjects: Callable[[tuple[str, ...], tuple[str, ...]], tuple[int, int]] = field(init=False)
    _of_slot: Callable[[str], tuple[int, int]] = field(init=False)
    _intent_bias: tuple[float, ...] = field(init=False)
    _language_shift: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        # Words come again and again, beside the same neighbours: what they weigh is remembered, for those heard last.
        self.knows = lru_cache(maxsize=_MOST_WORDS)(self._in_vocabulary)
        self._of_word = lru_cache(maxsize=_MOST_WORDS)(self._word)
        self._of_neighbours = lru_cache(maxsize=_MOST_PAIRS)(self._neighbours)
        self._of_subjects = lru_cache(maxsize=_MOST_PAIRS)(self._subjects)
        self._of_slot = lru_cache(maxsize=None)(self._slot)
        self._intent_bias = self._bias[: len(self._intents)]
        self._language_shift = 8 * _LANE * len(self._intents)

    @classmethod
    def load(cls, path: Path | None = None) -> "IntentClassifier":
        """
        Read the model shipped with the package, or the one at *path*.

        Raises:
            InvalidValue: it is not a model of this version.

        """
        data = path.read_bytes() if path else (resources.files("hotel_agent.adapters.nlu") / "intents.model").read_bytes()
        header, _, body = data.partition(b"\n")
        try:
            told = json.loads(header)
            weights = zlib.decompress(body)
            intents = tuple(Intent(name) for name in told["intents"])
            languages = tuple(Language(name) for name in told["languages"])
        except (ValueError, KeyError, zlib.error) as error:
            raise InvalidValue("not an intent model of this version") from error
        lanes = len(intents) + len(languages)
        weights, vocabulary = weights[: lanes * BUCKETS], weights[lanes * BUCKETS :]
        if told.get("format") != FORMAT or told["buckets"] != BUCKETS or len(vocabulary) * 8 != VOCABULARY_BITS:
            raise InvalidValue("not an intent model of this version")
        wide = bytearray(len(weights) * _LANE)
        wide[::_LANE] = weights
        width = lanes * _LANE
        rows = [int.from_bytes(wide[i : i + width], "little") for i in range(0, len(wide), width)]
        return cls(
            intents=intents,
            languages=languages,
            bias=tuple(told["bias"]),
            scale=(told["scale"], told["language_scale"]),
            temperature=told["temperature"],
            rows=rows,
            vocabulary=vocabulary,
        )

    def weigh(self, words: Sequence[str]) -> Weighed:
        """Add up what *words* and their neighbourhoods weigh, for `language` and `intents`."""
        of_word, of_neighbours = self._of_word, self._of_neighbours
        total, buckets = 0, len(words) + 1
        before = BEGINNING
        left: tuple[str, ...] = ()
        for word in words:
            weight, more, about = of_word(word)
            total += weight + of_neighbours(before, word)
            buckets += more
            before = word
            if about:
                if left:
                    weight, more = self._of_subjects(left, about)
                    total += weight
                    buckets += more
                left = about
        return Weighed(words, total + of_neighbours(before, END), buckets)

    def language(self, said: Weighed, prior: Language) -> Language:
        """Return the most likely language; *prior* is what it was taken for before this text."""
        words = said.words
        if not words:
            return prior
        lanes = array("I")
        lanes.frombytes((said.total >> self._language_shift).to_bytes(_LANE * len(self._languages), "little"))
        middle, root = _MIDDLE * said.buckets, math.sqrt(said.buckets)
        spoken = sum(map(str.isalpha, words))
        habit = _LANGUAGE_PRIOR_OF_DATES if spoken <= _FEW_WORDS < len(words) else _LANGUAGE_PRIOR
        logits = [
            bias + (lane - middle) * self._scale[1] / root + (habit if language is prior else 0.0)
            for language, bias, lane in zip(self._languages, self._bias[len(self._intents) :], lanes, strict=True)
        ]
        return self._languages[max(range(len(logits)), key=logits.__getitem__)]

    def intents(self, said: Weighed, slots: Iterable[str], most: int | None = None) -> list[tuple[Intent, float]]:
        """Return the intents with their probabilities, the most likely first: all of them, or so many at *most*."""
        weights = self._weights(said, slots)
        total = sum(weights)
        ranked = sorted(range(len(weights)), key=weights.__getitem__, reverse=True)
        return [(self._intents[n], weights[n] / total) for n in ranked[:most]]

    def likeliest(self, said: Weighed) -> tuple[Intent, float]:
        """Return the first of `intents` for words without slots."""
        weights = self._weights(said, ())
        top = max(weights)
        return self._intents[weights.index(top)], top / sum(weights)

    def _weights(self, said: Weighed, slots: Iterable[str]) -> list[float]:
        """How likely each intent is against the likeliest."""
        total, buckets = said.total, said.buckets
        for slot in slots:
            weight, more = self._of_slot(slot)
            total += weight
            buckets += more
        lanes = array("I")
        lanes.frombytes(total.to_bytes(_LANE * len(self._bias), "little"))
        middle, step, temperature = _MIDDLE * buckets, self._scale[0] / math.sqrt(buckets), self._temperature
        logits = [(bias + (lane - middle) * step) / temperature for bias, lane in zip(self._intent_bias, lanes, strict=False)]
        top = max(logits)
        return [math.exp(logit - top) for logit in logits]

    def weight_of(self, buckets: Iterable[int]) -> int:
        """Return what *buckets* weigh together."""
        return sum(self._rows[b] for b in buckets)

    # ------------------------------------------------------------ what is remembered

    def _word(self, word: str) -> tuple[int, int, tuple[str, ...]]:
        """The sum of a word's rows, how many they are, and what it is about."""
        return *self._sum(word_buckets(word)), concepts_of(word)

    def _neighbours(self, a: str, b: str) -> int:
        return self._rows[neighbours(a, b)]

    def _subjects(self, left: tuple[str, ...], right: tuple[str, ...]) -> tuple[int, int]:
        return self._sum(subjects(left, right))

    def _slot(self, slot: str) -> tuple[int, int]:
        return self._sum(slot_buckets((slot,)))

    def _sum(self, buckets: Sequence[int]) -> tuple[int, int]:
        return self.weight_of(buckets), len(buckets)

    def _in_vocabulary(self, word: str) -> bool:
        return all(self._vocabulary[bit >> 3] & (1 << (bit & 7)) for bit in vocabulary_bits(word))
