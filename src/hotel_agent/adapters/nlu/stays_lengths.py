"""How long a stay is, and what makes it longer, shorter or other: "tres noches", "3n", "una noche más", "a week later"."""

from attrs import evolve

from hotel_agent.adapters.nlu.lexemes import Cat
from hotel_agent.adapters.nlu.stays_series import SeriesWords
from hotel_agent.adapters.nlu.stays_values import Length, Mention

_LONGEST_NUMBER = 3
UNITS = (Cat.NIGHT, Cat.DAYS, Cat.WEEK, Cat.FORTNIGHT, Cat.MONTH_UNIT)


class LengthWords(SeriesWords):
    """Reads lengths; what they are the length of is for others to say."""

    def length(self, i: int) -> Mention | None:
        """Read "tres noches", "una semana", "10 días", "2 o 3 noches", "una noche más", "a week later"."""
        if self.has(i, Cat.MORE) and self.mark(i) in {"another", "extra"} and self.has(i + 1, Cat.NIGHT, Cat.DAYS, Cat.WEEK):
            return Length(first=i, last=i + 1, nights=(7 if self.has(i + 1, Cat.WEEK) else 1,), change=1)
        numbers, j = self._numbers(i)
        if not numbers:
            return None
        sign = 0
        if self.has(j, Cat.MORE, Cat.LESS):
            sign = 1 if self.has(j, Cat.MORE) else -1
            j += 1
        if self.mark(j) == "n" and self.glued(j) and self.digits(i):
            return Length(first=i, last=j, nights=tuple(numbers))  # "3n"
        if not self.has(j, *UNITS) or (self.has(i, Cat.INDEFINITE) and self.mark(i - 1) in {"cada", "per", "each"}):
            return None
        found = self._counted(i, j, numbers)
        if found is not None and not sign and self.has(i - 1, Cat.NEXT):
            # "in the next two weeks" is no stay of two weeks
            return None if self._within(i - 2) or not self.has(j, Cat.NIGHT, Cat.DAYS) else evolve(found, coming=True)
        return found and self._changed(found, i, j + 1, sign)

    def _numbers(self, i: int) -> tuple[list[int], int]:
        """The number at *i*, or both of "2 o 3", and where to go on."""
        number = self.value(i, Cat.NUM)
        if number is None or self.digits(i) > _LONGEST_NUMBER:
            return [], i
        if self.has(i + 1, Cat.OR, Cat.TO, Cat.DASH) and (other := self.value(i + 2, Cat.NUM)) is not None:
            return [number, other], i + 3
        return [number], i + 1

    def _changed(self, found: Length, i: int, end: int, sign: int) -> Length:
        """What stands before *i* and from *end* on: a change of the stay that is talked about, or a shift of it."""
        if not sign and self.has(i - 1, Cat.ADD, Cat.TAKE_OFF):
            sign = 1 if self.has(i - 1, Cat.ADD) else -1
        if not sign and self.has(end, Cat.MORE, Cat.LESS):
            sign = 1 if self.has(end, Cat.MORE) else -1
            end += 1
            if self.has(end, Cat.LATER) or self.mark(end) in {"tarde", "adelante"}:
                return evolve(found, last=end, later=True)
        if self.has(end, Cat.EARLIER) and not self.has(end + 1, Cat.OF):
            return evolve(found, last=end, later=True, change=-1)
        if (self.has(end, Cat.LATER) and self.language != "en") or (self.mark(end) == "later"):
            return evolve(found, last=end, later=True)
        if not sign and self.has(i - 1, Cat.MORE) and self.mark(i - 1) not in {"y", "and", "con"}:
            sign = 1
        return evolve(found, last=end - 1, change=sign)

    def _within(self, i: int) -> bool:
        i -= self.has(i, Cat.ART) and not self.has(i, Cat.WITHIN)
        return self.has(i, Cat.WITHIN)

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
