from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.qloapps.prices import price_rooms, tax_rate, with_tax

CENT = Decimal("0.01")
RATES = st.sampled_from([Decimal(rate) for rate in ("0", "0.04", "0.05", "0.055", "0.07", "0.10", "0.19", "0.21", "0.23")])


def cents(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda amount: Decimal(amount).scaleb(-2))


@pytest.mark.parametrize(
    ("net", "gross", "rate"),
    [
        ("2500", "2600", "0.04"),
        ("5650", "5876", "0.04"),
        ("90.909091", "100.0000001", "0.10"),
        ("100", "100", "0"),
        ("0", "0", "0"),
        ("12.30", "14.88", "0.21"),
        ("47.39", "50.00", "0.055"),
    ],
)
def test_the_rate_is_the_plainest_one_that_fits(net: str, gross: str, rate: str) -> None:
    assert tax_rate(Decimal(net), Decimal(gross)) == Decimal(rate)


@given(total=cents(100, 5_000_000), rate=RATES, weights=st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_rooms_add_up_to_the_total_or_the_rest_is_named(total: Decimal, rate: Decimal, weights: list[int]) -> None:
    priced = price_rooms(total, rate, weights)
    made = sum((with_tax(net, rate) for net in priced.nets), Decimal(0))
    assert len(priced.nets) == len(weights)
    assert made == priced.total
    assert made + priced.gap == total
    assert 0 <= priced.gap <= CENT
    assert all(net == net.quantize(CENT) for net in priced.nets)


@given(net=cents(100, 5_000_000), rate=RATES)
def test_whatever_qloapps_can_make_is_reached(net: Decimal, rate: Decimal) -> None:
    assert price_rooms(with_tax(net, rate), rate, [1]).gap == 0


def test_a_total_between_two_prices_leaves_a_cent_with_one_room_and_none_with_two() -> None:
    rate = Decimal("0.04")
    assert price_rooms(Decimal("13.13"), rate, [1]).gap == CENT
    assert price_rooms(Decimal("26.26"), rate, [1, 1]).gap == 0
