"""What stands for <dates>, <party> and the like in the phrases: small tables a language, drawn with a seeded generator."""
# ruff: noqa: INP001, E501, SIM905, ISC002, PLR2004 - a script and its tables

from random import Random

MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "en": "january february march april may june july august september october november december".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
}
WEEKDAYS = {
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(),
    "en": "monday tuesday wednesday thursday friday saturday sunday".split(),
    "pt": "segunda terça quarta quinta sexta sábado domingo".split(),
}
KINDS = {
    "es": "doble single triple familiar individual matrimonial twin".split(),
    "en": "double single triple family twin".split(),
    "pt": "duplo individual triplo família casal".split(),
}
NUMBERS = {
    "es": ["1", "2", "3", "4", "dos", "tres", "cuatro", "5", "12"],
    "en": ["1", "2", "3", "4", "two", "three", "four", "5", "12"],
    "pt": ["1", "2", "3", "4", "dois", "três", "quatro", "5", "12"],
}
PARTIES = {
    "es": ["2 personas", "dos adultos", "2 adultos y 1 niño", "dos adultos y dos niños", "cuatro personas", "una pareja con bebé", "mi esposa y yo",
           "3", "dos", "2 adultos y un nene de 4", "5 pax", "una familia de cuatro", "6 personas", "2+1", "dos parejas", "mis padres y yo"],
    "en": ["2 people", "two adults", "2 adults and 1 child", "two adults and two kids", "four people", "a couple with a baby", "my wife and me",
           "3", "two", "2 adults and a 4 year old", "5 pax", "a family of four", "6 guests", "2+1", "two couples", "my parents and me"],
    "pt": ["2 pessoas", "dois adultos", "2 adultos e 1 criança", "dois adultos e duas crianças", "quatro pessoas", "um casal com bebê",
           "minha esposa e eu", "3", "dois", "2 adultos e uma criança de 4", "5 pessoas", "uma família de quatro", "6 hóspedes", "2+1"],
}  # fmt: skip
NIGHTS = {
    "es": ["una noche", "dos noches", "3 noches", "2 noches", "una semana", "5 noches", "4 noches", "10 días"],
    "en": ["one night", "two nights", "3 nights", "2 nights", "a week", "5 nights", "4 nights", "10 days"],
    "pt": ["uma noite", "duas noites", "3 noites", "2 diárias", "uma semana", "5 noites", "4 noites", "10 dias"],
}
GIVEN = "Juan María Ana Carlos Lucía John Emma Mary João Pedro Sofía Paul Beatriz Diego Laura Martín Elena Miguel Sarah Tom Mariana Pablo Rosa " \
    "Luis Carmen Javier Camila Rafael Thiago Olivia James Linda Inés Andrés Valentina Mateo Julia Gabriel Clara Bruno Fernanda Peter".split()  # fmt: skip
FAMILY = "Pérez García López Rodríguez Fernández Smith Jones O'Brien Silva Souza Martínez Müller Santos Gómez Torres Ruiz Oliveira Costa Baker " \
    "Suárez Castro Vega Navarro Pereira Almeida Brown Wilson Díaz Romero Herrera Molina Ortiz Delgado Cruz Ramos Lima Ferreira Taylor".split()  # fmt: skip


def name(rng: Random) -> str:
    """A person's name with one or two family names, at times with a particle or in lower case."""
    parts = [rng.choice(GIVEN)]
    if rng.random() < 0.25:
        parts.append(rng.choice(GIVEN))
    if rng.random() < 0.9:
        parts += [rng.choice(["de", "de la", "da", "del"])] if rng.random() < 0.12 else []
        parts.append(rng.choice(FAMILY))
    if rng.random() < 0.3:
        parts.append(rng.choice(FAMILY))
    found = " ".join(parts)
    return found.lower() if rng.random() < 0.2 else found


EMAILS = [
    "juan@example.com",
    "ana.lopez@gmail.com",
    "jsmith@hotmail.com",
    "maria_g@yahoo.com.ar",
    "pedro@empresa.es",
    "joao@uol.com.br",
]
PHONES = [
    "+34666777888",
    "+5491155667788",
    "666 777 888",
    "+55 11 91234-5678",
    "11 5566-7788",
    "+44 7700 900123",
    "+52 55 1234 5678",
]
CODES = ["12", "#45", "ABC123", "HX-2231", "1042", "XKBQZR", "77120"]
TIMES = {
    "es": ["15", "15:30", "las 3 de la tarde", "14 hs", "11", "10 de la noche", "18:00", "13"],
    "en": ["3pm", "15:30", "2 pm", "11", "noon", "10 pm", "6 o'clock", "1pm"],
    "pt": ["15h", "15:30", "14h", "11", "22h", "18 horas", "13h", "três da tarde"],
}
AMENITIES = {
    "es": "piscina|pileta|alberca|wifi|estacionamiento|cochera|parking|desayuno|gimnasio|spa|restaurante|bar|aire acondicionado|jacuzzi|"
    "sauna|terraza|lavandería|ascensor|calefacción|cunas|media pensión|transfer|room service|caja fuerte|bicicletas|sala de juegos|"
    "desayuno buffet|cocina|wi-fi|internet|tele por cable|pileta climatizada|garage|servicio de niñera|cargador para auto eléctrico|playa privada|"
    "masajes|secador de pelo|frigobar|guardería|recepción 24 horas|asador|parrilla|quincho|cancha de tenis|cuna para bebé",
    "en": "pool|a pool|wifi|wi-fi|parking|breakfast|gym|a gym|spa|a restaurant|bar|air conditioning|jacuzzi|sauna|terrace|laundry|lift|an elevator|"
    "heating|cots|a crib|half board|airport shuttle|safe|bikes|games room|kitchen|internet|a swimming pool|ev charging|a rooftop|babysitting|"
    "a hairdryer|luggage storage|hot tub|fitness centre|minibar|massages|a private beach|tennis court|conference room|garden|pool bar",
    "pt": "piscina|wifi|estacionamento|garagem|café da manhã|academia|spa|restaurante|bar|ar condicionado|hidromassagem|sauna|lavanderia|"
    "elevador|aquecimento|berço|meia pensão|transfer|cofre|bicicletas|cozinha|internet|piscina aquecida|pequeno-almoço|ginásio|parque infantil|"
    "frigobar|secador de cabelo|churrasqueira|área kids|recepção 24 horas|massagem|jardim|praia privativa|sala de reuniões|quadra de tênis",
}
ITEMS = {
    "es": "toallas|una toalla|almohadas|una almohada|otra manta|una frazada|papel higiénico|jabón|champú|una plancha|un secador|hielo|agua|"
    "una botella de agua|dos vasos|un cargador|perchas|una cobija|un adaptador|una cuna|cápsulas de café|pañuelos|un paraguas|"
    "una cama extra|la cena|el desayuno|un café|sábanas limpias|un cepillo de dientes|cubiertos|un abridor|leche para el bebé|un ventilador",
    "en": "towels|a towel|pillows|a pillow|another blanket|toilet paper|soap|shampoo|an iron|a hairdryer|ice|water|a bottle of water|two glasses|"
    "a charger|hangers|an adapter|a crib|coffee capsules|tissues|an umbrella|an extra bed|dinner|breakfast|a coffee|clean sheets|"
    "a toothbrush|cutlery|a corkscrew|milk for the baby|a fan|slippers|bathrobes",
    "pt": "toalhas|uma toalha|travesseiros|um travesseiro|mais um cobertor|papel higiênico|sabonete|shampoo|um ferro|um secador|gelo|água|"
    "uma garrafa de água|dois copos|um carregador|cabides|um adaptador|um berço|lençóis limpos|um guarda-chuva|uma cama extra|"
    "o jantar|o café da manhã|um café|uma escova de dentes|talheres|um abridor|leite para o bebê|um ventilador|almofadas",
}
THINGS = {
    "es": "el aire acondicionado|el aire|la ducha|el wifi|la tele|el ascensor|la calefacción|el inodoro|la cerradura|la luz|el agua caliente|"
    "el secador|la caja fuerte|la puerta|la ventana|la heladera|el grifo|la cama|el lavabo|la llave|la tarjeta de la puerta|internet|el enchufe",
    "en": "air conditioning|shower|wifi|tv|lift|heating|toilet|lock|light|hot water|hairdryer|safe|door|window|fridge|tap|bed|sink|key card|"
    "internet|bathroom fan|kettle|socket|ac",
    "pt": "o ar condicionado|o ar|o chuveiro|o wifi|a tv|o elevador|o aquecimento|o vaso|a fechadura|a luz|a água quente|o secador|o cofre|"
    "a porta|a janela|o frigobar|a torneira|a cama|a pia|a chave|o cartão da porta|a internet|a tomada",
}


def date(rng: Random, language: str) -> str:
    """One day, in one of the usual ways."""
    day, month = rng.randint(1, 28), rng.randint(0, 11)
    name, weekday = MONTHS[language][month], rng.choice(WEEKDAYS[language])
    forms = {
        "es": [f"{day} de {name}", f"el {day} de {name}", f"el {day}", f"{day}/{month + 1}", f"el {weekday}", "mañana", "hoy", "pasado mañana",
               f"el {weekday} que viene", f"2026-{month + 1:02}-{day:02}", "esta noche", "el finde", f"el {weekday} {day}", "este fin de semana",
               "nochevieja", f"{day:02}/{month + 1:02}/2027", "la semana que viene", f"{day} {name[:3]}", "el mes que viene"],
        "en": [f"{name} {day}", f"{day} {name}", f"the {day}th", f"{day}/{month + 1}", weekday, "tomorrow", "today", "next " + weekday,
               f"2026-{month + 1:02}-{day:02}", "tonight", "this weekend", "next weekend", f"{name} {day}th", "new year's eve", "next week",
               f"{name[:3]} {day}", "christmas", "next month", f"{day} of {name}"],
        "pt": [f"{day} de {name}", f"dia {day}", f"dia {day} de {name}", f"{day}/{month + 1}", weekday, "amanhã", "hoje", weekday + " que vem",
               f"2026-{month + 1:02}-{day:02}", "hoje à noite", "fim de semana", "este fim de semana", "depois de amanhã", "réveillon",
               f"{weekday} dia {day}", "semana que vem", "mês que vem", f"{day} {name[:3]}"],
    }  # fmt: skip
    return rng.choice(forms[language])


def dates(rng: Random, language: str) -> str:
    """A range or a day with its nights."""
    day, month = rng.randint(1, 24), rng.randint(0, 11)
    end, name = day + rng.randint(1, 4), MONTHS[language][month]
    a, b = rng.sample(WEEKDAYS[language], 2)
    nights = rng.choice(NIGHTS[language])
    forms = {
        "es": [f"del {day} al {end} de {name}", f"del {day} al {end}", f"{day}/{month + 1} al {end}/{month + 1}", f"de {a} a {b}",
               f"{day} de {name} por {nights}", f"entre el {day} y el {end} de {name}", f"2026-{month + 1:02}-{day:02} a 2026-{month + 1:02}-{end:02}",
               f"desde el {day} hasta el {end}", "este finde", "el finde que viene", f"{nights} desde el {day}", f"el {day} por {nights}",
               f"del {a} al {b}", f"{day} al {end} {name[:3]}", "semana santa", "en carnaval", "para el puente"],
        "en": [f"from {name} {day} to {end}", f"{day} to {end} {name}", f"{day}/{month + 1} to {end}/{month + 1}", f"{a} to {b}",
               f"from the {day}th to the {end}th", f"{name[:3]} {day}-{end}", f"2026-{month + 1:02}-{day:02} to 2026-{month + 1:02}-{end:02}",
               f"between {day} and {end} {name}", "this weekend", "next weekend", f"{nights} from {name} {day}", f"from {a} for {nights}",
               "over easter", "over christmas"],
        "pt": [f"de {day} a {end} de {name}", f"do dia {day} ao dia {end}", f"{day}/{month + 1} a {end}/{month + 1}", f"de {a} a {b}",
               f"de {day} até {end} de {name}", f"entre {day} e {end} de {name}", f"2026-{month + 1:02}-{day:02} a 2026-{month + 1:02}-{end:02}",
               "este fim de semana", "no próximo fim de semana", f"{nights} a partir do dia {day}", f"dia {day} por {nights}", "no carnaval",
               "no réveillon", "no feriado"],
    }  # fmt: skip
    return rng.choice(forms[language])


def fill(slot: str, rng: Random, language: str) -> str:
    if slot == "date":
        return date(rng, language)
    if slot == "dates":
        return dates(rng, language)
    if slot == "gibberish":
        return gibberish(rng)
    if slot == "name":
        return name(rng)
    tables: dict[str, list[str]] = {
        "month": MONTHS[language], "kind": KINDS[language], "n": NUMBERS[language], "party": PARTIES[language], "nights": NIGHTS[language],
        "topic": TOPICS[language].split("|"), "email": EMAILS, "phone": PHONES, "code": CODES, "time": TIMES[language], "amenity": AMENITIES[language].split("|"),
        "item": ITEMS[language].split("|"), "thing": THINGS[language].split("|"),
    }  # fmt: skip
    return rng.choice(tables[slot])


TOPICS = {
    "es": "el fútbol|la luna|los dinosaurios|la revolución francesa|un celular nuevo|una guitarra|el ajedrez|matemática|la tarea de historia|una lavadora|"
    "zapatillas|la inteligencia artificial|los gatos|el amor|un auto usado|milanesas|una receta de pizza|la segunda guerra mundial|el universo|"
    "física cuántica|una película de terror|bitcoin|acciones|un préstamo|el presidente|las elecciones|la vacuna|una bicicleta|el trabajo|mi novia|"
    "la dieta keto|programación en java|mi computadora|un perro|plantas|el clima de mañana|el pronóstico|el horóscopo|la lotería|tatuajes|anime|"
    "poesía|un ensayo|marketing digital|seguros de auto|el signo de aries|una canción de shakira|los simpsons|el big bang|gimnasia|yoga|"
    "cómo bajar de peso|un abogado|una licuadora|entradas para el recital|el subte de nueva york|marte|napoleón|un chiste|una adivinanza|pan casero",
    "en": "football|the moon|dinosaurs|the french revolution|a new phone|a guitar|chess|maths|my history homework|a washing machine|sneakers|"
    "artificial intelligence|cats|love|a used car|pancakes|a pizza recipe|world war two|the universe|quantum physics|a horror movie|bitcoin|"
    "stocks|a loan|the president|the election|vaccines|a bicycle|my job|my girlfriend|the keto diet|java programming|my laptop|a puppy|plants|"
    "tomorrow's weather|the forecast|my horoscope|the lottery|tattoos|anime|poetry|an essay|our marketing services|car insurance|a haiku about autumn|"
    "a song by adele|the simpsons|the big bang|yoga|a lawyer|a blender|concert tickets|mars|napoleon|a joke|a riddle|a good laptop|the roman empire",
    "pt": "futebol|a lua|dinossauros|a revolução francesa|um celular novo|violão|xadrez|matemática|minha lição de história|uma geladeira|tênis|"
    "inteligência artificial|gatos|amor|um carro usado|bolo de cenoura|receita de pizza|a segunda guerra|o universo|física quântica|um filme de terror|"
    "bitcoin|ações|um empréstimo|o presidente|as eleições|vacina|uma bicicleta|meu trabalho|minha namorada|dieta|programação em java|meu computador|"
    "um cachorro|plantas|o tempo amanhã|a previsão|meu horóscopo|a loteria|tatuagem|anime|poesia|uma redação|seguro de carro|uma música da anitta|"
    "os simpsons|o big bang|ioga|um advogado|um liquidificador|ingressos|marte|napoleão|uma piada|o jogo do flamengo|meu carro|minha avó",
}


def gibberish(rng: Random) -> str:
    """Keys struck at random: letters that make no word."""
    letters = rng.choice(["asdfghjkl", "qwertyuiop", "zxcvbnm", "bcdfghjklmnpqrstvwxz", "asdfjklñ"])
    return " ".join("".join(rng.choice(letters) for _ in range(rng.randint(3, 9))) for _ in range(rng.randint(1, 3)))
