import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET  # what is read here was written here

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.qloapps.guests import UNKNOWN_AGE, Contact
from hotel_agent.adapters.qloapps.requests import Wanted, ask_availability, booking_body, new_state
from hotel_agent.adapters.qloapps.xml import rights_of, values_of, with_values, write_xml
from hotel_agent.domain.errors import MalformedReply
from hotel_agent.domain.stays import Occupancy, Stay

CAPTURES = Path(__file__).parents[4] / "shared" / "qloapps" / "captures"
recorded = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recorded exchanges are not beside this checkout")
STAY = Stay(date(2031, 5, 1), date(2031, 5, 3))
ANA = Contact(first_name="Ana", last_name="Núñez", email="ana@example.com", phone="+34600111222")


def reply(name: str) -> str:
    text = next(CAPTURES.glob(f"{name}*")).read_text(encoding="utf-8").partition("\n-----\n")[2]
    return text.partition("\n\n")[2].strip()


def wanted(room_id: int | None = 3, net: str = "2400.55", ages: tuple[int | None, ...] = ()) -> Wanted:
    return Wanted(
        room_type_id=1,
        room_id=room_id,
        arrival=STAY.arrival,
        departure=STAY.departure,
        adults=2,
        child_ages=ages,
        net=Decimal(net),
        tax_rules_group=1,
    )


def body(*lines: Wanted, order_id: int | None = None, total: Decimal | None = None) -> str:
    return booking_body(
        hotel_id="1", currency="USD", language_id=1, contact=ANA, lines=lines, source="ha-X", order_id=order_id, total=total
    )


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_amounts_are_written_digit_by_digit(amount: Decimal) -> None:
    text = body(wanted(net=str(amount)))
    read = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    assert read["booking"]["associations"]["room_types"][0]["rooms"][0]["unit_price_without_tax"] == amount


def test_a_new_booking_names_reference_rooms_and_both_words_for_adults() -> None:
    booking = json.loads(body(wanted(3), wanted(4, ages=(5, None))))["booking"]
    assert (booking["source"], booking["booking_status"], "id" in booking) == ("ha-X", 1, False)
    (group,) = booking["associations"]["room_types"]
    assert (group["number_of_rooms"], group["checkin_date"], group["checkout_date"]) == (2, "2031-05-01", "2031-05-03")
    assert [(room["id_room"], room["adult"], room["adults"], room["child"]) for room in group["rooms"]] == [
        (3, 2, 2, 0),
        (4, 2, 2, 2),
    ]
    assert group["rooms"][1]["child_ages"] == [5, UNKNOWN_AGE]


def test_a_changed_booking_carries_its_id_and_no_status() -> None:
    booking = json.loads(body(wanted(), order_id=9))["booking"]
    assert booking["id"] == 9
    assert not {"booking_status", "payment_status", "source"} & set(booking)


def test_rooms_left_to_qloapps_are_counted_only() -> None:
    (group,) = json.loads(body(wanted(None), wanted(None), order_id=9))["booking"]["associations"]["room_types"]
    assert (group["number_of_rooms"], "rooms" in group) == (2, False)


def test_the_total_is_named_only_where_it_has_to_be() -> None:
    assert "price_details" not in json.loads(body(wanted()))["booking"]["associations"]
    named = json.loads(body(wanted(), total=Decimal("13.13")), parse_float=Decimal)
    assert named["booking"]["associations"]["price_details"] == {"total_price_with_tax": Decimal("13.13")}


def test_availability_is_asked_with_one_occupancy_per_room() -> None:
    tree = ET.fromstring(ask_availability("1", STAY, Occupancy(3, (4,), rooms=2), 7))  # noqa: S314  # our own text
    shares = [(one.findtext("adults"), one.findtext("children")) for one in tree.iter("room_occupancy")]
    assert shares == [("2", "0"), ("1", "1")]
    assert (tree.findtext("hotel_ari/id_room_type"), tree.findtext("hotel_ari/date_to")) == ("7", "2031-05-03")


@given(st.text())
def test_text_survives_xml_without_cdata(text: str) -> None:
    written = write_xml("record", {"name": text})
    printable = "".join(
        char
        for char in text
        if char in "\t\n\r" or (char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff")
    )
    assert "CDATA" not in written or "CDATA" in text
    read = ET.fromstring(written.encode()).findtext("record/name") or ""  # noqa: S314  # our own text
    assert read == printable.replace("\r\n", "\n").replace("\r", "\n")


def test_a_cancellation_is_two_numbers() -> None:
    assert "<order_history><id_order>5</id_order><id_order_state>4</id_order_state></order_history>" in new_state(5, 4)


@recorded
def test_a_recorded_line_goes_back_whole_with_one_value_changed() -> None:
    before = reply("155-")
    after = with_values(before, {"id_status": "2", "check_in": "2027-05-10 14:30:00"})
    assert "CDATA" not in after
    assert values_of(after) == values_of(before) | {"id_status": "2", "check_in": "2027-05-10 14:30:00"}
    assert "booking_extra_demands" in after


@recorded
def test_the_recorded_root_says_what_a_key_may_do() -> None:
    rights = rights_of(reply("021-"))
    assert {"GET", "POST", "PUT"} <= rights["bookings"]


@pytest.mark.parametrize("text", ["", "<html>", "<qloapps/>", "no xml"])
def test_what_is_no_record_is_malformed(text: str) -> None:
    with pytest.raises(MalformedReply):
        with_values(text, {"id_status": "2"})
