"""What is chosen: a room by id, name or kind, the n-th of what was offered; times of day, prices, alarm."""

from datetime import time
from functools import lru_cache

from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.lexemes import Cat, any_of
from hotel_agent.adapters.nlu.tokens import tokenize
from hotel_agent.domain.understanding import RoomKind, Span

_HOURS, _MINUTES, _HALF_DAY = 24, 60, 12
_MOST_OPTIONS = 20
_FEW_DIGITS = 2
_SHORT = 4
"""Words of a message that may be nothing but a choice: "quiero la 2"."""


_PRICES = any_of((Cat.MONEY,))
_TIMES = any_of((Cat.NOON, Cat.NUM))
_TIMING = any_of((Cat.NOON, Cat.AT, Cat.HOUR, Cat.AM, Cat.PM))
_PARTS_OF_HOURS = frozenset({":", "h", "media", "meia"})
"""Without one of these a number is no time of day."""
_ROOMS, _KINDS = any_of((Cat.ROOM,)), any_of((Cat.KIND,))
_OPTIONS = any_of((Cat.NUM, Cat.ORD, Cat.LAST))
_ALARMS = any_of((Cat.URGENT,))


def read_money(hearing: Hearing) -> None:
    for n in hearing.which(_PRICES):
        if not hearing.has(n, Cat.MONEY):
            continue
        for k in (n - 1, n + 1):
            if hearing.digits(k) or (hearing.number(k) or 0) > 1:
                first, last = min(n, k), max(n, k)
                while hearing.digits(first - 2) and hearing.norm(first - 1) in {".", ","} and hearing.glued(first):
                    first -= 2
                while hearing.digits(last + 2) and hearing.norm(last + 1) in {".", ","} and hearing.glued(last + 2):
                    last += 2
                hearing.slots["price_named"] = True
                hearing.take("price_named", True, first, last)
                break


def read_time(hearing: Hearing) -> None:
    """Take "a las 15:30", "3pm", "15hs", "al mediodía"; the first one counts, all are taken away from the dates."""
    if not hearing.present & _TIMING and _PARTS_OF_HOURS.isdisjoint(hearing.said):
        return
    for n in hearing.which(_TIMES):
        noon = hearing.at(n).get(Cat.NOON)
        if isinstance(noon, int):
            _keep(hearing, time(noon), n, n)
            continue
        hour = hearing.number(n)
        if hour is None or hour >= _HOURS + 1 or hearing.digits(n) > _FEW_DIGITS:
            continue
        j, minute, sure = n + 1, 0, False
        if (
            hearing.norm(j) in {":", ".", "h"}
            and hearing.digits(j + 1) == _FEW_DIGITS
            and hearing.glued(j + 1)
            and hearing.glued(j)
        ):
            minute = hearing.number(j + 1) or 0
            sure = hearing.norm(j) in {":", "h"}
            j += 2
        elif hearing.norm(j) in {"y", "e"} and hearing.norm(j + 1) in {"media", "meia"}:
            minute, j, sure = 30, j + 2, True
        at = hearing.has(n - 1, Cat.AT) and not (hearing.language.value == "pt" and hearing.norm(n - 1) == "a")
        several = at and hearing.lexemes[n - 1].last > hearing.lexemes[n - 1].first
        sure = sure or several or (at and hearing.norm(n - 1) not in _LOOSE)
        if hearing.has(j, Cat.HOUR):
            sure = sure or hearing.norm(j) != "horas" or at
            j += 1
        half = hearing.has(j, Cat.PM)
        if half or hearing.has(j, Cat.AM):
            sure, j = True, j + 1
            if half and hour < _HALF_DAY:
                hour += _HALF_DAY
            elif not half and hour == _HALF_DAY:
                hour = 0
        if sure and hour < _HOURS and minute < _MINUTES and not _dated(hearing, j):
            _keep(hearing, time(hour, minute), n, j - 1)


_LOOSE = {
    "at",
    "around",
    "by",
    "about",
    "after",
    "before",
    "until",
    "from",
    "till",
    "past",
    "tipo",
    "as",
    "das",
    "a",
    "approx",
    "umas",
} - {"at", "as", "das"}


def _dated(hearing: Hearing, j: int) -> bool:
    return hearing.has(j, Cat.NIGHT, Cat.MONTH, Cat.PERSON, Cat.ADULT, Cat.ROOM) or (
        hearing.has(j, Cat.OF) and hearing.has(j + 1, Cat.MONTH)
    )


def _keep(hearing: Hearing, value: time, first: int, last: int) -> None:
    if "time_of_day" in hearing.slots:
        hearing.claim(first, last)
    else:
        hearing.take("time_of_day", value, first, last)


def read_room(hearing: Hearing) -> None:
    """Take a room by the hotel's own name for it, by `habitación {id}`, and by its kind."""
    _named(hearing)
    ids = {room for room, _ in hearing.listening.room_names}
    for n in hearing.which(_ROOMS):
        if hearing.norm(n).endswith("s"):
            continue
        j = n + 1
        while hearing.has(j, Cat.OPTION, Cat.DOT) or hearing.norm(j) in {"id", "#", "n", "type", "tipo", "con", "with", ":"}:
            j += 1
        written = hearing.tokens[hearing.lexemes[j].first].text if j < len(hearing.lexemes) and hearing.at(j) else ""
        if (written in ids or hearing.digits(j)) and not _counts(hearing, j + 1):
            hearing.take("room_id", written, j, j)
            break
    for n in hearing.which(_KINDS):
        kind = hearing.at(n).get(Cat.KIND)
        if isinstance(kind, str) and "room_kind" not in hearing.slots and _is_kind(hearing, n):
            hearing.slots["room_kind"] = RoomKind(kind)
            _span(hearing, "room_kind", n)


def _is_kind(hearing: Hearing, n: int) -> bool:
    """Read "matrimonial" is a room anywhere; "simple", "family", "casal", "double" want a room or an article beside them."""
    if hearing.lexemes[n].last > hearing.lexemes[n].first:
        return True  # "family room", "cama de casal": said in full
    if hearing.norm(n) in {"family", "familia"}:
        return hearing.has(n + 1, Cat.ROOM) or hearing.has(n - 1, Cat.ROOM)
    if hearing.norm(n) == "casal":
        return hearing.has(n - 1, Cat.ROOM) or (hearing.norm(n - 1) == "de" and hearing.norm(n - 2) != "somos")
    if hearing.norm(n) in {"simple", "simples"}:
        return hearing.has(n - 1, Cat.ROOM, Cat.NUM) or hearing.norm(n - 1) in {"la", "una", "a", "uma"}
    return True


def _counts(hearing: Hearing, i: int) -> bool:
    """Tell whether what stands at *i* makes the figure before it a number of something, or a day: "room 12 to 14 May"."""
    # "Quarto 2 para 14/05" is a room: "para" says "for" oftener than "to".
    onto = hearing.has(i, Cat.TO) and not hearing.has(i, Cat.FOR)
    return (
        hearing.has(
            i, Cat.PERSON, Cat.ADULT, Cat.NIGHT, Cat.CHILD, Cat.BEDS, Cat.DAYS, Cat.SLASH, Cat.MONTH, Cat.DASH, Cat.TIMES
        )
        or (hearing.has(i, Cat.OF) and hearing.has(i + 1, Cat.MONTH))
        or (onto and hearing.number(hearing.skip(i + 1, Cat.ART, Cat.DAY_WORD)) is not None)
    )


def _named(hearing: Hearing) -> None:
    if not hearing.listening.room_names:
        return
    norms = [token.norm for token in hearing.tokens]
    best = 0
    for _, name in hearing.listening.room_names:
        words = _words_of(name)
        if not hearing.said.issuperset(words):
            continue
        for start in range(len(norms) - len(words) + 1):
            if words and norms[start : start + len(words)] == words and len(words) > best:
                best = len(words)
                hearing.slots["room_name"] = name
                hearing.spans = [(slot, span) for slot, span in hearing.spans if slot != "room_name"]
                hearing.spans.append(
                    ("room_name", Span(hearing.tokens[start].start, hearing.tokens[start + len(words) - 1].end))
                )


@lru_cache(maxsize=4_096)
def _words_of(name: str) -> list[str]:
    """The words of a room's name, which every guest of its hotel is heard against."""
    return [token.norm for token in tokenize(name)]


_BEFORE_WEEKDAYS = {"para", "pra", "ate", "proxima", "nesta", "desta", "nessa", "dessa", "esta"}


_NO_OPTIONS = frozenset(["minute", "minuto", "hora", "semana", "finde", "week", "night", "name", "weekend"])
"""After "last" or "último" these make no choice of it."""


def read_option(hearing: Hearing) -> None:
    """Take "la 2", "la segunda", "option two", "the last one"; a bare number when something was offered."""
    offered = hearing.expects("offer", "dates_choice")
    count = hearing.count
    for n in hearing.which(_OPTIONS):
        number = hearing.number(n)
        ordinal = hearing.at(n).get(Cat.ORD)
        last = hearing.has(n, Cat.LAST) and hearing.norm(n + 1) not in _NO_OPTIONS
        before = hearing.norm(n - 1)
        if (
            number is not None
            and not hearing.has(n, Cat.INDEFINITE)
            and 0 < number <= _MOST_OPTIONS
            and not _counted(hearing, n + 1)
        ):
            named = (hearing.has(n - 1, Cat.OPTION) and before not in {"no", "num", "numero"}) or (
                offered and hearing.has(n - 1, Cat.OPTION)
            )
            pointed = (before in {"la", "el", "las", "los", "a", "o", "na", "the"} and offered) or before == "la"
            if hearing.has(n - 1, Cat.INSTEAD_OF):
                continue
            if hearing.expects("offer") and not named and number > (hearing.listening.options or _MOST_OPTIONS):
                continue  # "llegamos el 19" when three rooms were offered
            if named or pointed or (offered and count <= _SHORT):
                hearing.take("option", number, n, n)
                return
        if isinstance(ordinal, int) and hearing.has(n, Cat.WEEKDAY_WEAK) and before in _BEFORE_WEEKDAYS:
            continue  # "muda para sexta"
        if isinstance(ordinal, int) or last:
            value = -1 if last and not isinstance(ordinal, int) else ordinal
            noun = (
                hearing.has(n + 1, Cat.OPTION, Cat.ROOM)
                or hearing.norm(n + 1) in {"one", "que", "de"}
                or hearing.has(n - 1, Cat.OPTION)
            )
            after_no = 2 if hearing.norm(0) in {"no", "nao"} and hearing.norm(1) in {",", "."} else 0
            alone = offered or noun or count - after_no < _SHORT
            if (
                alone
                and before
                in {"la", "el", "the", "a", "o", "opcion", "opcao", "option", "esa", "na", "mejor"}
                | ({""} if offered else set())
                | ({before} if offered else set())
                and not hearing.has(n + 1, Cat.MONTH, Cat.NIGHT, Cat.WEEK, Cat.WEEKEND, Cat.DAYS)
            ):
                hearing.take("option", value, n, n)
                return
    if offered and hearing.listening.options == 1:
        for n in range(count):
            if hearing.norm(n) in {"esa", "ese", "that", "essa", "esse", "esta", "this", "misma"}:
                hearing.take("option", 1, n, n)
                return


_NUMBERED = any_of(
    (
        Cat.NIGHT,
        Cat.DAYS,
        Cat.WEEK,
        Cat.PERSON,
        Cat.ADULT,
        Cat.CHILD,
        Cat.BABY,
        Cat.ROOM,
        Cat.MONTH,
        Cat.MONTH_WEAK,
        Cat.SLASH,
        Cat.DASH,
        Cat.TO,
        Cat.HOUR,
        Cat.MONEY,
        Cat.AGE,
        Cat.BEDS,
        Cat.AM,
        Cat.PM,
        Cat.NEXT_MONTH,
        Cat.THIS_MONTH,
        Cat.MORE,
        Cat.LESS,
    )
)
"""What a number may count: before one of these it is no choice."""


def _counted(hearing: Hearing, i: int) -> bool:
    return (
        hearing.meets(i, _NUMBERED)
        or hearing.norm(i) in {"+", ":", "%"}
        or (hearing.has(i, Cat.OF) and hearing.has(i + 1, Cat.MONTH))
    )


def read_alarm(hearing: Hearing) -> None:
    for n in hearing.which(_ALARMS)[:1]:
        hearing.slots["urgent"] = True
        _span(hearing, "urgent", n)


def _span(hearing: Hearing, slot: str, n: int) -> None:
    lexeme = hearing.lexemes[n]
    hearing.spans.append((slot, Span(hearing.tokens[lexeme.first].start, hearing.tokens[lexeme.last].end)))
