"""
Makes training sentences out of `phrases/*.txt`: `python generate.py --seed 7 > sentences.jsonl`.

A phrase is expanded at random, its <fillers> drawn, and then said as people type: without accents, in chat spelling, with slips,
with a greeting before it or thanks behind it.
"""
# ruff: noqa: INP001, S311, T201, E501, PLR2004 - a script and its tables

import argparse
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from random import Random

from fillers import fill

HERE = Path(__file__).parent
LANGUAGES = ("es", "en", "pt")
A_LINE = 60
"""At most so many sentences of one line."""
HAND_VARIANTS = 9
_TOKEN = re.compile(r"[()\[\]|]|<\w+>|[^()\[\]|<]+")
CHAT = {
    "es": {"que": "q", "por favor": "xfa", "para": "pa", "hay": "ai", "también": "tb", "fin de semana": "finde", "porque": "xq", "quiero": "kiero",
           "por": "x", "habitación": "hab", "está": "sta", "qué": "k", "noches": "nchs", "bueno": "weno", "personas": "pers", "mañana": "mñn",
           "cuánto": "cto", "hola": "ola", "reserva": "rsv", "disponibilidad": "dispo", "tienen": "tiene", "mensaje": "msj"},
    "en": {"you": "u", "please": "pls", "are": "r", "for": "4", "tomorrow": "tmrw", "thanks": "thx", "to": "2", "room": "rm", "people": "ppl",
           "night": "nite", "because": "cuz", "reservation": "reso", "booking": "bkg", "and": "n", "see": "c", "want to": "wanna"},
    "pt": {"você": "vc", "vocês": "vcs", "que": "q", "não": "n", "também": "tb", "por favor": "pfv", "hoje": "hj", "quanto": "qto", "para": "pra",
           "quarto": "qto", "beleza": "blz", "obrigado": "obg", "está": "tá", "fim de semana": "fds", "porque": "pq", "mensagem": "msg"},
}  # fmt: skip
BEFORE = {
    "es": [
        "hola, ",
        "hola ",
        "buenas, ",
        "buenos días, ",
        "buenas tardes ",
        "hola buenas ",
        "hola qué tal, ",
        "disculpe, ",
        "perdón, ",
        "che, ",
        "una consulta, ",
        "hola una pregunta ",
        "por favor ",
        "oye, ",
        "oiga ",
        "bueno ",
        "mira, ",
        "entonces ",
    ],
    "en": [
        "hi, ",
        "hello ",
        "hey, ",
        "good morning, ",
        "hi there, ",
        "excuse me, ",
        "sorry, ",
        "hello! ",
        "hi - ",
        "so ",
        "please ",
        "quick question, ",
    ],
    "pt": [
        "oi, ",
        "olá ",
        "bom dia, ",
        "boa tarde, ",
        "oi tudo bem? ",
        "por favor, ",
        "com licença, ",
        "uma dúvida: ",
        "oi boa noite ",
        "então ",
    ],
}
BEHIND = {
    "es": [
        " gracias",
        ", gracias",
        " por favor",
        " porfa",
        ", muchas gracias",
        " ok?",
        " saludos",
        " plis",
        "?",
        "??",
        "!",
        "...",
        " gracias!",
        ".",
    ],
    "en": [" please", ", please", " thanks", ", thank you", ", cheers", "?", "??", "!", " thx", "...", " many thanks", "."],
    "pt": [" por favor", ", por favor", " obrigado", ", obrigada", " pfv", "?", "!", ", valeu", "...", " grato", "."],
}
BARE = {"greeting", "goodbye", "thanks", "affirm", "deny", "provide_details"}
ASIDE = {
    "es": "soy cliente de ustedes hace años, |viajo por trabajo, |vamos a un casamiento, |es nuestro aniversario, |me recomendó un amigo, |vi su hotel en internet, |"
    "les escribo desde Chile, |estuve ahí el año pasado, |somos de Rosario, |te escribo de parte de mi jefe, |mi mamá es mayor, |tengo un bebé, |perdón que insista, |"
    "no encontré la información en la web, |llamé y nadie atendió, |es por un congreso, |vamos en auto, |mi vuelo cambió, |es la primera vez que vamos, |tengo una duda, |"
    "te hago otra consulta, |antes de decidir, |ya que estamos, |por las dudas, |si no es molestia, |cuando puedas, |entre nosotros, |para ir organizándome, |necesito saber: |dime una cosa, ",
    "en": "I'm a returning guest, |we're coming for a wedding, |it's a business trip, |it's our anniversary, |a friend recommended you, |I saw your hotel online, |"
    "writing from Canada, |I stayed with you last year, |I'm asking on behalf of my boss, |my mother is elderly, |we have a baby, |sorry to ask again, |I couldn't find it on your website, |"
    "I rang but nobody picked up, |we're in town for a conference, |we're driving up, |my flight was changed, |it's our first time there, |one more thing, |just wondering, |"
    "before I decide, |while I'm at it, |just in case, |if it's not too much trouble, |when you get a chance, |so I can plan ahead, |I need to know: |tell me something, |random one but |hope you can help, ",
    "pt": "sou hóspede antigo, |viajo a trabalho, |vamos a um casamento, |é nosso aniversário, |um amigo indicou vocês, |vi o hotel na internet, |escrevo de Portugal, |"
    "já fiquei aí ano passado, |falo em nome do meu chefe, |minha mãe é idosa, |temos um bebê, |desculpa insistir, |não achei no site, |liguei e ninguém atendeu, |é por causa de um congresso, |"
    "vamos de carro, |meu voo mudou, |é a primeira vez que vamos, |só mais uma coisa, |fiquei na dúvida, |antes de decidir, |aproveitando, |por via das dúvidas, |se não for incômodo, |"
    "quando puder, |pra eu me organizar, |preciso saber: |me diz uma coisa, |espero que possam ajudar, ",
}  # fmt: skip
"""What people tell of themselves before they say what they want: it means nothing by itself."""
ANSWERS = {"affirm", "deny", "provide_details"}
"""What is no question, whatever stands behind it."""
RUN_ON = {
    "es": [
        "mira te cuento que ",
        "bueno a ver ",
        "eh hola mirá ",
        "te cuento que estamos viendo de ir y ",
        "es que ",
        "o sea ",
        "estaba pensando que ",
    ],
    "en": ["so basically ", "um hi so ", "well you see ", "i was wondering ", "just thinking ", "ok so "],
    "pt": ["então é o seguinte ", "é que ", "olha ", "tipo assim ", "eu tava pensando ", "bom "],
}


def phrases(language: str) -> Iterator[tuple[str, int, str]]:
    """Yield (intent, line number, phrase) of the files of a language."""
    for file in (f"{language}.txt", f"{language}-more.txt", f"{language}-still.txt"):
        intent = ""
        for number, line in enumerate((HERE / "phrases" / file).read_text().splitlines(), 1):
            if line.startswith("== "):
                intent = line[3:].strip()
            elif line.strip() and not line.startswith("#"):
                yield intent, number, line.strip()


def handwritten(language: str) -> list[dict[str, str]]:
    """Sentences written one by one, each in its own words."""
    return [json.loads(line) for line in (HERE / "handwritten" / f"{language}.jsonl").read_text().splitlines()]


def expand(phrase: str, rng: Random, language: str) -> str:
    """Draw one sentence out of a phrase."""
    tokens = _TOKEN.findall(phrase)
    text, _ = _sequence(tokens, 0, rng, language)
    return re.sub(r"\s+([,?!])", r"\1", " ".join(text.split()))


def _sequence(tokens: list[str], i: int, rng: Random, language: str) -> tuple[str, int]:
    options, current = [], ""
    while i < len(tokens) and tokens[i] not in {")", "]"}:
        part = tokens[i]
        if part in {"(", "["}:
            inner, i = _sequence(tokens, i + 1, rng, language)
            if part == "(" or rng.random() < 0.6:
                current += inner
        elif part == "|":
            options.append(current)
            current = ""
        else:
            current += "\0" + part + "\0" if part.startswith("<") else part
        i += 1
    chosen = rng.choice([*options, current])
    return chosen, i


def filled(text: str, rng: Random, language: str) -> str:
    return re.sub("\0<(\\w+)>\0", lambda match: fill(match.group(1), rng, language), text)


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def slipped(text: str, rng: Random) -> str:
    """One slip of the finger in one longer word."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    i = rng.choice(long)
    word, k = words[i], rng.randint(1, len(words[i]) - 2)
    words[i] = rng.choice(
        [word[:k] + word[k + 1 :], word[:k] + word[k + 1] + word[k] + word[k + 2 :], word[:k] + word[k] + word[k:]]
    )
    return " ".join(words)


def opening(intent: str, rng: Random, language: str) -> str:
    """What somebody writes before coming to the point; mostly nothing."""
    if rng.random() < 0.3 and intent != "greeting":
        return rng.choice(BEFORE[language])
    if rng.random() < 0.05:
        return rng.choice(RUN_ON[language])
    if intent not in BARE and rng.random() < 0.12:
        return rng.choice(ASIDE[language].split("|"))
    return ""


def said(text: str, intent: str, rng: Random, language: str) -> str:
    """Say *text* as somebody types it."""
    if intent not in BARE or rng.random() < 0.15:
        text = opening(intent, rng, language) + text
    if rng.random() < 0.3 and intent not in {"thanks", "goodbye"}:
        text += rng.choice([end for end in BEHIND[language] if "?" not in end or intent not in ANSWERS])
    if rng.random() < 0.15:
        for word, short in CHAT[language].items():
            if rng.random() < 0.5:
                text = re.sub(rf"\b{word}\b", short, text)
    if rng.random() < 0.5:
        text = plain(text)
    if rng.random() < 0.12:
        text = slipped(text, rng)
    if rng.random() < 0.3:
        text = text[:1].upper() + text[1:]
    elif rng.random() < 0.03:
        text = text.upper()
    return text


def sentences(seed: int) -> Iterator[dict[str, object]]:
    """Yield every training sentence, the same ones for the same *seed*."""
    rng = Random(seed)
    for language in LANGUAGES:
        for intent, number, phrase in phrases(language):
            room = phrase.count("|") + phrase.count("<") * 6 + 3
            seen: set[str] = set()
            for _ in range(min(A_LINE, 2 * room)):
                text = said(filled(expand(phrase, rng, language), rng, language), intent, rng, language)
                if text not in seen or intent in BARE:
                    seen.add(text)
                    yield {"text": text, "lang": language, "intent": intent, "line": f"{language}:{number}"}
        for number, sentence in enumerate(handwritten(language)):
            yield {**sentence, "line": f"hand-{language}:{number}"}
            for _ in range(HAND_VARIANTS):
                text = said(sentence["text"], sentence["intent"], rng, language)
                yield {**sentence, "text": text, "line": f"hand-{language}:{number}"}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    for sentence in sentences(parser.parse_args().seed):
        print(json.dumps(sentence, ensure_ascii=False))
