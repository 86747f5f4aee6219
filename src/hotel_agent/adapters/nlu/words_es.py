"""Spanish (Spain, Argentina, Mexico): the words of stays, parties, rooms and names."""
# ruff: noqa: E501 - tables of words

from hotel_agent.adapters.nlu.lexemes import Cat, Table

SPANISH: Table = {
    Cat.NUM: {
        1: "uno|un|una",
        2: "dos",
        3: "tres",
        4: "cuatro",
        5: "cinco",
        6: "seis",
        7: "siete",
        8: "ocho",
        9: "nueve",
        10: "diez",
        11: "once",
        12: "doce",
        13: "trece",
        14: "catorce",
        15: "quince",
        16: "dieciséis|diez y seis",
        17: "diecisiete|diez y siete",
        18: "dieciocho|diez y ocho",
        19: "diecinueve|diez y nueve",
        20: "veinte",
        21: "veintiuno|veintiún|veintiuna",
        22: "veintidós",
        23: "veintitrés",
        24: "veinticuatro",
        25: "veinticinco",
        26: "veintiséis",
        27: "veintisiete",
        28: "veintiocho",
        29: "veintinueve",
        30: "treinta",
    },
    Cat.TENS: {20: "veinte", 30: "treinta", 2000: "dos mil"},
    Cat.ORD: {
        1: "primero|primer|primera|1ero|1ro",
        2: "segundo|segunda",
        3: "tercero|tercer|tercera",
        4: "cuarta",
        5: "quinta|quinto",
        6: "sexta|sexto",
    },
    Cat.MONTH_WEAK: {9: "set"},
    Cat.WEEKDAY_WEAK: {0: "lun", 1: "mar", 2: "mié|mier", 3: "jue", 4: "vie", 5: "sáb", 6: "dom"},
    Cat.WEEKDAY: {5: "sábados"},
    Cat.RELATIVE: {
        0: "hoy|el día de hoy|hoy mismo",
        1: "mañana|el día de mañana|mañana mismo|mñn|mñna",
        2: "pasado mañana|pasao mañana|pasadomañana",
        -1: "ayer|anoche",
        -2: "anteayer|antier|antes de ayer|antes de anoche|anteanoche",
    },
    Cat.TONIGHT: {
        1: "esta noche|hoy a la noche|hoy en la noche|hoy por la noche|hoy de noche|hoy noche|esta misma noche|sta noche"
    },
    Cat.WEEKEND: {1: "fin de semana|findesemana|fin d semana|fds"},
    Cat.LONG_WEEKEND: {
        1: "puente|finde largo|fin de semana largo|feriado largo|fin de semana extralargo|fin de semana XL|megapuente|"
        "finde XL|puente largo",
    },
    Cat.FEAST: {
        "easter": "semana santa|pascua|pascuas",
        "carnival": "carnaval|carnavales",
        "christmas_eve": "nochebuena|noche buena",
        "christmas": "navidad|navidades",
        "new_years_eve": "nochevieja|noche vieja|fin de año|noche de fin de año|víspera de año nuevo",
        "new_year": "año nuevo",
        "epiphany": "día de reyes|noche de reyes|los reyes magos|para reyes|en reyes|por reyes",
        "valentine": "san valentín|día de los enamorados",
        "labour": "día del trabajador|día del trabajo",
        "all_saints": "todos los santos",
        "dead": "día de muertos|día de los muertos",
        "good_friday": "viernes santo",
        "holy_thursday": "jueves santo",
        "easter_sunday": "domingo de pascua|domingo de resurrección",
        "pilar": "el pilar|día de la hispanidad|día de la raza",
        "constitution": "la constitución|día de la constitución",
        "immaculate": "la inmaculada|día de la inmaculada|la purísima",
        "independence": "fiestas patrias|día de la independencia",
    },
    Cat.NIGHT: {1: "noche|noches|nochecita|nochecitas|nch|nchs|pernocte|pernoctes|pernoctación|pernoctaciones"},
    Cat.DAYS: {1: "día|días|dias|diitas|diítas"},
    Cat.WEEK: {1: "semana|semanas|semanita|sem"},
    Cat.FORTNIGHT: {1: "quincena"},
    Cat.MONTH_UNIT: {1: "mes|meses"},
    Cat.YEAR: {1: "año|años"},
    Cat.FROM: {1: "desde|a partir de|del|de|dsd|desd|dde|d|para desde|empezando"},
    Cat.TO: {1: "a|al|hasta|hta|asta|ata"},
    Cat.BETWEEN: {1: "entre"},
    Cat.AND: {1: "y|e|i"},
    Cat.OR: {1: "o|u|ó|o bien"},
    Cat.OF: {1: "de|del|d"},
    Cat.ART: {1: "el|los|al|del|la|las"},
    Cat.DAY_WORD: {1: "día|dia|fecha|noche del|noche de"},
    Cat.FOR: {1: "para|pa|por|xa|p|durante|en"},
    Cat.NEXT: {1: "que viene|q viene|ke viene|qe viene|que vienen|próximo|próxima|proximos|próximas|siguiente|entrante|prox"},
    Cat.THIS: {1: "este|esta|estos|estas|mismo"},
    Cat.PAST: {1: "pasado|pasada|que pasó|anterior|último pasado"},
    Cat.NEXT_WEEK: {
        1: "de la semana que viene|de la próxima semana|la semana que viene|la próxima semana|de la semana q viene|"
        "la semana q viene|la semana próxima|de la semana próxima|de la otra semana|la semana siguiente|de la semana siguiente|"
        "semana que viene|próxima semana|de la semana entrante|la semana entrante",
        2: "de la semana siguiente a la próxima|dentro de dos semanas el",
        -1: "la semana pasada|de la semana pasada|semana pasada|la semana anterior|de la semana anterior",
    },
    Cat.THIS_WEEK: {1: "de esta semana|esta semana|de esta misma semana|esta misma semana"},
    Cat.NEXT_MONTH: {
        1: "del mes que viene|del próximo mes|de el mes que viene|del mes q viene|mes que viene|próximo mes|el mes que viene|"
        "el próximo mes|del mes próximo|del mes siguiente|del mes entrante|el mes próximo|del proximo mes|mes q viene|mes entrante",
    },
    Cat.THIS_MONTH: {
        1: "de este mes|este mes|del mes en curso|del corriente|del presente mes|del mes actual|de este mismo mes"
    },
    Cat.NEXT_YEAR: {
        1: "del año que viene|del próximo año|el año que viene|el próximo año|del año próximo|año que viene|próximo año|"
        "del año q viene|del año entrante",
    },
    Cat.THIS_YEAR: {1: "de este año|este año|del corriente año|del año en curso"},
    Cat.WITHIN: {1: "dentro de|en|de acá a|de aquí a|de aca a|d aqui a"},
    Cat.ARRIVE: {
        1: "llego|llegamos|llegando|llegaría|llegaríamos|llegada|llegar|llegan|llegue|lleguemos|llega|entrada|entro|entramos|entrando|"
        "ingreso|ingresamos|ingresando|ingresar|ingresaríamos|entrar|arribo|arribamos|entraríamos|llegaremos|llegaré|llegaríamos|"
        "ingresaría|in|día de entrada|día de llegada|fecha de entrada|fecha de llegada|fecha de ingreso",
    },
    Cat.LEAVE: {
        1: "salgo|salimos|saliendo|salida|salir|salen|salga|me voy|nos vamos|me iría|nos iríamos|yéndome|yéndonos|marcho|marchamos|"
        "salgamos|salgamos|saldríamos|saldría|saldremos|saldré|me marcho|nos marchamos|parto|partimos|out|egreso|egresamos|me vuelvo|"
        "nos volvemos|irnos|irme|marcharnos|dejamos|dejar|me iré|nos iremos|me retiro|nos retiramos|fecha de salida|día de salida|"
        "volvemos|vuelvo|regreso|regresamos|fecha de egreso|y vuelta|vuelta el|la vuelta el",
    },
    Cat.MORE: {1: "más|mas|extra|adicional|adicionales|más de estadía"},
    Cat.LESS: {1: "menos"},
    Cat.LATER: {1: "después|más tarde|más adelante"},
    Cat.EARLIER: {1: "antes|más temprano"},
    Cat.ADD: {
        1: "agrega|agregá|agregar|agregale|agregarle|agrégale|agregue|suma|sumá|sumar|sumale|súmale|añade|añadir|añádele|añada|aumentar"
    },
    Cat.TAKE_OFF: {
        1: "saca|sacá|sacar|sacale|sácale|quita|quitá|quitar|quitale|quítale|resta|restar|restale|réstale|descuenta"
    },
    Cat.INSTEAD_OF: {1: "en vez de|en vez del|en lugar de|en lugar del"},
    Cat.PERIOD: {
        1: "cuarto|trimestre|cuatrimestre|semestre|bimestre|mitad|siglo|quincena|década|piso|planta|semana|semanas|mes|fila"
    },
    Cat.NOW: {1: "ahora|ahorita|ya mismo"},
    Cat.SAME: {1: "lo mismo|igual|mismas fechas|la misma|el mismo|mismas condiciones|misma"},
    Cat.TYPO: {
        1: "digo|perdón|perdona|quise decir|quiero decir|me equivoqué|me confundí|corrijo|disculpa|disculpe|sino|miento|"
        "mejor dicho|o sea|fe de erratas|rectifico"
    },
    Cat.RATHER: {
        1: "mejor|en vez|en lugar|cambia|cambio|cambiar|cambiame|cambialo|prefiero|preferiría|más bien|pasalo|que sea|"
        "que sean|y si|ponle|ponme|poneme|cámbialo|cámbiame|muevelo|mejor que sea|al final"
    },
    Cat.NOT: {1: "no|tampoco|ni|nunca"},
    Cat.MOVE: {
        1: "cambiar|mover|pasar|cambia|cambialo|cambiala|cámbiala|muévelo|muévela|movelo|movela|pásalo|pasalo|pásala|cambio|modificar|modifico|cambiarla|cambiame|cámbiame|mueve|mové|pasame|pasarla|"
        "adelantar|atrasar|postergar|aplazar|correr|reprogramar|trasladar"
    },
    Cat.STAY_WORD: {1: "reserva|reservación|estancia|estadía|estadia|fecha|fechas|booking|habitación|alojamiento"},
    Cat.INDEFINITE: {1: "un|una|algún|cualquier|cada|todos los|los|algun|unos|otro"},
    Cat.VAGUE: {
        1: "principio de|principios de|a principios de|mediados de|a mediados de|finales de|fines de|fin de mes|a fin de|"
        "a finales de|la semana del|semana del|semana de|la semana que empieza el|la semana que comienza el|menos de|más de|en menos de|primera semana de|segunda semana de|tercera semana de|última semana de|"
        "cuarta semana de|la primera semana|la última semana|a fines de|primera quincena de|segunda quincena de|"
        "primera quincena|segunda quincena|alrededor del|más o menos el|cerca del|antes del|después del|antes de|después de|"
        "tipo el|allá por el"
    },
    Cat.ADULT: {1: "adulto|adultos|adulta|adultas|mayor|mayores|adult|ad|adlts|grandes|grande"},
    Cat.PERSON: {
        1: "persona|personas|pers|pers.|pax|huésped|huéspedes|huespedes|gente|prs|prsns|personitas|amigos|amigas|chicas|"
        "ocupantes|plazas|viajeros|comensales|invitados|amigo|amiga|hombres|mujeres|señoras|señores|hombre|mujer|compañeros|"
        "compañeras|colegas|jubilados|integrantes|miembros|pasajeros"
    },
    Cat.CHILD: {
        1: "niño|niños|niña|niñas|nene|nenes|nena|nenas|hijo|hijos|hija|hijas|chico|chicos|menor|menores|pequeño|pequeños|"
        "pequeña|pequeñas|peque|peques|crío|críos|cria|crias|niñ@s|niñ@|chamaco|chamacos|escuincle|escuincles|pibe|pibes|nieto|"
        "nietos|nieta|nietas|sobrino|sobrinos|sobrina|sobrinas|chiquito|chiquitos|chiquita|chiquitas|adolescente|adolescentes|"
        "gurí|gurises|mellizos|mellizas|gemelos|gemelas|infante|infantes|chiquilin|chiquilines|chamaca|chamacas|niñito|niñita|"
        "hijito|hijita"
    },
    Cat.BABY: {1: "bebé|bebés|bebe|bebes|beba|bebito|bebita|recién nacido|lactante|guagua|bb"},
    Cat.COUPLE: {1: "pareja|parejas|matrimonios|novia|novio|esposa|esposo|marido|mujer|parejita|matrimonio|señora|mi mujer"},
    Cat.ALONE: {
        1: "solo yo|soy uno|soy uno solo|soy una sola|somos uno|iré solo|iré sola|yo solo|yo sola|sola|viajo solo|viajo sola|voy solo|voy sola|vengo solo|sólo yo|para mí solo|para mí sola|"
        "para mí|una sola persona|nomás yo|yo nomás|yo solito|solita|voy a ir solo|voy a ir sola|estoy solo|estoy sola"
    },
    Cat.WITHOUT: {1: "sin|ningún|ninguno|no llevamos|no vamos con|cero|sin ningún"},
    Cat.WITH: {1: "con|más|mas|y|c|junto a|junto con"},
    Cat.AGE: {1: "año|años|añitos|añito|anios|anios de edad"},
    Cat.MONTHS_OLD: {1: "mes|meses|mesecitos"},
    Cat.WE_ARE: {
        1: "somos|seríamos|seremos|vamos|vamos a ser|iríamos|iremos|viajamos|venimos|son|seriamos|estaremos|estaríamos|"
        "sería para|seria para|es para|serían|irían|van|van a ser|viajaríamos|seamos"
    },
    Cat.ROOM: {
        1: "habitación|habitaciones|cuarto|cuartos|hab|habs|pieza|piezas|habitacion|habitasion|abitacion|dormitorio|dormitorios|"
        "abitación|habi|recámara|recámaras|recamara"
    },
    Cat.KIND: {
        "single": "single|individual|sencilla|simple|singles|individuales|sencillas|simples|habitación individual",
        "double": "doble|dobles|matrimonial|matrimoniales|doble matrimonial|dbl|cama matrimonial|king|queen|cama doble|cama grande",
        "twin": "twin|dos camas|camas separadas|2 camas|camas individuales|camas gemelas|twins|doble twin|doble dos camas|"
        "dos camas individuales|dos camas separadas|camas simples",
        "triple": "triple|triples|tres camas|3 camas",
        "family": "familiar|familiares|cuádruple|cuadruple|cuádruples|quíntuple",
    },
    Cat.AT: {
        1: "a las|a la|las|tipo|sobre las|hacia las|desde las|hasta las|para las|alas|antes de las|después de las|de las|"
        "a eso de las|como a las|tipo las|alrededor de las|cerca de las"
    },
    Cat.AM: {1: "de la mañana|de la madrugada|d la mañana|de la mañanita"},
    Cat.PM: {1: "de la tarde|de la noche|d la tarde|d la noche|de la tardecita"},
    Cat.NOON: {12: "al mediodía|a mediodía|del mediodía|mediodía|medio día", 0: "a medianoche|medianoche|a la medianoche"},
    Cat.OPTION: {1: "opción|alternativa|oferta|opcion|número|numero|nro|nº|num"},
    Cat.LAST: {-1: "última|ultimo|último|final"},
    Cat.BOOKING: {1: "reserva|reservación|localizador|código|confirmación|reservacion|codigo|referencia|folio|booking"},
    Cat.NAME_CUE: {
        1: "me llamo|mi nombre es|a nombre de|al nombre de|nombre|nombre y apellido|soy|mi nombre|a nom de|anombre de|"
        "nombre completo|aquí|acá|te escribe|le escribe|les escribe|titular|nombre del titular|pon a|ponla a nombre de|"
        "poné a nombre de|el nombre es|a mi nombre|nombre del huésped|señor|señora|sr|sra|sr.|sra.|doña|don|el titular es|"
        "la reserva es de|figura como|mi apellido es|apellido|huésped|saluda|atte"
    },
    Cat.PARTICLE: {1: "de|del|la|las|los|y|da|das|do|dos|van|von|der|den|di|du|le|el|san|santa|e|i|mc|mac|o'|d'"},
    Cat.URGENT: {
        1: "urgente|urgencia|emergencia|incendio|fuego|fuga|me siento mal|auxilio|socorro|ambulancia|accidente|policía|"
        "inundación|se inunda|robo|me robaron|nos robaron|bomberos|humo|no puedo respirar|me desmayé|se desmayó|infarto|"
        "sangre|sangrando|médico|doctor|olor a gas|huele a gas|hay gas|escape de gas|atrapado|atrapados|atrapada|encerrado|"
        "encerrada|me caí|se cayó|peligro|violencia|me amenaza|convulsión|alergia|alérgica|alérgico|inconsciente|"
        "se está inundando|está inundada|ahogando|ahoga|quemando|se quema|urgentemente|nos sentimos mal|se siente mal|me duele"
    },
    Cat.PHONE_CUE: {
        1: "tel|teléfono|telefono|cel|celular|móvil|movil|whatsapp|wsp|wpp|wasap|fono|tfno|tlf|contacto|número|mi número"
    },
    Cat.ME: {1: "yo|conmigo"},
    Cat.RELATIONS: {
        1: "mi mamá|mi papá|mi madre|mi padre|mi amigo|mi amiga|mi hermano|mi hermana|mi novia|mi novio|mi esposa|mi esposo|mi marido|"
        "mi mujer|mi pareja|mi señora|mi suegra|mi suegro|mi abuela|mi abuelo|mi prima|mi primo|mi socio|mi socia|mi jefe|mi tía|mi tío|"
        "un amigo|una amiga|mi vieja|mi viejo|un compañero|una compañera|mi cuñado|mi cuñada",
        2: "mis padres|mis viejos|mis suegros|mis abuelos|mis papás",
    },
    Cat.PER: {1: "por|cada|x cada|la|p/"},
    Cat.ABOUT: {1: "unas|unos|aproximadamente|más o menos|como"},
    Cat.OPENING: {1: "abre|abren|cierra|cierran|atiende|atienden|horario|horarios|abierto|abierta|funciona"},
    Cat.DONE: {
        1: "pagué|pague el|nací|naci|hablé|llamé|compré|escribí|deposité|transferí|cobraron|mandé|envié|cumplo|cumple|cumpleaños"
    },
    Cat.BEDS: {1: "cama|camas"},
}
