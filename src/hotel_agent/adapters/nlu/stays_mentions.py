"""
Finds the words of a text that speak of days: single days, blocks (weekends, feasts) and lengths of stay.

Nothing is resolved here: a mention says what was said ("day 20", "the coming Friday"), `stays_calendar` says which date
that is.
"""

from collections.abc import Callable

from attrs import evolve

from hotel_agent.adapters.nlu.lexemes import Cat
from hotel_agent.adapters.nlu.stays_days import DayWords
from hotel_agent.adapters.nlu.stays_values import Block, Day, Length, Mention

_LONGEST_NUMBER = 3


class MentionReader(DayWords):
    """Reads all mentions of one text, the first rule that fits at each place."""

    def read(self) -> list[Mention]:
        mentions: list[Mention] = []
        i = 0
        while i < self.count:
            found: Mention | None = None
            if self.cats[i]:
                for rule in _RULES:
                    found = rule(self, i)
                    if found is not None:
                        break
            if found is None:
                i += 1
            else:
                mentions.append(self._at_night(found, i))
                i = found.last + 1
        return mentions

    def _at_night(self, found: Mention, i: int) -> Mention:
        """Read "la noche del 20": the day was said as a night."""
        if isinstance(found, Day) and self.has(i - 1, Cat.DAY_WORD):
            first = self.tokens[self.lexemes[i - 1].first].norm
            if first in _NIGHTS and self.mark(i - 1) != "date":
                return evolve(found, night=True)
        return found

    # ------------------------------------------------------------ today, tomorrow, in three days

    def relative(self, i: int) -> Mention | None:
        if self.has(i, Cat.TONIGHT):
            return Day(first=i, last=i, days_ahead=0, night=True)
        value = self.value(i, Cat.RELATIVE)
        if (
            value is None
            and self.mark(i) == "pasado"
            and self.has(i - 1, Cat.AND, Cat.OR)
            and self.value(i - 2, Cat.RELATIVE) == 1
        ):
            value = 2  # "mañana o pasado"
        if value is None or self._morning(i):
            return None
        end = i + 1
        night = self.language == "en" and self.has(end, Cat.NIGHT) and not self.mark(end).endswith("s")
        return Day(first=i, last=end - (not night), days_ahead=value, night=night)

    def _morning(self, i: int) -> bool:
        """Read "la mañana" is no tomorrow; "de mañana" is one only as the start of a range."""
        if self.mark(i) not in {"manana", "manha"}:
            return False
        token = self.lexemes[i].first
        before = self.tokens[token - 1].norm if token else ""
        if before in {"la", "esta", "da", "pela", "una"}:
            return True
        return before == "de" and not self.has(i + 1, Cat.TO) and i > 1

    def ahead(self, i: int) -> Mention | None:
        """Read "dentro de 3 días", "in two weeks", "daqui a 15 dias", "3 days from now"."""
        j, after = i, False
        if self.has(i, Cat.WITHIN):
            j = i + 1
        elif self.value(i, Cat.NUM) is not None and self.has(i + 2, Cat.FROM_NOW):
            after = True
        else:
            return None
        number = self.value(j, Cat.NUM)
        if number is None:
            return None
        days = 7 * number if self.has(j + 1, Cat.WEEK) else number if self.has(j + 1, Cat.DAYS) else None
        if days is None or self.has(j + 2, Cat.FROM) or self.has(j + 2, Cat.MORE):
            return None
        return Day(first=i, last=j + 1 + after, days_ahead=days)

    # ------------------------------------------------------------ how long

    def length(self, i: int) -> Mention | None:
        """Read "tres noches", "una semana", "10 días", "2 o 3 noches", "una noche más", "a week later"."""
        if self.has(i, Cat.MORE) and self.mark(i) in {"another", "extra"} and self.has(i + 1, Cat.NIGHT, Cat.DAYS, Cat.WEEK):
            return Length(first=i, last=i + 1, nights=(7 if self.has(i + 1, Cat.WEEK) else 1,), change=1)
        number = self.value(i, Cat.NUM)
        if number is None or self.digits(i) > _LONGEST_NUMBER:
            return None
        j = i + 1
        numbers = [number]
        if self.has(j, Cat.OR, Cat.TO, Cat.DASH) and (other := self.value(j + 1, Cat.NUM)) is not None:
            numbers.append(other)
            j += 2
        sign = 0
        if self.has(j, Cat.MORE, Cat.LESS):
            sign = 1 if self.has(j, Cat.MORE) else -1
            j += 1
        if not self.has(j, Cat.NIGHT, Cat.DAYS, Cat.WEEK, Cat.FORTNIGHT, Cat.MONTH_UNIT):
            return None
        if self.has(i - 1, Cat.PER) and self.has(i, Cat.INDEFINITE) and self.mark(i - 1) in {"cada", "per", "each"}:
            return None
        found = self._counted(i, j, numbers)
        if found is None:
            return None
        end = j + 1
        if not sign and self.has(end, Cat.MORE, Cat.LESS):
            sign = 1 if self.has(end, Cat.MORE) else -1
            end += 1
            if self.has(end, Cat.LATER) or self.mark(end) in {"tarde", "adelante"}:
                return evolve(found, last=end, later=True)
        if (self.has(end, Cat.LATER) and self.language != "en") or (self.mark(end) == "later"):
            return evolve(found, last=end, later=True)
        if not sign and self.has(i - 1, Cat.MORE) and self.mark(i - 1) not in {"y", "and", "con"}:
            sign = 1
        return evolve(found, last=end - 1, change=sign)

    def _counted(self, i: int, j: int, numbers: list[int]) -> Length | None:
        if self.has(j, Cat.NIGHT):
            return Length(first=i, last=j, nights=tuple(numbers))
        if self.has(j, Cat.WEEK):
            return Length(first=i, last=j, nights=tuple(7 * n for n in numbers))
        if self.has(j, Cat.FORTNIGHT):
            return Length(first=i, last=j, nights=(14, 15))
        if self.has(j, Cat.MONTH_UNIT):
            return Length(first=i, last=j, nights=(), months=numbers[0]) if not self.has(j + 1, Cat.AGE) else None
        # a stay of days: five days may be five nights or four; "5 días y 4 noches" says it
        k = j + 1
        if self.has(k, Cat.AND, Cat.SLASH, Cat.COMMA, Cat.DASH, Cat.WITH):
            k += 1
        nights = self.value(k, Cat.NUM)
        if nights is not None and self.has(k + 1, Cat.NIGHT):
            return Length(first=i, last=k + 1, nights=(nights,))
        options = {m for n in numbers for m in ((n, n - 1) if n > 1 else (n,))}
        return Length(first=i, last=j, nights=tuple(sorted(options, reverse=True)))

    # ------------------------------------------------------------ weekends and feasts

    def block(self, i: int) -> Mention | None:
        first, nth = i, None
        if self.value(i, Cat.ORD) is not None or self.has(i, Cat.LAST):
            nth = self.value(i, Cat.ORD) or -1
            i += 1
        when, i = self.which(i)
        if when == "past":
            nth = None
        feast = self.at(i).get(Cat.FEAST)
        kind = (
            "feast" if feast is not None
            else "long_weekend" if self.has(i, Cat.LONG_WEEKEND)
            else "weekend" if self.has(i, Cat.WEEKEND)
            else ""
        )  # fmt: skip
        if not kind:
            return None
        if kind == "weekend" and not when and nth is None and self.has(i - 1, Cat.INDEFINITE) and self.mark(i - 1) != "otro":
            return None
        end = i + 1
        if self.has(end, Cat.NEXT) or (self.has(end, Cat.PAST) and self.language != "en"):
            when = "next" if self.has(end, Cat.NEXT) else "past"
            end += 1
        if self.mark(end) == "after":
            return None
        block = Block(first=first, last=end - 1, kind=kind, name=str(feast or ""), when=when, nth=nth)
        return self._located(block, end)

    def _located(self, block: Block, end: int) -> Block:
        """What follows a block and places it: "del 20 de marzo", "de diciembre", "de 2027", "next week"."""
        for cat in (Cat.NEXT_WEEK, Cat.THIS_WEEK):
            if self.has(end, cat):
                week = (self.value(end, cat) or 1) if cat is Cat.NEXT_WEEK else 0
                return evolve(block, week=week, last=end)
        year, ahead, after = self.year(end)
        if year is not None or ahead is not None:
            return evolve(block, year=year, years_ahead=ahead, last=after - 1)
        j = self.skip(end, Cat.OF, Cat.FROM, Cat.ART, Cat.DAY_WORD)
        if j == end:
            return block
        if block.kind == "long_weekend" and (feast := self.at(j).get(Cat.FEAST)) is not None:
            year, ahead, after = self.year(j + 1)
            return evolve(block, name=str(feast), year=year, years_ahead=ahead, last=after - 1)
        month = self.month(j, beside_number=False)
        if month is not None and block.kind != "feast":
            year, ahead, after = self.year(j + 1)
            return evolve(block, month=month, year=year, years_ahead=ahead, last=after - 1)
        if block.kind == "weekend" and block.nth is None:
            anchor = self.day_month(j) or self.numeric(j)
            if isinstance(anchor, Day) and not self.has(anchor.last + 1, Cat.TO, Cat.DASH):
                return evolve(block, anchor=evolve(anchor, weak=False), last=anchor.last)
        return block


_NIGHTS = {"noche", "night", "noite", "the"}
_RULES: tuple[Callable[[MentionReader, int], Mention | None], ...] = (
    MentionReader.iso,
    MentionReader.ahead,
    MentionReader.numeric,
    MentionReader.block,
    MentionReader.weekday,
    MentionReader.length,
    MentionReader.month_day,
    MentionReader.day_month,
    MentionReader.relative,
)
