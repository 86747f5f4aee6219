"""What a hotel's file says about cancelling, arriving and leaving late, and what that comes to for one reservation."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.money import Money

_WHOLE = Decimal(100)


class CancellationFee(StrEnum):
    """What a late cancellation costs."""

    NONE = "none"
    FIRST_NIGHT = "first_night"
    """One night's share of the total: a PMS gives the price of the stay, not of each night."""
    PERCENT = "percent"
    """A share of the total."""


@frozen(kw_only=True)
class CancellationTerms:
    """
    `[cancellation]` of the hotel file.

    Cancelling is free until `free_until_hours` before the arrival day's check-in time; None: it never is. `percent` goes with
    the fee of that name.

    Raises:
        InvalidValue: the percentage is missing or not within 0 to 100, or the hours are negative.

    """

    free_until_hours: int | None = None
    fee: CancellationFee = CancellationFee.NONE
    percent: Decimal | None = None

    def __attrs_post_init__(self) -> None:
        if (self.percent is not None) is not (self.fee is CancellationFee.PERCENT):
            raise InvalidValue("a percentage goes with the fee `percent`, and that fee with a percentage")
        if self.percent is not None and not 0 <= self.percent <= _WHOLE:
            raise InvalidValue("a percentage lies between 0 and 100")
        if self.free_until_hours is not None and self.free_until_hours < 0:
            raise InvalidValue("free cancellation ends before the arrival")

    def quote(self, total: Money, nights: int, arrives_at: datetime, now: datetime) -> "CancellationQuote":
        """Say what cancelling a stay at *total* costs at *now*; `arrives_at` is check-in time on the day of arrival."""
        free = Money(Decimal(0), total.currency)
        if self.fee is CancellationFee.NONE:
            return CancellationQuote(fee=free)
        free_until = None if self.free_until_hours is None else arrives_at - timedelta(hours=self.free_until_hours)
        if free_until and now < free_until:
            return CancellationQuote(fee=free, free_until=free_until)
        share = Decimal(1) / max(nights, 1) if self.fee is CancellationFee.FIRST_NIGHT else (self.percent or 0) / _WHOLE
        return CancellationQuote(fee=Money(total.amount * share, total.currency), free_until=free_until)


@frozen(kw_only=True)
class CancellationQuote:
    """What cancelling costs now. `free_until` is when it begins, or began, to cost something; None: time does not matter."""

    fee: Money
    free_until: datetime | None = None

    @property
    def is_free(self) -> bool:
        return self.fee.amount == 0


@frozen(kw_only=True)
class ArrivalTerms:
    """
    `[arrival]` of the hotel file: what a guest may do here instead of at reception.

    Checking in is possible on the day of arrival from the hotel's check-in time on, checking out on the day of departure.
    """

    online_check_in: bool = False
    online_check_out: bool = False
    asks_arrival_time: bool = False


@frozen(kw_only=True)
class LateCheckoutTerms:
    """`[late_checkout]` of the hotel file. `fee` None: it costs nothing. `approval`: staff decides each time."""

    until: time
    fee: Money | None = None
    approval: bool = True
