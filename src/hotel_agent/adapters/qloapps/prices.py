"""
Prices that come out to the cent.

QloApps takes a room's price without tax and adds the tax itself, rounded to the cent per room (API notes, section 7.1): so the
net prices are chosen such that, after its rounding, the sum is what was agreed.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from attrs import frozen

_CENT = Decimal("0.01")
_FINEST_RATE = 5  # decimals of a tax rate as a fraction: QloApps keeps percentages with three


@frozen
class Pricing:
    """Net price per room; `total` is what QloApps will make of it. `gap` remains where no net price gives the agreed sum."""

    nets: tuple[Decimal, ...]
    total: Decimal
    gap: Decimal


def tax_rate(net: Decimal, gross: Decimal) -> Decimal:
    """
    Find the plainest rate that turns *net* into *gross*, both of which may have been rounded to the cent.

    10 % is preferred to 9.997 %. Nothing to tax has the rate 0.
    """
    if net <= 0 or gross <= net:
        return Decimal(0)
    ratio = gross / net - 1
    for decimals in range(2, _FINEST_RATE + 1):
        rate = ratio.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if abs(net * (1 + rate) - gross) <= _CENT / 2:
            return rate
    return ratio


def price_rooms(total: Decimal, rate: Decimal, weights: Sequence[int]) -> Pricing:
    """
    Split *total* (tax included) over rooms in proportion to *weights* and take the tax out again.

    Some totals cannot be reached: at 4 %, 12.62 becomes 13.12 and 12.63 becomes 13.14. With several rooms the odd cent moves to
    another room; with one, the next lower total is taken and the rest is left in `gap`.
    """
    shares = _shares(total, weights)
    nets = [_net_for(share, rate) for share in shares]
    made = [with_tax(net, rate) for net in nets]
    gap = total - sum(made, Decimal(0))
    for n in range(len(nets)):
        # What one room could not take, another may.
        while gap > 0 and with_tax(better := _net_for(made[n] + gap, rate), rate) > made[n]:
            gap -= with_tax(better, rate) - made[n]
            nets[n], made[n] = better, with_tax(better, rate)
            if gap <= 0:
                break
    return Pricing(tuple(nets), sum(made, Decimal(0)), gap)


def with_tax(net: Decimal, rate: Decimal) -> Decimal:
    """Add the tax as QloApps does."""
    return net + (net * rate).quantize(_CENT, ROUND_HALF_UP)


def _net_for(gross: Decimal, rate: Decimal) -> Decimal:
    """Find the largest net price, in whole cents, that does not exceed *gross* after tax."""
    net = (gross / (1 + rate)).quantize(_CENT, ROUND_HALF_UP) + _CENT
    while with_tax(net, rate) > gross:
        net -= _CENT
    return net


def _shares(total: Decimal, weights: Sequence[int]) -> list[Decimal]:
    whole = sum(weights)
    shares = [(total * weight / whole).quantize(_CENT, ROUND_DOWN) for weight in weights]
    rest = total - sum(shares, Decimal(0))
    for n in range(len(shares)):
        if rest < _CENT:
            break
        shares[n] += _CENT
        rest -= _CENT
    return shares
