from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.domain.delivery import Address, DeliveryStatus, Pace, split
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, TenantId

NOW = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ADDRESS = Address(
    tenant=TenantId("sol"), conversation=ConversationId("c"), channel=Channel.WHATSAPP, account="a", recipient="34600111222"
)


@pytest.mark.parametrize("order", list(permutations(DeliveryStatus)))
def test_whatever_order_statuses_come_in_the_end_is_the_same(order: tuple[DeliveryStatus, ...]) -> None:
    known: DeliveryStatus | None = None
    for status in order:
        known = status if status.follows(known) else known
    assert known is DeliveryStatus.READ


@pytest.mark.parametrize("channel", [Channel.API, Channel.WEBCHAT])
def test_channels_whose_guests_fetch_have_no_addresses(channel: Channel) -> None:
    with pytest.raises(InvalidValue):
        Address(tenant=TenantId("sol"), conversation=ConversationId("c"), channel=channel, account="a", recipient="b")


def test_pace_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidValue):
        Pace(burst=0)
    with pytest.raises(InvalidValue):
        Pace(every=-SECOND)


@given(burst=st.integers(1, 5), every=st.integers(1, 10), waits=st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_never_more_than_the_burst_and_one_for_each_interval(burst: int, every: int, waits: list[int]) -> None:
    pace, full_at, next_at = Pace(every=every * SECOND, burst=burst), NOW, NOW
    sent: list[datetime] = []
    for wait in waits:
        now = max([next_at, *sent[-1:]]) + wait * SECOND
        full_at, next_at = pace.after(full_at, now)
        sent.append(now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            assert last - first + 1 <= burst + (sent[last] - sent[first]) // pace.every


def test_burst_goes_at_once() -> None:
    pace, full_at, next_at = Pace(every=6 * SECOND, burst=45), NOW, NOW
    for _ in range(44):
        full_at, next_at = pace.after(full_at, NOW)
        assert next_at == NOW
    full_at, next_at = pace.after(full_at, NOW)
    assert next_at == NOW + 6 * SECOND


def test_when_a_guest_was_heard_last_is_kept() -> None:
    early, late = (evolve(ADDRESS, heard_at=NOW + timedelta(hours=hours)) for hours in (0, 1))
    assert [late.after(None), late.after(early), early.after(late), ADDRESS.after(late)] == [late] * 4
    assert early.after(ADDRESS) == early


def test_burst_waits_for_nothing_and_what_comes_after_it_does() -> None:
    pace, full_at, waits = Pace(every=timedelta(seconds=6), burst=3), NOW, []
    for _ in range(5):
        waits.append(pace.wait(full_at, NOW).total_seconds())
        full_at, _ = pace.after(full_at, NOW)
    assert waits == [0, 0, 0, 6, 12]


def test_text_is_cut_after_sentences() -> None:
    assert split("Uno. Dos. Tres.", 10) == ("Uno. Dos.", "Tres.")
    assert split("Uno\n\nDos tres. Cuatro", 16) == ("Uno\n\nDos tres.", "Cuatro")
    assert split("primero\n\nsegundo. tercero", 18) == ("primero", "segundo. tercero")
    assert split("palabras sin punto", 12) == ("palabras sin", "punto")
    assert split("x" * 25, 10) == ("x" * 10, "x" * 10, "x" * 5)
    assert split("  ", 10) == ()


@given(st.text(alphabet="ab .!\n", max_size=300), st.integers(1, 40))
def test_cutting_loses_nothing_but_white_space(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < len(part) <= longest for part in parts)
