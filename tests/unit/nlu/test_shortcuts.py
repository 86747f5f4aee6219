"""What is left out because it cannot apply must be just that: with and without the short cuts the answer is the same."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotel_agent.adapters.nlu.classifier import IntentClassifier
from hotel_agent.adapters.nlu.features import pair_buckets, slot_buckets, word_buckets, words_of
from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.languages import lexicons
from hotel_agent.adapters.nlu.lexemes import Cat, any_of
from hotel_agent.adapters.nlu.noise import row_of_keys
from hotel_agent.adapters.nlu.stays_mentions import RULES, MentionReader
from hotel_agent.adapters.nlu.stays_values import Mention
from hotel_agent.adapters.nlu.tokens import Token, tokenize
from hotel_agent.domain.understanding import Language, Listening

CLASSIFIER = IntentClassifier.load()
LEXICONS = lexicons()
TODAY = date(2026, 11, 21)
SENTENCES = (
    "del 20 al 22 de mayo",
    "mañana o pasado",
    "December 20th, 2 weeks from today",
    "el último viernes de enero, 3n",
    "this long weekend or the 4th of July weekend",
    "sexta, sábado e domingo; 20.12. - 22.12.",
    "2026-12-01 al 2026-12-04, quedarnos dos y medio días",
    "a week later, one more night",
    "el último fin de semana de enero",
    "o último feriadão do ano, dentro de 3 dias",
    "esta noche o el próximo puente",
    "Jan 3, 4 and 5, this Friday, Saturday and Sunday",
)
_FIGURES = ("2", "3", "7", "20", "22", "31", "2026", "2027")
_MARKS = (",", ".", "/", "-", "?", "+", ":")


def hearing_of(text: str, language: Language) -> Hearing:
    tokens = tokenize(text)
    return Hearing(text, tokens, LEXICONS[language].read(tokens), language, Listening(today=TODAY, language=language))


def sentences(language: Language) -> st.SearchStrategy[str]:
    known = sorted(LEXICONS[language].forms())
    piece = st.one_of(st.sampled_from(known), st.sampled_from(_FIGURES), st.sampled_from(_MARKS))
    return st.lists(piece, min_size=1, max_size=10).map(" ".join)


@given(said=st.sampled_from(Language).flatmap(lambda language: st.tuples(st.just(language), sentences(language))))
@example(said=(Language.ES, "mañana o pasado"))
@example(said=(Language.EN, "3 n"))
def test_no_rule_that_is_left_out_would_have_found_a_day(said: tuple[Language, str]) -> None:
    language, text = said
    reader = MentionReader(hearing_of(text, language))
    assert reader.read() == _read_by_all_rules(reader)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("text", SENTENCES)
def test_days_of_a_sentence_are_found_with_and_without_short_cuts(text: str, language: Language) -> None:
    reader = MentionReader(hearing_of(text, language))
    assert reader.read() == _read_by_all_rules(reader)


def _read_by_all_rules(reader: MentionReader) -> list[Mention]:
    mentions: list[Mention] = []
    i = 0
    while i < reader.count:
        tries = (rule.read(reader, i) for rule in RULES) if reader.cats[i] else iter(())
        found = next((mention for mention in tries if mention is not None), None)
        if found is None:
            i += 1
        else:
            mentions.append(reader.placed(found, i))
            i = mentions[-1].last + 1
    return mentions


@pytest.mark.parametrize("text", ["", "hola", *SENTENCES])
def test_words_weigh_in_service_what_they_weighed_in_training(text: str) -> None:
    words = words_of(tokenize(text))
    buckets = [b for word in words for b in word_buckets(word)] + pair_buckets(words)
    assert CLASSIFIER.weigh(words)[1:] == (CLASSIFIER.weight_of(buckets), len(buckets))


def test_the_most_likely_intents_are_the_first_of_all() -> None:
    said = CLASSIFIER.weigh(words_of(tokenize("¿tienen pileta? somos dos")))
    assert CLASSIFIER.intents(said, ["party"], 4) == CLASSIFIER.intents(said, ["party"])[:4]
    assert CLASSIFIER.likeliest(said) == CLASSIFIER.intents(said, ())[0]
    assert slot_buckets(["party"]) != slot_buckets(["stay"])


@pytest.mark.parametrize("language", list(Language))
def test_the_bits_of_a_lexeme_are_its_categories(language: Language) -> None:
    text = "treinta y uno de marzo, twenty-first of may, vinte e um de abril 2 noites ?"
    for lexeme in LEXICONS[language].read(tokenize(text)):
        assert lexeme.bits == any_of(lexeme.cats)
    assert any_of(()) == 0
    assert any_of((Cat.NUM, Cat.ORD)) == any_of((Cat.NUM,)) | any_of((Cat.ORD,))


@given(text=st.text(alphabet="aZ0é٣ .,-@/:'ha-w_", max_size=40))
@example(text="reserva HA-ABCDEFGHIJKLMNOPQRSTUVWXYZ ya")
@example(text="mira httpſ://hotel.example/x")
@example(text="WWW.hotel.example")
def test_a_text_without_address_link_or_code_is_cut_as_one_with_them(text: str) -> None:
    # What stands behind a blank does not change how the text before it is cut.
    with_address = tokenize(f"{text} a@b.cd")
    assert (*tokenize(text), _ADDRESS) == (*with_address[:-1], _without_place(with_address[-1]))


_ADDRESS = Token("email", "a@b.cd", "a@b.cd", 0, 0, glued=False)


def _without_place(token: Token) -> Token:
    return token._replace(start=0, end=0)


@pytest.mark.parametrize(
    ("word", "is_row"), [("asdfgh", True), ("poiu", True), ("sdfg", True), ("qwerz", True), ("personas", False), ("as", False)]
)
def test_rows_of_keys_are_told_by_their_beginning(word: str, *, is_row: bool) -> None:
    assert row_of_keys(word) == is_row
