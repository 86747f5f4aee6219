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
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from attrs import define, field

from hotel_agent.adapters.nlu.features import (
    BUCKETS,
    VOCABULARY_BITS,
    pair_buckets,
    slot_buckets,
    vocabulary_bits,
    word_buckets,
)
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.understanding import Intent, Language

FORMAT = "hotel-agent-intents/2"
_LANE = 4
_MIDDLE = 128
_MOST_CACHED = 4_096
_LANGUAGE_PRIOR, _LANGUAGE_PRIOR_OF_DATES = 0.8, 2.5
"""How much the language so far counts: more for "Mar 1-5", which is mostly figures."""
_FEW_WORDS = 2


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
    _cache: dict[str, tuple[int, int]] = field(factory=dict)

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

    def language(self, words: Sequence[str], prior: Language) -> Language:
        """Return the most likely language; *prior* is what it was taken for before this text."""
        scores, count = self._scores(words, ())
        if not words:
            return prior
        first = len(self._intents)
        spoken = sum(word.isalpha() for word in words)
        habit = _LANGUAGE_PRIOR_OF_DATES if spoken <= _FEW_WORDS < len(words) else _LANGUAGE_PRIOR
        logits = [
            self._bias[first + n]
            + scores[first + n] * self._scale[1] / math.sqrt(count)
            + (habit if language is prior else 0.0)
            for n, language in enumerate(self._languages)
        ]
        return self._languages[max(range(len(logits)), key=logits.__getitem__)]

    def intents(self, words: Sequence[str], slots: Iterable[str]) -> list[tuple[Intent, float]]:
        """Return every intent with its probability, the most likely first."""
        scores, count = self._scores(words, slots)
        step = self._scale[0] / math.sqrt(count)
        logits = [(self._bias[n] + scores[n] * step) / self._temperature for n in range(len(self._intents))]
        top = max(logits)
        weights = [math.exp(logit - top) for logit in logits]
        total = sum(weights)
        ranked = sorted(zip(self._intents, weights, strict=True), key=lambda pair: -pair[1])
        return [(intent, weight / total) for intent, weight in ranked]

    def knows(self, word: str) -> bool:
        """Whether *word* was often met in training; hardly any unknown word passes for known."""
        return all(self._vocabulary[bit >> 3] & (1 << (bit & 7)) for bit in vocabulary_bits(word))

    def _scores(self, words: Sequence[str], slots: Iterable[str]) -> tuple[Sequence[int], int]:
        rows, cache = self._rows, self._cache
        total = count = 0
        for word in words:
            known = cache.get(word)
            if known is None:
                buckets = word_buckets(word)
                known = (sum(rows[b] for b in buckets), len(buckets))
                if len(cache) < _MOST_CACHED:
                    cache[word] = known
            total += known[0]
            count += known[1]
        others = pair_buckets(words) + slot_buckets(slots)
        for b in others:
            total += rows[b]
        count += len(others)
        lanes = array("I")
        lanes.frombytes(total.to_bytes(_LANE * (len(self._intents) + len(self._languages)), "little"))
        return [lane - _MIDDLE * count for lane in lanes], count
