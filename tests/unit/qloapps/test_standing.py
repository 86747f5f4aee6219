from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.qloapps.standing import Entry, is_beaten, standing_of, status_of
from hotel_agent.adapters.qloapps.wire import Line, Order
from hotel_agent.domain.reservations import ReservationStatus, Standing

DAY = date(2031, 5, 1)


def order(state: int = 1) -> Order:
    amounts = {"total": Decimal(10), "total_net": Decimal(10), "received": Decimal(0)}
    return Order(id=7, reference="ABC", source="ha-X", state=state, customer_id=2, currency_id=1, language_id=1, **amounts)


def line(line_id: int = 5, **changes: Any) -> Line:
    plain: dict[str, Any] = {
        "id": line_id,
        "order_id": 7,
        "hotel_id": 1,
        "room_id": 5,
        "room_type_id": 1,
        "arrival": DAY,
        "departure": DAY + timedelta(days=2),
        "status": 1,
        "refunded": False,
        "back_order": False,
    }
    return Line(**(plain | changes))


DEAD = line(refunded=True)
KEPT = line(back_order=True)


@pytest.mark.parametrize(
    ("state", "lines", "status"),
    [
        (1, (line(),), ReservationStatus.CONFIRMED),
        (2, (line(),), ReservationStatus.CONFIRMED),
        (0, (), ReservationStatus.PENDING),
        (0, (line(),), ReservationStatus.PENDING),
        (6, (line(),), ReservationStatus.PENDING),
        (4, (DEAD,), ReservationStatus.CANCELLED),
        (4, (), ReservationStatus.CANCELLED),
        (1, (DEAD,), ReservationStatus.CANCELLED),
        (1, (KEPT,), ReservationStatus.OVERBOOKED),
        (11, (line(),), ReservationStatus.OVERBOOKED),
        (1, (line(status=2),), ReservationStatus.CHECKED_IN),
        (1, (line(status=2), line(6, status=3)), ReservationStatus.CHECKED_IN),
        (1, (line(status=3),), ReservationStatus.CHECKED_OUT),
        (1, (line(), DEAD), ReservationStatus.CONFIRMED),
    ],
)
def test_the_status_comes_from_state_and_lines(state: int, lines: tuple[Line, ...], status: ReservationStatus) -> None:
    assert status_of(Entry(order(state), lines)) is status


@pytest.mark.parametrize(
    ("state", "lines", "given_up", "standing"),
    [
        (0, (), False, Standing.FORMING),
        (1, (), False, Standing.FORMING),
        (0, (line(),), False, Standing.FORMING),
        (0, (), True, Standing.CANCELLED),
        (0, (line(),), True, Standing.LOST),
        (4, (), False, Standing.CANCELLED),
        (4, (DEAD,), False, Standing.CANCELLED),
        (4, (line(),), False, Standing.FORMING),
        (1, (DEAD,), False, Standing.CANCELLED),
        (1, (KEPT,), False, Standing.LOST),
        (1, (line(), DEAD), False, Standing.LOST),
        (1, (line(),), False, Standing.SOLE),
    ],
)
def test_the_standing_follows_from_the_records(state: int, lines: tuple[Line, ...], given_up: bool, standing: Standing) -> None:
    assert standing_of(Entry(order(state), lines), (), given_up=given_up) is standing


def test_an_earlier_live_line_wins_and_a_later_one_loses() -> None:
    entry = Entry(order(), (line(5),))
    assert standing_of(entry, [line(4, order_id=6)], given_up=False) is Standing.LOST
    assert standing_of(entry, [line(6, order_id=8)], given_up=False) is Standing.SOLE


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4), st.integers(1, 2), st.booleans()), min_size=1, max_size=12))
def test_whoever_follows_the_rule_never_shares_a_room_and_somebody_has_it(plan: list[tuple[int, int, int, bool]]) -> None:
    lines = [
        line(
            n,
            order_id=n,
            arrival=DAY + timedelta(days=start),
            departure=DAY + timedelta(days=start + nights),
            room_id=room,
            refunded=dead,
        )
        for n, (start, nights, room, dead) in enumerate(plan, start=1)
    ]
    sole = [one for one in lines if one.live and not is_beaten([one], lines)]
    assert not any(a.blocks(b) for a in sole for b in sole if a.id != b.id)
    assert bool(sole) == any(one.live for one in lines)
