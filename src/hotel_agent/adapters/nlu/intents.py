"""
From the classifier's probabilities to what is meant here.

The classifier hears the words; these rules hear the moment: what was asked last, whether a text is nothing but the details
asked for,
whether a yes has a "but" in it, and whether one message says several things. Each rule may only turn a doubtful or harmless
reading
into a safer or clearer one.
"""

import re
from collections.abc import Iterable

from attrs import evolve, frozen

from hotel_agent.adapters.nlu.classifier import IntentClassifier
from hotel_agent.adapters.nlu.features import words_of
from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.lexemes import Cat
from hotel_agent.adapters.nlu.tokens import Token
from hotel_agent.adapters.nlu.vocabulary import ASKING, BUT, GLUE_WORDS, JOINTS, YES
from hotel_agent.domain.understanding import Expecting, Intent

_SURE = 0.95
_ACT = 0.8
_ALSO = 0.75
_NOTHING_SAID = 0.2
_RUNNERS_UP = 3
_MOST_CLAUSES = 8

_SOCIAL = frozenset({Intent.GREETING, Intent.THANKS, Intent.GOODBYE})
_NEVER_ALSO = frozenset({Intent.PROVIDE_DETAILS, Intent.OUT_OF_SCOPE, Intent.AFFIRM, Intent.DENY, Intent.HELP})
_DOUBTFUL = frozenset(
    {
        Intent.OUT_OF_SCOPE,
        Intent.PROVIDE_DETAILS,
        Intent.CHECK_AVAILABILITY,
        Intent.CREATE_RESERVATION,
        Intent.AFFIRM,
        Intent.GREETING,
        Intent.ASK_ROOM_TYPES,
    }
)
"""What a bare answer to a question may be mistaken for."""
_ANSWERS = {
    Expecting.DATES: ("stay",),
    Expecting.DEPARTURE: ("stay",),
    Expecting.DATES_CHOICE: ("stay", "option"),
    Expecting.PARTY: ("adults", "child_ages"),
    Expecting.OFFER: ("option", "room_kind", "room_name", "room_id"),
    Expecting.NAME: ("name",),
    Expecting.EMAIL: ("email",),
    Expecting.PHONE: ("phone",),
    Expecting.RESERVATION_CODE: ("reservation_code",),
}
_CONTACTS = ("name", "email", "phone")
_GLUE = (
    Cat.ART,
    Cat.OF,
    Cat.FROM,
    Cat.TO,
    Cat.FOR,
    Cat.AND,
    Cat.WITH,
    Cat.WE_ARE,
    Cat.NAME_CUE,
    Cat.PHONE_CUE,
    Cat.DAY_WORD,
    Cat.COMMA,
    Cat.STOP,
    Cat.DOT,
    Cat.DASH,
    Cat.SLASH,
    Cat.PER,
    Cat.AT,
    Cat.INDEFINITE,
    Cat.BOOKING,
    Cat.ME,
    Cat.TYPO,
    Cat.ARRIVE,
    Cat.LEAVE,
    Cat.BETWEEN,
    Cat.COUPLE,
    Cat.RELATIONS,
    Cat.KIND,
    Cat.ROOM,
)
_EMOJI = {
    "👍": Intent.AFFIRM,
    "👌": Intent.AFFIRM,
    "✅": Intent.AFFIRM,
    "✔": Intent.AFFIRM,
    "👎": Intent.DENY,
    "❌": Intent.DENY,
    "👋": Intent.GREETING,
    "🙏": Intent.THANKS,
    "❤": Intent.THANKS,
    "😊": Intent.THANKS,
}
_SHORTEST_WORD = 3
_SHORT_YES = 3
"""A yes to a read-back may name what it is to: "sí, cancelar", "sí, la doble"."""
_SUM = re.compile(
    r"\d (?:por|mas|menos|entre|dividido(?: por| entre)?|vezes|mais|times|plus|minus|x|\*|\+|/|divided by) \d+\b"
    r"(?! (?:noch|nigh|noit|pers|adul))",
)
_BREAKS = frozenset(".?!;,\n¿¡")


@frozen
class Decision:
    intent: Intent
    confidence: float
    runners_up: tuple[tuple[Intent, float], ...] = ()
    also: tuple[Intent, ...] = ()


def decide(classifier: IntentClassifier, hearing: Hearing, words: list[str], slots: list[str]) -> Decision:
    """Say what is meant; *words* and *slots* are what the classifier may see of the text."""
    spoken = [word for word in words if word[0].isalnum()]
    if not spoken and not hearing.slots:
        return _wordless(hearing)
    ranked = classifier.intents(words, slots)
    decision = Decision(ranked[0][0], ranked[0][1], tuple(ranked[1 : 1 + _RUNNERS_UP]))
    decision = _in_context(_outside(classifier, decision, hearing, spoken), hearing)
    return _several(classifier, decision, hearing)


def _outside(classifier: IntentClassifier, decision: Decision, hearing: Hearing, spoken: list[str]) -> Decision:
    """Keys struck at random and sums are not about a hotel, whatever they look like."""
    if not hearing.slots and decision.confidence < _SURE:
        letters = [word for word in spoken if word.isalpha() and len(word) >= _SHORTEST_WORD]
        if letters and not any(classifier.knows(word) for word in letters):
            return _turned(decision, Intent.OUT_OF_SCOPE, _ACT)
    asked = "stay" not in hearing.slots and bool(spoken) and spoken[0] in ASKING
    if asked and _SUM.search(" ".join(token.norm for token in hearing.tokens)):
        return _turned(decision, Intent.OUT_OF_SCOPE, _SURE)
    return decision


def _wordless(hearing: Hearing) -> Decision:
    for token in hearing.tokens:
        if token.text in _EMOJI:
            return Decision(_EMOJI[token.text], _SURE)
    return Decision(Intent.OUT_OF_SCOPE, _NOTHING_SAID)


def _turned(decision: Decision, intent: Intent, confidence: float) -> Decision:
    if intent is decision.intent:
        return evolve(decision, confidence=max(confidence, decision.confidence))
    others = (decision.intent, round(1 - confidence, 6)), *(pair for pair in decision.runners_up if pair[0] is not intent)
    return Decision(intent, confidence, others[:_RUNNERS_UP], decision.also)


def _in_context(decision: Decision, hearing: Hearing) -> Decision:
    slots, expecting = hearing.slots, hearing.listening.expecting
    yes = _says_yes(hearing.tokens)
    contacts = any(slot in slots for slot in _CONTACTS)
    if yes and any(token.norm in BUT for token in hearing.tokens):
        doubtful = decision.intent in _DOUBTFUL or decision.confidence < _ACT
        return _turned(decision, Intent.PROVIDE_DETAILS, _ACT) if doubtful else decision
    if yes and contacts and decision.intent in _DOUBTFUL:
        return _turned(decision, Intent.AFFIRM, _SURE)
    if (
        decision.intent is Intent.AFFIRM
        and not yes
        and slots.keys() - {"price_named", "urgent"}
        and decision.confidence < _SURE
    ):
        return _turned(decision, Intent.PROVIDE_DETAILS, _ACT)
    if expecting in {Expecting.YES, Expecting.CANCEL_YES} and yes:
        few_words = sum(token.kind == "word" for token in hearing.tokens) <= _SHORT_YES
        if few_words or decision.intent in _DOUBTFUL | {Intent.CANCEL_RESERVATION}:
            return _turned(decision, Intent.AFFIRM, max(_ACT, decision.confidence))
    if any(slot in slots for slot in _ANSWERS.get(expecting, ())) and not yes:
        if decision.intent in _DOUBTFUL or decision.confidence < _ACT:
            return _turned(decision, Intent.PROVIDE_DETAILS, _SURE)
    elif slots and not yes and decision.confidence < _SURE and _only_details(hearing):
        return _turned(decision, Intent.PROVIDE_DETAILS, _SURE)
    return decision


def _says_yes(tokens: Iterable[Token]) -> bool:
    """A confirming word among the first few: "sí", "ok, confirmo", "bueno dale"."""
    spoken = [token.norm for token in tokens if token.kind == "word"][:3]
    if not spoken or spoken[0] in {"no", "nao", "not"}:
        return False
    return spoken[0] in YES or (
        len(spoken) > 1 and spoken[1] in YES and spoken[0] in {"de", "muy", "esta", "todo", "lo", "la", "i", "we", "pode", "go"}
    )


def _only_details(hearing: Hearing) -> bool:
    """Whether everything said belongs to a slot or is glue between them."""
    for lexeme in hearing.lexemes:
        if all(i in hearing.taken for i in range(lexeme.first, lexeme.last + 1)):
            continue
        token = hearing.tokens[lexeme.first]
        if token.kind == "word" and not any(cat in lexeme.cats for cat in _GLUE) and token.norm not in GLUE_WORDS:
            return False
        if token.norm == "?":
            return False
    return True


# ---------------------------------------------------------------- several things in one message


def _several(classifier: IntentClassifier, decision: Decision, hearing: Hearing) -> Decision:
    clauses = _clauses(hearing)
    if len(clauses) <= 1:
        return decision
    heard: list[tuple[Intent, float]] = []
    for words in clauses[:_MOST_CLAUSES]:
        intent, confidence = classifier.intents(words, ())[0]
        if confidence >= _ALSO and intent not in {known for known, _ in heard}:
            heard.append((intent, confidence))
    if decision.intent in _SOCIAL or decision.confidence < _ACT:
        better = [pair for pair in heard if pair[0] not in _SOCIAL | _NEVER_ALSO and pair[1] >= _ACT]
        if better and decision.intent not in {Intent.AFFIRM, Intent.PROVIDE_DETAILS}:
            decision = _turned(decision, better[0][0], better[0][1])
    also = tuple(intent for intent, _ in heard if intent is not decision.intent and intent not in _NEVER_ALSO)
    return evolve(decision, also=also)


def _clauses(hearing: Hearing) -> list[list[str]]:
    """The words of each part between commas, full stops and question marks."""
    parts: list[list[Token]] = [[]]
    for index, token in enumerate(hearing.tokens):
        if index in hearing.taken and parts[-1]:
            parts[-1].append(token)
        elif token.norm in _BREAKS or token.norm in JOINTS:
            parts.append([])
        else:
            parts[-1].append(token)
    found = [words_of(part) for part in parts if part]
    return [words for words in found if any(word.isalpha() for word in words)]
