"""The name a reservation is to be made in."""

from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.lexemes import Cat

_LONGEST = 6
_STRONG = frozenset(
    """
    llamo nombre name names chamo named titular under apellido surname sobrenome
    """.split()
)
_NO_NAMES = frozenset(
    """
    de del la el los las un una que por para con sin mi su me te se es soy y o a al en no si hola buenas buenos dias gracias favor reserva
    reservar habitacion quiero quisiera confirmo confirmar confirmado perfecto listo dale vale ok okay bueno bien claro ahi aqui aca ya muy
    interesado interesada alergico alergica vegetariano vegetariana celiaco celiaca vegano cliente huesped nuevo nueva argentino argentina
    espanol espanola mexicano mexicana chileno uruguayo brasileno turista alguien solo sola yo tu vos usted persona personas adulto adultos
    correo mail email telefono tel celular movil whatsapp direccion fecha datos dato nombre apellido completo titular nada todo eso esa ese
    the a an and or to of for in on at is are was be my your our i im you we he she it this that here there yes no not thanks thank please
    hello hi hey booking reservation room name email phone number confirm confirmed sure interested allergic looking coming staying
    vegetarian vegan traveling travelling arriving leaving trying hoping planning not sorry happy going from guest single late early
    writing calling afraid sick stuck wondering unable new back ready fine good great okay running planning done so very really just also
    o os as um uma e do da dos das no na nos nas com sem meu minha eu voce nao sim oi ola bom boa tarde noite obrigado obrigada reserva quarto
    quero gostaria confirmo certo isso pessoa pessoas adulto adultos cliente interessado alergico vegetariano brasileiro brasileira portugues
    telefone celular contato nome completo alguem hospede novo sou aqui ja muito tambem so uns umas it's don't como cual quien cuando donde
    agent agente robot bot humano humana human persona real manager gerente recepcion reception developer admin administrador administrator
    dueno owner jefe director policia system sistema hotel cancelar cancel cancela quien who
    """.split()
)

_EVERYDAY = frozenset(
    """
    a adios adults ajuda al amanha an and any ao aos april are as at ate august availability available ayuda be boa bom book booking
    buenas bueno buenos but bye cafe cambiar can cancel cancelar change chegamos chego children cinco com como con cost could criancas
    cual cuando cuanto cuatro cuesta custa da dale das december del desayuno desde dez dezembro diaria dias diciembre did diez
    disponibilidad disponibilidade disponible disponivel do does dois domingo donde dos duas e el ela ele em enero entre es essa esse
    esta estan estao este eu febrero february fevereiro fica finde five for four friday from gostaria gracias guests ha habitacion
    habitaciones has hasta have hay he hello help hey hi hoje hola how hoy i in is isso it janeiro january jueves julho julio july june
    junho junio kids la las le like listo llegamos llego lo los lunes maio mais manana march marco martes mas mascotas mayo me mejor meu
    mi miercoles minha monday much muito muy my na nao nas necesito need next night nights ninos no noche noches noite noites nos not
    nove november novembro noviembre nueve o obrigada obrigado ocho october octubre of oi oito ok okay ola on onde one or os ou our
    outubro para pela pelo people pero personas pessoas pileta piscina please pode podem poderia podes podria por porque posso pq pra
    precio preciso preco price primera puede pueden puedo q qual quando quanto quarta quarto quartos quatro que quem queria quero quien
    quiero quinta quisiera reserva reservar reservation reserve room rooms sabado saimos saio sale salgo salimos sao saturday se segunda
    sem septiembre sete setembro seu sexta she should si siete sim sin some somos son sou soy stay su sua sunday sure tambem tambien
    tarde tardes tb tchau te tem tenes tengo tenho terca thank thanks that the them there these they this those three thursday tienen to
    today tomorrow tres tu tuesday two um uma umas un una unas unos uns us usted ustedes vale vc vcs viernes voce voces vos want was we
    wednesday weekend were what when where which who why will with without would xfa y yes you your
    """.split()
)
"""Everyday words of the three languages: a name in lower case has none of them."""


def read_name(hearing: Hearing) -> None:
    """Take the name after "a nombre de" and the like, one standing alone between commas, or a bare one when it was asked for."""
    for n in range(len(hearing.lexemes)):
        if hearing.has(n, Cat.NAME_CUE) and _after_cue(hearing, n):
            return
    contacts = {"email", "phone"} & hearing.slots.keys()
    words = [token for token in hearing.tokens if token.kind == "word"]
    titled = len(words) == len(hearing.tokens) > 1 and words[0].text[0].isupper() and words[-1].text[0].isupper()
    if hearing.expects("name") or contacts or titled:
        _segment(hearing, bare=hearing.expects("name"))


def _after_cue(hearing: Hearing, n: int) -> bool:
    strong = any(hearing.tokens[k].norm in _STRONG for k in range(hearing.lexemes[n].first, hearing.lexemes[n].last + 1))
    j = n + 1
    while hearing.norm(j) in {
        ":",
        "es",
        "is",
        "e",
        "-",
        ".",
        ",",
        "completo",
        "y",
        "apellido",
        "de",
        "del",
        "the",
        "o",
        "a",
        "sr",
        "sra",
        "don",
        "dona",
    } and (hearing.norm(j) not in {"de", "del", "a", "o"} or j > n + 1 or strong):
        if hearing.norm(j) == "," and not strong:
            return False
        j += 1
    first = hearing.lexemes[j].first if j < len(hearing.lexemes) else len(hearing.tokens)
    return _take(hearing, first, any_case=strong, least=1)


def _take(hearing: Hearing, first: int, *, any_case: bool, least: int) -> bool:
    last = _name_end(hearing, first, any_case=any_case)
    if last is None or last - first + 1 < least:
        return False
    _keep(hearing, first, last)
    return True


def _keep(hearing: Hearing, first: int, last: int) -> None:
    text = hearing.text[hearing.tokens[first].start : hearing.tokens[last].end]
    name = " ".join(text.split())
    if name.islower():
        name = " ".join(
            word if word in _LOWER else "-".join(part.capitalize() for part in word.split("-")) for word in name.split()
        )
    numbers = [n for n, lexeme in enumerate(hearing.lexemes) if lexeme.first <= last and lexeme.last >= first]
    hearing.take("name", name, numbers[0], numbers[-1])
    hearing.taken.update(range(first, last + 1))


_MAY_BE_NAMES = {Cat.PARTICLE, Cat.OF, Cat.FROM, Cat.ART, Cat.AND, Cat.WITH, Cat.TO, Cat.MONTH, Cat.MONTH_WEAK, Cat.WEEKDAY_WEAK}
_LOWER = frozenset("de del la las los y da das do dos van von der den di du e i".split())


def _name_end(hearing: Hearing, first: int, *, any_case: bool) -> int | None:
    """Index of the last token of a name beginning at token *first*, or None."""
    tokens = hearing.tokens
    last: int | None = None
    telling = {lexeme.first for lexeme in hearing.lexemes if any(cat not in _MAY_BE_NAMES for cat in lexeme.cats)}
    i = first
    while i < len(tokens) and i - first < _LONGEST + 2:
        token = tokens[i]
        if i in hearing.taken:
            break
        if token.norm == "-" and last == i - 1 and token.glued and i + 1 < len(tokens) and tokens[i + 1].glued:
            i += 1
            continue
        if token.norm == "." and token.glued and last == i - 1 and len(tokens[i - 1].norm) <= 2:
            i += 1
            continue
        if token.kind != "word":
            break
        particle = token.norm in _LOWER
        if (
            particle
            and i + 1 < len(tokens)
            and tokens[i + 1].kind == "word"
            and (token.norm not in {"y", "e", "i"} or (last or 0) > first)
        ):
            if token.text[0].islower() or last is None:
                i += 1
                continue
        elif token.text[0].islower() and i in telling:
            break
        elif (token.norm in _NO_NAMES or (token.norm in _EVERYDAY and (token.text[0].islower() or last is None))) and not (
            token.text[0].isupper() and last is not None and token.norm in {"so", "real"}
        ):
            break
        if not (any_case or token.text[0].isupper()):
            break
        last = i
        i += 1
    if last is None or tokens[first].norm in {"y", "e", "i"} or (tokens[first].norm in {"de", "do", "da"} and not any_case):
        return None
    return last


def _segment(hearing: Hearing, *, bare: bool) -> None:
    """A stretch between commas, colons and line ends that is nothing but a name."""
    tokens = hearing.tokens
    start = 0
    for i in range(len(tokens) + 1):
        end = (
            i == len(tokens)
            or i in hearing.taken
            or tokens[i].norm in {",", ":", ";", "!", "(", ")", "|", "/"}
            or (i > 0 and "\n" in hearing.text[tokens[i - 1].end : tokens[i].start])
        )
        if not end:
            continue
        first = start
        while first < i and (tokens[first].norm in _OPENING or tokens[first].kind == "mark"):
            first += 1
        if first < i:
            last = _name_end(hearing, first, any_case=bare)
            rest = [t for t in tokens[(last or 0) + 1 : i] if t.kind == "word" and t.norm not in _CLOSING]
            if last is not None and not rest and (last > first or bare) and not _is_date_word(hearing, first):
                _keep(hearing, first, last)
                return
        start = i + 1 if i < len(tokens) and tokens[i].kind == "mark" else i


_OPENING = frozenset(
    "si yes sim ok okay dale claro soy sou es e it is it's im a y gracias perfecto confirmo confirmar reserva hola nombre mi name".split()
)
_CLOSING = frozenset(
    "gracias thanks please porfavor obrigado obrigada por favor mi mail email correo y and e telefono my tel cel".split()
)


def _is_date_word(hearing: Hearing, first: int) -> bool:
    for lexeme in hearing.lexemes:
        if lexeme.first == first:
            return any(
                cat in lexeme.cats
                for cat in (Cat.WEEKDAY, Cat.RELATIVE, Cat.MONTH, Cat.WEEKEND, Cat.FEAST, Cat.YES, Cat.KIND, Cat.ROOM)
            )
    return False
