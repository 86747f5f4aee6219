from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.money import Money

CENTS = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents).scaleb(-2))


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("12", "EUR", "12.00"),
        ("12.345", "EUR", "12.35"),
        ("12.344", "EUR", "12.34"),
        ("-12.345", "EUR", "-12.35"),
        ("1200.5", "JPY", "1201"),
        ("1.23456", "KWD", "1.235"),
        ("-0.001", "EUR", "0.00"),
        ("999999999999.99", "EUR", "999999999999.99"),
    ],
)
def test_amount_is_rounded_to_the_currencys_minor_unit(amount: str, currency: str, rounded: str) -> None:
    assert str(Money.of(amount, currency).amount) == rounded


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "1000000000000", "-1000000000000", "1e400", "", "12 €", "1,5"])
def test_amount_that_is_no_sum_of_money_is_refused(amount: str) -> None:
    with pytest.raises(InvalidValue, match="amount"):
        Money.of(amount, "EUR")


@pytest.mark.parametrize("amount", [1.5, True, None, b"1"])
def test_amount_that_is_no_decimal_text_is_refused(amount: object) -> None:
    with pytest.raises(InvalidValue, match="never a float"):
        Money.of(amount, "EUR")


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "E1R", "ÉUR", "EUR\n"])
def test_currency_that_is_not_three_capitals_is_refused(currency: str) -> None:
    with pytest.raises(InvalidValue, match="three capital letters"):
        Money.of(1, currency)


def test_constructor_takes_exact_decimals_only() -> None:
    with pytest.raises(TypeError):
        Money(12.5, "EUR")  # type: ignore[arg-type]  # the wrong type is the point


def test_equal_sums_are_equal_however_they_were_written() -> None:
    assert {euros("240"), euros("240.000"), Money(Decimal("240.00"), "EUR")} == {euros("240.00")}


@given(CENTS, CENTS)
def test_sums_are_exact(first: Decimal, second: Decimal) -> None:
    total = Money(first, "EUR") + Money(second, "EUR")
    assert total.amount == first + second
    assert total - Money(second, "EUR") == Money(first, "EUR")


@given(CENTS, st.integers(0, 50))
def test_product_is_a_sum_of_equals(amount: Decimal, times: int) -> None:
    total = euros(0)
    for _ in range(times):
        total += Money(amount, "EUR")
    assert Money(amount, "EUR") * times == total


@given(CENTS, CENTS)
def test_order_is_that_of_the_amounts(first: Decimal, second: Decimal) -> None:
    one, other = Money(first, "EUR"), Money(second, "EUR")
    assert ((one < other), (one <= other), (one > other), (one >= other)) == (
        first < second,
        first <= second,
        first > second,
        first >= second,
    )


def test_currencies_do_not_mix() -> None:
    dollars = Money.of(1, "USD")
    for mix in (
        lambda: euros(1) + dollars,
        lambda: euros(1) - dollars,
        lambda: euros(1) < dollars,
        lambda: euros(1) <= dollars,
    ):
        with pytest.raises(InvalidValue, match="do not mix"):
            mix()
    assert euros(1) != dollars
