"""
Words of dates that mean the same wherever they are heard: guests mix languages, and a long word of one is no word of another.

Short and double-faced forms ("mar", "sex", "may", "segunda", "once") stay with their own language.
"""

from hotel_agent.adapters.nlu.lexemes import Cat, Table

SHARED: Table = {
    Cat.MONTH: {
        1: "enero|janeiro|january",
        2: "febrero|fevereiro|february",
        3: "marzo|março",
        4: "abril|april",
        5: "mayo|maio",
        6: "junio|junho|june",
        7: "julio|julho|july",
        8: "agosto|august",
        9: "septiembre|setiembre|setembro|september|sept",
        10: "octubre|outubro|october",
        11: "noviembre|novembro|november",
        12: "diciembre|dezembro|december|dic",
    },
    Cat.MONTH_WEAK: {
        1: "jan|ene",
        2: "feb|fev",
        3: "mar",
        4: "abr|apr",
        5: "may",
        6: "jun",
        7: "jul",
        8: "ago|aug",
        9: "sep",
        10: "oct",
        11: "nov",
        12: "dec|dez",
    },
    Cat.WEEKDAY: {
        0: "lunes|monday|segunda-feira",
        1: "martes|tuesday|terça-feira",
        2: "miércoles|wednesday|quarta-feira",
        3: "jueves|thursday|quinta-feira",
        4: "viernes|friday|sexta-feira",
        5: "sábado|saturday",
        6: "domingo|sunday",
    },
    Cat.WEEKDAY_WEAK: {0: "mon", 1: "tue|tues", 2: "wed|weds", 3: "thu|thur|thurs", 4: "fri", 5: "sat", 6: "sun"},
    Cat.RELATIVE: {0: "today|hoje", 1: "tomorrow|amanhã"},
    Cat.TONIGHT: {1: "tonight"},
    Cat.WEEKEND: {1: "weekend|finde|week-end"},
    Cat.ARRIVE: {1: "check-in|checkin|check in"},
    Cat.LEAVE: {1: "check-out|checkout|check out"},
    Cat.MONEY: {
        1: "euro|euros|eur|usd|dólar|dólares|dollars|dollar|pesos|ars|mxn|reais|real|brl|bucks|pounds|gbp|us$|r$|mxn$",
    },
    Cat.HOUR: {1: "hs|hrs|h|hr|horas|hours|hour|hora"},
    Cat.AM: {1: "am|a.m."},
    Cat.PM: {1: "pm|p.m."},
    Cat.KIND: {"suite": "suite|suites|suit|swit"},
    Cat.TIMES: {1: "x"},
}
