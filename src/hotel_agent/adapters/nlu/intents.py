"""From the classifier's probabilities to what is meant here: readable rules for what was asked last and for several intents in one text."""

from hotel_agent.adapters.nlu.classifier import IntentClassifier
from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.domain.understanding import Intent

from attrs import frozen


@frozen
class Decision:
    intent: Intent
    confidence: float
    runners_up: tuple[tuple[Intent, float], ...] = ()
    also: tuple[Intent, ...] = ()


def decide(classifier: IntentClassifier, hearing: Hearing, words: list[str], slots: list[str]) -> Decision:
    ranked = classifier.intents(words, slots)
    return Decision(ranked[0][0], ranked[0][1], tuple(ranked[1:4]))
