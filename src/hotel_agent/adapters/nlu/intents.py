"""
From the classifier's probabilities to what is meant here.

The classifier hears the words; these rules hear the moment: what was asked last, whether a text is nothing but the details
asked for, whether a yes has a "but" in it, and whether one message says several things. Each rule may only turn a doubtful or
harmless reading into a safer or clearer one.
"""

import math
import re
from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from hotel_agent.adapters.nlu.classifier import IntentClassifier, Weighed
from hotel_agent.adapters.nlu.concepts import concepts_of
from hotel_agent.adapters.nlu.features import words_of
from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.lexemes import Cat, any_of
from hotel_agent.adapters.nlu.noise import letters_among_figures, one_letter, row_of_keys
from hotel_agent.adapters.nlu.tokens import Token
from hotel_agent.adapters.nlu.vocabulary import ASKING, BOOKING_VERBS, BUT, GLUE_WORDS, JOINTS, RATHER, UNKNOWING, YES
from hotel_agent.domain.understanding import Expecting, Intent

_SURE = 0.95
_ACT = 0.8
_ALSO = 0.75
_NOTHING_SAID = 0.2
_UNHEARD = 0.5
"""What is thought of a text without a known word: too little to act on."""
_OF_FIGURES = frozenset({"adults", "child_ages", "rooms", "option", "time_of_day", "price_named", "stay"})
"""Slots that figures struck at random may fill."""
_FEW_KNOWN, _MANY_WORDS = 0.25, 4
_SHORT_WISH, _A_FEW = 4, 3
_CANCELLING = ("cancel", "anul", "desmarc")
_YES_AWAITED = frozenset({Expecting.YES, Expecting.CANCEL_YES})
_BOOKING_OR_NOT = frozenset({Intent.AFFIRM, Intent.CREATE_RESERVATION, Intent.RESERVATION_STATUS})
_PRONOUNS = frozenset({"it", "la", "lo", "ela", "ele", "ya", "please", "porfa", "pls", "esa", "essa", "that"})
_OTHERS = {"option", "room_kind", "room_name", "room_id", "stay", "adults"}
_CHOICES = ("option", "room_kind", "room_name", "room_id")
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
_GLUE = any_of(
    (
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
_SHORT_YES = 3
"""A yes to a read-back may name what it is to: "sí, cancelar", "sí, la doble"."""
_SUM = re.compile(
    r"\d (?:por|mas|menos|entre|dividido(?: por| entre)?|vezes|mais|times|plus|minus|x|\*|\+|/|divided by) \d+\b"
    r"(?! (?:noch|nigh|noit|pers|adul))",
)
_ENDS = frozenset(".?!;,\n¿¡") | JOINTS
"""Marks and words between one thing and the next that is said."""


@frozen
class Decision:
    intent: Intent
    confidence: float
    runners_up: tuple[tuple[Intent, float], ...] = ()
    also: tuple[Intent, ...] = ()


def decide(classifier: IntentClassifier, hearing: Hearing, said: Weighed, slots: list[str]) -> Decision:
    """Say what is meant; *said* and *slots* are what the classifier may see of the text."""
    spoken = [word for word in said.words if word[0].isalnum()]
    if not spoken and not hearing.slots:
        return _wordless(hearing)
    ranked = classifier.intents(said, slots, 1 + _RUNNERS_UP)
    decision = Decision(ranked[0][0], ranked[0][1], tuple(ranked[1:]))
    if _unheard(classifier, hearing):
        return _turned(evolve(decision, confidence=min(decision.confidence, _UNHEARD)), Intent.OUT_OF_SCOPE, _UNHEARD)
    decision = _meant_instead(_in_context(_outside(decision, hearing, spoken), hearing), hearing)
    return _several(classifier, decision, hearing)


def _unheard(classifier: IntentClassifier, hearing: Hearing) -> bool:
    """
    Whether (nearly) no word of a text is known.

    The pieces of an unknown word may look like any intent, so it is not left to the classifier. One letter, once or drawn
    out, is no word.
    """
    if hearing.slots and (hearing.slots.keys() - _OF_FIGURES or not letters_among_figures(hearing.text)):
        return False
    words = [token for token in hearing.tokens if token.kind == "word"]
    enough = max(1, math.ceil(_FEW_KNOWN * len(words))) if len(words) >= _MANY_WORDS else 1
    known = 0
    for token in words:
        norm = token.norm
        if (classifier.knows(norm) or concepts_of(norm)) and not one_letter(token.text) and not row_of_keys(norm):
            known += 1
            if known == enough:
                return False
    return bool(words)


def _outside(decision: Decision, hearing: Hearing, spoken: list[str]) -> Decision:
    """Sums are not about a hotel, whatever they look like."""
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
    if yes and expecting is not Expecting.CANCEL_YES and _cancels(hearing.tokens):
        return _turned(decision, Intent.CANCEL_RESERVATION, max(_ACT, decision.confidence))
    if not yes and decision.intent is Intent.CREATE_RESERVATION and _books(hearing):
        return decision
    contacts = any(slot in slots for slot in _CONTACTS)
    if yes and not BUT.isdisjoint(hearing.said):
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
    if not slots and _only_a_month(hearing) and (decision.intent in _DOUBTFUL or decision.confidence < _ACT):
        return _turned(decision, Intent.CHECK_AVAILABILITY, _ACT)
    if any(slot in slots for slot in _ANSWERS.get(expecting, ())) and not yes:
        if decision.intent in _DOUBTFUL or decision.confidence < _ACT:
            return _turned(decision, Intent.PROVIDE_DETAILS, _SURE)
    elif slots and not yes and decision.confidence < _SURE and _only_details(hearing):
        return _turned(decision, Intent.PROVIDE_DETAILS, _SURE)
    return decision


def _meant_instead(decision: Decision, hearing: Hearing) -> Decision:
    """
    Dates with a question mark, out of the blue, are asked about; "no, la segunda" is a change; "no sé" turns nothing down.
    """
    slots, norms = hearing.slots, [token.norm for token in hearing.tokens]
    unasked = hearing.listening.expecting is Expecting.NOTHING and "stay" in slots
    if decision.intent is Intent.PROVIDE_DETAILS and unasked and "?" in hearing.said:
        return _turned(decision, Intent.CHECK_AVAILABILITY, _ACT)
    if decision.intent in _BOOKING_OR_NOT and _only_books(norms) and hearing.listening.expecting not in _YES_AWAITED:
        return _turned(decision, Intent.CREATE_RESERVATION, _ACT)
    if hearing.listening.stay is not None and decision.intent in _DOUBTFUL and _adds(norms, slots):
        return _turned(decision, Intent.PROVIDE_DETAILS, _ACT)
    if decision.intent is not Intent.DENY:
        return decision
    if slots:
        rather = norms[1:2] != [] and norms[1] in RATHER and slots.keys() & _OTHERS
        return _turned(decision, Intent.PROVIDE_DETAILS, _SURE) if rather and _only_details(hearing, 1) else decision
    said = " ".join(token.norm for token in hearing.tokens if token.kind == "word")
    return evolve(decision, confidence=min(decision.confidence, _UNHEARD)) if said in UNKNOWING else decision


def _only_books(norms: list[str]) -> bool:
    """Read "resérvala", "reserve it": a booking verb and next to nothing else."""
    spoken = [norm for norm in norms if norm.isalnum()]
    return (
        0 < len(spoken) <= _A_FEW and spoken[0] in BOOKING_VERBS and all(word in BOOKING_VERBS | _PRONOUNS for word in spoken)
    )


def _adds(norms: list[str], slots: Mapping[str, object]) -> bool:
    """Read "y para tres?", "and the suite?" while a stay is talked about: the same with another party or room."""
    spoken = [norm for norm in norms if norm.isalnum()]
    return (
        1 < len(spoken) <= _A_FEW + 1
        and spoken[0] in {"y", "and", "e"}
        and bool(slots.keys() & {"adults", "child_ages", "room_kind"})
    )


def _says_yes(tokens: Iterable[Token]) -> bool:
    """A confirming word among the first few: "sí", "ok, confirmo", "bueno dale"."""
    spoken = [token.norm for token in tokens if token.kind == "word"][:3]
    if not spoken or spoken[0] in {"no", "nao", "not"}:
        return False
    return spoken[0] in YES or (
        len(spoken) > 1 and spoken[1] in YES and spoken[0] in {"de", "muy", "esta", "todo", "lo", "la", "i", "we", "pode", "go"}
    )


def _only_a_month(hearing: Hearing) -> bool:
    """Read "en marzo", "para julio": dates are wanted, and have still to be asked for."""
    words = [token for token in hearing.tokens if token.kind == "word"]
    if not 1 < len(words) <= _A_FEW or any(token.kind == "number" for token in hearing.tokens):
        return False
    last = hearing.lexemes[-1] if hearing.tokens[-1].kind == "word" else hearing.lexemes[-2]
    month = Cat.MONTH in last.cats or Cat.MONTH_WEAK in last.cats
    return month and words[-2].norm in {"en", "in", "em", "para", "pra", "for", "during", "durante"}


def _cancels(tokens: Iterable[Token]) -> bool:
    """Whether a short yes asks for a cancellation: "sí, cancélala" is no yes to a booking."""
    words = [token.norm for token in tokens if token.kind == "word"]
    plain = not any(token.norm in {"?", "no", "nao", "not", "don't"} for token in tokens)
    return plain and len(words) <= _SHORT_WISH and any(word.startswith(_CANCELLING) for word in words)


def _books(hearing: Hearing) -> bool:
    """Whether a verb of booking stands beside what is chosen: "reservar habitación 3", not "la 3"."""
    chosen = any(slot in hearing.slots for slot in _CHOICES)
    return chosen and not BOOKING_VERBS.isdisjoint(hearing.said)


def _only_details(hearing: Hearing, begin: int = 0) -> bool:
    """Whether everything said from the lexeme *begin* on belongs to a slot or is glue between them."""
    for lexeme in hearing.lexemes[begin:]:
        if lexeme.first in hearing.taken and all(i in hearing.taken for i in range(lexeme.first, lexeme.last + 1)):
            continue
        token = hearing.tokens[lexeme.first]
        if token.kind == "word" and not lexeme.bits & _GLUE and token.norm not in GLUE_WORDS:
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
        intent, confidence = classifier.likeliest(classifier.weigh(words))
        if confidence >= _ALSO and intent not in {known for known, _ in heard}:
            heard.append((intent, confidence))
    if decision.intent in _SOCIAL or decision.confidence < _ACT:
        better = [pair for pair in heard if pair[0] not in _SOCIAL | _NEVER_ALSO and pair[1] >= _ACT]
        if better and decision.intent not in {Intent.AFFIRM, Intent.PROVIDE_DETAILS}:
            decision = _turned(decision, better[0][0], better[0][1])
    also = tuple(intent for intent, _ in heard if intent is not decision.intent and intent not in _NEVER_ALSO)
    return evolve(decision, also=also) if also else decision


def _clauses(hearing: Hearing) -> list[list[str]]:
    """The words of each part between commas, full stops and question marks; of a text in one part, none."""
    if _ENDS.isdisjoint(hearing.said):
        return []
    parts: list[list[Token]] = [[]]
    for index, token in enumerate(hearing.tokens):
        if index in hearing.taken and parts[-1]:
            parts[-1].append(token)
        elif token.norm in _ENDS:
            parts.append([])
        else:
            parts[-1].append(token)
    spoken = [part for part in parts if part]
    if len(spoken) <= 1:
        return []
    found = [words_of(part) for part in spoken]
    return [words for words in found if any(word.isalpha() for word in words)]
