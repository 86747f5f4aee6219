"""The parts of a hotel's file on what cancelling costs and what guests may do without reception."""

from decimal import Decimal
from typing import Final

from hotel_agent.adapters.files.reading import Table, a_number, a_switch, a_time, a_whole_number, one_of
from hotel_agent.domain.money import Money
from hotel_agent.domain.terms import ArrivalTerms, CancellationFee, CancellationTerms, LateCheckoutTerms

_HOURS: Final = a_whole_number(0, 24 * 365)
_PERCENT: Final = a_number(Decimal(0), Decimal(100), digits=2)
_FEE: Final = a_number(Decimal(0), Decimal(1_000_000), digits=2)


def cancellation_of(table: Table) -> CancellationTerms:
    """Read `[cancellation]`."""
    hours = table.optional("free_until_hours", _HOURS)
    fee = table.read("fee", one_of(CancellationFee)) or CancellationFee.NONE
    percent = table.optional("percent", _PERCENT)
    if fee is CancellationFee.PERCENT and not table.has("percent"):
        table.wrong("percent", "is missing: the fee is a share of the total")
    if fee is not CancellationFee.PERCENT and table.has("percent"):
        table.wrong("percent", 'goes with fee = "percent" only')
    table.finish()
    if fee is CancellationFee.PERCENT:
        return CancellationTerms(free_until_hours=hours, fee=fee, percent=percent or Decimal(0))
    return CancellationTerms(free_until_hours=hours, fee=fee)


def arrival_of(table: Table) -> ArrivalTerms:
    """Read `[arrival]`; everything in it may be left out."""
    terms = ArrivalTerms(
        online_check_in=table.given("online_check_in", a_switch, default=False),
        online_check_out=table.given("online_check_out", a_switch, default=False),
        asks_arrival_time=table.given("asks_arrival_time", a_switch, default=False),
    )
    table.finish()
    return terms


def late_checkout_of(table: Table, currency: str) -> LateCheckoutTerms | None:
    """Read `[late_checkout]`; the fee is in the hotel's currency."""
    until, fee = table.read("until", a_time), table.optional("fee", _FEE)
    approval = table.given("approval", a_switch, default=True)
    table.finish()
    if until is None:
        return None
    return LateCheckoutTerms(until=until, fee=Money(fee, currency) if fee else None, approval=approval)
