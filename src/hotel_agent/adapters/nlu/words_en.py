"""English: the words of stays, parties, rooms and names."""
# ruff: noqa: E501 - tables of words

from hotel_agent.adapters.nlu.lexemes import Cat, Table

ENGLISH: Table = {
    Cat.NUM: {
        1: "one|a|an",
        2: "two|a couple of|a couple",
        3: "three",
        4: "four",
        5: "five",
        6: "six",
        7: "seven",
        8: "eight",
        9: "nine",
        10: "ten",
        11: "eleven",
        12: "twelve",
        13: "thirteen",
        14: "fourteen",
        15: "fifteen",
        16: "sixteen",
        17: "seventeen",
        18: "eighteen",
        19: "nineteen",
        20: "twenty",
        30: "thirty",
    },
    Cat.TENS: {20: "twenty", 30: "thirty", 2000: "two thousand|two thousand and"},
    Cat.ORD: {
        1: "first",
        2: "second",
        3: "third",
        4: "fourth",
        5: "fifth",
        6: "sixth",
        7: "seventh",
        8: "eighth",
        9: "ninth",
        10: "tenth",
        11: "eleventh",
        12: "twelfth",
        13: "thirteenth",
        14: "fourteenth",
        15: "fifteenth",
        16: "sixteenth",
        17: "seventeenth",
        18: "eighteenth",
        19: "nineteenth",
        20: "twentieth",
        30: "thirtieth",
    },
    Cat.MONTH_WEAK: {3: "march|mch", 5: "may"},
    Cat.WEEKDAY: {0: "mondays"},
    Cat.RELATIVE: {
        0: "today|2day",
        1: "tomorrow|tmrw|tomorow|tommorow|tommorrow|tmr|2moro|2morrow|tomoro|tmw",
        2: "day after tomorrow|the day after tomorrow|overmorrow",
        -1: "yesterday|last night",
        -2: "day before yesterday|the day before yesterday",
    },
    Cat.TONIGHT: {1: "tonight|2nite|tonite|tonight only|this evening|2night"},
    Cat.WEEKEND: {1: "weekend|week end|wkend|wknd"},
    Cat.LONG_WEEKEND: {1: "long weekend|bank holiday weekend|bank holiday|holiday weekend"},
    Cat.FEAST: {
        "easter": "easter|easter weekend|holy week",
        "carnival": "carnival|mardi gras",
        "christmas_eve": "christmas eve|xmas eve",
        "christmas": "christmas|xmas|christmas day",
        "boxing_day": "boxing day|st stephen's day",
        "new_years_eve": "new year's eve|new years eve|nye|new year s eve",
        "new_year": "new year|new year's|new years|new year's day|new years day",
        "epiphany": "epiphany|three kings",
        "valentine": "valentine's|valentines|valentine's day|valentines day|st valentine's day",
        "labour": "labour day|labor day|may day",
        "all_saints": "all saints",
        "dead": "day of the dead",
        "good_friday": "good friday",
        "easter_sunday": "easter sunday",
        "easter_monday": "easter monday",
        "thanksgiving": "thanksgiving",
        "independence": "independence day",
        "immaculate": "immaculate conception",
    },
    Cat.NIGHT: {1: "night|nights|nite|nites|nts|overnight"},
    Cat.DAYS: {1: "day|days"},
    Cat.WEEK: {1: "week|weeks|wk|wks"},
    Cat.FORTNIGHT: {1: "fortnight"},
    Cat.MONTH_UNIT: {1: "month|months"},
    Cat.YEAR: {1: "year|years"},
    Cat.FROM: {1: "from|starting|starting on|starting from|beginning|as of|as from|frm|commencing"},
    Cat.TO: {1: "to|until|till|til|up to|through|thru|untill|ending|'til"},
    Cat.BETWEEN: {1: "between|btw|btwn"},
    Cat.AND: {1: "and|&|n"},
    Cat.OR: {1: "or"},
    Cat.OF: {1: "of"},
    Cat.ART: {1: "the|on"},
    Cat.DAY_WORD: {
        1: "night of|night of the|the night of|the night of the|date|evening of the|evening of|morning of the|morning of|afternoon of the|"
        "afternoon of"
    },
    Cat.FOR: {1: "for|4|in|during|over|at"},
    Cat.NEXT: {1: "next|following"},
    Cat.THIS: {1: "this|this coming|coming|upcoming|the coming|the upcoming"},
    Cat.PAST: {1: "last|past|previous"},
    Cat.NEXT_WEEK: {
        1: "next week|of next week|the following week",
        2: "the week after next|week after next",
        -1: "last week|of last week|the past week",
    },
    Cat.THIS_WEEK: {1: "this week|of this week"},
    Cat.NEXT_MONTH: {1: "next month|of next month|of the next month|the next month|of the following month|the following month"},
    Cat.THIS_MONTH: {1: "this month|of this month|of the current month|of the month"},
    Cat.NEXT_YEAR: {1: "next year|of next year"},
    Cat.THIS_YEAR: {1: "this year|of this year"},
    Cat.WITHIN: {1: "in"},
    Cat.FROM_NOW: {1: "from now|hence"},
    Cat.ARRIVE: {
        1: "arrive|arriving|arrival|arrives|get in|getting in|come in|coming|coming in|checking in|get there|land|landing|in|"
        "arrival date|check in date|check-in date|arrived|i'll arrive|come"
    },
    Cat.LEAVE: {
        1: "leave|leaving|depart|departing|departure|leaves|go home|going home|checking out|out|departure date|check out date|"
        "check-out date|fly out|flying out|head out|heading home|vacate"
    },
    Cat.MORE: {1: "more|extra|longer|additional|another|further"},
    Cat.LESS: {1: "less|fewer|shorter"},
    Cat.LATER: {1: "later|after"},
    Cat.EARLIER: {1: "earlier|sooner|before"},
    Cat.ADD: {1: "add|adding"},
    Cat.TAKE_OFF: {1: "remove|drop|cut|take off|knock off"},
    Cat.INSTEAD_OF: {1: "instead of|rather than|in place of"},
    Cat.PERIOD: {
        1: "quarter|half|century|week|weeks|month|year|semester|trimester|decade|floor|birthday|anniversary|time|visit|grade"
    },
    Cat.NOW: {1: "now|right now"},
    Cat.SAME: {1: "same|the same|same thing|same again|same stay|same dates"},
    Cat.TYPO: {1: "sorry|i mean|i meant|oops|meant|correction|rather than|make that|scratch that|wait|no wait|my mistake|but"},
    Cat.RATHER: {
        1: "instead|rather|actually|change|make it|better|switch|what about|how about|prefer|move it|on second thought"
    },
    Cat.NOT: {1: "not|no|don't|dont|never|n't"},
    Cat.MOVE: {
        1: "change|move|move it|change it|shift it|push it|switch it|shift|switch|reschedule|push|bring|modify|amend|postpone|bring forward"
    },
    Cat.STAY_WORD: {1: "booking|reservation|stay|date|dates|room|it"},
    Cat.INDEFINITE: {1: "a|an|any|some|every|each|another|one"},
    Cat.VAGUE: {
        1: "beginning of|early|mid|late|end of|the end of|the beginning of|the middle of|middle of|the week of|week of|"
        "by|the week starting|the week starting on|the week beginning|the week beginning on|the week commencing|week commencing|"
        "w/c|within|less than|more than|first week of|second week of|third week of|last week of|sometime in|around|around the|about the|before|after|"
        "the first week|first half of|second half of|by the"
    },
    Cat.ADULT: {1: "adult|adults|grown-up|grown-ups|grownup|grownups|grown ups|adlts|adlt"},
    Cat.PERSON: {
        1: "person|people|persons|guest|guests|pax|ppl|peeps|travellers|travelers|friends|of us|men|women|ladies|guys|girls|folks|"
        "occupants|travellers|pensioners|colleagues|lads|heads|of them|souls"
    },
    Cat.CHILD: {
        1: "child|children|kid|kids|childs|childrens|kiddo|kiddos|son|sons|daughter|daughters|toddler|toddlers|boy|boys|girl|"
        "little one|little ones|teen|teens|teenager|teenagers|grandchild|grandchildren|grandson|granddaughter|niece|nephew|twins|"
        "minors|minor|infants|nieces|nephews|grandkids|youngsters"
    },
    Cat.BABY: {1: "baby|babies|infant|newborn|bub"},
    Cat.COUPLE: {
        1: "a couple|couple|couples|wife|husband|girlfriend|boyfriend|partner|spouse|fiancé|fiancée|hubby|missus|significant other"
    },
    Cat.ALONE: {
        1: "just me|only me|alone|by myself|myself|solo|on my own|just for me|for me|travelling alone|just myself|single traveller"
    },
    Cat.WITHOUT: {1: "without|no|zero|without any"},
    Cat.WITH: {1: "with|plus|and|w|w/|along with"},
    Cat.AGE: {1: "years old|year old|years|yrs|yo|y.o|year-old|y/o|yr old|yrs old|years of age|year olds|year-olds|yr|aged"},
    Cat.MONTHS_OLD: {1: "months old|month old|months|month-old|mo"},
    Cat.WE_ARE: {
        1: "we are|we're|there are|there'll be|there will be|we will be|it's|it will be|party of|group of|family of|there's|we'd be|"
        "were|there would be|theres|we r|table of|it is"
    },
    Cat.ROOM: {1: "room|rooms|rm|rms|bedroom|bedrooms"},
    Cat.KIND: {
        "single": "single|single room|singles",
        "double": "double|doubles|queen|king|dbl|double bed|king bed|queen bed|king size|king-size|queen size|one double bed|dubble",
        "twin": "twin|twins|two beds|separate beds|2 beds|two single beds|twin beds|single beds|2 single beds|two singles beds",
        "triple": "triple|triples|three beds|3 beds",
        "family": "family|quad|family room|quadruple|family-size",
    },
    Cat.AT: {1: "at|around|by|about|after|before|until|from|till|past|approx|@"},
    Cat.AM: {1: "in the morning|o'clock in the morning|in the am"},
    Cat.PM: {1: "in the afternoon|in the evening|at night|in the pm|o'clock in the afternoon|o'clock in the evening"},
    Cat.NOON: {12: "noon|midday|at noon|mid-day", 0: "midnight|at midnight"},
    Cat.OPTION: {1: "option|number|choice|alternative|offer|no.|nr|opt"},
    Cat.LAST: {-1: "last"},
    Cat.BOOKING: {
        1: "booking|reservation|confirmation|code|reference|ref|locator|confirmation number|booking number|booking code|"
        "reservation number|reservation code|booking reference|booking id|reservation id"
    },
    Cat.NAME_CUE: {
        1: "my name is|my name's|name is|name|i'm|i am|under the name|under the name of|in the name of|on the name of|"
        "this is|name's|guest name|full name|it's under|under|name of|call me|mr|mrs|ms|miss|mr.|mrs.|dr|im|names|"
        "under name|book it under|put it under|surname|last name|lead guest|booked as|name for the booking is|"
        "the name is|reservation for|booked under|regards|cheers|best"
    },
    Cat.PARTICLE: {
        1: "de|del|la|las|los|y|da|das|do|dos|van|von|der|den|di|du|le|el|st|mc|mac|al|bin|ibn|ben|o'|d'|jr|sr|ter|ten|e"
    },
    Cat.URGENT: {
        1: "urgent|urgently|emergency|fire|leak|leaking|i feel sick|help me|ambulance|accident|police|flood|flooding|flooded|robbed|"
        "stolen|smoke|can't breathe|cannot breathe|fainted|heart attack|bleeding|blood|doctor|smell gas|gas smell|smells of gas|"
        "smell of gas|trapped|stuck in the lift|stuck in the elevator|locked in|danger|attacked|feel ill|very sick|unconscious|"
        "seizure|allergic reaction|asap|feeling sick|feel unwell|not breathing|passed out|burning|i'm sick|medical|gas leak|paramedics|chest pain|drowning"
    },
    Cat.PHONE_CUE: {1: "phone|tel|telephone|mobile|cell|whatsapp|number|contact|call me on|cellphone|phone number"},
    Cat.ME: {1: "me|i|myself"},
    Cat.RELATIONS: {
        1: "my wife|my husband|my girlfriend|my boyfriend|my partner|my mum|my mom|my dad|my mother|my father|my friend|my brother|my sister|"
        "a friend|my boss|my mate|my colleague|my fiancé|my fiancée|my spouse|a colleague|my grandma|my grandmother|my grandfather|my cousin",
        2: "my parents|my in-laws|my grandparents|both my parents",
    },
    Cat.PER: {1: "per|each|a|every|/"},
    Cat.ABOUT: {1: "about|around|roughly|approximately|like|some"},
    Cat.OPENING: {1: "open|opens|close|closes|opening hours|hours"},
    Cat.DONE: {1: "paid|born|called|spoke|wrote|emailed|charged|transferred|birthday"},
    Cat.BEDS: {1: "bed|beds"},
    Cat.SUFFIX: {1: "st|nd|rd|th"},
}
