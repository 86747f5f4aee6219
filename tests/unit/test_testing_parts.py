import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.domain.sessions import Session
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.strategies import values


def test_clock_stands_still_until_it_is_advanced() -> None:
    clock = ManualClock()
    assert START == clock.now() == clock.now()
    clock.advance(timedelta(minutes=30))
    assert timedelta(minutes=30) == clock.now() - START


def test_clock_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="back"):
        ManualClock().advance(timedelta(seconds=-1))


def test_counted_ids_are_the_same_every_time_and_never_twice() -> None:
    first, second = CountingIds(), CountingIds()
    drawn = [first.draw() for _ in range(1000)]
    assert drawn == [second.draw() for _ in range(1000)]
    assert len(set(drawn)) == 1000
    assert all(re.fullmatch("[a-z2-7]{26}", text) for text in drawn)
    assert CountingIds("other").draw() not in drawn


@given(data=st.data())
def test_strategies_make_whole_values(data: st.DataObject) -> None:
    assert isinstance(data.draw(values(Session)), Session)


def test_strategy_for_an_unknown_type_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        values(object)
