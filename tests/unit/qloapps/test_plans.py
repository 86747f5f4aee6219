from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hotel_agent.adapters.qloapps.plans import Present, keeping, new_nights, present
from hotel_agent.adapters.qloapps.standing import Entry
from hotel_agent.adapters.qloapps.wire import Line, Order
from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.stays import Stay


def may(arrival: int, departure: int) -> Stay:
    return Stay(date(2031, 5, arrival), date(2031, 5, departure))


def line(line_id: int, arrival: int, departure: int, **changes: Any) -> Line:
    plain: dict[str, Any] = {"order_id": 7, "hotel_id": 1, "room_id": 5, "room_type_id": 1, "status": 1, "refunded": False}
    nights = may(arrival, departure)
    return Line(
        **(plain | {"id": line_id, "back_order": False, "arrival": nights.arrival, "departure": nights.departure} | changes)
    )


def entry(*lines: Line, state: int = 1, net: str = "0") -> Entry:
    amounts = {"total": Decimal(net), "total_net": Decimal(net), "received": Decimal(0)}
    return Entry(
        Order(id=7, reference="A", source="ha-X", state=state, customer_id=2, currency_id=1, language_id=1, **amounts), lines
    )


def now(*lines: Line) -> Present:
    return present(entry(*lines))


@pytest.mark.parametrize(
    ("stay", "kept", "added"),
    [
        (may(1, 3), [1, 2], ()),
        (may(1, 5), [1, 2, 3], ()),
        (may(1, 6), [1, 2, 3], (may(5, 6),)),
        (may(3, 5), [3], ()),
    ],
)
def test_lines_inside_the_new_stay_are_kept_and_the_rest_is_added(stay: Stay, kept: list[int], added: tuple[Stay, ...]) -> None:
    plan = keeping(now(line(1, 1, 2), line(2, 2, 3), line(3, 3, 5)), stay)
    assert plan is not None
    assert ([one.id for one in plan.kept], plan.added) == (kept, added)


@pytest.mark.parametrize("stay", [may(1, 3), may(2, 4), may(10, 12)])
def test_a_stay_that_needs_nights_of_a_line_that_goes_cannot_keep_it(stay: Stay) -> None:
    assert keeping(now(line(1, 1, 4)), stay) is None


def test_a_stay_can_grow_at_both_ends() -> None:
    plan = keeping(now(line(1, 4, 6)), may(3, 8))
    assert plan is not None
    assert plan.added == (may(3, 4), may(6, 8))


def test_new_nights_are_those_outside_the_present_stay() -> None:
    assert new_nights(may(4, 6), may(3, 8)) == (may(3, 4), may(6, 8))
    assert new_nights(may(4, 6), may(4, 5)) == ()


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (entry(), Rejection.NOT_ALLOWED),
        (entry(line(1, 1, 3, refunded=True), state=4), Rejection.NOT_ALLOWED),
        (entry(line(1, 1, 3, status=3)), Rejection.NOT_ALLOWED),
        (entry(line(1, 1, 3), line(2, 1, 3, room_id=6, refunded=True)), Rejection.NOT_SUPPORTED),
        (entry(line(1, 1, 3), net="50"), Rejection.NOT_SUPPORTED),
        (entry(line(1, 1, 3), line(2, 1, 4, room_id=6)), Rejection.NOT_SUPPORTED),
        (entry(line(1, 1, 3), line(2, 4, 5)), Rejection.NOT_SUPPORTED),
    ],
)
def test_what_cannot_be_changed_without_loss_is_refused(one: Entry, reason: Rejection) -> None:
    with pytest.raises(Rejected) as refused:
        present(one)
    assert refused.value.reason is reason
