import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.qloapps.guests import (
    NAME_LENGTH,
    REMARK_LENGTH,
    acceptable_email,
    acceptable_name,
    acceptable_phone,
    contact_of,
    full_name,
    phone_variants,
    remark_for,
    storable,
)
from hotel_agent.adapters.qloapps.wire import Customer
from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.ids import Reference, RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import BookingOrder, Guest
from hotel_agent.domain.stays import Occupancy, Stay

# What the interface notes say crashes QloApps.
CRASHES = re.compile(r"""[0-9!<>,;?=+()@#"°{}_$%:]""")
ANA = Guest(name="Ana Núñez", email="ana@example.com", phone="+34600111222")
COUPLE = Occupancy(2)
KNOWN = Customer(id=7, first_name="Anna", last_name="Nunez", email="ana@example.com", phone="600 111 222", deleted=False)


def order(guest: Guest = ANA, *, occupancy: Occupancy = COUPLE, remark: str = "") -> BookingOrder:
    return BookingOrder(
        reference=Reference("ha-TEST"),
        room_type_id=RoomTypeId("1"),
        rooms=(RoomId("1"),),
        stay=Stay(date(2031, 5, 1), date(2031, 5, 3)),
        occupancy=occupancy,
        total=Money.of(1, "USD"),
        guest=guest,
        remark=remark,
    )


@given(st.text(max_size=120))
def test_every_name_becomes_one_that_does_not_crash_qloapps(name: str) -> None:
    for part in acceptable_name(name):
        assert 1 <= len(part) <= NAME_LENGTH
        assert not CRASHES.search(part)
        assert all(char <= "\uffff" for char in part)
        assert part == part.strip()


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Juan Pérez", "Juan", "Pérez"),
        ("Íñigo Ñandú O'Brien-Müller", "Íñigo", "Ñandú O'Brien-Müller"),
        ("Madonna", "Madonna", "-"),
        ("R2D2 <Bot>", "R", "D Bot"),
        ("😀", "-", "-"),
        ("𝐉𝐮𝐚𝐧 Pérez", "Juan", "Pérez"),
        ("A" * 40 + " B", "A" * 32, "B"),
    ],
)
def test_names_are_split_and_cleaned(name: str, first: str, last: str) -> None:
    assert acceptable_name(name) == (first, last)


@given(st.text(min_size=1, max_size=60))
def test_a_name_that_does_not_fit_is_whole_in_the_remark(name: str) -> None:
    guest = Guest(name=name, email=ANA.email, phone=ANA.phone)
    sent = contact_of(guest, ())
    kept = full_name(sent.first_name, sent.last_name) == name
    assert kept or storable(name) in remark_for(order(guest), sent)


def test_a_plain_guest_needs_no_remark() -> None:
    assert remark_for(order(), contact_of(ANA, ())) == ""


def test_an_existing_customer_gets_back_what_it_has_and_the_guests_words_go_to_the_remark() -> None:
    sent = contact_of(ANA, (KNOWN,))
    assert (sent.first_name, sent.last_name, sent.phone, sent.customer_id) == ("Anna", "Nunez", "600 111 222", 7)
    assert "Guest's name as given: Ana Núñez" in remark_for(order(), sent)
    assert "Guest's phone as given: +34600111222" in remark_for(order(), sent)


def test_blank_fields_of_an_existing_customer_are_filled() -> None:
    blank = Customer(id=8, first_name="", last_name="", email="ana@example.com", phone="", deleted=False)
    sent = contact_of(ANA, (blank,))
    assert (sent.first_name, sent.last_name, sent.phone) == ("Ana", "Núñez", ANA.phone)


def test_of_several_customers_the_oldest_that_is_not_deleted_is_named() -> None:
    deleted = Customer(id=2, first_name="X", last_name="Y", email="ana@example.com", phone="1", deleted=True)
    assert contact_of(ANA, (KNOWN, deleted)).customer_id == 7


def test_an_unknown_age_is_told_to_the_staff() -> None:
    party = Occupancy(2, (None, 5))
    assert "Age not given for 1" in remark_for(order(occupancy=party), contact_of(ANA, ()))


def test_the_remark_stays_below_what_crashes_qloapps() -> None:
    assert len(remark_for(order(remark="x" * 9000), contact_of(ANA, ()))) == REMARK_LENGTH


@given(st.text())
def test_stored_text_survives_tag_stripping_and_three_byte_columns(text: str) -> None:
    assert not re.search(r"[<>\U00010000-\U0010ffff]", storable(text))


@pytest.mark.parametrize("email", ["ana@example.com", "a.b+tag@mail.example.co.uk", " ana@example.com "])
def test_usual_addresses_pass(email: str) -> None:
    assert acceptable_email(email) == email.strip()


@pytest.mark.parametrize(
    "email", ["not-an-email", "a@b", "a..b@example.com", "a|b@example.com", "a[1]@example.com", "", "ä@example.com"]
)
def test_addresses_that_crash_qloapps_or_cannot_be_searched_are_refused(email: str) -> None:
    with pytest.raises(Rejected) as refused:
        acceptable_email(email)
    assert refused.value.reason is Rejection.GUEST_DATA
    assert not email or email not in str(refused.value)


@pytest.mark.parametrize(("phone", "sent"), [("+34666777888", "+34666777888"), ("(555) 123-4567", "5551234567")])
def test_phones_are_written_plainly(phone: str, sent: str) -> None:
    assert acceptable_phone(phone) == sent


@pytest.mark.parametrize("phone", ["call me", "", "+", "5"])
def test_what_is_no_number_is_refused(phone: str) -> None:
    with pytest.raises(Rejected):
        acceptable_phone(phone)


def test_a_phone_is_looked_for_in_the_ways_it_may_be_stored() -> None:
    assert phone_variants("+34666777888") == ["+34666777888", "34666777888", "0034666777888"]
