"""Orders: their states, histories, payments and invoices (API.md, sections 7.4, 7.6 and 9)."""

from decimal import Decimal
from random import Random
from string import ascii_uppercase
from typing import Final

from hotel_agent.emulators.qloapps.order_states import CANCELLED, ORDER_STATES, REFUNDED
from hotel_agent.emulators.qloapps.pricing import NOTHING, Price, decimal
from hotel_agent.emulators.qloapps.store import Row, Store

METHOD: Final = "Order from API"
"""The display name of the payment module that API orders are booked with."""

_STATES: Final = {each.id: each for each in ORDER_STATES}
REFERENCE_LENGTH: Final = 9
_PARTS_OF_A_TOTAL: Final = (
    """SELECT total_price_tax_excl AS net, total_price_tax_incl - total_price_tax_excl AS tax
       FROM room_bookings WHERE id_order = ?""",
    "SELECT total_price AS net, total_tax AS tax FROM booking_services WHERE id_order = ?",
    """SELECT each.total_price_tax_excl AS net, each.total_price_tax_incl - each.total_price_tax_excl AS tax
       FROM booking_extra_demands AS each JOIN room_bookings AS line ON line.id = id_htl_booking WHERE line.id_order = ?""",
)


def new_reference(store: Store, random: Random) -> str:
    """Nine letters that no order has yet."""
    while True:
        reference = "".join(random.choices(ascii_uppercase, k=REFERENCE_LENGTH))
        if store.value("SELECT id FROM orders WHERE reference = ?", (reference,)) is None:
            return reference


def change_state(store: Store, id_order: int, id_state: int) -> int:
    """Put an order into a state, with all that follows from it; the id of the history row."""
    order = store.get("orders", id_order)
    state = _STATES.get(id_state)
    if order is None or state is None:
        raise LookupError(f"no order {id_order} or no state {id_state}")
    now = store.now()
    history = store.insert("order_histories", {"id_order_state": id_state, "id_order": id_order, "date_add": now})
    store.update("orders", id_order, {"current_state": id_state, "valid": int(state.logable), "date_upd": now})
    if id_state == CANCELLED:
        store.execute("UPDATE room_bookings SET is_cancelled = 1, is_refunded = 1 WHERE id_order = ?", (id_order,))
    elif id_state == REFUNDED:
        store.execute("UPDATE room_bookings SET is_refunded = 1 WHERE id_order = ?", (id_order,))
    if state.logable and not order["invoice_number"]:
        _write_invoice(store, order, now)
    if state.paid:
        missing = decimal(order["total_paid_tax_incl"]) - _credited(store, order)
        if missing > 0:
            add_payment(store, id_order, missing, METHOD, "", is_linked=True)
    return history


def _credited(store: Store, order: Row) -> Decimal:
    """
    The money that counts when an order becomes paid.

    Without an invoice it is what was received. With one it is what is linked to it, which money added by PUT is not: such an
    order is credited twice.
    """
    if not order["invoice_number"]:
        return decimal(order["total_paid_real"])
    sql = "SELECT sum(amount) FROM order_payments WHERE order_reference = ? AND is_linked = 1"
    return decimal(store.value(sql, (order["reference"],)) or 0)


def _write_invoice(store: Store, order: Row, now: str) -> None:
    number = (store.value("SELECT max(number) FROM order_invoices") or 0) + 1
    copied = ("total_paid_tax_excl", "total_paid_tax_incl", "total_products", "total_products_wt")
    amounts = {name: order[name] for name in copied}
    store.insert("order_invoices", {"id_order": order["id"], "number": number, "date_add": now} | amounts)
    store.update("orders", order["id"], {"invoice_number": number, "invoice_date": now})


def add_payment(
    store: Store,
    id_order: int,
    amount: Decimal,
    method: str,
    transaction: str,
    *,
    kind: int | None = None,
    is_linked: bool = False,
) -> None:
    """Book money received on an order; *is_linked* money counts for its invoice."""
    order = store.get("orders", id_order)
    if order is None:
        return
    store.insert(
        "order_payments",
        {
            "order_reference": order["reference"],
            "id_currency": order["id_currency"],
            "amount": float(amount),
            "payment_method": method,
            "payment_type": order["payment_type"] if kind is None else kind,
            "conversion_rate": order["conversion_rate"],
            "transaction_id": transaction[:254],
            "is_linked": int(is_linked),
            "date_add": store.now(),
        },
    )
    received = decimal(order["total_paid_real"]) + amount
    store.update("orders", id_order, {"total_paid_real": float(received), "date_upd": store.now()})


def total_of_lines(store: Store, id_order: int) -> Price:
    """What an order's rooms, services and facilities cost together."""
    total = NOTHING
    for sql in _PARTS_OF_A_TOTAL:
        for row in store.rows(sql, (id_order,)):
            total += Price(decimal(row["net"]), decimal(row["tax"]))
    return total


def totals(price: Price) -> dict[str, float]:
    """The columns of an order that hold its total."""
    net, gross = float(price.net), float(price.gross)
    return {
        "total_paid": gross,
        "total_paid_tax_incl": gross,
        "total_paid_tax_excl": net,
        "total_products": net,
        "total_products_wt": gross,
    }
