"""Which language a text is in, and the lexicon of each: built once, when the understander is loaded."""

from collections.abc import Mapping, Sequence

from hotel_agent.adapters.nlu.lexemes import Lexicon
from hotel_agent.adapters.nlu.tokens import Token
from hotel_agent.adapters.nlu.words_en import ENGLISH
from hotel_agent.adapters.nlu.words_es import SPANISH
from hotel_agent.adapters.nlu.words_pt import PORTUGUESE
from hotel_agent.adapters.nlu.words_shared import SHARED
from hotel_agent.domain.understanding import Language


def lexicons() -> Mapping[Language, Lexicon]:
    return {
        Language.ES: Lexicon(SHARED, SPANISH),
        Language.EN: Lexicon(SHARED, ENGLISH),
        Language.PT: Lexicon(SHARED, PORTUGUESE),
    }


_TELLTALE: Mapping[Language, frozenset[str]] = {
    Language.ES: frozenset(
        """
        el los las a un una unos unas y o pero con sin del al por para que quiero queria quisiera necesito tengo tienen tenes hay es son esta
        estan hola buenas buenos dias noches tardes gracias adios si habitacion habitaciones disponibilidad disponible reservar reserva
        cuanto cuesta sale precio noche personas ninos hoy manana viernes lunes martes miercoles jueves sabado domingo enero febrero mayo
        junio julio diciembre noviembre octubre septiembre la lo le me te se nos mi su tu vos usted ustedes hasta desde entre dos tres cuatro
        cinco siete ocho nueve diez donde como cual quien cuando porque muy mas tambien podria puedo pueden puede podes dale vale listo bueno
        mejor segunda primera llegamos salimos llego salgo somos soy cancelar cambiar ayuda pileta desayuno mascotas no finde xfa q
        """.split()
    ),
    Language.EN: frozenset(
        """
        the a an and or but with without of to for from in on at is are was were be have has do does did i we you he she they it my our your
        me us them this that these those what when where how why who which can could would should will want need like please thanks thank
        hello hi hey bye yes no not room rooms night nights book booking reserve reservation available availability price much cost stay
        people guests children kids adults today tomorrow friday monday tuesday wednesday thursday saturday sunday january february march
        april june july august october november december there any some help cancel change next weekend ok okay sure one two three four five
        """.split()
    ),
    Language.PT: frozenset(
        """
        a o os as um uma uns umas e ou mas com sem do da dos das no na nos nas ao aos pelo pela para pra que quero queria gostaria preciso tenho
        tem ha sao esta estao ola oi bom boa tarde noite obrigado obrigada tchau sim nao quarto quartos disponibilidade disponivel reservar
        reserva quanto custa fica preco diaria noites pessoas criancas hoje amanha segunda terca quarta quinta sexta sabado domingo janeiro
        fevereiro marco maio junho julho setembro outubro novembro dezembro meu minha seu sua voce voces ate desde entre dois duas tres quatro
        cinco sete oito nove dez onde como qual quem quando porque muito mais tambem poderia posso podem pode cancelar ajuda piscina cafe
        chegamos saimos chego saio somos sou eu nos ele ela isso esse essa este vcs vc pq tb em
        """.split()
    ),
}


def language_of(tokens: Sequence[Token], prior: Language) -> Language:
    """Return the language most of the telling words of *tokens* belong to, *prior* when they do not say."""
    scores = {language: 0.0 for language in Language}
    for token in tokens:
        hits = [language for language in Language if token.norm in _TELLTALE[language]]
        for language in hits:
            scores[language] += 1 / len(hits)
        low = token.text.lower()
        if any(c in low for c in "ñ¿¡"):
            scores[Language.ES] += 1
        elif any(c in low for c in "ãõç"):
            scores[Language.PT] += 1
    best = max(scores.values())
    return prior if scores[prior] > best - 0.9 else max(scores, key=lambda language: scores[language])
