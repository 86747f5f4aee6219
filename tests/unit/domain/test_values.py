import pytest
from attrs import evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.stays import Occupancy
from hotel_agent.domain.values import changed


@frozen
class Counted:
    number: int
    _hidden: str = "kept"
    twice: int = field(init=False)

    @twice.default
    def _(self) -> int:
        return 2 * self.number


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_changed_value_is_the_evolved_one(adults: int, more: int) -> None:
    party = Occupancy(adults, (4, None))
    assert changed(party, adults=more) == evolve(party, adults=more)


def test_what_is_not_changed_is_the_same_object() -> None:
    ages = (4, None)
    assert changed(Occupancy(2, ages), adults=3).child_ages is ages


def test_private_fields_are_kept_and_derived_ones_derived_anew() -> None:
    value = changed(Counted(1, hidden="other"), number=3)
    assert (value, value.twice) == (Counted(3, hidden="other"), 6)


def test_a_changed_value_is_checked() -> None:
    with pytest.raises(InvalidValue):
        changed(Occupancy(2), adults=0)


def test_there_is_no_other_field() -> None:
    with pytest.raises(TypeError):
        changed(Occupancy(2), beds=1)
