from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.money import Money
from hotel_agent.domain.terms import CancellationFee, CancellationQuote, CancellationTerms

ARRIVES_AT = datetime(2031, 5, 2, 13, tzinfo=UTC)
TOTAL = Money.of("600.00", "EUR")
TWO_DAYS = CancellationTerms(free_until_hours=48, fee=CancellationFee.FIRST_NIGHT)


def euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


@pytest.mark.parametrize(
    ("before", "fee"),
    [(timedelta(days=3), "0"), (timedelta(hours=48, seconds=1), "0"), (timedelta(hours=48), "300"), (timedelta(), "300")],
)
def test_fee_begins_at_the_hour_that_free_cancellation_ends(before: timedelta, fee: str) -> None:
    quote = TWO_DAYS.quote(TOTAL, 2, ARRIVES_AT, ARRIVES_AT - before)
    assert quote == CancellationQuote(fee=euros(fee), free_until=ARRIVES_AT - timedelta(hours=48))


def test_first_night_is_its_share_of_the_total_to_the_cent() -> None:
    terms = CancellationTerms(fee=CancellationFee.FIRST_NIGHT)
    assert terms.quote(euros("100.00"), 3, ARRIVES_AT, ARRIVES_AT).fee == euros("33.33")


def test_percentage_is_of_the_total() -> None:
    terms = CancellationTerms(fee=CancellationFee.PERCENT, percent=Decimal("12.5"))
    assert terms.quote(euros("80.00"), 2, ARRIVES_AT, ARRIVES_AT).fee == euros("10.00")


def test_terms_without_a_fee_cost_nothing_at_any_time() -> None:
    assert CancellationTerms(free_until_hours=48).quote(TOTAL, 2, ARRIVES_AT, ARRIVES_AT) == CancellationQuote(fee=euros("0"))


@given(
    hours=st.none() | st.integers(0, 400),
    percent=st.decimals(0, 100, places=2),
    before=st.timedeltas(timedelta(days=-5), timedelta(days=30)),
)
def test_fee_is_never_more_than_the_total_nor_less_than_nothing(hours: int | None, percent: Decimal, before: timedelta) -> None:
    terms = CancellationTerms(free_until_hours=hours, fee=CancellationFee.PERCENT, percent=percent)
    fee = terms.quote(TOTAL, 2, ARRIVES_AT, ARRIVES_AT - before).fee
    assert euros("0") <= fee <= TOTAL


@pytest.mark.parametrize(
    "wrong",
    [
        {"fee": CancellationFee.PERCENT},
        {"fee": CancellationFee.NONE, "percent": Decimal(10)},
        {"fee": CancellationFee.PERCENT, "percent": Decimal(101)},
        {"fee": CancellationFee.PERCENT, "percent": Decimal(-1)},
        {"free_until_hours": -1},
    ],
)
def test_terms_that_contradict_themselves_cannot_be_built(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        CancellationTerms(**wrong)
