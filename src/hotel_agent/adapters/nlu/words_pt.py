"""Portuguese (Brazil, Portugal): the words of stays, parties, rooms and names."""
# ruff: noqa: E501 - tables of words

from hotel_agent.adapters.nlu.lexemes import Cat, Table

PORTUGUESE: Table = {
    Cat.NUM: {
        1: "um|uma",
        2: "dois|duas",
        3: "três|tres",
        4: "quatro",
        5: "cinco",
        6: "seis",
        7: "sete",
        8: "oito",
        9: "nove",
        10: "dez",
        11: "onze",
        12: "doze",
        13: "treze",
        14: "quatorze|catorze",
        15: "quinze",
        16: "dezesseis|dezasseis",
        17: "dezessete|dezassete",
        18: "dezoito",
        19: "dezenove|dezanove",
        20: "vinte",
        30: "trinta",
    },
    Cat.TENS: {20: "vinte", 30: "trinta", 2000: "dois mil|dois mil e"},
    Cat.ORD: {
        1: "primeiro|primeira",
        2: "segundo|segunda",
        3: "terceiro|terceira",
        4: "quarta",
        5: "quinta|quinto",
        6: "sexta|sexto",
    },
    Cat.MONTH_WEAK: {5: "mai", 9: "set", 10: "out"},
    Cat.WEEKDAY: {
        0: "segunda feira|2a feira|2ª feira|segundafeira",
        1: "terça|terça feira|3ª feira|3a feira|terçafeira",
        2: "quarta feira|4ª feira|4a feira|quartafeira",
        3: "quinta feira|5ª feira|5a feira|quintafeira",
        4: "sexta feira|6ª feira|6a feira|sextafeira",
    },
    Cat.WEEKDAY_WEAK: {0: "segunda|seg", 1: "ter", 2: "quarta|qua", 3: "quinta|qui", 4: "sexta|sex", 5: "sáb", 6: "dom"},
    Cat.RELATIVE: {
        0: "hoje|hj|hoje mesmo|o dia de hoje",
        1: "amanhã|amanha|amnh|amanhã mesmo|amn",
        2: "depois de amanhã|depois d amanhã|depois de amanha",
        -1: "ontem|ontem à noite",
        -2: "anteontem|antes de ontem",
    },
    Cat.TONIGHT: {
        1: "esta noite|hoje à noite|hoje de noite|essa noite|hj à noite|hj a noite|hoje a noite|hoje pela noite|nesta noite"
    },
    Cat.WEEKEND: {1: "fim de semana|fds|final de semana|fim-de-semana|findi|fim d semana|fim-de semana"},
    Cat.LONG_WEEKEND: {
        1: "feriado|feriadão|fim de semana prolongado|ponte|feriado prolongado|final de semana prolongado|feriadao"
    },
    Cat.FEAST: {
        "easter": "semana santa|páscoa",
        "carnival": "carnaval",
        "christmas_eve": "véspera de natal|noite de natal",
        "christmas": "natal",
        "new_years_eve": "réveillon|reveillon|virada do ano|passagem de ano|véspera de ano novo|fim de ano|virada|revéillon|passagem do ano",
        "new_year": "ano novo",
        "epiphany": "dia de reis",
        "valentine": "dia dos namorados",
        "labour": "dia do trabalho|dia do trabalhador",
        "dead": "finados|dia de finados",
        "all_saints": "todos os santos",
        "good_friday": "sexta-feira santa|sexta feira santa|sexta santa",
        "easter_sunday": "domingo de páscoa",
        "corpus_christi": "corpus christi",
        "aparecida": "nossa senhora aparecida|aparecida",
        "independence": "dia da independência|sete de setembro",
        "republic": "proclamação da república",
    },
    Cat.NIGHT: {1: "noite|noites|diária|diárias|pernoite|pernoites|noitinha|noitinhas|diarias"},
    Cat.DAYS: {1: "dia|dias"},
    Cat.WEEK: {1: "semana|semanas|semaninha"},
    Cat.FORTNIGHT: {1: "quinzena"},
    Cat.MONTH_UNIT: {1: "mês|meses"},
    Cat.YEAR: {1: "ano|anos"},
    Cat.FROM: {1: "de|do|desde|a partir de|da|começando|dsd|dos"},
    Cat.TO: {1: "a|ao|até|ate|à|às|pra|para|té|aos"},
    Cat.BETWEEN: {1: "entre"},
    Cat.AND: {1: "e|i"},
    Cat.OR: {1: "ou"},
    Cat.OF: {1: "de|do|da"},
    Cat.ART: {1: "o|os|a|as|no|na|do|da|ao|nos|nas|pro|dos|aos|à"},
    Cat.DAY_WORD: {1: "dia|dias|data|noite do dia|noite de|noite do"},
    Cat.FOR: {1: "para|pra|por|p|pro|durante|em|p/"},
    Cat.NEXT: {1: "que vem|q vem|próximo|próxima|seguinte|próximos|q vm|que vêm|prox|vindouro"},
    Cat.THIS: {1: "este|esta|esse|essa|neste|nesta|nesse|nessa|deste|desta|desse|dessa"},
    Cat.PAST: {1: "passado|passada|anterior|retrasado|retrasada"},
    Cat.NEXT_WEEK: {
        -1: "a semana passada|da semana passada|semana passada|na semana passada",
        1: "da semana que vem|da próxima semana|semana que vem|na semana que vem|na próxima semana|a próxima semana|da semana q vem|"
        "semana q vem|próxima semana|a semana que vem|da outra semana|da semana seguinte",
    },
    Cat.THIS_WEEK: {1: "desta semana|dessa semana|esta semana|essa semana|nesta semana|nessa semana"},
    Cat.NEXT_MONTH: {
        1: "do mês que vem|do próximo mês|mês que vem|no mês que vem|próximo mês|no próximo mês|do mês q vem|do mês seguinte|"
        "o mês que vem|mês q vem",
    },
    Cat.THIS_MONTH: {1: "deste mês|desse mês|este mês|esse mês|neste mês|nesse mês|do mês atual|do mês corrente"},
    Cat.NEXT_YEAR: {1: "do ano que vem|do próximo ano|ano que vem|no ano que vem|próximo ano|do ano q vem|no próximo ano"},
    Cat.THIS_YEAR: {1: "deste ano|desse ano|este ano|esse ano|neste ano|nesse ano"},
    Cat.WITHIN: {1: "daqui a|daqui|dentro de|em|daqui há|d'aqui a"},
    Cat.ARRIVE: {
        1: "chego|chegamos|chegando|chegada|chegar|chegaria|chegaríamos|entrada|entro|entrando|chegam|chegarei|chegaremos|"
        "data de entrada|data de chegada|dia de entrada|entramos|cheguemos|chegue"
    },
    Cat.LEAVE: {
        1: "saio|saímos|saindo|saída|sair|sairia|sairíamos|vou embora|vamos embora|partida|partimos|parto|saem|sairei|sairemos|"
        "data de saída|dia de saída|ir embora|indo embora|voltamos|volto|saia|deixo|e volta|volta dia|volta no dia|retorno"
    },
    Cat.MORE: {1: "mais|extra|a mais|adicional|adicionais|extras"},
    Cat.LESS: {1: "menos|a menos"},
    Cat.LATER: {1: "depois|mais tarde"},
    Cat.EARLIER: {1: "antes|mais cedo"},
    Cat.ADD: {1: "acrescenta|acrescentar|acrescente|adiciona|adicionar|adicione|aumenta|aumentar"},
    Cat.TAKE_OFF: {1: "tira|tirar|tire|remove|remover|remova|diminui"},
    Cat.INSTEAD_OF: {1: "em vez de|em vez do|ao invés de|ao invés do|no lugar de|no lugar do"},
    Cat.PERIOD: {1: "trimestre|quadrimestre|semestre|metade|século|quinzena|década|andar|semana|semanas|mês|vez"},
    Cat.NOW: {1: "agora|já"},
    Cat.SAME: {1: "a mesma coisa|o mesmo|mesma coisa|igual|mesmas datas|mesma|mesmo"},
    Cat.TYPO: {
        1: "digo|desculpa|desculpe|quis dizer|quero dizer|me enganei|me confundi|perdão|aliás|errei|mas sim|ops|correção"
    },
    Cat.RATHER: {1: "melhor|em vez|ao invés|muda|mudar|trocar|troca|prefiro|preferia|na verdade|pode ser|mude|altere|no lugar"},
    Cat.NOT: {1: "não|nao|ñ|nem|nunca|n"},
    Cat.MOVE: {1: "mudar|alterar|trocar|mover|muda|passar|altera|adiar|antecipar|remarcar|modificar|mude|altere|reagendar"},
    Cat.STAY_WORD: {1: "reserva|estadia|hospedagem|data|datas|quarto|estada"},
    Cat.INDEFINITE: {1: "um|uma|algum|qualquer|cada|todos os|os|outro|alguma"},
    Cat.VAGUE: {
        1: "começo de|início de|no início de|meados de|em meados de|fim de mês|final de|no final de|fim do mês|na semana do|semana do|a semana que começa dia|menos de|mais de|"
        "semana de|primeira semana de|segunda semana de|última semana de|terceira semana de|fins de|primeira quinzena de|"
        "segunda quinzena de|por volta do|antes do|depois do|antes de|depois de|começo do|início do|final do|"
        "por volta de|lá pelo|finalzinho de"
    },
    Cat.ADULT: {1: "adulto|adultos|adulta|adultas|adult|maiores"},
    Cat.PERSON: {
        1: "pessoa|pessoas|hóspede|hóspedes|pax|pess|gente|amigos|amigas|convidados|ocupantes|mulheres|homens|amigo|amiga|"
        "viajantes|colegas|pessoinhas|idosos|integrantes|passageiros"
    },
    Cat.CHILD: {
        1: "criança|crianças|filho|filhos|filha|filhas|menino|meninos|menina|meninas|menor|menores|miúdo|miúdos|miúda|neto|netos|"
        "neta|netas|sobrinho|sobrinhos|sobrinha|sobrinhas|pequeno|pequenos|pequena|filhinho|filhinha|adolescente|adolescentes|gêmeos|"
        "gêmeas|garoto|garota|enteado|enteada|piá|crianca|criancas|miudos"
    },
    Cat.BABY: {1: "bebê|bebês|bebé|bebés|bebe|bebes|nenê|neném|recém-nascido|bebezinho|nenem|nene"},
    Cat.COUPLE: {1: "casal|casais|namorada|namorado|esposa|esposo|marido|noiva|noivo|mulher|companheira|companheiro"},
    Cat.ALONE: {1: "só eu|sozinho|sozinha|apenas eu|somente eu|só pra mim|só para mim|para mim|pra mim|eu só|só uma pessoa"},
    Cat.WITHOUT: {1: "sem|nenhum|nenhuma|zero"},
    Cat.WITH: {1: "com|mais|e|c|c/|junto com"},
    Cat.AGE: {1: "ano|anos|aninhos|aninho|anos de idade"},
    Cat.MONTHS_OLD: {1: "mês|meses|mesinhos"},
    Cat.WE_ARE: {
        1: "somos|seremos|seríamos|vamos em|estaremos em|vamos ser|somos em|estamos em|iremos em|são|vamos|seria para|é para|"
        "é pra|seria pra|vão|viajamos em|vamos estar em|serão|ficaremos em"
    },
    Cat.ROOM: {1: "quarto|quartos|apartamento|apartamentos|apto|aptos|acomodação|acomodações|habitação|qto|qtos|ap|apê"},
    Cat.KIND: {
        "single": "single|individual|simples|solteiro|singles|individuais|quarto de solteiro",
        "double": "duplo|duplos|casal|de casal|cama de casal|queen|king|dupla|dbl|quarto de casal|cama king|cama queen",
        "twin": "twin|duas camas|camas separadas|2 camas|camas de solteiro|duas camas de solteiro|solteiro duplo|2 camas de solteiro",
        "triple": "triplo|triplos|tripla|três camas|3 camas",
        "family": "família|familiar|familiares|quádruplo|familia|quadruplo|quarto família",
    },
    Cat.AT: {1: "às|as|a|à|até às|até as|das|pelas|lá pelas|por volta das|depois das|antes das|umas|perto das|a partir das"},
    Cat.AM: {1: "da manhã|da madrugada|de manhã"},
    Cat.PM: {1: "da tarde|da noite|de tarde"},
    Cat.NOON: {12: "ao meio-dia|meio-dia|meio dia|ao meio dia", 0: "à meia-noite|meia-noite|meia noite|a meia noite"},
    Cat.OPTION: {1: "opção|alternativa|oferta|opcao|número|numero|nº|num"},
    Cat.LAST: {-1: "última|último"},
    Cat.BOOKING: {1: "reserva|código|localizador|confirmação|codigo|referência|número da reserva|voucher"},
    Cat.NAME_CUE: {
        1: "me chamo|meu nome é|em nome de|no nome de|nome|sou|sou o|sou a|aqui é|aqui é o|aqui é a|nome completo|chamo-me|meu nome|"
        "é em nome de|titular|nome do hóspede|pode colocar em nome de|senhor|senhora|sr|sra|sr.|sra.|dona|o nome é|meu nome e|"
        "aqui e o|aqui e a|nome do titular|pode pôr em nome de|quem fala é|quem fala é o|quem fala é a|sobrenome|apelido|att"
    },
    Cat.PARTICLE: {1: "de|da|do|das|dos|e|del|la|las|los|y|van|von|der|den|di|du|le|d'|santa|são"},
    Cat.URGENT: {
        1: "urgente|urgência|emergência|incêndio|fogo|vazamento|me sinto mal|estou passando mal|passando mal|socorro|ambulância|"
        "acidente|polícia|inundação|inundado|alagado|alagando|roubo|roubaram|fui roubado|bombeiros|fumaça|não consigo respirar|"
        "desmaiou|desmaiei|infarto|sangue|sangrando|médico|cheiro de gás|vazando gás|preso no elevador|presos no elevador|perigo|"
        "sentindo mal|convulsão|inconsciente|urgentemente|pegando fogo|alergia|presa no elevador|cheiro a gás|fuga de gás|fumo|assalto|assaltaram"
    },
    Cat.PHONE_CUE: {1: "tel|telefone|cel|celular|telemóvel|whatsapp|zap|contato|contacto|fone|número|whats|wpp"},
    Cat.ME: {1: "eu|comigo"},
    Cat.RELATIONS: {
        1: "minha mãe|meu pai|minha esposa|meu marido|minha namorada|meu namorado|meu amigo|minha amiga|minha irmã|meu irmão|um amigo|"
        "uma amiga|minha mulher|meu esposo|meu noivo|minha noiva|minha sogra|meu sogro|minha avó|meu avô|meu chefe|minha companheira|"
        "meu companheiro|um colega|minha prima|meu primo",
        2: "meus pais|meus sogros|meus avós",
    },
    Cat.PER: {1: "por|cada|a|p/"},
    Cat.ABOUT: {1: "umas|uns|aproximadamente|mais ou menos|cerca de"},
    Cat.OPENING: {1: "abre|abrem|fecha|fecham|atende|atendem|horário|horários|aberto|aberta|funciona"},
    Cat.DONE: {1: "paguei|nasci|liguei|falei|comprei|escrevi|depositei|transferi|cobraram|mandei|enviei|aniversário"},
    Cat.BEDS: {1: "cama|camas"},
}
