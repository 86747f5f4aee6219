"""Plain word lists of the three languages, as `tokens.fold` leaves them."""

# ruff: noqa: E501, SIM905 - lists of words

NAME_WORDS = frozenset(
    """
    llamo nombre name names chamo named titular under apellido surname sobrenome
    """.split()
)
"""Words of a cue after which a name may be written in lower case."""
NO_NAMES = frozenset(
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
"""Words that follow a cue without being a name: "soy alérgico", "I'm looking"."""
EVERYDAY = frozenset(
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
BEFORE_NAMES = frozenset(
    "si yes sim ok okay dale claro soy sou es e it is it's im a y gracias perfecto confirmo confirmar reserva hola nombre mi name".split()
)
"""Words that may stand before a bare name."""
AFTER_NAMES = frozenset(
    "gracias thanks please porfavor obrigado obrigada por favor mi mail email correo y and e telefono my tel cel".split()
)
"""Words that may stand behind a bare name."""
YES = frozenset(
    """
    si sip sii yes yeah yep yup sim ok okay okey oka vale dale va claro perfecto perfeito listo sure confirmo confirmado confirmar confirma
    confirmamos confirm confirmed confirming confirme correcto correct certo beleza fechado combinado adelante isso acuerdo acordo agreed
    great absolutely definitely procede proceda proceed hecho bueno
    """.split()
)
"""Words that confirm when they come first."""
ANY_LANGUAGE = frozenset("ok okay okey k oki no hotel email e-mail mail whatsapp wifi suite email a e o y x m n s".split())
"""Words that say nothing of the language they are said in."""
ENGLISH_ALONE = frozenset("yes yeah yep yup nope hello thanks please".split())
"""English words that are English in any conversation."""
BOOKING_VERBS = frozenset(
    """
    reservar reservo reserva reservame reservamos reservala reservalo reserve reservarla reservarlo reservarme reservarnos reservaria
    book booking bookear agendar
    """.split()
)
"""Words that say that something is to be booked; with a choice beside them the text is a wish and not a bare answer."""
BUT = frozenset("pero but mas porem aunque excepto except salvo unless".split())
"""Words that take half of a yes back."""
GLUE_WORDS = frozenset(
    "mi my meu minha es is e mail email correo e-mail seria serian would be sou soy i'm please porfa it its it's son sao : ya datos".split()
)
"""Words that hold details together and say nothing of their own."""
NO_SLIPS = frozenset(
    """
    abrir abra abrio april junto junta juntos marco marcos marca marcha marzal entero enera enfermo coche noche cuarto match larch merch
    lune luna lunas junior julia julie julian juliana maestro martin marta martas marten ayer mayor mayo mario marta maria lugares
    viene vienes vienen jueces sundae sundry mondays friendly fridge domino sabada saturn jumped marto mares septima octava janela agosta
    angosto tues thirsty novem decembrist juliet juno junco juego juegos mars margo amarzo segundo sexto quarto quinto quarta tercera outubro
    julio junio june july enero march tuesdays abrit abri
    """.split()
)
"""Words that look like a misspelt month or weekday and are none."""
ASKING = frozenset("cuanto quanto what what's whats how calcula calculame calculate cuantos quantos resuelve resolve".split())
"""Words that a question for a sum begins with."""
JOINTS = frozenset("ademas tambien also besides alem tambem".split())
"""Words that begin another thing to say."""
NAME_PARTICLES = frozenset("de del la las los y da das do dos van von der den di du e i".split())
"""Small words inside names, written in lower case."""
UNKNOWING = frozenset(
    {
        *("no se", "no lo se", "ni idea", "no tengo idea", "aun no se", "todavia no se", "no se todavia", "no estoy seguro"),
        *(
            "i don't know",
            "i dont know",
            "dont know",
            "don't know",
            "dunno",
            "not sure",
            "no idea",
            "i'm not sure",
            "im not sure",
        ),
        *("nao sei", "nao sei ainda", "ainda nao sei", "nao faco ideia", "sei la", "nao tenho certeza"),
    }
)
"""What is said instead of an answer: it is none, and no refusal either."""
RATHER = frozenset(", . - es mejor e melhor make sino".split())
"""What stands between a no and what is wanted instead."""
