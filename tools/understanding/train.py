"""
Trains the intent model: `python train.py --seed 7 --out ../../src/hotel_agent/adapters/nlu/intents.model`.

Needs numpy and scikit-learn, which the product does not. Two softmaxes over the same hashed words: intents and languages. The
sentences written by hand are also judged in folds, each by a model that has not seen it; that figure flatters, because phrases were
written with them in mind.
"""
# ruff: noqa: INP001, S311, T201, E501 - a script and its tables

import argparse
import json
import math
import sys
import zlib
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "src")]

from generate import sentences

from hotel_agent.adapters.nlu.classifier import FORMAT
from hotel_agent.adapters.nlu.features import (
    BUCKETS,
    VOCABULARY_BITS,
    pair_buckets,
    slot_buckets,
    vocabulary_bits,
    word_buckets,
    words_of,
)
from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.languages import lexicons
from hotel_agent.adapters.nlu.slots import masked, read_slots, slot_names
from hotel_agent.adapters.nlu.tokens import Token, tokenize
from hotel_agent.adapters.nlu.words_en import ENGLISH
from hotel_agent.adapters.nlu.words_es import SPANISH
from hotel_agent.adapters.nlu.words_pt import PORTUGUESE
from hotel_agent.domain.understanding import Intent, Language, Listening

LEXICONS = lexicons()
INTENTS = [intent.value for intent in Intent]
LANGUAGES = [language.value for language in Language]
FOLDS = 5
OFTEN = 4
OWN_WORDS = 10
"""How often a word of the grammar counts when languages are learnt."""
TODAY = date(2026, 6, 10)


def buckets(text: str, language: str) -> tuple[list[int], list[int]]:
    """The features of a text for the intents and for the language."""
    tokens = tokenize(text)
    spoken = Language(language)
    hearing = Hearing(text, tokens, LEXICONS[spoken].read(tokens), spoken, Listening(today=TODAY, language=spoken))
    read_slots(hearing)
    words = words_of(tokens, masked(hearing))
    of_words = [b for word in words for b in word_buckets(word)] + pair_buckets(words)
    return of_words + slot_buckets(slot_names(hearing)), plain_buckets(tokens)


def plain_buckets(tokens: tuple[Token, ...]) -> list[int]:
    words = words_of(tokens)
    return [b for word in words for b in word_buckets(word)] + pair_buckets(words)


def own_words() -> list[tuple[str, str]]:
    """The words of the stay grammar that only one language has: (word, language). A date alone should tell its language too."""
    tables = {"es": SPANISH, "en": ENGLISH, "pt": PORTUGUESE}
    forms = {
        language: {
            " ".join(t.norm for t in tokenize(form))
            for values in table.values()
            for v in values.values()
            for form in v.split("|")
        }
        for language, table in tables.items()
    }
    common = {form for form in set().union(*forms.values()) if sum(form in own for own in forms.values()) > 1}
    return [(form, language) for language, own in forms.items() for form in sorted(own - common) if form[:1].isalpha()]


def matrix(rows: list[list[int]]) -> csr_matrix:
    """One row a text: counts over the square root of their number, as the classifier does it."""
    indptr = np.cumsum([0, *(len(row) for row in rows)])
    data = np.concatenate([np.full(len(row), 1 / math.sqrt(max(1, len(row)))) for row in rows])
    found = csr_matrix(
        (data, np.concatenate([np.array(row, dtype=np.int64) for row in rows]), indptr), shape=(len(rows), BUCKETS)
    )
    found.sum_duplicates()
    return found


def fitted(x: csr_matrix, y: np.ndarray, weights: np.ndarray, c: float) -> tuple[np.ndarray, np.ndarray]:
    model = LogisticRegression(C=c, max_iter=400, tol=1e-3)
    model.fit(x, y, sample_weight=weights)
    assert list(model.classes_) == list(range(len(model.classes_)))
    return model.coef_, model.intercept_


def temperature(logits: np.ndarray, y: np.ndarray) -> float:
    """The divisor that makes the probabilities of *y* likeliest."""

    def loss(t: float) -> float:
        scaled = logits / t
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(y)), y]))

    return min(np.arange(0.3, 3.0, 0.02), key=loss)


def quantised(coefficients: np.ndarray) -> tuple[np.ndarray, float]:
    scale = float(np.abs(coefficients).max()) / 127
    return np.clip(np.round(coefficients / scale) + 128, 1, 255).astype(np.uint8), scale


def vocabulary(told: list[dict[str, object]]) -> bytes:
    """Four bits for every word that more than a slip of the finger put into the sentences."""
    counts = Counter(word for s in told for word in set(words_of(tokenize(str(s["text"])))))
    bits = bytearray(VOCABULARY_BITS // 8)
    for word, times in counts.items():
        if times >= OFTEN:
            for bit in vocabulary_bits(word):
                bits[bit >> 3] |= 1 << (bit & 7)
    return bytes(bits)


def judged(
    told: list[dict[str, object]], x: csr_matrix, y: np.ndarray, weights: np.ndarray, chosen: argparse.Namespace
) -> None:
    """Judge the sentences written by hand in folds."""
    lines = [str(s["line"]) for s in told]
    by_hand = sorted({line for line in lines if line.startswith("hand-")})
    Random(chosen.seed).shuffle(by_hand)
    logits, labels = [], []
    for fold in range(chosen.folds):
        unseen = set(by_hand[fold :: chosen.folds])
        out = np.array([line in unseen for line in lines])
        first = np.array([line in unseen and (n == 0 or lines[n - 1] != line) for n, line in enumerate(lines)])
        coefficients, bias = fitted(x[~out], y[~out], weights[~out], chosen.c)
        logits.append(x[first] @ coefficients.T + bias)
        labels.append(y[first])
    together, right = np.concatenate(logits), np.concatenate(labels)
    heat = temperature(together, right)
    share = (together.argmax(axis=1) == right).mean()
    print(
        f"sentences written by hand, {chosen.folds} folds: {share:.3f} of {len(right)} right, best temperature there {heat:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--c", type=float, default=4.0)
    parser.add_argument("--folds", type=int, default=FOLDS, help="0 leaves the judging out, which takes most of the time")
    parser.add_argument(
        "--temperature", type=float, default=0.8, help="chosen on sentences nobody tuned for; see docs/understanding.md"
    )
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "src/hotel_agent/adapters/nlu/intents.model")
    chosen = parser.parse_args()
    told = list(sentences(chosen.seed))
    rows = [buckets(str(s["text"]), str(s["lang"])) for s in told]
    own = own_words() * OWN_WORDS
    x = matrix([a for a, _ in rows])
    x_language = matrix([b for _, b in rows] + [plain_buckets(tokenize(word)) for word, _ in own])
    y = np.array([INTENTS.index(str(s["intent"])) for s in told])
    y_language = np.array([LANGUAGES.index(language) for language in [*(str(s["lang"]) for s in told), *(la for _, la in own)]])
    counts = np.bincount(y, minlength=len(INTENTS))
    weights = np.sqrt(counts.mean() / counts)[y]  # rare intents count more, but not fully
    print(f"{len(told)} sentences, {x.nnz / len(told):.0f} features each")

    if chosen.folds:
        judged(told, x, y, weights, chosen)
    coefficients, bias = fitted(x, y, weights, chosen.c)
    print(f"trained on all: {((x @ coefficients.T + bias).argmax(axis=1) == y).mean():.4f} right on itself")
    of_language, bias_language = fitted(x_language, y_language, np.ones(len(y_language)), 5.0)
    bytes_intents, scale = quantised(coefficients)
    bytes_language, language_scale = quantised(of_language)
    header = {
        "format": FORMAT, "buckets": BUCKETS, "intents": INTENTS, "languages": LANGUAGES, "scale": scale, "language_scale": language_scale,
        "bias": [round(float(b), 5) for b in [*bias, *bias_language]], "temperature": chosen.temperature, "sentences": len(told), "seed": chosen.seed,
    }  # fmt: skip
    body = np.concatenate([bytes_intents, bytes_language]).T.tobytes() + vocabulary(told)
    chosen.out.write_bytes(json.dumps(header).encode() + b"\n" + zlib.compress(body, 9))
    print(f"{chosen.out.name}: {chosen.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
