from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.qloapps.answers import read_answer
from hotel_agent.adapters.qloapps.wire import Line, Record, availability, customer, line, order, record, records
from hotel_agent.domain.errors import MalformedReply

CAPTURES = Path(__file__).parents[4] / "shared" / "qloapps" / "captures"
recorded = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recorded exchanges are not beside this checkout")


def capture(name: str) -> Any:
    reply = next(CAPTURES.glob(f"{name}*")).read_text(encoding="utf-8").partition("\n-----\n")[2]
    return read_answer(200, "application/json", reply.partition("\n\n")[2].strip().encode()).data


@recorded
def test_recorded_availability_is_read() -> None:
    answer = availability(capture("137-"))
    assert (answer.currency, [offer.room_type_id for offer in answer.types]) == ("USD", [1])
    assert (answer.types[0].rooms, answer.types[0].net, answer.types[0].gross) == (
        (1, 2, 3, 4, 5),
        Decimal(2500),
        Decimal(2600),
    )


@recorded
def test_a_recorded_sold_out_type_has_no_rooms() -> None:
    assert [offer.rooms for offer in availability(capture("269-")).types] == [()]


@recorded
@pytest.mark.parametrize("name", ["117-", "119-"])
def test_a_recorded_answer_about_nothing_has_no_types(name: str) -> None:
    assert availability(capture(name)).types == ()


@recorded
def test_recorded_prices_with_cents_are_exact() -> None:
    assert availability(capture("469-")).types[0].gross == Decimal(5876)


@recorded
def test_a_recorded_order_is_read() -> None:
    one = order(record(capture("174-"), "order"))
    assert (one.id, one.state, one.source, one.total, one.total_net, one.received) == (
        2,
        1,
        "agentx",
        Decimal(2600),
        Decimal(2500),
        Decimal(0),
    )


@recorded
def test_recorded_lines_are_read() -> None:
    lost = records(capture("279-"), "bookings")[0]
    assert (lost.flag("is_refunded"), lost.flag("is_back_order")) == (True, True)
    full = line(records(capture("142-"), "bookings")[0])
    assert (full.room_id, full.arrival, full.departure, full.live, full.number) == (
        1,
        date(2027, 5, 1),
        date(2027, 5, 3),
        True,
        "GR-101",
    )


@recorded
def test_an_empty_recorded_list_is_empty() -> None:
    assert records(capture("138-"), "orders") == ()


@recorded
def test_names_in_several_languages_are_read() -> None:
    assert records(capture("452-"), "room_types")[0].text("name") == "General Rooms"


@recorded
def test_a_recorded_customer_keeps_its_letters() -> None:
    one = customer(records(capture("247-"), "customers")[0])
    assert (one.first_name, one.last_name) == ("Zoë Łukasz", "O'Brien-Müller")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_nonsense_is_malformed_and_nothing_else(data: Any) -> None:
    for read in (availability, lambda value: records(value, "orders"), lambda value: line(Record("x", {"id": value}))):
        with suppress(MalformedReply):
            read(data)


@pytest.mark.parametrize("wrong", ["false", True, "", None, "1.5", "-1", "x", "٣"])
def test_an_id_is_digits_only(wrong: Any) -> None:
    with pytest.raises(MalformedReply):
        Record("order", {"id": wrong}).id()


@pytest.mark.parametrize("wrong", [True, None, "", "NaN", "Infinity", 1.5, "1,50"])
def test_an_amount_is_a_finite_decimal(wrong: Any) -> None:
    with pytest.raises(MalformedReply):
        Record("order", {"total": wrong}).amount("total")


def held(**changes: Any) -> Line:
    plain = {
        "id": 1,
        "order_id": 1,
        "hotel_id": 1,
        "room_id": 5,
        "room_type_id": 1,
        "status": 1,
        "refunded": False,
        "back_order": False,
    }
    return Line(**(plain | {"arrival": date(2031, 5, 1), "departure": date(2031, 5, 4)} | changes))


def test_back_to_back_lines_do_not_block_each_other() -> None:
    after = held(id=2, arrival=date(2031, 5, 4), departure=date(2031, 5, 6))
    assert not held().blocks(after)
    assert not after.blocks(held())


def test_a_guest_who_left_early_blocks_nothing_from_that_day_on() -> None:
    gone = held(status=3, checked_out_on=date(2031, 5, 2))
    assert not gone.blocks(held(id=2, arrival=date(2031, 5, 2), departure=date(2031, 5, 4)))
    assert gone.blocks(held(id=2, arrival=date(2031, 5, 1), departure=date(2031, 5, 2)))


@pytest.mark.parametrize("flags", [{"refunded": True}, {"back_order": True}])
def test_lines_that_were_taken_back_block_nothing(flags: dict[str, bool]) -> None:
    assert not held(**flags).blocks(held(id=2))
