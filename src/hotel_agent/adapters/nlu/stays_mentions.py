"""
Finds the words of a text that speak of days: single days, blocks (weekends, feasts) and lengths of stay.

Nothing is resolved here: a mention says what was said ("day 20", "the coming Friday"), `stays_calendar` says which date
that is.
"""

from collections.abc import Callable, Iterable

from attrs import evolve, frozen

from hotel_agent.adapters.nlu.lexemes import Cat, any_of
from hotel_agent.adapters.nlu.stays_lengths import UNITS, LengthWords
from hotel_agent.adapters.nlu.stays_values import Block, Day, Mention


class MentionReader(LengthWords):
    """Reads all mentions of one text, the first rule that fits at each place."""

    def read(self) -> list[Mention]:
        mentions: list[Mention] = []
        rules = [rule for rule in RULES if self.present & rule.needs or (rule.word and rule.word in self.words)]
        beginnings = 0
        for rule in rules:
            beginnings |= rule.begins
        if not self.said & beginnings:
            return mentions
        i = 0
        while i < self.count:
            found: Mention | None = None
            here = self.bits[i]
            if here & beginnings:
                for rule in rules:
                    if here & rule.begins and (found := rule.read(self, i)) is not None:
                        break
            if found is None:
                i += 1
            else:
                mentions.append(self.placed(found, i))
                i = mentions[-1].last + 1
        return mentions

    def placed(self, found: Mention, i: int) -> Mention:
        """What is *found* at *i* with what stands round it: its night, the weekend it is in."""
        return self._at_night(self._whose_weekend(found), i)

    def _at_night(self, found: Mention, i: int) -> Mention:
        """Read "la noche del 20": the day was said as a night."""
        if isinstance(found, Day) and self.has(i - 1, Cat.DAY_WORD):
            first = self.tokens[self.lexemes[i - 1].first].norm
            if first in _NIGHTS and self.mark(i - 1) != "date":
                return evolve(found, night=True)
        return found

    def _whose_weekend(self, found: Mention) -> Mention:
        """Read "the 4th of July weekend": the weekend that the day is in."""
        if (
            self.language == "en"
            and isinstance(found, Day)
            and (found.month or found.ordinal)
            and self.has(found.last + 1, Cat.WEEKEND)
        ):
            anchor = evolve(found, weak=False)
            return Block(first=found.first, last=found.last + 1, kind="weekend", anchor=anchor)
        return found

    # ------------------------------------------------------------ today, tomorrow, in three days

    def relative(self, i: int) -> Mention | None:
        if self.has(i, Cat.TONIGHT):
            return Day(first=i, last=i, days_ahead=0, night=True)
        if self.has(i, Cat.NOW) and self.has(i - 1, Cat.FROM, Cat.BETWEEN) and self.has(i + 1, Cat.TO, Cat.AND):
            return Day(first=i, last=i, days_ahead=0)  # "between now and the 5th"
        if self.has(i, Cat.FROM_NOW) and self.has(i + 1, Cat.TO):
            return Day(first=i, last=i, days_ahead=0)
        value = self.value(i, Cat.RELATIVE)
        if (
            value is None
            and self.mark(i) == "pasado"
            and self.has(i - 1, Cat.AND, Cat.OR, Cat.TO)
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
        j, after = i, 0
        if self.has(i, Cat.WITHIN):
            j = i + 1
        elif self.value(i, Cat.NUM) is not None and self.has(i + 2, Cat.FROM_NOW):
            after = 1
        elif (
            self.language == "en"
            and self.has(i + 2, Cat.FROM)
            and self.value(i + 3, Cat.RELATIVE) == 0
            and not self.has(i - 1, Cat.FOR)
        ):
            after = 2  # "two weeks from today"
        else:
            return None
        number = self.value(j, Cat.NUM)
        if number is None:
            return None
        days = 7 * number if self.has(j + 1, Cat.WEEK) else number if self.has(j + 1, Cat.DAYS) else None
        if days is None or (not after and self.has(j + 2, Cat.FROM)) or self.has(j + 2, Cat.MORE):
            return None
        return Day(first=i, last=j + 1 + after, days_ahead=days)

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
        if self.mark(end) in {"after", "despues", "depois"}:
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
        named = self.month_day(j) if block.kind == "weekend" and block.nth is None else None
        if named is not None and not self.has(named.last + 1, Cat.TO, Cat.DASH):
            return evolve(block, anchor=evolve(named, weak=False), last=named.last)  # "the weekend of December 11"
        month = self.month(j, beside_number=self.language == "en" or self.has(j + 1, Cat.NUM))
        if month is not None and block.kind != "feast":
            year, ahead, after = self.year(j + 1)
            return evolve(block, month=month, year=year, years_ahead=ahead, last=after - 1)
        if block.kind == "weekend" and block.nth is None:
            anchor = self.day_month(j) or self.numeric(j)
            if isinstance(anchor, Day) and not self.has(anchor.last + 1, Cat.TO, Cat.DASH):
                return evolve(block, anchor=evolve(anchor, weak=False), last=anchor.last)
        return block


_NIGHTS = {"noche", "night", "noite", "the"}


@frozen
class _Rule:
    read: Callable[[MentionReader, int], Mention | None]
    begins: int
    """What its first word can be: elsewhere it finds nothing."""
    needs: int
    """Of these at least one has to be said somewhere in the text,"""
    word: str
    """or this word."""


def _rule(
    read: Callable[[MentionReader, int], Mention | None],
    begins: Iterable[Cat],
    needs: Iterable[Cat] | None = None,
    word: str = "",
) -> _Rule:
    return _Rule(read, any_of(begins), any_of(begins if needs is None else needs), word)


_POINTED = (Cat.THIS, Cat.NEXT, Cat.PAST)
_A_NUMBER = (Cat.NUM, Cat.ORD)
_A_WEEKDAY = (Cat.WEEKDAY, Cat.WEEKDAY_WEAK)
_A_MONTH = (Cat.MONTH, Cat.MONTH_WEAK)
_BLOCKS = (Cat.WEEKEND, Cat.LONG_WEEKEND, Cat.FEAST)
_FROM_TODAY = (Cat.RELATIVE, Cat.TONIGHT, Cat.NOW, Cat.FROM_NOW)
_MARKS = (Cat.SLASH, Cat.DASH, Cat.DOT)
RULES = (
    _rule(MentionReader.series, (*_POINTED, *_A_WEEKDAY, *_A_MONTH, *_A_NUMBER), needs=(Cat.AND,)),
    _rule(MentionReader.iso, (Cat.NUM,), needs=_MARKS),
    _rule(MentionReader.ahead, (Cat.WITHIN, Cat.NUM), needs=(Cat.WITHIN, Cat.FROM_NOW, Cat.RELATIVE)),
    _rule(MentionReader.numeric, (Cat.NUM,), needs=_MARKS),
    _rule(MentionReader.block, (*_POINTED, *_BLOCKS, Cat.ORD, Cat.LAST), needs=_BLOCKS),
    _rule(MentionReader.weekday, (*_POINTED, *_A_WEEKDAY, *_A_NUMBER, Cat.LAST), needs=_A_WEEKDAY),
    _rule(MentionReader.length, (Cat.NUM, Cat.MORE), needs=UNITS, word="n"),
    _rule(MentionReader.month_day, _A_MONTH, needs=_A_NUMBER),
    _rule(MentionReader.day_month, _A_NUMBER),
    _rule(MentionReader.relative, (*_FROM_TODAY, Cat.PAST), needs=_FROM_TODAY),
)
"""In this order; "pasado" (a past day) is the day after tomorrow in "mañana o pasado"."""
