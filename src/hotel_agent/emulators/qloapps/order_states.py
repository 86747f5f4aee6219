"""The order states of an installation (API.md, section 7.4) and what each of them does to an order."""

from typing import Final

from attrs import frozen

AWAITING_PAYMENT: Final = 1
PAID: Final = 2
CANCELLED: Final = 4
REFUNDED: Final = 5
PARTLY_PAID: Final = 8
AWAITING_REMOTE_PAYMENT: Final = 9
OVERBOOKED_UNPAID: Final = 11


@frozen
class OrderState:
    """`paid` books what is missing; `logable` makes the order valid and writes an invoice."""

    id: int
    name: str
    paid: bool = False
    logable: bool = False


ORDER_STATES: Final = (
    OrderState(AWAITING_PAYMENT, "Awaiting payment"),
    OrderState(PAID, "Complete payment received", paid=True, logable=True),
    OrderState(3, "Processing in progress"),
    OrderState(CANCELLED, "Canceled"),
    OrderState(REFUNDED, "Refunded"),
    OrderState(6, "Payment error"),
    OrderState(7, "Overbooking (Paid)", paid=True),
    OrderState(PARTLY_PAID, "Partial payment received", logable=True),
    OrderState(AWAITING_REMOTE_PAYMENT, "Awaiting remote payment"),
    OrderState(10, "Remote payment accepted", logable=True),
    OrderState(OVERBOOKED_UNPAID, "Overbooking (Not paid)"),
    OrderState(12, "Overbooking (Partial payment)"),
)
