from pathlib import Path

import pytest

from hotel_agent.adapters.nlu.classifier import IntentClassifier
from hotel_agent.adapters.nlu.features import words_of
from hotel_agent.adapters.nlu.tokens import fold, tokenize
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.understanding import Intent

CLASSIFIER = IntentClassifier.load()


def test_probabilities_of_all_intents_sum_to_one() -> None:
    ranked = CLASSIFIER.intents(CLASSIFIER.weigh(words_of(tokenize("quiero una habitación"))), ())
    assert {intent for intent, _ in ranked} == set(Intent)
    assert sum(share for _, share in ranked) == pytest.approx(1.0)
    assert [share for _, share in ranked] == sorted((share for _, share in ranked), reverse=True)


@pytest.mark.parametrize("content", [b"", b"{}\nxx", b'{"format": "other"}\n', b"\x80\x04pickle"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(InvalidValue):
        IntentClassifier.load(tmp_path / "m")


def test_words_met_in_training_are_known_and_struck_keys_are_not() -> None:
    assert CLASSIFIER.knows("habitacion")
    assert sum(CLASSIFIER.knows(word) for word in ("xqzzt", "qwlkjp", "zzxvbn", "hjkpoi")) <= 1


def test_tokens_keep_their_place_and_lose_their_accents() -> None:
    text = "¡Habitación  22nd, señor!"
    assert [text[t.start : t.end] for t in tokenize(text)] == ["¡", "Habitación", "22", "nd", ",", "señor", "!"]
    assert (fold("HABITACIÓN"), fold("holaaaa"), fold("O’Brien")) == ("habitacion", "hola", "o'brien")
