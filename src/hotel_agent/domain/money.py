"""Money: exact decimals that never mix currencies."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from attrs import field, frozen
from attrs.validators import instance_of

from hotel_agent.domain.errors import InvalidValue

_CURRENCY = re.compile(r"[A-Z]{3}")
# ISO 4217 currencies whose minor unit is not two digits, as far as hotels use them.
_DIGITS = {
    "CLP": 0,
    "JPY": 0,
    "KRW": 0,
    "PYG": 0,
    "ISK": 0,
    "VND": 0,
    "UYW": 4,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
    "JOD": 3,
}
_LIMIT = Decimal(10) ** 12


@frozen(order=False)
class Money:
    """
    An amount in one currency, rounded to the currency's minor unit (ISO 4217).

    Raises:
        InvalidValue: the amount is not a finite decimal below 10^12, or the currency is not three capitals.

    """

    amount: Decimal = field(validator=instance_of(Decimal))
    currency: str = field(validator=instance_of(str))

    def __attrs_post_init__(self) -> None:
        if not self.amount.is_finite() or abs(self.amount) >= _LIMIT:
            raise InvalidValue("an amount is a finite decimal below 10^12")
        if not _CURRENCY.fullmatch(self.currency):
            raise InvalidValue("a currency is three capital letters (ISO 4217)")
        unit = Decimal(1).scaleb(-_DIGITS.get(self.currency, 2))
        # Adding zero takes the sign off a rounded "-0.00".
        object.__setattr__(self, "amount", self.amount.quantize(unit, ROUND_HALF_UP) + 0)

    @classmethod
    def of(cls, amount: object, currency: str) -> Self:
        """Build from decimal text; a float is refused because it has already lost the cents."""
        if isinstance(amount, bool) or not isinstance(amount, str | int | Decimal):
            raise InvalidValue("an amount is decimal text, never a float")
        try:
            return cls(Decimal(amount), currency)
        except ArithmeticError as exc:
            raise InvalidValue("an amount is decimal text") from exc

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other).amount, self.currency)

    def __mul__(self, factor: int) -> "Money":
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other).amount

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise InvalidValue(f"{self.currency} and {other.currency} do not mix")
        return other
